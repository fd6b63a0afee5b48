"""Small variations of a right answer: what is tried where none of the exercise's own mistakes explains what was returned.

The catalogue of an exercise holds the mistakes that somebody thought of. Most of the others are small, too: a factor is left out, an
axis is another, two inputs have changed places. Each place of the right answer's source where such a thing can happen gives one
variation, a mistake like any other, with a name that says what its numbers show. The idea is that of mutation testing (DeMillo,
Lipton and Sayward, 1978), turned round: there an unknown test is tried with known faults, here an unknown fault is looked for.
"""

import ast
import contextlib
import functools
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, combinations, pairwise, permutations
from typing import Any

import numpy as np

from course.judging.answered import Answered
from course.judging.diagnosis import agreement, mistake_in
from course.judging.edits import compiled, text_kept
from course.judging.exercise import Mistake
from course.judging.lines import Lines
from course.judging.thresholds import LEAST_NUMBERS

Place = tuple[int, int]  # a line, counted from one, and a column in bytes
Span = tuple[Place, Place]

MOST = 500  # variations of one right answer: those of names, which come last, grow with the square of its length
MOST_ANSWERS = 100  # whose variations are kept
LONGEST = 24  # characters of an expression that is quoted
GIVEN = frozenset({"np", "len", "abs", "sum", "range"})  # names that everybody knows

SUMS = "Summed, or averaged: which of them does the formula ask for?"
FACTOR = "Write the formula down, and put your line beside it: is every factor there, and once?"
TERM = "Write the formula down, and put your line beside it: is every term there, with its sign?"
ORDER = "Write the shapes under the formula: which side does each thing stand on?"
AXIS = "Say in words what is summed over, or compared: the rows, or the columns?"
INPUT = "Look at every place where an input is used: is it the one that the formula names?"
STEP = "Go through the steps with a pencil: what does each name hold when it is used?"
LOOP = "Write down which turns the loop takes, the first and the last above all."
INTEGERS = "Which type do your arrays have? Into whole numbers NumPy puts whole numbers only."
ARGUMENTS = "Some functions treat their arguments differently: which belongs in the first place, and which in the second?"
IN_PLACE = "`a += b`, `a -= b`, `a[...] = b` and `out=` write into the array they are given: write `a = a + b`, or copy first."
TIE = "What has to happen in each of the cases, and when the two are equal?"

WORDS = {
    "sum": "the sum",
    "mean": "the mean",
    "max": "the largest",
    "min": "the smallest",
    "argmax": "the place of the largest",
    "argmin": "the place of the smallest",
    "maximum": "the larger",
    "minimum": "the smaller",
    "zeros": "zeros",
    "ones": "ones",
}
OTHERS = {"sum": "mean", "mean": "sum", "max": "min", "min": "max", "argmax": "argmin", "argmin": "argmax"}
OTHERS |= {"maximum": "minimum", "minimum": "maximum", "zeros": "ones", "ones": "zeros"}
PLAIN = {"exp": "the exponential", "log": "the logarithm", "sqrt": "the square root", "cbrt": "the cube root"}
PLAIN |= {"abs": "the absolute value", "copy": "a copy", "isfinite": "the question whether it is finite"}
PLAIN_HINTS = {"copy": IN_PLACE, "isfinite": TIE}  # others have a place in a formula
COMPARISONS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
TIED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True)
class Source:
    """The names in a right answer: of what it is given, and its own; and the words of its docstring, which a student knows, too."""

    given: frozenset[str]
    own: frozenset[str]
    words: frozenset[str]

    @property
    def known(self) -> frozenset[str]:
        """The names that a student may read."""
        return self.given | self.own & self.words

    def purpose(self, assignment: ast.AST | None) -> str:
        """What an assignment is made for, as the end of a sentence, where a student knows its name."""
        targets = assignment.targets if isinstance(assignment, ast.Assign) else [getattr(assignment, "target", None)]
        name = targets[0].id if isinstance(targets[0], ast.Name) else ""
        return f", on the way to `{name}`" if name in self.known else ""

    def of(self, node: ast.AST) -> str:
        """The text of a part of it, in parentheses where it is more than a name."""
        text = ast.unparse(node)
        return text if isinstance(node, (ast.Name, ast.Constant, ast.Call, ast.Subscript, ast.Attribute)) else f"({text})"

    def quoted(self, node: ast.AST, otherwise: str) -> str:
        """A part of it as a student may read it: quoted where it is short and holds known names alone, else in other words."""
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        text = ast.unparse(node)
        return f"`{text}`" if names - GIVEN and names <= self.known | GIVEN and len(text) <= LONGEST else otherwise


