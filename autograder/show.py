"""What the commands show: progress, and tables."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from autograder.collect import Fate
from autograder.gradebook.results import Result
from autograder.measure import Tally, share
from autograder.report import Report
from autograder.walls.sandbox import printable
from course.judging.verdict import SIGNS, number


@contextlib.contextmanager
def progress(console: Console, doing: str, total: int) -> Iterator[Callable[[], None]]:
    """A progress bar for `total` steps; calling what it gives advances it by one."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=not console.is_terminal) as bar:
        task = bar.add_task(doing, total=total)
        yield lambda: bar.advance(task)


Summary: TypeAlias = Mapping[str, Any]  # what `Report.summary` says


def table_of_reports(
    reports: Iterable[Report],
    about: Mapping[str, str] | None = None,
    title: str | None = None,
    summaries: Mapping[str, Summary] | None = None,
) -> Table:
    """A row a student: marks, and for each exercise that fell short, why. `summaries` has the marks where they are not the judge's own."""
    table = Table(show_lines=True, title=title)
    table.add_column("student", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("why", ratio=1)
    for report in reports:
        words = (about or {}).get(report.student, "")
        summary = (summaries or {}).get(report.student, report.summary())
        score = "no mark" if report.held else f"{number(summary['score'])} / {number(summary['max_score'])}"
        table.add_row(f"[b]{escape(report.student)}[/b]", score, why(report, words, summary))
    return table


def why(report: Report, about: str, summary: Summary) -> str:
    """What a submission is about, and a line for each reason for which exercises fell short."""
    lines = [f"[i]{escape(about)}[/i]"] if about else []
    if report.note:
        lines.append(escape(report.note))
    short: dict[tuple[str, str], list[str]] = {}
    for one in summary["exercises"]:
        if one["outcome"] != "passed" and report.status == "graded" and one["points"]:
            marks = f"[b]{one['name']}[/b] {number(one['earned'] or 0)}/{number(one['points'])}"
            short.setdefault((one["outcome"], one["reason"]), []).append(marks)
    for (outcome, reason), exercises in short.items():
        lines.append(f"{SIGNS[outcome][0]} {', '.join(exercises)}: {escape(reason)}")
    return "\n".join(lines)


def table_of_results(results: Sequence[Result]) -> Table:
    """A row for each student and unit: what there is, what was taken off and granted, and what is not final."""
    units, extended = {result.unit for result in results}, any(result.extension for result in results)
    free = any(result.free_days for result in results)
    alone = len(units) == 1
    table = Table(title=next(iter(units)) if alone else None)
    for heading in ("student", *(() if alone else ("unit",))):
        table.add_column(heading, overflow="fold")
    for heading in ("exercises", "written", "late", *["extension"] * extended, *["free days"] * free, "total", "of"):
        table.add_column(heading, justify="right")
    table.add_column("status")
    for row in results:
        name = f"[b]{escape(row.student)}[/b]" + (f" ({escape(printable(row.name))})" if row.name not in ("", row.student) else "")
        marks = ["" if mark is None else number(mark) for mark in (row.exercises, row.written)]
        late = f"-{number(row.late_penalty)}" if row.late_penalty else ""
        total = "" if row.total is None else number(row.total)
        given = [*[row.extension] * extended, *[str(row.free_days or "")] * free]
        cells = [name, *([] if alone else [row.unit]), *marks, late, *given, total, number(row.max_score)]
        table.add_row(*cells, row.status)
    return table


def table_of_fates(fates: Iterable[Fate]) -> Table:
    """A row a file of a download: what became of it, whose it is, and why."""
    table = Table()
    for heading in ("file", "what became of it", "student"):
        table.add_column(heading, overflow="fold")
    table.add_column("why", ratio=1)
    for fate in fates:
        what = f"[b]{fate.what}[/b]" if fate.what == "unclear" else fate.what
        words = [escape(printable(word)) for word in (fate.file, fate.student, fate.why)]
        table.add_row(words[0], what + (", late" if fate.late else ""), *words[1:])
    return table


def table_of_tallies(tallies: Mapping[str, Tally], seeds: int) -> Table:
    """A row an exercise: how many of its mistakes are caught and named, and of right answers pass, over so many draws."""
    table = Table()
    table.add_column("exercise")
    for heading in ("mistakes", "caught", "named", "right answers", "passed"):
        table.add_column(heading, justify="right")
    for name, tally in tallies.items():
        mistakes = (f"{tally.mistakes // seeds}", share(tally.caught, tally.mistakes), share(tally.named, tally.mistakes))
        table.add_row(escape(name), *mistakes, f"{tally.right // seeds}", share(tally.passed, tally.right))
    return table
