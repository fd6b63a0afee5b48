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

    yield Case("some steps", inputs((3, 4), rng.uniform(0.12, 0.3), int(rng.integers(3, 6))))
    yield Case("more steps", inputs((5,), rng.uniform(0.05, 0.1), int(rng.integers(10, 16))))
    yield Case("one step", inputs((2, 3), rng.uniform(0.2, 0.4), 1))
    yield Case("no step at all", inputs((4,), 0.2, 0))
    yield Case("2 η λ above 1, three steps", inputs((3,), rng.uniform(1.4, 1.8), 3))


EXERCISE = Exercise(
    right=decayed,
    criteria=(Criterion("w", 1, "the weights after all steps, shape of w"),),
    cases=cases,
    expected=value_of(after_decay, "w"),
    mistakes=(
        Mistake("the factor 2 is forgotten", "The gradient of λ w² is not λ w.", "1 - 2 * → 1 - "),
        Mistake("every step takes away the same amount",
                "The second step starts from a smaller weight than the first. Does it take away as much?",
                "factor**steps → (1 - 2 * learning_rate * lam * steps)"),
        Mistake("the learning rate is left out",
                "A step is η times the gradient. With η = 0 nothing should move.",
                "2 * learning_rate * lam → 2 * lam"),
        Mistake("the weights grow", "Descent goes against the gradient. Which sign has a step of it?", "1 - 2 → 1 + 2"),
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
    ),
)
