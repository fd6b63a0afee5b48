"""Reading a computational graph as the notes do: its nodes, Γ(u), the derivative on each edge, and pictures in text.

`Tensor.backward` computes ∂ℓ/∂u = Σ_{v ∈ Γ(u)} ∂ℓ/∂v · ∂v/∂u without ever writing down a derivative ∂v/∂u; here each of its
three parts can be looked at by itself.

An operation with a plain number (`x + 1.0`) is a node with one parent, and its `op` says the number. Constants appear as nodes, but
how they were computed is not kept: the `parents` of a tensor that takes no part in the gradient are empty.
"""

import re
from collections.abc import Sequence

import numpy as np

from course.engine.tensor import Array, Tensor, ancestors, fitted

__all__ = ["draw", "local_derivative", "nodes", "successors", "to_dot"]

MOST_ENTRIES = 10_000_000  # of a Jacobian
SHORT = 24  # characters of a value that is written out


def nodes(root: Tensor) -> list[Tensor]:
    """Every node of the graph of `root`, constants too, each once and after its parents: the order of the forward pass.

    >>> x = Tensor(2.0, requires_grad=True)
    >>> [node.op for node in nodes((x * x).exp() + 1.0)]
    ['', '*', 'exp', '+ 1.0']
    """
    found = {parent for node in ancestors(root) for parent in node.parents} | {root}
    return sorted(found, key=lambda node: node._index)


def successors(root: Tensor) -> dict[Tensor, list[Tensor]]:
    """Γ(u) for every node u of the graph of `root`: the nodes that use u, each once; the root itself has none."""
    gamma: dict[Tensor, list[Tensor]] = {node: [] for node in nodes(root)}
    for node in gamma:
        for parent in dict.fromkeys(node.parents):
            gamma[parent].append(node)
    return gamma


def local_derivative(v: Tensor, parent: Tensor | int) -> Array:
    """∂v/∂u on an edge of the graph, the Jacobian, of v's shape followed by u's.

    `parent` is the tensor u, or its position among `v.parents`. Where v uses u more than once (as in u * u) the derivative with respect to
    the tensor is the sum over its positions. Each entry of v gives one row: the upstream that is 1 there and 0 elsewhere, sent
    through the node's vector-Jacobian product. Raises ValueError for a tensor that is no parent of v or takes no part in the gradient,
    and for more than ten million entries; IndexError for a position that v has not; GraphChanged as `backward` does.

    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> local_derivative(x * x, x)
    array([[2., 0.],
           [0., 4.]])
    """
    positions = positions_of(v, parent)
    u = v.parents[positions[0]]
    if not u.requires_grad:
        raise ValueError(f"expected a parent that takes part in the gradient, got a constant of shape {u.shape}: set requires_grad=True")
    if v.data.size * u.data.size > MOST_ENTRIES:
        raise ValueError(f"expected a Jacobian of at most {MOST_ENTRIES:,} entries, got {v.shape} by {u.shape}: take a smaller batch")
    v._check_stamps()
    jacobian = np.zeros((*v.shape, *u.shape), u.data.dtype)
    for entry in np.ndindex(v.shape):
        upstream = np.zeros_like(v.data)
        upstream[entry] = 1
        for position in positions:
            jacobian[entry] += fitted(v._vjps[position](upstream), u.data)
    return jacobian


def positions_of(v: Tensor, parent: Tensor | int) -> list[int]:
    """Where a parent stands among the operands of v."""
    if not isinstance(parent, Tensor):
        if not 0 <= parent < len(v.parents):
            raise IndexError(f"expected the position of one of {len(v.parents)} parents, counted from 0, got {parent}")
        return [parent]
    positions = [i for i, operand in enumerate(v.parents) if operand is parent]
    if not positions:
        raise ValueError(f"expected one of the {len(v.parents)} parents of {v.op!r}, got another tensor, of shape {parent.shape}")
    return positions


