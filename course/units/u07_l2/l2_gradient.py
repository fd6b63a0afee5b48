"""`l2_gradient`: the gradient of the penalty."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.witness import gradient_of
from course.units.kit import Rng, away_from_zero, single, sizes
from course.units.u07_l2.convention import WEIGHTS_ONLY


def l2_gradient(W1, b1, W2, b2, lam):
    """Gradients dW1, db1, dW2, db2 of the penalty lam * (sum of all squared weights) alone, without the loss.

    W1 is (in, hidden), b1 (hidden,), W2 (hidden, out), b2 (out,); each gradient has the shape of its array.
    """
    dW1, dW2 = [2 * lam * W for W in (W1, W2)]
    db1, db2 = [np.zeros_like(b) for b in (b1, b2)]
    return dW1, db1, dW2, db2


def penalty(W1: Array, b1: Array, W2: Array, b2: Array, lam: float) -> complex:
    return lam * ((W1 * W1).sum() + (W2 * W2).sum())


def cases(rng: Rng) -> Iterator[Case]:
    def network(d: int, h: int, m: int, scale: float = 1.0) -> dict:
        shapes = {"W1": (d, h), "b1": (h,), "W2": (h, m), "b2": (m,)}
        return {name: scale * away_from_zero(rng, shape) for name, shape in shapes.items()} | {"lam": rng.uniform(0.12, 0.4)}

    for name in ("a small network", "another network"):  # no axis of length 2: a lost factor 2 must not be taken for an axis
        yield Case(name, network(*sizes(rng, 3, least=3)))
    yield Case("one hidden node", network(4, 1, 3))
    yield Case("small weights and a strong penalty", network(5, 3, 4, scale=1e-6) | {"lam": rng.uniform(1e4, 2e4)})
    yield Case("large weights", network(3, 5, 4, scale=3e3))
    mixed = network(*sizes(rng, 3))
    for name in ("W1", "W2"):
        size = mixed[name].size
        mixed[name] = mixed[name] * rng.permutation(np.logspace(-20, 15, size)).reshape(mixed[name].shape)
    yield Case("weights of very different sizes", mixed, entrywise=True)
    yield Case("float32 inputs", single(network(*sizes(rng, 3))))


GRADIENTS = ("dW1", "db1", "dW2", "db2")

EXERCISE = Exercise(
    right=l2_gradient,
    criteria=tuple(Criterion(name, 1, f"the gradient of the penalty, shape of {name[1:]}") for name in GRADIENTS),
    cases=cases,
    expected=gradient_of(penalty, {name: name[1:] for name in GRADIENTS}),
    mistakes=(
        Mistake("the 2 of the derivative is lost",
                "There is no one half in our penalty. What is the derivative of w²?",
                "2 * lam * W → lam * W"),
        Mistake("the biases are penalised, too", WEIGHTS_ONLY, "np.zeros_like(b) → 2 * lam * b"),
        Mistake("the sign is turned",
                "The penalty grows when a positive weight grows. (The minus sign comes with the step of descent.)",
                "2 * lam * W → -2 * lam * W"),
        Mistake("the penalty of each weight is returned, not its derivative",
                "λ w² is what a weight costs. By how much does that change when w moves?",
                "2 * lam * W → lam * W**2"),
        Mistake("the square is lost, and each weight is divided by the norm of its layer",
                "That is the gradient of λ ‖w‖. There is a square on the norm.",
                "2 * lam * W → lam * W / np.linalg.norm(W)"),
        Mistake("only the sign of each weight counts",
                "λ sign(w) is the gradient of λ Σ |w|, the L1 penalty. Does a large weight pull harder than a small one here?",
                "2 * lam * W → lam * np.sign(W)"),
        Mistake("it is divided by the number of weights",
                "The penalty is a sum over the weights, not a mean.",
                "2 * lam * W → 2 * lam * W / W.size"),
        Mistake("λ is left out", "With λ = 0 nothing should pull at the weights.", "2 * lam * W → 2 * W"),
        Mistake("the biases' gradient is the number 0, not an array",
                "A gradient has the shape of the thing it belongs to.",
                "np.zeros_like(b) → 0.0"),
        Mistake("the gradients of the two layers have changed places",
                "Which order was asked for? A gradient has the shape of the thing it belongs to.",
                "return dW1, db1, dW2, db2 → return dW2, db2, dW1, db1"),
        Mistake("both weights' gradients come before the biases' in what is returned",
                "In which order are the gradients asked for?",
                "return dW1, db1, dW2, db2 → return dW1, dW2, db1, db2"),
        Mistake("the biases have the gradient 1", "How much does λ Σ w² change when a bias moves?", "np.zeros_like → np.ones_like"),
        Mistake("the biases have the gradient λ",
                "How much does λ Σ w² change when a bias moves?",
                "np.zeros_like(b) → np.full_like(b, lam)"),
        Mistake("the exponent has come down, and is still there as well",
                "d/dw of w²: which power of w is left?",
                "2 * lam * W → 2 * lam * W**2"),
        Mistake("it is differentiated twice: no w is left",
                "The derivative of w² is not yet a constant.",
                "2 * lam * W → 2 * lam * np.ones_like(W)"),
        Mistake("every weight has the gradient λ",
                "That would be the gradient of λ Σ w. What does the 2 in L2 stand for?",
                "2 * lam * W → lam * np.ones_like(W)"),
        Mistake("every weight gets the gradient of the layer's whole sum",
                "Of all the terms of Σ w², how many depend on one weight?",
                "2 * lam * W → 2 * lam * W.sum() * np.ones_like(W)"),
        Mistake("λ is squared", "λ multiplies the sum once.", "2 * lam * W → 2 * lam**2 * W"),
        Mistake("the signs of the weights are lost",
                "The penalty pulls towards zero, from both sides. Which sign has its gradient at a negative weight?",
                "2 * lam * W → 2 * lam * np.abs(W)"),
        Mistake("only the first layer is penalised",
                "Both layers' weights are in the sum.",
                "return dW1, db1, dW2 → return dW1, db1, 0 * dW2"),
        Mistake("only the second layer is penalised", "Both layers' weights are in the sum.", "return dW1 → return 0 * dW1"),
        Mistake("the weights after a step are returned, and not the gradient",
                "How W is moved comes later: what is the derivative alone?",
                "2 * lam * W → W - 2 * lam * W"),
    ),
)
