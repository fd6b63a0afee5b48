"""A verdict as text, as a page, and as data."""

from dataclasses import asdict

from course.judging.verdict import Mark, Verdict, number, prose
from course.units import exercise

PASSED = Verdict("relu", "`relu(z)`", (Mark("value", 2, "passed"),))
MIXED = Verdict("linear", "`linear(X)` & <more>", (
    Mark("dX", 1, "passed"), Mark("dW", 1.5, "failed", "`dW` is <b>wrong</b>", "look at `X.T`", "it is <odd>", ((0, 4),)),
    Mark("db", 1, "failed", "no sum"),
))  # fmt: skip


def test_points_and_outcomes():
    assert (MIXED.earned, MIXED.points, MIXED.outcome) == (1, 3.5, "partial")
    assert PASSED.outcome == "passed" and PASSED.reason == ""
    all_wrong = Verdict("e", "", (Mark("a", 1, "failed", "x"), Mark("b", 1, "failed", "x")))
    assert all_wrong.outcome == "failed" and all_wrong.reason == "x"
    ours = Verdict("e", "", (Mark("a", 1, "passed"), Mark("b", 1, "could not grade", "ours")))
    assert ours.outcome == "could not grade"


def test_text_tells_asked_and_why_in_order():
    text = str(MIXED)
    words = ("asked", "✓ dX", "`dW` is", "·█", "comes out when it is <odd>.", "hint: look at", "db: no sum")
    assert [text.index(word) for word in words] == sorted(text.index(word) for word in words)
    assert str(PASSED) == "✓ relu: passed, 2 of 2 points"


def test_page_escapes_whatever_came_from_outside():
    page = MIXED._repr_html_()
    assert "&lt;odd&gt;" in page and "<odd>" not in page
    assert "<b>wrong</b>" not in page and "&lt;b&gt;wrong" in page and "<code>X.T</code>" in page and "&lt;more&gt;" in page


def test_page_says_everything_that_the_text_says():
    page = MIXED._repr_html_()
    assert page.index("wrong") < page.index('role="img"') < page.index("comes out when") < page.index("look at")
    for words in ("partial", "1 of 3.5 points", "no sum", "Hint:"):
        assert words in page


def test_round_trip_as_data():
    verdict = Verdict("e", "asks", MIXED.marks, note="noted")
    assert Verdict.from_dict(asdict(verdict)) == verdict


def test_the_same_said_of_every_criterion():
    verdict = Verdict.alike(exercise("linear_backward"), "not written", "not there")
    assert [mark.criterion for mark in verdict.marks] == ["dX", "dW", "db"]
    assert (verdict.outcome, verdict.reason, verdict.points) == ("not written", "not there", 3)


def test_words():
    assert number(3.0) == "3" and prose("a `b<c` d") == "a <code>b&lt;c</code> d"
