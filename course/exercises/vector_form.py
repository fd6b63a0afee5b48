"""Unit 05, backpropagation in vector form: the exercises.

Every case is drawn afresh from `rng`, with N, in and out all different, so that a transposed or mis-summed gradient cannot hide.
"""

from collections.abc import Iterator

import numpy as np

from course.exercises import vector_form_mistakes as mistakes
from course.exercises.base import Array, Case, Criterion, Exercise, Expected, gradient_of, value_of
from course.exercises.vector_form_forward import cross_entropy_value, linear, relu, sigmoid

Rng = np.random.Generator


def signed(rng: Rng, shape: tuple[int, ...]) -> Array:
    """Entries of ordinary size, of both signs."""
    return rng.normal(size=shape)


def positive(rng: Rng, shape: tuple[int, ...]) -> Array:
    """Entries between 0.5 and 1.5: sums of them lose no digits, so every entry can be held to its own magnitude."""
    return rng.uniform(0.5, 1.5, shape)


def mixed_scales(n: int) -> Array:
    """Factors from 1e-9 to 1e9. A finite difference sees the largest terms of the loss, and loses the others in rounding."""
    return np.logspace(-9, 9, n)


def sizes(rng: Rng, n: int, least: int = 2, most: int = 8) -> list[int]:
    """n different sizes, so that no two axes can be mistaken for one another."""
    return [int(size) for size in rng.permutation(np.arange(least, most))[:n]]


# linear_forward


def linear_forward_cases(rng: Rng) -> Iterator[Case]:
    for name in ("a small batch", "another batch"):
        n, d, m = sizes(rng, 3)
        yield Case(name, {"X": signed(rng, (n, d)), "W": signed(rng, (d, m)), "b": signed(rng, (m,))})
    yield Case("one example", {"X": signed(rng, (1, 3)), "W": signed(rng, (3, 2)), "b": signed(rng, (2,))})
    yield Case("one output", {"X": signed(rng, (4, 3)), "W": signed(rng, (3, 1)), "b": signed(rng, (1,))})
    inputs = {"X": signed(rng, (5, 4)), "W": signed(rng, (4, 3)), "b": signed(rng, (3,))}
    yield Case("float32 inputs", {name: array.astype(np.float32) for name, array in inputs.items()})


LINEAR_FORWARD = Exercise(
    name="linear_forward",
    asks="`linear_forward(X, W, b)` returns Z, the outputs of a linear layer for a whole batch: X is (N, in), W is (in, out), b is "
    "(out,), Z is (N, out).",
    criteria=(Criterion("Z", 1, "the outputs, shape (N, out)"),),
    cases=linear_forward_cases,
    expected=value_of(linear, "Z"),
    parameters=("X", "W", "b"),
    misconceptions=mistakes.LINEAR_FORWARD,
)


# linear_backward


def linear_loss(upstream: Array, X: Array, W: Array, b: Array) -> complex:
    return (upstream * linear(X, W, b)).sum()


def linear_backward_cases(rng: Rng) -> Iterator[Case]:
    for name in ("a small batch", "another batch"):
        n, d, m = sizes(rng, 3)
        yield Case(name, {"upstream": signed(rng, (n, m)), "X": signed(rng, (n, d)), "W": signed(rng, (d, m))})
    yield Case("one example", {"upstream": signed(rng, (1, 2)), "X": signed(rng, (1, 3)), "W": signed(rng, (3, 2))})
    yield Case("as many examples as inputs and outputs", {name: signed(rng, (3, 3)) for name in ("upstream", "X", "W")})
    n, d, m = 4, 3, 5
    yield Case(
        "inputs of very different scales",
        {
            "upstream": positive(rng, (n, m)) * mixed_scales(m),
            "X": positive(rng, (n, d)) * mixed_scales(d),
            "W": positive(rng, (d, m)) * mixed_scales(d)[:, None],
        },
        entrywise=True,
    )
    inputs = {"upstream": signed(rng, (5, 3)), "X": signed(rng, (5, 4)), "W": signed(rng, (4, 3))}
    yield Case("float32 inputs", {name: array.astype(np.float32) for name, array in inputs.items()})


