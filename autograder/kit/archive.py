"""The student's kit: notebooks, the course's wheel, the versions to install, and how to start, in one zip with one folder."""

import importlib.metadata
import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder import build
from autograder.files import write_whole
from autograder.instance import Instance
from autograder.kit.wheel import DISTRIBUTION, course_wheel
from autograder.kit.zipped import zipped
from autograder.pages import templates
from course.errors import UserError
from course.units import UNITS

HERE = Path(__file__).parent
FOLDER = "backpropagation"
NAME = "backpropagation-kit.zip"
START = "start.py"
PINS = "requirements-lab.txt"  # beside the packages in a checkout, in here in an installed wheel
LICENCES = ("LICENSE", "LICENSE-prose")
JINJA = Environment(loader=FileSystemLoader([HERE, templates.FOLDER]), autoescape=True, undefined=StrictUndefined)


def students_kit(path: Path, notebooks: Mapping[str, bytes]) -> None:
    """Write the kit with these files, by their names, in its folder of notebooks. Raises OSError."""
    with TemporaryDirectory() as scratch:
        wheel = course_wheel(Path(scratch))
        files = {
            "START-HERE.html": start_page(sorted(notebooks)).encode(),
            START: (HERE / START).read_bytes(),
            "requirements.txt": requirements(wheel.name).encode(),
            wheel.name: wheel.read_bytes(),
            **{f"notebooks/{name}": data for name, data in notebooks.items()},
            **{f"{name}.txt": held(name).read_bytes() for name in LICENCES},
        }
    write_whole(path, zipped({f"{FOLDER}/{name}": data for name, data in files.items()}))


def notebooks_of_the_course() -> dict[str, bytes]:
    """The students' notebook of each unit, as the course has it."""
    made = {unit: build.student_notebook(build.instructor_notebook(build.source_of(unit))) for unit in UNITS.names}
    return {f"{unit}.ipynb": build.as_text(notebook).encode() for unit, notebook in made.items()}


def notebooks_of(instance: Instance) -> dict[str, bytes]:
    """What a class has released, with whatever lies beside the notebooks. Raises UserError where files of two units would be one."""
    found: dict[str, bytes] = {}
    for unit in instance.units():
        folder = instance.released(unit).parent
        for path in (path for path in folder.rglob("*") if instance.released(unit).is_file() and path.is_file()):
            name, data = path.relative_to(folder).as_posix(), path.read_bytes()
            if found.setdefault(name, data) != data:
                raise UserError(
                    f"Two units have a file {name}, and they differ: in the kit all notebooks lie in one folder. Give that of {unit} "
                    "another name in source/, and release again."
                )
    return found


def requirements(wheel: str) -> str:
    """What is to be installed: names and versions as they were tested, for every Python and system, and the course from its wheel."""
    pins = [line for line in held(PINS).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return "\n".join(["# What the notebooks need, in the versions that the course was tested with.", *pins, f"./{wheel}", ""])


def held(name: str) -> Path:
    """A file of the repository that the autograder's wheel holds too."""
    inside = HERE.parent / name
    return inside if inside.is_file() else HERE.parent.parent / name


def start_page(notebooks: list[str]) -> str:
    """The page that says how to start."""
    declared = importlib.metadata.metadata(DISTRIBUTION).get_all("Classifier") or []
    pythons = [match[1] for line in declared if (match := re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", line))]
    first = next((name for name in notebooks if name.endswith(".ipynb")), "")
    version = importlib.metadata.version(DISTRIBUTION)
    page = JINJA.get_template("start_here.html")
    return page.render(version=version, pythons=pythons, after=next_minor(pythons[-1]), first=first) + "\n"


def next_minor(version: str) -> str:
    """The first version of Python that is newer than all of this one: 3.15 after 3.14."""
    major, _, minor = version.partition(".")
    return f"{major}.{int(minor) + 1}"
