"""One submission before the judge, and the wall between them."""

import contextlib
import json
import time
import tracemalloc
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from autograder import batch, release, sample
from autograder import judge as judging
from autograder.instance import Instance
from autograder.judge import LARGEST_REPLY, Hearing, asking, judge, of_bounded_size
from autograder.questions import Questions
from autograder.walls.sandbox import Limits, Sandbox
from course.judging.grading import grade as grade_by
from course.judging.grading import passed as passed_by
from course.judging.probes import NotAnArray, Reply
from course.judging.verdict import Verdict
from course.units import exercise

UNIT = "05_vector_form"


@pytest.fixture(scope="module")
def instance(tmp_path_factory) -> Instance:
    instance = Instance.create(tmp_path_factory.mktemp("class"))
    batch.add_sources(instance, [UNIT])
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
        report, _ = judge("student", UNIT, path, instance.structure(UNIT), sandbox, Questions(b"secret"))
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


def test_a_cell_that_never_ends_costs_nothing(grade):
    answers = {**MODEL, "relu_backward": MODEL["relu_backward"] + "\n\nwhile True:\n    pass"}
    report, _ = grade(answers)
    assert report.score == report.max_score
    assert [error for _, error in report.cell_errors] == [
        "this cell took longer than 2 seconds, and was stopped; what it defined before stays"
    ]


def test_a_deleted_answer_is_told(grade):
    _, verdicts = grade(MODEL, change=lambda cells: [cell for cell in cells if sample.grade_id(cell) != "unbroadcast"])
    assert verdicts["unbroadcast"].earned == 0 and "was deleted" in verdicts["unbroadcast"].reason


UNWRITTEN = {
    "below the stub": ("raise NotImplementedError\n    return Z", "your code stands below `raise NotImplementedError`, and is never"),
    "a stub of one's own": ("relu_backward\n    raise NotImplementedError", "not written yet, and `mlp_gradients` needs it"),
    "a stub that is called": ("return relu_backward(Z, Z)", "it calls `relu_backward`, not written yet"),
    "two that another calls": ("return sigmoid_backward(Z, Z)", "it calls `linear_forward` and `relu_backward`, not written yet"),
}


@pytest.mark.parametrize("case", UNWRITTEN)
def test_what_is_not_written_is_named(grade, case):
    body, reason = UNWRITTEN[case]
    answers = {
        "sigmoid_backward": "def sigmoid_backward(upstream, Z):\n    return relu_backward(Z, Z), linear_forward(Z, Z, Z)",
        "softmax_cross_entropy": f"def softmax_cross_entropy(Z, labels):\n    {body}",
    }
    _, verdicts = grade(answers)
    assert verdicts["softmax_cross_entropy"].outcome == "not written"
    assert verdicts["softmax_cross_entropy"].reason.startswith(reason)


def test_what_is_not_written_names_what_needs_it(grade):
    _, verdicts = grade({**MODEL, "relu_backward": "def relu_backward(upstream, Z):\n    raise NotImplementedError"})
    assert verdicts["mlp_gradients"].outcome == "passed" and "it calls `relu_backward`, not written yet" in verdicts["mlp_gradients"].note
    _, verdicts = grade({"linear_forward": MODEL["linear_forward"]})
    assert verdicts["relu_backward"].reason == "not written yet, and `mlp_gradients` needs it"
    assert verdicts["unbroadcast"].reason == "not written yet"


def test_wrong_earlier_answers_do_not_cost_the_answer_that_needs_them(grade):
    wrong = {"linear_backward": "def linear_backward(upstream, X, W):\n    return X * 0, W * 0, W[0] * 0"}
    _, verdicts = grade({**MODEL, **wrong})
    assert verdicts["mlp_gradients"].earned == 5 and "Counted with right versions" in verdicts["mlp_gradients"].note


STOPPER = """class EarlyStopper:
    def __init__(self, patience, min_delta=0.0):
        self.best_loss, self.best_weights = 0, None

    def update(self, loss, weights):
        return True
"""
STOPPED = """def train_with_early_stopping(X, y, X_val, y_val, w, learning_rate, patience, max_epochs):
    rule, losses = EarlyStopper(patience), []
    for _ in range(max_epochs):
        w = w - 2 * learning_rate * X.T @ (X @ w - y) / len(y)
        losses.append(np.mean((X_val @ w - y_val) ** 2))
        if rule.update(losses[-1], weights=w):
            break
    return rule.best_weights, losses
"""


