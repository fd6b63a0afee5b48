"""Unit 01, the feed-forward network: the mistakes students make, as data.

Each is a mistake's name, as the end of the sentence "it is what comes out when ...", a hint that does not give the answer away,
and the mistake itself.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from course.judging.exercise import Array, Mistake

Activation = Callable[[Array], Array]
Layers = Sequence[tuple[Array, Array]]


def relu(z: Array) -> Array:
    return np.maximum(z, 0)


NEURON = (
    Mistake("the bias is missing", "Put every weight to 0: what is left of g(Σ w x + b)?", lambda x, w, b, g: g((w * x).sum())),
    Mistake(
        "the activation is left out",
        "Σ w x + b is what the activation gets. What does the neuron make of it?",
        lambda x, w, b, g: (w * x).sum() + b,
    ),
    Mistake(
        "the bias is added after the activation",
        "Look at the brackets of g(Σ w x + b): what is inside them?",
        lambda x, w, b, g: g((w * x).sum()) + b,
    ),
    Mistake(
        "the activation is applied to each product, before the sum",
        "A neuron has one activation, and it gets one number. Which?",
        lambda x, w, b, g: np.sum([g(product) for product in w * x]) + b,
    ),
    Mistake(
        "the bias is added once for each input",
        "Is b inside the sum over the inputs, or after it?",
        lambda x, w, b, g: g((w * x + b).sum()),
    ),
    Mistake(
        "the products are not summed",
        "`w * x` holds one product for each input. A neuron's value is one number.",
        lambda x, w, b, g: g(w * x + b),
    ),
    Mistake("the products are averaged, not summed", "Σ w x is a sum, not a mean.", lambda x, w, b, g: g((w * x).mean() + b)),
    Mistake(
        "only the last input counts",
        "In a loop, `z = ...` forgets what z was, and `z = z + ...` adds to it.",
        lambda x, w, b, g: g(w[-1] * x[-1] + b),
    ),
    Mistake(
        "ReLU is used, whatever g is",
        "The caller chooses the activation: is `g` in your formula?",
        lambda x, w, b, g: relu((w * x).sum() + b),
    ),
    Mistake("the bias is subtracted", "Look at the sign before b.", lambda x, w, b, g: g((w * x).sum() - b)),
)


def upper_only(z: Array) -> Array:
    return np.exp(z) / (1 + np.exp(z))


def logistic(z: Array) -> Array:
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


SIGMOID = (
    Mistake(
        "e^z overflows, and ∞/∞ is nan",
        "np.exp overflows for large positive arguments only. Which of the two formulas has a negative one for z = 1000?",
        upper_only,
    ),
    Mistake(
        "e^(-z) overflows for very negative z",
        "np.exp(720) is infinite, and 1/∞ is 0, though σ(-720) is not. Which formula never has a large positive exponent there?",
        lambda z: 1 / (1 + np.exp(-z)),
    ),
    Mistake(
        "nearly equal numbers are subtracted (as in 1 - 1/(1 + e), or 1 plus a tanh of nearly -1), and the digits cancel",
        "For z = -50, both are rounded to the same number, and your result to 0. Is there a formula without a subtraction?",
        lambda z: (1 + np.tanh(z / 2)) / 2,
    ),
    Mistake(
        "z is clipped at ±500",
        "Clipping hides the overflow and changes the value: σ(-715) is then σ(-500). Choose the formula by the sign of z instead.",
        lambda z: 1 / (1 + np.exp(-np.clip(z, -500, 500))),
    ),
    Mistake("the sign in the exponent is turned round", "σ grows with z. Does your formula?", lambda z: logistic(-z)),
    Mistake("the brackets around 1 + e^(-z) are missing", "In Python, what is divided in 1 / 1 + a?", lambda z: 1 / 1 + np.exp(-z)),
    Mistake(
        "Python's `if` is asked about a whole array",
        "`if z >= 0` wants one yes or no, and an array gives many. What chooses entry by entry?",
        lambda z: 1 / (1 + np.exp(-z)) if z >= 0 else np.exp(z) / (1 + np.exp(z)),
    ),
    Mistake(
        "|z| stands for z on both sides of 0",
        "σ(-z) is 1 - σ(z), so the two sides differ. What does the numerator have to be for z < 0?",
        lambda z: logistic(np.abs(z)),
    ),
    Mistake(
        "the slope σ(z) (1 - σ(z)) is returned",
        "The value is asked for, not the derivative.",
        lambda z: logistic(z) * logistic(-z),
    ),
    Mistake("tanh is taken in place of the sigmoid", "The sigmoid lies between 0 and 1, and is one half at 0.", np.tanh),
)


RELU = (
    Mistake("the absolute value is taken", "What does max(0, z) make of z = -3?", np.abs),
    Mistake("a 0 or 1 is returned, not z itself", "`z > 0` says where z passes. What passes there?", lambda z: (z > 0).astype(float)),
    Mistake(
        "the negative numbers pass, and the positive ones are held back",
        "Try z = 2 and z = -2 by hand.",
        lambda z: np.minimum(z, 0),
    ),
    Mistake(
        "Python's own `max` is asked about a whole array",
        "`max` wants one yes or no for `z > 0`, and an array gives many. Which NumPy function compares entry by entry?",
        lambda z: max(0, z),
    ),
    Mistake(
        "0 and z are both given to `np.max`",
        "`np.max` looks for the largest entry of one array, and takes the second argument for an axis. Which function compares two things?",
        lambda z: np.max(0, z),
    ),
    Mistake(
        "only the positive entries are kept",
        "The result has the shape of z: something has to stand where z is negative. What?",
        lambda z: z[z > 0],
    ),
    Mistake(
        "the largest entry of the whole array is returned",
        "`np.max` looks for one number in an array. Which function compares entry by entry?",
        lambda z: np.max(z),
    ),
    Mistake(
        "negative numbers keep a hundredth of themselves",
        "That is the leaky ReLU. Here z < 0 gives 0.",
        lambda z: np.where(z > 0, z, 0.01 * z),
    ),
    Mistake("it is cut off at 1, too", "ReLU has no upper end.", lambda z: np.clip(z, 0, 1)),
)


def dense(X: Array, W: Array, b: Array) -> tuple[Array, Array]:
    Z = X @ W + b
    return Z, relu(Z)


def through(Z: Array) -> tuple[Array, Array]:
    return Z, relu(Z)


DENSE_FORWARD = (
    Mistake("the bias is missing", "A node is g(Σ w x + b). What does your Z hold for X = 0?", lambda X, W, b: through(X @ W)),
    Mistake(
        "H is Z, without the activation",
        "What does ReLU make of the negative entries of Z?",
        lambda X, W, b: (X @ W + b, X @ W + b),
    ),
    Mistake(
        "Z has gone through the activation already",
        "Two arrays are asked for: what the activation gets, and what it makes of it.",
        lambda X, W, b: (relu(X @ W + b), relu(X @ W + b)),
    ),
    Mistake(
        "the bias is added after the activation",
        "Look at the brackets of g(Σ w x + b).",
        lambda X, W, b: (X @ W, relu(X @ W) + b),
    ),
    Mistake(
        "the activation is applied to the layer's inputs",
        "The inputs are what the layer before has made. Whose ReLU is this?",
        lambda X, W, b: (relu(X) @ W + b, relu(relu(X) @ W + b)),
    ),
    Mistake(
        "W is transposed",
        "X is (N, in) and W is (in, out). Which axes have to meet in the middle of the product?",
        lambda X, W, b: through(X @ W.T + b),
    ),
    Mistake(
        "the bias is made a column",
        "b holds a number for each node, and a node is a column of Z. How does NumPy line up (out,) with (N, out)?",
        lambda X, W, b: through(X @ W + b[:, None]),
    ),
    Mistake(
        "only the first example goes through",
        "X holds an example in each row, and so does Z.",
        lambda X, W, b: through(X[0] @ W + b),
    ),
    Mistake(
        "the bias is added once for each input",
        "Is b inside the sum over the inputs, or after it?",
        lambda X, W, b: through(X @ W + len(W) * b),
    ),
    Mistake(
        "Z and H are returned in the other order",
        "First what the activation gets, then what it makes of it.",
        lambda X, W, b: dense(X, W, b)[::-1],
    ),
)


def every_layer_gets_the_inputs(X: Array, layers: Layers) -> Array:
    for W, b in layers:
        Z = X @ W + b
    return Z


def without_bias(X: Array, layers: Layers) -> Array:
    for W, _ in layers:
        Z = X @ W
        X = relu(Z)
    return Z


def without_activation(X: Array, layers: Layers) -> Array:
    for W, b in layers:
        X = X @ W + b
    return X


def active_to_the_end(X: Array, layers: Layers) -> Array:
    for W, b in layers:
        X = relu(X @ W + b)
    return X


def activation_of_the_inputs(X: Array, layers: Layers) -> Array:
    for W, b in layers:
        X = relu(X) @ W + b
    return X


def stopped_early(X: Array, layers: Layers) -> Array:
    for W, b in layers[:-1]:
        X = relu(X @ W + b)
    return X


def returned_inside_the_loop(X: Array, layers: Layers) -> Array:
    W, b = layers[0]
    return X @ W + b


def feed(X: Array, layers: Layers) -> Array:
    for W, b in layers:
        Z = X @ W + b
        X = relu(Z)
    return Z


FEEDFORWARD = (
    Mistake("there is no activation between the layers", "What does the second layer get: Z of the first, or H?", without_activation),
    Mistake("the last layer has an activation, too", "The outputs are the last layer's Z. Can yours be negative?", active_to_the_end),
    Mistake(
        "the inputs of the network go through the activation",
        "The first layer gets X as it is: the activation comes after a layer's sum, not before it.",
        activation_of_the_inputs,
    ),
    Mistake(
        "every layer gets X, not what the layer before has made",
        "Which variable changes from one turn of the loop to the next?",
        every_layer_gets_the_inputs,
    ),
    Mistake("the biases are missing", "A layer is a pair (W, b). Where is b in your loop?", without_bias),
    Mistake("the last layer is left out", "How many turns does your loop take, and how many layers are there?", stopped_early),
    Mistake(
        "`return` stands inside the loop",
        "A function ends at the first `return` it meets. How far is yours indented?",
        returned_inside_the_loop,
    ),
    Mistake(
        "the layers are taken from the last to the first",
        "The list begins with the layer that gets X.",
        lambda X, layers: feed(X, layers[::-1]),
    ),
)


COUNT_PARAMETERS = (
    Mistake(
        "the biases are not counted",
        "How many parameters has one neuron with three inputs? Count b, too.",
        lambda sizes: sum(m * n for m, n in pairwise(sizes)),
    ),
    Mistake(
        "the inputs are given biases as well",
        "The first number in `sizes` is no layer of neurons: inputs compute nothing.",
        lambda sizes: sum(m * n for m, n in pairwise(sizes)) + sum(sizes),
    ),
    Mistake(
        "each layer is given a single bias",
        "How many entries has b of a layer with five nodes?",
        lambda sizes: sum(m * n + 1 for m, n in pairwise(sizes)),
    ),
    Mistake(
        "a bias is counted for each input of a layer, not for each node",
        "b_i has the index of the output node.",
        lambda sizes: sum(m * n + m for m, n in pairwise(sizes)),
    ),
    Mistake(
        "the nodes are counted, not the parameters",
        "Parameters are weights and biases: the numbers on the arrows, and one in each neuron.",
        lambda sizes: sum(sizes),
    ),
    Mistake(
        "the sizes of all layers are multiplied",
        "A weight joins two neighbouring layers, not a node of every layer.",
        lambda sizes: float(np.prod(np.array(sizes, float))),
    ),
    Mistake(
        "sizes of neighbouring layers are added, not multiplied",
        "Every node of one layer is joined to every node of the next: how many arrows are there between 3 and 2 nodes?",
        lambda sizes: sum(m + n for m, n in pairwise(sizes)),
    ),
    Mistake(
        "the last layer is left out",
        "How many W has a network of sizes (2, 3, 1)?",
        lambda sizes: sum(m * n + n for m, n in pairwise(sizes[:-1])),
    ),
    Mistake(
        "every layer is joined to the inputs, not to the layer before",
        "What feeds the second layer: X, or the nodes of the first?",
        lambda sizes: sum(sizes[0] * n + n for n in sizes[1:]),
    ),
)


COLLAPSE_LAYERS = (
    Mistake(
        "the biases are only added",
        "b1 goes through the second layer like everything that comes out of the first. What happens to it there?",
        lambda W1, b1, W2, b2: (W1 @ W2, b1 + b2),
    ),
    Mistake(
        "b1 is lost on the way",
        "Set X to 0: what comes out of both layers, and what out of yours?",
        lambda W1, b1, W2, b2: (W1 @ W2, b2.copy()),
    ),
    Mistake("b2 is lost on the way", "Set X and b1 to 0: what comes out of both layers?", lambda W1, b1, W2, b2: (W1 @ W2, b1 @ W2)),
    Mistake(
        "b1 is summed up, in place of going through the second layer",
        "Each entry of b1 is what one hidden node hands on. With which weights does the second layer take it?",
        lambda W1, b1, W2, b2: (W1 @ W2, b1.sum() + b2),
    ),
    Mistake(
        "ReLU is applied to b1 on the way",
        "These two layers have no activation between them.",
        lambda W1, b1, W2, b2: (W1 @ W2, relu(b1) @ W2 + b2),
    ),
    Mistake(
        "the weights are multiplied in the other order",
        "X meets W1 first: where must W1 stand?",
        lambda W1, b1, W2, b2: (W2 @ W1, b1 @ W2 + b2),
    ),
    Mistake(
        "W1 and W2 are joined entry by entry, not as a matrix product",
        "`*` and `+` pair up entries, so the shapes must fit. Open the brackets: which product stands there?",
        lambda W1, b1, W2, b2: (W1 * W2, b1 @ W2 + b2),
    ),
)
