"""A run says what its cells did, answers what it is asked, keeps its limits, and never takes the judge down with it."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from autograder.walls import bubblewrap, protocol
from autograder.walls.sandbox import Cell, Limits, Run, Sandbox, printable
from course.errors import SandboxUnavailable
from course.judging.probes import NotAnArray, Reply

LATE = "it took longer than 0.4 seconds, and was stopped: is there a loop that never ends?"


CATCHING = "while True:\n    try:\n        while more: more = 1\n    except Exception: pass"


def family(process: int) -> set[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return {process}.union(*(family(int(child)) for child in children))


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def wait_for_the_end_of(processes: set[int]) -> None:
    for _ in range(1000):
        if not any(map(alive, processes)):
            return
        time.sleep(0.02)
    pytest.fail("a process lives on")


def kill_outright(zygote) -> None:
    everyone = family(zygote._process.pid)
    zygote._process.kill()
    wait_for_the_end_of(everyone)


@pytest.fixture(scope="module")
def sandbox(wall):
    with Sandbox(Limits(seconds=20), wall=wall) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def hasty(wall):
    with Sandbox(Limits(seconds=0.4), wall=wall) as sandbox:
        yield sandbox


def test_a_run_asks_an_answer_again_and_again(sandbox):
    with sandbox.run([Cell("a", "import numpy as np"), Cell("b", "def double(x): return 2 * np.asarray(x)")], "double") as run:
        for x in (1, np.arange(3.0), np.eye(2, dtype=np.float32)):
            np.testing.assert_array_equal(run.ask({"x": x}).arrays[0], 2 * np.asarray(x))
        assert run.cell_errors == {} and run.hung_cell is None


def test_cell_errors_are_kept_by_cell(sandbox):
    cells = [Cell("a", "x = 1\nnowhere"), Cell("b", "def f(y): return x + y"), Cell("c", "def g(:")]
    with sandbox.run(cells, "f") as run:
        assert run.cell_errors == {"a": "NameError: name 'nowhere' is not defined (line 2)", "c": "SyntaxError: invalid syntax (line 1)"}
        assert run.ask({"y": 1}).arrays == (2,)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("other = 1", "`answer` is not defined: is it there under this very name?"),
        ("answers = 1 / 0", "`answer` is not defined: is it there under this very name?"),
        ("\ndef answer(:", "`answer` is not defined, since its cell stopped with an error: SyntaxError: invalid syntax (line 2)"),
    ],
)
def test_a_name_that_is_not_there_is_explained(sandbox, source, problem):
    with sandbox.run([Cell("a", "first_of_all"), Cell("b", source)], "answer") as run:
        assert run.ask({}) == Reply(problem=problem)


@pytest.mark.parametrize("loop", ["while True: pass", "import time\ntime.sleep(600)", "7 ** (7**(11 + more))", CATCHING])
def test_a_cell_that_takes_too_long_is_stopped_and_the_next_one_runs(hasty, loop):
    if hasty.wall == "wasm":
        pytest.skip("a guest cannot be stopped from within: the run ends, and the judge makes another without that cell")
    cells = [Cell("a", f"def answer(x): return x + more\nmore = 1\n{loop}\nmore = 5"), Cell("b", "more += 1")]
    with hasty.run(cells, "answer") as run:
        assert run.hung_cell is None and run.late == 1
        assert run.cell_errors == {"a": "this cell took longer than 0.4 seconds, and was stopped; what it defined before stays"}
        assert run.ask({"x": 1}).arrays == (3,)


@pytest.mark.parametrize("deaf", ["signal.SIG_IGN", "lambda *_: None"])
def test_a_cell_that_cannot_be_stopped_takes_the_run_with_it_and_is_named(hasty, deaf):
    loop = f"import signal\nfor number in (signal.SIGPROF, signal.SIGALRM): signal.signal(number, {deaf})\nwhile True: pass"
    cells = [Cell("a", "def answer(x): return x"), Cell("b", loop), Cell("c", "never = 1")]
    with hasty.run(cells, "answer") as run:
        assert run.hung_cell == "b" and run.cell_errors == {"b": LATE}
        assert run.ask({"x": 1}) == run.ask({"x": 2}) == Reply(problem=LATE)


def test_a_cell_that_ends_python_is_named(sandbox):
    with sandbox.run([Cell("a", "import os; os._exit(0)"), Cell("b", "def answer(x): return x")], "answer") as run:
        assert run.hung_cell == "a" and run.cell_errors["a"].startswith("Python itself was brought down")


def test_the_time_of_cells_is_not_the_time_of_questions():
    cells = [Cell(f"c{n}", "import time\nstart = time.process_time()\nwhile time.process_time() < start + 0.3: pass") for n in range(4)]
    with Sandbox(Limits(seconds=1)) as sandbox, sandbox.run([*cells, Cell("a", "def answer(x): return x")], "answer") as run:
        assert run.cell_errors == {} and run.late == 0
        assert run.ask({"x": 1}).arrays == (1,)


def test_only_the_cells_that_the_answer_needs_are_run(sandbox):
    above = [Cell("a", "import os; os._exit(0)"), Cell("b", "more = 1"), Cell("c", "def answer(x): return helper(x) + more")]
    below = [Cell("d", "def helper(x): return x"), Cell("e", "more = 100"), Cell("f", "def answer(x): return 0")]
    with sandbox.run(above, "answer", below=below, whole=False) as run:
        assert run.ask({"x": 1}).arrays == (2,) and run.left_out == 3 and not run.troubled


def test_a_loop_in_an_answer_is_stopped_and_blames_no_cell(hasty):
    with hasty.run([Cell("a", "def answer(x):\n    while x: pass\n    return x")], "answer") as run:
        assert run.ask({"x": 0}).arrays == (0,)
        assert run.ask({"x": 1}) == run.ask({"x": 0}) == Reply(problem=LATE)
        assert run.hung_cell is None


def test_the_deadline_is_for_all_questions_together(hasty):
    with hasty.run([Cell("a", "import time\ndef answer(x):\n    time.sleep(0.1)\n    return x")], "answer") as run:
        replies = [run.ask({"x": 1}) for _ in range(40)]
        assert replies[0].problem == "" and replies[-1] == Reply(problem=LATE)


def test_the_judge_may_take_its_time(hasty):
    with hasty.run([Cell("a", "def answer(x): return x")], "answer") as run:
        time.sleep(0.5)
        assert run.ask({"x": 1}).arrays == (1,)


def test_memory_has_an_end():
    grab = Cell("a", "def answer(n): return len(bytearray(n << 20))")
    with Sandbox(Limits(memory_mb=300)) as sandbox, sandbox.run([grab], "answer") as run:
        assert run.ask({"n": 1}).arrays == (1 << 20,)
        assert run.ask({"n": 300}).problem.startswith("MemoryError in `answer`, line 1")
        assert run.ask({"n": 1}).arrays == (1 << 20,)


def test_lent_functions_are_called_here(sandbox):
    called = []

    def double(x, factor=2):
        called.append(x)
        return x * factor, x

    source = "def double(x): return 'my own'\ndef answer(x):\n    return double(x)[0] + double(x=x, factor=10)[0]"
    with sandbox.run([Cell("a", source)], "answer", lend={"double": double}) as run:
        np.testing.assert_array_equal(run.ask({"x": np.ones(2)}).arrays[0], [12, 12])
    assert len(called) == 2


def test_an_error_in_a_lent_function_is_the_callers(sandbox):
    def refuse(x):
        raise IndexError("out of bounds\x1b[2J")

    with sandbox.run([Cell("a", "def answer(x):\n    return lent(x)")], "answer", lend={"lent": refuse}) as run:
        assert run.ask({"x": 1}).problem == "ValueError in `answer`, line 2: `return lent(x)`: lent: out of bounds [2J"


def test_what_a_lent_function_cannot_send_is_refused(sandbox):
    with sandbox.run([Cell("a", "def answer(x): return lent()")], "answer", lend={"lent": object}) as run:
        assert "lent: expected arrays, numbers, text" in run.ask({"x": 1}).problem


def test_a_lent_function_cannot_eat_the_judges_memory(sandbox):
    source = "import numpy as np\ndef answer(x): return lent(np.ones((40_000, 1)), np.ones((1, 40_000)))"
    with sandbox.run([Cell("a", source)], "answer", lend={"lent": np.add}) as run:
        assert "Unable to allocate 11.9 GiB" in run.ask({"x": 1}).problem


def test_one_run_at_a_time(sandbox):
    first = sandbox.run([Cell("a", "def answer(x): return 1")], "answer")
    with sandbox.run([Cell("a", "def answer(x): return 2")], "answer") as second:
        assert second.ask({"x": 0}).arrays == (2,)
        with pytest.raises(ValueError, match="one run at a time"):
            first.ask({"x": 0})


def test_a_run_that_was_closed_takes_nothing_with_it(sandbox):
    first = sandbox.run([Cell("a", "def answer(x): return 1")], "answer")
    with sandbox.run([Cell("a", "def answer(x): return 2")], "answer") as second:
        first.close()
        assert second.ask({"x": 0}).arrays == (2,)


def test_an_unknown_probe_is_the_judges_mistake(sandbox):
    with pytest.raises(ValueError, match="expected a probe out of call"):
        sandbox.run([], "answer", probe="divine")


def test_a_case_that_cannot_be_sent_is_the_judges_mistake(sandbox):
    with sandbox.run([Cell("a", "def answer(x): return x")], "answer") as run:
        with pytest.raises(protocol.ProtocolError, match="got a Generator"):
            run.ask({"x": np.random.default_rng(0)})
        assert run.ask({"x": 1}).arrays == (1,)


def test_a_dead_worker_is_replaced(sandbox):
    for kill in (kill_outright, lambda zygote: zygote.close()):
        kill(sandbox._zygote)
        with sandbox.run([Cell("a", "def answer(x): return x")], "answer") as run:
            assert run.ask({"x": 1}).arrays == (1,)


def test_a_worker_that_dies_under_a_run_is_nobodys_fault(sandbox):
    run = sandbox.run([Cell("a", "def answer(x): return x")], "answer")
    kill_outright(sandbox._zygote)
    with pytest.raises(SandboxUnavailable, match="The sandbox itself was brought down"):
        run.ask({"x": 1})
    with sandbox.run([Cell("a", "def answer(x): return x")], "answer") as run:
        assert run.ask({"x": 1}).arrays == (1,)


def test_a_wall_that_does_not_hold_is_not_used(monkeypatch):
    monkeypatch.setattr(bubblewrap, "ALLOWED", bubblewrap.ALLOWED + " socket")
    bubblewrap.system_calls.cache_clear()
    try:
        with pytest.raises(SandboxUnavailable, match="does not hold, it lets through: network"):
            Sandbox()
    finally:
        bubblewrap.system_calls.cache_clear()


def test_ctrl_c_goes_through_and_leaves_nothing():
    def interrupted(*_):
        raise KeyboardInterrupt

    with Sandbox() as sandbox:
        process = sandbox._zygote._process
        run = sandbox.run([Cell("a", "def answer(x): return lent()")], "answer", lend={"lent": interrupted})
        with pytest.raises(KeyboardInterrupt):
            run.ask({"x": 1})
    assert process.poll() is not None


JUDGE = """
import os, sys, time
from autograder.walls.sandbox import Cell, Limits, Sandbox
sandbox = Sandbox(Limits(seconds=600), unsafe=sys.argv[1] == "unsafe")
print(sandbox._zygote._process.pid, flush=True)
sandbox.run([Cell("a", "while True: pass")], "answer")
"""


@pytest.mark.parametrize(("how", "processes"), [("wall", 4), ("unsafe", 2)])
def test_nothing_outlives_a_judge_that_is_killed(how, processes):
    with subprocess.Popen([sys.executable, "-c", JUDGE, how], stdout=subprocess.PIPE, text=True) as judge:
        worker = int(judge.stdout.readline())
        while len(family(worker)) < processes:  # until the run has begun
            time.sleep(0.02)
        everyone = family(worker)
        judge.send_signal(signal.SIGKILL)
    wait_for_the_end_of(everyone)


def test_without_the_wall_limits_hold():
    with Sandbox(Limits(seconds=0.4, memory_mb=300), unsafe=True) as sandbox:
        with sandbox.run([Cell("a", "while True: pass")], "answer") as run:
            assert run.late == 1 and list(run.cell_errors) == ["a"]
        with sandbox.run([Cell("a", "def answer(n): return len(bytearray(n << 20))")], "answer") as run:
            assert "MemoryError" in run.ask({"n": 300}).problem


def test_without_the_wall_what_a_run_started_ends_with_it():
    source = "import os, time\ndef answer(x):\n    child = os.fork()\n    if not child:\n        time.sleep(600)\n    return child"
    with Sandbox(unsafe=True) as sandbox:
        with sandbox.run([Cell("a", source)], "answer") as run:
            child = int(run.ask({"x": 1}).arrays[0])
            assert alive(child)
        wait_for_the_end_of({child})


def test_the_docstring_says_how_much_memory_python_takes():
    """`Limits` promises a figure: the smallest room in which a run starts is near it."""
    with Sandbox(Limits(memory_mb=260)) as sandbox, sandbox.run([Cell("a", "def answer(x): return x @ x")], "answer") as run:
        assert run.ask({"x": np.ones((9, 9))}).problem == ""


class TestReading:
    """What a frame may say is checked once more when it is read."""

    def read(self, **fields) -> Reply:
        message = {"arrays": (), "problem": "", "not_written": False, "changed": ()} | fields
        return Run._reply(Run.__new__(Run), message, {"x": 1})

    def test_a_reply(self):
        assert self.read(arrays=(NotAnArray("None"),), changed=("x",)) == Reply((NotAnArray("None"),), changed=("x",))

    @pytest.mark.parametrize(
        "fields",
        [
            {"arrays": [np.ones(1)]}, {"arrays": (1.0,)}, {"arrays": ("words",)}, {"arrays": (np.ones(1),) * 65}, {"arrays": (None,)},
            {"problem": None}, {"problem": np.ones(2)}, {"not_written": 1}, {"changed": ("y",)}, {"changed": "x"}, {"changed": ((),)},
            {"more": 1}, {"below_the_stub": ["f"]}, {"below_the_stub": (1,)}, {"undefined": True},
        ],
    )  # fmt: skip
    def test_no_reply(self, fields):
        with pytest.raises(protocol.ProtocolError):
            self.read(**fields)

    def test_words_are_made_harmless(self):
        assert self.read(problem="\x1b[31mred\nnext\u202e\0").problem == " [31mred next  "
        assert self.read(arrays=(NotAnArray("a\x07b"),)).arrays[0].what == "a b"
        assert len(printable("x" * 10_000)) == 1000
