"""What the widgets share: each is a Python file, and a JavaScript file of the same name beside it, which finds the kit as `kit`.

Where its JavaScript is long, that has a room of the same name, of which `make widgets` makes the file NAME.bundle.js.
"""

import inspect
import numbers
import pathlib
import uuid
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import anywidget
import numpy as np
import traitlets
from IPython.display import HTML, display

EXPORTED = "export { kit };\n"  # a page without a kernel makes its model with it
KIT = pathlib.Path(__file__).with_name("kit.bundle.js").read_text(encoding="utf-8") + EXPORTED


class State(traitlets.TraitType):
    """A part of a widget's state, which controls, Python and the address set."""

    def __init__(self, default: Any):
        super().__init__(default)
        self.tag(sync=True)

    def schema(self, widget: Any) -> dict[str, Any]:
        """What it may be, as a JSON Schema whose `description` ends the sentence "NAME must be"."""
        raise NotImplementedError


class Number(State):
    """A finite number from `low` to `high`, or a whole one. Raises ValueError for another.

    The upper end may be a function of the widget, where it depends on the data.
    """

    def __init__(self, default: float, low: float, high: float | Callable[[Any], float], *, whole: bool = False):
        super().__init__(default)
        self.low, self.high, self.whole = low, high, whole
        self.kind: Any = numbers.Integral if whole else numbers.Real

    def schema(self, widget: Any) -> dict[str, Any]:
        return a_number(self.low, self.high(widget) if callable(self.high) else self.high, whole=self.whole)

    def validate(self, obj: Any, value: Any) -> float:
        schema = self.schema(obj)
        if isinstance(value, self.kind) and not isinstance(value, bool) and schema["minimum"] <= value <= schema["maximum"]:
            return int(value) if self.whole else float(value)  # NaN is not between the ends, nor is an infinity
        raise ValueError(f"{self.name} must be {schema['description']}, got {value!r}")


class Numbers(State):
    """A list of finite numbers from `low` to `high`, or a list of such lists, of the shape of `default`. Raises ValueError for another.

    The ends are numbers, or arrays of them.
    """

    def __init__(self, default: Any, low: Any, high: Any):
        super().__init__(default)
        self.shape, self.low, self.high = np.shape(default), low, high

    def schema(self, widget: Any) -> dict[str, Any]:
        low, high = (np.broadcast_to(end, self.shape).tolist() for end in (self.low, self.high))
        return nested(low, high) | {"description": f"numbers of shape {self.shape}, from {self.low} to {self.high}"}

    def validate(self, obj: Any, value: Any) -> list[Any]:
        try:
            array = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            raise ValueError(f"{self.name} must be numbers of shape {self.shape}, got {value!r}") from None
        if array.shape != self.shape:
            raise ValueError(f"{self.name} must have shape {self.shape}, got {array.shape}")
        if ((self.low <= array) & (array <= self.high)).all():  # which holds for no NaN, and for no infinity
            return array.tolist()
        raise ValueError(f"{self.name} must be numbers from {self.low} to {self.high}, got {value!r}")


class Choice(State):
    """One of a few texts, the first to begin with. Raises ValueError for another."""

    def __init__(self, *values: str):
        super().__init__(values[0])
        self.values = values

    def schema(self, widget: Any) -> dict[str, Any]:
        return {"enum": list(self.values), "description": f"one of {', '.join(self.values)}"}

    def validate(self, obj: Any, value: Any) -> str:
        if value in self.values:
            return value
        raise ValueError(f"{self.name} must be {self.schema(obj)['description']}, got {value!r}")


