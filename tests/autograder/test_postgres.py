"""A class whose gradebook is on a PostgreSQL server: every command, formgrader, and what is said where there is no way to it."""

import csv
import json
import shutil
import sys

import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import make_url, text

from autograder import sample
from autograder.cli import main
from autograder.commands.options import DONE, NOT_ALL, USAGE
from autograder.gradebook.connection import opened
from autograder.gradebook.database import scores
from autograder.instance import CONFIG, Instance
from course.errors import UserError

UNIT = "05_vector_form"
WRONG_BIAS = {"linear_forward": "def linear_forward(X, W, b):\n    return X @ W"}
ZERO_BYTE = {"linear_forward": "def linear_forward(X, W, b):\n    raise ValueError('a zero byte: ' + chr(0))"}
NAMES = ["Zoë O'Neil", "ada", "Bob", "a%b:c"]  # a server that sorts by a language would have ada before Bob
pytestmark = pytest.mark.xdist_group("postgres")


def with_gradebook_at(root, address):
    """Name a database in the class's nbgrader_config.py, as the guide says."""
    with (root / CONFIG).open("a", encoding="utf-8") as config:
        config.write(f"c.CourseDirectory.db_url = {address!r}\n")


@pytest.fixture(scope="module")
def path(tmp_path_factory, new_database):
    """A class on an empty database, made and graded by the commands themselves, with one hand-in that cannot be read."""
    path = tmp_path_factory.mktemp("postgres") / "class"
    assert main(["init", str(path)]) == DONE
    with_gradebook_at(path, new_database())
    assert main(["release", str(path), UNIT]) == DONE
    instance = Instance.open(path)
    notebook = json.loads(instance.released(UNIT).read_text(encoding="utf-8"))
    answers = [{}, WRONG_BIAS, ZERO_BYTE, {}]
    for student, different in zip(NAMES, answers, strict=True):
        hand_in(instance, student, json.dumps(sample.filled(notebook, sample.model_answers(UNIT) | different)))
    hand_in(instance, "unreadable", "{")
    assert main(["grade", str(path), UNIT, "--workers", "1"]) == NOT_ALL
    assert not instance.gradebook.exists()
    return path


def hand_in(instance, student, content):
    place = instance.submitted(student, UNIT)
    place.parent.mkdir(parents=True)
    place.write_text(content, encoding="utf-8")
    place.with_name("timestamp.txt").write_text("2026-03-01 12:00:00 UTC")


def formgrader(path):
    """What formgrader's pages ask and do."""
    instance = Instance.open(path)
    return NbGraderAPI(CourseDirectory(config=instance.config, root=str(path)), config=instance.config)


def marks(path):
    return [(row.student, row.exercises) for row in scores(Instance.open(path))]


GRADED = [("Bob", 15), ("Zoë O'Neil", 16), ("a%b:c", 16), ("ada", 15), ("unreadable", None)]


def test_grade_and_grade_again(path, capsys):
    assert marks(path) == GRADED
    assert main(["grade", str(path), UNIT]) == NOT_ALL
    assert "5 submissions, 4 of them graded before" in capsys.readouterr().err
    assert main(["grade", str(path), UNIT, "--force", "--json"]) == NOT_ALL
    assert [(row["student"], row["score"]) for row in json.loads(capsys.readouterr().out)] == GRADED


def test_scores_feedback_and_report(path, capsys):
    assert main(["scores", str(path), "--csv"]) == DONE
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [row["student"] for row in rows] == [name for name, _ in GRADED]
    assert [(row["exercises"], row["needs_manual_grade"]) for row in rows][-2:] == [("15.0", "False"), ("", "True")]
    assert main(["feedback", str(path), UNIT]) == DONE
    assert main(["feedback", str(path), UNIT]) == DONE
    assert "\n0 pages are new or changed" in capsys.readouterr().err
    assert "the bias is missing" in Instance.open(path).feedback_page("ada", UNIT).read_text(encoding="utf-8")
    assert main(["report", str(path), "--json"]) == DONE
    (unit,) = json.loads(capsys.readouterr().out)
    assert len(unit["handed_in"]) == 5


