"""Unit 06, the training algorithm: the mistakes students make in its loops, as data. Those of its steps are in `training_mistakes`."""

from collections.abc import Callable, Sequence

import numpy as np

from course.judging.exercise import Array, Mistake
from course.units.u06_training.forward import loss_and_gradients

Rng = np.random.Generator


# one_epoch


def epoch(
    *,
    sign: float = 1.0,
    rate: bool = True,
    whole: bool = False,
    labels_of: Callable[[Array, Array], Array] = lambda labels, batch: labels[batch],
    restart: bool = False,
    stale: bool = False,
    batches_used: slice = slice(None),
    frozen: tuple[int, ...] = (),
    summed: bool = False,
) -> Callable[..., list[Array]]:
    """One pass over the batches, with one thing done wrongly."""

    def wrong(X: Array, labels: Array, W1: Array, b1: Array, W2: Array, b2: Array, batches: Array, learning_rate: float) -> list[Array]:
        first = now = [W1, b1, W2, b2]
        for batch in batches[batches_used]:
            images, their_labels = (X, labels) if whole else (X[batch], labels_of(labels, batch))
            _, gradients = loss_and_gradients(images, their_labels, *(first if stale else now))
            step = sign * (learning_rate if rate else 1.0) * (len(batch) if summed else 1)
            now = [
                w if k in frozen else w - step * gradient
                for k, (w, gradient) in enumerate(zip(first if restart else now, gradients, strict=True))
            ]
        return now

    return wrong


ONE_EPOCH = (
    Mistake(
        "the labels of a batch are not those of its images",
        "Image 17 goes with label 17. Follow one example of a batch through your line: is it its own label that arrives?",
        epoch(labels_of=lambda labels, batch: labels[: len(batch)]),
    ),
    Mistake(
        "the epoch ends after its first batch",
        "How often does the loop run? See how far the `return` is indented.",
        epoch(batches_used=slice(1)),
    ),
    Mistake(
        "every gradient is that of all examples",
        "Which rows of X belong to this batch?",
        epoch(whole=True),
    ),
    Mistake(
        "all gradients are taken at the weights from before the epoch",
        "The second batch's gradient belongs to the weights after the first step.",
        epoch(stale=True),
    ),
    Mistake(
        "each batch starts again from the weights from before the epoch",
        "Each step goes on from where the last one ended. Which weights do you subtract from?",
        epoch(restart=True),
    ),
    Mistake(
        "the step goes uphill",
        "The gradient points to where the loss grows. Which way do you want to go?",
        epoch(sign=-1.0),
    ),
    Mistake(
        "the learning rate is left out",
        "How far does one step go? Look for η.",
        epoch(rate=False),
    ),
    Mistake(
        "the biases stay where they are",
        "θ holds all parameters, the biases among them.",
        epoch(frozen=(1, 3)),
    ),
    Mistake(
        "the gradients are multiplied by the batch size",
        "The loss is a mean over the batch, and its gradient is one already: there is nothing to multiply.",
        epoch(summed=True),
    ),
)


# stopping_criterion


def stops(losses: Array, gradient_norm: float, max_epochs: int, min_norm: float, tolerance: float, change: float) -> float:
    """The right criterion, but that the change of the loss is given."""
    return float(not np.isfinite(losses[-1]) or len(losses) >= max_epochs or gradient_norm < min_norm or change < tolerance)


def last_change(losses: Array) -> float:
    return float(abs(losses[-1] - losses[-2])) if len(losses) > 1 else np.inf


def all_at_once(losses: Array, gradient_norm: float, max_epochs: int, min_norm: float, tolerance: float) -> float:
    return float(len(losses) >= max_epochs and gradient_norm < min_norm and last_change(losses) < tolerance)


