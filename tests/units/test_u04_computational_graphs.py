"""Unit 04: what is expected, by witnesses of their own; what a property must reject; and what a node costs."""

import inspect
import sys
import textwrap
from dataclasses import replace

import numpy as np
import pytest

import course
from course.checking import grade_function
from course.judging.edits import edited
from course.judging.probes import PROBES, arguments
from course.units import exercise
from course.units.u04_computational_graphs import graphs, node, topological_order

SEEDS = range(40)
TOPOLOGICAL_ORDER, GRAPH_GRADIENTS, NODE = (exercise(name) for name in ("topological_order", "graph_gradients", "Node"))


def marks(verdict):
    return {mark.criterion: mark.outcome for mark in verdict.marks}


def order_finding(parents, order):
    return topological_order.order_finding(parents, np.array(order), np.ones(len(order)))


# topological_order

DIAMOND = ((3,), (0, 3), (1, 0), ())  # 3 first, then 0, 1, 2


@pytest.mark.parametrize(
    ("order", "words", "cause"),
    [
        ([3, 0, 1, 2], None, ""),
        ([2, 1, 0, 3], "node 2 is listed before its parent 1", "the order is turned round"),
        ([0, 1, 2, 3], "node 0 is listed before its parent 3", "the nodes are taken in the order of their numbers"),
        ([3, 1, 0, 2], "node 1 is listed before its parent 0", ""),
        ([3, 0, 1], "1 of 4 nodes are not listed, among them 2", ""),  # all that 1 depends on, or all but the result
        ([0, 1, 2], "1 of 4 nodes are not listed, among them 3", "the nodes that have no parents are left out"),
        ([3, 0], "2 of 4 nodes are not listed, among them 1", "only the nodes that one result depends on are listed"),
        ([3, 0, 3, 1, 2], "node 3 is listed 2 times", "a node that is used more than once is listed each time"),
        ([3, 0, 1, 2.5], "2.5 is in the list", ""),
        ([3, 0, 1, 4], "4 is in the list, and the nodes are numbered from 0 to 3", ""),
        ([3, 0, 1, -1], "-1 is in the list", ""),
        ([3, 0, 1, np.nan], "nan is in the list", ""),
        ([], "4 of 4 nodes are not listed", ""),
    ],
)
def test_an_order_is_judged_by_what_must_hold_of_it(order, words, cause):
    finding = order_finding(DIAMOND, order)
    assert (finding is None) == (words is None)
    assert finding is None or (words in finding.reason and finding.cause == cause)


FORK = ((3,), (3,), (1, 0), ())  # 3 first, then 0 and 1, then 2


@pytest.mark.parametrize(
    ("order", "cause"),
    [
        ([3, 0, 1], "the nodes that nobody uses are left out"),
        ([0, 1, 2], "the nodes that have no parents are left out"),
        ([3, 1], "only the nodes that one result depends on are listed"),
        ([2, 1, 0, 3], "the order is turned round"),
    ],
)
def test_what_is_missing_or_misplaced_in_a_fork_is_named(order, cause):
    assert order_finding(FORK, order).cause == cause


def test_a_walk_that_lists_a_node_when_it_comes_to_it_is_known_either_way_round():
    def walk(parents):
        listed, stack = [], []
        for start in range(len(parents)):
            stack.append(start)
            while stack:
                v = stack.pop()
                if v not in listed:
                    listed.append(v)
                    stack.extend(parents[v])
        return listed

    small = replace(TOPOLOGICAL_ORDER, cases=lambda rng: [case for case in TOPOLOGICAL_ORDER.cases(rng) if case.criteria == ("order",)])
    for answer, words in ((walk, "comes to it, before they are"), (lambda parents: walk(parents)[::-1], "and the list is turned round")):
        assert words in grade_function(small, answer, 0).marks[0].cause


def test_a_list_of_levels_is_told_that_it_is_not_flat():
    verdict = grade_function(TOPOLOGICAL_ORDER, lambda parents: [[v] * 2 for v in range(len(parents))], 0)
    assert "one flat list" in verdict.reason


