"""Right, with loops and plain numbers."""

import math


def mse(predictions, targets):
    total, count = 0.0, 0
    for index in np.ndindex(predictions.shape):
        total += (float(predictions[index]) - float(targets[index])) ** 2
        count += 1
    return total / count


def softmax(logits):
    p = np.zeros(logits.shape)
    for n in range(logits.shape[0]):
        largest = max(logits[n])
        total = 0.0
        for c in range(logits.shape[1]):
            p[n, c] = math.exp(logits[n, c] - largest)
            total += p[n, c]
        for c in range(logits.shape[1]):
            p[n, c] /= total
    return p


def cross_entropy(logits, labels):
    loss = 0.0
    for row, label in zip(logits, labels):
        largest = max(row)
        loss += largest + math.log(sum(math.exp(z - largest) for z in row)) - row[label]
    return loss / len(labels)


def numerical_gradient(f, x, h):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        moved = np.array(x, dtype=float)
        moved[index] = x[index] + h
        above = f(moved)
        moved[index] = x[index] - h
        gradient[index] = (above - f(moved)) / 2 / h
    return gradient


def error_slope(h, third_derivative, value, eps):
    slopes = []
    for step in h:
        slopes.append(2 * abs(third_derivative) * step / 6 - eps * abs(value) / (step * step))
    return np.array(slopes)


def best_step(third_derivative, value, eps):
    return math.exp(math.log(3 * eps * abs(value) / abs(third_derivative)) / 3)


def line_gradient(theta, x, y):
    dw = db = 0.0
    for x_n, y_n in zip(x, y):
        residual = theta[0] * x_n + theta[1] - y_n
        dw += 2 * residual * x_n / len(x)
        db += 2 * residual / len(x)
    return np.array([dw, db])


def gradient_descent(gradient, start, learning_rate, steps):
    path = np.zeros((steps + 1, len(start)))
    path[0] = start
    for t in range(steps):
        slope = gradient(path[t])
        for i in range(len(start)):
            path[t + 1, i] = path[t, i] - learning_rate * slope[i]
    return path


def rate_limit(A):
    direction = np.ones(len(A)) + np.arange(len(A)) / 10
    for _ in range(3000):
        direction = A @ direction
        direction = direction / math.sqrt(direction @ direction)
    return 2 / (direction @ A @ direction)
