"""Right, by other formulas: one-hot labels and einsum, a bincount, and a training that averages its weights."""


def network_gradients(theta, sizes, X, labels, lam):
    def forward(H, layers):
        if not layers:
            shifted = H - H.max(axis=1)[:, None]
            p = np.exp(shifted) / np.exp(shifted).sum(axis=1)[:, None]
            ours = np.arange(len(H)), labels
            loss = np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[ours])
            return loss, (p - np.eye(sizes[-1])[labels]) / len(H), []
        (W, b), *rest = layers
        Z = np.einsum("nj,ji->ni", H, W) + b
        loss, d, pieces = forward(np.where(Z > 0, Z, 0) if rest else Z, rest)
        d = np.where(Z > 0, d, 0) if rest else d
        own = [(np.einsum("nj,ni->ji", H, d) + lam * (W + W)).reshape(-1), np.einsum("ni->i", d)]
        return loss + lam * np.linalg.norm(W) ** 2, np.einsum("ni,ji->nj", d, W), own + pieces

    loss, _, pieces = forward(X, unpack(theta, sizes))
    return loss, np.hstack(pieces)


def gradient_check(f, theta, gradient):
    h = 1e-5
    d = [(f(theta + h * e) - f(theta - h * e)) / (2 * h) for e in np.identity(len(theta))]
    return max(abs(a - b) / max(abs(a), abs(b), 1e-6) for a, b in zip(gradient, d))


def build_and_train(X, labels, X_val, labels_val, rng):
    """A rate that stays as it is, and the mean of the weights over the second half of the steps."""
    theta = [np.sqrt(2 / 64) * rng.normal(size=(64, 64)), np.zeros(64), np.sqrt(2 / 64) * rng.normal(size=(64, 10)), np.zeros(10)]
    mean, m = [0 * w for w in theta], [0 * w for w in theta]
    for step in range(600):
        B = rng.permutation(len(X))[:40]
        shown = np.where(rng.random((40, 1)) < 0.5, X[B], 1 - X[B])
        _, *gradients = loss_and_gradients(shown, labels[B], *theta)
        m = [0.9 * old + g for old, g in zip(m, gradients)]
        theta = [(1 - 0.04 * 0.006 * (w.ndim == 2) * 10) * w - 0.04 * v for w, v in zip(theta, m)]
        if step >= 300:
            mean = [old + w / 300 for old, w in zip(mean, theta)]
    return mean


def paired_interval(a, b):
    C = np.cov(a, b)
    return np.mean(a) - np.mean(b), 2 * np.sqrt((C[0, 0] + C[1, 1] - 2 * C[0, 1]) / len(a))


def confusion_matrix(labels, predictions, classes):
    return np.bincount(classes * labels + predictions, minlength=classes**2).reshape(classes, classes)
