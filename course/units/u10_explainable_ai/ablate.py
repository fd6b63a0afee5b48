"""`ablate`: what it costs to take a hidden unit away."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.forward import cross_entropy, linear, relu
from course.units.kit import CLEAR, Rng, signed, single, sizes
from course.units.u10_explainable_ai.given import loss_and_accuracy


def ablate(H, labels, W2, b2, to_mean):
    """Cost of each hidden unit: loss_rise and accuracy_drop, both (hidden,), when it alone is set to a fixed level.

    H is (N, hidden), labels is (N,), W2 is (hidden, C), b2 is (C,). The level is the unit's mean over the examples where to_mean
    is True, and zero otherwise. H is left as it was.
    """
    level = H.mean(axis=0) if to_mean else np.zeros(H.shape[1])
    loss, accuracy = loss_and_accuracy(H, labels, W2, b2)
    loss_rise, accuracy_drop = np.zeros(H.shape[1]), np.zeros(H.shape[1])
    for unit in range(H.shape[1]):
        without = H.copy()
        without[:, unit] = level[unit]
        ablated_loss, ablated_accuracy = loss_and_accuracy(without, labels, W2, b2)
        loss_rise[unit], accuracy_drop[unit] = ablated_loss - loss, accuracy - ablated_accuracy
    return loss_rise, accuracy_drop


def without_unit(H: Array, W2: Array, b2: Array, unit: int, to_mean: bool) -> Array:
    """The logits without one unit: what it adds to them is taken away, save its mean where that stays."""
    level = H[:, unit].mean() if to_mean else 0.0
    return linear(H, W2, b2) - np.outer(H[:, unit] - level, W2[unit])


def measured(logits: Array, labels: Array) -> tuple[float, float]:
    """Mean cross-entropy, and the share of the labels that the largest logit gets right."""
    return float(cross_entropy(logits, labels).real), float((logits.argmax(axis=1) == labels).mean())


def costs(H: Array, labels: Array, W2: Array, b2: Array, to_mean: bool) -> tuple[Array, Array]:
    loss, accuracy = measured(linear(H, W2, b2), labels)
    losses, accuracies = zip(*(measured(without_unit(H, W2, b2, unit, to_mean), labels) for unit in range(H.shape[1])), strict=True)
    return np.array(losses) - loss, accuracy - np.array(accuracies)


def layer(rng: Rng, n: int, h: int, c: int, to_mean: bool) -> dict[str, Any]:
    """A trained layer, so to speak: the labels are those of the largest logit, some left to chance. No two largest logits are close."""
    while True:
        H, W2, b2 = relu(0.4 + signed(rng, (n, h))), signed(rng, (h, c)), signed(rng, (c,))
        logits = np.array([linear(H, W2, b2), *(without_unit(H, W2, b2, unit, to_mean) for unit in range(h))])
        labels = np.where(rng.random(n) < 0.8, logits[0].argmax(axis=1), rng.integers(c, size=n))
        second, first = np.sort(logits, axis=-1)[..., -2:].T
        drops = costs(H, labels, W2, b2, to_mean)[1]
        if (first - second).min() > CLEAR / 20 and len(np.unique(drops)) > 2 and (H > 0).any(axis=0).all():
            return {"H": H, "labels": labels, "W2": W2, "b2": b2, "to_mean": to_mean}


def cases(rng: Rng) -> Iterator[Case]:
    for to_mean, word in ((False, "zero"), (True, "their mean")):
        h, c = sizes(rng, 2, least=3, most=7)
        yield Case(f"units set to {word}", layer(rng, 16, h, c, to_mean), batch="H")
    yield Case("another layer, units set to zero", layer(rng, 11, 4, 5, False), batch="H")
    yield Case("another layer, units set to their mean", layer(rng, 13, 3, 4, True), batch="H")
    yield Case("float32 inputs", single(layer(rng, 9, 5, 3, True)), batch="H")


LEVEL = "H.mean(axis=0) if to_mean else np.zeros(H.shape[1])"
CHANGE = "ablated_loss - loss, accuracy - ablated_accuracy"

EXERCISE = Exercise(
    right=ablate,
    criteria=(
        Criterion("loss_rise", 2, "by how much the mean cross-entropy rises without each unit, shape (hidden,)"),
        Criterion("accuracy_drop", 1, "by how much the accuracy falls without each unit, shape (hidden,)"),
    ),
    cases=cases,
    expected=value_of(costs, "loss_rise", "accuracy_drop"),
    mistakes=(
        Mistake("a unit that was silenced stays silent while the next ones are tried",
                "All others as they were: what does H look like when the loop comes to the second unit?",
                "without = H.copy() → without = without if unit else H.copy()"),
        Mistake("the difference is taken the wrong way round",
                "A unit that is of use has a loss_rise above 0, and an accuracy_drop above 0.",
                f"{CHANGE} → loss - ablated_loss, ablated_accuracy - accuracy"),
        Mistake("the difference of the losses is taken the wrong way round",
                "A unit that is of use has a loss_rise above 0.",
                "ablated_loss - loss, → loss - ablated_loss,"),
        Mistake("the difference of the accuracies is taken the wrong way round",
                "A unit that is of use has an accuracy_drop above 0.",
                "accuracy - ablated_accuracy → ablated_accuracy - accuracy"),
        Mistake("the change is divided by what there was before",
                "The rise and the drop themselves are asked for, not a share.",
                f"{CHANGE} → (ablated_loss - loss) / loss, (accuracy - ablated_accuracy) / accuracy"),
        Mistake("the biases are missing in the network without the unit",
                "One unit is set to a level, and all else stays as it was.",
                "loss_and_accuracy(without, labels, W2, b2) → loss_and_accuracy(without, labels, W2, 0 * b2)"),
        Mistake("the biases are missing, with the unit and without it",
                "The logits are H @ W2 + b2.",
                ("(H, labels, W2, b2) → (H, labels, W2, 0 * b2)", "(without, labels, W2, b2) → (without, labels, W2, 0 * b2)")),
        Mistake("the two levels have changed places", "What does `to_mean` say when it is True?", "if to_mean → if not to_mean"),
        Mistake("the mean is taken over the units, not over the examples",
                "H is (N, hidden), and each unit has a mean of its own. Which axis of H has to go?",
                "H.mean(axis=0) → H.mean(axis=1)"),
        Mistake("the mean is taken over the examples in which the unit is active",
                "The level is the mean over all the examples, the zeros among them.",
                "H.mean(axis=0) → H.sum(axis=0) / (H > 0).sum(axis=0)"),
        Mistake("only as many units are tried as there are classes",
                "How many units are there? Which axis of W2 counts them?",
                "for unit in range(H.shape[1]) → for unit in range(min(W2.shape))"),
        Mistake("loss and accuracy of the ablated network are returned, not their change",
                "What does the same network give with every unit at work?",
                f"{CHANGE} → ablated_loss, ablated_accuracy"),
        Mistake("the mean of the whole layer is used, not each unit's own",
                "H is (N, hidden), and each unit has a mean of its own. Which axis of H has to go?",
                "H.mean(axis=0) → np.full(H.shape[1], H.mean())"),
        Mistake("units are set to zero where their mean was asked for", "What is `to_mean` for?", f"{LEVEL} → np.zeros(H.shape[1])"),
        Mistake("units are set to their mean where zero was asked for", "What is `to_mean` for?", f"{LEVEL} → H.mean(axis=0)"),
        Mistake("an example is silenced, not a unit",
                "H is (N, hidden): is a unit one of its rows, or one of its columns?",
                "without[:, unit] → without[unit]"),
        Mistake("all the other units are silenced",
                "One unit is taken away at a time, and the others stay.",
                ("without = H.copy() → without = np.tile(level, (len(H), 1))", "= level[unit] → = H[:, unit]")),
        Mistake("loss and accuracy are summed over the examples, not averaged",
                "Losses here are means over the batch, and an accuracy is a share. Count the examples.",
                "return loss_rise, accuracy_drop → return loss_rise * len(H), accuracy_drop * len(H)"),
    ),
)
