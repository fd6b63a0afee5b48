"""Unit 05, backpropagation in vector form: the mistakes students make, as data.

Each is a misconception's name, as the end of the sentence "it is what comes out when ...", a hint that does not give the answer away,
and the mistake itself.
"""

import numpy as np

from course.exercises.base import Array, Misconception
from course.exercises.vector_form_forward import cross_entropy_value, linear, sigmoid

LINEAR_FORWARD = (
    Misconception("the bias is missing", "A neuron is Σ w x + b. What does your formula give for X = 0?", lambda X, W, b: X @ W),
    Misconception("the bias is subtracted", "Look at the sign before b.", lambda X, W, b: X @ W - b),
    Misconception(
        "the bias is added once for each input",
        "Is b inside the sum over the inputs, or after it?",
        lambda X, W, b: X @ W + len(W) * b,
    ),
    Misconception(
        "an activation is applied already",
        "This layer is linear: the activation comes after it.",
        lambda X, W, b: np.maximum(X @ W + b, 0),
    ),
    Misconception("the inputs are averaged", "Σ w x is a sum, not a mean.", lambda X, W, b: X @ W / X.shape[1] + b),
)


LINEAR_BACKWARD = (
    Misconception(
        "the upstream is left out",
        "The rule multiplies every slope ∂v/∂u by ∂ℓ/∂v, which is an entry of upstream. Where is it in your formula?",
        lambda upstream, X, W: (np.ones_like(upstream) @ W.T, X.T @ np.ones_like(upstream), np.ones_like(upstream).sum(0)),
    ),
    Misconception(
        "averaged over the batch a second time",
        "The loss is a mean already, so its 1/N is inside the upstream: over the examples, the shares are summed.",
        lambda upstream, X, W: (upstream @ W.T / len(X), X.T @ upstream / len(X), upstream.mean(0)),
    ),
    Misconception(
        "the bias gradient is averaged over the batch",
        "The loss is a mean already, so its 1/N is inside the upstream: over the examples, the shares are summed.",
        lambda upstream, X, W: (upstream @ W.T, X.T @ upstream, upstream.mean(0)),
    ),
    Misconception(
        "dW and db are averaged over the batch a second time",
        "The loss is a mean already, so its 1/N is inside the upstream: over the examples, the shares are summed.",
        lambda upstream, X, W: (upstream @ W.T, X.T @ upstream / len(X), upstream.mean(0)),
    ),
    Misconception(
        "the bias gradient is not summed over the batch",
        "b takes part in every example's output. Count the nodes in Γ(b), and sum over them.",
        lambda upstream, X, W: (upstream @ W.T, X.T @ upstream, upstream),
    ),
    Misconception(
        "W is not transposed",
        "Z_ni = Σ_j X_nj W_ji + b_i. On the way back the sum runs over i, and the result has the indices n and j. Where must i stand in W?",
        lambda upstream, X, W: (upstream @ W, X.T @ upstream, upstream.sum(0)),
    ),
    Misconception(
        "X and the upstream have changed places",
        "A gradient has the shape of the thing it belongs to: W is (in, out).",
        lambda upstream, X, W: (W @ upstream.T, upstream.T @ X, upstream.sum(0)),
    ),
    Misconception(
        "the bias gradient is summed over the outputs",
        "db has one entry for each output. Which axis has to go?",
        lambda upstream, X, W: (upstream @ W.T, X.T @ upstream, upstream.sum(1)),
    ),
)


RELU_BACKWARD = (
    Misconception(
        "the upstream is left out",
        "You have the slope ∂H/∂Z. The rule multiplies it by what comes from above.",
        lambda upstream, Z: (Z > 0).astype(float),
    ),
    Misconception(
        "the upstream is passed on unchanged",
        "Where Z is negative the output is 0 whatever Z is: what is the derivative there?",
        lambda upstream, Z: upstream.copy(),
    ),
    Misconception(
        "ReLU is applied to the upstream",
        "What decides whether a gradient passes: the sign of the upstream, or the sign of Z?",
        lambda upstream, Z: np.maximum(upstream, 0),
    ),
    Misconception(
        "multiplied by ReLU(Z), not by its derivative",
        "The slope of max(0, z) for z > 0 does not depend on z.",
        lambda upstream, Z: upstream * np.maximum(Z, 0),
    ),
    Misconception(
        "the mask is turned round", "For which sign of Z does ReLU let the input through?", lambda upstream, Z: upstream * (Z < 0)
    ),
)


