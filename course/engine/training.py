"""The NN training algorithm of the notes: start at random, then pick a batch, compute the gradient, take a step, and again.

The random start is the network's own. `fit` is the rest: it repeats until a stopping criterion is met, and says which it was.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np

from course.data import Examples, check_generator
from course.engine.functional import softmax_cross_entropy
from course.engine.nn import Module
from course.engine.optim import SGD
from course.engine.regularization import EarlyStopping, l2_penalty
from course.engine.tensor import Array, Tensor
from course.errors import Diverged

Loss = Callable[[Tensor, Any], Tensor]


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


@dataclass
class History:
    """What happened while training: a number for each finished epoch, in plain lists, and why it stopped.

    `loss` and `accuracy` are those of the whole training set, and `validation_loss` and `validation_accuracy` of the validation
    set, all measured after the epoch in testing mode and without the penalty, so that they compare. Accuracies, in [0, 1], are
    there where labels are integers. `gradient_norm` is the length of the epoch's gradient: the mean of its batches' gradients,
    penalty included. `steps` counts updates. `stopped` is "epochs", "gradient norm", "loss tolerance", "early stopping" or "nan",
    and then `warning` says what happened. `best_epoch`, counted from 0, is the one with the lowest validation loss, or without a
    validation set the lowest loss; where early stopping restores, it is the epoch whose parameters the model has.
    """

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    gradient_norm: list[float] = field(default_factory=list)
    steps: int = 0
    stopped: str = ""
    best_epoch: int | None = None
    warning: str = ""

    @property
    def epochs(self) -> int:
        """Finished epochs."""
        return len(self.loss)

    def __str__(self) -> str:
        rows = [f"{name:<11}{loss:>10}{accuracy:>10}" for name, loss, accuracy in self._rows()]
        return "\n".join([self._heading(), *rows, *self._remarks()])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        head, *body = self._rows()
        titles = "".join(f'<th scope="col">{cell}</th>' for cell in head)
        rows = "".join(f'<tr><th scope="row">{name}</th><td>{loss}</td><td>{accuracy}</td></tr>' for name, loss, accuracy in body)
        remarks = "".join(f"<div>{remark}</div>" for remark in self._remarks())
        return f"<div><b>{self._heading()}</b></div><table><thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table>{remarks}"

    def _heading(self) -> str:
        return f"Trained {self.epochs} epochs, {self.steps} steps; stopped by: {self.stopped or 'not yet'}"

    def _rows(self) -> list[tuple[str, str, str]]:
        """The last epoch's figures beneath their titles."""
        rows = [("last epoch", "loss", "accuracy")]
        for name, losses, accuracies in (
            ("training", self.loss, self.accuracy),
            ("validation", self.validation_loss, self.validation_accuracy),
        ):
            if losses:
                rows.append((name, f"{losses[-1]:.4g}", f"{accuracies[-1]:.1%}" if accuracies else ""))
        return rows

    def _remarks(self) -> list[str]:
        remarks = [self.warning] if self.warning else []
        if self.best_epoch is not None:
            name, losses = ("validation", self.validation_loss) if self.validation_loss else ("training", self.loss)
            remarks.append(f"Best epoch: {self.best_epoch} (counted from 0), {name} loss {losses[self.best_epoch]:.4g}")
        return remarks


