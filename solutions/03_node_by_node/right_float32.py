"""Right, and in float32 throughout, as on a graphics card."""


F = np.float32


def gamma(graph, u):
    return np.array([v for v, (g, uses, w, b) in enumerate(graph) if u in uses], dtype=np.int32)


def forward_pass(graph, x):
    z, values = np.zeros(len(graph), F), np.zeros(len(graph), F)
    for v, (g, uses, w, b) in enumerate(graph):
        z[v] = x[v] if g == "input" else np.dot(np.array(w, F), values[list(uses)]) + F(b)
        if g == "tanh":
            values[v] = np.tanh(z[v])
        elif g == "sigmoid":
            values[v] = F(1) / (F(1) + np.exp(-z[v]))
        elif g == "relu":
            values[v] = np.maximum(z[v], F(0))
        elif g == "square":
            values[v] = np.square(z[v])
        else:
            values[v] = z[v]
    return z, values


def activation_slope(g, z):
    z = F(z)
    if g == "tanh":
        return F(1) - np.tanh(z) ** 2
    if g == "sigmoid":
        s = F(1) / (F(1) + np.exp(-z))
        return s * (F(1) - s)
    if g == "relu":
        return F(z > 0)
    return F(1) if g == "linear" else F(2) * z


def local_derivatives(graph, z):
    slopes = np.zeros((len(graph), len(graph)), F)
    for v, (g, uses, w, b) in enumerate(graph):
        if uses:
            slopes[v, list(uses)] = activation_slope(g, z[v]) * np.array(w, F)
    return slopes


def backward_pass(graph, slopes):
    slopes = slopes.astype(F)
    gradients = np.zeros(len(graph), F)
    gradients[-1] = 1
    for u in range(len(graph) - 2, -1, -1):
        gradients[u] = gradients[u + 1 :] @ slopes[u + 1 :, u]
    return gradients


def mended_backward(graph, slopes):
    gradients = np.zeros(len(graph), F)
    gradients[-1] = 1
    for v in reversed(range(len(graph))):
        for u in graph[v][1]:
            gradients[u] += gradients[v] * F(slopes[v, u])
    return gradients


def weight_gradients(graph, z, values, gradients):
    n = len(graph)
    dw, db = np.zeros((n, n), F), np.zeros(n, F)
    for v, (g, uses, w, b) in enumerate(graph):
        if g != "input":
            db[v] = F(gradients[v]) * activation_slope(g, z[v])
            dw[v, list(uses)] = db[v] * np.asarray(values, F)[list(uses)]
    return dw, db


def count_paths(graph):
    counts = np.zeros(len(graph), F)
    counts[-1] = 1
    for u in range(len(graph) - 2, -1, -1):
        counts[u] = counts[list(gamma(graph, u))].sum()
    return counts
