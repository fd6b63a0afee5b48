"""Finding, making and checking a class."""

import contextlib
import os
import shutil
import sqlite3
import tempfile
import unicodedata
from pathlib import Path

import pytest

from autograder import instance as instances
from autograder.instance import CONFIG, HandIn, Instance
from autograder.policy import POLICY
from course.errors import UserError

UNIT = "05_sample"


@pytest.fixture
def empty_class(tmp_path):
    return Instance.create(tmp_path / "Backprop 2026")


def test_a_new_class_is_an_nbgrader_course_directory(empty_class):
    assert {path.name for path in empty_class.root.iterdir()} == {CONFIG, POLICY, "course.json", "source", "release", "submitted"}
    assert Instance.open(empty_class.root).course_id == "Backprop-2026"
    assert empty_class.units() == []


def test_an_empty_directory_becomes_a_class(tmp_path):
    assert Instance.create(tmp_path).root == tmp_path


def test_a_class_is_never_overwritten(empty_class):
    before = (empty_class.root / CONFIG).read_text()
    with pytest.raises(UserError, match=r"a class at .* already"):
        Instance.create(empty_class.root)
    assert (empty_class.root / CONFIG).read_text() == before


def test_a_directory_in_use_is_refused(tmp_path):
    (tmp_path / "thesis.tex").touch()
    for place in (tmp_path, tmp_path / "thesis.tex"):
        with pytest.raises(UserError, match=r"new or an empty directory"):
            Instance.create(place)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_what_is_no_class_is_refused_with_advice(tmp_path):
    with pytest.raises(UserError, match=r"no directory .*autograder init"):
        Instance.open(tmp_path / "nowhere")
    with pytest.raises(UserError, match=r"no class: expected nbgrader_config.py"):
        Instance.open(tmp_path)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("c.CourseDirectory.course_id = (", "does not run: SyntaxError"),
        ("1 / 0", "does not run: ZeroDivisionError"),
        ("c.CourseDirectory.submitted_directory = 'inbox'", "sets c.CourseDirectory.submitted_directory"),
    ],
)
def test_a_configuration_that_cannot_be_used(empty_class, line, words):
    with (empty_class.root / CONFIG).open("a") as config:
        config.write(line)
    with pytest.raises(UserError, match=words):
        Instance.open(empty_class.root)


def test_a_path_that_nbgrader_would_read_as_a_pattern(tmp_path):
    with pytest.raises(UserError, match=r"\[ \] .*as a pattern"):
        Instance.create(tmp_path / "class [2026]")


def test_a_damaged_gradebook_is_noticed_before_any_work(empty_class):
    empty_class.gradebook.write_bytes(b"no database " * 500)
    with pytest.raises(UserError, match=r"is damaged"):
        Instance.open(empty_class.root)