def test_every_order_of_a_small_graph_is_judged_as_its_definition_says():
    from itertools import permutations

    for order in permutations(range(4)):
        holds = all(order.index(u) < order.index(v) for v in range(4) for u in DIAMOND[v])
        assert (order_finding(DIAMOND, order) is None) == holds


@pytest.mark.parametrize("seed", SEEDS)
def test_graphs_are_numbered_so_that_no_order_of_the_numbers_is_right(seed):
    rng = np.random.default_rng(seed)
    for graph in (graphs.drawn(rng, more=3), graphs.drawn(rng, more=4, results=2), graphs.chain(rng, 8)):
        n = len(graph.parents)
        assert sorted(graph.order) == list(range(n))
        assert next(topological_order.broken_arrows(graph.parents, graph.order), None) is None
        for order in (list(range(n)), list(range(n))[::-1]):
            assert next(topological_order.broken_arrows(graph.parents, order), None) is not None


def test_results_and_double_arrows_are_there_where_they_are_asked_for():
    rng = np.random.default_rng(0)
    for results in (1, 2):
        parents = graphs.drawn(rng, more=5, results=results).parents
        assert sum(not users for users in graphs.users_of(parents)) == results
    assert any(len(set(above)) < len(above) for above in graphs.drawn(rng, more=3, twice=True).parents)


def test_a_recursion_costs_the_deep_point_alone_and_a_deeper_stack_saves_it():
    recursive = TOPOLOGICAL_ORDER.answer_with(TOPOLOGICAL_ORDER.mistakes[0])
    verdict = grade_function(TOPOLOGICAL_ORDER, recursive, 0)
    assert marks(verdict) == {"order": "passed", "deep": "failed"} and "RecursionError" in verdict.reason

    def deeper(parents):
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(50_000)
        try:
            return recursive(parents)
        finally:
            sys.setrecursionlimit(limit)

    assert grade_function(TOPOLOGICAL_ORDER, deeper, 0).outcome == "passed"


def level_after_level(parents):
    """Right, and quadratic: all nodes are looked at once more for each level."""
    order, listed = [], set()
    while len(order) < len(parents):
        level = [v for v in range(len(parents)) if v not in listed and listed.issuperset(parents[v])]
        order += level
        listed.update(level)
    return order


def the_first_that_is_ready(parents):
    order = []
    while len(order) < len(parents):
        order.append(next(v for v, above in enumerate(parents) if v not in order and all(u in order for u in above)))
    return order


@pytest.mark.parametrize("answer", [level_after_level, the_first_that_is_ready])
def test_an_order_found_by_scanning_again_and_again_is_stopped_on_the_long_chain_alone(answer):
    verdict = grade_function(TOPOLOGICAL_ORDER, answer, 0)
    assert marks(verdict) == {"order": "passed", "deep": "failed"}
    assert "their parents were looked up 100,000 times" in verdict.reason
    assert verdict.marks[1].cause == "all nodes are looked at again and again, until each has been listed"


# graph_gradients: sums of products over all paths, in place of a system of equations.


def over_paths(parents, slopes, root, u):
    if root == u:
        return 1.0
    return sum(slope * over_paths(parents, slopes, parent, u) for parent, slope in zip(parents[root], slopes[root], strict=True))


@pytest.mark.parametrize("seed", range(5))
def test_expected_gradients_are_sums_over_all_paths(seed):
    for case in GRAPH_GRADIENTS.cases(np.random.default_rng(seed)):
        if case.name == "2**20 paths":
            continue
        parents, slopes, order = case.inputs.values()
        expected = GRAPH_GRADIENTS.expected(case)["gradient"].value
        by_paths = [over_paths(parents, slopes, order[-1], u) for u in range(len(parents))]
        np.testing.assert_allclose(expected, by_paths, rtol=1e-10, atol=1e-12)


