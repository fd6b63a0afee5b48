"""One record for every graph of numbers: the notes' graphs, a formula, a `course.Tensor`, a node of somebody's own engine."""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np

from course.engine.tensor import Tensor

MOST = 60  # nodes that can be read
LONGEST = 400  # signs of a formula

Rule = tuple[Callable[..., Any], Callable[..., tuple]]


@dataclass
class Record:
    """A node: its name, the sign of its operation ("input" and "constant" for the others), and the numbers of its parents, in order.

    `value` and `slopes`, ∂(this)/∂(parent) for each parent, are as they were found, and so is `grad`, which is None where nobody has
    computed it. `w` holds the weights and, last, the bias of a node of the notes' kind, g(Σ w · parent + b), and is None for others.
    """

    name: str
    op: str
    parents: list[int]
    value: float = 0.0
    slopes: list[float] = field(default_factory=list)
    grad: float | None = None
    w: list[float] | None = None


# The mathematics

ACTIVATIONS: dict[str, Rule] = {
    "linear": (lambda z: z, lambda z: (1.0,)),
    "tanh": (np.tanh, lambda z: (1 - np.tanh(z) ** 2,)),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: (np.exp(-abs(z)) / (1 + np.exp(-abs(z))) ** 2,)),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (float(z > 0),)),
    "square": (lambda z: z * z, lambda z: (2 * z,)),
}
FUNCTIONS: dict[str, Rule] = {
    "exp": (np.exp, lambda a: (np.exp(a),)),
    "log": (np.log, lambda a: (1 / a,)),
    "sin": (np.sin, lambda a: (np.cos(a),)),
    "cos": (np.cos, lambda a: (-np.sin(a),)),
    **{name: ACTIVATIONS[name] for name in ("tanh", "sigmoid", "relu")},
}
SIGNS: dict[str, Rule] = {
    "+": (lambda a, b: a + b, lambda a, b: (1.0, 1.0)),
    "-": (lambda a, b: a - b, lambda a, b: (1.0, -1.0)),
    "*": (lambda a, b: a * b, lambda a, b: (b, a)),
    "/": (lambda a, b: a / b, lambda a, b: (1 / b, -a / b**2)),
    "**": (lambda a, p: a**p, lambda a, p: (p * a ** (p - 1) if p else 0.0,)),
}
NEGATIVE: Rule = (lambda a: -a, lambda a: (-1.0,))


def rule(op: str, count: int) -> Rule | None:
    """The value and the slopes of an operation on so many parents, which may end in a number ("* 0.5", "** 2"); None for an unknown one."""
    sign, _, number = op.partition(" ")
    if number and count == 1 and sign in SIGNS and (c := as_number(number)) is not None:
        value, slopes = SIGNS[sign]
        return (lambda a: value(a, c)), (lambda a: slopes(a, c)[:1])
    if op == "-" and count == 1:
        return NEGATIVE
    known = {1: FUNCTIONS, 2: {sign: SIGNS[sign] for sign in "+-*/"}}.get(count, {})
    return known.get(op)


def as_number(text: str) -> np.float64 | None:
    try:
        return np.float64(text)
    except ValueError:
        return None


def evaluate(records: Sequence[Record], values: Mapping[str, float], w: Sequence[Sequence[float]] = ()) -> tuple[list, list]:
    """The forward pass by the rules: each node's value, and its slope towards each parent. `w` replaces weights and biases.

    Raises LookupError for an operation that has no rule here.
    """
    found: list[np.float64] = []
    slopes: list[list[float]] = []
    with np.errstate(all="ignore"):
        for v, record in enumerate(records):
            operands = [found[u] for u in record.parents]
            if record.op in ("input", "constant"):
                value, towards = np.float64(values.get(record.name, record.value) if record.op == "input" else record.value), []
            elif record.w is not None:
                *weights, b = w[v] if w else record.w
                g, slope = ACTIVATIONS[record.op]
                z = np.float64(np.dot(weights, operands) + b)
                value, towards = g(z), [slope(z)[0] * weight for weight in weights]
            elif known := rule(record.op, len(operands)):
                value, towards = known[0](*operands), list(known[1](*operands))
            else:
                raise LookupError(record.op)
            found.append(np.float64(value))
            slopes.append([float(each) for each in towards])
    return [float(value) for value in found], slopes


def gradients_of(records: Sequence[Record], slopes: Sequence[Sequence[float]]) -> list[float]:
    """The backward pass: ∂ℓ/∂u = Σ ∂ℓ/∂v · ∂v/∂u over every v in Γ(u), where ℓ is the last node.

    >>> twice = [Record("a", "input", []), Record("m", "linear", [0, 0], w=[2.0, 3.0, 0.0]), Record("ℓ", "square", [1], w=[1.0, 0.0])]
    >>> gradients_of(twice, evaluate(twice, {"a": 1.0})[1])
    [50.0, 10.0, 1.0]
    """
    gradients = [0.0] * (len(records) - 1) + [1.0]
    for v in reversed(range(len(records))):
        for u, slope in zip(records[v].parents, slopes[v], strict=True):
            gradients[u] += gradients[v] * slope
    return gradients


