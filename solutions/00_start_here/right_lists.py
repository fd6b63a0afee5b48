"""Lists in place of arrays."""


def each(f, *arrays):
    if np.ndim(arrays[0]) == 0:
        return f(*map(float, arrays))
    return [each(f, *entries) for entries in zip(*arrays)]


def square(x):
    return each(lambda number: number * number, x)


def square_backward(upstream, x):
    return each(lambda slope, number: slope * (number + number), upstream, x)
