"""`neuron`: the value of one neuron."""

from collections.abc import Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Mistake
from course.judging.probes import Formula
from course.judging.witness import value_of
from course.units.kit import Rng, away_from_zero, single


def neuron(x, w, b, g):
    """Value u of one neuron, u = g(Σ w x + b), one number.

    x and w are (d,), b is a number, and g is a function of one number, the activation.
    """
    z = np.sum(w * x) + b
    return g(z)


def value(x: Array, w: Array, b: float, g: Formula) -> float:
    return g.function(np.dot(w, x) + b)


def cases(rng: Rng) -> Iterator[Case]:
    def inputs(d: int, g: str, z: float) -> dict:
        """A neuron whose sum is z."""
        x, w = away_from_zero(rng, (d,)), away_from_zero(rng, (d,))
        return {"x": x, "w": w, "b": float(z - w @ x), "g": Formula(g)}

    def either_side() -> float:
        """A sum of either sign, where each activation tells right from wrong."""
        return rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 1.2)

    d, tanh, relu = int(rng.integers(4, 8)), "lambda z: np.tanh(z)", "lambda z: np.maximum(z, 0)"
    first = either_side()
    yield Case("three inputs, and g is the identity", inputs(3, "lambda z: z", first))
    yield Case("more inputs", inputs(d, "lambda z: z", -first * 1.1))
    yield Case("g is tanh", inputs(d, tanh, rng.uniform(0.5, 1.2)))
    yield Case("ReLU, active", inputs(d, relu, 0.7))
    yield Case("ReLU, not active", inputs(d, relu, -0.7))
    yield Case("one input", inputs(1, "lambda z: z * z + z", either_side()))
    yield Case("float32 inputs", single(inputs(5, tanh, either_side())))


EXERCISE = Exercise(
    right=neuron,
    criteria=(Criterion("u", 2, "the value of the node, one number"),),
    cases=cases,
    expected=value_of(value, "u"),
    mistakes=(
        Mistake("the bias is missing", "Put every weight to 0: what is left of g(Σ w x + b)?", " + b\n → \n"),
        Mistake("the activation is left out",
                "Σ w x + b is what the activation gets. What does the neuron make of it?",
                "return g(z) → return z"),
        Mistake("the bias is added after the activation",
                "Look at the brackets of g(Σ w x + b): what is inside them?",
                (" + b\n → \n", "return g(z) → return g(z) + b")),
        Mistake("the activation is applied to each product, before the sum",
                "A neuron has one activation, and it gets one number. Which?",
                ("np.sum(w * x) → np.sum([g(product) for product in w * x])", "return g(z) → return z")),
        Mistake("the bias is added once for each input",
                "Is b inside the sum over the inputs, or after it?",
                "np.sum(w * x) + b → np.sum(w * x + b)"),
        Mistake("the products are not summed",
                "`w * x` holds one product for each input. A neuron's value is one number.",
                "np.sum(w * x) → w * x"),
        Mistake("the products are averaged, not summed", "Σ w x is a sum, not a mean.", "np.sum → np.mean"),
        Mistake("only the last input counts",
                "In a loop, `z = ...` forgets what z was, and `z = z + ...` adds to it.",
                "np.sum(w * x) → w[-1] * x[-1]"),
        Mistake("ReLU is used, whatever g is",
                "The caller chooses the activation: is `g` in your formula?",
                "return g(z) → return np.maximum(z, 0)"),
        Mistake("the bias is subtracted", "Look at the sign before b.", " + b\n → - b\n"),
        Mistake("weights and inputs are added, not multiplied",
                "Each weight says how much its input counts: Σ w x.",
                "np.sum(w * x) → np.sum(w + x)"),
        Mistake("the sums of w and of x are multiplied, as every weight meets every input",
                "Each weight belongs to one input: multiply first, and sum after.",
                "np.sum(w * x) → np.sum(w) * np.sum(x)"),
        Mistake("the products are multiplied with one another", "Σ stands for a sum.", "np.sum → np.prod"),
        Mistake("the bias is a factor", "A node is g(Σ w x + b).", " + b\n → * b\n"),
        Mistake("the activation is applied twice", "Where does your code call g, and how often?", "return g(z) → return g(g(z))"),
        Mistake("the activation is applied to the inputs, before the sum",
                "A neuron has one activation, and it gets the sum.",
                ("np.sum(w * x) → np.sum([v * g(u) for v, u in zip(w, x)])", "return g(z) → return z")),
        Mistake("the activation's value is multiplied by the sum",
                "u is g(z), and z itself comes in nowhere else.",
                "return g(z) → return z * g(z)"),
        Mistake("only the first input counts",
                "A function ends at the first `return` it meets. How far is yours indented?",
                "np.sum(w * x) → w[0] * x[0]"),
        Mistake("the first input is left out",
                "Python counts from 0: where does your loop begin?",
                "np.sum(w * x) → np.sum(w[1:] * x[1:])"),
        Mistake("the last input is left out",
                "`range(n)` ends before n. Where does your loop end?",
                "np.sum(w * x) → np.sum(w[:-1] * x[:-1])"),
        Mistake("a sigmoid is used, whatever g is",
                "The caller chooses the activation: is `g` in your formula?",
                "return g(z) → return 1 / (1 + np.exp(-z))"),
        Mistake("tanh is used, whatever g is",
                "The caller chooses the activation: is `g` in your formula?",
                "return g(z) → return np.tanh(z)"),
        Mistake("a ReLU is put on top of g",
                "The caller chooses the activation, and there is one.",
                "return g(z) → return np.maximum(g(z), 0)"),
    ),
)