def test_formgrader_lists_and_autogrades(path):
    book = formgrader(path)
    (unit,) = (unit for unit in book.get_assignments() if unit["name"] == UNIT)
    assert (unit["name"], unit["num_submissions"], unit["max_score"]) == (UNIT, 5, 20)
    assert {row["student"]: row["score"] for row in book.get_submissions(UNIT)} == {name: score or 0 for name, score in GRADED}
    assert {row["student"] for row in book.get_notebook_submissions(UNIT, UNIT)} == {name for name, _ in GRADED}
    assert {row["id"] for row in book.get_students()} == {name for name, _ in GRADED}
    done = book.autograde(UNIT, "ada")
    assert done["success"], done["log"]
    assert marks(path) == GRADED


def test_zero_collect_and_release_again(path, tmp_path, capsys):
    notebook = Instance.open(path).submitted("Bob", UNIT)
    download = tmp_path / "download"
    download.mkdir()
    shutil.copy(notebook, download / "carol_1_2_unit.ipynb")
    assert main(["zero", str(path), UNIT, "unreadable"]) == DONE
    assert main(["collect", str(path), UNIT, str(download)]) == DONE
    assert main(["release", str(path), UNIT]) == DONE
    assert main(["grade", str(path), UNIT, "--workers", "1"]) == DONE
    assert marks(path) == sorted([*GRADED[:-1], ("unreadable", 0), ("carol", 15)])


def wrong_password(address):
    return address.replace(":sesame@", ":open@")


def no_database(address):
    return address.replace("@/", "@/no_such_")


def no_server(address):
    return address.replace("host=", "host=/nowhere")


def no_driver(address):
    return address.replace("psycopg", "pg8000")


def no_address(address):
    return "postgres at home, password sesame"


@pytest.mark.parametrize("command", ["release", "grade", "scores", "feedback", "report"])
@pytest.mark.parametrize("wrong", [wrong_password, no_database, no_server, no_driver, no_address])
def test_no_way_to_the_gradebook_is_told_in_a_sentence(path, postgres, tmp_path, capsys, monkeypatch, command, wrong):
    monkeypatch.setitem(sys.modules, "pg8000", None)  # wherever it is installed
    copy = shutil.copytree(path, tmp_path / "class")
    with_gradebook_at(copy, wrong(postgres("marks")))
    assert main([command, str(copy), UNIT]) == USAGE
    told = " ".join(capsys.readouterr().err.split())
    assert ("psycopg[binary]" in told) == (wrong in (no_driver, no_address))
    assert "autograder: There is no way to the gradebook" in told
    assert f"c.CourseDirectory.db_url in {copy / CONFIG} " in told and "sesame" not in told and "open@" not in told
    assert Instance.open(copy).released(UNIT).is_file()


def test_what_a_server_cannot_do_is_told_without_its_password(on_postgres):
    with opened(on_postgres) as session:
        session.execute(text("DROP TABLE grade CASCADE"))
        session.execute(text("CREATE TABLE grade (other INTEGER)"))
    with pytest.raises(UserError, match=r"gradebook postgresql\+psycopg://course:\*\*\*@/marks\d+ could not be used: column .*db upgrade"):
        scores(on_postgres)


def test_a_server_that_goes_away_is_told_in_a_sentence(on_postgres):
    with pytest.raises(UserError, match=r"There is no way to the gradebook .*Is the server running"), opened(on_postgres) as session:
        own = session.scalar(text("SELECT pg_backend_pid()"))
        with opened(on_postgres) as other:
            other.execute(text(f"SELECT pg_terminate_backend({own})"))
        session.execute(text("SELECT 1"))
    assert scores(on_postgres) == []


@pytest.mark.parametrize("do", [lambda book: book.autograde(UNIT, "ada"), lambda book: book.generate_feedback(UNIT, "ada")])
def test_a_database_set_elsewhere_is_refused_without_its_password(path, tmp_path, new_database, do):
    book = formgrader(shutil.copytree(path, tmp_path / "class"))
    book.coursedir.db_url = new_database(make_url(Instance.open(path).db_url).database)
    outcome = do(book)
    assert "nbgrader uses the gradebook postgresql+psycopg://course:***@/marks" in outcome["log"]
    assert "Set c.CourseDirectory.db_url" in outcome["log"] and "sesame" not in outcome["log"]