SIGMOID_BACKWARD = (
    Misconception(
        "the upstream is left out",
        "You have the slope ∂H/∂Z. The rule multiplies it by what comes from above.",
        lambda upstream, Z: sigmoid(Z) * (1 - sigmoid(Z)),
    ),
    Misconception(
        "Z stands where σ(Z) belongs",
        "σ'(z) = σ(z) (1 - σ(z)): is what you multiply a z, or a σ(z)?",
        lambda upstream, Z: upstream * Z * (1 - Z),
    ),
    Misconception(
        "multiplied by σ(Z), not by its derivative",
        "You have the value of the sigmoid. What is its slope?",
        lambda upstream, Z: upstream * sigmoid(Z),
    ),
    Misconception(
        "the factor σ(Z) is missing",
        "Go through the derivative of 1 / (1 + exp(-z)) again: it has two factors.",
        lambda upstream, Z: upstream * (1 - sigmoid(Z)),
    ),
    Misconception(
        "the derivative of tanh is used",
        "1 - h², where h is the output, is the slope of tanh. What is the sigmoid's?",
        lambda upstream, Z: upstream * (1 - sigmoid(Z) ** 2),
    ),
)


def softmax(logits: Array) -> Array:
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)


def onehot(labels: Array, classes: int) -> Array:
    return np.eye(classes)[labels]


def naive_cross_entropy(logits: Array, labels: Array) -> tuple[float, Array]:
    with np.errstate(all="ignore"):
        exps = np.exp(logits)
        p = exps / exps.sum(axis=1, keepdims=True)
        loss = -np.log(p[np.arange(len(labels)), labels]).mean()
    return loss, (p - onehot(labels, p.shape[1])) / len(labels)


def log_of_rounded(logits: Array, labels: Array) -> tuple[float, Array]:
    """The softmax is shifted, and its logarithm still taken of a probability that has been rounded to zero."""
    with np.errstate(divide="ignore"):
        loss = -np.log(softmax(logits)[np.arange(len(labels)), labels]).mean()
    return loss, (softmax(logits) - onehot(labels, logits.shape[1])) / len(labels)


def labels_in_every_row(logits: Array, labels: Array) -> tuple[float, Array]:
    gradient = softmax(logits)
    gradient[:, labels] -= 1
    return float(cross_entropy_value(logits, labels).real), gradient / len(labels)


def padded_logarithm(logits: Array, labels: Array) -> tuple[float, Array]:
    p = softmax(logits)
    loss = -np.log(p[np.arange(len(labels)), labels] + 1e-12).mean()
    return loss, (p - onehot(labels, p.shape[1])) / len(labels)


def one_softmax_for_all(logits: Array, labels: Array) -> tuple[float, Array]:
    """The sum under the exponentials runs over the whole batch."""
    shifted = logits - logits.max()
    log_p = shifted - np.log(np.exp(shifted).sum())
    loss = -log_p[np.arange(len(labels)), labels].mean()
    return loss, (np.exp(log_p) - onehot(labels, logits.shape[1])) / len(labels)


def cross_entropy_mistake(*, mean_loss: bool = True, mean_gradient: bool = True, subtract_label: bool = True, sign: float = 1.0):
    """The loss and its gradient by formula, with one step done wrongly."""

    def wrong(logits: Array, labels: Array) -> tuple[float, Array]:
        n, classes = logits.shape
        loss = float(cross_entropy_value(logits, labels).real)
        gradient = softmax(logits) - (onehot(labels, classes) if subtract_label else 0)
        return sign * loss * (1 if mean_loss else n), sign * gradient / (n if mean_gradient else 1)

    return wrong


SOFTMAX_CROSS_ENTROPY = (
    Misconception(
        "the exponentials overflow, or are all rounded to zero",
        "One number subtracted from all logits of a row leaves its softmax as it is. Which one, row by row, keeps exp in range?",
        naive_cross_entropy,
    ),
    Misconception(
        "the logarithm is taken of a probability rounded to zero",
        "log(softmax) can be written without dividing first: log p = z - log Σ exp z.",
        log_of_rounded,
    ),
    Misconception(
        "summed over the batch, not averaged",
        "Losses here are means over the batch. Count the examples.",
        cross_entropy_mistake(mean_loss=False, mean_gradient=False),
    ),
    Misconception(
        "the loss is a mean, and its gradient is not divided by N",
        "If the loss is divided by N, so is its derivative.",
        cross_entropy_mistake(mean_gradient=False),
    ),
    Misconception(
        "the labels of all examples are subtracted in every row",
        "`p[:, labels]` means these columns in every row. How do you pick one entry from each row?",
        labels_in_every_row,
    ),
    Misconception(
        "the exponentials are summed over the whole batch",
        "Every example has probabilities of its own, and they add up to 1 in its row. Over which axis do you sum?",
        one_softmax_for_all,
    ),
    Misconception(
        "a small number is added inside the logarithm",
        "It hides log 0, and changes the loss. log p = z - log Σ exp z has no log 0 in it.",
        padded_logarithm,
    ),
    Misconception(
        "the label is not subtracted",
        "Raising the right class's logit lowers the loss: which sign must its gradient have?",
        cross_entropy_mistake(subtract_label=False),
    ),
    Misconception(
        "the sign is turned round",
        "The loss is minus the log-probability.",
        cross_entropy_mistake(sign=-1.0),
    ),
)


