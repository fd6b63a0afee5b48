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
        """Points whose residuals grow with x, and a w and b that differ."""
        x, theta = rng.uniform(0.5, 2, n), rng.permutation([rng.uniform(0.5, 1), rng.uniform(1.3, 2)])
        residual = x * rng.uniform(0.5, 1, n)
        return {"theta": theta, "x": scale * x, "y": theta[0] * scale * x + theta[1] - residual}

    yield Case("a few points", inputs(int(rng.integers(4, 8))), batch="x")
    mixed = inputs(9)
    mixed["y"] += 3 * rng.normal(size=9)
    yield Case("points above and below the line", mixed, batch="x")
    yield Case("one point", inputs(1), batch="x")
    for larger in (9, 18):  # the loss is a parabola in theta: of a long step nothing is lost but to rounding
        yield Case(f"x in another unit, 10^{larger} times as large", inputs(5, scale=10.0**-larger), entrywise=True, batch="x")
    at_zero = inputs(7) | {"theta": np.zeros(2), "y": 1e-30 * rng.uniform(0.5, 2, 7)}  # steps are not to be had from theta's own size
    yield Case("theta = 0, and tiny lengths", at_zero, entrywise=True, batch="x")
    yield Case("float32 inputs", single(inputs(6)), batch="x")


EXERCISE = Exercise(
    right=line_gradient,
    criteria=(Criterion("gradient", 2, "(∂ℓ/∂w, ∂ℓ/∂b), shape (2,)"),),
    cases=cases,
    expected=gradient_of(loss, {"gradient": "theta"}),
    mistakes=(
        Mistake("both mistakes are still there",
                "Compare it with `numerical_gradient`: by which factor is each entry wrong, and where does that factor come from?",
                ("w * x + b - y → y - (w * x + b)", "2 * residual.mean() → 2 * residual.sum()")),
        Mistake("one mistake is mended, and the sign is still wrong",
                "Raise b a little: does w x + b - y grow or shrink? Follow that sign through the chain rule.",
                "w * x + b - y → y - (w * x + b)"),
        Mistake("one mistake is mended, and ∂ℓ/∂b is still a sum over the examples",
                "Try it with one point, then with many: which entry is right in the first case only?",
                "2 * residual.mean() → 2 * residual.sum()"),
        Mistake("∂ℓ/∂b is a sum divided by 20, whatever the number of examples",
                "20 was the number of masses above. What is it for any x?",
                "2 * residual.mean() → 2 * residual.sum() / 20"),
        Mistake("both entries are sums over the examples, and the loss is a mean",
                "If the loss is divided by N, so is its derivative.",
                ("(residual * x).mean() → (residual * x).sum()", "2 * residual.mean() → 2 * residual.sum()")),
        Mistake("the factor 2 of the square is missing",
                "The derivative of r² with respect to r is not r.",
                ("2 * (residual → (residual", "2 * residual.mean() → residual.mean()")),
        Mistake("∂ℓ/∂w is not multiplied by x",
                "w x + b changes by x when w changes by 1: that slope belongs in the chain rule.",
                "(residual * x).mean() → residual.mean()"),
        Mistake("∂ℓ/∂b stands before ∂ℓ/∂w",
                "theta is (w, b), so the gradient is (∂ℓ/∂w, ∂ℓ/∂b).",
                "[2 * (residual * x).mean(), 2 * residual.mean()] → [2 * residual.mean(), 2 * (residual * x).mean()]"),
        Mistake("only ∂ℓ/∂w is a sum over the examples",
                "The loss is a mean, and so is its derivative, in both entries.",
                "(residual * x).mean() → (residual * x).sum()"),
        Mistake("it is divided twice by the number of examples",
                "The mean divides by N already.",
                ("(residual * x).mean() → (residual * x).mean() / len(x)", "2 * residual.mean() → 2 * residual.mean() / len(x)")),
        Mistake("the factor 2 is missing from ∂ℓ/∂w alone",
                "The factor 2 comes from the square, which is the same for both entries.",
                "2 * (residual → (residual"),
        Mistake("the factor 2 is missing from ∂ℓ/∂b alone",
                "The factor 2 comes from the square, which is the same for both entries.",
                "2 * residual.mean() → residual.mean()"),
        Mistake("the sign is wrong in ∂ℓ/∂w alone", "Raise w a little: does w x + b - y grow or shrink?", "2 * (residual → -2 * (residual"),
        Mistake("the sign is wrong in ∂ℓ/∂b alone",
                "Raise b a little: does w x + b - y grow or shrink?",
                "2 * residual.mean() → -2 * residual.mean()"),
        Mistake("∂ℓ/∂b is multiplied by x, too",
                "By how much does w x + b change when b changes by 1?",
                "2 * residual.mean() → 2 * (residual * x).mean()"),
        Mistake("∂ℓ/∂w is multiplied by x twice",
                "w x + b changes by x when w changes by 1, and not by x².",
                "residual * x → residual * x * x"),
        Mistake("∂ℓ/∂w is multiplied by w, not by x", "Which letter stands beside w in w x + b?", "residual * x → residual * w"),
        Mistake("∂ℓ/∂w is multiplied by y, not by x", "Which letter stands beside w in w x + b?", "residual * x → residual * y"),
        Mistake("the means of residual and x are multiplied, in place of the mean of their products",
                "Multiply each residual by its own x, and then take the mean.",
                "(residual * x).mean() → residual.mean() * x.mean()"),
        Mistake("b is left out of the residual", "The prediction is w x + b.", "w * x + b - y → w * x - y"),
        Mistake("w and b have changed places in theta", "theta is (w, b), in this order.", "w, b = theta → b, w = theta"),
        Mistake("only the sign of each residual counts",
                "That belongs to the mean of |r|. What is the derivative of r²?",
                "w * x + b - y → np.sign(w * x + b - y)"),
        Mistake("the gradients of the examples are not averaged",
                "One number for w and one for b: the loss is a mean over the examples.",
                ("(residual * x).mean() → residual * x", "2 * residual.mean() → 2 * residual")),
    ),
)
