"""Right, with lists in place of arrays, and returned as lists."""

def l2_penalty(parameters, lam):
    entries = [w for array in parameters if isinstance(array.tolist()[0], list) for row in array.tolist() for w in row]
    return lam * sum(w**2 for w in entries)


def l2_gradient(W1, b1, W2, b2, lam):
    def gradient(W):
        return [[2 * lam * w for w in row] for row in W.tolist()]

    return [gradient(W1), [0] * len(b1), gradient(W2), [0] * len(b2)]


def decayed(w, learning_rate, lam, steps):
    factor = 1.0
    for _ in range(steps):
        factor *= 1 - 2 * learning_rate * lam
    return (factor * np.array(w)).tolist()


def regularised_step(W, b, dW, db, learning_rate, lam):
    keep = 1 - 2 * learning_rate * lam
    weights = [[keep * w - learning_rate * g for w, g in zip(*rows)] for rows in zip(W.tolist(), dW.tolist())]
    return [weights, [value - learning_rate * g for value, g in zip(b.tolist(), db.tolist())]]


def ridge_solution(X, y, lam):
    N, d = X.shape
    rows = X.tolist() + ((N * lam) ** 0.5 * np.eye(d)).tolist()
    return np.linalg.lstsq(np.array(rows), np.array(y.tolist() + [0] * d), rcond=None)[0].tolist()


def choose_lambda(lams, X_train, y_train, X_val, y_val):
    losses = []
    for lam in list(lams):
        predictions = X_val @ np.asarray(ridge_solution(X_train, y_train, lam))
        losses.append(sum((p - t) ** 2 for p, t in zip(predictions.tolist(), y_val.tolist())) / len(y_val))
    return min(zip(losses, list(lams)))[1], losses
