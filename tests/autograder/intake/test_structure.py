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


def released(*cells):
    """A release of these cells: (grade id or cell id, source)."""
    kinds = {"double": "solution", "square": "solution", "check_double": "grade", "check_square": "grade"}
    made = []
    for number, (name, source) in enumerate(cells):
        marks = {"grade_id": name, kinds[name]: True, "points": 1} if name in kinds else {}
        if name == "why":
            marks = {"grade_id": name, "solution": True, "grade": True, "points": 1}
        kind = "markdown" if name in ("why", "text") else "code"
        made.append({"cell_type": kind, "id": f"{number}-{name}", "metadata": {"nbgrader": marks} if marks else {}, "source": source})
        if name == "demo":
            made[-1]["metadata"]["tags"] = ["demo"]
    return {"metadata": {}, "cells": made}


EARLIER = [
    ("text", "# Sample"), ("imports", "import math"), ("double", "def double(x): ..."), ("check_double", "check(double)"),
    ("demo", "slow()"), ("text", "Now squares."), ("square", "def square(x): ..."), ("check_square", "check(square)"), ("why", "Say why."),
]  # fmt: skip
DOUBLED, SQUARED = "def double(x): return 2 * x", "def square(x): return x * x"


def handed_in_on(cells, changed):
    """The cells of a release as a student hands them in, with other text in some, and cells of their own after some."""
    found = []
    for cell in released(*cells)["cells"]:
        name, marks = cell["id"].partition("-")[2], cell["metadata"].get("nbgrader", {})
        source = changed.get(name, cell["source"])
        found.append(StudentCell(cell["cell_type"], source, cell["id"], marks.get("grade_id", "")))
        found += [code(changed[f"after {name}"], id="a1b2c3d4")] if f"after {name}" in changed else []
    return found


def graded_on(now, before, changed):
    """A hand-in of an earlier release, rebuilt on the one of now."""
    return Structure(released(*now), [Structure(released(*before))]).rebuild(handed_in_on(before, changed), "f")


@pytest.mark.parametrize(
    "now",
    [
        pytest.param([("text", "# A new title"), *EARLIER[1:4], ("demo", "slower()"), *EARLIER[5:]], id="reworded"),
        pytest.param([("text", "A word before."), *EARLIER[:5], ("imports", "import cmath"), *EARLIER[5:]], id="added"),
        pytest.param([*EARLIER[:4], *EARLIER[6:]], id="removed"),
        pytest.param([*EARLIER[:2], *EARLIER[6:8], *EARLIER[2:6], EARLIER[8]], id="reordered"),
        pytest.param([*EARLIER[:2], ("double", "def double(x): raise"), *EARLIER[3:8], ("why", "Say why, please.")], id="stubs"),
    ],
)
def test_a_hand_in_of_an_earlier_release_is_graded_on_the_one_of_now(now):
    untouched = graded_on(now, EARLIER, {})
    assert untouched.notebook == untouched.structure.blank() and not untouched.own and not untouched.missing
    assert untouched.unanswered == {"double", "square", "why"}
    answered = graded_on(now, EARLIER, {"double": DOUBLED, "square": SQUARED, "after double": "helper = 1", "why": "Because."})
    run = [source for _, source in answered.code_cells_before("square") + answered.code_cells_after("square")]
    assert {DOUBLED, SQUARED, "helper = 1"} <= set(run) and "slow()" not in run
    assert not answered.unanswered and len(answered.own) == 4
    assert run.index("helper = 1") == run.index(DOUBLED) + 1


def test_what_a_student_changed_in_an_ordinary_cell_goes_along():
    changed = {"imports": "import math, random"}
    kept = graded_on([("text", "# Another title"), *EARLIER[1:]], EARLIER, changed)
    assert [cell.source for cell in kept.notebook.cells[1:3]] == ["import math, random", "def double(x): ..."]
    other = graded_on([("text", "# Another title"), ("imports", "import cmath"), *EARLIER[2:]], EARLIER, changed)
    assert [cell.source for cell in other.notebook.cells[1:3]] == ["import cmath", "import math, random"]
    assert other.own == {"student-1"}


def test_an_answer_that_is_asked_no_longer_is_a_cell_of_the_students_own():
    now = [*EARLIER[:2], *EARLIER[5:]]
    submission = graded_on(now, EARLIER, {"double": DOUBLED, "square": "def square(x): return double(x) * x / 2"})
    assert DOUBLED in [source for _, source in submission.code_cells_before("square")]
    assert [cell.source for cell in graded_on(now, EARLIER, {"square": SQUARED}).notebook.cells].count("def double(x): ...") == 0


def test_an_answer_that_came_later_is_told_from_a_deleted_one():
    before = [*EARLIER[:2], *EARLIER[4:]]
    submission = graded_on(EARLIER, before, {"square": SQUARED})
    assert submission.later == submission.missing == {"double"}
    now = Structure(released(*EARLIER), [Structure(released(*before))])
    deleted = now.rebuild([cell for cell in handed_in_on(EARLIER, {"square": SQUARED}) if cell.grade_id != "double"], "f")
    assert deleted.missing == {"double"} and not deleted.later


names = st.sampled_from(["", "double", "check_double", "square", "check_square", "written_1", "read_this", "unknown"])
ids = st.sampled_from(["", "title", "imports", "demo", "double", "student-1", "student-2", "<script>"])
any_cell = st.builds(StudentCell, st.sampled_from(["code", "markdown", "raw"]), st.text(max_size=20), ids, names)


@settings(deadline=None, derandomize=True)
@given(st.lists(any_cell, max_size=20))
def test_whatever_is_handed_in_the_notebook_is_valid_and_the_instructors_cells_are_there_in_order(cells):
    structure = Structure(SAMPLE, [Structure(released(*EARLIER))])
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
