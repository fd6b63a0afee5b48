"""Numbers of their own for each student: drawn, shown, checked, graded, and told from somebody else's."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
import pytest

from autograder import batch, build, learning, release, sample, teams, variants
from autograder.cli import main
from autograder.commands.options import DONE, NOT_ALL, USAGE
from autograder.gradebook import database
from autograder.instance import Instance
from autograder.intake.numbers import KEY
from autograder.report import Report
from autograder.walls.sandbox import Limits
from course import checking
from course.errors import CheckFailed, NotAnAnswer, UserError
from course.judging.exercise import Case, Criterion, Exercise, Mistake, Variant
from course.judging.witness import value_of
from course.units import u00_start_here

pytestmark = pytest.mark.xdist_group("variants")  # what they share is made once

UNIT, NAME = "00_start_here", "descended"
LIMITS = Limits(seconds=5)
SOURCE = """\
# %% [markdown]
# # Descent

# %% variant="descended"
rate, start = {{rate}}, {{start}}

# %% exercise="descended"
"""
BY_NAME = "def descended(steps):\n    return start * (1 - 2 * rate) ** steps"


def draw(rng):
    return {"rate": round(float(rng.uniform(0.05, 0.4)), 3), "start": int(rng.integers(20, 90))}


def descended_with(rate=0.125, start=4):
    def descended(steps):
        """Where gradient descent on x² stands after some steps, from `start` and with the learning rate `rate`."""
        return start * (1 - 2 * rate) ** steps

    return Exercise(
        right=descended,
        criteria=(Criterion("x", 2, "where it stands"),),
        cases=lambda rng: [Case("some steps", {"steps": np.arange(1.0, rng.integers(5, 9))})],
        expected=value_of(lambda steps: start * np.exp(steps * np.log(1 - 2 * rate)), "x"),
        mistakes=(Mistake("the derivative of x² is taken for x", "What is the derivative of x²?", "2 * rate → rate"),),
        numbers={"rate": rate, "start": start},
        variant=Variant(draw, descended_with),
    )


def set_up(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """A course in which unit 00 has the one exercise with variants; the notebook's source."""
    monkeypatch.setattr(u00_start_here, "EXERCISES", (descended_with(),))
    monkeypatch.setattr(build, "solutions_directory", lambda: folder)
    source = folder / UNIT / "notebook.py"
    source.parent.mkdir(parents=True)
    source.write_text(SOURCE, encoding="utf-8")
    return source


@pytest.fixture(autouse=True)
def course(monkeypatch, tmp_path) -> Path:
    return set_up(monkeypatch, tmp_path / "solutions")


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A class in which ada and bob have been given variants, and others the common notebook."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        set_up(monkeypatch, tmp_path_factory.mktemp("solutions"))
        instance = Instance.create(tmp_path_factory.mktemp("made") / "class")
        batch.add_sources(instance, [UNIT])
        release.release(instance, UNIT)
        assert variants.release_variants(instance, UNIT, ["ada", "bob"]) == ["ada", "bob"]
    return instance.root


@pytest.fixture
def instance(made, tmp_path) -> Instance:
    return Instance.open(shutil.copytree(made, tmp_path / "class"))


def numbers(instance: Instance, student: str) -> dict:
    return instance.numbers(UNIT)[student][NAME]


def hard_coded(rate: float, start: int) -> str:
    return f"def descended(steps):\n    return {start} * (1 - 2 * {rate}) ** steps"


def sources(path: Path) -> dict[str, str]:
    return {sample.grade_id(cell): "".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}


def hand_in(instance: Instance, student: str, notebook: Path, answer: str) -> None:
    path = instance.submitted(student, UNIT)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(sample.filled(json.loads(notebook.read_text(encoding="utf-8")), {NAME: answer})), encoding="utf-8")


def verdicts(instance: Instance, **options: bool) -> dict:
    return {report.student: report.verdicts[0] for report in batch.grade(instance, UNIT, limits=LIMITS, **options).reports}


def test_each_student_gets_numbers_of_their_own_and_always_the_same(instance):
    ada, bob = numbers(instance, "ada"), numbers(instance, "bob")
    assert ada["rate"] != bob["rate"] and ada["start"] != bob["start"]
    given = sources(instance.variant("ada", UNIT))
    assert given["numbers_descended"] == f"rate, start = {ada['rate']}, {ada['start']}"
    assert given["check_descended"] == f"check(descended, rate={ada['rate']}, start={ada['start']})"
    assert "raise NotImplementedError" in given[NAME]
    assert sources(instance.released(UNIT))["numbers_descended"] == "rate, start = 0.125, 4"
    instance.numbers_path(UNIT).unlink()
    variants.release_variants(instance, UNIT, ["bob", "ada", "eve"])
    assert (numbers(instance, "ada"), numbers(instance, "bob")) == (ada, bob) and numbers(instance, "eve") not in (ada, bob)


