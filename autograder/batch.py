"""Many submissions: judged side by side, recorded as they come, so that nothing is lost when someone presses Ctrl-C.

A report is saved when it stands in the gradebook, and not before; a submission whose report is there, and which has not changed since,
is not graded again.
"""

import contextlib
import functools
import hashlib
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from autograder import build, learning
from autograder.asked import asked_of, is_ours
from autograder.bench import Bench
from autograder.cluster.dealing import judged_there
from autograder.desk import Desk, Judged, Judging
from autograder.files import write_whole
from autograder.gradebook import database, rules
from autograder.instance import HandIn, Instance, reported
from autograder.intake import submission as submissions
from autograder.intake.names import refusal
from autograder.intake.structure import Structure
from autograder.judge import without_answers
from autograder.origin import Origin, digest
from autograder.pages import rendering
from autograder.report import Report
from autograder.walls.sandbox import Limits
from autograder.walls.zygote import BUBBLEWRAP
from course.errors import Unreadable, UserError
from course.units import UNITS

FEW = 4  # submissions that are not worth starting worker processes for
EVERY = 2.0  # seconds between two transactions, at least; and ten times what the last one took
AHEAD = 16  # submissions in hand for each judging process: some two seconds, in which reports may be recorded


@dataclass(frozen=True)
class Graded:
    """The reports of a unit, by student; how many of them stood already, and to how many of those a name has come, or another.

    `renamed` counts in the whole unit, whichever students were asked for.
    """

    reports: list[Report]
    unchanged: int
    renamed: int = 0


def add_sources(instance: Instance, units: Iterable[str] = UNITS) -> list[str]:
    """Write the instructor's notebook of these units into the class, and record that the course wrote them; the units' names."""
    written = {}
    for unit in units:
        notebook = build.instructor_notebook(build.source_of(unit))
        with reported(f"write {instance.source(unit)}"):
            write_whole(instance.source(unit), build.as_text(notebook))
        written[unit] = digest(notebook)
    with reported(f"write into {instance.root}"):
        Origin.load(instance.root).with_sources(written).save(instance.root)
    return list(written)


def grade(
    instance: Instance,
    unit: str,
    *,
    students: Collection[str] = (),
    workers: int = 0,
    force: bool = False,
    wall: str = BUBBLEWRAP,
    limits: Limits = Limits(),
    scheduler: str = "",
    on_report: Callable[[Report], None] = lambda report: None,
    judged: Callable[[Judging, list[HandIn]], Iterator[Judged]] | None = None,
) -> Graded:
    """Grade the submissions of a unit: those of `students`, or all; with `force`, also those that are graded already.

    `workers` is the number of processes, 0 for one a core; with the address of a `scheduler`, the workers of that Dask cluster judge;
    `judged` brings processes that stay, and where it leaves something out, that waits for the next time. Raises UserError for a unit or
    student there is not, and SandboxUnavailable where students' code could not be held.
    """
    structure = instance.structure(unit)
    check_release(instance, unit, structure)
    rules.check(instance)
    instance.keep_release(unit)
    renamed = len(learn(instance, unit))
    recorded = database.recorded(instance, unit)
    tests = tests_of(instance, unit)
    by = judged_by(instance, unit, tests)
    waiting, done = sort_out(instance, unit, structure, wanted(instance, unit, students), recorded, by, force)
    database.note_times(instance, unit, [report.student for report in done])
    for report in done:
        on_report(report)
    judging = Judging(instance.root, unit, limits, wall, instance.secret(), instance.released_data(unit), tests)
    judged = judged or functools.partial(judged_anew, workers=workers, scheduler=scheduler)
    with Recorder(instance, unit) as recorder:
        for report, blank in judged(judging, waiting):
            report = replace(report, judged_by=by)
            recorder.add(report, blank)
            on_report(report)
    return Graded(sorted([*done, *recorder.reports], key=lambda report: report.student), len(done), renamed)


def check_release(instance: Instance, unit: str, structure: Structure) -> None:
    """Raise UserError where nothing that was released is graded by this course."""
    language = structure.metadata.get("kernelspec", {}).get("language", "python")
    if language != "python":
        raise UserError(f"{unit} is in {language}, and Python is judged here. Grade it with `nbgrader autograde`.")
    if asked_of(unit, structure):
        return
    if is_ours(unit):
        raise UserError(
            f"{instance.released(unit)} has no check of an exercise of this course: expected a cell check_{UNITS[unit][0].name}, "
            f"for example. Put it back into {build.source_of(unit) if unit in UNITS.own else instance.source(unit)}, and run "
            "`autograder release` again."
        )
    raise UserError(f"{unit} is no unit of this course, and has no test cell to grade it by. Mark it in formgrader.")


