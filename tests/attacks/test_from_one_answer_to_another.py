"""Attacks on a whole notebook, in whose run one process is asked about one exercise after another; over all units.

None of `notebooks.ATTACKS` may earn a point in any exercise, and whoever is graded next gets what is theirs. `make bench-attacks` makes
the same attacks on stock nbgrader.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder import sample
from autograder.intake.structure import Structure
from autograder.judge import judge
from autograder.questions import Questions
from autograder.report import Report
from autograder.walls.sandbox import Limits, Sandbox
from course.units import UNITS
from tests.attacks.notebooks import ATTACKS, IDLE, handed_in, unit_of

pytestmark = pytest.mark.xdist_group("attacks-from-one-to-another")
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="module")
def sandbox(wall):
    with Sandbox(Limits(seconds=1, memory_mb=512), wall=wall) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def patient(wall):
    """For honest work, which has time enough on the busiest machine."""
    with Sandbox(Limits(seconds=30), wall=wall) as sandbox:
        yield sandbox


@pytest.fixture
def graded(tmp_path) -> Callable[..., Report]:
    """What is said of a file that was handed in for a unit."""

    def by(sandbox: Sandbox, unit: str, text: str) -> Report:
        path = tmp_path / "submitted" / "student" / unit / f"{unit}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
        report, _ = judge("student", unit, path, Structure.load(released(unit)), sandbox, Questions(b"secret"))
        return report

    return by


def released(unit: str) -> Path:
    return NOTEBOOKS / f"{unit}.ipynb"


def notebook(unit: str) -> dict:
    return json.loads(released(unit).read_text(encoding="utf-8"))


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.__name__ for attack in ATTACKS])
def test_nothing_is_earned(graded, sandbox, attacker, attack):
    """Each attack is made on one unit, and all units have their turns."""
    unit = unit_of(attack)
    report = graded(sandbox, unit, handed_in(attack, notebook(unit)))
    assert report.score == 0, [(one.exercise, one.outcome, one.earned) for one in report.verdicts if one.earned]
    assert report.max_score > 0 and attacker.works_on()


@pytest.mark.parametrize("unit", UNITS.names)
def test_right_answers_earn_all_beside_an_idle_cell(graded, patient, unit):
    """Or else the tests above would show nothing."""
    report = graded(patient, unit, json.dumps(sample.filled(notebook(unit), sample.model_answers(unit), (IDLE,))))
    assert report.score == report.max_score
