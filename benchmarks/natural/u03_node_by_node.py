"""Unit 03, node by node: wrong answers as people write them."""

import numpy as np

from benchmarks.natural import wrong


@wrong(
    "backward_pass",
    "walks through the nodes from the front; and overwrites instead of summing over the users",
    "the nodes are visited from the inputs on, in the order of the forward pass",
)
def _():
    def backward_pass(graph, slopes):
        grads = [0.0 for _ in graph]
        grads[-1] = 1.0
        for v in range(len(graph)):
            for u in graph[v][1]:
                grads[u] = grads[v] * slopes[v, u]
        return grads

    return backward_pass


@wrong(
    "weight_gradients",
    "multiplies by z[u] in place of the value of u; and the slope of the activation is missing",
    "the slope of the activation is left out",
    "the slope of the activation is left out, and the z of u stands where its value belongs",
)
def _():
    def weight_gradients(graph, z, values, gradients):
        n = len(graph)
        dw = np.zeros((n, n))
        db = np.zeros(n)
        for v in range(n):
            kind, uses, w, b = graph[v]
            if kind == "input":
                continue
            for u in uses:
                dw[v, u] = gradients[v] * z[u]
            db[v] = gradients[v]
        return dw, db

    return weight_gradients


@wrong(
    "gamma",
    "gives the nodes that u uses and not those that use u",
    "the nodes that u uses are listed, in ascending order",
)
def _():
    def gamma(graph, u):
        g, uses, w, b = graph[u]
        return sorted(uses)

    return gamma


@wrong(
    "forward_pass",
    "the weighted sum takes z of the earlier nodes and not their values",
    "the nodes used hand on their z in place of their value",
)
def _():
    ACT = {
        "linear": lambda z: z,
        "tanh": np.tanh,
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "relu": lambda z: max(z, 0.0),
        "square": lambda z: z ** 2,
    }


    def forward_pass(graph, x):
        z, values = [], []
        for v, (g, uses, w, b) in enumerate(graph):
            if g == "input":
                z.append(x[v])
                values.append(x[v])
                continue
            total = b
            for u, weight in zip(uses, w):
                total += weight * z[u]
            z.append(total)
            values.append(ACT[g](total))
        return z, values

    return forward_pass


@wrong(
    "activation_slope",
    "sigmoid's slope as z (1 - z), as if z were already the sigmoid's output",
    "z stands where σ(z) belongs",
)
def _():
    def activation_slope(g, z):
        if g == "linear":
            return 1.0
        elif g == "tanh":
            return 1 - np.tanh(z) ** 2
        elif g == "sigmoid":
            return z * (1 - z)
        elif g == "relu":
            return 1.0 if z > 0 else 0.0
        elif g == "square":
            return 2 * z

    return activation_slope


@wrong(
    "local_derivatives",
    "the slope of v's activation is taken at z[u], the node used, and not at z[v]",
    "the activation's slope is taken at the z of u, not of v",
)
def _():
    def _slope(g, z):
        if g == "tanh":
            return 1 - np.tanh(z) ** 2
        if g == "sigmoid":
            s = 1 / (1 + np.exp(-z))
            return s * (1 - s)
        if g == "relu":
            return float(z > 0)
        if g == "square":
            return 2 * z
        return 1.0


    def local_derivatives(graph, z):
        n = len(graph)
        D = np.zeros((n, n))
        for v in range(n):
            g, uses, w, b = graph[v]
            for k, u in enumerate(uses):
                D[v, u] = _slope(g, z[u]) * w[k]
        return D

    return local_derivatives


@wrong(
    "backward_pass",
    "the loop visits the last node, too, and overwrites the base case 1 by an empty sum: all is 0",
    "∂ℓ/∂ℓ is 0, where it has to be 1",
)
def _():
    def backward_pass(graph, slopes):
        n = len(graph)
        grads = [0.0] * n
        grads[-1] = 1.0
        for u in range(n - 1, -1, -1):
            users = [v for v in range(n) if u in graph[v][1]]
            grads[u] = sum(grads[v] * slopes[v, u] for v in users)
        return grads

    return backward_pass


@wrong(
    "mended_backward",
    "sums over the nodes that v uses, and not over the nodes that use u; the assignment still overwrites",
)
def _():
    def mended_backward(graph, slopes):
        gradients = [0.0] * len(graph)
        gradients[-1] = 1.0
        for v in reversed(range(len(graph))):
            uses = graph[v][1]
            for u in uses:
                gradients[u] = sum(gradients[v] * slopes[v, k] for k in uses)
        return gradients

    return mended_backward


@wrong(
    "weight_gradients",
    "the bias' gradient is the node's own gradient: the slope of the activation is left out for b",
    "the slope of the activation is left out for the biases",
)
def _():
    def weight_gradients(graph, z, values, gradients):
        def slope(g, t):
            if g == "tanh":
                return 1 - np.tanh(t) ** 2
            if g == "sigmoid":
                return np.exp(-t) / (1 + np.exp(-t)) ** 2
            if g == "relu":
                return 1.0 if t > 0 else 0.0
            if g == "square":
                return 2 * t
            return 1.0

        n = len(graph)
        dw, db = np.zeros((n, n)), np.zeros(n)
        for v, (g, uses, w, b) in enumerate(graph):
            if g == "input":
                continue
            db[v] = gradients[v]
            for u in uses:
                dw[v, u] = gradients[v] * slope(g, z[v]) * values[u]
        return dw, db

    return weight_gradients


@wrong(
    "count_paths",
    "counts in a NumPy array of 64-bit integers: 2**63 overflows",
    "the counts are NumPy's 64-bit integers, and 2**63 is one too many for them",
)
def _():
    def count_paths(graph):
        n = len(graph)
        paths = np.zeros(n, dtype=int)
        paths[-1] = 1
        for v in range(n - 1, -1, -1):
            for u in graph[v][1]:
                paths[u] += paths[v]
        return paths.tolist()

    return count_paths
