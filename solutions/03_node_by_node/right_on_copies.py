"""Right, in place on copies: nodes are taken out of the table one by one until only the loss's row is left."""


def users(graph):
    found = [[] for _ in graph]
    for v, node in enumerate(graph):
        for u in node[1]:
            found[u].append(v)
    return found


def gamma(graph, u):
    return users(graph)[u]


def forward_pass(graph, x):
    values = np.zeros(len(graph))
    values[: len(x)] += x
    z = values.copy()
    apply = {"linear": np.positive, "tanh": np.tanh, "sigmoid": lambda a: 0.5 + 0.5 * np.tanh(0.5 * a), "square": np.square}
    for v in range(len(x), len(graph)):
        g, uses, w, b = graph[v]
        z[v] += b
        for u, weight in zip(uses, w):
            z[v] += weight * values[u]
        values[v] += z[v] * (z[v] > 0) if g == "relu" else apply[g](z[v])
    return z, values


def activation_slope(g, z):
    match g:
        case "linear":
            return np.float64(1)
        case "tanh":
            return np.cosh(z) ** -2.0
        case "sigmoid":
            return 0.25 * np.cosh(0.5 * z) ** -2.0
        case "relu":
            return np.where(z > 0, 1.0, 0.0)
    return z * 2.0


def local_derivatives(graph, z):
    slopes = np.zeros((len(graph), len(graph)))
    for v, (g, uses, w, b) in enumerate(graph):
        for u, weight in zip(uses, w):
            slopes[v, u] += weight
        if uses:
            slopes[v] *= activation_slope(g, z[v])
    return slopes


def backward_pass(graph, slopes):
    left = np.array(slopes)
    for v in range(len(graph) - 2, 0, -1):
        left[-1, :v] += left[-1, v] * left[v, :v]
    left[-1, -1] += 1
    return left[-1]


def mended_backward(graph, slopes):
    gradients = [0.0 for _ in graph]
    gradients[-1] = 1.0
    todo = list(range(len(graph)))
    while todo:
        v = todo.pop()
        for u in graph[v][1]:
            gradients[u] += slopes[v, u] * gradients[v]
    return gradients


def weight_gradients(graph, z, values, gradients):
    rates = np.array(gradients)
    for v, (g, *_) in enumerate(graph):
        rates[v] *= 0 if g == "input" else activation_slope(g, z[v])
    dw = np.zeros((len(graph), len(graph)))
    for v, node in enumerate(graph):
        dw[v, list(node[1])] += rates[v]
    dw *= np.array(values)
    return dw, rates


def count_paths(graph):
    counts = [int(v == len(graph) - 1) for v in range(len(graph))]
    waiting = list(enumerate(graph))
    while waiting:
        v, (g, uses, w, b) = waiting.pop()
        for u in uses:
            counts[u] += counts[v]
    return counts
