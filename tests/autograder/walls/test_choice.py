"""Which wall is chosen: never a weaker one than was asked for, and always said."""

import pytest

from autograder.walls import choice
from autograder.walls.choice import choose
from course.errors import SandboxUnavailable, UserError


class Closed:
    def close(self) -> None: ...


def no_sandbox():
    raise SandboxUnavailable("bubblewrap may not make namespaces here.")


@pytest.mark.parametrize(
    ("asked", "is_set_up", "sandbox", "wall"),
    [
        ("auto", False, no_sandbox, "bubblewrap"),  # which is then refused in its own words
        ("auto", False, Closed, "bubblewrap"),
        ("auto", True, Closed, "bubblewrap"),
        ("auto", True, no_sandbox, "wasm"),
        ("bubblewrap", True, no_sandbox, "bubblewrap"),
        ("wasm", False, Closed, "wasm"),
    ],
)
def test_the_choice(monkeypatch, asked, is_set_up, sandbox, wall):
    monkeypatch.setattr(choice, "Sandbox", sandbox)
    monkeypatch.setattr(choice.compiled, "is_set_up", lambda: is_set_up)
    chosen = choose(asked)
    assert chosen.wall == wall and {"bubblewrap": "seccomp", "wasm": "WebAssembly (experimental"}[wall] in chosen.sentence


def test_why_it_is_not_bubblewrap_is_said(monkeypatch):
    monkeypatch.setattr(choice, "Sandbox", no_sandbox)
    monkeypatch.setattr(choice.compiled, "is_set_up", lambda: True)
    assert choose().sentence.endswith("Not by bubblewrap: bubblewrap may not make namespaces here.")


def test_no_wall_only_where_it_is_asked_for():
    assert choose(unsafe=True).wall == "none" and "not locked in" in choose(unsafe=True).sentence
    with pytest.raises(UserError, match="leave out one"):
        choose("wasm", unsafe=True)
