"""What a class knows of a unit, as numbers."""

from dataclasses import replace

import pytest

from autograder.gradebook.database import CellMark, Score, record
from autograder.intake.roster import Person, Roster
from autograder.intake.submission import read
from autograder.learning import FILE, stanza
from autograder.pages.figures import (
    ASTRAY,
    Group,
    Standing,
    UnitFigures,
    as_data,
    behind,
    discrimination,
    exercises_of,
    figures_of,
    numbered,
    of_exercises,
    standings,
    without_comments,
)
from autograder.pages.rendering import write
from autograder.report import Report, Unexplained
from course.errors import UserError
from course.judging.verdict import Mark, Verdict

UNIT = "05_sample"


@pytest.fixture
def recorded(instance):
    """Record verdicts as a run of the judge would: the report, the graded notebook, the gradebook."""

    def write_all(of_students):
        structure = instance.structure(UNIT)
        for student, verdicts in of_students.items():
            submission = read(instance.submitted(student, UNIT), structure)
            report = Report(student, UNIT, "graded", verdicts)
            write(instance, report, structure, submission)
            record(instance, UNIT, [report], {student: submission.unanswered})
            report.save(instance.report_path(student, UNIT))

    return write_all


def verdict(name, earned, points=2, cause=""):
    outcome = "passed" if earned == points else "failed"
    marks = (Mark("a", earned or points, "passed" if earned else "failed", cause=cause, hint="Look again." if cause else ""),)
    if 0 < earned < points:
        marks = (Mark("a", earned, "passed"), Mark("b", points - earned, "failed", cause=cause))
    return Verdict(name, "", marks if outcome == "failed" else (Mark("a", points, "passed"),))


def unit(name, **totals):
    scores = tuple(Score(student, name, total, 0.0, total, 10, 0, False) for student, total in totals.items())
    return UnitFigures(name, tuple(totals), (), (), scores, (), ())


def test_shares_and_their_spread():
    of = unit("05", a=10, b=5, c=0, d=9.9)
    assert of.histogram == [1, 0, 0, 0, 0, 1, 0, 0, 0, 2]
    assert of.mean == pytest.approx(0.6225) and of.median == pytest.approx(0.745)
    assert unit("05").mean is None and sum(unit("05").histogram) == 0


def test_an_exercise_by_how_many_have_it_and_by_how_it_tells():
    students = [(verdict("one", x), verdict("two", y)) for x, y in ((2, 2), (2, 2), (0, 0), (1, 0))]
    one, two = of_exercises([exercises_of(Report("", UNIT, "graded", verdicts), {}) for verdicts in students])
    assert (one.name, one.earned, one.full, one.partial, one.failed) == ("one", 5 / 8, 0.5, 0.25, 0.25)
    assert one.discrimination == pytest.approx(two.discrimination) and one.discrimination > 0.8
    assert list(of_exercises([])) == []


def test_the_points_are_those_of_the_class_with_marks_by_hand_and_what_is_dropped_still_tells():
    marks = (
        {"check_one": CellMark(4, 3, True), "check_two": CellMark(0, 0, False, "dropped")},
        {"check_one": CellMark(4, 4, False), "check_two": CellMark(0, 0, False, "dropped")},
    )
    students = [Report("", UNIT, "graded", (verdict("one", x), verdict("two", y))) for x, y in ((0, 1), (2, 2))]
    one, two = of_exercises([exercises_of(report, of) for report, of in zip(students, marks, strict=True)])
    assert (one.points, one.counts, one.earned) == (4, "", 7 / 8)
    assert (two.points, two.counts, two.earned) == (0, "dropped", 0.75)


def test_where_all_are_alike_nothing_is_told_apart():
    assert discrimination([1, 1, 1], [0, 1, 2]) is None and discrimination([0, 1], [0, 1]) is None


def test_causes_are_counted_with_the_shortest_answer_as_their_example(instance, hand_in, recorded):
    for student, code in (("ada", "def double(x): return x  # by Ada"), ("bob", "def double(x): return x or x")):
        hand_in(student, {"double": code})
    recorded({"ada": (verdict("double", 0, 3, "nothing is doubled"),), "bob": (verdict("double", 0, 3, "nothing is doubled"),)})
    (found,) = figures_of(instance, UNIT).misconceptions
    assert (found.exercise, found.cause, found.hint, found.students) == ("double", "nothing is doubled", "Look again.", ("ada", "bob"))
    assert found.example == "def double(x):\n    return x"


def test_who_waits_and_who_is_missing(instance, hand_in, recorded):
    for student in ("ada", "bob"):
        hand_in(student)
    recorded({"ada": (verdict("double", 3, 3),)})
    roster = Roster([Person(id, {}) for id in ("ada", "bob", "cy")])
    figures = figures_of(instance, UNIT, roster)
    assert figures.missing == ("cy",) and ("bob", "not graded yet") in figures.waiting


