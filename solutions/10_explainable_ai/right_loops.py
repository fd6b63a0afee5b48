"""Right, with loops and plain numbers."""

import math


def hidden_activations(X, W1, b1):
    H = np.zeros((len(X), len(b1)))
    for n in range(len(X)):
        for i in range(len(b1)):
            z = b1[i]
            for j in range(X.shape[1]):
                z = z + X[n, j] * W1[j, i]
            H[n, i] = max(0.0, z)
    return H


def saliency(X, targets, W1, b1, W2, b2):
    gradient = np.zeros(X.shape)
    for n in range(len(X)):
        for i in range(len(b1)):
            z = b1[i] + sum(X[n, j] * W1[j, i] for j in range(X.shape[1]))
            if z > 0:
                for j in range(X.shape[1]):
                    gradient[n, j] += W2[i, targets[n]] * W1[j, i]
    return gradient


def mean_slope(start, end):
    slope = np.zeros(start.shape)
    for index in np.ndindex(start.shape):
        a, b = start[index], end[index]
        if a > 0 and b > 0:
            slope[index] = 1.0
        elif a <= 0 and b <= 0:
            slope[index] = 0.0
        else:
            slope[index] = max(a, b) / abs(b - a)
    return slope


def integrated_gradients(X, baseline, targets, W1, b1, W2, b2, steps):
    shares = np.zeros(X.shape)
    for n in range(len(X)):
        for k in range(steps):
            alpha = (2 * k + 1) / (2 * steps)
            point = baseline + alpha * (X[n] - baseline)
            gradient = saliency(point[None, :], targets[n : n + 1], W1, b1, W2, b2)[0]
            for j in range(X.shape[1]):
                shares[n, j] += gradient[j] * (X[n, j] - baseline[j]) / steps
    return shares


def ablate(H, labels, W2, b2, to_mean):
    def measure(H):
        loss, right = 0.0, 0
        for row, label in zip(H @ W2 + b2, labels):
            total = sum(math.exp(o - max(row)) for o in row)
            loss += (max(row) + math.log(total) - row[label]) / len(labels)
            right += row[label] == max(row)
        return loss, right / len(labels)

    loss, accuracy = measure(H)
    rise, drop = [], []
    for i in range(H.shape[1]):
        changed = np.array(H)
        for n in range(len(H)):
            changed[n, i] = sum(H[:, i]) / len(H) if to_mean else 0.0
        now = measure(changed)
        rise.append(now[0] - loss)
        drop.append(accuracy - now[1])
    return np.array(rise), np.array(drop)


def linear_probe(H, Y, lam):
    N, units = H.shape
    gram, right = np.zeros((units + 1, units + 1)), np.zeros((units + 1, Y.shape[1]))
    for h, y in zip(H, Y):
        tall = np.append(h, 1.0)
        gram += np.outer(tall, tall) / N
        right += np.outer(tall, y) / N
    for i in range(units):
        gram[i, i] += lam
    solution = np.linalg.inv(gram) @ right
    return solution[:units], solution[units]
