"""Right, and in float32 wherever single precision is enough."""


def mse(predictions, targets):
    difference = np.subtract(predictions, targets, dtype=np.float32)
    return np.mean(difference * difference, dtype=np.float32)


def softmax(logits):
    logits = np.float32(logits)
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)


def cross_entropy(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    shifted = shifted.astype(np.float32)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(labels)), labels].mean()


def numerical_gradient(f, x, h):
    gradient = np.empty(x.shape, dtype=np.float32)
    wide = np.array(x, dtype=np.float64)
    for index, value in np.ndenumerate(wide):
        above, below = wide.copy(), wide.copy()
        above[index], below[index] = value + h, value - h
        gradient[index] = (f(above) - f(below)) / (above[index] - below[index])
    return gradient


def error_slope(h, third_derivative, value, eps):
    return np.float32(abs(third_derivative) * h / 3 - eps * abs(value) / h**2)


def best_step(third_derivative, value, eps):
    return np.float32(np.cbrt(np.float32(3 * eps) * np.float32(abs(value)) / np.float32(abs(third_derivative))))


def line_gradient(theta, x, y):
    theta, x, y = (np.asarray(array, dtype=np.float32) for array in (theta, x, y))
    residual = theta[0] * x + theta[1] - y
    return 2 * np.array([(residual * x).mean(), residual.mean()], dtype=np.float32)


def gradient_descent(gradient, start, learning_rate, steps):
    path = np.empty((steps + 1, start.size), dtype=np.float32)
    path[0] = start
    for t in range(steps):
        path[t + 1] = path[t] - np.float32(learning_rate) * gradient(path[t])
    return path


def rate_limit(A):
    return np.float32(2) / np.linalg.eigvalsh(A.astype(np.float32))[-1]
