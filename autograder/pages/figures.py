"""What a class knows and does not know of a unit, as numbers: out of the reports and the gradebook, for the class page and `--json`."""

import json
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import correlation, mean, median
from typing import Any

from autograder import learning
from autograder.gradebook import database
from autograder.gradebook.database import CellMark, Score
from autograder.instance import Instance
from autograder.intake.roster import Roster
from autograder.report import Report
from course.judging.own_source import code_of
from course.judging.verdict import Verdict

BINS = 10
LONGEST = 10_000  # letters of an example
ASTRAY = "something lies where no submission is looked for: `autograder grade` says where"
BEHIND = 2  # units in a row, the latest ones, of which somebody has less than half or nothing


@dataclass(frozen=True)
class ExerciseFigures:
    """One exercise: who earned it and who did not; and how it tells the strong from the weak.

    `points` are the class's own and `counts` is "", "bonus" or "dropped". `earned` is the share of all points of it that the class has
    earned, a human's marks counted; `full` the share of students with all of them, and `discrimination` the correlation of its points with
    those of the other exercises (None where one of both is the same for all).
    """

    name: str
    points: float
    earned: float
    full: float
    partial: float
    failed: float
    not_written: float
    discrimination: float | None
    counts: str = ""


@dataclass(frozen=True)
class Misconception:
    """A cause that was named in a class: in which exercise, of how many students, an example without a name, and what to say of it."""

    exercise: str
    cause: str
    hint: str
    students: tuple[str, ...]
    example: str


@dataclass(frozen=True)
class Group:
    """Wrong answers that return the same, and that no mistake of the course explains.

    `differs` says what is wrong, as one of them reads it, and `name` is what the instructor calls it, "" for nothing yet.
    """

    exercise: str
    id: str
    name: str
    students: tuple[str, ...]
    differs: str
    example: str

    @property
    def shared(self) -> bool:
        """Whether more than one student gave such an answer."""
        return len(self.students) > 1


@dataclass(frozen=True)
class Standing:
    """How one student fared, by exercise. `stuck_at` is where nothing succeeds from there on, though it did for others."""

    student: str
    outcomes: Mapping[str, str]
    stuck_at: str


@dataclass(frozen=True)
class UnitFigures:
    """One unit of a class."""

    unit: str
    handed_in: tuple[str, ...]
    missing: tuple[str, ...]  # of the roster; empty where there is none
    waiting: tuple[tuple[str, str], ...]  # a student, and what for
    scores: tuple[Score, ...]
    exercises: tuple[ExerciseFigures, ...]
    misconceptions: tuple[Misconception, ...]
    groups: tuple[Group, ...] = ()
    standings: tuple[Standing, ...] = ()

    @property
    def unnamed(self) -> list[Group]:
        """The groups that have no name yet."""
        return [group for group in self.groups if not group.name]

    @property
    def shares(self) -> list[float]:
        """Every student's part of all points, from 0 to 1; of those whose exercises have a mark."""
        return [share for score in self.scores if (share := share_of(score)) is not None]

    @property
    def unmarked(self) -> int:
        """How many of them have written answers that nobody has marked yet, and that count as 0 until then."""
        return sum(score.written is None for score in self.scores if share_of(score) is not None)

    @property
    def mean(self) -> float | None:
        return mean(self.shares) if self.shares else None

    @property
    def median(self) -> float | None:
        return median(self.shares) if self.shares else None

    @property
    def histogram(self) -> list[int]:
        """How many students have from 0 to 10 % of the points, from 10 to 20 %, and so on; all of them count in the last."""
        counts = [0] * BINS
        for share in self.shares:
            counts[min(max(int(share * BINS + 1e-9), 0), BINS - 1)] += 1
        return counts


def figures_of(instance: Instance, unit: str, roster: Roster | None = None) -> UnitFigures:
    """The figures of one unit. Raises UserError for a unit there is not, or of which nothing has been graded."""
    instance.check_unit(unit)
    scores = database.scores(instance, unit)
    with database.opened(instance) as session:
        marks = database.marks(instance, session, unit)
    hand_ins = [hand_in.student for hand_in in instance.submissions(unit)]
    astray = instance.astray(unit) - set(hand_ins)
    mistakes = learning.mistakes_of(instance)
    reports = [learning.with_names(report, mistakes) for name in hand_ins if (report := saved(instance, name, unit))]
    decided = [report for report in reports if not report.undecided]
    return UnitFigures(
        unit,
        tuple(hand_ins),
        tuple(sorted({person.id for person in roster.people} - set(hand_ins) - astray)) if roster else (),
        (*waiting(hand_ins, reports, scores), *((student, ASTRAY) for student in sorted(astray))),
        tuple(scores),
        tuple(of_exercises([exercises_of(report, marks.get(report.student, {})) for report in decided])),
        tuple(misconceptions(instance, reports)),
        tuple(groups(instance, learning.grouped(reports), mistakes)),
        tuple(standings(decided)),
    )


