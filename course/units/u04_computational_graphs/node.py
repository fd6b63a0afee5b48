"""`Node`: an engine, numbers that remember how they were computed."""

from __future__ import annotations

import cmath
from collections.abc import Callable, Iterator

import numpy as np

from course.judging.exercise import Array, Case, Criterion, Exercise, Expected, Finding, Mistake, Property
from course.judging.probes import Formula, arguments
from course.judging.thresholds import DOUBLE
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
        """Leave ∂ℓ/∂u, where ℓ is this node, in the grad of every node u that it was computed from. Not recursive.

        What an earlier backward left there is forgotten, not added to.
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
        ("relu", "a, b: a.relu() * b", sized),
        ("shared", "a: a + a", signed),
        ("shared", "a: a * a", signed),
        ("shared", "a, b: a * b + a", signed),
        ("order", "a, b: [c := a * b, c + c * a][-1]", signed),
        ("order", "a, b: [c := a * b, c * b + c][-1]", signed),
        ("order", "a, b: [c := a * b, d := c * a + b, d * a + c][-1]", signed),
        ("order", "a, b: [c := a + b, d := c * c, e := d * b + c, e * d][-1]", signed),
        ("deep", f"a: [a := a.relu() for _ in range({graphs.DEEP})][-1]", sized),
        ("again", "a, b: [(a * b).backward(), a * b + a][-1]", signed),
        ("again", "a, b: [c := a * b, (c * a).backward(), c * b + a][-1]", signed),
    ]
    for criterion, formula, draw in formulas:
        names, _, body = formula.partition(": ")
        inputs = {"values": draw(len(names.split(", "))), "formula": Formula(f"lambda {formula}")}
        yield Case(in_steps(body) if criterion != "deep" else f"{graphs.DEEP:,} times a = a.relu()", inputs, criteria=(criterion,))


def in_steps(body: str) -> str:
    """A formula as a student reads it.

    >>> in_steps("[c := a * b, c + a][-1]")
    'c = a * b; c + a'
    """
    return body.removeprefix("[").removesuffix("][-1]").replace(", ", "; ").replace(":=", "=")


def expected(case: Case) -> dict[str, Expected | Property]:
    values, formula = arguments(case.inputs)
    right = value_and_gradient(formula, values)
    if case.criteria == ("deep",):  # its depth alone is in question: to try every mistake on such a chain would take a while
        return {"deep": Property(lambda got: deep_finding(got, right, case))}
    entries = ("its value", *(f"∂ℓ/∂{name}" for name in case.inputs["formula"].text.removeprefix("lambda ").partition(":")[0].split(", ")))
    return {criterion: Expected(right, entries=entries) for criterion in case.criteria}


def deep_finding(got: Array, right: Array, case: Case) -> Finding | None:
    """What is wrong with the value and the gradient at the end of a long chain, or None."""
    if got.shape == right.shape and np.isclose(got, right, rtol=DOUBLE, atol=0).all():
        return None
    fact = f"value and ∂ℓ/∂a are {got.tolist()}, and {right.tolist()} is right (case “{case.name}”)."
    return Finding(fact, "Does a chain of three nodes come out right? See what the other criteria say first.")


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


NEXT = "while ready:\n            v = ready.pop()"
ARROWS = "zip(v.parents, v.slopes, strict=True)"
COMPLETE = "uses[u] -= 1\n                if uses[u] == 0:"
EARLY = "When v hands on its gradient, everybody who uses v must have given their shares. How many users has it, and how many are done?"

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
        Criterion("deep", 1, "the gradients of a chain of 10,000 nodes"),
        Criterion("again", 1, "the gradients of a second backward pass"),
    ),
    cases=cases,
    expected=expected,
    probe="node",
    returns=1,
    mistakes=(
        Mistake("`backward` calls itself once for each link of a chain",
                "Python stops a recursion about 1,000 calls deep. A list of the nodes that wait, and a loop, know no such limit.",
                "uses, waiting = {self: 0} → graphs.recursive_order([self], lambda v: v.parents); uses, waiting = {self: 0}"),
        Mistake("a second share replaces the first, where the two have to be added",
                "∂ℓ/∂u is a sum over Γ(u). What becomes of the first share when the second one arrives?",
                "u.grad += → u.grad ="),
        Mistake("the upstream is left out",
                "A share is a product of two things, ∂ℓ/∂v and ∂v/∂u. Which of them is missing?",
                "v.grad * slope → slope"),
        Mistake("the base case is missing",
                "Where does the first number that is not 0 come from? The notes say it in one line, before the backward pass begins.",
                "self.grad = 1.0 → "),
        Mistake("each factor of a product gets its own value as its slope",
                "Move a by a little h: by how much does a · b move?",
                "(other.value, self.value) → (self.value, other.value)"),
        Mistake("the power keeps its exponent when it is differentiated",
                "The slope of x² is a straight line. Which power of x is that?",
                "p * self.value ** (p - 1) → p * self.value**p"),
        Mistake("1 is taken from the slope, and not from the exponent",
                "Python takes `x ** p - 1` for (x ** p) - 1.",
                "p * self.value ** (p - 1) → p * self.value**p - 1"),
        Mistake("the exponent is not brought down in front of the power",
                "At x = 1, the slope of x² and that of x³ are not the same.",
                "p * self.value → self.value"),
        Mistake("the slope of exp is taken at its output, and not at its input",
                "exp is its own derivative. You have that number already, and need no exp of it.",
                '(value,), "exp" → (np.exp(min(value, 700.0)),), "exp"'),
        Mistake("the slope of log is made from its output, and not from its input",
                "Near which number is the curve of log steepest: where its input is small, or where its output is?",
                "1 / self.value → 1 / np.log(self.value)"),
        Mistake("the slope of tanh is made from its input, and not from its output",
                "What you squared can be larger than 1, and then the slope is negative. Does tanh ever fall?",
                "1 - value**2 → 1 - self.value**2"),
        Mistake("the slope of relu is its value",
                "Right of 0, relu is the straight line y = x. How steep is it at x = 5?",
                "float(self.value > 0) → max(self.value, 0.0)"),
        Mistake("relu hands the gradient on for negative inputs, too",
                "Left of 0, how much does the output move when the input does?",
                "float(self.value > 0) → 1.0"),
        Mistake("the nodes hand on their gradients breadth first, some of them too early",
                EARLY,
                ("ready.pop() → ready.pop(0)", f"{COMPLETE} → if uses.pop(u, None):")),
        Mistake("the nodes hand on their gradients as they come off a stack, some of them too early",
                EARLY,
                f"{COMPLETE} → if uses.pop(u, None):"),
        Mistake("the nodes hand on their gradients depth first, some of them too early", EARLY, f"{NEXT} → for v in depth_first(self):"),
        Mistake("a node hands on its whole gradient each time that a share arrives",
                "How often does a node with two users hand on its gradient? And how much of it had been handed on before?",
                f"{COMPLETE} → if True:"),
        Mistake("the nodes are visited from the inputs to the loss",
                "At the start only ∂ℓ/∂ℓ is known. Which nodes can be done next?",
                f"{NEXT} → for v in reversed(uses):"),
        Mistake("the gradients of an earlier `backward` are still there",
                "A training loop calls `backward` again and again, on the same parameters. What has to be in `grad` before the first "
                "share?",
                "u.grad = 0.0 → pass"),
        Mistake("only the inputs are set back to 0, and the nodes on the way keep what an earlier `backward` left there",
                "A node that two results are made from has a `grad` of its own. What is in it when the second `backward` begins?",
                "u.grad = 0.0 → u.grad = u.grad if u.parents else 0.0"),
        Mistake("two arrows between the same two nodes are counted as one",
                "In a · a two arrows run from a to the product. In a set or a dictionary, how many are left?",
                ("waiting.pop().parents → set(waiting.pop().parents)", f"{ARROWS} → dict({ARROWS}).items()")),
        Mistake("a plain number beside a node is taken for a node",
                "In a + 2.5 the 2.5 has no `value`. What does `Node.of` make of it?",
                "return x if isinstance(x, Node) else Node(x) → return x"),
    ),
)
