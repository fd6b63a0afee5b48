"""Any nbgrader assignment: its own test cells, run beside the student's code, behind the same wall as the course's exercises.

For each test cell there is a fresh run of the student's cells above it; then the instructor's text of that cell, hidden tests and all, is
sent across, and what it ends in comes back. It is weaker than an exercise of this course: the test runs in the process that it tests,
and code that is written for it can read it, or make it pass. Cells that must fail run before and after each test. Where one of them passes,
or does not fail as it must, something in the notebook meddles with tests, and the submission is held for a human to look at.
"""

import random
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from autograder.asked import TestCell, test_cells
from autograder.intake import submission as submissions
from autograder.intake.structure import Structure, Submission
from autograder.judge import Hearing, our_fault, report_of, without_answers
from autograder.questions import Questions
from autograder.report import Report
from autograder.walls.sandbox import Answer, Cell, Run, Sandbox
from course.errors import CouldNotGrade, Unreadable, UserError
from course.judging.probes import Reply
from course.judging.verdict import Mark, Outcome, Verdict, number

TAMPERED = (
    "A test that must fail did not fail in this notebook, so something in it seems to make tests pass. It has no mark until somebody has "
    "looked at it."
)
OTHERWISE = "Grade it with `nbgrader autograde`, which runs students' code without a wall, or mark it in formgrader."
LACKING = re.compile(  # errors by which a cell asks for something that there is not behind the wall
    r"(\w*ImportError|ModuleNotFoundError|\w*OSError|PermissionError|FileNotFoundError|BlockingIOError|Connection\w*Error|\w*gaierror|"
    r"URLError|RuntimeError: can't start new thread)\b"
)
LINE = re.compile(r" \(line (\d+)\)$")
HIDDEN = re.compile(r"BEGIN HIDDEN TESTS|END HIDDEN TESTS")
NOT_MADE = re.compile(r"^\s*### (?:HASHED )?AUTOTEST\b", re.MULTILINE)
CANARY = "try:\n    {wrong}\nexcept AssertionError:\n    raise AssertionError('{word}') from None\n"
WRONG = (  # what must fail: comparisons of two numbers that differ
    "assert {a} == {b}",
    "assert sum([{a}, {b}]) == {a}",
    "assert abs({a} - {b}) < 1e-6",
    "assert isinstance({a}, str) and len([{b}]) == 2",
    "import numpy as np; assert np.allclose([{a}.5, 1.0], [{b}.5, 1.0])",
    "import numpy as np; np.testing.assert_allclose(np.array([{a}.0]), np.array([{b}.0]))",
    "import numpy as np; np.testing.assert_array_equal([{a}], [{b}])",
    "import numpy as np; assert np.array_equal([{a}], [{b}]) or np.isclose({a}, {b}) or np.all(np.array([{a}]) == np.array([{b}]))",
)


class Tampered(Exception):
    """Something in a notebook makes tests pass."""


def judge(
    student: str, unit: str, path: Path, structure: Structure, sandbox: Sandbox, sources: Mapping[str, str]
) -> tuple[Report, Submission | None]:
    """The report on one submission, and the notebook as it was graded; none where it could not be read.

    `sources` are the instructor's test cells, by name.
    """
    try:
        submission = submissions.read(path, structure)
    except Unreadable as error:
        return without_answers(student, unit, path, structure, "unreadable", str(error)), None
    hearing = TestHearing(submission, sandbox, sources)
    try:
        verdicts = tuple(hearing.tested(test) for test in test_cells(structure))
    except Tampered:
        return without_answers(student, unit, path, structure, "held", TAMPERED), submission
    return report_of(student, unit, path, hearing, verdicts), submission


