"""What the marking page is given: questions with rubrics, answers without names, text that does nothing."""

import json

import nbformat
import pytest

from autograder.gradebook.database import record
from autograder.gradebook.written import Given
from autograder.marking.desk import MarkingDesk
from autograder.report import Report
from autograder.turns import alone
from course.errors import ClassInUse, UserError

UNIT, QUESTION = "05_sample", "written_1"
RUBRIC = "**Model answer.** Because *so*.\n\n**Rubric.** Any words.\n\n- 1: a cause\n- 1: an effect"


@pytest.fixture
def with_rubric(instance):
    """The class, with a model answer and a rubric of two points to the question, which is worth four."""
    notebook = nbformat.read(instance.source(UNIT), 4)
    notebook.cells[-1].source = RUBRIC
    nbformat.write(notebook, instance.source(UNIT))
    return instance


def ids(desk):
    return [entry["id"] for entry in desk.overview()["questions"][0]["answers"]]


def test_the_overview_has_question_rubric_and_answers(with_rubric, record_verdicts):
    record_verdicts("ada", "bob")
    (one,) = MarkingDesk(with_rubric, UNIT).overview()["questions"]
    assert one["name"] == QUESTION and one["worth"] == 4 and "<strong>Read</strong> this." in one["text"]
    assert "<em>so</em>" in one["model"] and "Any words" in one["remarks"]
    assert [(len(each["text"]) > 5, each["choices"]) for each in one["criteria"]] == [(True, (0, 0.5, 1, 1.5, 2))] * 2
    assert [(entry["points"], entry["again"]) for entry in one["answers"]] == [(None, False)] * 2


def test_nothing_names_a_student_unless_it_is_asked_for(with_rubric, record_verdicts):
    record_verdicts("ada-lovelace", "bob-miller")
    desk = MarkingDesk(with_rubric, UNIT)
    told = json.dumps([desk.overview(), *(desk.answer(QUESTION, id) for id in ids(desk))])
    assert "lovelace" not in told and "miller" not in told
    named = MarkingDesk(with_rubric, UNIT, names=True).overview()["questions"][0]["answers"]
    assert {entry["who"] for entry in named} == {"ada-lovelace", "bob-miller"} and [entry["id"] for entry in named] == ids(desk)


def test_the_order_is_the_same_each_time_and_another_for_each_question(instance, record_verdicts):
    students = [f"student-{i:02}" for i in range(12)]
    desk = MarkingDesk(instance, UNIT)
    order = sorted(students, key=lambda student: desk.id_of(student, QUESTION))
    assert order == sorted(students, key=lambda student: MarkingDesk(instance, UNIT).id_of(student, QUESTION)) != students
    assert order != sorted(students, key=lambda student: desk.id_of(student, "written_2"))


def test_what_a_student_wrote_does_nothing(instance, record_verdicts):
    record_verdicts("ada", written="**So** $a < b$ <script>alert(1)</script> ![x](http://elsewhere/x.png) [y](javascript:z)")
    desk = MarkingDesk(instance, UNIT)
    shown = desk.answer(QUESTION, ids(desk)[0])["text"]
    assert "<strong>So</strong>" in shown and "&lt;script&gt;" in shown
    assert not any(bad in shown for bad in ("<script", "<img", "href=\"javascript"))


def test_a_file_that_nbgrader_wrote_is_cleaned_too(instance, record_verdicts):
    record_verdicts("ada")
    path = instance.autograded("ada", UNIT)
    notebook = json.loads(path.read_text())
    notebook["cells"][-1]["source"] = ["Mine <img src=x onerror=alert(1)>"]
    path.write_text(json.dumps(notebook))
    desk = MarkingDesk(instance, UNIT)
    assert "onerror" not in desk.answer(QUESTION, ids(desk)[0])["text"]


