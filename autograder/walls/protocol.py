"""Frames between the judge and the worker: plain arrays and plain words, no pickle, no objects.

A frame is two lengths, a JSON header and the bytes of its arrays, one after another. The judge reads frames that a student's code
may have forged: so everything is bounded before it is read and checked before it is believed, and whatever does not add up is a
`ProtocolError`. A message is a dictionary of values; a value is an array, a number, a truth value, a text, None, `NotAnArray`, a
`Seed`, a `Formula`, a `Handle`, or a tuple or list of values.
"""

import json
import math
import socket
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from course.errors import ProtocolError
from course.judging.probes import Formula, NotAnArray, Seed

RUN, END = b"r", b"e"  # what the judge asks of the zygote, one byte each: start a child (its socket comes along), end it
PREFIX = struct.Struct("!II")  # bytes of the header, bytes of the arrays
DTYPES = frozenset({"|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8"})
MEGABYTE = 1 << 20
LARGEST = (1 << 32) - 1  # what a length in the prefix can say
DEEPEST = 8  # tuples within tuples
MOST_DIMENSIONS = 32
MOST_DIGITS = 100
MOST_ARRAYS = 64  # in one reply

ATTRIBUTE = "[]"  # `NAME.[]` is called to read or store an attribute of an object of the class NAME that was lent

Message = dict[str, Any]


@dataclass(frozen=True)
class Handle:
    """An object that was lent, and stays with the judge."""

    number: int


def encode(message: Mapping[str, Any], *, most: int = LARGEST) -> bytes:
    """A message as one frame. Raises `ProtocolError` for a value that cannot be carried, or a frame of more than `most` bytes."""
    chunks: list[bytes] = []
    header = json.dumps({name: pack(value, chunks) for name, value in message.items()}, allow_nan=False).encode("ascii")
    body = b"".join(chunks)
    if len(header) + len(body) > most:
        size = (len(header) + len(body)) / MEGABYTE
        raise ProtocolError(f"expected at most {most / MEGABYTE:.0f} MB to send, got {size:.1f} MB")
    return PREFIX.pack(len(header), len(body)) + header + body


def write(connection: socket.socket, frame: bytes, *, deadline: float | None = None) -> None:
    """Send a whole frame. `deadline` is on the clock of `time.monotonic`; None waits for ever.

    Raises `TimeoutError` when the deadline passes, and `OSError` when nobody reads any more.
    """
    _set_deadline(connection, deadline)
    connection.sendall(frame)


def send(connection: socket.socket, message: Mapping[str, Any]) -> None:
    """Encode a message and send it, however long that takes."""
    write(connection, encode(message))


def receive(
    connection: socket.socket, *, deadline: float | None = None, most: int = LARGEST, most_header: int = LARGEST
) -> Message:
    """Read one frame and check every word of it.

    `most` bounds the bytes of the arrays and `most_header` those of the header. Raises `EOFError` when the other side has gone,
    `TimeoutError` when the deadline passes with the frame unfinished, `ProtocolError` for anything else that is not a frame.
    """
    header_size, body_size = PREFIX.unpack(_read(connection, PREFIX.size, deadline))
    if header_size > most_header or body_size > most:
        raise ProtocolError(
            f"a frame of {header_size} and {body_size} bytes, where at most {most_header} of header and {most} of arrays are read"
        )
    header = _read(connection, header_size, deadline)
    return decode(header, _read(connection, body_size, deadline))


def decode(header: bytes | bytearray, body: bytes | bytearray) -> Message:
    """The message that a header and the bytes of its arrays spell."""
    try:
        nodes = json.loads(header, parse_float=_refuse, parse_constant=_refuse, parse_int=_whole_number)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"a header that is not the JSON asked for: {type(error).__name__}") from None
    if not isinstance(nodes, dict):
        raise ProtocolError("a header that is not a dictionary")
    arrays = Arrays(body)
    message = {text(name): unpack(node, arrays) for name, node in nodes.items()}
    arrays.finish()
    return message