def test_gradients_over_all_paths_are_stopped():
    def graph_gradients(parents, slopes, order):
        return [over_paths(parents, slopes, order[-1], u) for u in range(len(parents))]

    verdict = grade_function(GRAPH_GRADIENTS, graph_gradients, 0)
    assert verdict.earned == 0 and "of which there are 2**20, through 21 nodes" in verdict.reason


def by_the_users_of_each_node(parents, slopes, order):
    gradient = {order[-1]: 1.0}
    for u in order[-2::-1]:
        arrows = [(v, slope) for v in range(len(parents)) for parent, slope in zip(parents[v], slopes[v], strict=True) if parent == u]
        gradient[u] = sum(gradient[v] * slope for v, slope in arrows if v in gradient)
    return [gradient[u] for u in range(len(parents))]


def test_a_loop_over_all_pairs_of_nodes_passes():
    assert grade_function(GRAPH_GRADIENTS, by_the_users_of_each_node, 0).outcome == "passed"


def test_a_gradient_for_each_node_is_asked_for():
    verdict = grade_function(GRAPH_GRADIENTS, lambda parents, slopes, order: [1.0], 0)
    assert "has shape (1,), and it must have" in verdict.reason


def test_an_order_that_is_used_up_is_told_so():
    def graph_gradients(parents, slopes, order):
        gradient = [0.0] * len(parents)
        gradient[order[-1]] = 1.0
        while order:
            v = order.pop()
            for u, slope in zip(parents[v], slopes[v], strict=True):
                gradient[u] += gradient[v] * slope
        return gradient

    verdict = grade_function(GRAPH_GRADIENTS, graph_gradients, 0)
    assert verdict.outcome == "failed" and "changed its input `order` in place" in verdict.reason


# Node: the course's own engine, which differentiates in another way, and slopes in closed form.


@pytest.mark.parametrize("seed", range(5))
def test_expected_values_and_gradients_are_those_of_the_engine(seed):
    for case in NODE.cases(np.random.default_rng(seed)):
        values, formula, *_ = arguments(case.inputs)
        leaves = [course.Tensor(value, requires_grad=True) for value in values]
        result = formula(*leaves)
        result.backward()
        expected = NODE.expected(case)[case.criteria[0]]
        np.testing.assert_allclose(expected.value, [result.data, *(leaf.grad for leaf in leaves)], rtol=1e-12, atol=1e-15)
        assert len(expected.entries) == len(expected.value)


@pytest.mark.parametrize(
    ("formula", "x", "value", "slope"),
    [
        (lambda a: a**3, -1.5, -3.375, 6.75),
        (lambda a: a**0.5, 4.0, 2.0, 0.25),
        (lambda a: a.exp(), 1.0, np.e, np.e),
        (lambda a: a.log(), 2.0, np.log(2), 0.5),
        (lambda a: a.tanh(), 0.5, np.tanh(0.5), 1 / np.cosh(0.5) ** 2),
        (lambda a: a.relu(), -1.0, 0.0, 0.0),
        (lambda a: 2.0 * a + a * 3.0 + 1.0, 2.0, 11.0, 5.0),
    ],
)
def test_the_nudged_number_is_exact(formula, x, value, slope):
    np.testing.assert_allclose(node.value_and_gradient(formula, np.array([x])), [value, slope], rtol=1e-14)


def not_written(*openings):
    """The right answer where the statements that begin so are not written yet."""
    return edited(node.Node, tuple(f"{opening} → raise NotImplementedError; {opening}" for opening in openings))


def test_what_is_not_written_costs_its_own_points_alone():
    others = ("Node(self.value * ", "Node(self.value**p", "value = np.exp(", "Node(np.log(", "value = np.tanh(", "Node(max(")
    verdict = grade_function(NODE, not_written(*(f"return {one}" if one.startswith("Node") else one for one in others)), 0)
    lost = {name for name, outcome in marks(verdict).items() if outcome == "not written"}
    assert lost == {"mul", "pow", "exp", "log", "tanh", "relu"}, "a sum and `backward` are enough for everything else"
    assert verdict.earned == 5