def draw(root: Tensor, *, limit: int = 100) -> str:
    """The graph as text: one line for each node, in the order of the forward pass, with its formula, shape, value, gradient and Γ.

    A node used more than once stands on one line and is referred to by its name. Of larger graphs the last `limit` nodes are shown.

    >>> x = Tensor(3.0, requires_grad=True, name="x")
    >>> loss = x * x + x
    >>> loss.backward()
    >>> print(draw(loss))
    node  =       shape  value  ∂ℓ/∂node  Γ(node)
    x             ()     3      7         u1, u2
    u1    x * x   ()     9      1         u2
    u2    u1 + x  ()     12     1
    """
    gamma = successors(root)
    names = names_of(list(gamma))
    shown = list(gamma)[-limit:]
    rows = [("node", "=", "shape", "value", "∂ℓ/∂node", "Γ(node)")]
    for node in shown:
        gradient = "" if node.grad is None else in_short(node.grad)
        users = ", ".join(names[user] for user in gamma[node][:8]) + (f", … {len(gamma[node])} in all" if len(gamma[node]) > 8 else "")
        rows.append((names[node], formula(node, names), str(node.shape), in_short(node.data), gradient, users))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines[:1], *cut(len(gamma), limit), *lines[1:]])


def to_dot(root: Tensor, *, limit: int = 200) -> str:
    """The graph in Graphviz's language, left to right: boxes for tensors that no operation made, ellipses for operations.

    Print it into a file, and `dot -Tsvg` makes a picture of it. Of larger graphs the last `limit` nodes are written.

    >>> print(to_dot(Tensor(3.0, requires_grad=True, name="x").exp()))
    digraph {
      rankdir=LR
      n0 [shape=box, label="x\\n3"]
      n1 [shape=ellipse, label="u1 = exp(x)\\n20.09"]
      n0 -> n1
    }
    """
    found = nodes(root)
    names = names_of(found)
    shown = {node: f"n{i}" for i, node in enumerate(found) if i >= len(found) - limit}
    lines = ["digraph {", "  rankdir=LR", *(f"  cut [shape=plaintext, label={quoted(note)}]" for note in cut(len(found), limit))]
    for node, number in shown.items():
        text = [" = ".join(filter(None, (names[node], formula(node, names)))), in_short(node.data)]
        text += [] if node.grad is None else [f"∂ℓ/∂ {in_short(node.grad)}"]
        lines.append(f"  {number} [shape={'ellipse' if node.op else 'box'}, label={quoted(*text)}]")
    lines += [f"  {shown[parent]} -> {number}" for node, number in shown.items() for parent in node.parents if parent in shown]
    return "\n".join([*lines, "}"])


def quoted(*lines: str) -> str:
    """A string of Graphviz with these lines."""
    return '"' + r"\n".join(line.replace("\\", r"\\").replace('"', r"\"") for line in lines) + '"'


def cut(total: int, limit: int) -> list[str]:
    """A note where a graph is not shown whole."""
    return [f"… {total - limit:,} earlier nodes of {total:,} are not shown: give limit={total}"] if total > limit else []


def names_of(found: Sequence[Tensor]) -> dict[Tensor, str]:
    """A name for each node, no two the same: its own (W, then W_2), or u1, u2, … in the order of the forward pass."""
    own = {node.name for node in found}
    names: dict[Tensor, str] = {}
    taken: dict[str, int] = {}
    for node in found:
        stem = node.name or "u"
        taken[stem] = taken.get(stem, 0) + 1
        name = stem if node.name and taken[stem] == 1 else f"{node.name}_{taken[stem]}" if node.name else f"u{taken[stem]}"
        while name in own and name != node.name:
            taken[stem] += 1
            name = f"{node.name}_{taken[stem]}" if node.name else f"u{taken[stem]}"
        names[node] = name
    return names


def formula(node: Tensor, names: dict[Tensor, str]) -> str:
    """How a node was computed, with the names of its parents: `x * w`, `tanh(u3)`; nothing for one that no operation made."""
    first, *others = [names[parent] for parent in node.parents] or [""]
    if not first:
        return node.op
    if re.match(r"[-+*/@]", node.op):  # a sign, between two operands, before a number, or before the only operand
        return " ".join([first, node.op, *others]) if others or " " in node.op else f"-{first}"
    if node.op in ("T", "[]"):
        return first + {"T": ".T", "[]": "[…]"}[node.op]
    return f"{node.op}({', '.join([first, *others])})"


def in_short(array: Array) -> str:
    """An array in four digits where it is short, its largest entry in size where it is not."""
    text = np.array2string(array, precision=4, separator=", ", formatter={"float_kind": "{:.4g}".format}) if array.size <= 6 else ""
    return text if text and "\n" not in text and len(text) <= SHORT else f"|·| ≤ {np.abs(array).max(initial=0):.4g}"
