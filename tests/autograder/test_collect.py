"""Downloads of learning platforms: every notebook found, whatever it is called, and nothing lost, guessed or done twice."""

import io
import json
import os
import zipfile
from datetime import UTC, datetime

import pytest

from autograder.collect import collect
from autograder.intake.roster import Roster
from autograder.intake.times import timestamp
from course.errors import UserError

UNIT = "05_sample"
OTHER = "06_other"
DONE = {"double": "def double(x):\n    return 2 * x"}


@pytest.fixture
def notebook(instance):
    """The text of the released notebook, with other text in some cells; `ids=False` as a tool leaves it that drops them."""

    def text(answers=DONE, ids=True):
        made = json.loads(instance.released(UNIT).read_text(encoding="utf-8"))
        for cell in made["cells"]:
            cell["source"] = answers.get(cell["metadata"].get("nbgrader", {}).get("grade_id", cell["id"]), cell["source"])
            if not ids:
                del cell["id"]
                cell["metadata"] = {}
        return json.dumps(made)

    return text


@pytest.fixture
def download(tmp_path):
    """A zip with these files, each with its time."""

    def made(members, name="download.zip"):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w") as archive:
            for number, (file, text) in enumerate(members.items()):
                archive.writestr(zipfile.ZipInfo(file, (2026, 11, 20, 14, number % 60, 0)), text)
        return path

    return made


def told(fates):
    return {fate.file: (fate.what, fate.student) for fate in fates}


def files_in(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def zip_of(name, text):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, text)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("file", "student"),
    [
        ("Anna Müller_12_assignsubmission_file/05_sample (1).ipynb", "Anna Müller"),
        ("Anna Müller_12_assignsubmission_file/Copy of 05_SAMPLE.IPYNB", "Anna Müller"),
        ("O'Brien, Seán_12_assignsubmission_file_my homework.ipynb", "O'Brien, Seán"),
        ("mulleranna_12345_67890_05_sample-Copy1.ipynb", "mulleranna"),
        ("mulleranna_LATE_12345_67890_untitled.ipynb", "mulleranna"),
        ("Unit 05_am123_attempt_2026-11-20-14-03-22_x.ipynb", "am123"),
        ("Anna Müller - x.ipynb", "Anna Müller"),
        ("anna+05_sample+2026-11-20 14:03:22 UTC/05_sample.ipynb", "anna"),
        ("anna/deep/er/x.json", "anna"),
        ("प्रिया.ipynb", "प्रिया"),
    ],
)
def test_a_notebook_is_found_whatever_it_is_called(instance, notebook, download, file, student):
    fates = collect(instance, UNIT, download({file: notebook()}))
    assert told(fates) == {file: ("collected", student)} and fates[0].late == ("LATE" in file)
    assert instance.submitted(student, UNIT).read_text(encoding="utf-8") == notebook()
    assert student in [hand_in.student for hand_in in instance.submissions(UNIT)]


def test_without_ids_a_notebook_is_known_by_its_answers(instance, notebook, download):
    text = notebook(DONE, ids=False)
    assert told(collect(instance, UNIT, download({"anna.ipynb": text}))) == {"anna.ipynb": ("collected", "anna")}


def test_every_other_file_has_a_fate(instance, notebook, download):
    members = {
        "anna/essay.pdf": "%PDF",
        "anna/broken.ipynb": '{"nbformat": 4',
        "anna/empty.ipynb": "",
        "anna/foreign.ipynb": '{"nbformat": 4, "cells": []}',
        "anna/work.ipynb": notebook(),
        "anna/work.zip": zip_of("again.ipynb", notebook()),
        ".evil/x.ipynb": notebook(),
    }
    assert told(collect(instance, UNIT, download(members))) == {
        "anna/essay.pdf": ("left out", ""),
        "anna/broken.ipynb": ("unclear", ""),
        "anna/empty.ipynb": ("unclear", ""),
        "anna/foreign.ipynb": ("unclear", ""),
        "anna/work.ipynb": ("collected", "anna"),
        "anna/work.zip/again.ipynb": ("there already", "anna"),
        ".evil/x.ipynb": ("unclear", ""),
    }


def test_an_untouched_notebook_gives_way_to_one_with_answers(instance, notebook, download):
    fates = collect(instance, UNIT, download({"anna/a.ipynb": notebook(), "anna/b.ipynb": notebook({})}))
    assert told(fates) == {"anna/a.ipynb": ("collected", "anna"), "anna/b.ipynb": ("left out", "anna")}


def test_an_untouched_notebook_alone_is_collected(instance, notebook, download):
    assert told(collect(instance, UNIT, download({"anna/b.ipynb": notebook({})}))) == {"anna/b.ipynb": ("collected", "anna")}


