"""`equivalent_lam`: the L2 penalty that shrinks as much as stopping early."""

from course.judging.exercise import Array, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.u09_early_stopping.bowl import cases, part_gone
from course.units.u09_early_stopping.shrinkage import shrinkage


def equivalent_lam(learning_rate, curvature, steps):
    """The λ with which ½ a (w - w*)² + λ w² has its minimum where gradient descent stands after `steps` steps from 0.

    curvature is (d,), and so is the result: one λ for each direction.
    """
    part = shrinkage(learning_rate, curvature, steps)
    return curvature * (1 - part) / (2 * part)


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
                "(2 * part) → part"),
        Mistake("`part` and `1 - part` have changed places",
                "After very many steps nothing is shrunk any more. Where should λ go then?",
                "(1 - part) / (2 * part) → part / (2 * (1 - part))"),
        Mistake("the curvature is left out",
                "Solve a / (a + 2 λ) = part for λ again: what does a multiply?",
                "return curvature * → return"),
        Mistake("the rule of thumb 1 / (2 η t) is returned",
                "That is what the formula comes to where η a is small. The exact value is asked for.",
                "curvature * (1 - part) / (2 * part) → 0 * curvature + 1 / (2 * learning_rate * steps)"),
        Mistake("the factor 2 is there twice",
                "The penalty λ w² has the slope 2 λ w, and the bowl ½ a (w - w*)² has the slope a (w - w*). How many 2s are there?",
                "(2 * part) → (4 * part)"),
        Mistake("multiplied by 2, not divided by it",
                "With 2 λ = a (1 - part) / part: what is λ?",
                "(1 - part) / (2 * part) → 2 * (1 - part) / part"),
        Mistake("divided by the curvature, not multiplied by it",
                "Solve a / (a + 2 λ) = part for λ again: what does a multiply?",
                "return curvature * (1 - part) → return (1 - part) / curvature"),
        Mistake("the part gone stands alone", "Solve a / (a + 2 λ) = part for λ, step by step.", "(1 - part) / (2 * part) → part / 2"),
        Mistake("a single step is counted",
                "How far has gradient descent come after `steps` steps?",
                "part = shrinkage(learning_rate, curvature, steps) → part = shrinkage(learning_rate, curvature, 1)"),
        Mistake("the division by the part gone is forgotten",
                "With part = a / (a + 2 λ): is 2 λ equal to a (1 - part), or is something still to be divided by?",
                "(2 * part) → 2"),
    ),
)
