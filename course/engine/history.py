"""What happened while training: figures epoch by epoch, as they are measured, kept and shown."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course.data import Examples
from course.engine.nn import Module
from course.engine.tensor import Array, Tensor

Loss = Callable[[Tensor, Any], Tensor]


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

    def record(self, norm: float, training: Figures, validation: Figures | None) -> None:
        """Append what one epoch showed."""
        self.gradient_norm.append(norm)
        for figures, losses, accuracies in (
            (training, self.loss, self.accuracy),
            (validation, self.validation_loss, self.validation_accuracy),
        ):
            if figures:
                losses.append(figures.loss)
                if figures.accuracy is not None:
                    accuracies.append(figures.accuracy)

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


def show_progress(history: History, epochs: int) -> None:
    """One line on stderr, written over by the next: a terminal and a notebook show it alike. A hundred of them at most."""
    done, before = 100 * history.epochs // epochs, 100 * (history.epochs - 1) // epochs
    if done > before or history.stopped:
        bar = "█" * (done // 5)
        loss = f", loss {history.loss[-1]:.4f}" if history.loss else ""
        sys.stderr.write(f"\r{bar:░<20} epoch {history.epochs} of {epochs}{loss}" + "\n" * bool(history.stopped))
        sys.stderr.flush()
