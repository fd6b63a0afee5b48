"""The judge: one submission in, one report out.

It holds the exercises, draws the cases from a secret seed, and puts them to the student's answers across the wall, one fresh run of
the worker for each exercise. What comes back are arrays, and nothing but arrays decides.
"""

import contextlib
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from autograder import grouping
from autograder.intake import submission as submissions
from autograder.intake.structure import Structure, Submission
from autograder.lending import entries, lent
from autograder.report import Report, Unexplained
from autograder.walls.bounds import bounded_memory, bounded_time
from autograder.walls.sandbox import Cell, Limits, Run, Sandbox, printable
from course.checking import told_of_the_stub, unwritten_because
from course.errors import CouldNotGrade, SandboxUnavailable, Unreadable, UserError
from course.judging.grading import Ask, better, grade
from course.judging.probes import Reply, describe_error
from course.judging.verdict import Mark, Outcome, Verdict
from course.units import UNITS, Case, Exercise
from course.units import exercise as find_exercise

MOST_STUCK = 3  # cells of one notebook that may take a run down before it is given up
MOST_CELL_TIME = 15  # times the time limit of an exercise, that the cells of a submission may take before they are hurried
LARGEST_REPLY = 250_000  # numbers, four times as many as any right answer returns; a network of 3,000 hidden nodes has as many
MOST_SHAPES = 4  # that are told of a reply which is too large
OTHER_NUMBERS = (
    "In the notebook handed in, this exercise has other numbers than in the one that this student was given; those given count. "
    "Is it somebody else's notebook?"
)
JUDGE_SECONDS = 60  # of computing, that the judge may take for one run; for a submission, three times as many
JUDGE_BYTES = 2 << 30  # of memory, that the judge may take for one run


def judge(student: str, unit: str, path: Path, structure: Structure, sandbox: Sandbox, secret: bytes) -> tuple[Report, Submission | None]:
    """The report on one submission, and the notebook as it was graded; none where it could not be read."""
    try:
        submission = submissions.read(path, structure)
    except Unreadable as error:
        return without_answers(student, unit, path, structure, "unreadable", str(error)), None
    hearing, exercises = Hearing(submission, sandbox), released_exercises(unit, structure)
    verdicts = tuple(
        told_of_other_numbers(hearing.verdict(exercise, seed_for(secret, exercise, submission.fingerprint)), submission)
        for exercise in exercises
    )
    undecided = [verdict for verdict in verdicts if verdict.outcome == "could not grade"]
    ours = undecided[0].reason if undecided else ""
    return Report(
        student,
        unit,
        "could not grade" if len(undecided) == len(verdicts) else "graded",
        verdicts,
        note=" ".join(filter(None, [handed_in_as(path, unit), submission.note, hearing.note, ours])),
        cell_errors=tuple(hearing.cell_errors.items()),
        fingerprint=submission.fingerprint,
        unexplained=tuple(hearing.unexplained(exercises, verdicts)),
    ), submission


def released_exercises(unit: str, structure: Structure) -> list[Exercise]:
    """The exercises of a unit that were released, with the student's own numbers where there are some.

    What came with a later version of the course has not been asked of anybody yet.
    """
    return [
        exercise.with_numbers(structure.numbers[exercise.name]) if exercise.name in structure.numbers else exercise
        for exercise in UNITS[unit]
        if exercise.name in structure.check_ids
    ]


def asked_as_everybody(exercise: Exercise) -> Exercise:
    """The exercise with the questions of the common notebook, so that a student's own numbers do not set a wrong answer apart."""
    return replace(exercise, cases=find_exercise(exercise.name).cases) if exercise.variant else exercise


def told_of_other_numbers(verdict: Verdict, submission: Submission) -> Verdict:
    """The verdict, and whether the exercise had other numbers in the notebook that was handed in than this student was given."""
    return replace(verdict, note=f"{verdict.note} {OTHER_NUMBERS}".strip()) if verdict.exercise in submission.foreign else verdict


def without_answers(
    student: str, unit: str, path: Path, structure: Structure, status: Literal["unreadable", "zero"], reason: str
) -> Report:
    """The report on what cannot be graded: held without a mark, or given 0 by hand."""
    outcome: Outcome = "failed" if status == "zero" else "could not grade"
    verdicts = tuple(Verdict.alike(exercise, outcome, reason) for exercise in released_exercises(unit, structure))
    return Report(student, unit, status, verdicts, note=reason, fingerprint=submissions.fingerprint(path))


def handed_in_as(path: Path, unit: str) -> str:
    """That a notebook was found under another name than expected."""
    return "" if path.name == f"{unit}.ipynb" else f"It was handed in as “{printable(path.name)}”, and known by what is in it."


