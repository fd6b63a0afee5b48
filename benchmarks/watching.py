"""Whether `autograder watch` holds more and more: thousands of arrivals, and what its processes hold meanwhile.

    python -m benchmarks.watching [--arrivals 5000] [--students 200] [--write]

Made-up students hand in, and hand in again with other answers, so many at a time; a line is printed for every ten such waves.
"""

import argparse
import itertools
import json
import os
import random
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder import sample
from autograder.watch import Watch
from benchmarks import table
from benchmarks.grading import made_up, make_class

UNIT = "05_vector_form"
WAVE = 20  # hand-ins that arrive at once
BEGIN, END = "<!-- watching: written by `python -m benchmarks.watching --write` -->", "<!-- end of watching -->"


@dataclass(frozen=True)
class Held:
    """How many hand-ins were graded by then, at how many a minute, and the megabytes of the controller and of the judging processes."""

    graded: int
    rate: float
    controller: float
    judging: float

    def __str__(self) -> str:
        return f"{self.graded} graded, {self.rate:.0f} a minute: controller {self.controller:.0f} MB, judging {self.judging:.0f} MB"


def held(processes: Iterable[int]) -> float:
    """What processes hold, in megabytes."""
    pages = sum(int(Path(f"/proc/{process}/statm").read_text().split()[1]) for process in processes)
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(root: Path, arrivals: int, students: int) -> list[Held]:
    """What was held after every ten waves, in a class made in the folder."""
    answers, draw = made_up(UNIT, students), random.Random(0)
    graded: list[str] = []
    instance = make_class(root, UNIT, [])
    released = json.loads(instance.released(UNIT).read_text(encoding="utf-8"))
    watch = Watch(root, every=0.0, say=print, on_graded=lambda _, unit, reports: graded.extend(report.student for report in reports))
    start, found = time.monotonic(), []
    for wave in range(-(-arrivals // WAVE)):
        for number in draw.sample(range(students), WAVE):
            path, one = instance.submitted(f"s{number}", UNIT), draw.choice(answers)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(sample.filled(released, one.code, one.helpers)) + " " * wave, encoding="utf-8")
        while len(graded) < WAVE * (wave + 1):
            watch.round()
        if wave % 10 == 9:
            rate = 60 * len(graded) / (time.monotonic() - start)
            found.append(Held(len(graded), rate, held([os.getpid()]), held(watch.bench.processes())))
            print(found[-1], flush=True)
    watch.bench.close()
    return found


def lines(found: Sequence[Held]) -> str:
    """The most that was held in each fifth of the way, as a Markdown table. Now and then new processes take over, and hold least."""
    ends = [len(found) * part // 5 for part in range(6)]
    parts = [found[start:end] for start, end in itertools.pairwise(ends) if end > start]
    rows = [
        (
            f"up to {part[-1].graded:,}",
            f"{part[-1].rate:.0f}",
            f"{max(one.controller for one in part):.0f} MB",
            f"{max(one.judging for one in part):.0f} MB",
        )
        for part in parts
    ]
    return table.markdown(("graded", "a minute, since the start", "controller holds at most", "judging processes at most"), rows)


def main() -> None:
    parser = argparse.ArgumentParser("benchmarks.watching", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arrivals", type=int, default=5000)
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder) / "class", options.arrivals, options.students)
    text = f"{table.circumstances([])} {UNIT}.\n\n{lines(found)}"
    print(text)
    if options.write:
        table.write(text, BEGIN, END)


if __name__ == "__main__":
    main()
