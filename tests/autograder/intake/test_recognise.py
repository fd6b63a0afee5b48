"""Notebooks known by what is in them."""

import json
from pathlib import Path

import pytest

from autograder import build
from autograder.intake.recognise import unit_of
from autograder.intake.structure import Structure, StudentCell
from autograder.intake.submission import student_cells
from course.units import UNITS

NOTEBOOKS = Path(__file__).parents[3] / "notebooks"


@pytest.fixture(scope="module")
def structures():
    return {unit: Structure.load(NOTEBOOKS / f"{unit}.ipynb") for unit in UNITS}


@pytest.mark.parametrize("unit", UNITS)
def test_an_answered_notebook_is_of_its_own_unit_and_of_no_other(structures, unit):
    cells, _ = student_cells(json.loads(build.as_text(build.instructor_notebook(build.source_of(unit)))))
    assert unit_of(cells, structures) == unit
    assert [name for name, structure in structures.items() if structure.has_answers_in(cells)] == [unit]


@pytest.mark.parametrize("unit", UNITS)
def test_without_ids_one_answer_is_enough_wherever_it_stands(structures, unit):
    name = next(iter(structures[unit].answer_ids))
    for source, found in ((f"import numpy\n{name} = lambda *x: x", True), (f"def {name}(x:", True), (f"print({name})", False), ("", False)):
        assert structures[unit].has_answers_in([StudentCell("code", source)]) == found
