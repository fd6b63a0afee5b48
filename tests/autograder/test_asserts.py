"""Ordinary nbgrader assignments: their own test cells, behind the wall, with the marks that stock nbgrader gives."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

import nbformat
import nbgrader
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder import batch, cli
from autograder.asserts import CANARY, WRONG
from autograder.gradebook import database
from autograder.instance import Instance
from autograder.pages import class_page, figures
from autograder.pages.feedback import feedback
from autograder.release import release
from autograder.report import Report
from autograder.walls.sandbox import Limits
from tests.attacks.notebooks.helpers import frame_of_ones, own_socket, send, text_of

UNIT = "statistics"
LIMITS = Limits(seconds=5)
pytestmark = pytest.mark.xdist_group("asserts")

MEAN = "def mean(xs):\n    ### BEGIN SOLUTION\n    return sum(xs) / len(xs)\n    ### END SOLUTION"
SPREAD = "def spread(xs):\n    ### BEGIN SOLUTION\n    return max(xs) - min(xs)\n    ### END SOLUTION"
PLAIN = '''"""The mean of a few numbers."""
assert mean([1, 2, 3]) == 2, "of 1, 2 and 3"
### BEGIN HIDDEN TESTS
assert mean([1, -1]) == 0, "the instructor's secret"
### END HIDDEN TESTS'''
IMPORTING = "import numpy as np\nfrom numpy.testing import assert_allclose\nassert_allclose(mean(np.array([1.0, 2.0])), 1.5)"
LEANING = "assert_allclose(spread(np.array([3.0, 1.0])), 2.0)"  # on what the cell before it has imported
PARTIAL = "points = 0\nfor xs in ([1, 2], [5], [2, 1], [-1, -3]):\n    points += 0.5 * (spread(xs) == max(xs) - min(xs))\npoints"

RIGHT = {"mean": "def mean(xs):\n    return sum(xs) / len(xs)", "spread": "def spread(xs):\n    return max(xs) - min(xs)"}
HONEST = {  # a class of honest work: what is in their cells, and what each test cell gives for it
    "right": (RIGHT, (1, 2, 1, 2)),
    "visible": (RIGHT | {"mean": "def mean(xs):\n    return 2"}, (0, 0, 1, 2)),
    "hidden": (RIGHT | {"mean": "def mean(xs):\n    return abs(sum(xs)) / len(xs) + (0 in (1, *xs) or -1 in xs)"}, (0, 2, 1, 2)),
    "in_part": (RIGHT | {"spread": "def spread(xs):\n    return xs[-1] - xs[0]"}, (1, 2, 0, 1)),
    "untouched": ({}, (0, 0, 0, 0)),
    "broken": (RIGHT | {"mean": "def mean(xs)\n    return 1"}, (0, 0, 1, 2)),
    "shadowing": (RIGHT | {"own": "abs = 3\nround = len = None\nimport numpy as numpy_of_mine"}, (1, 2, 1, 2)),
    "leftovers": (RIGHT | {"own": "raise ValueError('my own cell')"}, (1, 2, 1, 2)),
}
NAMES = ("mean_of_a_few", "mean_of_an_array", "spread_of_an_array", "spread_in_part")


def cell(source: str, name: str, points: float | None = None, *, solution: bool = False, text: bool = False) -> nbformat.NotebookNode:
    made = new_markdown_cell(source) if text else new_code_cell(source)
    marks = {"grade": points is not None, "solution": solution, "locked": not solution, "task": False, "schema_version": 3}
    made.metadata["nbgrader"] = marks | {"grade_id": name, "cell_type": made.cell_type} | ({} if points is None else {"points": points})
    return made


def assignment(*more: nbformat.NotebookNode) -> nbformat.NotebookNode:
    cells = [
        new_markdown_cell("# Statistics"),
        cell(MEAN, "mean", solution=True),
        cell(PLAIN, NAMES[0], 1),
        cell(IMPORTING, NAMES[1], 2),
        new_code_cell("# your own", id="own"),
        cell(SPREAD, "spread", solution=True),
        cell(LEANING, NAMES[2], 1),
        cell(PARTIAL, NAMES[3], 2),
        cell("Because.", "why", 3, solution=True, text=True),
        *more,
    ]
    return new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})


def made(root: Path, *more: nbformat.NotebookNode) -> Instance:
    instance = Instance.create(root)
    instance.source(UNIT).parent.mkdir()
    nbformat.write(assignment(*more), instance.source(UNIT))
    release(instance, UNIT)
    return instance


def hand_in(instance: Instance, student: str, answers: Mapping[str, str], unit: str = UNIT) -> None:
    """The released notebook with other text in the cells named, by grade id or id."""
    notebook = json.loads(instance.released(unit).read_text(encoding="utf-8"))
    for one in notebook["cells"]:
        one["source"] = answers.get(one["metadata"].get("nbgrader", {}).get("grade_id", one["id"]), one["source"])
    path = instance.submitted(student, unit)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def stock(instance: Instance, unit: str) -> dict[str, dict[str, float | None]]:
    """What stock nbgrader gives each student, by test cell, in a copy of the class."""
    copy = Instance.open(shutil.copytree(instance.root, instance.root.with_name("stock")))
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "JUPYTER_PREFER_ENV_PATH": "1"}
    command = [sys.executable, "-m", "nbgrader", "autograde", unit]
    done = subprocess.run(command, cwd=copy.root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return marks(copy, unit)


def marks(instance: Instance, unit: str) -> dict[str, dict[str, float | None]]:
    with database.opened(instance) as session:
        found = database.marks(instance, session, unit)
    return {student: {name: mark.earned for name, mark in of.items()} for student, of in found.items()}


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> Path:
    return made(tmp_path_factory.mktemp("asserts") / "class").root


@pytest.fixture
def instance(released, tmp_path) -> Instance:
    return Instance.open(shutil.copytree(released, tmp_path / "class"))


@pytest.fixture
def report_on(instance):
    """What is said of one notebook, the rest of which is right."""

    def graded(**answers: str) -> Report:
        hand_in(instance, "a", RIGHT | answers)
        (report,) = batch.grade(instance, UNIT, limits=LIMITS).reports
        return report

    return graded


def test_a_class_of_honest_work_has_the_marks_that_stock_nbgrader_gives(instance):
    for student, (answers, _) in HONEST.items():
        hand_in(instance, student, answers)
    batch.grade(instance, UNIT, workers=1, limits=LIMITS)
    expected = {student: dict(zip(NAMES, earned, strict=True)) for student, (_, earned) in HONEST.items()}
    ours = marks(instance, UNIT)
    assert {student: {name: of[name] for name in NAMES} for student, of in ours.items()} == expected
    assert ours == stock(instance, UNIT)


@pytest.mark.parametrize("problem", ["problem1", "problem2"])
def test_the_example_of_nbgraders_documentation_has_the_marks_that_it_gives(problem, tmp_path):
    """Each of its two notebooks, as an assignment of its own."""
    guide = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide"
    instance = Instance.create(tmp_path / "class")
    for folder in (instance.source(problem), *(instance.submitted(student, problem) for student in ("bitdiddle", "hacker"))):
        folder.parent.mkdir(parents=True)
        of = folder.relative_to(instance.root).parent.parent
        notebook = nbformat.read(guide / of / "ps1" / f"{problem}.ipynb", as_version=4)
        nbformat.write(notebook, folder)
    release(instance, problem)
    if problem == "problem2":  # written answers alone
        with pytest.raises(batch.UserError, match="has no test cell to grade it by"):
            batch.grade(instance, problem, limits=LIMITS)
        return
    batch.grade(instance, problem, workers=1, limits=LIMITS)
    ours = marks(instance, problem)
    assert ours["hacker"]["correct_squares"] == 1 and ours["bitdiddle"]["correct_squares"] == 0
    assert ours == stock(instance, problem)


def test_a_reason_shows_the_line_of_a_test_that_students_have(report_on):
    mean, *_ = report_on(mean="def mean(xs):\n    return 7").verdicts
    assert mean.reason == 'AssertionError: of 1, 2 and 3 in `assert mean([1, 2, 3]) == 2, "of 1, 2 and 3"`'


def test_a_reason_keeps_a_hidden_test_hidden(instance, report_on):
    report = report_on(mean=HONEST["hidden"][0]["mean"])
    assert report.verdicts[0].reason == "a hidden test fails (AssertionError)"
    assert "secret" not in instance.autograded("a", UNIT).read_text() + json.dumps(report.summary())


def test_an_answer_that_is_a_stub_is_not_written(report_on):
    report = report_on(spread="def spread(xs):\n    raise NotImplementedError()")
    assert [verdict.outcome for verdict in report.verdicts[2:]] == ["not written"] * 2


def test_a_test_cell_that_a_student_changed_is_the_instructors_again(report_on):
    report = report_on(mean="def mean(xs): return 7", **dict.fromkeys(NAMES, "pass"))
    assert [verdict.earned for verdict in report.verdicts] == [0, 0, 1, 2]


def test_the_page_shows_code_reasons_and_that_tests_run_beside_it(instance, report_on):
    report_on(spread=HONEST["in_part"][0]["spread"])
    (path,) = feedback(instance, UNIT)
    page = path.read_text()
    assert "the test cell gives 1 of 2 points" in page and "They run beside the code that they test" in page
    assert page.count('aria-label="Your answer"') == 2
    whole = class_page.page("class", [figures.figures_of(instance, UNIT)])
    assert "They run beside the code that they test" in whole and "spread<wbr>" not in whole.partition("They run")[0]


def test_the_command_grades_it_and_says_that_tests_run_beside_the_code(instance, capsys):
    hand_in(instance, "a", RIGHT)
    assert cli.main(["grade", str(instance.root), UNIT, "--json"]) == 0
    said = capsys.readouterr()
    (summary,) = json.loads(said.out)
    assert (summary["score"], summary["max_score"]) == (6, 6) and [one["name"] for one in summary["exercises"]] == list(NAMES)
    assert "They run beside the code that they test" in " ".join(said.err.split())
    assert cli.main(["scores", str(instance.root)]) == 0
    with pytest.raises(SystemExit):
        cli.main(["grade", "--help"])
    assert "run beside the student's code" in " ".join(capsys.readouterr().out.split())


LACKING = {
    "a module": ("import no_such_module\nframe = no_such_module.Frame()", "`no_such_module` is not installed"),
    "the network": ("import socket\nsocket.socket()", "PermissionError"),
    "writing": ("open('note.txt', 'w')", "OSError"),
    "a file beside it": ("table = open('table.csv').read()", "FileNotFoundError"),
    "a process": ("import os\nos.fork()", "PermissionError"),
    "a thread": ("import threading\nthreading.Thread(target=print).start()", "can't start new thread"),
}


@pytest.mark.parametrize(("source", "words"), LACKING.values(), ids=LACKING)
def test_what_is_not_behind_the_wall_costs_no_mark(report_on, source, words):
    inside = source.replace("\n", "\n    ")
    first, *_, last = report_on(mean=f"def mean(xs):\n    {inside}\n    return sum(xs) / len(xs)").verdicts
    assert first.outcome == "could not grade" and words in first.reason and "nbgrader autograde" in first.reason and last.earned == 2


def test_what_an_answer_lacks_because_a_cell_above_it_lacks_something_costs_no_mark(report_on):
    first, *_ = report_on(mean="import no_such_module\ntable = no_such_module.read()\ndef mean(xs): return table").verdicts
    assert first.outcome == "could not grade" and "no_such_module" in first.reason


def test_data_beside_the_notebook_may_be_read(tmp_path):
    test = cell("import csv\nassert sum(float(row['x']) for row in csv.DictReader(open('data/table.csv'))) == total()", "totals", 1)
    instance = made(tmp_path / "class", cell("def total():\n    return 3", "total", solution=True), test)
    data = instance.released(UNIT).with_name("data")
    data.mkdir()
    (data / "table.csv").write_text("x\n1\n2\n")
    hand_in(instance, "a", RIGHT | {"total": "def total():\n    return 3"})
    (report,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert report.verdicts[-1].outcome == "passed"


ENDINGS = {"1.5": 1.5, "True": 2, "'0.5'": 2, "None": 2, "0": 0, "np.float64(0.5)": 0.5, "-1": None, "2.5": None, "float('nan')": None}


def test_the_number_in_which_a_test_cell_ends_is_what_is_earned(tmp_path):
    """A number outside of the points is the test cell's fault, where nbgrader breaks off, or gives full marks."""
    tests = [cell(f"import numpy as np\n{source}", f"ends-{place}", 2) for place, source in enumerate(ENDINGS)]
    instance = made(tmp_path / "class", *tests)
    hand_in(instance, "a", RIGHT)
    batch.grade(instance, UNIT, limits=LIMITS)
    of = marks(instance, UNIT)["a"]
    assert [of[f"ends-{place}"] for place in range(len(ENDINGS))] == list(ENDINGS.values())


