"""A student's cells in their places."""

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.intake.structure import Structure, StudentCell


@pytest.fixture
def structure(instructor_notebook):
    return Structure(instructor_notebook)


@pytest.fixture
def cells(structure):
    """The student's cells, nothing changed."""
    return [StudentCell(slot.cell["cell_type"], slot.cell["source"], slot.id, slot.grade_id) for slot in structure.slots]


def code(source, grade_id="", id=""):
    return StudentCell("code", source, id, grade_id)


def places(submission):
    return [cell.id for cell in submission.notebook.cells]


def source(submission, id):
    return next(cell.source for cell in submission.notebook.cells if cell.id == id)


def without(cells, *ids):
    return [cell for cell in cells if cell.id not in ids]


def test_what_each_cell_is(structure):
    kinds = ["ordinary", "ordinary", "answer", "check", "demo", "locked", "answer", "check", "written"]
    assert [slot.kind for slot in structure.slots] == kinds
    assert structure.answer_ids == {"double": "double", "square": "square"}
    assert structure.check_ids == {"double": "check-double", "square": "check-square"}


def test_an_untouched_notebook_comes_out_as_it_was_released(structure, cells):
    submission = structure.rebuild(cells, "f")
    assert submission.notebook == structure.blank()
    assert submission.missing == frozenset() == submission.own
    assert submission.unanswered == {"double", "square", "written_1"}


def test_answers_are_the_students(structure, cells):
    cells[2] = code("def double(x): return 2 * x", "double")
    cells[8] = StudentCell("markdown", "Because.", "", "written_1")
    submission = structure.rebuild(cells, "f")
    assert source(submission, "double") == "def double(x): return 2 * x"
    assert source(submission, "written-1") == "Because."
    assert submission.own == {"double", "written-1"}
    assert submission.unanswered == {"square"}


def test_cells_that_lost_their_metadata_are_known_by_their_ids(structure, cells):
    bare = [StudentCell(cell.cell_type, cell.source, cell.id) for cell in without(cells, "written-1")]
    submission = structure.rebuild([*bare, StudentCell("markdown", "Because.", "written-1")], "f")
    assert source(submission, "written-1") == "Because." and not submission.missing
    assert submission.unanswered == {"double", "square"}


def test_a_written_answer_that_may_stand_in_another_cell_is_a_humans_to_mark(structure, cells):
    own = StudentCell("markdown", "Because.")
    for handed_in in ([*cells, own], [*without(cells, "written-1"), own]):
        assert "written_1" not in structure.rebuild(handed_in, "f").unanswered
    for empty in (code("x = 1"), StudentCell("markdown", " ")):
        assert "written_1" in structure.rebuild([*cells, empty], "f").unanswered


@pytest.mark.parametrize("id", ["check-double", "demo", "locked"])
def test_what_is_the_instructors_stays(structure, cells, id):
    changed = [StudentCell(cell.cell_type, "print('full marks')", cell.id, cell.grade_id) if cell.id == id else cell for cell in cells]
    submission = structure.rebuild(changed, "f")
    assert submission.notebook == structure.blank()


def test_metadata_is_the_instructors(structure, cells):
    submission = structure.rebuild(cells, "f")
    check = next(cell for cell in submission.notebook.cells if cell.id == "check-double")
    assert check.metadata.nbgrader.points == 3
    assert check.metadata.nbgrader.locked


def test_an_answer_turned_into_text_is_an_answer_again(structure, cells):
    cells[2] = StudentCell("markdown", "def double(x): return 2 * x", "double", "double")
    submission = structure.rebuild(cells, "f")
    assert ("double", "def double(x): return 2 * x") in submission.code_cells_before("double")


def test_the_first_of_two_cells_with_one_grade_id_is_the_answer(structure, cells):
    cells[3:3] = [code("second", "double", "double")]
    cells[2] = code("first", "double", "double")
    submission = structure.rebuild(cells, "f")
    assert source(submission, "double") == "first"
    assert places(submission)[2:5] == ["double", "student-2", "check-double"]
    extra = submission.notebook.cells[3]
    assert (extra.source, extra.metadata) == ("second", {})


def test_a_students_own_cells_stay_beside_their_neighbours(structure, cells):
    mine = [code("helper = 1"), StudentCell("markdown", "my notes"), code("after = 2")]
    submission = structure.rebuild([mine[0], *cells[:3], mine[1], *cells[3:], mine[2]], "f")
    sources = [cell.source for cell in submission.notebook.cells]
    assert sources[0] == "helper = 1"
    assert sources[4] == "my notes"
    assert sources[-1] == "after = 2"
    assert submission.own == {"student-1", "student-2", "student-3"}