def test_a_wrong_class_does_not_cost_the_answer_that_needs_it(sandbox):
    train = replace(exercise("train_with_early_stopping"), needs=("EarlyStopper",))
    cells = [("a", "import numpy as np"), ("b", STOPPER), ("c", STOPPED)]
    submission = SimpleNamespace(fingerprint="", unanswered=(), code_cells_before=lambda name: cells, code_cells_after=lambda name: [])
    verdict = Hearing(submission, sandbox, Questions(b"secret")).verdict(train)
    assert verdict.outcome == "passed" and "Counted with right versions" in verdict.note


@pytest.fixture
def runs(sandbox, monkeypatch):
    """The answers that each run of the sandbox was opened for, on a machine that has time."""
    opened, run_for = [], sandbox.run_for
    monkeypatch.setattr(sandbox, "limits", Limits(seconds=60))

    def counted(answers, *rest, **more):
        opened.append([answer.name for answer in answers])
        return run_for(answers, *rest, **more)

    monkeypatch.setattr(sandbox, "run_for", counted)
    return opened


def test_a_notebook_without_faults_takes_one_run_and_an_answer_with_one_takes_its_own(grade, runs):
    grade(MODEL)
    assert [len(answers) for answers in runs] == [len(MODEL)]
    runs.clear()
    grade({**MODEL, "unbroadcast": "def unbroadcast(G, shape):\n    return G"})
    assert [len(answers) for answers in runs] == [len(MODEL), 1]


def test_an_answer_that_spoils_another_costs_its_own_marks_alone(grade):
    """What one answer does to the notebook while it is called, no other answer need live with."""
    spoiling = "def linear_forward(X, W, b):\n    globals().update(relu_backward=None, np=None)\n    return None"
    report, verdicts = grade({**MODEL, "linear_forward": spoiling})
    assert {name for name, verdict in verdicts.items() if verdict.outcome != "passed"} == {"linear_forward"}
    assert report.score == report.max_score - verdicts["linear_forward"].points


def test_what_an_answer_is_given_below_its_check_does_not_count_among_others_either(grade):
    """A wrong answer that a later cell mends, for the sake of another answer, stays wrong."""
    wrong = {**MODEL, "linear_forward": "def linear_forward(X, W, b):\n    return X @ W"}
    wrong["mlp_gradients"] = MODEL["linear_forward"] + "\n\n\n" + MODEL["mlp_gradients"]
    _, verdicts = grade(wrong)
    assert verdicts["linear_forward"].outcome == "failed" and verdicts["mlp_gradients"].outcome == "passed"


def test_an_answer_cannot_borrow_itself(grade):
    """Only what an exercise needs is lent, and never the exercise itself."""
    body = "def mlp_gradients(X, labels, W1, b1, W2, b2):\n    return {}"
    _, verdicts = grade({"mlp_gradients": body.format("mlp_gradients(X, labels, W1, b1, W2, b2)")})
    assert verdicts["mlp_gradients"].earned == 0
    for name in exercise("mlp_gradients").needs:
        assert "mlp_gradients" not in exercise(name).needs


def test_using_the_reference_is_explained(grade):
    answer = "from course import Tensor\n\n\ndef linear_forward(X, W, b):\n    return {}"
    _, verdicts = grade({**MODEL, "linear_forward": answer.format("(Tensor(X) @ Tensor(W) + b).data")})
    assert "stand on its own" in verdicts["linear_forward"].reason
    _, verdicts = grade({**MODEL, "linear_forward": answer.format("X @ W + b")})
    assert verdicts["linear_forward"].outcome == "passed"


BUSY = "import time\nstart = time.process_time()\nwhile time.process_time() < start + 1:\n    pass"
HELPER = "def helper(x):\n    return x"
WITH_HELPER = MODEL["linear_forward"].replace("return ", "return helper(") + ")"


@pytest.mark.parametrize(
    "helpers",
    [
        [BUSY] * 12,
        ["W = np.zeros(3)\nfor step in range(10**12):\n    W -= 0.1 * W"],
        ["import os\nos._exit(0)"],
        ["hoard = [bytearray(1 << 26) for _ in range(10**6)]"],
        ["from tqdm.notebook import tqdm\nimport torch, seaborn as sns\nfrom course.engine import Tensor"],
        ["import asyncio\nawait asyncio.sleep(0)"],
        ["!pip install torch\n%load_ext autoreload\n%autoreload 2\n%whos"],
        ["for name in list(globals()): pass\nlinear_backward = None"],
    ],
    ids=["twelve seconds", "training", "the end of Python", "memory", "imports", "await", "magics", "globals"],
)
def test_cells_of_ones_own_cost_nothing(grade, helpers):
    report, _ = grade(MODEL, helpers)
    assert report.score == report.max_score


