"""Activations and losses, on tensors."""

import numpy as np

from course.tensor import Array, Tensor, operation


def relu(z: Tensor) -> Tensor:
    """Rectified linear unit, max(0, z), entry by entry."""
    return z.relu()


def tanh(z: Tensor) -> Tensor:
    """Hyperbolic tangent, entry by entry."""
    return z.tanh()


def sigmoid(z: Tensor) -> Tensor:
    """Logistic function, 1 / (1 + exp(-z)), entry by entry; finite for every z."""
    return z.sigmoid()


def softmax_cross_entropy(logits: Tensor, labels: Array) -> Tensor:
    """Mean of -log softmax(logits)[label] over the batch: one fused node, stable for huge logits.

    `logits` is (N, C), `labels` are N integers in 0..C-1. Raises ValueError where they are not. The gradient is
    (softmax(logits) - onehot(labels)) / N (Goodfellow, Bengio and Courville 2016, section 6.2.2.3).
    """
    labels = np.asarray(labels)
    check_labels(logits.shape, labels)
    rows = np.arange(len(labels))
    shifted = logits.data - logits.data.max(axis=1, keepdims=True)
    exps = np.exp(shifted)
    total = exps.sum(axis=1, keepdims=True)
    loss = (np.log(total[:, 0]) - shifted[rows, labels]).mean()

    def vjp(upstream: Array) -> Array:
        gradient = exps / total
        gradient[rows, labels] -= 1
        return upstream * gradient / len(labels)

    return operation("softmax_cross_entropy", loss, (logits,), (vjp,))


def check_labels(shape: tuple[int, ...], labels: Array) -> None:
    """Raise ValueError unless `labels` are one integer class for each row of logits."""
    if len(shape) != 2:
        raise ValueError(f"logits must be (N, C), got shape {shape}")
    n, classes = shape
    if labels.shape != (n,) or labels.dtype.kind not in "iu":
        raise ValueError(f"labels must be {n} integers, one for each row of logits, got {labels.dtype} of shape {labels.shape}")
    if n and not (0 <= labels.min() and labels.max() < classes):
        raise ValueError(f"labels must lie in 0..{classes - 1}, got {labels.min()}..{labels.max()}")
