"""What unit 10's notebook gives to students, and its right answers call."""

import numpy as np


def loss_and_accuracy(H, labels, W2, b2):
    """Mean cross-entropy of the softmax, and the share of labels that the largest logit gets right."""
    O = H @ W2 + b2
    O = O - O.max(axis=1, keepdims=True)
    log_p = O - np.log(np.exp(O).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(labels)), labels].mean(), (O.argmax(axis=1) == labels).mean()
