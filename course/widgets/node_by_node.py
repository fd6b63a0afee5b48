"""Backpropagation, node by node: one step at a time, and the sum over Γ(u) behind each number."""

from collections.abc import Sequence

import traitlets

from course.layout import layered
from course.widgets.base import Widget

MOST = 12  # nodes that a room can still read


class NodeByNode(Widget):
    """A small graph of numbers, its forward pass and its backward pass, a node at each step.

    `graph` holds nodes (g, uses, w, b) in topological order, inputs first and the loss last: an activation's name (linear, tanh,
    sigmoid, relu, square; input), the numbers of the nodes used, their weights, a bias. `x` are the inputs' values, `names` one name
    for each node. Raises ValueError where they do not fit together, or for more than 12 nodes. Click a node to see its sum; drag the
    inputs. `weights=False` leaves out the gradients of the weights. The kernel gives the graph once: the rest happens in the browser.
    """

    title = "Forward and backward pass, node by node"
    question = "Which arrows carry a share back to a node, and what do its shares add up to?"
    graph = traitlets.List().tag(sync=True)
    x = traitlets.List().tag(sync=True)
    names = traitlets.List().tag(sync=True)
    places = traitlets.List().tag(sync=True)
    ways = traitlets.List().tag(sync=True)
    weights = traitlets.Bool(True).tag(sync=True)

    def __init__(self, graph: Sequence[tuple], x: Sequence[float], names: Sequence[str], *, weights: bool = True):
        count = sum(g == "input" for g, *_ in graph)
        if len(x) != count or len(names) != len(graph):
            raise ValueError(f"expected {count} inputs and {len(graph)} names for this graph, got {len(x)} and {len(names)}")
        if not 2 <= len(graph) <= MOST:
            raise ValueError(f"expected 2 to {MOST} nodes, which can be read, got {len(graph)}")
        if wrong := [v for v, (_, uses, *_) in enumerate(graph) if any(not 0 <= u < v for u in uses)]:
            raise ValueError(f"expected every node to use earlier ones alone; node {wrong[0]} uses {list(graph[wrong[0]][1])}")
        places, ways = laid_out(graph)
        nodes = [[g, [int(u) for u in uses], [float(w_u) for w_u in w], float(b)] for g, uses, w, b in graph]
        inputs = [float(value) for value in x]
        super().__init__(graph=nodes, x=inputs, names=list(names), places=places, ways=ways, weights=weights)


def laid_out(graph: Sequence[tuple]) -> tuple[list, list]:
    """A place [column, height] for each node, and the places that each arrow goes by, from the node used to the one that uses it."""
    layout = layered([list(uses) for _, uses, *_ in graph], [1.0] * len(graph))
    column = {vertex: i for i, found in enumerate(layout.columns) for vertex in found}
    place = {vertex: [column[vertex], float(layout.y[vertex] - layout.y.min())] for vertex in column}
    ways = [[[place[vertex] for vertex in chain] for chain in chains] for chains in layout.chains]
    return [place[v] for v in range(len(graph))], ways
