"""Unit 05 in a real JupyterLab: run all, see the checks pass, see one fail, move the widget."""

import json
import re

from playwright.sync_api import Page

from autograder import build, sample

UNIT = "05_vector_form"
STUDENT = build.as_text(build.student_notebook(build.instructor_notebook(build.source_of(UNIT))))


def solved(**answers: str) -> str:
    """The student's notebook with the model answers in it, but for these."""
    return json.dumps(sample.filled(json.loads(STUDENT), {**sample.model_answers(UNIT), **answers}))


def verdict(page: Page, exercise: str) -> str:
    """The words of the verdict on an exercise, once it is there."""
    found = page.locator('.jp-OutputArea [role="status"]', has_text=re.compile(rf"\b{exercise}: ")).first
    found.wait_for()
    return found.inner_text()


def test_checks_pass_and_a_wrong_answer_is_told_why(run_all):
    page = run_all(solved(mlp_gradients="def mlp_gradients(X, labels, W1, b1, W2, b2):\n    return 0.0, W1, b1, W2, b2"))
    text = verdict(page, "mlp_gradients")
    assert "failed" in text and "0 of 5 points" in text and "finite difference" in text and "Hint:" in text
    assert "passed, 3 of 3 points" in verdict(page, "softmax_cross_entropy")
    error = page.locator(".jp-OutputArea-output", has_text="mlp_gradients: 0 of 5 points").last.inner_text()
    assert error.startswith("mlp_gradients: 0 of 5 points") and "Traceback" not in error


def test_an_untouched_answer_is_not_written_yet(run_all):
    assert "not written yet" in verdict(run_all(STUDENT), "linear_forward")


def test_a_picture_turns_dark_with_the_page(run_all):
    picture = "import numpy as np\nfrom course import plots\nplots.rate_sweep(np.arange(1.0, 4), np.ones(3), 2.0, steps=1)"
    notebook = {"cells": [code(picture)], "metadata": {"kernelspec": build.KERNEL}, "nbformat": 4, "nbformat_minor": 5}
    page = run_all(json.dumps(notebook))
    image = page.locator("img.course-picture").first
    image.wait_for()
    look = "image => ['filter', 'backgroundColor'].map(name => getComputedStyle(image)[name])"
    assert image.evaluate(look) == ["none", "rgb(255, 255, 255)"]
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    assert image.evaluate(look) == ["invert(1) hue-rotate(180deg)", "rgba(0, 0, 0, 0)"]


def code(source: str) -> dict:
    """A code cell."""
    return {"cell_type": "code", "id": "picture", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