def saved(instance: Instance, student: str, unit: str) -> Report | None:
    """The report on a submission, where there is one that can be read."""
    return Report.saved(instance.report_path(student, unit))


def waiting(hand_ins: Iterable[str], reports: Iterable[Report], scores: Iterable[Score]) -> Iterable[tuple[str, str]]:
    """Who waits for something, and for what."""
    of_student, provisional = {report.student: report for report in reports}, {score.student for score in scores if score.written is None}
    for student in hand_ins:
        report = of_student.get(student)
        if report is None:
            yield student, "not graded yet"
        elif report.held:
            yield student, f"needs attention: {report.note}"
        elif report.undecided:
            yield student, "could not be graded: grade again"
        elif student in provisional:
            yield student, "written answers to be marked"


@dataclass(frozen=True)
class Done:
    """How one exercise went for one student: the judge's verdict, and the mark that stands, which a human may have given."""

    verdict: Verdict
    mark: CellMark

    @property
    def share(self) -> float:
        """What of it was earned, from 0 to 1; of what is dropped, what would have been."""
        if self.mark.points and self.mark.earned is not None:
            return self.mark.earned / self.mark.points
        return self.verdict.earned / self.verdict.points if self.verdict.points else float(self.verdict.outcome == "passed")


def exercises_of(report: Report, marks: Mapping[str, CellMark]) -> list[Done]:
    """What a student did, exercise by exercise; by the verdicts alone where the gradebook has no marks."""
    by_name = {cell.removeprefix("check_"): mark for cell, mark in marks.items()}
    return [
        Done(verdict, by_name.get(verdict.exercise, CellMark(verdict.points, verdict.earned, False)))
        for verdict in report.verdicts
    ]


def of_exercises(of_students: Sequence[Sequence[Done]]) -> Iterable[ExerciseFigures]:
    """The figures of each exercise, in their order, from what each student did."""
    names = [done.verdict.exercise for done in of_students[0]] if of_students else []
    alike = [of_student for of_student in of_students if [done.verdict.exercise for done in of_student] == names]
    for place, name in enumerate(names):
        column = [of_student[place] for of_student in alike]
        shares = [done.share for done in column]
        rest = [sum(done.mark.earned or 0 for done in of_student if done is not own) for of_student, own in zip(alike, column, strict=True)]
        outcomes = Counter(done.verdict.outcome for done in column)
        part = {outcome: count / len(column) for outcome, count in outcomes.items()}
        yield ExerciseFigures(
            name,
            column[0].mark.points,
            earned=mean(shares),
            full=part.get("passed", 0),
            partial=part.get("partial", 0),
            failed=part.get("failed", 0),
            not_written=part.get("not written", 0),
            discrimination=discrimination(shares, rest),
            counts=column[0].mark.counts,
        )


def discrimination(earned: Sequence[float], rest: Sequence[float]) -> float | None:
    """The correlation of an exercise with the others; None where there is nothing to correlate."""
    if len(earned) < 3 or len(set(earned)) < 2 or len(set(rest)) < 2:
        return None
    return correlation(earned, rest)


def misconceptions(instance: Instance, reports: Iterable[Report]) -> list[Misconception]:
    """The causes named in a class, those of most students first."""
    found: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for report in reports:
        causes = {(verdict.exercise, mark.cause): mark.hint for verdict in report.verdicts for mark in verdict.marks if mark.cause}
        for cause, hint in causes.items():
            found[cause].append((report.student, hint))
    unit = next((report.unit for report in reports), "")
    ranked = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        Misconception(exercise, cause, hints[0], students, example(instance, unit, students, exercise))
        for (exercise, cause), of in ranked
        for students, hints in [zip(*of, strict=True)]
    ]


def groups(instance: Instance, grouped: Mapping[tuple[str, str], Sequence[Report]], mistakes: learning.Mistakes) -> Iterable[Group]:
    """The groups of wrong answers that the course cannot explain, in the order given."""
    for (exercise, id), of in grouped.items():
        students = tuple(report.student for report in of)
        name = mistakes[exercise, id].name if (exercise, id) in mistakes else ""
        yield Group(exercise, id, name, students, differs(of[0], exercise), example(instance, of[0].unit, students, exercise))


