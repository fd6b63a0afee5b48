"""Units of an instructor's own: found in a directory, run when asked for, and told with file and line where they cannot be used."""

import inspect
import sys
from pathlib import Path

import numpy as np
import pytest

from autograder.example import softplus_backward as example
from course import units
from course.checking import asking, check, exercise_of, grade_here
from course.errors import BrokenExercise, CheckFailed, NotAnAnswer
from course.judging.grading import grade
from course.units import UNITS, data_beside
from course.units.own import OwnUnits

TEXT = Path(example.__file__).read_text(encoding="utf-8")


def write(folder: Path, name: str, text: str = TEXT) -> Path:
    path = folder / f"{name}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace("softplus_backward", name), encoding="utf-8")
    return path


@pytest.fixture
def directory(tmp_path, monkeypatch):
    """A directory with units, which `check` finds beside the notebook."""
    monkeypatch.setattr(UNITS, "own", OwnUnits())
    monkeypatch.chdir(tmp_path)
    return tmp_path / "exercises"


def test_units_and_their_exercises_are_found_in_the_order_of_the_notebook(directory):
    for name in ("first", "second", "third"):
        write(directory / "my_unit", name)
    (directory / "my_unit" / "notebook.py").write_text('# %% exercise="second"\n\n# %% exercise="third"\n\n# %% exercise="first"\n')
    (directory / "my_unit" / "given.py").write_text("raise RuntimeError('is no exercise')")
    (directory / "my_unit" / "_helper.py").write_text("raise RuntimeError('is no exercise')")
    (directory / "no_unit").mkdir()
    UNITS.look_in(directory)
    assert list(UNITS)[-1] == "my_unit" and len(UNITS) == len(UNITS.names) + 1 and "my_unit" in UNITS and "no_unit" not in UNITS
    assert [exercise.name for exercise in UNITS["my_unit"]] == ["second", "third", "first"]
    assert units.exercise("first") is UNITS["my_unit"][2] and units.find("softplus_backward") is None
    UNITS.look_in(directory / "elsewhere")
    assert "my_unit" not in UNITS and units.find("first") is None and list(UNITS) == UNITS.names


def test_an_edit_of_a_right_answer_and_a_file_beside_it(directory):
    text = TEXT.replace("from course.units.kit import Rng", "from ._helper import lift\nfrom course.units.kit import Rng")
    text = text.replace("return upstream / (1 + np.exp(-x))", "return lift(upstream / (1 + np.exp(-x)))")
    write(directory / "my_unit", "lifted", text)
    (directory / "my_unit" / "_helper.py").write_text("def lift(x):\n    return x\n")
    UNITS.look_in(directory)
    exercise = units.exercise("lifted")
    assert grade(exercise, asking(exercise, exercise.right), 1).outcome == "passed"
    verdict = grade(exercise, asking(exercise, exercise.answer_with(exercise.mistakes[0])), 1)
    assert "the upstream is left out" in verdict.reason


def test_a_file_that_was_changed_is_run_again_and_leaves_nothing_beside_it(directory, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    path = write(directory / "my_unit", "mine")
    UNITS.look_in(directory)
    before = units.exercise("mine")
    assert units.exercise("mine") is before
    path.write_text(path.read_text().replace('Criterion("dx", 2,', 'Criterion("dx", 7,'))
    assert units.exercise("mine").points == 7
    assert [one.name for one in path.parent.iterdir()] == ["mine.py"] and not sys.dont_write_bytecode


def test_a_unit_that_is_broken_is_not_run_for_another(directory):
    write(directory / "good", "mine")
    write(directory / "bad", "broken", "raise RuntimeError")
    UNITS.look_in(directory)
    assert units.exercise("mine").name == "mine"
    with pytest.raises(KeyError, match="do you mean `mine`"):
        units.exercise("mime")
    with pytest.raises(BrokenExercise):
        units.exercise("broken")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = 1\ndef f(:\n", ", line 2: SyntaxError: invalid syntax"),
        ("import numpy\n\nfrom course.judging.witness import nothing\n", ", line 3: ImportError: cannot import name 'nothing'"),
        (TEXT.replace("right=softplus_backward,", "right=softplus_backward, causes=('none',),"), "ValueError: mine has no mistake called"),
        ("def mine(x):\n    return x\n", ": expected `EXERCISE = Exercise(...)`, and it holds none."),
        ("EXERCISE = 3\n", ": expected `EXERCISE = Exercise(...)`, and that is int."),
        (TEXT.replace("softplus_backward", "yours"), ": the right answer is called `yours`. Call the file yours.py, too."),
    ],
    ids=["syntax", "import", "record", "none", "number", "name"],
)
def test_what_is_wrong_with_a_file_is_told_with_its_line(directory, text, told):
    path = write(directory / "my_unit", "mine", text)
    UNITS.look_in(directory)
    with pytest.raises(BrokenExercise) as raised:
        UNITS["my_unit"]
    words = str(raised.value)
    assert words.startswith(str(path)) and told in words and "\n" not in words
    assert raised.value._render_traceback_() == [words]
    if "right answer is called" in told:
        lines = text.splitlines()
        assert f"line {next(i for i, line in enumerate(lines, 1) if line.startswith('def yours'))}" in words


