"""Unit 10, explainable AI: the exercises.

Every case is drawn afresh from `rng`, with sizes that all differ. Networks are drawn until no unit is near its kink where it is looked
at, and until the rules that students mistake for one another give different numbers.
"""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Expected
from course.judging.witness import in_double, value_of
from course.units.kit import positive, signed, sizes
from course.units.u05_vector_form.mlp_gradients import beside_the_kink
from course.units.u10_explainable_ai import answers, mistakes
from course.units.u10_explainable_ai import layer_mistakes as layer_mistakes
from course.units.u10_explainable_ai.forward import along_path, input_gradients, linear, logits_of, loss_and_accuracy, midpoints, relu

Rng = np.random.Generator

NETWORK = ("W1", "b1", "W2", "b2")
CLEAR = 0.01  # how far a unit stays from its kink, or one logit from another: more than float32 could bridge


def in_single(inputs: dict) -> dict:
    """The inputs with their floating-point arrays in float32."""
    floats = (np.ndarray, np.float64)
    return {k: v.astype(np.float32) if isinstance(v, floats) and v.dtype.kind == "f" else v for k, v in inputs.items()}


def weights(rng: Rng, d: int, h: int, c: int) -> dict[str, Array]:
    """A network with d inputs, h hidden units and c classes."""
    return {"W1": signed(rng, (d, h)), "b1": signed(rng, (h,)), "W2": signed(rng, (h, c)), "b2": signed(rng, (c,))}


# hidden_activations


def hidden_inputs(rng: Rng, n: int, d: int, h: int) -> dict[str, Array]:
    """A layer whose units are neither all active nor all off, and clear of their kinks."""
    while True:
        inputs = {"X": signed(rng, (n, d)), "W1": signed(rng, (d, h)), "b1": signed(rng, (h,))}
        Z = linear(**{"X": inputs["X"], "W": inputs["W1"], "b": inputs["b1"]})
        if np.abs(Z).min() > CLEAR and 0.2 <= (Z > 0).mean() <= 0.8:
            return inputs


def hidden_activations_cases(rng: Rng) -> Iterator[Case]:
    for name in ("a small layer", "another layer"):
        yield Case(name, hidden_inputs(rng, *sizes(rng, 3)))
    yield Case("one example", hidden_inputs(rng, 1, 4, 5))
    yield Case("one hidden unit", hidden_inputs(rng, 6, 3, 1))
    yield Case("float32 inputs", in_single(hidden_inputs(rng, 5, 4, 3)))


HIDDEN_ACTIVATIONS = Exercise(
    right=answers.hidden_activations,
    criteria=(Criterion("H", 1, "the activations of the hidden units, shape (N, hidden)"),),
    cases=hidden_activations_cases,
    expected=value_of(lambda X, W1, b1: relu(linear(X, W1, b1)), "H"),
    mistakes=mistakes.HIDDEN_ACTIVATIONS,
)


# saliency


def network_and_targets(rng: Rng, n: int, d: int, h: int, c: int) -> dict[str, Array]:
    """Examples and a network clear of its kinks, with targets that are not all one class, and not all the predicted one."""
    while True:
        inputs = {"X": signed(rng, (n, d)), "targets": rng.integers(c, size=n), **weights(rng, d, h, c)}
        Z = linear(inputs["X"], inputs["W1"], inputs["b1"])
        predicted = logits_of(inputs["X"], **{k: inputs[k] for k in NETWORK}).argmax(axis=1)
        varied = n == 1 or len(set(inputs["targets"])) > 1
        if np.abs(Z).min() > CLEAR and 0.2 <= (Z > 0).mean() <= 0.8 and varied and (predicted != inputs["targets"]).any():
            return inputs


