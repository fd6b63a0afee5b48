"""An exercise: one graded answer, defined once, and asked by everything else.

The check a student runs, the grading an instructor runs, the points in the gradebook, the diagnosis of a mistake and the tests of
the course itself all come from the same `Exercise`. It has its right answer, an ordinary function or class, but what is right is
decided by a witness that is independent of it: the derivative of the exercise's own forward pass, a formula, or a property that
must hold. The right answer has to pass it like any other.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from course.judging import edits

__all__ = ["Case", "Criterion", "Exercise", "Expected", "Finding", "Mistake", "Property", "Variant"]

Array = np.ndarray
Number: TypeAlias = int | float


@dataclass(frozen=True)
class Case:
    """One question to an answer: named inputs, in the order of the answer's parameters.

    A `Seed` among them becomes a generator, a `Formula` a function, before the answer gets them. `batch` names the input whose first
    axis counts the examples. `criteria` names the criteria that the question is about, all of them where it is empty: nothing else
    can be lost by it.

    `entrywise` holds every entry to its own magnitude in place of the array's largest. Such cases mix scales, or stand just beside
    a kink: there a derivative by formula is still exact, and one by finite differences is lost.
    """

    name: str
    inputs: Mapping[str, Any]
    entrywise: bool = False
    criteria: tuple[str, ...] = ()
    batch: str = ""

    @property
    def size(self) -> int:
        """How many numbers it hands over in arrays."""
        return sum(value.size for value in self.inputs.values() if isinstance(value, np.ndarray))


@dataclass(frozen=True)
class Expected:
    """A right value, and the half-width of what is right beside it: zero, but for a kink, where any subgradient will do.

    `derivative` says that the value is a gradient, and so one that finite differences might be handed in for. `entries` are words
    for the entries of a flat value, where an index would say little.
    """

    value: Array
    slack: Array | float = 0.0
    derivative: bool = False
    entries: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """What is wrong, as the student reads it: the fact, its cause where that can be told, and a hint.

    `cause` is the name of one of the exercise's mistakes, whose hint is then the hint; `where` is a heat map of the difference, as
    `course.judging.heatmap` makes it.
    """

    reason: str
    hint: str = ""
    cause: str = ""
    where: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Property:
    """What must hold of values that may be right in many ways: a random mask, trained weights.

    `test` takes everything the answer returned, as arrays of numbers, and returns what is wrong, or None. `reproducible` says that
    an answer with a known mistake replies the same to the same case, so that a finding without a cause can be explained by it.
    `by_chance` says that what is drawn may happen to be right in one case and wrong in another, so that each case stands for itself.
    """

    test: Callable[..., Finding | None]
    reproducible: bool = False
    by_chance: bool = False


@dataclass(frozen=True)
class Criterion:
    """One thing that earns points, mostly an array that an answer returns. `what` ends the sentence "`name` is ..."."""

    name: str
    points: float
    what: str


@dataclass(frozen=True)
class Mistake:
    """A mistake that a student would really make: its name, a hint that does not give the answer away, and how it is made.

    The name ends the sentence "It is what comes out when ...". `made` is an edit of the right answer, `"W.T → W"`, or several; or,
    where its structure is another, an answer of its own.
    """

    name: str
    hint: str
    made: str | tuple[str, ...] | Callable[..., Any]

    @property
    def edits(self) -> tuple[str, ...] | None:
        """Its edits of the right answer; None where it is an answer of its own."""
        if isinstance(self.made, str):
            return (self.made,)
        return self.made if isinstance(self.made, tuple) else None


@dataclass(frozen=True)
class Variant:
    """How an exercise gets other numbers for each student.

    `draw(rng)` draws them, by name, and `made(**numbers)` is the exercise with these numbers: with the same name, criteria and mistakes.
    """

    draw: Callable[[np.random.Generator], Mapping[str, Number]]
    made: Callable[..., "Exercise"]


@dataclass(frozen=True)
class Exercise:
    """One graded answer.

    `right` is the right answer: its name, its parameters and its docstring are the exercise's. `cases(rng)` yields the questions,
    simplest first; `expected(case)` gives the right value, or the property, for each criterion the case is about. `needs` names the
    earlier answers this one may call, `probe` what drives the answer, and `returns` how many values it returns where that is not one
    for each criterion. `causes` are the mistakes that its properties name. `numbers` are those that the right answer uses by name and the
    notebook shows, and `variant` says how each student may have others. Raises ValueError where a name stands twice, where a cause is no
    mistake of its own, or where a number is none.
    """

    right: Callable[..., Any]
    criteria: tuple[Criterion, ...]
    cases: Callable[[np.random.Generator], Iterable[Case]]
    expected: Callable[[Case], Mapping[str, Expected | Property]]
    mistakes: tuple[Mistake, ...] = field(default=(), repr=False)
    needs: tuple[str, ...] = ()
    probe: str = "call"
    returns: int | None = None
    causes: tuple[str, ...] = ()
    numbers: Mapping[str, Number] = field(default_factory=dict, hash=False)
    variant: Variant | None = None

    def __post_init__(self) -> None:
        names = [mistake.name for mistake in self.mistakes]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{self.name} has two mistakes called {twice[0]!r}")
        if unknown := sorted(set(self.causes) - set(names)):
            raise ValueError(f"{self.name} has no mistake called {unknown[0]!r}; it has {names}")
        if wrong := [name for name, value in self.numbers.items() if type(value) not in (int, float) or not np.isfinite(value)]:
            raise ValueError(f"{self.name} has {self.numbers[wrong[0]]!r} for {wrong[0]}; expected a finite number of Python's own")

    def with_numbers(self, numbers: Mapping[str, Number]) -> "Exercise":
        """The same exercise with other numbers. Raises ValueError where it has no such numbers."""
        if self.variant is None or numbers.keys() != self.numbers.keys():
            expected = f"numbers for {', '.join(self.numbers)}" if self.variant else "no numbers"
            raise ValueError(f"{self.name} takes {expected}; got {', '.join(numbers) or 'none'}")
        return self.variant.made(**numbers)

    def kept(self, seed: int) -> "Exercise":
        """The same exercise with the cases that one seed draws, and what is expected of them, reckoned once for many answers."""
        cases = list(self.cases(np.random.default_rng(seed)))
        expected = {id(case): self.expected(case) for case in cases}
        return replace(self, cases=lambda _: cases, expected=lambda case: expected[id(case)])

    @property
    def name(self) -> str:
        return self.right.__name__

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of what the answer is given."""
        return tuple(inspect.signature(self.right).parameters)

    @cached_property
    def asks(self) -> str:
        """What is asked, in a few sentences for the student: the right answer's signature and docstring, and the numbers."""
        numbers = f" Here {', '.join(f'`{name} = {value}`' for name, value in self.numbers.items())}." if self.numbers else ""
        return f"`{self.name}{inspect.signature(self.right)}`: {' '.join((inspect.getdoc(self.right) or '').split())}{numbers}"

    @property
    def points(self) -> float:
        return sum(criterion.points for criterion in self.criteria)

    def asked(self, case: Case) -> tuple[Criterion, ...]:
        """The criteria that a case is about."""
        return tuple(criterion for criterion in self.criteria if not case.criteria or criterion.name in case.criteria)

    @property
    def value_count(self) -> int:
        """How many values the answer is to return."""
        return self.returns or len(self.criteria)

    def mistake(self, name: str) -> Mistake:
        """The mistake of that name. Raises ValueError, with the names there are, where there is none."""
        found = next((mistake for mistake in self.mistakes if mistake.name == name), None)
        if found is None:
            raise ValueError(f"{self.name} has no mistake called {name!r}; it has {[mistake.name for mistake in self.mistakes]}")
        return found

    def answer_with(self, *mistakes: Mistake) -> Callable[..., Any]:
        """The answer that makes these mistakes, all of them at once.

        Raises ValueError where they cannot be made together: two that touch the same text, or one that is an answer of its own.
        """
        made = [mistake.edits for mistake in mistakes]
        if len(mistakes) == 1 and callable(mistakes[0].made):
            return mistakes[0].made
        if None in made:
            raise ValueError("expected edits, which compose; got a mistake that is an answer of its own")
        return edits.edited(self.right, tuple(edit for one in made for edit in one or ()))

    def lend(self, *arguments: Any, **named: Any) -> Any:
        """What the right answer returns: lent to an answer that needs this one. Lists are taken for the arrays they stand for.

        Raises TypeError where the arguments are not the answer's parameters.
        """
        try:
            inspect.signature(self.right).bind(*arguments, **named)
        except TypeError:
            raise TypeError(f"{self.name} takes {', '.join(self.parameters)}; got {len(arguments)} values and {sorted(named)}") from None
        return self.right(*map(as_given, arguments), **{name: as_given(value) for name, value in named.items()})


def as_given(value: Any) -> Any:
    """Lists as the arrays they stand for; a shape stays a tuple."""
    return np.asarray(value) if isinstance(value, list) else value
