"""Right, with other formulas: einsum, logaddexp, one-hot rows, identities of the exponential."""


def mse(predictions, targets):
    difference = np.ravel(predictions - targets).astype(float)
    return np.einsum("i,i->", difference, difference) / difference.size


def log_softmax(logits):
    return logits - np.logaddexp.reduce(logits, axis=1)[:, None]


def softmax(logits):
    return np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))


def cross_entropy(logits, labels):
    onehot = np.eye(logits.shape[1])[labels]
    return (np.logaddexp.reduce(logits, axis=1) - np.einsum("nc,nc->n", logits, onehot)).mean()


def numerical_gradient(f, x, h):
    flat = np.asarray(x, float).reshape(-1)
    moves = h * np.eye(flat.size)
    sides = [[f((flat + sign * move).reshape(x.shape)) for move in moves] for sign in (1, -1)]
    return np.subtract(*sides).reshape(x.shape) * (0.5 / h)


def error_slope(h, third_derivative, value, eps):
    return (np.abs(third_derivative) * h**3 - 3 * eps * np.abs(value)) / (3 * h**2)


def best_step(third_derivative, value, eps):
    return np.cbrt(eps * np.abs(3 * value / third_derivative))


def line_gradient(theta, x, y):
    design = np.stack([x, np.ones_like(x)], axis=1)
    return design.T @ (design @ theta - y) * 2 / len(x)


def gradient_descent(gradient, start, learning_rate, steps):
    def onwards(theta, left):
        yield theta
        if left:
            yield from onwards(theta - learning_rate * gradient(theta), left - 1)

    return np.stack(list(onwards(np.asarray(start, float), steps)))


def rate_limit(A):
    return 2 / np.linalg.norm(A, 2)
