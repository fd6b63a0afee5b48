"""`regularised_step`: one step of gradient descent on the loss with its penalty."""

from collections.abc import Iterator

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import value_of
from course.units.kit import Rng, away_from_zero, single, sizes
from course.units.u07_l2.convention import WEIGHTS_ONLY


def regularised_step(W, b, dW, db, learning_rate, lam):
    """W and b after one step of gradient descent on loss + lam * (W**2).sum(); dW and db are the gradients of the loss alone.

    W and dW are (in, out), b and db (out,). The inputs are not changed.
    """
    factor = 1 - 2 * learning_rate * lam
    return factor * W - learning_rate * dW, b - learning_rate * db


def after_step(W: Array, b: Array, dW: Array, db: Array, learning_rate: float, lam: float) -> tuple[Array, Array]:
    """Against the gradient of the whole loss."""
    return W - learning_rate * (dW + 2 * lam * W), b - learning_rate * db


def cases(rng: Rng) -> Iterator[Case]:
    def layer(n: int, m: int) -> dict:
        shapes = {"W": (n, m), "b": (m,), "dW": (n, m), "db": (m,)}
        numbers = {"learning_rate": rng.uniform(0.2, 0.6), "lam": rng.uniform(0.12, 0.4)}
        return {name: away_from_zero(rng, shape) for name, shape in shapes.items()} | numbers

    yield Case("one weight and one bias", layer(1, 1))
    for name in ("a layer", "another layer"):
        yield Case(name, layer(*sizes(rng, 2, least=3)))
    flat = layer(*sizes(rng, 2, least=3))
    yield Case("where the loss is flat", flat | {"dW": 0 * flat["dW"], "db": 0 * flat["db"]})
    yield Case("λ = 0", layer(*sizes(rng, 2, least=3)) | {"lam": 0.0})
    yield Case("float32 inputs", single(layer(*sizes(rng, 2, least=3))))


STEP_W, STEP_B = "factor * W - learning_rate * dW", "b - learning_rate * db"

EXERCISE = Exercise(
    right=regularised_step,
    criteria=(
        Criterion("W", 2, "the weights after the step, shape of W"),
        Criterion("b", 1, "the biases after the step, shape of b"),
    ),
    cases=cases,
    expected=value_of(after_step, "W", "b"),
    mistakes=(
        Mistake("the factor 2 of the penalty's gradient is forgotten",
                "There is no one half in our penalty that could eat the 2 of the derivative.",
                " 2 * → "),
        Mistake("the biases decay, too", WEIGHTS_ONLY, "b - learning_rate → factor * b - learning_rate"),
        Mistake("the penalty pushes the weights away from zero",
                "Put dW = 0: should a step make the weights larger or smaller?",
                "1 - → 1 +"),
        Mistake("the decay is not multiplied by the learning rate",
                "Both parts of the gradient are part of one step, and its length is η.",
                "learning_rate * lam → lam"),
        Mistake("the learning rate is multiplied into the decay twice",
                "Both parts of the gradient are part of one step: how often does η multiply each of them?",
                "learning_rate * lam → learning_rate**2 * lam"),
        Mistake("the decay comes after the step, and shrinks the gradient as well",
                "One gradient is taken, at one point: the weights from before the step. What does the factor multiply?",
                "factor * W - learning_rate * dW → factor * (W - learning_rate * dW)"),
        Mistake("the weights only shrink, and the loss has no say",
                "ℓ_Reg is a sum of two terms. Whose gradient is dW?",
                " - learning_rate * dW → "),
        Mistake("the penalty is left out", "Where does λ enter your step?", "factor * W → W"),
        Mistake("the step goes up the slope",
                "Gradient *descent*: which way along the gradient?",
                ("1 - 2 → 1 + 2", "W - learning_rate → W + learning_rate", "b - learning_rate → b + learning_rate")),
        Mistake("the penalty itself is taken for its gradient",
                "λ w² is what a weight costs. Which way, and how hard, does that pull?",
                "factor * W → W - learning_rate * lam * W**2"),
        Mistake("the whole penalty, one number, is added to every entry of the gradient",
                "The penalty is a number, and its gradient has the shape of W.",
                "factor * W → W - learning_rate * lam * (W**2).sum()"),
        Mistake("the change is returned, and not the parameters after it",
                "Where do W and b stand after the step?",
                ("1 - 2 → -2", "b - learning_rate → -learning_rate")),
        Mistake("η λ is subtracted, without the weight",
                "The gradient of λ w² has a w in it: large weights are pulled harder.",
                "factor * W → W - learning_rate * lam"),
        Mistake("2 η λ is subtracted, without the weight",
                "The gradient of λ w² has a w in it: large weights are pulled harder.",
                "factor * W → W - 2 * learning_rate * lam"),
        Mistake("only the sign of each weight decays",
                "λ sign(w) is the gradient of λ Σ |w|, the L1 penalty. What is that of λ Σ w²?",
                "factor * W → W - learning_rate * lam * W / abs(W)"),
        Mistake("the penalty's gradient is made from dW, and not from W",
                "The penalty is λ Σ w²: which of W and dW is in it?",
                "factor * W - learning_rate * dW → W - (1 + 2 * lam) * learning_rate * dW"),
        Mistake("λ is left out of the decay",
                "With λ = 0 the step is one of plain gradient descent.",
                "learning_rate * lam → learning_rate"),
        Mistake("the learning rate is left out of the loss's own gradient",
                "Both parts of the gradient are part of one step, and its length is η.",
                ("factor * W - learning_rate * dW → factor * W - dW", "b - learning_rate * db → b - db")),
        Mistake("the biases stay where they are",
                "A bias is not penalised, and it learns all the same.",
                "b - learning_rate * db → b + 0 * db"),
        Mistake("the loss is climbed, and the penalty descended",
                "Gradient *descent*: which way along the gradient?",
                ("W - learning_rate → W + learning_rate", "b - learning_rate → b + learning_rate")),
        Mistake("the biases go up the slope", "Gradient *descent*: which way along the gradient?", "b - learning_rate → b + learning_rate"),
        Mistake("the gradients of the whole loss are returned, and not the parameters after the step",
                "Where do W and b stand after the step?",
                f"return {STEP_W}, {STEP_B} → return dW + 2 * lam * W, db"),
        Mistake("W and b have changed places in what is returned",
                "In which order are they asked for?",
                f"return {STEP_W}, {STEP_B} → return {STEP_B}, {STEP_W}"),
    ),
)
