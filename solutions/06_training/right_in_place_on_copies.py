"""Right, in place, on copies of its own."""


def initialise(sizes, rng):
    W1, W2 = np.empty((sizes[0], sizes[1])), np.empty((sizes[1], sizes[2]))
    for W in (W1, W2):
        W[...] = rng.normal(size=W.shape)
        W *= np.sqrt(2.0 / W.shape[0])
    return W1, np.zeros(sizes[1]), W2, np.zeros(sizes[2])


def minibatches(n, batch_size, rng):
    order = np.arange(n)
    rng.shuffle(order)
    return np.split(order, range(batch_size, n, batch_size))


def sgd_step(theta, gradient, m, learning_rate, momentum):
    theta, m = theta.copy(), m.copy()
    m *= momentum
    m += gradient
    theta -= learning_rate * m
    return theta, m


def one_epoch(X, labels, W1, b1, W2, b2, batches, learning_rate):
    theta = [np.array(t) for t in (W1, b1, W2, b2)]
    for k in range(len(batches)):
        gradients = loss_and_gradients(X[batches[k]], labels[batches[k]], *theta)[1:]
        for t, g in zip(theta, gradients):
            t -= learning_rate * g
    W1, b1, W2, b2 = theta
    return W1, b1, W2, b2


def train(X, labels, W1, b1, W2, b2, steps, batch_size, learning_rate, rng):
    W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    while steps > 0:
        batch = rng.integers(0, len(labels), size=batch_size)
        loss, dW1, db1, dW2, db2 = loss_and_gradients(X[batch], labels[batch], W1, b1, W2, b2)
        W1 -= learning_rate * dW1
        b1 -= learning_rate * db1
        W2 -= learning_rate * dW2
        b2 -= learning_rate * db2
        steps -= 1
    return W1, b1, W2, b2


def stopping_criterion(losses, gradient_norm, max_epochs, min_norm, tolerance):
    stop = not np.isfinite(losses[-1])
    stop |= len(losses) >= max_epochs
    stop |= gradient_norm < min_norm
    if len(losses) > 1:
        stop |= abs(losses[-1] - losses[-2]) < tolerance
    return stop
