"""The slope of a function along a line, from its values alone, with an error bar that can be trusted.

Central differences at steps that fall by a factor of four, extrapolated to step zero (Richardson 1911). The error bar has three
parts: how far the extrapolation has settled, how large a corner the values leave room for, and the noise of the function itself,
which is measured. Lengths along a line are counted in units of its direction, so slopes and bars are in units of the function.
"""

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

Array = np.ndarray
Direction = Sequence[tuple[str, slice, Array]]  # array, which of its flattened entries, and how far each of them moves

EPS, EPS32 = (float(np.finfo(dtype).eps) for dtype in (np.float64, np.float32))
COARSEST, FINEST = 14, -21  # steps are powers of four


def as_number(value: object) -> float:
    """The one real number f is asked for."""
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "biuf":
        raise ValueError(f"f must return one real number, got {array.dtype} of shape {array.shape}: did you forget a sum?")
    return float(array.reshape(()))


@dataclass(frozen=True)
class Noise:
    """How far a function's values are from a smooth curve: `level` where they are as large as `size`, and in proportion beyond."""

    level: float
    size: float

    @property
    def single(self) -> bool:
        """Whether the function computes in single precision, or as roughly."""
        return self.level > 1e-9 * self.size

    def at(self, size: float) -> float:
        """Largest error to be expected of a value of that magnitude."""
        return 4 * self.level * max(1.0, size / self.size if self.size else 1.0) + 2 * EPS * size


def measure_noise(along: Callable[[float], float], *, spacings: Sequence[float] = (2.0**-22, 2.0**-18, 2.0**-14, 2.0**-10)) -> Noise:
    """Noise of a function of one variable, from a difference table of ten neighbouring values.

    Sixth differences wipe out whatever is smooth and leave what is not. While some of the ten are the same, wider spacings are
    tried: a function that computes in single precision, or rounds, is a staircase seen from near. Its stairs may be as regular as
    a line; but after a rest they are noise. Source: Moré and Wild, SIAM Journal on Scientific Computing 33 (2011).

    >>> measure_noise(lambda t: float(np.float32(np.exp(1 + t)))).level > 1e-9 > measure_noise(lambda t: np.exp(1 + t)).level
    True
    """
    level, values, rests = 0.0, np.zeros(10), False
    for spacing in spacings:
        values = np.array([along(spacing * k) for k in range(10)])
        if not np.isfinite(values).all():
            return Noise(0.0, 0.0)
        level = max(level, sixth_differences(values), np.abs(np.diff(values)).min() / 4 if rests else 0.0)
        rests = not np.ptp(values)
        if level and np.unique(values).size == values.size:
            break
    if rests:
        level = wide_steps(along)
    size = float(np.abs(values).max())
    return Noise(max(level, single_rounding(values, size)), size)


def sixth_differences(values: Array) -> float:
    """Their root mean square, divided by what it is for noise of size 1."""
    return float(np.sqrt(np.mean(np.diff(values, 6) ** 2) / math.comb(12, 6)))


def wide_steps(along: Callable[[float], float], *, spacings: Sequence[float] = (2.0**-8, 2.0**-6, 2.0**-4)) -> float:
    """Noise of a function that is constant from near: of a staircase. One that leaves a plateau at a corner has none."""
    for spacing in spacings:
        values = np.array([along(spacing * k) for k in range(10)])
        if not np.isfinite(values).all():
            break
        jumps = np.abs(np.diff(values))
        if staircase(values, jumps[jumps > 0]):
            return max(sixth_differences(values), jumps[jumps > 0].min() / 4)
        if np.unique(values).size > 5:
            break
    return 0.0


def staircase(values: Array, jumps: Array) -> bool:
    """Whether values rest on one level and then on another, or jump by whole multiples of a height that occurs more than once."""
    if np.sum(np.unique(values, return_counts=True)[1] > 1) > 1:
        return True
    heights = jumps / jumps.min(initial=np.inf)
    return bool((heights < 1.01).sum() > 1 and (np.abs(heights - heights.round()) < 0.01).all())


def single_rounding(values: Array, size: float) -> float:
    """The least noise that values have which are all numbers of single precision, if they change at all."""
    with np.errstate(over="ignore"):
        in_single = values.astype(np.float32) == values
    return EPS32 * size / 4 if in_single.all() and np.ptp(values) else 0.0


@dataclass(frozen=True)
class Slope:
    """The derivative along a line, give or take `bar`: `left` and `right` of the centre, which differ at a kink alone.

    `noise` is the share of the bar that comes from the function's own noise; `curvature` is the second derivative, roughly.
    """

    left: float
    right: float
    bar: float
    noise: float
    curvature: float = 0.0

    @property
    def value(self) -> float:
        return (self.left + self.right) / 2

    @property
    def kink(self) -> bool:
        return self.left != self.right

    def distance(self, given: float) -> float:
        """How far a given value is from the nearest that is right: any between the one-sided slopes is."""
        return max(min(self.left, self.right) - given, given - max(self.left, self.right), 0.0)

    def agrees(self, other: "Slope") -> bool:
        return max(abs(self.left - other.left), abs(self.right - other.right)) <= self.bar + other.bar


