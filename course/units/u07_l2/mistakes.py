"""Unit 07, the L2 penalty: the mistakes students make with the penalty, its gradient and its steps, as data.

Each is a mistake's name, as the end of the sentence "it is what comes out when ...", a hint that does not give the answer away,
and the mistake itself. Those about choosing λ are in `l2_choice_mistakes`.
"""

from collections.abc import Callable, Sequence

import numpy as np

from course.judging.exercise import Array, Mistake
from course.units.u07_l2.forward import penalty, step

HALF_HINT = "Some books write λ/2 in front of the sum, to save a 2 later on. Ours is λ Σ w², as in the notes."
BIAS_HINT = "A bias shifts a curve and does not bend it. Which arrays belong to w, and which do not?"


def weights(parameters: Sequence[Array]) -> list[Array]:
    return [w for w in parameters if w.ndim > 1]


def flat(arrays: Sequence[Array]) -> Array:
    return np.concatenate([np.ravel(w) for w in arrays])


L2_PENALTY = (
    Mistake("one half stands in front of the sum", HALF_HINT, lambda parameters, lam: penalty(parameters, lam) / 2),
    Mistake("the biases are penalised, too", BIAS_HINT, lambda parameters, lam: lam * (flat(parameters) ** 2).sum()),
    Mistake(
        "the norm of all weights is taken, and not its square",
        "There is a square on ‖w‖, and it takes the root away again.",
        lambda parameters, lam: lam * np.sqrt((flat(weights(parameters)) ** 2).sum()),
    ),
    Mistake(
        "the norms of the layers are added, and not their squares",
        "`np.linalg.norm` ends with a root. Is there a root in Σ w²?",
        lambda parameters, lam: lam * sum(np.linalg.norm(w) for w in weights(parameters)),
    ),
    Mistake(
        "the spectral norm is taken, which looks at one direction only",
        "For a matrix, `np.linalg.norm(W, 2)` is its largest stretch. Our ‖w‖ treats all weights as one long vector.",
        lambda parameters, lam: lam * sum(np.linalg.norm(w, 2) ** 2 for w in weights(parameters)),
    ),
    Mistake(
        "λ is squared as well",
        "λ multiplies the sum once. What does your square embrace?",
        lambda parameters, lam: sum(((lam * w) ** 2).sum() for w in weights(parameters)),
    ),
    Mistake(
        "only the first layer's weights are counted",
        "The sum runs over i, j *and* k. What is k?",
        lambda parameters, lam: lam * (weights(parameters)[0] ** 2).sum(),
    ),
    Mistake(
        "only the last layer's weights are counted",
        "The sum runs over all layers k. Is your running total set anew for each of them?",
        lambda parameters, lam: lam * (weights(parameters)[-1] ** 2).sum(),
    ),
    Mistake(
        "the mean of the squares is taken, and not their sum",
        "The loss is a mean over examples. The penalty is a sum over weights.",
        lambda parameters, lam: lam * (flat(weights(parameters)) ** 2).mean(),
    ),
    Mistake(
        "the mean of the squares is taken in each layer",
        "The loss is a mean over examples. The penalty is a sum over weights.",
        lambda parameters, lam: lam * sum((w**2).mean() for w in weights(parameters)),
    ),
    Mistake(
        "absolute values are summed, and not squares",
        "Σ |w| is the L1 penalty, a relative. What does the 2 in L2 stand for?",
        lambda parameters, lam: lam * np.abs(flat(weights(parameters))).sum(),
    ),
    Mistake(
        "the weights are summed first, and the sum is squared",
        "A weight of 3 and one of -3 cost 18 together. In which order are the two done?",
        lambda parameters, lam: lam * flat(weights(parameters)).sum() ** 2,
    ),
    Mistake(
        "λ is left out",
        "With λ = 0 there is no penalty at all.",
        lambda parameters, lam: (flat(weights(parameters)) ** 2).sum(),
    ),
    Mistake(
        "every second array is taken for the weights",
        "A layer may have no bias, and then the arrays no longer take turns. What tells weights from biases in the array itself?",
        lambda parameters, lam: lam * sum((w**2).sum() for w in parameters[::2]),
    ),
)