class TestHearing(Hearing):
    """One submission before its tests: what one run learns of its cells serves the next."""

    def __init__(self, submission: Submission, sandbox: Sandbox, sources: Mapping[str, str]):
        super().__init__(submission, sandbox, Questions(b""))
        self.sources = sources
        self.before: list[str] = []  # the test cells that were heard, but for
        self.fatal: set[str] = set()  # those that take a run down

    def tested(self, test: TestCell) -> Verdict:
        """The verdict by one test cell: after the student's cells alone or, where that fails, after the test cells above it, too.

        They may have imported what this one needs.
        """
        try:
            alone = self.once(test, [])
            if not alone.earned and self.before:
                return self.once(test, self.before)
            return alone
        except (UserError, Tampered):
            raise
        except CouldNotGrade as error:
            return Verdict.alike(test, "could not grade", str(error))
        except Exception as error:
            return Verdict.alike(test, "could not grade", our_fault(f"`{test.name}`", error))
        finally:
            self.before += [test.name] * (test.name not in self.fatal)

    def once(self, test: TestCell, before: Sequence[str]) -> Verdict:
        """The verdict of one run; where a cell takes that down, once more without it. Raises Tampered."""
        source = self.sources.get(test.name)
        if source is None or NOT_MADE.search(source):
            raise CouldNotGrade(f"the gradebook does not hold this test cell as it is run: release the unit again. {OTHERWISE}")
        while True:
            cells = [Cell(*cell) for cell in self.submission.code_cells_before(test.name) if cell[0] not in self.stuck]
            with self.opened_with([Answer(test.name, len(cells))], cells, True, {}) as run:
                for name in before:
                    run.test(self.sources.get(name, ""), secrets.randbits(60))
                reply = watched(run, source)
                self.fatal |= {test.name} if run.over else set()
            if not self.learned(run, run.late):
                return verdict_of(test, source, reply, self.cell_errors.values())


def watched(run: Run, source: str) -> Reply:
    """How a test cell fares, with cells that must fail before and after it. Raises Tampered."""
    draw = random.SystemRandom()
    wrong = draw.sample(WRONG, len(WRONG))
    first = draw.randrange(1, len(wrong))
    if any(passes(run, one, draw) for one in wrong[:first]) and not run.over:
        raise Tampered
    token = secrets.randbits(60)
    reply = run.test(source, token)
    told = [array.item() for array in reply.arrays if isinstance(array, np.ndarray) and array.shape == ()]
    if not reply.problem and (told[:1] != [token] or len(told) != len(reply.arrays) or len(told) > 2):
        raise Tampered
    if any(passes(run, one, draw) for one in wrong[first:]) and not reply.problem:
        raise Tampered
    return reply


def passes(run: Run, wrong: str, draw: random.Random) -> bool:
    """Whether a cell that must fail does anything else."""
    a, b = draw.sample(range(100, 10_000), 2)
    word = secrets.token_hex(8)
    reply = run.test(CANARY.format(wrong=wrong.format(a=a, b=b), word=word), secrets.randbits(60), alone=True)
    return not reply.problem.startswith(f"AssertionError: {word}")


def verdict_of(test: TestCell, source: str, reply: Reply, cell_errors: Iterable[str]) -> Verdict:
    """What a test cell's reply comes to. A number in which it ends is what was earned. Raises CouldNotGrade."""
    if reply.problem:
        if lacking := next(filter(LACKING.match, [reply.problem, *cell_errors]), ""):
            raise CouldNotGrade(f"it needs something that there is not where notebooks are graded ({lacking}). {OTHERWISE}")
        not_written = reply.problem.startswith("NotImplementedError")
        outcome: Outcome = "not written" if not_written else "failed"
        return Verdict.alike(test, outcome, "not written yet" if not_written else why(source, reply.problem))
    earned = float(reply.arrays[1]) if len(reply.arrays) > 1 else test.points  # type: ignore[arg-type]
    if not 0 <= earned <= test.points:
        raise CouldNotGrade(f"the test cell ends in {number(earned)}, and expected is a number from 0 to its {number(test.points)} points")
    if earned in (0.0, test.points):
        reason = "" if earned == test.points else f"the test cell gives 0 of {number(test.points)} points"
        return Verdict.alike(test, "passed" if earned == test.points else "failed", reason)
    lost = f"the test cell gives {number(earned)} of {number(test.points)} points"
    marks = (Mark("earned", earned, "passed"), Mark("lost", test.points - earned, "failed", lost))
    return Verdict(test.name, test.asks, marks)


def why(source: str, problem: str) -> str:
    """Why a test failed: the error, and the line of the test cell, unless that is hidden from students."""
    found = LINE.search(problem)
    lines = source.split("\n")
    if not found or not 0 < (at := int(found[1])) <= len(lines):
        return problem
    if len([line for line in lines[:at] if HIDDEN.search(line)]) % 2:
        return f"a hidden test fails ({problem.partition(':')[0].partition(' ')[0]})"
    return f"{LINE.sub('', problem)} in `{lines[at - 1].strip()}`"
