"""The measurement of how fast a class is graded."""

import pytest

from autograder import sample
from autograder.gradebook import database
from benchmarks import grading
from course.units import UNITS

UNIT = "00_start_here"


def test_a_made_up_class_is_the_same_for_the_same_seed_and_hardly_two_hand_in_the_same():
    students = grading.made_up("05_vector_form", 100, seed=3)
    assert students == grading.made_up("05_vector_form", 100, seed=3) != grading.made_up("05_vector_form", 100, seed=4)
    assert len({(*student.code.items(), *student.helpers) for student in students}) > 90
    shares = [len(UNITS["05_vector_form"]) - len(student.code) for student in students]
    assert 0 < sum(shares) / len(shares) < 1, "a few answers are missing"


def test_the_honest_are_those_without_a_wrong_answer():
    styles = [style for style in sample.samples(UNIT) if style.name.startswith("right")]
    right = {name: {source, *(style.answers.get(name) for style in styles)} for name, source in sample.model_answers(UNIT).items()}
    for student in grading.made_up(UNIT, 50):
        assert student.honest == all(source in right[name] for name, source in student.code.items())


def test_a_class_is_graded_from_nothing_and_honest_work_keeps_its_marks(tmp_path):
    students = grading.made_up(UNIT, 6, seed=1)
    instance = grading.make_class(tmp_path / "class", UNIT, students)
    timed = grading.ours(instance, UNIT)
    assert 0 < timed.marks < timed.pages and timed.megabytes > 10
    scores = {row.student: row.exercises for row in database.scores(instance, UNIT)}
    assert len(scores) == len(students)
    for number, student in enumerate(students):
        points = sum(exercise.points for exercise in UNITS[UNIT] if exercise.name in student.code)
        assert not student.honest or scores[grading.student_id(number)] == points
    grading.forget(instance, UNIT)
    assert not database.recorded(instance, UNIT) and not list(instance.root.glob("autograded/*")) + list(instance.root.glob("feedback/*"))


def test_a_command_that_fails_is_told(tmp_path):
    instance = grading.make_class(tmp_path / "class", UNIT, [])
    with pytest.raises(RuntimeError, match="ended with 2"):
        grading.run(instance, "autograder.cli", "grade", ".", "no_such_unit")


def test_rates_are_medians_and_the_ratio_is_of_each_round():
    line = grading.row("marks", 200, 20, [10.0, 20.0, 15.0], [40.0, 80.0, 60.0], 60)
    assert line == ("marks", "800", "20.0", "40", "≥ 60", "no")
