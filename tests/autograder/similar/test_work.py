"""What is compared of a hand-in, and what is not."""

import pytest

from autograder.intake.structure import Structure, StudentCell
from autograder.similar.work import IN_A_ROW, LONGEST, RUN, Given, in_code, in_words, work_in, work_of

NOTHING = Given({}, frozenset())
LOOP = "def f(a):\n    total = 0\n    for row in a:\n        total += row * 2\n    return total"


def keys(features, kind):
    return {one.key for one in features if one.kind == kind}


def code(text, given=frozenset()):
    return list(in_code(text, 0, given))


def work(text, kind="code", given=NOTHING):
    return work_in([({"cell_type": kind, "id": "x", "source": text}, "here")], given)


def test_names_that_students_chose_do_not_matter_to_code():
    renamed = LOOP.replace("total", "s").replace("row", "r").replace("(a)", "(b)").replace("in a", "in b")
    assert keys(code(LOOP), "code") == keys(code(renamed), "code") != set()
    assert keys(code(LOOP), "names") == {"f", "a", "total", "row"} != keys(code(renamed), "names")


@pytest.mark.parametrize("other", ["row * 3", "row + 2", "len(row) * 2", "row.T * 2", "max * 2"])
def test_what_is_done_does(other):
    assert keys(code(LOOP), "code") != keys(code(LOOP.replace("row * 2", other)), "code")


def test_names_of_python_of_libraries_and_of_the_notebook_are_nobodys():
    found = code("np.exp(x.shape[0]) + len(relu(y)) + self.kept", frozenset({"np", "relu"}))
    assert keys(found, "names") == {"x", "y", "kept"}
    assert keys(found, "code") >= {"np . exp ( a name . shape ["}


def test_space_comments_and_the_text_in_strings_do_not_matter_to_code():
    other = LOOP.replace("    ", "  ").replace("total = 0", "total = 0  # begin\n").replace(" * ", "*")
    assert keys(code(LOOP), "code") == keys(code(other), "code")
    assert keys(code("f(1, 2, 3, 'a b c', 4, 5)"), "code") == keys(code('f(1, 2, 3, """x""", 4, 5)'), "code") != set()


def test_comments_and_strings_are_words():
    found = keys(code("x = 1  # The shapes Decide here\ny = 'nk, kj -> nj'"), "words")
    assert found == {"the shapes decide", "shapes decide here", "nk kj nj"}


def test_few_words_are_one_feature_and_none_is_none():
    assert [one.key for one in in_words("so it", 0)] == ["so it"]
    assert list(in_words("—  ", 0)) == []
    assert IN_A_ROW == 3 and [one.key for one in in_words("a b c d", 0)] == ["a b c", "b c d"]


def test_a_feature_says_where_it_stands():
    text = LOOP + "  # and that is it"
    for one in code(text):
        if one.kind == "names":
            assert text[one.start : one.stop] == one.key
    first = next(one for one in code(text) if one.kind == "code")
    assert text[first.start : first.stop].split()[0] == "def" and len(first.key.replace("a name", "name").split()) == RUN
    assert {text[one.start : one.stop] for one in code(text) if one.kind == "words"} == {"and that is", "that is it"}


@pytest.mark.parametrize("text", ["def f(:\n  return ((", "x = '''never ended", "\x00\ud800 ?? $", "if:\n\t\x0b else", "f'{{{{"])
def test_code_that_is_none_is_compared_all_the_same(text):
    assert work(f"{LOOP}\n{text}").features[: len(work(LOOP).features) - RUN]


def test_what_was_released_does_not_count():
    released = {"cells": [
        {"cell_type": "code", "id": "one", "metadata": {}, "source": "from math import exp as e\ndef helper(x): pass"},
        {"cell_type": "code", "id": "two", "metadata": {"nbgrader": {"grade_id": "answer", "solution": True}}, "source": LOOP},
    ], "metadata": {}}  # fmt: skip
    structure = Structure(released)
    given = Given.of(structure)
    assert {"exp", "e", "math", "helper"} <= given.names
    handed_in = [
        StudentCell("code", released["cells"][0]["source"], "one"),
        StudentCell("code", LOOP.replace("    return total", "    return total / mine"), "two", "answer"),
        StudentCell("markdown", "A note of mine.", "three"),
    ]
    found = work_of(structure.rebuild(handed_in, ""), given)
    assert [(cell.place, cell.text) for cell in found.cells] == [
        ("answer", "    return total / mine"),
        ("a cell of their own", "A note of mine."),
    ]
    assert keys(found.features, "words") == {"a note of", "note of mine"}


def test_more_than_anybody_writes_is_cut_off():
    assert sum(len(cell.text) for cell in work("x = 1\n" * LONGEST).cells) == LONGEST
    assert len(work("a." * LONGEST).cells[0].text) == 200
    assert len(work("A paragraph is a line. " * 100, "markdown").cells[0].text) == 2300