def test_an_error_in_a_file_beside_is_told_with_the_line_there(directory):
    write(directory / "my_unit", "mine", "from ._helper import x\n")
    (directory / "my_unit" / "_helper.py").write_text("\n\nx = 1 / 0\n")
    UNITS.look_in(directory)
    with pytest.raises(BrokenExercise, match=r"_helper\.py, line 3: ZeroDivisionError: division by zero\."):
        UNITS["my_unit"]


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("my unit/mine.py", "is no name of a unit"),
        ("mine.py", "expected exercises/UNIT/mine.py"),
        ("05_vector_form/mine.py", "unit of the course"),
    ],
)
def test_a_place_where_no_unit_can_be_is_told(directory, place, told):
    write((directory / place).parent, "mine")
    with pytest.raises(BrokenExercise, match=told):
        UNITS.look_in(directory)


def test_check_finds_exercises_beside_the_notebook(directory, capsys):
    write(directory / "my_unit", "mine")
    names = {"np": np, "check": check}
    exec("def mine(upstream, x):\n    return upstream / (1 + np.exp(-x))\ncheck(mine)", names)
    assert "✓ mine: passed, 2 of 2 points" in capsys.readouterr().out
    with pytest.raises(CheckFailed, match="the upstream is left out"):
        exec("def mine(upstream, x):\n    return 1 / (1 + np.exp(-x))\ncheck(mine)", names)


def test_check_says_that_the_folder_may_be_missing(directory):
    with pytest.raises(NotAnAnswer, match="Did the notebook come with a folder `exercises`"):
        exec("def mine(x): return x\ncheck(mine)", {"check": check})
    write(directory / "my_unit", "other")
    with pytest.raises(NotAnAnswer, match="Give your answer the name in the notebook"):
        exec("def mine(x): return x\ncheck(mine)", {"check": check})


def test_an_answer_that_leans_on_the_file_of_the_exercise_is_told_so(directory):
    write(directory / "my_unit", "mine")
    UNITS.look_in(directory)
    right = units.exercise("mine").right
    verdict = grade_here(exercise_of(right, {"mine": right}), lambda upstream, x: right(upstream, x), 1)
    assert verdict.outcome == "failed" and "leans on the course's own `exercises.my_unit.mine`" in verdict.reason


@pytest.mark.parametrize("place", ["exercises/my_unit/data", "data"])
def test_the_data_of_a_unit_lie_beside_its_files_or_beside_the_notebook(tmp_path, place):
    file = tmp_path / "exercises" / "my_unit" / "mine.py"
    assert data_beside(str(file)) == file.with_name("data")
    (tmp_path / place).mkdir(parents=True)
    assert data_beside(str(file)) == tmp_path / place


def test_the_example_is_what_its_comments_say():
    assert inspect.getdoc(example.softplus_backward)
    exercise = example.EXERCISE
    assert grade(exercise, asking(exercise, exercise.right), 1).outcome == "passed"

    def by_differences(upstream, x):
        return upstream * (np.log(1 + np.exp(x + 1e-6)) - np.log(1 + np.exp(x - 1e-6))) / 2e-6

    assert "finite differences" in grade(exercise, asking(exercise, by_differences), 1).reason
