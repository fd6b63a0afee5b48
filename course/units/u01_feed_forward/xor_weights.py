"""`xor_weights`: a network for exclusive or; what makes one right, and what is behind a wrong one."""

from collections.abc import Callable, Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Finding, Mistake, Property
from course.units.forward import relu, sigmoid


def xor_weights():
    """W1, b1, W2, b2 of a network that computes XOR: two inputs, hidden nodes with ReLU, one output Z.

    Z is above 0.5 for the inputs (0, 1) and (1, 0), and below 0.5 for (0, 0) and (1, 1).
    W1 is (2, hidden), b1 (hidden,), W2 (hidden, 1), b2 (1,), with at least 2 hidden nodes.
    """
    W1 = np.array([[1.0, 1.0], [1.0, 1.0]])  # both hidden nodes add up the inputs
    b1 = np.array([0.0, -1.0])  # the second wakes up where both inputs are 1
    W2 = np.array([[1.0], [-2.0]])  # up with slope 1, then down with slope 1 - 2
    b2 = np.array([0.0])
    return W1, b1, W2, b2


CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = (0, 1, 1, 0)
HALF = 0.5  # the threshold: class 1 above it, class 0 below
ON_THRESHOLD = 1e-9  # nearer to the threshold than this is on it
BY_HAND = "Compute H for all four inputs by hand, and draw the four points in the plane of h1 and h2."
ON_IT = "Z = 0.5 is neither class. Which number of the output node, in W2 or b2, moves Z off the threshold?"

OR = "the network computes OR, also 1 where both inputs are 1"
AND = "the network computes AND, 1 only where both inputs are 1"
TURNED = "the answer is turned round, 1 where the inputs are equal"
ONE_INPUT_ONLY = "the network says 1 to one input alone, and not to the other"
NOT_BOTH = "the network says 1 wherever not both inputs are 1"
NEITHER = "the network says 1 where neither input is 1, and nowhere else"
COPY = "the network copies one of its inputs, and the other counts for nothing"
NEVER = "the network says 0 to all four inputs"
ALWAYS = "the network says 1 to all four inputs"
TABLES = {
    (0, 1, 1, 1): OR, (0, 0, 0, 1): AND, (1, 0, 0, 1): TURNED, (0, 1, 0, 0): ONE_INPUT_ONLY, (0, 0, 1, 0): ONE_INPUT_ONLY,
    (1, 1, 1, 0): NOT_BOTH, (1, 0, 0, 0): NEITHER, (0, 0, 1, 1): COPY, (0, 1, 0, 1): COPY, (0, 0, 0, 0): NEVER, (1, 1, 1, 1): ALWAYS,
}  # fmt: skip
STEPS = "the hidden nodes are taken for steps, not for ReLU"
SIGMOIDS = "the hidden nodes are taken for sigmoids, not for ReLU"
THRESHOLD = "the threshold is taken to be 0, not one half"
CENTRED = "the inputs are taken to be -1 and 1, not 0 and 1"
BIASES = "the hidden biases have the wrong sign"
LINEAR = "no hidden node bends between the four inputs, so the network is linear on them"
ON_ITS_SIDE = {name: f"{name} lies on its side" for name in ("W1", "W2")}


def outputs(W1: Array, b1: Array, W2: Array, b2: Array, g: Callable[[Array], Array] = relu, corners: Array = CORNERS) -> Array:
    """The network's output Z for each corner, shape (4,)."""
    return (g(corners @ W1 + b1) @ W2 + b2)[:, 0]


def step(Z: Array) -> Array:
    """1 above 0, and 0 below; on 0 itself it is not decided."""
    return 1.0 * (Z > 0)


def classes(Z: Array, threshold: float = HALF) -> tuple[int | None, ...]:
    """The class of each output, None for one that lies on the threshold."""
    return tuple(None if abs(z - threshold) < ON_THRESHOLD else int(z > threshold) for z in Z)


