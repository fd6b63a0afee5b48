"""When training is over: the notes' "repeat until stopping criteria is met"."""

from dataclasses import dataclass

import numpy as np

from course.data import Examples
from course.engine.history import History
from course.engine.nn import Module
from course.engine.regularization import EarlyStopping


@dataclass(frozen=True)
class StoppingCriteria:
    """Stops after `epochs`, or earlier by one of three criteria; zero and None are never met.

    The norm of the epoch's gradient falls below `gradient_norm`; the training loss changes by less than `loss_tolerance` from one
    epoch to the next; or `early_stopping` says so of the validation loss. Raises ValueError for a number out of its range.
    """

    epochs: int = 100
    gradient_norm: float = 0.0
    loss_tolerance: float = 0.0
    early_stopping: EarlyStopping | None = None

    def __post_init__(self) -> None:
        if self.epochs < 1:
            raise ValueError(f"epochs must be at least 1, got {self.epochs}")
        for name in ("gradient_norm", "loss_tolerance"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must not be negative, got {getattr(self, name)}")

    def expect(self, validation: Examples | None) -> None:
        """Raise ValueError for an early-stopping rule that has nothing to watch, or that has watched another training."""
        if self.early_stopping and validation is None:
            raise ValueError("early stopping watches the validation loss: pass validation=(X, y)")
        if self.early_stopping and self.early_stopping.epoch >= 0:
            seen = self.early_stopping.epoch + 1
            raise ValueError(f"this EarlyStopping has seen {seen} epochs of another training: make a new one")

    def met(self, history: History, model: Module) -> str:
        """The criterion that is met after the last epoch; "" for none."""
        if self.early_stopping and self.early_stopping(history.validation_loss[-1], model):
            return "early stopping"
        if history.gradient_norm[-1] < self.gradient_norm:
            return "gradient norm"
        if history.epochs > 1 and abs(history.loss[-1] - history.loss[-2]) < self.loss_tolerance:
            return "loss tolerance"
        return "epochs" if history.epochs >= self.epochs else ""

    def best_epoch(self, history: History) -> int | None:
        """The epoch that early stopping kept, or the one with the lowest validation loss, or without one the lowest loss."""
        if self.early_stopping and self.early_stopping.best_epoch >= 0:
            return self.early_stopping.best_epoch
        losses = np.array(history.validation_loss or history.loss)
        return int(np.nanargmin(losses)) if np.isfinite(losses).any() else None
