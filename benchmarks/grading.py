"""How fast a class is graded: `autograder grade` beside stock `nbgrader autograde`, on the same varied submissions, in turns in one run.

    python -m benchmarks.grading [--students 200] [--stock 20] [--rounds 2] [--write]

A made-up student writes in one of the styles in `solutions/`, and takes for each exercise the right answer in that style or the course's,
a wrong one (one time in ten), or none (one in twenty-five), so that hardly two hand in the same. nbgrader grades the first `--stock` of
them, one after the other, as it does; its rate is theirs. Both start from nothing in every round: no report, no graded notebook, no row
of the gradebook.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder import batch, release, sample
from autograder.gradebook import database
from autograder.instance import CONFIG, FEEDBACK_LINE, JUDGE_LINE, Instance
from benchmarks import table
from benchmarks.similar import sources, wrong_answers
from course.units import UNITS

BEGIN, END = "<!-- grading: written by `make bench-grade` with --write -->", "<!-- end of grading -->"
WRONG, MISSING = 0.10, 0.04  # shares of answers
MADE = ("autograded", "feedback", "reports", "gradebook.db")  # in a class, by grading


@dataclass(frozen=True)
class Answers:
    """What a made-up student hands in, the cells of their own, and whether all of it is right or missing."""

    code: dict[str, str]
    helpers: tuple[str, ...]
    honest: bool


@dataclass(frozen=True)
class Timed:
    """Seconds until marks stood in the gradebook, and until pages were written besides; of these, seconds of processor time, of all
    processes; the largest of them in megabytes."""

    marks: float
    pages: float
    processor: float
    megabytes: float

    def __str__(self) -> str:
        return (
            f"{self.marks:.1f} s until marks stood in the gradebook, {self.pages:.1f} s until pages were written, "
            f"{self.processor:.1f} s of processor time, largest process {self.megabytes:.0f} MB"
        )


def made_up(unit: str, count: int, seed: int = 0) -> list[Answers]:
    """So many students' answers."""
    wrong_answers()
    draw = random.Random(seed)
    model, wrong = sample.model_answers(unit), {exercise.name: sources(exercise)[1] for exercise in UNITS[unit]}
    styles = [one for one in sample.samples(unit) if one.name.startswith("right")]
    students = []
    for _ in range(count):
        style, code, honest = draw.choice(styles), {}, True
        for name in model:
            chance = draw.random()
            if chance < WRONG and wrong[name]:
                code[name], honest = draw.choice(wrong[name]), False
            elif chance < 1 - MISSING:
                code[name] = draw.choice([model[name], style.answers.get(name, model[name])])
        students.append(Answers(code, style.helpers, honest))
    return students


def make_class(root: Path, unit: str, students: Sequence[Answers]) -> Instance:
    """A class in which they have handed in."""
    instance = Instance.create(root)
    batch.add_sources(instance, [unit])
    release.release(instance, unit)
    released = json.loads(instance.released(unit).read_text(encoding="utf-8"))
    for number, student in enumerate(students):
        path = instance.submitted(student_id(number), unit)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(sample.filled(released, student.code, student.helpers)), encoding="utf-8")
    return instance


def student_id(number: int) -> str:
    return f"s{number:05}"


def without_our_judge(instance: Instance) -> None:
    """The class as stock nbgrader has it."""
    config = instance.root / CONFIG
    config.write_text(config.read_text(encoding="utf-8").replace(JUDGE_LINE, "").replace(FEEDBACK_LINE, ""), encoding="utf-8")


def forget(instance: Instance, unit: str) -> None:
    """The class as it was released: nothing is graded."""
    for name in MADE:
        path = instance.root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    release.release(Instance.open(instance.root), unit)


