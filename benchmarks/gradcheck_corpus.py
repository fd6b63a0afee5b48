"""Right and wrong gradients to try a gradient checker on: small functions, inputs from a seeded generator, gradients by formula.

`RIGHT` maps a name to a `Problem` of its own; `WRONG` takes one of them, and makes one mistake in its gradient. A problem's `twin`,
where there is one, is the same function in full precision: what its gradient is the gradient of.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

Array = np.ndarray
Gradient = Any  # one array, or a dict of arrays


@dataclass(frozen=True)
class Problem:
    """A function, its inputs, a right gradient, and wrong ones by name; `kink` says that a corner is hit exactly."""

    f: Callable[[Any], Any]
    inputs: Any
    gradient: Gradient
    mistakes: Mapping[str, Gradient] = field(default_factory=dict)
    kink: bool = False
    twin: Callable[[Any], Any] | None = None


RIGHT: dict[str, Callable[[np.random.Generator], Problem]] = {}


def right(build: Callable[[np.random.Generator], Problem]) -> Callable[[np.random.Generator], Problem]:
    RIGHT[(build.__doc__ or "").split("\n")[0].rstrip(".")] = build
    return build


def elementwise(name: str, f: Callable[[Array], Array], derivative: Callable[[Array], Array], low: float, high: float) -> None:
    """A weighted sum of a function of each entry; the mistake is to forget the weights, which are the upstream."""

    def build(rng: np.random.Generator) -> Problem:
        x, upstream = rng.uniform(low, high, (3, 4)), rng.normal(size=(3, 4))
        return Problem(lambda x: (upstream * f(x)).sum(), x, upstream * derivative(x), {"missing upstream": derivative(x)})

    RIGHT[name] = build


def sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def softplus(z: Array) -> Array:
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def log_softmax(z: Array) -> Array:
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def one_hot(labels: Array, classes: int) -> Array:
    return np.eye(classes)[labels]


elementwise("exp", np.exp, np.exp, -2, 2)
elementwise("log", np.log, lambda x: 1 / x, 0.1, 3)
elementwise("sin", np.sin, np.cos, -3, 3)
elementwise("sine of a large angle", np.sin, np.cos, 5e5, 1e6)
elementwise("tanh", np.tanh, lambda x: 1 / np.cosh(x) ** 2, -2, 2)
elementwise("sigmoid", sigmoid, lambda x: sigmoid(x) * sigmoid(-x), -4, 4)
elementwise("softplus", softplus, sigmoid, -4, 4)
elementwise("square root", np.sqrt, lambda x: 0.5 / np.sqrt(x), 0.01, 4)
elementwise("reciprocal", lambda x: 1 / x, lambda x: -1 / x**2, 0.2, 2)
elementwise("fifth power", lambda x: x**5, lambda x: 5 * x**4, -2, 2)
elementwise("arcsine up to its edge", np.arcsin, lambda x: 1 / np.sqrt(1 - x * x), 0.99, 0.99999)
elementwise("swish", lambda x: x * sigmoid(x), lambda x: sigmoid(x) * (1 + x * sigmoid(-x)), -4, 4)
elementwise("cosh of tiny numbers", np.cosh, np.sinh, -1e-8, 1e-8)
elementwise("tanh of a steep line", lambda x: np.tanh(1e4 * x), lambda x: 1e4 / np.cosh(1e4 * x) ** 2, -2e-4, 2e-4)
elementwise("sigmoid far left", sigmoid, sigmoid, -40, -36)
elementwise("relu", lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0, -2, 2)
elementwise("leaky relu", lambda x: np.where(x > 0, x, 0.1 * x), lambda x: np.where(x > 0, 1, 0.1), -2, 2)
elementwise("absolute value", np.abs, np.sign, -2, 2)
elementwise("clip", lambda x: np.clip(x, -1, 1), lambda x: (np.abs(x) < 1) * 1.0, -2, 2)


# -- functions of one array ---------------------------------------------------------------------------------------------------


@right
def squared_error(rng):
    """mean squared error"""
    prediction, target = rng.normal(size=(2, 4, 3))
    gradient = 2 * (prediction - target) / target.size
    return Problem(lambda p: ((p - target) ** 2).mean(), prediction, gradient, {"of the sum": gradient * target.size})


@right
def cross_entropy(rng):
    """softmax cross-entropy"""
    logits, target = rng.normal(size=(5, 3)), one_hot(rng.integers(0, 3, 5), 3)
    probabilities = np.exp(log_softmax(logits))
    mistakes = {
        "without the labels": probabilities / 5,
        "of the sum": probabilities - target,
        "labels off by one": (probabilities - np.roll(target, 1, axis=1)) / 5,
    }
    return Problem(lambda z: -(target * log_softmax(z)).sum() / 5, logits, (probabilities - target) / 5, mistakes)


@right
def binary_cross_entropy(rng):
    """binary cross-entropy with logits"""
    z, y = rng.uniform(-6, 6, 8), rng.integers(0, 2, 8)
    return Problem(
        lambda z: (softplus(z) - y * z).mean(),
        z,
        (sigmoid(z) - y) / 8,
        {"not averaged": sigmoid(z) - y, "y = 1 only": (sigmoid(z) - 1) / 8},
    )


@right
def kl_divergence(rng):
    """Kullback-Leibler divergence from a softmax"""
    z, p = rng.normal(size=6), rng.dirichlet(np.ones(6))
    return Problem(lambda z: (p * (np.log(p) - log_softmax(z))).sum(), z, np.exp(log_softmax(z)) - p, {"without p": np.exp(log_softmax(z))})


@right
def log_sum_exp(rng):
    """log-sum-exp"""
    z = rng.normal(size=7)
    return Problem(lambda z: z.max() + np.log(np.exp(z - z.max()).sum()), z, np.exp(log_softmax(z)), {"not normalised": np.exp(z)})


@right
def product(rng):
    """product of all entries"""
    x = rng.uniform(0.5, 2, 5) * rng.choice([-1, 1], 5)
    return Problem(lambda x: np.prod(x), x, np.prod(x) / x, {"without the others": np.ones(5)})


@right
def length(rng):
    """length of a vector"""
    x = rng.normal(size=6)
    return Problem(lambda x: np.sqrt((x * x).sum()), x, x / np.linalg.norm(x), {"not divided": x})


@right
def cosine(rng):
    """cosine of an angle"""
    x, y = rng.normal(size=(2, 5))
    a, b = np.linalg.norm(x), np.linalg.norm(y)
    gradient = y / (a * b) - (x @ y) * x / (a**3 * b)
    return Problem(lambda x: (x @ y) / np.sqrt((x @ x) * (y @ y)), x, gradient, {"length held constant": y / (a * b)})


@right
def rosenbrock(rng):
    """Rosenbrock's valley"""
    x = rng.uniform(-1.5, 1.5, 6)
    gradient = np.zeros(6)
    gradient[:-1] = -400 * x[:-1] * (x[1:] - x[:-1] ** 2) - 2 * (1 - x[:-1])
    dropped = gradient.copy()
    gradient[1:] += 200 * (x[1:] - x[:-1] ** 2)
    return Problem(lambda x: (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum(), x, gradient, {"dropped term": dropped})


@right
def quadratic_form(rng):
    """quadratic form of a matrix that is not symmetric"""
    a, x = rng.normal(size=(5, 5)), rng.normal(size=5)
    return Problem(lambda x: x @ a @ x, x, (a + a.T) @ x, {"one half": a @ x, "as if symmetric": 2 * a @ x})


@right
def matrix_product(rng):
    """trace of a matrix product"""
    a, w = rng.normal(size=(2, 4, 4))
    return Problem(lambda w: np.trace(a @ w @ w), w, (a @ w).T + (w @ a).T, {"transposed": a @ w + w @ a, "dropped term": (a @ w).T})


@right
def penalty(rng):
    """loss with an L2 penalty"""
    w, x = rng.normal(size=(2, 6))
    return Problem(
        lambda w: np.sin(w @ x) + 1e-2 * (w * w).sum(),
        w,
        np.cos(w @ x) * x + 2e-2 * w,
        {"half the penalty": np.cos(w @ x) * x + 1e-2 * w, "no penalty": np.cos(w @ x) * x},
    )


@right
def convolution(rng):
    """convolution with a filter"""
    signal, kernel, upstream = rng.normal(size=9), rng.normal(size=3), rng.normal(size=7)
    gradient = np.array([upstream @ signal[k : k + 7] for k in range(3)])
    return Problem(
        lambda k: sum(upstream[i] * (signal[i : i + 3] @ k) for i in range(7)),
        kernel,
        gradient,
        {"flipped": gradient[::-1].copy(), "off by one": np.roll(gradient, 1)},
    )


@right
def recurrent(rng):
    """recurrent unit over four steps"""
    w, x = rng.normal(size=(3, 3)) / 2, rng.normal(size=(4, 3))

    def states(w):
        h = [np.zeros(3, dtype=w.dtype)]
        for step in x:
            h.append(np.tanh(w @ h[-1] + step))
        return h

    h, gradient, last, delta = states(w), np.zeros((3, 3)), np.zeros((3, 3)), np.ones(3)
    for t in range(4, 0, -1):
        local = delta * (1 - h[t] ** 2)
        gradient += np.outer(local, h[t - 1])
        last = gradient.copy() if t == 4 else last
        delta = w.T @ local
    return Problem(lambda w: states(w)[-1].sum(), w, gradient, {"one step back only": last})


@right
def dropout(rng):
    """inverted dropout with a fixed mask"""
    x, upstream, mask = rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), np.arange(12).reshape(4, 3) % 3 > 0
    return Problem(
        lambda x: (upstream * np.tanh(x) * mask / 0.7).sum(),
        x,
        upstream * mask / 0.7 / np.cosh(x) ** 2,
        {"without the mask": upstream / 0.7 / np.cosh(x) ** 2, "not divided": upstream * mask / np.cosh(x) ** 2},
    )


