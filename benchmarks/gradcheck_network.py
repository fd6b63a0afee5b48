"""A network of 101,770 parameters, 784-128-10, for a fast check: its loss in numpy, its gradient by the course's Tensor, and PyTorch's."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.gradcheck_smooth import Problem
from course.engine.functional import softmax_cross_entropy, tanh
from course.engine.nn import Linear
from course.engine.tensor import Tensor
from course.gradcheck import GradcheckResult, gradcheck

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Network:
    """Inputs X, labels y, and the parameters W1, b1, W2 and b2, in double precision."""

    X: np.ndarray
    y: np.ndarray
    parameters: Arrays

    @classmethod
    def draw(cls, seed: int = 0, batch: int = 32, sizes: tuple[int, int, int] = (784, 128, 10)) -> "Network":
        rng = np.random.default_rng(seed)
        first, second = (Linear(a, b, rng) for a, b in pairwise(sizes))
        parameters = {"W1": first.W.data, "b1": first.b.data, "W2": second.W.data, "b2": second.b.data}
        return cls(rng.normal(size=(batch, sizes[0])), rng.integers(sizes[2], size=batch), parameters)

    def loss(self, p: Arrays) -> float:
        logits = np.tanh(self.X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]
        logits -= logits.max(axis=1, keepdims=True)
        return float((np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(self.y)), self.y]).mean())

    def gradient(self) -> Arrays:
        """By the course's own backward."""
        p = {name: Tensor(array, requires_grad=True) for name, array in self.parameters.items()}
        softmax_cross_entropy(tanh(Tensor(self.X) @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"], self.y).backward()
        return {name: np.array(tensor.grad) for name, tensor in p.items()}

    def check(self) -> GradcheckResult:
        """Backward, and gradcheck's fast mode."""
        return gradcheck(self.loss, self.parameters, self.gradient(), mode="fast")


def torch_check(network: Network) -> Callable[[], bool]:
    """PyTorch's own loss and backward, checked by its fast mode."""
    import torch

    torch.set_num_threads(1)
    X, y = torch.from_numpy(network.X), torch.from_numpy(network.y)
    parameters = [torch.from_numpy(array.copy()).requires_grad_() for array in network.parameters.values()]

    def loss(W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
        return torch.nn.functional.cross_entropy(torch.tanh(X @ W1 + b1) @ W2 + b2, y)

    return lambda: torch.autograd.gradcheck(loss, parameters, fast_mode=True)


def one_wrong(seed: int, error: float, **sizes: Any) -> tuple[Problem, tuple[int, ...]]:
    """The network as a problem, with one entry of W1's gradient off by a relative error; and the entry, which is no tiny one."""
    network, rng = Network.draw(seed, **sizes), np.random.default_rng(seed)
    gradient = network.gradient()
    magnitudes = np.abs(gradient["W1"])
    index = tuple(rng.choice(np.argwhere(magnitudes >= magnitudes.max() / 10)).tolist())
    gradient["W1"][index] *= 1 + error
    return Problem(network.loss, network.parameters, gradient), index


def named(problem: Problem, index: tuple[int, ...]) -> bool:
    """Whether the fast mode says that W1 is wrong, and where."""
    result = gradcheck(problem.f, problem.inputs, problem.gradient, mode="fast")
    return (result.outcome, result.array, result.index) == ("wrong", "W1", index)
