"""`ridge_solution`: the minimum of a penalised squared error."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.kit import Rng, away_from_zero, signed, single
from course.units.u07_l2.convention import NO_HALF


def ridge_solution(X, y, lam):
    """The weights w, shape (d,), for which ((X @ w - y)**2).mean() + lam * (w**2).sum() is smallest. X is (N, d), y is (N,)."""
    N, d = X.shape
    return np.linalg.solve(X.T @ X + N * lam * np.eye(d), X.T @ y)


def ridge(X: Array, y: Array, lam: float) -> Array:
    """Least squares of a taller system: N rows for the examples, then a row for each weight that pulls it towards zero."""
    n, d = X.shape
    tall = np.vstack([X, np.sqrt(n * lam) * np.eye(d)])
    return np.linalg.lstsq(tall, np.concatenate([y, np.zeros(d)]), rcond=None)[0]


def regression(rng: Rng, n: int, d: int, noise: float = 0.5) -> tuple[Array, Array]:
    """Inputs X (n, d), and noisy y (n,) that are linear in them."""
    X = signed(rng, (n, d))
    return X, X @ away_from_zero(rng, (d,)) + noise * signed(rng, (n,))


def cases(rng: Rng) -> Iterator[Case]:
    def inputs(n: int, d: int) -> dict:
        X, y = regression(rng, n, d)
        return {"X": X, "y": y, "lam": rng.uniform(0.12, 0.4)}

    yield Case("one weight and three examples", inputs(3, 1), batch="X")
    for name in ("a small data set", "another data set"):
        yield Case(name, inputs(int(rng.integers(9, 14)), int(rng.integers(3, 6))), batch="X")
    yield Case("more weights than examples", inputs(4, 6), batch="X")
    yield Case("λ = 0", inputs(12, 3) | {"lam": 0.0}, batch="X")
    yield Case("float32 inputs", single(inputs(11, 3)), batch="X")


def inverted_by_entries(X: Array, y: Array, lam: float) -> Array:
    """One over each entry of the matrix, times the right side."""
    N, d = X.shape
    return (1 / (X.T @ X + N * lam * np.eye(d))) @ (X.T @ y)


EXERCISE = Exercise(
    right=ridge_solution,
    criteria=(Criterion("w", 3, "the weights of the minimum, shape (d,)"),),
    cases=cases,
    expected=value_of(ridge, "w"),
    mistakes=(
        Mistake("the N of the mean is lost",
                "The squared error is a *mean*: its gradient has a factor 1/N, and the penalty's has none. Multiply both by N: what "
                "becomes of λ?",
                "N * lam → lam"),
        Mistake("the penalty counts twice", "Both gradients have a factor 2. Is it gone from both of your terms?", "N * lam → 2 * N * lam"),
        Mistake("the penalty counts half", NO_HALF, "N * lam → N * lam / 2"),
        Mistake("λ is divided by N, not multiplied",
                "The 1/N stands in front of the squared error. Move it to the other side.",
                "N * lam → lam / N"),
        Mistake("the sign of the penalty is turned",
                "The gradients of both terms are added, and the sum is zero. On which side does w stand?",
                "X.T @ X + → X.T @ X -"),
        Mistake("the penalty is left out", "Where does λ enter your solution?", " + N * lam * np.eye(d) → "),
        Mistake("the penalty is left out, and the shortest of all solutions is taken",
                "Where does λ enter your solution?",
                "np.linalg.solve(X.T @ X + N * lam * np.eye(d), X.T @ y) → np.linalg.pinv(X) @ y"),
        Mistake("the number is added to every entry of the matrix, and not to its diagonal",
                "In NumPy, a matrix plus a number adds it everywhere. λ w is λ times *which* matrix times w?",
                "N * lam * np.eye(d) → N * lam"),
        Mistake("only one side of the equation is multiplied by N",
                "Multiply the whole equation: how often does N stand in it then?",
                "X.T @ y → X.T @ y / N"),
        Mistake("all weights of least squares are shrunk by one factor",
                "The penalty shrinks some directions more than others: it has to be in the equation before you solve it.",
                (" + N * lam * np.eye(d) → ", "X.T @ y → X.T @ y / (1 + lam)")),
        Mistake("the result is a matrix with one column", "One weight for each column of X: shape (d,).", "X.T @ y → (X.T @ y)[:, None]"),
        Mistake("the last weight is not penalised",
                "Every w_j² is in the sum. Where does your loop over the diagonal end?",
                "np.eye(d) → np.diag(np.arange(d) < d - 1)"),
        Mistake("the first weight is not penalised, as if it were a bias",
                "There is no bias here: every w_j² is in the sum.",
                "np.eye(d) → np.diag(np.arange(d) > 0)"),
        Mistake("λ is squared", "λ multiplies the sum once, and the gradient too.", "N * lam → N * lam**2"),
        Mistake("the root of λ is taken",
                "The root belongs to the rows that are added for least squares, not to `X.T @ X`.",
                "N * lam → N * np.sqrt(lam)"),
        Mistake("λ is multiplied by the number of weights, and not of examples",
                "The 1/N of the mean counts examples. Which axis of X are they?",
                "N * lam → d * lam"),
        Mistake("λ is multiplied by N - 1", "A mean over the examples divides by N.", "N * lam → (N - 1) * lam"),
        Mistake("λ is multiplied by N²", "Multiply the whole equation by N once.", "N * lam → N**2 * lam"),
        Mistake("X and y are centred first",
                "There is no bias here to make up for it: the loss is about X and y as they are.",
                "N, d = X.shape → X, y = X - X.mean(axis=0), y - y.mean(); N, d = X.shape"),
        Mistake("λ stands alone on the diagonal, and `X.T @ X` has lost its own entries there",
                "The number times I is *added* to `X.T @ X`: on the diagonal both count.",
                "X.T @ X + N → X.T @ X * (1 - np.eye(d)) + N"),
        Mistake("the sign of w is turned",
                "The gradient has Xw - y in it. Take y to the other side of the equation: which sign has it there?",
                "X.T @ y → -X.T @ y"),
        Mistake("the matrix is inverted entry by entry",
                "1 / A is no inverse: A w = b is solved by `np.linalg.solve`.",
                inverted_by_entries),
        Mistake("both sides are multiplied out, and nothing is solved",
                "What you have is the right side, `X.T @ y`. Which equation does w satisfy?",
                "np.linalg.solve(X.T @ X + N * lam * np.eye(d), X.T @ y) → X.T @ y"),
        Mistake("a matrix has a row for each example, where one for each weight belongs",
                "`X.T @ X` is (d, d), and what is added to it is, too: a row and a column for each weight.",
                "X.T @ X → X @ X.T"),
        Mistake("y is not multiplied by the transpose of X",
                "In the gradient, `X.T` multiplies all of Xw - y. What becomes of y?",
                "X.T @ y → y"),
    ),
)
