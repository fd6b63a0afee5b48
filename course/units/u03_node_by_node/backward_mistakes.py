"""Unit 03, backpropagation node by node: the mistakes students make on the way back, and in counting paths, as data.

Each is a mistake's name, as the end of the sentence "it is what comes out when ...", a hint that does not give the answer away,
and the mistake itself.
"""

from collections.abc import Callable

import numpy as np

from course.judging.exercise import Array, Mistake
from course.units.u03_node_by_node.forward import Graph, slope, users
from course.units.u03_node_by_node.mistakes import downstream


def pulled(
    combine: Callable[[list[float]], float] = sum,
    share: Callable[[float, float], float] = lambda upstream, slope: upstream * slope,
    *,
    base: float = 1.0,
    others: float = 0.0,
    order: int = -1,
    transposed: bool = False,
) -> Callable:
    """The backward pass as the notes write it, each node gathering from Γ(u), with one step done wrongly."""

    def wrong(graph: Graph, slopes: Array) -> Array:
        gradients = np.full(len(graph), others)
        gradients[-1] = base
        table = slopes.T if transposed else slopes
        for u in range(len(graph) - 1)[::order]:
            shares = [share(gradients[v], table[v, u]) for v in users(graph, u)]
            gradients[u] = others + (combine(shares) if shares else 0.0)
        return gradients

    return wrong


BACKWARD_PASS = (
    Mistake(
        "each share overwrites the one before it, and only the last node of Γ(u) counts",
        "The rule is a sum over Γ(u). What does your line do to the shares that are there already?",
        pulled(lambda shares: shares[-1]),
    ),
    Mistake(
        "only the first node of Γ(u) counts",
        "The rule is a sum over Γ(u): a node may be used more than once.",
        pulled(lambda shares: shares[0]),
    ),
    Mistake(
        "the base case is missing",
        "Every gradient is made of gradients further on. What is the very first one, ∂ℓ/∂ℓ?",
        pulled(base=0.0),
    ),
    Mistake(
        "every node starts from 1, not the loss alone",
        "∂ℓ/∂ℓ = 1 is the base case. With what does an empty sum begin, for all other nodes?",
        pulled(others=1.0),
    ),
    Mistake(
        "∂ℓ/∂v is left out, and the slopes are summed alone",
        "Each term of the sum has two factors: which one is missing?",
        pulled(share=lambda upstream, slope: slope),
    ),
    Mistake(
        "the slopes are read at [u, v], not at [v, u]",
        "∂v/∂u stands at [v, u]. What do you find at [u, v]?",
        pulled(transposed=True),
    ),
    Mistake(
        "the nodes are visited from the inputs on, in the order of the forward pass",
        "∂ℓ/∂v has to be known before any u that v uses. Which node is the first of which that is true?",
        pulled(order=1),
    ),
    Mistake(
        "the shares are averaged over Γ(u)", "The rule is a sum over Γ(u), not a mean.", pulled(lambda shares: float(np.mean(shares)))
    ),
)


def pushed(
    receive: Callable[[float, float], float] = lambda held, share: held + share,
    *,
    others: float = 0.0,
    turns: Callable[[int], range] = lambda n: range(n)[::-1],
    weighted: bool = True,
) -> Callable:
    """The backward pass turned round, each node handing shares to the nodes that it uses, with one step done wrongly."""

    def wrong(graph: Graph, slopes: Array) -> Array:
        gradients = np.full(len(graph), others)
        gradients[-1] = 1.0
        for v in turns(len(graph)):
            for u in graph[v][1]:
                gradients[u] = receive(gradients[u], (gradients[v] if weighted else 1.0) * slopes[v, u])
        return gradients

    return wrong


MENDED_BACKWARD = (
    Mistake(
        "the bug is still there: each share overwrites the one before it",
        "Take a node with two users and follow `gradients[u]` on paper: what is in it after the first share, and after the second?",
        pushed(lambda held, share: share),
    ),
    Mistake(
        "the first share to arrive is kept, and the others are dropped",
        "What does the rule do with the shares of the other nodes in Γ(u)?",
        pushed(lambda held, share: held if held else share),
    ),
    Mistake(
        "every node starts from 1",
        "Only ∂ℓ/∂ℓ is 1. With what does a sum begin?",
        pushed(others=1.0),
    ),
    Mistake(
        "the order of the loop has been turned round",
        "When v hands on its shares, ∂ℓ/∂v must be complete. Was that the bug?",
        pushed(turns=range),
    ),
    Mistake(
        "∂ℓ/∂v is left out of the shares",
        "A share is ∂ℓ/∂v · ∂v/∂u. Which of the two factors was lost in the mending?",
        pushed(weighted=False),
    ),
    Mistake("the loss never hands on its share", "Which node has to be the first v?", pushed(turns=lambda n: range(n - 1)[::-1])),
    Mistake("the shares are subtracted", "The rule is a sum: look at the sign.", pushed(lambda held, share: held - share)),
)


