"""The native code of the guest is run only where nobody else could have changed it."""

import hashlib
from pathlib import Path

import pytest

from autograder.walls.wasm import compiled
from course.errors import SandboxUnavailable

wasmtime = pytest.importorskip("wasmtime", reason="the wall of WebAssembly is not installed")
pytestmark = pytest.mark.wasm


@pytest.fixture
def code(monkeypatch, tmp_path) -> Path:
    """A place of its own for native code, with that of an empty module."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "backpropagation-autograder").mkdir(mode=0o700)
    native = wasmtime.Module(wasmtime.Engine(compiled.settings()), "(module)").serialize()
    compiled.place().write_bytes(native)
    compiled.hash_of(compiled.place()).write_text(hashlib.sha256(native).hexdigest())
    return compiled.place()


def load() -> object:
    return compiled.load(wasmtime.Engine(compiled.settings()))


def test_what_was_made_is_loaded(code):
    assert load() and compiled.is_set_up()


def test_what_was_changed_is_refused(code):
    code.write_bytes(code.read_bytes() + b"\0")
    with pytest.raises(SandboxUnavailable, match="is not as it was made"):
        load()


def test_a_directory_open_to_others_is_refused(code):
    code.parent.chmod(0o755)
    with pytest.raises(SandboxUnavailable, match="must be yours alone"):
        load()


def test_what_was_made_for_other_settings_is_refused(code):
    native = wasmtime.Module(wasmtime.Engine(), "(module)").serialize()
    code.write_bytes(native)
    compiled.hash_of(code).write_text(hashlib.sha256(native).hexdigest())
    with pytest.raises(SandboxUnavailable, match="was made for another machine"):
        load()


def test_without_native_code_the_command_is_named(code):
    code.unlink()
    assert not compiled.is_set_up()
    with pytest.raises(SandboxUnavailable, match="run `autograder wasm-setup` once"):
        load()
