"""Right, depth first with a stack of its own, plain numbers, and nodes numbered as they are made."""

import math


def topological_order(parents):
    order = []
    state = [0] * len(parents)  # 0 not seen, 1 its parents are on the stack, 2 listed
    for start in range(len(parents)):
        stack = [start]
        while stack:
            v = stack[-1]
            if state[v] == 0:
                state[v] = 1
                for u in parents[v]:
                    if state[u] == 0:
                        stack.append(u)
            else:
                stack.pop()
                if state[v] == 1:
                    state[v] = 2
                    order.append(v)
    return order


def graph_gradients(parents, slopes, order):
    result = [0.0 for _ in range(len(parents))]
    i = len(order) - 1
    result[order[i]] = 1.0
    while i >= 0:
        v = order[i]
        for k in range(len(parents[v])):
            result[parents[v][k]] = result[parents[v][k]] + result[v] * slopes[v][k]
        i = i - 1
    return result


class Node:
    made = 0

    def __init__(self, value, parents=(), slopes=()):
        self.value = value
        self.parents = parents
        self.slopes = slopes
        self.grad = 0
        self.number = Node.made
        Node.made += 1

    def __add__(self, other):
        if not isinstance(other, Node):
            other = Node(other)
        return Node(self.value + other.value, [self, other], [1, 1])

    __radd__ = __add__

    def __mul__(self, other):
        if not isinstance(other, Node):
            other = Node(other)
        return Node(self.value * other.value, [self, other], [other.value, self.value])

    __rmul__ = __mul__

    def __pow__(self, p):
        return Node(self.value**p, [self], [p * self.value ** (p - 1)])

    def exp(self):
        return Node(math.exp(self.value), [self], [math.exp(self.value)])

    def log(self):
        return Node(math.log(self.value), [self], [1 / self.value])

    def tanh(self):
        return Node(math.tanh(self.value), [self], [1 / math.cosh(self.value) ** 2])

    def relu(self):
        if self.value > 0:
            return Node(self.value, [self], [1])
        return Node(0, [self], [0])

    def backward(self):
        found = {self.number: self}
        todo = [self]
        while todo:
            for u in todo.pop().parents:
                if u.number not in found:
                    found[u.number] = u
                    todo.append(u)
        for u in found.values():
            u.grad = 0
        self.grad = 1
        for number in sorted(found, reverse=True):
            v = found[number]
            for u, slope in zip(v.parents, v.slopes):
                u.grad += v.grad * slope
