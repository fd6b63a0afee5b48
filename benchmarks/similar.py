"""Whether copies are found, and nobody else: classes of students who wrote for themselves, with copies of some of them put in.

    python -m benchmarks.similar [--students 60] [--copies 4] [--seed 7] [UNIT ...]

An honest student takes, for each exercise, one of the right answers in `solutions/` and `course/`, or (one time in five) a wrong one, of
the exercise's mistakes or of `benchmarks/natural`, and writes it in a way of their own: other names, another order, factors the other
way round, `len(X)` for `X.shape[0]`, a variable more. There are some six texts of each right answer, so that honest pairs agree more here
than people do. No answer is run. A copy has been disguised in one of the `DISGUISES`.
"""

import argparse
import ast
import importlib
import inspect
import json
import pkgutil
import random
import tempfile
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder import batch, release, sample
from autograder.instance import Instance
from autograder.similar import in_class
from benchmarks import natural
from course.judging.edits import Edit, applied, source_text
from course.judging.exercise import Exercise
from course.units import UNITS

NAMES = (
    "res out tmp total val acc s t u v w d delta grad g err diff ret val2 temp mat arr num cnt step z1 a1 h p q prob probs ex sm".split()
)
POINTS = {
    "every example uses the same parameters": (
        "all rows share the same weights",
        "the parameters are used by each sample",
        "b is used N times",
    ),
    "so the contributions are added up": ("that is why we sum", "and the shares are summed", "so you have to take the sum over them"),
    "this is the chain rule over several paths": ("it follows from the multivariate chain rule", "because each path gives a term"),
    "dividing by N comes from the loss": ("the mean is already in the upstream gradient", "the 1/N is part of the loss"),
    "dividing again would be wrong": ("otherwise one averages twice", "with a second mean the step is too small"),
    "the shapes tell which factor is transposed": ("I looked at the shapes to see where to transpose", "(in, N) times (N, out) fits"),
    "for square matrices the shapes do not help": ("when all sizes are equal anything fits", "shapes cannot protect you then"),
    "I checked it with finite differences": ("numerical gradients agree", "comparing with the numerical gradient showed it"),
    "a mean would only scale the gradient": ("averaging changes the learning rate", "the direction stays but the length changes"),
    "with one example both are the same": ("for N = 1 you see no difference", "a batch of one hides the mistake"),
}
ADVERBS = "basically clearly in fact as far as I see of course here again so then simply actually".split()
COMMENTS = (
    "shape of the batch",
    "forward",
    "backward",
    "sum over rows",
    "see the notes",
    "avoid overflow",
    "number of samples",
    "the mask",
    "first part",
)


@dataclass(frozen=True)
class Student:
    """What one student hands in: code by exercise, and a written answer."""

    code: Mapping[str, str]
    text: str


@dataclass
class Writer(ast.NodeTransformer):
    """One way of writing: the habits are drawn once, and kept to four times in five."""

    draw: random.Random
    habits: Counter = field(default_factory=Counter)

    def does(self, habit: str) -> bool:
        if habit not in self.habits:
            self.habits[habit] = self.draw.random() < 0.5
        return self.habits[habit] == (self.draw.random() < 0.8)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Mult) and self.does("factors the other way round"):
            return ast.BinOp(node.right, node.op, node.left)
        if isinstance(node.op, ast.MatMult) and self.does("dot"):
            return ast.Call(ast.Attribute(node.left, "dot"), [node.right], [])
        if isinstance(node.op, ast.Pow) and ast.unparse(node.right) == "2" and self.does("squares"):
            return ast.BinOp(node.left, ast.Mult(), node.left)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        if ast.unparse(node).endswith(".shape[0]") and self.does("len") and isinstance(node.value, ast.Attribute):
            return ast.Call(ast.Name("len"), [node.value.value], [])
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if self.does("written out"):
            return ast.Assign([node.target], ast.BinOp(node.target, node.op, node.value), lineno=0)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        method = node.func if isinstance(node.func, ast.Attribute) else None
        if method and method.attr in ("sum", "mean", "max") and ast.unparse(method.value) != "np" and self.does("functions"):
            return ast.Call(ast.Attribute(ast.Name("np"), method.attr), [method.value, *node.args], node.keywords)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        steps: list[ast.stmt] = []
        if isinstance(node.value, ast.BinOp) and isinstance(node.value.left, (ast.BinOp, ast.Call)) and self.does("step by step"):
            steps.append(ast.Assign([ast.Name("step", ast.Store())], node.value.left, lineno=0))
            node.value.left = ast.Name("step", ast.Load())
        return [*steps, node]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        last = node.body[-1]
        if isinstance(last, ast.Return) and last.value and not isinstance(last.value, ast.Name) and self.does("names the result"):
            node.body[-1:] = [ast.Assign([ast.Name("result", ast.Store())], last.value, lineno=0), ast.Return(ast.Name("result"))]
        return node


