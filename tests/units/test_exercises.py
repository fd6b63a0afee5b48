"""Every exercise of every unit: right answers in every style pass, every mistake is caught and named, and one costs one exercise."""

import subprocess
import sys

import numpy as np
import pytest

from autograder.sample import Sample
from benchmarks.exercises import namespace, right_answers, tally
from course.checking import grade_here
from course.judging.exercise import Expected
from course.units import UNITS, Case, Exercise, exercise

SEEDS = range(5)
ALL = [pytest.param(unit, e, id=e.name) for unit, exercises in UNITS.items() for e in exercises]


@pytest.mark.parametrize(("unit", "e"), ALL)
def test_right_answers_in_every_style_pass_and_every_mistake_is_caught_and_named(unit: str, e: Exercise):
    counts = tally(unit, e.name, SEEDS)
    assert counts.mistakes == len(SEEDS) * len(e.mistakes) and counts.right >= 4 * len(SEEDS)
    assert (counts.caught, counts.passed, counts.blamed) == (counts.mistakes, counts.right, 0)
    assert counts.named >= 0.9 * counts.mistakes


@pytest.mark.parametrize(("unit", "e"), ALL)
def test_five_mistakes_are_known_and_each_has_a_name_and_a_hint(unit: str, e: Exercise):
    assert len(e.mistakes) >= 5
    assert len({mistake.name for mistake in e.mistakes}) == len(e.mistakes)
    assert all(mistake.hint and not mistake.name.endswith(".") for mistake in e.mistakes)


@pytest.mark.parametrize(("unit", "e"), ALL)
def test_every_criterion_is_asked_about(unit: str, e: Exercise):
    asked = {criterion for case in e.cases(np.random.default_rng(0)) for criterion in e.expected(case)}
    assert asked == {criterion.name for criterion in e.criteria}


@pytest.mark.parametrize(("unit", "e"), ALL)
def test_the_same_seed_gives_the_same_cases_and_another_seed_others(unit: str, e: Exercise):
    one, same, other = ([repr(case.inputs) for case in e.cases(np.random.default_rng(seed))] for seed in (3, 3, 4))
    assert one == same != other or not e.parameters


@pytest.mark.parametrize(("unit", "e"), ALL)
def test_cases_name_their_inputs_as_the_answer_does(unit: str, e: Exercise):
    case: Case
    for case in e.cases(np.random.default_rng(0)):
        assert tuple(case.inputs) == e.parameters
        assert set(case.criteria) <= {criterion.name for criterion in e.criteria}


LENT = {name for exercises in UNITS.values() for e in exercises for name in e.needs}


@pytest.mark.parametrize(("unit", "e"), [one for one in ALL if one.id in LENT])
def test_what_is_lent_agrees_with_the_model_answer(unit: str, e: Exercise):
    case = next(iter(e.cases(np.random.default_rng(0))))
    assert all(isinstance(one, Expected) for one in e.expected(case).values())
    reference, model = e.reference(*case.inputs.values()), right_answers(unit)[e.name][0](*case.inputs.values())
    for ours, theirs in zip(*((x if isinstance(x, tuple) else (x,)) for x in (reference, model)), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14)


def test_reference_takes_named_arguments_and_refuses_others():
    e = exercise("linear_forward")
    assert e.reference([[1.0]], W=[[2.0]], b=[3.0]).tolist() == [[5.0]]
    for arguments, named in (((1,), {}), ((1, 2, 3, 4), {}), ((1, 2), {"c": 3})):
        with pytest.raises(TypeError, match="takes X, W, b"):
            e.reference(*arguments, **named)


def test_names_are_unique_over_the_course():
    names = [e.name for exercises in UNITS.values() for e in exercises]
    assert len(set(names)) == len(names)


def test_units_after_an_exercises_own_are_not_loaded():
    code = "import sys; from course import units; exercises.exercise('square'); print('course.units.u11_capstone.exercises' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_an_unknown_exercise_is_told_which_there_are():
    with pytest.raises(KeyError, match="linear_forward"):
        exercise("linear_backwards")


@pytest.mark.parametrize("unit", UNITS)
def test_one_broken_answer_costs_one_exercise(unit: str):
    broken = UNITS[unit][0].name
    names = namespace(unit, Sample("wrong", "", {broken: f"def {broken}(*anything):\n    return {{}}"}))
    for e in UNITS[unit]:
        verdict = grade_here(e, names[e.name], 1)
        assert verdict.earned == (0 if e.name == broken else verdict.points), str(verdict)
