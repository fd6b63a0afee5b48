"""Right gradients of smooth functions, of layers and of networks, for a gradient checker to be tried on.

Small functions, inputs from a seeded generator, gradients by formula: `SMOOTH` maps a name to a builder of a `Problem`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray
Gradient = Any  # one array, or a dict of arrays


@dataclass(frozen=True)
class Problem:
    """A function, its inputs, a right gradient, and wrong ones by name.

    `kink` says that a corner is hit exactly. `twin` is the same function, give or take a constant, in full precision: for one that
    casts, or whose values round its slope away.
    """

    f: Callable[[Any], Any]
    inputs: Any
    gradient: Gradient
    mistakes: Mapping[str, Gradient] = field(default_factory=dict)
    kink: bool = False
    twin: Callable[[Any], Any] | None = None


Build = Callable[[np.random.Generator], Problem]

SMOOTH: dict[str, Build] = {}


def enter(problems: dict[str, Build]) -> Callable[[Build], Build]:
    """A decorator that enters a builder of a problem into the dict, under its docstring."""

    def decorator(build: Build) -> Build:
        problems[build.__doc__ or ""] = build
        return build

    return decorator


right = enter(SMOOTH)


def elementwise(
    name: str,
    f: Callable[[Array], Array],
    derivative: Callable[[Array], Array],
    low: float,
    high: float,
    *,
    twin: Callable[[Array], Array] | None = None,
) -> None:
    """A weighted sum of a function of each entry; the mistake is to forget the weights, which are the upstream."""

    def build(rng: np.random.Generator) -> Problem:
        x, upstream = rng.uniform(low, high, (3, 4)), rng.normal(size=(3, 4))
        mistakes = {"missing upstream": derivative(x)}
        precise = (lambda x: (upstream * twin(x)).sum()) if twin else None
        return Problem(lambda x: (upstream * f(x)).sum(), x, upstream * derivative(x), mistakes, twin=precise)

    SMOOTH[name] = build


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
elementwise("cosh of tiny numbers", np.cosh, np.sinh, -1e-8, 1e-8, twin=lambda x: 2 * np.sinh(x / 2) ** 2)
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
