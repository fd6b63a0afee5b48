"""Right, in place on copies of its own; dropout, early stopping, and weights kept as copies."""


def network_gradients(theta, sizes, X, labels, lam):
    layers = unpack(theta.copy(), sizes)
    gradient = np.zeros_like(theta)
    slots = unpack(gradient, sizes)
    H = [X]
    for W, b in layers:
        Z = H[-1] @ W
        Z += b
        H.append(Z)
        if len(H) <= len(layers):
            np.maximum(Z, 0, out=Z)
    Z = H.pop().copy()
    Z -= Z.max(axis=1, keepdims=True)
    Z -= np.log(np.exp(Z).sum(axis=1, keepdims=True))
    loss = -Z[np.arange(len(X)), labels].mean()
    d = np.exp(Z, out=Z)
    d[np.arange(len(X)), labels] -= 1
    d /= len(X)
    while layers:
        (W, _), (dW, db), h = layers.pop(), slots.pop(), H.pop()
        dW += h.T @ d
        dW += 2 * lam * W
        db += d.sum(axis=0)
        loss += lam * np.sum(W**2)
        d = d @ W.T
        d[h <= 0] = 0
    return loss, gradient


def gradient_check(f, theta, gradient):
    theta, d = np.array(theta), np.zeros(len(theta))
    for i in range(len(theta)):
        old = theta[i]
        theta[i] = old + 1e-5
        d[i] += f(theta)
        theta[i] = old - 1e-5
        d[i] -= f(theta)
        theta[i] = old
    d /= 2e-5
    return np.max(np.abs(gradient - d) / np.maximum(np.maximum(np.abs(gradient), np.abs(d)), 1e-6))


def build_and_train(X, labels, X_val, labels_val, rng):
    X, labels = np.concatenate([X, 1 - X]), np.concatenate([labels, labels])
    W1, b1 = np.sqrt(2 / 64) * rng.normal(size=(64, 96)), np.zeros(96)
    W2, b2 = np.sqrt(2 / 96) * rng.normal(size=(96, 10)), np.zeros(10)
    theta = [W1, b1, W2, b2]
    m = [np.zeros_like(w) for w in theta]
    best, lowest = None, np.inf
    for step in range(600):
        B = rng.integers(len(X), size=40)
        H = np.maximum(X[B] @ W1 + b1, 0)
        mask = (rng.random(H.shape) < 0.8) / 0.8
        H *= mask
        Z = H @ W2 + b2
        Z -= Z.max(axis=1, keepdims=True)
        d = np.exp(Z)
        d /= d.sum(axis=1, keepdims=True)
        d[np.arange(40), labels[B]] -= 1
        d /= 40
        dZ1 = (d @ W2.T) * (H > 0) * mask
        gradients = [X[B].T @ dZ1 + 0.005 * W1, dZ1.sum(axis=0), H.T @ d + 0.005 * W2, d.sum(axis=0)]
        for w, v, g in zip(theta, m, gradients):
            v *= 0.9
            v += g
            w -= 0.05 * (1 - step / 600) * v
        if step % 50 == 49:
            loss = loss_and_gradients(X_val, labels_val, *theta)[0]
            if loss < lowest:
                best, lowest = [w.copy() for w in theta], loss
    return best


def paired_interval(a, b):
    d = np.array(a, dtype=float)
    d -= b
    mean = d.mean()
    d -= mean
    d *= d
    return mean, 2 * np.sqrt(d.sum() / (len(d) - 1) / len(d))


def confusion_matrix(labels, predictions, classes):
    table = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(table, (labels, predictions), 1)
    return table
