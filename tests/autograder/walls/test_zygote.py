"""Where there is no wall to be had, that is said at once, with what to do."""

import errno
import os
import signal
import socket

import pytest

from autograder.walls import bubblewrap, protocol, zygote
from autograder.walls.zygote import BUBBLEWRAP, NONE, Zygote
from course.errors import SandboxUnavailable

ROOM = {"seconds": 10, "memory": 1 << 30, "reply": 1 << 20}


def fake_bubblewrap(tmp_path, monkeypatch, words):
    path = tmp_path / "bwrap"
    path.write_text(f"#!/bin/sh\necho '{words}' >&2\nexit 1\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)


def test_without_bubblewrap(monkeypatch):
    monkeypatch.setattr(zygote.shutil, "which", lambda name: None)
    with pytest.raises(SandboxUnavailable, match="sudo apt install bubblewrap"):
        Zygote(**ROOM, wall=BUBBLEWRAP)


@pytest.mark.parametrize("error", [ImportError("No module named pyseccomp"), RuntimeError("Unable to find libseccomp")])
def test_without_libseccomp(monkeypatch, error):
    def missing():
        raise error

    monkeypatch.setattr(bubblewrap, "system_calls", missing)
    with pytest.raises(SandboxUnavailable, match=f"{error}.*sudo apt install libseccomp2"):
        Zygote(**ROOM, wall=BUBBLEWRAP)


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_not_on_linux(monkeypatch, platform):
    monkeypatch.setattr(zygote.sys, "platform", platform)
    with pytest.raises(SandboxUnavailable, match=r"Linux.*WSL 2.*--unsafe"):
        Zygote(**ROOM, wall=BUBBLEWRAP)


def test_without_fork(monkeypatch):
    monkeypatch.delattr(os, "fork")
    with pytest.raises(SandboxUnavailable, match="Linux, macOS or WSL 2"):
        Zygote(**ROOM, wall=NONE)


@pytest.mark.parametrize(
    "words",
    [
        "bwrap: setting up uid map: Permission denied",
        "bwrap: No permissions to create new namespace, likely because the kernel does not allow it",
        "bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted",
        "bwrap: Creating new namespace failed: Operation not permitted",
    ],
)
def test_without_namespaces(tmp_path, monkeypatch, words):
    fake_bubblewrap(tmp_path, monkeypatch, words)
    with pytest.raises(SandboxUnavailable) as raised:
        Zygote(**ROOM, wall=BUBBLEWRAP)
    assert words in str(raised.value) and "apparmor_restrict_unprivileged_userns" in str(raised.value)


def test_any_other_failure_is_quoted(tmp_path, monkeypatch):
    fake_bubblewrap(tmp_path, monkeypatch, "bwrap: Can not mount: the moon is full")
    with pytest.raises(SandboxUnavailable, match="the moon is full") as raised:
        Zygote(**ROOM, wall=BUBBLEWRAP)
    assert "apparmor" not in str(raised.value)


BUSY = [
    "bwrap: Creating new namespace failed: Resource temporarily unavailable",
    "bwrap: fork failed: Cannot allocate memory",
    "bwrap: Creating new namespace failed: No space left on device",
    "MemoryError: in the worker",
    "",
]


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(zygote, "PAUSES", (0.0, 0.01))


@pytest.mark.parametrize("words", BUSY)
def test_a_failure_that_may_pass_is_tried_again_and_never_with_the_advice_to_do_without(tmp_path, monkeypatch, impatient, words):
    fake_bubblewrap(tmp_path, monkeypatch, words)
    with pytest.raises(SandboxUnavailable, match=r"no room for the sandbox .*tried 3 times. Let other programs finish") as raised:
        zygote.started(**ROOM, wall=BUBBLEWRAP)
    assert words in str(raised.value) and "unsafe" not in str(raised.value)


@pytest.mark.parametrize("number", [errno.EAGAIN, errno.ENOMEM])
def test_a_start_that_succeeds_at_last_is_a_start(monkeypatch, impatient, number):
    popen, failures = zygote.subprocess.Popen, iter([OSError(number, "busy")] * 2)

    def sometimes(*command, **how):
        for failure in failures:
            raise failure
        return popen(*command, **how)

    monkeypatch.setattr(zygote.subprocess, "Popen", sometimes)
    zygote.started(**ROOM, wall=NONE).close()


def test_what_cannot_pass_is_not_tried_again(tmp_path, monkeypatch):
    monkeypatch.setattr(zygote, "PAUSES", (600,))
    fake_bubblewrap(tmp_path, monkeypatch, "bwrap: Can not mount: the moon is full")
    with pytest.raises(SandboxUnavailable, match="the moon is full"):
        zygote.started(**ROOM, wall=BUBBLEWRAP)


@pytest.fixture
def bare():
    held = Zygote(**ROOM, wall=NONE)
    yield held
    held.close()


def run(held: Zygote, source: str) -> socket.socket:
    here, there = socket.socketpair()
    with there:
        held.fork(there)
    cells = {"cells": (("a", source),), "below": (), "whole": True, "seconds": 60, "wall": 60}
    protocol.send(here, {**cells, "answer": "f", "probe": "call", "returns": 1, "lend": ()})
    return here


def test_how_a_child_ended_is_known(bare):
    for source, expected in {"import os; os._exit(7)": 7, "while True: pass": -signal.SIGKILL}.items():
        with run(bare, source) as here:
            assert protocol.receive(here) == {"running": "a"}
            if expected == 7:
                assert not here.recv(1)
            assert os.waitstatus_to_exitcode(bare.end()) == expected


def test_a_new_child_ends_the_one_before(bare):
    with run(bare, "while True: pass") as first:
        assert protocol.receive(first) == {"running": "a"}
        with run(bare, "f = abs") as second:
            assert protocol.receive(second) == {"running": "a"}
            assert not first.recv(1)


def test_a_dead_zygote_is_told_from_a_dead_child(bare):
    bare._process.kill()
    bare._process.wait()
    with pytest.raises(SandboxUnavailable, match="The sandbox itself was brought down"):
        bare.end()


def test_closing_twice_is_closing(bare):
    bare.close()
    bare.close()
