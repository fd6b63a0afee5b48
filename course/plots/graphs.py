"""A picture of any small computational graph: what each node is, its value, and its gradient."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from course.layout import Layout, layered
from course.plots.matrices import draw_matrix, size_of
from course.plots.picture import INK, ORANGE, PALE, RUST, Array, Picture, largest, number, plane, write

MOST_NODES = 60
MOST_ROWS, MOST_COLUMNS = 4, 4  # of an array that is written out
BETWEEN = 2.4  # columns


def graph(root: Any, *, on_arrow: Callable[[Any, int], str] = lambda node, position: "") -> Picture:
    """The computational graph of a tensor, from left to right: each node's sign, its value and, where there is one, its gradient.

    `root` and its `parents` need `data`, `grad`, `op`, `name`, `requires_grad` and `parents`, as `course.Tensor` has them. Larger arrays
    are given by their shape and their largest entry. `on_arrow(node, i)` is the text beside the head of the arrow from the node's i-th
    parent. Raises ValueError for more than 60 nodes.
    """
    nodes = forward_order(root)
    if len(nodes) > MOST_NODES:
        raise ValueError(f"expected at most {MOST_NODES} nodes to draw, got {len(nodes)}: print course.graph.draw(root) instead")
    index = {id(node): i for i, node in enumerate(nodes)}
    parents = [[index[id(parent)] for parent in node.parents] for node in nodes]
    users = [{child for child, above in enumerate(parents) if i in above} for i in range(len(nodes))]
    boxes = [Box.of(node) for node in nodes]
    layout = layered(parents, [box.height for box in boxes])
    picture, ax, across = stage(layout, boxes)
    for node, ways in zip(nodes, layout.chains, strict=True):
        for position, chain in enumerate(ways):
            draw_way(ax, layout, across, chain, position, on_arrow(node, position))
    limits = largest([box.value for box in boxes if box.value is not None]), largest([b.gradient for b in boxes if b.gradient is not None])
    for vertex, box in enumerate(boxes):
        box.draw(ax, across[vertex].middle, layout.y[vertex], limits, shared=len(users[vertex]) > 1)
    picture.alt, picture.caption = words(nodes, layout, users)
    return picture


class Across(NamedTuple):
    """Where a vertex stands from left to right: its column, and itself in the middle of it."""

    column: tuple[float, float]
    middle: float
    width: float


def stage(layout: Layout, boxes: Sequence["Box"]) -> tuple[Picture, Axes, dict[int, Across]]:
    """An empty plane of the right size, and the room of each vertex on it; turns the layout's heights upwards, as the plane's are."""
    above, below = (layout.y + sign * np.array(layout.heights) / 2 for sign in (-1, 1))
    height = float(below.max() - above.min()) + 1.2
    layout.y = height - 0.6 - (layout.y - above.min())
    across, left = {}, 0.6
    for column in layout.columns:
        width = max(boxes[vertex].width for vertex in column if vertex < len(boxes))
        for vertex in column:
            own = boxes[vertex].width if vertex < len(boxes) else width
            across[vertex] = Across((left, left + width), left + width / 2, own)
        left += width + BETWEEN
    picture, ax = plane(left - BETWEEN + 0.6, height)
    return picture, ax, across


def forward_order(root: Any) -> list[Any]:
    """Every node of the graph, each after its parents, the first parent first."""
    order, seen, waiting = [], set(), [(root, False)]
    while waiting:
        node, parents_done = waiting.pop()
        if parents_done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            waiting.append((node, True))
            waiting += [(parent, False) for parent in reversed(node.parents)]
    return order


@dataclass
class Box:
    """What is drawn for a node: a title, and its value above its gradient, each in numbers or, where there are many, in a few words."""

    title: str
    value: Array | None
    gradient: Array | None
    value_words: str
    gradient_words: str
    leaf: bool

    @classmethod
    def of(cls, node: Any) -> "Box":
        value, value_words = shown(node.data)
        gradient, gradient_words = (None, "") if node.grad is None else shown(node.grad)
        return cls(title(node), value, gradient, value_words, gradient_words, not node.parents)

    @property
    def width(self) -> float:
        cells = [size_of(array)[0] for array in (self.value, self.gradient) if array is not None]
        return 0.6 + max(*(0.26 * len(text) for text in (self.value_words, self.gradient_words)), 0.32 * len(self.title), *cells, 1.7)

    @property
    def height(self) -> float:
        value = size_of(self.value)[1] if self.value is not None else 1
        gradient = size_of(self.gradient)[1] if self.gradient is not None else bool(self.gradient_words)
        return 1.5 + value + (gradient + 1 if gradient else 0)

    def draw(self, ax: Axes, x: float, y: float, limits: tuple[float, float], shared: bool) -> None:
        """The box, centred at (x, y); a rim of orange says that the node is used more than once."""
        rim: dict[str, Any] = {"edgecolor": ORANGE, "linewidth": 2.6} if shared else {"edgecolor": INK, "linewidth": 0.9}
        frame = FancyBboxPatch(
            (x - self.width / 2 + 0.1, y - self.height / 2 + 0.1), self.width - 0.2, self.height - 0.2,
            boxstyle="round,pad=0.1,rounding_size=0.3", facecolor="#f1f1f1" if self.leaf else "#ffffff", zorder=0.8, **rim,
        )  # fmt: skip
        ax.add_patch(frame)
        top = y + self.height / 2 - 0.6
        write(ax, x, top, self.title, weight="bold")
        top = draw_numbers(ax, self.value, self.value_words, x, top - 0.55, limits[0], INK)
        if self.gradient_words:
            write(ax, x, top - 0.5, "∂ℓ/∂", fontsize=10, color=RUST)
            draw_numbers(ax, self.gradient, self.gradient_words, x, top - 0.95, limits[1], RUST)


def shown(array: Array | None) -> tuple[Array | None, str]:
    """An array that is small enough to be written out, or None; and its shape and its largest entry in words; ? for none."""
    if array is None:
        return None, "?"
    array = np.asarray(array)
    rows, columns = np.atleast_2d(array).shape[-2:]
    small = array.ndim <= 2 and 0 < rows <= MOST_ROWS and 0 < columns <= MOST_COLUMNS
    return (array if small else None), f"{array.shape}, |·| ≤ {np.abs(array).max(initial=0):.2g}" if not small else "numbers"


def draw_numbers(ax: Axes, array: Array | None, in_words: str, x: float, top: float, limit: float, colour: str) -> float:
    """Cells with numbers, or words, centred at x below `top`; returns where they end."""
    if array is None:
        write(ax, x, top - 0.5, in_words, fontsize=9, color=colour)
        return top - 1
    width, rows = size_of(array)
    draw_matrix(ax, array, x - width / 2, top, limit)
    return top - rows


def draw_way(ax: Axes, layout: Layout, across: Mapping[int, Across], chain: Sequence[int], position: int, text: str) -> None:
    """An edge from the right of its first node to the left of its last: straight within columns, bent between; its text at the head."""
    first, last = across[chain[0]], across[chain[-1]]
    points = [(first.middle + first.width / 2, layout.y[chain[0]])]
    codes = [Path.MOVETO]
    for here, after in pairwise(chain):
        y, target = layout.y[here], layout.y[after] - (layout.port(after, position) if after == chain[-1] else 0)
        x, end = across[here].column[1], across[after].column[0]
        half = (x + end) / 2
        points += [(x, y), (half, y), (half, target), (end, target)]
        codes += [Path.LINETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]
    end = last.middle - last.width / 2
    if end > points[-1][0]:  # a box narrower than its column
        points.append((end, points[-1][1]))
        codes.append(Path.LINETO)
    style: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 12, "shrinkA": 0, "shrinkB": 0, "linewidth": 1.2}
    ax.add_patch(FancyArrowPatch(path=Path(points, codes), color=PALE, zorder=0.5, **style))
    if text:
        x, y = points[-1]
        ground = {"facecolor": "#ffffff", "edgecolor": "none", "pad": 0.6}
        write(ax, x - 0.45, y + 0.3, text, fontsize=9, ha="right", zorder=0.6, bbox=ground)


def title(node: Any) -> str:
    """A node's name and the sign of its operation; a leaf without a name is a constant or a variable."""
    sign = re.sub(r"\d+\.\d{4,}(e[-+]?\d+)?", lambda found: f"{float(found[0]):.4g}", node.op)
    if not sign.startswith("**"):
        sign = sign.replace("*", "×").replace("-", "−")
    return " = ".join(filter(None, (node.name, sign))) or ("variable" if node.requires_grad else "constant")


def words(nodes: Sequence[Any], layout: Layout, users: Sequence[set[int]]) -> tuple[str, str]:
    """Alternative text and caption: the columns, the root with its value, and what is shared."""
    columns = [", ".join(title(nodes[v]) for v in column if v < len(nodes)) for column in layout.columns]
    root = nodes[-1]
    if root.data is None:
        value = ", not computed yet"
    else:
        value = f", {number(float(root.data))}" if np.size(root.data) == 1 else f" of shape {np.shape(root.data)}"
    graded = sum(node.grad is not None for node in nodes)
    shared = [title(node) for node, by in zip(nodes, users, strict=True) if len(by) > 1]
    alt = f"Computational graph of {len(nodes)} nodes, from left to right: {'; then '.join(columns)}. It ends in {title(root)}{value}. " + (
        f"{graded} of the nodes carry a gradient." if graded else "No node carries a gradient yet."
    )
    caption = "An arrow leads from each number to the operation that uses it. In each box: the value." + (
        " Below it, under ∂ℓ/∂: the gradient of ℓ, the last node, after the backward pass." if graded else ""
    )
    if shared:
        caption += f" Orange rim: used more than once ({', '.join(shared)}), so that the gradient there is a sum over Γ(u)."
    return alt, caption