def test_who_put_it_into_a_folder_of_another_name_waits_and_is_not_missing(instance, hand_in, recorded):
    hand_in("ada")
    hand_in("bob").parent.rename(instance.root / "submitted" / "bob" / UNIT[:2])
    recorded({"ada": (verdict("double", 3, 3),)})
    figures = figures_of(instance, UNIT, Roster([Person(id, {}) for id in ("ada", "bob", "cy")]))
    assert figures.missing == ("cy",) and ("bob", ASTRAY) in figures.waiting
    (without,) = numbered([figures])
    assert "bob" not in repr(without)


def test_marks_without_those_of_written_answers_are_so_far():
    of = unit("05", a=10, b=5)
    assert (of.unmarked, replace(of, scores=(replace(of.scores[0], written=None), of.scores[1])).unmarked) == (0, 1)


def test_names_become_numbers_the_same_in_every_unit():
    more = {"groups": (Group("f", "1", "", ("bob",), "", ""),), "standings": (Standing("bob", {}, ""),)}
    first, second = numbered([unit("05", ada=1, bob=2), replace(unit("06", bob=3), **more)])
    assert first.handed_in == ("student 1", "student 2") and second.handed_in == ("student 2",)
    assert "bob" not in repr((first, second))


def test_behind_are_those_with_less_than_half_of_the_two_latest_units():
    units = [unit("04", a=10, b=0, c=9), unit("05", a=4, b=9, c=9), unit("06", a=3, c=10)]
    assert behind(units) == {"a": [1.0, 0.4, 0.3]}
    assert behind(units[:1]) == {}
    last = [replace(one, missing=("b", "nobody")) for one in units[1:]]
    assert behind([units[0], replace(last[0], missing=("nobody",)), last[1]]) == {"a": [1.0, 0.4, 0.3], "nobody": [None, None, None]}


def test_a_unit_that_is_not_there(instance):
    with pytest.raises(UserError, match="no unit"):
        figures_of(instance, "99")


def test_an_example_holds_no_comment_where_a_name_might_stand():
    code = 'def f(x):\n    """By Ada."""\n    # and Bob\n    return "#1"'
    assert without_comments(code) == "def f(x):\n    return '#1'"
    assert without_comments("%%time  # of Ada\nx = [ # Bob\n") == "%%time\nx = [\n"
    assert without_comments("(" * 5000) and without_comments("\0") and len(without_comments("x" * 10**6 + "?")) == 10_000


def test_unexplained_answers_in_groups_with_the_name_that_one_has(instance, hand_in, recorded):
    for student in ("ada", "bob", "cy"):
        hand_in(student, {"double": "def double(x):\n    return 3 * x  # by Ada"})
    recorded({student: (verdict("double", 0, 3),) for student in ("ada", "bob", "cy")})
    for student, group in (("ada", "11111111"), ("bob", "22222222"), ("cy", "22222222")):
        path = instance.report_path(student, UNIT)
        replace(Report.load(path), unexplained=(Unexplained("double", group, (("a", ""),)),)).save(path)
    (instance.root / FILE).write_text(stanza("double", "11111111", "it is tripled", "By which factor?"), encoding="utf-8")
    figures = figures_of(instance, UNIT)
    code = "def double(x):\n    return 3 * x"
    assert figures.groups == (
        Group("double", "22222222", "", ("bob", "cy"), "", code),
        Group("double", "11111111", "it is tripled", ("ada",), "", code),
    )
    assert figures.unnamed == [figures.groups[0]] and [group.shared for group in figures.groups] == [True, False]
    assert [(one.cause, one.students, one.hint) for one in figures.misconceptions] == [("it is tripled", ("ada",), "By which factor?")]
    assert as_data(figures)["groups"][0]["id"] == "22222222"


def outcomes(student, *earned):
    """The report on a student who earned so many points, of two, in one exercise after the other; None where nothing is written."""
    blank = (Mark("a", 2, "not written"),)
    verdicts = [Verdict(name, "", blank) if points is None else verdict(name, points) for name, points in zip("abcd", earned, strict=True)]
    return Report(student, UNIT, "graded", tuple(verdicts))


def test_stuck_is_who_has_nothing_from_an_exercise_on_that_others_have():
    reports = [
        outcomes("all", 2, 2, 2, 0),
        outcomes("first", 0, None, None, None),
        outcomes("third", 2, 0, 0, None),
        outcomes("in part", 2, 0, 2, 1),
        outcomes("last alone", 2, 2, 2, None),
    ]
    found = standings(reports)
    assert [one.student for one in found] == ["first", "third", "all", "in part", "last alone"]
    assert [one.stuck_at for one in found] == ["a", "b", "", "", ""]
    assert found[1].outcomes == {"a": "passed", "b": "failed", "c": "failed", "d": "not written"}
    assert standings([outcomes("ada", 2, 2, 2, 2)]) == []