def sum_of_new_axes_only(gradient: Array, shape: tuple[int, ...]) -> Array:
    return gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))


def sum_of_stretched_axes_only(gradient: Array, shape: tuple[int, ...]) -> Array:
    if gradient.ndim != len(shape):
        return gradient
    return gradient.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


def mean_in_place_of_sum(gradient: Array, shape: tuple[int, ...]) -> Array:
    return summed(gradient, shape) * np.prod(shape, dtype=float) / gradient.size


def summed(gradient: Array, shape: tuple[int, ...]) -> Array:
    new = gradient.ndim - len(shape)
    axes = (*range(new), *(new + i for i, n in enumerate(shape) if n == 1))
    return gradient.sum(axis=axes, keepdims=True).reshape(shape)


UNBROADCAST = (
    Misconception("nothing is summed", "The result must have the shape asked for.", lambda gradient, shape: gradient.copy()),
    Misconception(
        "the axes of length 1 are not summed",
        "An axis of length 1 was stretched too: NumPy used its one entry many times.",
        sum_of_new_axes_only,
    ),
    Misconception(
        "the axes that NumPy put in front are not summed",
        "NumPy aligns shapes at the right, and adds axes at the left: these were copies, too.",
        sum_of_stretched_axes_only,
    ),
    Misconception("averaged in place of summed", "Γ(u) holds every copy, and the rule is a sum over it.", mean_in_place_of_sum),
    Misconception(
        "one copy is taken in place of their sum",
        "Every copy changed the loss. What do you do with the other entries?",
        lambda gradient, shape: gradient[
            tuple(slice(0, 1) for _ in range(gradient.ndim - len(shape))) + tuple(slice(0, n) for n in shape)
        ].reshape(shape),
    ),
)


def mlp_mistake(*, mask: bool = True, bias_mean: bool = False, batch: bool = True, hidden: str = "active"):
    """The gradients of the network by formula, with one step done wrongly."""

    def wrong(X: Array, labels: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> tuple:
        Z1 = linear(X, W1, b1)
        A1 = np.maximum(Z1, 0)
        logits = linear(A1, W2, b2)
        n = len(X)
        upstream = (softmax(logits) - onehot(labels, len(b2))) / (n if batch else 1)
        dA1 = upstream @ W2.T
        dZ1 = dA1 * (Z1 > 0 if mask else 1)
        summed_up = (lambda g: g.mean(axis=0)) if bias_mean else (lambda g: g.sum(axis=0))
        loss = float(cross_entropy_value(logits, labels).real)
        below = {"active": A1, "Z1": Z1}[hidden]
        return loss, X.T @ dZ1, summed_up(dZ1), below.T @ upstream, summed_up(upstream)

    return wrong


def mlp_without_relu(X: Array, labels: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> tuple:
    A1 = linear(X, W1, b1)
    logits = linear(A1, W2, b2)
    upstream = (softmax(logits) - onehot(labels, len(b2))) / len(X)
    dA1 = upstream @ W2.T
    loss = float(cross_entropy_value(logits, labels).real)
    return loss, X.T @ dA1, dA1.sum(0), A1.T @ upstream, upstream.sum(0)


MLP_GRADIENTS = (
    Misconception(
        "the gradient passes ReLU as if it were not there",
        "On the way back, each node multiplies by its slope. Which node of the graph did your backward pass skip?",
        mlp_mistake(mask=False),
    ),
    Misconception(
        "the network has no ReLU",
        "What stands between the two linear layers?",
        mlp_without_relu,
    ),
    Misconception(
        "dW2 is made from Z1, not from the hidden activations",
        "What is the input of the second layer: the value before ReLU, or after it?",
        mlp_mistake(hidden="Z1"),
    ),
    Misconception(
        "the gradients are not divided by N",
        "The loss is a mean over the batch. Where does its 1/N enter the backward pass?",
        mlp_mistake(batch=False),
    ),
    Misconception(
        "the bias gradients are averaged over the batch a second time",
        "The 1/N is in the upstream already. Over Γ(b), the shares are summed.",
        mlp_mistake(bias_mean=True),
    ),
)
