"""Unit 10, explainable AI: the mistakes students make with a whole layer, ablated or probed, as data.

As in `explainable_ai_mistakes`: a name that ends the sentence "it is what comes out when ...", a hint, and the mistake itself.
"""

from collections.abc import Callable

import numpy as np

from course.judging.exercise import Array, Mistake
from course.units.u10_explainable_ai.forward import loss_and_accuracy


def ablate_mistake(
    *,
    without: Callable | None = None,
    level: Callable[[Array, bool], Array] | None = None,
    compared: Callable = lambda whole, ablated: (ablated[0] - whole[0], whole[1] - ablated[1]),
    stay: bool = False,
) -> Callable:
    """Ablation by formula, with one step done wrongly: what is silenced, to which level, what is compared, or what stays silent."""

    def wrong(H: Array, labels: Array, W2: Array, b2: Array, to_mean: bool) -> tuple[Array, Array]:
        to = level(H, to_mean) if level else H.mean(axis=0) if to_mean else np.zeros(H.shape[1])
        whole, found, changed = loss_and_accuracy(H @ W2 + b2, labels), [], H.copy()
        for unit in range(H.shape[1]):
            changed = changed if stay else H.copy()
            if without:
                changed = without(changed, unit, to)
            else:
                changed[:, unit] = to[unit]
            found.append(compared(whole, loss_and_accuracy(changed @ W2 + b2, labels)))
        loss, accuracy = np.array(found).T
        return loss, accuracy

    return wrong


def row_silenced(H: Array, unit: int, to: Array) -> Array:
    H[unit] = to[unit]
    return H


def others_silenced(H: Array, unit: int, to: Array) -> Array:
    alone = np.tile(to, (len(H), 1))
    alone[:, unit] = H[:, unit]
    return alone


def loss_summed(H: Array, labels: Array, W2: Array, b2: Array, to_mean: bool) -> tuple[Array, Array]:
    loss, accuracy = ablate_mistake()(H, labels, W2, b2, to_mean)
    return loss * len(H), accuracy * len(H)


ABLATE = (
    Mistake(
        "a unit that was silenced stays silent while the next ones are tried",
        "All others as they were: what does H look like when the loop comes to the second unit?",
        ablate_mistake(stay=True),
    ),
    Mistake(
        "the difference is taken the wrong way round",
        "A unit that is of use has a loss_rise above 0, and an accuracy_drop above 0.",
        ablate_mistake(compared=lambda whole, ablated: (whole[0] - ablated[0], ablated[1] - whole[1])),
    ),
    Mistake(
        "loss and accuracy of the ablated network are returned, not their change",
        "What does the same network give with every unit at work?",
        ablate_mistake(compared=lambda whole, ablated: ablated),
    ),
    Mistake(
        "the mean of the whole layer is used, not each unit's own",
        "H is (N, hidden), and each unit has a mean of its own. Which axis of H has to go?",
        ablate_mistake(level=lambda H, to_mean: np.full(H.shape[1], H.mean() if to_mean else 0.0)),
    ),
    Mistake(
        "units are set to zero where their mean was asked for",
        "What is `to_mean` for?",
        ablate_mistake(level=lambda H, to_mean: np.zeros(H.shape[1])),
    ),
    Mistake(
        "units are set to their mean where zero was asked for",
        "What is `to_mean` for?",
        ablate_mistake(level=lambda H, to_mean: H.mean(axis=0)),
    ),
    Mistake(
        "an example is silenced, not a unit",
        "H is (N, hidden): is a unit one of its rows, or one of its columns?",
        ablate_mistake(without=row_silenced),
    ),
    Mistake(
        "all the other units are silenced",
        "One unit is taken away at a time, and the others stay.",
        ablate_mistake(without=others_silenced),
    ),
    Mistake(
        "loss and accuracy are summed over the examples, not averaged",
        "Losses here are means over the batch, and an accuracy is a share. Count the examples.",
        loss_summed,
    ),
)


def solved(A: Array, Y: Array, ridge: Array) -> Array:
    return np.linalg.solve(A.T @ A + ridge, A.T @ Y)


def probe_mistake(*, factor: Callable[[int], float] = float, bias: Callable = lambda mean, Y, W: Y.mean(axis=0) - mean @ W) -> Callable:
    """The probe by formula, with the penalty weighed wrongly, or the bias."""

    def wrong(H: Array, Y: Array, lam: float) -> tuple[Array, Array]:
        n, units = H.shape
        mean = H.mean(axis=0)
        W = solved(H - mean, Y - Y.mean(axis=0), factor(n) * lam * np.eye(units))
        return W, bias(mean, Y, W)

    return wrong


def bias_penalised(H: Array, Y: Array, lam: float) -> tuple[Array, Array]:
    tall = np.column_stack([H, np.ones(len(H))])
    both = solved(tall, Y, len(H) * lam * np.eye(tall.shape[1]))
    return both[:-1], both[-1]


def no_bias(H: Array, Y: Array, lam: float) -> tuple[Array, Array]:
    return solved(H, Y, len(H) * lam * np.eye(H.shape[1])), np.zeros(Y.shape[1])


def targets_centred_alone(H: Array, Y: Array, lam: float) -> tuple[Array, Array]:
    return solved(H, Y - Y.mean(axis=0), len(H) * lam * np.eye(H.shape[1])), Y.mean(axis=0)


def unpenalised(H: Array, Y: Array, lam: float) -> tuple[Array, Array]:
    both = np.linalg.pinv(np.column_stack([H, np.ones(len(H))])) @ Y
    return both[:-1], both[-1]


LINEAR_PROBE = (
    Mistake(
        "the bias is penalised too",
        "Σ W² holds weights only. Where in your matrix does lam meet the column of ones?",
        bias_penalised,
    ),
    Mistake("there is no bias", "What does your probe give for h = 0, and what should it be free to give?", no_bias),
    Mistake(
        "the bias is the mean of the targets alone",
        "The probe goes through the means: at the mean activation it gives the mean target. Solve that for b.",
        probe_mistake(bias=lambda mean, Y, W: Y.mean(axis=0)),
    ),
    Mistake(
        "the targets are centred and the activations are not",
        "Whatever is subtracted from the targets to be rid of b must be subtracted from the activations as well.",
        targets_centred_alone,
    ),
    Mistake(
        "the squares are summed over the examples, not averaged",
        "The loss is a mean: it has a factor 1/N, and the penalty has none. Multiply both by N: what becomes of lam?",
        probe_mistake(factor=lambda n: 1.0),
    ),
    Mistake(
        "the penalty counts half",
        "There is no factor one half in this loss. Differentiate both of its terms again.",
        probe_mistake(factor=lambda n: n / 2),
    ),
    Mistake(
        "the penalty counts twice",
        "Both terms of the loss are squares, so both derivatives have a factor 2. Did it leave one of them only?",
        probe_mistake(factor=lambda n: 2.0 * n),
    ),
    Mistake(
        "the gradient of the penalty is taken over as it is, and that of the squares without its factor 2/N",
        "Multiply the *whole* equation by N/2: what becomes of the gradient of the penalty?",
        probe_mistake(factor=lambda n: 2.0),
    ),
    Mistake("nothing is penalised", "Where is lam in your formula?", unpenalised),
)
