"""The worker answers case after case, and says in words what stands in the way of an answer."""

import socket
import threading

import numpy as np
import pytest

from autograder.walls import protocol, worker
from autograder.walls.sandbox import Cell, Limits, Sandbox
from course.judging.probes import NotAnArray, Reply, call


@pytest.fixture(scope="module")
def sandbox():
    """Without the wall, which has tests of its own: what the worker does is the same on either side of it."""
    with Sandbox(Limits(seconds=30), unsafe=True) as sandbox:
        yield sandbox


def ask(sandbox, source, inputs=None, **how):
    with sandbox.run([Cell("a", source)], "answer", **how) as run:
        return run.ask({"x": np.arange(3.0)} if inputs is None else inputs)


def test_arrays_come_back(sandbox):
    reply = ask(sandbox, "def answer(x): return x * 2, x.sum()", returns=2)
    np.testing.assert_array_equal(reply.arrays[0], [0, 2, 4])
    assert reply.arrays[1] == 3 and reply.problem == "" and reply.changed == ()


def test_inputs_arrive_as_what_they_were(sandbox):
    inputs = {"a": 1, "b": 2.5, "c": True, "d": "text", "e": None, "f": (1, [2]), "g": np.float32(3)}
    source = "def answer(*given): return [[type(x).__name__ for x in given] == " + repr([type(x).__name__ for x in inputs.values()]) + "]"
    assert ask(sandbox, source, inputs).arrays[0].tolist() == [True]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("None", "None"),
        ("'words'", "a str that holds text, not real numbers"),
        ("[[1, 2], [3]]", "a list that is not an array of numbers (do its rows differ in length?)"),
        ("1j", "a complex that holds complex numbers, not real numbers"),
        ("object()", "a object that holds objects, not real numbers"),
    ],
)
def test_what_is_no_array_is_named(sandbox, body, what):
    assert ask(sandbox, f"def answer(x): return {body}").arrays == (NotAnArray(what),)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("1 / 0", "ZeroDivisionError in `answer`, line 2: `1 / 0`: division by zero"),
        ("raise SystemExit", "SystemExit in `answer`, line 2: `raise SystemExit`"),
        ("exit(3)", "SystemExit in `answer`, line 2: `exit(3)`: 3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt in `answer`, line 2: `raise KeyboardInterrupt`"),
        ("answer(x)", "RecursionError in `answer`, line 2: `answer(x)`: maximum recursion depth exceeded"),
        ("raise type('Own', (BaseException,), {'__str__': None})", "an error that cannot even be put into words"),
        ("import numpy as np; return np.ones(1 << 50)", "MemoryError in `answer`, line 2"),
    ],
)
def test_an_error_is_told_with_its_line(sandbox, body, problem):
    reply = ask(sandbox, f"def answer(x):\n    {body}")
    assert reply.problem.startswith(problem) and reply.arrays == ()


def test_a_stub_is_no_error(sandbox):
    assert ask(sandbox, "def answer(x): raise NotImplementedError") == Reply(not_written=True)


def test_an_input_that_was_changed_is_named(sandbox):
    assert ask(sandbox, "def answer(x):\n    x += 1\n    return x").changed == ("x",)


def test_each_case_finds_what_the_last_left(sandbox):
    with sandbox.run([Cell("a", "seen = []\ndef answer(x):\n    seen.append(x)\n    return len(seen)")], "answer") as run:
        assert [run.ask({"x": 1}).arrays[0].item() for _ in range(3)] == [1, 2, 3]


def test_what_is_too_large_to_send_is_told(sandbox):
    reply = ask(sandbox, "import numpy as np\ndef answer(x): return np.zeros(9 << 20)")
    assert reply.problem == "what it returned cannot be sent: expected at most 16 MB to send, got 72.0 MB"


def test_a_notebook_is_the_main_module(sandbox):
    source = "import pickle\nclass Own: pass\ndef answer(): return isinstance(pickle.loads(pickle.dumps(Own())), Own)"
    assert ask(sandbox, source, {}).arrays == (True,)


def test_plots_are_drawn_for_nobody(sandbox):
    source = "%matplotlib inline\nimport io\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.savefig(io.BytesIO())\nplt.show()"
    with sandbox.run([Cell("a", source + "\ndef answer(x): return x")], "answer") as run:
        assert run.cell_errors == {} and run.ask({"x": 1}).problem == ""


def test_ipython_display_is_there(sandbox):
    source = "from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'))\ndef answer(x): return x"
    with sandbox.run([Cell("a", source)], "answer") as run:
        assert run.cell_errors == {}


@pytest.mark.parametrize("source", ["from course import check, data", "from course import *\ncheck", "import course.judging.probes"])
def test_the_course_beside_an_answer(sandbox, source):
    with sandbox.run([Cell("a", f"{source}\ndef answer(x): return x\nfrom course import check\ncheck(answer, seed=1)")], "answer") as run:
        assert run.cell_errors == {}


@pytest.mark.parametrize("part", ["functional", "Tensor", "nn", "exercises", "checking", "verdict"])
@pytest.mark.parametrize("way", ["from course import {}", "import course.{}", "import course\ncourse.{}", "import course.{}.deeper"])
def test_the_reference_is_not_there_and_that_is_said(sandbox, way, part):
    with sandbox.run([Cell("a", way.format(part))], "answer") as run:
        assert f"`course.{part}` is not there while your notebook is graded: an answer has to stand on its own" in run.cell_errors["a"]


def test_the_course_is_no_stranger_to_python(sandbox):
    source = "import course, inspect, copy\ninspect.unwrap(course.check); assert not hasattr(course, '__wrapped__')\ninspect.getdoc(course)"
    with sandbox.run([Cell("a", source)], "answer") as run:
        assert run.cell_errors == {}


def test_what_is_not_installed_is_an_ordinary_error(sandbox):
    with sandbox.run([Cell("a", "import not_installed_anywhere")], "answer") as run:
        assert run.cell_errors == {"a": "ModuleNotFoundError: No module named 'not_installed_anywhere' (line 1)"}


def test_a_probe_that_fails_is_told():
    def probe(answer, inputs, returns):
        raise GeneratorExit

    assert worker.ask(probe, None, {}, 1) == Reply(problem="GeneratorExit")
    assert worker.ask(call, max, {"a": 1, "b": 2}, 1).arrays == (2,)


def test_a_borrowed_function_sends_its_inputs_and_waits():
    here, there = socket.socketpair()
    heard = []

    def lender():
        heard.append(protocol.receive(there))
        protocol.send(there, {"value": (1, 2)})
        heard.append(protocol.receive(there))
        protocol.send(there, {"refused": "no"})

    with here, there:
        thread = threading.Thread(target=lender)
        thread.start()
        proxy = worker.borrowed(here, "double", 1 << 20)
        assert proxy(3, factor=2) == (1, 2)
        with pytest.raises(ValueError, match="no"):
            proxy()
        thread.join()
    assert heard[0] == {"borrow": "double", "inputs": (3,), "named": (("factor", 2),)}
    with pytest.raises(TypeError, match="double: expected arrays, numbers, text, or tuples of them; got a object"):
        proxy(object())
