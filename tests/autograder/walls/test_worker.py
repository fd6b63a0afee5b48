"""The worker answers case after case, and says in words what stands in the way of an answer."""

import socket
import threading

import numpy as np
import pytest

from autograder.walls import answering, protocol
from autograder.walls.sandbox import Cell, Limits, Sandbox
from course.judging.probes import NotAnArray, Reply, call


@pytest.fixture(scope="module", params=["none", pytest.param("wasm", marks=pytest.mark.wasm)])
def sandbox(request):
    """Without bubblewrap's wall, which has tests of its own: what the worker does is the same on either side of it."""
    with Sandbox(Limits(seconds=30), wall=request.param) as sandbox:
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
        ("import numpy as np; return np.ones(1 << 27)", "MemoryError in `answer`, line 2"),
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


WAYS = {
    "from course import {}": "{}(x)",
    "import course.{}": "course.{}(x)",
    "import course": "course.{}(x)",
    "from course.{} import deeper": "deeper(x)",
    "pass": "__import__('course.{0}').{0}.relu(x)",
}


@pytest.mark.parametrize("part", ["functional", "Tensor", "nn", "exercises", "checking", "verdict"])
@pytest.mark.parametrize("way", WAYS)
def test_the_reference_is_not_there_and_that_is_said_where_it_is_used(sandbox, way, part):
    source = f"{way.format(part)}\ndef answer(x): return {WAYS[way].format(part)} if x else 0"
    with sandbox.run([Cell("a", source)], "answer") as run:
        assert run.cell_errors == {} and run.ask({"x": 0}).arrays == (0,)
        assert f"`course.{part}` is not there while your notebook is graded: an answer has to stand on its own" in run.ask({"x": 1}).problem


def test_the_course_is_no_stranger_to_python(sandbox):
    source = "import course, inspect, copy\ninspect.unwrap(course.check); assert not hasattr(course, '__wrapped__')\ninspect.getdoc(course)"
    with sandbox.run([Cell("a", source)], "answer") as run:
        assert run.cell_errors == {}


@pytest.mark.parametrize(
    "use",
    ["torch.tensor(x)", "torch(x)", "torch.nn.Linear(1, 2)", "x + torch.pi", "[*torch.data]", "torch.a[0]", "isinstance(x, torch.Tensor)",
     "(0 if torch.ok else 1)", "nn.Linear()", "with_it()", "network()"],
)  # fmt: skip
def test_what_is_not_installed_is_missed_where_it_is_used(sandbox, use):
    source = "import torch\nimport torch.nn as nn\nfrom torch.utils import data\ndef with_it():\n    with torch.no_grad(): pass\n"
    source += "def network():\n    class Net(nn.Module): pass\n"
    with sandbox.run([Cell("a", source + f"def answer(x): return {use} if x else 0")], "answer") as run:
        assert run.cell_errors == {} and run.ask({"x": 0}).arrays == (0,)
        problem = run.ask({"x": 1}).problem
        assert problem.startswith("ModuleNotFoundError") and "`torch` is not installed where your notebook is graded" in problem


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    import torch\n    there = True\nexcept ImportError:\n    there = False",
        "%matplotlib inline\ntry:\n    from torch import nn\nexcept ModuleNotFoundError:\n    there = False",
        "import importlib.util\nthere = importlib.util.find_spec('numpy.torch') is not None",
        "import matplotlib.pyplot\nimport sys\nthere = 'torch' in sys.modules",
    ],
)
def test_who_asks_whether_something_is_installed_is_told_the_truth(sandbox, source):
    assert ask(sandbox, f"{source}\ndef answer(x): return there").arrays == (False,)


@pytest.mark.parametrize(
    "source",
    [
        "from tqdm import tqdm\nvalues = [n for n in tqdm(range(3), desc='epochs')]",
        "from tqdm.auto import trange\nvalues = list(trange(3))",
        "import tqdm.notebook\nvalues = list(tqdm.notebook.tqdm([0, 1, 2]))",
        "from tqdm import tqdm\nvalues = []\nwith tqdm(total=3) as bar:\n    for n in range(3): values.append(n); bar.update(1)",
        "from tqdm import tqdm\nbar = tqdm(range(3))\nvalues = [bar.set_postfix(loss=1) or n for n in bar][:len(bar)]",
    ],
)
def test_a_progress_bar_passes_through(sandbox, source):
    np.testing.assert_array_equal(ask(sandbox, f"{source}\ndef answer(x): return values").arrays[0], [0, 1, 2])


def test_a_module_that_a_cell_writes_can_be_imported(sandbox):
    cells = [Cell("w", "%%writefile helper.py\nimport numpy as np\ndef twice(x):\n    return 2 * np.asarray(x) / (x != 7)")]
    cells.append(Cell("a", "import helper\nfrom helper import *\ndef answer(x): return helper.twice(x) if x != 7 else 1 / 0 or twice(x)"))
    with sandbox.run(cells, "answer", whole=False) as run:
        assert run.ask({"x": 4}).arrays == (8,) and run.cell_errors == {}


def test_a_probe_that_fails_is_told():
    def probe(answer, inputs, returns):
        raise GeneratorExit

    assert answering.ask(probe, None, {}, 1) == Reply(problem="GeneratorExit")
    assert answering.ask(call, max, {"a": 1, "b": 2}, 1).arrays == (2,)


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
        proxy = answering.borrowed(here, "double", 1 << 20)
        assert proxy(3, factor=2) == (1, 2)
        with pytest.raises(ValueError, match="no"):
            proxy()
        thread.join()
    assert heard[0] == {"borrow": "double", "inputs": (3,), "named": (("factor", 2),)}
    with pytest.raises(TypeError, match="double: expected arrays, numbers, text, or tuples of them; got a object"):
        proxy(object())