def run(instance: Instance, *command: str) -> tuple[float, float, float]:
    """Seconds that a command of this environment takes in a class, those of processor time, and the megabytes of its largest process.

    Raises RuntimeError where it fails.
    """
    scripts = sysconfig.get_path("scripts")
    environment = {**os.environ, "PATH": os.pathsep.join([scripts, os.environ["PATH"]]), "JUPYTER_PREFER_ENV_PATH": "1"}
    start = time.perf_counter()
    whole = [sys.executable, "-m", *command]
    with subprocess.Popen(whole, cwd=instance.root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as done:
        output = done.stdout.read() if done.stdout else b""
        _, status, used = os.wait4(done.pid, 0)
        done.returncode = os.waitstatus_to_exitcode(status)
    if done.returncode not in (0, 1):  # 1: something could not be graded, or nbgrader found an error in a cell
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{output.decode(errors='replace')[-2000:]}")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def ours(instance: Instance, unit: str) -> Timed:
    """The whole class with `autograder grade`, then `autograder feedback`."""
    forget(instance, unit)
    marks, busy, large = run(instance, "autograder.cli", "grade", ".", unit)
    pages, busy_too, large_too = run(instance, "autograder.cli", "feedback", ".", unit)
    return Timed(marks, marks + pages, busy + busy_too, max(large, large_too))


def theirs(instance: Instance, unit: str) -> Timed:
    """The whole class with `nbgrader autograde`, then `nbgrader generate_feedback`."""
    forget(instance, unit)
    marks, busy, large = run(instance, "nbgrader", "autograde", unit)
    pages, busy_too, large_too = run(instance, "nbgrader", "generate_feedback", unit)
    return Timed(marks, marks + pages, busy + busy_too, max(large, large_too))


def same_marks(own: Instance, stock: Instance, unit: str, students: Sequence[Answers]) -> tuple[int, int]:
    """How many honest students of the stock class have the same marks in both, of how many."""
    scores = [{row.student: row.exercises for row in database.scores(instance, unit)} for instance in (own, stock)]
    honest = [student_id(number) for number, student in enumerate(students) if student.honest and student_id(number) in scores[1]]
    return sum(scores[0][student] == scores[1][student] for student in honest), len(honest)


def row(what: str, count: int, stock: int, own: Sequence[float], their: Sequence[float], target: float) -> tuple[str, ...]:
    """One line of the table, of medians over the rounds."""
    rate, stock_rate = (60 * number / statistics.median(seconds) for number, seconds in ((count, own), (stock, their)))
    ratios = [(count / mine) / (stock / yours) for mine, yours in zip(own, their, strict=True)]
    ratio = statistics.median(ratios)
    return (what, f"{rate:,.0f}", f"{stock_rate:.1f}", f"{ratio:.0f}", f"≥ {target:g}", "yes" if ratio >= target else "no")


def main() -> None:
    parser = argparse.ArgumentParser("benchmarks.grading", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("unit", metavar="UNIT", nargs="?", default="05_vector_form")
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--stock", type=int, default=20, help="of them, that nbgrader grades; 0 leaves it out")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    options = parser.parse_args()
    students = made_up(options.unit, options.students)
    with tempfile.TemporaryDirectory() as folder:
        own = make_class(Path(folder) / "own", options.unit, students)
        stock = make_class(Path(folder) / "stock", options.unit, students[: options.stock])
        without_our_judge(stock)
        mine, yours = [], []
        for _ in range(options.rounds):
            mine.append(ours(own, options.unit))
            print(f"{options.students} submissions: {mine[-1]}", flush=True)
            if options.stock:
                yours.append(theirs(stock, options.unit))
                print(f"{options.stock} by nbgrader: {yours[-1]}", flush=True)
        if options.stock:
            alike, honest = same_marks(own, stock, options.unit, students)
    if not options.stock:
        return
    counts = options.students, options.stock
    rows = [
        row("marks in the gradebook", *counts, [one.marks for one in mine], [one.marks for one in yours], 60),
        row("with graded notebooks and pages", *counts, [one.pages for one in mine], [one.pages for one in yours], 40),
    ]
    lines = table.markdown(("until", "ours, a minute", "nbgrader's", "ratio", "target", "met"), rows)
    text = f"{table.circumstances(['nbgrader'])} {options.students} submissions of {options.unit}, {options.stock} by nbgrader.\n\n{lines}"
    text += f"\n\nOf {honest} students whose answers are right or missing, {alike} have the same marks in both."
    print(text)
    if options.write:
        table.write(text, BEGIN, END)


if __name__ == "__main__":
    main()
