"""Right, with lists in place of arrays, and returned as lists."""

import math


def columns(M):
    return [list(column) for column in zip(*M)]


def hidden_activations(X, W1, b1):
    return [[max(0.0, sum(x * w for x, w in zip(row, column)) + b) for column, b in zip(columns(W1), b1)] for row in X]


def saliency(X, targets, W1, b1, W2, b2):
    found = []
    for row, t in zip(X.tolist(), targets.tolist()):
        z = [sum(x * w for x, w in zip(row, column)) + b for column, b in zip(columns(W1), b1)]
        found.append([sum(w * out[t] for w, out, z_i in zip(weights, W2, z) if z_i > 0) for weights in W1])
    return found


def mean_slope(start, end):
    def slope(a, b):
        return (max(b, 0) - max(a, 0)) / (b - a) if a != b else float(a > 0)

    return [[slope(a, b) for a, b in zip(*rows)] for rows in zip(start.tolist(), end.tolist())]


def integrated_gradients(X, baseline, targets, W1, b1, W2, b2, steps):
    alphas = [(k + 0.5) / steps for k in range(steps)]
    gradients = [np.array(saliency(baseline + alpha * (X - baseline), targets, W1, b1, W2, b2)) for alpha in alphas]
    return (sum(gradients) / steps * (X - baseline)).tolist()


def ablate(H, labels, W2, b2, to_mean):
    def measure(rows):
        losses, right = [], []
        for row, label in zip(np.array(rows) @ W2 + b2, labels):
            losses.append(math.log(sum(math.exp(o - max(row)) for o in row)) + max(row) - row[label])
            right.append(int(np.argmax(row)) == label)
        return sum(losses) / len(losses), sum(right) / len(right)

    units = columns(H.tolist())
    loss, accuracy = measure(H)
    rise, drop = [], []
    for i, unit in enumerate(units):
        level = sum(unit) / len(unit) if to_mean else 0.0
        now, share = measure(columns(units[:i] + [[level] * len(unit)] + units[i + 1 :]))
        rise.append(now - loss)
        drop.append(accuracy - share)
    return [rise, drop]


def linear_probe(H, Y, lam):
    N, units = H.shape
    tall = [list(h) + [1.0] for h in H.tolist()] + [[math.sqrt(N * lam) * (i == k) for k in range(units + 1)] for i in range(units)]
    wanted = Y.tolist() + [[0.0] * Y.shape[1]] * units
    solution = np.linalg.lstsq(np.array(tall), np.array(wanted), rcond=None)[0].tolist()
    return solution[:-1], solution[-1]
