"""`line_gradient`: the gradient of a line's mean squared error, a classmate's mended."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import gradient_of
from course.units.kit import Rng, single


def line_gradient(theta, x, y):
    """Gradient of the mean of (w x + b - y)² with respect to theta = (w, b): an array (∂ℓ/∂w, ∂ℓ/∂b).

    theta is (2,), x and y are (N,).
    """
    w, b = theta
    residual = w * x + b - y
    return np.array([2 * (residual * x).mean(), 2 * residual.mean()])


def loss(theta: Array, x: Array, y: Array) -> complex:
    return ((theta[0] * x + theta[1] - y) ** 2).mean()


def cases(rng: Rng) -> Iterator[Case]:
    def inputs(n: int, scale: float = 1.0) -> dict[str, Array]:
        x, theta = scale * rng.uniform(0.5, 2, n), rng.uniform(0.5, 2, 2)
        return {"theta": theta, "x": x, "y": theta[0] * x + theta[1] - rng.uniform(0.4, 1.5, n)}

    yield Case("a few points", inputs(int(rng.integers(4, 8))), batch="x")
    mixed = inputs(9)
    mixed["y"] += 3 * rng.normal(size=9)
    yield Case("points above and below the line", mixed, batch="x")
    yield Case("one point", inputs(1), batch="x")
    for larger in (9, 18):  # the loss is a parabola in theta: of a long step nothing is lost but to rounding
        yield Case(f"x in another unit, 10^{larger} times as large", inputs(5, scale=10.0**-larger), entrywise=True, batch="x")
    yield Case("float32 inputs", single(inputs(6)), batch="x")


EXERCISE = Exercise(
    right=line_gradient,
    criteria=(Criterion("gradient", 2, "(∂ℓ/∂w, ∂ℓ/∂b), shape (2,)"),),
    cases=cases,
    expected=gradient_of(loss, {"gradient": "theta"}),
    mistakes=(
        Mistake("both mistakes are still there",
                "Hold it against `numerical_gradient`: by which factor is each entry wrong, and where does such a factor come from?",
                ("w * x + b - y → y - (w * x + b)", "2 * residual.mean() → 2 * residual.sum()")),
        Mistake("one mistake is mended, and the sign is still wrong",
                "Raise b a little: does w x + b - y grow or shrink? Follow that sign through the chain rule.",
                "w * x + b - y → y - (w * x + b)"),
        Mistake("one mistake is mended, and ∂ℓ/∂b is still a sum over the examples",
                "Try it with one point, then with many: which entry is right in the first case only?",
                "2 * residual.mean() → 2 * residual.sum()"),
        Mistake("both entries are sums over the examples, and the loss is a mean",
                "If the loss is divided by N, so is its derivative.",
                ("(residual * x).mean() → (residual * x).sum()", "2 * residual.mean() → 2 * residual.sum()")),
        Mistake("the factor 2 of the square is missing",
                "The derivative of r² with respect to r is not r.",
                ("2 * (residual → (residual", "2 * residual.mean() → residual.mean()")),
        Mistake("∂ℓ/∂w is not multiplied by x",
                "w x + b changes by x when w changes by 1: that slope belongs into the chain rule.",
                "(residual * x).mean() → residual.mean()"),
        Mistake("∂ℓ/∂b stands before ∂ℓ/∂w",
                "theta is (w, b): the gradient has the order of its thing.",
                "[2 * (residual * x).mean(), 2 * residual.mean()] → [2 * residual.mean(), 2 * (residual * x).mean()]"),
    ),
)
