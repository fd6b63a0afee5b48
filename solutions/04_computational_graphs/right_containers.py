"""Right, with generators, dictionaries, sets and fractions of one, and a sum over the users of each node."""

import math
from collections import Counter, deque


def topological_order(parents):
    users = {v: [] for v in range(len(parents))}
    for v, above in enumerate(parents):
        for u in above:
            users[u] += [v]
    waits = Counter({v: len(above) for v, above in enumerate(parents)})
    queue = deque(v for v in users if waits[v] == 0)
    while queue:
        u = queue.popleft()
        yield u
        for v in users[u]:
            waits[v] -= 1
            if not waits[v]:
                queue.append(v)


def graph_gradients(parents, slopes, order):
    # ∂ℓ/∂u as a sum over Γ(u), looked up for each u
    arrows = [(u, v, slope) for v in order for u, slope in zip(parents[v], slopes[v])]
    grads = {order[-1]: 1.0}
    for u in order[-2::-1]:
        grads[u] = sum(grads[v] * slope for start, v, slope in arrows if start == u)
    return tuple(grads[u] for u in range(len(order)))


class Node:
    def __init__(self, value, **arrows):
        self.value, self.arrows, self.grad = value, arrows.get("arrows", []), 0.0

    def __add__(self, other):
        if isinstance(other, (int, float)):
            return Node(self.value + other, arrows=[(self, 1)])
        return Node(self.value + other.value, arrows=[(self, 1), (other, 1)])

    def __mul__(self, other):
        if isinstance(other, (int, float)):
            return Node(self.value * other, arrows=[(self, other)])
        return Node(self.value * other.value, arrows=[(self, other.value), (other, self.value)])

    __radd__, __rmul__ = __add__, __mul__

    def __pow__(self, p):
        return Node(self.value**p, arrows=[(self, p * self.value**p / self.value)])

    def exp(self):
        y = math.exp(self.value)
        return Node(y, arrows=[(self, y)])

    def log(self):
        return Node(math.log(self.value), arrows=[(self, self.value**-1)])

    def tanh(self):
        e = math.exp(-2 * abs(self.value))
        y = math.copysign((1 - e) / (1 + e), self.value)
        return Node(y, arrows=[(self, 1 - y * y)])

    def relu(self):
        return Node(self.value * (self.value > 0), arrows=[(self, self.value >= 0)])

    def backward(self):
        uses = Counter()
        queue, seen = deque([self]), {self}
        while queue:
            for u, _ in queue.popleft().arrows:
                uses[u] += 1
                u.grad = 0.0
                if u not in seen:
                    seen.add(u)
                    queue.append(u)
        self.grad = 1.0
        queue = deque([self])
        while queue:
            v = queue.popleft()
            for u, slope in v.arrows:
                u.grad += v.grad * slope
                uses[u] -= 1
                if uses[u] == 0:
                    queue.append(u)
