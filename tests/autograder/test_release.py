"""Releasing through nbgrader's own converter."""

import shutil

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.gradebook.database import scores
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
    assert release(instance, UNIT) == instance.released(UNIT)
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
