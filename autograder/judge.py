"""The judge: one submission in, one report out.

It holds the exercises, draws the cases from a secret seed, and puts them to the student's answers across the wall, one fresh run of
the worker for each exercise. What comes back are arrays, and nothing but arrays decides.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from autograder import grouping
from autograder.asked import asked_of, released_exercises
from autograder.intake import submission as submissions
from autograder.intake.structure import Structure, Submission
from autograder.lending import entries, lent
from autograder.questions import Questions
from autograder.report import Report, Unexplained
from autograder.walls.bounds import bounded_memory, bounded_time
from autograder.walls.sandbox import Answer, Cell, Limits, Run, Sandbox, printable
from course.checking import told_of_the_stub, unwritten_because
from course.errors import CouldNotGrade, SandboxUnavailable, Unreadable, UserError
from course.judging.grading import Ask, better, grade, passed
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
Counts = Callable[[Verdict], Verdict]  # the verdict that counts, once another is there
DRAWN = 0  # the seed of cases that are drawn already
JUDGE_SECONDS = 60  # of computing, that the judge may take for one run; for a submission, three times as many
JUDGE_BYTES = 2 << 30  # of memory, that the judge may take for one run


def judge(
    student: str, unit: str, path: Path, structure: Structure, sandbox: Sandbox, questions: Questions
) -> tuple[Report, Submission | None]:
    """The report on one submission, and the notebook as it was graded; none where it could not be read."""
    try:
        submission = submissions.read(path, structure)
    except Unreadable as error:
        return without_answers(student, unit, path, structure, "unreadable", str(error)), None
    hearing = Hearing(submission, sandbox, questions)
    heard = hearing.verdicts(released_exercises(unit, structure))
    verdicts = tuple(told_of_other_numbers(verdict, submission) for verdict in heard)
    return report_of(student, unit, path, hearing, verdicts), submission


def report_of(student: str, unit: str, path: Path, hearing: "Hearing", verdicts: tuple[Verdict, ...]) -> Report:
    """The report on a submission that was heard."""
    submission = hearing.submission
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
        unexplained=tuple(hearing.groups.values()),
    )


def asked_as_everybody(exercise: Exercise) -> Exercise:
    """The exercise with the questions of the common notebook, so that a student's own numbers do not set a wrong answer apart."""
    return replace(exercise, cases=find_exercise(exercise.name).cases) if exercise.variant else exercise


def told_of_other_numbers(verdict: Verdict, submission: Submission) -> Verdict:
    """The verdict, and whether the exercise had other numbers in the notebook that was handed in than this student was given."""
    return replace(verdict, note=f"{verdict.note} {OTHER_NUMBERS}".strip()) if verdict.exercise in submission.foreign else verdict


def without_answers(
    student: str, unit: str, path: Path, structure: Structure, status: Literal["unreadable", "held", "zero"], reason: str
) -> Report:
    """The report on what cannot be graded: held without a mark, or given 0 by hand."""
    outcome: Outcome = "failed" if status == "zero" else "could not grade"
    verdicts = tuple(Verdict.alike(exercise, outcome, reason) for exercise in asked_of(unit, structure))
    return Report(student, unit, status, verdicts, note=reason, fingerprint=submissions.fingerprint(path))


def handed_in_as(path: Path, unit: str) -> str:
    """That a notebook was found under another name than expected."""
    return "" if path.name == f"{unit}.ipynb" else f"It was handed in as “{printable(path.name)}”, and known by what is in it."