def misshapen(W1: Array, b1: Array, W2: Array, b2: Array) -> Finding | None:
    """What is wrong with the shapes: (2, hidden), (hidden,), (hidden, 1) and (1,)."""
    hidden = b1.shape[0] if b1.ndim == 1 else 0
    if not hidden:
        return Finding(f"`b1` has shape {b1.shape}, and it must have (hidden,), a number for each of the hidden nodes.")
    for name, array, right in (("W1", W1, (2, hidden)), ("W2", W2, (hidden, 1)), ("b2", b2, (1,))):
        if array.shape != right:
            fact = f"`{name}` has shape {array.shape}, and with {hidden} hidden nodes it must have {right}."
            if array.ndim == 2 and array.shape == right[::-1]:
                return Finding(fact, cause=ON_ITS_SIDE[name])
            return Finding(fact, "W is (in, out), and b is (out,).")
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
        cause = next(causes(W1, b1, W2, b2), "")
    right = sum(a == b for a, b in zip(found, XOR, strict=True))
    at = next(i for i in range(4) if found[i] != XOR[i])
    says = "which lies on the threshold" if found[at] is None else f"class {found[at]}"
    fact = (
        f"for the input ({CORNERS[at, 0]:.0f}, {CORNERS[at, 1]:.0f}) your network gives Z = {Z[at]:.4g}, {says}, and XOR is {XOR[at]}; "
        f"{right} of the 4 inputs are right."
    )
    only_on_it = right and right + found.count(None) == 4
    return Finding(fact, ON_IT if only_on_it else BY_HAND, cause)


def causes(W1: Array, b1: Array, W2: Array, b2: Array) -> Iterator[str]:
    """Names of mistakes that explain a network that does not work, the surest first: a repair that makes it work, where no other does,
    then what it computes. (Steep sigmoids are steps, too; and a sum of 0 is no evidence for steps, which are not decided there.)
    """
    weights, undecided = (W1, b1, W2, b2), (CORNERS @ W1 + b1 == 0).any()
    sigmoids = classes(outputs(*weights, sigmoid)) == XOR
    steps = any(classes(outputs(*weights, step), threshold) == XOR for threshold in (HALF, 0.0))
    repairs = {
        THRESHOLD: classes(outputs(*weights), 0.0) == XOR,
        SIGMOIDS: sigmoids,
        STEPS: steps and not sigmoids and not undecided,
        CENTRED: any(classes(outputs(*weights, corners=2 * CORNERS - 1), threshold) == XOR for threshold in (HALF, 0.0)),
        BIASES: classes(outputs(W1, -b1, W2, b2)) == XOR,
    }
    if sum(repairs.values()) == 1:
        yield next(name for name, works in repairs.items() if works)
    if all((z >= 0).all() or (z <= 0).all() for z in (CORNERS @ W1 + b1).T):  # ReLU is linear on one side of 0
        yield LINEAR
    if (table := classes(outputs(*weights))) in TABLES:
        yield TABLES[table]


