"""Right, with loops and plain numbers."""

import math


def forward_and_back(X, labels, W1, b1, W2, b2):
    return loss_and_gradients(X, labels, W1, b1, W2, b2)[1:]


def initialise(sizes, rng):
    weights = []
    for k in range(len(sizes) - 1):
        W = np.zeros((sizes[k], sizes[k + 1]))
        for j in range(sizes[k]):
            for i in range(sizes[k + 1]):
                W[j, i] = rng.normal(0.0, math.sqrt(2 / sizes[k]))
        weights.append(W)
        weights.append(np.zeros(sizes[k + 1]))
    return weights


def minibatches(n, batch_size, rng):
    left = list(range(n))
    rng.shuffle(left)
    batches = []
    while left:
        batch = []
        while left and len(batch) < batch_size:
            batch.append(left.pop())
        batches.append(batch)
    return batches


def sgd_step(theta, gradient, m, learning_rate, momentum):
    new_theta, new_m = np.zeros(theta.shape), np.zeros(theta.shape)
    for index in np.ndindex(theta.shape):
        new_m[index] = momentum * m[index] + gradient[index]
        new_theta[index] = theta[index] - learning_rate * new_m[index]
    return new_theta, new_m


def one_epoch(X, labels, W1, b1, W2, b2, batches, learning_rate):
    for batch in batches:
        rows = np.array([X[n] for n in batch])
        answers = np.array([labels[n] for n in batch])
        dW1, db1, dW2, db2 = forward_and_back(rows, answers, W1, b1, W2, b2)
        W1 = W1 - learning_rate * dW1
        b1 = b1 - learning_rate * db1
        W2 = W2 - learning_rate * dW2
        b2 = b2 - learning_rate * db2
    return W1, b1, W2, b2


def train(X, labels, W1, b1, W2, b2, steps, batch_size, learning_rate, rng):
    for step in range(steps):
        batch = []
        while len(batch) < batch_size:
            n = int(rng.integers(len(X)))
            if n not in batch:
                batch.append(n)
        dW1, db1, dW2, db2 = forward_and_back(X[batch], labels[batch], W1, b1, W2, b2)
        W1 = W1 - learning_rate * dW1
        b1 = b1 - learning_rate * db1
        W2 = W2 - learning_rate * dW2
        b2 = b2 - learning_rate * db2
    return W1, b1, W2, b2


def stopping_criterion(losses, gradient_norm, max_epochs, min_norm, tolerance):
    if math.isnan(losses[-1]) or math.isinf(losses[-1]):
        return True
    if len(losses) >= max_epochs:
        return True
    if gradient_norm < min_norm:
        return True
    if len(losses) >= 2:
        if -tolerance < losses[-1] - losses[-2] < tolerance:
            return True
    return False
