"""`decayed`: what the penalty alone makes of the weights, step by step."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.kit import Rng, away_from_zero


def decayed(w, learning_rate, lam, steps):
    """The weights w after that many steps of gradient descent on loss + lam * (w**2).sum(), where the loss is flat.

    w is an array. The gradient of the loss is 0, so that only the penalty pulls.
    """
    factor = 1 - 2 * learning_rate * lam  # of one step
    return factor**steps * w


def after_decay(w: Array, learning_rate: float, lam: float, steps: int) -> Array:
    """Step by step."""
    for _ in range(steps):
        w = w - learning_rate * 2 * lam * w
    return w


def cases(rng: Rng) -> Iterator[Case]:
    def inputs(shape: tuple[int, ...], shrink: float, steps: int) -> dict:
        """Weights of which each step takes away the share 2 η λ = shrink."""
        rate = rng.uniform(0.3, 0.6)
        return {"w": away_from_zero(rng, shape), "learning_rate": rate, "lam": shrink / (2 * rate), "steps": steps}

    yield Case("one step", inputs((3,), rng.uniform(0.2, 0.4), 1))
    yield Case("some steps", inputs((3, 4), rng.uniform(0.12, 0.3), int(rng.integers(5, 8))))
    yield Case("more steps", inputs((5,), rng.uniform(0.05, 0.1), int(rng.integers(10, 16))))
    yield Case("no step at all", inputs((4,), 0.2, 0))
    yield Case("2 η λ above 1, three steps", inputs((3,), rng.uniform(1.4, 1.8), 3))


EXERCISE = Exercise(
    right=decayed,
    criteria=(Criterion("w", 1, "the weights after all steps, shape of w"),),
    cases=cases,
    expected=value_of(after_decay, "w"),
    mistakes=(
        Mistake("the factor 2 is forgotten", "The gradient of λ w² is not λ w.", " 2 * → "),
        Mistake("every step takes away the same amount",
                "The second step starts from a smaller weight than the first. Does it take away as much?",
                "factor**steps → (1 - 2 * learning_rate * lam * steps)"),
        Mistake("the learning rate is left out",
                "A step is η times the gradient. With η = 0 nothing should move.",
                "learning_rate * lam → lam"),
        Mistake("the weights grow", "Descent goes against the gradient. Which sign has a step of it?", "1 - → 1 +"),
        Mistake("only one step is taken", "The factor of one step is there. What do `steps` of them make?", "factor**steps → factor"),
        Mistake("it is counted one step too many",
                "After no step at all the weights are what they were.",
                "factor**steps → factor ** (steps + 1)"),
        Mistake("it is counted one step too few",
                "`range(1, steps)` has one number less than `range(steps)`. Where are the weights after one step?",
                "factor**steps → factor ** max(steps - 1, 0)"),
        Mistake("the factor of one step is multiplied by the number of steps",
                "Two steps multiply by the factor twice. What is that, written as one factor?",
                "factor**steps → factor * steps"),
        Mistake("the exponential is taken, which is what infinitely many tiny steps would do",
                "exp(-2 η λ t) is close for small steps. Ours are finite: what does one of them multiply by, exactly?",
                lambda w, learning_rate, lam, steps: np.exp(-2 * learning_rate * lam * steps) * w),
        Mistake("λ w² is taken away, and not its derivative",
                "A step goes along the gradient of the penalty, not along the penalty.",
                "factor**steps * w → w - steps * learning_rate * lam * w**2"),
        Mistake("every step takes the same number η λ from every weight",
                "Does a large weight lose as much as a small one? The gradient of λ w² has a w in it.",
                "factor**steps * w → w - steps * learning_rate * lam"),
        Mistake("every step takes the same number 2 η λ from every weight",
                "Does a large weight lose as much as a small one? The gradient of λ w² has a w in it.",
                "factor**steps * w → w - 2 * steps * learning_rate * lam"),
        Mistake("every weight moves by η λ towards zero in each step, however large it is",
                "λ sign(w) is the gradient of λ Σ |w|, the L1 penalty. What is that of λ Σ w²?",
                "factor**steps * w → w - steps * learning_rate * lam * np.sign(w)"),
        Mistake("λ is left out", "With λ = 0 nothing should move.", "learning_rate * lam → learning_rate"),
        Mistake("the factor of one step is returned, raised to the steps, and not the weights",
                "What does the factor multiply?",
                "factor**steps * w → factor**steps"),
        Mistake("it is divided by 1 + 2 η λ in each step",
                "A step looks at the weight from before it: w - 2 η λ w. What factor is that?",
                "factor**steps → (1 + 2 * learning_rate * lam) ** -steps"),
        Mistake("the share taken away is raised to the steps, and not the share that is left",
                "After one step the share 1 - 2 η λ is left. And after two?",
                "factor**steps → (1 - (2 * learning_rate * lam) ** steps)"),
        Mistake("what the weights have lost is returned, and not what is left of them",
                "Where do the weights stand after all steps?",
                "factor**steps * w → w - factor**steps * w"),
        Mistake("the weights after every step are returned, and not the last ones alone",
                "Which of all these weights is asked for?",
                "factor**steps * w → np.array([factor**step * w for step in range(steps + 1)])"),
        Mistake("the factor is kept from falling below zero",
                "A step that is too long passes zero: formulas do not mind.",
                "factor**steps → max(factor, 0) ** steps"),
        Mistake("the factor 2 is forgotten, and the weights grow",
                "The gradient of λ w² is not λ w. And descent goes against the gradient.",
                ("1 - → 1 +", " 2 * → ")),
        Mistake("each step takes away the share λ: both the factor 2 and the learning rate are left out",
                "A step is η times the gradient, and the gradient of λ w² is not λ w.",
                " 2 * learning_rate * lam →  lam"),
        Mistake("the factor 2 is there twice", "The gradient of λ w² is 2 λ w: how many factors 2 does a step have?", " 2 * →  4 *"),
        Mistake("the squared learning rate stands in the factor",
                "Each step is η times the gradient: how often is η in it?",
                "learning_rate * lam → learning_rate**2 * lam"),
    ),
)
