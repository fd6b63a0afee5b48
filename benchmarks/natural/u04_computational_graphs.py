"""Unit 04, computational graphs: wrong answers as people write them."""

import numpy as np

from benchmarks.natural import wrong


@wrong(
    "Node",
    "the slopes of a product stand in the wrong order (each factor gets its own value); and tanh's slope is 1 - value² of the input",
    "each factor of a product gets its own value as its slope",
    "the slope of tanh is made from its input, and not from its output",
)
def _():
    class Node:
        def __init__(self, value, parents=(), slopes=(), op=""):
            self.value = float(value)
            self.parents = tuple(parents)
            self.slopes = tuple(slopes)
            self.op = op
            self.grad = 0.0

        @staticmethod
        def of(x):
            return x if isinstance(x, Node) else Node(x)

        def __add__(self, other):
            other = Node.of(other)
            return Node(self.value + other.value, (self, other), (1.0, 1.0), "+")

        def __mul__(self, other):
            other = Node.of(other)
            return Node(self.value * other.value, (self, other), (self.value, other.value), "*")

        def __pow__(self, p):
            return Node(self.value ** p, (self,), (p * self.value ** (p - 1),), "**")

        def exp(self):
            e = np.exp(self.value)
            return Node(e, (self,), (e,), "exp")

        def log(self):
            return Node(np.log(self.value), (self,), (1 / self.value,), "log")

        def tanh(self):
            t = np.tanh(self.value)
            return Node(t, (self,), (1 - self.value ** 2,), "tanh")

        def relu(self):
            return Node(max(0.0, self.value), (self,), (1.0 if self.value > 0 else 0.0,), "relu")

        def backward(self):
            # collect all nodes and clear them
            todo, seen = [self], {self}
            while todo:
                v = todo.pop()
                v.grad = 0.0
                for u in v.parents:
                    if u not in seen:
                        seen.add(u)
                        todo.append(u)
            self.grad = 1.0
            users = {v: 0 for v in seen}
            for v in seen:
                for u in v.parents:
                    users[u] += 1
            ready = [self]
            while ready:
                v = ready.pop()
                for u, s in zip(v.parents, v.slopes):
                    u.grad += v.grad * s
                    users[u] -= 1
                    if users[u] == 0:
                        ready.append(u)

        def __radd__(self, number): return self + number
        def __rmul__(self, number): return self * number
        def __neg__(self): return self * -1
        def __sub__(self, other): return self + -other
        def __rsub__(self, number): return -self + number
        def __truediv__(self, other): return self * other**-1
        def __rtruediv__(self, number): return self**-1 * number
        def __repr__(self): return f"Node({self.value:.4g}, grad={self.grad:.4g})"

    return Node


@wrong(
    "topological_order",
    "breadth first from the results, each node listed at its first visit, then reversed: a parent can come after its child",
)
def _():
    from collections import deque


    def topological_order(parents):
        n = len(parents)
        has_user = [False] * n
        for ps in parents:
            for u in ps:
                has_user[u] = True
        queue = deque(v for v in range(n) if not has_user[v])
        seen = set(queue)
        order = []
        while queue:
            v = queue.popleft()
            order.append(v)
            for u in parents[v]:
                if u not in seen:
                    seen.add(u)
                    queue.append(u)
        return order[::-1]

    return topological_order


@wrong(
    "graph_gradients",
    "the base case 1 is put at the node with the highest number, not at the last node of order",
    "the base case is set at the last number, and not at the last node of the order",
)
def _():
    def graph_gradients(parents, slopes, order):
        gradient = [0.0] * len(parents)
        gradient[-1] = 1.0
        for v in reversed(order):
            for u, s in zip(parents[v], slopes[v]):
                gradient[u] += gradient[v] * s
        return gradient

    return graph_gradients


