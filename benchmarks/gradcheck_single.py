"""Right gradients of functions that compute in single precision, or in half, or round their values, whatever they are given.

A small network with many settings, and functions of one array. Gradients are by formula, in double precision or in that of the function;
each problem's `twin` is the same function with all its digits, which says what is right.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.gradcheck_smooth import Array, Build, Problem, enter, log_softmax, one_hot

SINGLE: dict[str, Build] = {}
right = enter(SINGLE)

ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(z.dtype)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "leaky": (lambda z: np.where(z > 0, z, z / 8), lambda z: np.where(z > 0, 1, 1 / 8).astype(z.dtype)),
    "linear": (lambda z: z, np.ones_like),
}


def cast(numbers: Any, dtype: Any) -> Any:
    return {name: array.astype(dtype) for name, array in numbers.items()} if isinstance(numbers, dict) else numbers.astype(dtype)


@dataclass(frozen=True)
class Setting:
    """A network of one hidden layer, its loss, and the precision of everything."""

    activation: str
    classes: int = 0  # softmax cross-entropy; squared error where there are none
    penalty: float = 0.0
    batch: int = 6
    averaged: bool = True
    scale: float = 1.0
    constant: float = 0.0
    shift: float = 0.0  # mean of the data
    near: float | None = None  # how far from its corner one unit is
    dtype: Any = np.float32
    handed_in: Any = np.float64  # in which precision the gradient is computed
    held: Any = np.float64  # precision of the parameters
    rounded: Callable[[float], float] = float

    def loss(self, p: Any, c: Any) -> Any:
        outputs = ACTIVATIONS[self.activation][0](c["X"] @ p["W"] + p["b"]) @ p["V"]
        each = -(c["Y"] * log_softmax(outputs)).sum(axis=1) if self.classes else ((outputs - c["Y"]) ** 2).sum(axis=1)
        data = each.mean() if self.averaged else each.sum()
        return self.constant + self.scale * (data + self.penalty / 2 * (p["W"] ** 2).sum())

    def backward(self, p: Any, c: Any, *, penalty: float | None = None, activated: bool = True) -> Any:
        f, slope = ACTIVATIONS[self.activation]
        z = c["X"] @ p["W"] + p["b"]
        outputs = f(z) @ p["V"]
        upstream = self.scale * (np.exp(log_softmax(outputs)) - c["Y"] if self.classes else 2 * (outputs - c["Y"]))
        upstream = upstream / len(upstream) if self.averaged else upstream
        inner = upstream @ p["V"].T * (slope(z) if activated else 1)
        decay = self.scale * (self.penalty if penalty is None else penalty) * p["W"]
        return {"W": c["X"].T @ inner + decay, "b": inner.sum(axis=0), "V": f(z).T @ upstream}

    def build(self, rng: np.random.Generator) -> Problem:
        outputs = self.classes or 2
        c = {"X": self.shift + rng.normal(size=(self.batch, 4)), "Y": rng.normal(size=(self.batch, outputs))}
        if self.classes:
            c["Y"] = one_hot(rng.integers(0, self.classes, self.batch), self.classes)
        p = {"W": rng.normal(size=(4, 5)), "b": rng.normal(size=5), "V": rng.normal(size=(5, outputs))}
        if self.near is not None:
            p["b"][2] += self.near - (c["X"][0] @ p["W"][:, 2] + p["b"][2])
        p = cast(cast(p, self.held), float)
        low = cast(c, self.dtype)

        def f(p: Any) -> float:
            return self.rounded(self.loss(cast(p, self.dtype), low))

        gradient = self.backward(cast(p, self.handed_in), cast(c, self.handed_in))
        mistakes = {
            "sign": {name: -array for name, array in gradient.items()},
            "mean for sum": {name: array / self.batch for name, array in gradient.items()},
            "bias of one example": {**gradient, "b": gradient["b"] * 1.2},
        }
        if self.activation != "linear":
            mistakes["slope of the activation forgotten"] = self.backward(p, c, activated=False)
        if self.penalty:
            mistakes["penalty forgotten"] = self.backward(p, c, penalty=0.0)
            mistakes["penalty twice"] = self.backward(p, c, penalty=2 * self.penalty)
        return Problem(f, cast(p, self.held), gradient, mistakes, twin=lambda p: self.loss(p, c))


def four_digits(value: float) -> float:
    return round(float(value), 4)


RELU, TANH = Setting("relu", penalty=0.1), Setting("tanh", classes=3)
SETTINGS = {
    "L2 with relu": RELU,
    "L2 with relu, all of it in single precision": replace(RELU, handed_in=np.float32, held=np.float32),
    "a strong penalty": replace(RELU, penalty=30.0),
    "tanh and cross-entropy": TANH,
    "tanh and cross-entropy, all of it in single precision": replace(TANH, handed_in=np.float32, held=np.float32),
    "relu and cross-entropy": replace(TANH, activation="relu"),
    "sigmoid and squared error": Setting("sigmoid"),
    "leaky relu and cross-entropy": replace(TANH, activation="leaky", penalty=0.01),
    "linear layers": Setting("linear"),
    "a unit 1e-2 from its corner": replace(RELU, near=1e-2),
    "a unit 1e-3 from its corner": replace(RELU, near=-1e-3),
    "a unit 1e-4 from its corner": replace(RELU, near=1e-4),
    "a unit 1e-5 from its corner": replace(RELU, near=-1e-5),
    "a loss of a million": replace(RELU, scale=1e6),
    "cross-entropy of a million": replace(TANH, scale=1e6),
    "a loss of 1e-6": replace(RELU, scale=1e-6),
    "a loss of 1e-6, all of it in single precision": replace(TANH, scale=1e-6, handed_in=np.float32),
    "a sum of 10,000": replace(TANH, batch=10_000, averaged=False),
    "a sum of 10,000 in relu": replace(RELU, penalty=1e4, batch=10_000, averaged=False, handed_in=np.float32),
    "a mean of 10,000": replace(TANH, batch=10_000, handed_in=np.float32),
    "data far from zero": replace(RELU, shift=30.0, batch=20),
    "a constant of a thousand": replace(TANH, constant=1e3),
    "half precision": replace(TANH, dtype=np.float16),
    "half precision with relu": replace(RELU, dtype=np.float16, handed_in=np.float16),
    "a loss of four decimals": replace(TANH, dtype=np.float64, rounded=four_digits),
    "a relu loss of four decimals": replace(RELU, dtype=np.float64, rounded=four_digits),
    "a loss of four digits": replace(TANH, dtype=np.float64, rounded=lambda value: float(f"{value:.4g}")),
    "a loss that is stored in single precision": replace(TANH, dtype=np.float64, rounded=lambda value: float(np.float32(value))),
    "a gradient in single precision of a network": replace(TANH, dtype=np.float64, handed_in=np.float32),
    "parameters in single precision": replace(RELU, dtype=np.float64, held=np.float32),
    "a gradient in half precision": replace(TANH, handed_in=np.float16),
}
SINGLE |= {name: setting.build for name, setting in SETTINGS.items()}


# -- functions of one array -----------------------------------------------------------------------------------------------------


def in_single(f, x, gradient, mistakes, *, dtype=np.float32, kink=False):
    return Problem(lambda x: float(f(x.astype(dtype))), x, gradient, {"sign": -gradient, "twice": 2 * gradient} | mistakes, kink, f)


def weighted(rng, f, slope, x):
    """A weighted sum, weights and all in the precision of x."""
    upstream = rng.normal(size=x.size) + np.copysign(0.5, rng.normal(size=x.size))
    gradient = upstream * slope(x)
    one = gradient.copy()
    one[-1] *= 1.1
    return in_single(lambda x: (upstream.astype(x.dtype) * f(x)).sum(), x, gradient, {"upstream forgotten": slope(x), "one 10 % off": one})


@right
def corners(rng):
    """relu at 1e-2 to 1e-5 from its corner, in single precision"""
    x = rng.normal(size=8)
    x[:6] = [1e-4, -1e-4, 1e-2, -1e-3, 1e-3, -1e-5]
    problem = weighted(rng, ACTIVATIONS["relu"][0], ACTIVATIONS["relu"][1], x)
    across = problem.gradient.copy()
    across[0] = 0
    return replace(problem, mistakes={**problem.mistakes, "the side across 1e-4": across})


@right
def exact_corner(rng):
    """relu at its corner, in single precision"""
    x, upstream = rng.normal(size=8), rng.uniform(1, 2, 8)
    x[[1, 4]] = 0
    gradient = upstream * (x > 0)
    beyond = gradient.copy()
    beyond[4] = -0.2
    return in_single(lambda x: (upstream.astype(x.dtype) * np.maximum(x, 0)).sum(), x, gradient, {"beyond the slopes": beyond}, kink=True)


@right
def absolute(rng):
    """absolute values from 1e-4 to 1, in single precision"""
    return weighted(rng, np.abs, np.sign, 10.0 ** np.array([-4, -3, -2, -1, 0, 0]) * rng.choice([-1, 1], 6))


@right
def large_exponentials(rng):
    """exponentials of a million, in single precision"""
    return weighted(rng, np.exp, np.exp, rng.uniform(10, 14, 6))


@right
def cubes(rng):
    """cubes of inputs of mixed sizes, in single precision"""
    return weighted(rng, lambda x: x**3, lambda x: 3 * x**2, np.array([1e-3, 1e-2, 0.1, 1, 2, 3]))


@right
def swinging(rng):
    """sines of large angles, in single precision"""
    return weighted(rng, np.sin, np.cos, rng.uniform(50, 100, 6))


@right
def running_sum(rng):
    """a sum of squares added up one by one, in single precision"""
    x = rng.normal(size=12)
    return in_single(lambda x: np.cumsum(np.tile(x * x, 500))[-1], x, 1000 * x, {"of the mean": x / 6})


@right
def variance(rng):
    """variance by the difference of two large numbers, in single precision"""
    x = 30 + rng.normal(size=8)
    problem = in_single(lambda x: (x * x).mean() - x.mean() ** 2, x, 2 * (x - x.mean()) / 8, {})
    return replace(problem, twin=lambda x: ((x - x.mean()) ** 2).mean())


@right
def normalised(rng):
    """batch normalisation in single precision"""
    x, upstream = 3 + 2 * rng.normal(size=(6, 3)), rng.normal(size=(6, 3))

    def normal(x):
        return (x - x.mean(axis=0)) / np.sqrt(((x - x.mean(axis=0)) ** 2).mean(axis=0) + 1e-5)

    n, spread, centred = normal(x), np.sqrt(x.var(axis=0) + 1e-5), upstream - upstream.mean(axis=0)
    gradient = (centred - n * (upstream * n).mean(axis=0)) / spread
    return in_single(lambda x: (upstream.astype(x.dtype) * normal(x)).sum(), x, gradient, {"variance held constant": centred / spread})


@right
def pooled(rng):
    """largest of each row, nearly tied, in single precision"""
    x, upstream = rng.normal(size=(4, 3)), rng.uniform(1, 2, 4)
    x[:, 2], x[:, 0] = x.max(axis=1) + 0.5, x.max(axis=1) + 0.501
    gradient = upstream[:, None] * (x == x.max(axis=1, keepdims=True))
    return in_single(lambda x: upstream.astype(x.dtype) @ x.max(axis=1), x, gradient, {"the runner-up": np.roll(gradient, 2, axis=1)})


@right
def quantised(rng):
    """squares of inputs rounded to 256ths"""
    x = rng.normal(size=6) + np.copysign(1, rng.normal(size=6))
    mistakes = {"sign": -2 * x, "twice": 4 * x}
    return Problem(lambda x: ((np.round(256 * x) / 256) ** 2).sum(), x, 2 * x, mistakes, twin=lambda x: (x * x).sum())


@right
def stairs(rng):
    """a smooth loss in steps of a thousandth"""
    x = rng.normal(size=6)
    gradient = 2 * x / np.cosh(x * x) ** 2
    mistakes = {"sign": -gradient, "twice": 2 * gradient}
    return Problem(lambda x: np.floor(1000 * np.tanh(x * x).sum()) / 1000, x, gradient, mistakes, twin=lambda x: np.tanh(x * x).sum())


@right
def constant_steps(rng):
    """share of examples that are classified right"""
    x, w = rng.normal(size=(40, 3)), rng.normal(size=3)
    y = x @ rng.normal(size=3) > 0
    return Problem(lambda w: ((x @ w > 0) == y).mean(), w, np.zeros(3), {}, twin=lambda w: 0 * w.sum())
