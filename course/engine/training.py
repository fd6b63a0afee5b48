"""The NN training algorithm of the notes: start at random, then pick a batch, compute the gradient, take a step, and again.

The random start is the network's own. `fit` is the rest: it repeats until a stopping criterion is met, and says which it was.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import numpy as np

from course.data import Examples, check_generator
from course.engine.functional import softmax_cross_entropy
from course.engine.history import Figures, History, Loss, measure, show_progress
from course.engine.nn import Module
from course.engine.optim import SGD
from course.engine.regularization import EarlyStopping, l2_penalty
from course.engine.stopping import StoppingCriteria
from course.engine.tensor import Array
from course.errors import Diverged


def minibatches(n: int, batch_size: int, rng: np.random.Generator) -> Iterator[Array]:
    """Indices of the batches of one epoch: every example exactly once, in a fresh random order, the last batch perhaps smaller.

    Raises ValueError for a batch size outside 1..n.

    >>> sorted(len(batch) for batch in minibatches(10, 4, np.random.default_rng(0)))
    [2, 4, 4]
    """
    check_generator(rng)
    if not 1 <= batch_size <= n:
        raise ValueError(f"batch_size must lie in 1..{n}, the number of examples; got {batch_size}")
    order = rng.permutation(n)
    return (order[start : start + batch_size] for start in range(0, n, batch_size))


def fit(
    model: Module, X: Any, y: Any, *, rng: np.random.Generator,
    lr: float | None = None, optimizer: SGD | None = None, loss: Loss = softmax_cross_entropy, lam: float = 0.0,
    batch_size: int | Callable[[int], int] = 32, epochs: int = 100, gradient_norm: float = 0.0, loss_tolerance: float = 0.0,
    early_stopping: EarlyStopping | None = None, validation: tuple[Any, Any] | None = None,
    on_epoch: Callable[[History], object] | None = None, progress: bool = False,
) -> History:  # fmt: skip
    """Train a model by gradient descent on random batches; returns the History.

    `X` is (N, features) and `y` has N entries; `validation` is such a pair. They are converted to the precision of the model's
    parameters, integer labels excepted. `lr` is the rate of plain gradient descent; `optimizer`, an SGD of the model's parameters,
    stands in its place. `loss(model(X), y)` is a mean over examples, to which `lam * sum(w**2)` is added while training. A
    `batch_size` that changes is a function of how many epochs are over. Batches come from `rng`, and nothing else is random but the
    model's own dropout: the same seeds give the same result, bit for bit.

    Training stops by the `StoppingCriteria` that `epochs`, `gradient_norm`, `loss_tolerance` and `early_stopping` make; or at "nan",
    when a loss or a parameter is no longer finite, and then the model has the last parameters of which the loss was known to be
    finite. After that, early stopping gives the model the parameters of its best epoch, where it keeps them.

    `on_epoch(history)` is called after each epoch; `progress` writes a line to stderr. The model is in testing mode in both, and
    at the end. Raises ValueError, before anything is trained, for arguments that do not fit together.
    """
    criteria = StoppingCriteria(epochs, gradient_norm, loss_tolerance, early_stopping)
    training, watched = examples_for(model, X, y, validation)
    criteria.expect(watched)
    descent = Descent(model, check_optimizer(model, lr, optimizer), loss, lam)
    history = descent.history
    with in_testing_mode(model), np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for examples in filter(None, (training, watched)):
            measure(model, examples, loss)  # labels out of range, or shapes that do not fit, are told before the first step
        while not history.stopped:
            try:
                size = batch_size(history.epochs) if callable(batch_size) else batch_size
                norm = descent.epoch(training, minibatches(len(training.y), size, rng))
                history.record(norm, descent.look(training), measure(model, watched, loss) if watched else None)
            except Diverged as what:
                history.stopped, history.warning = "nan", str(what)
            else:
                history.stopped = criteria.met(history, model)
                if on_epoch:
                    on_epoch(history)
            if progress:
                show_progress(history, epochs)
        history.best_epoch = criteria.best_epoch(history)
        if early_stopping:
            early_stopping.restore(model)
    return history


class Descent:
    """The steps of the algorithm, and the last parameters of which the loss was known to be finite."""

    def __init__(self, model: Module, optimizer: SGD, loss: Loss, lam: float):
        if not lam >= 0:
            raise ValueError(f"lam must not be negative, got {lam}")
        self.model, self.optimizer, self.loss, self.lam, self.history = model, optimizer, loss, lam, History()
        self.kept = [parameter.data.copy() for parameter in optimizer.parameters]

    def epoch(self, examples: Examples, batches: Iterator[Array]) -> float:
        """One step for each batch; returns the norm of the mean gradient. Raises Diverged."""
        self.model.train()
        total = [np.zeros_like(data) for data in self.kept]
        for batch in batches:
            self.step(examples.X[batch], examples.y[batch])
            for sum_, parameter in zip(total, self.optimizer.parameters, strict=True):
                if parameter.grad is not None:
                    sum_ += parameter.grad * (len(batch) / len(examples.y))
        self.model.eval()
        return float(np.sqrt(sum(np.vdot(sum_, sum_) for sum_ in total)))

    def step(self, X: Array, y: Array) -> None:
        """θ ← θ - η ∇ of the loss on one batch."""
        loss = self.loss(self.model(X), y)
        if self.lam:
            loss = loss + l2_penalty(self.model, self.lam)
        if not np.isfinite(loss.data):
            self.go_back(f"the loss is {loss.data}")
        loss.backward()
        for kept, parameter in zip(self.kept, self.optimizer.parameters, strict=True):
            np.copyto(kept, parameter.data)
        self.optimizer.step()
        self.history.steps += 1
        if not all(np.isfinite(np.vdot(p.data, p.data)) for p in self.optimizer.parameters):
            self.go_back("a parameter is too large for its precision")

    def look(self, examples: Examples) -> Figures:
        """Loss and accuracy of the whole training set. Raises Diverged."""
        figures = measure(self.model, examples, self.loss)
        if not np.isfinite(figures.loss):
            self.go_back(f"the loss of the whole training set is {figures.loss}")
        return figures

    def go_back(self, what: str) -> NoReturn:
        for kept, parameter in zip(self.kept, self.optimizer.parameters, strict=True):
            parameter.data = kept
        if not self.history.steps:
            raise Diverged(f"Before the first step, {what}. Nothing was trained: look at the loss, and at the size of the inputs.")
        raise Diverged(
            f"After {self.history.steps} steps, in epoch {self.history.epochs} (counted from 0), {what}. Training stopped, and the "
            f"model has the parameters from before the last step. The learning rate is {self.optimizer.lr}: a smaller one often helps."
        )


@contextmanager
def in_testing_mode(model: Module) -> Iterator[None]:
    """The model in testing mode, and left in it whatever happens."""
    model.eval()
    try:
        yield
    finally:
        model.eval()


def check_optimizer(model: Module, lr: float | None, optimizer: SGD | None) -> SGD:
    """The optimizer that was given, or a plain one. Raises ValueError for both, for none, and for one of another model."""
    if (lr is None) == (optimizer is None):
        raise ValueError(f"expected either lr or optimizer, got {'none' if lr is None else 'both'}: write lr=0.1, say")
    if optimizer is None:
        return SGD(model.parameters(), lr)  # type: ignore[arg-type]
    if not set(optimizer.parameters) <= set(model.parameters()):
        raise ValueError("the optimizer holds parameters that are not this model's: make it anew, from model.parameters()")
    return optimizer


def as_examples(name: str, X: Any, y: Any, dtype: np.dtype) -> Examples:
    """X and y as arrays to train on. Raises ValueError for what is not numbers, not finite, empty, or of different lengths."""
    arrays = []
    for letter, values in (("X", X), ("y", y)):
        array = np.asarray(values)
        if array.dtype.kind not in "biuf" or array.ndim == 0:
            raise ValueError(f"the {name} {letter} must be an array of real numbers, got {array.dtype} of shape {array.shape}")
        if not np.isfinite(array).all():
            raise ValueError(f"the {name} {letter} must be finite, and has {np.sum(~np.isfinite(array))} entries that are NaN or infinite")
        arrays.append(array.astype(dtype, copy=False) if letter == "X" or array.dtype.kind == "f" else array)
    examples = Examples(*arrays)
    if len(examples.X) != len(examples.y):
        raise ValueError(f"X and y must be of one length, got {len(examples.X)} and {len(examples.y)} {name} examples")
    if len(examples.X) == 0:
        raise ValueError(f"expected at least one {name} example, got none")
    return examples


def examples_for(model: Module, X: Any, y: Any, validation: Any) -> tuple[Examples, Examples | None]:
    """The training examples, and the validation examples where there are any, in the precision of a model's parameters."""
    dtype = np.result_type(*(parameter.data for parameter in model.parameters()))
    return as_examples("training", X, y, dtype), None if validation is None else as_examples("validation", *check_pair(validation), dtype)


def check_pair(validation: Any) -> tuple[Any, Any]:
    """Raise ValueError for a validation set that is no pair."""
    if not isinstance(validation, tuple) or len(validation) != 2:
        raise ValueError(f"validation must be a pair (X, y), got a {type(validation).__name__}")
    return validation
