"""The files of a download, out of a folder or a zip: named, bounded, and never unpacked to a place that they choose.

A file's path inside the download is a name to be read and no more. Links are not followed, a zip inside a zip is opened as far as a
student may have zipped a zip, and no more of a file is read than a notebook may hold, whatever its zip says of its size.
"""

import stat
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path, PurePosixPath

from autograder.intake.submission import MAX_BYTES
from course.errors import UserError

MAX_FILES = 200_000
DEPTH = 3  # zips in zips: the download itself, a student's, and one that a student zipped again
MAX_ZIP = 200_000_000  # bytes of a zip within a zip
TIME, SECRET = "timestamp.txt", "submission_secret.txt"  # what nbgrader's exchange puts beside a notebook
LITTER = {"__MACOSX", ".ipynb_checkpoints", ".git", "__pycache__", ".DS_Store", "Thumbs.db", "desktop.ini"}
NO_ZIP = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")


@dataclass(frozen=True)
class Found:
    """A file of a download: its path in it, when it was handed in as far as its place tells, and its bytes, or why there are none."""

    path: PurePosixPath
    modified: datetime
    data: bytes = b""
    problem: str = ""


def files(source: Path, only: Collection[str] = ()) -> Iterator[Found]:
    """Every file of a folder or a zip, in the order of their names. Raises UserError where there is neither, or too much.

    Of a folder it may be `only` some folders in it that are read.
    """
    if not source.exists():
        raise UserError(f"There is no {source}. Give the folder or the zip that the learning platform let you download.")
    found = in_folder(source, only) if source.is_dir() else in_zip(source, PurePosixPath(), time_at(source.stat().st_mtime))
    count = 0
    for count, one in enumerate(found, start=1):
        if count > MAX_FILES:
            raise UserError(f"{source} holds more than {MAX_FILES:,} files. Give the folder of one unit's hand-ins.")
        yield one
    if count == 0:
        raise UserError(f"{source} holds no files: expected what the students handed in. Was it unpacked to another place?")


def in_folder(folder: Path, only: Collection[str] = ()) -> Iterator[Found]:
    """The files of a folder, or of `only` some in it, and of the zips there."""
    for place in sorted(path for top in only or ("",) for path in (folder / top).rglob("*")):
        inside = PurePosixPath(place.relative_to(folder).as_posix())
        if is_litter(inside) or (place.is_dir() and not place.is_symlink()):
            continue
        status = place.lstat()
        modified = time_at(status.st_mtime)
        if not stat.S_ISREG(status.st_mode):
            yield Found(inside, modified, problem="it is a link or a device, and no file")
        elif status.st_size > (MAX_ZIP if place.suffix.lower() == ".zip" else MAX_BYTES):
            yield Found(inside, modified, problem=f"it has {status.st_size / 1e6:,.0f} MB, and a notebook at most {MAX_BYTES / 1e6:g}")
        else:
            yield from opened(Found(inside, modified, place.read_bytes()), depth=1)


def in_zip(file: Path | BytesIO, within: PurePosixPath, modified: datetime, depth: int = 1) -> Iterator[Found]:
    """The files of a zip, and of the zips in it. What a student has zipped may unpack to no more than such a zip may hold."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        yield Found(within, modified, problem=f"it is no zip that can be opened ({error})")
        return
    unpacked = 0
    with archive:
        for info in sorted(archive.infolist()[: MAX_FILES + 1], key=lambda info: info.filename):
            inside = within / PurePosixPath(info.filename.replace("\\", "/").lstrip("/"))
            if info.is_dir() or is_litter(inside):
                continue
            unpacked += info.file_size  # no more of it is unpacked, whatever is in the zip
            if depth > 1 and unpacked > MAX_ZIP:
                yield Found(within, modified, problem=f"it unpacks to more than {MAX_ZIP / 1e6:g} MB")
                return
            yield from opened(member(archive, info, inside), depth)


def member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, inside: PurePosixPath) -> Found:
    """One file of a zip, no more of it than may be read."""
    modified = time_of(info)
    if stat.S_ISLNK(info.external_attr >> 16):
        return Found(inside, modified, problem="it is a link, and no file")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others unpack a piece whole, of whatever size
        return Found(inside, modified, problem="it is packed as few zips are; unpack it, or ask for an ordinary zip")
    limit = MAX_ZIP if inside.suffix.lower() == ".zip" else MAX_BYTES
    if info.file_size > limit:
        return Found(inside, modified, problem=f"it unpacks to more than {limit / 1e6:g} MB")
    try:
        with archive.open(info) as file:
            data = file.read(limit + 1)  # with a number it unpacks no more at once than that
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as error:
        return Found(inside, modified, problem=f"it cannot be unpacked ({error})")
    return Found(inside, modified, data)


def opened(found: Found, depth: int) -> Iterator[Found]:
    """A file, or the files in it where it is a zip."""
    suffix = found.path.suffix.lower()
    if suffix in NO_ZIP:
        yield Found(found.path, found.modified, problem=f"it is packed as {suffix[1:]}; unpack it, or ask for a zip")
    elif suffix != ".zip" or found.problem:
        yield found
    elif depth >= DEPTH:
        yield Found(found.path, found.modified, problem="it is a zip in a zip in a zip; unpack it")
    else:
        yield from in_zip(BytesIO(found.data), found.path, found.modified, depth + 1)


def is_litter(path: PurePosixPath) -> bool:
    """Whether a system or a tool left it there, and nobody handed it in."""
    return any(part in LITTER for part in path.parts) or path.name.startswith("._")


def time_of(info: zipfile.ZipInfo) -> datetime:
    """When a file of a zip was changed last: zips keep local time, to two seconds."""
    try:
        return datetime(*info.date_time).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return datetime(1980, 1, 1, tzinfo=UTC)


def time_at(seconds: float) -> datetime:
    """A file's time."""
    return datetime.fromtimestamp(seconds, UTC)
