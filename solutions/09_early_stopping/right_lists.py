"""Lists, and the whole history kept."""


def improved(loss, best_loss, min_delta):
    return best_loss - loss > min_delta


class EarlyStopper:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = float("inf")
        self.best_weights = None
        self.seen = []

    def update(self, loss, weights):
        better = loss < self.best_loss - self.min_delta
        if better:
            self.best_loss = loss
            self.best_weights = [float(w) for w in weights]
        self.seen.append(better)
        return len(self.seen) >= self.patience and not any(self.seen[-self.patience:])


def train_with_early_stopping(X, y, X_val, y_val, w, learning_rate, patience, max_epochs):
    weights = [w.copy()]
    losses = []
    for epoch in range(max_epochs):
        _, gradient = loss_and_gradient(X, y, weights[-1])
        weights.append(weights[-1] - learning_rate * gradient)
        losses.append(loss_and_gradient(X_val, y_val, weights[-1])[0])
        best = losses.index(min(losses))
        if epoch - best == patience:
            break
    return weights[best + 1], losses


def shrinkage(learning_rate, curvature, steps):
    return [1 - (1 - learning_rate * a) ** steps for a in curvature]


def equivalent_lam(learning_rate, curvature, steps):
    return [a * (1 - s) / (2 * s) for a, s in zip(curvature, shrinkage(learning_rate, curvature, steps))]