class Hearing:
    """One submission before the judge. What one exercise's run learns of its cells (one that never ends, say) serves the next."""

    def __init__(self, submission: Submission, sandbox: Sandbox, questions: Questions):
        self.submission = submission
        self.sandbox = sandbox
        self.questions = questions
        self.stuck: set[str] = set()
        self.stops = 0
        self.cells_took = 0.0
        self.thought_for = 0.0
        self.fell = False
        self.cell_errors: dict[str, str] = {}
        self.groups: dict[str, Unexplained] = {}

    def verdicts(self, exercises: Sequence[Exercise]) -> tuple[Verdict, ...]:
        """The verdict on each exercise: those that pass in one run for all have it from there, each of the others from runs of its own.

        So an answer that breaks something costs no other answer a mark, and a notebook without faults one run.
        """
        together = self.passed_together([exercise for exercise in exercises if not self.is_unwritten(exercise)])
        return tuple(together.get(exercise.name) or self.verdict(exercise) for exercise in exercises)

    def passed_together(self, exercises: Sequence[Exercise]) -> dict[str, Verdict]:
        """The verdicts on the answers that pass in one run for all. Where a cell takes that down, once more without it.

        There an answer has less time: with more, and alone, it may still pass.
        """
        verdicts: dict[str, Verdict] = {}
        while len(exercises) > 1:
            with contextlib.suppress(SandboxUnavailable), self.opened_for(exercises) as (run, answers):
                stops = run.late
                for exercise, answer in zip(exercises, answers, strict=True):
                    if run.over or answer.name in run.apart:
                        continue
                    run.turn_to(answer, self.limits.hurried().seconds)
                    with contextlib.suppress(Exception), self.thinking(JUDGE_SECONDS / 4):
                        if verdict := passed(self.asked(exercise), asking(run), DRAWN):
                            verdicts[exercise.name] = verdict
                if self.learned(run, stops):
                    continue
            break
        return verdicts

    def verdict(self, exercise: Exercise) -> Verdict:
        """The verdict on one exercise. Where the judge itself fails at it, that costs no mark, and nothing of the other exercises."""
        try:
            return self.heard(exercise)
        except UserError:  # there is no wall: nothing more can be judged, of anybody
            raise
        except CouldNotGrade as error:
            return Verdict.alike(exercise, "could not grade", str(error))
        except Exception as error:
            return Verdict.alike(exercise, "could not grade", our_fault(f"`{exercise.name}`", error))

    def heard(self, exercise: Exercise) -> Verdict:
        """The better of two verdicts: with the student's own earlier answers, and with right ones, lent across the wall."""
        if self.is_unwritten(exercise):
            return Verdict.alike(exercise, "not written", self.why_unwritten(exercise))
        if not exercise.needs:
            return self.run(exercise, {}, lambda verdict: verdict)
        own = self.run(exercise, {}, None)
        return better(own, lambda: decided(self.run(exercise, lent(exercise.needs), lambda other: better(own, lambda: other))))

    def asked(self, exercise: Exercise) -> Exercise:
        """The exercise with the questions that this file gets."""
        return self.questions.of(exercise, self.submission.fingerprint)

    def is_unwritten(self, exercise: Exercise) -> bool:
        """Whether nothing that could be an answer is in the notebook."""
        return exercise.name in self.submission.unanswered and not self.answered_elsewhere(exercise)

    def why_unwritten(self, exercise: Exercise) -> str:
        """Why there is no answer, of which nothing was found in the notebook."""
        if exercise.name in self.submission.later:
            return "it came with a later release of the notebook than the one handed in: get the new one, and copy your answers into it"
        if exercise.name in self.submission.missing:
            return "its cell was deleted, and no other cell defines it"
        return not_written(exercise)

    def group(self, exercise: Exercise, marks: Sequence[Mark], run: Run) -> None:
        """Note the group of a wrong answer, asked the notebook's questions, with right earlier answers lent: the mistake is its own.

        It is left out where it cannot be told; the verdict stands without it. Who was stopped by the clock is not waited for again.
        """
        with contextlib.suppress(Exception), self.thinking():
            found = grouping.group_of(asked_as_everybody(exercise), marks, asking(run))
            if found and not run.late:
                self.groups[exercise.name] = found

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

    def run(self, exercise: Exercise, lend: Mapping[str, Callable], counts: Counts | None) -> Verdict:
        """One exercise, with the cells that its answer needs; where it breaks off, with the whole notebook, if that is better.

        What an answer needs is read from the cells, and there are ways to need something that cannot be read.
        """
        verdict, broke_off = self.run_with(exercise, lend, counts, whole=False)
        if not broke_off:
            return verdict
        other, _ = self.run_with(exercise, lend, counts, whole=True)
        return other if decided(other).earned > verdict.earned else verdict

    def run_with(
        self, exercise: Exercise, lend: Mapping[str, Callable], counts: Counts | None, *, whole: bool
    ) -> tuple[Verdict, bool]:
        """One exercise in a fresh run; where a cell takes that down, once more without it. And whether more cells might help.

        Where the verdict that `counts` once this one is there leaves a mark unexplained, its group is asked for too.
        """
        while True:
            with self.opened(exercise, lend, whole=whole) as run:
                verdict = self.thought(exercise, run)
                troubled = run.troubled
                self.groups.pop(exercise.name, None)  # of a run before, which this verdict may take the place of
                if counts and not run.late and (marks := grouping.unexplained(counts(verdict))):
                    self.group(exercise, marks, run)
                if verdict.outcome == "could not grade" and run.fallen and not self.fell:
                    self.fell = True  # something ended the worker from outside: once more
                elif not self.learned(run, run.late):
                    return verdict, bool(run.left_out and troubled and not run.late)

    @contextlib.contextmanager
    def opened(self, exercise: Exercise, lend: Mapping[str, Callable], *, whole: bool) -> Iterator[Run]:
        """A fresh run of the cells that an answer needs, or of the `whole` notebook, without those that take a run down."""
        name = exercise.name
        above = [Cell(*cell) for cell in self.submission.code_cells_before(name) if cell[0] not in self.stuck]
        below = [Cell(*cell) for cell in self.submission.code_cells_after(name) if cell[0] not in self.stuck and not whole]
        answer = Answer(name, len(above), tuple(cell.id for cell in below), exercise.probe, exercise.value_count)
        with self.opened_with([answer], [*above, *below], whole, lend) as run:
            yield run

    @contextlib.contextmanager
    def opened_for(self, exercises: Sequence[Exercise]) -> Iterator[tuple[Run, list[Answer]]]:
        """A fresh run of the cells that any of the answers needs, without those that take a run down; and the answers to turn to."""
        cells, answers = [Cell(*cell) for cell in self.submission.code_cells if cell[0] not in self.stuck], []
        for exercise in exercises:
            above = sum(identity not in self.stuck for identity, _ in self.submission.code_cells_before(exercise.name))
            below = tuple(identity for identity, _ in self.submission.code_cells_after(exercise.name))
            answers.append(Answer(exercise.name, above, below, exercise.probe, exercise.value_count))
        with self.opened_with(answers, cells, False, {}) as run:
            yield run, answers

    @contextlib.contextmanager
    def opened_with(self, answers: Sequence[Answer], cells: Sequence[Cell], whole: bool, lend: Mapping[str, Callable]) -> Iterator[Run]:
        """A fresh run, whose cells take of the time that a submission's cells have."""
        start = time.monotonic()
        with (
            np.errstate(all="ignore"),  # an answer may hold any numbers, and the judge reckons with them
            self.sandbox.run_for(answers, cells, whole=whole, lend=lend, limits=self.limits) as run,
        ):
            self.cells_took += time.monotonic() - start
            yield run

    @contextlib.contextmanager
    def thinking(self, seconds: float = 0) -> Iterator[None]:
        """Within the memory that the judge has for one run, and within its time, or within so many seconds."""
        start = time.process_time()
        try:
            with bounded_memory(JUDGE_BYTES), bounded_time(min(seconds or JUDGE_SECONDS, 3 * JUDGE_SECONDS - self.thought_for)):
                yield
        finally:
            self.thought_for += time.process_time() - start

    def thought(self, exercise: Exercise, run: Run) -> Verdict:
        """The verdict on a run."""
        with self.thinking():
            verdict = grade(self.asked(exercise), asking(run), DRAWN)
        if all(mark.outcome != "not written" for mark in verdict.marks):
            return verdict
        if run.below_the_stub:
            return told_of_the_stub(verdict, run.below_the_stub, of_a_class=isinstance(exercise.right, type))
        stubs = self.submission.stubs_called(exercise.name)
        return unwritten_because(verdict, f"it calls {listed(stubs)}, not written yet" if stubs else not_written(exercise))

    def learned(self, run: Run, stops: int) -> bool:
        """Take note of what went wrong in the cells; whether a cell was found that takes a run down, and is to be left out."""
        self.cell_errors |= run.cell_errors
        self.stops += stops
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
