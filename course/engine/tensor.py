"""Tensor: one node of the computational graph, and `backward`.

An operation is its value and, for each parent, one vector-Jacobian product: a function that turns the gradient of the loss with
respect to the operation's output (the *upstream*) into that parent's share. Shares meet in one place, `Tensor.backward`, which is
the notes' sum over the successors:  ∂ℓ/∂u = Σ_{v ∈ Γ(u)} ∂ℓ/∂v · ∂v/∂u.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from operator import attrgetter
from typing import Any

import numpy as np

from course.errors import GraphChanged

Array = np.ndarray
VJP = Callable[[Array], Array]
Axis = int | tuple[int, ...] | None

_created = count()


class Tensor:
    """An array that remembers how it was computed.

    `data` is anything numpy can make numbers of; float32 and float64 are kept. With `requires_grad=True` the tensor, and whatever is
    computed from it, takes part in `backward`, which leaves ∂ℓ/∂(this) in `grad`. `parents` are the tensors an operation used,
    `op` is its sign, and `name` is for pictures.

    Raises TypeError for data that are not real numbers, and for integers with `requires_grad=True`: a derivative is a limit, and
    integers have none.

    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> loss = (x * x).sum()
    >>> loss.backward()
    >>> x.grad
    array([2., 4.])
    """

    __slots__ = ("_index", "_stamps", "_vjps", "data", "grad", "name", "op", "parents", "requires_grad")
    __array_ufunc__ = None  # so that `array * tensor` asks the tensor

    def __init__(self, data: Any, requires_grad: bool = False, name: str = ""):
        self.data = np.asarray(data)
        if self.data.dtype.kind not in "biuf":
            raise TypeError(f"expected real numbers, got an array of {self.data.dtype}")
        if requires_grad and self.data.dtype.kind != "f":
            raise TypeError(f"a gradient needs floating-point data, got {self.data.dtype}: write 3.0 for 3, or use .astype(float)")
        self.grad: Array | None = None
        self.requires_grad = requires_grad
        self.parents: tuple[Tensor, ...] = ()
        self.op = ""
        self.name = name
        self._vjps: tuple[VJP, ...] = ()
        self._stamps: tuple[bytes, ...] = ()
        self._index = next(_created)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.data.shape

    @property
    def T(self) -> Tensor:
        return self.transpose()

    def __len__(self) -> int:
        return len(self.data)

    def __repr__(self) -> str:
        by = f", op={self.op!r}" if self.op else ""
        return f"Tensor({np.array2string(self.data, precision=4, separator=', ')}{by})"

    def backward(self, upstream: Any = None) -> None:
        """Gradient of a scalar loss with respect to every tensor it was computed from.

        `upstream` is ∂ℓ/∂(this), of this tensor's shape; it may be left out for a scalar, whose ∂ℓ/∂ℓ = 1 is the base case. A tensor
        used more than once gets the sum of its shares. The gradients of a call replace those of an earlier one, so nothing has to be
        set to zero. Iterative: a chain of a million nodes is ordinary.

        Raises ValueError for a missing or misshapen upstream, GraphChanged where data were changed in place since the forward pass.
        """
        base = self._base_case(upstream)
        nodes = ancestors(self)
        for node in nodes:
            node.grad = None
        self.grad = base
        for node in nodes:
            if node._stamps:
                node._check_stamps()
            for parent, vjp in zip(node.parents, node._vjps, strict=False):
                if parent.requires_grad:
                    share = fitted(vjp(node.grad), parent.data)  # type: ignore[arg-type]
                    parent.grad = share if parent.grad is None else parent.grad + share

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

    def _check_stamps(self) -> None:
        if stamps_of(self.parents) != self._stamps:
            names = " or ".join(parent.name or f"the {parent.shape} array" for parent in self.parents if not parent.op)
            raise GraphChanged(f"{names}, used by {self.op!r}, was changed in place after the forward pass: compute the loss again")

    def __add__(self, other: Any) -> Tensor:
        if (c := number(other)) is not None:
            return operation(f"+ {c}", self.data + c, (self,), KEEP)
        other = as_tensor(other)
        return operation("+", self.data + other.data, (self, other), KEEP)

    def __mul__(self, other: Any) -> Tensor:
        a = self.data
        if (c := number(other)) is not None:
            return operation(f"* {c}", a * c, (self,), (lambda g: g * c,))
        other = as_tensor(other)
        b = other.data
        return operation("*", a * b, (self, other), (lambda g: g * b, lambda g: g * a))

    def __neg__(self) -> Tensor:
        return operation("-", -self.data, (self,), (np.negative,))

    def __sub__(self, other: Any) -> Tensor:
        if (c := number(other)) is not None:
            return operation(f"- {c}", self.data - c, (self,), KEEP)
        other = as_tensor(other)
        return operation("-", self.data - other.data, (self, other), (keep, np.negative))

    def __truediv__(self, other: Any) -> Tensor:
        a = self.data
        if (c := number(other)) is not None:
            return operation(f"/ {c}", a / c, (self,), (lambda g: g / c,))
        other = as_tensor(other)
        b = other.data
        return operation("/", a / b, (self, other), (lambda g: g / b, lambda g: -g * a / b**2))

    def __pow__(self, power: float) -> Tensor:
        p, a = number(power), self.data
        if p is None:
            raise TypeError(f"the power must be a number, got {type(power).__name__}: write x ** p as (p * x.log()).exp()")
        return operation(f"** {p}", a**p, (self,), (lambda g: g * (p * a ** (p - 1) if p else 0),))

    def __matmul__(self, other: Any) -> Tensor:
        other = as_tensor(other)
        a, b = self.data, other.data
        if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[0]:
            raise ValueError(f"X @ W needs (N, in) @ (in, out), got {a.shape} @ {b.shape}")
        return operation("@", a @ b, (self, other), (lambda g: g @ b.T, lambda g: a.T @ g))

    def __radd__(self, other: Any) -> Tensor:
        return self + other

    def __rmul__(self, other: Any) -> Tensor:
        return self * other

    def __rsub__(self, other: Any) -> Tensor:
        return -self + other

    def __rtruediv__(self, other: Any) -> Tensor:
        return as_tensor(other, self.data.dtype) / self

    def __rmatmul__(self, other: Any) -> Tensor:
        return as_tensor(other) @ self

    def __getitem__(self, index: Any) -> Tensor:
        """Entries, rows or slices; an entry picked twice gets both shares."""
        a = self.data

        def put_back(g: Array) -> Array:
            whole = np.zeros_like(a)
            np.add.at(whole, index, g)
            return whole

        return operation("[]", a[index], (self,), (put_back,))

    def sum(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        shape = self.shape
        value = self.data.sum(axis=axis, keepdims=keepdims)
        return operation("sum", value, (self,), (lambda g: np.broadcast_to(with_axes(g, axis, keepdims), shape).copy(),))

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        shape = self.shape
        value = self.data.mean(axis=axis, keepdims=keepdims)
        n = self.data.size / max(value.size, 1)
        return operation("mean", value, (self,), (lambda g: np.broadcast_to(with_axes(g / n, axis, keepdims), shape).copy(),))

    def max(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Largest entry; where several are largest, each gets an equal part of the gradient (a subgradient)."""
        value = self.data.max(axis=axis, keepdims=keepdims)
        largest = self.data == with_axes(value, axis, keepdims)
        part = largest / largest.sum(axis=axis, keepdims=True, dtype=self.data.dtype)
        return operation("max", value, (self,), (lambda g: part * with_axes(g, axis, keepdims),))

    def exp(self) -> Tensor:
        value = np.exp(self.data)
        return operation("exp", value, (self,), (lambda g: g * value,))

    def log(self) -> Tensor:
        a = self.data
        return operation("log", np.log(a), (self,), (lambda g: g / a,))

    def sin(self) -> Tensor:
        a = self.data
        return operation("sin", np.sin(a), (self,), (lambda g: g * np.cos(a),))

    def cos(self) -> Tensor:
        a = self.data
        return operation("cos", np.cos(a), (self,), (lambda g: -g * np.sin(a),))

    def tanh(self) -> Tensor:
        value = np.tanh(self.data)
        return operation("tanh", value, (self,), (lambda g: g * (1 - value**2),))

    def sigmoid(self) -> Tensor:
        small = np.exp(-np.abs(self.data))  # at most 1: nothing overflows, and both tails keep their digits
        value = np.where(self.data > 0, 1, small) / (1 + small)
        return operation("sigmoid", value, (self,), (lambda g: g * small / (1 + small) ** 2,))

    def relu(self) -> Tensor:
        value = np.maximum(self.data, 0)
        return operation("relu", value, (self,), (lambda g: g * (value > 0),))

    def reshape(self, *shape: int) -> Tensor:
        before = self.shape
        return operation("reshape", self.data.reshape(*shape), (self,), (lambda g: g.reshape(before),))

    def transpose(self) -> Tensor:
        return operation("T", self.data.T, (self,), (np.transpose,))


