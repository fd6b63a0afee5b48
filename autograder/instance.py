"""A class on disk: an ordinary nbgrader course directory, made, found and checked.

DIR/nbgrader_config.py                     what makes it a class
DIR/exercises/UNIT/NAME.py                 exercises of the instructor's own, see `course.units.own`
DIR/source/UNIT/UNIT.ipynb                 the instructor's notebooks, with their solutions
DIR/release/UNIT/UNIT.ipynb                what students get
DIR/earlier/UNIT/….ipynb                   what they got before, some of which they may still hand in
DIR/variants/STUDENT/UNIT/UNIT.ipynb       what one of them got, with numbers of their own
DIR/variants/UNIT.json                     these numbers
DIR/submitted/STUDENT/UNIT/UNIT.ipynb      what they hand in
DIR/unpacked/STUDENT/UNIT/…                copies of notebooks that they handed in within zips or folders
DIR/autograded/… and DIR/feedback/…        the same, marked
DIR/reports/UNIT/STUDENT.json              what the judge said of each
DIR/class.toml                             due dates, what late work costs, points: what the class has decided (`policy`)
DIR/gradebook.db                           nbgrader's database
DIR/ledger.json                            what that has no place for (`gradebook/ledger`)
DIR/course.json                            the version of the course, and which notebooks it wrote
DIR/grading_secret                         the key that cases are drawn from
DIR/teams.csv                              who hands in together, where somebody does
"""

import contextlib
import difflib
import hashlib
import json
import os
import re
import secrets
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from traitlets.config import Config, PyFileConfigLoader

from autograder.files import write_whole
from autograder.intake.names import composed, refusal
from autograder.intake.numbers import Own
from autograder.intake.recognise import notebook_in
from autograder.intake.structure import Structure, text_of
from autograder.origin import Origin
from autograder.policy import POLICY, TEMPLATE, Policy, read_policy
from course.checking import OWN
from course.errors import UserError
from course.units import UNITS
from course.units.own import DATA

CONFIG = "nbgrader_config.py"
FOLDERS = ("source", "release", "submitted")
LAYOUT = ("directory_structure", *(f"{step}_directory" for step in ("source", "release", "submitted", "autograded", "feedback")))
PATIENCE = 5.0  # seconds to wait while another program writes to the gradebook
LIKENESS = 0.7  # of a misspelt name and a unit's, as difflib counts it
COLLECT = "Move it out of submitted/, and take it in with `autograder collect DIR UNIT SOURCE`"
NO_UNIT = f"expected submitted/STUDENT/UNIT/UNIT.ipynb, and this is not the name of a unit. {COLLECT}"

JUDGE_EXPORTER = "autograder.exporter.JudgeExporter"
JUDGE_LINE = f"c.Autograde.exporter_class = {JUDGE_EXPORTER!r}"
FEEDBACK_EXPORTER = "autograder.exporter.FeedbackExporter"
FEEDBACK_LINE = f"c.GenerateFeedback.exporter_class = {FEEDBACK_EXPORTER!r}"

MODEL_ANSWERS = "autograder.pages.formgrader.ModelAnswers"
MODEL_ANSWERS_LINE = f"c.HTMLExporter.preprocessors = [{MODEL_ANSWERS!r}]"

CONFIG_TEXT = """\
# This file makes the directory a class for nbgrader and for the autograder.
c = get_config()  # nbgrader defines it

# The name of the course, as it appears in the gradebook and in nbgrader's exchange.
c.CourseDirectory.course_id = {course_id!r}

# nbgrader takes the directory it is started in for the class: `cd` here first, then for example `nbgrader autograde UNIT`,
# or `jupyter lab` for formgrader (the menu Nbgrader, then Formgrader). Keep nbgrader's ordinary folders; the autograder relies on them.

# Due dates, points and what late work costs are in class.toml. A rule of your own for late work is a class in a file of this directory,
# here MyRule in late.py, see https://nbgrader.readthedocs.io/en/stable/plugins/late-plugin.html
# c.AssignLatePenalties.plugin_class = 'late.MyRule'

# `nbgrader autograde` and the lightning symbol in formgrader give the same marks as `autograder grade`, and run students' code in the same
# locked-down process. Without this line they give no partial credit, and run students' code as you, with your files at hand.
{judge_line}

# Formgrader shows the model answer and the rubric of each written question above the student's answer. They are on no page for students.
{model_answers_line}

# `nbgrader generate_feedback` and the same button in formgrader write the page that `autograder feedback` writes, and not nbgrader's own.
{feedback_line}
"""