def saliency_cases(rng: Rng) -> Iterator[Case]:
    for name, n in (("a small network", 5), ("another network", 6)):
        yield Case(name, network_and_targets(rng, n, 4, 7, 3))
    yield Case("one example", network_and_targets(rng, 1, 3, 6, 4))
    yield Case("just beside the kinks, with large logits", large_beside_the_kink(rng), entrywise=True)
    yield Case("float32 inputs", in_single(network_and_targets(rng, 4, 3, 6, 5)))


def large_beside_the_kink(rng: Rng) -> dict[str, Array]:
    """Units at ±1e-7: a finite step that does not cross the kink is so small that logits of a million lose it in rounding."""
    inputs = beside_the_kink(rng)
    targets, b2 = inputs.pop("labels"), 1e6 * positive(rng, inputs["b2"].shape)
    return {"X": inputs.pop("X"), "targets": targets, **inputs, "b2": b2}


def saliency_expected(case: Case) -> dict[str, Expected]:
    return {"gradient": Expected(input_gradients(**in_double(case.inputs)), derivative=True)}


SALIENCY = Exercise(
    right=answers.saliency,
    criteria=(Criterion("gradient", 3, "∂z_t/∂x for each example, shape (N, in)"),),
    cases=saliency_cases,
    expected=saliency_expected,
    mistakes=mistakes.SALIENCY,
)


# mean_slope


def mean_slope_value(start: Array, end: Array) -> Array:
    """The part of the way from start to end that lies above zero; one half of the way where there is none, at the kink."""
    above = np.maximum(np.maximum(start, end), 0) / np.where(start == end, 1, np.abs(end - start))
    level = np.where(start > 0, 1.0, np.where(start < 0, 0.0, 0.5))
    return np.where(start == end, level, np.minimum(above, 1))


def mean_slope_expected(case: Case) -> dict[str, Expected]:
    start, end = in_double(case.inputs).values()
    return {"slope": Expected(mean_slope_value(start, end), np.where((start == 0) & (end == 0), 0.5, 0.0))}


WAYS = np.array([[1, -2], [-1, 2], [2, -1], [-2, 1], [1, 2], [-1, -2]])  # across zero, little or most of the way above it; and not across


def ends(rng: Rng, shape: tuple[int, int]) -> dict[str, Array]:
    """Starts and ends of every kind of way, each kind at least once."""
    n = shape[0] * shape[1]
    kinds = WAYS[rng.permutation(np.arange(n) % len(WAYS))]
    start, end = (kinds * rng.uniform(0.7, 1.3, (n, 2))).T
    return {"start": start.reshape(shape), "end": end.reshape(shape)}


def mean_slope_cases(rng: Rng) -> Iterator[Case]:
    for name, shape in (("some ways from start to end", (3, 4)), ("other ways", (2, 5))):
        yield Case(name, ends(rng, shape))
    inputs = ends(rng, (3, 3))
    inputs["end"][:, 1] = inputs["start"][:, 1] = [0.5, -0.25, 1.5] * rng.uniform(0.5, 1, 3)
    yield Case("units that do not move", inputs)
    inputs = ends(rng, (2, 4))
    inputs["start"][:, 2] = 0.0
    yield Case("units that start at zero", inputs)
    yield Case("float32 inputs", in_single(ends(rng, (4, 2))))


MEAN_SLOPE = Exercise(
    right=answers.mean_slope,
    criteria=(Criterion("slope", 2, "the mean slope of ReLU on the way, of the shape of `start`"),),
    cases=mean_slope_cases,
    expected=mean_slope_expected,
    mistakes=mistakes.MEAN_SLOPE,
)


# integrated_gradients


def told_apart(X: Array, baseline: Array, steps: int, W1: Array, b1: Array) -> bool:
    """Whether other points of the path than the midpoints see other units active, and no unit is near its kink at a midpoint."""
    rules = mistakes.rules(steps)
    active = [along_path(X, baseline, shares) @ W1 + b1 for shares in rules]
    means = [(Z > 0).mean(axis=0) for Z in active]
    differ = all(np.abs(means[0] - other).max(axis=1).min() > 0.5 / steps for other in means[1:])
    return differ and np.abs(active[0]).min() > CLEAR / 4


