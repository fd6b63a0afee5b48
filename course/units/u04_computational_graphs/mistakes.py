"""Unit 04, computational graphs: the mistakes students make, as data.

Each is a mistake's name, as the end of the sentence "it is what comes out when ...", a hint that does not give the answer away,
and the mistake itself.
"""

from collections import deque

from course.judging.exercise import Mistake
from course.units.u04_computational_graphs import engine as engine
from course.units.u04_computational_graphs.forward import users_of

# topological_order


def right_order(parents, arrows=set):
    """Each node when the last of its parents is there; `users` has one arrow between two nodes, so as many must be waited for."""
    waiting = [len(arrows(above)) for above in parents]
    users = users_of(parents)
    order = [v for v, above in enumerate(parents) if not above]
    for u in order:
        for v in users[u]:
            waiting[v] -= 1
            if waiting[v] == 0:
                order.append(v)
    return order


def one_arrow_waited_for(parents):
    """Two arrows between the same two nodes are both crossed off, and only one of them was waited for."""
    waiting, users = [len(set(above)) for above in parents], users_of(parents)
    order = [v for v, above in enumerate(parents) if not above]
    for u in order:
        for v in [user for user in users[u] for _ in range(parents[user].count(u))]:
            waiting[v] -= 1
            if waiting[v] == 0:
                order.append(v)
    return order


def as_soon_as_one(parents):
    order = deque(v for v, above in enumerate(parents) if not above)
    seen, users, listed = set(order), users_of(parents), []
    while order:
        listed.append(order.popleft())
        for v in users[listed[-1]]:
            if v not in seen:
                seen.add(v)
                order.append(v)
    return listed


def from_the_results(parents):
    users = users_of(parents)
    waiting = [v for v in range(len(parents)) if not users[v]]
    seen, order = set(waiting), []
    while waiting:
        order.append(waiting.pop())
        for u in parents[order[-1]]:
            if u not in seen:
                seen.add(u)
                waiting.append(u)
    return order


def postorder(parents, starts, remember=True):
    """Depth first, each node after its parents, with a stack of its own."""
    order, seen, waiting = [], set(), [(v, False) for v in starts]
    while waiting:
        v, done = waiting.pop()
        if done:
            order.append(v)
        elif v not in seen:
            if remember:
                seen.add(v)
            waiting += [(v, True), *((u, False) for u in parents[v])]
    return order


def recursive(parents):
    order, seen = [], set()

    def visit(v):
        if v in seen:
            return
        seen.add(v)
        for u in parents[v]:
            visit(u)
        order.append(v)

    with engine.too_deep():
        for v in range(len(parents)):
            visit(v)
    return order


TOPOLOGICAL_ORDER = (
    Mistake(
        "the function calls itself once for each link of a chain",
        "Python stops a recursion about 1,000 calls deep. A list of the nodes that wait, and a loop, know no such limit.",
        recursive,
    ),
    Mistake(
        "the nodes are taken in the order of their numbers",
        "A node's number says nothing: parents[0] may well be (7, 3). What has to be true of a node before it may be listed?",
        lambda parents: list(range(len(parents))),
    ),
    Mistake(
        "the order is turned round",
        "Forward pass: a node is computed when its parents have been. Which end of your list would you compute first?",
        lambda parents: right_order(parents)[::-1],
    ),
    Mistake(
        "two arrows from the same parent are waited for as one, and crossed off as two",
        "For a node with the parents (4, 4, 5), how many arrows do you wait for, and how many do you cross off when 4 is listed?",
        one_arrow_waited_for,
    ),
    Mistake(
        "a node is listed as soon as one of its parents is",
        "A product needs both of its factors. How could you know, for each node, for how many of its parents it still waits?",
        as_soon_as_one,
    ),
    Mistake(
        "the walk starts at the results, and a node is listed on the way there, before its parents",
        "On the way back from the results, when is it known that nothing is left to come before a node?",
        from_the_results,
    ),
    Mistake(
        "only the nodes that one result depends on are listed",
        "A graph may have several results, and the last number need not be one. Does your walk start often enough?",
        lambda parents: postorder(parents, [len(parents) - 1]),
    ),
    Mistake(
        "a node that is used more than once is listed each time",
        "How does your walk know that it has been somewhere before? (Where arrows are counted: at which count does a node become ready?)",
        lambda parents: postorder(parents, [v for v, users in enumerate(users_of(parents)) if not users], remember=False),
    ),
    Mistake(
        "a node that uses one parent twice waits for ever",
        "For a node with the parents (4, 4), how many arrows do you wait for, and how many do you cross off when 4 is listed?",
        lambda parents: right_order(parents, arrows=list),
    ),
    Mistake("nothing is returned", "Does the function end with `return`?", lambda parents: None),
)


# graph_gradients


def gradients_mistake(*, add=True, visits=lambda order: order[::-1], base=lambda order: order[-1], upstream=True, arrows=zip, mean=False):
    """The gradients by the rule, with one step done wrongly."""

    def wrong(parents, slopes, order):
        gradient = [0.0] * len(parents)
        gradient[base(order)] = 1.0
        users = users_of(parents)
        for v in visits(order):
            for u, slope in arrows(parents[v], slopes[v]):
                share = (gradient[v] if upstream else 1.0) * slope / (len(users[u]) if mean else 1)
                gradient[u] = gradient[u] + share if add else share
        return gradient

    return wrong


def by_number(order):
    return range(len(order) - 1, -1, -1)


