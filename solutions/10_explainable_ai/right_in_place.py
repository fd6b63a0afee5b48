"""Right, in place on copies, with masks and a loop that puts things back."""


def hidden_activations(X, W1, b1):
    Z = X @ W1
    Z += b1
    Z[Z < 0] = 0
    return Z


def saliency(X, targets, W1, b1, W2, b2):
    upstream = np.take(W2, targets, axis=1).T.copy()
    upstream[X @ W1 + b1 <= 0] = 0
    return upstream @ W1.T


def mean_slope(start, end):
    slope = (start > 0).astype(float)
    moves = start != end
    rise = np.maximum(end, 0) - np.maximum(start, 0)
    slope[moves] = rise[moves] / (end - start)[moves]
    return slope


def integrated_gradients(X, baseline, targets, W1, b1, W2, b2, steps):
    total, point, stride = np.zeros(X.shape), np.array(baseline + (X - baseline) / (2 * steps)), (X - baseline) / steps
    for _ in range(steps):
        total += saliency(point, targets, W1, b1, W2, b2)
        point += stride
    total *= stride
    return total


def ablate(H, labels, W2, b2, to_mean):
    H = H.copy()
    loss, accuracy = loss_and_accuracy(H, labels, W2, b2)
    rise, drop = np.empty(H.shape[1]), np.empty(H.shape[1])
    for i in range(H.shape[1]):
        kept = H[:, i].copy()
        H[:, i] = kept.mean() if to_mean else 0
        rise[i], drop[i] = loss_and_accuracy(H, labels, W2, b2)
        H[:, i] = kept
    rise -= loss
    drop -= accuracy
    return rise, -drop


def linear_probe(H, Y, lam):
    A = np.column_stack([H, np.ones(len(H))])
    G = A.T @ A
    G[range(H.shape[1]), range(H.shape[1])] += len(H) * lam
    both = np.linalg.solve(G, A.T @ Y)
    return both[:-1], both[-1]