def test_a_gradebook_in_use_is_noticed_before_any_work(empty_class, monkeypatch):
    monkeypatch.setattr(instances, "PATIENCE", 0.01)
    with contextlib.closing(sqlite3.connect(empty_class.gradebook)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(UserError, match=r"in use by another program"):
            Instance.open(empty_class.root)
    Instance.open(empty_class.root)


@contextlib.contextmanager
def as_nobody():
    """As a user whom permissions hold back; root, whom they do not, becomes one for a while."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(was)


def test_a_gradebook_that_cannot_be_written_to_is_noticed_before_any_work():
    with tempfile.TemporaryDirectory() as folder:
        root = Instance.create(Path(folder) / "course").root
        with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as database:
            database.execute("CREATE TABLE t (x)")
        (root / "gradebook.db").chmod(0o444)
        Path(folder).chmod(0o777)
        root.chmod(0o777)
        with as_nobody(), pytest.raises(UserError, match=r"cannot be written to"):
            Instance.open(root)
        root.chmod(0o555)
        with as_nobody(), pytest.raises(UserError, match=r"Could not write to .*: Permission denied"):
            Instance.open(root)
        root.chmod(0o755)


def test_units_are_the_directories_with_a_notebook_of_their_name(instance):
    (instance.root / "source" / "99_empty").mkdir()
    (instance.root / "source" / "notes.txt").touch()
    assert instance.units() == [UNIT]


def test_an_unknown_unit_is_told_which_there_are(instance):
    for asked in (instance.structure, instance.submissions):
        with pytest.raises(UserError, match=r"no unit '5_sample'. The class has 05_sample"):
            asked("5_sample")


def test_a_unit_that_was_not_released(instance):
    instance.released(UNIT).unlink()
    with pytest.raises(UserError, match=r"has not been released"):
        instance.structure(UNIT)


def test_a_release_that_was_damaged(instance):
    instance.released(UNIT).write_text('{"cells": [')
    with pytest.raises(UserError, match=r"is no released notebook"):
        instance.structure(UNIT)


def test_submissions_are_all_students_who_handed_in_something(instance, hand_in):
    hand_in("bob")
    ada = hand_in("ada@example.org")
    (instance.root / "submitted" / "no_notebook" / UNIT).mkdir(parents=True)
    (instance.root / "submitted" / "another_unit" / "06_other").mkdir(parents=True)
    (instance.root / "submitted" / ".ipynb_checkpoints" / UNIT).mkdir(parents=True)
    (instance.root / "submitted" / "linked").symlink_to("/nowhere")
    found = instance.submissions(UNIT)
    assert [hand_in.student for hand_in in found] == ["ada@example.org", "bob", "linked", "no_notebook"]
    assert found[0] == HandIn("ada@example.org", ada)


@pytest.mark.parametrize("name", ["*", "[a]", "<img src=x onerror=alert(1)>", "a\nb", "-rf", "..x", "trailing ", "a\\b", "ö*", "渡" * 81])
def test_a_name_that_is_no_students_is_set_aside_with_a_reason(instance, hand_in, name):
    hand_in("ada")
    (instance.root / "submitted" / f"{name}" / UNIT).mkdir(parents=True)
    assert [hand_in.student for hand_in in instance.submissions(UNIT)] == ["ada"]
    assert name.startswith(".") or [stray for stray, _ in instance.strays()] == [name]


def test_a_file_among_the_students_is_set_aside_with_a_reason(instance):
    (instance.root / "submitted" / "all.zip").touch()
    ((name, reason),) = instance.strays()
    assert name == "all.zip" and "but all.zip is a file. Move it out" in reason and "autograder collect" in reason


@pytest.mark.parametrize("name", ["ada", "Ada Lovelace", "ada.lovelace+1@example.org", "42", "Zoë_Müller", "渡辺"])
def test_ordinary_names_are_taken(instance, hand_in, name):
    hand_in(name)
    assert [hand_in.student for hand_in in instance.submissions(UNIT)] == [name]
    assert instance.strays() == []


@pytest.mark.parametrize("words", [UNIT, "05", "5", "05_s"])
def test_a_unit_is_known_by_its_name_its_number_or_a_beginning(instance, words):
    assert instance.unit(words) == UNIT


@pytest.mark.parametrize("words", ["", "0", "5_sample", "06", "50", "-5", "²"])
def test_what_names_no_unit_is_told_which_there_are(instance, words):
    with pytest.raises(UserError, match=rf"no unit '{words}'. The class has {UNIT}"):
        instance.unit(words)


def test_a_beginning_that_two_units_have_is_not_guessed(instance):
    shutil.copytree(instance.source(UNIT).parent, instance.source("05_second").parent)
    instance.source("05_second").with_name(f"{UNIT}.ipynb").rename(instance.source("05_second"))
    for words in ("05", "05_s"):
        with pytest.raises(UserError, match=rf"'{words}' may be {UNIT} or 05_second. Give more"):
            instance.unit(words)
    assert instance.unit("05_se") == "05_second"


@pytest.mark.parametrize("name", ["José Núñez", "प्रिया", "Zoë"])
def test_a_folder_as_macos_spells_it_is_recorded_in_the_one_spelling(instance, hand_in, name):
    hand_in(unicodedata.normalize("NFD", name))
    again = Instance.open(instance.root)
    assert [one.student for one in again.submissions(UNIT)] == [name] and again.submitted(name, UNIT).is_file()
    assert again.strays() == []


def test_a_name_in_two_spellings_is_told(instance, hand_in):
    hand_in("José")
    hand_in(unicodedata.normalize("NFD", "José"))
    again = Instance.open(instance.root)
    assert [one.student for one in again.submissions(UNIT)] == ["José"]
    assert [name for name, reason in again.strays() if "in another spelling" in reason] == [unicodedata.normalize("NFD", "José")]


@pytest.mark.parametrize("name", ["5_sample", "05_Sample", "05_smaple", "05-sample", "05", "5"])
def test_a_misspelt_unit_is_named_with_the_one_that_is_meant(instance, hand_in, name):
    hand_in("ada").parent.rename(instance.root / "submitted" / "ada" / name)
    assert instance.strays() == [(f"ada/{name}", f"there is no unit of this name; is it {UNIT}? Rename it")]


def test_what_may_be_of_a_unit_and_lies_elsewhere_is_somebodys(instance, hand_in):
    for student, folder in (("ada", "05"), ("bob", "holiday"), ("cy", "06_other"), ("dora", UNIT)):
        hand_in(student).parent.rename(instance.root / "submitted" / student / folder)
    (instance.root / "source" / "06_other").mkdir()
    (instance.root / "submitted" / "eve").touch()
    assert instance.astray(UNIT) == {"ada", "bob", "eve"}


def test_an_unpacked_download_among_the_students_is_told(instance, hand_in):
    hand_in("bob")
    for place in ("Ada_12_assignsubmission_file/x.ipynb", "download/Ada_12_assignsubmission_file/x.ipynb", "zipped/all.ZIP"):
        (instance.root / "submitted" / place).parent.mkdir(parents=True)
        (instance.root / "submitted" / place).touch()
    strays = dict(instance.strays())
    assert sorted(strays) == ["Ada_12_assignsubmission_file", "download", "zipped"]
    assert all("unpacked download" in reason and "autograder collect" in reason for reason in strays.values())


def test_a_notebook_beside_the_directories_of_units_is_told_and_other_files_are_not(instance, hand_in):
    hand_in("ada")
    for name in ("05_sample.ipynb", "notes.txt", ".DS_Store", ".ipynb_checkpoints/x.ipynb", "pictures/x.png"):
        (instance.root / "submitted" / "ada" / name).parent.mkdir(exist_ok=True)
        (instance.root / "submitted" / "ada" / name).touch()
    ((where, reason),) = instance.strays()
    assert where == "ada/05_sample.ipynb" and "not the name of a unit" in reason


def test_a_directory_that_may_not_be_listed_is_told(instance, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("os.listdir", refuse)
    with pytest.raises(UserError, match=r"Could not list .*: Permission denied"):
        instance.submissions(UNIT)
