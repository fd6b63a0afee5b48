"""Unit 02: what is expected, against a second formula, a search or an experiment; and finite differences, which earn nothing."""

import math
from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from course import gradcheck
from course.checking import grade_function
from course.engine.functional import mse_loss, softmax_cross_entropy
from course.engine.functional import softmax as softmax_of_tensors
from course.engine.tensor import Tensor
from course.judging.probes import arguments
from course.units import exercise

SEEDS = range(4)


def questions(name, seed):
    """Every case of an exercise: its name, the arguments an answer gets, and the expected value."""
    e = exercise(name)
    for case in e.cases(np.random.default_rng(seed)):
        (expected,) = e.expected(case).values()
        yield case.name, arguments(case.inputs), expected.value


def in_double(array):
    return np.asarray(array, float)


@pytest.mark.parametrize("seed", SEEDS)
def test_losses_are_those_of_the_engine(seed):
    for _, (predictions, targets), value in questions("mse", seed):
        np.testing.assert_allclose(value, mse_loss(Tensor(in_double(predictions)), in_double(targets)).data)
    for _, (logits,), value in questions("softmax", seed):
        np.testing.assert_allclose(value, softmax_of_tensors(Tensor(in_double(logits))).data, atol=1e-300)
        np.testing.assert_allclose(value.sum(axis=1), 1)
    for _, (logits, labels), value in questions("cross_entropy", seed):
        np.testing.assert_allclose(value, softmax_cross_entropy(Tensor(in_double(logits)), labels).data)


