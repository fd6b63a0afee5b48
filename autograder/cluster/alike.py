"""What a worker must have in common with the controller, so that each gives the same marks in the same words."""

import functools
import hashlib
import importlib.metadata
import importlib.util
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

PACKAGES = ("course", "autograder")
LIBRARIES = ("numpy", "nbconvert", "mistune", "bleach")  # whose words and marks are in reasons and in graded notebooks


@functools.cache
def made_of() -> Mapping[str, str]:
    """What this process judges with: the sources of the course, its units and the autograder as one digest, and versions."""
    found = {"sources": hashlib.sha256(b"".join(map(digest, PACKAGES))).hexdigest(), "Python": "{}.{}".format(*sys.version_info)}
    return found | {name: importlib.metadata.version(name) for name in LIBRARIES}


def digest(package: str) -> bytes:
    """SHA-256 of a package's Python sources, names and contents; nothing of it is loaded."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"No module named {package!r}")
    root, whole = Path(spec.origin).parent, hashlib.sha256()
    for name, text in sorted(sources(root)):
        whole.update(f"{name} {hashlib.sha256(text).hexdigest()}\n".encode())
    return whole.digest()


def sources(root: Path) -> Iterator[tuple[str, bytes]]:
    """The Python sources below a directory, by name, with those that are packed (`autograder.kit`) where they would stand."""
    for path in root.rglob("*.py"):
        yield path.relative_to(root).as_posix(), path.read_bytes()
    for pack in root.rglob("*.pack"):
        with zipfile.ZipFile(pack) as held:
            yield from ((pack.parent.relative_to(root).joinpath(name).as_posix(), held.read(name)) for name in held.namelist())


def differences(theirs: Mapping[str, str], expected: Mapping[str, str]) -> str:
    """What is another there, in words; "" where nothing is.

    >>> differences({"sources": "1", "Python": "3.12"}, {"sources": "2", "Python": "3.11"})
    'it has another version of the course, and Python 3.12 in place of 3.11'
    """
    others = [
        "another version of the course" if name == "sources" else f"{name} {theirs.get(name)} in place of {version}"
        for name, version in expected.items()
        if theirs.get(name) != version
    ]
    return f"it has {', and '.join(others)}" if others else ""
