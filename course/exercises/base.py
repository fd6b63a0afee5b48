"""An exercise: one graded answer, defined once, and asked by everything else.

The check a student runs, the grading an instructor runs, the points in the gradebook, the diagnosis of a mistake and the tests of
the course itself all come from the same `Exercise`. What is right is decided by a witness that is independent of any model answer: the
derivative of the exercise's own forward pass, a formula, or a property that must hold.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course.gradcheck import complex_step_gradient

Array = np.ndarray


@dataclass(frozen=True)
class Case:
    """One question to an answer: named inputs, in the order of the answer's parameters.

    An input called `rng` is the seed of the generator that the answer gets; a text that begins with "lambda" is the function it
    gets. `criteria` names the criteria that the question is about, all of them where it is empty: nothing else can be lost by it.

    `entrywise` holds every entry to its own magnitude in place of the array's largest. Such cases mix scales, or stand just beside
    a kink: there a derivative by formula is still exact, and one by finite differences is lost.
    """

    name: str
    inputs: Mapping[str, Any]
    entrywise: bool = False
    criteria: tuple[str, ...] = ()


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

    `cause` is the name of a misconception; `where` a heat map of the difference, as `course.heatmap` makes it.
    """

    reason: str
    hint: str = ""
    cause: str = ""
    where: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Property:
    """What must hold of values that may be right in many ways: a random mask, trained weights.

    `test` takes everything the answer returned, as arrays of numbers, and returns what is wrong, or None.
    """

    test: Callable[..., Finding | None]


@dataclass(frozen=True)
class Criterion:
    """One thing that earns points, mostly an array that an answer returns. `what` ends the sentence "`name` is ..."."""

    name: str
    points: float
    what: str


@dataclass(frozen=True)
class Misconception:
    """A mistake that a student would really make: its name, a hint that does not give the answer away, and the mistake itself.

    `wrong` is an answer with this mistake. It serves the diagnosis, which compares, and the tests, which hand it in.
    """

    name: str
    hint: str
    wrong: Callable[..., Any]


@dataclass(frozen=True)
class Exercise:
    """One graded answer.

    `asks` is one sentence for the student; `cases(rng)` yields the questions, simplest first; `expected(case)` gives the right
    value, or the property, for each criterion the case is about. `needs` names the earlier answers this one may call, `probe` what
    drives the answer, and `returns` how many values it returns where that is not one for each criterion.
    """

    name: str
    asks: str
    criteria: tuple[Criterion, ...]
    cases: Callable[[np.random.Generator], Iterable[Case]]
    expected: Callable[[Case], Mapping[str, Expected | Property]]
    parameters: tuple[str, ...]
    needs: tuple[str, ...] = ()
    probe: str = "call"
    misconceptions: tuple[Misconception, ...] = field(default=(), repr=False)
    returns: int | None = None

    @property
    def points(self) -> float:
        return sum(criterion.points for criterion in self.criteria)

    def asked(self, case: Case) -> tuple[Criterion, ...]:
        """The criteria that a case is about."""
        return tuple(criterion for criterion in self.criteria if not case.criteria or criterion.name in case.criteria)

    @property
    def values(self) -> int:
        """How many values the answer is to return."""
        return self.returns or len(self.criteria)

    def reference(self, *arguments: Any, **named: Any) -> Any:
        """The right answer to any inputs, as a tuple where several arrays are asked for: lent to an answer that needs this one.

        Raises TypeError where the arguments are not the answer's parameters, ValueError where they make no sense.
        """
        inputs = dict(zip(self.parameters, arguments, strict=False)) | named
        if len(arguments) > len(self.parameters) or set(inputs) != set(self.parameters):
            raise TypeError(f"{self.name} takes {', '.join(self.parameters)}; got {len(arguments)} values and {sorted(named)}")
        expected = self.expected(Case("lent", {name: as_given(inputs[name]) for name in self.parameters}))
        values = tuple(one.value for criterion in self.criteria if isinstance(one := expected[criterion.name], Expected))
        return values if len(values) > 1 else values[0]


def as_given(value: Any) -> Any:
    """Lists as the arrays they stand for; a shape stays a tuple."""
    return np.asarray(value) if isinstance(value, list) else value


def value_of(formula: Callable[..., Any], *names: str) -> Callable[[Case], dict[str, Expected]]:
    """Expected values from a formula of the case's inputs, which returns one value for each name."""

    def expected(case: Case) -> dict[str, Expected]:
        result = formula(**in_double(case.inputs))
        values = result if len(names) > 1 else (result,)
        return {name: Expected(np.asarray(value)) for name, value in zip(names, values, strict=True)}

    return expected


def gradient_of(
    loss: Callable[..., complex], wrt: Mapping[str, str], extra: Callable[..., Mapping[str, Any]] | None = None
) -> Callable[[Case], dict[str, Expected]]:
    """Expected gradients of a scalar loss of the case's inputs, by the complex step on our own forward pass.

    `wrt` maps each criterion to the input it differentiates by. `extra(**inputs)` adds inputs that the derivative does not depend
    on and the answer is not given (a bias, say). The loss must let complex numbers pass; the tests hold each of these gradients to
    real finite differences as well.
    """

    def expected(case: Case) -> dict[str, Expected]:
        inputs = in_double(case.inputs)
        inputs |= extra(**inputs) if extra else {}

        def gradient(by: str) -> Array:
            return complex_step_gradient(lambda moved: loss(**{**inputs, by: moved}), inputs[by])

        return {name: Expected(gradient(by), derivative=True) for name, by in wrt.items()}

    return expected


def in_double(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs with floating-point arrays in float64: a witness is never less exact than what it judges."""
    return {
        name: value.astype(np.float64) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value
        for name, value in inputs.items()
    }
