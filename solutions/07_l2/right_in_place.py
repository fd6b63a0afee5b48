"""Right, in place on copies, and by an eigenvalue problem."""

def l2_penalty(parameters, lam):
    total = np.zeros(())
    for array in parameters:
        total += np.square(array).sum() * (array.ndim > 1)
    total *= lam
    return total


def l2_gradient(W1, b1, W2, b2, lam):
    gradients = [array.copy() for array in (W1, b1, W2, b2)]
    for gradient in gradients:
        gradient *= 2 * lam if gradient.ndim > 1 else 0
    return tuple(gradients)


def decayed(w, learning_rate, lam, steps):
    w = w.copy()
    for _ in range(steps):
        w -= learning_rate * 2 * lam * w
    return w


def regularised_step(W, b, dW, db, learning_rate, lam):
    W, b = W.copy(), b.copy()
    W *= 1 - 2 * learning_rate * lam
    W -= learning_rate * dW
    b -= learning_rate * db
    return W, b


def ridge_solution(X, y, lam):
    values, vectors = np.linalg.eigh(X.T @ X / len(X))
    values += lam
    along = vectors.T @ (X.T @ y) / len(X)
    along /= values
    return vectors @ along


def choose_lambda(lams, X_train, y_train, X_val, y_val):
    losses = np.empty(len(lams))
    for i, lam in enumerate(lams):
        residual = X_val @ ridge_solution(X_train, y_train, lam)
        residual -= y_val
        losses[i] = np.vdot(residual, residual) / residual.size
    order = np.argsort(losses)
    return lams[order[0]], losses
