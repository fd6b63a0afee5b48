"""Unit 04, computational graphs: the wrong classes, each a small engine with one step done wrongly."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from operator import attrgetter

Number = float

_created = count()


@contextmanager
def too_deep() -> Iterator[None]:
    """The error of a recursion in the words that it always has: what Python adds to them depends on the call it met its end in."""
    try:
        yield
    except RecursionError:
        raise RecursionError("maximum recursion depth exceeded") from None


class Engine:
    """A node in as many methods as there are mistakes to make: every wrong class below overrides one of them."""

    def __init__(self, value: Number, arrows: Iterable[tuple[Engine, Number]] = ()):
        self.value, self.arrows, self.grad = float(value), arrows, 0.0
        self.index = next(_created)

    def made(self, value: Number, *arrows: tuple[Engine, Number]) -> Engine:
        """The result of an operation: its value, and for each node it uses, that node and the slope."""
        return type(self)(value, arrows)

    def of(self, x: Engine | Number) -> Engine:
        return x if isinstance(x, Engine) else type(self)(x)

    def __add__(self, other):
        other = self.of(other)
        return self.made(self.value + other.value, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        other = self.of(other)
        return self.made(self.value * other.value, (self, other.value), (other, self.value))

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __pow__(self, p):
        return self.made(self.value**p, (self, p * self.value ** (p - 1)))

    def exp(self):
        value = math.exp(self.value)
        return self.made(value, (self, value))

    def log(self):
        return self.made(math.log(self.value), (self, 1 / self.value))

    def tanh(self):
        value = math.tanh(self.value)
        return self.made(value, (self, 1 - value**2))

    def relu(self):
        return self.made(max(self.value, 0.0), (self, float(self.value > 0)))

    def backward(self) -> None:
        order = self.forward_order()
        self.begin(order)
        for v in self.visits(order):
            for u, slope in v.arrows:
                u.grad = self.total(u.grad, v.grad, slope)

    def begin(self, order: list[Engine]) -> None:
        for u in order:
            u.grad = 0.0
        self.grad = 1.0

    def visits(self, order: list[Engine]) -> Iterable[Engine]:
        """The nodes in the order in which they hand on their gradients."""
        return reversed(order)

    def total(self, before: Number, upstream: Number, slope: Number) -> Number:
        return before + upstream * slope

    def forward_order(self) -> list[Engine]:
        found, waiting = {self}, [self]
        while waiting:
            for u, _ in waiting.pop().arrows:
                if u not in found:
                    found.add(u)
                    waiting.append(u)
        return sorted(found, key=attrgetter("index"))


class Replaces(Engine):
    def total(self, before, upstream, slope):
        return upstream * slope


class WithoutUpstream(Engine):
    def total(self, before, upstream, slope):
        return before + slope


class OwnFactors(Engine):
    def __mul__(self, other):
        other = self.of(other)
        return self.made(self.value * other.value, (self, self.value), (other, other.value))


class KeepsExponent(Engine):
    def __pow__(self, p):
        return self.made(self.value**p, (self, p * self.value**p))


class LowersThePower(Engine):
    def __pow__(self, p):
        return self.made(self.value**p, (self, p * self.value**p - 1))


class WithoutExponent(Engine):
    def __pow__(self, p):
        return self.made(self.value**p, (self, self.value ** (p - 1)))


class ExpOfOutput(Engine):
    def exp(self):
        value = math.exp(self.value)
        return self.made(value, (self, math.exp(min(value, 700.0))))


class LogOfOutput(Engine):
    def log(self):
        value = math.log(self.value)
        return self.made(value, (self, 1 / value))


class TanhOfInput(Engine):
    def tanh(self):
        return self.made(math.tanh(self.value), (self, 1 - self.value**2))


class ReluValue(Engine):
    def relu(self):
        value = max(self.value, 0.0)
        return self.made(value, (self, value))


class ReluOpen(Engine):
    def relu(self):
        return self.made(max(self.value, 0.0), (self, 1.0))


class Recursive(Engine):
    """Right, but for its recursion."""

    def forward_order(self):
        order, seen = [], set()

        def visit(node):
            seen.add(node)
            for u, _ in node.arrows:
                if u not in seen:
                    visit(u)
            order.append(node)

        with too_deep():
            visit(self)
        return order


class DepthFirst(Engine):
    """Each node hands on when it is first met, before the walk goes on to its parents."""

    def visits(self, order):
        seen = set()

        def visit(node):
            seen.add(node)
            yield node
            for u, _ in node.arrows:
                if u not in seen:
                    yield from visit(u)

        return visit(order[-1])


class FromStack(Engine):
    def visits(self, order):
        seen, waiting = {order[-1]}, [order[-1]]
        while waiting:
            yield (node := waiting.pop())
            for u, _ in node.arrows:
                if u not in seen:
                    seen.add(u)
                    waiting.append(u)


class BreadthFirst(Engine):
    def visits(self, order):
        seen, waiting = {order[-1]}, deque([order[-1]])
        while waiting:
            yield (node := waiting.popleft())
            for u, _ in node.arrows:
                if u not in seen:
                    seen.add(u)
                    waiting.append(u)


class EveryTime(Engine):
    """Each arrival of a share sends the whole gradient on once more."""

    def visits(self, order):
        waiting = [order[-1]]
        while waiting:
            yield (node := waiting.pop())
            waiting += [u for u, _ in node.arrows]


class FromInputs(Engine):
    def visits(self, order):
        return order


class Remembers(Engine):
    def begin(self, order):
        self.grad = 1.0


class WithoutBase(Engine):
    def begin(self, order):
        super().begin(order)
        self.grad = 0.0


class OneArrow(Engine):
    """The slopes are kept in a dictionary by parent."""

    def made(self, value, *arrows):
        return super().made(value, *dict(arrows).items())


class NumbersAreNodes(Engine):
    def of(self, x):
        return x
