"""`Node`: an engine, numbers that remember how they were computed."""

from __future__ import annotations

import cmath
from collections.abc import Callable, Iterator

import numpy as np

from course.judging.edits import edited
from course.judging.exercise import Array, Case, Criterion, Exercise, Expected, Mistake
from course.judging.probes import Formula
from course.units.kit import Rng
from course.units.u04_computational_graphs import graphs


class Node:
    """A number that remembers how it was computed: one node of a computational graph.

    `a + b`, `a * b`, `a ** p`, `a.exp()`, `a.log()`, `a.tanh()` and `a.relu()` make new nodes, and `ℓ.backward()` leaves ∂ℓ/∂u in
    the grad of every node u that ℓ was computed from. parents are the nodes that a node was computed from, slopes has
    ∂(this)/∂(parent) for each of them, op is a sign for pictures.
    """

    def __init__(self, value, parents=(), slopes=(), op=""):
        self.value = float(value)
        self.parents = tuple(parents)
        self.slopes = tuple(slopes)
        self.op = op
        self.grad = 0.0

    @staticmethod
    def of(x):
        """A node as it is; a number as a node without parents."""
        return x if isinstance(x, Node) else Node(x)

    def __add__(self, other):
        """self + other, where other is a node or a number."""
        other = Node.of(other)
        return Node(self.value + other.value, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        """self * other, where other is a node or a number."""
        other = Node.of(other)
        return Node(self.value * other.value, (self, other), (other.value, self.value), "*")

    def __pow__(self, p):
        """self ** p, where p is a plain number."""
        return Node(self.value**p, (self,), (p * self.value ** (p - 1),), f"** {p}")

    def exp(self):
        """e to the power of self."""
        value = np.exp(self.value)
        return Node(value, (self,), (value,), "exp")

    def log(self):
        """Natural logarithm."""
        return Node(np.log(self.value), (self,), (1 / self.value,), "log")

    def tanh(self):
        """Hyperbolic tangent."""
        value = np.tanh(self.value)
        return Node(value, (self,), (1 - value**2,), "tanh")

    def relu(self):
        """max(0, self); at 0 any slope from 0 to 1 will do."""
        return Node(max(self.value, 0.0), (self,), (float(self.value > 0),), "relu")

    def backward(self):
        """Leave ∂ℓ/∂u, where ℓ is this node, in the grad of every node u that it was computed from.

        What an earlier backward left there is forgotten, not added to. A chain of 10,000 nodes must not be
        too long, and 50 steps that share nodes must not take long.
        """
        uses, waiting = {self: 0}, [self]
        while waiting:
            for u in waiting.pop().parents:
                if u not in uses:
                    uses[u] = 0
                    waiting.append(u)
                uses[u] += 1

        for u in uses:
            u.grad = 0.0
        self.grad = 1.0
        ready = [self]
        while ready:
            v = ready.pop()
            for u, slope in zip(v.parents, v.slopes, strict=True):
                u.grad += v.grad * slope
                uses[u] -= 1
                if uses[u] == 0:
                    ready.append(u)

    # Given: what is made from the operations above.

    def __radd__(self, number):
        return self + number

    def __rmul__(self, number):
        return self * number

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, number):
        return -self + number

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, number):
        return self**-1 * number

    def __repr__(self):
        return f"Node({self.value:.4g}, grad={self.grad:.4g})"


STEP = 1e-100


class Nudged:
    """A number with a nudge: the real part is its value, the imaginary part over STEP how fast it moves with the input nudged.

    Complex arithmetic does the rest, so no rule of differentiation stands here. Source: Squire and Trapp, "Using complex variables
    to estimate derivatives of real functions", SIAM Review 40 (1998).
    """

    def __init__(self, z: complex):
        self.z = complex(z)

    def __add__(self, other: Nudged | float) -> Nudged:
        return Nudged(self.z + number(other))

    def __mul__(self, other: Nudged | float) -> Nudged:
        return Nudged(self.z * number(other))

    def __pow__(self, exponent: float) -> Nudged:
        return Nudged(self.z**exponent)

    __radd__, __rmul__ = __add__, __mul__

    def exp(self) -> Nudged:
        return Nudged(cmath.exp(self.z))

    def log(self) -> Nudged:
        return Nudged(cmath.log(self.z))

    def tanh(self) -> Nudged:
        return Nudged(cmath.tanh(self.z))

    def relu(self) -> Nudged:
        return Nudged(self.z if self.z.real > 0 else 0)

    def backward(self) -> None:
        """Nothing: a formula may call it on its way, as it does with nodes."""


