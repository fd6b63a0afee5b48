"""Wrong answers as people write them: whether each is caught, and whether it is called by a true name.

They were written from the notebooks alone, by somebody who had not seen which mistakes the exercises know, one or two mistakes in
each. `true` holds the causes that were read beside the answer, and found true; a cause that does not stand there is a false one
until somebody has read it.
"""

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Wrong:
    """A wrong answer to an exercise: what is wrong, in words, and the causes that are true of it."""

    exercise: str
    what: str
    true: tuple[str, ...]
    answer: Callable[..., Any]


WRONG: list[Wrong] = []


def wrong(name: str, what: str, *true: str) -> Callable[[Callable[[], Callable[..., Any]]], None]:
    """Registers what the decorated function returns as a wrong answer to an exercise."""

    def registered(made: Callable[[], Callable[..., Any]]) -> None:
        WRONG.append(Wrong(name, what, true, made()))

    return registered


def in_notebook(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function as a notebook has it: what students are given there, or a right answer of their own, and not the course's."""
    names = dict(vars(sys.modules[function.__module__]))
    exec(compile(inspect.getsource(function), "<notebook>", "exec"), names)
    return names[function.__name__]


def hidden_and_error(X, labels, W1, b1, W2, b2):
    """What a two-layer network hides, and the gradient of its mean loss by the logits: for answers whose mistake is elsewhere."""
    hidden = np.maximum(X @ W1 + b1, 0)
    powers = np.exp((logits := hidden @ W2 + b2) - logits.max(axis=1, keepdims=True))
    error = powers / powers.sum(axis=1, keepdims=True)
    error[np.arange(len(labels)), labels] -= 1
    return hidden, error / len(labels)
