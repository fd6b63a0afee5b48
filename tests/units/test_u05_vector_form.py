"""Unit 05: what is expected, by a witness of its own; and finite differences, which earn nothing."""

import numpy as np
import pytest

from course.checking import grade_function
from course.gradcheck import numerical_gradient
from course.judging.witness import in_double
from course.units import exercise, forward

SEEDS = range(12)


def named(name, answer, cause, seeds=3):
    """Nothing else is blamed for an answer, and its cause is named, seed by seed."""
    for seed in range(seeds):
        causes = {mark.cause for mark in grade_function(exercise(name), answer, seed).marks}
        assert causes - {""} == {cause}, f"seed {seed}: {causes}"


# The witness: each expected gradient against real finite differences of a loss written out here, a second time.

LOSSES = {
    "linear_backward": lambda upstream, X, W, b: (upstream * (X @ W + b)).sum(),
    "relu_backward": lambda upstream, Z: (upstream * np.maximum(Z, 0)).sum(),
    "sigmoid_backward": lambda upstream, Z: (upstream / (1 + np.exp(-Z))).sum(),
    "softmax_cross_entropy": lambda logits, labels: (
        -np.log(np.exp(logits) / np.exp(logits).sum(1, keepdims=True))[np.arange(len(labels)), labels].mean()
    ),
    "mlp_gradients": lambda X, labels, W1, b1, W2, b2: LOSSES["softmax_cross_entropy"](np.maximum(X @ W1 + b1, 0) @ W2 + b2, labels),
    "unbroadcast": lambda gradient, shape, small: (gradient * (small + np.zeros(gradient.shape))).sum(),
}
EXTRA = {
    "linear_backward": lambda inputs: {"b": np.zeros(inputs["W"].shape[1])},
    "unbroadcast": lambda inputs: {"small": np.zeros(inputs["shape"])},
}
BY = {
    "linear_backward": {"dX": "X", "dW": "W", "db": "b"},
    "relu_backward": {"dZ": "Z"},
    "sigmoid_backward": {"dZ": "Z"},
    "softmax_cross_entropy": {"gradient": "logits"},
    "mlp_gradients": {f"d{name}": name for name in ("W1", "b1", "W2", "b2")},
    "unbroadcast": {"gradient": "small"},
}


@pytest.mark.parametrize("name", LOSSES)
def test_expected_gradients_are_the_finite_differences(name):
    e = exercise(name)
    for case in list(e.cases(np.random.default_rng(5)))[:2]:
        inputs = in_double(case.inputs)
        inputs |= EXTRA.get(name, lambda _: {})(inputs)
        for criterion, by in BY[name].items():
            gradient = numerical_gradient(lambda x, by=by, inputs=inputs: LOSSES[name](**{**inputs, by: x}), inputs[by], h=1e-3)
            np.testing.assert_allclose(e.expected(case)[criterion].value, gradient, rtol=1e-7, atol=1e-9)


def test_a_zero_input_of_relu_accepts_any_subgradient_and_nothing_beyond():
    e = exercise("relu_backward")
    for slope, outcome in ((0.0, "passed"), (0.5, "passed"), (1.0, "passed"), (1.1, "failed"), (-0.1, "failed")):
        verdict = grade_function(e, lambda upstream, Z, slope=slope: upstream * np.where(Z == 0, slope, Z > 0), 0)
        assert verdict.outcome == outcome, slope


# Finite differences in place of a formula, in the ways one would try.


def central(h, dtype=float):
    def of(f, x):
        gradient = np.zeros(x.shape)
        for index in np.ndindex(x.shape):
            step = np.zeros(x.shape)
            step[index] = h
            gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
        return gradient.astype(dtype)

    return of


def forward_difference(h):
    def of(f, x):
        gradient = np.zeros(x.shape)
        for index in np.ndindex(x.shape):
            step = np.zeros(x.shape)
            step[index] = h
            gradient[index] = (f(x + step) - f(x)) / h
        return gradient

    return of


def scaled(f, x):
    return central(1e-5 * max(1.0, float(np.abs(x).max())))(f, x)


DIFFERENCES = {
    "central 1e-3": central(1e-3),
    "central 1e-4": central(1e-4),
    "central 1e-5": central(1e-5),
    "central 1e-6": central(1e-6),
    "central 1e-7": central(1e-7),
    "central in float32": central(1e-5, np.float32),
    "forward 1e-6": forward_difference(1e-6),
    "forward 1e-8": forward_difference(1e-8),
    "scaled step": scaled,
    "Richardson": lambda f, x: (4 * central(1e-3)(f, x) - central(2e-3)(f, x)) / 3,
    "the course's own": numerical_gradient,
}