GRAPH_GRADIENTS = (
    Mistake(
        "nothing has been mended yet",
        "There are two mistakes. Try the graph with a shared node: what is a sum in the notes' rule, and is it one here?",
        gradients_mistake(add=False, visits=by_number),
    ),
    Mistake(
        "a second share replaces the first, where the two have to be added",
        "∂ℓ/∂u is a sum over Γ(u). What becomes of the first share when the second one arrives?",
        gradients_mistake(add=False),
    ),
    Mistake(
        "the nodes are visited by their numbers, and not by the order given",
        "A node's number says nothing about its place in the graph. Which argument of the function has not been used?",
        gradients_mistake(visits=by_number),
    ),
    Mistake(
        "the nodes are visited in the order of the forward pass",
        "When v hands on its gradient, everybody who uses v must have given theirs. At which end of the order does that begin?",
        gradients_mistake(visits=list),
    ),
    Mistake(
        "the upstream is left out",
        "A share is a product of two things, ∂ℓ/∂v and ∂v/∂u. Which of them is missing?",
        gradients_mistake(upstream=False),
    ),
    Mistake(
        "the base case is set at the last number, and not at the last node of the order",
        "∂ℓ/∂ℓ = 1, and ℓ is the node that is computed last. Which one is that?",
        gradients_mistake(base=lambda order: len(order) - 1),
    ),
    Mistake(
        "two arrows between the same two nodes are counted as one",
        "In a · a two arrows run from a to the product, each with a slope of its own. Do both get through your loop?",
        gradients_mistake(arrows=lambda above, slopes: dict(zip(above, slopes, strict=True)).items()),
    ),
    Mistake(
        "the shares are averaged in place of summed",
        "The rule says Σ over Γ(u), and nothing about how many they are.",
        gradients_mistake(mean=True),
    ),
    Mistake("nothing is returned", "Does the function end with `return`?", lambda parents, slopes, order: None),
)


# Node

EARLY = "When v hands on its gradient, everybody who uses v must have given their shares. How many users has it, and how many are done?"

NODE = (
    Mistake(
        "`backward` calls itself once for each link of a chain",
        "Python stops a recursion about 1,000 calls deep. A list of the nodes that wait, and a loop, know no such limit.",
        engine.Recursive,
    ),
    Mistake(
        "a second share replaces the first, where the two have to be added",
        "∂ℓ/∂u is a sum over Γ(u). What becomes of the first share when the second one arrives?",
        engine.Replaces,
    ),
    Mistake(
        "the upstream is left out",
        "A share is a product of two things, ∂ℓ/∂v and ∂v/∂u. Which of them is missing?",
        engine.WithoutUpstream,
    ),
    Mistake(
        "the base case is missing",
        "Where does the first number that is not 0 come from? The notes say it in one line, before the backward pass begins.",
        engine.WithoutBase,
    ),
    Mistake(
        "each factor of a product gets its own value as its slope",
        "Move a by a little h: by how much does a · b move?",
        engine.OwnFactors,
    ),
    Mistake(
        "the power keeps its exponent when it is differentiated",
        "The slope of x² is a straight line. Which power of x is that?",
        engine.KeepsExponent,
    ),
    Mistake(
        "1 is taken from the slope, and not from the exponent",
        "Python takes `x ** p - 1` for (x ** p) - 1.",
        engine.LowersThePower,
    ),
    Mistake(
        "the exponent is not brought down in front of the power",
        "At x = 1, the slope of x² and that of x³ are not the same.",
        engine.WithoutExponent,
    ),
    Mistake(
        "the slope of exp is taken at its output, and not at its input",
        "exp is its own derivative. You have that number already, and need no exp of it.",
        engine.ExpOfOutput,
    ),
    Mistake(
        "the slope of log is made from its output, and not from its input",
        "Near which number is the curve of log steepest: where its input is small, or where its output is?",
        engine.LogOfOutput,
    ),
    Mistake(
        "the slope of tanh is made from its input, and not from its output",
        "What you squared can be larger than 1, and then the slope is negative. Does tanh ever fall?",
        engine.TanhOfInput,
    ),
    Mistake(
        "the slope of relu is its value",
        "Right of 0, relu is the straight line y = x. How steep is it at x = 5?",
        engine.ReluValue,
    ),
    Mistake(
        "relu hands the gradient on for negative inputs, too",
        "Left of 0, how much does the output move when the input does?",
        engine.ReluOpen,
    ),
    Mistake("the nodes hand on their gradients breadth first, some of them too early", EARLY, engine.BreadthFirst),
    Mistake("the nodes hand on their gradients as they come off a stack, some of them too early", EARLY, engine.FromStack),
    Mistake("the nodes hand on their gradients depth first, some of them too early", EARLY, engine.DepthFirst),
    Mistake(
        "a node hands on its whole gradient each time that a share arrives",
        "How often does a node with two users hand on its gradient? And how much of it had been handed on before?",
        engine.EveryTime,
    ),
    Mistake(
        "the nodes are visited from the inputs to the loss",
        "At the start only ∂ℓ/∂ℓ is known. Which nodes can be done next?",
        engine.FromInputs,
    ),
    Mistake(
        "the gradients of an earlier `backward` are still there",
        "A training loop calls `backward` again and again, on the same parameters. What has to be in `grad` before the first share?",
        engine.Remembers,
    ),
    Mistake(
        "two arrows between the same two nodes are counted as one",
        "In a · a two arrows run from a to the product. In a set or a dictionary, how many are left?",
        engine.OneArrow,
    ),
    Mistake(
        "a plain number beside a node is taken for a node",
        "In a + 2.5 the 2.5 has no `value`. What does `Node.of` make of it?",
        engine.NumbersAreNodes,
    ),
)