def test_what_is_not_written_is_named():
    case = next(iter(NODE.cases(np.random.default_rng(0))))
    for opening, name in (("uses, waiting = {self: 0}", "backward"), ("return Node(self.value + ", "__add__")):
        reply = PROBES["node"](not_written(opening), case.inputs, 1)
        assert reply.not_written and reply.problem == f"`{name}` is not written yet."
    assert grade_function(NODE, not_written("uses, waiting = {self: 0}"), 0).outcome == "not written"


@pytest.mark.parametrize(
    ("mistake", "lost"),
    [
        ("a second share", {"shared", "order", "deep", "again"}),
        ("each factor", {"mul"}),
        ("the exponent is not", {"pow"}),
        ("the slope of tanh", {"tanh"}),
        ("relu hands", {"relu"}),
        ("the nodes hand on their gradients breadth", {"order"}),
        ("the nodes hand on their gradients as they", {"order"}),
        ("the gradients of an earlier", {"again"}),
        ("only the inputs are set back", {"again"}),
        ("the nodes of an earlier", {"again"}),
        ("`backward` calls itself", {"deep"}),
        ("`backward` walks along", {"deep"}),
    ],
)
def test_a_mistake_costs_what_it_concerns(mistake, lost):
    wrong = NODE.answer_with(next(m for m in NODE.mistakes if m.name.startswith(mistake)))
    verdict = grade_function(NODE, wrong, 1)
    assert {name for name, outcome in marks(verdict).items() if outcome == "failed"} == lost


def with_backward(backward, **methods):
    """The right answer with another backward pass, and other operations."""
    body = {"of": staticmethod(lambda x: x if isinstance(x, Other) else Other(x)), "backward": backward, **methods}
    text = textwrap.dedent(inspect.getsource(node.Node))
    names = {"np": np}
    exec(text, names)
    Other = names["Node"]
    for name, method in body.items():
        setattr(Other, name, method)
    return Other


def reset(root, which=lambda u: True):
    for u in graphs.walked([root], lambda v: v.parents):
        if which(u):
            u.grad = 0.0


def along_paths(v, share):
    v.grad += share
    for u, slope in zip(v.parents, v.slopes, strict=True):
        along_paths(u, share * slope)


def by_recursion(self):
    reset(self)
    along_paths(self, 1.0)


def level_by_level(self):
    reset(self)
    level = [(self, 1.0)]
    while level:
        for v, share in level:
            v.grad += share
        level = [(u, share * slope) for v, share in level for u, slope in zip(v.parents, v.slopes, strict=True)]


@pytest.mark.parametrize("backward", [by_recursion, level_by_level])
def test_a_walk_along_every_path_is_stopped(backward):
    verdict = grade_function(NODE, with_backward(backward), 0)
    assert {name for name, outcome in marks(verdict).items() if outcome != "passed"} == {"deep"}
    assert "A walk along every path takes twice as many with each shared step" in verdict.reason
    assert next(mark.cause for mark in verdict.marks if mark.cause) == "`backward` walks along every path"


def backwards_through(order):
    def backward(self):
        nodes = order(self)
        for u in nodes:
            u.grad = 0.0
        self.grad = 1.0
        for v in reversed(nodes):
            for u, slope in zip(v.parents, v.slopes, strict=True):
                u.grad += v.grad * slope

    return backward


def recursive(root):
    order = {}

    def visit(v):
        if v not in order:
            for u in v.parents:
                visit(u)
            order[v] = None

    visit(root)
    return list(order)


def with_more_room(root):
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(50_000)
    try:
        return recursive(root)
    finally:
        sys.setrecursionlimit(limit)


def test_a_recursion_costs_the_deep_point_alone_unless_it_makes_room_for_itself():
    before = sys.getrecursionlimit()
    verdict = grade_function(NODE, with_backward(backwards_through(recursive)), 0)
    assert {name for name, outcome in marks(verdict).items() if outcome != "passed"} == {"deep"} and "RecursionError" in verdict.reason
    assert grade_function(NODE, with_backward(backwards_through(with_more_room)), 0).outcome == "passed"
    assert sys.getrecursionlimit() == before
    try:
        sys.setrecursionlimit(20_000)  # as a student may, in a cell of the notebook
        assert grade_function(NODE, with_backward(backwards_through(recursive)), 0).outcome == "passed"
    finally:
        sys.setrecursionlimit(before)


