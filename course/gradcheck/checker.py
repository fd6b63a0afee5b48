"""`gradcheck`: judges a gradient of yours by experiment, knows how far that can be trusted, and says where the gradient is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Literal

import numpy as np

from course.gradcheck.comparisons import Comparer, Comparison
from course.gradcheck.derivatives import EPS, UNKNOWN, MeasuredFunction, Slope

Array = np.ndarray
Mode = Literal["full", "fast"]
Outcome = Literal["ok", "wrong", "kink", "noisy"]

SMALL = 256  # entries of an array that the fast mode looks at one by one, where directions cannot tell
LARGE = 4096  # entries in all: for more than these, the fast mode first glances at all of them at once


def gradcheck(
    f: Callable[[Any], Any], inputs: Any, gradients: Any, *, mode: Mode = "full", rng: np.random.Generator | None = None
) -> "GradcheckResult":
    """Whether `gradients` is the gradient of f at `inputs`; if not, where it is wrong.

    `inputs` and `gradients` are one array each, or dicts of arrays with the same keys; f takes what `inputs` is and returns one
    real number. Arrays of lower precision are promoted to float64 before f sees them.

    Every entry is compared with a finite difference and its error bar. There is no absolute tolerance, so a loss of 1e-8 is
    checked as strictly as a loss of 1; a relative error of 1e-8 passes for rounding, 64 ε where the gradient or f is of lower
    precision. Where f has a corner, any value between its one-sided slopes is right. Mode "fast" compares derivatives along two
    random directions for each array, in one of which small entries of the gradient count as much as large ones; where they
    disagree, it halves the array until it can name an entry. `rng` draws directions and steps; without it, every call draws the
    same.

    Raises ValueError, saying what was expected and what came, where keys, shapes or types do not match, where f does not return
    one finite real number, and where f changes its input in place.

    >>> x = np.array([1.0, 2.0])
    >>> result = gradcheck(lambda x: (x**3).sum(), x, -3 * x**2)
    >>> result.outcome, result.ok
    ('wrong', False)
    >>> print(result)  # doctest: +ELLIPSIS
    ✗ wrong: 2 of 2 entries differ from the finite difference.
      the gradient at [1]: yours -12, finite difference 12 ± ...
      hint: It is minus the finite difference. Which way does f go when this input grows?
      compared: every entry, ... evaluations of f
    """
    if mode not in ("full", "fast"):
        raise ValueError(f'mode must be "full" or "fast", got {mode!r}')
    arrays, given = matched(inputs, gradients)
    checker = Checker(MeasuredFunction(f, arrays), given, rng or np.random.default_rng(0), mode)
    result = checker.unreadable() or checker.judge(checker.full() if mode == "full" else checker.fast())
    checker.f.expect_unchanged()
    return result


def matched(inputs: Any, gradients: Any) -> tuple[dict[str, Array], dict[str, Array]]:
    """Inputs and gradients as dicts of arrays that fit together; one array alone goes by the name ""."""
    if isinstance(inputs, dict) != isinstance(gradients, dict):
        kinds = ["a dict of arrays" if isinstance(one, dict) else "one array" for one in (inputs, gradients)]
        raise ValueError(f"gradients must be what inputs is, {kinds[0]}, got {kinds[1]}")
    if not isinstance(inputs, dict):
        inputs, gradients = {"": inputs}, {"": gradients}
    if set(inputs) != set(gradients):
        raise ValueError(f"gradients must have the keys of inputs, {list(inputs)}, got {list(gradients)}")
    arrays, given = {}, {}
    for name in inputs:
        of = f"[{name!r}]" if name else ""
        array, gradient = real(inputs[name], f"inputs{of}", "f"), real(gradients[name], f"gradients{of}", "fiub")
        if gradient.shape != array.shape:
            raise ValueError(f"gradients{of} must have the shape of its input, {array.shape}, got {gradient.shape}")
        if not np.isfinite(array).all():
            raise ValueError(f"inputs{of} must be finite, got {array[~np.isfinite(array)][0]}")
        arrays[name], given[name] = np.array(array, dtype=np.float64, order="C"), gradient
    return arrays, given


def real(value: Any, what: str, kinds: str) -> Array:
    """The value as an array of one of the kinds of number allowed."""
    array = np.asarray(value)
    if array.dtype.kind not in kinds:
        advice = ": write 1.0 for 1, or .astype(float)" if array.dtype.kind in "iub" else ""
        raise ValueError(f"{what} must hold real floating-point numbers, got {array.dtype}{advice}")
    return array


@dataclass(frozen=True)
class GradcheckResult:
    """What a gradient check found: an outcome, and the entry that decided it.

    `outcome` is "ok", "wrong", "kink" (right: f has a corner, and the value lies between its one-sided `slopes`) or "noisy" (f's
    own noise hides too much to tell). `array` names the array of the worst entry, "" where there is only one; `index` is its index,
    None where a whole array was compared along a direction. `yours` stands against `finite_difference` ± `error_bar`;
    `evaluations` counts the calls of f.
    """

    outcome: Outcome
    reason: str
    array: str = ""
    index: tuple[int, ...] | None = None
    yours: float = np.nan
    finite_difference: float = np.nan
    error_bar: float = np.inf
    slopes: tuple[float, float] | None = None
    hint: str = ""
    compared: str = ""
    evaluations: int = 0

    @property
    def ok(self) -> bool:
        return self.outcome in ("ok", "kink")

    def __str__(self) -> str:
        lines = [f"{'✓' if self.ok else '✗' if self.outcome == 'wrong' else '?'} {self.outcome}: {self.reason}"]
        digits = certain_digits(self.finite_difference, self.error_bar)
        where = f"`{self.array}`" if self.array else "the gradient"
        where += " along a random direction" if self.index is None else f" at {list(self.index)}" if self.index else ""
        if self.slopes:
            lines.append(f"  {where}: yours {self.yours:.6g}, slope {self.slopes[0]:.6g} on the left and {self.slopes[1]:.6g} on the right")
        elif not np.isnan(self.finite_difference):
            value = f"{self.finite_difference:.{digits}g} ± {self.error_bar:.1g}"
            lines.append(f"  {where}: yours {self.yours:.{digits}g}, finite difference {value}")
        lines += [f"  hint: {self.hint}"] if self.hint else []
        return "\n".join([*lines, f"  compared: {self.compared}, {self.evaluations} evaluations of f"])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


def certain_digits(value: float, bar: float) -> int:
    """How many digits of a value are worth showing."""
    return int(np.clip(np.ceil(np.log10(abs(value) / bar)), 3, 12)) if value and 0 < bar < np.inf else 6


def tells(one: Comparison) -> bool:
    """Whether there is something to look into."""
    return one.wrong or one.slope.kink


class Checker(Comparer):
    """One gradient check: the comparisons that an outcome takes, and the outcome."""

    def __init__(self, f: MeasuredFunction, given: dict[str, Array], rng: np.random.Generator, mode: Mode) -> None:
        super().__init__(f, given, rng)
        self.mode = mode

    def full(self) -> list[Comparison]:
        compared = self.sharpened([one for name in self.given for one in self.entries(name)])
        return compared + self.ties([one for one in compared if one.slope.kink and not one.wrong])

    def fast(self) -> list[Comparison]:
        compared: list[Comparison] = []
        if sum(array.size for array in self.given.values()) > LARGE and (glance := self.glance()).close:
            return [glance]
        for name, array in self.given.items():
            own = self.directions(name) if array.size > 2 else self.entries(name)
            if array.size <= SMALL and not any(one.wrong for one in own) and self.hidden(own):
                own = self.sharpened(self.entries(name))
            compared += own
            if any(one.wrong for one in own):
                return compared
        return compared + self.ties([one for one in compared if one.slope.kink])

    def sharpened(self, compared: list[Comparison]) -> list[Comparison]:
        """The same comparisons with complex-step derivatives, where they agree with every finite difference within its bar.

        They are free of truncation and of noise; but a function that takes an absolute value or compares makes them wrong
        without a sign, so what the finite differences do not confirm is not used at all.
        """
        sharp = []
        for one in compared:
            value = self.f.complex_slope(one.direction)
            if not one.slope.distance(value) <= one.slope.bar + 1e-12 * abs(value):
                return compared
            bar = min(one.slope.bar, one.slope.noise + 1e-15 * abs(value))
            sharp.append(one if one.slope.kink else replace(one, slope=Slope(value, value, bar, 0.0)))
        return sharp

    def ties(self, kinks: list[Comparison]) -> list[Comparison]:
        """What entries on a corner say together, which each alone does not: of two that tie for the maximum, not both count in full.

        Slopes of a sum of separate corners add up; only where they do not, the entries are looked at in pairs.
        """
        kinks = kinks[:12]
        if len(kinks) < 2:
            return []
        together = [self.together(kinks, np.ones(len(kinks))), self.together(kinks, self.rng.choice([-1.0, 1.0], len(kinks)))]
        if not any(tied for tied, _ in together):
            return []
        pairs = [self.together(pair, np.array([1.0, sign])) for pair in combinations(kinks, 2) for sign in (1, -1)]
        return [one for tied, one in pairs if tied] + [one for _, one in together[:1] if not one.slope.kink]

    def together(self, kinks: Sequence[Comparison], signs: Array) -> tuple[bool, Comparison]:
        """Whether the slopes of several entries do not add up when they move at once, and the comparison along that direction."""
        step = min(kink.unit for kink in kinks)
        one = self.compare([(*kink.direction[0][:2], np.array([sign * step])) for kink, sign in zip(kinks, signs, strict=True)])
        right = left = bar = 0.0
        for kink, sign in zip(kinks, signs, strict=True):
            ahead, behind = (kink.slope.right, kink.slope.left) if sign > 0 else (kink.slope.left, kink.slope.right)
            right, left = right + sign * step / kink.unit * ahead, left + sign * step / kink.unit * behind
            bar += 2 * kink.slope.bar * step / kink.unit
        return max(abs(one.slope.right - right), abs(one.slope.left - left)) > bar + 2 * one.slope.bar, one

    def directions(self, name: str) -> list[Comparison]:
        """Comparisons along two directions, or of the entries behind a difference or a corner that they show."""
        compared: list[Comparison] = []
        for reach in self.reaches(name):
            for one in compared:
                reach[one.direction[0][1]] *= not one.slope.kink
            whole = self.measure([(name, slice(0, reach.size), reach)], -6)
            compared += self.search(name, whole, reach) if tells(whole) else [whole]
            if any(one.wrong for one in compared):
                return compared + [self.entry(name, int(i)) for i in self.rng.choice(reach.size, 3, replace=False)]  # for the hint
        return compared

    def search(self, name: str, whole: Comparison, reach: Array, *, patience: int = 64) -> list[Comparison]:
        """The entries behind a difference or a corner, by halving: all that lie on a corner, up to the first that is wrong."""
        found: list[Comparison] = []
        pending = [(0, reach.size, True)]  # from, to, and whether something is known to be there
        while pending and len(found) < patience:
            start, stop, known = pending.pop()
            if stop - start == 1:
                found.append(self.entry(name, start))
                if found[-1].wrong:
                    return found
            elif known or tells(self.measure([(name, slice(start, stop), reach[start:stop])], -6)):
                middle = (start + stop) // 2
                left = tells(self.measure([(name, slice(start, middle), reach[start:middle])], -6))
                pending += [(middle, stop, not left), *([(start, middle, True)] if left else [])]
        return found if len(found) < patience else [*found, replace(whole, slope=UNKNOWN)]

    def unreadable(self) -> GradcheckResult | None:
        """An outcome that needs no comparison: a gradient with NaN, or a function that answers differently each time."""
        for name, array in self.given.items():
            for i in np.flatnonzero(~np.isfinite(array))[:1]:
                one = self.measure([(name, slice(int(i), int(i) + 1), np.array([self.f.scales[name]]))], -3)
                return self.result("wrong", f"the gradient holds {array.reshape(-1)[i]}.", one)
        if not self.f.repeats:
            return self.result("noisy", "f returns another value each time for the same input. Does it draw random numbers? Fix its seed.")
        return None

    def judge(self, compared: list[Comparison]) -> GradcheckResult:
        """The outcome that follows from all comparisons."""
        if wrong := [one for one in compared if one.wrong]:
            worst = max(wrong, key=lambda one: one.slope.distance(one.given))
            return self.result("wrong", self.extent(worst, compared), worst, self.hint(worst, compared))
        if hidden := self.hidden(compared):
            return self.result("noisy", self.obstacle(hidden), max(hidden, key=lambda one: one.slope.bar))
        if kinks := [one for one in compared if one.slope.kink]:
            return self.result("kink", "right. f has a corner here, and any value between its two slopes is a subgradient.", kinks[0])
        if not compared:
            return self.result("ok", "there are no entries to compare.")
        worst = max(compared, key=lambda one: abs(one.given - one.slope.value) / (one.slope.bar + one.rounding or 1.0))
        return self.result("ok", "the gradient agrees with finite differences.", worst)

    def hidden(self, compared: list[Comparison]) -> list[Comparison]:
        """Comparisons whose error bar leaves room for a gross mistake."""
        total = max((one.size for one in compared), default=0.0)
        hidden: list[Comparison] = []
        for name in self.given:
            own = [one for one in compared if one.array == name]
            size = max((one.size for one in own), default=0.0)
            exact = all(one.slope.noise == 0 for one in own)
            if exact and all(abs(one.given - one.slope.value) <= 0.1 * size for one in own):
                continue  # the complex step sees what noise hides
            if not exact and self.sizes[name] <= 1e-6 * EPS * abs(self.f.centre):
                continue  # as good as zero
            enough = max(0.05 * size, 1e-10 * total, 0.0 if self.sizes[name] else 1e-9 * abs(self.f.centre))
            wide = [one for one in own if one.slope.bar > enough and not (one.given == one.slope.value == 0 and one.slope.bar < np.inf)]
            alone = [one for one in wide if one.entry is not None]
            directions = [one for one in own if one.entry is None]
            hidden += wide if len(wide) - len(alone) == len(directions) else alone  # one of two directions that tells is enough
        return hidden

    def obstacle(self, hidden: list[Comparison]) -> str:
        """Why an error bar is so wide."""
        if any(np.isinf(one.slope.bar) for one in hidden):
            return "f jumps here, or is not finite on both sides: no difference can be formed."
        relative = self.noise.level / abs(self.f.centre) if self.f.centre else 0.0
        single = " Does it compute in single precision?" if 1e-9 < relative < 1e-5 else ""
        return f"f's own rounding noise, about {self.noise.level:.1g} in {self.f.centre:.4g}, hides the derivative.{single}"

    def extent(self, worst: Comparison, compared: list[Comparison]) -> str:
        """How much is wrong."""
        if len(worst.direction) > 1:
            places = ", ".join(self.place(name, where.start) for name, where, _ in worst.direction)
            return f"at a corner, {places} together claim what is no slope of f when all of them move."
        own = alone(worst.array, compared)
        looked_at = " looked at" if len(own) < self.given[worst.array].size else ""
        return f"{sum(one.wrong for one in own)} of {len(own)} entries{looked_at} differ from the finite difference."

    def index(self, name: str, i: int) -> tuple[int, ...]:
        return tuple(int(i) for i in np.unravel_index(i, self.given[name].shape))

    def place(self, name: str, i: int) -> str:
        return f"`{name}`{list(self.index(name, i))}" if name else f"{list(self.index(name, i))}"

    def hint(self, worst: Comparison, compared: list[Comparison]) -> str:
        """Which plain relation the array has to the right one, as far as it was compared."""
        own, shape = alone(worst.array, compared), self.given[worst.array].shape
        given, right = np.array([(one.given, one.slope.value) for one in own]).T
        factor = float(given @ right / (right @ right)) if right.any() else 0.0

        def same(candidate: Array) -> bool:
            return bool((np.abs(candidate - given) <= 1e-6 * np.abs(given).max()).all())

        if len(own) < 2 or len(worst.direction) > 1:
            return ""
        if not given.any():
            return "It is zero everywhere. Does backward reach this array?"
        if same(-right):
            return "It is minus the finite difference. Which way does f go when this input grows?"
        if len(shape) == 2 and shape[0] == shape[1] and len(own) == self.given[worst.array].size and same(right.reshape(shape).T.ravel()):
            return "It is the transpose of the finite difference. Which index is summed over?"
        if same(factor * right) and not same(right):
            return f"It is {factor:.6g} times the finite difference. Is there a sum for a mean, or a mean for a sum?"
        return ""

    def result(self, outcome: Outcome, reason: str, one: Comparison | None = None, hint: str = "") -> GradcheckResult:
        names = " and ".join(f"`{name}`" for name in self.given if name)
        compared = {"full": "every entry", "fast": "random directions"}[self.mode] + (f" of {names}" if names else "")
        if one is None:
            return GradcheckResult(outcome, reason, compared=compared, evaluations=self.f.calls)
        index = None if one.entry is None else self.index(one.array, one.entry)
        yours, value, bar = (number / one.unit for number in (one.given, one.slope.value, one.slope.bar))
        slopes = (one.slope.left / one.unit, one.slope.right / one.unit) if one.slope.kink else None
        array = one.array if len(one.direction) == 1 or index else ""
        return GradcheckResult(outcome, reason, array, index, yours, value, bar, slopes, hint, compared, self.f.calls)


def alone(array: str, compared: list[Comparison]) -> list[Comparison]:
    """The comparisons of single entries of an array, each entry once, in order."""
    found = {one.entry: one for one in compared if one.array == array and one.entry is not None and len(one.direction) == 1}
    return [found[i] for i in sorted(found)]
