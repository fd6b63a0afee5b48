"""From within a guest: nothing that one can ask for leads out of it, and what it does to itself is over with the run."""

import numpy as np
import pytest

from autograder.walls.sandbox import Cell, Limits, Sandbox

pytestmark = pytest.mark.wasm

ATTEMPTS = {
    "a file of the machine": "open('/etc/passwd').read()",
    "above the library": "open('/worker/lib/../../../etc/passwd').read()",
    "a slash at the end (GHSA-vqjp-4c8c-hfgg)": "open('/usr/local/lib/x/../../../etc/passwd/').read()",
    "a drive (GHSA-f2pq-268w-886c)": "open('/worker/lib/C:secret').read()",
    "from an open folder": "os.open('../../../../etc/passwd', 0, dir_fd=3)",
    "from a folder's own number": "os.open('/etc/passwd', 0, dir_fd=4)",
    "writing a file": "open('/worker/lib/new.py', 'w')",
    "changing a file": "print('x', file=open('/worker/lib/course/__init__.py', 'r+'), flush=True)",
    "removing a file": "os.remove('/worker/lib/course/__init__.py')",
    "a link": "os.symlink('/etc/passwd', '/worker/lib/link')",
    "a folder": "os.mkdir('/new')",
    "processes": "__import__('subprocess').run(['true'])",
    "a shell": "os.system('true')",
    "threads": "__import__('threading').Thread(target=print).start()",
    "a connection": "__import__('socket').create_connection(('127.0.0.1', 9))",
    "a socket": "__import__('socket').socket()",
    "the tools of another runner": "__import__('host.tools')",
    "the engine": "__import__('autograder.walls.wasm.engine')",
    "the judge": "__import__('autograder.judge')",
    "the reference": "__import__('course.engine').engine.tensor",
    "raw memory": "__import__('ctypes').string_at(0)",
    "the door with megabytes": "__import__('_host').call(b'w' + bytes(9 << 20))",
}


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(Limits(seconds=5, memory_mb=512), wall="wasm") as sandbox:
        yield sandbox


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_no_way_leads_out(sandbox, attempt):
    source = f"import os\ndef answer():\n    try: return [0, repr({attempt})[:0] == None]\n    except Exception: return [1]"
    with sandbox.run([Cell("a", source)], "answer") as run:
        np.testing.assert_array_equal(run.ask({}).arrays[0], [1])


@pytest.mark.parametrize("call", ["b''", "b'r'", "b'r1'", "b'?' * 9"])
def test_a_door_that_is_rattled_ends_the_run_at_most(sandbox, call):
    with sandbox.run([Cell("a", f"import _host\ndef answer(x):\n    _host.call({call})\n    return x")], "answer") as run:
        reply = run.ask({"x": 1})
        assert reply.problem or reply.arrays
    with sandbox.run([Cell("a", "def answer(x): return x")], "answer") as run:
        assert run.ask({"x": 1}).arrays == (1,)


def test_a_cell_that_never_ends_takes_the_run_with_it_and_is_named():
    cells = [Cell("a", "def answer(x): return x"), Cell("b", "while True: pass"), Cell("c", "never = 1")]
    with Sandbox(Limits(seconds=0.2), wall="wasm") as sandbox, sandbox.run(cells, "answer") as run:
        assert run.hung_cell == "b" and run.late == 1 and list(run.cell_errors) == ["b"]
        assert run.ask({"x": 1}).problem == run.cell_errors["b"]


def test_what_is_left_behind_is_gone(sandbox):
    poison = "import numpy\nnumpy.sum = None\nnumpy.left = 1\ndef answer(): return numpy.left"
    with sandbox.run([Cell("a", poison)], "answer") as run:
        assert run.ask({}).arrays == (1,)
    with sandbox.run([Cell("a", "import numpy\ndef answer(): return [len([1]), numpy.sum([1]), hasattr(numpy, 'left')]")], "answer") as run:
        np.testing.assert_array_equal(run.ask({}).arrays[0], [1, 1, 0])


def test_memory_has_an_end(sandbox):
    with sandbox.run([Cell("a", "def answer(n): return len(bytearray(n << 20))")], "answer") as run:
        assert run.ask({"n": 1}).arrays == (1 << 20,)
        assert run.ask({"n": 500}).problem.startswith("MemoryError")
        assert run.ask({"n": 1}).arrays == (1 << 20,)
