"""Formgrader in a real JupyterLab: its lightning symbol asks our judge, and it shows model answers."""

import json
from pathlib import Path

import pytest
from nbgrader import api

from autograder import batch, release, sample
from autograder.gradebook import database
from autograder.instance import Instance

UNIT = "05_vector_form"
NAME = "O'Brien, Seán & प्रिया"
MEAN = "def linear_backward(upstream, X, W):\n    return upstream @ W.T, X.T @ upstream, upstream.mean(axis=0)"


@pytest.fixture
def lab(tmp_path, serve):
    """JupyterLab in a class where somebody handed in a notebook that earns part of its points."""
    instance = Instance.create(tmp_path / "class")
    batch.add_sources(instance, [UNIT])
    release.release(instance, UNIT)
    notebook = json.loads(instance.released(UNIT).read_text(encoding="utf-8"))
    path = instance.submitted(NAME, UNIT)
    path.parent.mkdir(parents=True)
    answers = sample.model_answers(UNIT) | {"linear_backward": MEAN}
    path.write_text(json.dumps(sample.filled(notebook, answers, written="My own words.")), encoding="utf-8")
    with serve(instance.root, tmp_path / "home") as address:
        yield address, instance.root


def test_the_lightning_symbol_gives_partial_credit(chromium, lab: tuple[str, Path]):
    address, root = lab
    chromium.goto(address.format("lab"))  # which lets the browser in
    chromium.goto(address.format(f"formgrader/manage_submissions/{UNIT}"))
    chromium.click("td.autograde a")
    chromium.wait_for_selector(f"text=Successfully autograded '{UNIT}' for student '{NAME}'.")
    (row,) = database.scores(Instance.open(root))
    assert (row.exercises, row.max_score) == (15, 20)
    chromium.wait_for_selector('td:text-is("15 / 20")')
    chromium.goto(address.format("formgrader/manage_students"))
    chromium.click(f'tr:has-text("{NAME}") td a:text-is("None, None")')  # nobody has told nbgrader first and last names
    chromium.wait_for_selector('td:text-is("15 / 20")')


def test_the_model_answer_and_the_rubric_stand_above_the_students(chromium, lab: tuple[str, Path]):
    address, root = lab
    instance = Instance.open(root)
    batch.grade(instance, UNIT, workers=1)
    with api.Gradebook(instance.db_url, instance.course_id) as gradebook:
        id = gradebook.find_submission_notebook(UNIT, UNIT, NAME).id
    chromium.goto(address.format("lab"))
    page = chromium.request.get(address.format(f"formgrader/submissions/{id}/")).text()  # not shown: it would ask a CDN for MathJax
    hidden = "Half points where the idea is right and the reason is missing"
    assert page.count("Model answer and rubric") == page.count(hidden) == 1
    assert page.index(hidden) < page.index("My own words.")
