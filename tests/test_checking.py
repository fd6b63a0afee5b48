"""`check`, as a student meets it."""

import functools
import json
import linecache
from pathlib import Path

import numpy as np
import pytest

import course
from course import check, checking
from course.checking import grade_here, reference_used
from course.errors import CheckFailed
from course.judging.stubs import below_the_stub, functions_of
from course.units import exercise


def linear_forward(X, W, b):
    return X @ W + b


def test_a_right_answer_is_shown_and_nothing_is_raised(capsys):
    check(linear_forward)
    assert "✓ linear_forward: passed, 1 of 1 points" in capsys.readouterr().out


def test_a_wrong_answer_is_shown_and_raises_its_message_alone(capsys):
    def linear_forward(X, W, b):
        return X @ W

    with pytest.raises(CheckFailed, match="the bias is missing") as failed:
        check(linear_forward)
    assert failed.value._render_traceback_() == ["linear_forward: 0 of 1 points. The reason stands above."]
    assert isinstance(failed.value, AssertionError)
    assert "hint" in capsys.readouterr().out


def test_after_failed_checks_the_next_hint_is_offered(capsys):
    def linear_forward(X, W, b):
        return X @ W

    offered = []
    checking.ATTEMPTS.failed.clear()
    for _ in range(8):
        with pytest.raises(CheckFailed):
            check(linear_forward)
        said = capsys.readouterr().out
        offered.append(said[said.index("open Hint") + 10] if "open Hint" in said else "")
    assert offered == ["", "1", "", "2", "", "3", "", "3"]
    check(globals()["linear_forward"])
    with pytest.raises(CheckFailed):
        check(linear_forward)
    assert "open Hint" not in capsys.readouterr().out


def test_the_offer_of_a_hint_is_one_sentence():
    failed = grade_here(exercise("linear_forward"), lambda X, W, b: X @ W, 0)
    attempts = checking.Attempts()
    assert [offer for _ in range(6) if (offer := attempts.hint_after(failed))] == [
        "That has failed twice in a row: open Hint 1 above your answer.",
        "That has failed 4 times in a row: open Hint 2 above your answer.",
        "That has failed 6 times in a row: open Hint 3 above your answer, which works out another case to the end.",
    ]


def test_an_untouched_answer(capsys):
    def linear_forward(X, W, b):
        raise NotImplementedError

    with pytest.raises(CheckFailed, match="not written yet"):
        check(linear_forward)
    assert "○" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", ["linear_forward", None, 3, np.ones(2)])
def test_something_that_is_no_answer(wrong):
    with pytest.raises(TypeError, match="expects the answer itself"):
        check(wrong)


GIVEN = {"np": np, "functools": functools, "check": check}


def run_cell(source: str, names: dict | None = None) -> dict:
    """The names of a notebook after a cell of it; its source can be read, as in a notebook."""
    names = dict(GIVEN) if names is None else names
    name = f"<cell {hash(source)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(compile(source, name, "exec"), names)
    return names


@pytest.mark.parametrize(
    "cell",
    [
        "linear_forward = lambda X, W, b: X @ W + b",
        "def layer(b, X, W): return X @ W + b\nlinear_forward = functools.partial(lambda f, *a: f(a[2], *a[:2]), layer)",
        "def linear_forward_v2(X, W, b): return X @ W + b\nlinear_forward = linear_forward_v2\nmine = linear_forward",
        "def relu(X, W, b): return X @ W + b\nlinear_forward = relu\ndef relu(z): return z",
        "class Layer:\n    def __call__(self, X, W, b): return X @ W + b\nlinear_forward = Layer()",
    ],
    ids=["lambda", "partial", "alias", "alias of a name that means another answer now", "object"],
)
def test_an_answer_is_found_by_the_name_it_is_bound_to(cell, capsys):
    run_cell(f"{cell}\ncheck(linear_forward)")
    assert "✓ linear_forward: passed" in capsys.readouterr().out


def test_a_vectorized_answer_is_found(capsys):
    run_cell("sigmoid = np.vectorize(lambda z: 1 / (1 + np.exp(-z)) if z > 0 else np.exp(z) / (1 + np.exp(z)))\ncheck(sigmoid)")
    assert "✓ sigmoid: passed" in capsys.readouterr().out


def test_an_answer_is_found_by_any_of_its_names(capsys):
    run_cell("linear_forward = lambda X, W, b: X @ W + b\ng = linear_forward\ncheck(g)")
    assert "✓ linear_forward: passed" in capsys.readouterr().out


def test_a_wrong_answer_by_another_name_fails_by_the_exercises():
    with pytest.raises(CheckFailed, match=r"^linear_forward: 0 of 1 points\..*the bias is missing"):
        run_cell("linear_forward = lambda X, W, b: X @ W\ncheck(linear_forward)")


