"""The layer of Landlock alone, without any other around it."""

import subprocess
import sys

import pytest

from autograder.walls import landlock

pytestmark = pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")

TRIES = """
import os, signal, socket, sys
from autograder.walls import landlock

def refused(call, *arguments):
    try:
        call(*arguments)
    except PermissionError:
        return True
    except OSError:
        pass
    return False

file = sys.argv[2]
calls = {
    "read": (open, file), "list": (os.listdir, os.path.dirname(file)), "write": (open, file, "w"), "make": (os.mkdir, file + ".new"),
    "remove": (os.remove, file), "connect": (socket.create_connection, ("127.0.0.1", 9)), "signal": (os.kill, os.getppid(), 0),
}
assert not any(refused(*calls[name]) for name in ("read", "list", "signal"))
assert landlock.give_up(reading=sys.argv[1] == "reading")
print(*(name for name, call in calls.items() if refused(*call)))
"""
WRITING = ["write", "make", "remove"]
LATER = (["connect"] if landlock.version() >= 4 else []) + (["signal"] if landlock.version() >= 6 else [])


@pytest.mark.parametrize(("what", "refused"), [("reading", WRITING + LATER), ("nothing", ["read", "list", *WRITING, *LATER])])
def test_what_was_given_up_is_refused(tmp_path, what, refused):
    file = tmp_path / "file"
    file.write_text("kept")
    done = subprocess.run([sys.executable, "-c", TRIES, what, str(file)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == refused
    assert file.read_text() == "kept"


def test_where_there_is_none_nothing_is_promised(monkeypatch):
    monkeypatch.setattr(landlock, "version", lambda: 0)
    assert not landlock.give_up(reading=False)
