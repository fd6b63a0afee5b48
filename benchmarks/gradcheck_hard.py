"""Right gradients that are hard to tell from wrong ones: corners, all sizes of numbers, saturation, rounding."""

import numpy as np

from benchmarks.gradcheck_smooth import Build, Problem, enter, log_softmax, one_hot, sigmoid

HARD: dict[str, Build] = {}
right = enter(HARD)


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
