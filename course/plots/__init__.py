"""Figures of the course, each a `Picture`: a matplotlib figure with a caption, and alternative text for those who cannot see it.

Every function takes plain arrays (or a tensor's graph, as it finds it), computes nothing but positions, and returns its Picture.
"""

from course.plots.graphs import graph
from course.plots.hidden import histograms, weight_images
from course.plots.matrices import equation
from course.plots.networks import network
from course.plots.numerics import breakdown, compare_gradients, running_times, step_errors
from course.plots.picture import BLUE, DIVERGING, GREEN, INK, MAUVE, ORANGE, PALE, RUST, SKY, VERMILLION, Picture, legible_on, number
from course.plots.training import decision_boundary, history, learning
from course.plots.two_layer import computational_graph

__all__ = [
    "BLUE",
    "DIVERGING",
    "GREEN",
    "INK",
    "MAUVE",
    "ORANGE",
    "PALE",
    "RUST",
    "SKY",
    "VERMILLION",
    "Picture",
    "breakdown",
    "compare_gradients",
    "computational_graph",
    "decision_boundary",
    "equation",
    "graph",
    "histograms",
    "history",
    "learning",
    "legible_on",
    "network",
    "number",
    "running_times",
    "step_errors",
    "weight_images",
]