EXERCISE = Exercise(
    right=xor_weights,
    criteria=(Criterion("network", 3, "a network that computes XOR"),),
    cases=lambda rng: [Case("the four inputs", {})],
    expected=lambda case: {"network": Property(wrong_network)},
    returns=4,
    causes=(*dict.fromkeys(TABLES.values()), STEPS, SIGMOIDS, THRESHOLD, CENTRED, BIASES, LINEAR, *ON_ITS_SIDE.values()),
    mistakes=(
        Mistake(OR,
                "(1, 1) must come down again: which hidden node is active there and nowhere else, and with which weight does it enter "
                "the output?",
                "[-2.0] → [-0.5]"),
        Mistake(AND,
                "One active input is enough for a 1: which hidden node says that there is at least one?",
                "[[1.0], [-2.0]] → [[0.0], [1.0]]"),
        Mistake(TURNED,
                "Turn the output's weights and bias round, and mind the threshold.",
                ("[[1.0], [-2.0]] → [[-1.0], [2.0]]", "b2 = np.array([0.0]) → b2 = np.array([1.0])")),
        Mistake(STEPS,
                "A step gives 0 or 1. ReLU gives 0 or its sum: compute H again for the four inputs.",
                ("[0.0, -1.0] → [-0.5, -1.5]", "[-2.0] → [-1.0]", "b2 = np.array([0.0]) → b2 = np.array([-0.5])")),
        Mistake(THRESHOLD,
                "Class 1 is Z > 0.5 here. What has to change in b2?",
                ("[[1.0], [-2.0]] → [[0.5], [-1.0]]", "b2 = np.array([0.0]) → b2 = np.array([-0.25])")),
        Mistake(SIGMOIDS,
                "g is ReLU here: it saturates on one side only.",
                ("[[1.0, 1.0], [1.0, 1.0]] → [[20.0, 20.0], [20.0, 20.0]]", "[0.0, -1.0] → [-10.0, -30.0]", "[-2.0] → [-1.0]")),
        Mistake(CENTRED,
                "Write the four inputs down, as they are given here, and compute H for each.",
                ("[[1.0, 1.0], [1.0, 1.0]] → [[1.0, -1.0], [1.0, -1.0]]",
                 "[0.0, -1.0] → [0.0, 0.0]",
                 "[[1.0], [-2.0]] → [[-0.5], [-0.5]]",
                 "b2 = np.array([0.0]) → b2 = np.array([1.0])")),
        Mistake(BIASES,
                "A node that is to wake up only where x1 + x2 is above 1: which bias does it need, 1 or -1?",
                "[0.0, -1.0] → [0.0, 1.0]"),
        Mistake(LINEAR,
                "Where is the sum of each hidden node 0? That line has to pass between the four inputs.",
                ("[0.0, -1.0] → [1.0, 2.0]", "[[1.0], [-2.0]] → [[2.0], [-1.0]]")),
        Mistake(ON_ITS_SIDE["W2"], "W is (in, out): an input for each hidden node, and one output.", "[[1.0], [-2.0]] → [[1.0, -2.0]]"),
        Mistake(ON_ITS_SIDE["W1"],
                "W is (in, out): two inputs, and an output for each hidden node.",
                ("[[1.0, 1.0], [1.0, 1.0]] → np.ones((3, 2))",
                 "[0.0, -1.0] → [0.0, -1.0, -2.0]",
                 "[[1.0], [-2.0]] → [[1.0], [-2.0], [0.0]]")),
        Mistake(ONE_INPUT_ONLY,
                "Which hidden node is active for (0, 1), and which for (1, 0)? Both have to raise the output.",
                ("[[1.0, 1.0], [1.0, 1.0]] → [[1.0, -1.0], [-1.0, 1.0]]", "[0.0, -1.0] → [0.0, 0.0]", "[-2.0] → [-1.0]")),
        Mistake(NOT_BOTH,
                "(0, 0) must come down, too: which hidden node says that there is at least one?",
                ("[[1.0], [-2.0]] → [[0.0], [-1.0]]", "b2 = np.array([0.0]) → b2 = np.array([1.0])")),
        Mistake(NEITHER,
                "Compute H for all four inputs by hand: which node has to raise the output, and which has to lower it?",
                ("[[1.0], [-2.0]] → [[-1.0], [0.0]]", "b2 = np.array([0.0]) → b2 = np.array([1.0])")),
        Mistake(COPY,
                "Both inputs have to reach the output. Which weights of yours are 0, or cancel?",
                ("[[1.0, 1.0], [1.0, 1.0]] → [[1.0, 1.0], [0.0, 1.0]]", "[-2.0] → [0.0]")),
        Mistake(NEVER, "How large is Z for (0, 1)? It has to be above one half.", "[[1.0], [-2.0]] → [[0.1], [0.0]]"),
        Mistake(ALWAYS,
                "How large is Z for (0, 0)? It has to be below one half.",
                ("[-2.0] → [-1.0]", "b2 = np.array([0.0]) → b2 = np.array([1.0])")),
    ),
)
