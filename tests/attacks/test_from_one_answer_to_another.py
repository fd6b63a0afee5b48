"""Attacks on a whole notebook, in whose run one process is asked about one exercise after another; over all units.

None of `notebooks.ATTACKS` may earn a point in any exercise, and whoever is graded next gets what is theirs.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from autograder import sample
from autograder.intake.structure import Structure
from autograder.judge import judge
from autograder.questions import Questions
from autograder.report import Report
from autograder.walls.sandbox import Limits, Sandbox
from course.units import UNITS
from tests.attacks.notebooks import ATTACKS, first_cell

pytestmark = pytest.mark.xdist_group("attacks-from-one-to-another")
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
UNIT_NAMES = tuple(UNITS.names)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(Limits(seconds=1, memory_mb=512)) as sandbox:
        yield sandbox


@pytest.fixture
def graded(sandbox, tmp_path) -> Callable[..., Report]:
    """What is said of a unit's notebook with these answers, and a cell above them."""

    def by(unit: str, answers: Mapping[str, str], cell: str) -> Report:
        released = NOTEBOOKS / f"{unit}.ipynb"
        path = tmp_path / "submitted" / "student" / unit / f"{unit}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(sample.filled(json.loads(released.read_text(encoding="utf-8")), answers, (cell,))), encoding="utf-8")
        report, _ = judge("student", unit, path, Structure.load(released), sandbox, Questions(b"secret"))
        return report

    return by


def cheating(unit: str) -> dict[str, str]:
    """Answers that ask the attack."""
    return {one.name: f"def {one.name}(*inputs, **named):\n    return cheat({one.name!r}, inputs)" for one in UNITS[unit]}


@pytest.mark.parametrize("place", range(len(ATTACKS)), ids=[attack.__name__ for attack in ATTACKS])
def test_nothing_is_earned(graded, attacker, place):
    """Each attack is made on one unit, and all units have their turns."""
    attack, unit = ATTACKS[place], UNIT_NAMES[place % len(UNIT_NAMES)]
    assert attack.__doc__
    report = graded(unit, cheating(unit), first_cell(attack))
    assert report.score == 0, [(one.exercise, one.outcome, one.earned) for one in report.verdicts if one.earned]
    assert report.max_score > 0 and attacker.works_on()


@pytest.mark.parametrize("unit", UNIT_NAMES)
def test_right_answers_earn_all_beside_an_idle_cell(graded, unit):
    """Or else the tests above would show nothing."""
    report = graded(unit, sample.model_answers(unit), "cheat = None")
    assert report.score == report.max_score