class HandIn(NamedTuple):
    """Where a student's notebook of a unit lies, or is expected: `submission.read` says what is wrong with it."""

    student: str
    notebook: Path
    unclear: str = ""  # why it is not clear which of several files it is


class Instance:
    """One class. `Instance.open` finds it, `Instance.create` makes it."""

    def __init__(self, root: Path, config: Config) -> None:
        self.root = root
        self.config = config

    @classmethod
    def create(cls, path: Path | str) -> "Instance":
        """Make an empty class, in a directory that is new or empty."""
        root = Path(path).absolute()
        if (root / CONFIG).exists():
            raise UserError(f"There is a class at {root} already, and it stays as it is. Give another directory.")
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            raise UserError(f"Expected a new or an empty directory for the class; {root} is neither. Give another one.")
        with reported(f"make a class at {root}"):
            for folder in FOLDERS:
                (root / folder).mkdir(parents=True)
            course_id = re.sub(r"[^\w.-]+", "-", root.name).strip("-") or "course"
            lines = {"judge_line": JUDGE_LINE, "feedback_line": FEEDBACK_LINE, "model_answers_line": MODEL_ANSWERS_LINE}
            (root / CONFIG).write_text(CONFIG_TEXT.format(course_id=course_id, **lines), encoding="utf-8")
            (root / POLICY).write_text(TEMPLATE, encoding="utf-8")
            Origin().with_sources({}).save(root)
        return cls.open(root)

    @classmethod
    def open(cls, path: Path | str) -> "Instance":
        """The class at `path`, once it is clear that it can be worked on."""
        root = Path(path).absolute()
        if not root.is_dir():
            raise UserError(f"There is no directory {root}. Make a class with `autograder init {path}`, or give the path of one.")
        if not (root / CONFIG).is_file():
            raise UserError(f"{root} is no class: expected {CONFIG} in it. Make a class with `autograder init`, or give the path of one.")
        if patterns := set(str(root)) & set("*?[]"):
            raise UserError(f"nbgrader would read {' '.join(sorted(patterns))} in {root} as a pattern. Rename that directory.")
        instance = cls(root, load_config(root))
        UNITS.look_in(root / OWN)
        with reported(f"use the class at {root}"):
            for folder in FOLDERS:
                (root / folder).mkdir(exist_ok=True)
            instance.compose_names()
        instance.check_gradebook()
        return instance

    @property
    def course_id(self) -> str:
        return str(self.config.CourseDirectory.get("course_id", "default_course"))

    @property
    def gradebook(self) -> Path:
        return self.root / "gradebook.db"

    @property
    def db_url(self) -> str:
        return str(self.config.CourseDirectory.get("db_url", f"sqlite:///{self.gradebook}"))

    @property
    def own_database(self) -> bool:
        """Whether the instructor has put the gradebook elsewhere, for example on a database server."""
        return "db_url" in self.config.CourseDirectory

    @property
    def buttons_judge(self) -> bool:
        """Whether nbgrader's own autograding asks our judge; in classes made by early versions it does not."""
        return self.config.Autograde.get("exporter_class") == JUDGE_EXPORTER

    @property
    def shows_model_answers(self) -> bool:
        """Whether formgrader shows model answers; in classes made by early versions it does not."""
        return MODEL_ANSWERS in self.config.HTMLExporter.get("preprocessors", [])

    @property
    def buttons_write_our_page(self) -> bool:
        """Whether nbgrader's own command for feedback writes our page; in classes made by early versions it writes over it."""
        return self.config.GenerateFeedback.get("exporter_class") == FEEDBACK_EXPORTER

    def source(self, unit: str) -> Path:
        return self.root / "source" / unit / f"{unit}.ipynb"

    def released(self, unit: str) -> Path:
        return self.root / "release" / unit / f"{unit}.ipynb"

    def released_data(self, unit: str) -> Path | None:
        """Where the data lie that students got beside the notebook of a unit, if there are any."""
        folder = self.released(unit).with_name(DATA)
        return folder if folder.is_dir() else None

    def submitted(self, student: str, unit: str) -> Path:
        return self.root / "submitted" / student / unit / f"{unit}.ipynb"

    def unpacked(self, student: str, unit: str) -> Path:
        """Where a notebook is copied to that a student handed in within a zip or a folder."""
        return self.root / "unpacked" / student / unit

    def autograded(self, student: str, unit: str) -> Path:
        return self.root / "autograded" / student / unit / f"{unit}.ipynb"

    def feedback_page(self, student: str, unit: str) -> Path:
        return self.root / "feedback" / student / unit / f"{unit}.html"

    def report_path(self, student: str, unit: str) -> Path:
        """Where the report on a submission is kept."""
        return self.root / "reports" / unit / f"{student}.json"

    def policy(self) -> Policy:
        """What the class has decided, as its class.toml says it now. Raises UserError where that is wrong."""
        return read_policy(self.root, self.units(), self.points)

    def points(self, unit: str) -> dict[str, float]:
        """The points of a unit's exercises and written answers, as it was released, or will be."""
        released = self.released(unit)
        return Structure.load(released if released.is_file() else self.source(unit)).points

    def secret(self) -> bytes:
        """The key that this class's cases are drawn from: made once, readable by the instructor alone."""
        path = self.root / "grading_secret"
        with reported(f"read or write {path}"):
            if not path.exists():
                write_whole(path, secrets.token_hex(32), private=True)
            try:
                return bytes.fromhex(path.read_text().strip())
            except ValueError:
                raise UserError(f"{path} is damaged: expected 64 hexadecimal digits. Remove it, and grade again with --force.") from None

    def units(self) -> list[str]:
        """The units that have an instructor's notebook, or the source of one, in order."""
        return sorted({*UNITS.own, *(name for name in listed(self.root / "source") if self.source(name).is_file())})

    def check_unit(self, unit: str) -> None:
        if unit not in (known := self.units()):
            if unit in listed(self.root / "source"):
                raise UserError(
                    f"{self.source(unit)} is not there: an assignment is one notebook here, with the name of its folder. Give each "
                    f"notebook of {unit} a folder of its own, or grade it with `nbgrader autograde`."
                )
            there = f"The class has {', '.join(known)}." if known else "The class has none yet: build its notebooks into source/ first."
            raise UserError(f"There is no unit {unit!r}. {there}")

    def unit(self, words: str) -> str:
        """The unit that is meant by its name, its number, or a beginning that no other has."""
        found = called(words, self.units())
        self.check_unit(found or words)
        return found

    def source_notebook(self, unit: str) -> dict[str, Any]:
        """The instructor's notebook as JSON."""
        try:
            notebook = json.loads(self.source(unit).read_bytes())
            return {**notebook, "cells": [{**cell, "source": text_of(cell["source"])} for cell in notebook["cells"]]}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UserError(
                f"{self.source(unit)} is no notebook ({type(error).__name__}: {error}). Put it right, or put back a copy of it."
            ) from error

    def structures(self) -> dict[str, Structure]:
        """The cells of every unit that was released."""
        return {unit: self.structure(unit) for unit in self.units() if self.released(unit).is_file()}

    def structure(self, unit: str, numbers: Own | None = None) -> Structure:
        """The cells of a unit as they were released; with a student's own `numbers`, as that student got them.

        Read it once, and use it for every submission.
        """
        self.check_unit(unit)
        if not self.released(unit).is_file():
            raise UserError(f"{unit} has not been released: expected {self.released(unit)}. Run `autograder release` for it first.")
        now = self.released(unit).read_bytes()
        kept = sorted((self.root / "earlier" / unit).glob("*.ipynb"))
        return Structure.load(self.released(unit), [path for path in kept if path.read_bytes() != now], numbers)

    def structures_of(self, unit: str) -> Callable[[str], Structure]:
        """The cells of a unit as each student got them, by the student's name."""
        common, numbers = self.structure(unit), self.numbers(unit)
        return lambda student: self.structure(unit, numbers[student]) if numbers.get(student) else common

    def numbers(self, unit: str) -> dict[str, Own]:
        """The numbers of each student's own variants of a unit, by exercise; of students who got the common notebook, none."""
        path = self.numbers_path(unit)
        if not path.is_file():
            return {}
        try:
            found = json.loads(path.read_bytes())
            for value in (value for own in found.values() for numbers in own.values() for value in numbers.values()):
                if type(value) not in (int, float):
                    raise TypeError(f"{value!r} is no number")
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise UserError(
                f"{path} is damaged ({type(error).__name__}: {error}). Remove it, and release the variants again: each student is given "
                "the same numbers as before."
            ) from error
        return found

    def numbers_path(self, unit: str) -> Path:
        """Where the numbers of a unit's variants are kept."""
        return self.root / "variants" / f"{unit}.json"

    def variant(self, student: str, unit: str) -> Path:
        """Where a student's own variant of a notebook lies, to be given to the student."""
        return self.root / "variants" / student / unit / f"{unit}.ipynb"

    def keep_release(self, unit: str) -> None:
        """Keep a copy of what is released now, under the digest of what is in it: it will be handed in after the next release too.

        What is no notebook, and so was handed out to nobody, is not kept.
        """
        released = self.released(unit)
        try:
            Structure.load(released)
        except UserError:
            return
        with reported(f"keep a copy of {released}"):
            text = released.read_text(encoding="utf-8")
            copy = self.root / "earlier" / unit / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.ipynb"
            if not copy.exists():
                write_whole(copy, text)

    def submissions(self, unit: str) -> list[HandIn]:
        """One entry for every student who handed in something for the unit, by name.

        A link counts as handed in and is never followed here; reading it is refused, with the reason.
        """
        self.check_unit(unit)
        students = sorted({composed(name) for name in self._names()})
        folders = (self.root / "submitted" / name for name in students if not refusal(name))
        return [
            HandIn(folder.name, self.submitted(folder.name, unit))
            for folder in folders
            if folder.is_symlink() or (folder.is_dir() and os.path.lexists(folder / unit))
        ]

    def found(self, unit: str, hand_in: HandIn, released: Callable[[], Mapping[str, Structure]]) -> HandIn:
        """A hand-in with the notebook that is meant, as a file: out of a zip or a folder it is copied."""
        known = notebook_in(hand_in.notebook, unit, released)
        if not known.data:
            return HandIn(hand_in.student, known.path, known.unclear)
        copy = self.unpacked(hand_in.student, unit) / known.path.name
        with reported(f"write {copy}"):
            write_whole(copy, known.data)
        return HandIn(hand_in.student, copy)

    def compose_names(self) -> None:
        """Give each student's folder the one spelling of its letters, so that nbgrader's tools find it too."""
        for name in self._names():
            place = self.root / "submitted" / composed(name)
            if not os.path.lexists(place):
                (self.root / "submitted" / name).rename(place)

    def strays(self) -> list[tuple[str, str]]:
        """What lies in submitted/ where no submission is looked for: where, and the reason, with what to do."""
        units = self._folders_of_units()
        return [(where, why) for name in self._names() for where, why in self._strays_of(name, units)]

    def astray(self, unit: str) -> set[str]:
        """Students of whom something may be of this unit, and lies where no submission is looked for."""
        units = self._folders_of_units()
        places = [where.partition("/") for where, _ in self.strays()]
        return {composed(name) for name, _, inner in places if meant(inner, units) in (unit, "")}

    def _strays_of(self, name: str, units: set[str]) -> list[tuple[str, str]]:
        """The same, of one name in submitted/."""
        folder = self.root / "submitted" / name
        if reason := refusal(composed(name)):
            return [(name, f"no student's name, since {reason}. Rename it")]
        if not folder.is_dir():
            return [(name, f"expected a directory submitted/STUDENT/UNIT/UNIT.ipynb, but {name} is a file. {COLLECT}")]
        if not folder.samefile(folder.with_name(composed(name))):
            return [(name, "the same name is there in another spelling of its letters. Put what is in both into one")]
        if folder.is_symlink():
            return []
        inside = [inner for inner in listed(folder) if inner not in units and holds_notebooks(folder / inner)]
        misspelt = {inner: unit for inner in inside if (folder / inner).is_dir() and (unit := meant(inner, units))}
        if inside and not misspelt and not units & set(listed(folder)):
            return [(name, f"it holds notebooks, but no directory of a unit; is it an unpacked download? {COLLECT}")]
        return [
            (f"{name}/{inner}", f"there is no unit of this name; is it {misspelt[inner]}? Rename it" if inner in misspelt else NO_UNIT)
            for inner in inside
        ]

    def _folders_of_units(self) -> set[str]:
        return {*listed(self.root / "source"), *listed(self.root / "release")}

    def _names(self) -> list[str]:
        return [name for name in listed(self.root / "submitted") if not name.startswith(".")]

    def check_gradebook(self) -> None:
        """Raise where the gradebook could not be written to. A gradebook that is not there yet is made at its first use."""
        if self.own_database:
            return
        with reported(f"write to {self.root}, where the gradebook is"), tempfile.TemporaryFile(dir=self.root):
            pass
        if not self.gradebook.exists():
            return
        with gradebook_errors(self.gradebook), contextlib.closing(sqlite3.connect(self.gradebook, timeout=PATIENCE)) as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("CREATE TABLE can_be_written_to (x)")  # SQLite begins a transaction on a read-only file without a word
            database.rollback()


