"""What a hidden unit means, and what made the network say so: five questions to a trained network.

Which inputs would change a logit (`saliency`), which ones account for it (`integrated_gradients`), what does a hidden unit respond to
(`maximal_activation`), what is it good for (`ablation`), and what can be read off a whole layer (`linear_probe`).

Models are `course.engine.nn` modules in eval mode, `model.eval()`, from inputs (N, in) to logits (N, C). They are left as they were: the
parameters' own gradients, too. A `layer` is the index of a layer of a Sequential, and its units are that layer's outputs.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from course.engine.functional import softmax_cross_entropy
from course.engine.nn import Dropout, Linear, Module, ReLU, Sequential
from course.engine.tensor import Array, Tensor

PIECEWISE_LINEAR = (Linear, ReLU, Dropout)  # each of them, in eval mode, along a straight path
QUADRATURE_POINTS = 64


def saliency(model: Module, X: Array, target: Any) -> Array:
    """∂ logit_target / ∂x for each example: how the logit would answer to a small change of each input; of X's shape.

    X is (N, in); `target` is a class, or N of them. It says what the logit is sensitive to, not what it is made of: where a unit is
    saturated or off, its part is nothing. Raises ValueError for a model in training mode, and for classes that are not the model's.
    Source: Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks" (2013).

    >>> layer = Linear(2, 2, np.random.default_rng(0)).eval()
    >>> bool((saliency(layer, np.ones((3, 2)), 1) == layer.W.data[:, 1]).all())
    True
    """
    x = Tensor(as_floats(X), requires_grad=True)
    with as_function(model):
        logit_of(model(x), target).sum().backward()
    return np.zeros_like(x.data) if x.grad is None else x.grad


@dataclass(frozen=True)
class Attributions:
    """What each input contributed, `values` (N, in), to the `difference` (N,) between the logit at x and the logit at the baseline.

    `gap` (N,) is what the contributions leave unexplained, nothing but rounding where `exact`.
    """

    values: Array
    difference: Array
    exact: bool

    @property
    def gap(self) -> Array:
        return self.difference - self.values.sum(axis=tuple(range(1, self.values.ndim)))


def integrated_gradients(model: Module, X: Array, target: Any, baseline: Any = 0.0, steps: int | None = None) -> Attributions:
    """Each input's share in the logit: (x - baseline) · ∫ ∂ logit / ∂x along the straight path from the baseline to x.

    *Completeness*: the shares sum to the difference of the logit between x and the baseline, a number or an array that broadcasts to X.
    Along the path a network of Linear and ReLU layers is piecewise linear, so that its gradient is constant between the kinks: its
    integral is exact, for any depth. Other networks get 64 Gauss-Legendre points, which smooth ones need far fewer of; a number of
    `steps` asks for that many, whatever the network. The attributions say how far they are from complete. Raises as `saliency` does, and
    for fewer than one step. Source: Sundararajan, Taly and Yan, "Axiomatic attribution for deep networks" (2017).

    >>> rng = np.random.default_rng(0)
    >>> network = Sequential(Linear(3, 8, rng), ReLU(), Linear(8, 2, rng)).eval()
    >>> shares = integrated_gradients(network, rng.normal(size=(4, 3)), target=1)
    >>> shares.exact, bool(np.abs(shares.gap).max() < 1e-12)
    (True, True)
    """
    if steps is not None and steps < 1:
        raise ValueError(f"expected at least one step along the path, got {steps}")
    X = np.asarray(X, dtype=float)
    start = np.broadcast_to(np.asarray(baseline, dtype=float), X.shape)
    with as_function(model):
        difference = logit_of(model(X), target).data - logit_of(model(start), target).data
    layers, targets = flat(model), np.broadcast_to(target, len(X))
    exact = steps is None and all(type(layer) in PIECEWISE_LINEAR for layer in layers)
    slopes = np.zeros_like(X)
    if exact:
        for i, (x, x0) in enumerate(zip(X, start, strict=True)):
            cuts = kinks(layers, x0, x)
            middles = (cuts[1:] + cuts[:-1]) / 2
            slopes[i] = np.diff(cuts) @ saliency(model, x0 + middles[:, None] * (x - x0), targets[i])
    else:
        points, weights = np.polynomial.legendre.leggauss(steps or QUADRATURE_POINTS)  # between -1 and 1
        for point, weight in zip((points + 1) / 2, weights / 2, strict=True):
            slopes += weight * saliency(model, start + point * (X - start), targets)
    return Attributions((X - start) * slopes, difference, exact)


def kinks(layers: Sequence[Module], start: Array, end: Array) -> Array:
    """Where the path from start (0) to end (1) bends in a piecewise linear network: increasing, from 0 to 1.

    Between two neighbours everything before a ReLU is linear, so that each of its units changes sign at most once.
    """
    cuts = np.array([0.0, 1.0])
    for depth, layer in enumerate(layers):
        if isinstance(layer, ReLU):
            z = run(layers[:depth], start + cuts[:, None] * (end - start))
            before, after = z[:-1], z[1:]
            piece, unit = np.nonzero(before * after < 0)
            share = before[piece, unit] / (before[piece, unit] - after[piece, unit])
            cuts = np.unique(np.concatenate([cuts, cuts[piece] + share * np.diff(cuts)[piece]]))
    return cuts


class Strongest(NamedTuple):
    """The examples that activate a unit most, strongest first: their `indices` in the data set, and the unit's `activations`."""

    indices: Array
    activations: Array


