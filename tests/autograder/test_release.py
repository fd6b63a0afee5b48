"""Releasing through nbgrader's own converter."""

import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook

from autograder.gradebook.database import scores
from autograder.intake.submission import read
from autograder.release import release
from course.errors import UserError

UNIT = "05_sample"


def test_a_release_has_the_questions_and_no_answer(instance):
    text = instance.released(UNIT).read_text()
    assert "NotImplementedError" in text
    assert "assert double(2) == 4" in text
    assert "instructor's own" not in text
    nbformat.validate(nbformat.reads(text, 4))


def test_a_release_is_entered_in_the_gradebook(instance):
    with Gradebook(instance.db_url, instance.course_id) as book:
        assert book.find_assignment(UNIT).max_score == 9
        assert [cell.name for cell in book.find_notebook(UNIT, UNIT).solution_cells] == ["double", "square", "written_1"]


def test_releasing_again_takes_over_changes_also_once_students_have_marks(instance, record_verdicts, capfd):
    record_verdicts("ada")
    source = nbformat.read(instance.source(UNIT), 4)
    source.cells[0].source = "# A better title"
    source.cells[3].metadata.nbgrader.points = 6
    nbformat.write(source, instance.source(UNIT))
    assert release(instance, UNIT) == ([], [], False)
    assert "A better title" in instance.released(UNIT).read_text()
    assert scores(instance)[0].max_score == 12
    assert capfd.readouterr() == ("", "")


def test_files_beside_the_notebook_are_released_too(instance):
    instance.source(UNIT).with_name("data.csv").write_text("1,2\n")
    release(instance, UNIT)
    assert instance.released(UNIT).with_name("data.csv").read_text() == "1,2\n"


def test_a_release_that_fails_says_why_and_leaves_the_old_one(instance):
    before = instance.released(UNIT).read_text()
    source = nbformat.read(instance.source(UNIT), 4)
    source.cells[2].source = source.cells[2].source.replace("### END SOLUTION", "")
    nbformat.write(source, instance.source(UNIT))
    with pytest.raises(UserError, match=r"nbgrader could not release 05_sample: RuntimeError: no end solution statement found") as told:
        release(instance, UNIT)
    assert "Converting notebook" in told.value.__notes__[0]
    assert instance.released(UNIT).read_text() == before
    assert [path.name for path in (instance.root / "release").iterdir()] == [UNIT]


def test_a_release_after_one_that_was_killed(instance):
    aside = instance.root / "release" / f".{UNIT}.before"
    shutil.copytree(instance.released(UNIT).parent, aside)
    instance.released(UNIT).write_text("half")
    release(instance, UNIT)
    instance.structure(UNIT)
    assert not aside.exists()


def test_a_unit_that_there_is_not(instance):
    with pytest.raises(UserError, match=r"no unit '06_other'\. The class has 05_sample\."):
        release(instance, "06_other")


def change_source(instance, change):
    """Let a function change the list of cells of the instructor's notebook."""
    source = nbformat.read(instance.source(UNIT), 4)
    source.cells = change(source.cells)
    nbformat.write(source, instance.source(UNIT))


def names_in_gradebook(instance):
    with Gradebook(instance.db_url, instance.course_id) as book:
        notebook = book.find_notebook(UNIT, UNIT)
        kinds = (notebook.grade_cells, notebook.solution_cells, notebook.source_cells)
        return [sorted(cell.name for cell in cells) for cells in kinds]


def test_cells_come_and_go_in_a_release_once_students_have_marks(instance, record_verdicts, instructor_notebook):
    record_verdicts("ada")
    before = names_in_gradebook(instance)
    change_source(instance, lambda cells: [cell for cell in cells if not cell.id.endswith("square")])
    release(instance, UNIT)
    assert names_in_gradebook(instance) == [[name for name in names if not name.endswith("square")] for names in before]
    assert (scores(instance)[0].exercises, scores(instance)[0].max_score) == (2, 7)
    nbformat.write(instructor_notebook, instance.source(UNIT))
    release(instance, UNIT)
    assert names_in_gradebook(instance) == before


def test_a_task_of_nbgraders_is_added_once_students_have_marks(instance, record_verdicts):
    record_verdicts("ada")
    marks = {"grade": False, "solution": False, "locked": True, "task": True, "grade_id": "task", "points": 2, "schema_version": 3}
    change_source(instance, lambda cells: [*cells, new_markdown_cell("Draw it.", metadata={"nbgrader": marks | {"cell_type": "markdown"}})])
    release(instance, UNIT)
    with Gradebook(instance.db_url, instance.course_id) as book:
        assert [(cell.name, cell.max_score) for cell in book.find_notebook(UNIT, UNIT).task_cells] == [("task", 2)]


def test_a_cell_that_a_human_gave_marks_for_is_not_taken_out(instance, record_verdicts):
    record_verdicts("ada")
    with Gradebook(instance.db_url, instance.course_id) as book:
        book.find_grade("written_1", UNIT, UNIT, "ada").manual_score = 3
        book.db.commit()
    released, before = instance.released(UNIT).read_text(), names_in_gradebook(instance)
    change_source(instance, lambda cells: [cell for cell in cells if cell.id not in ("written-1", "square", "check-square")])
    with pytest.raises(UserError, match=r"no cell written_1 any more, and 1 answers to it have marks or comments of yours. Put the cell"):
        release(instance, UNIT)
    assert instance.released(UNIT).read_text() == released and names_in_gradebook(instance) == before
    assert scores(instance)[0].written == 3


def test_a_release_that_fails_leaves_the_gradebook_as_it_was(instance, record_verdicts):
    record_verdicts("ada")
    before = names_in_gradebook(instance)
    change_source(instance, lambda cells: [new_code_cell("### BEGIN SOLUTION", metadata=cells[2].metadata)])
    with pytest.raises(UserError, match="no end solution statement"):
        release(instance, UNIT)
    assert names_in_gradebook(instance) == before


def test_what_was_released_before_is_kept_and_known(instance, hand_in):
    given = instance.released(UNIT).read_text()
    hand_in("ada", {"square": "def square(x):\n    return x * x"})
    change_source(instance, lambda cells: [new_markdown_cell("A word before.", id="word"), *cells])
    release(instance, UNIT)
    release(instance, UNIT)
    kept = {path.read_text() for path in (instance.root / "earlier" / UNIT).iterdir()}
    assert kept == {given, instance.released(UNIT).read_text()}
    structure = instance.structure(UNIT)
    assert len(structure.earlier) == 1
    assert read(instance.submitted("ada", UNIT), structure).own == {"square"}


def test_a_damaged_release_is_made_anew_and_not_kept(instance):
    instance.released(UNIT).write_text('{"cells": [')
    release(instance, UNIT)
    assert not (instance.root / "earlier").exists()


def test_a_damaged_copy_of_an_earlier_release_is_told(instance):
    copy = instance.root / "earlier" / UNIT / "0123.ipynb"
    copy.parent.mkdir(parents=True)
    copy.write_text("{")
    with pytest.raises(UserError, match=r"0123.ipynb is no released notebook .* or remove it: what was handed in on it"):
        instance.structure(UNIT)
