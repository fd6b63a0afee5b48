"""The right answers of unit 04, as its notebook shows them."""

import numpy as np


def topological_order(parents):
    """A list of all nodes 0, 1, 2, …, each once, and each after all of its parents.

    parents[v] is a tuple with the numbers of the nodes that v is computed from, perhaps empty. Not recursive.
    """
    users = [[] for _ in parents]
    for v, above in enumerate(parents):
        for u in above:
            users[u].append(v)

    waiting = [len(above) for above in parents]
    ready = [v for v, arrows in enumerate(waiting) if arrows == 0]
    order = []
    while ready:
        u = ready.pop()
        order.append(u)
        for v in users[u]:
            waiting[v] -= 1
            if waiting[v] == 0:
                ready.append(v)
    return order


def graph_gradients(parents, slopes, order):
    """∂ℓ/∂u for every node u, a list, where ℓ is the last node of a topological order.

    parents[v] are the nodes that v is computed from, slopes[v] has ∂v/∂u for each of them, order holds every node once.
    """
    gradient = [0.0] * len(parents)
    gradient[order[-1]] = 1.0
    for v in reversed(order):
        for u, slope in zip(parents[v], slopes[v], strict=True):
            gradient[u] += gradient[v] * slope
    return gradient


class Node:
    """A number that remembers how it was computed: one node of a computational graph.

    parents are the nodes that it was computed from, slopes has ∂(this)/∂(parent) for each of them, op is a sign for pictures.
    After ℓ.backward(), grad is ∂ℓ/∂(this).
    """

    def __init__(self, value, parents=(), slopes=(), op=""):
        self.value = float(value)
        self.parents = tuple(parents)
        self.slopes = tuple(slopes)
        self.op = op
        self.grad = 0.0

    @staticmethod
    def of(x):
        """A node as it is; a number as a node without parents."""
        return x if isinstance(x, Node) else Node(x)

    def __add__(self, other):
        """self + other, where other is a node or a number."""
        other = Node.of(other)
        return Node(self.value + other.value, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        """self * other, where other is a node or a number."""
        other = Node.of(other)
        return Node(self.value * other.value, (self, other), (other.value, self.value), "*")

    def __pow__(self, p):
        """self ** p, where p is a plain number."""
        return Node(self.value**p, (self,), (p * self.value ** (p - 1),), f"** {p}")

    def exp(self):
        """e to the power of self."""
        value = np.exp(self.value)
        return Node(value, (self,), (value,), "exp")

    def log(self):
        """Natural logarithm."""
        return Node(np.log(self.value), (self,), (1 / self.value,), "log")

    def tanh(self):
        """Hyperbolic tangent."""
        value = np.tanh(self.value)
        return Node(value, (self,), (1 - value**2,), "tanh")

    def relu(self):
        """max(0, self); at 0 any slope from 0 to 1 will do."""
        return Node(max(self.value, 0.0), (self,), (float(self.value > 0),), "relu")

    def backward(self):
        """Leave ∂ℓ/∂u, where ℓ is this node, in the grad of every node u that it was computed from. Not recursive.

        What an earlier backward left there is forgotten, not added to.
        """
        uses, waiting = {self: 0}, [self]
        while waiting:
            for u in waiting.pop().parents:
                if u not in uses:
                    uses[u] = 0
                    waiting.append(u)
                uses[u] += 1

        for u in uses:
            u.grad = 0.0
        self.grad = 1.0
        ready = [self]
        while ready:
            v = ready.pop()
            for u, slope in zip(v.parents, v.slopes, strict=True):
                u.grad += v.grad * slope
                uses[u] -= 1
                if uses[u] == 0:
                    ready.append(u)

    # Given: what is made from the operations above.

    def __radd__(self, number):
        return self + number

    def __rmul__(self, number):
        return self * number

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, number):
        return -self + number

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, number):
        return self**-1 * number

    def __repr__(self):
        return f"Node({self.value:.4g}, grad={self.grad:.4g})"
