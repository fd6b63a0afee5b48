"""Right, and in float32 throughout, as on a graphics card."""


def single(*arrays):
    return [np.asarray(array, dtype=np.float32) for array in arrays]


def hidden_activations(X, W1, b1):
    X, W1, b1 = single(X, W1, b1)
    return np.maximum(X @ W1 + b1, np.float32(0))


def saliency(X, targets, W1, b1, W2, b2):
    W1, W2 = single(W1, W2)
    return (W2[:, targets].T * (X @ W1 + b1 > 0)) @ W1.T


def mean_slope(start, end):
    start, end = single(start, end)
    still = start == end
    rise = np.maximum(end, 0) - np.maximum(start, 0)
    return np.where(still, start > 0, rise / np.where(still, 1, end - start)).astype(np.float32)


def integrated_gradients(X, baseline, targets, W1, b1, W2, b2, steps):
    X, baseline, W1, b1, W2, b2 = single(X, baseline, W1, b1, W2, b2)
    shares = np.zeros_like(X)
    for k in range(steps):
        alpha = np.float32((k + 0.5) / steps)
        active = ((baseline + alpha * (X - baseline)) @ W1 + b1 > 0).astype(np.float32)
        shares = shares + (active * W2[:, targets].T) @ W1.T / np.float32(steps)
    return shares * (X - baseline)


def ablate(H, labels, W2, b2, to_mean):
    H, W2, b2 = single(H, W2, b2)
    levels = H.mean(axis=0) if to_mean else np.zeros(H.shape[1], dtype=np.float32)
    loss, accuracy = loss_and_accuracy(H, labels, W2, b2)
    found = []
    for i, level in enumerate(levels):
        kept = np.concatenate([H[:, :i], np.full((len(H), 1), level, dtype=np.float32), H[:, i + 1 :]], axis=1)
        now, right = loss_and_accuracy(kept, labels, W2, b2)
        found.append([now - loss, accuracy - right])
    return tuple(np.array(found, dtype=np.float32).T)


def linear_probe(H, Y, lam):
    H, Y = single(H, Y)
    h, y = H.mean(axis=0), Y.mean(axis=0)
    ridge = np.float32(len(H) * lam) * np.eye(H.shape[1], dtype=np.float32)
    W = np.linalg.solve((H - h).T @ (H - h) + ridge, (H - h).T @ (Y - y))
    return W, y - h @ W
