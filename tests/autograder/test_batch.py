"""Many submissions: recorded as they come, nothing graded twice, nothing lost."""

import codecs
import io
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable

import pytest
from nbgrader import api
from sqlalchemy import update

from autograder import batch, bench, desk, learning, release, sample
from autograder import judge as judging
from autograder.bench import Bench
from autograder.cli import main
from autograder.gradebook import database
from autograder.instance import Instance
from autograder.intake import recognise
from autograder.pages.feedback import marks_of
from autograder.report import Report
from autograder.walls.sandbox import Limits
from course.errors import UserError
from course.units import exercise

UNIT, OTHER = "05_vector_form", "06_training"
FOREIGN = json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": "print('homework of another course')"}]})
LIMITS = Limits(seconds=5)


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> Instance:
    instance = Instance.create(tmp_path_factory.mktemp("class"))
    batch.add_sources(instance)
    release.release(instance, UNIT)
    return instance


@pytest.fixture
def instance(released, tmp_path) -> Instance:
    """A copy of a released class, with nothing handed in."""
    import shutil

    shutil.copytree(released.root, tmp_path / "class")
    return Instance.open(tmp_path / "class")


def hand_in(instance: Instance, student: str, **answers: str) -> None:
    notebook = json.loads(instance.released(UNIT).read_text(encoding="utf-8"))
    path = instance.submitted(student, UNIT)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(sample.filled(notebook, answers)), encoding="utf-8")


FORWARD = "def linear_forward(X, W, b):\n    return X @ W + b"


def test_marks_reach_report_gradebook_and_graded_notebook(instance):
    hand_in(instance, "a", linear_forward=FORWARD)
    outcome = batch.grade(instance, UNIT, limits=LIMITS)
    (report,) = outcome.reports
    assert (report.score, report.max_score, report.status, outcome.unchanged) == (1, 16, "graded", 0)
    assert Report.load(instance.report_path("a", UNIT)) == report
    assert database.scores(instance, UNIT)[0].exercises == 1
    assert instance.autograded("a", UNIT).is_file()
    assert [path.read_text() for path in (instance.root / "earlier" / UNIT).iterdir()] == [instance.released(UNIT).read_text()]


def test_an_unchanged_submission_is_not_graded_again_and_a_changed_one_is(instance):
    for student in "ab":
        hand_in(instance, student)
    batch.grade(instance, UNIT, limits=LIMITS)
    hand_in(instance, "b", linear_forward=FORWARD)
    outcome = batch.grade(instance, UNIT, limits=LIMITS)
    assert outcome.unchanged == 1 and [report.score for report in outcome.reports] == [0, 1]
    assert batch.grade(instance, UNIT, limits=LIMITS, force=True).unchanged == 0


def test_one_student_alone(instance):
    for student in "ab":
        hand_in(instance, student)
    outcome = batch.grade(instance, UNIT, students=["b"], limits=LIMITS)
    assert [report.student for report in outcome.reports] == ["b"]
    assert not instance.report_path("a", UNIT).exists()
    with pytest.raises(UserError, match="nobody handed in nothing"):
        batch.grade(instance, UNIT, students=["nobody"], limits=LIMITS)


def test_many_at_once_give_the_same_marks_as_one_after_the_other(instance):
    for i in range(6):
        hand_in(instance, f"s{i}", **({"linear_forward": FORWARD} if i % 2 else {}))
    together = batch.grade(instance, UNIT, workers=2, limits=LIMITS).reports
    alone = batch.grade(instance, UNIT, workers=1, limits=LIMITS, force=True).reports
    assert together == alone and [report.score for report in alone] == [0, 1] * 3


def kill_the_others() -> None:
    for process in multiprocessing.active_children():
        process.kill()


def test_where_a_worker_process_is_killed_the_rest_is_graded_by_others(instance):
    for i in range(6):
        hand_in(instance, f"s{i}", linear_forward=FORWARD)
    seen = []

    def once(report):
        seen.append(report.student)
        if len(seen) == 1:
            kill_the_others()

    assert [report.score for report in batch.grade(instance, UNIT, workers=2, limits=LIMITS, on_report=once).reports] == [1] * 6
    assert sorted(seen) == [f"s{i}" for i in range(6)]


