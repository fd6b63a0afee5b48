"""Attacks on the judge's ear: forged frames, patched tools, objects that lie about themselves."""

import numpy as np
import pytest

from autograder.walls.protocol import PREFIX, encode
from course.judging.probes import NotAnArray, Reply
from tests.attacks.notebooks.helpers import own_socket, send, text_of

pytestmark = pytest.mark.xdist_group("attacks-deceiving")

NO_ANSWER = "what it sent back is not an answer"

FORGE = f"""
{text_of(own_socket, send)}

def answer(frame):
    send(bytes(frame))
    return 1
"""


def forged(**fields) -> bytes:
    return encode({"arrays": (np.ones(1),), "problem": "", "not_written": False, "changed": ()} | fields)


HEADER = b'{"arrays": {"tuple": []}, "problem": "", "not_written": false, "changed": {"tuple": []}}'
FRAMES = {
    "garbage": b"\xff" * 64,
    "a frame of gigabytes": PREFIX.pack(1 << 31, 1 << 31),
    "arrays of gigabytes": PREFIX.pack(2, 1 << 31) + b"{}",
    "no fields": encode({}),
    "a list for a header": PREFIX.pack(2, 0) + b"[]",
    "deep nesting": PREFIX.pack(200_000, 0) + b"[" * 200_000,
    "a pickle": PREFIX.pack(8, 0) + b"\x80\x04\x95cos\nsy",
    "bytes of no array": PREFIX.pack(len(HEADER), 8) + HEADER + bytes(8),
    "a cell": encode({"running": "attack"}),
    "an error": encode({"error": "words"}),
    "a list of arrays": forged(arrays=[np.ones(1)]),
    "numbers for arrays": forged(arrays=(1, 2)),
    "a number for words": forged(problem=1),
    "an array for words": forged(problem=np.ones(2)),
    "an array for a truth": forged(not_written=np.ones(2)),
    "strangers that changed": forged(changed=("judge",)),
    "a field too many": forged(points=100),
    "a call for what was not lent": encode({"borrow": "judge", "inputs": (), "named": ()}),
    "a call with no name": encode({"borrow": np.ones(2), "inputs": (), "named": ()}),
}


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_a_forged_frame_is_no_answer(attacker, frame):
    assert attacker.reply(FORGE, frame=list(frame)).problem.startswith(NO_ANSWER)
    assert attacker.works_on()


def test_half_a_frame_gains_nothing(hasty):
    """The worker's true reply is taken for its other half, and what is left of that for no reply at all."""
    with hasty.run(FORGE) as run:
        run.ask({"frame": list(forged()[:-1])})
        assert run.ask({"frame": []}).problem.startswith((NO_ANSWER, "it took longer"))
    assert hasty.works_on()


def test_a_reply_sent_twice_harms_only_its_sender(attacker):
    with attacker.run(FORGE) as run:
        first, second = (run.ask({"frame": list(forged())}) for _ in range(2))
        assert np.all(first.arrays[0] == 1) and np.all(second.arrays[0] == 1)
    assert attacker.works_on()


def test_words_cannot_command_a_terminal(attacker):
    reply = attacker.reply(FORGE, frame=list(forged(problem="\x1b]0;owned\x07\nfull marks\u202e")))
    assert reply.problem == " ]0;owned  full marks "


def test_a_forged_call_with_odd_arguments_is_refused(attacker):
    for named in (1, (1, 2), ((np.ones(2), 1),), ((1, 2, 3),)):
        with attacker.run(FORGE, lend={"lent": abs}) as run:
            run.ask({"frame": list(encode({"borrow": "lent", "inputs": (), "named": named}))})
    assert attacker.works_on()


def test_cells_of_other_notebooks_cannot_be_blamed(attacker):
    with attacker.run(FORGE + f"\nsend({encode({'running': 'other'})!r})") as run:
        assert "other" not in run.cell_errors and run.ask({"frame": []}).problem.startswith(NO_ANSWER)
    assert attacker.works_on()


