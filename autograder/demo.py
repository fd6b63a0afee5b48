"""`autograder demo`: a class from nothing to marks, feedback and gradebook, in under a minute."""

import shutil
import sysconfig
from pathlib import Path

from rich.console import Console

from autograder import batch, release, sample
from autograder.instance import Instance
from autograder.pages.feedback import feedback
from autograder.show import progress, table_of_reports
from autograder.walls.choice import Choice
from autograder.walls.sandbox import Limits
from course.errors import UserError

UNIT = "05_vector_form"
SECONDS = 3.0  # a submission that never ends should not take the demo's minute


def demo(out: Path, console: Console, *, wall: Choice) -> None:
    """Make the class in `out`, grade it, and say where everything lies. Raises UserError where `out` is in use."""
    if out.exists() and any(out.iterdir()):
        raise UserError(f"{out} is not empty. Remove it (it may be an earlier demo), or name another place with --out.")
    instance = Instance.create(out)
    batch.add_sources(instance, [UNIT])
    release.release(instance, UNIT)
    about = sample.hand_in(instance, UNIT)
    console.print(f"A class of {len(about)} submissions of unit {UNIT} is in [b]{out}[/b].")
    console.print(wall.sentence, markup=False, soft_wrap=True)
    with progress(console, "Grading", len(about)) as advance:
        outcome = batch.grade(instance, UNIT, limits=Limits(seconds=SECONDS), wall=wall.wall, on_report=lambda _: advance())
    with progress(console, "Writing feedback", len(about)) as advance:
        feedback(instance, UNIT, on_page=lambda _: advance())
    console.print(table_of_reports(outcome.reports, about))
    console.print(
        f"\nFeedback: open [b]{instance.feedback_page('mistake_factor', UNIT)}[/b] in a browser.\n"
        f"Gradebook: {instance.gradebook}, in nbgrader's own format. To open formgrader on it:\n"
        f"    cd {out} && {command('jupyter')} lab      then the menu Nbgrader, Formgrader\n"
        f"To mark the written question: {command('autograder')} mark {out} {UNIT}\n"
        f"Marks as a table: {command('autograder')} scores {out} --csv\n"
        f"What the class has not understood, on a page: {command('autograder')} report {out}",
        soft_wrap=True,
    )


def command(name: str) -> str:
    """A command as it can be typed: its name, or where it lies if the virtual environment is not active."""
    own = Path(sysconfig.get_path("scripts"), name)
    found = shutil.which(name)
    return name if found and Path(found).samefile(own) else str(own)