def by_differences(name, gradient_by):
    def wrt(loss, by, **inputs):
        return gradient_by(lambda x: loss(**{**inputs, by: x}), np.asarray(inputs[by], float))

    def linear_backward(upstream, X, W):
        inputs = {"upstream": upstream, "X": X, "W": W, "b": np.zeros(W.shape[1])}
        return tuple(wrt(LOSSES[name], by, **inputs) for by in "XWb")

    def cross_entropy(logits, labels):
        return forward.cross_entropy(logits, labels)

    def mlp(X, labels, W1, b1, W2, b2):
        return cross_entropy(np.maximum(X @ W1 + b1, 0) @ W2 + b2, labels)

    return {
        "linear_backward": linear_backward,
        "relu_backward": lambda upstream, Z: wrt(LOSSES[name], "Z", upstream=upstream, Z=Z),
        "sigmoid_backward": lambda upstream, Z: wrt(lambda upstream, Z: (upstream * forward.sigmoid(Z)).sum(), "Z", upstream=upstream, Z=Z),
        "softmax_cross_entropy": lambda logits, labels: (
            cross_entropy(logits, labels),
            wrt(cross_entropy, "logits", logits=logits, labels=labels),
        ),
        "mlp_gradients": lambda X, labels, W1, b1, W2, b2: (
            mlp(X, labels, W1, b1, W2, b2),
            *(wrt(mlp, by, X=X, labels=labels, W1=W1, b1=b1, W2=W2, b2=b2) for by in ("W1", "b1", "W2", "b2")),
        ),
    }[name]


@pytest.mark.parametrize("name", ["linear_backward", "relu_backward", "sigmoid_backward", "softmax_cross_entropy", "mlp_gradients"])
@pytest.mark.parametrize("kind", DIFFERENCES)
def test_finite_differences_earn_nothing(name, kind):
    for seed in range(3):
        verdict = grade_function(exercise(name), by_differences(name, DIFFERENCES[kind]), seed)
        assert verdict.earned == 0, f"seed {seed}\n{verdict}"


@pytest.mark.parametrize("h", [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7])
@pytest.mark.parametrize("at", [np.zeros, np.ones])
def test_differences_of_what_was_broadcast_earn_nothing(h, at):
    """It is linear: at zero they are exact but for rounding, which shows where whole numbers cancel."""

    def unbroadcast(gradient, shape):
        return central(h)(lambda small: (gradient * np.broadcast_to(small, gradient.shape)).sum(), at(shape))

    for seed in SEEDS:
        assert grade_function(exercise("unbroadcast"), unbroadcast, seed).earned == 0, f"seed {seed}"


def test_sums_over_copies_in_any_order_pass():
    def one_by_one(gradient, shape):
        result = np.zeros(shape)
        aligned = (1,) * (gradient.ndim - len(shape)) + shape
        for index in np.ndindex(gradient.shape):
            at = tuple(0 if length == 1 else i for i, length in zip(index, aligned, strict=True))
            result.reshape(aligned)[at] += gradient[index]
        return result

    def backwards(gradient, shape):
        return one_by_one(gradient[::-1], shape) if len(shape) < gradient.ndim else one_by_one(gradient, shape)

    def by_means(gradient, shape):
        mean = gradient
        while mean.ndim > len(shape):
            mean = mean.mean(axis=0)
        mean = mean.mean(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)
        return mean * (gradient.size / max(mean.size, 1))

    for seed in SEEDS:
        for answer in (one_by_one, backwards, by_means):
            assert grade_function(exercise("unbroadcast"), answer, seed).outcome == "passed", answer.__name__


@pytest.mark.parametrize("h", [1e-3, 1e-4, 1e-5, 1e-6])
def test_finite_differences_entry_by_entry_earn_nothing(h):
    def sigmoid_backward(upstream, Z):
        return upstream * (forward.sigmoid(Z + h) - forward.sigmoid(Z - h)) / (2 * h)

    def relu_backward(upstream, Z):
        return upstream * (np.maximum(Z + h, 0) - np.maximum(Z - h, 0)) / (2 * h)

    for seed in SEEDS:
        assert grade_function(exercise("sigmoid_backward"), sigmoid_backward, seed).earned == 0
        assert grade_function(exercise("relu_backward"), relu_backward, seed).earned == 0


