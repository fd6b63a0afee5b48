"""Right, with loops over layers, examples and classes; plain L2, negatives and a falling rate, epoch by epoch."""


def network_gradients(theta, sizes, X, labels, lam):
    layers, at = [], 0
    for k in range(len(sizes) - 1):
        rows, columns = sizes[k], sizes[k + 1]
        layers.append((theta[at : at + rows * columns].reshape(rows, columns), theta[at + rows * columns : at + rows * columns + columns]))
        at += rows * columns + columns
    loss, gradient = 0.0, [(np.zeros_like(W), np.zeros_like(b)) for W, b in layers]
    for x, label in zip(X, labels):
        kept = [x]
        for W, b in layers[:-1]:
            kept.append(np.maximum(kept[-1] @ W + b, 0))
        z = kept[-1] @ layers[-1][0] + layers[-1][1]
        e = np.exp(z - z.max())
        loss += (np.log(e.sum()) + z.max() - z[label]) / len(X)
        d = e / e.sum()
        d[label] -= 1
        d = d / len(X)
        for k in range(len(layers) - 1, -1, -1):
            gradient[k][0][...] += np.outer(kept[k], d)
            gradient[k][1][...] += d
            d = (layers[k][0] @ d) * (kept[k] > 0)
    row = []
    for (W, _), (dW, db) in zip(layers, gradient):
        loss += lam * float((W * W).sum())
        row.extend([*(dW + 2 * lam * W).ravel(), *db])
    return loss, row


def gradient_check(f, theta, gradient):
    worst = 0.0
    for i in range(len(theta)):
        up, down = theta.copy(), theta.copy()
        up[i] += 1e-5
        down[i] -= 1e-5
        d, g = (f(up) - f(down)) / 2e-5, gradient[i]
        worst = max(worst, abs(g - d) / max(abs(g), abs(d), 1e-6))
    return worst


def build_and_train(X, labels, X_val, labels_val, rng):
    X, labels = np.vstack([X, 1 - X]), np.hstack([labels, labels])
    W1, b1 = rng.normal(size=(64, 64)) * np.sqrt(2 / 64), np.zeros(64)
    W2, b2 = rng.normal(size=(64, 10)) * np.sqrt(2 / 64), np.zeros(10)
    m = [0.0] * 4
    epochs = 28
    for epoch in range(epochs):
        order = rng.permutation(len(X))
        for first in range(0, len(X), 40):
            batch = order[first : first + 40]
            loss, dW1, db1, dW2, db2 = loss_and_gradients(X[batch], labels[batch], W1, b1, W2, b2)
            gradients = [dW1 + 2 * 0.003 * W1, db1, dW2 + 2 * 0.003 * W2, db2]
            m = [0.9 * m[k] + gradients[k] for k in range(4)]
            step = 0.05 * (1 - epoch / epochs)
            W1, b1, W2, b2 = W1 - step * m[0], b1 - step * m[1], W2 - step * m[2], b2 - step * m[3]
    return W1, b1, W2, b2


def paired_interval(a, b):
    n = len(a)
    mean = sum(x - y for x, y in zip(a, b)) / n
    variance = sum((x - y - mean) ** 2 for x, y in zip(a, b)) / (n - 1)
    return mean, 2 * (variance / n) ** 0.5


def confusion_matrix(labels, predictions, classes):
    table = [[0] * classes for _ in range(classes)]
    for label, prediction in zip(labels, predictions):
        table[label][prediction] += 1
    return table
