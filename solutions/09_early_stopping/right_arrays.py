"""NumPy's own functions, and numbers wrapped in arrays."""


def improved(loss, best_loss, min_delta):
    return np.less(loss, np.subtract(best_loss, min_delta))


class EarlyStopper:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = np.array(np.inf)
        self.best_weights = np.zeros(0)
        self.epoch = 0
        self.best_epoch = 0

    def update(self, loss, weights):
        self.epoch += 1
        if np.less(loss, self.best_loss - self.min_delta):
            self.best_epoch, self.best_loss = self.epoch, np.array(loss)
            self.best_weights = 1.0 * weights
        return np.greater_equal(self.epoch - self.best_epoch, self.patience)


def train_with_early_stopping(X, y, X_val, y_val, w, learning_rate, patience, max_epochs):
    A, b = np.eye(len(w)) - 2 * learning_rate * X.T @ X / len(y), 2 * learning_rate * X.T @ y / len(y)
    path = np.empty((max_epochs, len(w)))
    losses = np.full(max_epochs, np.inf)
    for epoch in range(max_epochs):
        path[epoch] = A @ (path[epoch - 1] if epoch else w) + b
        losses[epoch] = np.mean((X_val @ path[epoch] - y_val) ** 2)
        if epoch - losses.argmin() >= patience:
            break
    return path[losses.argmin()], losses[: epoch + 1]


def shrinkage(learning_rate, curvature, steps):
    return -np.expm1(steps * np.log1p(-learning_rate * curvature))


def equivalent_lam(learning_rate, curvature, steps):
    return curvature / (2 * ((1 - learning_rate * curvature) ** -steps - 1.0))
