"""Attributions add up, ablation finds a planted unit, a probe reports what it was not fitted to, and models stay as they were."""

from itertools import pairwise

import numpy as np
import pytest

from course import explain
from course.engine.functional import softmax_cross_entropy
from course.engine.nn import Dropout, Linear, Module, ReLU, Sequential, Tanh
from course.explain import ablation, activations, integrated_gradients, linear_probe, maximal_activation, saliency
from course.gradcheck import complex_step_gradient


def network(*sizes, activation=ReLU, seed=0):
    rng = np.random.default_rng(seed)
    layers = []
    for inputs, outputs in pairwise(sizes):
        layers += [Linear(inputs, outputs, rng), activation()]
        layers[-2].b.data = rng.normal(size=outputs)
    return Sequential(*layers[:-1]).eval()


@pytest.fixture
def X():
    return np.random.default_rng(1).normal(size=(7, 5))


class Twice(Module):
    """A network of another kind: not a Sequential, not piecewise linear."""

    def __init__(self):
        super().__init__()
        self.inner = Linear(5, 3, np.random.default_rng(5))

    def forward(self, x):
        return self.inner(x.sin()) * self.inner(x)


# Saliency


def test_saliency_is_the_derivative_of_the_logit(X):
    model = network(5, 6, 4, activation=Tanh)
    W1, b1, W2, b2 = (parameter.data for parameter in model.parameters())
    targets = np.arange(7) % 4
    expected = [complex_step_gradient(lambda x, t=t: (np.tanh(x @ W1 + b1) @ W2 + b2)[t], x) for x, t in zip(X, targets, strict=True)]
    np.testing.assert_allclose(saliency(model, X, targets), expected, rtol=1e-12)


def test_one_class_for_all_is_that_class_for_each(X):
    model = network(5, 6, 4)
    np.testing.assert_array_equal(saliency(model, X, 2), saliency(model, X, np.full(7, 2)))


def test_whole_numbers_are_inputs_too():
    assert saliency(network(5, 6, 4), np.eye(5, dtype=int), 0).dtype == float


@pytest.mark.parametrize("ask", [
    lambda model, X: saliency(model, X, 1),
    lambda model, X: integrated_gradients(model, X, 1),
    lambda model, X: maximal_activation(model, X, 1, 0),
    lambda model, X: ablation(model, X, np.zeros(7, int), 1),
])  # fmt: skip
def test_the_model_stays_as_it_was(X, ask):
    model = network(5, 6, 4)
    softmax_cross_entropy(model(X), np.zeros(7, int)).backward()
    before, gradients = model.state(), [parameter.grad.copy() for parameter in model.parameters()]
    ask(model, X)
    np.testing.assert_equal(model.state(), before)
    np.testing.assert_equal([parameter.grad for parameter in model.parameters()], gradients)
    model.train()
    with pytest.raises(ValueError, match=r"expected a model in eval mode, got one in training mode: call model.eval\(\)"):
        ask(model, X)
    assert all(parameter.requires_grad for parameter in model.parameters())


@pytest.mark.parametrize(
    ("target", "message"),
    [(4, "classes in 0..3, got 4..4"), (-1, "got -1"), (1.0, "got float64"), (np.zeros(3, int), r"each of 7 .* got int64 of shape \(3,\)")],
)
def test_targets_are_classes(X, target, message):
    for ask in (saliency, integrated_gradients):
        with pytest.raises(ValueError, match=message):
            ask(network(5, 6, 4), X, target)


# Integrated gradients


@pytest.mark.parametrize("sizes", [(5, 40, 4), (5, 30, 30, 20, 4), (5, 4)])
@pytest.mark.parametrize("baseline", [0.0, np.linspace(-2, 2, 5), np.ones((7, 5))], ids=["zero", "one", "each"])
def test_a_relu_network_is_explained_completely(X, sizes, baseline):
    model = network(*sizes)
    found = integrated_gradients(model, X, np.arange(7) % 4, baseline)
    assert found.exact and np.abs(found.gap).max() < 1e-12
    logits = [model(x).data[np.arange(7), np.arange(7) % 4] for x in (X, np.broadcast_to(baseline, X.shape))]
    np.testing.assert_array_equal(found.difference, logits[0] - logits[1])


def test_one_hidden_layer_has_a_formula(X):
    """Along the path z moves evenly, so that the mean slope of a ReLU is (relu(z1) - relu(z0)) / (z1 - z0)."""
    model, start = network(5, 40, 4), np.full(5, 0.3)
    W1, b1, W2, _ = (parameter.data for parameter in model.parameters())
    z0, z1 = start @ W1 + b1, X @ W1 + b1
    mean_slope = (np.maximum(z1, 0) - np.maximum(z0, 0)) / (z1 - z0)
    expected = (X - start) * ((mean_slope * W2[:, 3]) @ W1.T)
    np.testing.assert_allclose(integrated_gradients(model, X, 3, start).values, expected, rtol=1e-11, atol=1e-13)


