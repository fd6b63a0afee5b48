"""The passes over a graph of numbers, one node at a time, and the sum over Γ(u) behind each gradient."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import traitlets

from course.engine.tensor import Tensor
from course.widgets import records as graphs
from course.widgets.base import Number, Widget, a_number, nested
from course.widgets.records import MOST, Record, finite

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
STARTS = (2.0, 3.0, -1.0, 1.0, 0.5, -2.0)  # for the letters of a formula, in the order of the alphabet
FARTHEST = 1e6  # an input from 0
MOST_LOSSES = 200


class Stepper(Widget):
    """A graph of numbers, its forward pass and its backward pass, one node at each step, and then a step of gradient descent.

    The graph is one of these:

    - `Stepper(graph, x, names)`: nodes (g, uses, w, b) in topological order, inputs first and the loss last: an activation's name
      (linear, tanh, sigmoid, relu, square; input), the numbers of the nodes used, their weights, a bias. `x` are the inputs' values,
      `names` one name for each node. `weights=False` leaves out the gradients of the weights.
    - `Stepper("a * b + sin(a)", values={"a": 2.0})`: a formula of letters, numbers, + - * / **, brackets, and exp, log, sin, cos, tanh,
      sigmoid, relu, which can be changed where it is shown.
    - `Stepper(loss)`: a `course.Tensor` that was computed from single numbers, or a node of an engine of your own with `value`,
      `parents`, `slopes` and `grad`. `names={"a": a}` names its nodes.

    `reference` holds right gradients, by name or one for each node: another one is marked as wrong. Then, and where an engine's numbers are
    not those of its operations, nothing can be moved. `parameters` names the inputs that the descent changes, by default a
    tensor's inputs, of your own engine and of a formula all those whose names do not begin with x or y.

    The state: `formula`, the inputs' `values`, the `w` of the notes' nodes (the weights, and last the bias), `parameters`, the `step`, one
    for each node that is computed and one for each gradient, `node`, the one looked at (-1: the step's), the `rate` η of the descent, and
    the `losses` met by it. Raises ValueError for what does not fit together, for numbers that are not finite, and for more than 60 nodes.
    """

    title = "Forward and backward pass, node by node"
    question = "Which arrows carry a share back to a node, and what do its shares add up to?"
    nodes = traitlets.List().tag(sync=True)
    fixed = traitlets.Bool(False).tag(sync=True)
    weights = traitlets.Bool(False).tag(sync=True)
    reference = traitlets.List().tag(sync=True)
    formula = traitlets.TraitType("").tag(sync=True)
    values = traitlets.TraitType({}).tag(sync=True)
    w = traitlets.TraitType([]).tag(sync=True)
    parameters = traitlets.TraitType([]).tag(sync=True)
    step = Number(0, 0, 2 * MOST, whole=True)
    node = Number(-1, -1, MOST - 1, whole=True)
    rate = Number(0.1, 1e-4, 10)
    losses = traitlets.TraitType([]).tag(sync=True)

    def __init__(
        self,
        graph: Any = None,
        x: Sequence[float] | None = None,
        names: Sequence[str] | Mapping[str, Any] | None = None,
        *,
        reference: Mapping[str, float] | Sequence[float] | None = None,
        weights: bool = True,
        **state: Any,
    ):
        graph = state.pop("formula", None) or EXAMPLES[0] if graph is None else graph
        typed = isinstance(graph, str)
        found = graphs.of_formula(graph) if typed else read(graph, x, names)
        values = filled(found, state.get("values", {}), {} if typed else {record.name: record.value for record in found})
        if typed and reference is None:
            state["formula"] = graph
        else:
            if typed:
                computed(found, values)
            state["nodes"] = [asdict(record) for record in found]
            state["fixed"] = reference is not None or not graphs.moves(found)
            state["reference"] = [] if reference is None else reference_of(found, reference)
            state["weights"] = weights and any(record.w for record in found)
        state["values"] = values
        state["parameters"] = state.get("parameters", usual(found, graph))
        state["w"] = state.get("w") or [record.w or [] for record in found]
        super().__init__(**state)

    @property
    def records(self) -> list[Record]:
        """The graph's nodes, as they were given, or as the formula says."""
        return graphs.of_formula(self.formula) if self.formula else [Record(**node) for node in self.nodes]

    @traitlets.default("frame")
    def _frame(self) -> dict[str, Any]:
        stages = {"nothing yet": 0, "forward pass done": operations(self.records), "all gradients": last(self.records)}
        chips = {words: {"step": step, "node": -1} for words, step in stages.items()}
        if self.formula:
            chips = {text: started(text) for text in dict.fromkeys([self.formula, *map(normal, EXAMPLES)])}
        return {**super()._frame(), "presets": chips}

    @traitlets.validate("formula")
    def _formula(self, proposal: Any) -> str:
        if self.nodes:
            raise ValueError(f"this Stepper shows a graph: make another one for the formula {proposal.value!r}")
        return normal(proposal.value)

    def schema(self) -> dict[str, Any]:
        found, number = self.records, a_number(-FARTHEST, FARTHEST)
        steps, count = (last(found), len(found)) if self.nodes else (2 * MOST, MOST)
        inputs = {"enum": inputs_of(found)} if self.nodes else {"type": "string"}  # those of a formula change with it
        weights = nested(*([[end] * len(record.w or []) for record in found] for end in (-FARTHEST, FARTHEST)))
        schema = super().schema() | {
            "step": a_number(0, steps, whole=True),
            "node": a_number(-1, count - 1, whole=True),
            "values": {"type": "object", "propertyNames": inputs, "additionalProperties": number}
            | {"description": f"numbers from {-FARTHEST:g} to {FARTHEST:g}, by the names of inputs"},
            "w": weights | {"description": "for each node its weights and its bias"},
            "parameters": {"type": "array", "items": inputs, "description": "a list of names of inputs"},
            "losses": {"type": "array", "items": {"type": "number"}, "maxItems": MOST_LOSSES}
            | {"description": f"a list of at most {MOST_LOSSES} numbers"},
            "formula": {"type": "string", "maxLength": 200, "description": 'a text such as "a * b + 1"'},
        }
        unsaid = ["formula"] if self.nodes else ["w"]
        return {name: each for name, each in schema.items() if name not in unsaid}

    @traitlets.observe("formula")
    def _another(self, change: Any) -> None:
        """A new formula keeps what it has in common with the old one."""
        if not change.old:
            return
        found = self.records
        inputs = inputs_of(found)
        self.values = filled(found, {name: self.values[name] for name in inputs if name in self.values}, {})
        self.w = [[] for _ in found]
        self.parameters = [name for name in self.parameters if name in inputs] or usual(found, self.formula)
        self.set_trait("step", min(int(self.step), last(found)))
        self.set_trait("node", self.node if int(self.node) < len(found) else -1)
        self.losses = []

    @traitlets.validate("values")
    def _values(self, proposal: Any) -> dict[str, float]:
        return filled(self.records, proposal.value, self.values)

    @traitlets.validate("w")
    def _w(self, proposal: Any) -> list[list[float]]:
        own, given = [record.w or [] for record in self.records], proposal.value
        if not isinstance(given, list | tuple) or [np.shape(each) for each in given] != [np.shape(each) for each in own]:
            raise ValueError(f"expected w with, for each node, its weights and its bias, such as {own}, got {given!r}")
        return [[finite(number, "every number of w") for number in numbers] for numbers in given]

    @traitlets.validate("parameters")
    def _parameters(self, proposal: Any) -> list[str]:
        inputs, given = inputs_of(self.records), proposal.value
        if not isinstance(given, list | tuple) or not all(name in inputs for name in given):
            raise ValueError(f"parameters must be names of inputs, of {', '.join(inputs)}, got {given!r}")
        return list(dict.fromkeys(given))

    @traitlets.validate("step")
    def _step(self, proposal: Any) -> int:
        if proposal.value > (end := last(self.records)):
            raise ValueError(f"step must be a whole number from 0 to {end}, got {proposal.value}")
        return proposal.value

    @traitlets.validate("node")
    def _node(self, proposal: Any) -> int:
        if proposal.value >= (count := len(self.records)):
            raise ValueError(f"node must be a whole number from -1 to {count - 1}, got {proposal.value}")
        return proposal.value

    @traitlets.validate("losses")
    def _losses(self, proposal: Any) -> list[float]:
        given = proposal.value
        if not isinstance(given, list | tuple) or len(given) > MOST_LOSSES:
            raise ValueError(f"losses must be a list of at most {MOST_LOSSES} numbers, got {given!r}")
        return [finite(loss, "every loss") for loss in given]

    def passes(self) -> tuple[list[float], list[list[float]], list[float]]:
        """Every node's value, its slopes, and its gradient, which is the one that an engine left there, or the rule's sum."""
        found = self.records
        values, slopes = [record.value for record in found], [record.slopes for record in found]
        if not self.fixed:
            values, slopes = graphs.evaluate(found, self.values, self.w)
        gradients = graphs.gradients_of(found, slopes)
        if self.fixed:
            gradients = [own if record.grad is None else record.grad for record, own in zip(found, gradients, strict=True)]
        return values, slopes, gradients

    def still(self) -> Any:
        from course.plots import stepped

        found, (values, _, gradients) = self.records, self.passes()
        done = iter(range(1, len(found) + 1))
        known = [record.op in ("input", "constant") or next(done) <= self.step for record in found]
        back = last(found) - self.step  # the node that the next step would come to, counted from the first
        return stepped(
            [(record.name, record.op, record.parents) for record in found],
            [value if there else None for value, there in zip(values, known, strict=True)],
            [gradient if v >= back else None for v, gradient in enumerate(gradients)],
        )


def read(graph: Any, x: Sequence[float] | None, names: Sequence[str] | Mapping[str, Any] | None) -> list[Record]:
    """The records of what is no formula."""
    if isinstance(graph, list | tuple):
        return graphs.of_tuples(graph, [] if x is None else x, [] if names is None else list(names))
    if names is not None and not isinstance(names, Mapping):
        raise ValueError(f"expected names as a mapping from each name to its node, got {names!r}")
    if isinstance(graph, Tensor):
        return graphs.of_tensor(graph, names or {})
    if all(hasattr(graph, name) for name in ("value", "parents", "slopes", "grad")):
        return graphs.of_node(graph, names or {})
    raise ValueError(f"expected nodes (g, uses, w, b), a formula, a Tensor, or a node with value, parents, slopes and grad, got {graph!r}")


def inputs_of(found: Sequence[Record]) -> list[str]:
    """The names of the inputs, in the order of the alphabet where they are a formula's letters."""
    return [record.name for record in found if record.op == "input"]


def operations(found: Sequence[Record]) -> int:
    """How many nodes are computed: the steps of the forward pass."""
    return sum(record.op not in ("input", "constant") for record in found)


def last(found: Sequence[Record]) -> int:
    """The last step: the whole forward pass, and a gradient for each node."""
    return operations(found) + len(found)


def filled(found: Sequence[Record], given: Any, usual: Mapping[str, float]) -> dict[str, float]:
    """A value for every input: the one given, or the usual one, or one of a few to start with. Raises ValueError for other names."""
    inputs = inputs_of(found)
    if not isinstance(given, Mapping) or not set(given) <= set(inputs):
        raise ValueError(f"values must be numbers by the names of inputs, of {', '.join(inputs)}, got {given!r}")
    starts = {name: STARTS[i % len(STARTS)] for i, name in enumerate(sorted(inputs))}
    values = {name: finite(given.get(name, usual.get(name, starts[name])), f"the value of {name}") for name in inputs}
    for name, value in values.items():
        if abs(value) > FARTHEST:
            raise ValueError(f"the value of {name} must lie between ±{FARTHEST:g}, got {value!r}")
    return values


def computed(found: Sequence[Record], values: Mapping[str, float]) -> None:
    """Put the values and slopes of a formula into its records."""
    for record, value, slopes in zip(found, *graphs.evaluate(found, values), strict=True):
        record.value, record.slopes = finite(value, f"the value of {record.name}"), slopes


def reference_of(found: Sequence[Record], given: Mapping[str, float] | Sequence[float]) -> list[float | None]:
    """A right gradient for each node, None where none is given."""
    names = [record.name for record in found]
    if not isinstance(given, Mapping):
        if len(given) != len(names):
            raise ValueError(f"expected a reference by name, or one for each of {len(names)} nodes ({', '.join(names)}), got {len(given)}")
        given = dict(zip(names, given, strict=True))
    if unknown := set(given) - set(names):
        raise ValueError(f"expected a reference for some of {', '.join(names)}, got one for {', '.join(sorted(map(str, unknown)))}")
    return [finite(given[name], f"the reference of {name}") if given.get(name) is not None else None for name in names]


def usual(found: Sequence[Record], graph: Any) -> list[str]:
    """The inputs that the descent changes unless somebody says which."""
    if isinstance(graph, list | tuple):
        return []
    named = inputs_of(found)
    return named if isinstance(graph, Tensor) else [name for name in named if not name.startswith(("x", "y"))]


def normal(text: Any) -> str:
    """A formula as Python writes it. Raises ValueError for one that cannot be read."""
    if not isinstance(text, str):
        raise ValueError(f"formula must be a text such as 'a * b + 1', got {text!r}")
    graphs.of_formula(text)
    return ast.unparse(graphs.parsed(text))


def started(text: str) -> dict[str, Any]:
    """The state of a formula before the first step."""
    found = graphs.of_formula(text)
    return {"formula": text, "values": filled(found, {}, {}), "parameters": usual(found, text), "step": 0, "node": -1, "losses": []}