@right
def batch_norm(rng):
    """batch normalisation"""
    x, upstream = 3 + 2 * rng.normal(size=(6, 3)), rng.normal(size=(6, 3))

    def normal(x):
        return (x - x.mean(axis=0)) / np.sqrt(((x - x.mean(axis=0)) ** 2).mean(axis=0) + 1e-5)

    n, spread = normal(x), np.sqrt(x.var(axis=0) + 1e-5)
    centred = upstream - upstream.mean(axis=0)
    mistakes = {"statistics held constant": upstream / spread, "variance held constant": centred / spread}
    return Problem(lambda x: (upstream * normal(x)).sum(), x, (centred - n * (upstream * n).mean(axis=0)) / spread, mistakes)


# -- layers and networks ------------------------------------------------------------------------------------------------------


@right
def linear_layer(rng):
    """linear layer with squared error"""
    x, w, b, y = rng.normal(size=(5, 3)), rng.normal(size=(3, 2)), rng.normal(size=2), rng.normal(size=(5, 2))
    upstream = 2 * (x @ w + b - y) / 5
    gradient = {"X": upstream @ w.T, "W": x.T @ upstream, "b": upstream.sum(axis=0)}
    mistakes = {
        "bias averaged": {**gradient, "b": upstream.mean(axis=0)},
        "upstream missing in W": {**gradient, "W": x.T @ np.ones((5, 2))},
    }
    return Problem(lambda p: ((p["X"] @ p["W"] + p["b"] - y) ** 2).sum() / 5, {"X": x, "W": w, "b": b}, gradient, mistakes)