def test_numbers_that_were_given_stay_whatever_the_course_draws_by_now(instance, monkeypatch):
    ada = numbers(instance, "ada")
    monkeypatch.setattr(variants, "drawn", lambda *_: {NAME: {"rate": 0.5, "start": 1}})
    variants.release_variants(instance, UNIT, ["ada", "eve"])
    assert numbers(instance, "ada") == ada and numbers(instance, "eve") == {"rate": 0.5, "start": 1}
    assert set(instance.numbers(UNIT)) == {"ada", "bob", "eve"}


def test_a_variant_is_a_valid_notebook_whose_checksums_fit_and_that_holds_no_template(instance):
    notebook = nbformat.read(instance.variant("ada", UNIT), 4)
    nbformat.validate(notebook)
    assert not any(KEY in cell.metadata for cell in notebook.cells)
    for cell in notebook.cells:
        if "checksum" in cell.metadata.get("nbgrader", {}):
            assert cell.metadata.nbgrader.checksum == variants.compute_checksum(cell)


def test_right_answers_pass_with_each_ones_own_numbers_and_somebody_elses_fail_with_the_reason(instance):
    ada, bob = numbers(instance, "ada"), numbers(instance, "bob")
    hand_in(instance, "ada", instance.variant("ada", UNIT), hard_coded(**ada))
    hand_in(instance, "bob", instance.variant("bob", UNIT), BY_NAME)
    hand_in(instance, "eve", instance.released(UNIT), hard_coded(0.125, 4))
    first = verdicts(instance)
    assert {student: (verdict.outcome, verdict.reason) for student, verdict in first.items()} == dict.fromkeys(
        ("ada", "bob", "eve"), ("passed", "")
    )
    assert first["ada"].asks.endswith(f"Here `rate = {ada['rate']}`, `start = {ada['start']}`.")
    assert verdicts(instance, force=True) == first
    assert {score.student: score.exercises for score in database.scores(instance, UNIT)} == {"ada": 2, "bob": 2, "eve": 2}
    shown = json.loads(instance.autograded("ada", UNIT).read_text(encoding="utf-8"))
    assert f"rate, start = {ada['rate']}, {ada['start']}" in ["".join(cell["source"]) for cell in shown["cells"]]
    hand_in(instance, "ada", instance.variant("ada", UNIT), hard_coded(**bob))
    hand_in(instance, "bob", instance.variant("ada", UNIT), hard_coded(**ada))
    swapped = verdicts(instance)
    assert swapped["ada"].outcome == "failed" and "somebody else's" not in swapped["ada"].reason
    assert swapped["bob"].outcome == "failed" and "other numbers than in the one that this student was given" in swapped["bob"].reason


def test_what_was_graded_with_other_numbers_is_graded_again(instance):
    hand_in(instance, "eve", instance.released(UNIT), hard_coded(0.125, 4))
    hand_in(instance, "ada", instance.variant("ada", UNIT), BY_NAME)
    assert verdicts(instance)["eve"].outcome == "passed"
    variants.release_variants(instance, UNIT, ["ada", "eve"])
    again = batch.grade(instance, UNIT, limits=LIMITS)
    assert again.unchanged == 1 and [report.verdicts[0].outcome for report in again.reports] == ["passed", "failed"]


def test_the_notebook_of_somebody_else_is_told_also_where_its_answer_is_right_with_any_numbers(instance):
    hand_in(instance, "ada", instance.variant("bob", UNIT), BY_NAME)
    hand_in(instance, "bob", instance.released(UNIT), BY_NAME)
    for verdict in verdicts(instance).values():
        assert verdict.outcome == "passed" and "Is it somebody else's notebook?" in verdict.reason


