"""The registry: every exercise of every unit, by name. A unit is loaded when it is first asked for."""

from collections.abc import Iterator, Mapping
from importlib import import_module

from course.exercises.base import Case, Exercise

__all__ = ["UNITS", "Case", "Exercise", "exercise"]

MODULES = {
    "00_start_here": "start_here",
    "01_feed_forward": "feed_forward",
    "02_gradient_descent": "gradient_descent",
    "03_node_by_node": "node_by_node",
    "04_computational_graphs": "computational_graphs",
    "05_vector_form": "vector_form",
    "06_training": "training",
    "07_l2": "l2",
    "08_dropout": "dropout",
    "09_early_stopping": "early_stopping",
    "10_explainable_ai": "explainable_ai",
    "11_capstone": "capstone",
}


class Units(Mapping[str, tuple[Exercise, ...]]):
    """The exercises of each unit, in order."""

    def __getitem__(self, unit: str) -> tuple[Exercise, ...]:
        return import_module(f"course.exercises.{MODULES[unit]}").EXERCISES

    def __iter__(self) -> Iterator[str]:
        return iter(MODULES)

    def __len__(self) -> int:
        return len(MODULES)


UNITS = Units()


def exercise(name: str) -> Exercise:
    """The exercise of that name; units after its own are not loaded. Raises KeyError with the names there are."""
    found = next((e for exercises in UNITS.values() for e in exercises if e.name == name), None)
    if found is None:
        names = ", ".join(e.name for exercises in UNITS.values() for e in exercises)
        raise KeyError(f"no exercise is called {name!r}; there are {names}")
    return found
