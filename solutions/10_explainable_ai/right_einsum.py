"""Right, with einsum and other formulas, and nothing shared between the answers."""


def hidden_activations(X, W1, b1):
    Z = np.einsum("nj,ji->ni", X, W1) + b1[None, :]
    return (Z + np.abs(Z)) / 2


def saliency(X, targets, W1, b1, W2, b2):
    active = np.heaviside(np.einsum("nj,ji->ni", X, W1) + b1, 0.0)
    onehot = np.eye(len(b2))[targets]
    return np.einsum("ji,ni,ic,nc->nj", W1, active, W2, onehot)


def mean_slope(start, end):
    low, high = np.minimum(start, end), np.maximum(start, end)
    crosses = (low < 0) & (high > 0)
    return np.where(crosses, high / np.where(crosses, high - low, 1), high > 0)


def integrated_gradients(X, baseline, targets, W1, b1, W2, b2, steps):
    alphas = np.linspace(0.5 / steps, 1 - 0.5 / steps, steps)
    points = baseline + np.einsum("s,nj->snj", alphas, X - baseline)
    active = (points @ W1 + b1 > 0).mean(axis=0)
    return (X - baseline) * np.einsum("ji,ni,in->nj", W1, active, W2[:, targets])


def ablate(H, labels, W2, b2, to_mean):
    level = H.mean(axis=0) * to_mean
    logits = H @ W2 + b2
    every = np.concatenate([logits[None], logits - np.einsum("ni,ic->inc", H - level, W2)])
    log_p = every - np.logaddexp.reduce(every, axis=2, keepdims=True)
    losses = -log_p[:, np.arange(len(labels)), labels].mean(axis=1)
    accuracies = (every.argmax(axis=2) == labels).mean(axis=1)
    return losses[1:] - losses[0], accuracies[0] - accuracies[1:]


def linear_probe(H, Y, lam):
    N, units = H.shape
    mean = H.mean(axis=0)
    U, s, Vt = np.linalg.svd(H - mean, full_matrices=False)
    W = Vt.T @ ((s / (s**2 + N * lam))[:, None] * (U.T @ Y))
    return W, (Y - H @ W).mean(axis=0)
