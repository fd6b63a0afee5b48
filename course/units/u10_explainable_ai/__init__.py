"""Unit 10, explainable AI.

Every case is drawn afresh, with sizes that all differ. Networks are drawn until no unit is near its kink where it is looked at, and
until the rules that students mistake for one another give different numbers.
"""

from course.units.u10_explainable_ai import ablate, hidden_activations, integrated_gradients, linear_probe, mean_slope, saliency

EXERCISES = (
    hidden_activations.EXERCISE,
    saliency.EXERCISE,
    mean_slope.EXERCISE,
    integrated_gradients.EXERCISE,
    ablate.EXERCISE,
    linear_probe.EXERCISE,
)