def each(rule: Callable[[Array, float], Array], biases: Callable[[Array, float], Array] | None = None) -> Callable[..., tuple]:
    """A gradient made by one rule for the weights, and another (zeros, unless said otherwise) for the biases."""

    def wrong(W1: Array, b1: Array, W2: Array, b2: Array, lam: float) -> tuple:
        zero = biases or (lambda b, lam: np.zeros_like(b))
        return rule(W1, lam), zero(b1, lam), rule(W2, lam), zero(b2, lam)

    return wrong


def right(w: Array, lam: float) -> Array:
    return 2 * lam * w


L2_GRADIENT = (
    Mistake(
        "the 2 of the derivative is lost",
        "There is no one half in our penalty. What is the derivative of w²?",
        each(lambda w, lam: lam * w),
    ),
    Mistake("the biases are penalised, too", BIAS_HINT, each(right, right)),
    Mistake(
        "the sign is turned",
        "The penalty grows when a positive weight grows. (The minus sign comes with the step of descent.)",
        each(lambda w, lam: -2 * lam * w),
    ),
    Mistake(
        "the penalty of each weight is returned, not its derivative",
        "λ w² is what a weight costs. By how much does that change when w moves?",
        each(lambda w, lam: lam * w**2),
    ),
    Mistake(
        "the square is lost, and each weight is divided by the norm of its layer",
        "That is the gradient of λ ‖w‖. There is a square on the norm.",
        each(lambda w, lam: lam * w / np.linalg.norm(w)),
    ),
    Mistake(
        "only the sign of each weight counts",
        "λ sign(w) is the gradient of λ Σ |w|, the L1 penalty. Does a large weight pull harder than a small one here?",
        each(lambda w, lam: lam * np.sign(w)),
    ),
    Mistake(
        "it is divided by the number of weights",
        "The penalty is a sum over the weights, not a mean.",
        each(lambda w, lam: 2 * lam * w / w.size),
    ),
    Mistake("λ is left out", "With λ = 0 nothing should pull at the weights.", each(lambda w, lam: 2 * w)),
    Mistake(
        "λ is squared",
        "λ stands in front of the sum as a constant. What becomes of a constant factor in a derivative?",
        each(lambda w, lam: 2 * lam**2 * w),
    ),
    Mistake(
        "every entry gets the sum over its whole layer",
        "∂/∂w of the sum: in how many of its terms does this one weight occur?",
        each(lambda w, lam: np.full(w.shape, 2 * lam * w.sum())),
    ),
    Mistake(
        "the biases' gradient is the number 0, not an array",
        "A gradient has the shape of the thing it belongs to.",
        each(right, lambda b, lam: np.zeros(())),
    ),
    Mistake(
        "the gradients of the two layers have changed places",
        "Which order was asked for? A gradient has the shape of the thing it belongs to.",
        lambda W1, b1, W2, b2, lam: (right(W2, lam), 0 * b2, right(W1, lam), 0 * b1),
    ),
)


DECAYED = (
    Mistake(
        "the factor 2 is forgotten",
        "The gradient of λ w² is not λ w.",
        lambda w, rate, lam, steps: (1 - rate * lam) ** steps * w,
    ),
    Mistake(
        "every step takes away the same amount",
        "The second step starts from a smaller weight than the first. Does it take away as much?",
        lambda w, rate, lam, steps: (1 - 2 * rate * lam * steps) * w,
    ),
    Mistake(
        "the learning rate is left out",
        "A step is η times the gradient. With η = 0 nothing should move.",
        lambda w, rate, lam, steps: (1 - 2 * lam) ** steps * w,
    ),
    Mistake(
        "the weights grow",
        "Descent goes against the gradient. Which sign has a step of it?",
        lambda w, rate, lam, steps: (1 + 2 * rate * lam) ** steps * w,
    ),
    Mistake(
        "only one step is taken",
        "The factor of one step is there. What do `steps` of them make?",
        lambda w, rate, lam, steps: (1 - 2 * rate * lam) * w,
    ),
    Mistake(
        "it is counted one step too many",
        "After no step at all the weights are what they were.",
        lambda w, rate, lam, steps: (1 - 2 * rate * lam) ** (steps + 1) * w,
    ),
    Mistake(
        "it is counted one step too few",
        "`range(1, steps)` has one number less than `range(steps)`. Where are the weights after one step?",
        lambda w, rate, lam, steps: (1 - 2 * rate * lam) ** max(steps - 1, 0) * w,
    ),
    Mistake(
        "the factor of one step is multiplied by the number of steps",
        "Two steps multiply by the factor twice. What is that, written as one factor?",
        lambda w, rate, lam, steps: (1 - 2 * rate * lam) * steps * w,
    ),
    Mistake(
        "the exponential is taken, which is what infinitely many tiny steps would do",
        "exp(-2 η λ t) is close for small steps. Ours are finite: what does one of them multiply by, exactly?",
        lambda w, rate, lam, steps: np.exp(-2 * rate * lam * steps) * w,
    ),
    Mistake(
        "λ w² is taken away, and not its derivative",
        "A step goes along the gradient of the penalty, not along the penalty.",
        lambda w, rate, lam, steps: w - steps * rate * lam * w**2,
    ),
)


