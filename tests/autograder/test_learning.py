"""Names for wrong answers: what may stand in mistakes.toml, and whom it reaches."""

import pytest

from autograder.learning import EXAMPLE, FILE, LARGEST, Named, grouped, mistakes_of, stanza, with_names
from autograder.report import Report, Unexplained
from course.errors import UserError
from course.judging.verdict import Mark, Verdict

NAMED = Named("double", "3fa2c1d0", "`x` is halved", "Which factor?")
MISTAKES = {("double", "3fa2c1d0"): NAMED}


def report(student="ada", group="3fa2c1d0"):
    marks = (Mark("value", 2, "failed", "differs", "its own hint"), Mark("sign", 1, "failed", "differs", "?", "known before"))
    verdicts = (Verdict("double", "", marks), Verdict("square", "", (Mark("value", 2, "failed", "differs"),)))
    return Report(student, "05_sample", "graded", verdicts, unexplained=(Unexplained("double", group, (("value", "its own hint"),)),))


def test_a_stanza_is_read_as_it_is_written(instance):
    assert mistakes_of(instance) == {}
    text = stanza("double", "3fa2c1d0", "`x` is halved.", " Which factor? ") + "\n" + EXAMPLE
    (instance.root / FILE).write_text(text, encoding="utf-8")
    mistakes = mistakes_of(instance)
    assert mistakes["double", "3fa2c1d0"] == NAMED and len(mistakes) == 2


WRONG = (
    ("[[mistake]", "cannot be read as TOML"),
    ("x = " + "[" * 10_000, "cannot be read as TOML"),
    ("#" * LARGEST + "\n", "is larger than 1,048,576 bytes"),
    ("x = 1", "expected nothing but stanzas"),
    ("[mistake]\nname = 'x'", "expected nothing but stanzas"),
    ("mistake = [1]", "expected the keys exercise, group, name, hint; there are int"),
    ("[[mistake]]\nexercise = 'double'", "number 1: expected the keys .*; there are exercise"),
    (EXAMPLE + EXAMPLE, "names group 3fa2c1d0 of linear_backward twice"),
    (EXAMPLE.replace("3fa2c1d0", "3FA2C1D0"), "eight digits of a group"),
    (EXAMPLE.replace("linear_backward", "linear backward"), "name of an exercise"),
    (EXAMPLE.replace("the rows", "\\u001b[2J the rows"), "expected name to be one line of text"),
    (EXAMPLE.replace("the rows", "the rows" * 100), "of at most 200 letters"),
    (EXAMPLE.replace('"the rows of W are normalised"', "3"), "got 3"),
    (EXAMPLE.replace("the rows of W are normalised", "  "), "one line of text"),
)


@pytest.mark.parametrize(("text", "said"), WRONG, ids=range(len(WRONG)))
def test_what_is_not_as_it_should_be_is_told(instance, text, said):
    (instance.root / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=said):
        mistakes_of(instance)


def test_a_name_reaches_the_marks_of_its_group_and_no_others():
    double, square = with_names(report(), MISTAKES).verdicts
    assert (double.marks[0].cause, double.marks[0].hint) == ("`x` is halved", "Which factor?")
    assert "It is what comes out when `x` is halved." in double.reason
    assert double.marks[1].cause == "known before" and square == report().verdicts[1]
    assert double.earned == 0
    other = report(group="00000000")
    assert with_names(other, MISTAKES) is other


def test_a_name_that_is_taken_back_leaves_no_trace():
    named = with_names(report(), MISTAKES)
    assert with_names(named, {}) == report() and with_names(named, MISTAKES) is named
    changed = {("double", "3fa2c1d0"): Named("double", "3fa2c1d0", "another", "Why?")}
    assert with_names(named, changed).verdicts[0].marks[0].cause == "another"


def test_the_largest_group_comes_first():
    reports = [report("ada", "11111111"), report("bob", "22222222"), report("cy", "22222222"), report("ada", "33333333")]
    found = {group: [one.student for one in of] for (_, group), of in grouped(reports).items()}
    assert list(found.items()) == [("22222222", ["bob", "cy"]), ("11111111", ["ada"]), ("33333333", ["ada"])]
