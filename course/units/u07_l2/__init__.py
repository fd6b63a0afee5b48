"""Unit 07, the L2 penalty.

Everywhere ℓ_Reg = ℓ + λ Σ w², with weights only, no one half, and a loss ℓ that is a mean over examples.
"""

from course.units.u07_l2 import choose_lambda, decayed, l2_gradient, l2_penalty, regularised_step, ridge_solution

EXERCISES = (
    l2_penalty.EXERCISE,
    l2_gradient.EXERCISE,
    decayed.EXERCISE,
    regularised_step.EXERCISE,
    ridge_solution.EXERCISE,
    choose_lambda.EXERCISE,
)
