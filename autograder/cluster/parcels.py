"""What travels: of a class as much as judging one unit needs, a hand-in, and the report on it. All of it is JSON, and so nothing but data.

The class's secret stays at home. With each hand-in go the seeds of the cases that this file gets.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from autograder import learning
from autograder.desk import Desk, Judged, Judging
from autograder.files import write_whole
from autograder.instance import CONFIG, HandIn, Instance, reported
from autograder.intake import submission as submissions
from autograder.questions import Questions, Told
from autograder.report import Report
from autograder.walls.sandbox import Limits
from autograder.walls.zygote import BUBBLEWRAP
from course.checking import OWN
from course.errors import Unreadable
from course.units import UNITS
from course.units.own import DATA


@dataclass(frozen=True)
class Parcel:
    """Something packed, under a name that nothing else has."""

    name: str
    content: bytes


def pack_class(judging: Judging) -> Parcel:
    """The unit as it was and is released, with its data, the students' own numbers, the class's own exercises and names of mistakes."""
    instance = Instance.open(judging.root)
    with reported(f"read the class at {judging.root}"):
        files = {path.relative_to(judging.root).as_posix(): encoded(path.read_bytes()) for path in needed(instance, judging.unit)}
    content = json.dumps({"unit": judging.unit, "limits": asdict(judging.limits), "files": files}).encode()
    return Parcel(hashlib.sha256(content).hexdigest(), content)


def needed(instance: Instance, unit: str) -> Iterator[Path]:
    """The files of a class that a unit's submissions are judged with."""
    root = instance.root
    yield from files_in(instance.released(unit).parent)
    yield from files_in(root / "earlier" / unit)
    yield from files_in(root / OWN / unit / DATA)
    yield from (root / OWN).rglob("*.py")  # an exercise may need those of another unit
    yield from filter(Path.is_file, (instance.numbers_path(unit), root / learning.FILE))


def files_in(folder: Path) -> Iterator[Path]:
    return filter(Path.is_file, folder.rglob("*"))


def unpack_class(content: bytes, root: Path) -> Judging:
    """Put a class into an empty directory, without what only the instructor needs; what is judged there has the wall in any case."""
    packed = json.loads(content)
    unit, files = packed["unit"], {name: decoded(text) for name, text in packed["files"].items()}
    for name, data in {CONFIG: b"", f"source/{unit}/{unit}.ipynb": b"", **files}.items():
        write_whole(root / name, data)
    beside = Instance.open(root).released_data(unit)
    return Judging(root, unit, Limits(**packed["limits"]), wall=BUBBLEWRAP, secret=b"", data=beside)


class Outgoing:
    """Hand-ins of a unit on their way out, and reports on their way back."""

    def __init__(self, judging: Judging) -> None:
        self.unit = judging.unit
        self.questions = Questions(judging.secret)
        self.exercises = UNITS.exercise_names(judging.unit)

    def pack(self, hand_in: HandIn) -> tuple[bytes, str]:
        """A hand-in as it was read, without outputs, and the SHA-256 of the file. Where it cannot be read, the reason goes instead."""
        try:
            text, fingerprint = submissions.read_text(hand_in.notebook)
        except Unreadable as error:
            hand_in = hand_in._replace(unclear=hand_in.unclear or str(error))
            text, fingerprint = b"", submissions.fingerprint(hand_in.notebook)
        seeds = {name: self.questions.seed(name, fingerprint) for name in self.exercises}
        names = {"student": hand_in.student, "name": hand_in.notebook.name, "unclear": hand_in.unclear}
        return json.dumps({**names, "text": encoded(text), "seeds": seeds}).encode(), fingerprint

    def unpack(self, hand_in: HandIn, fingerprint: str, reply: Mapping[str, Any]) -> tuple[Judged, str]:
        """The report on a hand-in, and its graded notebook. Whose it is, and on which file, is known here."""
        report = replace(Report.from_dict(reply["report"]), student=hand_in.student, unit=self.unit, fingerprint=fingerprint)
        return (report, frozenset(reply["unanswered"])), reply["notebook"]


class Incoming:
    """A desk for hand-ins that come from elsewhere."""

    def __init__(self, judging: Judging) -> None:
        self.told = Told()
        self.desk = Desk(judging, judging.sandbox(), self.told)

    def judge(self, content: bytes) -> dict[str, Any]:
        """Judge a hand-in; nothing of it is left here."""
        packed = json.loads(content)
        judging = self.desk.judging
        path = judging.root / "submitted" / packed["student"] / judging.unit / packed["name"]
        self.told.seeds = packed["seeds"]
        write_whole(path, decoded(packed["text"]))
        try:
            (report, unanswered), notebook = self.desk.judge_and_render(HandIn(packed["student"], path, packed["unclear"]))
        finally:
            path.unlink()
        return {"report": asdict(report), "unanswered": sorted(unanswered), "notebook": notebook}


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def decoded(text: str) -> bytes:
    return base64.b64decode(text)