def fit(
    model: Module,
    X: Any,
    y: Any,
    *,
    rng: np.random.Generator,
    lr: float | None = None,
    optimizer: SGD | None = None,
    loss: Loss = softmax_cross_entropy,
    lam: float = 0.0,
    batch_size: int = 32,
    epochs: int = 100,
    validation: tuple[Any, Any] | None = None,
    early_stopping: EarlyStopping | None = None,
    gradient_norm: float = 0.0,
    loss_tolerance: float = 0.0,
    on_epoch: Callable[[History], object] | None = None,
    progress: bool = False,
) -> History:
    """Train a model by gradient descent on random batches; returns the History.

    `X` is (N, features) and `y` has N entries; `validation` is such a pair. They are converted to the precision of the model's
    parameters, integer labels excepted. `lr` is the rate of plain gradient descent; `optimizer`, an SGD of the model's parameters,
    stands in its place. `loss(model(X), y)` is a mean over examples, to which `lam * sum(w**2)` is added while training. Batches
    come from `rng`, and nothing else is random but the model's own dropout: the same seeds give the same result, bit for bit.

    Training stops after `epochs`; or when the norm of the epoch's gradient falls below `gradient_norm`, when the training loss
    changes by less than `loss_tolerance` from one epoch to the next, or when `early_stopping` says so of the validation loss.
    When a loss or a parameter is no longer finite, training stops at "nan", and the model has the last parameters of which the
    loss was known to be finite. After that, early stopping gives the model the parameters of its best epoch, where it keeps them.

    `on_epoch(history)` is called after each epoch; `progress` writes a line to stderr. The model is in testing mode in both, and
    at the end. Raises ValueError, before anything is trained, for arguments that do not fit together.
    """
    optimizer = check_optimizer(model, lr, optimizer)
    dtype = np.result_type(*(parameter.data for parameter in model.parameters()))
    training = as_examples("training", X, y, dtype)
    watched = None if validation is None else as_examples("validation", *pair(validation), dtype)
    check_numbers(epochs, lam=lam, gradient_norm=gradient_norm, loss_tolerance=loss_tolerance)
    check_early_stopping(early_stopping, watched)
    with in_testing_mode(model), np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for examples in filter(None, (training, watched)):
            measure(model, examples, loss)  # labels out of range, or shapes that do not fit, are told before the first step
        history = History()
        descent = Descent(model, loss, lam, optimizer, history)
        while not history.stopped:
            try:
                norm = descent.epoch(training, minibatches(len(training.y), batch_size, rng))
                figures = descent.look(training)
            except Diverged as what:
                history.stopped, history.warning = "nan", str(what)
            else:
                record(history, norm, figures, measure(model, watched, loss) if watched else None)
                history.stopped = reason_to_stop(history, model, epochs, early_stopping, gradient_norm, loss_tolerance)
                if on_epoch:
                    on_epoch(history)
            if progress:
                show_progress(history, epochs)
        history.best_epoch = best_epoch(history, early_stopping)
        if early_stopping:
            early_stopping.restore(model)
    return history


class Descent:
    """The steps of the algorithm, and the last parameters of which the loss was known to be finite."""

    def __init__(self, model: Module, loss: Loss, lam: float, optimizer: SGD, history: History):
        self.model, self.loss, self.lam, self.optimizer, self.history = model, loss, lam, optimizer, history
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

    def look(self, examples: Examples) -> "Figures":
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


@dataclass(frozen=True)
class Figures:
    """A loss, and an accuracy where there is one."""

    loss: float
    accuracy: float | None


def measure(model: Module, examples: Examples, loss: Loss) -> Figures:
    """Loss and accuracy of a model on examples, in the mode that it is in. Raises ValueError for a loss that is not one number."""
    outputs = model(examples.X)
    value = loss(outputs, examples.y)
    if value.data.size != 1:
        raise ValueError(f"the loss must be one number, a mean over the batch; got shape {value.shape}")
    return Figures(float(value.data.reshape(())), accuracy(outputs.data, examples.y))


def accuracy(outputs: Array, y: Array) -> float | None:
    """Part of the labels that are right, or None where labels are no classes.

    A class is the largest of the scores `outputs`, (N, C), or, where the outputs are probabilities of y's own shape and y holds
    0 and 1 only, which side of one half they lie.

    >>> accuracy(np.array([[0.1, 0.9], [0.8, 0.2]]), np.array([1, 1]))
    0.5
    """
    if y.dtype.kind not in "biu":
        return None
    if outputs.ndim == 2 and outputs.shape[1] > 1 and y.ndim == 1:
        return float((outputs.argmax(axis=1) == y).mean())
    if outputs.shape == y.shape and set(np.unique(y)) <= {0, 1}:
        return float(((outputs > 0.5) == y).mean())
    return None


