"""Activations and losses, and the linear layer, as functions of tensors. Losses average over the batch."""

from typing import Any

import numpy as np

from course.engine.tensor import Array, Tensor, as_tensor, operation


def linear(X: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """Linear layer, Z = X @ W + b, as one node: X is (N, in), W is (in, out), b is (out,), Z is (N, out).

    Raises ValueError for shapes that do not fit together.
    """
    X, W, b = as_tensor(X), as_tensor(W), as_tensor(b)
    x, w = X.data, W.data
    if x.ndim != 2 or w.ndim != 2 or x.shape[1] != w.shape[0] or b.shape != w.shape[1:]:
        raise ValueError(f"linear needs X (N, in), W (in, out), b (out,), got {x.shape}, {w.shape}, {b.shape}")
    value = x @ w
    value += b.data
    return operation("linear", value, (X, W, b), (lambda g: g @ w.T, lambda g: x.T @ g, lambda g: g.sum(axis=0)))


def relu(z: Tensor) -> Tensor:
    """Rectified linear unit, max(0, z), entry by entry; the slope at 0 is taken as 0."""
    return z.relu()


def tanh(z: Tensor) -> Tensor:
    """Hyperbolic tangent, entry by entry."""
    return z.tanh()


def sigmoid(z: Tensor) -> Tensor:
    """Logistic function, 1 / (1 + exp(-z)), entry by entry; finite for every z."""
    return z.sigmoid()


def softmax(z: Tensor, axis: int = -1) -> Tensor:
    """exp(z) / Σ exp(z) along an axis: positive, with sum 1; finite for every z."""
    exps = np.exp(z.data - z.data.max(axis=axis, keepdims=True))
    p = exps / exps.sum(axis=axis, keepdims=True)
    return operation("softmax", p, (z,), (lambda g: p * (g - (g * p).sum(axis=axis, keepdims=True)),))


def log_softmax(z: Tensor, axis: int = -1) -> Tensor:
    """Logarithm of softmax, z - log Σ exp(z), finite where softmax itself rounds to zero."""
    shifted = z.data - z.data.max(axis=axis, keepdims=True)
    value = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return operation("log_softmax", value, (z,), (lambda g: g - np.exp(value) * g.sum(axis=axis, keepdims=True),))


def softmax_cross_entropy(logits: Tensor, labels: Any) -> Tensor:
    """Mean of -log softmax(logits)[label] over the batch: one fused node, stable for huge logits.

    `logits` is (N, C), `labels` are N integers in 0..C-1. Raises ValueError where they are not. The gradient is
    (softmax(logits) - onehot(labels)) / N (Goodfellow, Bengio and Courville 2016, section 6.2.2.3).
    """
    labels = np.asarray(labels)
    check_labels(logits.shape, labels)
    n, rows = len(labels), np.arange(len(labels))
    shifted = logits.data - logits.data.max(axis=1, keepdims=True)
    exps = np.exp(shifted)
    total = exps.sum(axis=1, keepdims=True)
    loss = (np.log(total[:, 0]) - shifted[rows, labels]).sum() / n

    def vjp(upstream: Array) -> Array:
        gradient = exps * (upstream / (n * total))
        gradient[rows, labels] -= upstream / n
        return gradient

    return operation("softmax_cross_entropy", loss, (logits,), (vjp,))


def mse_loss(prediction: Tensor, target: Any) -> Tensor:
    """Mean squared error over all entries. Raises ValueError for shapes that differ: broadcasting here is nearly always a mistake."""
    target = as_tensor(target)
    if prediction.shape != target.shape:
        raise ValueError(f"prediction and target must have one shape, got {prediction.shape} and {target.shape}")
    difference = prediction - target
    return (difference * difference).mean()


LOG_FLOOR = -100.0  # what log 0 counts as, so that one certain and wrong probability leaves a number (as PyTorch has it)


def binary_cross_entropy(probability: Tensor, labels: Any) -> Tensor:
    """Mean of -(y log p + (1 - y) log(1 - p)) over all entries, for probabilities p in [0, 1] and labels y in [0, 1].

    Logarithms are floored at -100. Raises ValueError for shapes that differ, and for values outside [0, 1].
    """
    p, y = probability.data, np.asarray(labels, dtype=probability.data.dtype)
    if p.shape != y.shape:
        raise ValueError(f"probabilities and labels must have one shape, got {p.shape} and {y.shape}")
    for name, values in (("probabilities", p), ("labels", y)):
        if values.size and not (values.min() >= 0 and values.max() <= 1):
            raise ValueError(f"{name} must lie in [0, 1], got {values.min():.6g}..{values.max():.6g}: is a sigmoid missing?")
    with np.errstate(divide="ignore"):
        loss = -(y * np.maximum(np.log(p), LOG_FLOOR) + (1 - y) * np.maximum(np.log1p(-p), LOG_FLOOR)).mean()
    tiny = np.finfo(p.dtype).tiny

    def vjp(upstream: Array) -> Array:
        return upstream * (p - y) / np.maximum(p * (1 - p), tiny) / p.size

    return operation("binary_cross_entropy", loss, (probability,), (vjp,))


def check_labels(shape: tuple[int, ...], labels: Array) -> None:
    """Raise ValueError unless `labels` are one integer class for each row of logits."""
    if len(shape) != 2:
        raise ValueError(f"logits must be (N, C), got shape {shape}")
    n, classes = shape
    if labels.shape != (n,) or labels.dtype.kind not in "iu":
        raise ValueError(f"labels must be {n} integers, one for each row of logits, got {labels.dtype} of shape {labels.shape}")
    if n and labels.astype(np.uint64, copy=False).max() >= classes:  # a negative label is a huge one, read as unsigned
        raise ValueError(f"labels must lie in 0..{classes - 1}, got {labels.min()}..{labels.max()}")