def renamed(code: str, draw: random.Random, share: float) -> str:
    """Code with some of its local names changed, those of parameters excepted."""
    tree = ast.parse(code)
    local = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    local -= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    free = [name for name in NAMES if name not in local]
    draw.shuffle(free)
    new = {name: free.pop() for name in sorted(local) if draw.random() < share and free}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = new.get(node.id, node.id)
    return ast.unparse(tree)


def reordered(code: str, draw: random.Random) -> str:
    """Code in which neighbours that do not depend on each other have changed places."""
    tree = ast.parse(code)
    for block in (node.body for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.For, ast.While, ast.If))):
        for i in range(len(block) - 1):
            if not (touched(block[i], ast.Store) & touched(block[i + 1]) or touched(block[i + 1], ast.Store) & touched(block[i])):
                block[i : i + 2] = draw.sample(block[i : i + 2], 2) if isinstance(block[i + 1], ast.Assign) else block[i : i + 2]
    return ast.unparse(tree)


def touched(statement: ast.stmt, how: type[ast.expr_context] = ast.expr_context) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, how)}


def commented(code: str, draw: random.Random) -> str:
    """Code with a comment here and there."""
    return "\n".join(line + f"  # {draw.choice(COMMENTS)}" * (draw.random() < 0.15) for line in code.splitlines())


def said(draw: random.Random) -> str:
    """A written answer: some of the points that can be made, in words that many would use."""
    points = draw.sample(list(POINTS.items()), draw.randint(3, 5))
    words = " ".join(f"{draw.choice((usual, *others))}." for usual, others in points).split()
    return " ".join(word if draw.random() < 0.8 else f"{word} {draw.choice(ADVERBS)}" for word in words)


def in_other_words(text: str, draw: random.Random) -> str:
    """A text with one word in ten replaced."""
    return " ".join(draw.choice(ADVERBS) if draw.random() < 0.1 else word for word in text.split())


def sources(exercise: Exercise) -> tuple[list[str], list[str]]:
    """Right answers to an exercise, the course's first, and wrong ones."""
    right = source_text(exercise.right)
    styles = [
        one.answers[exercise.name]
        for one in sample.samples(unit_of(exercise))
        if one.name.startswith("right") and exercise.name in one.answers
    ]
    edits = [list(map(Edit.parse, mistake.edits)) for mistake in exercise.mistakes if mistake.edits]
    slips = [textwrap.dedent(inspect.getsource(one.answer)) for one in natural.WRONG if one.exercise == exercise.name]
    return [right, *styles], [applied(right, edit) for edit in edits] + slips


def unit_of(exercise: Exercise) -> str:
    return next(unit for unit, exercises in UNITS.items() if any(one.name == exercise.name for one in exercises))


def honest(answers: Mapping[str, tuple[list[str], list[str]]], draw: random.Random) -> Student:
    """A student who wrote it all."""
    writer = Writer(draw)
    code = {}
    for name, (right, wrong) in answers.items():
        chosen = draw.choice(wrong) if wrong and draw.random() < 0.2 else draw.choice(right)
        written = ast.unparse(ast.fix_missing_locations(writer.visit(ast.parse(chosen))))
        code[name] = commented(renamed(reordered(written, draw), draw, 0.6), draw)
    return Student(code, said(draw))


def as_it_is(student: Student, other: Student, draw: random.Random) -> Student:
    return student


