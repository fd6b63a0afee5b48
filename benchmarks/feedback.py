"""How long feedback pages take, and how large they are: ours beside `nbgrader generate_feedback`, in turns, on the sample class.

    python -m benchmarks.feedback
"""

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from nbgrader.converters import GenerateFeedback
from rich.console import Console

from autograder import demo
from autograder.gradebook.nbgrader_calls import course_directory, quiet_nbgrader
from autograder.instance import Instance
from autograder.pages import feedback_page, formulas
from autograder.pages.feedback import feedback

ROUNDS = 3


def ours(instance: Instance) -> None:
    feedback_page.shown.cache_clear()
    formulas.mathml.cache_clear()
    feedback(instance, demo.UNIT)


def theirs(instance: Instance) -> None:
    with quiet_nbgrader("write the feedback") as log:
        GenerateFeedback(coursedir=course_directory(instance, demo.UNIT, log), config=instance.config, log=log).start()


def measured(write: Callable[[Instance], None], instance: Instance) -> tuple[float, float]:
    """Processor seconds for each page, and the mean size of a page in bytes; no page is there before."""
    shutil.rmtree(instance.root / "feedback", ignore_errors=True)
    start = time.process_time()
    write(instance)
    taken = time.process_time() - start
    sizes = [page.stat().st_size for page in (instance.root / "feedback").glob("*/*/*.html")]
    return taken / len(sizes), sum(sizes) / len(sizes)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        demo.demo(Path(folder) / "class", Console(quiet=True))
        instance = Instance.open(Path(folder) / "class")
        for _ in range(ROUNDS):
            (own, size), (stock, stock_size) = measured(ours, instance), measured(theirs, instance)
            print(
                f"a page: {1000 * own:.1f} ms and {size / 1000:.0f} kB; nbgrader's: {1000 * stock:.0f} ms and {stock_size / 1000:.0f} kB; "
                f"{stock / own:.0f} times as fast"
            )


if __name__ == "__main__":
    main()