@dataclass(frozen=True)
class Variation:
    """One part of the source, what stands in its place, and what that is called."""

    span: Span
    text: str
    name: str
    hint: str


def span(node: ast.expr | ast.stmt) -> Span:
    """Where a part begins and where it ends."""
    return (node.lineno, node.col_offset), end_of(node)


def end_of(node: ast.expr | ast.stmt) -> Place:
    """Where a part ends: a parser knows it of every part."""
    return node.end_lineno or node.lineno, node.end_col_offset or node.col_offset


def variation_in(answered: Sequence[Answered], everything: Sequence[Answered], lines: Lines) -> Mistake | None:
    """The variation of the right answer that explains a criterion, case by case, and the most of what was returned besides.

    `answered` is what was returned for the criterion, `everything` for all, `lines` what may be tried. None where no variation does,
    where the numbers are too few to tell, or where trying takes too many lines.
    """
    telling = sorted((one for one in answered if one.telling and not one.nearly_right), key=lambda one: one.case.size)
    if not can_tell(telling):
        return None
    first = telling[0]
    fitting = [mistake for mistake in variations(first.exercise.right) if (lines.counted(partial(agreement, mistake, first)) or [False])[0]]
    mistake, _ = lines.counted(partial(mistake_in, first, everything, fitting)) or (None, False)
    return mistake


def can_tell(telling: Sequence[Answered]) -> bool:
    """Whether what was returned holds wrong numbers enough: a few that are 0 or 1 come out in many ways."""
    wrong: set[float] = set()
    for one in telling:
        got, right = np.asarray(one.got), np.asarray(one.expected.value)
        wrong |= set((got[got != right] if got.shape == right.shape else got).ravel().tolist())
    return len(wrong - {0, 1}) >= LEAST_NUMBERS


