"""Exercises of an instructor's own: made from one that works, and put where a release takes them from.

They lie in the class, in DIR/exercises/UNIT (`course.units.own` says how). A release makes DIR/source/UNIT anew from there: the
instructor's notebook, the data, and the exercises themselves, since `check` needs them on a student's computer.
"""

import keyword
import shutil
from collections.abc import Iterable
from pathlib import Path

import nbformat

from autograder import build
from autograder.example import softplus_backward as example
from autograder.files import write_whole
from autograder.instance import Instance, reported
from autograder.origin import digest
from autograder.trial import try_out
from course.checking import OWN
from course.errors import UserError
from course.units import UNITS
from course.units.own import DATA, GIVEN, NOTEBOOK, UNIT_NAME, is_unit_name

# Where the part of the example's notebook begins that is about its exercise, and where it ends.
SECTION, QUESTION = (f"# %% [markdown]\n# ## {heading}" for heading in ("The gradient", "A question"))


def new_exercise(instance: Instance, name: str, unit: str) -> Path:
    """Write an exercise that works, into a unit that is there or a new one; the file to change. Raises UserError for names that clash."""
    check_names(instance, name, unit)
    folder = UNITS.own.folder(unit)
    with reported(f"write into {folder}"):
        write_whole(folder / f"{name}.py", named(Path(str(example.__file__)).read_text(encoding="utf-8"), name))
        text = named(Path(str(example.__file__)).with_name(NOTEBOOK).read_text(encoding="utf-8"), name)
        standing = UNITS.own.source(unit)
        if standing.exists():
            text = f"{standing.read_text(encoding='utf-8').rstrip()}\n\n{text[text.index(SECTION) : text.index(QUESTION)].rstrip()}\n"
        write_whole(standing, text)
    return folder / f"{name}.py"


def named(text: str, name: str) -> str:
    """A text of the example under another name."""
    return text.replace(example.EXERCISE.name, name)


def check_names(instance: Instance, name: str, unit: str) -> None:
    """Raise UserError for a name that an exercise, or a unit, cannot have."""
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
        raise UserError(f"Expected the name of a function, such as softplus_backward; got {name!r}.")
    if name in {Path(NOTEBOOK).stem, Path(GIVEN).stem, "check"} | vars(example).keys() - {example.EXERCISE.name}:
        raise UserError(f"The name {name!r} means something else in the file of an exercise. Give it another one.")
    if name in taken():
        raise UserError(f"There is an exercise {name!r} already, and answers are found by their names. Give it another one.")
    if not is_unit_name(unit):
        raise UserError(f"{unit!r} is no name of a unit: {UNIT_NAME}")
    if other := next((known for known in UNITS.names if known != unit and known.startswith(unit)), ""):
        raise UserError(f"{unit!r} is short for {other} in every command. Give another name with --unit.")
    if unit in UNITS.names:
        raise UserError(f"{unit} is a unit of the course. Give yours another name with --unit.")
    if unit not in UNITS.own and instance.source(unit).exists():
        raise UserError(f"{instance.source(unit)} is there already, and of another origin. Give another name with --unit.")


def taken() -> set[str]:
    """The names of all exercises, the course's and one's own."""
    return {name for unit in UNITS for name in UNITS.exercise_names(unit)}


def write_source(instance: Instance, unit: str) -> None:
    """Make DIR/source/UNIT from one's own unit, once it is clear that its exercises work.

    Raises UserError where they do not, and where the notebook in source/ was changed by hand since it was made.
    """
    notebook = build.instructor_notebook(build.source_of(unit))
    try_out(unit, notebook)
    path, folder = instance.source(unit), UNITS.own.folder(unit)
    with reported(f"write {path.parent}"):
        if path.exists() and changed_by_hand(path):
            raise UserError(
                f"{path} was changed by hand, and a release makes it anew. Take what you want to keep into {build.source_of(unit)}, "
                f"remove {path}, and run this again."
            )
        notebook.metadata["autograder"] = {"made": digest(notebook)}
        write_whole(path, build.as_text(notebook))
        replace_folder(path.with_name(OWN) / unit, (file for file in folder.glob("*.py") if file.name != NOTEBOOK))
        if (folder / DATA).is_dir():
            replace_folder(path.with_name(DATA), (folder / DATA).iterdir())


def replace_folder(folder: Path, content: Iterable[Path]) -> None:
    """Put files and folders, whole, in place of whatever is in a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for one in content:
        if one.is_dir():
            shutil.copytree(one, folder / one.name)
        else:
            shutil.copy(one, folder / one.name)


def changed_by_hand(path: Path) -> bool:
    """Whether a notebook is not what a release has made."""
    try:
        notebook = nbformat.read(path, 4)
        return notebook.metadata.get("autograder", {}).get("made") != digest(notebook)
    except (ValueError, AttributeError):  # it is no notebook any more
        return True
