"""`keep` and `mine`: answers that live on beside the notebooks, and never come into a mark."""

import inspect
import linecache
from pathlib import Path

import numpy as np
import pytest

import course
from autograder import build
from autograder.walls import worker_course
from course import keep, mine, whose
from course.checking import check
from course.errors import CheckFailed, NotAnAnswer
from course.units import UNITS, exercise

SIGMOID = """
def e_to(z):
    return np.exp(-np.abs(z))

ONE = 1.0

def sigmoid(z):
    return np.where(np.asarray(z) >= 0, 1 / (1 + e_to(z)), e_to(z) / (1 + e_to(z))) * ONE
"""


class Notebook:
    """Cells run as a notebook runs them: each in a file of its own whose lines can be read."""

    def __init__(self):
        self.names = {"np": np, "keep": keep, "mine": mine, "whose": whose, "check": check, "In": []}

    def run(self, source):
        name = f"<cell {len(self.names['In'])} {hash(source)}>"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        self.names["In"].append(source)
        self.names["__name__"] = "__main__"
        exec(compile(source, name, "exec"), self.names)


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Notebook()


def kept():
    return Path("my_network.py").read_text(encoding="utf-8")


def test_a_kept_answer_takes_all_it_uses_with_it_and_is_the_students_own_later(notebook, capsys):
    notebook.run(SIGMOID + "\nkeep(sigmoid)")
    assert "Kept in my_network.py, beside this notebook: sigmoid." in capsys.readouterr().out
    text = kept()
    assert text.count("import numpy as np") == 1 and "def e_to" in text and "ONE = 1.0" in text
    assert "keep(sigmoid)" not in text
    later = Notebook()
    later.run("sigmoid = mine('sigmoid')\nvalue, owner = sigmoid(np.array([0.0, -1000.0])), whose(sigmoid)")
    assert later.names["value"].tolist() == [0.5, 0.0] and later.names["owner"] == "your sigmoid"
    assert "Yours, from my_network.py: sigmoid." in capsys.readouterr().out


def test_keeping_again_replaces_and_leaves_the_rest_as_it_is(notebook):
    notebook.run(SIGMOID + "\nkeep(sigmoid)")
    before = kept()
    notebook.run("keep(sigmoid)")
    assert kept() == before
    Path("my_network.py").write_text(before + "\n\nmy_own = 1  # a note of mine\n")
    notebook.run("def relu(z):\n    return np.maximum(z, 0)\nkeep(relu)")
    assert "a note of mine" in kept() and "def relu" in kept() and kept().count("def sigmoid") == 1
    notebook.run("def relu(z):\n    return np.where(np.asarray(z) > 0, z, 0.0)\nkeep(relu)")
    assert "np.where(np.asarray(z) > 0" in kept() and "np.maximum" not in kept()


@pytest.mark.parametrize(
    "source, said",
    [
        ("def relu(z):\n    raise NotImplementedError", "Not kept: relu. It is not written yet."),
        ("def relu(z):\n    return z", "Not kept: relu. It does not pass its check: "),
        ("from functools import partial\nrelu = partial(max, 0)", "Not kept: relu. It does not pass its check: "),
        ("def cut(z):\n    raise NotImplementedError\ndef relu(z):\n    return cut(z)", "It calls `cut`, which is not written yet."),
        ("relu = (lambda f: lambda z: f(z, 0))(np.maximum)", "Kept in my_network.py"),
        ("data = np.zeros(1)\ndel In[:]\ndef relu(z):\n    return np.maximum(z, data[0])", "it uses `data`, whose source is not in this"),
    ],
)
def test_what_is_not_right_is_not_kept_and_why(notebook, capsys, source, said):
    notebook.run(source)
    notebook.run("keep(relu)")
    assert said.lower() in capsys.readouterr().out.lower()
    assert ("Kept" in said) == Path("my_network.py").exists()


def test_the_courses_version_stands_in_and_a_line_says_why(notebook, capsys):
    notebook.run("relu, sigmoid = mine('relu', 'sigmoid')")
    assert notebook.names["relu"] is exercise("relu").right
    absent = "The course's versions stand in for what my_network.py does not hold yet: relu (unit 01), sigmoid (unit 01)."
    assert absent in capsys.readouterr().out
    assert whose(notebook.names["relu"]) == "the course's relu"
    Path("my_network.py").write_text("def relu(z):\n    return z\n")
    notebook.run("relu = mine('relu')")
    assert "It does not pass its check" in capsys.readouterr().out
    Path("my_network.py").write_text("def relu(z:\n")
    notebook.run("relu = mine('relu')")
    assert "cannot be run: SyntaxError" in capsys.readouterr().out
    assert notebook.names["relu"](-1) == 0


def test_a_broken_file_is_never_written_over(notebook, capsys):
    Path("my_network.py").write_text("def relu(z:\n")
    notebook.run(SIGMOID + "\nkeep(sigmoid)")
    assert kept() == "def relu(z:\n" and "cannot be run" in capsys.readouterr().out


def test_a_helper_of_another_answer_is_not_replaced(notebook, capsys):
    notebook.run("def part(z):\n    return np.maximum(z, 0)\ndef relu(z):\n    return part(z)\nkeep(relu)")
    notebook.run(SIGMOID.replace("e_to", "part") + "\nkeep(sigmoid)")
    assert "another `part`, which `relu` uses" in capsys.readouterr().out
    assert "def sigmoid" not in kept()


def test_an_answer_that_runs_through_a_kept_one_does_not_pass(notebook, capsys):
    notebook.run("def relu(z):\n    return np.maximum(z, 0)\nkeep(relu)")
    notebook.run("given = mine('relu')\ndef relu(z):\n    return given(z)")
    with pytest.raises(CheckFailed, match=r"leans on `my_network\.py`"):
        notebook.run("check(relu)")


def test_a_class_is_kept(notebook, capsys):
    notebook.run(inspect.getsource(exercise("EarlyStopper").right))
    notebook.run("keep(EarlyStopper)")
    assert "Kept in" in capsys.readouterr().out and "class EarlyStopper" in kept()
    assert whose(mine("EarlyStopper")) == "your EarlyStopper"


@pytest.mark.parametrize("names", [(), ("sgd_stepp",), (3,)])
def test_what_is_no_name_of_an_answer(names):
    with pytest.raises(NotAnAnswer):
        mine(*names)


def test_what_may_be_imported_in_a_notebook_may_be_imported_while_it_is_graded():
    assert worker_course.keep(1) is None
    assert {"keep", "mine", "whose"} <= set(course.__all__)


def test_by_the_last_unit_the_file_is_a_library_of_everything(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for unit in UNITS.names:
        notebook = Notebook()
        for cell in build.instructor_notebook(build.source_of(unit)).cells:
            if cell.cell_type == "code" and "demo" not in cell.metadata.get("tags", ()) and not cell.source.startswith("check("):
                notebook.run(cell.source)
        notebook.names["keep"] = keep
        notebook.run(f"keep({', '.join(one.name for one in UNITS[unit])})")
    assert "Not kept" not in capsys.readouterr().out
    names = [one.name for unit in UNITS.names for one in UNITS[unit]]
    assert all(whose(answer).startswith("your ") for answer in mine(*names))
    assert "stand" not in capsys.readouterr().out