def other_names(student: Student, other: Student, draw: random.Random) -> Student:
    return replace(student, code={name: commented(renamed(code, draw, 1), draw) for name, code in student.code.items()}, text=other.text)


def other_order(student: Student, other: Student, draw: random.Random) -> Student:
    again = other_names(student, other, draw)
    return replace(again, code={name: commented(reordered(code, draw), draw) for name, code in again.code.items()})


def a_third_of_their_own(student: Student, other: Student, draw: random.Random) -> Student:
    again = other_order(student, other, draw)
    return replace(again, code={name: other.code[name] if draw.random() < 1 / 3 else code for name, code in again.code.items()})


def text_alone(student: Student, other: Student, draw: random.Random) -> Student:
    return replace(other, text=in_other_words(student.text, draw))


DISGUISES: Mapping[str, Callable[[Student, Student, random.Random], Student]] = {
    "none": as_it_is,
    "other names, comments and text": other_names,
    "and another order": other_order,
    "and a third of it their own": a_third_of_their_own,
    "the text alone, a word in ten changed": text_alone,
}


def wrong_answers() -> None:
    """Read those of `benchmarks/natural`, which enter themselves where they are imported."""
    for module in pkgutil.iter_modules(natural.__path__, f"{natural.__name__}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def made(root: Path, unit: str, students: Mapping[str, Student]) -> Instance:
    """A class in which they have handed in."""
    instance = Instance.create(root)
    batch.add_sources(instance, [unit])
    release.release(instance, unit)
    released = json.loads(instance.released(unit).read_text(encoding="utf-8"))
    for name, student in students.items():
        notebook = sample.filled(released, student.code)
        notebook["cells"].append({"cell_type": "markdown", "id": "own", "metadata": {}, "source": student.text})
        path = instance.submitted(name, unit)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")
    return instance


@dataclass(frozen=True)
class Outcome:
    """What became of one class: the copies of each disguise that stand out, honest pairs that do, the strongest of those, and seconds."""

    found: Mapping[str, int]
    accused: int
    strongest: float
    seconds: float


def outcome(unit: str, honest_ones: int, copies: int, seed: int = 0) -> Outcome:
    """Make a class of a unit, compare its hand-ins, and count."""
    draw = random.Random(seed)
    answers = {exercise.name: sources(exercise) for exercise in UNITS[unit]}
    students = {f"s{i}": honest(answers, draw) for i in range(honest_ones)}
    copied: dict[frozenset[str], str] = {}
    sides = draw.sample(list(students), copies * len(DISGUISES))
    for i, (source, disguise) in enumerate(zip(sides, copies * list(DISGUISES), strict=True)):
        students[f"c{i}"] = DISGUISES[disguise](students[source], honest(answers, draw), draw)
        copied[frozenset((source, f"c{i}"))] = disguise
    with tempfile.TemporaryDirectory() as folder:
        instance = made(Path(folder) / "class", unit, students)
        start = time.perf_counter()
        found = in_class.compare(instance, unit)
        seconds = time.perf_counter() - start
    caught = Counter(copied.get(frozenset(pair.students), "honest") for pair in found.standing_out)
    honest_pairs = [pair.strength for pair in found.pairs if frozenset(pair.students) not in copied]
    return Outcome(caught, caught.pop("honest", 0), max(honest_pairs, default=0.0), seconds)


def main() -> None:
    parser = argparse.ArgumentParser("benchmarks.similar", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("units", metavar="UNIT", nargs="*", default=list(UNITS))
    parser.add_argument("--students", type=int, default=60, help="honest ones (default: %(default)s)")
    parser.add_argument("--copies", type=int, default=4, help="of each disguise (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="that everything is drawn from; the lines were set on seeds 0 and 1")
    options = parser.parse_args()
    wrong_answers()
    print("unit", *DISGUISES, "honest pairs", "strongest honest", "seconds", sep=" | ")
    for unit in options.units:
        one = outcome(unit, options.students, options.copies, options.seed)
        caught = (f"{one.found.get(disguise, 0)} of {options.copies}" for disguise in DISGUISES)
        print(unit, *caught, one.accused, f"{one.strongest:.2f}", f"{one.seconds:.1f}", sep=" | ", flush=True)


if __name__ == "__main__":
    main()