@pytest.mark.parametrize("kept", [lambda root, u: u is root, lambda root, u: bool(u.parents)])
def test_a_second_backward_of_the_same_root_is_asked_for(kept):
    def backward(self):
        order = recursive(self)
        reset(self, lambda u: not kept(self, u))
        self.grad += 1.0
        for v in reversed(order):
            for u, slope in zip(v.parents, v.slopes, strict=True):
                u.grad += v.grad * slope

    verdict = grade_function(NODE, with_backward(backward), 0)
    assert {name for name, outcome in marks(verdict).items() if outcome == "failed"} == {"again", "deep"}, "recursive, too"


def zeros_after_the_base_case(self):
    nodes = recursive(self)
    self.grad = 1.0
    for u in nodes:
        u.grad = 0.0
    for v in reversed(nodes):
        for u, slope in zip(v.parents, v.slopes, strict=True):
            u.grad += v.grad * slope


def flat(self, p):
    return type(self)(self.value**p, (self,), (0.0,))


@pytest.mark.parametrize(("changes", "criterion"), [({"backward": zeros_after_the_base_case}, "add"), ({"__pow__": flat}, "pow")])
def test_gradients_that_are_all_0_are_told_as_that_and_no_more(changes, criterion):
    changes = {"backward": backwards_through(recursive), **changes}
    verdict = grade_function(NODE, with_backward(**changes), 0)
    assert next(mark.cause for mark in verdict.marks if mark.criterion == criterion) == "no share but 0 arrives at the inputs"


@pytest.mark.parametrize(
    ("edit", "cause"),
    [
        ("value = np.exp(self.value) → value = np.exp(self)", "an operation calls itself"),
        ("value = np.tanh(self.value) → return np.tanh(self.value)", "an operation returns a plain number, and not a node"),
        ("(self,), (1 - value**2,) → (1 - value**2,), (self,)", "the parents of a new node are numbers, and not nodes"),
        ("float(self.value > 0) → self.value", "the slope of relu is its input"),
    ],
)
def test_one_operation_that_goes_wrong_costs_its_own_point_and_is_named(edit, cause):
    verdict = grade_function(NODE, edited(node.Node, (edit,)), 0)
    assert verdict.earned == 10 and [mark.cause for mark in verdict.marks if mark.outcome == "failed"] == [cause]


def test_a_backward_that_calls_that_of_the_parents_is_told_about_the_base_case():
    def backward(self):
        self.grad = 1.0
        for u, slope in zip(self.parents, self.slopes, strict=True):
            u.grad += self.grad * slope
            u.backward()

    verdict = grade_function(NODE, with_backward(backward), 0)
    causes = {mark.criterion: mark.cause for mark in verdict.marks if mark.outcome == "failed"}
    assert causes["mul"] == causes["shared"] == "the base case is set at every node, and not at ℓ alone"


def test_slopes_that_are_nodes_are_told():
    wrong = edited(node.Node, ("(other.value, self.value) → (other, self)",))
    verdict = grade_function(NODE, wrong, 0)
    assert marks(verdict)["add"] == "passed" and "is a slope made of nodes" in verdict.reason


def test_a_wrong_number_where_the_graph_is_deep_is_shown():
    drifting = edited(node.Node, ("v.grad * slope → v.grad * slope * (1 + 1e-9)",))
    verdict = grade_function(NODE, drifting, 0)
    assert {name for name, outcome in marks(verdict).items() if outcome == "failed"} == {"deep"} and "∂ℓ/∂a" in verdict.reason


def test_relu_at_zero_is_not_asked_about():
    for seed in SEEDS:
        values = [case.inputs["values"] for case in NODE.cases(np.random.default_rng(seed))]
        assert min(np.abs(each).min() for each in values) > 0.3
