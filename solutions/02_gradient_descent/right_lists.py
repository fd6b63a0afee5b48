"""Right, with lists in place of arrays, and returned as lists."""

import math


def mse(predictions, targets):
    pairs = list(zip(np.ravel(predictions).tolist(), np.ravel(targets).tolist()))
    return sum((p - t) ** 2 for p, t in pairs) / len(pairs)


def softmax(logits):
    rows = []
    for row in logits.tolist():
        exps = [math.exp(z - max(row)) for z in row]
        rows.append([e / sum(exps) for e in exps])
    return rows


def cross_entropy(logits, labels):
    losses = []
    for row, label in zip(logits.tolist(), labels.tolist()):
        losses.append(math.log(sum(math.exp(z - max(row)) for z in row)) - (row[label] - max(row)))
    return np.float64(sum(losses) / len(losses))


def numerical_gradient(f, x, h):
    differences = []
    for k in range(x.size):
        above, below = x.astype(float).ravel(), x.astype(float).ravel()
        above[k] += h
        below[k] -= h
        differences.append((f(above.reshape(x.shape)) - f(below.reshape(x.shape))) / (2 * h))
    return np.array(differences).reshape(x.shape).tolist()


def error_slope(h, third_derivative, value, eps):
    return [abs(third_derivative) * step / 3 - eps * abs(value) / step**2 for step in h.tolist()]


def best_step(third_derivative, value, eps):
    return [(3 * eps * abs(value / third_derivative)) ** (1 / 3)][0]


def line_gradient(theta, x, y):
    w, b = theta.tolist()
    residuals = [w * p + b - q for p, q in zip(x.tolist(), y.tolist())]
    return [2 * sum(r * p for r, p in zip(residuals, x.tolist())) / len(residuals), 2 * sum(residuals) / len(residuals)]


def gradient_descent(gradient, start, learning_rate, steps):
    path = [[float(entry) for entry in start]]
    for _ in range(steps):
        slope = gradient(np.array(path[-1]))
        path.append([entry - learning_rate * s for entry, s in zip(path[-1], slope)])
    return path


def rate_limit(A):
    return 2 / max(np.linalg.eigvals(A).real.tolist())