def test_a_submission_at_which_worker_processes_end_costs_no_other_a_mark(instance, monkeypatch):
    for i in range(6):
        hand_in(instance, f"s{i}", linear_forward=FORWARD)
    submit = Bench._submit

    def killing(own, judging, hand_in):
        future = submit(own, judging, hand_in)
        if hand_in.student == "s3":
            kill_the_others()
        return future

    monkeypatch.setattr(Bench, "_submit", killing)
    reports = {report.student: report for report in batch.grade(instance, UNIT, workers=2, limits=LIMITS).reports}
    assert reports.pop("s3").note == bench.ENDED
    assert [report.score for report in reports.values()] == [1] * 5
    monkeypatch.undo()
    outcome = batch.grade(instance, UNIT, workers=2, limits=LIMITS)
    assert outcome.unchanged == 5 and [report.score for report in outcome.reports] == [1] * 6


def test_interrupted_half_way_keeps_what_was_graded_and_a_rerun_does_the_rest(instance):
    for student in "abc":
        hand_in(instance, student, linear_forward=FORWARD)
    seen = []

    def stop(report):
        seen.append(report.student)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch.grade(instance, UNIT, workers=1, limits=LIMITS, on_report=stop)
    assert [row.student for row in database.scores(instance, UNIT)] == ["a", "b"]
    outcome = batch.grade(instance, UNIT, workers=1, limits=LIMITS)
    assert outcome.unchanged == 2 and [row.exercises for row in database.scores(instance, UNIT)] == [1, 1, 1]


def test_one_bad_notebook_does_not_stop_the_others(instance):
    hand_in(instance, "good", linear_forward=FORWARD)
    for student, text in (("broken", "{"), ("list", "[]"), ("empty", "")):
        hand_in(instance, student)
        instance.submitted(student, UNIT).write_text(text)
    (instance.root / "submitted" / "none" / UNIT).mkdir(parents=True)
    reports = {report.student: report for report in batch.grade(instance, UNIT, limits=LIMITS).reports}
    assert reports.pop("good").score == 1
    assert len(reports) == 4 and all(report.held and report.note and report.summary()["score"] is None for report in reports.values())
    assert all(instance.autograded(name, UNIT).is_file() for name in reports)
    assert [row.exercises for row in database.scores(instance, UNIT)] == [None, None, 1, None, None]
    assert batch.grade(instance, UNIT, limits=LIMITS).unchanged == 1


def notebook_of(instance: Instance, unit: str) -> str:
    """What a student who wrote nothing would hand in for a unit."""
    return instance.released(unit).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["05_vector_form (1).ipynb", "Copy of 05.ipynb", "05_VECTOR_FORM.IPYNB", "05_vector_form.ipynb.json"])
