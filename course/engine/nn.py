"""Modules: parameters, and the formula that uses them."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from course.engine import functional
from course.engine.tensor import Array, Tensor, as_tensor


class Module:
    """A function with parameters: define `forward`, and set tensors and other modules as attributes.

    `training` says which of its two faces a module shows (dropout has two); `train()` and `eval()` switch it for the whole tree.
    """

    def __init__(self) -> None:
        self.training = True

    def forward(self, x: Any) -> Tensor:
        """The module's formula."""
        raise TypeError(f"{type(self).__name__} has no forward: define `def forward(self, x)`")

    def __call__(self, x: Any) -> Tensor:
        return self.forward(as_tensor(x))

    def children(self) -> Iterator[tuple[str, "Module"]]:
        """The modules right inside this one, by name."""
        yield from ((name, value) for name, value in vars(self).items() if isinstance(value, Module))

    def named_parameters(self) -> Iterator[tuple[str, Tensor]]:
        """Every tensor to be trained, by a name such as "0.W"."""
        yield from ((name, value) for name, value in vars(self).items() if isinstance(value, Tensor) and value.requires_grad)
        for name, child in self.children():
            yield from ((f"{name}.{inner}", value) for inner, value in child.named_parameters())

    def parameters(self) -> list[Tensor]:
        """Every tensor to be trained, once, though two layers may share it."""
        return list({id(parameter): parameter for _, parameter in self.named_parameters()}.values())

    def train(self, mode: bool = True) -> "Module":
        """Show the face of training (or, with False, of testing), down to the last child; returns the module."""
        self.training = mode
        for _, child in self.children():
            child.train(mode)
        return self

    def eval(self) -> "Module":
        """Show the face of testing."""
        return self.train(False)

    def state(self) -> dict[str, Array]:
        """A copy of every parameter's data, by name."""
        return {name: parameter.data.copy() for name, parameter in self.named_parameters()}

    def load_state(self, state: dict[str, Array]) -> None:
        """Put back data that `state` gave. Raises ValueError where names or shapes are not this module's."""
        parameters = dict(self.named_parameters())
        for name in parameters.keys() | state.keys():
            ours, given = (getattr(d.get(name), "shape", "nothing") for d in (parameters, state))
            if ours != given:
                raise ValueError(f"the state does not fit: {name} has shape {ours} here, and {given} there")
        for name, parameter in parameters.items():
            parameter.data = state[name].copy()


class Linear(Module):
    """Linear layer, Z = X @ W + b, with X (N, in), W (in, out), b (out,).

    Weights start uniform in ±sqrt(6 / (in + out)), biases at zero (Glorot and Bengio 2010). Without `rng`, a fresh unseeded
    generator is used. Raises ValueError for sizes below one.

    >>> layer = Linear(3, 2, np.random.default_rng(0))
    >>> layer(np.ones((5, 3))).shape
    (5, 2)
    """

    def __init__(self, inputs: int, outputs: int, rng: np.random.Generator | None = None, dtype: Any = np.float64):
        super().__init__()
        if inputs < 1 or outputs < 1:
            raise ValueError(f"a linear layer needs at least one input and one output, got {inputs} and {outputs}")
        bound = np.sqrt(6 / (inputs + outputs))
        weights = (rng or np.random.default_rng()).uniform(-bound, bound, (inputs, outputs))
        self.W = Tensor(weights.astype(dtype), requires_grad=True, name="W")
        self.b = Tensor(np.zeros(outputs, dtype), requires_grad=True, name="b")

    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.W, self.b)


class ReLU(Module):
    """max(0, z), entry by entry."""

    def forward(self, x: Tensor) -> Tensor:
        return x.relu()


class Tanh(Module):
    """tanh z, entry by entry."""

    def forward(self, x: Tensor) -> Tensor:
        return x.tanh()


class Sigmoid(Module):
    """1 / (1 + exp(-z)), entry by entry."""

    def forward(self, x: Tensor) -> Tensor:
        return x.sigmoid()


class Dropout(Module):
    """Keeps each neuron active with probability `keep_prob` while training, and deletes it otherwise.

    `keep_prob` is the probability to keep (_not_ the rate of dropping). In the notes' form, testing uses the whole network with
    *expected weights*: every activation is scaled by `keep_prob`. With `inverted=True`, training divides by `keep_prob` and testing
    leaves everything as it is; the two agree in expectation. Raises ValueError for a `keep_prob` outside (0, 1].
    Source: Srivastava and others, JMLR 15 (2014).

    >>> Dropout(0.8).eval()(np.ones((1, 2)))
    Tensor([[0.8, 0.8]], op='dropout')
    """

    def __init__(self, keep_prob: float, inverted: bool = False, rng: np.random.Generator | None = None):
        super().__init__()
        if not 0 < keep_prob <= 1:
            raise ValueError(f"keep_prob is the probability that a neuron stays active, in (0, 1]; got {keep_prob}")
        self.keep_prob = keep_prob
        self.inverted = inverted
        self.rng = rng or np.random.default_rng()

    def forward(self, x: Tensor) -> Tensor:
        factor = x.data.dtype.type
        if self.training:
            kept = self.rng.random(x.shape) < self.keep_prob
            return scaled(x, kept * factor(1 / self.keep_prob if self.inverted else 1))
        return x if self.inverted else scaled(x, factor(self.keep_prob))


def scaled(x: Tensor, factor: Array) -> Tensor:
    """x times a constant, entry by entry."""
    return functional.operation("dropout", x.data * factor, (x,), (lambda g: g * factor,))


class Sequential(Module):
    """Modules one after the other: the network as the list of its layers.

    >>> rng = np.random.default_rng(0)
    >>> network = Sequential(Linear(4, 8, rng), ReLU(), Linear(8, 3, rng))
    >>> [name for name, _ in network.named_parameters()]
    ['0.W', '0.b', '2.W', '2.b']
    """

    def __init__(self, *layers: Module):
        super().__init__()
        self.layers = layers

    def children(self) -> Iterator[tuple[str, Module]]:
        yield from ((str(i), layer) for i, layer in enumerate(self.layers))

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer(x)
        return x

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, index: int) -> Module:
        return self.layers[index]