def test_the_shares_are_the_integral_and_not_merely_a_sum_that_fits(X):
    model = network(5, 30, 20, 4)
    exact, fine = integrated_gradients(model, X, 0), integrated_gradients(model, X, 0, steps=300)
    assert not fine.exact and 1e-12 < np.abs(fine.gap).max() < 0.05
    np.testing.assert_allclose(fine.values, exact.values, atol=0.02)


@pytest.mark.parametrize("model", [network(5, 16, 3, activation=Tanh), Twice().eval()], ids=["tanh", "own module"])
def test_a_smooth_network_is_complete_to_the_last_digits(X, model):
    found = integrated_gradients(model, X, 2, baseline=-0.5)
    assert not found.exact and np.abs(found.gap).max() < 1e-12
    assert np.abs(integrated_gradients(model, X, 2, steps=1).gap).max() > 1e-3, "and the gap tells where it is not"


def test_inputs_that_play_the_same_part_get_the_same_share_and_those_that_play_none_get_none(X):
    model = network(5, 12, 3)
    W = model[0].W.data.copy()
    W[1], W[4] = W[0], 0
    model[0].W.data = W
    x = X.copy()
    x[:, 1] = x[:, 0]
    shares = integrated_gradients(model, x, 1).values
    np.testing.assert_allclose(shares[:, 0], shares[:, 1], rtol=1e-12)
    assert not shares[:, 4].any()


def test_from_a_point_to_itself_nothing_is_explained(X):
    found = integrated_gradients(network(5, 12, 3), X, 1, baseline=X)
    assert not found.values.any() and not found.gap.any()


def test_dropout_at_test_time_and_nested_networks_are_linear_too(X):
    inner = network(5, 12, 8)
    model = Sequential(inner, ReLU(), Dropout(0.8), Linear(8, 3, np.random.default_rng(2))).eval()
    found = integrated_gradients(model, X, 1)
    assert found.exact and np.abs(found.gap).max() < 1e-12


def test_a_layer_that_only_inherits_from_relu_is_not_taken_for_one(X):
    class Leaky(ReLU):
        def forward(self, x):
            return x.relu() + x * x * 0.1

    rng = np.random.default_rng(0)
    assert not integrated_gradients(Sequential(Linear(5, 4, rng), Leaky(), Linear(4, 2, rng)).eval(), X, 1).exact


def test_single_precision_is_explained_in_double(X):
    rng = np.random.default_rng(0)
    model = Sequential(Linear(5, 9, rng, np.float32), ReLU(), Linear(9, 2, rng, np.float32)).eval()
    assert np.abs(integrated_gradients(model, X.astype(np.float32), 1).gap).max() < 1e-12


def test_steps_are_at_least_one(X):
    with pytest.raises(ValueError, match="at least one step along the path, got 0"):
        integrated_gradients(network(5, 6, 4), X, 1, steps=0)


# Hidden units


def test_the_examples_that_activate_a_unit_most(X):
    model = network(5, 6, 4)
    unit = activations(model, X, 1)[:, 3]
    found = maximal_activation(model, X, 1, 3, count=3)
    np.testing.assert_array_equal(found.activations, np.sort(unit)[::-1][:3])
    np.testing.assert_array_equal(unit[found.indices], found.activations)
    assert len(maximal_activation(model, X, 1, 3, count=100).indices) == len(X)


def test_equal_activations_stand_in_the_order_of_the_data(X):
    found = maximal_activation(network(5, 6, 4), np.tile(X[:2], (500, 1)), 0, 0, count=500)
    assert found.indices.tolist() in (list(range(0, 1000, 2)), list(range(1, 1000, 2)))


def test_layers_and_units_are_the_models_own(X):
    model = network(5, 6, 4)
    with pytest.raises(IndexError, match=r"a unit in 0..5 of layer 1, got 6"):
        maximal_activation(model, X, 1, 6)
    with pytest.raises(IndexError, match=r"a layer in 0..2, got 3"):
        ablation(model, X, np.zeros(7, int), 3)
    with pytest.raises(TypeError, match=r"expected a Sequential, .* got Twice"):
        activations(Twice().eval(), X, 0)


def planted():
    """Four hidden units of which the third alone says the class: the sign of x[1]."""
    rng = np.random.default_rng(0)
    model = Sequential(Linear(3, 4, rng), ReLU(), Linear(4, 2, rng)).eval()
    W, V = rng.normal(scale=0.01, size=(3, 4)), rng.normal(scale=0.01, size=(4, 2))
    W[:, 2], V[2] = (0, 5, 0), (-5, 5)
    model[0].W.data, model[2].W.data, model[2].b.data = W, V, np.array([2.0, -2.0])
    X = rng.normal(size=(200, 3))
    X[:, 1] += np.sign(X[:, 1])
    return model, X, (X[:, 1] > 0).astype(int)


@pytest.mark.parametrize("silenced", ["zero", "mean"])
def test_ablation_finds_the_planted_unit(silenced):
    model, X, y = planted()
    found = ablation(model, X, y, 1, silenced)
    assert found.accuracy == 1.0 and found.accuracy_drop.argmax() == found.loss_rise.argmax() == 2
    assert found.accuracy_drop[2] > 0.3 and found.loss_rise[2] > 1
    assert not found.accuracy_drop[[0, 1, 3]].any() and np.abs(found.loss_rise[[0, 1, 3]]).max() < 0.01