def weight_mistake(
    share: Callable[[float, float, float], float] = lambda upstream, slope, b: upstream * slope,
    other: Callable[[int, int, float, Array, Array], float] = lambda v, u, w, z, values: values[u],
    bias: Callable[[float, float, float], float] | None = None,
    *,
    of: str = "v",
    transposed: bool = False,
    inputs: bool = False,
) -> Callable:
    """Gradients of weights and biases, with one factor wrong: share(∂ℓ/∂v, g'(z), b), other(v, u, w, z, values), or the bias's own.

    `inputs` gives an input's own gradient to the bias that it does not have.
    """

    def wrong(graph: Graph, z: Array, values: Array, gradients: Array) -> tuple[Array, Array]:
        dw, db = np.zeros((len(graph), len(graph))), np.zeros(len(graph))
        for v, (g, uses, w, b) in enumerate(graph):
            if g == "input":
                db[v] = gradients[v] if inputs else 0.0
                continue
            rate = slope(g, z[v])
            db[v] = (bias or share)(gradients[v], rate, b)
            for u, w_u in zip(uses, w, strict=True):
                dw[v, u] = share(gradients[v if of == "v" else u], rate, b) * other(v, u, w_u, z, values)
        return (dw.T if transposed else dw), db

    return wrong


WEIGHT_GRADIENTS = (
    Mistake(
        "the slope of the activation is left out",
        "v = g(z), and the weight is inside z. Which factor of ∂v/∂w is that?",
        weight_mistake(lambda upstream, slope, b: upstream),
    ),
    Mistake(
        "∂ℓ/∂v is left out",
        "You have ∂v/∂w. The rule multiplies it by something that the backward pass has found.",
        weight_mistake(lambda upstream, slope, b: slope),
    ),
    Mistake(
        "the value of v itself stands where the value of u belongs",
        "z = … + w · (value of u) + …: what is the derivative of that with respect to w?",
        weight_mistake(other=lambda v, u, w, z, values: values[v]),
    ),
    Mistake(
        "the weight stands where the value of u belongs",
        "∂v/∂u has the weight in it. What has ∂v/∂w?",
        weight_mistake(other=lambda v, u, w, z, values: w),
    ),
    Mistake(
        "the z of u stands where its value belongs",
        "What does u pass on to v: what its activation gets, or what it makes of it?",
        weight_mistake(other=lambda v, u, w, z, values: z[u]),
    ),
    Mistake(
        "∂ℓ/∂u is used in place of ∂ℓ/∂v",
        "The weight belongs to the node at the arrow's head. Whose gradient carries on from there to the loss?",
        weight_mistake(of="u"),
    ),
    Mistake(
        "row and column have changed places",
        "The weight by which v uses u has its gradient at [v, u].",
        weight_mistake(transposed=True),
    ),
    Mistake(
        "the gradient of the bias is multiplied by the bias",
        "z = Σ w x + b: what is the derivative of that with respect to b?",
        weight_mistake(bias=lambda upstream, slope, b: upstream * slope * b),
    ),
    Mistake(
        "the slope of the activation is left out for the biases",
        "The bias is inside g, as the weights are.",
        weight_mistake(bias=lambda upstream, slope, b: upstream),
    ),
    Mistake(
        "the bias of every node, inputs too, is given the gradient of the node itself",
        "z moves with the bias, one to one. Does g(z) move one to one with z?",
        weight_mistake(bias=lambda upstream, slope, b: upstream, inputs=True),
    ),
)


def counted(combine: Callable[[list[int]], int] = sum, *, base: int = 1, others: int = 0) -> Callable:
    """Numbers of paths gathered from Γ(u), with one step done wrongly."""

    def wrong(graph: Graph) -> list[int]:
        counts = [base] * len(graph)
        for u in range(len(graph) - 1)[::-1]:
            counts[u] = others + combine([counts[v] for v in users(graph, u)])
        return counts

    return wrong


def from_the_inputs(graph: Graph) -> list[int]:
    counts: list[int] = []
    for g, uses, _, _ in graph:
        counts.append(1 if g == "input" else sum(counts[u] for u in uses))
    return counts


COUNT_PATHS = (
    Mistake(
        "only the arrows that leave a node are counted",
        "From each node of Γ(u) the paths go on. How many ways has each?",
        lambda graph: [*(len(users(graph, u)) for u in range(len(graph) - 1)), 1],
    ),
    Mistake(
        "the nodes on the way are counted, each of them once",
        "Two paths may meet in a node, and part again: they are still two.",
        lambda graph: [*(len(downstream(graph, u)) for u in range(len(graph) - 1)), 1],
    ),
    Mistake("the base case is missing", "How many paths lead from the loss to the loss? (One: stay.)", counted(base=0)),
    Mistake(
        "every node adds 1 of its own",
        "Does a path from u end at u, if u is not the loss?",
        counted(others=1),
    ),
    Mistake(
        "the paths from the inputs are counted, not those to the loss",
        "Start at the other end: what is known at once is the count of the loss.",
        from_the_inputs,
    ),
    Mistake(
        "the longest path is measured",
        "How many paths are there, not how long they are.",
        counted(lambda counts: max(counts, default=0), base=0, others=1),
    ),
    Mistake(
        "only one way on is followed",
        "From u one may go on to any node of Γ(u): what do you do with the counts of all of them?",
        counted(lambda counts: counts[0] if counts else 0),
    ),
)
