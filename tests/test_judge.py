"""One submission before the judge, and the wall between them."""

import json

import pytest

from autograder import batch, release, sample
from autograder.instance import Instance
from autograder.judge import judge, seed_for
from autograder.sandbox import Limits, Sandbox
from course.exercises import exercise

UNIT = "05_vector_form"


@pytest.fixture(scope="module")
def instance(tmp_path_factory) -> Instance:
    instance = Instance.create(tmp_path_factory.mktemp("class"))
    batch.add_sources(instance)
    release.release(instance, UNIT)
    return instance


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(Limits(seconds=2)) as sandbox:
        yield sandbox


@pytest.fixture
def grade(instance, sandbox):
    """Grade a notebook with these answers, cells of the student's own before them, and a change to it all."""

    def grade(answers=None, helpers=(), change=lambda cells: cells):
        notebook = sample.filled(json.loads(instance.released(UNIT).read_text(encoding="utf-8")), answers or {}, tuple(helpers))
        notebook["cells"] = change(notebook["cells"])
        path = instance.submitted("student", UNIT)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")
        report, _ = judge("student", UNIT, path, instance.structure(UNIT), sandbox, b"secret")
        return report, {verdict.exercise: verdict for verdict in report.verdicts}

    return grade


MODEL = sample.model_answers(UNIT)


def test_the_model_answers_get_full_marks(grade):
    report, _ = grade(MODEL)
    assert report.score == report.max_score == 16 and report.status == "graded" and not report.cell_errors


def test_an_untouched_notebook_gets_nothing(grade):
    report, verdicts = grade()
    assert report.score == 0 and {verdict.outcome for verdict in verdicts.values()} == {"not written"}


@pytest.mark.parametrize("name", [name for name in MODEL if name != "mlp_gradients"])
def test_each_answer_wrong_costs_its_own_exercise_only(grade, name):
    parameters = ", ".join(exercise(name).parameters)
    for body in ("return None", "raise RuntimeError('no')", "while True: pass", "import os; os._exit(0)"):
        report, verdicts = grade({**MODEL, name: f"def {name}({parameters}):\n    {body}"})
        assert verdicts[name].earned == 0 and report.score == report.max_score - verdicts[name].points, body


def test_an_answer_in_a_cell_of_ones_own_counts(grade):
    _, verdicts = grade(helpers=[MODEL["linear_forward"]])
    assert verdicts["linear_forward"].outcome == "not written", "the stub stands below it, and is what a notebook would run"

    def own_cell_in_place(cells):
        return [sample.own_cell(9, MODEL["linear_forward"]) if sample.grade_id(cell) == "linear_forward" else cell for cell in cells]

    _, verdicts = grade(change=own_cell_in_place)
    assert verdicts["linear_forward"].outcome == "passed"


def test_a_cell_that_never_ends_is_left_out_and_costs_no_other_exercise(grade):
    answers = {**MODEL, "relu_backward": MODEL["relu_backward"] + "\n\nwhile True:\n    pass"}
    report, verdicts = grade(answers)
    assert verdicts["relu_backward"].earned == 0
    assert report.score == report.max_score - verdicts["relu_backward"].points
    assert any("loop that never ends" in error for _, error in report.cell_errors)


def test_a_deleted_answer_is_told(grade):
    _, verdicts = grade(MODEL, change=lambda cells: [cell for cell in cells if sample.grade_id(cell) != "unbroadcast"])
    assert verdicts["unbroadcast"].earned == 0 and "was deleted" in verdicts["unbroadcast"].reason


def test_wrong_earlier_answers_do_not_cost_the_answer_that_needs_them(grade):
    wrong = {"linear_backward": "def linear_backward(upstream, X, W):\n    return X * 0, W * 0, W[0] * 0"}
    _, verdicts = grade({**MODEL, **wrong})
    assert verdicts["mlp_gradients"].earned == 5 and "Counted with right versions" in verdicts["mlp_gradients"].note


def test_an_answer_cannot_borrow_itself(grade):
    """Only what an exercise needs is lent, and never the exercise itself."""
    body = "def mlp_gradients(X, labels, W1, b1, W2, b2):\n    return {}"
    _, verdicts = grade({"mlp_gradients": body.format("mlp_gradients(X, labels, W1, b1, W2, b2)")})
    assert verdicts["mlp_gradients"].earned == 0
    for name in exercise("mlp_gradients").needs:
        assert "mlp_gradients" not in exercise(name).needs


def test_importing_the_reference_is_explained(grade):
    _, verdicts = grade({**MODEL, "linear_forward": "from course import Tensor\n\n\ndef linear_forward(X, W, b):\n    return X @ W + b"})
    assert "stand on its own" in verdicts["linear_forward"].reason


def test_seeds_differ_between_exercises_files_and_classes_and_stay():
    linear, relu = exercise("linear_forward"), exercise("relu_backward")
    seeds = [seed_for(b"k", linear, "a"), seed_for(b"k", relu, "a"), seed_for(b"k", linear, "b"), seed_for(b"other", linear, "a")]
    assert len(set(seeds)) == 4 and seed_for(b"k", linear, "a") == seeds[0]