@pytest.mark.peers
def test_losses_are_those_of_pytorch():
    import torch

    for _, (logits, labels), value in questions("cross_entropy", 0):
        got = torch.nn.functional.cross_entropy(torch.tensor(in_double(logits)), torch.tensor(labels))
        np.testing.assert_allclose(value, got.item(), rtol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_central_differences_are_the_derivative_where_the_step_is_small_and_exact_for_a_cubic(seed):
    for name, (f, x, h), value in questions("numerical_gradient", seed):
        if name == "a small step":
            assert gradcheck(f, x, value * (1 + 1e-6)).outcome == "wrong"
            np.testing.assert_allclose(value, exercise("numerical_gradient").right(f, x, h / 10), rtol=1e-6)
        assert value.shape == np.shape(x)
    cubic = exercise("numerical_gradient").right(lambda x: float(x[0]) ** 3, np.array([2]), 0.5)
    assert cubic == 3 * 2**2 + 0.5**2


@pytest.mark.parametrize("seed", SEEDS)
def test_the_slope_of_the_error_is_its_difference_and_the_best_step_is_its_minimum(seed):
    def error(h, third, value, eps):
        return abs(third) * h**2 / 6 + eps * abs(value) / h

    for _, (h, *rest), value in questions("error_slope", seed):
        step = 1e-4 * h
        nudged = (error(h + step, *rest) - error(h - step, *rest)) / (2 * step)
        np.testing.assert_allclose(value, nudged, rtol=1e-5, atol=1e-7 * abs(rest[0]) * h.min())
    for _, given, value in questions("best_step", seed):
        grid = value * np.linspace(0.5, 2, 3001)
        assert math.isclose(grid[error(grid, *given).argmin()], value, rel_tol=1e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_of_the_line_is_that_of_least_squares(seed):
    for _, given, value in questions("line_gradient", seed):
        theta, x, y = map(in_double, given)
        D = np.column_stack([x, np.ones_like(x)])
        np.testing.assert_allclose(value, 2 * D.T @ (D @ theta - y) / len(x), rtol=1e-12)


@pytest.mark.parametrize("seed", range(30))
def test_a_gradient_without_its_signs_does_not_pass(seed):
    def numerical_gradient(f, x, h):
        return np.abs(exercise("numerical_gradient").right(f, x, h))

    verdict = grade_function(exercise("numerical_gradient"), numerical_gradient, seed)
    assert verdict.earned == 0 and "the difference has lost its sign" in verdict.reason


@pytest.mark.parametrize("seed", SEEDS)
def test_copies_made_by_astype_can_be_moved_whatever_the_shape(seed):
    def numerical_gradient(f, x, h):
        moved, gradient = x.astype(float), np.zeros(x.shape)
        for index in np.ndindex(x.shape):
            moved[index] += h
            gradient[index] = f(moved)
            moved[index] -= 2 * h
            gradient[index] = (gradient[index] - f(moved)) / (2 * h)
            moved[index] = x[index]
        return gradient

    e = exercise("numerical_gradient")
    assert all(type(case.inputs["x"]) is np.ndarray for case in e.cases(np.random.default_rng(seed)))
    assert grade_function(e, numerical_gradient, seed).outcome == "passed"


@pytest.mark.parametrize("seed", SEEDS)
def test_each_point_of_a_path_follows_from_the_one_before(seed):
    for _, (gradient, start, rate, steps), path in questions("gradient_descent", seed):
        assert path.shape == (steps + 1, len(start)) and np.array_equal(path[0], start)
        for before, after in pairwise(path):
            np.testing.assert_allclose((before - after) / rate, gradient(before), rtol=1e-9, atol=1e-9)


def test_a_path_in_a_parabola_has_a_closed_form():
    path = exercise("gradient_descent").right(lambda theta: 3 * theta, np.array([2.0]), 0.1, 6)
    np.testing.assert_allclose(path[:, 0], 2 * 0.7 ** np.arange(7))


@pytest.mark.parametrize("seed", SEEDS)
def test_descent_converges_below_the_limit_and_diverges_above_it(seed):
    for _, (A,), limit in questions("rate_limit", seed):
        A = in_double(A)
        for factor, outcome in ((0.98, False), (1.02, True)):
            walk = np.linalg.matrix_power(np.eye(len(A)) - factor * limit * A, 2000)
            assert (np.abs(walk).max() > 1) == outcome


def test_descents_from_the_deep_valley_end_where_the_notebook_says():
    """The widget's two valleys, by the slope of their ridge: deep at -1.5, up to 2/5, and shallow at 1.5, up to 2/2.5."""
    starts = np.linspace(-1.9, -1.1, 40)

    def ends(rate):
        x = starts.copy()
        for _ in range(3000):
            x = np.where(abs(x) < 1e3, x - rate * (x + 1.5) * (x - 0.5) * (x - 1.5) / 1.2, x)
        settled = {name: int((abs(x - at) < 1e-3).sum()) for name, at in (("deep", -1.5), ("shallow", 1.5))}
        return settled | {"away": int((abs(x) >= 1e3).sum())}

    assert all(ends(rate)["deep"] == 40 for rate in (0.1, 0.3, 0.39))
    assert all(ends(rate)["deep"] + ends(rate)["away"] <= 2 and ends(rate)["shallow"] <= 2 for rate in (0.41, 0.5, 0.6, 0.64))
    assert all(ends(rate)["shallow"] == 40 for rate in (0.67, 0.7, 0.75))
    assert ends(0.79)["away"] > 0 and ends(0.79)["shallow"] > 0
    assert all(ends(rate)["deep"] == ends(rate)["shallow"] == 0 for rate in (0.81, 0.9, 1.0))


def test_finite_differences_in_place_of_the_formula_earn_nothing():
    def loss(theta, x, y):
        return ((theta[0] * x + theta[1] - y) ** 2).mean()

    for h in (1e-3, 1e-4, 1e-5, 1e-6):

        def line_gradient(theta, x, y, h=h):
            return exercise("numerical_gradient").right(lambda theta: loss(theta, x, y), theta, h)

        for seed in SEEDS:
            assert grade_function(exercise("line_gradient"), line_gradient, seed).earned == 0


@pytest.mark.parametrize("longest", [1.0, 0.1, 10.0, 1e4])
def test_a_ladder_of_steps_down_the_parabola_earns_nothing(longest):
    """The loss is a parabola in theta, so a long step costs no digit but those of rounding."""

    def line_gradient(theta, x, y):
        def difference(h, k):
            step = h * np.eye(2)[k]
            above, below = (((x * w + b - y) ** 2).mean() for w, b in (theta + step, theta - step))
            return (above - below) / (2 * h)

        def settled(k):
            ladder = np.array([difference(longest * 0.1**rung, k) for rung in range(14)])
            return ladder[np.abs(np.diff(ladder)).argmin()]

        return np.array([settled(0), settled(1)])

    def one_step(theta, x, y):
        return exercise("numerical_gradient").right(lambda theta: ((theta[0] * x + theta[1] - y) ** 2).mean(), theta, longest)

    for seed in range(12):
        for answer in (line_gradient, one_step):
            assert grade_function(exercise("line_gradient"), answer, seed).earned == 0, f"seed {seed}"


def extrapolated(difference, longest, rungs, ratio):
    """Richardson's ladder: central differences with steps that shrink by a ratio, the leading terms of their errors taken out."""
    ladder = [difference(longest / ratio**rung) for rung in range(rungs)]
    for order in range(2, 2 * rungs, 2):
        ladder = [(ratio**order * finer - coarser) / (ratio**order - 1) for coarser, finer in pairwise(ladder)]
    return ladder[0]


LADDERS = [(rungs, ratio) for rungs in range(1, 7) for ratio in (2, 10)]


@pytest.mark.parametrize("kind", [float, np.float32])
@pytest.mark.parametrize(("rungs", "ratio"), LADDERS)
def test_ladders_of_differences_in_place_of_the_slope_of_the_error_earn_nothing(rungs, ratio, kind):
    def answer(longest, of_own_size):
        def error_slope(h, third_derivative, value, eps):
            def error(h):
                return abs(third_derivative) * h**2 / 6 + eps * abs(value) / h

            def difference(step):
                return (error(h + step) - error(h - step)) / (2 * step)

            return kind(extrapolated(difference, longest * h if of_own_size else longest * np.ones_like(h), rungs, ratio))

        return error_slope

    for longest in (0.3, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8):
        for of_own_size in (True, False):
            assert grade_function(exercise("error_slope"), answer(longest, of_own_size), 5).earned == 0, f"{longest}, {of_own_size}"


@pytest.mark.parametrize("kind", [float, np.float32])
@pytest.mark.parametrize(("rungs", "ratio"), LADDERS)
def test_ladders_of_differences_in_place_of_the_gradient_of_the_line_earn_nothing(rungs, ratio, kind):
    def answer(longest, of_own_size):
        def line_gradient(theta, x, y):
            def difference(k, step):
                move = step * np.eye(2)[k]
                above, below = (((w * x + b - y) ** 2).mean() for w, b in (theta + move, theta - move))
                return (above - below) / (2 * step)

            steps = longest * np.where(theta == 0, 1, abs(theta)) if of_own_size else (longest, longest)
            return np.array([extrapolated(partial(difference, k), steps[k], rungs, ratio) for k in range(2)], dtype=kind)

        return line_gradient

    for longest in (100.0, 1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8):
        for of_own_size in (True, False):
            assert grade_function(exercise("line_gradient"), answer(longest, of_own_size), 5).earned == 0, f"{longest}, {of_own_size}"


@pytest.mark.parametrize("kind", [float, np.float32])
def test_the_slope_of_the_error_in_other_orders_of_operations_passes(kind):
    def error_slope(h, third_derivative, value, eps):
        a, c = abs(third_derivative) / 6, eps * abs(value)
        return np.asarray(2 * a * h - c * h**-2.0, dtype=kind)

    for seed in range(20):
        assert grade_function(exercise("error_slope"), error_slope, seed).outcome == "passed", f"seed {seed}"


def by_complex_step(h, third_derivative, value, eps):
    moved = h + 1e-30j
    return (abs(third_derivative) * moved**2 / 6 + eps * abs(value) / moved).imag / 1e-30


def by_the_best_step(h, third_derivative, value, eps):
    best = (3 * eps * abs(value / third_derivative)) ** (1 / 3)
    return abs(third_derivative) / 3 * h * (1 - (best / h) ** 3)


@pytest.mark.parametrize("answer", [by_complex_step, by_the_best_step])
def test_the_slope_of_the_error_in_ways_that_round_more_passes(answer):
    for seed in range(20):
        assert grade_function(exercise("error_slope"), answer, seed).outcome == "passed", f"seed {seed}"


def test_a_start_or_an_input_changed_in_place_is_found_out():
    def gradient_descent(gradient, start, learning_rate, steps):
        path = [start.copy()]
        for _ in range(steps):
            start[:] = start - learning_rate * gradient(start)
            path.append(start.copy())
        return np.array(path)

    verdict = grade_function(exercise("gradient_descent"), gradient_descent, 0)
    assert verdict.earned == 0 and "changed its input `start` in place" in verdict.reason


def test_the_cause_is_named_where_whole_numbers_swallow_the_fractions():
    def gradient_descent(gradient, start, learning_rate, steps):
        path = np.zeros((steps + 1, len(start)), dtype=start.dtype)
        path[0] = start
        for t in range(steps):
            path[t + 1] = path[t] - learning_rate * gradient(path[t])
        return path

    verdict = grade_function(exercise("gradient_descent"), gradient_descent, 0)
    assert verdict.earned == 0 and "a start of whole numbers holds whole numbers only" in verdict.reason


# Mistakes as people write them, and the cause that is named.


def power_kept(h, third_derivative, value, eps):
    truncation, rounding = 2 * abs(third_derivative) * h**2 / 6, -eps * abs(value) / (h * h)
    return truncation + rounding


def value_with_its_sign(h, third_derivative, value, eps):
    return np.array([np.sqrt(third_derivative**2) * step / 3 - eps * value * step**-2.0 for step in h])


def column_of_residuals(theta, x, y):
    residual = (theta[0] * x + theta[1] - y)[:, None]
    return np.array([(2 * residual * x).mean(), (2 * residual).mean()])


def first_one_not_divided(theta, x, y):
    residual = x * theta[0] - y + theta[1]
    return 2 * np.array([residual @ x, residual.sum() / len(y)])


def twenty_points(theta, x, y):
    residual = theta[0] * x + theta[1] - y
    return np.array([2 * np.mean(residual * x), np.sum(residual) / 10])


def intercept_first(theta, x, y):
    D = np.stack([x, np.ones(len(x))])
    return 2 * D @ (theta[::-1] @ D - y) / len(x)


def third_with_its_sign(third_derivative, value, eps):
    quotient = 3 * np.abs(value) * eps / third_derivative
    return np.sign(quotient) * abs(quotient) ** (1 / 3)


def root_of_the_numerator(third_derivative, value, eps):
    return np.cbrt(3 * eps * abs(value)) / abs(third_derivative)


def three_roots(third_derivative, value, eps):
    return 3 * (eps * abs(value / third_derivative)) ** (1 / 3)


def column_against_row(predictions, targets):
    if predictions.ndim == 1:
        predictions = np.expand_dims(predictions, -1)
    return np.square(predictions - targets).mean()


def mean_of_mean(predictions, targets):
    error = predictions.astype(float) - targets
    return np.mean(error * error) / predictions.shape[0]


def one_number_for_all(logits):
    with np.errstate(all="ignore"):
        powers = np.exp(logits - 900)
        return powers / powers.sum(axis=1, keepdims=True)


def maximum_of_columns(logits):
    powers = np.exp(logits - np.max(logits, axis=0))
    return powers / np.sum(powers, axis=1)[:, None]


def down_the_columns(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=0)


def without_keepdims(logits):
    powers = np.exp(logits - np.max(logits, axis=1))
    return powers / powers.sum(axis=1)


def sum_of_everything(logits):
    powers = np.stack([np.exp(row - row.max()) for row in logits])
    return powers / np.sum(powers)


def largest_below_the_line(logits):
    powers = np.exp(logits - logits.max(axis=1)[:, None])
    return powers / powers.max(axis=1)[:, None]


def logarithms_summed(logits, labels):
    z = logits - logits.max(axis=1)[:, None]
    return (np.log(np.exp(z)).sum(axis=1) - z[np.arange(labels.size), labels]).mean()


def clipped(logits, labels):
    powers = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p = np.clip(powers / powers.sum(axis=1, keepdims=True), 1e-10, 1.0)
    return -np.mean(np.log(p[np.arange(labels.size), labels]))


def log_of_a_quotient_with_a_plus(logits, labels):
    losses = []
    for z, y in zip(logits, labels, strict=True):
        m = z.max()
        losses.append(-(z[y] - m) - np.log(np.exp(z - m).sum()))
    return sum(losses) / len(losses)


def every_class_a_label(logits, labels):
    return (np.logaddexp.reduce(logits, axis=1, keepdims=True) - logits).mean()


def maximum_not_given_back(logits, labels):
    m = logits.max(axis=1)
    below = np.log(np.exp(logits.T - m).sum(axis=0))
    return (below - np.take_along_axis(logits, labels[:, None], axis=1)[:, 0]).mean()


def forgotten_logarithm(logits, labels):
    z = logits - np.max(logits, axis=1)[:, None]
    return np.mean(np.sum(np.exp(z), axis=1) - z[range(len(z)), labels])


def one_to_the_left(logits, labels):
    log_p = logits - np.logaddexp.reduce(logits, axis=1)[:, None]
    return -np.mean([row[y - 1] for row, y in zip(log_p, labels, strict=True)])


def backward_difference(f, x, h):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        lower = np.array(x, float)
        lower[index] = lower[index] - h
        gradient[index] = (f(x) - f(lower)) / h
    return gradient


def step_only_taken_back(f, x, h):
    point, gradient = np.array(x, dtype=float), np.zeros(np.shape(x))
    for index in np.ndindex(point.shape):
        point[index] += h
        above = f(point)
        point[index] -= h
        gradient[index] = (above - f(point)) / (2 * h)
    return gradient


def not_put_back(f, x, h):
    point, gradient = np.array(x, dtype=float), np.zeros(np.shape(x))
    for index in np.ndindex(point.shape):
        point[index] -= h
        below = f(point)
        point[index] += 2 * h
        gradient[index] = (f(point) - below) / 2 / h
    return gradient


def copied_once(f, x, h):
    gradient, up, down = np.zeros(x.shape), x.astype(float), x.astype(float)
    for index in np.ndindex(*x.shape):
        up[index], down[index] = x[index] + h, x[index] - h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient


def below_alone_divided(f, x, h):
    result = np.zeros(x.shape)
    for index, entry in np.ndenumerate(x):
        a, b = x.astype(float), x.astype(float)
        a[index], b[index] = entry + h, entry - h
        result[index] = f(a) - f(b) / (2 * h)
    return result


def mean_step(gradient, start, learning_rate, steps):
    theta = [np.array(start) * 1.0]
    while len(theta) <= steps:
        theta.append(theta[-1] - learning_rate * gradient(theta[-1]) / theta[-1].size)
    return np.array(theta)


def one_step_for_all(gradient, start, learning_rate, steps):
    path = [start.astype(float)]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * np.sum(gradient(path[-1])))
    return np.stack(path)


def start_never_written(gradient, start, learning_rate, steps):
    path = np.zeros((steps + 1, len(start)))
    for t in range(1, steps + 1):
        path[t] = path[t - 1] - learning_rate * gradient(path[t - 1])
    return path


def last_one_missing(gradient, start, learning_rate, steps):
    path, theta = [], 1.0 * start
    for _ in range(steps):
        path.append(theta)
        theta = theta - learning_rate * gradient(theta)
    return np.array(path)


def appended_too_early(gradient, start, learning_rate, steps):
    theta, path = start.astype(float), [start]
    for _ in range(steps):
        path += [theta]
        theta = theta - learning_rate * gradient(theta)
    return np.array(path)


def fastest_rate(A):
    curvatures = sorted(np.linalg.eigvals(A).real)
    return 2 / (curvatures[0] + curvatures[-1])


def one_for_each(A):
    return 2 / np.linalg.eigh(A)[0]


WRONG = [
    ("error_slope", power_kept, "h² has kept its power"),
    ("error_slope", value_with_its_sign, "only the value is without its absolute value"),
    ("line_gradient", column_of_residuals, "the means of residual and x are multiplied, in place of the mean of their products"),
    ("line_gradient", first_one_not_divided, "only ∂ℓ/∂w is a sum over the examples"),
    ("line_gradient", twenty_points, "∂ℓ/∂b is a sum divided by 20, whatever the number of examples"),
    ("line_gradient", intercept_first, "w and b have changed places in theta"),
    ("best_step", third_with_its_sign, "only the third derivative is without its absolute value"),
    ("best_step", root_of_the_numerator, "the third derivative stays outside the root"),
    ("best_step", three_roots, "the 3 stands outside the root"),
    ("mse", column_against_row, "every prediction is held against every target, as in (N, 1) - (N,)"),
    ("mse", mean_of_mean, "the mean is divided by the number of examples again"),
    ("softmax", one_number_for_all, "a fixed number is subtracted, such as 1000, whatever the logits are"),
    ("softmax", maximum_of_columns, "the maximum is taken over the batch, class by class, and the sum over the classes"),
    ("softmax", down_the_columns, "the probabilities of one class sum to 1 over the batch, not those of one example over the classes"),
    ("softmax", without_keepdims, "the maximum or the sum of each row has lost its axis"),
    ("softmax", sum_of_everything, "the sum is taken over the whole batch, after the right maximum"),
    ("softmax", largest_below_the_line, "the exponentials are not divided by their sum, but by the largest, or by nothing"),
    ("cross_entropy", logarithms_summed, "the logarithm is taken before the sum, of each exponential by itself"),
    ("cross_entropy", clipped, "the probability is kept away from 0 by 1e-10, which is added or is its least value"),
    ("cross_entropy", log_of_a_quotient_with_a_plus, "the logarithm of the sum has the wrong sign"),
    ("cross_entropy", every_class_a_label, "the mean is taken over all classes, as if each of them were the label"),
    ("cross_entropy", maximum_not_given_back, "the maximum is subtracted in the sum, and not from the logit of the label"),
    ("cross_entropy", forgotten_logarithm, "the sum of the exponentials stands without a logarithm"),
    ("cross_entropy", one_to_the_left, "the labels are counted from 1"),
    ("numerical_gradient", backward_difference, "the difference is one-sided, downwards"),
    ("numerical_gradient", step_only_taken_back, "one side is x itself, and it is divided by 2h"),
    ("numerical_gradient", not_put_back, "an entry stays a step too high when the next one moves"),
    ("numerical_gradient", copied_once, "the copies of x are made once, before the loop, and no entry is put back"),
    ("numerical_gradient", below_alone_divided, "only f below is divided by 2h"),
    ("gradient_descent", mean_step, "the learning rate is divided by the number of parameters"),
    ("gradient_descent", one_step_for_all, "every entry moves by the sum of all slopes"),
    ("gradient_descent", start_never_written, "the path begins at 0"),
    ("gradient_descent", last_one_missing, "the last theta is missing: each is put into the path before its step only"),
    ("gradient_descent", appended_too_early, "theta is put into the path before it moves"),
    ("rate_limit", fastest_rate, "it is 2 over the sum of the largest and the smallest curvature"),
    ("rate_limit", one_for_each, "a limit for each direction is returned"),
]


@pytest.mark.parametrize(("name", "answer", "cause"), WRONG)
def test_the_cause_of_a_natural_mistake_is_named_and_no_other(name, answer, cause):
    for seed in SEEDS:
        verdict = grade_function(exercise(name), answer, seed)
        assert verdict.earned < verdict.points
        assert {mark.cause for mark in verdict.marks if mark.cause} == {cause}, f"seed {seed}: {verdict}"