UNKNOWN = Slope(0.0, 0.0, np.inf, np.inf)


@dataclass(frozen=True)
class Level:
    """Difference quotients at a step of t, central and on either side, and how far off the noise may put them."""

    t: float
    central: float
    right: float
    left: float
    noise: float

    @property
    def corner(self) -> float:
        return self.right - self.left

    @property
    def still(self) -> bool:
        return self.right == self.left == 0

    @property
    def moves(self) -> bool:
        return max(abs(self.right), abs(self.left)) > 2 * self.noise


@dataclass
class Line:
    """A function φ of one variable around zero, sampled at steps of ± unit · 4ᵏ."""

    phi: Callable[[float], float]
    centre: float
    noise: Noise
    unit: float = 1.0
    finest: int = FINEST
    levels: dict[int, Level] = field(default_factory=dict)
    largest: float = 0.0  # value met

    def sample(self, k: int) -> None:
        """Add the level k; nothing is added where the function is not finite."""
        t = self.unit * 4.0**k
        up, down = self.phi(t), self.phi(-t)
        if math.isfinite(up + down):
            size = max(abs(up), abs(down), abs(self.centre))
            self.largest = max(self.largest, size)
            right, left = (up - self.centre) / t, (self.centre - down) / t
            self.levels[k] = Level(t, (up - down) / (2 * t), right, left, self.noise.at(size) / t)

    def slope(self, start: int, goal: Callable[[Slope], float]) -> Slope:
        """φ'(0), with a bar that meets its goal where that can be had.

        Three levels come first: coarser ones follow where noise is the obstacle, finer ones where the function bends or breaks.
        """
        coarse, fine = start, start - 2
        for k in (start, start - 1, start - 2):
            self.sample(k)
        best, window = UNKNOWN, (start, 3)
        while True:
            windows = {window, (coarse, 3), (coarse, 4), (fine + 2, 3), (fine + 3, 4)}
            best, window = min(((self.smooth(self.run(*window)), window) for window in windows), key=lambda found: found[0].bar)
            if best is not UNKNOWN and best.bar <= goal(best):
                return best
            noisy = best is not UNKNOWN and best.noise > best.bar / 2
            stuck = window[0] < coarse and (abs(best.value) > best.bar or coarse >= max(2, window[0] + 3))  # at rest, look farther
            if noisy and coarse < COARSEST and not stuck:
                coarse += 1
                self.sample(coarse)
            elif not noisy and fine > self.finest and (fine not in self.levels or 4 * self.levels[fine].noise < best.bar):
                fine -= 1
                self.sample(fine)
            else:
                kink = self.kink()
                return kink if kink and best.bar > abs(kink.right - kink.left) / 8 else best

    def run(self, k: int, size: int) -> list[Level]:
        """Neighbouring levels from k to finer ones; none of them where one is missing."""
        run = [self.levels[k - i] for i in range(size) if k - i in self.levels]
        return run if len(run) == size else []

    def smooth(self, run: Sequence[Level]) -> Slope:
        """The slope from a run of levels at which the function looks smooth; UNKNOWN where it does not.

        Where the function is at rest, its noise does not show: its values far away tell how large the numbers behind it are.
        """
        if not run or (any(level.still for level in run) and any(level.moves for level in run)):
            return UNKNOWN
        at_rest = all(level.still for level in run)
        noise = [self.noise.at(self.largest) / level.t if at_rest else level.noise for level in run]
        central, corner = [level.central for level in run], [level.corner for level in run]
        if not settles([b - a for a, b in pairwise(central)], noise, 3) or not settles(corner, [2 * one for one in noise], 2):
            return UNKNOWN
        (value, error), (gap, gap_error) = extrapolate(central, 16, 16), extrapolate(corner, 4, 16)
        if abs(gap) > 2 * gap_error + 4 * noise[-1]:
            return UNKNOWN
        bar = error + 1.2 * noise[-1] + (abs(gap) + gap_error) / 2
        return Slope(value, value, bar, 1.2 * noise[-1], abs(corner[0] / run[0].t))

    def kink(self) -> Slope | None:
        """One-sided slopes that stay apart down to the finest steps that noise leaves readable; None where there are none."""
        found: Slope | None = None
        for k in sorted(self.levels):
            one = self.sides(self.run(k, 3))
            if one and found and not one.agrees(found):
                break
            found = one if one and (not found or one.bar < found.bar) else found
        return found

    def sides(self, run: Sequence[Level]) -> Slope | None:
        """One-sided slopes from a run of levels; None where they do not settle, or are not apart."""
        noise, sides = [2 * level.noise for level in run], [[level.left for level in run], [level.right for level in run]]
        if not run or not all(settles([b - a for a, b in pairwise(side)], noise, 2) for side in sides):
            return None
        (left, error), (right, other) = (extrapolate(side, 4, 4) for side in sides)
        bar = max(error, other) + 3 * run[-1].noise
        return Slope(left, right, bar, 3 * run[-1].noise) if abs(right - left) >= 8 * bar else None


