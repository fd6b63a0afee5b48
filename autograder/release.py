"""What students get: a unit's notebook without its answers, made by nbgrader's own converter."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import SaveCells

from autograder import own
from autograder.gradebook import cells, rules
from autograder.gradebook.nbgrader_calls import course_directory, quiet_nbgrader
from autograder.instance import Instance, reported
from course.units import UNITS


def release(instance: Instance, unit: str) -> cells.Changes:
    """Make the student's notebook of a unit from the instructor's, and enter the unit in the gradebook; what came and went by it.

    May be run again.
    """
    instance.check_unit(unit)
    if unit in UNITS.own:
        own.write_source(instance, unit)
    instance.keep_release(unit)
    found = cells.changes(instance, unit)
    with kept_on_failure(instance.released(unit).parent):
        if found.any:
            generate(instance, unit, rehearsal=True)  # what cannot be released changes nothing in the gradebook
            cells.follow(instance, unit)
        generate(instance, unit)
    rules.apply(instance, [unit])
    return found


def generate(instance: Instance, unit: str, *, rehearsal: bool = False) -> None:
    """Run nbgrader's own converter; in a rehearsal, without entering cells in the gradebook."""
    with quiet_nbgrader(f"release {unit}") as log:
        directory = course_directory(instance, unit, log)
        converter = GenerateAssignment(coursedir=directory, config=instance.config, log=log, force=True)
        if rehearsal:
            converter.preprocessors = [step for step in converter.preprocessors if step is not SaveCells]
        converter.start()


@contextlib.contextmanager
def kept_on_failure(folder: Path) -> Iterator[None]:
    """Make way for a new release, and put the old one back if nothing came of it."""
    aside = folder.with_name(f".{folder.name}.before")
    with reported(f"replace {folder}"):
        if aside.exists():  # an earlier run was killed: what stands in `folder` may be half a release
            shutil.rmtree(folder, ignore_errors=True)
        elif folder.exists():
            folder.rename(aside)
    try:
        yield
    except BaseException:
        if aside.exists():
            shutil.rmtree(folder, ignore_errors=True)
            aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)
