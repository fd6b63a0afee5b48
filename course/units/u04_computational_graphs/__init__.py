"""Unit 04, computational graphs."""

from course.units.u04_computational_graphs import graph_gradients, node, topological_order

EXERCISES = (
    topological_order.EXERCISE,
    graph_gradients.EXERCISE,
    node.EXERCISE,
)