def maximal_activation(model: Sequential, X: Array, layer: int, unit: int, count: int = 9) -> Strongest:
    """The examples of a data set that activate a hidden unit most.

    Real inputs, not the result of gradient ascent: that one needs a norm, a start and a stopping rule, ends in a local maximum, and its
    pictures look like no input; for a unit of the first layer it has a formula, the unit's weights, which `plots.weight_images` shows.
    Of equal activations the earlier example comes first. Raises IndexError for a layer or a unit that the model has not.
    Source: Erhan and others, "Visualizing higher-layer features of a deep network" (2009), section 3.
    """
    found = activations(model, X, layer)
    if not 0 <= unit < found.shape[1]:
        raise IndexError(f"expected a unit in 0..{found.shape[1] - 1} of layer {layer}, got {unit}")
    indices = np.argsort(-found[:, unit], kind="stable")[:count]
    return Strongest(indices, found[indices, unit])


class Ablation(NamedTuple):
    """The whole network's `accuracy` and `loss`, and for each unit what silencing it costs: (units,), above zero where it was of use."""

    accuracy: float
    loss: float
    accuracy_drop: Array
    loss_rise: Array


def ablation(model: Sequential, X: Array, y: Array, layer: int, silenced: Literal["zero", "mean"] = "zero") -> Ablation:
    """What each unit of a hidden layer is good for: accuracy and cross-entropy with that unit silenced, the others as they were.

    "zero" deletes the unit, as dropout does; "mean" fixes it at its mean over X, which takes away what it says but not its bias.
    X is (N, in), y are N classes; use examples that the network was not trained on. Units that do the same thing hide each other:
    either can be spared. Raises as `saliency` does, and IndexError for a layer that the model has not.
    Source: Morcos and others, "On the importance of single directions for generalization" (2018).
    """
    if silenced not in ("zero", "mean"):
        raise ValueError(f'expected silenced="zero" or "mean", got {silenced!r}')
    y = np.asarray(y)
    hidden = activations(model, X, layer)
    if not len(hidden):
        raise ValueError("expected at least one example, got none")
    rest = model.layers[layer + 1 :]
    level = hidden.mean(axis=0) if silenced == "mean" else np.zeros(hidden.shape[1])

    def measured(h: Array) -> tuple[float, float]:
        logits = run(rest, h)
        loss = softmax_cross_entropy(Tensor(logits), y)
        return float((logits.argmax(axis=1) == y).mean()), float(loss.data)

    def without(unit: int) -> tuple[float, float]:
        h = hidden.copy()
        h[:, unit] = level[unit]
        return measured(h)

    with as_function(model):
        accuracy, loss = measured(hidden)
        accuracies, losses = np.array([without(unit) for unit in range(hidden.shape[1])]).T
    return Ablation(accuracy, loss, accuracy - accuracies, losses - loss)


class Probe(NamedTuple):
    """Accuracies on examples that the probe was not fitted to: from the layer, from the raw inputs, and by always saying one class."""

    accuracy: float
    baseline: float
    chance: float


