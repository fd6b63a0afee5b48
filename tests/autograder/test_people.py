"""People with all kinds of names, from what they hand in to what they get back."""

import csv
import io
import json
import os
import unicodedata
from html import unescape

import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from autograder import sample
from autograder.cli import main
from autograder.commands.options import DONE
from autograder.instance import Instance

pytestmark = pytest.mark.xdist_group("people")  # what they share is made once

UNIT = "05_vector_form"
NAMES = sorted(
    [
        "José Núñez",
        "प्रिया शर्मा",
        "می\u200cخواهم 李",
        'O\'Brien, "Seán" & Co; 50%25',
        "&amp;",
        "=1+1",
        "@SUM(A1)",
        "#1 $HOME `id` {{ 7 }} 100%",
    ]
)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A class in which they handed in, in folders as macOS spells them, graded and given feedback by the commands."""
    path = tmp_path_factory.mktemp("people") / "class"
    assert main(["init", str(path)]) == main(["release", str(path), "05"]) == DONE
    instance = Instance.open(path)
    released = json.loads(instance.released(UNIT).read_text(encoding="utf-8"))
    questions = [slot.grade_id for slot in instance.structure(UNIT).slots if slot.kind == "written"]
    for name in NAMES:
        place = path / "submitted" / unicodedata.normalize("NFD", name) / UNIT / f"{UNIT}.ipynb"
        place.parent.mkdir(parents=True)
        place.write_text(json.dumps(sample.filled(released, dict.fromkeys(questions, "Because."))), encoding="utf-8")
    assert main(["grade", str(path), "05", "--workers", "1"]) == DONE
    assert main(["feedback", str(path), "05"]) == DONE
    return path


def test_every_folder_bears_their_name_in_one_spelling(path):
    for folder in ("submitted", "autograded", "feedback"):
        assert sorted(os.listdir(path / folder)) == NAMES
    assert sorted(os.listdir(path / "reports" / UNIT)) == sorted(f"{name}.json" for name in NAMES)


def test_the_scores_are_a_table_that_no_spreadsheet_runs(path, capsys):
    assert main(["scores", str(path), "--csv"]) == DONE
    shown = [row["student"] for row in csv.DictReader(io.StringIO(capsys.readouterr().out))]
    assert sorted(name.removeprefix("'") for name in shown) == NAMES
    assert {name for name in shown if name.startswith("'")} == {"'=1+1", "'@SUM(A1)"}


def test_the_page_on_the_class_shows_the_names_as_they_are(path):
    assert main(["report", str(path)]) == DONE
    page = (path / "class.html").read_text(encoding="utf-8")
    assert all(name in unescape(page) for name in NAMES) and "&amp;amp;" in page


def test_formgrader_and_its_gradebook_have_them_all(path):
    instance = Instance.open(path)
    book = NbGraderAPI(CourseDirectory(config=instance.config, root=str(instance.root)), config=instance.config)
    assert sorted(row["student"] for row in book.get_submissions(UNIT)) == NAMES
    assert sorted(row["student"] for row in book.get_notebook_submissions(UNIT, UNIT)) == NAMES
    assert sorted(row["id"] for row in book.get_students()) == NAMES
    assert book.get_autograded_students(UNIT) == set(NAMES)


def test_one_of_them_is_graded_alone_however_the_name_is_typed(path, capsys):
    typed = unicodedata.normalize("NFD", "José Núñez")
    assert main(["grade", str(path), "05", "--student", typed, "--json"]) == DONE
    assert [row["student"] for row in json.loads(capsys.readouterr().out)] == ["José Núñez"]