def moves(records: Sequence[Record]) -> bool:
    """Whether the rules give what was found, values, slopes and gradients: then inputs may be given other values."""
    try:
        values, slopes = evaluate(records, {})
    except LookupError:
        return False
    own = gradients_of(records, slopes)
    by_rule = [*values, *chain(*slopes), *own]
    as_found = [record.value for record in records] + [slope for record in records for slope in record.slopes]
    as_found += [by_rule if record.grad is None else record.grad for record, by_rule in zip(records, own, strict=True)]
    return len(by_rule) == len(as_found) and np.allclose(by_rule, as_found, rtol=1e-6, atol=1e-9)


# Readers


def of_tuples(graph: Sequence[tuple], x: Sequence[float], names: Sequence[str]) -> list[Record]:
    """Records of nodes (g, uses, w, b) as the notes have them: an activation's name, the nodes used, their weights, a bias."""
    count = sum(g == "input" for g, *_ in graph)
    if len(x) != count or len(names) != len(graph):
        raise ValueError(f"expected {count} inputs and {len(graph)} names for this graph, got {len(x)} and {len(names)}")
    counted(len(graph))
    inputs = iter(x)
    records = []
    for v, (name, (g, uses, w, b)) in enumerate(zip(names, graph, strict=True)):
        if any(not 0 <= u < v for u in uses):
            raise ValueError(f"expected every node to use earlier ones alone; node {v} uses {list(uses)}")
        if g == "input":
            records.append(Record(str(name), "input", [], finite(next(inputs), f"the input {name}")))
            continue
        if g not in ACTIVATIONS:
            raise ValueError(f"the activation of node {v} must be one of input, {', '.join(ACTIVATIONS)}, got {g!r}")
        if not len(uses) or len(w) != len(uses):
            raise ValueError(f"expected a weight for each of one or more nodes; node {v} uses {list(uses)}, with weights {list(w)}")
        weights = [finite(each, f"every weight of node {v}") for each in (*w, b)]
        records.append(Record(str(name), str(g), [int(u) for u in uses], w=weights))
    values, slopes = evaluate(records, {})
    for record, value, towards in zip(records, values, slopes, strict=True):
        record.value, record.slopes = value, towards
    return checked(records)


def of_formula(text: str) -> list[Record]:
    """Records of a formula of letters (a, w2), numbers, + - * / **, brackets and functions; an exponent is a number.

    A letter is one node, however often it stands there; every operation is a node of its own, numbered from left to right.
    Raises ValueError, in words, for anything else.
    """
    records: list[Record] = []
    letters: dict[str, int] = {}

    def node(op: str, parents: Sequence[int] = (), name: str = "", value: float = 0.0) -> int:
        records.append(Record(name, op, list(parents), value))
        return len(records) - 1

    def visit(part: ast.expr) -> int:
        match part:
            case ast.Constant(int() | float() as number) if not isinstance(number, bool):
                value = finite(number, "every number of the formula")
                return node("constant", name=f"{value:.4g}", value=value)
            case ast.Name(name) if re.fullmatch(r"[A-Za-z]\d*", name, re.ASCII):
                if name not in letters:
                    letters[name] = node("input", name=name)
                return letters[name]
            case ast.Name(name):
                raise ValueError(f"expected letters such as a and w2, numbers, and {', '.join(FUNCTIONS)}, got {name!r}")
            case ast.UnaryOp(ast.USub(), inside):
                return node("-", [visit(inside)])
            case ast.BinOp(base, ast.Pow(), exponent):
                return node(f"** {exponent_of(exponent)}", [visit(base)])
            case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.Div() as sign, right):
                op = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}[type(sign)]
                return node(op, [visit(left), visit(right)])
            case ast.Call(ast.Name(function), [inside], []) if function in FUNCTIONS:
                return node(function, [visit(inside)])
        raise ValueError(f"expected letters, numbers, + - * / **, brackets and {', '.join(FUNCTIONS)}, got {ast.unparse(part)!r}")

    visit(parsed(text))
    if not records[-1].parents:
        raise ValueError(f"a formula needs one operation at least, got {text!r}")
    counted(len(records))
    return numbered(records)


def parsed(text: str) -> ast.expr:
    """A formula as Python reads it."""
    if len(text) > LONGEST:
        raise ValueError(f"expected a formula of at most {LONGEST} signs, which can be read, got {len(text)}")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"a formula such as a * b + 1 was expected, got {text!r}: {error}") from None


def exponent_of(part: ast.expr) -> str:
    """The exponent of a power, as text."""
    match part:
        case ast.Constant(int() | float() as number) if not isinstance(number, bool):
            return f"{finite(number, 'an exponent'):.12g}"
        case ast.UnaryOp(ast.USub(), ast.Constant()):
            return f"-{exponent_of(part.operand)}"
    raise ValueError(f"the exponent of ** must be a number, got {ast.unparse(part)!r}")