def cells_added(instance, student, *after):
    """Text cells of a student's own in the graded notebook, each after the cell of that grade id."""
    path = instance.autograded(student, UNIT)
    notebook = json.loads(path.read_text())
    for number, name in enumerate(after):
        place = next(i for i, cell in enumerate(notebook["cells"]) if cell["metadata"].get("nbgrader", {}).get("grade_id") == name)
        added = {"cell_type": "markdown", "id": f"student-{number}", "metadata": {}, "source": f"Added after {name}."}
        notebook["cells"].insert(place + 1, added)
    path.write_text(json.dumps(notebook))


def test_text_that_follows_an_answer_is_shown_with_it(instance, record_verdicts):
    record_verdicts("ada")
    cells_added(instance, "ada", "square", QUESTION)
    desk = MarkingDesk(instance, UNIT)
    shown = desk.answer(QUESTION, ids(desk)[0])
    assert not shown["blank"] and "Because." in shown["text"]
    assert ["Added after written_1" in each for each in shown["beside"]] == [True]


def test_an_answer_given_elsewhere_is_found(instance, record_verdicts):
    record_verdicts("ada", written="YOUR ANSWER HERE")
    record(instance, UNIT, [Report("ada", UNIT, "graded", ())], {})
    cells_added(instance, "ada", "square")
    desk = MarkingDesk(instance, UNIT)
    shown = desk.answer(QUESTION, ids(desk)[0])
    assert shown["blank"] and ["Added after square" in each for each in shown["beside"]] == [True]


def test_what_is_blank_or_cannot_be_read_is_counted_and_not_shown(instance, hand_in, record_verdicts):
    record_verdicts("ada")
    for student, status, blank in (("bob", "graded", {QUESTION}), ("cy", "unreadable", ())):
        report = Report(student, UNIT, status, ())
        record(instance, UNIT, [report], {student: blank})
        report.save(instance.report_path(student, UNIT))
    desk = MarkingDesk(instance, UNIT)
    (one,) = desk.overview()["questions"]
    assert (len(one["answers"]), one["unanswered"], one["held"], desk.waiting()) == (1, 1, 1, 1)


def test_a_mark_is_given_with_the_criteria_that_were_chosen(with_rubric, record_verdicts):
    record_verdicts("ada")
    desk = MarkingDesk(with_rubric, UNIT)
    (id,) = ids(desk)
    assert desk.mark(QUESTION, id, Given(), Given(2.5, "Why?"), [2, 0.5]) == Given(2.5, "Why?")
    shown = MarkingDesk(with_rubric, UNIT).answer(QUESTION, id)
    assert (shown["points"], shown["comment"], shown["chosen"]) == (2.5, "Why?", [2, 0.5])
    assert desk.mark(QUESTION, id, Given(), Given(0, ""), [0, 0]) == Given(2.5, "Why?")
    assert desk.answer(QUESTION, id)["chosen"] == [2, 0.5]


def test_what_cannot_be_marked_is_refused_in_words(instance, record_verdicts):
    record_verdicts("ada")
    desk = MarkingDesk(instance, UNIT)
    (id,) = ids(desk)
    with pytest.raises(UserError, match="has 10001 characters; expected 10000"):
        desk.mark(QUESTION, id, Given(), Given(1, "x" * 10_001), [])
    with pytest.raises(UserError, match="no such answer"):
        desk.mark(QUESTION, "0123456789abcdef", Given(), Given(1), [])
    with pytest.raises(UserError, match="to keep"):
        desk.keep(QUESTION, "  ")
    with alone(instance.root, print), pytest.raises(ClassInUse, match="as soon as it has finished"):
        desk.mark(QUESTION, id, Given(), Given(1), [])
    assert desk.answer(QUESTION, id)["points"] is None


def test_a_damaged_notebook_is_named(instance, record_verdicts):
    record_verdicts("ada")
    desk = MarkingDesk(instance, UNIT)
    instance.autograded("ada", UNIT).write_text('{"cells": 3}')
    with pytest.raises(UserError, match=r"ada/.*is no notebook any more"):
        desk.answer(QUESTION, ids(desk)[0])
