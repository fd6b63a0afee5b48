"""Where submissions are judged: at a desk in this process, or one in each of several.

A process that judges loads this file and what it needs, and nothing of nbgrader, which takes longer to load than ten answers to judge.
"""

import functools
import multiprocessing.process
import os
import signal
import threading
from dataclasses import dataclass
from pathlib import Path

from autograder import asserts, learning
from autograder.asked import asked_of, is_ours
from autograder.instance import HandIn, Instance
from autograder.intake.structure import Structure, Submission
from autograder.judge import judge, our_fault, without_answers
from autograder.pages import rendering
from autograder.questions import Questions
from autograder.report import Report
from autograder.walls.sandbox import Limits, Sandbox
from course.errors import UserError
from course.judging.verdict import Verdict

Judged = tuple[Report, frozenset[str]]  # with the names of the written answers left blank


@dataclass(frozen=True)
class Judging:
    """What judging carries about, from the command line to each worker process: the class, the unit, and how to run its code."""

    root: Path
    unit: str
    limits: Limits
    wall: str
    secret: bytes
    data: Path | None = None
    tests: tuple[tuple[str, str], ...] = ()  # of a unit that has no exercises: the instructor's test cells, by name

    def sandbox(self) -> Sandbox:
        return Sandbox(self.limits, wall=self.wall, data=self.data)


def start_process() -> None:
    """Leave Ctrl-C to the parent process, and do not outlive it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, args=(multiprocessing.parent_process(),), daemon=True).start()


def end_with_parent(parent: multiprocessing.process.BaseProcess) -> None:
    """Wait for a process to end, and end this one."""
    parent.join()
    os._exit(1)


def judge_in_process(judging: Judging, hand_in: HandIn) -> Judged:
    """Judge one submission at this worker process's own desk, which dies with the process."""
    return own_desk(judging).judge_and_write(hand_in)


class Desk:
    """Where submissions of one unit are judged, one after the other: its structure, variants, questions and a sandbox, kept at hand."""

    def __init__(self, judging: Judging, sandbox: Sandbox, questions: Questions | None = None):
        self.judging, self.sandbox = judging, sandbox
        self.instance = Instance.open(judging.root)
        self.structure_of = self.instance.structures_of(judging.unit)
        self.questions = questions or Questions(judging.secret)
        self.mistakes = learning.mistakes_of(self.instance)

    def judge_and_write(self, hand_in: HandIn) -> Judged:
        """The report on one submission, with its graded notebook on disk."""
        judged, notebook = self.judge_and_render(hand_in)
        if notebook:
            rendering.put(self.instance, judged[0], notebook)
        return judged

    def judge_and_render(self, hand_in: HandIn) -> tuple[Judged, str]:
        """The report on one submission, and its graded notebook; none where the judge failed."""
        unit, structure = self.judging.unit, self.structure_of(hand_in.student)
        try:
            report, submission = self.judged(hand_in, structure)
            report, notebook = rendering.rendered(learning.with_names(report, self.mistakes), structure, submission)
        except UserError:
            raise
        except Exception as error:  # the judge itself failed: it costs this student no mark, and no other student a turn
            return (could_not_grade(hand_in.student, unit, structure, our_fault("this notebook", error)), frozenset()), ""
        return (report, submission.unanswered if submission else frozenset()), notebook

    def judged(self, hand_in: HandIn, structure: Structure) -> tuple[Report, Submission | None]:
        """The report on one submission, and the notebook as it was graded; none where it could not be read."""
        student, unit = hand_in.student, self.judging.unit
        if hand_in.unclear:
            return without_answers(student, unit, hand_in.notebook, structure, "unreadable", hand_in.unclear), None
        if is_ours(unit):
            return judge(student, unit, hand_in.notebook, structure, self.sandbox, self.questions)
        return asserts.judge(student, unit, hand_in.notebook, structure, self.sandbox, dict(self.judging.tests))


@functools.cache
def own_desk(judging: Judging) -> Desk:
    return Desk(judging, own_sandbox(judging.limits, judging.wall, judging.data))


@functools.cache
def own_sandbox(limits: Limits, wall: str, data: Path | None) -> Sandbox:
    """A sandbox of this process that stays: one for all units without data of their own."""
    return Sandbox(limits, wall=wall, data=data)


def given_up(judging: Judging, hand_in: HandIn, reason: str) -> Judged:
    """A submission at which judging processes end: without a mark, and without a graded notebook, so that it is judged again."""
    structure = Instance.open(judging.root).structures_of(judging.unit)(hand_in.student)
    return could_not_grade(hand_in.student, judging.unit, structure, reason), frozenset()


def could_not_grade(student: str, unit: str, structure: Structure, reason: str) -> Report:
    """The report where the judge itself failed."""
    verdicts = tuple(Verdict.alike(exercise, "could not grade", reason) for exercise in asked_of(unit, structure))
    return Report(student, unit, "could not grade", verdicts, note=reason)