LINEAR_BACKWARD = Exercise(
    name="linear_backward",
    asks="`linear_backward(upstream, X, W)` returns dX, dW, db: the gradients of the loss with respect to X, W and b, given "
    "`upstream`, its gradient with respect to Z = X W + b.",
    criteria=(
        Criterion("dX", 1, "∂ℓ/∂X, shape (N, in)"),
        Criterion("dW", 1, "∂ℓ/∂W, shape (in, out)"),
        Criterion("db", 1, "∂ℓ/∂b, shape (out,)"),
    ),
    cases=linear_backward_cases,
    expected=gradient_of(linear_loss, {"dX": "X", "dW": "W", "db": "b"}, extra=lambda upstream, X, W: {"b": np.zeros(W.shape[1])}),
    parameters=("upstream", "X", "W"),
    misconceptions=mistakes.LINEAR_BACKWARD,
)


# relu_backward


def relu_expected(case: Case) -> dict[str, Expected]:
    """Away from zero, the derivative; at zero, any value between the slopes on its two sides (a subgradient)."""
    by_step = gradient_of(lambda upstream, Z: (upstream * relu(Z)).sum(), {"dZ": "Z"})(case)["dZ"].value
    half = np.where(case.inputs["Z"] == 0, case.inputs["upstream"] / 2, 0.0)
    return {"dZ": Expected(by_step + half, np.abs(half), derivative=True)}


def relu_backward_cases(rng: Rng) -> Iterator[Case]:
    for name in ("a small batch", "another batch"):
        shape = tuple(sizes(rng, 2))
        yield Case(name, {"upstream": signed(rng, shape), "Z": signed(rng, shape)})
    Z = signed(rng, (4, 5)).round(1)
    Z[rng.integers(4), rng.integers(5)] = 0.0
    yield Case("a zero among the inputs", {"upstream": signed(rng, Z.shape), "Z": Z})
    tiny = rng.choice([-1.0, 1.0], (4, 3)) * 10.0 ** rng.uniform(-14, -9, (4, 3))
    yield Case("just beside the kink", {"upstream": signed(rng, tiny.shape), "Z": tiny}, entrywise=True)
    wide = rng.choice([-1.0, 1.0], (3, 5)) * 1e12
    yield Case("large inputs", {"upstream": positive(rng, wide.shape) * mixed_scales(5), "Z": wide}, entrywise=True)
    yield Case("float32 inputs", {"upstream": signed(rng, (4, 3)).astype(np.float32), "Z": signed(rng, (4, 3)).astype(np.float32)})


RELU_BACKWARD = Exercise(
    name="relu_backward",
    asks="`relu_backward(upstream, Z)` returns dZ: the gradient of the loss with respect to Z, given `upstream`, its gradient with "
    "respect to max(0, Z).",
    criteria=(Criterion("dZ", 1, "∂ℓ/∂Z, shape of Z"),),
    cases=relu_backward_cases,
    expected=relu_expected,
    parameters=("upstream", "Z"),
    misconceptions=mistakes.RELU_BACKWARD,
)


# sigmoid_backward


def sigmoid_backward_cases(rng: Rng) -> Iterator[Case]:
    for name in ("a small batch", "another batch"):
        shape = tuple(sizes(rng, 2))
        yield Case(name, {"upstream": signed(rng, shape), "Z": signed(rng, shape)})
    Z = signed(rng, (3, 4))
    Z[:, 0] = rng.choice([-1e4, 1e4], 3)
    yield Case("saturated units, Z = ±1e4", {"upstream": signed(rng, Z.shape), "Z": Z})
    Z = rng.uniform(7, 11, (3, 5)) * rng.choice([-1.0, 1.0], (3, 5))
    Z[0, :2] = rng.uniform(7, 11, 2)
    yield Case(
        "nearly saturated units, upstreams of very different scales",
        {"upstream": positive(rng, Z.shape) * mixed_scales(5), "Z": Z},
        entrywise=True,
    )
    yield Case("float32 inputs", {"upstream": signed(rng, (4, 3)).astype(np.float32), "Z": signed(rng, (4, 3)).astype(np.float32)})


SIGMOID_BACKWARD = Exercise(
    name="sigmoid_backward",
    asks="`sigmoid_backward(upstream, Z)` returns dZ: the gradient of the loss with respect to Z, given `upstream`, its gradient "
    "with respect to σ(Z).",
    criteria=(Criterion("dZ", 1, "∂ℓ/∂Z, shape of Z"),),
    cases=sigmoid_backward_cases,
    expected=gradient_of(lambda upstream, Z: (upstream * sigmoid(Z)).sum(), {"dZ": "Z"}),
    parameters=("upstream", "Z"),
    misconceptions=mistakes.SIGMOID_BACKWARD,
)


# softmax_cross_entropy


