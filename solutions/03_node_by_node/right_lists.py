"""Right, with lists, tuples and dictionaries, and a recursion that remembers."""

import functools
import math


SLOPES = {
    "linear": lambda z: 1.0,
    "tanh": lambda z: 1 - math.tanh(z) ** 2,
    "sigmoid": lambda z: 1 / (math.exp(z / 2) + math.exp(-z / 2)) ** 2,
    "relu": lambda z: float(z > 0),
    "square": lambda z: z + z,
}


def gamma(graph, u):
    return sorted({v for v, node in enumerate(graph) if u in set(node[1])})


def forward_pass(graph, x):
    functions = {
        "linear": lambda z: z,
        "tanh": math.tanh,
        "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
        "relu": lambda z: max(0.0, z),
        "square": lambda z: z * z,
    }
    pairs = [(value, value) for value in x]
    for g, uses, w, b in graph[len(x) :]:
        z = math.fsum([*(w_u * pairs[u][1] for u, w_u in zip(uses, w)), b])
        pairs.append((z, functions[g](z)))
    return [list(column) for column in zip(*pairs)]


def activation_slope(g, z):
    return SLOPES[g](z)


def local_derivatives(graph, z):
    rows = []
    for (g, uses, w, b), z_v in zip(graph, z):
        weight = dict(zip(uses, w))
        rows.append([SLOPES[g](z_v) * weight[u] if u in weight else 0.0 for u in range(len(graph))])
    return rows


def backward_pass(graph, slopes):
    @functools.cache
    def gradient(u):
        if u == len(graph) - 1:
            return 1.0
        return math.fsum(gradient(v) * slopes[v][u] for v in gamma(graph, u))

    return [gradient(u) for u in range(len(graph))]


def mended_backward(graph, slopes):
    shares = {u: [] for u in range(len(graph))}
    shares[len(graph) - 1] = [1.0]
    gradients = []
    for v in reversed(range(len(graph))):
        gradients.insert(0, sum(shares[v]))
        for u in graph[v][1]:
            shares[u].append(gradients[0] * slopes[v][u])
    return gradients


def weight_gradients(graph, z, values, gradients):
    dw, db = [], []
    for (g, uses, w, b), z_v, gradient in zip(graph, z, gradients):
        share = 0.0 if g == "input" else gradient * SLOPES[g](z_v)
        db.append(share)
        dw.append([share * values[u] if u in uses else 0 for u in range(len(graph))])
    return dw, db


def count_paths(graph):
    @functools.cache
    def count(u):
        return 1 if u == len(graph) - 1 else sum(count(v) for v in gamma(graph, u))

    return tuple(count(u) for u in range(len(graph)))
