"""The sample class, graded for real: what each student should get, and gets."""

import json

import pytest
from rich.console import Console

from autograder import batch, demo, sample
from autograder.gradebook import database
from autograder.instance import Instance
from autograder.report import Report
from autograder.walls.choice import choose
from course.errors import UserError

UNIT = demo.UNIT
pytestmark = pytest.mark.xdist_group("demo")  # one class for all of these tests
FULL = 16


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> tuple[Instance, dict[str, Report], str]:
    out = tmp_path_factory.mktemp("demo") / "class"
    console = Console(record=True, width=120, force_terminal=False)
    demo.demo(out, console, wall=choose())
    instance = Instance.open(out)
    reports = {path.stem: Report.load(path) for path in (out / "reports" / UNIT).iterdir()}
    return instance, reports, console.export_text()


COSTS = {  # what each mistake costs, and a word of the reason that names it
    "mistake_sign": ({"softmax_cross_entropy": 2}, "exactly minus"),
    "mistake_transpose": ({"linear_backward": 1}, "changed places"),
    "mistake_factor": ({"softmax_cross_entropy": 2}, "is your batch size"),
    "mistake_upstream": ({"relu_backward": 1}, "the upstream is left out"),
    "mistake_bias": ({"linear_backward": 1}, "not summed over the batch"),
    "mistake_in_place": ({"relu_backward": 1}, "changed its input `upstream` in place"),
    "mistake_overflow": ({"softmax_cross_entropy": 3}, "the exponentials overflow"),
    "mistake_no_return": ({"unbroadcast": 2}, "is there a `return`?"),
    "trouble_syntax": ({"sigmoid_backward": 1}, "was never closed"),
    "trouble_endless_loop": ({"unbroadcast": 2}, "loop that never ends"),
    "trouble_memory": ({"relu_backward": 1}, "MemoryError"),
    "trouble_deleted_cells": ({"relu_backward": 1}, "was deleted"),
}


def test_right_answers_in_every_style_get_full_marks(graded):
    _, reports, _ = graded
    right = {name: report.score for name, report in reports.items() if name.startswith("right") or name == "trouble_duplicated_cells"}
    assert len(right) == 7 and set(right.values()) == {FULL}


@pytest.mark.parametrize("student", COSTS)
def test_each_mistake_costs_its_own_exercise_with_a_reason_that_names_it(graded, student):
    _, reports, _ = graded
    costs, word = COSTS[student]
    lost = {v.exercise: v.points - v.earned for v in reports[student].verdicts if v.earned < v.points}
    assert lost == costs
    assert word in " ".join(verdict.reason for verdict in reports[student].verdicts)


def test_finite_differences_earn_nothing_but_what_is_no_derivative(graded):
    _, reports, _ = graded
    report = reports["mistake_finite_differences"]
    earned = {verdict.exercise for verdict in report.verdicts if verdict.earned}
    assert earned == {"linear_forward", "unbroadcast"}
    assert all("finite differences" in v.reason for v in report.verdicts if v.exercise not in earned)


def test_forgeries_and_what_was_not_written_earn_nothing(graded):
    _, reports, _ = graded
    nothing = {name: report.score for name, report in reports.items() if name.startswith("forged") or name == "untouched"}
    assert len(nothing) == 4 and set(nothing.values()) == {0}
    assert reports["trouble_corrupt_file"].status == "unreadable"


def test_every_sample_has_its_outcome_tested(graded):
    _, reports, _ = graded
    others = {name for name in reports if name not in COSTS and not name.startswith(("right", "forged"))}
    assert others == {"mistake_finite_differences", "trouble_corrupt_file", "trouble_duplicated_cells", "untouched"}


def test_marks_are_in_the_gradebook_and_pages_are_written(graded):
    instance, reports, _ = graded
    rows = {row.student: row for row in database.scores(instance, UNIT)}
    earned = {name: None if report.held else report.score for name, report in reports.items()}
    assert {name: row.exercises for name, row in rows.items()} == earned
    assert rows["right"].needs_manual_grade and rows["right"].written is None
    for name in reports:
        page = instance.feedback_page(name, UNIT).read_text(encoding="utf-8")
        assert "BEGIN SOLUTION" not in page


def test_the_page_says_what_the_report_says(graded):
    instance, _, _ = graded
    page = instance.feedback_page("mistake_factor", UNIT).read_text(encoding="utf-8")
    assert "is your batch size" in page and "Hint:" in page


def test_the_table_tells_marks_reasons_and_what_to_do_next(graded):
    _, _, text = graded
    for words in ("mistake_in_place", "15 / 16", "changed its input", "Feedback", "gradebook.db", "Formgrader", "autograder scores"):
        assert words in text


def test_a_place_in_use_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(UserError, match="is not empty"):
        demo.demo(tmp_path, Console(quiet=True), wall=choose())
    assert (tmp_path / "mine.txt").read_text() == "keep"


def test_a_sample_is_read_as_answers_and_helpers(tmp_path):
    path = tmp_path / "student.py"
    path.write_text('"""What it is about."""\n\nimport math\n\n\ndef helper():\n    pass\n\n\ndef linear_forward(X, W, b):\n    return 1\n')
    read = sample.read_sample(path, UNIT)
    assert (read.name, read.about) == ("student", "What it is about.")
    assert read.helpers == ("import math", "def helper():\n    pass")
    assert read.answers == {"linear_forward": "def linear_forward(X, W, b):\n    return 1"}


def test_students_are_made_from_the_released_notebook(graded):
    instance, _, _ = graded
    released = json.loads(instance.released(UNIT).read_text(encoding="utf-8"))
    handed_in = json.loads(instance.submitted("right_lists", UNIT).read_text(encoding="utf-8"))
    ids = [cell["id"] for cell in handed_in["cells"] if not cell["id"].startswith("own-")]
    assert ids == [cell["id"] for cell in released["cells"]]
    assert batch.standing(instance.report_path("right_lists", UNIT)).score == FULL
