"""Right, with float32 inside, and whole numbers, lists and tuples returned."""


def network_gradients(theta, sizes, X, labels, lam):
    layers = unpack(theta, sizes)
    H = [X]
    for W, b in layers[:-1]:
        H.append((H[-1] @ W + b).clip(0))
    Z = H[-1] @ layers[-1][0] + layers[-1][1]
    top = Z.max(axis=1, keepdims=True)
    total = np.log(np.exp(Z - top).sum(axis=1, keepdims=True)) + top
    Y = np.eye(sizes[-1], dtype=theta.dtype)[labels]
    loss = ((total - Z) * Y).sum() / len(X) + lam * sum(np.vdot(W, W) for W, _ in layers)
    d = (np.exp(Z - total) - Y) / len(X)
    pieces = []
    for (W, b), h in zip(reversed(layers), reversed(H)):
        pieces = [(h.T @ d + 2 * lam * W).ravel(), d.sum(0), *pieces]
        d = (d @ W.T) * np.sign(h)
    return [float(loss), np.concatenate(pieces).astype(theta.dtype)]


def gradient_check(f, theta, gradient):
    nudges = 1e-5 * np.eye(len(theta))
    d = np.array([(f(theta + nudge) - f(theta - nudge)) / 2e-5 for nudge in nudges])
    size = np.maximum.reduce([abs(gradient), abs(d), np.full(len(d), 1e-6)])
    return float(max((abs(gradient - d) / size).tolist()))


def build_and_train(X, labels, X_val, labels_val, rng):
    f = np.float32
    X, labels = np.concatenate([X, 1 - X]).astype(f), np.tile(labels, 2)
    theta = [
        rng.normal(0, (2 / 64) ** 0.5, (64, 72)).astype(f),
        np.zeros(72, f),
        rng.normal(0, (2 / 72) ** 0.5, (72, 10)).astype(f),
        np.zeros(10, f),
    ]
    m = [0 * w for w in theta]
    steps = 700
    for step in range(steps):
        B = rng.choice(len(X), 40)
        _, *gradients = loss_and_gradients(X[B], labels[B], *theta)
        for k in range(4):
            m[k] = f(0.9) * m[k] + gradients[k].astype(f) + f(0.006 if k % 2 == 0 else 0) * theta[k]
            theta[k] = theta[k] - f(0.05 * (1 - step / steps)) * m[k]
    return [w.tolist() for w in theta]


def paired_interval(a, b):
    gains = [float(x) - float(y) for x, y in zip(a, b)]
    return [float(np.mean(gains)), float(2 * np.std(gains, ddof=1) / len(gains) ** 0.5)]


def confusion_matrix(labels, predictions, classes):
    pairs = list(zip(labels.tolist(), predictions.tolist()))
    return tuple(tuple(pairs.count((r, c)) for c in range(classes)) for r in range(classes))