def test_the_instructor_is_told_whose_numbers_were_handed_in(instance, capsys):
    hand_in(instance, "ada", instance.variant("bob", UNIT), BY_NAME)
    hand_in(instance, "bob", instance.released(UNIT), BY_NAME)
    hand_in(instance, "eve", instance.variant("ada", UNIT), BY_NAME)
    hand_in(instance, "kim", instance.released(UNIT), BY_NAME)
    made_up = instance.submitted("lee", UNIT)
    hand_in(instance, "lee", instance.released(UNIT), BY_NAME)
    made_up.write_text(made_up.read_text(encoding="utf-8").replace("rate, start = 0.125, 4", "rate, start = 0, 1"), encoding="utf-8")
    whose = {"ada": "bob", "bob": "the common notebook", "eve": "ada", "lee": "nobody in this class"}
    assert variants.somebody_elses(instance, UNIT) == whose
    hand_in(instance, "ada", instance.variant("ada", UNIT), BY_NAME)
    instance.submitted("lee", UNIT).write_text("{")
    for student in ("bob", "kim"):
        shutil.rmtree(instance.submitted(student, UNIT).parent)
    assert main(["grade", str(instance.root), "00", "--workers", "1"]) == NOT_ALL
    told = capsys.readouterr().err
    assert "eve handed in a notebook with the numbers of ada." in told and told.count("with the numbers of") == 1
    assert "ada" not in Report.load(instance.report_path("eve", UNIT)).verdicts[0].reason


def test_mistakes_are_known_by_name_with_a_students_own_numbers(instance):
    hand_in(instance, "ada", instance.variant("ada", UNIT), BY_NAME.replace("2 * rate", "rate"))
    (mark,) = verdicts(instance)["ada"].marks
    assert mark.cause == "the derivative of x² is taken for x" and mark.hint == "What is the derivative of x²?"


def test_a_name_for_a_wrong_answer_comes_to_it_with_the_students_own_numbers(instance):
    hand_in(instance, "ada", instance.variant("ada", UNIT), BY_NAME.replace("start", "7"))
    (report,) = batch.grade(instance, UNIT, limits=LIMITS).reports
    (group,) = report.unexplained
    stanza = learning.stanza(NAME, group.group, "the start is always 7", "Where does it start?")
    (instance.root / learning.FILE).write_text(stanza, encoding="utf-8")
    (named,) = batch.learn(instance, UNIT)
    assert named.verdicts[0].marks[0].cause == "the start is always 7"
    assert f"rate, start = {numbers(instance, 'ada')['rate']}" in instance.autograded("ada", UNIT).read_text(encoding="utf-8")


def test_the_same_wrong_answer_is_of_one_group_whatever_questions_ones_numbers_make(instance, monkeypatch):
    def asked_by_numbers(rate=0.125, start=4):
        plain, more = descended_with(rate, start), start + 1
        cases = [Case("some steps", {"steps": np.arange(1.0, more)})]
        return replace(plain, cases=lambda rng: cases, variant=Variant(draw, asked_by_numbers))

    monkeypatch.setattr(u00_start_here, "EXERCISES", (asked_by_numbers(),))
    for student in ("ada", "bob"):
        hand_in(instance, student, instance.variant(student, UNIT), "def descended(steps):\n    return steps * 7")
    groups = [report.unexplained[0].group for report in batch.grade(instance, UNIT, limits=LIMITS).reports]
    assert len(groups) == 2 and len(set(groups)) == 1


def test_a_team_has_the_same_numbers_and_its_one_notebook_counts_for_all(instance):
    (instance.root / teams.TEAMS).write_text("team,student\nred,eve\nred,kim\nblue,lee\n", encoding="utf-8")
    variants.release_variants(instance, UNIT, ["eve", "kim", "lee"])
    assert numbers(instance, "eve") == numbers(instance, "kim") != numbers(instance, "lee")
    hand_in(instance, "eve", instance.variant("eve", UNIT), hard_coded(**numbers(instance, "eve")))
    teams.share(instance, UNIT)
    assert {student: verdict.reason for student, verdict in verdicts(instance).items()} == {"eve": "", "kim": ""}
    assert variants.somebody_elses(instance, UNIT) == {}


def test_a_variant_is_graded_after_another_release_too(instance, course):
    hand_in(instance, "ada", instance.variant("ada", UNIT), hard_coded(**numbers(instance, "ada")))
    course.write_text(SOURCE.replace("# # Descent", "# # Going down").replace("rate, start =", "# yours:\nrate, start ="), encoding="utf-8")
    batch.add_sources(instance, [UNIT])
    release.release(instance, UNIT)
    variants.release_variants(instance, UNIT, ["ada", "bob"])
    hand_in(instance, "bob", instance.variant("bob", UNIT), hard_coded(**numbers(instance, "bob")))
    assert {(verdict.outcome, verdict.reason) for verdict in verdicts(instance).values()} == {("passed", "")}


