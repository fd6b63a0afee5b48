"""Frames carry what they are given, and nothing that does not add up is believed."""

import contextlib
import json
import math
import socket
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograder.walls import protocol
from autograder.walls.protocol import PREFIX, decode, encode, receive, send
from course.errors import ProtocolError
from course.judging.probes import Formula, NotAnArray, Seed

dtypes = st.sampled_from([np.dtype(name) for name in sorted(protocol.DTYPES)])
any_array = dtypes.flatmap(lambda dtype: arrays.arrays(dtype, arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)))
leaves = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**200), 2**200), st.floats(), st.text(), any_array,
    any_array.filter(lambda array: array.size).map(lambda array: array.flat[0]), st.builds(NotAnArray, st.text()),
    st.builds(Seed, st.integers(0, 2**63)), st.builds(Formula, st.text()),
)  # fmt: skip
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple), max_leaves=8)


@pytest.fixture
def ends():
    here, there = socket.socketpair()
    with here, there:
        yield here, there


def parts(frame: bytes) -> tuple[bytes, bytes]:
    header, _ = PREFIX.unpack(frame[: PREFIX.size])
    return frame[PREFIX.size : PREFIX.size + header], frame[PREFIX.size + header :]


def assert_same(got: object, sent: object) -> None:
    assert type(got) is type(sent)
    if isinstance(sent, np.ndarray | np.generic):
        assert got.dtype == sent.dtype
        np.testing.assert_array_equal(got, sent)
    elif isinstance(sent, tuple | list):
        assert len(got) == len(sent)
        for mine, theirs in zip(got, sent, strict=True):
            assert_same(mine, theirs)
    elif isinstance(sent, float) and math.isnan(sent):
        assert math.isnan(got)
    else:
        assert got == sent


@given(st.dictionaries(st.text(), values, max_size=4))
@settings(deadline=None, derandomize=True)
def test_what_is_sent_arrives(message):
    got = decode(*parts(encode(message)))
    assert list(got) == list(message)
    for name, value in message.items():
        assert_same(got[name], value)


def test_arrays_arrive_whatever_their_layout(ends):
    plain = np.arange(12.0).reshape(3, 4)
    send(ends[0], {"transposed": plain.T, "swapped": plain.astype(">f4"), "strided": plain[:, ::2], "wide": plain.astype(np.longdouble)})
    got = receive(ends[1])
    for name, expected in {"transposed": plain.T, "swapped": plain, "strided": plain[:, ::2], "wide": plain}.items():
        np.testing.assert_array_equal(got[name], expected)
    assert got["transposed"].flags.writeable


def test_a_subclass_arrives_as_a_plain_array():
    class Sly(np.ndarray):
        def __array_function__(self, *_):
            raise AssertionError("a subclass had its say")

    got = decode(*parts(encode({"x": np.ones(3).view(Sly)})))["x"]
    assert type(got) is np.ndarray
    np.testing.assert_array_equal(got, np.ones(3))


@pytest.mark.parametrize("value", [object(), {1: 2}, 1j, np.array([1j]), np.array(["a"]), np.array([None]), b"bytes", {1}])
def test_what_cannot_be_carried_is_refused_by_the_sender(value):
    with pytest.raises(ProtocolError, match="expected"):
        encode({"x": value})


def test_a_frame_too_large_is_refused_by_the_sender():
    with pytest.raises(ProtocolError, match=r"expected at most 1 MB to send, got 8\.0 MB"):
        encode({"x": np.zeros(1 << 20)}, most=1 << 20)


def node(value: object) -> bytes:
    return json.dumps({"x": value}).encode()