def path_inputs(rng: Rng, n: int, d: int, h: int, c: int, steps: int) -> dict:
    """Examples, a baseline that is not zero, and a network with many kinks between them."""
    while True:
        inputs = {"X": 2 * signed(rng, (n, d)), "baseline": signed(rng, (d,)), "targets": rng.integers(c, size=n)}
        network = weights(rng, d, h, c)
        if told_apart(inputs["X"], inputs["baseline"], steps, network["W1"], network["b1"]):
            return inputs | network | {"steps": steps}


def integrated_gradients_cases(rng: Rng) -> Iterator[Case]:
    yield Case("a small network, 4 steps", path_inputs(rng, 3, 4, 12, 5, 4))
    yield Case("another network, 5 steps", path_inputs(rng, 2, 3, 14, 4, 5))
    yield Case("one example, 6 steps", path_inputs(rng, 1, 5, 13, 3, 6))
    yield Case("a single step", network_and_one_step(rng))
    yield Case("float32 inputs, 3 steps", in_single(path_inputs(rng, 2, 4, 11, 3, 3)))


def network_and_one_step(rng: Rng) -> dict:
    """One step: the gradient halfway, where no unit is near its kink."""
    while True:
        inputs = {"X": 2 * signed(rng, (3, 2)), "baseline": signed(rng, (2,)), "targets": rng.integers(3, size=3), **weights(rng, 2, 5, 3)}
        Z = (inputs["X"] + inputs["baseline"]) / 2 @ inputs["W1"] + inputs["b1"]
        if np.abs(Z).min() > CLEAR:
            return inputs | {"steps": 1}


def integrated_gradients_expected(case: Case) -> dict[str, Expected]:
    """The midpoint rule, with every gradient taken by the complex step."""
    given = in_double(case.inputs)
    X, baseline, steps, network = given["X"], given["baseline"], given["steps"], {k: given[k] for k in NETWORK}
    points = along_path(X, baseline, midpoints(steps))
    gradients = input_gradients(points.reshape(-1, X.shape[1]), np.tile(given["targets"], steps), **network)
    return {"attributions": Expected((X - baseline) * gradients.reshape(points.shape).mean(axis=0))}


INTEGRATED_GRADIENTS = Exercise(
    right=answers.integrated_gradients,
    criteria=(Criterion("attributions", 3, "the share of each input, shape (N, in)"),),
    cases=integrated_gradients_cases,
    expected=integrated_gradients_expected,
    needs=("saliency",),
    mistakes=mistakes.INTEGRATED_GRADIENTS,
)


# ablate


def without_unit(H: Array, W2: Array, b2: Array, unit: int, to_mean: bool) -> Array:
    """The logits without one unit: what it adds to them is taken away, save its mean where that stays."""
    level = H[:, unit].mean() if to_mean else 0.0
    return linear(H, W2, b2) - np.outer(H[:, unit] - level, W2[unit])


def ablate_value(H: Array, labels: Array, W2: Array, b2: Array, to_mean: bool) -> tuple[Array, Array]:
    loss, accuracy = loss_and_accuracy(linear(H, W2, b2), labels)
    ablated = [loss_and_accuracy(without_unit(H, W2, b2, unit, to_mean), labels) for unit in range(H.shape[1])]
    return np.array([one[0] - loss for one in ablated]), np.array([accuracy - one[1] for one in ablated])