def step_by(weights_after: Callable[..., Array], biases_after: Callable[..., Array] | None = None) -> Callable[..., tuple]:
    """A step with a rule of its own for the weights, and the right one for the biases unless said otherwise."""

    def wrong(W: Array, b: Array, dW: Array, db: Array, rate: float, lam: float) -> tuple:
        return weights_after(W, dW, rate, lam), (biases_after or (lambda b, db, rate, lam: b - rate * db))(b, db, rate, lam)

    return wrong


def shrunk(W: Array, dW: Array, rate: float, lam: float) -> Array:
    """The right rule."""
    return (1 - 2 * rate * lam) * W - rate * dW


REGULARISED_STEP = (
    Mistake(
        "the factor 2 of the penalty's gradient is forgotten",
        "There is no one half in our penalty that could eat the 2 of the derivative.",
        step_by(lambda W, dW, rate, lam: (1 - rate * lam) * W - rate * dW),
    ),
    Mistake("the biases decay, too", BIAS_HINT, step_by(shrunk, shrunk)),
    Mistake(
        "the penalty pushes the weights away from zero",
        "Put dW = 0: should a step make the weights larger or smaller?",
        step_by(lambda W, dW, rate, lam: (1 + 2 * rate * lam) * W - rate * dW),
    ),
    Mistake(
        "the decay is not multiplied by the learning rate",
        "Both parts of the gradient are part of one step, and its length is η.",
        step_by(lambda W, dW, rate, lam: (1 - 2 * lam) * W - rate * dW),
    ),
    Mistake(
        "the learning rate is multiplied into the decay twice",
        "Both parts of the gradient are part of one step: how often does η multiply each of them?",
        step_by(lambda W, dW, rate, lam: (1 - 2 * rate**2 * lam) * W - rate * dW),
    ),
    Mistake(
        "the decay comes after the step, and shrinks the gradient as well",
        "One gradient is taken, at one point: the weights from before the step. What does the factor multiply?",
        step_by(lambda W, dW, rate, lam: (1 - 2 * rate * lam) * (W - rate * dW)),
    ),
    Mistake(
        "the weights only shrink, and the loss has no say",
        "ℓ_Reg is a sum of two terms. Whose gradient is dW?",
        step_by(lambda W, dW, rate, lam: (1 - 2 * rate * lam) * W),
    ),
    Mistake("the penalty is left out", "Where does λ enter your step?", step_by(lambda W, dW, rate, lam: W - rate * dW)),
    Mistake(
        "the step goes up the slope",
        "Gradient *descent*: which way along the gradient?",
        step_by(lambda W, dW, rate, lam: W + rate * (dW + 2 * lam * W), lambda b, db, rate, lam: b + rate * db),
    ),
    Mistake(
        "the penalty itself is taken for its gradient",
        "λ w² is what a weight costs. Which way, and how hard, does that pull?",
        step_by(lambda W, dW, rate, lam: W - rate * (dW + lam * W**2)),
    ),
    Mistake(
        "the whole penalty, one number, is added to every entry of the gradient",
        "The penalty is a number, and its gradient has the shape of W.",
        step_by(lambda W, dW, rate, lam: W - rate * (dW + lam * (W**2).sum())),
    ),
    Mistake(
        "the change is returned, and not the parameters after it",
        "Where do W and b stand after the step?",
        lambda W, b, dW, db, rate, lam: (step(W, b, dW, db, rate, lam)[0] - W, -rate * db),
    ),
)