def called(words: str, known: Iterable[str]) -> str:
    """The one of these units that is meant by its name, its number, or a beginning that no other has; "" where none is."""
    pattern = rf"0*{int(words)}(?!\d)" if words.isdecimal() else re.escape(words) or "$"
    found = [words] if words in known else [name for name in known if re.match(pattern, name)]
    if len(found) > 1:
        raise UserError(f"{words!r} may be {' or '.join(found)}. Give more of its name.")
    return found[0] if found else ""


def listed(folder: Path) -> list[str]:
    """The names in a directory, in order."""
    with reported(f"list {folder}"):
        return sorted(os.listdir(folder))


def holds_notebooks(path: Path) -> bool:
    """Whether a path is a notebook or a zip, or a directory with one in it, at any depth."""
    if path.name.startswith(".") or path.is_symlink():
        return False
    names = [path.name] if path.is_file() else (file for _, _, files in os.walk(path) for file in files)
    return any(name.lower().endswith((".ipynb", ".zip")) for name in names)


def meant(name: str, units: Iterable[str]) -> str:
    """The unit that is meant by a number or a beginning, or else has the name that is most like this one; "" where none has."""
    with contextlib.suppress(UserError):  # several may be meant
        if unit := called(name, units):
            return unit
    spelt = {unit.casefold(): unit for unit in units}
    return next((spelt[close] for close in difflib.get_close_matches(name.casefold(), spelt, 1, LIKENESS)), "")


