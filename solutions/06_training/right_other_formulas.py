"""Right, by other formulas: a uniform start, sorted random keys, epochs of whole passes, a comparison of arrays."""


def initialise(sizes, rng):
    fan_in, hidden, out = sizes
    first, second = np.sqrt(6 / fan_in), np.sqrt(6 / hidden)
    W2 = rng.uniform(-second, second, size=(hidden, out))
    W1 = (2 * rng.random((fan_in, hidden)) - 1) * first
    return W1, np.zeros(hidden), W2, np.zeros(out)


def minibatches(n, batch_size, rng):
    order = np.argsort(rng.random(n))
    for first in range(0, n, batch_size):
        yield order[first : first + batch_size]


def sgd_step(theta, gradient, m, learning_rate, momentum):
    step = learning_rate * gradient + learning_rate * momentum * m
    return theta - step, gradient + momentum * m


def one_epoch(X, labels, W1, b1, W2, b2, batches, learning_rate):
    theta = (W1, b1, W2, b2)
    for images, answers in zip(X[batches], labels[batches]):
        gradients = loss_and_gradients(images, answers, *theta)[1:]
        theta = tuple(t - learning_rate * g for t, g in zip(theta, gradients))
    return theta


def train(X, labels, W1, b1, W2, b2, steps, batch_size, learning_rate, rng):
    theta, waiting = [W1, b1, W2, b2], np.zeros(0, int)
    for _ in range(steps):
        if len(waiting) < batch_size:
            waiting = rng.permutation(len(X))
        batch, waiting = waiting[:batch_size], waiting[batch_size:]
        _, *gradients = loss_and_gradients(X[batch], labels[batch], *theta)
        theta = [t - learning_rate * g for t, g in zip(theta, gradients)]
    return theta


def stopping_criterion(losses, gradient_norm, max_epochs, min_norm, tolerance):
    change = np.append(np.inf, np.abs(np.diff(losses)))[-1]
    return np.any([not np.isfinite(losses[-1]), len(losses) == max_epochs, gradient_norm < min_norm, change < tolerance])
