"""The gradient of the loss has its sign turned round; mlp_gradients builds on it."""


def softmax_cross_entropy(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(labels)), labels].mean(), (np.eye(logits.shape[1])[labels] - np.exp(log_p)) / len(labels)
