"""Units of an instructor's own: a directory of units, with a file for each exercise.

DIR/UNIT/NAME.py       an exercise, `EXERCISE = Exercise(right=NAME, ...)`
DIR/UNIT/given.py      what the notebook gives to students, as in the units of the course; `_NAME.py` may hold anything else
DIR/UNIT/notebook.py   the source of the notebook; on a student's computer there is none
DIR/UNIT/data/         the unit's own data, see `data_beside`

The files run as the instructor's own code, with all rights: whoever points at a directory has to trust it.
"""

import importlib
import inspect
import re
import sys
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from traceback import extract_tb

from course.errors import BrokenExercise
from course.judging.exercise import Exercise

NOTEBOOK, GIVEN, DATA = "notebook.py", "given.py", "data"
UNIT_NAME = "expected letters, digits and `_`, and `-` between them."
ADVICE = "`autograder new-exercise` writes one that works"


class OwnUnits(Mapping[str, tuple[Exercise, ...]]):
    """The units in a directory, none where there is no such directory. A file is run when its unit is asked for, and again once changed.

    Raises BrokenExercise for a folder whose name cannot be that of a unit, and for a file beside these folders.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self.directory = directory.absolute() if directory else None
        if unfit := [name for name in self.names if not is_unit_name(name)]:
            raise BrokenExercise(f"{self.folder(unfit[0])} is no name of a unit: {UNIT_NAME} Rename it.")
        if stray := next(exercise_files(self.directory), None) if self.directory else None:
            raise BrokenExercise(f"{stray} belongs to no unit: expected {stray.parent.name}/UNIT/{stray.name}. Put it into a folder.")

    @property
    def names(self) -> list[str]:
        """The names of the units: of the folders with files that are to hold exercises."""
        folders = self.directory.glob("*") if self.directory else ()
        return sorted(folder.name for folder in folders if next(exercise_files(folder), None))

    def __getitem__(self, unit: str) -> tuple[Exercise, ...]:
        if unit not in self.names:
            raise KeyError(unit)
        package = self.package(unit)
        found = [exercise_in(path, package) for path in exercise_files(self.folder(unit))]
        return tuple(sorted(found, key=lambda exercise: place_in_notebook(self.source(unit), exercise.name)))

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, unit: object) -> bool:
        return unit in self.names

    def folder(self, unit: str) -> Path:
        if self.directory is None:
            raise KeyError(unit)
        return self.directory / unit

    def source(self, unit: str) -> Path:
        """The source of a unit's notebook."""
        return self.folder(unit) / NOTEBOOK

    def holds(self, path: str) -> bool:
        """Whether a file lies in this directory."""
        return self.directory is not None and Path(path).is_relative_to(self.directory)

    def exercise_names(self, unit: str) -> list[str]:
        """The names of a unit's exercises, by those of their files; none is run for it."""
        return [path.stem for path in exercise_files(self.folder(unit))]

    def holding(self, name: str) -> tuple[Exercise, ...]:
        """The exercises of the unit that has one of that name; no other unit's files are run."""
        return next((self[unit] for unit in self.names if name in self.exercise_names(unit)), ())

    def digest(self, unit: str) -> str:
        """What a unit's exercises are made of, in a few digits: others once one of their files has changed, whatever the clock says."""
        files = sorted(path for path in self.folder(unit).glob("*.py") if path.name != NOTEBOOK)
        return blake2b(repr([(path.name, path.read_bytes()) for path in files]).encode(), digest_size=16).hexdigest()

    def package(self, unit: str) -> str:
        """The package that a unit's files are modules of: another one once a file has changed, so that what changed is run again."""
        stamps = [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(self.folder(unit).glob("*.py"))]
        name = f"own_unit_{blake2b(repr(stamps).encode(), digest_size=8).hexdigest()}"
        if name not in sys.modules:
            sys.modules[name] = types.ModuleType(name, f"The exercises in {self.folder(unit)}.")
            sys.modules[name].__path__ = [str(self.folder(unit))]
        return name


def is_unit_name(name: str) -> bool:
    """Whether a name may be that of a unit: a folder of a class, and an assignment of nbgrader."""
    return bool(re.fullmatch(r"\w[\w-]*", name))


def exercise_files(folder: Path) -> Iterator[Path]:
    """The files that are to hold an exercise each, by name."""
    return (path for path in sorted(folder.glob("*.py")) if path.name not in (NOTEBOOK, GIVEN) and not path.name.startswith(("_", ".")))


def exercise_in(path: Path, package: str) -> Exercise:
    """The exercise in a file. Raises BrokenExercise where the file does not run, or holds none of its name."""
    exercise = getattr(run(path, package), "EXERCISE", None)
    if not isinstance(exercise, Exercise):
        what = "it holds none" if exercise is None else f"that is {type(exercise).__name__}"
        raise BrokenExercise(
            f"{path}: expected `EXERCISE = Exercise(...)`, and {what}. {ADVICE}; the name of a file that only helps others begins with _."
        )
    if exercise.name != path.stem:
        place = f"{path}, line {inspect.getsourcelines(exercise.right)[1]}"
        raise BrokenExercise(f"{place}: the right answer is called `{exercise.name}`. Call the file {exercise.name}.py, too.")
    return exercise


def run(path: Path, package: str) -> types.ModuleType:
    """A file as a module of a package, run if it has not been. Raises BrokenExercise where it does not run."""
    try:
        with without_bytecode():
            return importlib.import_module(f"{package}.{path.stem}")
    except Exception as error:
        raise BrokenExercise(f"{where(error, path)}: {type(error).__name__}: {words_of(error)}. Put it right; {ADVICE}.") from error


@contextmanager
def without_bytecode() -> Iterator[None]:
    """Nothing is kept beside the files: it would go to students with them, and hide a change within the same second."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


def where(error: BaseException, path: Path) -> str:
    """The file beside `path`, and its line, where an error came up."""
    frames = [frame for frame in extract_tb(error.__traceback__) if Path(frame.filename).parent == path.parent]
    file, line = (frames[-1].filename, frames[-1].lineno) if frames else (str(path), None)
    if isinstance(error, SyntaxError) and error.filename and Path(error.filename).parent == path.parent:
        file, line = error.filename, error.lineno
    return f"{file}, line {line}" if line else file


def words_of(error: BaseException) -> str:
    """An error's own words, in one line."""
    return " ".join(str(error.msg if isinstance(error, SyntaxError) else error).split()).rstrip(".")


def place_in_notebook(source: Path, name: str) -> int:
    """Where an answer's place is in the source of its notebook; after all others where it has none."""
    text = source.read_text(encoding="utf-8") if source.is_file() else ""
    found = re.search(rf'exercise="{name}"', text)
    return found.start() if found else len(text)


def data_beside(file: str) -> Path:
    """The directory of a unit's own data, for its file `__file__`: in a class beside it, on a student's computer beside the notebook."""
    folder = Path(file).parent
    return next((path for path in (folder / DATA, folder.parent.parent / DATA) if path.is_dir()), folder / DATA)