def network(activation, slope, rng, scale=1.0, loss_scale=1.0):
    """A 4-5-3 classifier on six examples, its gradient, and what comes out when parts of backward are forgotten."""
    x, target = rng.normal(size=(6, 4)) / scale, one_hot(rng.integers(0, 3, 6), 3)
    inputs = {"W1": rng.normal(size=(4, 5)) * scale, "b1": rng.normal(size=5), "W2": rng.normal(size=(5, 3)), "b2": rng.normal(size=3)}

    def f(p):
        hidden = activation(x @ p["W1"] + p["b1"])
        return -loss_scale * (target * log_softmax(hidden @ p["W2"] + p["b2"])).sum() / 6

    z = x @ inputs["W1"] + inputs["b1"]
    delta = loss_scale * (np.exp(log_softmax(activation(z) @ inputs["W2"] + inputs["b2"])) - target) / 6

    def backward(local, second=delta):
        first = second @ inputs["W2"].T * local
        return {"W1": x.T @ first, "b1": first.sum(axis=0), "W2": activation(z).T @ second, "b2": second.sum(axis=0)}

    gradient = backward(slope(z))
    mistakes = {
        "slope of the activation forgotten": backward(1.0),
        "labels forgotten": backward(slope(z), delta + loss_scale * target / 6),
        "hidden layer not activated": {**gradient, "W2": z.T @ delta},
        "bias of one example": {**gradient, "b1": (delta @ inputs["W2"].T * slope(z))[0]},
    }
    return Problem(f, inputs, gradient, mistakes)