def number(x: Nudged | float) -> complex:
    return x.z if isinstance(x, Nudged) else x


def value_and_gradient(formula: Callable[..., Nudged], values: Array) -> Array:
    """A formula's value, then its derivative with respect to each of its inputs."""
    results = [formula(*(Nudged(value + STEP * 1j * (i == k)) for i, value in enumerate(values))).z for k in range(len(values))]
    return np.array([results[0].real, *(result.imag / STEP for result in results)])


def apart(rng: Rng, n: int) -> Array:
    """n numbers between 1.1 and 2.5 in size, of either sign, no two of one size: what is swapped or squared shows."""
    sizes = rng.permutation(np.linspace(1.2, 2.4, n)) + rng.uniform(-0.1, 0.1, n)
    return sizes * rng.choice([-1.0, 1.0], n)


STEPS = 14  # that share nodes: few enough for a walk along every path to end, should it not be stopped
LINES = 10_000  # of Python, for the backward pass over them: ten times what a long-winded right one takes


def cases(rng: Rng) -> Iterator[Case]:
    signed, sized, p, q = (lambda n: apart(rng, n)), (lambda n: np.abs(apart(rng, n))), *rng.uniform(2.5, 3.5, 2).round(2)
    formulas: list[tuple[str, str, Callable[[int], Array]]] = [
        ("add", "a, b: a + b", signed),
        ("add", "a, b, c: a + (b + c)", signed),
        ("add", f"a, b: {p} + (a + {q}) + b", signed),
        ("mul", "a, b: a * b", signed),
        ("mul", "a, b, c: a * b * c", signed),
        ("mul", f"a, b: {p} * (a * {q}) * b", signed),
        ("pow", "a: a ** 3", signed),
        ("pow", "a: (a ** 2) ** 3", signed),
        ("pow", "a: a ** -2", signed),
        ("pow", "a: a ** 0.5", sized),
        ("exp", "a: a.exp()", signed),
        ("exp", "a: a.exp().exp()", lambda n: 0.4 * signed(n)),
        ("log", "a: a.log()", lambda n: sized(n) ** 2),
        ("log", "a: a.log().log()", lambda n: 1.2 * sized(n)),
        ("tanh", "a: a.tanh()", lambda n: 0.5 * signed(n)),
        ("tanh", "a: a.tanh().tanh()", signed),
        ("relu", "a: a.relu()", sized),
        ("relu", "a: a.relu()", lambda n: -sized(n)),
        ("relu", "a: a.relu().relu()", sized),
        ("shared", "a: a + a", signed),
        ("shared", "a, b: a + (b + a)", signed),
        ("shared", "a, b: [c := a + b, c + c + b][-1]", signed),
        ("order", "a, b: [c := a + b, c + (c + a)][-1]", signed),
        ("order", "a, b: [c := a + b, (c + b) + c][-1]", signed),
        ("order", "a, b: [c := a + b, d := (c + a) + b, (d + a) + c][-1]", signed),
        ("order", "a, b: [c := a + b, d := c + c, e := (d + b) + c, e + d][-1]", signed),
        ("again", "a, b: [(a + b).backward(), a + b + a][-1]", signed),
        ("again", "a, b: [c := a + b, (c + a).backward(), (c + b) + a][-1]", signed),
        ("again", "a, b: [c := a + b, d := c + a, d.backward(), d][-1]", signed),
        ("again", "a, b: [c := a + b, d := c + a, d.backward(), d.backward(), d][-1]", signed),
    ]
    for criterion, formula, draw in formulas:
        names, _, body = formula.partition(": ")
        yield asked(in_steps(body), formula, draw(len(names.split(", "))), criterion)
    shared = f"a: [a := a + a for _ in range({STEPS})][-1]"
    yield asked(f"{STEPS} times a = a + a: {2**STEPS:,} paths", shared, signed(1), "deep", lines=LINES)
    chain = "a, b: [a := a + b for _ in range(500)][-1]"
    yield asked("500 times a = a + b, in a twentieth of the calls that Python allows", chain, signed(2), "deep", room=0.05)


