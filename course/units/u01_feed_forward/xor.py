"""Unit 01, networks for exclusive or: what makes one right, and what is behind a wrong one."""

from collections.abc import Callable, Iterator

import numpy as np

from course.judging.exercise import Array, Finding, Mistake

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = (0, 1, 1, 0)
HALF = 0.5  # the threshold: class 1 above it, class 0 below
BY_HAND = "Compute H for all four inputs by hand, and draw the four points in the plane of h1 and h2."
CLOSE = 1e-9  # nearer to the threshold than this is on it
TABLES = {
    (0, 1, 1, 1): "the network computes OR, also 1 where both inputs are 1",
    (0, 0, 0, 1): "the network computes AND, 1 only where both inputs are 1",
    (1, 0, 0, 1): "the answer is turned round, 1 where the inputs are equal",
}
Activation = Callable[[Array], Array]


def relu(Z: Array) -> Array:
    return np.maximum(Z, 0)


def step(Z: Array) -> Array:
    return (Z > 0).astype(float)


def sigmoid(Z: Array) -> Array:
    return 0.5 * (1 + np.tanh(Z / 2))


def outputs(W1: Array, b1: Array, W2: Array, b2: Array, g: Activation = relu, corners: Array = CORNERS) -> Array:
    """The network's output Z for each corner, shape (4,)."""
    return (g(corners @ W1 + b1) @ W2 + b2)[:, 0]


def classes(Z: Array, threshold: float = HALF) -> tuple[int | None, ...]:
    """The class of each output, None for one that lies on the threshold."""
    return tuple(None if abs(z - threshold) < CLOSE else int(z > threshold) for z in Z)


def misshapen(W1: Array, b1: Array, W2: Array, b2: Array) -> Finding | None:
    """What is wrong with the shapes: (2, h), (h,), (h, 1) and (1,), with one h of at least 2."""
    hidden = b1.shape[0] if b1.ndim == 1 else 0
    right = {"b1": (hidden,), "W1": (2, hidden), "W2": (hidden, 1), "b2": (1,)}
    given = {"b1": b1, "W1": W1, "W2": W2, "b2": b2}
    if not hidden:
        return Finding(f"`b1` has shape {b1.shape}, and it must have (h,), a number for each of the h hidden nodes.")
    for name, array in given.items():
        if array.shape != right[name]:
            on_its_side = array.ndim == 2 and array.shape == right[name][::-1]
            fact = f"`{name}` has shape {array.shape}, and with {hidden} hidden nodes it must have {right[name]}."
            return named(f"{name} lies on its side", fact) if on_its_side else Finding(fact, "W is (in, out), and b is (out,).")
    return None


def wrong_network(W1: Array, b1: Array, W2: Array, b2: Array) -> Finding | None:
    """What is wrong with a network for XOR, or None for one that works."""
    W1, b1, W2, b2 = (np.asarray(array, float) for array in (W1, b1, W2, b2))
    if finding := misshapen(W1, b1, W2, b2):
        return finding
    if not all(np.isfinite(array).all() for array in (W1, b1, W2, b2)):
        return Finding("there is a weight or a bias that is not a finite number.")
    with np.errstate(all="ignore"):
        Z = outputs(W1, b1, W2, b2)
        found = classes(Z)
        if found == XOR:
            return None
        at = next(i for i in range(4) if found[i] != XOR[i])
        says = "which lies on the threshold" if found[at] is None else f"class {found[at]}"
        right = sum(a == b for a, b in zip(found, XOR, strict=True))
        fact = (
            f"for the input ({CORNERS[at, 0]:.0f}, {CORNERS[at, 1]:.0f}) your network gives Z = {Z[at]:.4g}, {says}, and XOR is {XOR[at]}; "
            f"{right} of the 4 inputs are right."
        )
        cause = next(causes(W1, b1, W2, b2), None)
    return named(cause, fact) if cause else Finding(fact, BY_HAND)