def with_cells(grade, sources, place):
    """The verdict on an answer that calls `helper`, with cells of the student's own at a place in the notebook."""
    cells = [sample.own_cell(10 + number, source) for number, source in enumerate(sources)]
    _, verdicts = grade({**MODEL, "linear_forward": WITH_HELPER}, change=lambda before: [*before[:place], *cells, *before[place:]])
    return verdicts["linear_forward"]


@pytest.mark.parametrize(
    "cells",
    [
        [HELPER],
        ["%%writefile tools.py\n" + HELPER, "from tools import helper"],
        [HELPER, BUSY, "helper.calls = 0"],
        [HELPER + "\n\nwhile True:\n    pass"],
    ],
    ids=["a function", "a module", "changed later", "a loop after it"],
)
@pytest.mark.parametrize("place", [2, 1000], ids=["above", "below"])
def test_what_an_answer_calls_is_found(grade, cells, place):
    assert with_cells(grade, cells, place).outcome == "passed"


@pytest.mark.parametrize("cell", ["globals()['helper'] = abs", "import sys\nsys.modules['__main__'].__dict__.update(helper=abs)"])
def test_where_what_is_called_cannot_be_read_from_the_cells_all_above_are_run(grade, cell):
    assert with_cells(grade, [cell.replace("abs", "lambda x: x")], 2).outcome == "passed"


def test_an_answer_that_was_moved_below_its_check_counts(grade):
    for source in (MODEL["linear_forward"], "linear_forward = lambda X, W, b: X @ W + b", HELPER + "\n\n\n" + WITH_HELPER):
        _, verdicts = grade(change=lambda cells, source=source: [*cells, sample.own_cell(9, BUSY), sample.own_cell(8, source)])
        assert verdicts["linear_forward"].outcome == "passed"
    _, verdicts = grade(change=lambda cells: [*cells, sample.own_cell(9, "print(linear_forward == None, linear_forward(1, 2, 3))")])
    assert verdicts["linear_forward"].outcome == "not written"


def test_a_notebook_that_is_stopped_again_and_again_has_less_time_for_the_rest(grade):
    """Or one student's loops would keep all the others waiting."""
    hanging = {name: source.split("\n")[0] + "\n    while True:\n        pass" for name, source in MODEL.items()}
    report, verdicts = grade({**hanging, "mlp_gradients": MODEL["mlp_gradients"]})
    reasons = [verdict.reason for verdict in verdicts.values()]
    assert ["longer than 2 seconds" in reason for reason in reasons] == [True] * 3 + [False] * 3 + [False]
    assert ["longer than 0.5 seconds" in reason for reason in reasons] == [False] * 3 + [True] * 3 + [True]
    assert verdicts["mlp_gradients"].outcome == "passed"
    assert report.note == (
        "This notebook was stopped 3 times because it took longer than 2 seconds; after that, each exercise had 0.5 seconds."
    )


@pytest.mark.parametrize("value", ["1e308", "-1e308", "np.inf", "np.float32(3e38)", "2**64 - 1"])
def test_no_number_makes_the_judge_complain(grade, value):
    """numpy's warnings are for those who compute; an instructor could do nothing about them."""
    answers = {
        "relu_backward": f"def relu_backward(upstream, Z):\n    return np.full(Z.shape, {value})",
        "linear_forward": f"def linear_forward(X, W, b):\n    return np.full((len(X), len(b)), {value})",
    }
    report, _ = grade(answers)
    assert (report.status, report.score) == ("graded", 0)


def failing(monkeypatch, name: str, fault):
    """Let the judge itself fail at one exercise, or at all of them where `name` is empty, once it is heard alone."""
    monkeypatch.setattr(judging, "grade", lambda e, *rest: fault(e) if name in ("", e.name) else grade_by(e, *rest))
    monkeypatch.setattr(judging, "passed", lambda e, *rest: None if name in ("", e.name) else passed_by(e, *rest))


@pytest.mark.parametrize("name", ["relu_backward", "mlp_gradients"])
@pytest.mark.parametrize("error", [ZeroDivisionError("by zero"), MemoryError("too much"), RecursionError("too deep")], ids=repr)
def test_where_the_judge_itself_fails_at_an_exercise_the_others_are_graded(grade, monkeypatch, name, error):
    def fault(e):
        raise error

    failing(monkeypatch, name, fault)
    report, verdicts = grade(MODEL)
    assert verdicts[name].outcome == "could not grade" and str(error) in verdicts[name].reason
    assert {verdict.outcome for verdict in verdicts.values() if verdict.exercise != name} == {"passed"}
    assert report.status == "graded" and f"the autograder failed on `{name}`" in report.note


