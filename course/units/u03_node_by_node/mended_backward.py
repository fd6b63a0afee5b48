"""`mended_backward`: the gradient of every node once more, handed on to the nodes that it uses; a bug to be mended."""

from course.judging.exercise import Criterion, Exercise, Mistake
from course.units.u03_node_by_node import backward_pass


def mended_backward(graph, slopes):
    """What `buggy_backward` was meant to find, ∂ℓ/∂u for every node u, one number for each.

    Every node hands its shares to the nodes that it uses.
    graph is a tuple of nodes (g, uses, w, b), slopes[v, u] is ∂v/∂u.
    """
    gradients = [0.0] * len(graph)
    gradients[-1] = 1.0
    for v in reversed(range(len(graph))):
        uses = graph[v][1]
        for u in uses:
            gradients[u] += gradients[v] * slopes[v, u]
    return gradients


EXERCISE = Exercise(
    right=mended_backward,
    criteria=(Criterion("gradients", 1, "∂ℓ/∂u for every node u, one number for each"),),
    cases=backward_pass.cases,
    expected=backward_pass.expected,
    mistakes=(
        Mistake("the bug is still there: each share overwrites the one before it",
                "Take a node with two users and follow `gradients[u]` on paper: what is in it after the first share, and after the second?",
                "gradients[u] += → gradients[u] ="),
        Mistake("the first share to arrive is kept, and the others are dropped",
                "What does the rule do with the shares of the other nodes in Γ(u)?",
                "gradients[u] += → gradients[u] = gradients[u] or"),
        Mistake("every node starts from 1", "Only ∂ℓ/∂ℓ is 1. With what does a sum begin?", "[0.0] → [1.0]"),
        Mistake("the order of the loop has been turned round",
                "When v hands on its shares, ∂ℓ/∂v must be complete. Was that the bug?",
                "in reversed(range(len(graph))) → in range(len(graph))"),
        Mistake("∂ℓ/∂v is left out of the shares",
                "A share is ∂ℓ/∂v · ∂v/∂u. Which of the two factors was lost in the mending?",
                "gradients[v] * slopes → slopes"),
        Mistake("every share is 0, or none is handed on",
                "Print v, u and the slope for each share that is handed on. Is the loss among the v? Is the slope 0? `slopes` has ∂v/∂u at "
                "[v, u], and 0 wherever v does not use u.",
                "range(len(graph)) → range(len(graph) - 1)"),
        Mistake("∂ℓ/∂ℓ is 0, where it has to be 1", "Does the base case stay what it was?", "gradients[-1] = 1.0 → "),
        Mistake("the slopes are left out, and the paths are counted",
                "A share is ∂ℓ/∂v · ∂v/∂u. Which of the two factors was lost in the mending?",
                "gradients[v] * slopes[v, u] → gradients[v]"),
        Mistake("every share is added twice",
                "`+=` adds to what is there. Is it there on the right side once more?",
                "gradients[u] += → gradients[u] += 2 *"),
        Mistake("what is there already is added once more with each share",
                "`a += b` is `a = a + b`. What does `a += a + b` do?",
                "gradients[u] += → gradients[u] += gradients[u] +"),
        Mistake("only the first of the nodes that v uses is given a share",
                "v may use several nodes. Does your loop come to all of them?",
                "uses = graph[v][1] → uses = graph[v][1][:1]"),
        Mistake("only the last of the nodes that v uses is given a share",
                "v may use several nodes. Does the line with the share stand inside the loop?",
                "uses = graph[v][1] → uses = graph[v][1][-1:]"),
    ),
)
