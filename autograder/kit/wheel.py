"""The course as a wheel whose units are packed: `pip` and Pyodide install it as any other, and who looks through its files meets no answer.

The rooms of the units, with the right answers, the forward passes and the mistakes, are one compressed file, `course.units.PACK`, from
which Python imports. That keeps answers out of plain sight: nobody comes across one in a folder, an editor or a search. It keeps nobody
out: who sets out to unpack the file can, as `check` itself has to. A copied answer is what `autograder similar` is for.

It is made of what is installed, the checkout that authors work on or the wheel that instructors have, to the same bytes.
"""

import base64
import hashlib
import importlib.metadata
from collections.abc import Mapping
from pathlib import Path

import course
from autograder.files import write_whole
from autograder.kit.zipped import zipped
from course.units import PACK

DISTRIBUTION = "backpropagation-course"
ROOMS = "course/units/"
PLAIN = {f"{ROOMS}__init__.py", f"{ROOMS}own.py", f"{ROOMS}{PACK}"}  # the registry, which knows no answer; and what is packed already
KEPT = ("METADATA", "licenses/LICENSE")  # of what an installation says of itself
WHEEL = "Wheel-Version: 1.0\nGenerator: backpropagation-autograder\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def course_wheel(into: Path) -> Path:
    """Write the course that is installed into a folder, as a wheel with its units packed; returns the path of the wheel. Raises OSError."""
    name = f"{DISTRIBUTION.replace('-', '_')}-{importlib.metadata.version(DISTRIBUTION)}"
    files = packed(files_of_the_course()) | {f"{name}.dist-info/{file}": data for file, data in metadata().items()}
    path = into / f"{name}-py3-none-any.whl"
    write_whole(path, zipped(files | {f"{name}.dist-info/RECORD": record(files, f"{name}.dist-info/RECORD")}))
    return path


def files_of_the_course() -> dict[str, bytes]:
    """The files of the package, by their place in a wheel."""
    root = Path(course.__file__).parent
    names = (path.relative_to(root.parent) for path in root.rglob("*") if path.is_file())
    shown = (name for name in names if not any(part.startswith((".", "__pycache__")) for part in name.parts))
    return {name.as_posix(): (root.parent / name).read_bytes() for name in shown}


def packed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same files with the rooms of the units in one; as they are where they are packed already."""
    rooms = {name: data for name, data in files.items() if name.startswith(ROOMS) and name not in PLAIN}
    pack = {ROOMS + PACK: zipped({name.removeprefix(ROOMS): data for name, data in rooms.items()})} if rooms else {}
    return {name: data for name, data in files.items() if name not in rooms} | pack


def metadata() -> dict[str, bytes]:
    """What the wheel says of itself: as the installation does, of which an editable one has other files as well."""
    installed = importlib.metadata.distribution(DISTRIBUTION)
    texts = {name: text for name in KEPT if (text := installed.read_text(name)) is not None}
    return {name: text.encode() for name, text in (texts | {"WHEEL": WHEEL}).items()}


def record(files: Mapping[str, bytes], own: str) -> bytes:
    """The list of a wheel's files with their digests, in which it stands itself without one."""
    digests = {name: base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode() for name, data in files.items()}
    lines = [f"{name},sha256={digests[name]},{len(files[name])}" for name in sorted(files)]
    return "\n".join([*lines, f"{own},,", ""]).encode()