def load_config(root: Path) -> Config:
    """The class's own nbgrader_config.py, which must leave nbgrader's folders as they are."""
    try:
        config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    except Exception as error:
        raise UserError(f"{root / CONFIG} does not run: {type(error).__name__}: {error}. Put it right, or make a new class.") from error
    if moved := [name for name in LAYOUT if name in config.CourseDirectory]:
        raise UserError(
            f"{root / CONFIG} sets c.CourseDirectory.{moved[0]}; expected nbgrader's own folders. Remove that line, and move the files."
        )
    return config


@contextlib.contextmanager
def reported(doing: str) -> Iterator[None]:
    """Turn what the operating system says into a sentence."""
    try:
        yield
    except OSError as error:
        raise UserError(f"Could not {doing}: {error.strerror or error} ({error.filename}).") from error


@contextlib.contextmanager
def gradebook_errors(gradebook: Path | str) -> Iterator[None]:
    """Turn what SQLite says of a gradebook into a sentence."""
    try:
        yield
    except sqlite3.Error as error:
        raise UserError(gradebook_advice(gradebook, str(error))) from error


def gradebook_advice(gradebook: Path | str, words: str) -> str:
    """What to do about a database error, in a sentence."""
    if "locked" in words:
        return f"The gradebook {gradebook} is in use by another program. Wait for that to finish, or close formgrader, and try again."
    if "is full" in words or "No space left" in words:
        return f"There is no room left for the gradebook {gradebook} ({words}). Make room on its disk, and run this again: nothing is lost."
    if "readonly" in words or "unable to open" in words:
        return f"The gradebook {gradebook} cannot be written to ({words}). Change its permissions, and those of its directory."
    if "not a database" in words or "malformed" in words:
        return f"The gradebook {gradebook} is damaged ({words}). Put back a copy of it, or move it away, release the units and grade again."
    return f"The gradebook {gradebook} could not be used: {words}. If nbgrader was upgraded, copy it and run `nbgrader db upgrade`."
