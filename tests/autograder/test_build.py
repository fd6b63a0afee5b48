"""From a source to the instructor's and the student's notebook."""

import re
from pathlib import Path

import nbformat
import pytest

from autograder import build
from autograder.rubric import Rubric
from course.errors import UserError
from course.units import UNITS

ROOT = Path(__file__).parents[2]
ALL = list(UNITS)


@pytest.fixture(scope="module", params=ALL)
def unit(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def instructor(unit):
    return build.instructor_notebook(build.source_of(unit))


@pytest.fixture(scope="module")
def student(instructor):
    return build.student_notebook(instructor)


def test_the_committed_notebook_is_what_the_source_builds(unit, student):
    committed = (ROOT / "notebooks" / f"{unit}.ipynb").read_text(encoding="utf-8")
    assert committed == build.as_text(student), "notebooks/ is out of date: run `make build` and commit the result"


def test_every_committed_notebook_has_a_source():
    assert sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb")) == sorted(ALL)


def test_a_second_build_changes_nothing(tmp_path):
    first = {path.name: path.read_bytes() for path in build.build(tmp_path / "one")}
    second = {path.name: path.read_bytes() for path in build.build(tmp_path / "two")}
    assert first == second


def test_notebooks_are_valid_and_have_no_outputs(instructor, student):
    for notebook in (instructor, student):
        nbformat.validate(notebook)
        assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
        assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)


def test_no_graded_cell_of_the_students_notebook_holds_a_line_of_an_answer(instructor, student):
    text = "\n".join(cell.source for cell in student.cells if cell.metadata.get("nbgrader"))
    for cell in instructor.cells:
        if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code":
            hidden = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", cell.source, re.DOTALL)
            assert hidden, cell.metadata.nbgrader.grade_id
            given = re.sub(r"### BEGIN SOLUTION\n.*?### END SOLUTION", "", cell.source, flags=re.DOTALL)
            for line in "\n".join(hidden).split("\n"):
                assert len(line.strip()) < 12 or line.strip() in given or line.strip() not in text, line
    assert "BEGIN SOLUTION" not in text


def test_every_exercise_has_an_answer_and_a_locked_check_with_its_points(unit, student):
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in student.cells if "nbgrader" in cell.metadata}
    for exercise in UNITS[unit]:
        answer, check = cells[exercise.name], cells[f"check_{exercise.name}"]
        assert "raise NotImplementedError" in answer.source and answer.source.startswith(("def ", "class "))
        assert check.source == f"check({exercise.name})"
        assert check.metadata.nbgrader.points == exercise.points and check.metadata.nbgrader.locked
        assert check.metadata.editable is False


def test_written_questions_are_graded_by_hand_and_hide_their_rubric(instructor, student):
    written = [cell for cell in student.cells if cell.cell_type == "markdown" and "nbgrader" in cell.metadata]
    assert written
    text = build.as_text(student)
    for cell in written:
        assert cell.source == "YOUR ANSWER HERE" and cell.metadata.nbgrader.grade and cell.metadata.nbgrader.points > 0
        rubric = Rubric.read(next(c for c in instructor.cells if c.id == cell.id).source)
        assert len(rubric.model) > 40 and len(rubric.criteria) > 1 and rubric.points == cell.metadata.nbgrader.points
        assert not any(hidden in text for hidden in ("Rubric", "Model answer", rubric.model, *(one.text for one in rubric.criteria)))


def source(tmp_path, text, name="05_vector_form"):
    path = tmp_path / name / "notebook.py"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return path


def test_markers_go_around_the_body_after_the_docstring():
    marked = build.with_markers('def f(x):\n    """Doc."""\n    # why\n    return x\n')
    assert marked == 'def f(x):\n    """Doc."""\n    ### BEGIN SOLUTION\n    # why\n    return x\n    ### END SOLUTION\n'


def test_markers_go_around_each_method_of_a_class_and_not_into_nested_functions():
    marked = build.with_markers(
        "class Node:\n    def a(self):\n        def inner():\n            return 1\n        return inner\n\n    def b(self):\n        pass"
    )
    assert marked.count("### BEGIN SOLUTION") == marked.count("### END SOLUTION") == 2
    assert (
        "        ### BEGIN SOLUTION\n        def inner():\n            return 1\n        return inner\n        ### END SOLUTION" in marked
    )


def test_given_methods_are_left_to_the_student():
    marked = build.with_markers("class Node:\n    def a(self):\n        return 1\n\n    def b(self):\n        return 2", given=("a",))
    assert marked.count("### BEGIN SOLUTION") == 1 and "def a(self):\n        return 1" in marked


def test_special_cells(tmp_path):
    notebook = build.instructor_notebook(
        source(tmp_path, '# %% demo=true slide="fragment"\n1 + 1\n\n# %% [markdown] written=3\n# Because.\n\n# %%\nx = 1\n')
    )
    demo, written, plain = notebook.cells
    assert demo.metadata == {"tags": ["demo"], "slideshow": {"slide_type": "fragment"}}
    assert written.metadata.nbgrader == {
        "grade": True, "solution": True, "locked": False, "task": False, "grade_id": "written_1", "schema_version": 3, "points": 3,
        "cell_type": "markdown",
    }  # fmt: skip
    assert plain.metadata == {}


def test_slides_of_the_deck_are_left_out_unless_they_are_asked_for(tmp_path):
    text = '# %% [markdown]\n# Text.\n\n# %% [markdown] deck="slide"\n# ## A slide\n\n# %% demo=true deck="show"\n1 + 1\n'
    path = source(tmp_path, text)
    plain, deck = build.instructor_notebook(path), build.instructor_notebook(path, deck=True)
    assert [cell.source for cell in plain.cells] == ["Text.", "1 + 1"] and plain.cells[1].metadata == {"tags": ["demo"]}
    assert [cell.metadata.get("deck") for cell in deck.cells] == [None, "slide", "show"]
    without = text.replace(' deck="show"', "").replace('# %% [markdown] deck="slide"\n# ## A slide\n\n', "")
    path.write_text(without, encoding="utf-8")
    assert build.as_text(build.instructor_notebook(path)) == build.as_text(plain), "a deck changes nothing in the notebook"


def test_criteria_that_do_not_add_up_to_the_points(tmp_path):
    with pytest.raises(UserError, match=r"of 05_vector_form is worth 3 points, and its rubric's criteria add up to 2\.5"):
        build.instructor_notebook(source(tmp_path, "# %% [markdown] written=3\n# **Rubric.**\n#\n# - 2: a\n# - 0.5: b\n"))


def test_a_question_put_before_another_leaves_it_its_number(tmp_path):
    text = "# %% [markdown] written=2 number=2\n# New.\n\n# %% [markdown] written=3\n# Because.\n"
    first, second = build.instructor_notebook(source(tmp_path, text)).cells
    assert (first.metadata.nbgrader.grade_id, second.metadata.nbgrader.grade_id) == ("written_2", "written_1")


def test_an_answer_that_the_registry_does_not_have(tmp_path):
    with pytest.raises(UserError, match="05_vector_form has a place for an answer 'no_such', and the unit has no such exercise"):
        build.instructor_notebook(source(tmp_path, '# %% exercise="no_such"\ndef no_such():\n    return 1\n'))


def test_an_unknown_unit_is_told_which_there_are():
    with pytest.raises(UserError, match="05_vector_form"):
        build.source_of("13_nothing")