class Hearing:
    """One submission before the judge. What one exercise's run learns of its cells (one that never ends, say) serves the next."""

    def __init__(self, submission: Submission, sandbox: Sandbox):
        self.submission = submission
        self.sandbox = sandbox
        self.stuck: set[str] = set()
        self.waited_out: set[str] = set()
        self.stops = 0
        self.cells_took = 0.0
        self.thought_for = 0.0
        self.fell = False
        self.cell_errors: dict[str, str] = {}

    def verdict(self, exercise: Exercise, seed: int) -> Verdict:
        """The verdict on one exercise. Where the judge itself fails at it, that costs no mark, and nothing of the other exercises."""
        try:
            return self.heard(exercise, seed)
        except UserError:  # there is no wall: nothing more can be judged, of anybody
            raise
        except CouldNotGrade as error:
            return Verdict.alike(exercise, "could not grade", str(error))
        except Exception as error:
            return Verdict.alike(exercise, "could not grade", our_fault(f"`{exercise.name}`", error))

    def heard(self, exercise: Exercise, seed: int) -> Verdict:
        """The better of two verdicts: with the student's own earlier answers, and with right ones, lent across the wall."""
        if exercise.name in self.submission.unanswered and not self.answered_elsewhere(exercise):
            return Verdict.alike(exercise, "not written", self.why_unwritten(exercise))
        own = self.run(exercise, seed, {})
        if not exercise.needs:
            return own
        return better(own, lambda: decided(self.run(exercise, seed, lent(exercise.needs))))

    def why_unwritten(self, exercise: Exercise) -> str:
        """Why there is no answer, of which nothing was found in the notebook."""
        if exercise.name in self.submission.later:
            return "it came with a later release of the notebook than the one handed in: get the new one, and copy your answers into it"
        if exercise.name in self.submission.missing:
            return "its cell was deleted, and no other cell defines it"
        return not_written(exercise)
    def unexplained(self, exercises: Sequence[Exercise], verdicts: Sequence[Verdict]) -> Iterator[Unexplained]:
        """What no known mistake explains, with its group. Who was stopped by the clock is not waited for again."""
        for exercise, verdict in zip(exercises, verdicts, strict=True):
            marks = grouping.unexplained(verdict)
            if marks and exercise.name not in self.waited_out and (found := self.group_of(exercise, marks)):
                yield found

    def group_of(self, exercise: Exercise, marks: Sequence[Mark]) -> Unexplained | None:
        """The group of a wrong answer, asked the notebook's questions, with right earlier answers lent: the mistake is its own.

        None where it cannot be told; the verdict stands without it.
        """
        try:
            for whole in (False, True):
                with self.opened(exercise, lent(exercise.needs), whole=whole) as run, self.thinking():
                    found = grouping.group_of(asked_as_everybody(exercise), marks, asking(run))
                if run.late or not (run.left_out and run.troubled):
                    break
        except UserError:
            raise
        except Exception:
            return None
        return None if run.late else found

    @property
    def limits(self) -> Limits:
        """What the next run may use: less, where too many have been waited out in vain. Others are waiting, too."""
        limits = self.sandbox.limits
        return limits.hurried() if self.stops >= limits.stops or self.cells_took > MOST_CELL_TIME * limits.seconds else limits

    @property
    def note(self) -> str:
        """What the student has to know of the time there was."""
        limits = self.sandbox.limits
        if self.stops < limits.stops:
            return ""
        return (
            f"This notebook was stopped {limits.stops} times because it took longer than {limits.seconds:g} seconds; "
            f"after that, each exercise had {limits.hurried().seconds:g} seconds."
        )

    def answered_elsewhere(self, exercise: Exercise) -> bool:
        """Whether an answer whose own cell was left alone is given in a cell of the student's own."""
        cells = self.submission.code_cells_before(exercise.name)
        return any(exercise.name in source for identity, source in cells if identity in self.submission.own)

    def run(self, exercise: Exercise, seed: int, lend: Mapping[str, Callable]) -> Verdict:
        """One exercise, with the cells that its answer needs; where it breaks off, with the whole notebook, if that is better.

        What an answer needs is read from the cells, and there are ways to need something that cannot be read.
        """
        verdict, broke_off = self.run_with(exercise, seed, lend, whole=False)
        if not broke_off:
            return verdict
        other, _ = self.run_with(exercise, seed, lend, whole=True)
        return other if decided(other).earned > verdict.earned else verdict

    def run_with(self, exercise: Exercise, seed: int, lend: Mapping[str, Callable], *, whole: bool) -> tuple[Verdict, bool]:
        """One exercise in a fresh run; where a cell takes that down, once more without it. And whether more cells might help."""
        while True:
            with self.opened(exercise, lend, whole=whole) as run:
                verdict = self.thought(exercise, run, seed)
                if run.late:
                    self.waited_out.add(exercise.name)
                if verdict.outcome == "could not grade" and run.fallen and not self.fell:
                    self.fell = True  # something ended the worker from outside: once more
                elif not self.learned(run):
                    return verdict, bool(run.left_out and run.troubled and not run.late)

    @contextlib.contextmanager
    def opened(self, exercise: Exercise, lend: Mapping[str, Callable], *, whole: bool) -> Iterator[Run]:
        """A fresh run of the cells that an answer needs, or of the `whole` notebook, without those that take a run down."""
        name = exercise.name
        above = [Cell(*cell) for cell in self.submission.code_cells_before(name) if cell[0] not in self.stuck]
        below = [Cell(*cell) for cell in self.submission.code_cells_after(name) if cell[0] not in self.stuck and not whole]
        start = time.monotonic()
        with (
            np.errstate(all="ignore"),  # an answer may hold any numbers, and the judge reckons with them
            self.sandbox.run(
                above,
                name,
                below=below,
                whole=whole,
                probe=exercise.probe,
                returns=exercise.value_count,
                lend=lend,
                limits=self.limits,
            ) as run,
        ):
            self.cells_took += time.monotonic() - start
            yield run

    @contextlib.contextmanager
    def thinking(self) -> Iterator[None]:
        """Within the memory and the time that the judge has for one run."""
        start = time.process_time()
        try:
            with bounded_memory(JUDGE_BYTES), bounded_time(min(JUDGE_SECONDS, 3 * JUDGE_SECONDS - self.thought_for)):
                yield
        finally:
            self.thought_for += time.process_time() - start

    def thought(self, exercise: Exercise, run: Run, seed: int) -> Verdict:
        """The verdict on a run."""
        with self.thinking():
            verdict = grade(exercise, asking(run), seed)
        if all(mark.outcome != "not written" for mark in verdict.marks):
            return verdict
        if run.below_the_stub:
            return told_of_the_stub(verdict, run.below_the_stub, of_a_class=isinstance(exercise.right, type))
        stubs = self.submission.stubs_called(exercise.name)
        return unwritten_because(verdict, f"it calls {listed(stubs)}, not written yet" if stubs else not_written(exercise))

    def learned(self, run: Run) -> bool:
        """Take note of what went wrong in the cells; whether a cell was found that takes a run down, and is to be left out."""
        self.cell_errors |= run.cell_errors
        self.stops += run.late
        if run.hung_cell is None or run.hung_cell in self.stuck or len(self.stuck) == MOST_STUCK:
            return False
        self.stuck.add(run.hung_cell)
        self.cell_errors[run.hung_cell] = f"this cell was left out: {run.cell_errors[run.hung_cell]}"
        return True


