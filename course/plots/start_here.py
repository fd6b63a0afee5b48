"""A curve and its slopes: by formula, and by nudging."""

from typing import Any

import numpy as np

from course.plots.picture import BLUE, INK, VERMILLION, Picture, axes


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
    picture.caption = f"A curve and its slope at {x.size} points: by formula and by nudging they differ by {largest:.0e} at most."
    picture.alt = (
        f"Two graphs over x from {x[0]:g} to {x[-1]:g}: a curve, and its slope, which goes from "
        f"{by_formula[0]:.3g} to {by_formula[-1]:.3g}; dots by nudging lie on the line by formula, at most {largest:.0e} away."
    )
    return picture
