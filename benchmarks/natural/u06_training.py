"""Unit 06, training: wrong answers as people write them."""

import numpy as np

from benchmarks.natural import hidden_and_error, in_notebook, wrong
from course.units.u06_training.given import loss_and_gradients

loss_and_gradients = in_notebook(loss_and_gradients)


@wrong(
    "sgd_step",
    "the running average with 1 - β; and theta and m are changed in place",
)
def _():
    def sgd_step(theta, gradient, m, learning_rate, momentum):
        m *= momentum
        m += (1 - momentum) * gradient
        theta -= learning_rate * m
        return theta, m

    return sgd_step


@wrong(
    "one_epoch",
    "the caller's arrays are still changed in place; and the return still stands in the loop",
    "a loop ends after its first turn",
)
def _():
    def one_epoch(X, labels, W1, b1, W2, b2, batches, learning_rate):
        for batch in batches:
            xb, yb = X[batch], labels[batch]
            H, dZ2 = hidden_and_error(xb, yb, W1, b1, W2, b2)
            dZ1 = (dZ2 @ W2.T) * (H > 0)
            W1 -= learning_rate * (xb.T @ dZ1)
            b1 -= learning_rate * dZ1.sum(axis=0)
            W2 -= learning_rate * (H.T @ dZ2)
            b2 -= learning_rate * dZ2.sum(axis=0)
            return W1, b1, W2, b2

    return one_epoch


@wrong(
    "minibatches",
    "the examples are not shuffled; and the last, smaller batch is dropped",
    "the examples stay in their given order",
)
def _():
    def minibatches(n, batch_size, rng):
        idx = np.arange(n)
        return [idx[i:i + batch_size] for i in range(0, n - batch_size + 1, batch_size)]

    return minibatches


@wrong(
    "initialise",
    "gives the variance 2/in to rng.normal as the standard deviation: the root is missing",
    "the variance stands where the standard deviation belongs",
)
def _():
    def initialise(sizes, rng):
        n_in, n_hidden, n_out = sizes
        W1 = rng.normal(0.0, 2 / n_in, size=(n_in, n_hidden))
        W2 = rng.normal(0.0, 2 / n_hidden, size=(n_hidden, n_out))
        return W1, np.zeros(n_hidden), W2, np.zeros(n_out)

    return initialise


@wrong(
    "minibatches",
    "drops the last, smaller batch",
    "the last, smaller batch is left out",
)
def _():
    def minibatches(n, batch_size, rng):
        indices = rng.permutation(n)
        for i in range(n // batch_size):
            yield indices[i * batch_size:(i + 1) * batch_size]

    return minibatches


@wrong(
    "sgd_step",
    "takes the running average m = βm + (1-β)g in place of the course's sum",
    "the gradient is multiplied by 1 - β",
)
def _():
    def sgd_step(theta, gradient, m, learning_rate, momentum):
        m_new = momentum * m + (1 - momentum) * gradient
        theta_new = theta - learning_rate * m_new
        return theta_new, m_new

    return sgd_step


@wrong(
    "one_epoch",
    "every step starts at the first weights again: new names are assigned, but the old ones are used in the loop",
    "only the last batch leaves its trace, as where each step starts at the weights from before the epoch",
)
def _():
    def _grads(X, y, W1, b1, W2, b2):
        H, d = hidden_and_error(X, y, W1, b1, W2, b2)
        back = (d @ W2.T) * (H > 0)
        return X.T @ back, back.sum(axis=0), H.T @ d, d.sum(axis=0)


    def one_epoch(X, labels, W1, b1, W2, b2, batches, learning_rate):
        for batch in batches:
            dW1, db1, dW2, db2 = _grads(X[batch], labels[batch], W1, b1, W2, b2)
            new_W1 = W1 - learning_rate * dW1
            new_b1 = b1 - learning_rate * db1
            new_W2 = W2 - learning_rate * dW2
            new_b2 = b2 - learning_rate * db2
        return new_W1, new_b1, new_W2, new_b2

    return one_epoch


@wrong(
    "train",
    "draws the indices twice, once for the images and once for the labels: they do not belong together",
    "the labels are not those of the images",
)
def _():
    def train(X, labels, W1, b1, W2, b2, steps, batch_size, learning_rate, rng):
        n = len(X)
        for step in range(steps):
            X_batch = X[rng.choice(n, batch_size, replace=False)]
            y_batch = labels[rng.choice(n, batch_size, replace=False)]
            _, dW1, db1, dW2, db2 = loss_and_gradients(X_batch, y_batch, W1, b1, W2, b2)
            W1, b1 = W1 - learning_rate * dW1, b1 - learning_rate * db1
            W2, b2 = W2 - learning_rate * dW2, b2 - learning_rate * db2
        return W1, b1, W2, b2

    return train


@wrong(
    "stopping_criterion",
    "compares previous minus last without the absolute value: any rise of the loss stops",
    "a rise of the loss counts as no change",
)
def _():
    def stopping_criterion(losses, gradient_norm, max_epochs, min_norm, tolerance):
        if not np.isfinite(losses[-1]):
            return True
        if len(losses) >= max_epochs:
            return True
        if gradient_norm < min_norm:
            return True
        if len(losses) > 1 and losses[-2] - losses[-1] < tolerance:
            return True
        return False

    return stopping_criterion
