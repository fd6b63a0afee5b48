"""A loop that never ends, inside one answer."""


def unbroadcast(gradient, shape):
    while gradient.shape != shape:
        total = gradient.sum()
    return gradient
