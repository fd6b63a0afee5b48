"""Takes what a learning platform let an instructor download, and puts each notebook where the grader looks for it.

A notebook is known by what is in it (`intake.recognise`), its sender by the roster. What is not clear is listed, and never guessed.
Nothing is moved, and nothing is lost: every file has a fate, and of several attempts the latest is graded and the others are kept in
DIR/attempts/UNIT/STUDENT.
"""

import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Literal

from autograder.files import write_whole
from autograder.instance import Instance, reported
from autograder.intake import sources
from autograder.intake.names import normal, refusal
from autograder.intake.recognise import is_blank, unit_of
from autograder.intake.roster import Roster
from autograder.intake.senders import Sender, sender_of, time_said
from autograder.intake.structure import Structure
from autograder.intake.submission import parse, student_cells
from autograder.intake.times import timestamp
from course.errors import Unreadable

What = Literal["collected", "kept", "there already", "left out", "unclear"]
LONGEST = 1000  # bytes that are kept of what lies beside a notebook
STAMP = "%Y-%m-%d %H:%M:%S.%f UTC"  # as nbgrader writes it into timestamp.txt


@dataclass(frozen=True)
class Fate:
    """What became of one file of a download: what, whose it is, and why."""

    file: str
    what: What
    student: str = ""
    why: str = ""
    late: bool = False


@dataclass(frozen=True)
class Attempt:
    """A notebook of the unit: the file of the download, its sender, when it was handed in, and a copy of it.

    `secret` is what nbgrader's exchange gives a student to fetch feedback with.
    """

    file: PurePosixPath
    sender: Sender
    at: datetime
    copy: Path
    fingerprint: str
    blank: bool
    secret: bytes = b""


def collect(instance: Instance, unit: str, source: Path, roster: Roster | None = None, only: Collection[str] = ()) -> list[Fate]:
    """Copy the notebooks of a unit out of a download into the class; what became of every file, in the order of their names.

    Of a folder it may be `only` some folders in it that are read.
    Raises UserError for a unit that is not released, and for a source that cannot be read.
    """
    instance.structure(unit)
    structures = instance.structures()
    with reported(f"collect {source}"), tempfile.TemporaryDirectory(dir=instance.root, prefix=".collecting-") as folder:
        attempts: list[Attempt] = []
        fates: list[Fate] = []
        beside: dict[PurePosixPath, bytes] = {}
        for number, found in enumerate(sources.files(source, only)):
            if found.path.name in (sources.TIME, sources.SECRET):
                beside[found.path] = found.data[:LONGEST]
                continue
            one = attempt_of(found, unit, structures, Path(folder) / f"{number}.ipynb")
            if isinstance(one, Attempt):
                attempts.append(one)
            else:
                fates.append(one)
        attempts = [with_what_lies_beside(one, beside) for one in attempts]
        for student, of_student in by_student(attempts, roster, fates):
            fates += placed(instance, unit, student, of_student)
    return sorted(fates, key=lambda fate: fate.file)


def attempt_of(found: sources.Found, unit: str, structures: Mapping[str, Structure], copy: Path) -> Attempt | Fate:
    """A file of a download as an attempt at the unit, with a copy of it; or its fate, where it is none."""
    file = str(found.path)
    if found.problem:
        return Fate(file, "unclear", why=found.problem)
    looks_like_one = found.path.suffix.lower() == ".ipynb"
    if not looks_like_one and found.data.lstrip()[:1] != b"{":
        return Fate(file, "left out", why="it is no notebook")
    try:
        cells, _ = student_cells(parse(found.data))
    except Unreadable as error:
        return Fate(file, "unclear" if looks_like_one else "left out", why=str(error))
    if (recognised := unit_of(cells, structures)) != unit:
        why = f"it is a notebook of {recognised}" if recognised else "it holds the answers of no unit of this class"
        return Fate(file, "left out" if recognised else "unclear", why=why)
    copy.write_bytes(found.data)
    sender = sender_of(found.path)
    fingerprint = hashlib.sha256(found.data).hexdigest()
    return Attempt(found.path, sender, sender.at or found.modified, copy, fingerprint, is_blank(cells, structures[unit]))


def with_what_lies_beside(attempt: Attempt, beside: Mapping[PurePosixPath, bytes]) -> Attempt:
    """An attempt with the time and the secret that nbgrader's exchange has put beside the notebook, if it has."""
    at = time_said(beside.get(attempt.file.with_name(sources.TIME), b"").decode("utf-8", "replace")[:19])
    return replace(attempt, at=at or attempt.at, secret=beside.get(attempt.file.with_name(sources.SECRET), b""))