STOPPING_CRITERION = (
    Mistake(
        "all criteria have to be met, not one of them",
        "Training stops when *a* criterion is met. Which word joins them?",
        all_at_once,
    ),
    Mistake(
        "a rise of the loss counts as no change",
        "The loss of a mini-batch run goes up now and then. How large is a change from 0.5 to 0.6?",
        lambda losses, gradient_norm, max_epochs, min_norm, tolerance: stops(
            losses, gradient_norm, max_epochs, min_norm, tolerance, losses[-2] - losses[-1] if len(losses) > 1 else np.inf
        ),
    ),
    Mistake(
        "the last loss is compared with the first one",
        "The change since the *last* epoch: which two entries of `losses` does it compare?",
        lambda losses, gradient_norm, max_epochs, min_norm, tolerance: stops(
            losses, gradient_norm, max_epochs, min_norm, tolerance, abs(losses[-1] - losses[0]) if len(losses) > 1 else np.inf
        ),
    ),
    Mistake(
        "the second epoch is not compared with the first",
        "After two epochs there are two losses: that is enough for a change.",
        lambda losses, gradient_norm, max_epochs, min_norm, tolerance: stops(
            losses, gradient_norm, max_epochs, min_norm, tolerance, last_change(losses) if len(losses) > 2 else np.inf
        ),
    ),
    Mistake(
        "the loss itself is compared with the tolerance",
        "A small loss may still be falling, and a large one may have come to rest. What is to be small?",
        lambda losses, gradient_norm, max_epochs, min_norm, tolerance: stops(
            losses, gradient_norm, max_epochs, min_norm, tolerance, losses[-1]
        ),
    ),
    Mistake(
        "the change is compared as a share of the loss",
        "Here the tolerance is in units of the loss: the change itself is compared.",
        lambda losses, gradient_norm, max_epochs, min_norm, tolerance: stops(
            losses, gradient_norm, max_epochs, min_norm, tolerance, last_change(losses) / abs(losses[-1])
        ),
    ),
    Mistake(
        "a pause long ago stops the training",
        "Which two losses does the change from the last epoch to this one compare?",
        lambda losses, gradient_norm, max_epochs, min_norm, tolerance: stops(
            losses, gradient_norm, max_epochs, min_norm, tolerance, float(np.abs(np.diff(losses)).min(initial=np.inf))
        ),
    ),
    Mistake(
        "training goes on for one epoch too many",
        "`losses` has one number for each finished epoch. With max_epochs = 5, how many are there when it is time to stop?",
        lambda losses, gradient_norm, max_epochs, min_norm, tolerance: stops(
            losses, gradient_norm, max_epochs + 1, min_norm, tolerance, last_change(losses)
        ),
    ),
    Mistake(
        "training stops one epoch too early",
        "`losses` has one number for each finished epoch. With max_epochs = 5, how many are there when it is time to stop?",
        lambda losses, gradient_norm, max_epochs, min_norm, tolerance: stops(
            losses, gradient_norm, max_epochs - 1, min_norm, tolerance, last_change(losses)
        ),
    ),
    Mistake(
        "a large gradient stops the training, and a small one does not",
        "At a minimum the gradient is zero. On which side of the bound is it time to stop?",
        lambda losses, gradient_norm, max_epochs, min_norm, tolerance: float(
            not np.isfinite(losses[-1]) or len(losses) >= max_epochs or gradient_norm > min_norm or last_change(losses) < tolerance
        ),
    ),
    Mistake(
        "a loss that is not finite goes unnoticed",
        "Every comparison with nan is False. `np.isfinite` asks the question you mean.",
        lambda losses, gradient_norm, max_epochs, min_norm, tolerance: float(
            len(losses) >= max_epochs or gradient_norm < min_norm or last_change(losses) < tolerance
        ),
    ),
    Mistake(
        "the first epoch is compared with one that never was",
        "After one epoch there is one loss. What is `losses[-2]` then?",
        lambda losses, gradient_norm, max_epochs, min_norm, tolerance: stops(
            losses, gradient_norm, max_epochs, min_norm, tolerance, abs(losses[-1] - losses[-2])
        ),
    ),
)


# train


def training(
    *,
    batch: Callable[[Rng, int, int, int], Array] = lambda rng, n, size, step: rng.choice(n, size, replace=False),
    labels_of: Callable[[Rng, Array, Array], Array] = lambda rng, labels, batch: labels[batch],
    sign: float = 1.0,
    moving: tuple[int, ...] = (0, 1, 2, 3),
    last: int | None = None,
    stale: bool = False,
    fixed: bool = False,
    restart: bool = False,
) -> Callable[..., list[Array]]:
    """The whole algorithm, with one thing done wrongly. `last` is the number of steps taken where it is not the one asked for."""

    def wrong(
        X: Array, labels: Array, W1: Array, b1: Array, W2: Array, b2: Array, steps: int, batch_size: int, learning_rate: float, rng: Rng
    ) -> list[Array]:
        first = now = [W1, b1, W2, b2]
        B = np.arange(0)
        gradients: Sequence[Array] = ()
        for step in range(steps if last is None else last):
            if step == 0 or not fixed:
                B = batch(rng, len(X), batch_size, step)
            if step == 0 or not stale:
                _, gradients = loss_and_gradients(X[B], labels_of(rng, labels, B), *(first if restart else now))
            now = [
                w - sign * learning_rate * g if k in moving else w
                for k, (w, g) in enumerate(zip(first if restart else now, gradients, strict=True))
            ]
        return now

    return wrong


def in_order(rng: Rng, n: int, size: int, step: int) -> Array:
    """From the front to the back, and then from the front again."""
    return np.arange(step * size, (step + 1) * size) % n


TRAIN = (
    Mistake(
        "the weights never leave their start",
        "Each step makes new weights. Which ones does the next step begin with, and which do you return?",
        training(moving=()),
    ),
    Mistake(
        "the function returns after its first step",
        "How far is your `return` indented? Inside the loop, it ends the loop.",
        training(last=1),
    ),
    Mistake(
        "each step starts again from the first weights",
        "The next step begins where the last one ended: which names do its gradient and its subtraction read?",
        training(restart=True),
    ),
    Mistake(
        "the steps go uphill",
        "The gradient points to where the loss grows. Which way do you want to go?",
        training(sign=-1.0),
    ),
    Mistake(
        "the examples are taken in their given order",
        "These come sorted by label, as a file may well be. What has the network seen last, and what has it forgotten?",
        training(batch=in_order),
    ),
    Mistake(
        "every step sees the same batch",
        "Is your batch drawn before the loop, or in it?",
        training(fixed=True),
    ),
    Mistake(
        "the labels are not shuffled along with the images",
        "Image 17 goes with label 17. Follow one example through your lines: is it its own label that arrives?",
        training(labels_of=lambda rng, labels, batch: labels[rng.choice(len(labels), len(batch), replace=False)]),
    ),
    Mistake(
        "the gradient is computed once, before the loop",
        "After a step the weights are others, and so is the gradient there.",
        training(stale=True),
    ),
    Mistake(
        "only the second layer is trained",
        "θ holds the parameters of all layers.",
        training(moving=(2, 3)),
    ),
    Mistake(
        "the biases stay where they are",
        "θ holds all parameters, the biases among them.",
        training(moving=(0, 2)),
    ),
)