def test_where_the_judge_fails_at_every_exercise_the_submission_could_not_be_graded(grade, monkeypatch):
    failing(monkeypatch, "", lambda e: 1 / 0)
    report, _ = grade(MODEL)
    assert report.status == "could not grade" and "division by zero" in report.note


@pytest.mark.parametrize("error", [ZeroDivisionError("by zero"), MemoryError("too much"), RecursionError("too deep")], ids=repr)
def test_where_the_judge_fails_at_an_answer_among_others_it_is_heard_alone(grade, monkeypatch, error):
    def fail(e, *rest):
        if e.name == "relu_backward":
            raise error
        return passed_by(e, *rest)

    monkeypatch.setattr(judging, "passed", fail)
    report, _ = grade(MODEL)
    assert report.score == report.max_score and not report.note


def test_a_worker_that_is_killed_from_outside_while_it_is_asked_for_all_answers_costs_nothing(grade, sandbox, monkeypatch):
    def kill(e, *rest):
        if e.name == "relu_backward":
            sandbox._zygote.close()
        return passed_by(e, *rest)

    monkeypatch.setattr(judging, "passed", kill)
    report, _ = grade(MODEL)
    assert report.score == report.max_score


@pytest.mark.parametrize(("times", "score"), [(1, 16), (2, 15)])
def test_a_worker_that_is_killed_from_outside_is_replaced_once(grade, sandbox, monkeypatch, times, score):
    killed = []

    def kill(e, ask, seed):
        if e.name == "relu_backward" and len(killed) < times:
            sandbox._zygote.close()
            killed.append(e)
        return grade_by(e, ask, seed)

    monkeypatch.setattr(judging, "passed", lambda *_: None)
    monkeypatch.setattr(judging, "grade", kill)
    report, verdicts = grade(MODEL)
    assert report.score == score
    assert verdicts["relu_backward"].outcome == ("passed" if times == 1 else "could not grade")
    assert "unsafe" not in verdicts["relu_backward"].reason


def test_an_exercise_on_which_the_judge_thinks_for_too_long_is_given_up_for_now(grade, monkeypatch):
    monkeypatch.setattr(judging, "JUDGE_SECONDS", 3)  # of which a slow machine needs one for the other exercises

    def endless(e):
        while True:
            with contextlib.suppress(Exception):
                int("x")

    failing(monkeypatch, "relu_backward", endless)
    report, verdicts = grade(MODEL)
    assert verdicts["relu_backward"].outcome == "could not grade" and report.score == 15
    assert "kept the autograder thinking" in verdicts["relu_backward"].reason


def test_a_submission_does_not_hold_up_a_class(grade, monkeypatch):
    """Not with one exercise after another, either."""
    monkeypatch.setattr(judging, "JUDGE_SECONDS", 0.3)
    failing(monkeypatch, "", lambda e: [None for _ in iter(int, 1)])
    start = time.process_time()
    report, _ = grade(MODEL)
    assert report.status == "could not grade" and time.process_time() - start < 3


def test_a_second_hearing_that_broke_off_decides_nothing(grade, monkeypatch):
    """With right answers lent it might have earned everything."""
    heard = iter(["failed", "could not grade"])
    failing(monkeypatch, "mlp_gradients", lambda e: Verdict.alike(e, next(heard), "the wall fell"))
    report, verdicts = grade(MODEL)
    assert verdicts["mlp_gradients"].outcome == "could not grade" and verdicts["mlp_gradients"].reason == "the wall fell"
    assert report.score == report.max_score - verdicts["mlp_gradients"].points


def asked_of(*arrays):
    """A run that replies with these arrays to every case, before the judge."""
    return asking(SimpleNamespace(ask=lambda inputs: Reply(arrays)))


@pytest.mark.parametrize(
    "arrays",
    [
        (np.zeros(LARGEST_REPLY + 1),),
        (np.zeros(LARGEST_REPLY), np.zeros(())),
        (np.zeros((1, 0)), np.zeros((10**12, 0))),
        (np.zeros(10**6),) * 9,
    ],
    ids=["one", "together", "empty, with a long side", "many"],
)
def test_a_reply_that_is_far_too_large_is_refused_in_words(arrays):
    reply = of_bounded_size(Reply(arrays))
    assert not reply.arrays and "at most 250,000 numbers are expected" in reply.problem and len(reply.problem) < 200