def test_an_assignment_of_several_notebooks_is_told_what_to_do(instance):
    (instance.root / "source" / "ps1").mkdir()
    with pytest.raises(batch.UserError, match=r"an assignment is one notebook here.*`nbgrader autograde`"):
        instance.unit("ps1")


def test_a_cluster_is_refused_in_words(instance, capsys):
    hand_in(instance, "a", RIGHT)
    assert cli.main(["grade", str(instance.root), UNIT, "--scheduler", "tcp://127.0.0.1:9"]) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert "statistics has test cells of its own, which a cluster does not run. Grade it here, without --scheduler." in told
    assert database.scores(instance, UNIT) == []


def test_another_language_is_refused(instance):
    notebook = json.loads(instance.released(UNIT).read_text())
    notebook["metadata"]["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}
    instance.released(UNIT).write_text(json.dumps(notebook))
    with pytest.raises(batch.UserError, match="is in R, and Python"):
        batch.grade(instance, UNIT, limits=LIMITS)


def test_a_loop_without_end_costs_the_test_that_meets_it(instance):
    hand_in(instance, "a", RIGHT | {"mean": "def mean(xs):\n    while True: pass"})
    (report,) = batch.grade(instance, UNIT, limits=Limits(seconds=0.5)).reports
    assert [verdict.earned for verdict in report.verdicts] == [0, 0, 1, 2] and "longer than" in report.verdicts[0].reason


def test_a_unit_released_anew_is_graded_anew(instance, report_on):
    assert report_on().score == 6
    notebook = nbformat.read(instance.source(UNIT), as_version=4)
    notebook.cells[2].source += "\nassert False"
    nbformat.write(notebook, instance.source(UNIT))
    release(instance, UNIT)
    earlier = instance.report_path("a", UNIT).stat().st_mtime - 3600  # as the clock may have been set back in between
    os.utime(instance.released(UNIT), (earlier, earlier))
    (report,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert report.score == 5
    assert batch.grade(instance, UNIT, limits=LIMITS).unchanged == 1


TAMPERING = {
    "numpy's comparisons": "import numpy as np\nnp.allclose = np.testing.assert_allclose = lambda *_, **__: True",
    "a builtin": "import builtins\nbuiltins.sum = lambda xs, *_: next(iter(xs))",
    "the worker's own": "import sys\nsys._getframe(4).f_globals['run_test'] = lambda *_: (None, '')",
    "exec": "import autograder.walls.cells as c\nc.execute = lambda *_: None",
    "compile": "import builtins\nby = builtins.compile\nbuiltins.compile = lambda s, *a, **k: by('pass', '<cell test>', 'exec')",
    "words of errors": "import autograder.walls.cells as c\nc.one_line = lambda *_: ''",
}


@pytest.mark.parametrize("source", TAMPERING.values(), ids=TAMPERING)
def test_a_notebook_that_makes_tests_pass_is_held(instance, source, capsys):
    hand_in(instance, "a", {"mean": f"{source}\ndef mean(xs): return 7", "spread": "def spread(xs): return 1"})
    (report,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert report.status == "held" and report.held and "must fail" in report.note
    assert [score.exercises for score in database.scores(instance, UNIT)] == [None]
    assert cli.main(["grade", str(instance.root), UNIT]) == 1 and "no mark" in capsys.readouterr().out


def test_what_is_held_can_be_given_zero(instance):
    hand_in(instance, "a", RIGHT | {"own": TAMPERING["numpy's comparisons"]})
    assert batch.grade(instance, UNIT, limits=LIMITS).reports[0].status == "held"
    (page,) = feedback(instance, UNIT)
    assert "could not be read" not in page.read_text() and "Every exercise is right" not in page.read_text()
    assert batch.zero(instance, UNIT, "a").status == "zero"
    assert batch.grade(instance, UNIT, limits=LIMITS).unchanged == 1


FORGE = f"""
import os

{text_of(own_socket, send, frame_of_ones)}

def mean(xs):
    send(frame_of_ones(()))
    os._exit(0)
"""


def test_a_forged_reply_that_does_not_know_the_token_earns_nothing(instance):
    hand_in(instance, "a", RIGHT | {"mean": FORGE})
    (report,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert report.status == "held"


@pytest.mark.parametrize("wrong", WRONG)
def test_a_cell_that_must_fail_fails(wrong):
    with pytest.raises(AssertionError, match="word"):
        exec(CANARY.format(wrong=wrong.format(a=3, b=4), word="word"), {})
