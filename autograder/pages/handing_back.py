"""The feedback pages of a unit as one zip, to be uploaded to a learning platform.

Moodle (“Upload multiple feedback files in a zip”) and Canvas (“Upload Submissions”) know whose a file is by the name that they gave to
what was handed in. So each page takes the place of its notebook in the download that the class was collected from; a notebook is known
there by its bytes, those that were graded.
"""

import zipfile
from collections import defaultdict
from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path, PurePosixPath

from autograder.gradebook import database
from autograder.instance import Instance, reported
from autograder.intake import sources
from autograder.intake.names import normal
from autograder.intake.roster import Roster
from autograder.intake.senders import sender_of
from autograder.pages.figures import saved
from course.errors import UserError


def hand_back(
    instance: Instance,
    unit: str,
    file: Path,
    students: Collection[str] = (),
    download: Path | None = None,
    roster: Roster | None = None,
) -> list[str]:
    """Write the zip of all pages, or of some students' alone; the students who have none in it under the platform's name.

    Without a download each page lies at STUDENT/UNIT.html, and so do the pages of those whose notebook is not found in it. A roster says
    who a sender is, where several have the same notebook, or another one counts for somebody's team.
    """
    names = [score.student for score in database.scores(instance, unit) if not students or score.student in students]
    pages = {name: page for name in names if (page := instance.feedback_page(name, unit)).is_file()}
    if not pages:
        raise UserError(f"There are no feedback pages of {unit} to put into {file}.")
    places = places_in(download, graded_files(instance, unit, pages), unit, roster) if download else {}
    half = file.with_name(f".{file.name}.part")
    with reported(f"write {file}"):
        with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, page in pages.items():
                archive.write(page, str(places.get(name, PurePosixPath(name, f"{unit}.html"))))
        half.replace(file)
    return [name for name in pages if name not in places] if download else []


def graded_files(instance: Instance, unit: str, students: Collection[str]) -> dict[str, list[str]]:
    """Whose graded notebook each fingerprint is: several students', where one has copied another's file."""
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for student in students:
        if report := saved(instance, student, unit):
            owners[report.fingerprint].append(student)
    return owners


def places_in(download: Path, owners: Mapping[str, list[str]], unit: str, roster: Roster | None = None) -> dict[str, PurePosixPath]:
    """Where each student's page goes, by the files of a download: by what was graded, or else by who sent a notebook."""
    by_file: dict[str, PurePosixPath] = {}
    by_sender: dict[str, PurePosixPath] = {}
    for found in sources.files(download):
        if not (place := place_of(found.path, unit)):
            continue
        sender = sender_of(found.path)
        student = roster.match(sender)[0] if roster else normal(sender.name)
        of_file = owners.get(sha256(found.data).hexdigest(), []) if found.data else []
        if len(of_file) == 1 or student in of_file:
            by_file[student if student in of_file else of_file[0]] = place
        elif found.path.suffix.lower() in (".ipynb", ".json"):
            by_sender[student] = place
    with_page = {student for of_file in owners.values() for student in of_file}
    return {student: place for student, place in by_sender.items() if student in with_page} | by_file


def place_of(path: PurePosixPath, unit: str) -> PurePosixPath | None:
    """Where the page on a notebook goes: into its sender's folder, or beside it where there are none; None for a name that leads out.

    >>> str(place_of(PurePosixPath("Ada_12_assignsubmission_file_/work.ipynb"), "05"))
    'Ada_12_assignsubmission_file_/05.html'
    >>> str(place_of(PurePosixPath("lovelaceada_12_34_work-1.ipynb"), "05"))
    'lovelaceada_12_34_work-1.html'
    """
    part = next((part for part in path.parts if sender_of(PurePosixPath(part)).platform), path.parts[0])
    if part == "..":
        return None
    alone = part == path.name or part.lower().endswith(".zip")  # nothing else of the download lies within
    return PurePosixPath(part).with_suffix(".html") if alone else PurePosixPath(part, f"{unit}.html")
