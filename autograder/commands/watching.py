"""Grading what arrives, for as long as it is left running: watch."""

import argparse
import json
import signal
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from autograder.commands.grading import not_shared, summaries_of
from autograder.commands.options import DONE, HELP, Commands, Messages, between, limits_of, with_limits, with_wall
from autograder.instance import Instance
from autograder.report import Report
from autograder.walls.choice import choose
from autograder.walls.sandbox import Sandbox, printable
from autograder.watch import Watch
from course.judging.verdict import number

WATCH = """\
Grade what arrives in DIR/submitted, and in nbgrader's exchange where the class's nbgrader_config.py sets c.Exchange.root: each within
seconds, with one line, until Ctrl-C or SIGTERM, which wait for what is in hand. What is graded and has not changed is not graded again, and
what is still being written waits. What fails is told, and tried again after pauses that grow. Other commands get their turn."""


def register(commands: Commands) -> None:
    """Enter these commands, with their options and their help."""
    command = commands.add_parser("watch", help=HELP["watch"], description=WATCH)
    command.add_argument("dir", type=Path, metavar="DIR", help="a class, made by `autograder init`")
    command.add_argument("--unit", action="append", default=[], help="only this unit; may be repeated (default: all that are released)")
    command.add_argument(
        "--every", type=between(0.1, 3600, float), default=2.0, metavar="SECONDS", help="between two looks, at least (default: %(default)g)"
    )
    command.add_argument("--workers", type=between(1, 1000), default=0, metavar="N", help="processes (default: one a core)")
    command.add_argument("--feedback", action="store_true", help="write feedback pages too")
    command.add_argument("--json", action="store_true", help="print a JSON object a line")
    with_wall(with_limits(command)).set_defaults(command=watch)


def watch(options: argparse.Namespace, messages: Messages) -> int:
    instance = Instance.open(options.dir)
    units = [instance.unit(words) for words in options.unit]
    log, wall = Log(options.json), choose(options.wall)
    Sandbox(wall=wall.wall).close()  # where it cannot be had, that is told now, and not at the first hand-in
    watching = Watch(
        instance.root,
        units,
        every=options.every,
        workers=options.workers,
        pages=options.feedback,
        limits=limits_of(options),
        wall=wall.wall,
        say=log.say,
        on_graded=log.graded,
        share=lambda instance, unit: not_shared(instance, unit, log.say),
    )
    before = [(number, signal.signal(number, watching.stop)) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        log.say(f"Watching {instance.root}: {', '.join(units) or 'all units that are released'}. {wall.sentence}")
        for unit in units:
            if not instance.released(unit).is_file():
                log.say(f"{unit} has not been released yet, and is not graded before: autograder release {options.dir} {unit}")
        watching.run()
        log.say("Stopped. What was graded is recorded; the same command goes on from here.")
    finally:
        for signal_number, handler in before:
            signal.signal(signal_number, handler)
    return DONE


class Log:
    """What a service says, a line each: in words, or as JSON."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def say(self, words: str) -> None:
        self.write(printable(words), {"said": words})

    def graded(self, instance: Instance, unit: str, reports: Sequence[Report]) -> None:
        """A line for each report, with the marks as they stand in the gradebook."""
        summaries = summaries_of(instance, unit, reports) if reports else {}
        for report in reports:
            summary = summaries[report.student]
            note = printable(report.note)
            if summary["score"] is None or report.status != "graded":
                words = f"no mark: {note}"
            else:
                words = f"{number(summary['score'])} / {number(summary['max_score'])}" + (f" ({note})" if note else "")
            self.write(f"{unit} {report.student}: {words}", summary)

    def write(self, words: str, entry: dict[str, object]) -> None:
        at = datetime.now().astimezone().isoformat(timespec="seconds")
        print(json.dumps({"time": at, **entry}) if self.as_json else f"{at} {words}", flush=True)
