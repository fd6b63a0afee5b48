"""Layers, modules and dropout."""

import numpy as np
import pytest

from course import Linear, Tensor, softmax_cross_entropy
from course.engine.nn import Dropout, Module, ReLU, Sequential, Sigmoid, Tanh


def test_linear_is_its_formula():
    layer = Linear(3, 2, np.random.default_rng(0))
    X = np.random.default_rng(1).normal(size=(5, 3))
    layer.b.data = np.array([1.0, -1.0])
    np.testing.assert_array_equal(layer(Tensor(X)).data, X @ layer.W.data + [1.0, -1.0])


def test_the_same_seed_gives_the_same_layer_and_weights_stay_within_glorots_bound():
    one, other = (Linear(30, 20, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(one.W.data, other.W.data)
    assert 0.9 * np.sqrt(6 / 50) < np.abs(one.W.data).max() < np.sqrt(6 / 50)


def test_every_parameter_gets_a_gradient_of_its_own_shape():
    rng = np.random.default_rng(0)
    first, second = Linear(4, 6, rng), Linear(6, 3, rng)
    loss = softmax_cross_entropy(second(first(Tensor(rng.normal(size=(5, 4)))).relu()), rng.integers(3, size=5))
    loss.backward()
    for parameter in (*first.parameters(), *second.parameters()):
        assert parameter.grad.shape == parameter.shape and np.abs(parameter.grad).max() > 0


@pytest.mark.parametrize("sizes", [(0, 3), (3, 0), (-1, 2)])
def test_a_layer_of_no_size(sizes):
    with pytest.raises(ValueError, match=rf"at least one input and one output, got {sizes[0]} and {sizes[1]}"):
        Linear(*sizes)


def test_single_precision_goes_all_the_way_through():
    layer = Linear(3, 2, np.random.default_rng(0), np.float32)
    Z = layer(np.ones((4, 3), np.float32))
    Z.sum().backward()
    assert Z.data.dtype == layer.W.grad.dtype == layer.b.grad.dtype == np.float32


@pytest.mark.parametrize(
    ("layer", "formula"),
    [(ReLU(), lambda z: np.maximum(z, 0)), (Tanh(), np.tanh), (Sigmoid(), lambda z: 1 / (1 + np.exp(-z)))],
)
def test_activation_layers_are_their_formulas(layer, formula):
    z = np.linspace(-3, 3, 8).reshape(2, 4)
    np.testing.assert_allclose(layer(z).data, formula(z), rtol=1e-14)
    assert layer.parameters() == []


def network(seed: int = 0) -> Sequential:
    rng = np.random.default_rng(seed)
    return Sequential(Linear(4, 8, rng), ReLU(), Dropout(0.5, rng=rng), Linear(8, 3, rng))


def test_sequential_is_its_layers_one_after_the_other():
    layers, x = network().eval(), np.random.default_rng(1).normal(size=(5, 4))
    np.testing.assert_array_equal(layers(x).data, layers[3](layers[2](layers[1](layers[0](x)))).data)
    assert len(layers) == 4
    np.testing.assert_array_equal(Sequential()(x).data, x)


class Residual(Module):
    """A module of one's own: a layer, a tree below, a parameter, and a tensor that is none."""

    def __init__(self):
        super().__init__()
        rng = np.random.default_rng(0)
        self.first, self.rest = Linear(4, 4, rng), Sequential(ReLU(), Dropout(0.5, rng=rng), Linear(4, 4, rng))
        self.gain = Tensor(2.0, requires_grad=True)
        self.constant = Tensor(1.0)

    def forward(self, x):
        return (x + self.rest(self.first(x))) * self.gain + self.constant


def test_parameters_are_found_by_name_through_the_whole_tree():
    names = [name for name, _ in Residual().named_parameters()]
    assert sorted(names) == ["first.W", "first.b", "gain", "rest.2.W", "rest.2.b"]
    assert len(Residual().parameters()) == 5


def test_a_parameter_shared_by_two_layers_is_listed_once():
    layers = network()
    layers[3].W = layers[0].W
    assert len(list(layers.named_parameters())) == 4 and len(layers.parameters()) == 3


def test_train_and_eval_reach_the_last_child_and_return_the_module():
    module = Residual()
    inner = module.rest[1]
    assert module.eval() is module and not module.training and not inner.training
    assert module.train() is module and module.training and inner.training


def test_state_is_a_copy_that_can_be_put_back():
    module, x = Residual().eval(), np.ones((2, 4))
    before, state = module(x).data.copy(), module.state()
    for parameter in module.parameters():
        parameter.data = parameter.data + 1.0
    assert not np.array_equal(module(x).data, before)
    module.load_state(state)
    np.testing.assert_array_equal(module(x).data, before)
    module.first.W.data[:] = 0
    assert state["first.W"].any()  # what was put back is a copy too


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda state: state.pop("0.W"), r"0.W has shape \(4, 8\) here, and nothing there"),
        (lambda state: state.update(extra=np.ones(2)), r"extra has shape nothing here, and \(2,\) there"),
        (lambda state: state.update({"3.b": np.ones(4)}), r"3.b has shape \(3,\) here, and \(4,\) there"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(change, says):
    module = network()
    state, before = {name: data + 1 for name, data in module.state().items()}, module.state()
    change(state)
    with pytest.raises(ValueError, match=says):
        module.load_state(state)
    for name, data in module.state().items():
        np.testing.assert_array_equal(data, before[name])


def test_a_module_without_a_formula_says_so():
    class Empty(Module):
        pass

    with pytest.raises(TypeError, match="Empty has no forward: define"):
        Empty()(1.0)


ONES = np.ones((500, 400))  # enough of each row and column for the normal bound, at a probability of 0.1 too


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("keep_prob", [0.1, 0.5, 0.8])
def test_neurons_are_kept_with_the_probability_given(keep_prob, inverted):
    values = Dropout(keep_prob, inverted, np.random.default_rng(0))(ONES).data
    kept = values != 0
    bound = 5 * np.sqrt(keep_prob * (1 - keep_prob))  # five standard errors of a mean over one
    assert abs(kept.mean() - keep_prob) < bound / np.sqrt(kept.size)
    assert np.abs(kept.mean(axis=0) - keep_prob).max() < bound / np.sqrt(len(kept))
    assert np.abs(kept.mean(axis=1) - keep_prob).max() < bound / np.sqrt(kept.shape[1])
    np.testing.assert_allclose(values[kept], 1 / keep_prob if inverted else 1)


def test_neighbours_are_dropped_independently():
    kept = Dropout(0.5, rng=np.random.default_rng(0))(ONES).data - 0.5
    for pairs in (kept[:, 1:] * kept[:, :-1], kept[1:] * kept[:-1]):
        assert abs(4 * pairs.mean()) < 4 / np.sqrt(pairs.size)


def test_every_call_draws_a_new_mask_and_a_seed_the_same_ones():
    one, other = (Dropout(0.5, rng=np.random.default_rng(0)) for _ in range(2))
    first, second = one(ONES).data, one(ONES).data
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(other(ONES).data, first)
    np.testing.assert_array_equal(other(ONES).data, second)


@pytest.mark.parametrize("inverted", [False, True])
def test_gradients_pass_through_the_mask_of_the_forward_pass(inverted):
    x = Tensor(np.random.default_rng(1).normal(size=(6, 5)), requires_grad=True)
    upstream = np.random.default_rng(2).normal(size=(6, 5))
    output = Dropout(0.4, inverted, np.random.default_rng(0))(x)
    output.backward(upstream)
    np.testing.assert_allclose(x.grad, upstream * output.data / x.data, rtol=1e-14)
    assert (x.grad == 0).any() and (x.grad != 0).any()


@pytest.mark.parametrize(("inverted", "factor"), [(False, 0.4), (True, 1.0)])
def test_testing_uses_the_whole_network_with_expected_weights(inverted, factor):
    x = Tensor(np.random.default_rng(1).normal(size=(6, 5)), requires_grad=True)
    output = Dropout(0.4, inverted).eval()(x)
    output.backward(np.ones((6, 5)))
    np.testing.assert_allclose(output.data, factor * x.data, rtol=1e-15)
    np.testing.assert_allclose(x.grad, np.full((6, 5), factor), rtol=1e-15)


@pytest.mark.parametrize("inverted", [False, True])
def test_both_forms_agree_with_their_test_time_in_expectation(inverted):
    """The mean over masks of a linear layer's output, within five standard errors of what testing gives."""
    rng, masks = np.random.default_rng(0), 4000
    x, layer = rng.normal(size=30), Linear(30, 4, rng)
    dropout = Dropout(0.3, inverted, rng)
    trained = layer(dropout(np.tile(x, (masks, 1)))).data
    tested = layer(dropout.eval()(x[None])).data[0]
    standard_error = trained.std(axis=0) / np.sqrt(masks)
    assert (np.abs(trained.mean(axis=0) - tested) < 5 * standard_error).all()
    np.testing.assert_allclose(tested, (1.0 if inverted else 0.3) * x @ layer.W.data, rtol=1e-12)


def test_keeping_all_changes_nothing_and_single_precision_stays():
    x = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    for inverted in (False, True):
        np.testing.assert_array_equal(Dropout(1.0, inverted)(x).data, x)
        for mode in (True, False):
            assert Dropout(0.3, inverted).train(mode)(x).data.dtype == np.float32


@pytest.mark.parametrize("keep_prob", [0, -0.5, 1.5, np.nan])
def test_keep_prob_is_a_probability(keep_prob):
    with pytest.raises(ValueError, match=rf"probability that a neuron stays active, in \(0, 1\]; got {keep_prob}"):
        Dropout(keep_prob)