def record(history: History, norm: float, training: Figures, validation: Figures | None) -> None:
    """Append what one epoch showed."""
    history.gradient_norm.append(norm)
    for figures, losses, accuracies in (
        (training, history.loss, history.accuracy),
        (validation, history.validation_loss, history.validation_accuracy),
    ):
        if figures:
            losses.append(figures.loss)
            if figures.accuracy is not None:
                accuracies.append(figures.accuracy)


def reason_to_stop(
    history: History, model: Module, epochs: int, early_stopping: EarlyStopping | None, gradient_norm: float, loss_tolerance: float
) -> str:
    """The stopping criterion that is met after this epoch; "" for none."""
    if early_stopping and early_stopping(history.validation_loss[-1], model):
        return "early stopping"
    if history.gradient_norm[-1] < gradient_norm:
        return "gradient norm"
    if history.epochs > 1 and abs(history.loss[-1] - history.loss[-2]) < loss_tolerance:
        return "loss tolerance"
    return "epochs" if history.epochs >= epochs else ""


def best_epoch(history: History, early_stopping: EarlyStopping | None) -> int | None:
    if early_stopping and early_stopping.best_epoch >= 0:
        return early_stopping.best_epoch
    losses = np.array(history.validation_loss or history.loss)
    return int(np.nanargmin(losses)) if np.isfinite(losses).any() else None


@contextmanager
def in_testing_mode(model: Module) -> Iterator[None]:
    """The model in testing mode, and left in it whatever happens."""
    model.eval()
    try:
        yield
    finally:
        model.eval()


def show_progress(history: History, epochs: int) -> None:
    """One line on stderr, written over by the next: a terminal and a notebook show it alike. A hundred of them at most."""
    done, before = 100 * history.epochs // epochs, 100 * (history.epochs - 1) // epochs
    if done > before or history.stopped:
        bar = "█" * (done // 5)
        loss = f", loss {history.loss[-1]:.4f}" if history.loss else ""
        sys.stderr.write(f"\r{bar:░<20} epoch {history.epochs} of {epochs}{loss}" + "\n" * bool(history.stopped))
        sys.stderr.flush()


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


def pair(validation: Any) -> tuple[Any, Any]:
    """Raise ValueError for a validation set that is no pair."""
    if not isinstance(validation, tuple) or len(validation) != 2:
        raise ValueError(f"validation must be a pair (X, y), got a {type(validation).__name__}")
    return validation


def check_optimizer(model: Module, lr: float | None, optimizer: SGD | None) -> SGD:
    """The optimizer that was given, or a plain one. Raises ValueError for both, for none, and for one of another model."""
    if (lr is None) == (optimizer is None):
        raise ValueError(f"expected either lr or optimizer, got {'none' if lr is None else 'both'}: write lr=0.1, say")
    if optimizer is None:
        return SGD(model.parameters(), lr)  # type: ignore[arg-type]
    if not set(optimizer.parameters) <= set(model.parameters()):
        raise ValueError("the optimizer holds parameters that are not this model's: make it anew, from model.parameters()")
    return optimizer


def check_numbers(epochs: int, **not_negative: float) -> None:
    """Raise ValueError unless each is in its range."""
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, got {epochs}")
    for name, value in not_negative.items():
        if not value >= 0:
            raise ValueError(f"{name} must not be negative, got {value}")


def check_early_stopping(early_stopping: EarlyStopping | None, validation: Examples | None) -> None:
    """Raise ValueError for a rule that has nothing to watch, and for one that has watched another training."""
    if early_stopping and validation is None:
        raise ValueError("early stopping watches the validation loss: pass validation=(X, y)")
    if early_stopping and early_stopping.epoch >= 0:
        raise ValueError(f"this EarlyStopping has seen {early_stopping.epoch + 1} epochs of another training: make a new one")
