"""`forward_pass`: the value of every node."""

from collections.abc import Iterator

from course.judging.exercise import Case, Criterion, Exercise, Expected, Mistake
from course.units.kit import Rng
from course.units.u03_node_by_node import graphs
from course.units.u03_node_by_node.given import ACTIVATIONS


def forward_pass(graph, x):
    """z and values, two lists with a number for every node: z = Σ w · value + b, what its activation gets, and its value g(z).

    graph is a tuple of nodes (g, uses, w, b). The inputs come first, and x holds their values: z[v] and values[v] are both x[v] there.
    """
    z, values = [], []
    for v, (g, uses, w, b) in enumerate(graph):
        if g == "input":
            z.append(x[v])
            values.append(x[v])
        else:
            z.append(sum(w_u * values[u] for u, w_u in zip(uses, w, strict=True)) + b)
            values.append(ACTIVATIONS[g](z[v]))
    return z, values


def expected(case: Case) -> dict[str, Expected]:
    z, values = graphs.forward(**case.inputs)
    words = graphs.entries(case.inputs["graph"])
    return {"z": Expected(z, entries=words), "values": Expected(values, entries=words)}


def cases(rng: Rng) -> Iterator[Case]:
    for name, graph, x in graphs.several(rng):
        yield Case(name, {"graph": graph, "x": x})


EXERCISE = Exercise(
    right=forward_pass,
    criteria=(
        Criterion("z", 1, "what each node's activation gets, one number for each node"),
        Criterion("values", 1, "the value of each node, g(z)"),
    ),
    cases=cases,
    expected=expected,
    mistakes=(
        Mistake("the bias is missing", "A node is g(Σ w x + b): which letter does your sum not have?", "strict=True)) + b → strict=True))"),
        Mistake("no activation is applied", "z is what g gets; the node's value is what g makes of it.", "ACTIVATIONS[g](z[v]) → z[v]"),
        Mistake("the bias is added after the activation",
                "In g(Σ w x + b), is b inside the brackets or outside?",
                ("strict=True)) + b → strict=True))", "ACTIVATIONS[g](z[v]) → ACTIVATIONS[g](z[v]) + b")),
        Mistake("the nodes used hand on their z in place of their value",
                "What does a node pass on to those that use it: what its activation gets, or what it makes of it?",
                "w_u * values[u] → w_u * z[u]"),
        Mistake("the weights meet the first nodes of the graph, not those that are used",
                "Weight k belongs to node uses[k]. Which node does it meet in your sum?",
                "in zip(uses, w, strict=True) → in enumerate(w)"),
        Mistake("the weights are left out",
                "A node is g(Σ w x + b): each value that comes in is multiplied by something first.",
                "w_u * values[u] → values[u]"),
        Mistake("the two lists are returned in the wrong order",
                "z comes first, and the values second. Which is which in your last line?",
                "return z, values → return values, z"),
        Mistake("the list z holds the values, too",
                "z[v] is what g gets, and values[v] what it makes of it. Are they two lists, or two names of one?",
                "return z, values → return values, values"),
        Mistake("the number of a node stands where its value belongs",
                "`uses` holds numbers of nodes. Where are their values?",
                "w_u * values[u] → w_u * u"),
        Mistake("x is asked for a node that is no input",
                "x holds the inputs alone. Where do you keep what has been computed since?",
                "w_u * values[u] → w_u * x[u]"),
        Mistake("only the last of the products is kept, where all have to be added",
                "z is a sum. What does your line do to the products that are there already?",
                ("z.append(sum( → z.append(list(", "strict=True)) + b → strict=True))[-1] + b")),
        Mistake("only the last of the products is kept, and the bias is lost",
                "`=` writes over what is there. What is there before the first product, and before the second?",
                ("z.append(sum( → z.append(list(", "strict=True)) + b → strict=True))[-1]")),
        Mistake("only the first of the products is there, where all have to be added",
                "z is a sum over all nodes that are used. When does your loop end?",
                ("z.append(sum( → z.append(list(", "strict=True)) + b → strict=True))[0] + b")),
        Mistake("the bias is added once for each node that is used",
                "Σ w x + b: does the b stand under the sum?",
                ("w_u * values[u] → w_u * values[u] + b", "strict=True)) + b → strict=True))")),
        Mistake("the bias is subtracted", "Which sign has b in g(Σ w x + b)?", "strict=True)) + b → strict=True)) - b"),
        Mistake("the weights meet the nodes in the order of their numbers, and not in that of `uses`",
                "Weight k belongs to node uses[k], and `uses` is in no particular order. Do you sort it, or go through all nodes?",
                "zip(uses, w → zip(sorted(uses), w"),
        Mistake("the last node has no activation",
                "The loss is a node like the others. What makes its value of its z?",
                "ACTIVATIONS[g](z[v]) → ACTIVATIONS[g](z[v]) if v < len(graph) - 1 else z[v]"),
        Mistake("the activation is applied to each product, and not to their sum",
                "In g(Σ w x + b), what stands inside the brackets of g?",
                ("w_u * values[u] → ACTIVATIONS[g](w_u * values[u])", "ACTIVATIONS[g](z[v]) → z[v]")),
        Mistake("the sum goes on from node to node",
                "Each node has a sum of its own. What does yours begin with for the second node?",
                "strict=True)) + b → strict=True)) + b + (z[-1] if graph[v - 1][0] != 'input' else 0)"),
        Mistake("the activation is applied twice",
                "values[v] is g(z), and z is the sum itself.",
                "ACTIVATIONS[g](z[v]) → ACTIVATIONS[g](ACTIVATIONS[g](z[v]))"),
        Mistake("the list z is 0 for the inputs", "What is z[v] for an input? The docstring says it.", "z.append(x[v]) → z.append(0.0)"),
        Mistake("an activation is looked for at the inputs, too",
                "An input has no activation, and no sum. What are z[v] and values[v] there?",
                'if g == "input" → if g in ACTIVATIONS and not uses'),
        Mistake("the inputs stay at zero",
                "An input has no formula. Where does its number come from?",
                ("z.append(x[v]) → z.append(0.0)", "values.append(x[v]) → values.append(0.0)")),
    ),
)