def linear_probe(
    hidden: Array, labels: Array, inputs: Array, rng: np.random.Generator, *, test_share: float = 0.3, ridge: float = 1e-2
) -> Probe:
    """How well a linear classifier can read the labels off a layer's activations, beside how well it reads them off the raw inputs.

    `hidden` is (N, units), as `activations` gives it, `labels` are N integers, `inputs` is (N, in). The classifier is ridge regression
    onto one column for each class, on standardised features, fitted to a random part of the examples and tested on the other; layer
    and inputs share the split. Only the difference says what the layer adds. Use examples that the network was not trained on:
    those it was have left their labels in its activations. Raises ValueError for arrays that do not fit together and for a share
    outside (0, 1). Source: Alain and Bengio, "Understanding intermediate layers using linear classifier probes" (2016).
    """
    hidden, inputs, labels = np.asarray(hidden, float), np.asarray(inputs, float), np.asarray(labels)
    n = len(labels)
    if hidden.ndim != 2 or inputs.ndim != 2 or labels.shape != (len(hidden),) or len(inputs) != n or labels.dtype.kind not in "iu":
        raise ValueError(
            f"expected activations (N, units), N integer labels and inputs (N, in), got {hidden.shape}, {labels.dtype} of shape "
            f"{labels.shape} and {inputs.shape}"
        )
    if not 0 < test_share < 1 or not 0 < round(test_share * n) < n:
        raise ValueError(f"expected a share in (0, 1) that leaves examples to fit and to test, got {test_share} of {n} examples")
    order = rng.permutation(n)
    test, train = np.split(order, [round(test_share * n)])
    classes, label = np.unique(labels, return_inverse=True)
    onehot = np.eye(len(classes))[label]

    def accuracy(features: Array) -> float:
        mean, spread = features[train].mean(axis=0), features[train].std(axis=0)
        standard = (features - mean) / np.where(spread > 0, spread, 1)
        A, middle = standard[train], onehot[train].mean(axis=0)
        gram = A.T @ A / len(A) + ridge * np.eye(A.shape[1])
        weights = np.linalg.solve(gram, A.T @ (onehot[train] - middle) / len(A))
        return float(((standard[test] @ weights + middle).argmax(axis=1) == label[test]).mean())

    commonest = np.bincount(label[train]).argmax()
    return Probe(accuracy(hidden), accuracy(inputs), float((label[test] == commonest).mean()))


def activations(model: Sequential, X: Array, layer: int) -> Array:
    """The outputs (N, units) of one layer of a Sequential. Raises TypeError for other modules, IndexError for a layer it has not."""
    if not isinstance(model, Sequential):
        raise TypeError(f"expected a Sequential, whose layers can be told apart, got {type(model).__name__}")
    if not 0 <= layer < len(model):
        raise IndexError(f"expected a layer in 0..{len(model) - 1}, got {layer}")
    with as_function(model):
        return run(model.layers[: layer + 1], as_floats(X))


def run(layers: Sequence[Module], x: Array) -> Array:
    """Layers one after the other."""
    return Sequential(*layers)(x).data


def flat(model: Module) -> list[Module]:
    """The layers of a Sequential, those of Sequentials in it, too; of another module, itself."""
    return [inner for layer in model.layers for inner in flat(layer)] if isinstance(model, Sequential) else [model]


@contextmanager
def as_function(model: Module) -> Iterator[Callable]:
    """The model as a function of its input alone: parameters are constants, and their gradients stay as they are."""
    if model.training:
        raise ValueError("expected a model in eval mode, got one in training mode: call model.eval() first")
    parameters = model.parameters()
    for parameter in parameters:
        parameter.requires_grad = False
    try:
        yield model
    finally:
        for parameter in parameters:
            parameter.requires_grad = True


def logit_of(logits: Tensor, target: Any) -> Tensor:
    """The target class's logit of each example, (N,)."""
    target = np.asarray(target)
    if logits.data.ndim != 2:
        raise ValueError(f"expected a model that gives logits (N, C), got {logits.shape}")
    n, classes = logits.shape
    if target.dtype.kind not in "iu" or target.shape not in ((), (n,)):
        raise ValueError(f"expected a class, or one for each of {n} examples, got {target.dtype} of shape {target.shape}")
    if target.size and not (0 <= target.min() and target.max() < classes):
        raise ValueError(f"expected classes in 0..{classes - 1}, got {target.min()}..{target.max()}")
    return logits[np.arange(n), target]


def as_floats(X: Any) -> Array:
    """X as floating-point numbers, in its own precision where it has one."""
    X = np.asarray(X)
    return X if X.dtype.kind == "f" else X.astype(float)
