"""Right, with loops, one weight at a time."""

def l2_penalty(parameters, lam):
    total = 0.0
    for array in parameters:
        if len(array.shape) == 2:
            for row in array:
                for w in row:
                    total += w * w
    return lam * total


def l2_gradient(W1, b1, W2, b2, lam):
    gradients = []
    for array in (W1, b1, W2, b2):
        gradient = np.zeros(array.shape)
        if array.ndim == 2:
            for index in np.ndindex(array.shape):
                gradient[index] = 2 * lam * array[index]
        gradients.append(gradient)
    return gradients


def decayed(w, learning_rate, lam, steps):
    now = np.array(w, dtype=float)
    for _ in range(steps):
        for i in np.ndindex(now.shape):
            now[i] = now[i] - learning_rate * 2 * lam * now[i]
    return now


def regularised_step(W, b, dW, db, learning_rate, lam):
    new_W, new_b = np.zeros(W.shape), np.zeros(b.shape)
    for j in range(W.shape[0]):
        for i in range(W.shape[1]):
            slope = dW[j, i] + 2 * lam * W[j, i]
            new_W[j, i] = W[j, i] - learning_rate * slope
    for i in range(len(b)):
        new_b[i] = b[i] - learning_rate * db[i]
    return new_W, new_b


def ridge_solution(X, y, lam):
    N, d = X.shape
    A, c = np.zeros((d, d)), np.zeros(d)
    for x, target in zip(X, y):
        A += np.outer(x, x) / N
        c += x * target / N
    for j in range(d):
        A[j, j] += lam
    return np.linalg.solve(A, c)


def choose_lambda(lams, X_train, y_train, X_val, y_val):
    best, lowest, losses = None, np.inf, []
    for lam in lams:
        w = ridge_solution(X_train, y_train, lam)
        loss = 0.0
        for x, target in zip(X_val, y_val):
            loss += (x @ w - target) ** 2 / len(y_val)
        losses.append(loss)
        if loss < lowest:
            best, lowest = lam, loss
    return best, losses
