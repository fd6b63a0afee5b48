"""Derivatives along a line beside what a gradient given says of them: where they differ by more than either can be off."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from course.gradcheck.derivatives import EPS, EPS32, FINEST, UNKNOWN, Array, Direction, MeasuredFunction, Noise, Slope


@dataclass(frozen=True, eq=False)
class Comparison:
    """The derivative along a direction, which is one entry's in most cases, beside what a gradient given says of it.

    Both are in units of f. `rounding` is what a right gradient may be off by; `norm` is that of the terms that make up `given`.
    """

    direction: Direction
    given: float
    norm: float
    slope: Slope
    rounding: float

    @property
    def wrong(self) -> bool:
        return not self.slope.distance(self.given) <= self.slope.bar + self.rounding

    @property
    def close(self) -> bool:
        """Whether the two agree to eight digits where f is smooth: no accident, even where the bar is wider."""
        return not self.slope.kink and self.slope.bar < 1e-2 * self.norm and abs(self.slope.value - self.given) <= 1e-8 * self.norm

    @property
    def size(self) -> float:
        return max(self.norm, abs(self.slope.value))

    @property
    def array(self) -> str:
        return self.direction[0][0]

    @property
    def entry(self) -> int | None:
        where = self.direction[0][1]
        return where.start if where.stop - where.start == 1 else None

    @property
    def unit(self) -> float:
        """What divides numbers in units of f to give those of the entry."""
        return 1.0 if self.entry is None else float(self.direction[0][2][0])


class Comparer:
    """A function, a gradient given, and comparisons of the two along lines."""

    def __init__(self, f: MeasuredFunction, given: Mapping[str, Array], rng: np.random.Generator) -> None:
        self.f, self.given, self.rng = f, given, rng
        self.sizes = {name: float(np.abs(g).max(initial=0.0)) * f.scales[name] for name, g in given.items()}
        self.eps = {name: float(np.finfo(g.dtype).eps) if g.dtype.kind == "f" else EPS for name, g in given.items()}

    @cached_property
    def noise(self) -> Noise:
        return self.f.noise(self.rng)

    def entries(self, name: str) -> list[Comparison]:
        return [self.entry(name, i) for i in range(self.given[name].size)]

    def entry(self, name: str, i: int) -> Comparison:
        return self.compare([(name, slice(i, i + 1), np.array([self.f.scales[name]]))])

    def compare(self, direction: Direction, start: int = -3) -> Comparison:
        """Compare along a direction; a difference is believed when finer steps show the same one.

        Steps that are wide for a function that swings may by chance look as if they had settled, but not twice on one value.
        """
        one = self.measure(direction, start)
        for finer in (3, 6, 9):
            if not one.wrong:
                return one
            before, one = one, self.measure(direction, start - finer)
            if one.wrong and one.slope.agrees(before.slope):
                return min(before, one, key=lambda one: one.slope.bar)
        return replace(one, slope=UNKNOWN) if one.wrong else one

    def measure(self, direction: Direction, start: int) -> Comparison:
        given, norm = self.claim(direction)
        accuracy = 1e-10 if direction[0][2].size == 1 else 1e-8

        def goal(slope: Slope) -> float:
            at_rest = slope.value == slope.curvature == given == 0
            return np.inf if at_rest else accuracy * max(norm, abs(slope.value)) + 1e-6 * self.noise.at(self.f.centre)

        slope = self.slope(direction, start, self.noise, goal)
        return Comparison(direction, given, norm, slope, self.rounding(direction, norm, slope))

    def glance(self) -> Comparison:
        """All arrays at once along one direction, no further than it takes to see that they are right to eight digits.

        The noise is taken to be as small as it can be, which saves measuring it. Where there is more, nothing agrees so closely.
        """
        noise = Noise(2 * EPS * abs(self.f.centre), abs(self.f.centre))
        largest_first = sorted(self.given, key=lambda name: -self.given[name].size)
        claims = {name: self.claims(name) for name in largest_first if self.given[name].size}
        most = min(least(each, noise) for each in claims.values())
        direction = [(name, slice(0, each.size), self.reach(name, each, most)) for name, each in claims.items()]
        given, norm = self.claim(direction)

        def compared(slope: Slope) -> Comparison:
            return Comparison(direction, given, norm, slope, 1e-8 * norm)

        return compared(self.slope(direction, -6, noise, lambda slope: np.inf if compared(slope).close else 1e-8 * norm))

    def claim(self, direction: Direction) -> tuple[float, float]:
        """What the gradient says that the slope along a direction is, and the norm of the terms this is the sum of."""
        terms = [self.given[name].reshape(-1)[where] * step for name, where, step in direction]
        return float(sum(each.sum() for each in terms)), float(np.sqrt(sum((each**2).sum() for each in terms)))

    def slope(self, direction: Direction, start: int, noise: Noise, goal: Callable[[Slope], float]) -> Slope:
        slope = self.f.line(direction, noise, self.rng.uniform(0.7, 1.4), self.finest(direction)).slope(start, goal)
        self.f.put_back(direction)
        return slope

    def rounding(self, direction: Direction, norm: float, slope: Slope) -> float:
        """What the rounding of a right gradient, or of the inputs it was computed from, may come to.

        A gradient of a function that computes in single precision has seven digits, whatever holds it. And the steps that would
        confirm such a function's slope, or show that a corner lies beside it, drown in noise: the rest of its error bar counts twice.
        """
        eps = {name: max(self.eps[name], EPS32) if self.noise.single else self.eps[name] for name, _, _ in direction}
        rounding = 16 * EPS * slope.curvature + norm * max(max(1e-8, 64 * each) for each in eps.values())
        rounding += slope.bar - slope.noise if self.noise.single and slope is not UNKNOWN else 0.0
        for name, _, step in direction:
            move = float(np.sqrt((step**2).sum())) / self.f.scales[name]
            rounding += 64 * (eps[name] - EPS) * self.sizes[name] * move
        if abs(slope.value) <= slope.bar:  # zero, which is often the sum of large numbers that cancel
            rounding += max(64 * EPS * abs(self.f.centre), 1e-11 * max(self.sizes.values()))
        return rounding

    def finest(self, direction: Direction) -> int:
        """How fine steps may become: until the smallest number they move no longer feels them."""
        ratios = [np.abs(self.f.arrays[name].reshape(-1)[where]) / self.f.scales[name] for name, where, _ in direction]
        smallest = min(float(np.min(ratio, where=ratio > 0, initial=1.0)) for ratio in ratios)
        return FINEST + int(np.log2(max(smallest, 1e-12)) / 2)

    def reaches(self, name: str) -> Iterator[Array]:
        """How far each entry is moved: all alike, and then large entries of the gradient less, so that small ones show."""
        claims = self.claims(name)
        yield self.reach(name, claims, np.inf)
        yield self.reach(name, claims, least(claims, self.noise))

    def claims(self, name: str) -> Array:
        """By how much f changes, the gradient says, where an entry moves by the scale of its array."""
        return np.abs(self.given[name].reshape(-1).astype(float, copy=False)) * self.f.scales[name]

    def reach(self, name: str, claims: Array, most: float) -> Array:
        """Random moves of the entries by half their scale to all of it, cut down where they claim to change f by more than so much."""
        moves = self.rng.uniform(-0.5, 0.5, claims.size)
        moves += np.copysign(0.5, moves)
        moves *= self.f.scales[name]
        return moves * (most / np.maximum(claims, most)) if most < np.inf else moves


def least(claims: Array, noise: Noise) -> float:
    """The smallest of the claims that stands out of the noise; infinite where there are none."""
    return max(float(np.min(claims, where=claims > 0, initial=np.inf)), 1e9 * noise.level)
