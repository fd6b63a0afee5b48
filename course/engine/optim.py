"""Stochastic gradient descent."""

from collections.abc import Iterable

import numpy as np

from course.engine.tensor import Array, Tensor


class SGD:
    """Gradient descent, θ ← θ - η ∂ℓ/∂θ, with momentum and weight decay where asked for.

    `lr` is the learning rate η. With `momentum` β a velocity v ← β v + ∂ℓ/∂θ takes the gradient's place (Polyak 1964). With
    `weight_decay` d, d·w is added to the gradient of every weight, arrays of two axes or more, and not to biases: it is what
    L2 regularisation `lam * sum(w**2)` adds for d = 2 * lam. All three may be changed between steps. Data are updated in place. Raises
    ValueError for a rate that is not positive, a momentum outside [0, 1), a negative decay, and no parameters.

    >>> w = Tensor([1.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> SGD([w], lr=0.25).step()
    >>> w.data
    array([0.5])
    """

    def __init__(self, parameters: Iterable[Tensor], lr: float, momentum: float = 0.0, weight_decay: float = 0.0):
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError("no parameters to train: pass model.parameters()")
        if not lr > 0:
            raise ValueError(f"the learning rate must be positive, got {lr}")
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum must lie in [0, 1), got {momentum}")
        if not weight_decay >= 0:
            raise ValueError(f"weight_decay must not be negative, got {weight_decay}")
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay
        self._velocities: list[Array] = [np.zeros_like(p.data) for p in self.parameters]
        self._steps: list[Array] = [np.empty_like(p.data) for p in self.parameters]

    def step(self) -> None:
        """Move every parameter that has a gradient once."""
        for i, parameter in enumerate(self.parameters):
            if parameter.grad is None:
                continue
            data, gradient, velocity, step = parameter.data, parameter.grad, self._velocities[i], self._steps[i]
            if self.weight_decay and data.ndim > 1:
                gradient = np.add(gradient, np.multiply(data, self.weight_decay, out=step), out=step)
            velocity *= self.momentum
            velocity += gradient
            data -= np.multiply(velocity, self.lr, out=step)