@pytest.mark.parametrize("beside", [None, "", "as released"])
def test_a_notebook_is_found_by_what_is_in_it_and_that_is_said(instance, name, beside):
    hand_in(instance, "a", linear_forward=FORWARD)
    place = instance.submitted("a", UNIT)
    place.rename(place.with_name(name))
    if beside is not None:
        place.write_text(beside and notebook_of(instance, UNIT), encoding="utf-8")
    (report,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert (report.score, report.status) == (1, "graded") and f"handed in as “{name}”" in report.note
    assert batch.grade(instance, UNIT, limits=LIMITS).unchanged == 1


def test_the_notebook_of_the_expected_name_counts_where_it_holds_answers(instance):
    hand_in(instance, "a", linear_forward=FORWARD)
    place = instance.submitted("a", UNIT)
    place.with_name("draft.ipynb").write_text(place.read_text().replace("X @ W + b", "X @ W"))
    (report,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert report.score == 1 and "handed in as" not in report.note


def test_of_two_notebooks_under_other_names_none_is_guessed(instance):
    hand_in(instance, "a", linear_forward=FORWARD)
    place = instance.submitted("a", UNIT)
    place.with_name("b.ipynb").write_text(place.read_text().replace("X @ W + b", "X @ W"))
    place.rename(place.with_name("a.ipynb"))
    hand_in(instance, "b")
    assert [report.score for report in batch.grade(instance, UNIT, limits=LIMITS, students=["b"]).reports] == [0]
    shutil.copytree(place.parent, instance.submitted("b", UNIT).parent, dirs_exist_ok=True)
    for student in ("a", "b"):  # without a notebook of the expected name, and with one that was left as released, and graded
        (report,) = batch.grade(instance, UNIT, limits=LIMITS, students=[student]).reports
        assert report.held and "2 notebooks that differ were handed in: a.ipynb, b.ipynb. Leave the right one there" in report.note
    batch.zero(instance, UNIT, "a")
    assert [report.status for report in batch.grade(instance, UNIT, limits=LIMITS).reports] == ["zero", "unreadable"]
    place.with_name("b.ipynb").unlink()
    assert [report.score for report in batch.grade(instance, UNIT, limits=LIMITS, students=["a"]).reports] == [1]


def packed(files: dict[str, bytes]) -> bytes:
    """A zip of files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("where", "told", "beside"),
    [
        ("week 5/05.ipynb", "week 5 › 05.ipynb", None),
        ("05.zip/work/05.ipynb", "05.zip › work › 05.ipynb", "as released"),
        ("deep/er/05.zip/05.ipynb", "deep › er › 05.zip › 05.ipynb", "as released"),
        ("05.zip/../../../up\x1b.ipynb", "05.zip › .. › .. › .. › up_.ipynb", None),
    ],
)
def test_a_notebook_in_a_folder_or_a_zip_is_found_and_that_is_said(instance, where, told, beside):
    hand_in(instance, "a", linear_forward=FORWARD)
    place = instance.submitted("a", UNIT)
    data = place.read_bytes()
    place.unlink()
    if beside:
        place.write_text(notebook_of(instance, UNIT), encoding="utf-8")
    outer, zipped, inner = where.partition(".zip/")
    target = place.parent / (f"{outer}.zip" if zipped else where)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(packed({inner: codecs.BOM_UTF8 + data, "__MACOSX/._05.ipynb": b"x", "notes.txt": b"{"}) if zipped else data)
    (report,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert report.score == 1 and f"handed in as “{told}”" in report.note
    assert sorted(path.name for path in (instance.root / "unpacked" / "a" / UNIT).iterdir()) == [told]
    assert batch.grade(instance, UNIT, limits=LIMITS).unchanged == 1
    other = data.replace(b"X @ W + b", b"X @ W")
    place.with_name("other.zip").write_bytes(packed({"other.ipynb": other, "again.ipynb": codecs.BOM_UTF8 + data if zipped else data}))
    (report,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert report.held and "2 notebooks that differ" in report.note and "other.zip › other.ipynb" in report.note
    place.write_bytes(data)
    (report,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert report.score == 1 and "handed in as" not in report.note


def test_more_than_a_notebook_needs_is_held(instance, monkeypatch):
    hand_in(instance, "a", linear_forward=FORWARD)
    place = instance.submitted("a", UNIT)
    data = place.read_bytes()
    place.unlink()
    place.with_name("all.zip").write_bytes(packed({f"{n}.ipynb": data for n in range(4)}))
    assert [report.score for report in batch.grade(instance, UNIT, limits=LIMITS).reports] == [1]  # four times the same
    monkeypatch.setattr(recognise, "MOST_FILES", 3)
    (report,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert report.held and "Expected one notebook, got more than 3 files" in report.note
    place.with_name("all.zip").unlink()
    for n in range(4):
        place.with_name(f"{n}.txt").write_text("x")
    assert batch.grade(instance, UNIT, limits=LIMITS).reports[0].note == report.note
    shutil.rmtree(place.parent)
    (place.parent / "data").mkdir(parents=True)
    (place.parent / "data" / "table.csv").write_bytes(bytes(2000))
    monkeypatch.setattr(recognise.sources, "MAX_ZIP", 1999)
    assert "got more than 3 files or 0.001999 MB" in batch.grade(instance, UNIT, limits=LIMITS).reports[0].note

    def refuse(folder):
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(recognise.sources, "in_folder", refuse)
    assert "cannot be looked through: Permission denied. Leave the right" in batch.grade(instance, UNIT, limits=LIMITS).reports[0].note


def test_names_that_are_no_text_do_no_harm(instance):
    hand_in(instance, "a", linear_forward=FORWARD)
    place = instance.submitted("a", UNIT)
    data = place.read_bytes()
    place.unlink()
    names = [os.fsdecode(name) for name in (b"\xff.ipynb", b"a\x1b[2J\n.ipynb")]
    for number, name in enumerate(names):
        place.with_name(name).write_bytes(data + b"\n" * number)
    (report,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert report.held and "2 notebooks that differ were handed in: a_[2J_.ipynb, _.ipynb." in report.note
    place.with_name(names[1]).unlink()
    assert [report.score for report in batch.grade(instance, UNIT, limits=LIMITS).reports] == [1]
    place.with_name(names[0]).write_text("")
    assert batch.grade(instance, UNIT, limits=LIMITS).reports[0].held
    assert main(["feedback", str(instance.root), UNIT]) == 0


@pytest.mark.parametrize("found", ["another unit's", "foreign", "empty"])
def test_a_notebook_without_an_answer_of_the_unit_is_held(instance, found):
    release.release(instance, OTHER)
    texts = {"another unit's": notebook_of(instance, OTHER), "foreign": FOREIGN, "empty": '{"nbformat": 4, "cells": []}'}
    hand_in(instance, "a")
    instance.submitted("a", UNIT).write_text(texts[found], encoding="utf-8")
    (report,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert report.held and "holds no answer of this unit" in report.note


def test_an_untouched_notebook_earns_0_and_one_answer_alone_what_it_earns(instance):
    hand_in(instance, "blank")
    hand_in(instance, "short")
    cells = [{"cell_type": "code", "source": f"import numpy as np\n{FORWARD}"}]
    instance.submitted("short", UNIT).write_text(json.dumps({"nbformat": 4, "cells": cells}))
    reports = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert [(report.score, report.status) for report in reports] == [(0, "graded"), (1, "graded")]


def test_0_is_given_by_hand_until_there_is_another_file(instance):
    for text in (None, "{"):
        instance.submitted("a", UNIT).parent.mkdir(parents=True, exist_ok=True)
        if text:
            instance.submitted("a", UNIT).write_text(text)
        assert batch.grade(instance, UNIT, limits=LIMITS).reports[0].held
        assert batch.zero(instance, UNIT, "a").status == "zero"
        for force in (False, True):
            (report,) = batch.grade(instance, UNIT, limits=LIMITS, force=force).reports
            assert (report.status, report.score) == ("zero", 0) and "0 was given by hand. " in report.note
        assert [(row.exercises, row.total) for row in database.scores(instance, UNIT)] == [(0, 0)]
    hand_in(instance, "a", linear_forward=FORWARD)
    assert [report.score for report in batch.grade(instance, UNIT, limits=LIMITS).reports] == [1]


def test_0_is_not_given_for_what_can_be_graded_or_is_not_there(instance):
    hand_in(instance, "a")
    with pytest.raises(UserError, match="can be graded"):
        batch.zero(instance, UNIT, "a")
    with pytest.raises(UserError, match=r"nobody handed in nothing .* does not know them\. If the id is right, give --roster CSV"):
        batch.zero(instance, UNIT, "nobody")
    with pytest.raises(UserError, match="does not know them"):
        batch.zero(instance, UNIT, "../a", known=True)
    assert not database.scores(instance)


def test_0_is_given_for_nothing_handed_in_until_something_is(instance):
    report = batch.zero(instance, UNIT, "a", known=True)
    assert (report.status, report.score) == ("zero", 0) and "Nothing was handed in." in report.note
    assert [(row.student, row.exercises, row.written, row.total) for row in database.scores(instance, UNIT)] == [("a", 0, 0, 0)]
    assert batch.zero(instance, UNIT, "a").status == "zero"  # whom the gradebook knows by now
    hand_in(instance, "a", linear_forward=FORWARD)
    assert [report.score for report in batch.grade(instance, UNIT, limits=LIMITS).reports] == [1]


def test_a_link_to_another_students_work_is_refused(instance):
    hand_in(instance, "honest", linear_forward=FORWARD)
    thief = instance.submitted("thief", UNIT)
    thief.parent.mkdir(parents=True)
    thief.symlink_to(instance.submitted("honest", UNIT))
    reports = {report.student: report for report in batch.grade(instance, UNIT, limits=LIMITS).reports}
    assert reports["thief"].held and "link" in reports["thief"].note


def test_the_secret_is_kept_and_is_nobody_elses_business(instance):
    key = instance.secret()
    assert instance.secret() == key and len(key) == 32
    if os.name == "posix":
        assert (instance.root / "grading_secret").stat().st_mode & 0o077 == 0
    (instance.root / "grading_secret").write_text("nonsense")
    with pytest.raises(UserError, match="is damaged"):
        instance.secret()


def test_a_damaged_report_is_graded_again(instance):
    hand_in(instance, "a", linear_forward=FORWARD)
    batch.grade(instance, UNIT, limits=LIMITS)
    instance.report_path("a", UNIT).write_text("{")
    assert batch.grade(instance, UNIT, limits=LIMITS).unchanged == 0


def test_a_report_or_graded_notebook_that_was_edited_is_written_again(instance):
    hand_in(instance, "a", linear_forward=FORWARD)
    batch.grade(instance, UNIT, limits=LIMITS)
    for path, edit in ((instance.report_path("a", UNIT), ("passed", "failed")), (instance.autograded("a", UNIT), ("X @ W + b", "X @ W"))):
        before = path.read_text()
        assert batch.grade(instance, UNIT, limits=LIMITS).unchanged == 1
        path.write_text(before.replace(*edit))
        assert path.read_text() != before
        assert batch.grade(instance, UNIT, limits=LIMITS).unchanged == 0
        assert path.read_text() == before


def test_what_an_early_version_wrote_stands(instance):
    hand_in(instance, "a", linear_forward=FORWARD)
    batch.grade(instance, UNIT, limits=LIMITS)
    path = instance.report_path("a", UNIT)
    data = json.loads(path.read_text())
    path.write_text(json.dumps({name: value for name, value in data.items() if name not in ("digest", "rendered")}))
    assert batch.grade(instance, UNIT, limits=LIMITS).unchanged == 1


def test_marks_that_the_gradebook_has_lost_are_recorded_again(instance):
    """As in a class whose gradebook was moved to a server, or removed."""
    hand_in(instance, "a", linear_forward=FORWARD)
    hand_in(instance, "broken")
    instance.submitted("broken", UNIT).write_text("{")
    batch.grade(instance, UNIT, limits=LIMITS)
    batch.zero(instance, UNIT, "broken")
    instance.gradebook.unlink()
    with pytest.raises(UserError, match="does not know the unit"):
        batch.grade(instance, UNIT, limits=LIMITS)
    release.release(instance, UNIT)
    reports = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert [(row.student, row.exercises) for row in database.scores(instance, UNIT)] == [("a", 1), ("broken", None)]
    assert reports[1].held


def test_a_student_named_twice_is_graded_once(instance):
    hand_in(instance, "a")
    assert len(batch.grade(instance, UNIT, students=["a", "a"], limits=LIMITS).reports) == 1


def test_a_submission_whose_graded_notebook_is_gone_is_graded_again(instance):
    hand_in(instance, "a", linear_forward=FORWARD)
    batch.grade(instance, UNIT, limits=LIMITS)
    instance.autograded("a", UNIT).unlink()
    assert batch.grade(instance, UNIT, limits=LIMITS).unchanged == 0
    assert instance.autograded("a", UNIT).is_file()


def release_with(instance: Instance, keep: Callable[[str], bool]) -> None:
    """Release what is left of the unit's notebook where some cells, by their grade ids, are gone."""
    batch.add_sources(instance, [UNIT])
    source = json.loads(instance.source(UNIT).read_text(encoding="utf-8"))
    source["cells"] = [cell for cell in source["cells"] if keep(sample.grade_id(cell))]
    instance.source(UNIT).write_text(json.dumps(source), encoding="utf-8")
    release.release(instance, UNIT)


def test_a_release_without_a_check_of_this_course_is_refused_before_any_work(instance):
    release_with(instance, lambda name: not name.startswith("check_"))
    with pytest.raises(UserError, match=r"no check of an exercise of this course: expected a cell check_.*`autograder release` again"):
        batch.grade(instance, UNIT, limits=LIMITS)


def test_what_came_into_the_unit_later_costs_nothing_before_it_is_released_and_is_asked_for_after(instance):
    release_with(instance, lambda name: not name.endswith("unbroadcast"))
    assert batch.not_released(UNIT, instance.structure(UNIT)) == ["unbroadcast"]
    hand_in(instance, "a", linear_forward=FORWARD)
    (before,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert before.score == 1 and "unbroadcast" not in [verdict.exercise for verdict in before.verdicts]
    release_with(instance, lambda name: True)
    (after,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert (after.score, after.max_score - before.max_score) == (1, exercise("unbroadcast").points)
    assert next(v.reason for v in after.verdicts if v.exercise == "unbroadcast").startswith("it came with a later release")
    assert database.scores(instance, UNIT)[0].exercises == 1
    release_with(instance, lambda name: not name.endswith("unbroadcast"))
    assert batch.grade(instance, UNIT, limits=LIMITS).reports == [before]


def test_a_unit_without_anything_to_grade_it_by_is_refused(instance):
    for folder in ("source", "release"):
        (instance.root / folder / "12_mine").mkdir()
        (instance.root / folder / "12_mine" / "12_mine.ipynb").write_text(json.dumps({"cells": [], "metadata": {}}))
    with pytest.raises(UserError, match="12_mine is no unit of this course, and has no test cell"):
        batch.grade(instance, "12_mine", limits=LIMITS)


def test_where_the_judge_itself_fails_the_others_are_graded_and_nobody_loses_a_mark(instance, monkeypatch):
    for student in "ab":
        hand_in(instance, student, linear_forward=FORWARD)
    judge = desk.judge
    monkeypatch.setattr(desk, "judge", lambda student, *rest: judge(student, *rest) if student == "b" else 1 / 0)
    a, b = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert (a.status, b.status, b.score) == ("could not grade", "graded", 1) and "division by zero" in a.note
    assert [row.needs_manual_grade for row in database.scores(instance, UNIT)] == [True, False]
    monkeypatch.undo()
    assert [report.score for report in batch.grade(instance, UNIT, limits=LIMITS).reports] == [1, 1]


def test_an_exercise_at_which_the_judge_failed_is_graded_again_and_costs_no_other_a_mark(instance, monkeypatch):
    hand_in(instance, "a", linear_forward=FORWARD, relu_backward="def relu_backward(upstream, Z):\n    return upstream * (Z > 0)")
    by = judging.grade
    monkeypatch.setattr(judging, "grade", lambda e, *rest: by(e, *rest) if e.name == "linear_forward" else 1 / 0)
    monkeypatch.setattr(judging, "passed", lambda *_: None)
    (report,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    (row,) = database.scores(instance, UNIT)
    assert report.score == row.total == 1 and row.exercises is None and row.needs_manual_grade
    monkeypatch.undo()
    outcome = batch.grade(instance, UNIT, limits=LIMITS)
    assert outcome.unchanged == 0 and outcome.reports[0].score > 1
    assert not database.scores(instance, UNIT)[0].needs_manual_grade


COMMAND = """
import signal, sys
from autograder.bench import Bench
from autograder.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main(["grade", sys.argv[1], "05_vector_form", "--workers", "2", "--seconds", "30"]))
"""


@pytest.mark.parametrize(("by", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_no_worker_outlives_the_command_however_it_ends(instance, by, status):
    hand_in(instance, "a", linear_forward=FORWARD)
    for student in "bcdef":
        hand_in(instance, student, linear_forward="while True: pass")
    command = [sys.executable, "-c", COMMAND, str(instance.root)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, start_new_session=True, **pipes) as grading:
        while not instance.autograded("a", UNIT).is_file() and grading.poll() is None:
            time.sleep(0.05)
        time.sleep(0.5)  # for the report of the first, and the loops of the others
        os.killpg(grading.pid, by) if by == signal.SIGINT else grading.send_signal(by)
        _, told = grading.communicate(timeout=60)  # the pipes end when the last process that holds them does
    assert grading.returncode == status and "Traceback" not in told
    if by == signal.SIGINT:
        assert "is kept" in told and Report.load(instance.report_path("a", UNIT)).score == 1


NORMALISED = """def linear_backward(upstream, X, W):
    W = W / np.linalg.norm(W)
    return upstream @ W.T, X.T @ upstream, upstream.sum(axis=0)"""


def test_a_name_reaches_all_of_a_group_without_grading_again(instance):
    for student, answer in (("a", NORMALISED), ("b", NORMALISED.replace("W = W /", "W = (1.0 * W) /")), ("c", FORWARD)):
        hand_in(instance, student, **{"linear_forward" if answer is FORWARD else "linear_backward": answer})
    reports = batch.grade(instance, UNIT, limits=LIMITS).reports
    (group,) = {one.group for report in reports for one in report.unexplained}
    name = learning.stanza("linear_backward", group, "W is *made* `unit length` <b>", "Who asked for it?")
    (instance.root / learning.FILE).write_text(name, encoding="utf-8")
    before = database.scores(instance, UNIT)

    outcome = batch.grade(instance, UNIT, limits=LIMITS)
    assert (outcome.unchanged, outcome.renamed) == (3, 2) and database.scores(instance, UNIT) == before
    causes = [{mark.cause for verdict in report.verdicts for mark in verdict.marks} for report in outcome.reports]
    assert causes == [{"", "W is *made* `unit length` <b>"}, {"", "W is *made* `unit length` <b>"}, {""}]
    assert all(Report.load(instance.report_path(report.student, UNIT)) == report for report in outcome.reports)
    notebook = instance.autograded("b", UNIT).read_text(encoding="utf-8")
    assert "It is what comes out when W is <em>made</em> <code>unit length</code> &lt;b&gt;." in notebook
    assert "Who asked for it?" in notebook
    with database.opened(instance) as session:
        comment = marks_of(instance, session, UNIT)["b"].comments["linear_backward"]
    assert "It is what comes out when W is *made* `unit length` < b>." in comment
    assert batch.grade(instance, UNIT, limits=LIMITS).renamed == 0

    hand_in(instance, "b")  # anew, and not graded yet
    hand_in(instance, "d", linear_backward=NORMALISED)
    (instance.root / learning.FILE).unlink()
    assert [report.student for report in batch.learn(instance, UNIT)] == ["a"]
    (instance.root / learning.FILE).write_text(name, encoding="utf-8")
    *_, new = batch.grade(instance, UNIT, limits=LIMITS).reports
    assert new.student == "d" and "Who asked for it?" in [mark.hint for verdict in new.verdicts for mark in verdict.marks]


def test_reports_are_read_for_names_only_where_names_have_changed(instance, monkeypatch):
    hand_in(instance, "a", linear_backward=NORMALISED)
    handed_in = instance.submitted("a", UNIT)
    (report,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    with monkeypatch.context() as patched:
        patched.delattr(batch, "standing")
        assert batch.learn(instance, UNIT) == []
    before = handed_in.read_bytes()
    hand_in(instance, "a")  # anew, not graded yet
    name = learning.stanza("linear_backward", report.unexplained[0].group, "W is made unit length", "Who asked for it?")
    (instance.root / learning.FILE).write_text(name, encoding="utf-8")
    assert batch.learn(instance, UNIT) == []
    handed_in.write_bytes(before)
    assert [report.student for report in batch.learn(instance, UNIT)] == ["a"]


def test_a_mark_given_by_hand_needs_no_second_look_for_a_name(instance):
    hand_in(instance, "a", linear_backward=NORMALISED)
    (report,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    with database.opened(instance) as session:
        session.execute(update(api.Grade).where(api.Grade.auto_score == 2.0).values(manual_score=3.0, needs_manual_grade=False))
    before = database.scores(instance, UNIT)
    name = learning.stanza("linear_backward", report.unexplained[0].group, "W is made unit length", "Who asked for it?")
    (instance.root / learning.FILE).write_text(name, encoding="utf-8")
    assert len(batch.learn(instance, UNIT)) == 1 and database.scores(instance, UNIT) == before


def test_a_file_of_names_that_cannot_be_read_stops_grading_before_it_begins(instance):
    hand_in(instance, "a", linear_forward=FORWARD)
    (instance.root / learning.FILE).write_text("[[mistake]", encoding="utf-8")
    with pytest.raises(UserError, match=r"mistakes.toml cannot be read"):
        batch.grade(instance, UNIT, limits=LIMITS)
    assert not instance.report_path("a", UNIT).exists()
