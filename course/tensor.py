"""Tensor: one node of the computational graph, and `backward`.

An operation is its value and, for each parent, one vector-Jacobian product: a function that turns the gradient of the loss with
respect to the operation's output (the *upstream*) into that parent's share. Shares meet in one place, `Tensor.backward`, which is
the notes' sum over the successors:  ∂ℓ/∂u = Σ_{v ∈ Γ(u)} ∂ℓ/∂v · ∂v/∂u.
"""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import numpy as np

Array = np.ndarray
VJP = Callable[[Array], Array]

_created = count()


class Tensor:
    """An array that remembers how it was computed.

    `data` is anything numpy can make floating-point numbers of; float32 and float64 are kept. With `requires_grad=True` the
    tensor, and whatever is computed from it, takes part in `backward`, which leaves ∂ℓ/∂(this) in `grad`.

    Raises TypeError for data that are not real numbers, and for integers with `requires_grad=True`: a derivative is a limit, and
    integers have none.

    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> loss = (x * x).sum()
    >>> loss.backward()
    >>> x.grad
    array([2., 4.])
    """

    __slots__ = ("_index", "_vjps", "data", "grad", "op", "parents", "requires_grad")
    __array_ufunc__ = None  # so that `array * tensor` asks the tensor

    def __init__(self, data: Any, requires_grad: bool = False):
        self.data = np.asarray(data)
        if self.data.dtype.kind not in "biuf":
            raise TypeError(f"expected real numbers, got an array of {self.data.dtype}")
        if requires_grad and self.data.dtype.kind != "f":
            raise TypeError(f"a gradient needs floating-point data, got {self.data.dtype}: write 3.0 for 3, or use .astype(float)")
        self.grad: Array | None = None
        self.requires_grad = requires_grad
        self.parents: tuple[Tensor, ...] = ()
        self.op = ""
        self._vjps: tuple[VJP, ...] = ()
        self._index = next(_created)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.data.shape

    @property
    def T(self) -> "Tensor":
        return self.transpose()

    def __repr__(self) -> str:
        by = f", op={self.op!r}" if self.op else ""
        return f"Tensor({np.array2string(self.data, precision=4, separator=', ')}{by})"

    def backward(self, upstream: Any = None) -> None:
        """Gradient of a scalar loss with respect to every tensor it was computed from.

        `upstream` is ∂ℓ/∂(this), of this tensor's shape; it may be left out for a scalar, whose ∂ℓ/∂ℓ = 1 is the base case. The
        gradients of this call replace those of an earlier one; a tensor used more than once gets the sum of its shares.
        Iterative, so a chain of a million nodes is ordinary. Raises ValueError for a missing or misshapen upstream.
        """
        gradients = {self: self._base_case(upstream)}
        for node in ancestors(self):
            node.grad = gradients.pop(node)
            for parent, vjp in zip(node.parents, node._vjps, strict=True):
                if parent.requires_grad:
                    share = unbroadcast(vjp(node.grad), parent.shape)
                    gradients[parent] = gradients[parent] + share if parent in gradients else share

    def _base_case(self, upstream: Any) -> Array:
        if not self.requires_grad:
            raise ValueError("nothing to differentiate: no tensor that this was computed from has requires_grad=True")
        if upstream is None:
            if self.data.size != 1:
                raise ValueError(f"backward() starts at a scalar, and this has shape {self.shape}: sum it, or pass an upstream")
            return np.ones_like(self.data)
        upstream = np.asarray(upstream, dtype=self.data.dtype)
        if upstream.shape != self.shape:
            raise ValueError(f"upstream has shape {upstream.shape}, and the tensor {self.shape}: they must be the same")
        return upstream

    def __add__(self, other: Any) -> "Tensor":
        other = as_tensor(other, self)
        return operation("+", self.data + other.data, (self, other), (lambda g: g, lambda g: g))

    def __mul__(self, other: Any) -> "Tensor":
        other = as_tensor(other, self)
        a, b = self.data, other.data
        return operation("*", a * b, (self, other), (lambda g: g * b, lambda g: g * a))

    def __neg__(self) -> "Tensor":
        return operation("-", -self.data, (self,), (lambda g: -g,))

    def __sub__(self, other: Any) -> "Tensor":
        return self + (-as_tensor(other, self))

    def __truediv__(self, other: Any) -> "Tensor":
        other = as_tensor(other, self)
        a, b = self.data, other.data
        return operation("/", a / b, (self, other), (lambda g: g / b, lambda g: -g * a / b**2))

    def __pow__(self, power: float) -> "Tensor":
        a = self.data
        return operation(f"**{power}", a**power, (self,), (lambda g: g * power * a ** (power - 1),))

    def __matmul__(self, other: Any) -> "Tensor":
        other = as_tensor(other, self)
        a, b = self.data, other.data
        if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[0]:
            raise ValueError(f"X @ W needs (N, in) @ (in, out), got {a.shape} @ {b.shape}")
        return operation("@", a @ b, (self, other), (lambda g: g @ b.T, lambda g: a.T @ g))

    def __radd__(self, other: Any) -> "Tensor":
        return self + other

    def __rmul__(self, other: Any) -> "Tensor":
        return self * other

    def __rsub__(self, other: Any) -> "Tensor":
        return as_tensor(other, self) - self

    def __rtruediv__(self, other: Any) -> "Tensor":
        return as_tensor(other, self) / self

    def __rmatmul__(self, other: Any) -> "Tensor":
        return as_tensor(other, self) @ self

    def sum(self, axis: int | None = None, keepdims: bool = False) -> "Tensor":
        shape = self.shape
        value = self.data.sum(axis=axis, keepdims=keepdims)

        def spread(g: Array) -> Array:
            if axis is not None and not keepdims:
                g = np.expand_dims(g, axis)
            return np.broadcast_to(g, shape)

        return operation("sum", value, (self,), (spread,))

    def mean(self, axis: int | None = None, keepdims: bool = False) -> "Tensor":
        n = self.data.size if axis is None else self.shape[axis]
        return self.sum(axis, keepdims) / n

    def exp(self) -> "Tensor":
        value = np.exp(self.data)
        return operation("exp", value, (self,), (lambda g: g * value,))

    def log(self) -> "Tensor":
        a = self.data
        return operation("log", np.log(a), (self,), (lambda g: g / a,))

    def tanh(self) -> "Tensor":
        value = np.tanh(self.data)
        return operation("tanh", value, (self,), (lambda g: g * (1 - value**2),))

    def sigmoid(self) -> "Tensor":
        value = 0.5 * (1 + np.tanh(0.5 * self.data))  # one formula that overflows nowhere
        return operation("sigmoid", value, (self,), (lambda g: g * value * (1 - value),))

    def relu(self) -> "Tensor":
        active = self.data > 0
        return operation("relu", self.data * active, (self,), (lambda g: g * active,))

    def reshape(self, *shape: int) -> "Tensor":
        before = self.shape
        return operation("reshape", self.data.reshape(*shape), (self,), (lambda g: g.reshape(before),))

    def transpose(self) -> "Tensor":
        return operation("T", self.data.T, (self,), (lambda g: g.T,))


