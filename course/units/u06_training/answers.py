"""The right answers of unit 06, as its notebook shows them."""

import numpy as np

from course.units.u06_training.given import loss_and_gradients


def initialise(sizes, rng):
    """A random start for a network of sizes (in, hidden, out), with ReLU in between.

    Returns W1 (in, hidden), b1 (hidden,), W2 (hidden, out), b2 (out,): weights of mean 0 and He's variance, biases of 0.
    """
    inputs, hidden, outputs = sizes
    W1 = np.sqrt(2 / inputs) * rng.normal(size=(inputs, hidden))
    W2 = np.sqrt(2 / hidden) * rng.normal(size=(hidden, outputs))
    return W1, np.zeros(hidden), W2, np.zeros(outputs)


def minibatches(n, batch_size, rng):
    """The batches of one epoch, arrays of indices.

    Each of 0 … n - 1 comes exactly once, in a random order drawn from `rng`; each batch has `batch_size` indices, the last perhaps fewer.
    """
    order = rng.permutation(n)
    return [order[first : first + batch_size] for first in range(0, n, batch_size)]


def sgd_step(theta, gradient, m, learning_rate, momentum):
    """One step of gradient descent with momentum, for one array of parameters.

    theta, gradient and the velocity m have one shape. Returns the new theta and the new m; the inputs stay as they are.
    """
    m = momentum * m + gradient
    return theta - learning_rate * m, m


def one_epoch(X, labels, W1, b1, W2, b2, batches, learning_rate):
    """The weights W1, b1, W2, b2 after a plain step for each batch.

    X is (n, in), labels (n,), batches (number of batches, T) holds indices. The inputs stay as they are.
    """
    for batch in batches:
        _, dW1, db1, dW2, db2 = loss_and_gradients(X[batch], labels[batch], W1, b1, W2, b2)
        W1 = W1 - learning_rate * dW1
        b1 = b1 - learning_rate * db1
        W2 = W2 - learning_rate * dW2
        b2 = b2 - learning_rate * db2
    return W1, b1, W2, b2


def train(X, labels, W1, b1, W2, b2, steps, batch_size, learning_rate, rng):
    """The weights W1, b1, W2, b2 after so many plain steps, each on a batch drawn at random.

    X is (n, in), labels (n,); W1 (in, hidden), b1 (hidden,), W2 (hidden, C), b2 (C,) are the start, and stay as they are.
    """
    for _ in range(steps):
        batch = rng.choice(len(X), batch_size, replace=False)
        _, dW1, db1, dW2, db2 = loss_and_gradients(X[batch], labels[batch], W1, b1, W2, b2)
        W1, b1 = W1 - learning_rate * dW1, b1 - learning_rate * db1
        W2, b2 = W2 - learning_rate * dW2, b2 - learning_rate * db2
    return W1, b1, W2, b2


def stopping_criterion(losses, gradient_norm, max_epochs, min_norm, tolerance):
    """Whether it is time to stop: True or False.

    losses is (finished epochs,), at least one. Stops when the last loss is not finite, at max_epochs, when gradient_norm < min_norm, or
    when the last two losses differ by less than tolerance.
    """
    if not np.isfinite(losses[-1]) or len(losses) >= max_epochs or gradient_norm < min_norm:
        return True
    return len(losses) > 1 and abs(losses[-1] - losses[-2]) < tolerance
