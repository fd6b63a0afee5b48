"""A zip of feedback pages, named so that a learning platform knows whose they are."""

import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import PurePosixPath

import pytest

from autograder.intake.roster import Person, Roster
from autograder.pages.feedback import feedback
from autograder.pages.figures import saved
from autograder.pages.handing_back import hand_back, place_of
from course.errors import UserError

UNIT = "05_sample"


@pytest.fixture
def pages(instance, record_verdicts, hand_in):
    """Pages for three students, of whom Cy has handed in Bob's file."""
    for student in ("ada", "Bob", "Cy"):
        record_verdicts(student)
        notebook = hand_in(student, {"written_1": "Ada's." if student == "ada" else "Bob's."})
        report = saved(instance, student, UNIT)
        replace(report, fingerprint=sha256(notebook.read_bytes()).hexdigest()).save(instance.report_path(student, UNIT))
    feedback(instance, UNIT)
    return instance


@pytest.fixture
def download(pages, tmp_path):
    """Puts students' notebooks into a folder, under the names given."""

    def make(**names):
        folder = tmp_path / "download"
        for student, name in names.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(pages.submitted(student, UNIT).read_bytes())
        return folder

    return make


def contents(file):
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_without_a_download_a_page_bears_the_students_id(pages, tmp_path):
    assert hand_back(pages, UNIT, tmp_path / "back.zip") == []
    held = contents(tmp_path / "back.zip")
    assert sorted(held) == [f"{name}/{UNIT}.html" for name in ("Bob", "Cy", "ada")]
    assert held[f"ada/{UNIT}.html"] == pages.feedback_page("ada", UNIT).read_text()


def test_some_students_alone(pages, tmp_path):
    hand_back(pages, UNIT, tmp_path / "back.zip", ["ada"])
    assert list(contents(tmp_path / "back.zip")) == [f"ada/{UNIT}.html"]


def test_a_page_takes_the_place_of_its_notebook_and_copies_are_told_apart_by_name(pages, tmp_path, download):
    source = download(
        ada="Ada Lovelace_1_assignsubmission_file_/my work (1).ipynb",
        Bob="Bob_2_assignsubmission_file_/x.ipynb",
        Cy="Cy_3_assignsubmission_file_/x.ipynb",
    )
    assert hand_back(pages, UNIT, tmp_path / "back.zip", download=source) == []
    held = contents(tmp_path / "back.zip")
    for folder, student in (("Ada Lovelace_1", "ada"), ("Bob_2", "Bob"), ("Cy_3", "Cy")):
        assert held[f"{folder}_assignsubmission_file_/{UNIT}.html"] == pages.feedback_page(student, UNIT).read_text()


def test_who_is_not_in_the_download_is_named_and_has_the_page_all_the_same(pages, tmp_path, download):
    source = download(ada="lovelaceada_12_34_work-1.ipynb", Bob="somebody_5_6_x.ipynb")
    assert hand_back(pages, UNIT, tmp_path / "back.zip", download=source) == ["Bob", "Cy"]
    assert sorted(contents(tmp_path / "back.zip")) == [f"Bob/{UNIT}.html", f"Cy/{UNIT}.html", "lovelaceada_12_34_work-1.html"]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("Unit 5/Ada_12_assignsubmission_file_/deep/work.ipynb", "Ada_12_assignsubmission_file_/05.html"),
        ("lovelaceada_LATE_12_34_work.zip/inner/work.ipynb", "lovelaceada_LATE_12_34_work.html"),
        ("Unit 05_am123_attempt_2026-11-20-14-03-22_work.ipynb", "Unit 05_am123_attempt_2026-11-20-14-03-22_work.html"),
        ("J. Smith/work.ipynb", "J. Smith/05.html"),
        ("lovelaceada_12_34_work[1].ipynb", "lovelaceada_12_34_work[1].html"),
        ("ada.ipynb", "ada.html"),
    ],
)
def test_places(path, place):
    assert str(place_of(PurePosixPath(path), "05")) == place


def test_no_place_leads_out_of_the_zip():
    assert place_of(PurePosixPath("../../x.ipynb"), "05") is None


def test_a_roster_tells_apart_who_has_the_same_file_and_finds_who_has_anothers(pages, download, tmp_path):
    source = download(Bob="brownbob_7_1_work.ipynb", Cy="youngcy_8_2_work.ipynb")
    (source / "lovelaceada_9_3_before.ipynb").write_text("{}")
    roster = Roster([Person("ada", {"number": "9"}), Person("Bob", {"number": "7"}), Person("Cy", {"number": "8"})])
    assert hand_back(pages, UNIT, tmp_path / "back.zip", download=source, roster=roster) == []
    with zipfile.ZipFile(tmp_path / "back.zip") as archive:
        assert sorted(archive.namelist()) == ["brownbob_7_1_work.html", "lovelaceada_9_3_before.html", "youngcy_8_2_work.html"]


def test_without_pages_there_is_nothing_to_hand_back(instance, record_verdicts, tmp_path):
    record_verdicts("ada")
    with pytest.raises(UserError, match=r"There are no feedback pages of 05_sample"):
        hand_back(instance, UNIT, tmp_path / "back.zip")
    assert list(tmp_path.glob("*.zip")) == []
