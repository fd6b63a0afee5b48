"""The loss is a mean over the batch, and its gradient forgets the 1/N."""


def softmax_cross_entropy(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    gradient = np.exp(log_p)
    gradient[np.arange(len(labels)), labels] -= 1
    return -log_p[np.arange(len(labels)), labels].mean(), gradient
