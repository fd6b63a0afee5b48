"""Right, with float32 inside, and lists, whole numbers and lists of lists returned."""


def initialise(sizes, rng):
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        W = rng.standard_normal((inputs, outputs), dtype=np.float32) * np.float32((2 / inputs) ** 0.5)
        layers += [W.tolist(), [0] * outputs]
    return layers


def minibatches(n, batch_size, rng):
    order = rng.permutation(n).astype(np.int16).tolist()
    return [tuple(order[first : first + batch_size]) for first in range(0, n, batch_size)]


def sgd_step(theta, gradient, m, learning_rate, momentum):
    m = np.float32(momentum) * m.astype(np.float32) + gradient.astype(np.float32)
    theta = theta.astype(np.float32) - np.float32(learning_rate) * m
    return [theta, m]


def one_epoch(X, labels, W1, b1, W2, b2, batches, learning_rate):
    X = X.astype(np.float32)
    theta = [t.astype(np.float32) for t in (W1, b1, W2, b2)]
    for batch in batches.tolist():
        _, *gradients = loss_and_gradients(X[batch], labels[batch], *theta)
        theta = [t - np.float32(learning_rate) * np.asarray(g, np.float32) for t, g in zip(theta, gradients)]
    return theta


def train(X, labels, W1, b1, W2, b2, steps, batch_size, learning_rate, rng):
    X = X.astype(np.float32)
    theta = [t.astype(np.float32) for t in (W1, b1, W2, b2)]
    for _ in range(steps):
        batch = rng.permutation(len(X))[:batch_size].tolist()
        _, *gradients = loss_and_gradients(X[batch], labels[batch], *theta)
        theta = [t - np.float32(learning_rate) * np.asarray(g, np.float32) for t, g in zip(theta, gradients)]
    return [t.tolist() for t in theta]


def stopping_criterion(losses, gradient_norm, max_epochs, min_norm, tolerance):
    losses = list(losses)
    if not -float("inf") < losses[-1] < float("inf"):
        return 1
    reasons = [len(losses) >= max_epochs, gradient_norm < min_norm]
    if losses[:-1]:
        reasons.append(abs(losses[-1] - losses[-2]) < tolerance)
    return int(any(reasons))
