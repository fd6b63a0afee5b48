"""Comments for reuse and chosen criteria, kept in files of the class that a human may edit."""

import json

import pytest

from autograder.marking.notes import Notes
from autograder.rubric import Criterion
from course.errors import UserError

UNIT, QUESTION = "05_sample", "written_1"
CRITERIA = [Criterion(1, "a cause"), Criterion(1.5, "an effect")]


@pytest.fixture
def notes(tmp_path):
    return Notes(tmp_path, UNIT)


def test_comments_are_kept_once_in_order_for_each_question(notes, tmp_path):
    for text in ("Why?", "Where is Γ(u)?", "Why?"):
        notes.keep(QUESTION, text)
    notes.keep("written_2", "Which one?")
    assert notes.comments(QUESTION) == ["Where is Γ(u)?", "Why?"] and notes.comments("written_2") == ["Which one?"]
    assert "Γ(u)" in (tmp_path / "marking" / "comments.json").read_text(encoding="utf-8")
    notes.forget(QUESTION, "Why?")
    assert Notes(tmp_path, UNIT).comments(QUESTION) == ["Where is Γ(u)?"] and Notes(tmp_path, "06").comments(QUESTION) == []


def test_what_was_chosen_comes_back_where_it_makes_the_points(notes):
    notes.choose(QUESTION, "ada", [1, 0.5])
    notes.choose(QUESTION, "José", [None, 1.5])
    assert notes.chosen(QUESTION, "ada", CRITERIA, 1.5) == [1, 0.5]
    assert notes.chosen(QUESTION, "José", CRITERIA, 1.5) == [None, 1.5]
    for points in (None, 2):  # taken back, or given in formgrader since
        assert notes.chosen(QUESTION, "ada", CRITERIA, points) == [None, None]
    assert notes.chosen(QUESTION, "ada", CRITERIA[:1], 1.5) == [None]  # the rubric was changed
    assert notes.chosen(QUESTION, "bob", CRITERIA, 1.5) == notes.chosen("written_2", "ada", CRITERIA, 1.5) == [None, None]


@pytest.mark.parametrize("chosen", [[1, 0.25], ["1", 0.5], [True, 7], {"0": 1}])
def test_what_nobody_can_have_chosen_is_nothing(notes, tmp_path, chosen):
    (tmp_path / "marking").mkdir()
    (tmp_path / "marking" / f"{UNIT}.json").write_text(json.dumps({QUESTION: {"ada": chosen}}))
    assert notes.chosen(QUESTION, "ada", CRITERIA, 1.5) == [None, None]


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "is no JSON file"), ("[]", "one JSON object"), ('{"05_sample/written_1": [3]}', "a list of texts for 05_sample/written_1")],
)
def test_a_damaged_file_is_named_and_stays(notes, tmp_path, text, words):
    path = tmp_path / "marking" / "comments.json"
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(UserError, match=words):
        notes.keep(QUESTION, "Why?")
    assert path.read_text() == text
