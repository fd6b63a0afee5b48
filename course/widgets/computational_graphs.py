"""A formula and its computational graph: slide the inputs, and watch values and gradients move."""

from collections.abc import Mapping

import traitlets

from course.widgets.base import Widget

EXAMPLES = (
    "a * b * (a * b + a)",
    "a * a",
    "tanh(a * b + c)",
    "(a - b) ** 2 + 0.1 * a ** 2",
    "relu(a - b)",
    "log(exp(a) + exp(b))",
    "1 / (1 + exp(-a))",
    "(tanh(a * x + b) - y) ** 2",
)


class ComputationalGraph(Widget):
    """The graph of a formula that you choose or type, with ∂ℓ/∂u under each node, and the sum over Γ(u) of the one you click.

    `formula` holds letters, numbers, + - * / **, brackets, and exp, log, tanh, relu; a power's exponent is a number. `values` gives
    inputs other values than 2, 3, ... to begin with. A formula that cannot be read is told so where it is typed. Everything happens
    in the browser.
    """

    title = "A formula and its computational graph"
    question = "How does the gradient of the last node reach every node before it?"
    formula = traitlets.Unicode().tag(sync=True)
    examples = traitlets.List().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)

    def __init__(self, formula: str = EXAMPLES[0], values: Mapping[str, float] | None = None):
        examples = list(dict.fromkeys([formula, *EXAMPLES]))
        super().__init__(formula=formula, examples=examples, values={name: float(value) for name, value in (values or {}).items()})