@functools.lru_cache(MOST_ANSWERS)
def variations(right: Callable[..., Any]) -> tuple[Mistake, ...]:
    """Every variation of a right answer, as mistakes: each text once, under the first name it is found by."""
    text = text_kept(right)
    tree = ast.parse(text)
    words = set(re.findall(r"\b(?:[A-Z]|\w\w+)\b", inspect.getdoc(right) or ""))
    given = {argument.arg for part in ast.walk(tree) if isinstance(part, ast.arguments) for argument in part.args}
    made: dict[str, Mistake] = {}
    own = {part.id for part in ast.walk(tree) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    source = Source(frozenset(given - {"self"}), frozenset(own - given - {"_"}), frozenset(words))
    for one in of_tree(tree, source):
        varied = replaced(text, one)
        if varied not in made:
            with contextlib.suppress(SyntaxError):
                made[varied] = Mistake(one.name, one.hint, compiled(right, varied))
            if len(made) == MOST:
                break
    return tuple(made.values())


def replaced(text: str, one: Variation) -> str:
    """The source with a variation in it."""
    starts = [0, *accumulate(len(line.encode()) for line in text.splitlines(keepends=True))]
    data = text.encode()  # the columns of a syntax tree count bytes
    first, last = (starts[line - 1] + column for line, column in one.span)
    return (data[:first] + one.text.encode() + data[last:]).decode()


def of_tree(tree: ast.AST, source: Source) -> Iterator[Variation]:
    """The variations of every part of a tree: those of whole inputs, of operations, of names."""
    parts = [(node, source.purpose(within)) for node, within in parts_of(tree)]
    for kind, of in KINDS:
        for node, purpose in parts:
            if isinstance(node, kind):
                for one in of(node, source):
                    yield replace(one, name=one.name + purpose) if "`" not in one.name else one


def parts_of(tree: ast.AST, within: ast.AST | None = None) -> Iterator[tuple[ast.AST, ast.AST | None]]:
    """Every part of a tree, with the assignment that it is a part of."""
    for node in ast.iter_child_nodes(tree):
        yield node, within
        yield from parts_of(node, node if isinstance(node, (ast.Assign, ast.AugAssign)) else within)


def of_inputs(function: ast.FunctionDef, source: Source) -> Iterator[Variation]:
    """Inputs that are not what they seem: left out, fixed, turned round, cut short."""
    before = partial(first, function)
    for name in inputs_of(function):
        for value in (0, 1):
            fixed = f"{name} = {value} if np.ndim({name}) == 0 else np.full(np.shape({name}), {value}.0)"
            yield before(fixed, f"`{name}` is {value}, whatever is given", INPUT)
        for number in (2, 0.5, 10):  # nobody puts a 10 into each entry of an array
            yield before(f"{name} = 0 * float({name}) + {number}", f"`{name}` is {number}, whatever is given", INPUT)
        yield before(f"{name} = -{name}", f"the sign of `{name}` is turned round", TERM)
        yield before(f"{name} = {name} ** 2", f"`{name}` is squared first", FACTOR)
        yield before(f"{name} = abs({name})", f"the sign of `{name}` is lost", TERM)
        yield before(f"{name} = np.maximum({name}, 0)", f"what is negative in `{name}` is lost", TERM)
        yield before(f"{name} = np.asarray({name}).astype(int)", f"`{name}` is cut to whole numbers", INTEGERS)
        yield before(f"{name} = np.asarray({name}).T", f"`{name}` is transposed", ORDER)
        yield before(f"{name} = {name}[1:]", f"the first of `{name}` is left out", LOOP)
        yield before(f"{name} = {name}[:-1]", f"the last of `{name}` is left out", LOOP)


def of_scales(function: ast.FunctionDef, source: Source) -> Iterator[Variation]:
    """Inputs multiplied or divided by what is no factor of theirs, or exchanged for one another."""
    names = inputs_of(function)
    for name in names:
        yield first(function, f"{name} = {name} / np.size({name})", f"`{name}` is divided by how many numbers it holds", SUMS)
        yield first(function, f"{name} = {name} / len({name})", f"`{name}` is divided by its length", SUMS)
    for one, other in combinations(names, 2):
        yield first(function, f"{one}, {other} = {other}, {one}", f"`{one}` and `{other}` have changed places", INPUT)
    for one, other in permutations(names, 2):
        yield first(function, f"{one} = {one} * {other}", f"`{one}` is multiplied by `{other}`, too", FACTOR)
        yield first(function, f"{one} = {one} / {other}", f"`{one}` is divided by `{other}`, too", FACTOR)
        yield first(function, f"{one} = {one} / len({other})", f"`{one}` is divided by the length of `{other}`, too", FACTOR)


def inputs_of(function: ast.FunctionDef) -> list[str]:
    """The names of what a function is given."""
    return [argument.arg for argument in function.args.args if argument.arg != "self"]


def first(function: ast.FunctionDef, statement: str, name: str, hint: str) -> Variation:
    """A statement before all others of a function."""
    body = function.body[1:] if ast.get_docstring(function) and function.body[1:] else function.body
    place = (body[0].lineno, body[0].col_offset)
    return Variation((place, place), f"{statement}\n{' ' * body[0].col_offset}", name, hint)


def of_operation(node: ast.BinOp, source: Source) -> Iterator[Variation]:
    """A sum, a product, a power: a part that is missing or there twice, another sign, the other way round."""
    a, b = source.of(node.left), source.of(node.right)
    first, second = (source.quoted(side, "") for side in (node.left, node.right))

    def other(text: str, name: str, hint: str) -> Variation:
        return Variation(span(node), f"({text})", name, hint)

    match node.op:
        case ast.Add():
            yield other(f"{a} - {b}", f"{second or 'the last term of a sum'} is subtracted, not added", TERM)
            yield other(a, f"{second or 'the last term of a sum'} is left out", TERM)
            yield other(b, f"{first or 'the first term of a sum'} is left out", TERM)
            yield other(f"{a} * {b}", f"{second or 'the second term'} is multiplied, not added", TERM)
        case ast.Sub():
            yield other(f"{a} + {b}", f"{second or 'what is subtracted'} is added, not subtracted", TERM)
            yield other(a, f"{second or 'what has to be subtracted'} is not subtracted", TERM)
            yield other(f"{b} - {a}", "a difference is taken the other way round", TERM)
            yield other(f"abs({a} - {b})", "the sign of a difference is lost", TERM)
        case ast.Mult():
            yield other(a, f"the factor {second} is left out" if second else "a factor is left out", FACTOR)
            yield other(b, f"the factor {first} is left out" if first else "a factor is left out", FACTOR)
            yield other(f"{a} * {b} * {b}", f"the factor {second} is there twice" if second else "a factor is there twice", FACTOR)
            yield other(f"{a} * {a} * {b}", f"the factor {first} is there twice" if first else "a factor is there twice", FACTOR)
            yield other(f"{a} / {b}", f"it is divided by {second or 'a factor'}, not multiplied", FACTOR)
            yield other(f"{a} + {b}", f"{second or 'a factor'} is added, not multiplied", FACTOR)
            yield other(f"{a} @ {b}", "a matrix product stands for the product entry by entry", ORDER)
        case ast.Div():
            yield other(a, f"the division by {second} is left out" if second else "a division is left out", FACTOR)
            yield other(f"{a} * {b}", f"it is multiplied by {second or 'what it has to be divided by'}", FACTOR)
            yield other(f"{a} / {b} / {b}", f"it is divided by {second} twice" if second else "a division is done twice", FACTOR)
            yield other(f"{b} / {a}", "the fraction is upside down", FACTOR)
        case ast.Pow():
            yield other(a, "the power is left out", FACTOR)
            yield other(f"{a} ** ({b} - 1)", "the exponent is too small by 1", FACTOR)
            yield other(f"{a} ** ({b} + 1)", "the exponent is too large by 1", FACTOR)
            yield other(f"{a} * {b}", "it is multiplied by the exponent, and not raised to it", FACTOR)
            yield other(f"abs({a})", "the absolute value stands for the power", FACTOR)
        case ast.MatMult():
            yield other(f"{b} @ {a}", "the two sides of a matrix product have changed places", ORDER)
            for left, right in ((f"{a}.T", b), (a, f"{b}.T"), (f"{a}.T", f"{b}.T")):
                yield other(f"{left} @ {right}", "a matrix product has the wrong side transposed", ORDER)
            yield other(f"({b}.T @ {a}.T)", "the result of a matrix product is transposed", ORDER)
            yield other(f"{a} * {b}", "a product entry by entry stands for the matrix product", ORDER)


def of_call(node: ast.Call, source: Source) -> Iterator[Variation]:
    """A function: another one in its place, none at all, its arguments exchanged, another axis."""
    called = node.func
    method = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    of_numpy = isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "np"
    if method in OTHERS and isinstance(called, ast.Attribute):
        end = end_of(called)
        start = (end[0], end[1] - len(method))
        yield Variation((start, end), OTHERS[method], f"{WORDS[OTHERS[method]]} is taken, and not {WORDS[method]}", SUMS)
    inside = node.args[0] if node.args else called.value if isinstance(called, ast.Attribute) and not of_numpy else None
    if method in PLAIN and inside is not None:
        yield Variation(span(node), source.of(inside), f"{PLAIN[method]} is left out", PLAIN_HINTS.get(method, FACTOR))
    if method == "maximum" and inside is not None and ast.unparse(node.args[-1]) in ("0", "0.0"):
        yield Variation(span(node), source.of(inside), "negative numbers are let through", "Which numbers does ReLU let through?")
    for one, other in pairwise(node.args):
        swapped = f"{source.of(other)}, {source.of(one)}"
        yield Variation((span(one)[0], span(other)[1]), swapped, "two arguments of a function have changed places", ARGUMENTS)
    for keyword in node.keywords:
        if keyword.arg == "axis":
            for axis, over in (("0", "axis 0"), ("1", "axis 1"), ("None", "all axes")):
                yield Variation(span(keyword.value), axis, f"{WORDS.get(method, 'what runs along an axis')} is taken over {over}", AXIS)


def of_transpose(node: ast.Attribute, source: Source) -> Iterator[Variation]:
    """A transpose that is left out."""
    if node.attr == "T":
        yield Variation(span(node), source.of(node.value), f"{source.quoted(node.value, 'a matrix')} is not transposed", ORDER)


def of_comparison(node: ast.Compare, source: Source) -> Iterator[Variation]:
    """A comparison that decides a tie the other way, or everything."""
    sign = COMPARISONS.get(type(node.ops[0]))
    if sign and len(node.ops) == 1:
        a, b = source.of(node.left), source.of(node.comparators[0])
        yield Variation(span(node), f"({a} {TIED[sign]} {b})", "a tie is decided the other way", TIE)
        yield Variation(span(node), f"({a} {TURNED[sign]} {b})", "a comparison is the wrong way round", TIE)


def of_choice(node: ast.BoolOp, source: Source) -> Iterator[Variation]:
    """`and` for `or`, and one of the conditions left out."""
    texts = [source.of(value) for value in node.values]
    joined = " or " if isinstance(node.op, ast.And) else " and "
    yield Variation(span(node), f"({joined.join(texts)})", f"`{joined.strip()}` joins two conditions", TIE)
    for i, value in enumerate(node.values):
        rest = (" and " if isinstance(node.op, ast.And) else " or ").join(texts[:i] + texts[i + 1 :])
        yield Variation(span(node), f"({rest})", f"the condition {source.quoted(value, '')} is left out".replace("  ", " "), TIE)


def of_sign(node: ast.UnaryOp, source: Source) -> Iterator[Variation]:
    """A minus, or a `not`, that is left out."""
    if isinstance(node.op, (ast.USub, ast.Not)) and not isinstance(node.operand, ast.Constant):
        what = "a minus sign" if isinstance(node.op, ast.USub) else "a `not`"
        yield Variation(span(node), source.of(node.operand), f"{what} is left out", TERM)


def of_name(node: ast.Name, source: Source) -> Iterator[Variation]:
    """One input where another belongs."""
    if isinstance(node.ctx, ast.Load) and node.id in source.known:
        for value, text in (("0", f"(0 * {node.id})"), ("1", f"(0 * {node.id} + 1)")):
            yield Variation(span(node), text, f"`{node.id}` is taken for {value} in one place", INPUT)
        for other in sorted(source.known - {node.id}):
            yield Variation(span(node), other, f"`{other}` stands where `{node.id}` belongs", INPUT)
        for other in sorted(source.own - source.known):
            yield Variation(span(node), other, f"an intermediate result stands where `{node.id}` belongs", INPUT)


def of_subscript(node: ast.Subscript, source: Source) -> Iterator[Variation]:
    """The last in place of the first, the first in place of the last, indices exchanged."""
    index, of = node.slice, source.quoted(node.value, "a list")
    text = ast.unparse(index)
    if text in ("0", "-1"):
        first, last = ("first", "last") if text == "-1" else ("last", "first")
        yield Variation(span(index), "0" if text == "-1" else "-1", f"the {first} of {of} is taken, not the {last}", LOOP)
    if isinstance(index, ast.Tuple) and len(index.elts) == 2:
        turned = ", ".join(ast.unparse(part) for part in reversed(index.elts))
        yield Variation(span(index), turned, f"the two indices of {of} have changed places", ORDER)


def of_added(node: ast.AugAssign, source: Source) -> Iterator[Variation]:
    """`=` for `+=`, the wrong sign, twice."""
    target, value = ast.unparse(node.target), source.of(node.value)
    if isinstance(node.op, (ast.Add, ast.Sub)):
        sign, other = ("+", "-") if isinstance(node.op, ast.Add) else ("-", "+")
        yield Variation(span(node), f"{target} = {value}", "the last share takes the place of those before, and is not added to them", STEP)
        yield Variation(span(node), f"{target} {other}= {value}", "a share is counted with the wrong sign", TERM)
        yield Variation(span(node), f"{target} {sign}= 2 * {value}", "a share is counted twice", STEP)


def of_loop(node: ast.For | ast.comprehension, source: Source) -> Iterator[Variation]:
    """Turns of a loop that are left out, or come the other way round."""
    turns = source.of(node.iter)
    for text, name in (
        (f"list({turns})[1:]", "the first turn of a loop is left out"),
        (f"list({turns})[:-1]", "the last turn of a loop is left out"),
        (f"list({turns})[::-1]", "a loop runs the other way round"),
        (f"list({turns})[:1]", "a loop ends after its first turn"),
        (f"list({turns})[-1:]", "only the last turn of a loop counts"),
    ):
        yield Variation(span(node.iter), text, name, LOOP)


def of_body(node: ast.AST, source: Source) -> Iterator[Variation]:
    """A statement left out, or two that have changed places."""
    for block in (getattr(node, name, []) for name in ("body", "orelse")):
        if not isinstance(block, list):
            continue
        simple = [statement for statement in block if isinstance(statement, (ast.Assign, ast.AugAssign, ast.Expr))]
        for statement in simple:
            yield Variation(span(statement), "pass", f"{done_by(statement, source)} is left out", STEP)
        for one, other in pairwise(simple):
            if one.end_lineno == other.lineno - 1:
                gap = "\n" + " " * other.col_offset
                name = f"{done_by(other, source)} comes before {done_by(one, source, 'the step that has to come first')}"
                yield Variation((span(one)[0], span(other)[1]), ast.unparse(other) + gap + ast.unparse(one), name, STEP)


def done_by(statement: ast.stmt, source: Source, otherwise: str = "a step") -> str:
    """What a statement does, in words."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    found = [source.quoted(target, "") for target in targets if target is not None]
    return f"the step that sets {found[0]}" if found and found[0] else otherwise


KINDS: tuple[tuple[Any, Callable[[Any, Source], Iterator[Variation]]], ...] = (  # the plainest first
    (ast.FunctionDef, of_inputs),
    (ast.BinOp, of_operation),
    (ast.Attribute, of_transpose),
    (ast.Call, of_call),
    (ast.Compare, of_comparison),
    (ast.BoolOp, of_choice),
    (ast.UnaryOp, of_sign),
    (ast.AugAssign, of_added),
    (ast.Subscript, of_subscript),
    ((ast.For, ast.comprehension), of_loop),
    ((ast.FunctionDef, ast.For, ast.While, ast.If), of_body),
    (ast.FunctionDef, of_scales),
    (ast.Name, of_name),
)