def operation(op: str, value: Array, parents: Sequence[Tensor], vjps: Sequence[VJP]) -> Tensor:
    """A new node: a value, the tensors it came from, and one vector-Jacobian product for each of them."""
    node = Tensor(value)
    node.op = op
    if any(parent.requires_grad for parent in parents):
        node.requires_grad = True
        node.parents, node._vjps = tuple(parents), tuple(vjps)
    return node


def as_tensor(value: Any, like: Tensor) -> Tensor:
    """A constant beside a tensor: a plain number takes the tensor's precision."""
    if isinstance(value, Tensor):
        return value
    return Tensor(np.asarray(value, dtype=like.data.dtype) if np.ndim(value) == 0 else value)


def ancestors(node: Tensor) -> list[Tensor]:
    """`node` and every tensor it depends on that takes part in the gradient, each after all of its successors.

    A tensor is created after its parents, so the order of creation, reversed, is a topological order.
    """
    found = {node}
    frontier = [node]
    while frontier:
        for parent in frontier.pop().parents:
            if parent.requires_grad and parent not in found:
                found.add(parent)
                frontier.append(parent)
    return sorted(found, key=lambda tensor: tensor._index, reverse=True)


def unbroadcast(gradient: Array, shape: tuple[int, ...]) -> Array:
    """Gradient with respect to an array of `shape` that numpy broadcast to the gradient's shape.

    Broadcasting copies, so the shares of all copies are summed: it is the sum over Γ(u) once more.

    >>> unbroadcast(np.ones((4, 3)), (3,))
    array([4., 4., 4.])
    """
    if gradient.shape == shape:
        return gradient
    new = gradient.ndim - len(shape)
    stretched = tuple(new + i for i, n in enumerate(shape) if n == 1 and gradient.shape[new + i] != 1)
    return gradient.sum(axis=(*range(new), *stretched), keepdims=True).reshape(shape)