@right
def tanh_network(rng):
    """tanh network"""
    return network(np.tanh, lambda z: 1 - np.tanh(z) ** 2, rng)


@right
def relu_network(rng):
    """relu network"""
    return network(lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0, rng)


@right
def small_loss_network(rng):
    """tanh network with a loss of 1e-8"""
    return network(np.tanh, lambda z: 1 - np.tanh(z) ** 2, rng, loss_scale=1e-8)


@right
def large_weights_network(rng):
    """relu network with weights of a million"""
    return network(lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0, rng, scale=1e6)


@right
def small_weights_network(rng):
    """tanh network with weights of 1e-8"""
    return network(np.tanh, lambda z: 1 - np.tanh(z) ** 2, rng, scale=1e-8)


@right
def unused(rng):
    """an input that f does not depend on"""
    x, y = rng.normal(size=(2, 4))
    return Problem(
        lambda p: np.exp(p["x"]).sum(),
        {"x": x, "y": y},
        {"x": np.exp(x), "y": np.zeros(4)},
        {"non-zero where zero": {"x": np.exp(x), "y": np.full(4, 1e-6)}},
    )


@right
def shift(rng):
    """a shift that a softmax does not feel"""
    z, c = rng.normal(size=5), np.array(0.3)
    gradient = -np.exp(log_softmax(z))
    gradient[2] += 1
    return Problem(
        lambda p: log_softmax(p["z"] + p["c"])[2],
        {"z": z, "c": c},
        {"z": gradient, "c": np.zeros(())},
        {"the shift felt": {"z": gradient, "c": np.ones(())}},
    )


# -- corners ------------------------------------------------------------------------------------------------------------------


@right
def relu_at_zero(rng):
    """relu at zero, by the convention 0"""
    return corner(rng, lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0, 1.2)


@right
def relu_at_zero_half(rng):
    """relu at zero, by the convention 1/2"""
    return corner(rng, lambda x: np.maximum(x, 0), lambda x: np.heaviside(x, 0.5), -0.1)


@right
def absolute_at_zero(rng):
    """absolute value at zero"""
    return corner(rng, np.abs, np.sign, 1.01)


def corner(rng, f, derivative, outside):
    """A weighted sum of a function with a corner at zero, where two entries of eight are; `outside` is no slope of it there."""
    x, upstream = rng.normal(size=8), rng.normal(size=8)
    x[[1, 4]] = 0
    gradient, beyond = upstream * derivative(x), upstream * derivative(x)
    beyond[4] = outside * upstream[4]
    other = upstream * derivative(-x)
    other[[1, 4]] = gradient[[1, 4]]
    mistakes = {"beyond the slopes of the corner": beyond, "the other side": other}
    return Problem(lambda x: (upstream * f(x)).sum(), x, gradient, mistakes, kink=True)


