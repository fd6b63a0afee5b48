"""Loops over every entry."""


def square(x):
    result = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        result[index] = x[index] * x[index]
    return result


def square_backward(upstream, x):
    dx = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        dx[index] = upstream[index] * 2 * x[index]
    return dx