def pack(value: Any, chunks: list[bytes]) -> Any:
    """A value as JSON; the bytes of its arrays are added to `chunks`."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, (np.ndarray, np.generic)):
        array = portable(value)
        chunks.append(array.tobytes())
        return {"array" if isinstance(value, np.ndarray) else "scalar": [array.dtype.str, list(array.shape)]}
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return {"float": float.hex(value)}
    if isinstance(value, (tuple, list)):
        return {"tuple" if isinstance(value, tuple) else "list": [pack(item, chunks) for item in value]}
    if isinstance(value, NotAnArray):
        return {"not_an_array": pack(str(value.what), chunks)}
    if isinstance(value, Seed):
        return {"seed": value.number}
    if isinstance(value, Formula):
        return {"formula": value.text}
    if isinstance(value, Handle):
        return {"handle": value.number}
    raise ProtocolError(f"expected arrays, numbers, text, or tuples of them; got a {type(value).__name__}")


def portable(value: np.ndarray | np.generic) -> np.ndarray:
    """An array, or a numpy scalar, as a plain little-endian array of a kind that frames carry."""
    array = np.array(value, subok=False, order="C")
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(np.float64)
    array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    if array.dtype.str not in DTYPES:
        raise ProtocolError(f"expected an array of real numbers, got one of {array.dtype}")
    return array


def unpack(node: Any, arrays: "Arrays", depth: int = 0) -> Any:
    """The value that a piece of JSON stands for."""
    if depth > DEEPEST:
        raise ProtocolError(f"values nested more than {DEEPEST} deep")
    if node is None or isinstance(node, (bool, int)):
        return node
    if isinstance(node, str):
        return text(node)
    if not isinstance(node, dict) or len(node) != 1:
        raise ProtocolError("a value of no known kind")
    ((kind, content),) = node.items()
    if kind in ("tuple", "list") and isinstance(content, list):
        items = [unpack(item, arrays, depth + 1) for item in content]
        return tuple(items) if kind == "tuple" else items
    if kind in ("array", "scalar") and isinstance(content, list) and len(content) == 2:
        array = arrays.take(*content)
        if kind == "scalar" and array.ndim:
            raise ProtocolError("a scalar with a shape")
        return array if kind == "array" else array[()]
    if kind == "float" and isinstance(content, str):
        return _float(content)
    if kind == "not_an_array" and isinstance(content, str):
        return NotAnArray(text(content))
    if kind == "seed" and type(content) is int:
        return Seed(content)
    if kind == "formula" and isinstance(content, str):
        return Formula(text(content))
    if kind == "handle" and type(content) is int:
        return Handle(content)
    raise ProtocolError("a value of no known kind")


class Arrays:
    """The bytes behind a header, taken array by array."""

    def __init__(self, body: bytes | bytearray) -> None:
        self._body = memoryview(body)
        self._used = 0

    def take(self, kind: Any, shape: Any) -> np.ndarray:
        """The next array, a copy of its own."""
        if not isinstance(kind, str) or kind not in DTYPES:
            raise ProtocolError("an array that does not hold real numbers")
        if not isinstance(shape, list) or len(shape) > MOST_DIMENSIONS or not all(type(n) is int and n >= 0 for n in shape):
            raise ProtocolError("an array with an impossible shape")
        dtype = np.dtype(kind)
        # Python's own whole numbers, which cannot overflow. An empty array carries no bytes, so its other sides are bounded apart.
        if math.prod(n for n in shape if n) * dtype.itemsize > LARGEST:
            raise ProtocolError("an array with an impossible shape")
        end = self._used + math.prod(shape) * dtype.itemsize
        if end > len(self._body):
            raise ProtocolError("an array larger than the bytes that were sent")
        raw = np.frombuffer(self._body[self._used : end], dtype=np.uint8 if dtype.kind == "b" else dtype)
        self._used = end
        # A truth value is 0 or 1 whatever its byte says; numpy does not check.
        return (raw != 0 if dtype.kind == "b" else raw.astype(dtype.newbyteorder("="))).reshape(shape)

    def finish(self) -> None:
        """Raise if bytes are left that no array claimed."""
        if self._used != len(self._body):
            raise ProtocolError(f"{len(self._body) - self._used} bytes that belong to no array")


def text(value: str) -> str:
    """Text that can be written down as UTF-8: half a surrogate pair would break whatever prints or stores it later."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ProtocolError("text that is not Unicode") from None
    return value


def _float(digits: str) -> float:
    try:
        return float.fromhex(digits)
    except (ValueError, OverflowError):
        raise ProtocolError("a float that is no number") from None


def _whole_number(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError("too many digits")
    return int(digits)


def _refuse(word: str) -> float:
    raise ValueError(f"{word} has no place in a header")


def _read(connection: socket.socket, size: int, deadline: float | None) -> bytearray:
    """Exactly `size` bytes, with one deadline for all of them."""
    data = bytearray(size)
    view, got = memoryview(data), 0
    while got < size:
        _set_deadline(connection, deadline)
        count = connection.recv_into(view[got:])
        if not count:
            raise EOFError("the other side has gone")
        got += count
    return data


def _set_deadline(connection: socket.socket, deadline: float | None) -> None:
    if deadline is None:
        connection.settimeout(None)
        return
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the deadline has passed")
    connection.settimeout(left)