def of_tensor(root: Tensor, names: Mapping[str, Any]) -> list[Record]:
    """Records of the graph of a tensor whose every node is one number; the slopes come from its vector-Jacobian products."""
    order = forward_order(root)
    if big := [node for node in order if node.data.size != 1]:
        shapes = ", ".join(str(node.shape) for node in big[:3])
        raise ValueError(f"expected a graph of single numbers, got arrays of shape {shapes}: take one entry, or course.graph.draw(loss)")
    called, place = {id(node): name for name, node in names.items()}, {id(node): v for v, node in enumerate(order)}
    records = []
    for node in order:
        node._check_stamps()
        slopes = [float(np.sum(vjp(np.ones_like(node.data)))) for _, vjp in zip(node.parents, node._vjps, strict=False)]
        op = node.op if node.parents else "input" if node.requires_grad or node.name else "constant"
        grad = None if node.grad is None else float(np.sum(node.grad))
        parents = [place[id(parent)] for parent in node.parents]
        records.append(Record(called.get(id(node), node.name), op, parents, float(np.sum(node.data)), slopes, grad))
    return checked(numbered(records))


def of_node(root: Any, names: Mapping[str, Any]) -> list[Record]:
    """Records of the graph of a node with `value`, `parents`, `slopes` and `grad`, as the student's engine left them.

    Before `backward`, when the root's gradient is not there yet, no node counts as having one. A leaf without a name is a constant.
    """
    order = forward_order(root)
    called, place = {id(node): name for name, node in names.items()}, {id(node): v for v, node in enumerate(order)}
    done = bool(getattr(root, "grad", None))
    records = []
    for v, node in enumerate(order):
        name, parents = called.get(id(node), ""), [place[id(parent)] for parent in node.parents]
        op = str(getattr(node, "op", "") or "?") if parents else "input" if name else "constant"
        what = f"node {v} ({name or op})"
        slopes = [finite(slope, f"every slope of {what}") for slope in getattr(node, "slopes", ())]
        if len(slopes) != len(parents):
            raise ValueError(f"expected a slope for each parent; {what} has {len(parents)} parents and {len(slopes)} slopes")
        grad = finite(getattr(node, "grad", None), f"the gradient of {what}") if done else None
        records.append(Record(name, op, parents, finite(node.value, f"the value of {what}"), slopes, grad))
    return checked(numbered(records))


def forward_order(root: Any) -> list[Any]:
    """Every node of a graph of objects, each after its parents, the first parent first."""
    order: dict[int, Any] = {}
    begun: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting[-1]
        if isinstance(node, int | float) or not hasattr(node, "parents"):
            raise ValueError(f"expected every parent to be a node with parents of its own, got {node!r}: wrap numbers in nodes")
        ahead = [] if id(node) in begun else [parent for parent in node.parents if id(parent) not in order]
        begun.add(id(node))
        if ahead:
            waiting += reversed(ahead)
        else:
            order[id(waiting.pop())] = node
        if len(begun) > MOST:
            counted(len(begun))
    counted(len(order))
    return list(order.values())


# Names and checks


def numbered(records: list[Record]) -> list[Record]:
    """The same records, those without a name named: a constant by its number, the last node ℓ, and others u₁, u₂, … or x₁, x₂, …"""
    taken = {record.name for record in records}
    last = records[-1]
    if not last.name:
        last.name = "ℓ" if "ℓ" not in taken else "last"
    fresh = {letter: free(letter, taken) for letter in "ux"}
    for record in records:
        if not record.name:
            record.name = f"{record.value:.4g}" if record.op == "constant" else next(fresh["x" if record.op == "input" else "u"])
    return records


def free(letter: str, taken: set[str]) -> Iterator[str]:
    """u₁, u₂, …, without those that are taken."""
    for i in range(1, MOST + len(taken) + 1):
        name = letter + str(i).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
        if name not in taken:
            yield name


def checked(records: list[Record]) -> list[Record]:
    """The same records, where every number is finite and no two inputs have one name. Raises ValueError otherwise."""
    for record in records:
        finite(record.value, f"the value of {record.name}")
        for number in record.slopes:
            finite(number, f"every slope of {record.name}")
    twice = [name for name, count in Counter(record.name for record in records if record.op != "constant").items() if count > 1]
    if twice:
        raise ValueError(f"expected names that differ, got {twice[0]!r} twice")
    return records


def counted(count: int) -> None:
    """Raise ValueError unless so many nodes make a graph that can be read."""
    if not 2 <= count <= MOST:
        found = f"more than {MOST}: take a smaller part of it" if count > MOST else str(count)
        raise ValueError(f"expected a graph of 2 to {MOST} nodes, which can be read, got {found}")


def finite(value: Any, what: str) -> float:
    """A finite number as Python's; raises ValueError for anything else."""
    try:
        number = float(np.asarray(value, dtype=float).reshape(()))
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{what} must be a number, got {value!r}") from None
    if not np.isfinite(number):
        raise ValueError(f"{what} must be finite, got {value!r}")
    return number
