"""Right, with loops and plain numbers, and nothing of numpy but its tables."""

import math


def gamma(graph, u):
    found = []
    for v in range(len(graph)):
        for used in graph[v][1]:
            if used == u:
                found.append(v)
    return found


def forward_pass(graph, x):
    z = []
    values = []
    for v in range(len(graph)):
        g, uses, w, b = graph[v]
        if g == "input":
            total = float(x[v])
        else:
            total = b
            for k in range(len(uses)):
                total = total + w[k] * values[uses[k]]
        z.append(total)
        if g == "tanh":
            values.append(math.tanh(total))
        elif g == "sigmoid":
            values.append(1 / (1 + math.exp(-total)))
        elif g == "relu":
            values.append(total if total > 0 else 0.0)
        elif g == "square":
            values.append(total * total)
        else:
            values.append(total)
    return z, values


def activation_slope(g, z):
    if g == "linear":
        return 1
    elif g == "tanh":
        return 1 / math.cosh(z) ** 2
    elif g == "sigmoid":
        return math.exp(-z) / (1 + math.exp(-z)) ** 2
    elif g == "relu":
        return 1 if z > 0 else 0
    elif g == "square":
        return 2 * z


def local_derivatives(graph, z):
    n = len(graph)
    slopes = np.zeros((n, n))
    for v in range(n):
        g, uses, w, b = graph[v]
        for k in range(len(uses)):
            slopes[v][uses[k]] = w[k] * activation_slope(g, z[v])
    return slopes


def backward_pass(graph, slopes):
    n = len(graph)
    gradients = [0] * n
    gradients[n - 1] = 1
    for u in range(n - 2, -1, -1):
        total = 0
        for v in gamma(graph, u):
            total = total + gradients[v] * slopes[v][u]
        gradients[u] = total
    return gradients


def mended_backward(graph, slopes):
    n = len(graph)
    gradients = [0.0] * n
    gradients[n - 1] = 1.0
    for v in range(n - 1, -1, -1):
        for u in graph[v][1]:
            gradients[u] = gradients[u] + gradients[v] * slopes[v][u]
    return gradients


def weight_gradients(graph, z, values, gradients):
    n = len(graph)
    dw = np.zeros((n, n))
    db = [0.0] * n
    for v in range(n):
        g, uses, w, b = graph[v]
        for u in uses:
            dw[v][u] = gradients[v] * activation_slope(g, z[v]) * values[u]
        if g != "input":
            db[v] = gradients[v] * activation_slope(g, z[v])
    return dw, db


def count_paths(graph):
    counts = [0] * len(graph)
    counts[-1] = 1
    for v in range(len(graph) - 1, 0, -1):
        for u in graph[v][1]:
            counts[u] += counts[v]
    return counts
