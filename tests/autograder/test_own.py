"""Exercises of an instructor's own, from `new-exercise` to marks: released, checked, graded, measured, and told what is wrong with them."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from autograder import batch, own, update
from autograder.cli import main
from autograder.gradebook import database
from autograder.instance import Instance
from autograder.release import release
from autograder.sample import filled
from autograder.walls.sandbox import Limits
from course.errors import BrokenExercise, UserError
from course.units import UNITS, exercise
from course.units.own import OwnUnits

pytestmark = pytest.mark.xdist_group("own exercises")
UNIT, NAME = "my_unit", "my_backward"
RIGHT = "def my_backward(upstream, x):\n    return upstream * np.exp(x) / (np.exp(x) + 1)"
NO_UPSTREAM = "def my_backward(upstream, x):\n    return 1 / (1 + np.exp(-x))"
HEIGHTS = "def my_backward(upstream, x):\n    return heights.sum() / 6 * upstream / (1 + np.exp(-x))"  # the data add up to 6
READS = '# %%\nheights = np.loadtxt("data/heights.csv", delimiter=",")\n\n# %% [markdown]\n# ## The gradient'
LIMITS = Limits(seconds=10)


@pytest.fixture(scope="module", autouse=True)
def no_units_left():
    """Units of one's own are those of the class that was opened last: what these tests opened is of no other test's business."""
    yield
    UNITS.own = OwnUnits()


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A class with a unit of its own, whose notebook reads data, released."""
    root = tmp_path_factory.mktemp("own") / "class"
    Instance.create(root)
    assert main(["new-exercise", str(root), NAME, "--unit", UNIT]) == 0
    folder = root / "exercises" / UNIT
    (folder / "data").mkdir()
    (folder / "data" / "heights.csv").write_text("1,2,3\n")
    notebook = folder / "notebook.py"
    notebook.write_text(notebook.read_text(encoding="utf-8").replace("# %% [markdown]\n# ## The gradient", READS), encoding="utf-8")
    assert main(["release", str(root), UNIT]) == 0
    return root


@pytest.fixture
def instance(made, tmp_path) -> Instance:
    return Instance.open(shutil.copytree(made, tmp_path / "class"))


def hand_in(instance: Instance, student: str, answer: str) -> Path:
    path = instance.submitted(student, UNIT)
    path.parent.mkdir(parents=True)
    released = json.loads(instance.released(UNIT).read_text(encoding="utf-8"))
    path.write_text(json.dumps(filled(released, {NAME: answer} if answer else {})), encoding="utf-8")
    return path


def test_a_release_holds_the_question_the_data_and_what_check_needs(instance):
    folder = instance.released(UNIT).parent
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {f"{UNIT}.ipynb", "data/heights.csv", f"exercises/{UNIT}/{NAME}.py"}
    text = instance.released(UNIT).read_text(encoding="utf-8")
    assert "Where do softplus and ReLU differ" in text and "0.69" not in text
    assert "Gradient dx" in text and "check(my_backward)" in text and "np.exp(-x)" not in text


def test_check_works_in_the_released_folder_with_the_course_alone(instance, tmp_path):
    """On a student's computer there is no class and no autograder: neither can be imported."""
    packages = tmp_path / "packages"
    packages.mkdir()
    (packages / "course").symlink_to(Path(own.__file__).parent.parent / "course")
    for answer, told in ((RIGHT, "my_backward: passed, 2 of 2 points"), (NO_UPSTREAM, "the upstream is left out")):
        code = f"import numpy as np\nfrom course import check\n{answer}\ntry:\n    check(my_backward)\nexcept AssertionError:\n    pass"
        code += "\nimport sys\nassert 'autograder' not in sys.modules"
        folder = shutil.copytree(instance.released(UNIT).parent, tmp_path / f"downloaded {len(told)}")
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=folder, env={"PYTHONPATH": str(packages)}, capture_output=True, encoding="utf-8"
        )
        assert told in done.stdout and not done.stderr, done.stderr