def cross_entropy_expected(case: Case) -> dict[str, Expected]:
    checked_labels(case.inputs["labels"], case.inputs["logits"])
    value = value_of(cross_entropy_value, "loss")(case)
    return value | gradient_of(cross_entropy_value, {"gradient": "logits"})(case)


def checked_labels(labels: Array, logits: Array) -> None:
    """Raise ValueError unless there is one integer class for each row of logits."""
    if np.ndim(logits) != 2 or np.shape(labels) != (len(logits),) or np.asarray(labels).dtype.kind not in "iu":
        raise ValueError(f"expected logits (N, C) and N integer labels, got shapes {np.shape(logits)} and {np.shape(labels)}")


def softmax_cross_entropy_cases(rng: Rng) -> Iterator[Case]:
    for name in ("a small batch", "another batch"):
        n, c = sizes(rng, 2, least=3)
        yield Case(name, {"logits": signed(rng, (n, c)), "labels": rng.integers(c, size=n)})
    yield Case("one example", {"logits": signed(rng, (1, 4)), "labels": rng.integers(4, size=1)})
    logits = rng.permuted(np.tile([-1e4, 5e3, 1e4], (5, 1)), axis=1) * rng.choice([-1.0, 1.0], (5, 1))
    labels = rng.integers(3, size=5)
    labels[0] = logits[0].argmin()  # one label whose probability is rounded to zero
    yield Case("logits of ±1e4", {"logits": logits, "labels": labels})
    logits = rng.uniform(-24, -18, (4, 5))
    labels = rng.integers(4, size=4)
    logits[:, 4] = 0.0  # the last class takes nearly all of the probability, and is nobody's label
    logits += rng.choice([-1e3, 1e3], (4, 1))
    yield Case("probabilities of 1e-9", {"logits": logits, "labels": labels}, entrywise=True)
    yield Case("float32 inputs", {"logits": signed(rng, (4, 3)).astype(np.float32), "labels": rng.integers(3, size=4)})


SOFTMAX_CROSS_ENTROPY = Exercise(
    name="softmax_cross_entropy",
    asks="`softmax_cross_entropy(logits, labels)` returns the loss, the mean of -log softmax(logits)[label] over the batch, and its "
    "gradient with respect to the logits, shape (N, C). Both are finite for logits of ±1e4.",
    criteria=(
        Criterion("loss", 1, "the mean loss over the batch, one number"),
        Criterion("gradient", 2, "∂ℓ/∂logits, shape (N, C)"),
    ),
    cases=softmax_cross_entropy_cases,
    expected=cross_entropy_expected,
    parameters=("logits", "labels"),
    misconceptions=mistakes.SOFTMAX_CROSS_ENTROPY,
)


# unbroadcast


def broadcast_loss(gradient: Array, shape: tuple[int, ...], small: Array) -> complex:
    return (gradient * np.broadcast_to(small, gradient.shape)).sum()


def unbroadcast_cases(rng: Rng) -> Iterator[Case]:
    pairs = [
        ("a row added to every example", (4, 3), (3,)),
        ("a column added to every output", (4, 3), (4, 1)),
        ("nothing was broadcast", (2, 5), (2, 5)),
        ("a single number", (3, 4), ()),
        ("new axes and stretched ones together", (2, 3, 4, 5), (3, 1, 5)),
        ("a row with its axis kept", (4, 3), (1, 3)),
        ("an axis of one that was never stretched", (4, 1), (1, 1)),
    ]
    for name, full, small in pairs:
        yield Case(name, {"gradient": signed(rng, full), "shape": small})
    yield Case("columns of very different scales", {"gradient": positive(rng, (4, 5)) * mixed_scales(5), "shape": (5,)}, entrywise=True)
    yield Case("float32 inputs", {"gradient": signed(rng, (4, 3)).astype(np.float32), "shape": (3,)})


UNBROADCAST = Exercise(
    name="unbroadcast",
    asks="`unbroadcast(gradient, shape)` returns the gradient with respect to an array of `shape` that NumPy broadcast to the shape of "
    "`gradient`.",
    criteria=(Criterion("gradient", 2, "the gradient, of the shape asked for"),),
    cases=unbroadcast_cases,
    expected=gradient_of(broadcast_loss, {"gradient": "small"}, extra=lambda gradient, shape: {"small": np.zeros(shape)}),
    parameters=("gradient", "shape"),
    misconceptions=mistakes.UNBROADCAST,
)


# mlp_gradients

