"""A curve and its slopes: by formula, by nudging, and by a chord."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course.plots.picture import BLUE, INK, VERMILLION, Array, Picture, axes, number


def slopes(x: Any, curve: Any, by_formula: Any, by_nudging: Any) -> Picture:
    """A curve on the left; on the right its slopes over x, by formula (a line) and by nudging (dots, every tenth)."""
    x, curve, by_formula, by_nudging = (np.asarray(array, dtype=float) for array in (x, curve, by_formula, by_nudging))
    picture, (left, right) = axes(9, 3.4, ["the curve", "its slope"])
    left.plot(x, curve, color=INK)
    left.set(xlabel="x", ylabel="f(x)")
    right.plot(x, by_formula, color=BLUE, label="by formula")
    right.plot(x[::10], by_nudging[::10], "o", color=VERMILLION, markersize=5, label="by nudging")
    right.axhline(0, color=INK, linewidth=0.7)
    right.set(xlabel="x", ylabel="∂f/∂x")
    right.legend(frameon=False)
    largest = float(np.abs(by_formula - by_nudging).max())
    picture.caption = f"A curve and its slope at {x.size} points: by formula and by nudging they differ by {largest:.1g} at most."
    picture.alt = (
        f"Two graphs over x from {x[0]:g} to {x[-1]:g}: a curve, and its slope, which goes from "
        f"{by_formula[0]:.3g} to {by_formula[-1]:.3g}; dots by nudging lie on the line by formula, at most {largest:.1g} away."
    )
    return picture


def chord(name: str, f: Callable[[Array], Array], slope: Callable[[float], float], x: float, h: float) -> Picture:
    """A curve, the chord from x to x + h, and the tangent at x: on the left. On the right: how far their slopes differ, for every h."""
    picture, (left, right) = axes(9, 3.6, [f"f(x) = {name}", "slope of the chord − slope of the tangent"])
    across = np.linspace(-3, 3, 241)
    tilt, limit = (f(np.array(x + h)) - f(np.array(x))) / h, slope(x)
    left.plot(across, f(across), color=INK)
    left.plot(across, f(np.array(x)) + tilt * (across - x), color=VERMILLION)
    left.plot(across, f(np.array(x)) + limit * (across - x), "--", color=BLUE)
    left.plot([x, x + h], f(np.array([x, x + h])), "o", color=VERMILLION)
    left.set(xlabel="x", ylabel="f(x)", ylim=(-1.6, 4.2))
    steps = 10.0 ** np.arange(-3, 0.2, 0.05)
    errors = np.abs((f(x + steps) - f(np.array(x))) / steps - limit)
    right.loglog(steps, np.maximum(errors, 1e-9), color=INK)
    right.plot([h], [max(abs(tilt - limit), 1e-9)], "o", color=VERMILLION)
    right.set(xlabel="h", ylabel="|difference|")
    picture.caption = (
        f"At x = {number(x)} the chord to x + h, h = {h:.3g} (orange), has the slope {tilt:.4f}, the tangent (blue, dashed) {limit:.4f}."
    )
    picture.alt = f"The curve {name} with a chord and a tangent. {picture.caption} They differ by {abs(tilt - limit):.2g}."
    return picture
