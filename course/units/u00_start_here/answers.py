"""The right answers of unit 00, as its notebook shows them."""



def square(x):
    """The square of every entry of x, an array of any shape."""
    return x * x


def square_backward(upstream, x):
    """∂ℓ/∂x for u = x², entry by entry.

    upstream is ∂ℓ/∂u; upstream, x and the gradient have one shape.
    """
    return upstream * 2 * x