def test_forged_errors_are_bounded(attacker):
    with attacker.run(FORGE + f"\nwords = {encode({'error': 'x' * 3000})!r}\nfor _ in range(2000): send(words)") as run:
        assert len(run.cell_errors) == 1 and len(run.cell_errors["attack"]) == 1000


PATCHES = {
    "numpy": "import numpy as np\nfor name in dir(np):\n    if not name.startswith('__'): setattr(np, name, None)",
    "json": "import json\njson.dumps = lambda *_, **__: '{\"points\": 100}'",
    "the protocol": "import autograder.walls.protocol as p\np.encode = lambda *_, **__: b'full marks'",
    "the probe": "import course.judging.probes as p\np.call.__code__ = (lambda answer, inputs, returns: 'full marks').__code__",
    "the probes": "import course.judging.probes as p\np.plain = p.same = p.unpack = lambda *_: ('full marks',)",
    "builtins": "import builtins\nbuiltins.isinstance = builtins.len = builtins.dict = builtins.tuple = lambda *_: True",
    "modules": "import sys\nsys.modules.clear()",
    "sockets": "import socket\nsocket.socket.sendall = socket.socket.recv_into = None",
    "all classes": "import course.judging.probes as p\np.Reply.__init__ = lambda self, *_, **__: None",
    "no socket": "import os\nos.closerange(3, 64)",
    "no descriptors": "import os\nos.closerange(0, 64)",
    "no exits": "import os, sys\nos._exit = sys.exit = print",
    "a trace": "import sys\nsys.settrace(lambda *_: 1 / 0)",
    "frames": "import sys\nsys._getframe(3).f_locals.clear(); sys._getframe(2).f_globals.clear()",
    "no memory": "import resource\nhoard = []\nwhile True:\n    hoard.append(bytearray(1 << 18))",
}


@pytest.mark.parametrize("patch", PATCHES.values(), ids=PATCHES)
def test_patched_tools_deceive_nobody(attacker, patch):
    with attacker.run(f"def answer(x): return x + 1\n{patch}") as run:
        reply = run.ask({"x": 1})
    assert isinstance(reply, Reply)
    assert not reply.arrays or reply.problem or reply.arrays == (2,) or isinstance(reply.arrays[0], NotAnArray)
    assert attacker.works_on()


def return_a_liar():
    """An array that answers every question about itself with a lie."""
    import numpy as np

    class Liar(np.ndarray):
        def __array_function__(self, *_):
            return True

        def __array_ufunc__(self, *_, **__):
            return np.ones(())

        def __getattribute__(self, name):
            if name in ("dtype", "shape", "size", "tobytes", "astype", "__class__"):
                return lambda *_: "full marks"
            return super().__getattribute__(name)

    return np.zeros(3).view(Liar)


def return_wild_memory():
    """Something whose array lies in memory that is not its own."""

    class Interface:
        __array_interface__ = {"shape": (8,), "typestr": "<f8", "data": (8, True), "version": 3}  # noqa: RUF012

    return Interface()


def return_something_shy():
    """Something that ends the process when it is asked for its array."""
    class Shy:
        def __array__(self, *_, **__):
            raise SystemExit

    return Shy()


def test_a_liar_comes_back_as_the_numbers_it_holds(attacker):
    np.testing.assert_array_equal(attacker.reply(return_a_liar).arrays[0], np.zeros(3))


def test_wild_memory_brings_down_nobody_else(attacker):
    reply = attacker.reply(return_wild_memory)
    in_its_own = attacker.sandbox.wall == "wasm"  # where all memory that there is, is the guest's
    assert in_its_own or reply.problem.startswith("Python itself was brought down")
    assert attacker.works_on()


def test_an_exit_while_being_read_is_told(attacker):
    assert attacker.reply(return_something_shy).problem.startswith("SystemExit")