def test_two_notebooks_at_the_same_time_are_not_guessed(instance, notebook, tmp_path):
    folder = tmp_path / "download" / "anna"
    folder.mkdir(parents=True)
    for name, answers in (("a.ipynb", DONE), ("b.ipynb", {"square": "def square(x): return x * x"})):
        (folder / name).write_text(notebook(answers), encoding="utf-8")
        os.utime(folder / name, (1e9, 1e9))
    fates = collect(instance, UNIT, folder.parent)
    assert {what for what, _ in told(fates).values()} == {"unclear"} and not instance.submissions(UNIT)


def test_the_latest_attempt_is_graded_and_the_others_are_kept(instance, notebook, download):
    first, second = notebook(), notebook({"double": "def double(x):\n    return x + x"})
    names = [f"mulleranna_1_{number}_x-{number}.ipynb" for number in (2, 1)]
    assert told(collect(instance, UNIT, download({names[1]: first, names[0]: second}))) == {
        names[1]: ("collected", "mulleranna"),
        names[0]: ("collected", "mulleranna"),
    }
    assert instance.submitted("mulleranna", UNIT).read_text(encoding="utf-8") == second
    kept = list((instance.root / "attempts" / UNIT / "mulleranna").glob("*.ipynb"))
    assert [path.read_text(encoding="utf-8") for path in kept] == [first]
    assert timestamp(instance.submitted("mulleranna", UNIT)) == datetime(2026, 11, 20, 14, 1).astimezone(UTC).replace(tzinfo=None)


def test_an_earlier_attempt_that_comes_later_is_kept_beside(instance, notebook, download):
    late = download({"x.txt": "x", "anna/a.ipynb": notebook()})
    early = download({"anna/a.ipynb": notebook({"double": "def double(x): return 0"})}, "early.zip")
    collect(instance, UNIT, late)
    assert told(collect(instance, UNIT, early)) == {"anna/a.ipynb": ("kept", "anna")}
    assert instance.submitted("anna", UNIT).read_text(encoding="utf-8") == notebook()


def test_a_second_run_changes_nothing(instance, notebook, download):
    members = {"anna/a.ipynb": notebook(), "bob/a.ipynb": notebook({}), "bob/b.ipynb": notebook()}
    source = download(members)
    collect(instance, UNIT, source)
    before, source_before = files_in(instance.root), source.read_bytes()
    again = collect(instance, UNIT, source)
    assert {fate.what for fate in again} == {"there already", "left out"}
    assert files_in(instance.root) == before and source.read_bytes() == source_before


def test_the_roster_decides_who_is_who(instance, notebook, download, tmp_path):
    (tmp_path / "roster.csv").write_text("id,name,number\nam1,Anna Müller,12345\nbb,Bob Brown,7\n", encoding="utf-8")
    members = {
        "Anna Müller_99_assignsubmission_file/x.ipynb": notebook(),
        "brownbob_7_1_x.ipynb": notebook(),
        "stranger_8_1_x.ipynb": notebook(),
    }
    fates = collect(instance, UNIT, download(members), Roster.load(tmp_path / "roster.csv"))
    assert told(fates) == {
        "Anna Müller_99_assignsubmission_file/x.ipynb": ("collected", "am1"),
        "brownbob_7_1_x.ipynb": ("collected", "bb"),
        "stranger_8_1_x.ipynb": ("unclear", ""),
    }


def test_namesakes_need_a_roster(instance, notebook, download):
    members = {f"Anna_{number}_assignsubmission_file/x.ipynb": notebook() for number in (1, 2)}
    fates = collect(instance, UNIT, download(members))
    assert {fate.what for fate in fates} == {"unclear"} and "give a --roster" in fates[0].why


def test_a_timestamp_beside_a_notebook_counts(instance, notebook, download):
    collect(instance, UNIT, download({"anna/a.ipynb": notebook(), "anna/timestamp.txt": "2026-11-01 10:00:00.000000 UTC"}))
    assert timestamp(instance.submitted("anna", UNIT)) == datetime(2026, 11, 1, 10)


def test_the_secret_of_the_exchange_goes_along_with_its_attempt(instance, notebook, download):
    place = f"ada+{UNIT}+2026-11-01 10:00:00.123456 UTC+Qx_1"
    collect(instance, UNIT, download({f"{place}/a.ipynb": notebook(), f"{place}/submission_secret.txt": "5ec2e7" + "x" * 2000}))
    secret = instance.submitted("ada", UNIT).with_name("submission_secret.txt")
    assert secret.read_text() == ("5ec2e7" + "x" * 2000)[:1000]
    collect(instance, UNIT, download({"ada/later.ipynb": notebook({"double": "def double(x):\n    return x + x"})}, "later.zip"))
    assert not secret.exists()


def test_links_in_the_class_are_not_written_to(instance, notebook, download, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (instance.root / "submitted" / "anna").symlink_to(tmp_path / "elsewhere")
    fates = collect(instance, UNIT, download({"anna/a.ipynb": notebook()}))
    assert told(fates) == {"anna/a.ipynb": ("unclear", "anna")} and not list((tmp_path / "elsewhere").iterdir())


def test_a_unit_that_is_not_there(instance, download):
    with pytest.raises(UserError, match="no unit '99'"):
        collect(instance, "99", download({"a": "b"}))