def test_a_class_is_graded_in_several_processes(instance, capsys):
    answers = {"right": RIGHT, "no upstream": NO_UPSTREAM, "untouched": "", "data": HEIGHTS, "again": RIGHT, "sixth": RIGHT}
    for student, answer in answers.items():
        hand_in(instance, student, answer)
    assert len(answers) > batch.FEW
    assert main(["grade", str(instance.root), UNIT, "--workers", "2", "--seconds", "10", "--json"]) == 0
    reports = {report["student"]: report for report in json.loads(capsys.readouterr().out)}
    assert {student: report["score"] for student, report in reports.items()} == {
        "right": 2, "no upstream": 0, "untouched": 0, "data": 2, "again": 2, "sixth": 2,
    }  # fmt: skip
    assert "the upstream is left out" in reports["no upstream"]["exercises"][0]["reason"]
    assert {row.student: row.exercises for row in database.scores(instance, UNIT)}["data"] == 2
    assert main(["feedback", str(instance.root), UNIT]) == 0
    assert "the upstream is left out" in instance.feedback_page("no upstream", UNIT).read_text(encoding="utf-8")
    assert main(["report", str(instance.root), UNIT, "--json"]) == 0
    assert "the upstream is left out" in capsys.readouterr().out


def test_what_was_judged_is_judged_again_once_the_exercise_has_changed(instance):
    hand_in(instance, "wrong", NO_UPSTREAM)
    instance.submitted("unreadable", UNIT).parent.mkdir(parents=True)
    instance.submitted("unreadable", UNIT).write_text("no notebook")
    batch.zero(instance, UNIT, "unreadable")
    batch.grade(instance, UNIT, limits=LIMITS)
    assert batch.grade(instance, UNIT, limits=LIMITS).unchanged == 2
    os.utime(edit(instance, "You have the slope", "A better hint: you have the slope"), (0, 0))  # whatever the clock said
    outcome = batch.grade(instance, UNIT, limits=LIMITS)
    hints = {report.student: report.verdicts[0].marks[0].hint for report in outcome.reports}
    assert outcome.unchanged == 1 and hints["wrong"].startswith("A better hint")
    assert {report.student: report.status for report in outcome.reports} == {"wrong": "graded", "unreadable": "zero"}
    assert batch.grade(instance, UNIT, limits=LIMITS).unchanged == 2


