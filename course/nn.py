"""Layers: parameters, and the formula that uses them."""

from collections.abc import Iterator

import numpy as np

from course.tensor import Tensor


class Linear:
    """Linear layer, Z = X @ W + b, with X (N, in), W (in, out), b (out,).

    Weights start uniform in ±sqrt(6 / (in + out)), biases at zero (Glorot and Bengio 2010).

    >>> layer = Linear(3, 2, np.random.default_rng(0))
    >>> layer(Tensor(np.ones((5, 3)))).shape
    (5, 2)
    """

    def __init__(self, inputs: int, outputs: int, rng: np.random.Generator):
        bound = np.sqrt(6 / (inputs + outputs))
        self.W = Tensor(rng.uniform(-bound, bound, (inputs, outputs)), requires_grad=True)
        self.b = Tensor(np.zeros(outputs), requires_grad=True)

    def __call__(self, X: Tensor) -> Tensor:
        return X @ self.W + self.b

    def parameters(self) -> Iterator[Tensor]:
        yield self.W
        yield self.b
