"""What formgrader shows beside a written answer, and feedback does not."""

import copy

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension

from autograder.pages.formgrader import ModelAnswers, written_in

UNIT = "05_sample"
MODEL = "Because of the instructor's own reasons."


@pytest.fixture
def exporter(instance, monkeypatch):
    """The exporter that formgrader has when JupyterLab is started in the class."""
    monkeypatch.chdir(instance.root)
    app = FormgradeExtension()
    app.root_dir = str(instance.root)
    app.initialize([])
    return HTMLExporter(config=app.config)


def resources(instance, student):
    asked = {"assignment_id": UNIT, "notebook_id": UNIT, "submission_id": "1", "index": 0, "total": 1, "base_url": "", "student": student}
    return asked | {"last_name": "", "first_name": "", "notebook_path": ""}


def test_formgrader_shows_the_model_answer_above_the_students(instance, exporter, record_verdicts):
    record_verdicts("ada", written="My own reasons.")
    page, _ = exporter.from_filename(str(instance.autograded("ada", UNIT)), resources=resources(instance, "ada"))
    assert page.count(MODEL) == 1 and page.index(MODEL) < page.index("My own reasons.")
    assert MODEL not in instance.autograded("ada", UNIT).read_text()


def test_nbgraders_own_feedback_does_not(instance, record_verdicts):
    record_verdicts("ada", written="My own reasons.")
    book = NbGraderAPI(CourseDirectory(config=instance.config, root=str(instance.root)), config=instance.config)
    assert instance.config.HTMLExporter.preprocessors and book.generate_feedback(UNIT)["success"]
    page = instance.feedback_page("ada", UNIT).read_text()
    assert "My own reasons." in page and MODEL not in page


def test_no_page_but_formgraders_does(instance, record_verdicts):
    record_verdicts("ada")
    notebook = nbformat.read(instance.autograded("ada", UNIT), 4)
    told = {"assignment_id": UNIT, "metadata": {"path": str(instance.autograded("ada", UNIT).parent)}}
    for resources, more in ((told, 0), (told | {"submission_id": "1"}, 1)):
        shown, _ = ModelAnswers().preprocess(copy.deepcopy(notebook), resources)
        assert len(shown.cells) == len(notebook.cells) + more


def test_formgrader_goes_on_without_an_instructors_notebook(instance, exporter, record_verdicts):
    record_verdicts("ada", written="My own reasons.")
    instance.source(UNIT).unlink()
    page, _ = exporter.from_filename(str(instance.autograded("ada", UNIT)), resources=resources(instance, "ada"))
    assert "My own reasons." in page and MODEL not in page


@pytest.mark.parametrize("text", ["", "[]", '{"cells": 3}', '{"cells": [{"cell_type": "markdown", "metadata": null}]}'])
def test_a_damaged_notebook_says_nothing(tmp_path, text):
    (tmp_path / "unit.ipynb").write_text(text)
    assert written_in(tmp_path / "unit.ipynb") == {}


def test_only_answers_marked_by_hand_have_one(instance):
    assert written_in(instance.source(UNIT)) == {"written_1": MODEL}