@pytest.mark.parametrize("ratio", [1.5, 2, 3])
@pytest.mark.parametrize("steps", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("h", [1e-3, 1e-2, 0.03, 0.1, 0.5])
def test_a_ladder_of_steps_does_not_pass_for_the_slope_of_the_sigmoid(h, steps, ratio):
    """It is right to twelve digits where σ is of ordinary size, and loses them where σ is close to 1."""

    def sigmoid_backward(upstream, Z):
        ladder = [h * ratio**k for k in range(steps)]
        slopes = [(forward.sigmoid(Z + step) - forward.sigmoid(Z - step)) / (2 * step) for step in ladder]
        for rung in range(1, steps):
            pairs = zip(ladder, ladder[rung:], slopes, slopes[1:], strict=False)
            slopes = [(long**2 * fine - short**2 * coarse) / (long**2 - short**2) for short, long, fine, coarse in pairs]
        return upstream * slopes[0]

    for seed in range(4):
        assert grade_function(exercise("sigmoid_backward"), sigmoid_backward, seed).earned == 0, f"seed {seed}"


def test_every_formula_for_the_slope_of_the_sigmoid_passes():
    sigmoid = forward.sigmoid
    formulas = (
        lambda upstream, Z: upstream * sigmoid(Z) * (1 - sigmoid(Z)),
        lambda upstream, Z: upstream * (sigmoid(Z) - sigmoid(Z) ** 2),
        lambda upstream, Z: upstream * (1 - np.tanh(Z / 2) ** 2) / 4,
        lambda upstream, Z: upstream / (2 + 2 * np.cosh(np.clip(Z, -700, 700))),
    )
    for seed in range(40):
        for formula in formulas:
            assert grade_function(exercise("sigmoid_backward"), formula, seed).outcome == "passed", f"seed {seed}"


# Mistakes as they are made in other words than the exercises'.


def test_a_loop_that_replaces_and_does_not_add_is_named():
    def linear_backward(upstream, X, W):
        dX = np.zeros_like(X)
        for n in range(len(X)):
            dX[n] = W @ upstream[n]
            dW = X[n][:, None] * upstream[n][None, :]
            db = upstream[n].copy()
        return dX, dW, db

    named("linear_backward", linear_backward, "only the last example counts, which has replaced the others")


def test_gradients_returned_in_another_order_are_named():
    def linear_backward(upstream, X, W):
        return X.T @ upstream, upstream.sum(axis=0), upstream @ W.T

    named("linear_backward", linear_backward, "dW and db are returned before dX")


def test_arguments_taken_in_the_wrong_order_are_named():
    named("relu_backward", lambda Z, upstream: np.where(Z > 0, upstream, 0.0), "upstream and Z have changed places")


def test_a_sigmoid_that_goes_on_twice_is_named():
    def sigmoid_backward(upstream, Z):
        H = forward.sigmoid(Z)
        return upstream * forward.sigmoid(H) * (1 - forward.sigmoid(H))

    named("sigmoid_backward", sigmoid_backward, "the slope is taken at σ(Z), and not at Z")


def test_an_exponential_that_overflows_is_named():
    def sigmoid_backward(upstream, Z):
        with np.errstate(all="ignore"):
            return upstream * np.exp(-Z) / np.square(1 + np.exp(-Z))

    named("sigmoid_backward", sigmoid_backward, "exp(-Z) overflows where Z is very negative")


def log_softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def test_one_maximum_for_the_whole_batch_never_passes():
    """Rows far below the others are rounded to zero, whatever is drawn."""

    def softmax_cross_entropy(logits, labels):
        shifted = logits - np.max(logits)
        total = np.exp(shifted).sum(axis=1, keepdims=True)
        onehot = np.eye(logits.shape[1])[labels]
        return -((shifted - np.log(total)) * onehot).sum() / len(labels), (np.exp(shifted) / total - onehot) / len(labels)

    for seed in range(40):
        with np.errstate(all="ignore"):
            assert grade_function(exercise("softmax_cross_entropy"), softmax_cross_entropy, seed).earned == 0, f"seed {seed}"


@pytest.mark.parametrize(
    ("gradient", "cause"),
    [
        (lambda p, y: p * (1 - p) * (p - y), "the gradient is multiplied by p (1 - p) as well"),
        (lambda p, y: np.where(y > 0, p - 1, 0), "only the label's own logit has a gradient"),
        (lambda p, y: y - p, "the gradient is the labels minus the probabilities"),
        (lambda p, y: (p - y) / len(p), "the gradient is divided by N twice"),
    ],
)
def test_wrong_gradients_of_the_softmax_are_named(gradient, cause):
    def softmax_cross_entropy(logits, labels):
        log_p, onehot = log_softmax(logits), np.eye(logits.shape[1])[labels]
        return -(log_p * onehot).sum(axis=1).mean(), gradient(np.exp(log_p), onehot) / len(labels)

    named("softmax_cross_entropy", softmax_cross_entropy, cause)


def test_a_softmax_over_the_examples_is_named():
    def softmax_cross_entropy(logits, labels):
        log_p, onehot = log_softmax(logits.T).T, np.eye(logits.shape[1])[labels]
        return -(log_p * onehot).sum() / len(labels), (np.exp(log_p) - onehot) / len(labels)

    named("softmax_cross_entropy", softmax_cross_entropy, "the softmax runs down the columns, over the examples")


def test_a_mean_over_all_entries_is_named():
    def softmax_cross_entropy(logits, labels):
        log_p, onehot = log_softmax(logits), np.eye(logits.shape[1])[labels]
        return -(log_p * onehot).mean(), (np.exp(log_p) - onehot) / len(labels)

    named("softmax_cross_entropy", softmax_cross_entropy, "the loss is averaged over the classes, too")


def test_a_loop_over_new_axes_that_ends_too_early_is_named():
    def unbroadcast(gradient, shape):
        if len(gradient.shape) > len(shape):
            gradient = np.add.reduce(gradient)
        for axis, length in enumerate(shape):
            if length == 1:
                gradient = gradient.sum(axis=axis, keepdims=True)
        return gradient

    named("unbroadcast", unbroadcast, "only one of the new axes is summed")


def test_a_single_number_that_is_not_summed_is_named():
    right = exercise("unbroadcast").right
    named("unbroadcast", lambda g, shape: right(g, shape) if len(shape) else g, "a single number's gradient keeps the full shape")


def written_out(spoil):
    """A network's loss and gradients in one function, with its gradients on the way back handed to `spoil`."""

    def mlp_gradients(X, labels, W1, b1, W2, b2):
        Z = X @ W1 + b1
        log_p, onehot = log_softmax(np.maximum(Z, 0) @ W2 + b2), np.eye(len(b2))[labels]
        d2, d1 = spoil(np.exp(log_p), onehot, W2, Z)
        return -(log_p * onehot).sum() / len(X), X.T @ d1, d1.sum(axis=0), np.maximum(Z, 0).T @ d2, d2.sum(axis=0)

    return mlp_gradients


@pytest.mark.parametrize(
    ("spoil", "cause"),
    [
        (lambda p, y, W, Z: (d := (p - y) * (p - p**2) / len(y), (d @ W.T) * (Z > 0)), "at the logits, p (1 - p) is multiplied in as well"),
        (lambda p, y, W, Z: (d := (y - p) / len(y), (d @ W.T) * (Z > 0)), "all gradients have the wrong sign"),
        (lambda p, y, W, Z: (d := (p - y) / len(y) ** 2, (d @ W.T) * (Z > 0)), "the gradients are divided by N twice"),
        (lambda p, y, W, Z: (d := (p - y) / len(y), np.where(d @ W.T > 0, d @ W.T, 0)), "ReLU is applied to the gradient"),
        (
            lambda p, y, W, Z: (d := (p - y) / len(y), (d @ W.T) * (Z > 0) * (np.arange(Z.shape[1]) < Z.shape[1] - 1)),
            "the last hidden unit gets no gradient, as if its row of W2 were the bias",
        ),
    ],
)
def test_a_network_with_a_wrong_step_back_is_told_which(spoil, cause):
    named("mlp_gradients", written_out(spoil), cause)


def test_one_of_two_products_the_wrong_way_round_is_not_taken_for_both():
    def linear_backward(upstream, X, W):
        return W @ upstream.T, X.T @ upstream, upstream.sum(axis=0)

    named("linear_backward", linear_backward, "W and the upstream have changed places in dX")


@pytest.mark.parametrize(
    ("loss", "cause"),
    [
        (lambda log_p, labels: -log_p[range(len(labels)), labels], "the loss of each example is returned, and not their mean"),
        (lambda log_p, labels: -np.mean(log_p[:, labels]), "the loss averages over the labels of all examples in every row"),
        (lambda log_p, labels: -log_p.sum() / len(labels), "log p of all classes is added, and not that of the label alone"),
    ],
)
def test_wrong_losses_of_the_softmax_are_named(loss, cause):
    def softmax_cross_entropy(logits, labels):
        log_p = log_softmax(logits)
        return loss(log_p, labels), (np.exp(log_p) - np.eye(logits.shape[1])[labels]) / len(labels)

    named("softmax_cross_entropy", softmax_cross_entropy, cause)
