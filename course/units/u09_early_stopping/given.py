"""What unit 09's notebook gives to students, and its right answers call."""


def loss_and_gradient(X, y, w):
    """Mean squared error of the linear model X @ w, one number, and its gradient with respect to w, shape of w."""
    difference = X @ w - y
    return (difference**2).mean(), 2 * X.T @ difference / len(y)
