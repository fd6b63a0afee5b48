"""The right answers of unit 03, as its notebook shows them."""

import numpy as np

from course.units.u03_node_by_node.given import ACTIVATIONS


def gamma(graph, u):
    """Γ(u): a list of the nodes that use node u directly, their numbers in ascending order.

    graph is a tuple of nodes (g, uses, w, b).
    """
    return [v for v, (g, uses, w, b) in enumerate(graph) if u in uses]


def forward_pass(graph, x):
    """z and values: what each node's activation gets, and what it makes of it, one number for each node, in order.

    graph is a tuple of nodes (g, uses, w, b), x holds the values of the inputs, which are the first nodes.
    """
    z, values = [], []
    for v, (g, uses, w, b) in enumerate(graph):
        if g == "input":
            z.append(x[v])
            values.append(x[v])
        else:
            z.append(sum(w_u * values[u] for u, w_u in zip(uses, w, strict=True)) + b)
            values.append(ACTIVATIONS[g](z[v]))
    return z, values


def activation_slope(g, z):
    """g'(z), one number, for an activation's name g: linear, tanh, sigmoid, relu or square."""
    if g == "linear":
        return 1.0
    if g == "tanh":
        return 1 - np.tanh(z) ** 2
    if g == "sigmoid":
        s = 1 / (1 + np.exp(-z))
        return s * (1 - s)
    if g == "relu":
        return 1.0 if z > 0 else 0.0
    return 2 * z


def local_derivatives(graph, z):
    """slopes: an array with ∂v/∂u at [v, u] for every arrow from u to v, and 0 where v does not use u.

    graph is a tuple of n nodes (g, uses, w, b), z holds what each node's activation gets; slopes is (n, n).
    """
    slopes = np.zeros((len(graph), len(graph)))
    for v, (g, uses, w, _) in enumerate(graph):
        for u, w_u in zip(uses, w, strict=True):
            slopes[v, u] = activation_slope(g, z[v]) * w_u
    return slopes


def backward_pass(graph, slopes):
    """gradients: ∂ℓ/∂u for every node u, one number for each, where ℓ is the last node.

    graph is a tuple of nodes (g, uses, w, b), slopes[v, u] is ∂v/∂u. A node that nobody uses has gradient 0.
    """
    gradients = [0.0] * len(graph)
    gradients[-1] = 1.0
    for u in reversed(range(len(graph) - 1)):
        for v in gamma(graph, u):
            gradients[u] += gradients[v] * slopes[v, u]
    return gradients


def mended_backward(graph, slopes):
    """gradients: ∂ℓ/∂u for every node u, one number for each; every node hands its shares to the nodes that it uses.

    graph is a tuple of nodes (g, uses, w, b), slopes[v, u] is ∂v/∂u.
    """
    gradients = [0.0] * len(graph)
    gradients[-1] = 1.0
    for v in reversed(range(len(graph))):
        uses = graph[v][1]
        for u in uses:
            gradients[u] += gradients[v] * slopes[v, u]
    return gradients


def weight_gradients(graph, z, values, gradients):
    """dw and db: ∂ℓ/∂w at [v, u] for the weight by which v uses u, 0 where it does not; and ∂ℓ/∂b of every node, 0 for inputs.

    graph is a tuple of n nodes (g, uses, w, b); z, values and gradients hold one number for each. dw is (n, n), db is (n,).
    """
    dw, db = np.zeros((len(graph), len(graph))), np.zeros(len(graph))
    for v, (g, uses, _, _) in enumerate(graph):
        if g != "input":
            db[v] = gradients[v] * activation_slope(g, z[v])
            for u in uses:
                dw[v, u] = db[v] * values[u]
    return dw, db


def count_paths(graph):
    """counts: for every node the number of paths from it to the last node, whole numbers; 1 for the last node itself.

    graph is a tuple of nodes (g, uses, w, b). Time in proportion to the graph, not to the paths: there may be 2**50.
    """
    counts = [0] * len(graph)
    counts[-1] = 1
    for u in reversed(range(len(graph) - 1)):
        counts[u] = sum(counts[v] for v in gamma(graph, u))
    return counts