def test_ablation_is_what_the_network_does_without_the_units_outgoing_weights(X):
    model, y = network(5, 6, 4), np.arange(7) % 4
    found = ablation(model, X, y, 1)
    assert found.loss == softmax_cross_entropy(model(X), y).data
    W = model[2].W.data.copy()
    W[3] = 0
    model[2].W.data = W
    assert found.loss + found.loss_rise[3] == pytest.approx(float(softmax_cross_entropy(model(X), y).data), rel=1e-14)


def test_a_unit_at_its_mean_keeps_its_mean():
    model, X, y = planted()
    still = np.repeat(X[:1], 5, axis=0)
    assert not ablation(model, still, y[:5], 1, "mean").loss_rise.any(), "a unit that never changes says nothing"
    assert ablation(model, still, y[:5], 1, "zero").loss_rise.any()


def test_ablation_wants_examples_and_a_way_to_silence(X):
    with pytest.raises(ValueError, match='expected silenced="zero" or "mean", got \'off\''):
        ablation(network(5, 6, 4), X, np.zeros(7, int), 1, "off")
    with pytest.raises(ValueError, match="expected at least one example"):
        ablation(network(5, 6, 4), X[:0], np.zeros(0, int), 1)


# Probes


def test_a_probe_reads_what_is_linear_and_the_baseline_what_was_so_before():
    rng = np.random.default_rng(0)
    inputs = rng.uniform(-1, 1, size=(1000, 2))
    labels = (inputs.prod(axis=1) > 0).astype(int)  # exclusive or: no line tells these apart
    hidden = np.column_stack([inputs.prod(axis=1), inputs])
    found = linear_probe(hidden, labels, inputs, rng)
    assert found.accuracy > 0.97 and found.baseline < 0.65 and found.chance < 0.65


def test_labels_drawn_at_random_are_read_by_chance_alone():
    """With as many features as examples, training accuracy would be perfect."""
    rng = np.random.default_rng(0)
    hidden, labels = rng.normal(size=(1000, 700)), rng.integers(4, size=1000)
    found = linear_probe(hidden, labels, hidden[:, :5], rng)
    assert 0.15 < found.accuracy < 0.35 and 0.15 < found.baseline < 0.35 and 0.15 < found.chance < 0.35


def test_layer_and_inputs_share_the_split_and_the_generator_decides_it():
    rng = np.random.default_rng(3)
    hidden, labels = rng.normal(size=(60, 4)), rng.integers(3, size=60) * 5
    one, other = (linear_probe(hidden, labels, hidden, np.random.default_rng(7)) for _ in range(2))
    assert one == other and one.accuracy == one.baseline
    assert len({linear_probe(hidden, labels, hidden, np.random.default_rng(seed)).accuracy for seed in range(9)}) > 1


def test_a_probe_does_not_mind_scale_shift_or_dead_units():
    rng = np.random.default_rng(0)
    hidden = rng.normal(size=(300, 5))
    labels = (hidden @ [1, -1, 2, 0, 0] > 0).astype(int)
    moved = np.column_stack([hidden * [1, 1e6, 1e-6, 1, 1] + 100, np.zeros(300)])
    found = linear_probe(moved, labels, hidden, rng)
    assert found.accuracy == found.baseline > 0.9


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": np.zeros(9, int)}, r"got \(10, 3\), int64 of shape \(9,\) and \(10, 2\)"),
        ({"labels": np.zeros(10)}, "got .* float64"),
        ({"hidden": np.zeros(10)}, r"expected activations \(N, units\)"),
        ({"inputs": np.zeros((4, 2))}, r"and \(4, 2\)"),
        ({"test_share": 1.0}, r"a share in \(0, 1\) that leaves examples to fit and to test, got 1.0 of 10"),
        ({"test_share": 0.01}, "got 0.01 of 10 examples"),
    ],
)
def test_a_probe_says_what_does_not_fit(change, message):
    given = {"hidden": np.zeros((10, 3)), "labels": np.zeros(10, int), "inputs": np.zeros((10, 2)), "rng": np.random.default_rng(0)}
    with pytest.raises(ValueError, match=message):
        linear_probe(**given | change)


def test_the_kinks_are_where_a_unit_changes_sign():
    model = network(5, 9, 7, 4)
    x0 = 3 * np.random.default_rng(4).normal(size=5)
    x1 = -x0
    cuts = explain.kinks(model.layers, x0, x1)
    assert cuts[0] == 0 and cuts[-1] == 1 and (np.diff(cuts) > 0).all() and len(cuts) > 5
    for layer in (0, 2):
        z = activations(model, x0 + cuts[1:-1, None] * (x1 - x0), layer)
        ends = activations(model, np.stack([x0, x1]), layer)
        for unit in np.flatnonzero(ends[0] * ends[1] < 0):
            assert np.abs(z[:, unit]).min() < 1e-12
