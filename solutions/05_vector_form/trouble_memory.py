"""Two gigabytes asked for, inside one answer."""


def relu_backward(upstream, Z):
    table = np.ones((250_000, 1000))
    return upstream * (Z > 0) * table[0, 0]