def test_one_answer_under_two_names_is_not_guessed():
    with pytest.raises(TypeError, match="`relu` and `sigmoid` are names of one and the same answer"):
        run_cell("relu = sigmoid = lambda z: z\ncheck(relu)")


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("check(sum)", "no exercise is called 'sum'. Give your answer the name in the notebook"),
        ("check(lambda x: x)", "this function has no name. Give your answer the name in the notebook"),
        ("check(functools.partial(max, 3))", "this partial has no name."),
        ("f = lambda x: x\ncheck(f)", "no exercise is called 'f'."),
        ("def sofmax(z): return z\ncheck(sofmax)", "no exercise is called 'sofmax': do you mean `softmax`?"),
        ("unbroadcst = lambda x: x\ncheck(unbroadcst)", "no exercise is called 'unbroadcst': do you mean `unbroadcast`?"),
    ],
)
def test_what_answers_no_exercise_is_told_so_in_a_line(cell, told):
    with pytest.raises(TypeError) as raised:
        run_cell(cell)
    assert str(raised.value).startswith(told) and len(str(raised.value)) < 160
    assert raised.value._render_traceback_() == [str(raised.value)]  # as a notebook shows it: no traceback


def test_an_answer_that_leans_on_the_reference_is_told_so(capsys):
    def softmax_cross_entropy(logits, labels):
        z = course.Tensor(logits, requires_grad=True)
        loss = course.softmax_cross_entropy(z, labels)
        loss.backward()
        return loss.data, z.grad

    with pytest.raises(CheckFailed, match=r"leans on the course's own `course\.engine\.tensor`"):
        check(softmax_cross_entropy)
    assert "stand alone" in capsys.readouterr().out


def test_an_answer_that_imports_the_reference_inside_is_told_so():
    def sigmoid_backward(upstream, Z):
        from course import numerical_gradient

        return numerical_gradient(lambda Z: (upstream / (1 + np.exp(-Z))).sum(), Z)

    assert reference_used(exercise("sigmoid_backward"), sigmoid_backward, 0) == "course.gradcheck.numerical"


def test_an_answer_that_stands_alone_leans_on_nothing():
    assert reference_used(exercise("linear_forward"), linear_forward, 0) == ""


def test_an_answer_that_needs_others_is_counted_with_right_ones(capsys):
    def linear_backward(upstream, X, W):
        return X, W, upstream

    def mlp_gradients(X, labels, W1, b1, W2, b2):
        Z1 = X @ W1 + b1
        logits = np.maximum(Z1, 0) @ W2 + b2
        e = np.exp(logits - logits.max(1, keepdims=True))
        p = e / e.sum(1, keepdims=True)
        n = len(X)
        log_p = logits - logits.max(1, keepdims=True) - np.log(e.sum(1, keepdims=True))
        dH, dW2, db2 = linear_backward(p / n - np.eye(len(b2))[labels] / n, np.maximum(Z1, 0), W2)
        _, dW1, db1 = linear_backward(dH * (Z1 > 0), X, W1)
        return -log_p[np.arange(n), labels].mean(), dW1, db1, dW2, db2

    space = {"np": np, "linear_backward": linear_backward}
    answer = type(mlp_gradients)(compile_without_closure(mlp_gradients), space, "mlp_gradients")
    check(answer)
    assert "Counted with right versions" in capsys.readouterr().out


def compile_without_closure(function):
    """The code of a nested function, with what it closed over as globals: as it stands in a notebook."""
    import inspect
    import textwrap

    names: dict = {}
    exec(textwrap.dedent(inspect.getsource(function)), names)
    return names[function.__name__].__code__


def test_inside_ipython_the_verdict_is_a_page():
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell.instance()
    try:
        with capture_output() as captured:
            check(linear_forward)
        assert "text/html" in captured.outputs[0].data and "passed" in captured.outputs[0].data["text/html"]
    finally:
        shell.clear_instance()


@pytest.mark.parametrize("stub", ["raise NotImplementedError", "raise NotImplementedError()"])
def test_code_below_the_stub_is_told_so(stub, capsys):
    cell = f"def linear_forward(X, W, b):\n    {stub}\n    return X @ W + b\ncheck(linear_forward)"
    with pytest.raises(CheckFailed, match=r"0 of 1 points\. your code stands below `raise NotImplementedError`, and is never"):
        run_cell(cell)
    assert "○ linear_forward: not written" in capsys.readouterr().out


def test_code_below_the_stub_of_a_method_is_told_with_the_method():
    cell = """
class EarlyStopper:
    def __init__(self, patience, min_delta=0.0):
        self.best_loss = np.inf

    def update(self, loss, weights):
        raise NotImplementedError()
        return loss >= self.best_loss

check(EarlyStopper)
"""
    with pytest.raises(CheckFailed, match="in `update`, your code stands below"):
        run_cell(cell)


