"""Places for the nodes of a graph."""

import numpy as np

from course.layout import depths, layered, spread


def test_a_leaf_stands_right_before_the_first_that_uses_it():
    #      x    y    x·x  (x·x)·y  …·x
    parents = [(), (), (0, 0), (2, 1), (3, 0)]
    assert depths(parents) == [0, 1, 1, 2, 3]
    layout = layered(parents, [1.0] * 5)
    assert [len(column) for column in layout.columns] == [1, 3, 2, 1]
    assert layout.chains[4][1][0] == 0 and len(layout.chains[4][1]) == 4, "by a waypoint in each column that it passes"


def test_vertices_keep_their_distance_and_otherwise_stand_where_they_want():
    found = spread(np.array([0.0, 0.0, 0.5, 9.0]), np.array([1.0, 1.0, 1.0]), np.array([1.0, 1.0, 1.0, 2.0]))
    assert (np.diff(found) >= 1 - 1e-12).all() and found[3] == 9
    np.testing.assert_allclose(found[:3].mean(), 0.5 / 3)
