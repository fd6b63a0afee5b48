"""`check`, as a student meets it."""

import numpy as np
import pytest

import course
from course import check
from course.checking import reference_used
from course.errors import CheckFailed
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
    assert failed.value._render_traceback_() == [str(failed.value)]
    assert isinstance(failed.value, AssertionError)
    assert "hint" in capsys.readouterr().out


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


def test_a_function_of_another_name():
    with pytest.raises(TypeError, match="no exercise is called 'sum'"):
        check(sum)


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
