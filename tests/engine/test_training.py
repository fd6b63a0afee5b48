"""The training algorithm: batches, every reason to stop, and what it leaves behind."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from course.data import digits, two_moons, xor
from course.engine.functional import binary_cross_entropy, mse_loss, softmax_cross_entropy
from course.engine.history import accuracy, measure
from course.engine.nn import Dropout, Linear, Module, ReLU, Sequential, Sigmoid
from course.engine.optim import SGD
from course.engine.regularization import EarlyStopping, l2_penalty
from course.engine.tensor import Tensor
from course.engine.training import fit, minibatches

MOONS = two_moons(60, 0.1, np.random.default_rng(0))
OTHER_MOONS = two_moons(60, 0.1, np.random.default_rng(1))


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def network(seed: int = 0, inputs: int = 2, outputs: int = 2, keep_prob: float = 1.0, dtype=np.float64) -> Sequential:
    start = rng(seed)
    return Sequential(
        Linear(inputs, 16, start, dtype), ReLU(), Dropout(keep_prob, rng=start), Linear(16, outputs, start, dtype)
    )  # fmt: skip


def states_equal(one: Module, other: Module) -> bool:
    return all(np.array_equal(a.data, b.data) for a, b in zip(one.parameters(), other.parameters(), strict=True))


@given(n=st.integers(1, 60), data=st.data(), seed=st.integers(0, 2**32))
def test_an_epoch_has_every_example_once(n, data, seed):
    size = data.draw(st.integers(1, n))
    batches = list(minibatches(n, size, rng(seed)))
    assert sorted(np.concatenate(batches)) == list(range(n))
    assert [len(batch) for batch in batches] == [size] * (n // size) + [n % size] * (n % size > 0)


def test_each_epoch_is_in_a_new_order():
    source = rng()
    first, second = (np.concatenate(list(minibatches(50, 8, source))) for _ in range(2))
    assert not np.array_equal(first, second) and not np.array_equal(first, np.arange(50))
    np.testing.assert_array_equal(first, np.concatenate(list(minibatches(50, 8, rng()))))


@pytest.mark.parametrize("size", [0, -1, 11])
def test_batch_sizes_out_of_range_are_told_at_once(size):
    with pytest.raises(ValueError, match=rf"batch_size must lie in 1..10, the number of examples; got {size}"):
        minibatches(10, size, rng())


def test_the_steps_are_the_algorithm_of_the_notes():
    trained, by_hand = network(), network()
    fit(trained, *MOONS, rng=rng(5), lr=0.1, batch_size=16, epochs=3)
    source = rng(5)
    for _ in range(3):
        order = source.permutation(60)
        for start in range(0, 60, 16):
            batch = order[start : start + 16]
            softmax_cross_entropy(by_hand(MOONS.X[batch]), MOONS.y[batch]).backward()
            for parameter in by_hand.parameters():
                parameter.data -= 0.1 * parameter.grad
    for a, b in zip(trained.parameters(), by_hand.parameters(), strict=True):
        np.testing.assert_allclose(a.data, b.data, rtol=1e-12, atol=1e-14)


def test_a_batch_size_may_depend_on_the_epoch():
    growing, by_hand, source = network(), network(), rng(5)
    history = fit(growing, *MOONS, rng=rng(5), lr=0.1, batch_size=lambda epochs: (10, 20, 60)[epochs], epochs=3)
    assert history.steps == 6 + 3 + 1
    for size in (10, 20, 60):
        fit(by_hand, *MOONS, rng=source, lr=0.1, batch_size=size, epochs=1)
    for a, b in zip(growing.parameters(), by_hand.parameters(), strict=True):
        np.testing.assert_array_equal(a.data, b.data)


def test_the_gradient_norm_is_that_of_the_whole_gradient_where_the_batch_is_the_whole_set():
    model = network()
    (softmax_cross_entropy(model(MOONS.X), MOONS.y) + l2_penalty(model, 0.01)).backward()
    expected = np.sqrt(sum((parameter.grad**2).sum() for parameter in model.parameters()))
    history = fit(model, *MOONS, rng=rng(), lr=0.1, lam=0.01, batch_size=60, epochs=1)
    assert history.gradient_norm == [pytest.approx(expected, rel=1e-12)]


def everything(seed: int):
    """Dropout, L2, early stopping and momentum together."""
    model = network(seed, keep_prob=0.8)
    optimizer = SGD(model.parameters(), 0.1, momentum=0.9)
    history = fit(
        model, *MOONS, rng=rng(seed), optimizer=optimizer, lam=1e-3, batch_size=16, epochs=40,
        validation=OTHER_MOONS, early_stopping=EarlyStopping(5),
    )  # fmt: skip
    return model, history


def test_the_same_seed_gives_the_same_result_bit_for_bit_and_another_seed_another():
    (one, first), (again, second), (other, third) = everything(1), everything(1), everything(2)
    assert states_equal(one, again) and first == second
    assert not states_equal(one, other) and first != third


def test_all_methods_go_together():
    model, history = everything(1)
    assert history.stopped in ("early stopping", "epochs") and history.validation_accuracy[history.best_epoch] > 0.8
    assert measure(model, OTHER_MOONS, softmax_cross_entropy).loss == history.validation_loss[history.best_epoch]


def test_the_history_holds_figures_measured_on_the_whole_sets_in_testing_mode():
    model = network(keep_prob=0.5)
    history = fit(model, *MOONS, rng=rng(), lr=0.1, lam=0.01, batch_size=16, epochs=4, validation=OTHER_MOONS)
    lists = (history.loss, history.accuracy, history.validation_loss, history.validation_accuracy, history.gradient_norm)
    assert all(type(figures) is list and len(figures) == 4 and all(type(figure) is float for figure in figures) for figures in lists)
    assert (history.steps, history.epochs, history.stopped, history.warning) == (16, 4, "epochs", "")
    scores = model.eval()(MOONS.X)
    assert history.loss[-1] == float(softmax_cross_entropy(scores, MOONS.y).data)
    assert history.accuracy[-1] == (scores.data.argmax(axis=1) == MOONS.y).mean()
    assert history.best_epoch == int(np.argmin(history.validation_loss))


@pytest.mark.parametrize("kind", [int, float])
def test_single_precision_stays_single_and_whole_numbers_are_converted(kind):
    model, dtypes = network(dtype=np.float32), set()

    def loss(scores, y):
        dtypes.add(scores.data.dtype)
        return softmax_cross_entropy(scores, y)

    X = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]], kind)
    history = fit(model, X, [0, 1, 1, 0], rng=rng(), lr=0.5, loss=loss, batch_size=4, epochs=200)
    assert {parameter.data.dtype for parameter in model.parameters()} == dtypes == {np.dtype(np.float32)}
    assert history.accuracy[-1] == 1.0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_regression_has_no_accuracy(dtype):
    X = np.linspace(-1, 1, 40)[:, None]
    history = fit(network(inputs=1, outputs=1, dtype=dtype), X, X**2, rng=rng(), lr=0.1, loss=mse_loss, batch_size=8, epochs=150)
    assert history.accuracy == history.validation_accuracy == [] and history.loss[-1] < 0.01


def test_probabilities_of_two_classes():
    X, y = xor(80, 0.2, rng())
    model = Sequential(*network(outputs=1), Sigmoid())
    history = fit(model, X, y[:, None], rng=rng(), lr=0.5, loss=binary_cross_entropy, batch_size=16, epochs=60)
    assert history.accuracy[-1] > 0.95


def test_accuracy_is_known_where_labels_are_classes():
    scores = np.array([[0.1, 0.9], [0.8, 0.2], [0.6, 0.4]])
    assert accuracy(scores, np.array([1, 1, 0])) == pytest.approx(2 / 3)
    assert accuracy(np.array([0.2, 0.7]), np.array([0, 0])) == 0.5
    assert accuracy(scores, np.array([1.0, 1.0, 0.0])) is None
    assert accuracy(np.array([0.2, 0.7]), np.array([0, 5])) is None
    assert accuracy(scores[:, :1], np.array([0, 0, 0])) is None


def test_training_stops_when_the_gradient_is_small():
    history = fit(network(), *MOONS, rng=rng(), lr=0.5, batch_size=60, epochs=2000, gradient_norm=0.05)
    assert history.stopped == "gradient norm"
    assert history.gradient_norm[-1] < 0.05 <= min(history.gradient_norm[:-1])


def test_training_stops_when_the_loss_hardly_changes():
    history = fit(network(), *MOONS, rng=rng(), lr=0.5, batch_size=60, epochs=2000, loss_tolerance=1e-3)
    changes = np.abs(np.diff(history.loss))
    assert history.stopped == "loss tolerance" and changes[-1] < 1e-3 <= changes[:-1].min()


class Parabola(Module):
    """Validation loss falls and rises again: one weight that walks along a line, whatever X is."""

    def __init__(self):
        super().__init__()
        self.w = Tensor([[0.0]], requires_grad=True)

    def forward(self, x):
        return (x * 0.0 + 1.0) @ self.w


def walk(early_stopping, epochs: int = 20):
    """Half a unit of w each epoch in training; the validation loss is lowest where w is nearest to the target, 2."""

    def loss(prediction, target):
        return -prediction.mean() if target[0] == 0 else mse_loss(prediction, target)

    model = Parabola()
    one = np.ones((1, 1))
    history = fit(
        model, one, one * 0.0, rng=rng(), lr=0.5, loss=loss, batch_size=1, epochs=epochs,
        validation=(one, one * 2.0), early_stopping=early_stopping,
    )  # fmt: skip
    return float(model.w.data[0, 0]), history


def test_early_stopping_stops_and_gives_back_the_best_epoch():
    w, history = walk(EarlyStopping(2))
    assert (history.stopped, history.epochs, history.best_epoch, w) == ("early stopping", 6, 3, 2.0)


def test_early_stopping_gives_back_the_best_epoch_when_the_epochs_end_first_too():
    w, history = walk(EarlyStopping(10), epochs=6)
    assert (history.stopped, history.best_epoch, w) == ("epochs", 3, 2.0)


def test_early_stopping_without_restoring_leaves_the_last_parameters():
    w, history = walk(EarlyStopping(2, restore_best=False))
    assert (history.stopped, history.best_epoch, w) == ("early stopping", 3, 3.0)


def test_a_loss_that_is_no_longer_finite_ends_training_with_the_last_finite_parameters():
    model, seen = network(), []

    def loss(scores, y):
        value = softmax_cross_entropy(scores, y)
        seen.append((value, [parameter.data.copy() for parameter in model.parameters()]))
        return value * np.nan if model.training and len(seen) == 9 else value

    history = fit(model, *MOONS, rng=rng(), lr=0.1, loss=loss, batch_size=16, epochs=5)
    # One look before training, then four steps and a look for each epoch: the ninth call is the third step of the second epoch.
    assert (history.stopped, history.steps, history.epochs, len(history.loss)) == ("nan", 6, 1, 1)
    assert "After 6 steps, in epoch 1" in history.warning and "the loss is nan" in history.warning and "0.1" in history.warning
    for parameter, kept in zip(model.parameters(), seen[7][1], strict=True):
        np.testing.assert_array_equal(parameter.data, kept)
    assert not model.training


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("loss", "lr"), [(softmax_cross_entropy, 1e300), (mse_loss, 1e3)])
def test_a_rate_far_too_large_leaves_a_finite_model(dtype, loss, lr):
    model = network(dtype=dtype)
    y = MOONS.y if loss is softmax_cross_entropy else np.eye(2)[MOONS.y]
    history = fit(model, MOONS.X, y, rng=rng(), optimizer=SGD(model.parameters(), lr, 0.9), loss=loss, batch_size=16, epochs=50)
    assert history.stopped == "nan" and "smaller one often helps" in history.warning
    assert all(np.isfinite(parameter.data).all() for parameter in model.parameters())
    assert np.isfinite(measure(model, MOONS, softmax_cross_entropy).loss)


def test_a_parameter_that_is_no_longer_finite_is_seen_behind_a_finite_loss():
    model = Parabola()
    model.w.data = np.ones((1, 1), np.float32)
    history = fit(model, [[1.0]], [[0.0]], rng=rng(), lr=1e30, loss=lambda p, y: (p.relu() * 1e15).mean(), batch_size=1, epochs=3)
    assert (history.stopped, history.steps, history.epochs, model.w.data) == ("nan", 1, 0, 1)
    assert "a parameter is too large" in history.warning


def test_a_loss_of_the_whole_set_that_is_not_finite_takes_back_the_last_step():
    model, before = network(), []

    def loss(scores, y):
        if model.training:
            before[:] = [parameter.data.copy() for parameter in model.parameters()]
        return softmax_cross_entropy(scores, y) * (np.inf if before and not model.training else 1.0)

    history = fit(model, *MOONS, rng=rng(), lr=0.1, loss=loss, batch_size=16, epochs=3)
    assert (history.stopped, history.steps, history.loss) == ("nan", 4, []) and "whole training set is inf" in history.warning
    for parameter, kept in zip(model.parameters(), before, strict=True):
        np.testing.assert_array_equal(parameter.data, kept)


def test_a_loss_that_is_never_finite_trains_nothing():
    model = network()
    history = fit(model, *MOONS, rng=rng(), lr=0.1, loss=lambda scores, y: scores.sum() * np.inf, epochs=5)
    assert (history.stopped, history.steps, history.epochs, history.best_epoch) == ("nan", 0, 0, None)
    assert "Before the first step" in history.warning and states_equal(model, network())
    assert "Before the first step" in str(history) and "Before the first step" in history._repr_html_()


def test_diverging_keeps_the_best_epoch_that_early_stopping_holds():
    model, states = network(), []

    def loss(scores, y):
        return softmax_cross_entropy(scores, y) * (np.nan if model.training and len(states) == 3 else 1.0)

    history = fit(
        model, *MOONS, rng=rng(), lr=0.1, loss=loss, epochs=9, validation=OTHER_MOONS, early_stopping=EarlyStopping(5),
        on_epoch=lambda history: states.append(model.state()),
    )  # fmt: skip
    assert (history.stopped, history.epochs) == ("nan", 3)
    for name, data in model.state().items():
        np.testing.assert_array_equal(data, states[history.best_epoch][name])


def test_mode_is_training_while_training_and_testing_everywhere_else():
    model, modes = network(), []

    def loss(scores, y):
        modes.append(model.training)
        return softmax_cross_entropy(scores, y)

    during = []
    fit(
        model, *MOONS, rng=rng(), lr=0.1, loss=loss, batch_size=30, epochs=2, validation=OTHER_MOONS,
        on_epoch=lambda history: during.append((model.training, history.epochs)),
    )  # fmt: skip
    assert modes == [False, False] + [True, True, False, False] * 2
    assert during == [(False, 1), (False, 2)] and not model.training


def test_the_model_is_in_testing_mode_after_an_error_too():
    model = network()

    def interrupt(history):
        model.train()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(model, *MOONS, rng=rng(), lr=0.1, on_epoch=interrupt)
    assert not model.training


X, Y = MOONS
WRONG = {
    "lengths": ({"y": Y[:-1]}, "X and y must be of one length, got 60 and 59 training examples"),
    "validation lengths": ({"validation": (X, Y[:-1])}, "got 60 and 59 validation examples"),
    "no pair": ({"validation": X}, r"validation must be a pair \(X, y\), got a ndarray"),
    "empty": ({"X": X[:0], "y": Y[:0]}, "at least one training example, got none"),
    "text": ({"X": np.array([["a", "b"]] * 60)}, "training X must be an array of real numbers, got <U1"),
    "a number": ({"X": 3.0}, r"training X must be an array of real numbers, got float64 of shape \(\)"),
    "nan in X": ({"X": np.where(X > 1.5, np.nan, X)}, r"training X must be finite, and has \d+ entries"),
    "inf in y": ({"validation": (X, np.full(60, np.inf))}, "validation y must be finite, and has 60 entries"),
    "features": ({"X": np.ones((60, 3))}, r"got \(60, 3\), \(2, 16\)"),
    "labels": ({"y": Y + 1}, r"labels must lie in 0..1, got 1..2"),
    "validation labels": ({"validation": (X, Y - 1)}, r"labels must lie in 0..1, got -1..0"),
    "labels that are floats": ({"y": Y + 0.0}, "60 integers"),
    "batch of none": ({"batch_size": 0}, "batch_size must lie in 1..60, the number of examples; got 0"),
    "batch too large": ({"batch_size": 61}, "batch_size must lie in 1..60, the number of examples; got 61"),
    "epochs": ({"epochs": 0}, "epochs must be at least 1, got 0"),
    "lam": ({"lam": -1}, "lam must not be negative, got -1"),
    "norm": ({"gradient_norm": -1}, "gradient_norm must not be negative, got -1"),
    "tolerance": ({"loss_tolerance": np.nan}, "loss_tolerance must not be negative, got nan"),
    "rate": ({"lr": -1}, "learning rate must be positive, got -1"),
    "no rate": ({"lr": None}, "either lr or optimizer, got none"),
    "two rates": ({"optimizer": SGD(network().parameters(), 0.1)}, "either lr or optimizer, got both"),
    "another model": ({"lr": None, "optimizer": SGD(network().parameters(), 0.1)}, "not this model's: make it anew"),
    "nothing to watch": ({"early_stopping": EarlyStopping(1)}, r"pass validation=\(X, y\)"),
    "loss of a shape": ({"loss": lambda scores, y: scores}, r"the loss must be one number.*got shape \(60, 2\)"),
}


@pytest.mark.parametrize(("change", "says"), WRONG.values(), ids=WRONG)
def test_wrong_arguments_are_told_before_anything_is_trained(change, says):
    model = network()
    arguments = {"X": X, "y": Y, "rng": rng(), "lr": 0.1} | change
    with pytest.raises(ValueError, match=says):
        fit(model, **arguments)
    assert states_equal(model, network())


def test_a_seed_is_no_generator():
    with pytest.raises(TypeError, match="rng must be a numpy Generator, got int"):
        fit(network(), *MOONS, rng=0, lr=0.1)


def test_an_early_stopping_rule_is_for_one_training():
    rule = EarlyStopping(3)
    fit(network(), *MOONS, rng=rng(), lr=0.1, epochs=2, validation=OTHER_MOONS, early_stopping=rule)
    with pytest.raises(ValueError, match="has seen 2 epochs of another training: make a new one"):
        fit(network(), *MOONS, rng=rng(), lr=0.1, epochs=2, validation=OTHER_MOONS, early_stopping=rule)


def test_the_history_reads_well():
    history = fit(network(), *MOONS, rng=rng(), lr=0.1, epochs=2, batch_size=30, validation=OTHER_MOONS)
    text, page = str(history), history._repr_html_()
    for shown in (text, page):
        assert "Trained 2 epochs, 4 steps; stopped by: epochs" in shown
        assert f"{history.loss[-1]:.4g}" in shown and f"{history.validation_accuracy[-1]:.1%}" in shown
        assert f"Best epoch: {history.best_epoch} (counted from 0), validation loss" in shown


@pytest.mark.parametrize("epochs", [1, 3, 250])
def test_progress_is_one_line_on_stderr(epochs, capsys):
    history = fit(network(), *MOONS, rng=rng(), lr=0.01, epochs=epochs, batch_size=60, progress=True)
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and err.endswith(f"epoch {epochs} of {epochs}, loss {history.loss[-1]:.4f}\n")
    assert err.count("\r") == min(epochs, 100)


def test_progress_ends_its_line_where_nothing_could_be_trained(capsys):
    fit(network(), *MOONS, rng=rng(), lr=0.1, loss=lambda scores, y: scores.sum() * np.nan, epochs=5, progress=True)
    assert capsys.readouterr().err.endswith("epoch 0 of 5\n")


@threadpool_limits.wrap(limits=1)
def test_digits_are_learnt():
    data, start = digits(rng()), rng(1)
    model = Sequential(Linear(64, 32, start), ReLU(), Linear(32, 10, start))
    history = fit(model, *data.train, rng=rng(2), optimizer=SGD(model.parameters(), 0.1, 0.9), epochs=15, validation=data.validation)
    assert history.loss[-1] < 0.1 * history.loss[0]
    assert measure(model, data.test, softmax_cross_entropy).accuracy > 0.95
