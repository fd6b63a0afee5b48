"""Nothing is returned."""


def unbroadcast(gradient, shape):
    result = gradient
    for _ in range(gradient.ndim - len(shape)):
        result = result.sum(axis=0)