@right
def near_corner(rng):
    """relu near its corner"""
    x, upstream = rng.normal(size=6), rng.normal(size=6)
    x[1:5] = [1e-3, -1e-5, 1e-7, -1e-9]
    side, middle = upstream * (x > 0), upstream * (x > 0)
    side[2], middle[3] = upstream[2], upstream[3] / 2
    mistakes = {"the side across 1e-5": side, "the middle at 1e-7": middle}
    return Problem(lambda x: (upstream * np.maximum(x, 0)).sum(), x, upstream * (x > 0), mistakes)


@right
def hinge(rng):
    """hinge loss with one example on its margin"""
    w, x, y = rng.normal(size=4), rng.normal(size=(6, 4)), rng.choice([-1.0, 1.0], 6)
    x[0] = y[0] * np.array([1.0, 0, 0, 0])
    w[0] = 1.0
    active = (y * (x @ w) < 1)[:, None]
    gradient = -(y[:, None] * x * active).mean(axis=0)
    mistakes = {
        "all examples": -(y[:, None] * x).mean(axis=0) * 1.5,
        "of the sum": 6 * gradient,
        "labels forgotten": -(x * active).mean(axis=0) - 0.01,
    }
    return Problem(lambda w: np.maximum(0, 1 - y * (x @ w)).mean(), w, gradient, mistakes, kink=True)


@right
def largest(rng):
    """largest entry"""
    x = rng.permutation(8.0 + np.arange(6)) / 8 + rng.normal(size=6) / 50
    chosen = (x == x.max()) * 1.0
    return Problem(lambda x: np.max(x), x, chosen, {"the runner-up": (x == np.sort(x)[-2]) * 1.0, "shared by all": np.ones(6) / 6})


@right
def nearly_tied(rng):
    """largest entry, nearly tied"""
    x = rng.normal(size=6)
    x[[1, 3]] = x.max() + 1 + np.array([0, 1e-6])
    return Problem(lambda x: np.max(x), x, np.eye(6)[3], {"shared": (np.eye(6)[1] + np.eye(6)[3]) / 2, "the runner-up": np.eye(6)[1]})


@right
def tied(rng):
    """largest entry, tied, one chosen"""
    x = rng.normal(size=6)
    x[[1, 3]] = x.max() + 1
    both = (x == x.max()) * 1.0
    return Problem(
        lambda x: np.max(x), x, np.eye(6)[1], {"both in full": both, "neither": 0 * both, "more than all": 1.3 * np.eye(6)[3]}, kink=True
    )


@right
def tied_shared(rng):
    """largest entry, three tied, shared"""
    x = rng.normal(size=6)
    x[[1, 3, 4]] = x.max() + 1
    every = (x == x.max()) * 1.0
    return Problem(lambda x: np.max(x), x, every / 3, {"half each": every / 2, "one loser": every / 3 + 0.1 * np.eye(6)[0]}, kink=True)


@right
def max_pooling(rng):
    """max pooling with a tie in each window"""
    x, upstream = rng.normal(size=(4, 3)), rng.normal(size=4)
    x[:, 2] = x[:, 0] = x.max(axis=1) + 0.5
    first, both = upstream[:, None] * np.array([1.0, 0, 0]), upstream[:, None] * np.array([1.0, 0, 1])
    return Problem(
        lambda x: upstream @ x.max(axis=1), x, first, {"all the largest": both, "the loser": np.roll(first, 1, axis=1)}, kink=True
    )


