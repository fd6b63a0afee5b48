"""How large a class may be: one submission alone, 200, and 10,000 of them, in one run.

    python -m benchmarks.large [--students 10000] [--few 200] [--write]

The same made-up students as in `benchmarks.grading`; 200 are graded before and after the 10,000, since a machine is not equally fast all
the time. Each time it is a new class.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from autograder.gradebook import database
from autograder.instance import Instance
from benchmarks import table
from benchmarks.grading import Answers, made_up, make_class, run

BEGIN, END = "<!-- large: written by `make bench-large` with --write -->", "<!-- end of large -->"
COLUMNS = ("what", "measured", "target", "met")


def graded(root: Path, unit: str, students: list[Answers]) -> tuple[Instance, float, float]:
    """A new class whose hand-ins have been graded, the seconds from the command until the marks stood, and the megabytes of its controller.

    Raises RuntimeError where the gradebook has not a mark for each student.
    """
    instance = make_class(root, unit, students)
    seconds, _, megabytes = run(instance, "autograder.cli", "grade", ".", unit)
    rows = len(database.scores(Instance.open(root), unit))
    if rows != len(students):
        raise RuntimeError(f"the gradebook must have {len(students)} students' marks, and has {rows}")
    print(f"{len(students)} submissions: {seconds:.1f} s, {60 * len(students) / seconds:.0f} a minute, {megabytes:.0f} MB", flush=True)
    return instance, seconds, megabytes


def line(what: str, measured: float, unit: str, target: float, at_least: bool = False) -> tuple[str, ...]:
    """One line of the table: at most so much, or at least."""
    met = measured >= target if at_least else measured < target
    wanted = f"{'≥' if at_least else '<'} {target:,.4g} {unit}"
    return (what, f"{measured:,.1f} {unit}" if measured < 100 else f"{measured:,.0f} {unit}", wanted, "yes" if met else "no")


def measure(root: Path, unit: str, students: list[Answers], few: int) -> str:
    """The table, and what it was measured beside, as Markdown; classes are made in the folder."""
    graded(root / "warm", unit, students[:1])
    asked = statistics.median(run(Instance.open(root / "warm"), "autograder.cli", "--help")[0] for _ in range(5))
    alone = statistics.median(graded(root / f"alone{number}", unit, students[:1])[1] for number in range(5))
    _, before, _ = graded(root / "before", unit, students[:few])
    large, seconds, megabytes = graded(root / "large", unit, students)
    _, after, _ = graded(root / "after", unit, students[:few])
    reported, _, reporting = run(large, "autograder.cli", "report", ".")
    again, _, _ = run(large, "autograder.cli", "grade", ".", unit)
    rates = [60 * few / before, 60 * few / after]
    rows = [
        line("`autograder --help`", asked, "s", 0.5),
        line("one submission alone, from the command to its mark", alone, "s", 2.5),
        line(f"{len(students):,} submissions", 60 * len(students) / seconds, "a minute", min(rates), at_least=True),
        line("the largest process meanwhile, of the controller and what it started", megabytes, "MB", 500),
        line(f"`autograder report`, on {len(students):,}", reported, "s", 10),
    ]
    beside = [
        f"{table.circumstances([])} {unit}.",
        f"{few} submissions: {rates[0]:.0f} a minute before the {len(students):,}, {rates[1]:.0f} after them.",
        f"`autograder report` held {reporting:.0f} MB. `grade` once more, where nothing had changed: {again:.1f} s.",
    ]
    return "\n".join(beside) + "\n\n" + table.markdown(COLUMNS, rows)


def main() -> None:
    parser = argparse.ArgumentParser("benchmarks.large", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("unit", metavar="UNIT", nargs="?", default="05_vector_form")
    parser.add_argument("--students", type=int, default=10_000)
    parser.add_argument("--few", type=int, default=200, help="graded before and after them, to compare with")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = measure(Path(folder), options.unit, made_up(options.unit, options.students), options.few)
    print(text)
    if options.write:
        table.write(text, BEGIN, END)


if __name__ == "__main__":
    main()