class Switch(State):
    """True or False. Raises ValueError for anything else."""

    def __init__(self, default: bool = False):
        super().__init__(default)

    def schema(self, widget: Any) -> dict[str, Any]:
        return {"type": "boolean", "description": "True or False"}

    def validate(self, obj: Any, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        raise ValueError(f"{self.name} must be True or False, got {value!r}")


class FiniteArray(traitlets.TraitType):
    """Finite numbers in a vector or, with two `dimensions`, in a matrix; kept as lists. Raises ValueError for anything else."""

    def __init__(self, dimensions: int = 1):
        super().__init__([])
        self.dimensions = dimensions
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> list[Any]:
        what = f"{self.name} must be {'a vector' if self.dimensions == 1 else 'a matrix'} of finite numbers"
        try:
            array = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            raise ValueError(f"{what}, got {value!r}") from None
        if array.ndim != self.dimensions or not array.size:
            raise ValueError(f"{what}, got an array of shape {array.shape}")
        if not np.isfinite(array).all():
            raise ValueError(f"{what}, got {array[~np.isfinite(array)][0]} among them")
        return array.tolist()


def a_number(low: float, high: float, *, whole: bool = False) -> dict[str, Any]:
    """The schema of a number from `low` to `high`."""
    kind, what = ("integer", "a whole number") if whole else ("number", "a number")
    return {"type": kind, "minimum": low, "maximum": high, "description": f"{what} from {low:g} to {high:g}"}


def nested(low: Any, high: Any) -> dict[str, Any]:
    """The schema of a number between two ends, or of a list of them, or of lists, in the shape of the ends."""
    if not isinstance(low, list):
        return a_number(low, high)
    each = [nested(least, most) for least, most in zip(low, high, strict=True)]
    return {"type": "array", "minItems": len(each), "maxItems": len(each), "prefixItems": each}


def fit_together(arrays: Mapping[str, Any], shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Raises ValueError for the first array that has another shape."""
    for name, shape in shapes.items():
        if np.shape(arrays[name]) != shape:
            raise ValueError(f"{name} must have shape {shape} to go with the others, got {np.shape(arrays[name])}")


class Widget(anywidget.AnyWidget):
    """A widget that is drawn in the browser, in a frame with a title, a question, and presets: names of states to look at.

    Its traits are its state: what a control changes Python can read, and what Python sets is drawn. In a saved notebook, where no
    kernel is, its still picture is seen.
    """

    title: ClassVar[str] = ""
    question: ClassVar[str] = ""
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    frame = traitlets.Dict(read_only=True).tag(sync=True)

    def __init_subclass__(cls, **options: Any) -> None:
        if "_esm" not in vars(cls):  # traitlets derives a class for each widget made, with the text as a trait
            own = pathlib.Path(inspect.getfile(cls))
            files = [own.with_suffix(suffix) for suffix in (".js", ".bundle.js")]
            cls._esm = KIT + next(file for file in files if file.exists()).read_text(encoding="utf-8")
        super().__init_subclass__(**options)

    @traitlets.default("frame")
    def _frame(self) -> dict[str, Any]:
        return {
            "title": self.title, "question": self.question, "presets": dict(self.presets), "still": f"still-{uuid.uuid4().hex}",
            "schema": self.schema(),
        }  # fmt: skip

    def schema(self) -> dict[str, Any]:
        """What of the state an address may set, and to what: a JSON Schema for each name."""
        return {name: trait.schema(self) for name, trait in self.traits().items() if isinstance(trait, State)}

    def still(self) -> Any:
        """The widget's state as a `course.plots.Picture`; each widget has its own."""
        raise NotImplementedError(f"{type(self).__name__} has no still picture")

    def __repr__(self) -> str:
        """What stands beneath the still picture where the widget cannot be drawn."""
        return f"{type(self).__name__}: run this cell to move it."

    def _ipython_display_(self, **options: Any) -> None:
        """The still picture, which the widget hides as soon as it is drawn, and the widget."""
        display(HTML(f'<div id="{self.frame["still"]}">{self.still().as_html("svg")}</div>'))
        bundle, metadata = self._repr_mimebundle_(**options)
        display(bundle, metadata=metadata, raw=True)