def number(value: Any) -> float | None:
    """A plain number, of Python or of numpy, as Python's, which takes an array's precision; None for anything else."""
    if isinstance(value, np.integer | np.floating):  # np.float64 is a float as well, and would impose its precision
        return value.item()
    return value if isinstance(value, int | float) else None


def keep(g: Array) -> Array:
    """The vector-Jacobian product of a sum: each term gets the upstream as it is."""
    return g


KEEP: tuple[VJP, VJP] = (keep, keep)


def operation(op: str, value: Any, parents: tuple[Tensor, ...], vjps: Sequence[VJP]) -> Tensor:
    """A new node: a value, the tensors it came from, and one vector-Jacobian product for each of them.

    The value is the node's own and cannot be written to; data that are not, those of parents that no operation made, get a stamp.
    """
    node = Tensor.__new__(Tensor)
    node.data = value if type(value) is np.ndarray else np.asarray(value)
    node.data.setflags(write=False)
    node.grad, node.op, node.name, node._index = None, op, "", next(_created)
    node.requires_grad, leaf = False, False
    for parent in parents:
        if parent.requires_grad:
            node.requires_grad = True
        if not parent.op:
            leaf = True
    if node.requires_grad:
        node.parents, node._vjps, node._stamps = parents, tuple(vjps), stamps_of(parents) if leaf else ()
    else:
        node.parents, node._vjps, node._stamps = (), (), ()
    return node