def not_written(exercise: Exercise) -> str:
    """That an answer is not written, and which answers of its unit need it."""
    needing = [other.name for other in UNITS.holding(exercise.name) if exercise.name in other.needs]
    return f"not written yet, and {listed(needing)} {'needs' if len(needing) == 1 else 'need'} it" if needing else "not written yet"


def listed(names: Sequence[str]) -> str:
    """Names in a sentence: `a`, `b` and `c`."""
    *most, last = (f"`{name}`" for name in names)
    return f"{', '.join(most)} and {last}" if most else last


def asking(run: Run) -> Ask:
    """Puts a case across the wall; a wall that breaks down is our fault."""

    def ask(case: Case) -> Reply:
        try:
            return of_bounded_size(run.ask(case.inputs))
        except SandboxUnavailable as error:
            raise CouldNotGrade(str(error)) from error

    return ask


def of_bounded_size(reply: Reply) -> Reply:
    """A reply as it came, or refused in words where it is so large that what is computed from it would keep the class waiting."""
    size = sum(entries(array) for array in reply.arrays if isinstance(array, np.ndarray))
    if size <= LARGEST_REPLY:
        return reply
    shapes = " and ".join(str(array.shape) for array in reply.arrays[:MOST_SHAPES] if isinstance(array, np.ndarray))
    return Reply(problem=f"at most {LARGEST_REPLY:,} numbers are expected, and the answer returned {size:,}, in shape {shapes}")


def decided(verdict: Verdict) -> Verdict:
    """A verdict that stands. Raises CouldNotGrade for one that was not reached: it may have been the better one."""
    if verdict.outcome == "could not grade":
        raise CouldNotGrade(verdict.reason)
    return verdict


def our_fault(what: str, error: Exception) -> str:
    """What to say where the judge itself failed."""
    return f"the autograder failed on {what} ({describe_error(error)}): a mistake of its own, which its authors would like to know of"


def seed_for(secret: bytes, exercise: Exercise, handed_in: str) -> int:
    """The seed of an exercise's cases: the same whenever the same file is graded, and another for every other file.

    So a case that a student smuggles out, in the words of an error say, never comes again.
    """
    digest = hashlib.blake2b(f"{exercise.name} {handed_in}".encode(), key=secret, digest_size=8)
    return int.from_bytes(digest.digest(), "big")
