"""`linear_probe`: what can be read off a whole layer."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.forward import relu
from course.units.kit import Rng, signed, single, sizes


def linear_probe(H, Y, lam):
    """Weights W and biases b of the linear function of H that comes nearest to Y.

    They make the mean of ‖h @ W + b - y‖² over the examples, plus lam * (W**2).sum(), smallest; the bias is not penalised.
    H is (N, units), Y is (N, classes); W is (units, classes), b is (classes,).
    """
    h_mean, y_mean = H.mean(axis=0), Y.mean(axis=0)
    centred_H, centred_Y = H - h_mean, Y - y_mean
    penalty = len(H) * lam * np.eye(H.shape[1])
    W = np.linalg.solve(centred_H.T @ centred_H + penalty, centred_H.T @ centred_Y)
    b = y_mean - h_mean @ W
    return W, b


def by_least_squares(H: Array, Y: Array, lam: float) -> tuple[Array, Array]:
    """Least squares of a taller system: N rows for the examples, then a row for each unit that pulls its weights towards zero."""
    n, units = H.shape
    tall = np.block([[H, np.ones((n, 1))], [np.sqrt(n * lam) * np.eye(units), np.zeros((units, 1))]])
    solution = np.linalg.lstsq(tall, np.vstack([Y, np.zeros((units, Y.shape[1]))]), rcond=None)[0]
    return solution[:-1], solution[-1]


def cases(rng: Rng) -> Iterator[Case]:
    def of(n: int, units: int, c: int) -> dict[str, Any]:
        """Activations that are not centred, as behind a ReLU, and one-hot labels of every class."""
        labels = rng.permutation(np.arange(n) % c)
        return {"H": relu(0.5 + signed(rng, (n, units))), "Y": np.eye(c)[labels], "lam": float(rng.uniform(0.05, 0.3))}

    for name in ("a small layer", "another layer"):
        yield Case(name, of(int(rng.integers(15, 20)), *sizes(rng, 2, most=7)), batch="H")
    yield Case("targets that are not 0 and 1", of(12, 3, 2) | {"Y": 3 + signed(rng, (12, 2))}, batch="H")
    inputs = of(14, 4, 3)
    inputs["H"][:, 1] = 0.0
    yield Case("a unit that is never active", inputs, batch="H")
    yield Case("more units than examples", of(6, 8, 3), batch="H")
    yield Case("float32 inputs", single(of(13, 5, 3)), batch="H")


MEANS = "b = y_mean - h_mean @ W"

EXERCISE = Exercise(
    right=linear_probe,
    criteria=(
        Criterion("W", 2, "the weights of the probe, shape (units, classes)"),
        Criterion("b", 1, "its biases, shape (classes,)"),
    ),
    cases=cases,
    expected=value_of(by_least_squares, "W", "b"),
    mistakes=(
        Mistake("the bias is penalised too",
                "Σ W² holds weights only. Where in your matrix does lam meet the column of ones?",
                ("H - h_mean, Y - y_mean → np.column_stack([H, np.ones(len(H))]), Y",
                 "np.eye(H.shape[1]) → np.eye(H.shape[1] + 1)",
                 f"{MEANS} → W, b = W[:-1], W[-1]")),
        Mistake("there is no bias",
                "What does your probe give for h = 0, and what should it be free to give?",
                ("H - h_mean, Y - y_mean → H, Y", f"{MEANS} → b = 0 * y_mean")),
        Mistake("the bias is the mean of the targets alone",
                "The probe goes through the means: at the mean activation it gives the mean target. Solve that for b.",
                f"{MEANS} → b = y_mean"),
        Mistake("the bias is 0, though the means were taken off for the weights",
                "The weights were found for what is left when the means are gone. Where do the means come back?",
                f"{MEANS} → b = 0 * y_mean"),
        Mistake("the bias has the sign of its second term turned",
                "The probe goes through the means: at the mean activation it gives the mean target. Solve that for b.",
                f"{MEANS} → b = y_mean + h_mean @ W"),
        Mistake("the bias has its sign turned round",
                "The probe goes through the means: at the mean activation it gives the mean target. Solve that for b.",
                f"{MEANS} → b = h_mean @ W - y_mean"),
        Mistake("the weights are those without a bias, and the bias is added later",
                "With a bias, the best weights are others: what is left of H and Y when the best b is put in?",
                "H - h_mean, Y - y_mean → H, Y"),
        Mistake("the penalty is divided by the number of examples",
                "The loss is a mean: it has a factor 1/N, and the penalty has none. Multiply both by N: what becomes of lam?",
                "len(H) * lam → lam / len(H)"),
        Mistake("the squares are averaged over the classes, too",
                "‖h @ W + b - y‖² is a sum over the classes. What is the mean taken over?",
                "len(H) * lam → Y.size * lam"),
        Mistake("the targets are centred and the activations are not",
                "Whatever is subtracted from the targets to be rid of b must be subtracted from the activations as well.",
                ("H - h_mean, → H,", f"{MEANS} → b = y_mean")),
        Mistake("the squares are summed over the examples, not averaged",
                "The loss is a mean: it has a factor 1/N, and the penalty has none. Multiply both by N: what becomes of lam?",
                "len(H) * lam → lam"),
        Mistake("the penalty counts half",
                "There is no factor one half in this loss. Differentiate both of its terms again.",
                "len(H) * lam → len(H) / 2 * lam"),
        Mistake("the penalty counts twice",
                "Both terms of the loss are squares, so both derivatives have a factor 2. Did it leave one of them only?",
                "len(H) * lam → 2 * len(H) * lam"),
        Mistake("the gradient of the penalty is taken over as it is, and that of the squares without its factor 2/N",
                "Multiply the *whole* equation by N/2: what becomes of the gradient of the penalty?",
                "len(H) * lam → 2 * lam"),
        Mistake("nothing is penalised",
                "Where is lam in your formula?",
                "np.linalg.solve(centred_H.T @ centred_H + penalty, centred_H.T @ centred_Y) → np.linalg.pinv(centred_H) @ centred_Y"),
    ),
)
