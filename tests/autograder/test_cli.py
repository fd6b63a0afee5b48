"""The command line, as it is typed."""

import csv
import io
import json
import shutil
import zipfile
from importlib.metadata import version

import pytest

from autograder import judge, sample
from autograder.cli import main
from autograder.commands.options import DONE, INTERRUPTED, NOT_ALL, USAGE
from autograder.instance import CONFIG, FEEDBACK_LINE, JUDGE_LINE, Instance
from course.judging.grading import grade

pytestmark = pytest.mark.xdist_group("cli")  # what they share is made once

UNIT = "05_vector_form"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A class with one right and one corrupt submission, made by the commands themselves."""
    path = tmp_path_factory.mktemp("cli") / "class"
    assert main(["init", str(path)]) == DONE
    assert main(["release", str(path), UNIT]) == DONE
    instance = Instance.open(path)
    notebook = json.loads(instance.released(UNIT).read_text(encoding="utf-8"))
    for student, text in (("ada", json.dumps(sample.filled(notebook, sample.model_answers(UNIT)))), ("bob", "{")):
        instance.submitted(student, UNIT).parent.mkdir(parents=True)
        instance.submitted(student, UNIT).write_text(text, encoding="utf-8")
    assert main(["grade", str(path), UNIT, "--workers", "1"]) == NOT_ALL
    return path


def test_json_is_one_array_and_nothing_else_on_standard_output(path, capsys):
    assert main(["grade", str(path), "05", "--json", "--force", "--workers", "1"]) == NOT_ALL
    ada, bob = json.loads(capsys.readouterr().out)
    assert (ada["student"], ada["unit"], ada["score"], ada["max_score"], ada["status"]) == ("ada", UNIT, 16, 16, "graded")
    assert set(ada["exercises"][0]) == {"name", "points", "earned", "outcome", "reason"}
    assert (bob["score"], bob["status"]) == (None, "unreadable") and "not a notebook" in bob["exercises"][0]["reason"]


def test_what_is_graded_already_is_shown_again(path, capsys):
    assert main(["grade", str(path), UNIT]) == NOT_ALL
    told = capsys.readouterr()
    assert "2 submissions, 1 of them graded before" in told.err and "Next: autograder feedback" in told.err
    assert f"1 need attention and have no mark: bob ({UNIT})." in told.err and f"autograder zero {path} {UNIT} bob" in told.err
    assert "16 / 16" in told.out


def test_a_unit_that_was_not_released_holds_up_no_other(path, capsys, tmp_path):
    copy = shutil.copytree(path, tmp_path / "class")
    early = Instance.open(copy).submitted("hal", "02_gradient_descent")
    early.parent.mkdir(parents=True)
    shutil.copy(Instance.open(copy).submitted("ada", UNIT), early)
    capsys.readouterr()
    assert main(["zero", str(copy), UNIT, "bob"]) == DONE
    assert main(["grade", str(copy), "--all"]) == NOT_ALL
    told = capsys.readouterr()
    assert "02_gradient_descent: not graded: it has not been released. Handed in by: hal." in " ".join(told.err.split())
    assert "16 / 16" in told.out
    assert main(["grade", str(copy), "02"]) == USAGE and "autograder release" in capsys.readouterr().err


def test_written_answers_that_wait_are_told_before_the_next_step(path, capsys, tmp_path):
    copy = shutil.copytree(path, tmp_path / "class")
    handed_in = Instance.open(copy).submitted("ada", UNIT)
    notebook = json.loads(handed_in.read_text(encoding="utf-8"))
    texts = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    [written] = [cell for cell in texts if cell["metadata"].get("nbgrader", {}).get("grade")]
    written["source"] = "Because each node is visited once."
    handed_in.write_text(json.dumps(notebook), encoding="utf-8")
    capsys.readouterr()
    assert main(["grade", str(copy), UNIT]) == NOT_ALL
    told = " ".join(capsys.readouterr().err.split())
    assert f"{UNIT}: written answers to be marked: 1. First: autograder mark {copy} {UNIT}" in told


def test_an_exercise_that_could_not_be_graded_is_told_and_graded_again(path, capsys, monkeypatch, tmp_path):
    copy = shutil.copytree(path, tmp_path / "class")

    def failing(exercise, ask, seed):
        if exercise.name == "unbroadcast":
            raise ArithmeticError("not the student's")
        return grade(exercise, ask, seed)

    with monkeypatch.context() as patched:
        patched.setattr(judge, "grade", failing)
        patched.setattr(judge, "passed", lambda *_: None)
        assert main(["grade", str(copy), UNIT, "--force", "--workers", "1"]) == NOT_ALL
    assert "not in every exercise, by no fault of theirs: ada. Run this again." in " ".join(capsys.readouterr().err.split())
    assert main(["zero", str(copy), UNIT, "bob"]) == DONE
    assert "bob has 0 / 16" in capsys.readouterr().err
    assert main(["grade", str(copy), UNIT, "--workers", "1"]) == DONE
    told = capsys.readouterr()
    assert "2 submissions, 1 of them graded before" in told.err and "16 / 16" in told.out


def test_0_for_somebody_of_the_roster_who_handed_in_nothing_stands_in_the_gradebook(path, tmp_path, capsys):
    copy = shutil.copytree(path, tmp_path / "class")
    assert main(["zero", str(copy), UNIT, "eve"]) == USAGE
    assert "give --roster CSV" in capsys.readouterr().err
    (tmp_path / "roster.csv").write_text("id,name\neve,Eve\n", encoding="utf-8")
    assert main(["zero", str(copy), UNIT, "eve", "--roster", str(tmp_path / "roster.csv")]) == DONE
    assert "eve has 0 / 16" in capsys.readouterr().err
    assert main(["scores", str(copy), UNIT, "--json"]) == DONE
    assert [(row["status"], row["total"]) for row in json.loads(capsys.readouterr().out) if row["student"] == "eve"] == [("final", 0)]
    assert main(["feedback", str(copy), UNIT, "--student", "eve"]) == DONE
    assert "Nothing was handed in." in Instance.open(copy).feedback_page("eve", UNIT).read_text(encoding="utf-8")


def test_a_class_made_before_is_told_the_line_that_has_nbgrader_use_this_judge(path, tmp_path, capsys):
    copy = shutil.copytree(path, tmp_path / "class")
    assert main(["grade", str(path), UNIT]) == NOT_ALL
    assert "add to" not in capsys.readouterr().err
    config = copy / CONFIG
    config.write_text(config.read_text(encoding="utf-8").replace(JUDGE_LINE, ""), encoding="utf-8")
    assert main(["grade", str(copy), UNIT]) == NOT_ALL
    assert f"add to {config}: {JUDGE_LINE}" in capsys.readouterr().err


def test_a_class_made_before_is_told_the_line_that_has_nbgrader_write_these_pages(path, tmp_path, capsys):
    copy = shutil.copytree(path, tmp_path / "class")
    assert main(["feedback", str(copy), UNIT]) == DONE
    assert "add to" not in capsys.readouterr().err
    config = copy / CONFIG
    config.write_text(config.read_text(encoding="utf-8").replace(FEEDBACK_LINE, ""), encoding="utf-8")
    assert main(["feedback", str(copy), UNIT]) == DONE
    assert f"add to {config}: {FEEDBACK_LINE}" in capsys.readouterr().err


def test_what_comes_and_goes_with_another_release_is_told(path, tmp_path, capsys):
    copy = shutil.copytree(path, tmp_path / "class")
    source = Instance.open(copy).source(UNIT)
    before = source.read_text(encoding="utf-8")
    notebook = json.loads(before)
    notebook["cells"] = [cell for cell in notebook["cells"] if not sample.grade_id(cell).endswith("unbroadcast")]
    source.write_text(json.dumps(notebook), encoding="utf-8")
    assert main(["release", str(copy), UNIT]) == DONE
    assert "No longer in it: check_unbroadcast. These marks are taken out" in capsys.readouterr().err
    main(["grade", str(copy), UNIT, "--workers", "1"])
    assert f"{UNIT}: unbroadcast of this version of the course are not in what was released" in capsys.readouterr().err
    source.write_text(before, encoding="utf-8")
    assert main(["release", str(copy), UNIT]) == DONE
    assert "New in it: check_unbroadcast. A hand-in without that has 0 for it" in capsys.readouterr().err
    main(["grade", str(copy), UNIT, "--workers", "1"])
    told = capsys.readouterr()
    assert "16 / 16" in told.out and "count for nobody" not in told.err


def test_scores_as_json_csv_and_table(path, capsys):
    assert main(["scores", str(path), UNIT, "--json"]) == DONE
    rows = json.loads(capsys.readouterr().out)
    assert [(row["student"], row["exercises"], row["written"]) for row in rows] == [("ada", 16, 0), ("bob", None, None)]
    assert main(["scores", str(path), "--csv"]) == DONE
    table = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["student"] for row in table] == ["ada", "bob"] and table[0]["total"] == "16.0"
    assert main(["scores", str(path)]) == DONE
    assert "ada" in capsys.readouterr().out


def test_feedback_is_written_once(path, capsys):
    assert main(["feedback", str(path), UNIT, "--student", "ada"]) == DONE
    assert "1 pages are new or changed" in capsys.readouterr().err
    assert main(["feedback", str(path), UNIT, "--student", "ada"]) == DONE
    assert "0 pages" in capsys.readouterr().err
    assert Instance.open(path).feedback_page("ada", UNIT).is_file()


def test_feedback_goes_back_as_a_zip(path, capsys, tmp_path):
    download, file = tmp_path / "download", tmp_path / "back.zip"
    download.mkdir()
    (download / "somebody_1_2_work.ipynb").write_bytes(Instance.open(path).submitted("ada", UNIT).read_bytes())
    (download / "other_3_4_work.ipynb").write_text("{}")
    assert main(["feedback", str(path), UNIT, "--student", "ada", "--zip", str(file), "--download", str(download)]) == DONE
    assert f"Upload {file}." in capsys.readouterr().err
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["somebody_1_2_work.html"]
    (download / "somebody_1_2_work.ipynb").unlink()
    assert main(["feedback", str(path), UNIT, "--student", "ada", "--zip", str(file), "--download", str(download)]) == NOT_ALL
    assert "and so under their ids in the zip: ada." in capsys.readouterr().err
    assert main(["feedback", str(path), UNIT, "--download", str(download)]) == USAGE
    assert "give --zip FILE too" in capsys.readouterr().err


def test_build_writes_the_notebooks(tmp_path):
    assert main(["build", "--out", str(tmp_path)]) == DONE
    assert (tmp_path / f"{UNIT}.ipynb").is_file()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["grade", "{missing}", UNIT], "no directory"),
        (["grade", "{empty}", UNIT], "is no class"),
        (["grade", "{path}", "99_nothing"], "There is no unit '99_nothing'"),
        (["grade", "{path}"], "Expected a unit, several, or --all"),
        (["grade", "{path}", UNIT, "--all"], "both were given"),
        (["zero", "{path}", UNIT, "ada"], "can be graded"),
        (["grade", "{path}", UNIT, "--student", "nobody"], "nobody handed in nothing"),
        (["release", "{path}", "99_nothing"], UNIT),
        (["feedback", "{path}", "99_nothing"], "There is no unit"),
        (["scores", "{path}", "99_nothing"], "99_nothing"),
        (["scores", "{missing}"], "no directory"),
        (["init", "{path}"], "There is a class"),
        (["demo", "--out", "{path}"], "is not empty"),
        (["grade", "{missing}/[b]/[/x]", UNIT], "[b]/[/x]"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(path, tmp_path, capsys, arguments, says):
    places = {"path": path, "missing": tmp_path / "missing", "empty": tmp_path}
    assert main([argument.format(**places) for argument in arguments]) == USAGE
    told = " ".join(capsys.readouterr().err.split())
    assert says in told and "Traceback" not in told


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["no-such-command"],
        ["grade"],
        ["grade", "x", "y", "--workers", "0"],
        ["scores", "x", "--json", "--csv"],
        *(["grade", "x", "y", *limit.split()] for limit in ("--seconds nan", "--seconds 0", "--seconds x", "--memory 10", "--workers 1e9")),
    ],
)
def test_words_that_are_off(arguments):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == USAGE


def test_a_gradebook_that_cannot_be_written_stops_before_anything_is_graded(path, tmp_path, capsys):
    copy = tmp_path / "class"
    shutil.copytree(path, copy)
    (copy / "gradebook.db").write_bytes(b"this is no database" * 100)
    assert main(["grade", str(copy), UNIT, "--force"]) == USAGE
    assert "gradebook" in capsys.readouterr().err


def test_ctrl_c_says_that_nothing_is_lost(path, capsys, monkeypatch):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("autograder.batch.grade", interrupted)
    assert main(["grade", str(path), UNIT]) == INTERRUPTED
    assert "is kept" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["init", "build", "release", "grade", "zero", "feedback", "scores", "marks", "demo"])
def test_help_is_there_for_every_command(command, capsys):
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    assert stopped.value.code == DONE and len(capsys.readouterr().out) > 80


def test_what_the_system_refuses_is_told_in_a_sentence(path, capsys, monkeypatch):
    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied", "/somewhere/[x]")

    monkeypatch.setattr("autograder.batch.grade", refuse)
    assert main(["grade", str(path), UNIT]) == USAGE
    assert "autograder: Permission denied (/somewhere/[x])." in capsys.readouterr().err


def test_a_name_that_would_command_a_terminal_does_not(path, tmp_path, capsys):
    shutil.copytree(path, tmp_path / "class")
    (tmp_path / "class" / "submitted" / "\x1b[31m[red]").mkdir()
    assert main(["grade", str(tmp_path / "class"), UNIT]) == NOT_ALL
    assert "Left out: submitted/ [31m[red]: no student's name" in capsys.readouterr().err


def test_collect_takes_a_download_in_and_says_what_became_of_it(path, tmp_path, capsys):
    work = Instance.open(path).submitted("ada", UNIT).read_text(encoding="utf-8")
    download = tmp_path / "download"
    for name, text in (("Eve_1_assignsubmission_file/x (1).ipynb", work), ("notes.txt", "x"), ("torn.ipynb", "{")):
        (download / name).parent.mkdir(parents=True, exist_ok=True)
        (download / name).write_text(text, encoding="utf-8")
    assert main(["collect", str(path), UNIT, str(download)]) == NOT_ALL
    out, err = capsys.readouterr()
    assert "Eve" in out and "collected" in out and "1 unclear" in err and "autograder grade" in err
    (download / "torn.ipynb").unlink()
    assert main(["collect", str(path), UNIT, str(download), "--json"]) == DONE
    assert [fate["what"] for fate in json.loads(capsys.readouterr().out)] == ["there already", "left out"]
    shutil.rmtree(path / "submitted" / "Eve")


def test_report_writes_a_page_or_prints_its_figures(path, tmp_path, capsys):
    assert main(["grade", str(path), UNIT]) == NOT_ALL
    assert main(["report", str(path), UNIT, "--out", str(tmp_path / "class.html")]) == DONE
    assert "bob" in (tmp_path / "class.html").read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["report", str(path), "--json", "--anonymous"]) == DONE
    (unit,) = json.loads(capsys.readouterr().out)
    assert unit["unit"] == UNIT and unit["handed_in"][0] == "student 1" and len(unit["histogram"]) == 10


def test_report_on_a_class_without_marks_says_what_to_do(tmp_path, capsys):
    main(["init", str(tmp_path / "class")])
    assert main(["report", str(tmp_path / "class")]) == USAGE
    assert "Run `autograder grade` first" in capsys.readouterr().err


def test_several_units_or_all_by_their_numbers(path, tmp_path, capsys):
    copy = shutil.copytree(path, tmp_path / "class")
    assert main(["release", str(copy), "6", "07"]) == DONE
    instance = Instance.open(copy)
    for unit in ("06_training", "07_l2"):
        instance.submitted("ada", unit).parent.mkdir(parents=True)
        shutil.copy(instance.released(unit), instance.submitted("ada", unit))
    shutil.rmtree(copy / "submitted" / "bob")
    capsys.readouterr()
    assert main(["grade", str(copy), "07", "06", "--workers", "1"]) == DONE
    told = capsys.readouterr()
    assert "07_l2: 1 submissions" in told.err and "06_training: 1 submissions" in told.err and "06_training" in told.out
    assert main(["grade", str(copy), "--all", "--json"]) == DONE
    assert [row["unit"] for row in json.loads(capsys.readouterr().out)] == [UNIT, "06_training", "07_l2"]
    assert main(["scores", str(copy), "06", "7", "--json"]) == DONE
    assert [row["unit"] for row in json.loads(capsys.readouterr().out)] == ["06_training", "07_l2"]
    assert main(["feedback", str(copy), "--all"]) == DONE
    assert all(instance.feedback_page("ada", unit).is_file() for unit in (UNIT, "06_training", "07_l2"))


def test_a_class_in_which_nobody_handed_in_is_told_what_to_do(tmp_path, capsys):
    path = tmp_path / "class"
    main(["init", str(path)])
    main(["release", str(path), "05"])
    (path / "submitted" / "ada" / "5_vectorform").mkdir(parents=True)
    (path / "submitted" / "ada" / "5_vectorform" / "05_vector_form.ipynb").touch()
    for words, unit in (["05"], UNIT), (["--all"], "any unit"):
        capsys.readouterr()
        assert main(["grade", str(path), *words]) == NOT_ALL
        out, err = capsys.readouterr()
        assert not out and f"Nobody has handed in anything for {unit}" in err and f"autograder collect {path}" in err
        assert f"submitted/ada/5_vectorform: there is no unit of this name; is it {UNIT}? Rename it." in err
    assert main(["scores", str(path)]) == NOT_ALL
    out, err = capsys.readouterr()
    assert not out and "Run `autograder grade` first" in err


def test_the_version_is_that_of_what_is_installed(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == DONE and capsys.readouterr().out == f"autograder {version('backpropagation-course')}\n"


def test_a_download_without_a_notebook_of_the_unit_is_told(path, tmp_path, capsys):
    (tmp_path / "download").mkdir()
    (tmp_path / "download" / "essay.pdf").write_text("%PDF", encoding="utf-8")
    assert main(["collect", str(path), UNIT, str(tmp_path / "download")]) == NOT_ALL
    assert "is it the right download, and the right unit?" in capsys.readouterr().err