@pytest.mark.parametrize("decorator", ["np.vectorize", "functools.lru_cache"])
def test_code_below_the_stub_of_a_decorated_answer_is_told_so(decorator):
    names = run_cell(f"@{decorator}\ndef relu(z):\n    raise NotImplementedError\n    return max(z, 0.0)")
    assert below_the_stub(names["relu"]) == ("relu",)


def test_the_functions_of_a_class_are_its_methods_however_they_are_bound():
    names = run_cell("""
class A:
    def one(self): ...
    @property
    def two(self): ...
    @staticmethod
    def three(): ...
    @classmethod
    def four(cls): ...
    @functools.cached_property
    def five(self): ...
    six = functools.partialmethod(one)
class B(A):
    itself = A
    def seven(self): ...
""")
    assert sorted(f.__name__ for f in functions_of(names["B"])) == ["five", "four", "one", "seven", "three", "two"]


@pytest.mark.parametrize(
    "body",
    ["raise NotImplementedError", "raise NotImplementedError\n    ...", "if False:\n        return 1\n    raise NotImplementedError"],
)
def test_a_stub_with_no_code_below_it_is_not_written_and_no_more(body):
    with pytest.raises(CheckFailed, match="not written yet"):
        run_cell(f"def linear_forward(X, W, b):\n    {body}\ncheck(linear_forward)")


def test_a_wrong_answer_is_not_told_of_a_stub_it_never_meets():
    cell = "def linear_forward(X, W, b):\n    return X @ W\n    raise NotImplementedError\n    return X @ W + b\ncheck(linear_forward)"
    with pytest.raises(CheckFailed, match="the bias is missing") as failed:
        run_cell(cell)
    assert "stands below" not in str(failed.value)


def test_no_stub_as_it_is_released_has_code_below():
    for path in sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code" and "raise NotImplementedError" in source:
                answers = [value for name, value in run_cell(source).items() if value is not GIVEN.get(name) and callable(value)]
                assert answers and not any(map(below_the_stub, answers))


STOPPER = """
class EarlyStopper:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best_loss, self.best_weights, self.waited = np.inf, None, 0

    def update(self, loss, weights):
        if improved(loss, self.best_loss, self.min_delta):
            self.best_loss, self.best_weights, self.waited = loss, weights.copy(), 0
        else:
            self.waited += 1
        return self.waited >= self.patience
"""


@pytest.mark.parametrize(
    "improved",
    ["return loss <= best_loss - min_delta", "return loss > best_loss", "return {}['no']", "raise NotImplementedError"],
)
def test_a_class_is_counted_with_right_versions_of_what_it_calls(improved, capsys):
    names = run_cell(f"def improved(loss, best_loss, min_delta):\n    {improved}\n{STOPPER}")
    own = names["improved"]
    run_cell("check(EarlyStopper)", names)
    shown = capsys.readouterr().out
    assert "✓ EarlyStopper: passed, 5 of 5" in shown and "Counted with right versions" in shown
    assert names["improved"] is own, "the student's own stands where it stood"


def test_a_right_version_is_lent_where_there_is_none_of_ones_own_and_taken_back():
    names = run_cell(STOPPER)
    assert grade_here(exercise("EarlyStopper"), names["EarlyStopper"], 3).outcome == "passed"
    assert "improved" not in names


def test_a_class_that_is_wrong_itself_gains_nothing_by_what_is_lent():
    names = run_cell(f"def improved(loss, best_loss, min_delta):\n    return loss <= best_loss\n{STOPPER.replace('.copy()', '')}")
    verdict = grade_here(exercise("EarlyStopper"), names["EarlyStopper"], 3)
    assert {mark.criterion: mark.outcome for mark in verdict.marks}["best_weights"] == "failed"


BACKWARD = """
def gamma(graph, u):
    return []

def step(graph, u, gradients, slopes):
    return sum(gradients[v] * slopes[v, u] for v in gamma(graph, u))

def walk(graph, slopes):
    gradients = [0.0] * (len(graph) - 1) + [1.0]
    for u in reversed(range(len(graph) - 1)):
        gradients[u] = step(graph, u, gradients, slopes)
    return gradients
"""


@pytest.mark.parametrize(
    "bound",
    [
        "walk",
        "lambda *both: walk(*both)",
        "functools.partial(walk)",
        "functools.wraps(walk)(lambda *both: walk(*both))",
        "Walk.on",
        "Walk().on",
        "Walk()",
    ],
)
def test_helpers_and_wrapped_answers_call_what_is_lent_too(bound):
    walk = "class Walk:\n    on = staticmethod(walk)\n    def __call__(self, graph, slopes): return walk(graph, slopes)"
    names = run_cell(f"{BACKWARD}\n{walk}\nbackward_pass = {bound}")
    assert grade_here(exercise("backward_pass"), names["backward_pass"], 3).outcome == "passed"