@right
def tied_arrays(rng):
    """maximum of two arrays, tied in one place"""
    a, b = rng.normal(size=(2, 5))
    b[2] = a[2]
    right = {"a": (a >= b) * 1.0, "b": (b > a) * 1.0}
    mistakes = {"both in full": {**right, "b": (b >= a) * 1.0}, "swapped": {"a": right["b"], "b": right["a"]}}
    return Problem(lambda p: np.maximum(p["a"], p["b"]).sum(), {"a": a, "b": b}, right, mistakes, kink=True)


@right
def dead_network(rng):
    """relu network whose first layer starts at zero"""
    x, v = rng.normal(size=(5, 3)), rng.normal(size=4)
    inputs = {"W": np.zeros((3, 4)), "v": v}
    gradient = {"W": np.zeros((3, 4)), "v": np.zeros(4)}
    everywhere = {"W": x.sum(axis=0)[:, None] * v + 10 * np.sign(v) * np.abs(x).sum(), "v": np.zeros(4)}
    return Problem(
        lambda p: (np.maximum(x @ p["W"], 0) @ p["v"]).sum(),
        inputs,
        gradient,
        {"beyond every slope": everywhere, "v not zero": {**gradient, "v": np.ones(4) * 1e-3}},
        kink=True,
    )


@right
def length_at_zero(rng):
    """length of the zero vector"""
    return Problem(lambda x: np.sqrt((x * x).sum()), np.zeros(3), np.zeros(3), {"longer than 1": np.full(3, 0.9)}, kink=True)


@right
def sparse(rng):
    """loss with an L1 penalty and a weight at zero"""
    w, x = rng.normal(size=(2, 6))
    w[2] = 0
    gradient = np.cos(w @ x) * x + 0.1 * np.sign(w)
    return Problem(
        lambda w: np.sin(w @ x) + 0.1 * np.abs(w).sum(),
        w,
        gradient,
        {"no penalty": np.cos(w @ x) * x, "penalty's sign": gradient - 0.2 * np.sign(w)},
        kink=True,
    )


@right
def huber(rng):
    """Huber loss, on its joint"""
    r = rng.normal(size=6)
    r[2] = 1.0
    return Problem(
        lambda r: np.where(np.abs(r) < 1, r * r / 2, np.abs(r) - 0.5).sum(),
        r,
        np.clip(r, -1, 1),
        {"not clipped": r + 0.1 * (np.abs(r) >= 1), "sign alone": np.sign(r) * 0.9},
    )


# -- scales, saturation, rounding ---------------------------------------------------------------------------------------------


@right
def tiny_inputs(rng):
    """squares of numbers of 1e-8"""
    return weighted_squares(rng, 1e-8, np.ones(6))


@right
def huge_inputs(rng):
    """squares of numbers of a million"""
    return weighted_squares(rng, 1e6, np.ones(6))


@right
def tiny_loss(rng):
    """squares with a loss of 1e-8"""
    return weighted_squares(rng, 1.0, np.full(6, 1e-8))


@right
def huge_loss(rng):
    """squares with a loss of a million"""
    return weighted_squares(rng, 1.0, np.full(6, 1e6))


@right
def mixed_weights(rng):
    """squares weighted from 1e-6 to 1"""
    return weighted_squares(rng, 1.0, 10.0 ** -np.arange(6))


def weighted_squares(rng, scale, weights):
    x = scale * rng.uniform(0.5, 2, 6) * rng.choice([-1, 1], 6)
    gradient = 2 * weights * x
    last = gradient * np.array([1, 1, 1, 1, 1, -1])
    return Problem(lambda x: (weights * x * x).sum(), x, gradient, {"one half": gradient / 2, "sign of the smallest": last})


@right
def mixed_logs(rng):
    """logarithms of numbers from 1e-8 to a million"""
    x = 10.0 ** np.array([-8, -4, 0, 3, 6]) * rng.uniform(1, 2, 5)
    small = 1 / x * np.array([1, 1, 1, 1, 1.01])
    return Problem(
        lambda x: np.log(x).sum(), x, 1 / x, {"the smallest entry 1 % off": small, "the smallest entry zero": small * (small > 1e-5)}
    )