def differs(report: Report, exercise: str) -> str:
    """The first thing that is wrong with an answer that nothing explains."""
    criteria = {criterion for one in report.unexplained if one.exercise == exercise for criterion, _ in one.hints}
    marks = (mark for verdict in report.verdicts if verdict.exercise == exercise for mark in verdict.marks)
    return next((mark.reason for mark in marks if mark.criterion in criteria), "")


def example(instance: Instance, unit: str, students: Iterable[str], exercise: str) -> str:
    """The shortest answer of some students, without comments, where names might stand; "" where none can be read."""
    codes = []
    for student in list(students)[:20]:
        try:
            notebook = json.loads(instance.autograded(student, unit).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        codes += [c["source"] for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == exercise]
    return min(filter(None, map(without_comments, codes)), key=len, default="")


def without_comments(code: str) -> str:
    """An answer as Python reads it; where it does not, what stands before each #, the sign of comments."""
    try:
        with warnings.catch_warnings(action="ignore"):
            return code_of(code[:LONGEST])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return re.sub(r"[^\S\n]*#.*", "", code[:LONGEST])


def standings(reports: Sequence[Report]) -> list[Standing]:
    """Those who have not all of a unit, who is stuck earliest first."""
    earned = {verdict.exercise for report in reports for verdict in report.verdicts if verdict.outcome == "passed"}
    found = [
        Standing(report.student, {verdict.exercise: verdict.outcome for verdict in report.verdicts}, stuck_at(report.verdicts, earned))
        for report in reports
        if any(verdict.outcome != "passed" for verdict in report.verdicts)
    ]
    order = {verdict.exercise: place for report in reports for place, verdict in enumerate(report.verdicts)}
    return sorted(found, key=lambda one: (order.get(one.stuck_at, len(order)), one.student))


def stuck_at(verdicts: Sequence[Verdict], earned: Collection[str]) -> str:
    """The exercise from which on nothing is right, of those that somebody `earned`; "" where the last exercise is right in part."""
    last = next((i for i in reversed(range(len(verdicts))) if verdicts[i].outcome not in ("failed", "not written")), -1)
    return next((verdict.exercise for verdict in verdicts[last + 1 :] if verdict.exercise in earned), "")


def behind(of_units: Sequence[UnitFigures]) -> Mapping[str, Sequence[float | None]]:
    """Who falls behind: the shares, unit by unit, of those who have less than half of each of the latest units, or nothing.

    Of those who handed in nothing at all, only a roster knows.
    """
    if len(of_units) < BEHIND:
        return {}
    shares: dict[str, list[float | None]] = {}
    for i, unit in enumerate(of_units):
        shares |= {student: [None] * len(of_units) for student in unit.missing if student not in shares}
        for score in unit.scores:
            shares.setdefault(score.student, [None] * len(of_units))[i] = share_of(score)
    return {student: of for student, of in sorted(shares.items()) if all(share is None or share < 0.5 for share in of[-BEHIND:])}


def share_of(score: Score) -> float | None:
    """A student's part of all points of a unit; None where an exercise has no mark."""
    return None if score.exercises is None or not score.max_score else score.total / score.max_score


def as_data(figures: UnitFigures) -> dict[str, Any]:
    """What `--json` prints of a unit."""
    return asdict(figures) | {"mean": figures.mean, "median": figures.median, "histogram": figures.histogram}


def numbered(units: Sequence[UnitFigures]) -> list[UnitFigures]:
    """The figures with numbers in place of names, the same number over all units."""
    waiting = {student for unit in units for student, _ in unit.waiting}
    students = waiting | {name for unit in units for name in (*unit.handed_in, *unit.missing, *(score.student for score in unit.scores))}
    names = {student: f"student {i}" for i, student in enumerate(sorted(students), start=1)}

    def all_of(students: Iterable[str]) -> tuple[str, ...]:
        return tuple(names[student] for student in students)

    return [
        replace(
            unit,
            handed_in=all_of(unit.handed_in),
            missing=all_of(unit.missing),
            waiting=tuple((names[student], what) for student, what in unit.waiting),
            scores=tuple(replace(score, student=names[score.student]) for score in unit.scores),
            misconceptions=tuple(replace(one, students=all_of(one.students)) for one in unit.misconceptions),
            groups=tuple(replace(one, students=all_of(one.students)) for one in unit.groups),
            standings=tuple(replace(one, student=names[one.student]) for one in unit.standings),
        )
        for unit in units
    ]