HOSTILE = {
    "no JSON": (b"\x80\x04pickle", b""),
    "not Unicode": (b'{"x": "\xff"}', b""),
    "half a surrogate pair": (node("\ud800"), b""),
    "half a pair as a name": (b'{"\\udfff": 1}', b""),
    "a list": (b"[]", b""),
    "a bare float": (node(1.5), b""),
    "NaN": (b'{"x": NaN}', b""),
    "infinity": (b'{"x": -Infinity}', b""),
    "a float that overflows": (node({"float": "0x1p99999"}), b""),
    "a float in words": (node({"float": "many"}), b""),
    "a float as a number": (node({"float": 3}), b""),
    "endless digits": (b'{"x": ' + b"9" * 5000 + b"}", b""),
    "deep nesting": (b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", b""),
    "deep tuples": (b'{"x": ' + b'{"tuple": [' * 20 + b"]}" * 20 + b"}", b""),
    "a bare list": (node([1, 2]), b""),
    "an unknown kind": (node({"pickle": "gASVAAAAAA=="}), b""),
    "two kinds": (node({"tuple": [], "list": []}), b""),
    "a tuple of no list": (node({"tuple": "ab"}), b""),
    "objects": (node({"array": ["|O", [1]]}), bytes(8)),
    "text": (node({"array": ["<U2", [1]]}), bytes(8)),
    "complex": (node({"array": ["<c16", [1]]}), bytes(16)),
    "a dtype that is no text": (node({"array": [["<f8"], [1]]}), bytes(8)),
    "a record": (node({"array": ["<f8,<f8", [1]]}), bytes(16)),
    "a negative side": (node({"array": ["<f8", [-1]]}), bytes(8)),
    "two negative sides": (node({"array": ["<f8", [-1, -1]]}), bytes(8)),
    "a fractional side": (b'{"x": {"array": ["<f8", [1e0]]}}', bytes(8)),
    "a side that is a truth value": (node({"array": ["<f8", [True]]}), bytes(8)),
    "a shape that is no list": (node({"array": ["<f8", 1]}), bytes(8)),
    "a product that overflows": (node({"array": ["<f8", [2**32, 2**32]]}), bytes(8)),
    "emptiness that overflows": (node({"array": ["|u1", [0, 2**63]]}), b""),
    "too many dimensions": (node({"array": ["<f8", [1] * 33]}), bytes(8)),
    "too few bytes": (node({"array": ["<f8", [2]]}), bytes(8)),
    "bytes to spare": (node({"array": ["<f8", [1]]}), bytes(9)),
    "bytes of no array": (node(None), bytes(1)),
    "a scalar with a shape": (node({"scalar": ["<f8", [1]]}), bytes(8)),
    "a stand-in that is no text": (node({"not_an_array": 1}), b""),
}


@pytest.mark.parametrize(("header", "body"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_frame_is_refused(header, body):
    with pytest.raises(ProtocolError):
        decode(header, body)


@given(st.binary(max_size=200), st.binary(max_size=64))
@settings(deadline=None, derandomize=True)
def test_no_bytes_raise_anything_else(header, body):
    with contextlib.suppress(ProtocolError):
        decode(header, body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["<f8", "|b1", "|O", "0x1p3", ""]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["array", "scalar", "tuple", "list", "float", "not_an_array"]), inner, max_size=2),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from("xyz"), json_values), st.binary(max_size=64))
@settings(deadline=None, derandomize=True)
def test_no_header_raises_anything_else(nodes, body):
    try:
        message = decode(json.dumps(nodes).encode(), body)
    except ProtocolError:
        return
    encode(message)  # whatever was believed is a message


@given(st.binary(min_size=1, max_size=3), st.integers(0, 10_000))
@settings(deadline=None, derandomize=True)
def test_no_damaged_frame_raises_anything_else(damage, place):
    header, body = parts(encode({"arrays": (np.arange(3.0), NotAnArray("None")), "problem": "", "not_written": False}))
    place %= len(header)
    with contextlib.suppress(ProtocolError):
        decode(header[:place] + damage + header[place + len(damage) :], body)


def test_truth_values_are_zero_or_one_whatever_their_byte():
    got = decode(node({"array": ["|b1", [3]]}), bytes([0, 1, 7]))["x"]
    assert got.view(np.uint8).tolist() == [0, 1, 1]


def test_a_frame_larger_than_agreed_is_not_read(ends):
    for sizes in ((1 << 31, 0), (2, 1 << 31)):
        ends[0].sendall(PREFIX.pack(*sizes))
        with pytest.raises(ProtocolError, match="at most"):
            receive(ends[1], most=1 << 20, most_header=1 << 20, deadline=time.monotonic() + 60)


def test_one_deadline_holds_for_a_whole_frame(ends):
    ends[0].sendall(encode({"x": 1})[:-1])  # all but the last byte
    with pytest.raises(TimeoutError):
        receive(ends[1], deadline=time.monotonic() + 0.05)


def test_a_deadline_that_has_passed_reads_nothing(ends):
    send(ends[0], {"x": 1})
    with pytest.raises(TimeoutError):
        receive(ends[1], deadline=time.monotonic() - 1)


def test_a_reader_who_does_not_read_holds_nobody_up(ends):
    with pytest.raises(TimeoutError):
        protocol.write(ends[0], encode({"x": np.zeros(1 << 21)}), deadline=time.monotonic() + 0.05)


def test_a_frame_cut_off_is_the_end(ends):
    ends[0].sendall(encode({"x": 1})[:-1])
    ends[0].close()
    with pytest.raises(EOFError):
        receive(ends[1])


def test_text_that_is_not_unicode_is_mended_by_the_sender():
    assert decode(*parts(encode({"x": "a\ud800b"}))) == {"x": "a?b"}