def test_what_cannot_be_read_is_given_zero_on_the_students_own_notebook(instance):
    instance.submitted("ada", UNIT).parent.mkdir(parents=True)
    instance.submitted("ada", UNIT).write_text("{")
    batch.zero(instance, UNIT, "ada")
    assert f"rate, start = {numbers(instance, 'ada')['rate']}" in instance.autograded("ada", UNIT).read_text(encoding="utf-8")


def test_check_judges_by_the_numbers_that_the_notebook_gives(instance, capsys):
    def descended(steps):
        return 50 * (1 - 2 * 0.25) ** steps

    checking.check(descended, rate=0.25, start=50)
    with pytest.raises(CheckFailed, match="0 of 2 points"):
        checking.check(descended)
    for wrong in ({"rate": 0.25}, {"rate": 0.25, "start": 50, "stop": 1}):
        with pytest.raises(NotAnAnswer, match=r"descended takes numbers for rate, start; got rate.*Leave the cell"):
            checking.check(descended, **wrong)


def test_the_command_takes_a_roster(instance, tmp_path, capsys):
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\nada,Ada\neve,Eve\n", encoding="utf-8")
    assert main(["release", str(instance.root), "00", "--variants", str(roster)]) == DONE
    told = " ".join(capsys.readouterr().err.split())
    assert "Or give each of 2 their own" in told and "what else lies in" not in told
    assert instance.variant("eve", UNIT).is_file() and set(instance.numbers(UNIT)) == {"ada", "bob", "eve"}
    instance.source(UNIT).with_name("data.csv").write_text("1,2\n", encoding="utf-8")
    assert main(["release", str(instance.root), "00", "--variants", str(roster)]) == DONE
    assert "with what else lies in" in " ".join(capsys.readouterr().err.split())
    roster.write_text("id\n../eve\n", encoding="utf-8")
    assert main(["release", str(instance.root), "00", "--variants", str(roster)]) == USAGE


def test_a_unit_without_variants_is_refused(instance, monkeypatch):
    monkeypatch.setattr(u00_start_here, "EXERCISES", ())
    with pytest.raises(UserError, match=f"{UNIT} has no exercise with variants: every student gets"):
        variants.release_variants(instance, UNIT, ["ada"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda cells: [cell for cell in cells if sample.grade_id(cell) != "numbers_descended"], "has no cell numbers_descended"),
        (
            lambda cells: [{**cell, "source": "rate = 1"} if sample.grade_id(cell) == "numbers_descended" else cell for cell in cells],
            "was edited in .* comes from its template",
        ),
    ],
)
def test_a_source_that_shows_other_numbers_than_its_templates_is_refused(instance, change, words):
    source = json.loads(instance.source(UNIT).read_text(encoding="utf-8"))
    instance.source(UNIT).write_text(json.dumps({**source, "cells": change(source["cells"])}), encoding="utf-8")
    release.release(instance, UNIT)
    with pytest.raises(UserError, match=words):
        variants.release_variants(instance, UNIT, ["ada"])


@pytest.mark.parametrize("text", ["{", "[1]", '{"ada": {"descended": {"rate": "0.1"}}}'])
def test_damaged_numbers_are_told_and_nobody_is_graded_by_others(instance, text):
    instance.numbers_path(UNIT).write_text(text)
    with pytest.raises(UserError, match=r"is damaged .*the same numbers as before"):
        batch.grade(instance, UNIT, limits=LIMITS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SOURCE.replace("{{start}}", "{{begin}}"), "there is no number called 'begin': expected rate, start"),
        (SOURCE + '\n# %% [markdown] variant="descended"\n# Again {{rate}}.\n', "has two cells with numbers"),
    ],
)
def test_a_source_whose_numbers_cannot_be_shown(course, text, words):
    course.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=words):
        build.instructor_notebook(course)


def test_an_exercise_with_variants_is_lent_to_no_other(course, monkeypatch):
    def halved(steps):
        """Half of it."""
        return descended(steps) / 2  # noqa: F821

    own = descended_with()
    other = Exercise(halved, own.criteria, own.cases, own.expected, needs=(NAME,))
    monkeypatch.setattr(u00_start_here, "EXERCISES", (own, other))
    course.write_text(SOURCE + '\n# %% exercise="halved"\n', encoding="utf-8")
    with pytest.raises(UserError, match="'halved' needs 'descended', which has variants"):
        build.instructor_notebook(course)


@pytest.mark.parametrize("value", [float("nan"), "1", True, np.float64(1.0)])
def test_a_number_is_a_finite_one_of_pythons_own(value):
    with pytest.raises(ValueError, match="for start; expected a finite number"):
        descended_with(start=value)
