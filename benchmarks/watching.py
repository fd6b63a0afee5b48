"""Whether `autograder watch` holds more and more: thousands of arrivals, and what its processes hold meanwhile.

    python -m benchmarks.watching [--arrivals 5000] [--students 200]

Made-up students hand in, and hand in again with other answers, so many at a time; a line is printed for every ten such waves.
"""

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from autograder import sample
from autograder.watch import Watch
from benchmarks.grading import made_up, make_class

UNIT = "05_vector_form"
WAVE = 20  # hand-ins that arrive at once


def held(processes: Iterable[int]) -> float:
    """What processes hold, in megabytes."""
    pages = sum(int(Path(f"/proc/{process}/statm").read_text().split()[1]) for process in processes)
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.watching", description=__doc__)
    parser.add_argument("--arrivals", type=int, default=5000)
    parser.add_argument("--students", type=int, default=200)
    options = parser.parse_args()
    answers, draw = made_up(UNIT, options.students), random.Random(0)
    graded: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        instance = make_class(Path(folder) / "class", UNIT, [])
        released = json.loads(instance.released(UNIT).read_text(encoding="utf-8"))
        watch = Watch(
            instance.root, every=0.0, say=print, on_graded=lambda _, unit, reports: graded.extend(report.student for report in reports)
        )
        start = time.monotonic()
        for wave in range(-(-options.arrivals // WAVE)):
            for number in draw.sample(range(options.students), WAVE):
                path, one = instance.submitted(f"s{number}", UNIT), draw.choice(answers)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(json.dumps(sample.filled(released, one.code, one.helpers)) + " " * wave, encoding="utf-8")
            while len(graded) < WAVE * (wave + 1):
                watch.round()
            if wave % 10 == 9:
                judging = watch.bench.processes()
                rate = 60 * len(graded) / (time.monotonic() - start)
                own, theirs = held([os.getpid()]), held(judging)
                print(f"{len(graded)} graded, {rate:.0f} a minute: controller {own:.0f} MB, judging {theirs:.0f} MB", flush=True)
        watch.bench.close()


if __name__ == "__main__":
    main()
