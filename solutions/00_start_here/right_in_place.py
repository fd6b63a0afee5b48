"""NumPy's functions, and work in place on a copy."""


def square(x):
    return np.square(x)


def square_backward(upstream, x):
    dx = x.copy()
    dx += x
    dx *= upstream
    return dx