def test_what_a_student_hands_in_beside_the_notebook_is_never_run(instance, tmp_path):
    path = hand_in(instance, "hostile", NO_UPSTREAM)
    trace = tmp_path / "trace"
    (path.parent / "exercises" / UNIT).mkdir(parents=True)
    (path.parent / "exercises" / UNIT / f"{NAME}.py").write_text(f"open({str(trace)!r}, 'w')\nEXERCISE = None")
    (path.parent / "data").mkdir()
    (path.parent / "data" / "heights.csv").write_text("6\n")
    (report,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert report.score == 0 and report.status == "graded" and not trace.exists()


def test_nbgraders_own_autograding_uses_the_same_judge(instance):
    hand_in(instance, "right", RIGHT)
    hand_in(instance, "wrong", NO_UPSTREAM)
    environment = {**os.environ, "PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])}
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", UNIT], cwd=instance.root, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "the upstream is left out" in instance.report_path("wrong", UNIT).read_text(encoding="utf-8")
    assert {row.student: row.exercises for row in database.scores(instance, UNIT)} == {"right": 2, "wrong": 0}


def test_a_second_exercise_comes_into_the_notebook_of_the_first(instance, capsys):
    hand_in(instance, "early", RIGHT)
    batch.grade(instance, UNIT, limits=LIMITS)
    assert main(["new-exercise", str(instance.root), "second", "--unit", UNIT]) == 0
    (report,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert [verdict.exercise for verdict in report.verdicts] == [NAME]
    assert main(["release", str(instance.root), UNIT]) == 0
    assert "New in it: check_second." in capsys.readouterr().err
    (report,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert [(verdict.outcome, verdict.reason[:32]) for verdict in report.verdicts] == [
        ("passed", ""),
        ("not written", "it came with a later release of "),
    ]
    assert list(instance.structure(UNIT).check_ids) == [NAME, "second"]
    assert instance.released(UNIT).read_text(encoding="utf-8").count("YOUR ANSWER HERE") == 1
    assert UNIT not in [step.unit for step in update.plan(instance)]
    assert own.new_exercise(instance, "third", "third").parent.name == "third" and "third" in instance.units()


@pytest.mark.parametrize(
    ("name", "unit", "told"),
    [
        ("two words", UNIT, "Expected the name of a function"), ("lambda", UNIT, "Expected the name of a function"),
        ("cases", UNIT, "means something else"), ("np", UNIT, "means something else"), ("check", UNIT, "means something else"),
        ("one", "05", "is short for 05_vector_form"), ("given", UNIT, "means something else"),
        ("softmax", UNIT, "There is an exercise 'softmax' already"), (NAME, "other", "There is an exercise 'my_backward' already"),
        ("fine", "05_vector_form", "is a unit of the course"), ("fine", "../out", "is no name of a unit"),
        ("fine", "by_hand", "of another origin"),
    ],
)  # fmt: skip
def test_names_that_clash_are_refused_and_nothing_is_written(instance, name, unit, told):
    instance.source("by_hand").parent.mkdir()
    instance.source("by_hand").write_text("{}")
    before = sorted(instance.root.rglob("*"))
    with pytest.raises(UserError, match=told):
        own.new_exercise(instance, name, unit)
    assert sorted(instance.root.rglob("*")) == before


def edit(instance: Instance, before: str, after: str) -> Path:
    path = instance.root / "exercises" / UNIT / f"{NAME}.py"
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("/ (1 + np.exp(-x))", "/ (2 + np.exp(-x))", r", line 13: the right answer does not pass\. `dx` differs"),
        ("np.exp(x))).sum()", "np.exp(x))).missing", r", line \d+: what is expected in the case “a few numbers”: AttributeError: "),
        ('"upstream / → 1 / "', '"sideways / → 1 / "', r", line 4\d: .* cannot be made: .* 'sideways /' occurs 0 times\.$"),
        ('"upstream / → 1 / "', '"upstream / → (upstream / "', r", line 4\d: the mistake “.*” cannot be made: '\(' was never closed"),
        ('"upstream / → 1 / "', '"upstream / → 1.0 * upstream / "', r", line \d+: the mistake “the upstream is left out” is not caught"),
        ('{"dx": "x"}', '{"dy": "x"}', "the criteria and what is expected do not go together: dx and dy"),
        ("np.log(1 + np.exp(x))", "np.abs(np.log(1 + np.exp(x)))", "By finite differences it does: .* Write `measured_gradient_of`"),
    ],
)  # fmt: skip
def test_an_exercise_that_does_not_work_is_not_released(instance, before, after, told):
    path = edit(instance, before, after)
    released = instance.released(UNIT).read_text(encoding="utf-8")
    with pytest.raises(BrokenExercise, match=told) as raised:
        release(instance, UNIT)
    assert str(path) in str(raised.value) and instance.released(UNIT).read_text(encoding="utf-8") == released


def test_a_witness_by_finite_differences_releases_and_grades(instance):
    edit(instance, "np.log(1 + np.exp(x))", "np.abs(np.log(1 + np.exp(x)))")
    edit(instance, "expected=gradient_of(", "expected=measured_gradient_of(")
    edit(instance, "import gradient_of", "import measured_gradient_of")
    with pytest.raises(BrokenExercise, match=r"in the case “far on the left, .*”: ValueError: the slope of f at \[0\] cannot be"):
        release(instance, UNIT)
    edit(instance, "* mixed_scales(6)", "")
    edit(instance, ", mixed_scales", "")
    edit(instance, "rng.uniform(-35, -25, (6,))", "away_from_zero(rng, (6,))")
    release(instance, UNIT)
    hand_in(instance, "right", RIGHT)
    hand_in(instance, "wrong", NO_UPSTREAM)
    scores = {report.student: report.score for report in batch.grade(instance, UNIT, limits=LIMITS).reports}
    assert scores == {"right": 2, "wrong": 0}


def test_a_place_that_is_missing_in_the_notebook_and_a_name_used_twice_are_told(instance):
    notebook = instance.root / "exercises" / UNIT / "notebook.py"
    (instance.root / "exercises" / "other").mkdir()
    shutil.copy(notebook.with_name(f"{NAME}.py"), instance.root / "exercises" / "other")
    with pytest.raises(BrokenExercise, match="another unit has an exercise of that name"):
        release(instance, UNIT)
    shutil.rmtree(instance.root / "exercises" / "other")
    notebook.write_text("# %%\nimport numpy as np\n", encoding="utf-8")
    with pytest.raises(BrokenExercise, match=f"has no place for `{NAME}`"):
        release(instance, UNIT)
    notebook.unlink()
    with pytest.raises(UserError, match=r"has no notebook: expected its source at .*notebook\.py"):
        release(instance, UNIT)


def test_a_notebook_that_was_changed_by_hand_is_not_lost(instance):
    path = instance.source(UNIT)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][0]["metadata"]["collapsed"] = True
    path.write_text(json.dumps(notebook), encoding="utf-8")
    release(instance, UNIT)  # running or folding a cell changes nothing that would be lost
    notebook["cells"][0]["source"] = "# A better title"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    with pytest.raises(UserError, match="was changed by hand"):
        release(instance, UNIT)
    assert "A better title" in path.read_text(encoding="utf-8")
    path.unlink()
    release(instance, UNIT)
    path.write_text("no notebook")
    with pytest.raises(UserError, match="was changed by hand"):
        release(instance, UNIT)


def test_what_was_taken_away_is_not_released_again(instance):
    folder = instance.root / "exercises" / UNIT
    (folder / "data" / "heights.csv").rename(folder / "data" / "sizes.csv")
    release(instance, UNIT)
    assert [path.name for path in instance.released_data(UNIT).iterdir()] == ["sizes.csv"]


def test_measuring_tells_how_well_a_unit_judges(instance, capsys):
    answers = instance.root / "exercises" / UNIT / "answers"
    answers.mkdir()
    (answers / "right_quotient.py").write_text(f'"""Right, as a quotient."""\n\n\n{RIGHT}\n')
    assert main(["measure", str(instance.root), UNIT, "--seeds", "2"]) == 0
    table, told = capsys.readouterr()
    assert "my_backward" in table and table.count("100 %") == 3 and "Every mistake is caught" in told
    (answers / "right_wrong.py").write_text(f'"""Not right."""\n\n\n{NO_UPSTREAM}\n')
    edit(instance, '"np.exp(-x) → np.exp(x)"', '"1 + np.exp(-x) → np.exp(-x) + 1.0"')
    assert main(["measure", str(instance.root), UNIT, "--seeds", "2"]) == 1
    table, told = capsys.readouterr()
    assert "50 %" in table and "the mistake “the sign of the exponent is lost” is not caught (2 of 2 draws)" in told
    assert "a right answer does not pass (2 times), first: `dx` differs" in told
    edit(instance, "np.exp(x))).sum()", "np.exp(x))).missing")
    assert main(["measure", str(instance.root), UNIT]) == 2
    assert "AttributeError" in capsys.readouterr().err


def test_a_class_knows_its_own_units_and_no_others(instance, tmp_path):
    Instance.create(tmp_path / "another")
    assert UNIT not in UNITS
    with pytest.raises(KeyError):
        exercise(NAME)
    Instance.open(instance.root)
    assert exercise(NAME).name == NAME