def test_a_reply_as_large_as_may_be_is_let_through():
    reply = Reply((np.zeros(LARGEST_REPLY - 1), NotAnArray("None"), np.zeros(())))
    assert of_bounded_size(reply) is reply


def test_a_network_of_220_000_hidden_nodes_takes_no_memory():
    """Sixteen megabytes of whole numbers of one byte; the activations of all images would be gigabytes."""
    hidden = 220_000
    shapes = ((64, hidden), (hidden,), (hidden, 10), (10,))
    weights = [np.zeros(shape, dtype=np.int8) for shape in shapes]
    build_and_train = exercise("build_and_train")
    list(build_and_train.cases(np.random.default_rng(1)))  # the images are read once
    tracemalloc.start()
    try:
        verdict = grade_by(build_and_train, asked_of(*weights), 1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert verdict.outcome == "failed" and "at most 250,000 numbers" in verdict.reason and peak < 50e6


NORMALISED = """def linear_backward(upstream, X, W):
    W = W / np.linalg.norm(W)
    return upstream @ W.T, X.T @ upstream, upstream.sum(axis=0)"""
SAME_IN_A_CALL = """def linear_backward(upstream, X, W):
    dW, db = X.T @ upstream, upstream.sum(axis=0)
    return unit_length(upstream @ W.T, W), dW, db"""
UNIT_LENGTH = "def unit_length(of, W):\n    return of / np.sqrt((W * W).sum())"


def test_wrong_answers_that_nothing_explains_are_known_again_in_other_files(grade):
    one, verdicts = grade({**MODEL, "linear_backward": NORMALISED})
    (found,) = one.unexplained
    assert found.exercise == "linear_backward" and verdicts["linear_backward"].earned == 2
    assert found.hints == (("dX", verdicts["linear_backward"].marks[0].hint),)
    other, _ = grade({"linear_backward": SAME_IN_A_CALL}, [UNIT_LENGTH])
    assert other.fingerprint != one.fingerprint and other.unexplained == one.unexplained


@pytest.mark.parametrize(
    "body",
    ["return upstream @ W, X.T @ upstream, upstream.sum(axis=0)", "raise NotImplementedError", "while True:\n        pass"],
    ids=["a known mistake", "not written", "never ends"],
)
def test_what_is_explained_or_never_came_is_not_asked_again(grade, monkeypatch, body):
    asked = []
    monkeypatch.setattr(judging.grouping, "group_of", lambda exercise, *_: asked.append(exercise))
    report, _ = grade({**MODEL, "linear_backward": f"def linear_backward(upstream, X, W):\n    {body}"})
    assert report.unexplained == () and not asked


def test_an_answer_is_grouped_by_its_own_mistake_and_not_by_those_of_answers_it_calls(grade):
    body = "def mlp_gradients(X, labels, W1, b1, W2, b2):\n    dX, dW, db = linear_backward(linear_forward(X, W1, b1), X, W1)\n"
    wrong = body + "    return dW, db, W2 * W2, b2 * b2"
    tripled = NORMALISED.replace("X.T @ upstream", "3 * X.T @ upstream")
    right_before, _ = grade({**MODEL, "mlp_gradients": wrong})
    wrong_before, _ = grade({**MODEL, "mlp_gradients": wrong, "linear_backward": tripled})
    of = [next(one for one in report.unexplained if one.exercise == "mlp_gradients") for report in (right_before, wrong_before)]
    assert of[0].group == of[1].group


def test_the_group_of_a_run_that_lacked_a_cell_goes_with_it(grade):
    """That the answer needs the cell cannot be read: without it, it fails for no known reason, and with the whole notebook it passes."""
    helper = "import sys\nsys.modules['__main__'].__dict__.update(helper=lambda x: x)"
    report, verdicts = grade({**MODEL, "linear_forward": WITH_HELPER}, [helper])
    assert verdicts["linear_forward"].outcome == "passed" and report.unexplained == ()


def test_where_grouping_fails_the_verdict_stands(grade, monkeypatch):
    def broken(*_):
        raise OverflowError

    monkeypatch.setattr(judging.grouping, "group_of", broken)
    report, verdicts = grade({**MODEL, "linear_backward": NORMALISED})
    assert report.status == "graded" and verdicts["linear_backward"].earned == 2 and report.unexplained == ()
