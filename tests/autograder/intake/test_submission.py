"""Reading what anyone may have written."""

import base64
import hashlib
import json
import os

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.intake import submission as submissions
from autograder.intake.structure import Structure
from autograder.intake.submission import parse, read, read_bytes, student_cells, without_outputs
from course.errors import Unreadable

UNIT = "05_sample"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(20)).decode()


@pytest.fixture
def structure(instructor_notebook):
    return Structure(instructor_notebook)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "submitted" / "ada" / UNIT / f"{UNIT}.ipynb"
    path.parent.mkdir(parents=True)
    return path


def notebook(*cells, **more):
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)} | more


def cell(source="x = 1", **more):
    return {"cell_type": "code", "id": "mine", "metadata": {}, "source": source, "outputs": [], "execution_count": 1} | more


def test_an_ordinary_submission(path, structure, instructor_notebook):
    instructor_notebook.cells[2].source = "def double(x): return 2 * x"
    instructor_notebook.metadata["widgets"] = {"state": {}}
    path.write_text(nbformat.writes(instructor_notebook))
    submission = read(path, structure)
    assert submission.code_cells_before("double")[-1] == ("double", "def double(x): return 2 * x")
    assert submission.fingerprint == hashlib.sha256(path.read_bytes()).hexdigest()
    assert submission.note == ""
    assert "widgets" not in submission.notebook.metadata


def test_outputs_and_metadata_of_the_student_are_dropped(path, structure):
    marks = {"nbgrader": {"grade_id": "check_double", "grade": True, "points": 100, "locked": False, "solution": True}}
    image = {"output_type": "display_data", "data": {"text/html": "<script>"}, "metadata": {}}
    mine, double = cell("own", outputs=[image], metadata={"raw_mimetype": "text/html"}), cell("def double(x):\n    return 2 * x")
    path.write_text(json.dumps(notebook(mine, cell(metadata=marks), double)))
    submission = read(path, structure)
    mine = next(cell for cell in submission.notebook.cells if cell.id in submission.own)
    assert (mine.source, mine.outputs, mine.execution_count, mine.metadata) == ("own", [], None, {})
    check = next(cell for cell in submission.notebook.cells if cell.id == "check-double")
    assert (check.metadata.nbgrader.points, check.source) == (3, "assert double(2) == 4")


def test_a_list_of_lines_is_a_source_too():
    cells, _ = student_cells(notebook(cell(["a = 1\n", "b = 2"])))
    assert cells[0].source == "a = 1\nb = 2"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "The file is empty"),
        (b" \n ", "The file is empty"),
        (json.dumps(notebook(cell()), indent=1).encode()[:60], "it breaks off at line 5"),
        (b'{"cells": [}', "it is damaged at line 1"),
        (b"%PDF-1.7 \xff\xfe", "it is not JSON text"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"nbformat": ' + b"9" * 5000 + b"}", "it is not JSON text"),
        (b"[1, 2]", "expected an object with `nbformat`"),
        (b"null", "expected an object with `nbformat`"),
        (b'{"nbformat": 3, "worksheets": []}', "is in format 3; expected format 4"),
        (b'{"nbformat": 5, "cells": []}', "is in format 5; expected format 4"),
        (b'{"nbformat": "4", "cells": []}', "is in format unknown"),
        (b'{"nbformat": true, "cells": []}', "is in format True"),
        (b'{"nbformat": 4}', "has no list of cells"),
        (b'{"nbformat": 4, "cells": {"0": 1}}', "has no list of cells"),
        (b'{"nbformat": 4, "cells": ["x = 1"]}', "Cell 1 of the notebook is neither code nor text"),
        (b'{"nbformat": 4, "cells": [{"cell_type": ["code"]}]}', "Cell 1 of the notebook is neither code nor text"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 7}]}', "Cell 1 of the notebook holds no text"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": ["a", 7]}]}', "Cell 1 of the notebook holds no text"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code"}]}', "Cell 1 of the notebook holds no text"),
        (json.dumps(notebook(*[cell("")] * 2001)).encode(), "has 2001 cells"),
        (json.dumps(notebook(*[cell("x" * 100_000)] * 11)).encode(), "holds 1,100,000 characters"),
    ],
)
def test_what_is_no_notebook_is_refused_in_a_sentence(text, words):
    with pytest.raises(Unreadable, match=words) as refusal:
        student_cells(parse(text))
    assert "\n" not in str(refusal.value)


def with_outputs(notebook: dict, *outputs: object) -> bytes:
    """The text of a notebook all of whose code cells have these outputs."""
    cells = [{**cell, "outputs": list(outputs)} if cell["cell_type"] == "code" else cell for cell in notebook["cells"]]
    return json.dumps({**notebook, "cells": cells}, indent=1).encode()


def test_outputs_count_for_nothing(path, structure):
    """A training loop that prints, or a few pictures, soon make 20 MB."""
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 6_000_000, "text/plain": ['"}]', "\\"]}, "metadata": {}}
    path.write_bytes(with_outputs(structure.blank(), picture, {"output_type": "stream", "text": ["epoch 1\n"] * 1000}))
    assert path.stat().st_size > submissions.MAX_BYTES
    assert read(path, structure).notebook == structure.blank()


def test_lines_are_counted_with_the_outputs(structure):
    broken = with_outputs(structure.blank(), "x", ["y"])[:-1] + b"?"
    words = []
    for data in (broken, without_outputs(broken)):
        with pytest.raises(Unreadable) as refusal:
            parse(data)
        words.append(str(refusal.value))
    assert words[0] == words[1]


