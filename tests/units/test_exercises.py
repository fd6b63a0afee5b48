"""Every exercise of every unit: right answers in every style pass, every mistake is caught and named, and one costs one exercise."""

import subprocess
import sys
import warnings

import numpy as np
import pytest

from autograder.measure import namespace, tally
from autograder.sample import Sample
from course.checking import asking, grade_here
from course.judging.exercise import Expected
from course.judging.grading import grade
from course.judging.probes import Reply
from course.units import UNITS, Case, Exercise, exercise, room

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
        assert tuple(case.inputs) == e.parameters or e.probe in ("node", "stopper")
        assert not case.batch or np.ndim(case.inputs[case.batch]) >= 1
        assert set(case.criteria) <= {criterion.name for criterion in e.criteria}


@pytest.mark.parametrize(("unit", "e"), ALL)
def test_the_right_answer_stands_in_its_unit_and_passes_the_witness(unit: str, e: Exercise):
    assert e.right.__module__.startswith(room(unit))
    assert grade(e, asking(e, e.right), 1).outcome == "passed"


@pytest.mark.parametrize(("unit", "e"), ALL)
def test_every_mistake_compiles_and_changes_the_answer_in_some_case(unit: str, e: Exercise):
    cases = list(e.cases(np.random.default_rng(1)))
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        right = [asking(e, e.right)(case) for case in cases]
        for mistake in e.mistakes:
            answer = e.answer_with(mistake)
            replies = [asking(e, answer)(case) for case in cases]
            assert any(not same_reply(*pair) for pair in zip(replies, right, strict=True)), mistake.name
            unknown = any(reply.problem.startswith("NameError") for reply in replies)
            assert not unknown, f"an edit uses a name that is not there: {mistake.name}"


def same_reply(one: Reply, other: Reply) -> bool:
    """Whether two replies are the same to the last digit."""
    if (one.problem, one.changed, len(one.arrays)) != (other.problem, other.changed, len(other.arrays)):
        return False
    return all(same_value(a, b) for a, b in zip(one.arrays, other.arrays, strict=True))


def same_value(a: object, b: object) -> bool:
    return np.array_equal(a, b, equal_nan=True) if isinstance(a, np.ndarray) and isinstance(b, np.ndarray) else a == b


GENERIC = {
    "the sign": np.negative,
    "a transpose": np.transpose,
    "a factor of 2": lambda x: np.multiply(2, x),
    "half": lambda x: np.divide(x, 2),
}


def changes(e: Exercise) -> list[tuple[int, str]]:
    """The generic mistakes that make a difference: in which returned value that is compared with a right one, and which."""
    cases = [e.expected(case) for case in e.cases(np.random.default_rng(1))]
    found = []
    for at, criterion in enumerate(e.criteria if e.value_count == len(e.criteria) else ()):
        compared = [one[criterion.name] for one in cases if criterion.name in one]
        values = [np.asarray(one.value) for one in compared if isinstance(one, Expected)]
        numbers = [value for value in values if value.dtype.kind in "fi"]
        found += [(at, name) for name, change in GENERIC.items() if any(not np.array_equal(change(value), value) for value in numbers)]
    return found


COMPARED = [one for one in ALL if one.values[1].probe == "call" and changes(one.values[1])]


def test_most_exercises_compare_their_values_with_right_ones():
    """The others are judged by properties, or drive a class: their own mistakes have to do."""
    assert len(COMPARED) >= 0.75 * len(ALL)


@pytest.mark.parametrize(("unit", "e"), COMPARED)
def test_generic_mistakes_are_caught(unit: str, e: Exercise):
    """A sign, a transpose, a factor: in each returned value that is compared with a right one, wherever it makes a difference."""
    for at, name in changes(e):
        verdict = grade(e, asking(e, changed(e.right, at, GENERIC[name])), 1)
        assert verdict.marks[at].outcome == "failed", f"{name} of {e.criteria[at].name}: {verdict}"


@pytest.mark.parametrize(("unit", "e"), [one for one in ALL if "upstream" in one.values[1].parameters])
def test_an_upstream_left_out_is_caught(unit: str, e: Exercise):
    place = e.parameters.index("upstream")
    verdict = grade(e, asking(e, lambda *inputs: e.right(*inputs[:place], np.ones_like(inputs[place]), *inputs[place + 1 :])), 1)
    assert verdict.outcome != "passed"


def changed(right, at: int, change):
    """The right answer with one of its values changed."""

    def answer(*inputs):
        values = right(*inputs)
        if not isinstance(values, tuple):
            return change(values)
        return tuple(change(value) if i == at else value for i, value in enumerate(values))

    return answer


def test_names_are_unique_over_the_course():
    names = [e.name for exercises in UNITS.values() for e in exercises]
    assert len(set(names)) == len(names)


def test_units_after_an_exercises_own_are_not_loaded():
    code = "import sys; from course import units; units.exercise('square'); print('course.units.u11_capstone' in sys.modules)"
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