def as_tensor(value: Any, dtype: Any = None) -> Tensor:
    """A constant beside a tensor."""
    return value if isinstance(value, Tensor) else Tensor(np.asarray(value, dtype))


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
    return sorted(found, key=attrgetter("_index"), reverse=True)


def stamps_of(parents: Sequence[Tensor]) -> tuple[bytes, ...]:
    """Some bytes for each parent that no operation made, by which a later change of its data is seen."""
    return tuple([stamp(parent.data) for parent in parents if not parent.op])


def stamp(data: Array) -> bytes:
    """The entries themselves; of an array of more than 4,096 numbers, those of some rows, evenly spread.

    So training steps stay fast, and what changes whole arrays, as an optimiser does, is still seen.
    """
    return data.tobytes() if data.size <= SAMPLE else data[:: data.size // SAMPLE].tobytes()


SAMPLE = 2**12  # entries


def with_axes(g: Array, axis: Axis, keepdims: bool) -> Array:
    """The result of a reduction with the axes that it lost put back, of length 1."""
    return g if axis is None or keepdims else np.expand_dims(g, axis)


def fitted(share: Array, data: Array) -> Array:
    """A share as a gradient of `data`: of its shape and its precision."""
    if type(share) is not np.ndarray:
        share = np.asarray(share)
    if share.shape != data.shape:
        share = unbroadcast(share, data.shape)
    return share if share.dtype == data.dtype else share.astype(data.dtype)


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
