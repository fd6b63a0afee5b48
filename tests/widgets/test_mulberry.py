"""The generator: the same numbers in Python and in the browser, spread as they are said to be."""

import numpy as np
import pytest

from course.widgets import Tangent
from course.widgets.mulberry import Mulberry


@pytest.mark.parametrize("where", ["in_javascript", "in_node"])
@pytest.mark.parametrize("seed", [0, 7, 12345, 10**6])
def test_python_and_javascript_draw_the_same(request, where, seed):
    expression = """(([one, other]) => [
        [1, 2, 3, 4, 5].map(one.random), [1, 2, 3, 4].map(one.normal), one.order(9), [1, 2, 3].map(other.random), [one.state >>> 0],
    ])([module.kit.mulberry(given), module.kit.mulberry(given, 2)])"""
    got = request.getfixturevalue(where)(Tangent, expression, seed)
    one, other = Mulberry(seed), Mulberry(seed, 2)
    expected = [one.random(5), one.standard_normal(4), one.permutation(9), other.random(3), [one.state]]
    for found, wanted in zip(got, expected, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-14)


def test_it_draws_evenly_and_normally():
    rng = Mulberry(3)
    even, normal = rng.random((200, 100)), rng.standard_normal(20000)
    np.testing.assert_allclose([even.mean(), even.var()], [1 / 2, 1 / 12], atol=0.005)
    np.testing.assert_allclose(np.histogram(even, 10, (0, 1))[0], 2000, atol=200)
    np.testing.assert_allclose([normal.mean(), normal.std()], [0, 1], atol=0.02)
    assert isinstance(rng.random(), float) and isinstance(rng.standard_normal(), float)
    assert sorted(rng.permutation(50)) == list(range(50)) and rng.permutation(np.eye(3)).sum() == 3
    assert 2 <= rng.uniform(2, 3) < 3


def test_streams_of_all_seeds_are_apart():
    states = [Mulberry(seed, stream).state for seed in range(50) for stream in range(4)]
    assert len(set(states)) == len(states)
