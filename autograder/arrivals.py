"""What arrives in a folder: which of its folders are new or changed, and are not being written to any more.

A service looks again and again, mostly at what stays as it is. A directory is listed anew only where its time has changed. What `os.lstat`
says of a file is compared with what it said before, and never with the clock, which may be set back. No link is followed.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

MOST = 1000  # files in one folder that are looked at
NOTHING = hash(())  # is in an empty folder
Key = tuple[str, ...]  # the names that lead to a folder


class Looker:
    """What stands on disk, in numbers that change with it."""

    def __init__(self) -> None:
        self._listed: dict[str, tuple[int, bool, list[str]]] = {}  # by directory: its time, whether that was found twice, the names in it

    def signature(self, path: str) -> int:
        """A number that changes whenever a file does, or what is in a folder."""
        return hash(tuple(self._parts(path)))

    def _parts(self, path: str) -> Iterator[object]:
        waiting = [path]
        for _ in range(MOST):
            if not waiting:
                return
            path = waiting.pop()
            try:
                status = os.lstat(path)
                names = self.names(path, status) if stat.S_ISDIR(status.st_mode) else []
            except OSError as error:  # it has just gone, or is not ours to read: whoever grades it says so
                yield path, error.errno
                continue
            if not stat.S_ISDIR(status.st_mode):
                yield path, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
            waiting += [f"{path}/{name}" for name in names]

    def names(self, path: str, status: os.stat_result | None = None) -> list[str]:
        """The names in a directory. A listing is kept once the directory's time was the same twice: clocks tick slower than files come."""
        status = status or os.lstat(path)
        before, sure, names = self._listed.get(path, (0, False, []))
        if before != status.st_mtime_ns or not sure:
            names = sorted(os.listdir(path))
            self._listed[path] = status.st_mtime_ns, before == status.st_mtime_ns, names
        return names


class Arrivals:
    """The folders that lie so many steps below a root. Each is due once two looks found the same files in it, until it is `done`."""

    def __init__(self, root: Path, depth: int) -> None:
        self.root, self.depth = root, depth
        self._looker = Looker()
        self._before: dict[Key, int] = {}
        self._now: dict[Key, int] = {}
        self._done: dict[Key, int] = {}

    def look(self) -> None:
        """Look at all of them. Raises OSError where the root cannot be listed."""
        self._before, self._now = self._now, {key: self._looker.signature(path) for key, path in self._folders()}

    def due(self) -> dict[Key, int]:
        """Those that are not done with as they are now, and are not being written to; with the state that `done` asks for."""
        return {key: now for key, now in self._now.items() if self._before.get(key) == now != self._done.get(key) and now != NOTHING}

    def done(self, key: Key, state: int) -> None:
        """One is done with in the state that it was due in."""
        self._done[key] = state

    def forget(self) -> None:
        """Nothing is done with."""
        self._done.clear()

    def _folders(self) -> Iterator[tuple[Key, str]]:
        level: list[tuple[Key, str]] = [((), str(self.root))]
        for step in range(self.depth):
            level = [((*key, name), f"{path}/{name}") for key, path in level for name in self._names(path, step) if name[0] != "."]
        return iter(level)

    def _names(self, path: str, step: int) -> list[str]:
        """The names in a folder; none in what is no folder, below the root."""
        try:
            status = os.lstat(path) if step else os.stat(path)
            return self._looker.names(path, status) if stat.S_ISDIR(status.st_mode) else []
        except OSError:
            if not step:
                raise
            return []
