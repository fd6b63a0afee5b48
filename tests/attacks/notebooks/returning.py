"""Attacks by what an answer returns or raises."""


def return_other_arrays_at_every_look():
    """Return an object whose array is another one each time that it is asked."""
    import numpy as np

    class Changing:
        looks = 0

        def __array__(self, *_, **__):
            Changing.looks += 1
            return np.full((3, 2), Changing.looks)

    return lambda name, inputs: Changing()


def return_an_array_that_equals_all():
    """Return a subclass of arrays for which every comparison holds."""
    import numpy as np

    class Equal(np.ndarray):
        def __eq__(self, other):
            return np.ones(self.shape, bool)

        def __array_ufunc__(self, *_, **__):
            return np.zeros(self.shape)

        __le__ = __lt__ = __ge__ = __gt__ = __eq__

    return lambda name, inputs: np.zeros((3, 2)).view(Equal)


def return_nan():
    """Return not-a-number everywhere, in the shape of the first input: no comparison with it is true."""
    import numpy as np

    return lambda name, inputs: np.full(np.shape(inputs[0]) if inputs and hasattr(inputs[0], "shape") else (), np.nan)


def return_infinity():
    """Return infinity, whose differences are no number either."""
    import numpy as np

    return lambda name, inputs: np.full(np.shape(inputs[0]) if inputs and hasattr(inputs[0], "shape") else (), np.inf)


def return_nothing_at_all():
    """Return arrays without entries, of which every one is right."""
    import numpy as np

    return lambda name, inputs: (np.zeros((0, 3)), np.zeros((0,)))


def return_endless_shapes():
    """Return an empty array whose other side is longer than memory."""
    import numpy as np

    return lambda name, inputs: np.zeros((0, 2**40))


def return_a_masked_array():
    """Return an array that is masked everywhere, so that nothing of it is compared."""
    import numpy as np

    return lambda name, inputs: np.ma.masked_all((3, 2))


def return_a_view_of_the_stack():
    """Return an array that reads memory nobody has written to."""
    import numpy as np

    return lambda name, inputs: np.empty((3, 2))


def be_written_but_not():
    """Raise an error that is both not written and something else, with a code that lies about what stands below it."""

    class Unwritten(NotImplementedError):
        def __str__(self):
            raise SystemExit

    def cheat(name, inputs):
        raise Unwritten

    return cheat


def describe_oneself_endlessly():
    """Raise an error whose words are longer than memory, and change at every look."""

    class Words(Exception):
        def __str__(self):
            return "full marks " * 10_000_000

    def cheat(name, inputs):
        raise Words

    return cheat
