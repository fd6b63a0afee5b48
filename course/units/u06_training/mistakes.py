"""Unit 06, the training algorithm: the mistakes students make in its steps, as data.

Each is a mistake's name, as the end of the sentence "it is what comes out when ...", a hint that does not give the answer away,
and an answer with that mistake. Those of the loops are in `training_loop_mistakes`.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from course.judging.exercise import Array, Mistake

Rng = np.random.Generator


# initialise


def start(
    scale: Callable[[int, int], float],
    bias: Callable[[Rng, int], Array] = lambda rng, n: np.zeros(n),
    draw: Callable[[Rng, tuple[int, int]], Array] = lambda rng, shape: rng.normal(size=shape),
    source: Callable[[Rng], Rng] = lambda rng: rng,
) -> Callable[..., list[Array]]:
    """A random start with one thing done in another way: the scale, the biases, the distribution, or where the numbers come from."""

    def wrong(sizes: Sequence[int], rng: Rng) -> list[Array]:
        rng = source(rng)
        layers = []
        for inputs, outputs in pairwise(sizes):
            layers += [scale(inputs, outputs) * draw(rng, (inputs, outputs)), bias(rng, outputs)]
        return layers

    return wrong


def right_scale(inputs: int, outputs: int) -> float:
    return float(np.sqrt(2 / inputs))


INITIALISE = (
    Mistake(
        "all weights start at zero",
        "With W2 = 0, which gradient reaches the hidden nodes? And what could ever make two of them differ?",
        start(lambda inputs, outputs: 0.0),
    ),
    Mistake(
        "the nodes of a layer start alike",
        "Two hidden nodes with the same weights get the same gradient, at every step. What has to tell them apart?",
        start(right_scale, draw=lambda rng, shape: np.tile(rng.normal(size=(shape[0], 1)), (1, shape[1]))),
    ),
    Mistake(
        "the weights are not scaled",
        "A sum of `in` products has a variance that grows with `in`. What must the weights be multiplied by?",
        start(lambda inputs, outputs: 1.0),
    ),
    Mistake(
        "every layer has the same scale, whatever its number of inputs",
        "The variance of Σ w x grows with the number of terms: the scale has to depend on it.",
        start(lambda inputs, outputs: 0.05),
    ),
    Mistake(
        "the variance stands where the standard deviation belongs",
        "2/in is the variance. What do you multiply a standard normal number by, to give it a variance?",
        start(lambda inputs, outputs: 2 / inputs),
    ),
    Mistake(
        "the number of outputs stands where the number of inputs belongs",
        "Count the terms of the sum that a node makes: are they as many as its layer has inputs, or outputs?",
        start(lambda inputs, outputs: float(np.sqrt(2 / outputs))),
    ),
    Mistake(
        "Glorot's scale stands where He's is asked for",
        "sqrt(2 / (in + out)) suits activations that are nearly linear around 0, such as tanh. This network has ReLU.",
        start(lambda inputs, outputs: float(np.sqrt(2 / (inputs + outputs)))),
    ),
    Mistake(
        "the factor 2 that makes up for ReLU is missing",
        "ReLU sets half of its inputs to zero. What does that do to the mean square, and where is it made up for?",
        start(lambda inputs, outputs: float(np.sqrt(1 / inputs))),
    ),
    Mistake(
        "the standard deviation stands where the half-width of a uniform distribution belongs",
        "Numbers drawn evenly from -a to a have the variance a²/3. Or draw them from a normal distribution.",
        start(right_scale, draw=lambda rng, shape: rng.uniform(-1, 1, shape)),
    ),
    Mistake(
        "all weights are drawn positive",
        "`rng.random` draws from 0 to 1. The derivation assumed weights with the mean 0.",
        start(right_scale, draw=lambda rng, shape: rng.random(shape)),
    ),
    Mistake(
        "W is (out, in)",
        "In this course X @ W has to fit: rows of W are inputs, columns are outputs.",
        start(right_scale, draw=lambda rng, shape: rng.normal(size=shape[::-1])),
    ),
    Mistake(
        "the biases are drawn at random",
        "The weights make the nodes different already. What do the biases start at?",
        start(right_scale, bias=lambda rng, n: rng.normal(size=n)),
    ),
    Mistake(
        "the numbers do not come from `rng`",
        "`np.random.normal` and `np.random.default_rng()` know nothing of the generator that was given to you: call methods of `rng`.",
        start(right_scale, source=lambda rng: np.random.default_rng()),
    ),
    Mistake(
        "the generator is made inside, with a seed of its own",
        "A fixed seed gives the same start in every run. Use the generator that was given to you.",
        start(right_scale, source=lambda rng: np.random.default_rng(0)),
    ),
)


# minibatches


def cut(order: Array, batch_size: int) -> list[Array]:
    return [order[first : first + batch_size] for first in range(0, len(order), batch_size)]


def blocks_in_random_order(n: int, batch_size: int, rng: Rng) -> list[Array]:
    """The batches of the given order: the whole ones in random order, and then the rest."""
    batches = cut(np.arange(n), batch_size)
    whole = n // batch_size
    return [batches[k] for k in rng.permutation(whole)] + batches[whole:]


def each_drawn_anew(n: int, batch_size: int, rng: Rng) -> Iterator[Array]:
    for _ in range(-(-n // batch_size)):
        yield rng.choice(n, batch_size, replace=False)


def filled_up(n: int, batch_size: int, rng: Rng) -> list[Array]:
    order = rng.permutation(n)
    return cut(np.concatenate([order, order[: -n % batch_size]]), batch_size)


MINIBATCHES = (
    Mistake(
        "the examples stay in their given order",
        "A file may be sorted by its labels. Where is the order drawn?",
        lambda n, batch_size, rng: cut(np.arange(n), batch_size),
    ),
    Mistake(
        "only the order of the batches is shuffled",
        "Neighbours in the file are still together in one batch. Which is first: shuffling, or cutting?",
        blocks_in_random_order,
    ),
    Mistake(
        "every batch is drawn anew from all examples",
        "Then some examples come twice in an epoch, and others not at all. Draw one order for the whole epoch.",
        each_drawn_anew,
    ),
    Mistake(
        "examples are put back after they are drawn",
        "`rng.integers`, and `rng.choice` unless told otherwise, may give one number twice. In an epoch each example comes once.",
        lambda n, batch_size, rng: cut(rng.integers(n, size=n), batch_size),
    ),
    Mistake(
        "the last, smaller batch is left out",
        "When batch_size does not divide n, a few examples are left over. They belong to the epoch, too.",
        lambda n, batch_size, rng: cut(rng.permutation(n), batch_size)[: n // batch_size],
    ),
    Mistake(
        "the last batch is filled up with examples that came already",
        "A smaller last batch is right: each example comes once.",
        filled_up,
    ),
    Mistake(
        "batch_size is taken for the number of batches",
        "`np.array_split(order, k)` makes k parts. How many examples has a batch to hold, and how many batches does that make?",
        lambda n, batch_size, rng: np.array_split(rng.permutation(n), batch_size),
    ),
    Mistake(
        "only the first batch is returned",
        "A `return` inside the loop ends the function. Collect the batches first, or use `yield`.",
        lambda n, batch_size, rng: cut(rng.permutation(n), batch_size)[:1],
    ),
    Mistake(
        "the examples are counted from 1",
        "Python counts from 0: the last of n examples has the index n - 1.",
        lambda n, batch_size, rng: cut(rng.permutation(n) + 1, batch_size),
    ),
    Mistake(
        "the order does not come from `rng`",
        "`np.random.permutation` and `np.random.default_rng()` know nothing of the generator that was given to you: call methods of `rng`.",
        lambda n, batch_size, rng: cut(np.random.default_rng().permutation(n), batch_size),
    ),
    Mistake(
        "the generator is made inside, with a seed of its own",
        "A fixed seed gives the same order in every epoch. Use the generator that was given to you.",
        lambda n, batch_size, rng: cut(np.random.default_rng(0).permutation(n), batch_size),
    ),
)


# sgd_step

SGD_STEP = (
    Mistake(
        "the step goes uphill",
        "The gradient points to where the loss grows. Which way do you want to go?",
        lambda theta, gradient, m, learning_rate, momentum: (
            theta + learning_rate * (momentum * m + gradient), momentum * m + gradient
        ),
    ),
    Mistake(
        "the momentum is left out",
        "Compare with the formula for m: which part of the old velocity is kept?",
        lambda theta, gradient, m, learning_rate, momentum: (theta - learning_rate * gradient, gradient),
    ),
    Mistake(
        "θ moves along the bare gradient, and the velocity is not used",
        "You compute m, and then? What does the formula for θ multiply by η?",
        lambda theta, gradient, m, learning_rate, momentum: (theta - learning_rate * gradient, momentum * m + gradient),
    ),
    Mistake(
        "θ moves with the old velocity",
        "The formulas come one after the other: which m stands in the second one?",
        lambda theta, gradient, m, learning_rate, momentum: (theta - learning_rate * m, momentum * m + gradient),
    ),
    Mistake(
        "the gradient is multiplied by 1 - β",
        "That makes m a running average. Here it is a running sum: look at the formula for m again.",
        lambda theta, gradient, m, learning_rate, momentum: (
            theta - learning_rate * (momentum * m + (1 - momentum) * gradient), momentum * m + (1 - momentum) * gradient
        ),
    ),
    Mistake(
        "the learning rate is inside the velocity",
        "Some books do it so. In our formulas, in which of the two lines does η stand?",
        lambda theta, gradient, m, learning_rate, momentum: (
            theta - (momentum * m + learning_rate * gradient), momentum * m + learning_rate * gradient
        ),
    ),
    Mistake(
        "the learning rate is left out",
        "How far does one step go? Look for η in your line for θ.",
        lambda theta, gradient, m, learning_rate, momentum: (theta - (momentum * m + gradient), momentum * m + gradient),
    ),
    Mistake(
        "β multiplies the gradient, not the old velocity",
        "β says how much of the *old* velocity stays.",
        lambda theta, gradient, m, learning_rate, momentum: (theta - learning_rate * (m + momentum * gradient), m + momentum * gradient),
    ),
    Mistake(
        "the old velocity is returned",
        "The next step needs the velocity of this one. Which m do you return?",
        lambda theta, gradient, m, learning_rate, momentum: (theta - learning_rate * (momentum * m + gradient), m.copy()),
    ),
    Mistake(
        "the velocity is returned first",
        "Two values in this order: the parameters, then the velocity.",
        lambda theta, gradient, m, learning_rate, momentum: (
            momentum * m + gradient, theta - learning_rate * (momentum * m + gradient)
        ),
    ),
)  # fmt: skip