PARAMETERS = ("W1", "b1", "W2", "b2")


def mlp_loss(X: Array, labels: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> complex:
    return cross_entropy_value(linear(relu(linear(X, W1, b1)), W2, b2), labels)


def mlp_expected(case: Case) -> dict[str, Expected]:
    return value_of(mlp_loss, "loss")(case) | gradient_of(mlp_loss, {f"d{name}": name for name in PARAMETERS})(case)


def network(rng: Rng, n: int, d: int, h: int, c: int) -> dict[str, Array]:
    """A batch, and a network for it whose hidden units all lie clear of their kinks."""
    while True:
        inputs = {
            "X": signed(rng, (n, d)), "labels": rng.integers(c, size=n), "W1": signed(rng, (d, h)), "b1": signed(rng, (h,)),
            "W2": signed(rng, (h, c)), "b2": signed(rng, (c,)),
        }  # fmt: skip
        Z1 = linear(inputs["X"], inputs["W1"], inputs["b1"])
        if np.abs(Z1).min() > 0.02 and (Z1 > 0).any(axis=0).all() and (Z1 < 0).any():
            return inputs


def beside_the_kink(rng: Rng) -> dict[str, Array]:
    """A network whose hidden units are all at ±1e-7: every row of X is orthogonal to every column of W1, and b1 remains.

    Which unit is active decides everything, and a finite step decides it wrongly. One logit is a billion above the others, so that
    the loss is a billion and its small changes are lost in rounding.
    """
    n, h, c = 5, 4, 3
    column, X = ((16 * positive(rng, shape)).round() / 16 for shape in ((1, h), (n, 1)))  # few digits: products are exact
    labels = rng.integers(c - 1, size=n)
    labels[:2] = 0, 1
    return {
        "X": np.hstack([X, X]), "labels": labels, "W1": np.vstack([column, -column]),
        "b1": 1e-7 * rng.permutation([1.0, 1.0, -1.0, -1.0]), "W2": positive(rng, (h, c)) * [-1, -1, 1], "b2": np.array([0.0, 0.0, 1e9]),
    }  # fmt: skip


def large_logits(rng: Rng) -> dict[str, Array]:
    """A network with logits of about 1e4, no two of an example closer than 100: in every precision the same class wins."""
    while True:
        inputs = network(rng, 5, 3, 4, 2)
        inputs["W2"] *= 1e4
        logits = linear(relu(linear(inputs["X"], inputs["W1"], inputs["b1"])), inputs["W2"], inputs["b2"])
        if np.abs(logits[:, 0] - logits[:, 1]).min() > 100:
            return inputs


def mlp_cases(rng: Rng) -> Iterator[Case]:
    for name in ("a small network", "another network"):
        h, c = sizes(rng, 2, least=3, most=6)
        yield Case(name, network(rng, 7, 2, h, c))
    yield Case("large logits", large_logits(rng))
    yield Case("just beside the kinks, with a huge loss", beside_the_kink(rng), entrywise=True)
    yield Case("float32 inputs", {
        name: array.astype(np.float32) if array.dtype.kind == "f" else array for name, array in network(rng, 6, 2, 4, 3).items()
    })  # fmt: skip


MLP_GRADIENTS = Exercise(
    name="mlp_gradients",
    asks="`mlp_gradients(X, labels, W1, b1, W2, b2)` returns loss, dW1, db1, dW2, db2 for the network linear, ReLU, linear, softmax "
    "cross-entropy.",
    criteria=(
        Criterion("loss", 1, "the mean loss over the batch, one number"),
        Criterion("dW1", 1, "∂ℓ/∂W1, shape of W1"),
        Criterion("db1", 1, "∂ℓ/∂b1, shape of b1"),
        Criterion("dW2", 1, "∂ℓ/∂W2, shape of W2"),
        Criterion("db2", 1, "∂ℓ/∂b2, shape of b2"),
    ),
    cases=mlp_cases,
    expected=mlp_expected,
    parameters=("X", "labels", *PARAMETERS),
    needs=("linear_forward", "linear_backward", "relu_backward", "softmax_cross_entropy"),
    misconceptions=mistakes.MLP_GRADIENTS,
)


EXERCISES = (
    LINEAR_FORWARD,
    LINEAR_BACKWARD,
    RELU_BACKWARD,
    SIGMOID_BACKWARD,
    SOFTMAX_CROSS_ENTROPY,
    UNBROADCAST,
    MLP_GRADIENTS,
)
