"""`shrinkage`: how far gradient descent has come when it is stopped early."""

from course.judging.exercise import Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.u09_early_stopping.bowl import cases, part_gone


def shrinkage(learning_rate, curvature, steps):
    """The part of the way to w* that gradient descent on ½ a (w - w*)² has gone after `steps` steps from w = 0.

    curvature is (d,), one a for each direction; the result is (d,), between 0 and 1 while learning_rate * a < 1.
    """
    return 1 - (1 - learning_rate * curvature) ** steps


EXERCISE = Exercise(
    right=shrinkage,
    criteria=(Criterion("part", 1, "one number for each direction, between 0 and 1"),),
    cases=cases,
    expected=value_of(part_gone, "part"),
    mistakes=(
        Mistake("the part that is left is returned, not the part that is gone",
                "At the start, after 0 steps, what part of the way is behind you?",
                "1 - (1 → (1"),
        Mistake("the steps multiply, and are no power",
                "Each step multiplies the distance that is left by the same factor. After `steps` of them, that is which power?",
                "** steps → * steps"),
        Mistake("every step is as long as the first",
                "The gradient a (w - w*) shrinks as w comes near. So do the steps.",
                "1 - (1 - learning_rate * curvature) ** steps → steps * learning_rate * curvature"),
        Mistake("the curvature is left out", "The gradient of ½ a (w - w*)² is a (w - w*): steep directions go faster.", " * curvature → "),
        Mistake("the gradient has a factor 2 too many",
                "Differentiate ½ a (w - w*)²: what becomes of the one half?",
                "learning_rate * curvature → 2 * learning_rate * curvature"),
        Mistake("the gradient is halved",
                "The ½ of ½ a (w - w*)² and the 2 of its derivative cancel.",
                "learning_rate * curvature → learning_rate * curvature / 2"),
        Mistake("the learning rate is left out", "How far does one step go?", "learning_rate * curvature → curvature"),
        Mistake("the power is taken of η a alone",
                "In one step the distance is multiplied by 1 - η a. Of what is the power taken?",
                "(1 - learning_rate * curvature) ** steps → (learning_rate * curvature) ** steps"),
        Mistake("the exponential stands for the power",
                "exp(-η a t) is what the power comes to for small steps. The exact value is asked for.",
                "(1 - learning_rate * curvature) ** steps → 2.718281828459045 ** (-learning_rate * curvature * steps)"),
        Mistake("one number for all directions is returned",
                "Each direction has a curvature of its own.",
                "learning_rate * curvature → learning_rate * (0 * curvature + curvature.mean())"),
        Mistake("one step too many is counted", "After 1 step the distance has been multiplied once.", "** steps → ** (steps + 1)"),
        Mistake("one step too few is counted", "After 1 step the distance has been multiplied once.", "** steps → ** (steps - 1)"),
    ),
)