def asked(name: str, formula: str, values: Array, criterion: str, **bounds: float) -> Case:
    """A case about one criterion: a formula, the values of its inputs, and what bounds `backward`."""
    return Case(name, {"values": values, "formula": Formula(f"lambda {formula}"), **bounds}, criteria=(criterion,))


def in_steps(body: str) -> str:
    """A formula as a student reads it.

    >>> in_steps("[c := a * b, c + a][-1]")
    'c = a * b; c + a'
    """
    return body.removeprefix("[").removesuffix("][-1]").replace(", ", "; ").replace(":=", "=")


def expected(case: Case) -> dict[str, Expected]:
    formula, values = case.inputs["formula"], case.inputs["values"]
    entries = ("its value", *(f"∂ℓ/∂{name}" for name in formula.text.removeprefix("lambda ").partition(":")[0].split(", ")))
    return {criterion: Expected(value_and_gradient(formula.function, values), entries=entries) for criterion in case.criteria}


def depth_first(start: Node) -> list[Node]:
    """A node, then the walk from its first parent, then that from its second, each node when it is first met."""
    met: dict[Node, None] = {}
    waiting = [start]
    while waiting:
        v = waiting.pop()
        if v not in met:
            met[v] = None
            waiting += reversed(v.parents)
    return list(met)


def along_every_path(start: Node) -> None:
    """The backward pass as a walk along every path: right, where there are few of them."""
    for u in graphs.walked([start], lambda v: v.parents):
        u.grad = 0.0
    waiting = [(start, 1.0)]
    while waiting:
        v, share = waiting.pop()
        v.grad += share
        waiting += [(u, share * slope) for u, slope in zip(v.parents, v.slopes, strict=True)]


def spoilt(*edits: str) -> Callable[[float], Node]:
    """The right answer with edits, as an answer of its own: what one operation gets wrong is not tried together with other mistakes.

    Each operation has its criteria, and two mistakes at once are mostly found one by one: to compile all pairs takes a second.
    """
    return lambda value: edited(Node, edits)(value)


BEGIN = "uses, waiting = {self: 0}, [self]"
NEXT = "while ready:\n            v = ready.pop()"
ARROWS = "zip(v.parents, v.slopes, strict=True)"
COMPLETE = "uses[u] -= 1\n                if uses[u] == 0:"
EARLY = "How many arrows leave v? How many of them have been crossed off by the time that v hands on its gradient? All of them must be."

