"""Figures of the course, each a `Picture`: a matplotlib figure with a caption, and alternative text for those who cannot see it.

Every function takes plain arrays (or a tensor's graph, as it finds it), computes nothing but positions, and returns its Picture.
"""

from course.plots.capstone import confusion, sheet
from course.plots.computational_graphs import arrows_in_order, engine_graph, stepped
from course.plots.dropout import running_mean, subnetworks, thinned
from course.plots.early_stopping import stopped, two_paths
from course.plots.explainable_ai import completeness_gap, explained_logit, explanations, path_slopes, strongest_inputs, unit_bars, votes
from course.plots.feed_forward import activation_curves, boundaries, folded_plane, neuron_and_point, neuron_planes, weighted_sum
from course.plots.gradient_descent import bowls, curves, descents, line_losses, rate_sweep
from course.plots.graphs import graph
from course.plots.hidden import histograms, weight_images
from course.plots.l2 import fitted_curves, penalty_curves, weight_spread
from course.plots.matrices import equation
from course.plots.minibatch import batch_noise, stops, sweep, walk_and_line, walks
from course.plots.networks import network
from course.plots.node_by_node import growth, node_graph, product_rectangle, slope_table
from course.plots.numerics import compare_gradients, running_times, step_errors
from course.plots.picture import BLUE, DIVERGING, GREEN, INK, MAUVE, ORANGE, PALE, RUST, SKY, VERMILLION, Picture, legible_on, number
from course.plots.seeds import paired_gains
from course.plots.start_here import chord, slopes
from course.plots.training import decision_boundary, history, learning, trained
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
    "activation_curves",
    "arrows_in_order",
    "batch_noise",
    "boundaries",
    "bowls",
    "chord",
    "compare_gradients",
    "completeness_gap",
    "computational_graph",
    "confusion",
    "curves",
    "decision_boundary",
    "descents",
    "engine_graph",
    "equation",
    "explained_logit",
    "explanations",
    "fitted_curves",
    "folded_plane",
    "graph",
    "growth",
    "histograms",
    "history",
    "learning",
    "legible_on",
    "line_losses",
    "network",
    "neuron_and_point",
    "neuron_planes",
    "node_graph",
    "number",
    "paired_gains",
    "path_slopes",
    "penalty_curves",
    "product_rectangle",
    "rate_sweep",
    "running_mean",
    "running_times",
    "sheet",
    "slope_table",
    "slopes",
    "step_errors",
    "stepped",
    "stopped",
    "stops",
    "strongest_inputs",
    "subnetworks",
    "sweep",
    "thinned",
    "trained",
    "two_paths",
    "unit_bars",
    "votes",
    "walk_and_line",
    "walks",
    "weight_images",
    "weight_spread",
    "weighted_sum",
]
