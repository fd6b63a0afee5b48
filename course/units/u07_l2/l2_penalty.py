"""`l2_penalty`: what the weights of a network cost."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.kit import Rng, away_from_zero, sizes
from course.units.u07_l2.convention import NO_HALF, WEIGHTS_ONLY


def l2_penalty(parameters, lam):
    """The penalty λ ‖w‖², lam times the sum of the squares of all weights of all layers: one number.

    parameters is a list of arrays. Weights are those with two axes; biases have one, and are not penalised.
    """
    weights = [array for array in parameters if array.ndim == 2]
    return lam * sum((W**2).sum() for W in weights)


def penalty(parameters: Sequence[Array], lam: float) -> float:
    """λ times the square of one long vector."""
    w = np.concatenate([array.ravel() for array in parameters if array.ndim > 1])
    return lam * (w @ w)


def cases(rng: Rng) -> Iterator[Case]:
    def network(*widths: int) -> list[Array]:
        """W1, b1, W2, b2, and so on, of a network with these numbers of nodes."""
        return [away_from_zero(rng, shape) for n, m in pairwise(widths) for shape in ((n, m), (m,))]

    def inputs(parameters: list[Array]) -> dict:
        return {"parameters": parameters, "lam": rng.uniform(0.12, 0.4)}

    yield Case("one layer", inputs(network(3, 1)))
    yield Case("a network of two layers", inputs(network(*sizes(rng, 3, least=3))))
    yield Case("a network of three layers", inputs(network(*sizes(rng, 4, least=3))))
    first, _, *others = network(*sizes(rng, 4, least=3))
    yield Case("a first layer without a bias", inputs([first, *others]))
    yield Case("λ = 0", inputs(network(*sizes(rng, 3))) | {"lam": 0.0})


SUM = "sum((W**2).sum() for W in weights)"
NO_MEAN = "The loss is a mean over examples. The penalty is a sum over weights."

EXERCISE = Exercise(
    right=l2_penalty,
    criteria=(Criterion("penalty", 2, "λ Σ w² over all weights, one number"),),
    cases=cases,
    expected=value_of(penalty, "penalty"),
    mistakes=(
        Mistake("one half stands in front of the sum", NO_HALF, "return lam → return lam / 2"),
        Mistake("the biases are penalised, too", WEIGHTS_ONLY, " if array.ndim == 2 → "),
        Mistake("the norm of all weights is taken, and not its square",
                "There is a square on ‖w‖, and it takes the root away again.",
                f"{SUM} → np.sqrt({SUM})"),
        Mistake("the norms of the layers are added, and not their squares",
                "`np.linalg.norm` ends with a root. Is there a root in Σ w²?",
                "(W**2).sum() → np.linalg.norm(W)"),
        Mistake("the spectral norm is taken, which looks at one direction only",
                "For a matrix, `np.linalg.norm(W, 2)` is its largest stretch. Our ‖w‖ treats all weights as one long vector.",
                "(W**2).sum() → np.linalg.norm(W, 2) ** 2"),
        Mistake("λ is squared as well", "λ multiplies the sum once. What does your square embrace?", "return lam → return lam**2"),
        Mistake("only the first layer's weights are counted",
                "The sum runs over i, j *and* k. What is k?",
                "in weights) → in weights[:1])"),
        Mistake("only the last layer's weights are counted",
                "The sum runs over all layers k. Is your running total set anew for each of them?",
                "in weights) → in weights[-1:])"),
        Mistake("the mean of the squares is taken, and not their sum", NO_MEAN, f"{SUM} → {SUM} / sum(W.size for W in weights)"),
        Mistake("the mean of the squares is taken in each layer", NO_MEAN, "(W**2).sum() → (W**2).mean()"),
        Mistake("absolute values are summed, and not squares",
                "Σ |w| is the L1 penalty, a relative. What does the 2 in L2 stand for?",
                "(W**2).sum() → np.abs(W).sum()"),
        Mistake("the weights are summed first, and the sum is squared",
                "A weight of 3 and one of -3 cost 18 together. In which order are the two done?",
                f"{SUM} → sum(W.sum() for W in weights) ** 2"),
        Mistake("in each layer the weights are summed first, and the sum is squared",
                "A weight of 3 and one of -3 cost 18 together. In which order are the two done?",
                "(W**2).sum() → W.sum() ** 2"),
        Mistake("the last layer alone is counted, with its bias",
                "The sum runs over all layers k, and over weights only.",
                "[array for array in parameters if array.ndim == 2] → parameters[-2:]"),
        Mistake("the first layer alone is counted, with its bias",
                "The sum runs over all layers k, and over weights only.",
                "[array for array in parameters if array.ndim == 2] → parameters[:2]"),
        Mistake("the last layer's weights are left out",
                "The sum runs over all layers k. Where does your loop end?",
                "in weights) → in weights[:-1])"),
        Mistake("the first layer's weights are left out",
                "The sum runs over all layers k. Where does your loop begin?",
                "in weights) → in weights[1:])"),
        Mistake("the biases are penalised, and the weights are not", WEIGHTS_ONLY, "array.ndim == 2 → array.ndim == 1"),
        Mistake("two layers are counted, however many there are",
                "The list may hold three layers, or one. How do you go through all of it?",
                "[array for array in parameters if array.ndim == 2] → [parameters[0], parameters[2]]"),
        Mistake("the mean over the layers is taken, and not the sum", NO_MEAN, f"{SUM} → {SUM} / len(weights)"),
        Mistake("the sum is divided by the number of arrays", NO_MEAN, f"{SUM} → {SUM} / len(parameters)"),
        Mistake("the gradient's factor 2 stands in front of the penalty",
                "The 2 comes with the derivative. What is differentiated here?",
                "return lam → return 2 * lam"),
        Mistake("the weights are summed, and not squared", "What does the 2 in L2 stand for?", "(W**2).sum() → W.sum()"),
        Mistake("fourth powers are summed", "How often is each weight squared?", "W**2 → W**4"),
        Mistake("λ is left out", "With λ = 0 there is no penalty at all.", "lam * sum → sum"),
        Mistake("every second array is taken for the weights",
                "A layer may have no bias, and then the arrays no longer take turns. What tells weights from biases in the array itself?",
                "[array for array in parameters if array.ndim == 2] → parameters[::2]"),
    ),
)