EXERCISE = Exercise(
    right=Node,
    criteria=(
        Criterion("add", 1, "the value and the gradients of a sum"),
        Criterion("mul", 1, "the value and the gradients of a product"),
        Criterion("pow", 1, "the value and the gradient of a power"),
        Criterion("exp", 1, "the value and the gradient of exp"),
        Criterion("log", 1, "the value and the gradient of log"),
        Criterion("tanh", 1, "the value and the gradient of tanh"),
        Criterion("relu", 1, "the value and the gradient of relu"),
        Criterion("shared", 1, "the gradient of a node that is used twice"),
        Criterion("order", 1, "the gradients where a node has to wait for its users"),
        Criterion("deep", 1, "the gradients where the graph is long: a chain of 10,000 nodes, and 50 steps that share nodes"),
        Criterion("again", 1, "the gradients of a second backward pass"),
    ),
    cases=cases,
    expected=expected,
    probe="node",
    returns=1,
    mistakes=(
        Mistake("`backward` calls itself once for each link of a chain",
                "Python stops a recursion about 1,000 calls deep. A list of the nodes that wait, and a loop, know no such limit.",
                f"{BEGIN} → graphs.recursive_order([self], lambda v: v.parents); {BEGIN}"),
        Mistake("`backward` walks along every path",
                "Each step that shares nodes doubles the number of paths: after 50 steps there are 10¹⁵. How many nodes are there? Let "
                "each of them hand on once, when its sum is complete.",
                f"{BEGIN} → return along_every_path(self); {BEGIN}"),
        Mistake("a second share replaces the first, where the two have to be added",
                "∂ℓ/∂u is a sum over Γ(u). What becomes of the first share when the second one arrives?",
                "u.grad += → u.grad ="),
        Mistake("a share is the slope alone, without ∂ℓ/∂v",
                "A share is ∂ℓ/∂v · ∂v/∂u. Where is ∂ℓ/∂v kept?",
                "v.grad * slope → slope"),
        Mistake("the value of a node stands where its gradient belongs",
                "A share is ∂ℓ/∂v · ∂v/∂u. Where is ∂ℓ/∂v kept?",
                "v.grad * slope → v.value * slope"),
        Mistake("no share but 0 arrives at the inputs",
                "Print `v.grad` and the slope for every share. Is one of them 0? Is ℓ's own gradient 1 by then, and not set back to 0 "
                "again? Does every operation hand its parents over, and does every node get its turn?",
                "self.grad = 1.0 → "),
        Mistake("the backward pass starts from the value of ℓ, and not from 1",
                "How much does ℓ move when ℓ moves by a little h?",
                "self.grad = 1.0 → self.grad = self.value"),
        Mistake("the base case is set at every node, and not at ℓ alone",
                "∂ℓ/∂ℓ = 1 holds for one node. (If you call `backward` on a parent, it takes itself for ℓ.)",
                "ready.append(u) → ready.append(u)\n                u.grad = 1.0"),
        Mistake("only the first operand of an operation gets a share",
                "a + b has two parents. Does your loop come to both?",
                ("waiting.pop().parents → waiting.pop().parents[:1]", f"{ARROWS} → zip(v.parents[:1], v.slopes[:1], strict=True)")),
        Mistake("an operation returns nothing",
                "Every operation makes a new node. What do you do with it?",
                spoilt("return Node(self.value + → Node(self.value +",
                        "return Node(self.value * → Node(self.value *",
                        "return Node(self.value**p → Node(self.value**p",
                        'return Node(value, (self,), (value,), "exp" → Node(value, (self,), (value,), "exp"',
                        "return Node(np.log → Node(np.log",
                        "return Node(value, (self,), (1 - → Node(value, (self,), (1 -",
                        "return Node(max → Node(max")),
        Mistake("an operation returns a plain number, and not a node",
                "What does an operation have to return, so that `backward` finds the way back from it?",
                spoilt("return Node(self.value + other.value, → return self.value + other.value; (",
                        "return Node(self.value * other.value, → return self.value * other.value; (",
                        "return Node(self.value**p, → return self.value**p; (",
                        'return Node(value, (self,), (value,), "exp") → return value',
                        "return Node(np.log(self.value), → return np.log(self.value); (",
                        "return Node(value, (self,), (1 - → return value; ((self,), (1 -",
                        "return Node(max(self.value, 0.0), → return max(self.value, 0.0); (")),
        Mistake("an operation calls itself",
                "`self` is a node, and `self.value` the plain number in it. Which of the two do you compute with?",
                spoilt("return Node(self.value + → return self + other or Node(self.value +",
                        "return Node(self.value * → return self * other or Node(self.value *",
                        "return Node(self.value**p → return self**p or Node(self.value**p",
                        "value = np.exp( → value = self.exp() or np.exp(",
                        "return Node(np.log → return self.log() or Node(np.log",
                        "value = np.tanh( → value = self.tanh() or np.tanh(",
                        "return Node(max → return self.relu() or Node(max")),
        Mistake("the parents of a new node are numbers, and not nodes",
                "`Node(value, parents, slopes, text)`: the parents are nodes, the slopes are numbers. Does each stand in its place?",
                spoilt("(self, other), (1.0 → (self.value, other.value), (1.0",
                        "(self, other), (other → (self.value, other.value), (other",
                        "(self,), (p → (self.value,), (p",
                        "(self,), (value,) → (value,), (self,)",
                        "(self,), (1 / → (self.value,), (1 /",
                        "(self,), (1 - value**2,) → (1 - value**2,), (self,)",
                        "(self,), (float → (self.value,), (float")),
        Mistake("the one parent is handed over without the comma of a tuple",
                "`(self)` is self in brackets. What makes a tuple of it?",
                spoilt("(self,), (p → (self), (p",
                        "(self,), (value,) → (self), (value,)",
                        "(self,), (1 / → (self), (1 /",
                        "(self,), (1 - → (self), (1 -",
                        "(self,), (float → (self), (float")),
        Mistake("the one slope is handed over without the comma of a tuple",
                "`(2.5)` is a number in brackets. What makes a tuple of it?",
                spoilt("(p - 1),) → (p - 1))",
                        '(value,), "exp" → (value), "exp"',
                        "(1 / self.value,) → (1 / self.value)",
                        "(1 - value**2,) → (1 - value**2)",
                        "(float(self.value > 0),) → (float(self.value > 0))")),
        Mistake("a sum is given the slopes of a product",
                "Move a by a little h: by how much does a + b move? Does b matter?",
                spoilt("(1.0, 1.0) → (other.value, self.value)")),
        Mistake("the slopes of a sum are its terms",
                "Move a by a little h: by how much does a + b move?",
                spoilt("(1.0, 1.0) → (self.value, other.value)")),
        Mistake("a product is given the slopes of a sum",
                "Move a by a little h: by how much does 5 · a move?",
                spoilt("(other.value, self.value) → (1.0, 1.0)")),
        Mistake("each factor of a product gets its own value as its slope",
                "Move a by a little h: by how much does a · b move?",
                spoilt("(other.value, self.value) → (self.value, other.value)")),
        Mistake("the power keeps its exponent when it is differentiated",
                "The slope of x² is a straight line. Which power of x is that?",
                spoilt("p * self.value ** (p - 1) → p * self.value**p")),
        Mistake("1 is taken from the slope, and not from the exponent",
                "Python takes `x ** p - 1` for (x ** p) - 1.",
                spoilt("p * self.value ** (p - 1) → p * self.value**p - 1")),
        Mistake("the exponent is not brought down in front of the power",
                "At x = 1, the slope of x² and that of x³ are not the same.",
                spoilt("p * self.value → self.value")),
        Mistake("the exponent is lowered before it is brought down",
                "Which number stands in front of the slope of x³, 3 or 2?",
                spoilt("p * self.value ** (p - 1) → (p - 1) * self.value ** (p - 1)")),
        Mistake("the power is gone from its slope, and only p · x is left",
                "The slope of x³ is no straight line. Which power of x is it?",
                spoilt("p * self.value ** (p - 1) → p * self.value")),
        Mistake("every power is given the slope of a square",
                "2x is the slope of x². Where does p come in?",
                spoilt("p * self.value ** (p - 1) → 2 * self.value")),
        Mistake("a power is given the slope of relu",
                "Which function has a slope that is 1 on one side and 0 on the other?",
                spoilt("p * self.value ** (p - 1) → float(self.value > 0)")),
        Mistake("the slope of exp is its input",
                "exp is its own derivative: what is its slope at 0?",
                spoilt('(value,), "exp" → (self.value,), "exp"')),
        Mistake("exp is differentiated like a power",
                "The rule for xᵖ has x below and a number above. Which of the two moves in eˣ?",
                spoilt('(value,), "exp" → (self.value * np.exp(self.value - 1),), "exp"')),
        Mistake("the slope of exp is 1", "At 0 it is. Is the curve as flat as that at 3, too?", spoilt('(value,), "exp" → (1.0,), "exp"')),
        Mistake("the slope of exp is taken at its output, and not at its input",
                "exp is its own derivative. You have that number already, and need no exp of it.",
                spoilt('(value,), "exp" → (np.exp(min(value, 700.0)),), "exp"')),
        Mistake("the slope of log is made from its output, and not from its input",
                "Near which number is the curve of log steepest: where its input is small, or where its output is?",
                spoilt("1 / self.value → 1 / np.log(self.value)")),
        Mistake("the slope of log is its input, and not one over it",
                "log gets flatter the further out you are. Does your slope fall, too?",
                spoilt("1 / self.value → self.value")),
        Mistake("the slope of log is one over the square of its input",
                "That is the slope of 1/x, but for its sign. And that of log?",
                spoilt("1 / self.value → 1 / self.value**2")),
        Mistake("the square is missing in the slope of tanh",
                "tanh is as steep at -2 as at 2. Is your slope the same there, too?",
                spoilt("1 - value**2 → 1 - value")),
        Mistake("tanh is taken twice in its slope",
                "You have tanh(x) already: is it squared as it is, or is tanh taken of it once more?",
                spoilt("1 - value**2 → 1 - np.tanh(value) ** 2")),
        Mistake("tanh is given the slope of the sigmoid",
                "s · (1 - s) belongs to the sigmoid. How steep is tanh at 0, where it is 0?",
                spoilt("1 - value**2 → value * (1 - value)")),
        Mistake("the slope of tanh is made from its input, and not from its output",
                "What you squared can be larger than 1, and then the slope is negative. Does tanh ever fall?",
                spoilt("1 - value**2 → 1 - self.value**2")),
        Mistake("the slope of relu is its value",
                "Right of 0, relu is the straight line y = x. How steep is it at x = 5?",
                spoilt("float(self.value > 0) → max(self.value, 0.0)")),
        Mistake("the slope of relu is its input",
                "Right of 0, relu is the straight line y = x. How steep is it at x = 5, and how steep left of 0?",
                spoilt("float(self.value > 0) → self.value")),
        Mistake("relu hands the gradient on for negative inputs, too",
                "Left of 0, how much does the output move when the input does?",
                spoilt("float(self.value > 0) → 1.0")),
        Mistake("the two sides of relu have changed places in its slope",
                "On which side of 0 does relu move with its input?",
                spoilt("float(self.value > 0) → float(self.value <= 0)")),
        Mistake("the value of relu is its input, on both sides of 0", "What is relu at -3?", spoilt("max(self.value, 0.0), → self.value,")),
        Mistake("the nodes hand on their gradients breadth first, some of them too early",
                EARLY,
                ("ready.pop() → ready.pop(0)", f"{COMPLETE} → if uses.pop(u, None):")),
        Mistake("the nodes hand on their gradients as they are taken from the list, some of them too early",
                EARLY,
                f"{COMPLETE} → if uses.pop(u, None):"),
        Mistake("the nodes hand on their gradients depth first, some of them too early", EARLY, f"{NEXT} → for v in depth_first(self):"),
        Mistake("a node hands on its whole gradient each time that a share arrives",
                "How often does a node with two users hand on its gradient? And how much of it had been handed on before?",
                f"{COMPLETE} → if True:"),
        Mistake("only the parents of ℓ are given a share",
                "At the start only ∂ℓ/∂ℓ is known. Which nodes can hand on next, and does your loop come to them, after ℓ?",
                f"{NEXT} → for v in reversed(uses):"),
        Mistake("a count goes up by 1 before it has been set to 0",
                "The first walk comes to a node for the first time. What is in `uses` for it then?",
                "uses[u] = 0 → pass"),
        Mistake("the gradients of an earlier `backward` are still there",
                "A training loop calls `backward` again and again, on the same parameters. What has to be in `grad` before the first "
                "share?",
                "u.grad = 0.0 → pass"),
        Mistake("only the inputs are set back to 0, and the nodes on the way keep what an earlier `backward` left there",
                "A node that two results are made from has a `grad` of its own. What is in it when the second `backward` begins?",
                "u.grad = 0.0 → u.grad = u.grad if u.parents else 0.0"),
        Mistake("the gradient of ℓ itself is added to what an earlier `backward` left there",
                "What is ∂ℓ/∂ℓ, the first time that you ask, and the second time?",
                ("u.grad = 0.0 → u.grad = u.grad if u is self else 0.0", "self.grad = 1.0 → self.grad += 1.0")),
        Mistake("the nodes of an earlier `backward` are taken for done already",
                "Your nodes remember that a walk has been there. Which walk was it, this one or the one before?",
                ("waiting.append(u) → vars(u).get('met') or waiting.append(u)",
                 "u.grad = 0.0 → u.grad = u.grad if vars(u).get('met') else 0.0",
                 f"{ARROWS} → {ARROWS} if not vars(v).get('met') else ()",
                 "ready.append(u) → ready.append(u)\n        for u in uses:\n            u.met = True")),
        Mistake("two arrows between the same two nodes are counted as one",
                "In a · a two arrows run from a to the product. In a set or a dictionary, how many are left?",
                ("waiting.pop().parents → set(waiting.pop().parents)", f"{ARROWS} → dict({ARROWS}).items()")),
        Mistake("a plain number beside a node is taken for a node",
                "In a + 2.5 the 2.5 has no `value`. What does `Node.of` make of it?",
                "return x if isinstance(x, Node) else Node(x) → return x"),
    ),
)
