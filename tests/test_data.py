"""Sets to train on: their shapes, their seeds, and what is wrong with some of their labels."""

import ast
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from autograder.walls import bubblewrap
from course import data
from course.data import circles, digits, digits_by_halves, noisy_digits, spirals, two_moons, xor


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


MAKERS = {
    "digits": lambda rng: digits(rng).train,
    "noisy_digits": lambda rng: noisy_digits(rng).train,
    "two_moons": lambda rng: two_moons(40, 0.1, rng),
    "spirals": lambda rng: spirals(40, 3, 0.1, rng),
    "circles": lambda rng: circles(40, 0.1, rng),
    "xor": lambda rng: xor(40, 0.1, rng),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_seed_gives_the_same_set_and_another_seed_another(make):
    one, again, other = make(rng(3)), make(rng(3)), make(rng(4))
    np.testing.assert_array_equal(one.X, again.X)
    np.testing.assert_array_equal(one.y, again.y)
    assert not np.array_equal(one.X, other.X)
    assert one.X.dtype == np.float64 and one.y.dtype.kind == "i" and one.y.min() == 0 and len(one.X) == len(one.y)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_seed_is_no_generator(make):
    with pytest.raises(TypeError, match=r"rng must be a numpy Generator, got int: write np.random.default_rng"):
        make(0)


def rows(X: np.ndarray) -> Counter:
    return Counter(row.tobytes() for row in X)


def test_the_parts_of_the_digits_are_all_of_them_once():
    whole = data._all_digits()
    parts = digits(rng(), train=700, validation=97)
    assert [len(part.y) for part in parts] == [700, 97, 1000]
    assert sum((rows(np.column_stack(part)) for part in parts), Counter()) == rows(np.column_stack(whole))
    assert parts.train.X.min() == 0 and parts.train.X.max() == 1 and set(parts.train.y) == set(range(10))


@pytest.mark.parametrize(("train", "validation"), [(0, 300), (300, 0), (1500, 297), (2000, 1)])
def test_no_part_of_the_digits_may_be_empty(train, validation):
    with pytest.raises(ValueError, match=rf"1797 images to test, got {train} and {validation}"):
        digits(rng(), train=train, validation=validation)


def test_a_fifth_of_the_labels_is_randomised_and_the_test_set_is_clean():
    clean, noisy = digits(rng(5), train=300, validation=300), noisy_digits(rng(5))
    for a, b in zip(clean, noisy, strict=True):
        np.testing.assert_array_equal(a.X, b.X)
    wrong = [(a.y != b.y).sum() for a, b in zip(clean, noisy, strict=True)]
    assert 40 <= wrong[0] <= 60 and 40 <= wrong[1] <= 60 and wrong[2] == 0  # 60 are drawn anew, one in ten of them as it was


def test_noise_one_randomises_every_label_and_noise_zero_none():
    clean, none, all_ = digits(rng(5), train=300, validation=300), noisy_digits(rng(5), noise=0), noisy_digits(rng(5), noise=1)
    np.testing.assert_array_equal(clean.train.y, none.train.y)
    assert (clean.train.y != all_.train.y).mean() > 0.8


@pytest.mark.parametrize("noise", [-0.1, 1.1, np.nan])
def test_noise_of_labels_is_a_part(noise):
    with pytest.raises(ValueError, match=r"in \[0, 1\]; got"):
        noisy_digits(rng(), noise=noise)


def test_moons_lie_on_their_half_circles():
    X, y = two_moons(101, 0.0, rng())
    centres, upwards = np.where(y[:, None] == 0, [0, 0], [1, 0.5]), np.where(y == 0, 1, -1)
    np.testing.assert_allclose(np.linalg.norm(X - centres, axis=1), 1)
    assert (upwards * (X - centres)[:, 1] >= 0).all()


def test_arms_of_a_spiral_are_one_arm_turned():
    X, y = spirals(300, 4, 0.0, rng())
    radius, angle = np.linalg.norm(X, axis=1), np.arctan2(X[:, 1], X[:, 0])
    expected = 2 * np.pi * (0.75 * radius + y / 4)
    np.testing.assert_allclose(np.cos(angle - expected), 1)
    assert radius.max() <= 1


def test_circles_have_two_radii():
    X, y = circles(101, 0.0, rng())
    np.testing.assert_allclose(np.linalg.norm(X, axis=1), np.where(y == 0, 1, 0.5))


def test_a_digit_in_two_numbers_says_where_its_ink_is():
    X, y = digits_by_halves()
    assert np.bincount(y).tolist() == [182, 181, 180] and np.abs(X).max() < 2
    assert X[y == 2, 1].mean() > 0.5 > -0.5 > X[y == 1, 1].mean(), "a nine has its ink above, a six below"


def test_xor_is_the_exclusive_or_of_the_signs():
    X, y = xor(101, 0.1, rng())
    np.testing.assert_array_equal((X[:, 0] > 0) ^ (X[:, 1] > 0), y == 1)


@pytest.mark.parametrize(("make", "classes"), [("two_moons", 2), ("spirals", 3), ("circles", 2), ("xor", 2)])
def test_classes_are_of_equal_size(make, classes):
    counts = np.bincount(MAKERS[make](rng()).y)
    assert len(counts) == classes and counts.max() - counts.min() <= 1


@pytest.mark.parametrize("draw", [lambda noise: two_moons(4000, noise, rng()), lambda noise: xor(4000, noise, rng())])
def test_noise_is_the_standard_deviation_of_each_coordinate(draw):
    moved = draw(0.3).X - draw(0.0).X  # the same seed draws the same points before the noise
    np.testing.assert_allclose(moved.std(axis=0), 0.3, rtol=0.06)
    np.testing.assert_allclose(moved.mean(axis=0), 0, atol=0.025)


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (lambda: two_moons(1, 0.1, rng()), "at least 2 points, got n = 1"),
        (lambda: xor(3, 0.1, rng()), "at least 4 points, got n = 3"),
        (lambda: spirals(2, 3, 0.1, rng()), "at least 3 points, got n = 2"),
        (lambda: spirals(9, 1, 0.1, rng()), "at least 2 classes, got 1"),
        (lambda: two_moons(9, -0.1, rng()), "at least 0; got -0.1"),
        (lambda: two_moons(9, np.nan, rng()), "at least 0; got nan"),
    ],
)
def test_points_that_cannot_be_drawn(draw, says):
    with pytest.raises(ValueError, match=says):
        draw()


def test_the_digits_are_those_of_scikit_learn():
    theirs, ours = load_digits(), data._all_digits()
    np.testing.assert_array_equal(ours.X, theirs.data / 16)
    np.testing.assert_array_equal(ours.y, theirs.target)
    assert (ours.X.dtype, ours.y.dtype) == (theirs.data.dtype, theirs.target.dtype)


def test_the_digits_need_the_file_and_its_data_alone(tmp_path):
    for path in (Path(data.__file__), data.DIGITS):
        shutil.copy(path, tmp_path)
    script = "import sys; sys.modules['sklearn'] = None; import data; print(len(data.digits(data.np.random.default_rng(0)).test.y))"
    run = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.stderr == "" and run.stdout == "400\n"


def test_the_module_may_stand_beside_an_answer():
    path = Path(data.__file__)
    assert bubblewrap.stands_alone(path)
    first = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in first if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in first if isinstance(node, ast.ImportFrom)}
    assert names <= {"numpy"} | sys.stdlib_module_names