def settles(values: Sequence[float], noise: Sequence[float], factor: float) -> bool:
    """Whether each value is smaller than the one before by a factor, or is lost in noise."""
    return all(abs(b) <= max(abs(a) / factor, 2 * lost) for (a, b), lost in zip(pairwise(values), noise[1 - len(values) :], strict=True))


def extrapolate(values: Sequence[float], ratio: float, growth: float) -> tuple[float, float]:
    """Limit of a sequence, and how far it is from settled.

    The errors are a sum of parts: one falls by `ratio` at each step, the next by `ratio` times `growth`, and so on.

    >>> extrapolate([1 + 4.0**-k + 16.0**-k for k in range(3)], 4, 4)[0]
    1.0
    """
    column = previous = list(values)
    while len(column) > 1:
        previous, column = column, [b + (b - a) / (ratio - 1) for a, b in pairwise(column)]
        ratio *= growth
    return column[0], max(abs(one - column[0]) for one in previous)


class MeasuredFunction:
    """A real function of one array (named "") or of a dict of arrays, called on copies of them; the calls are counted.

    Raises ValueError, where it is first called, if it does not return one finite real number, or changes its input in place.
    """

    def __init__(self, f: Callable[[Any], Any], arrays: Mapping[str, Array]) -> None:
        self.f, self.arrays, self.calls = f, arrays, 0
        self.lent = {name: array.copy() for name, array in arrays.items()}
        self.scales = {name: float(np.abs(array).max(initial=0.0)) or 1.0 for name, array in arrays.items()}
        self.centre = as_number(self.call(self.lent))
        self.expect_unchanged()
        if not math.isfinite(self.centre):
            raise ValueError(f"f must be finite where its gradient is checked, got {self.centre} for the inputs given")
        self.repeats = as_number(self.call(self.lent)) == self.centre

    def call(self, arrays: Mapping[str, Array]) -> Any:
        self.calls += 1
        with np.errstate(all="ignore"):
            return self.f(arrays[""] if "" in arrays else dict(arrays))

    def value(self, arrays: Mapping[str, Array]) -> float:
        """f of other arrays; NaN where it fails, as it may outside its domain."""
        try:
            return as_number(self.call(arrays))
        except (ValueError, ArithmeticError):
            return np.nan

    def expect_unchanged(self) -> None:
        for name, array in self.arrays.items():
            if not np.array_equal(array, self.lent[name]):
                which = f"`{name}`" if name else "its input"
                raise ValueError(f"f must leave its input as it is, but changed {which} in place: write a = a + b, not a += b")

    def line(self, direction: Direction, noise: Noise, unit: float, finest: int) -> Line:
        parts = [(self.lent[name].reshape(-1)[where], self.arrays[name].reshape(-1)[where], step) for name, where, step in direction]

        def phi(t: float) -> float:
            for moved, array, step in parts:
                np.multiply(step, t, out=moved)
                moved += array
            return self.value(self.lent)

        return Line(phi, self.centre, noise, unit, finest)

    def put_back(self, direction: Direction) -> None:
        """Undo the moves along a line, which are left as they are between two samples."""
        for name, where, _ in direction:
            self.lent[name].reshape(-1)[where] = self.arrays[name].reshape(-1)[where]

    def complex_slope(self, direction: Direction, *, h: float = 1e-40) -> float:
        """Derivative by a complex step; NaN where f turns complex numbers away. Not to be believed alone: see `gradcheck`."""
        arrays = dict(self.lent)
        for name, where, step in direction:
            arrays[name] = arrays[name].astype(complex)
            arrays[name].reshape(-1)[where] += 1j * h * step
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                return float(np.imag(self.call(arrays)) / h)
        except Exception:
            return np.nan

    def noise(self, rng: np.random.Generator) -> Noise:
        """Noise of f near its inputs, off any corner they lie on."""
        start, ahead = {}, {}
        for name, array in self.arrays.items():
            size = np.where(array == 0, self.scales[name], np.abs(array))
            start[name] = array + 2.0**-12 * size * rng.uniform(-1, 1, size.shape)
            ahead[name] = size * rng.uniform(-1, 1, size.shape)
        return measure_noise(lambda t: self.value({name: np.asarray(array + t * ahead[name]) for name, array in start.items()}))
