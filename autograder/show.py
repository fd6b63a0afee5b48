"""What the commands show: progress, and tables."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from autograder.collect import Fate
from autograder.gradebook.database import Score
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


def table_of_scores(scores: Iterable[Score]) -> Table:
    """A row for each student and unit, as the gradebook has it; extensions and free days where anybody has any."""
    rows = list(scores)
    extended, free = any(row.extension for row in rows), any(row.free_days for row in rows)
    table = Table()
    for heading in ("student", "unit"):
        table.add_column(heading)
    for heading in ("exercises", "written", *["extension"] * extended, *["free days"] * free, "late", "total", "of"):
        table.add_column(heading, justify="right")
    for row in rows:
        written = "to be marked" if row.written is None else number(row.written)
        late = f"-{number(row.late_penalty)}" if row.late_penalty else ""
        exercises = "no mark yet" if row.exercises is None else number(row.exercises)
        given = [*[row.extension] * extended, *[str(row.free_days or "")] * free]
        cells = (escape(row.student), row.unit, exercises, written, *given, late, number(row.total), number(row.max_score))
        table.add_row(*cells)
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
