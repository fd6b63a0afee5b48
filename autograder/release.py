"""What students get: a unit's notebook without its answers, made by nbgrader's own converter."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from nbgrader.converters import GenerateAssignment

from autograder import own
from autograder.gradebook import rules
from autograder.gradebook.connection import opened
from autograder.gradebook.nbgrader_calls import course_directory, quiet_nbgrader
from autograder.instance import Instance, reported
from course.units import UNITS


def release(instance: Instance, unit: str) -> Path:
    """Make the student's notebook of a unit from the instructor's, and enter the unit in the gradebook. May be run again."""
    instance.check_unit(unit)
    if unit in UNITS.own:
        own.write_source(instance, unit)
    with opened(instance):
        pass  # made if it is not there, and known to be within reach
    with kept_on_failure(instance.released(unit).parent), quiet_nbgrader(f"release {unit}") as log:
        GenerateAssignment(coursedir=course_directory(instance, unit, log), config=instance.config, log=log).start()
    rules.apply(instance, [unit])
    return instance.released(unit)


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