@right
def saturated_tanh(rng):
    """tanh between 2 and 15"""
    x = np.array([2.0, 5, 8, 11, 15]) * rng.uniform(0.95, 1, 5)
    gradient = 1 / np.cosh(x) ** 2
    return Problem(lambda x: np.tanh(x).sum(), x, gradient, {"not squared": 1 / np.cosh(x), "one": np.ones(5)})


@right
def flat_tanh(rng):
    """tanh between 20 and 40"""
    x = rng.uniform(20, 40, 5)
    return Problem(lambda x: np.tanh(x).sum(), x, 1 / np.cosh(x) ** 2, {"one": np.ones(5), "1 - x²": 1 - x**2})


@right
def confident_and_wrong(rng):
    """softmax cross-entropy far off"""
    logits, target = rng.normal(size=(4, 3)), one_hot(rng.integers(0, 3, 4), 3)
    logits = logits - 40 * target
    return Problem(
        lambda z: -(target * log_softmax(z)).sum() / 4,
        logits,
        (np.exp(log_softmax(logits)) - target) / 4,
        {"of the sum": np.exp(log_softmax(logits)) - target},
    )


@right
def confident_and_right(rng):
    """softmax cross-entropy, one example uncertain"""
    logits, target = rng.normal(size=(4, 3)), one_hot(rng.integers(0, 3, 4), 3)
    logits[1:] += 35 * target[1:]
    gradient = (np.exp(log_softmax(logits)) - target) / 4
    return Problem(lambda z: -(target * log_softmax(z)).sum() / 4, logits, gradient, {"labels forgotten": gradient + target / 4})


@right
def naive_logistic(rng):
    """logistic loss written plainly, at margins of 20 to 38"""
    z = rng.uniform(20, 38, 6)
    z[0] = 1.0
    return Problem(
        lambda z: np.log(1 + np.exp(-z)).mean(), z, -sigmoid(-z) / 6, {"not averaged": -sigmoid(-z), "sigmoid of z": -sigmoid(z) / 6}
    )


@right
def offset(rng):
    """a small change on a large constant"""
    x = rng.normal(size=5)
    return Problem(lambda x: 1e6 + np.sin(x).sum(), x, np.cos(x), {"sine": np.sin(x)})


# -- single precision, and functions that complex numbers do not pass through ------------------------------------------------


@right
def single_squares(rng):
    """mean squared error in single precision"""
    p, y = rng.normal(size=(2, 5)).astype(np.float32)
    gradient = 2 * (p - y) / 5
    return Problem(
        lambda p: ((p.astype(np.float32) - y) ** 2).mean(), p, gradient, {"of the sum": 5 * gradient}, twin=lambda p: ((p - y) ** 2).mean()
    )


@right
def single_cross_entropy(rng):
    """softmax cross-entropy in single precision"""
    logits, target = rng.normal(size=(5, 3)), one_hot(rng.integers(0, 3, 5), 3).astype(np.float32)
    gradient = (np.exp(log_softmax(logits)) - target) / 5

    def loss(z):
        return -(target * log_softmax(z)).sum() / 5

    mistakes = {"without the labels": gradient + target / 5, "of the sum": 5 * gradient}
    return Problem(lambda z: float(loss(z.astype(np.float32))), logits, gradient, mistakes, twin=loss)


@right
def single_network(rng):
    """tanh layer in single precision"""
    x, w = rng.normal(size=(6, 4)).astype(np.float32), rng.normal(size=(4, 3))
    gradient = x.T @ (1 / np.cosh(x @ w) ** 2) / 6

    def loss(w):
        return np.tanh(x @ w).sum() / np.float32(6)

    return Problem(lambda w: float(loss(w.astype(np.float32))), w, gradient, {"slope forgotten": x.T @ np.ones((6, 3)) / 6}, twin=loss)