@pytest.mark.parametrize("text", [b'{"cells": [{"outputs": [[[', b'{"cells": [{"outputs": ["x', b'"outputs": [', b"]]]]", b'"\\'])
def test_a_file_that_breaks_off_among_its_outputs_is_refused(text):
    with pytest.raises(Unreadable):
        parse(without_outputs(text))


def test_more_parts_than_a_notebook_has_are_not_counted(monkeypatch):
    monkeypatch.setattr(submissions, "MAX_TOKENS", 1000)
    with pytest.raises(Unreadable, match="more than 1,000 parts"):
        without_outputs(b"{}" * 501)


def test_a_file_that_is_too_large(path, structure, monkeypatch):
    monkeypatch.setattr(submissions, "MAX_FILE", 1000)
    path.write_bytes(b" " * 1001)
    with pytest.raises(Unreadable, match=r"larger than 0.001 MB"):
        read(path, structure)


def test_what_is_left_without_outputs_may_be_too_large(path, structure, monkeypatch):
    monkeypatch.setattr(submissions, "MAX_BYTES", 1000)
    path.write_bytes(b" " * 1001)
    with pytest.raises(Unreadable, match=r"larger than 0.001 MB, even without outputs"):
        read(path, structure)


def test_a_cell_that_is_too_long_is_left_out_with_a_note():
    cells, note = student_cells(notebook(cell("x" * 100_001), cell("y = 1")))
    assert [each.source for each in cells] == [f"# {note}", "y = 1"]
    assert note == "Cell 1 has 100,001 characters and was left out; at most 100,000 are read."


def test_half_a_character_becomes_a_question_mark():
    cells, _ = student_cells(parse(b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "a = \'\\ud800\'"}]}'))
    assert cells[0].source == "a = '?'"


def test_metadata_of_any_shape_is_survived():
    shapes = [None, [], "x", {"nbgrader": None}, {"nbgrader": {"grade_id": ["double"]}}, {"nbgrader": {"grade_id": {}}, "id": 7}]
    cells, _ = student_cells(notebook(*[cell(metadata=shape, id=None) for shape in shapes]))
    assert {(each.grade_id, each.id) for each in cells} == {("", "")}


def test_a_cell_id_that_colab_moved():
    cells, _ = student_cells(notebook({"cell_type": "code", "source": "", "metadata": {"id": "imports"}}))
    assert cells[0].id == "imports"


def test_pictures_are_kept_and_nothing_else_attached_is():
    attached = {
        "photo.png": {"image/png": PNG},
        "forged.png": {"image/png": '"><script>alert(1)</script>'},
        "drawing.svg": {"image/svg+xml": "<svg onload=alert(1)>"},
        "page.html": {"text/html": "<script>"},
        "large.png": {"image/png": PNG + "A" * 3_000_000},
        "none": None,
    }
    cells, _ = student_cells(notebook({"cell_type": "markdown", "source": "", "attachments": attached}))
    assert cells[0].attachments == {"photo.png": {"image/png": PNG}}


def test_a_notebook_that_is_not_there(path, structure):
    with pytest.raises(Unreadable, match=rf"No {UNIT}.ipynb was handed in; the directory is empty"):
        read(path, structure)
    path.with_name("solution (1).ipynb").touch()
    with pytest.raises(Unreadable, match=r"the directory holds solution \(1\).ipynb. Leave the right notebook there under that name"):
        read(path, structure)


@pytest.mark.parametrize("linked", ["ada", f"ada/{UNIT}", f"ada/{UNIT}/{UNIT}.ipynb"])
def test_no_link_is_followed(path, structure, instructor_notebook, linked, tmp_path):
    """Neither to the instructor's solutions nor to another student's work."""
    secret = tmp_path / "source" / UNIT / f"{UNIT}.ipynb"
    secret.parent.mkdir(parents=True)
    secret.write_text(nbformat.writes(instructor_notebook))
    place = tmp_path / "submitted" / linked
    for folder in (path.parent, path.parents[1]):
        if not place.is_dir():
            break
        folder.rmdir()
    place.symlink_to({"ada": secret.parents[1], f"ada/{UNIT}": secret.parent}.get(linked, secret))
    assert path.read_text() == secret.read_text()
    with pytest.raises(Unreadable, match=f"{linked} is a link, and links are not followed"):
        read(path, structure)


def test_a_file_that_never_ends_is_not_waited_for(path, structure):
    os.mkfifo(path)
    with pytest.raises(Unreadable, match=r"is not an ordinary file"):
        read(path, structure)


def test_a_directory_in_the_notebooks_place(path, structure):
    path.mkdir()
    with pytest.raises(Unreadable, match=r"could not be opened|is not an ordinary file"):
        read(path, structure)


def test_no_more_is_read_than_the_limit(path):
    path.write_bytes(b"12345")
    assert read_bytes(path, 5) == b"12345"
    with pytest.raises(Unreadable, match=r"larger"):
        read_bytes(path, 4)


plain = st.none() | st.booleans() | st.integers() | st.text(max_size=10)
anything = st.recursive(plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4))
keys = st.sampled_from(["cell_type", "source", "metadata", "id", "attachments", "outputs"])
odd_cell = st.dictionaries(keys, anything | st.sampled_from(["code", "markdown", "raw"]), max_size=6)


@settings(deadline=None, derandomize=True)
@given(st.builds(lambda cells: {"nbformat": 4, "cells": cells}, st.lists(odd_cell | anything, max_size=5)) | anything)
def test_any_json_is_read_or_refused_in_a_sentence(value):
    try:
        cells, _ = student_cells(parse(json.dumps(value).encode()))
    except Unreadable as refusal:
        assert str(refusal).endswith(".")
    else:
        assert all(isinstance(each.source, str) for each in cells)