def tests_of(instance: Instance, unit: str) -> tuple[tuple[str, str], ...]:
    """The test cells of an ordinary nbgrader assignment as it was released, hidden tests and all, by name."""
    return () if is_ours(unit) else tuple(sorted(database.test_cells(instance, unit).items()))


def judged_by(instance: Instance, unit: str, tests: tuple[tuple[str, str], ...]) -> str:
    """A digest of what a unit is judged by, "" for the course's own: what was judged by something else is judged again.

    When it was changed would not tell: clocks are set back.
    """
    if unit in UNITS.own:
        return UNITS.own.digest(unit)
    if is_ours(unit):
        return ""
    released = submissions.fingerprint(instance.released(unit))
    return hashlib.sha256(repr((released, tests)).encode()).hexdigest()


def not_released(unit: str, structure: Structure) -> list[str]:
    """The names of a unit's exercises that are not in what was released, and so cost nobody anything."""
    return [exercise.name for exercise in UNITS[unit] if exercise.name not in structure.check_ids]


def wanted(instance: Instance, unit: str, students: Collection[str]) -> list[HandIn]:
    """What is to be graded, each notebook found by its content where its name is another. Raises UserError for a student without one."""
    hand_ins = {hand_in.student: hand_in for hand_in in instance.submissions(unit)}
    if absent := sorted(set(students) - hand_ins.keys()):
        raise UserError(f"{', '.join(absent)} handed in nothing for {unit}: expected {instance.submitted(absent[0], unit)}.")
    released = functools.cache(instance.structures)
    return [instance.found(unit, hand_ins[name], released) for name in sorted(set(students) or hand_ins)]


def sort_out(
    instance: Instance,
    unit: str,
    structure: Structure,
    hand_ins: Iterable[HandIn],
    recorded: Collection[str],
    by: str,
    force: bool,
) -> tuple[list[HandIn], list[Report]]:
    """What has to be graded, and the reports that stand: on this file and these exercises, recorded, the graded notebook as it was."""
    waiting, done = [], []
    names = [asked.name for asked in asked_of(unit, structure)]
    for hand_in in hand_ins:
        report = standing(instance.report_path(hand_in.student, unit))
        again = report and (force or report.judged_by != by)
        if report and again and report.status != "zero":  # which a human gave, and grading again would not know better
            report = None
        if report and report.status == "graded" and [verdict.exercise for verdict in report.verdicts] != names:
            report = None
        graded = instance.autograded(hand_in.student, unit)
        if (
            report
            and hand_in.student in recorded
            and report.fingerprint == submissions.fingerprint(hand_in.notebook)
            and (report.rendered == submissions.fingerprint(graded) if report.rendered else graded.is_file())  # early reports do not say
            and (not hand_in.unclear or report.status == "zero")
        ):
            done.append(report)
        else:
            waiting.append(hand_in)
    return waiting, done


def learn(instance: Instance, unit: str) -> list[Report]:
    """Bring the names that wrong answers have in the class's mistakes.toml to what is graded already; the reports that changed by it.

    Marks stay as they are. What was handed in anew waits for `grade`.
    """
    mistakes = learning.mistakes_of(instance)
    if learning.all_told(instance, unit, mistakes):
        return []
    released, structures_of = functools.cache(instance.structures), functools.cache(instance.structures_of)
    changed, blank, left = [], {}, False
    for hand_in in instance.submissions(unit):
        report = standing(instance.report_path(hand_in.student, unit))
        if not report or (named := learning.with_names(report, mistakes)) is report:
            continue
        notebook = instance.found(unit, hand_in, released).notebook
        if report.fingerprint != submissions.fingerprint(notebook):
            left = True
            continue
        structure = structures_of(unit)(hand_in.student)
        submission = submissions.read(notebook, structure)
        named = rendering.write(instance, named, structure, submission)
        changed.append(named)
        blank[hand_in.student] = submission.unanswered
    if changed:
        database.comment(instance, unit, changed, blank)
        with reported("save the reports"):
            for report in changed:
                report.save(instance.report_path(report.student, unit))
    if not left:
        learning.tell_all(instance, unit, mistakes)
    return changed


