"""nbgrader's Assignment List in a real JupyterLab: a student fetches, hands in, and has our page in the end."""

import json
import warnings
from pathlib import Path

import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from autograder import batch, release, sample
from autograder.instance import CONFIG, Instance

UNIT = "05_vector_form"


@pytest.fixture
def formgrader(tmp_path) -> NbGraderAPI:
    """What formgrader's buttons do, in a class that has released the unit to an exchange."""
    instance = Instance.create(tmp_path / "calculus")
    with (instance.root / CONFIG).open("a") as config:
        config.write(f"c.Exchange.root = {str(tmp_path / 'exchange')!r}\n")
    instance = Instance.open(instance.root)
    batch.add_sources(instance, [UNIT])
    release.release(instance, UNIT)
    buttons = NbGraderAPI(CourseDirectory(config=instance.config, root=str(instance.root)), config=instance.config)
    assert buttons.release_assignment(UNIT)["success"]
    return buttons


@pytest.fixture
def lab(tmp_path, serve, formgrader):
    """JupyterLab in a student's directory, on the same exchange."""
    home, root = tmp_path / "home", tmp_path / "ada"
    home.mkdir()
    root.mkdir()
    settings = {"Exchange.root": tmp_path / "exchange", "Exchange.cache": tmp_path / "cache", "CourseDirectory.student_id": "ada"}
    (home / "nbgrader_config.py").write_text("".join(f"c.{name} = {str(value)!r}\n" for name, value in settings.items()))
    with serve(root, home) as address:
        yield address, root


def test_from_the_release_to_the_feedback(chromium, lab: tuple[str, Path], formgrader):
    address, root = lab
    chromium.goto(address.format("lab"))
    chromium.click('.lm-MenuBar-itemLabel:text-is("Nbgrader")')
    chromium.click('.lm-Menu-itemLabel:text-is("Assignment List")')
    chromium.click('#released_assignments_list button:text-is("Fetch")')
    chromium.wait_for_selector('#fetched_assignments_list button:text-is("Submit")')
    notebook = root / UNIT / f"{UNIT}.ipynb"
    answers = sample.model_answers(UNIT) | {"linear_forward": "def linear_forward(X, W, b):\n    return X @ W"}
    notebook.write_text(json.dumps(sample.filled(json.loads(notebook.read_text(encoding="utf-8")), answers)), encoding="utf-8")
    chromium.click('#fetched_assignments_list button:text-is("Submit")')
    chromium.wait_for_selector('#submitted_assignments_list button:text-is("Fetch Feedback")')
    with warnings.catch_warnings(action="ignore"):  # of newer libraries about nbgrader
        assert formgrader.collect(UNIT)["success"]
        assert formgrader.autograde(UNIT, "ada")["success"]
        assert formgrader.generate_feedback(UNIT)["success"]
        assert formgrader.release_feedback(UNIT)["success"]
    chromium.click('#submitted_assignments_list button:text-is("Fetch Feedback")')
    chromium.wait_for_selector('#submitted_assignments_list a:has-text("view feedback")')
    (page,) = (root / UNIT / "feedback").rglob("*.html")
    assert page.read_bytes() == Instance.open(formgrader.coursedir.root).feedback_page("ada", UNIT).read_bytes()
    assert b"the bias is missing" in page.read_bytes()
    chromium.click('#submitted_assignments_list a:has-text("view feedback")')
    chromium.dblclick(f'.jp-DirListing-item:has-text("{UNIT}.html")')
    shown = chromium.frame_locator("iframe.jp-HTMLViewer-iframe, .jp-HTMLViewer iframe")
    shown.get_by_text("the bias is missing").first.wait_for()