@right
def single_gradient(rng):
    """a gradient in single precision"""
    x = rng.normal(size=8)
    return Problem(lambda x: np.exp(x).sum(), x, np.exp(x).astype(np.float32), {"1 % off": (1.01 * np.exp(x)).astype(np.float32)})


@right
def real_part(rng):
    """function that takes the real part"""
    x = rng.normal(size=6)
    return Problem(lambda x: (x * x.real).sum(), x, 2 * x, {"what the complex step says": x})


@right
def cast(rng):
    """function that casts its input"""
    x = rng.normal(size=6)
    return Problem(lambda x: (x * x.astype(float)).sum(), x, 2 * x, {"what the complex step says": x}, twin=lambda x: (x * x).sum())


@right
def a_little_absolute(rng):
    """analytic function with a small absolute value in it"""
    x = rng.normal(size=6)
    return Problem(
        lambda x: (np.sin(x) + 1e-7 * x * np.abs(x)).sum(),
        x,
        np.cos(x) + 2e-7 * np.abs(x),
        {"half of the small part": np.cos(x) + 1e-7 * np.abs(x)},
    )


# -- mistakes that anyone may make --------------------------------------------------------------------------------------------

Mistake = Callable[[dict[str, Array], np.random.Generator], dict[str, Array]]


def everywhere(change: Callable[[Array], Array]) -> Mistake:
    return lambda gradient, rng: {name: change(array) for name, array in gradient.items()}


def one_entry(change: Callable[[float], float]) -> Mistake:
    """Change one entry, of those within a thousandth of the largest."""

    def mistake(gradient: dict[str, Array], rng: np.random.Generator) -> dict[str, Array]:
        name = str(rng.choice([name for name, array in gradient.items() if array.any()]))
        array = gradient[name].copy()
        sizes = np.abs(array).reshape(-1)
        i = rng.choice(np.flatnonzero(sizes >= 1e-3 * sizes.max()))
        array.reshape(-1)[i] = change(array.reshape(-1)[i])
        return {**gradient, name: array}

    return mistake


MISTAKES: dict[str, Mistake] = {
    "sign": everywhere(lambda g: -g),
    "twice": everywhere(lambda g: 2 * g),
    "all 1e-3 off": everywhere(lambda g: g * (1 + 1e-3)),
    "all 1e-5 off": everywhere(lambda g: g * (1 - 1e-5)),
    "shifted by one": everywhere(lambda g: np.roll(g, 1)),
    "one sign": one_entry(lambda g: -g),
    "one zero": one_entry(lambda g: 0.0),
    "one 10 % off": one_entry(lambda g: 1.1 * g),
    "one 1e-3 off": one_entry(lambda g: g * (1 - 1e-3)),
    "one 1e-4 off": one_entry(lambda g: g * (1 + 1e-4)),
    "one 1e-5 off": one_entry(lambda g: g * (1 - 1e-5)),
}
TRIED_ON = (
    "exp", "sigmoid", "relu", "softmax cross-entropy", "quadratic form of a matrix that is not symmetric", "batch normalisation",
    "linear layer with squared error", "tanh network", "relu network", "tanh network with a loss of 1e-8", "squares of numbers of 1e-8",
)  # fmt: skip


def wrong(name: str, mistake: str, rng: np.random.Generator) -> Problem:
    """The problem of that name with a mistake in its gradient."""
    problem = RIGHT[name](rng)
    if mistake in problem.mistakes:
        return replace(problem, gradient=problem.mistakes[mistake])
    if isinstance(problem.gradient, dict):
        return replace(problem, gradient=MISTAKES[mistake](problem.gradient, rng))
    return replace(problem, gradient=MISTAKES[mistake]({"": problem.gradient}, rng)[""])


WRONG: tuple[tuple[str, str], ...] = tuple(
    [(name, mistake) for name, build in RIGHT.items() for mistake in build(np.random.default_rng(0)).mistakes]
    + [(name, mistake) for name in TRIED_ON for mistake in MISTAKES]
)
