"""Keeping a network from learning its training set by heart: the L2 penalty, and early stopping. (Dropout is in `nn`.)"""

from collections.abc import Iterable

import numpy as np

from course.engine.nn import Module
from course.engine.tensor import VJP, Array, Tensor, operation


def l2_penalty(weights: Module | Iterable[Tensor], lam: float) -> Tensor:
    """λ Σ w², to be added to the loss: no one half, and weights only, arrays of two axes or more; biases are left out.

    `weights` is a module or tensors. The gradient is 2 λ w. Raises ValueError for a negative `lam`, and where there is no weight.

    >>> w = Tensor([[1.0, 2.0]], requires_grad=True)
    >>> penalty = l2_penalty([w], lam=0.5)
    >>> penalty.backward()
    >>> float(penalty.data), w.grad
    (2.5, array([[1., 2.]]))
    """
    if not lam >= 0:
        raise ValueError(f"lam must not be negative, got {lam}")
    tensors = weights.parameters() if isinstance(weights, Module) else weights
    penalised = tuple(w for w in tensors if w.data.ndim > 1)
    if not penalised:
        raise ValueError("no weights to penalise: expected a module, or tensors of two axes or more")

    def vjp(w: Array) -> VJP:
        return lambda g: g * (2 * lam) * w

    value = lam * sum(np.vdot(w.data, w.data) for w in penalised)
    return operation("l2_penalty", value, penalised, [vjp(w.data) for w in penalised])


class EarlyStopping:
    """Stops when a validation figure, where lower is better, has not improved for `patience` looks in a row.

    Call it with the figure and the module after each epoch; it answers whether to stop. Better means lower by more than
    `min_delta`. With `restore_best` the module gets back the parameters of its best epoch when training stops (`restore`, which
    `fit` calls). A figure that is NaN is no improvement. Raises ValueError for a patience below one and a negative `min_delta`.
    Source: Prechelt, "Early stopping, but when?" (1998).

    >>> stop = EarlyStopping(patience=2)
    >>> [stop(figure) for figure in (1.0, 0.5, 0.6, 0.7)], stop.best_epoch
    ([False, False, False, True], 1)
    """

    def __init__(self, patience: int, min_delta: float = 0.0, restore_best: bool = True):
        if patience < 1:
            raise ValueError(f"patience is a number of looks, at least 1; got {patience}")
        if not min_delta >= 0:
            raise ValueError(f"min_delta must not be negative, got {min_delta}")
        self.patience, self.min_delta, self.restore_best = patience, min_delta, restore_best
        self.best = np.inf
        self.best_epoch = -1
        self.epoch = -1
        self._state: dict[str, Array] | None = None

    def __call__(self, figure: float, module: Module | None = None) -> bool:
        self.epoch += 1
        if figure < self.best - self.min_delta:
            self.best, self.best_epoch = float(figure), self.epoch
            if self.restore_best and module is not None:
                self._state = module.state()
        return self.epoch - self.best_epoch >= self.patience

    def restore(self, module: Module) -> bool:
        """Give the module the parameters of its best epoch; whether there were any to give."""
        if self._state is None:
            return False
        module.load_state(self._state)
        return True