@wrong(
    "Node",
    "backward is a plain breadth first walk: a node hands on its gradient at its first turn, before all of its users have given theirs",
    "the nodes hand on their gradients breadth first, some of them too early",
)
def _():
    class Node:
        def __init__(self, value, parents=(), slopes=(), op=""):
            self.value = float(value)
            self.parents = tuple(parents)
            self.slopes = tuple(slopes)
            self.op = op
            self.grad = 0.0

        @staticmethod
        def of(x):
            return x if isinstance(x, Node) else Node(x)

        def __add__(self, other):
            other = Node.of(other)
            return Node(self.value + other.value, (self, other), (1.0, 1.0), "+")

        def __mul__(self, other):
            other = Node.of(other)
            return Node(self.value * other.value, (self, other), (other.value, self.value), "*")

        def __pow__(self, p):
            return Node(self.value ** p, (self,), (p * self.value ** (p - 1),), "**")

        def exp(self):
            e = np.exp(self.value)
            return Node(e, (self,), (e,), "exp")

        def log(self):
            return Node(np.log(self.value), (self,), (1 / self.value,), "log")

        def tanh(self):
            t = np.tanh(self.value)
            return Node(t, (self,), (1 - t ** 2,), "tanh")

        def relu(self):
            return Node(max(0.0, self.value), (self,), (1.0 if self.value > 0 else 0.0,), "relu")

        def backward(self):
            # collect all nodes and clear them
            todo, seen = [self], {self}
            while todo:
                v = todo.pop()
                v.grad = 0.0
                for u in v.parents:
                    if u not in seen:
                        seen.add(u)
                        todo.append(u)
            self.grad = 1.0
            queue, queued = [self], {self}
            while queue:
                v = queue.pop(0)
                for u, s in zip(v.parents, v.slopes):
                    u.grad += v.grad * s
                    if u not in queued:
                        queued.add(u)
                        queue.append(u)

        def __radd__(self, number): return self + number
        def __rmul__(self, number): return self * number
        def __neg__(self): return self * -1
        def __sub__(self, other): return self + -other
        def __rsub__(self, number): return -self + number
        def __truediv__(self, other): return self * other**-1
        def __rtruediv__(self, number): return self**-1 * number
        def __repr__(self): return f"Node({self.value:.4g}, grad={self.grad:.4g})"

    return Node


@wrong(
    "Node",
    "backward never sets the grads to 0: a second call adds to what the first has left",
    "the gradients of an earlier `backward` are still there",
)
def _():
    class Node:
        def __init__(self, value, parents=(), slopes=(), op=""):
            self.value = float(value)
            self.parents = tuple(parents)
            self.slopes = tuple(slopes)
            self.op = op
            self.grad = 0.0

        @staticmethod
        def of(x):
            return x if isinstance(x, Node) else Node(x)

        def __add__(self, other):
            other = Node.of(other)
            return Node(self.value + other.value, (self, other), (1.0, 1.0), "+")

        def __mul__(self, other):
            other = Node.of(other)
            return Node(self.value * other.value, (self, other), (other.value, self.value), "*")

        def __pow__(self, p):
            return Node(self.value ** p, (self,), (p * self.value ** (p - 1),), "**")

        def exp(self):
            e = np.exp(self.value)
            return Node(e, (self,), (e,), "exp")

        def log(self):
            return Node(np.log(self.value), (self,), (1 / self.value,), "log")

        def tanh(self):
            t = np.tanh(self.value)
            return Node(t, (self,), (1 - t ** 2,), "tanh")

        def relu(self):
            return Node(max(0.0, self.value), (self,), (1.0 if self.value > 0 else 0.0,), "relu")

        def backward(self):
            uses, stack, seen = {}, [self], {self}
            while stack:
                v = stack.pop()
                for u in v.parents:
                    uses[u] = uses.get(u, 0) + 1
                    if u not in seen:
                        seen.add(u)
                        stack.append(u)
            self.grad = 1.0
            ready = [self]
            while ready:
                v = ready.pop()
                for u, s in zip(v.parents, v.slopes):
                    u.grad += s * v.grad
                    uses[u] -= 1
                    if uses[u] == 0:
                        ready.append(u)

        def __radd__(self, number): return self + number
        def __rmul__(self, number): return self * number
        def __neg__(self): return self * -1
        def __sub__(self, other): return self + -other
        def __rsub__(self, number): return -self + number
        def __truediv__(self, other): return self * other**-1
        def __rtruediv__(self, number): return self**-1 * number
        def __repr__(self): return f"Node({self.value:.4g}, grad={self.grad:.4g})"

    return Node
