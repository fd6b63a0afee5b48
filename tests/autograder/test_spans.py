"""Spans of time in an instructor's words."""

from datetime import timedelta

import pytest

from autograder.spans import in_words, parsed


@pytest.mark.parametrize(
    ("text", "hours"), [("2d", 48), ("36h", 36), ("1d12h", 36), (" 1d 12h ", 36), ("90m", 1.5), ("0", 0), ("0d", 0), ("1d2h30m", 26.5)]
)
def test_a_span_is_read_and_said(text, hours):
    assert parsed(text) == timedelta(hours=hours)
    assert parsed(in_words(timedelta(hours=hours)) or "0") == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "2", "d", "-1d", "1.5d", "12h1d", "2 days", "2d;", "999999d", "٢d x"])
def test_what_is_no_span_is_none(text):
    assert parsed(text) is None
