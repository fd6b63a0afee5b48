"""Files that are there whole or not at all, whenever Ctrl-C comes."""

from pathlib import Path


def write_whole(path: Path, content: str | bytes, *, private: bool = False) -> None:
    """Write a file beside its place and move it there, also in place of a file that nbgrader has made read-only.

    Directories are made as needed. A `private` file can be read by its owner alone. Raises OSError.
    """
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    half.unlink(missing_ok=True)
    try:
        half.touch(mode=0o600 if private else 0o666)
        half.write_bytes(data)
        half.replace(path)
    except OSError:  # a full disk, say: what is half written would only fill it
        half.unlink(missing_ok=True)
        raise
