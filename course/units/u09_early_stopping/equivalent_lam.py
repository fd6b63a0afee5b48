"""`equivalent_lam`: the L2 penalty that shrinks as much as stopping early."""

from course.judging.exercise import Array, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.u09_early_stopping.bowl import cases, part_gone
from course.units.u09_early_stopping.shrinkage import shrinkage


def equivalent_lam(learning_rate, curvature, steps):
    """The λ with which ½ a (w - w*)² + λ w² has its minimum where gradient descent stands after `steps` steps from 0.

    curvature is (d,), and so is the result: one λ for each direction.
    """
    s = shrinkage(learning_rate, curvature, steps)
    return curvature * (1 - s) / (2 * s)


def where_the_slope_is_zero(learning_rate: float, curvature: Array, steps: int) -> Array:
    """a (w - 1) + 2 λ w = 0, where w is the point that gradient descent has come to."""
    w = part_gone(learning_rate, curvature, steps)
    return -curvature * (w - 1) / w / 2


EXERCISE = Exercise(
    right=equivalent_lam,
    criteria=(Criterion("lam", 1, "one λ for each direction"),),
    cases=cases,
    expected=value_of(where_the_slope_is_zero, "lam"),
    needs=("shrinkage",),
    mistakes=(
        Mistake("the factor 2 of the penalty's slope is forgotten",
                "The penalty is λ w², without one half: what is its derivative?",
                "(2 * s) → s"),
        Mistake("s and 1 - s have changed places",
                "After very many steps nothing is shrunk any more. Where should λ go then?",
                "(1 - s) / (2 * s) → s / (2 * (1 - s))"),
        Mistake("the curvature is left out", "Solve a / (a + 2 λ) = s for λ again: what does a multiply?", "return curvature * → return"),
        Mistake("the rule of thumb 1 / (2 η t) is returned",
                "That is what the formula comes to where η a is small. The exact value is asked for.",
                "curvature * (1 - s) / (2 * s) → 0 * curvature + 1 / (2 * learning_rate * steps)"),
        Mistake("the factor 2 is there twice",
                "The penalty λ w² has the slope 2 λ w, and the bowl ½ a (w - w*)² has the slope a (w - w*). How many 2s are there?",
                "(2 * s) → (4 * s)"),
        Mistake("multiplied by 2, not divided by it", "With 2 λ = a (1 - s) / s: what is λ?", "(1 - s) / (2 * s) → 2 * (1 - s) / s"),
        Mistake("divided by the curvature, not multiplied by it",
                "Solve a / (a + 2 λ) = s for λ again: what does a multiply?",
                "return curvature * (1 - s) → return (1 - s) / curvature"),
        Mistake("the part gone stands alone", "Solve a / (a + 2 λ) = s for λ, step by step.", "(1 - s) / (2 * s) → s / 2"),
        Mistake("a single step is counted",
                "How far has gradient descent come after `steps` steps?",
                "s = shrinkage(learning_rate, curvature, steps) → s = shrinkage(learning_rate, curvature, 1)"),
        Mistake("the division by the part gone is forgotten",
                "With s = a / (a + 2 λ): is 2 λ equal to a (1 - s), or is something still to be divided by?",
                "(2 * s) → 2"),
    ),
)