def by_student(attempts: Iterable[Attempt], roster: Roster | None, fates: list[Fate]) -> Iterator[tuple[str, list[Attempt]]]:
    """The attempts of each student; those whose sender is not clear become fates."""
    groups: defaultdict[str, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        student, why = roster.match(attempt.sender) if roster else as_written(attempt.sender)
        if student:
            groups[student].append(attempt)
        else:
            fates.append(Fate(str(attempt.file), "unclear", why=why))
    for student, of_student in sorted(groups.items()):
        numbers = {attempt.sender.number for attempt in of_student}
        if roster is None and len(numbers) > 1:
            why = f"{len(numbers)} senders are called {student}: give a --roster that tells them apart"
            fates += [Fate(str(attempt.file), "unclear", why=why) for attempt in of_student]
        else:
            yield student, of_student


def as_written(sender: Sender) -> tuple[str, str]:
    """The id of a sender where there is no roster: the name as the platform writes it."""
    name = normal(sender.name)
    reason = refusal(name)
    return ("", f"“{sender.name}” cannot be an id, since {reason}") if reason else (name, "")


def placed(instance: Instance, unit: str, student: str, attempts: Sequence[Attempt]) -> Iterator[Fate]:
    """Put a student's attempts into the class: the latest to be graded, the others beside; and what became of each."""
    written = [attempt for attempt in attempts if not attempt.blank]
    for attempt in attempts:
        if written and attempt.blank:
            yield Fate(str(attempt.file), "left out", student, "it holds no answers, and another file of theirs does")
    left = sorted(written or attempts, key=lambda attempt: (attempt.at, attempt_number(attempt.file)))
    unlike = {attempt.fingerprint for attempt in left if (attempt.at, attempt_number(attempt.file)) == latest(left)}
    if len(unlike) > 1:
        for attempt in left:
            why = f"{len(unlike)} notebooks were handed in at the same time: leave the right one"
            yield Fate(str(attempt.file), "unclear", student, why)
        return
    for attempt in left:
        yield put(instance, unit, student, attempt)


def attempt_number(file: PurePosixPath) -> int:
    """The number that Canvas puts behind a name where somebody hands in again: notebook-2.ipynb; 0 where there is none."""
    before, dash, number = file.stem.rpartition("-")
    return int(number) if before and dash and number.isascii() and number.isdigit() and len(number) < 4 else 0


def latest(attempts: Sequence[Attempt]) -> tuple[datetime, int]:
    """The time and number of the last of attempts that are in order."""
    return attempts[-1].at, attempt_number(attempts[-1].file)


def put(instance: Instance, unit: str, student: str, attempt: Attempt) -> Fate:
    """Put one attempt into the class, unless it is there: in the place of an earlier one, which is kept, or among those kept."""
    file, place = str(attempt.file), instance.submitted(student, unit)
    kept = instance.root / "attempts" / unit / student
    late = attempt.sender.late
    if place.is_symlink() or place.parent.is_symlink() or place.parent.parent.is_symlink():
        return Fate(file, "unclear", student, f"{place} is a link, which is not written to", late)
    if any(same_file(path, attempt) for path in (place, *(kept.glob("*.ipynb") if kept.is_dir() else ()))):
        return Fate(file, "there already", student, late=late)
    before = handed_in_at(place)
    if before and before > attempt.at:
        write_whole(kept / f"{attempt.at:%Y-%m-%d %H.%M.%S} {attempt.fingerprint[:6]}.ipynb", attempt.copy.read_bytes())
        return Fate(file, "kept", student, f"an attempt of {before:%d %B, %H:%M} UTC is later", late)
    if before:
        data = place.read_bytes()
        write_whole(kept / f"{before:%Y-%m-%d %H.%M.%S} {hashlib.sha256(data).hexdigest()[:6]}.ipynb", data)
    write_whole(place, attempt.copy.read_bytes())
    place.with_name(sources.TIME).write_text(attempt.at.strftime(STAMP) + "\n", encoding="utf-8")
    secret = place.with_name(sources.SECRET)
    secret.unlink(missing_ok=True)  # that of an earlier attempt
    if attempt.secret:
        write_whole(secret, attempt.secret)
    return Fate(file, "collected", student, "in place of an earlier attempt, which is kept" if before else "", late)


def same_file(path: Path, attempt: Attempt) -> bool:
    """Whether a file is the attempt, byte for byte."""
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == attempt.fingerprint


def handed_in_at(place: Path) -> datetime | None:
    """When what lies at a place was handed in; None where nothing does."""
    if not place.is_file():
        return None
    at = timestamp(place)
    return at.replace(tzinfo=UTC) if at else datetime.fromtimestamp(place.stat().st_mtime, UTC)
