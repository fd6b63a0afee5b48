"""Right, with einsum and other formulas, and nothing shared between the answers."""


def linear_forward(X, W, b):
    return np.einsum("nk,kj->nj", X, W) + b[None, :]


def linear_backward(upstream, X, W):
    return np.einsum("nj,kj->nk", upstream, W), np.einsum("nk,nj->kj", X, upstream), np.einsum("nj->j", upstream)


def relu_backward(upstream, Z):
    return np.where(Z > 0, upstream, 0.0)


def sigmoid_backward(upstream, Z):
    t = np.tanh(Z / 2)
    return upstream * (1 - t) * (1 + t) / 4


def softmax_cross_entropy(logits, labels):
    onehot = (np.arange(logits.shape[1]) == labels[:, None]).astype(float)
    log_p = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return -np.einsum("nc,nc->", onehot, log_p) / len(labels), (np.exp(log_p) - onehot) / len(labels)


def unbroadcast(gradient, shape):
    padded = (1,) * (gradient.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i, (big, small) in enumerate(zip(gradient.shape, padded)) if big != small)
    return gradient.sum(axis=axes, keepdims=True).reshape(shape)


def mlp_gradients(X, labels, W1, b1, W2, b2):
    H = np.einsum("nk,kj->nj", X, W1) + b1
    active = (H > 0).astype(float)
    A = H * active
    logits = A @ W2 + b2
    log_p = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    onehot = np.eye(len(b2))[labels]
    delta2 = (np.exp(log_p) - onehot) / len(X)
    delta1 = active * np.einsum("nc,jc->nj", delta2, W2)
    loss = -(onehot * log_p).sum() / len(X)
    return loss, np.einsum("nk,nj->kj", X, delta1), delta1.sum(axis=0), np.einsum("nj,nc->jc", A, delta2), delta2.sum(axis=0)
