"""What reads hostile bytes, under a storm of them: nothing but a refusal may come of it.

    python -m benchmarks.fuzz [frame | reply | notebook ...] [--seconds 60] [--seed 7]

With atheris (`pip install atheris`, Linux alone) the bytes are led by what they reach in our code; without it they are mutations of good
ones, drawn from a seed. It ends at the first input that raises anything else than a refusal, and prints it.
"""

import argparse
import contextlib
import itertools
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np

from autograder.intake import submission
from autograder.intake.structure import Structure
from autograder.walls import protocol
from autograder.walls.sandbox import Run
from course.errors import ProtocolError, Unreadable
from course.judging.probes import NotAnArray

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "00_start_here.ipynb"
INPUTS = {"X": 0, "W": 0}
PIECES = b'[[[[ ]]]] {} " "outputs":[ {"array":["<f8",[1,2]]} {"tuple":[]} \\ud800 1e999 NaN -0 nbformat \xff \x00'.split()


def frame(data: bytes) -> None:
    """A frame, as it comes from a worker; what is believed can be sent again."""
    cut = int.from_bytes(data[:2], "big")
    with contextlib.suppress(ProtocolError):
        protocol.encode(protocol.decode(data[2 : 2 + cut], data[2 + cut :]))


def reply(data: bytes) -> None:
    """A reply, of which every field is checked."""
    run = Run.__new__(Run)
    cut = int.from_bytes(data[:2], "big")
    with contextlib.suppress(ProtocolError):
        message = protocol.decode(data[2 : 2 + cut], data[2 + cut :])
        if message.keys() != {"undefined"}:
            read = run._reply(message, INPUTS)
            assert read.problem.isprintable() and set(read.changed) <= INPUTS.keys()


def notebook(data: bytes) -> None:
    """A notebook: its outputs left out, parsed, read cell by cell, and put into what was released."""
    with contextlib.suppress(Unreadable):
        cells, note = submission.student_cells(submission.parse(submission.without_outputs(data)))
        rebuilt = STRUCTURE.rebuild(cells, "", note)
        assert [cell.source.encode() for cell in rebuilt.notebook.cells]


STRUCTURE = Structure.load(NOTEBOOK)
TARGETS: Mapping[str, Callable[[bytes], None]] = {"frame": frame, "reply": reply, "notebook": notebook}


def examples(target: str) -> list[bytes]:
    """Good inputs of a target, to be spoilt."""
    if target == "notebook":
        short = {"nbformat": 4, "cells": [{"cell_type": "code", "source": ["x"], "outputs": [{"text": ["]"]}]}]}
        return [NOTEBOOK.read_bytes(), json.dumps(short).encode()]
    arrays = (np.arange(3.0), NotAnArray("None"), np.ones((2, 2), bool))
    fields = {"arrays": arrays, "problem": "é", "not_written": False, "changed": ("X",)}
    frames = [protocol.encode(message) for message in (fields, {**fields, "below_the_stub": ("f",)}, {"borrow": "f", "inputs": (1.5, [2])})]
    return [frame[2:4] + frame[protocol.PREFIX.size :] for frame in frames]  # the length of the header, then both parts


def spoilt(data: bytes, draw: random.Random) -> bytes:
    """The same bytes, with a few places cut out, doubled, or written over."""
    for _ in range(draw.randint(1, 6)):
        start = draw.randrange(len(data) + 1)
        end = min(len(data), start + draw.choice((0, 1, 2, 8, 64)))
        piece = draw.choice((b"", data[start:end] * 2, draw.randbytes(draw.randint(1, 4)), draw.choice(PIECES)))
        data = data[:start] + piece + data[end:]
    return data


def storm(target: str, seed: int) -> Iterator[bytes]:
    """Spoilt inputs without end, the same for the same seed."""
    draw, good = random.Random(seed), examples(target)
    while True:
        yield spoilt(draw.choice(good), draw)


def by_chance(target: str, inputs: Iterable[bytes]) -> int:
    """Give a target some inputs; how many it has read or refused."""
    count = 0
    for data in inputs:
        count += 1
        try:
            TARGETS[target](data)
        except Exception:
            print(f"{target} does not refuse {data!r}", file=sys.stderr)
            raise
    return count


def by_coverage(target: str, seconds: float, seed: int) -> None:
    """Let atheris look for inputs that reach new lines, in a process of its own, which it ends."""
    import atheris

    if child := os.fork():
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status:
            sys.exit(status)
        return
    for module in (protocol, submission):
        for name, function in list(vars(module).items()):
            if callable(function) and getattr(function, "__module__", "") == module.__name__ and not isinstance(function, type):
                setattr(module, name, atheris.instrument_func(function))
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(examples(target)):
            Path(folder, str(number)).write_bytes(data)
        atheris.Setup([sys.argv[0], folder, f"-max_total_time={max(1, round(seconds))}", f"-seed={seed}"], TARGETS[target])
        atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", nargs="*", choices=[[], *TARGETS])
    parser.add_argument("--seconds", type=float, default=60, help="for each target (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    for target in options.target or TARGETS:
        end = time.monotonic() + options.seconds
        count = by_chance(target, itertools.takewhile(lambda _: time.monotonic() < end, storm(target, options.seed)))  # noqa: B023
        print(f"{target}: {count:,} spoilt inputs, each read or refused", flush=True)
        try:
            import atheris  # noqa: F401
        except ImportError:
            continue
        by_coverage(target, options.seconds, options.seed)
        print(f"{target}: atheris found nothing", flush=True)


if __name__ == "__main__":
    main()