def test_what_was_deleted_comes_back_in_its_place(structure, cells):
    submission = structure.rebuild(without(cells, "check-double", "demo", "square", "written-1"), "f")
    assert submission.notebook == structure.blank()
    assert submission.missing == {"square", "written_1"}
    assert submission.unanswered == {"double", "square", "written_1"}


def test_nothing_but_what_was_released_comes_of_an_empty_notebook(structure):
    submission = structure.rebuild([], "f")
    assert submission.notebook == structure.blank()
    assert submission.missing == {"double", "square", "written_1"}


def test_cells_that_were_moved_go_back_with_what_follows_them(structure, cells):
    submission = structure.rebuild([*cells[6:], code("below the last answer"), *cells[:6]], "f")
    assert places(submission) == [*places(structure.rebuild(cells, "f")), "student-1"]


def test_deleted_imports_come_back_before_the_students_own_cells(structure, cells):
    gone = without(cells, "imports")
    submission = structure.rebuild([gone[0], code("mine = math.pi"), *gone[1:]], "f")
    assert places(submission)[:3] == ["title", "imports", "student-1"]


def test_an_ordinary_cell_may_be_edited(structure, cells):
    cells[1] = code("import math, cmath", id="imports")
    submission = structure.rebuild(cells, "f")
    assert source(submission, "imports") == "import math, cmath"
    assert submission.own == {"imports"}


def test_cells_whose_ids_a_tool_dropped_are_known_by_their_text(structure, cells):
    submission = structure.rebuild([StudentCell(cell.cell_type, cell.source, "", cell.grade_id) for cell in cells], "f")
    assert submission.notebook == structure.blank()


def test_an_emptied_answer_says_nothing(structure, cells):
    cells[8] = StudentCell("markdown", " \n", "", "written_1")
    assert "written_1" in structure.rebuild(cells, "f").unanswered


def test_code_to_run_before_an_exercise(structure, cells):
    cells[2] = code("def double(x): return 2 * x", "double")
    submission = structure.rebuild([*cells[:6], code("helper = 1"), *cells[6:], code("too late")], "f")
    assert submission.code_cells_before("double") == [("imports", "import math"), ("double", "def double(x): return 2 * x")]
    assert [id for id, _ in submission.code_cells_before("square")] == ["imports", "double", "student-2", "square"]


def test_the_stub_of_a_deleted_answer_is_not_run(structure, cells):
    gone = without(cells, "double")
    submission = structure.rebuild([*gone[:2], code("def double(x): return 2 * x"), *gone[2:]], "f")
    assert submission.missing == {"double"}
    assert [id for id, _ in submission.code_cells_before("double")] == ["imports", "student-1"]


names = st.sampled_from(["", "double", "check_double", "square", "check_square", "written_1", "read_this", "unknown"])
ids = st.sampled_from(["", "title", "imports", "demo", "double", "student-1", "student-2", "<script>"])
any_cell = st.builds(StudentCell, st.sampled_from(["code", "markdown", "raw"]), st.text(max_size=20), ids, names)


@settings(deadline=None, derandomize=True)
@given(st.lists(any_cell, max_size=20))
def test_whatever_is_handed_in_the_notebook_is_valid_and_the_instructors_cells_are_there_in_order(cells):
    structure = Structure(SAMPLE)
    submission = structure.rebuild(cells, "f")
    nbformat.validate(submission.notebook)
    kept = [cell for cell in submission.notebook.cells if cell.id in structure.ids]
    assert [cell.id for cell in kept] == [slot.id for slot in structure.slots]
    for cell, slot in zip(kept, structure.slots, strict=True):
        assert cell.metadata == slot.cell["metadata"]
        assert slot.kind in ("answer", "written", "ordinary") or cell.source == slot.cell["source"]
    assert all(not cell.metadata for cell in submission.notebook.cells if cell.id not in structure.ids)


SAMPLE = {
    "metadata": {},
    "cells": [
        {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# Title"},
        {"cell_type": "code", "id": "imports", "metadata": {}, "source": "import math"},
        {"cell_type": "code", "id": "double", "metadata": {"nbgrader": {"solution": True, "grade_id": "double"}}, "source": "pass"},
        {
            "cell_type": "code",
            "id": "check-double",
            "metadata": {"nbgrader": {"grade": True, "grade_id": "check_double", "points": 1}},
            "source": ["check", "(double)"],
        },
        {"cell_type": "code", "id": "demo", "metadata": {"tags": ["demo"]}, "source": "slider()"},
        {
            "cell_type": "markdown",
            "id": "written",
            "metadata": {"nbgrader": {"grade": True, "solution": True, "grade_id": "written_1", "points": 1}},
            "source": "answer here",
        },
    ],
}