def causes(W1: Array, b1: Array, W2: Array, b2: Array) -> Iterator[str]:
    """Names of mistakes that explain a network that does not work, the surest first: repairs that make it work, then what it computes."""
    if classes(outputs(W1, b1, W2, b2), 0.0) == XOR:
        yield "the threshold is taken to be 0, not one half"
    if classes(outputs(W1, b1, W2, b2, sigmoid)) == XOR:
        yield "the hidden nodes are taken for sigmoids, not for ReLU"
    if any(classes(outputs(W1, b1, W2, b2, step), threshold) == XOR for threshold in (HALF, 0.0)):
        yield "the hidden nodes are taken for steps, not for ReLU"
    if any(classes(outputs(W1, b1, W2, b2, corners=2 * CORNERS - 1), threshold) == XOR for threshold in (HALF, 0.0)):
        yield "the inputs are taken to be -1 and 1, not 0 and 1"
    if classes(outputs(W1, -b1, W2, b2)) == XOR:
        yield "the hidden biases have the wrong sign"
    Z1 = CORNERS @ W1 + b1
    if all(same_side(column) for column in Z1.T):
        yield "no hidden node bends between the four inputs, so the network is linear on them"
    if (table := classes(outputs(W1, b1, W2, b2))) in TABLES:
        yield TABLES[table]


def same_side(values: Array) -> bool:
    """Whether ReLU is linear on these values: none below 0, or none above."""
    return bool((values >= 0).all() or (values <= 0).all())


def named(name: str, fact: str) -> Finding:
    """The fact, with the mistake of that name and its hint."""
    mistake = next((m for m in XOR_WEIGHTS if m.name == name), None)
    return Finding(fact, mistake.hint, name) if mistake else Finding(fact, "W is (in, out), and b is (out,).")


def network(W1: list, b1: list, W2: list, b2: list) -> Callable[[], tuple[Array, ...]]:
    """An answer that returns these weights."""
    return lambda: tuple(np.array(array, float) for array in (W1, b1, W2, b2))


XOR_WEIGHTS = (
    Mistake(
        TABLES[0, 1, 1, 1],
        "(1, 1) must come down again: which hidden node is active there and nowhere else, and with which weight does it enter the output?",
        network([[1, 1], [1, 1]], [0, -1], [[1], [-0.5]], [0]),
    ),
    Mistake(
        TABLES[0, 0, 0, 1],
        "One active input is enough for a 1: which hidden node says that there is at least one?",
        network([[1, 1], [1, 1]], [0, -1], [[0], [1]], [0]),
    ),
    Mistake(
        TABLES[1, 0, 0, 1],
        "Turn the output's weights and bias round, and mind the threshold.",
        network([[1, 1], [1, 1]], [0, -1], [[-1], [2]], [1]),
    ),
    Mistake(
        "the hidden nodes are taken for steps, not for ReLU",
        "A step gives 0 or 1. ReLU gives 0 or its sum: compute H again for the four inputs.",
        network([[1, 1], [1, 1]], [-0.5, -1.5], [[1], [-1]], [-0.5]),
    ),
    Mistake(
        "the threshold is taken to be 0, not one half",
        "Class 1 is Z > 0.5 here. What has to change in b2?",
        network([[1, 1], [1, 1]], [0, -1], [[0.5], [-1]], [-0.25]),
    ),
    Mistake(
        "the hidden nodes are taken for sigmoids, not for ReLU",
        "g is ReLU here: it saturates on one side only.",
        network([[20, 20], [20, 20]], [-10, -30], [[1], [-1]], [0]),
    ),
    Mistake(
        "the inputs are taken to be -1 and 1, not 0 and 1",
        "Write the four inputs down, as they are given here, and compute H for each.",
        network([[1, -1], [1, -1]], [0, 0], [[-0.5], [-0.5]], [1]),
    ),
    Mistake(
        "the hidden biases have the wrong sign",
        "A node that is to wake up only where x1 + x2 is above 1: which bias does it need, 1 or -1?",
        network([[1, 1], [1, 1]], [0, 1], [[1], [-2]], [0]),
    ),
    Mistake(
        "no hidden node bends between the four inputs, so the network is linear on them",
        "Where is the sum of each hidden node 0? That line has to pass between the four inputs.",
        network([[1, 1], [1, 1]], [1, 2], [[2], [-1]], [0]),
    ),
    Mistake(
        "W2 lies on its side",
        "W is (in, out): the output layer has h inputs and one output.",
        network([[1, 1], [1, 1]], [0, -1], [[1, -2]], [0]),
    ),
    Mistake(
        "W1 lies on its side",
        "W is (in, out): the hidden layer has two inputs and h outputs.",
        network([[1, 1], [1, 1], [1, 1]], [0, -1, -2], [[1], [-2], [0]], [0]),
    ),
)
