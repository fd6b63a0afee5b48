"""Every step in a loop, nothing in closed form."""


def improved(loss, best_loss, min_delta):
    if loss + min_delta < best_loss:
        return True
    return False


class EarlyStopper:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = np.inf
        self.best_weights = None
        self.left = patience

    def update(self, loss, weights):
        self.left -= 1
        if improved(loss, self.best_loss, self.min_delta):
            self.best_loss, self.best_weights = loss, np.array(weights)
            self.left = self.patience
        return self.left == 0


def train_with_early_stopping(X, y, X_val, y_val, w, learning_rate, patience, max_epochs):
    w = w.copy()
    best_w, best_loss, waited, losses = w.copy(), np.inf, 0, []
    while len(losses) < max_epochs and waited < patience:
        gradient = np.zeros_like(w)
        for x, target in zip(X, y):
            gradient += 2 * (x @ w - target) * x / len(y)
        w -= learning_rate * gradient
        loss = sum((x @ w - target) ** 2 for x, target in zip(X_val, y_val)) / len(y_val)
        losses.append(loss)
        if loss < best_loss:
            best_loss, waited = loss, 0
            best_w[:] = w
        else:
            waited += 1
    return best_w, np.array(losses)


def shrinkage(learning_rate, curvature, steps):
    w = np.zeros(len(curvature))
    for _ in range(steps):
        w = w - learning_rate * curvature * (w - 1)
    return w


def equivalent_lam(learning_rate, curvature, steps):
    w = np.zeros(len(curvature))
    for _ in range(steps):
        w = w - learning_rate * curvature * (w - 1)
    return curvature * (1 / w - 1) / 2
