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


def test_a_cause_is_told_once_however_many_criteria_it_explains():
    marks = (Mark("dX", 1, "failed", "`dX` differs", "Look.", "W is wrong"), Mark("dW", 1, "failed", "`dW` differs", "Look.", "W is wrong"),
             Mark("db", 1, "passed"))  # fmt: skip
    for text in (str(Verdict("e", "", marks)), Verdict("e", "", marks)._repr_html_(), Verdict("e", "", marks).reason):
        assert text.count("W is wrong") == 1 and "dX, dW" in text and "`dW` differs" not in text


def test_of_many_failed_criteria_the_first_is_shown_and_the_rest_are_counted():
    def marks(count, cause_of=None):
        return tuple(Mark(f"c{i}", 1, "failed", f"reason {i}", cause=f"cause {i}" if i == cause_of else "") for i in range(count))

    few, many, explained = (Verdict("e", "", (*m, Mark("last", 1, "passed"))) for m in (marks(4), marks(5), marks(5, cause_of=3)))
    assert "reason 3" in str(few) and "more criteria" not in str(few)
    for text in (str(many), many._repr_html_()):
        assert "reason 0" in text and "reason 1" not in text and "4 more criteria fail: c1, c2, c3, c4." in text and "last" in text
    assert "reason 0" in many.reason and "reason 1" not in many.reason
    assert "cause 3" in explained.reason and "reason 0" not in explained.reason


def test_round_trip_as_data():
    verdict = Verdict("e", "asks", MIXED.marks, note="noted")
    assert Verdict.from_dict(asdict(verdict)) == verdict


def test_the_same_said_of_every_criterion():
    verdict = Verdict.alike(exercise("linear_backward"), "not written", "not there")
    assert [mark.criterion for mark in verdict.marks] == ["dX", "dW", "db"]
    assert (verdict.outcome, verdict.reason, verdict.points) == ("not written", "not there", 3)


def test_words():
    assert number(3.0) == "3" and prose("a `b<c` d") == "a <code>b&lt;c</code> d"