def zero(instance: Instance, unit: str, student: str, *, known: bool = False) -> Report:
    """Give 0 for what a student handed in and nobody can grade, or for nothing handed in: until there is another file.

    Raises UserError for work that can be graded, and for somebody whom neither the gradebook nor the caller knows (`known`).
    """
    structure = instance.structures_of(unit)(student)
    check_release(instance, unit, structure)
    if student in {hand_in.student for hand_in in instance.submissions(unit)}:
        (hand_in,) = wanted(instance, unit, [student])
        reason = why_held(hand_in, unit, structure, instance.report_path(student, unit))
    else:
        hand_in = HandIn(student, instance.submitted(student, unit))
        reason = "Nothing was handed in."
        if refusal(student) or not (known or student in database.students(instance)):
            raise UserError(
                f"{student} handed in nothing for {unit}, and the gradebook does not know them. If the id is right, give --roster CSV "
                "with it."
            )
    report = without_answers(student, unit, hand_in.notebook, structure, "zero", f"0 was given by hand. {reason}")
    report = rendering.write(instance, report, structure, None)
    with Recorder(instance, unit) as recorder:
        recorder.add(report, frozenset())
    return report


def why_held(hand_in: HandIn, unit: str, structure: Structure, path: Path) -> str:
    """Why a hand-in, on which a report may lie at `path`, has no mark. Raises UserError where it can be graded."""
    if hand_in.unclear:
        return hand_in.unclear
    try:
        submissions.read(hand_in.notebook, structure)
    except Unreadable as error:
        return str(error)
    report = Report.saved(path)
    if report and report.held and report.fingerprint == submissions.fingerprint(hand_in.notebook):
        return report.note
    raise UserError(f"What {hand_in.student} handed in for {unit} can be graded. Grade it; `autograder marks` changes marks.")


def standing(path: Path) -> Report | None:
    """A report that was saved and that decided everything; None otherwise."""
    report = Report.saved(path)
    return None if report is None or report.undecided else report


class Recorder:
    """Takes reports as they come, and records them in batches; what has come by the end is recorded however the end comes.

    At the end the class's rules are applied to the whole unit.
    """

    def __init__(self, instance: Instance, unit: str):
        self.instance = instance
        self.unit = unit
        self.reports: list[Report] = []
        self._waiting: list[Judged] = []
        self._due = time.monotonic() + EVERY

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(self, *exception: object) -> None:
        self.record()
        rules.apply(self.instance, [self.unit])

    def add(self, report: Report, blank: frozenset[str]) -> None:
        self.reports.append(report)
        self._waiting.append((report, blank))
        if time.monotonic() > self._due:
            self.record()

    def record(self) -> None:
        """The gradebook first, in one transaction; then the reports, each of which says that its marks are there."""
        start = time.monotonic()
        if self._waiting:
            blank = {report.student: names for report, names in self._waiting}
            database.record(self.instance, self.unit, [report for report, _ in self._waiting], blank)
            with reported("save the reports"):
                for report, _ in self._waiting:
                    report.save(self.instance.report_path(report.student, self.unit))
            self._waiting = []
        self._due = time.monotonic() + max(EVERY, 10 * (time.monotonic() - start))


def judged_anew(judging: Judging, hand_ins: list[HandIn], workers: int, scheduler: str) -> Iterator[Judged]:
    """Have these judged where that is to be: on a cluster, in this process, or in several."""
    workers = min(workers or os.cpu_count() or 1, len(hand_ins))
    if scheduler and judging.tests:
        raise UserError(f"{judging.unit} has test cells of its own, which a cluster does not run. Grade it here, without --scheduler.")
    if scheduler:
        return judged_there(judging, hand_ins, scheduler) if hand_ins else iter(())
    alone = workers <= 1 or len(hand_ins) <= FEW
    return judged_here(judging, hand_ins) if alone else judged_by_many(judging, hand_ins, workers)


def judged_here(judging: Judging, hand_ins: list[HandIn]) -> Iterator[Judged]:
    """Judge one after the other, in this process."""
    with judging.sandbox() as sandbox:
        own = Desk(judging, sandbox)
        for hand_in in hand_ins:
            yield own.judge_and_write(hand_in)


def judged_by_many(judging: Judging, hand_ins: list[HandIn], workers: int) -> Iterator[Judged]:
    """Judge in several processes, each with a sandbox of its own, in whatever order they finish."""
    judging.sandbox().close()  # a machine without a wall is told so here, once
    with contextlib.closing(Bench(workers, ahead=AHEAD * workers)) as bench:
        yield from bench.judged(judging, hand_ins)