def layer_inputs(rng: Rng, n: int, h: int, c: int, to_mean: bool) -> dict:
    """A trained layer, so to speak: the labels are those of the largest logit, some left to chance. No two largest logits are close."""
    while True:
        H, W2, b2 = relu(0.4 + signed(rng, (n, h))), signed(rng, (h, c)), signed(rng, (c,))
        everyone = [linear(H, W2, b2), *(without_unit(H, W2, b2, unit, to_mean) for unit in range(h))]
        labels = np.where(rng.random(n) < 0.8, everyone[0].argmax(axis=1), rng.integers(c, size=n))
        ordered = np.sort(np.array(everyone), axis=-1)
        drops = ablate_value(H, labels, W2, b2, to_mean)[1]
        if (ordered[..., -1] - ordered[..., -2]).min() > CLEAR / 10 and len(np.unique(drops)) > 2 and (H > 0).any(axis=0).all():
            return {"H": H, "labels": labels, "W2": W2, "b2": b2, "to_mean": to_mean}


def ablate_cases(rng: Rng) -> Iterator[Case]:
    for to_mean, word in ((False, "zero"), (True, "their mean")):
        h, c = sizes(rng, 2, least=3, most=7)
        yield Case(f"units set to {word}", layer_inputs(rng, 16, h, c, to_mean))
    yield Case("another layer, units set to zero", layer_inputs(rng, 11, 4, 5, False))
    yield Case("another layer, units set to their mean", layer_inputs(rng, 13, 3, 4, True))
    yield Case("float32 inputs", in_single(layer_inputs(rng, 9, 5, 3, True)))


ABLATE = Exercise(
    right=answers.ablate,
    criteria=(
        Criterion("loss_rise", 2, "by how much the mean cross-entropy rises without each unit, shape (hidden,)"),
        Criterion("accuracy_drop", 1, "by how much the accuracy falls without each unit, shape (hidden,)"),
    ),
    cases=ablate_cases,
    expected=value_of(ablate_value, "loss_rise", "accuracy_drop"),
    mistakes=layer_mistakes.ABLATE,
)


# linear_probe


def linear_probe_value(H: Array, Y: Array, lam: float) -> tuple[Array, Array]:
    """Least squares of a taller system: N rows for the examples, then a row for each unit that pulls its weights towards zero."""
    n, units = H.shape
    tall = np.block([[H, np.ones((n, 1))], [np.sqrt(n * lam) * np.eye(units), np.zeros((units, 1))]])
    solution = np.linalg.lstsq(tall, np.vstack([Y, np.zeros((units, Y.shape[1]))]), rcond=None)[0]
    return solution[:-1], solution[-1]


def probe_inputs(rng: Rng, n: int, units: int, c: int) -> dict:
    """Activations that are not centred, as behind a ReLU, and one-hot labels of every class."""
    labels = rng.permutation(np.arange(n) % c)
    return {"H": relu(0.5 + signed(rng, (n, units))), "Y": np.eye(c)[labels], "lam": float(rng.uniform(0.05, 0.3))}


def linear_probe_cases(rng: Rng) -> Iterator[Case]:
    for name in ("a small layer", "another layer"):
        units, c = sizes(rng, 2, most=7)
        yield Case(name, probe_inputs(rng, int(rng.integers(15, 20)), units, c))
    yield Case("targets that are not 0 and 1", probe_inputs(rng, 12, 3, 2) | {"Y": 3 + signed(rng, (12, 2))})
    inputs = probe_inputs(rng, 14, 4, 3)
    inputs["H"][:, 1] = 0.0
    yield Case("a unit that is never active", inputs)
    yield Case("more units than examples", probe_inputs(rng, 6, 8, 3))
    yield Case("float32 inputs", in_single(probe_inputs(rng, 13, 5, 3)))


LINEAR_PROBE = Exercise(
    right=answers.linear_probe,
    criteria=(
        Criterion("W", 2, "the weights of the probe, shape (units, classes)"),
        Criterion("b", 1, "its biases, shape (classes,)"),
    ),
    cases=linear_probe_cases,
    expected=value_of(linear_probe_value, "W", "b"),
    mistakes=layer_mistakes.LINEAR_PROBE,
)


EXERCISES = (HIDDEN_ACTIVATIONS, SALIENCY, MEAN_SLOPE, INTEGRATED_GRADIENTS, ABLATE, LINEAR_PROBE)
