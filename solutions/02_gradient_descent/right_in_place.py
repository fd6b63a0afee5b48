"""Right, working in place, on copies; with prints on the way."""


def mse(predictions, targets):
    difference = np.array(predictions, dtype=float)
    difference -= targets
    difference *= difference
    return difference.sum() / difference.size


def softmax(logits):
    p = logits.copy()
    p -= p.max(axis=1)[:, np.newaxis]
    np.exp(p, out=p)
    p /= p.sum(axis=1)[:, np.newaxis]
    return p


def cross_entropy(logits, labels):
    z = logits.astype(float)
    z -= np.amax(z, axis=1, keepdims=True)
    losses = np.log(np.exp(z).sum(axis=1))
    losses -= np.take_along_axis(z, labels[:, None], axis=1)[:, 0]
    print("losses:", losses)
    return np.average(losses)


def numerical_gradient(f, x, h):
    copy = np.array(x, dtype=float)
    gradient = np.zeros_like(copy)
    for index in np.ndindex(copy.shape):
        kept = copy[index]
        copy[index] = kept + h
        gradient[index] = f(copy)
        copy[index] = kept - h
        gradient[index] -= f(copy)
        copy[index] = kept
    gradient /= 2 * h
    return gradient


def error_slope(h, third_derivative, value, eps):
    slope = h.copy()
    slope *= abs(third_derivative) / 3
    slope -= eps * abs(value) * h**-2.0
    return slope


def best_step(third_derivative, value, eps):
    third_derivative, value = abs(third_derivative), abs(value)
    h = 3 * eps
    h *= value
    h /= third_derivative
    return np.power(h, 1 / 3)


def line_gradient(theta, x, y):
    residual = np.polyval(theta, x)
    residual -= y
    gradient = np.zeros(2)
    gradient[0] += np.dot(residual, x)
    gradient[1] += residual.sum()
    gradient *= 2 / x.size
    return gradient


def gradient_descent(gradient, start, learning_rate, steps):
    theta = start.astype(float)
    path = [theta.copy()]
    for _ in range(steps):
        theta -= learning_rate * gradient(theta)
        path.append(theta.copy())
    return np.array(path)


def rate_limit(A):
    curvatures, directions = np.linalg.eigh(A)
    curvatures[::-1].sort()
    return 2 / curvatures[0]
