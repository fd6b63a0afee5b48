"""Files of marks for learning platforms."""

import csv
import io

import pytest

from autograder.gradebook.platforms import upload
from autograder.gradebook.results import Result
from autograder.intake.roster import Roster
from course.errors import UserError

UNIT = "05_sample"
TABLE = """\
ID,Student,First name,Last name,Email address,SIS Login ID,SIS User ID,Username,Section
ada,"Lovelace, Ada",Ada,Lovelace,ada@x.org,al1,0012,al1,A
bob,=HYPERLINK(1),=HYPERLINK(1),,bob@x.org,bb,,bb,=B
cy,Points Possible,Points Possible,,cy@x.org,,,,
eq,Eq,E,Q,=eq@x.org,=eq,,=eq,
"""


def result(student, status="final", total=12.5):
    return Result(student, "", UNIT, status, {}, total, 0.0, 0.0, "", total, 20.0, False)


RESULTS = [
    result("ada"),
    result("bob", total=7.0),
    result("cy", "nothing handed in", 0.0),
    result("eq"),
    result("held", "needs attention", None),
    result("later", "provisional"),
    result("stranger"),
]


@pytest.fixture
def roster(tmp_path):
    return of_text(tmp_path, TABLE)


def of_text(folder, text):
    (folder / "roster.csv").write_text(text, encoding="utf-8")
    return Roster.load(folder / "roster.csv")


def table(upload):
    return list(csv.reader(io.StringIO(upload.text)))


def test_canvas_has_its_columns_in_their_order_and_the_row_of_points(roster):
    file = upload("canvas", RESULTS, roster, "Unit 5 (77)")
    assert table(file) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Unit 5 (77)"],
        ["    Points Possible", "", "", "", "", "20.0"],
        ["Ada Lovelace", "ada", "0012", "al1", "A", "12.5"],
        ["'=HYPERLINK(1)", "bob", "", "bb", "'=B", "7.0"],
        ["", "cy", "", "", "", "0.0"],
    ]
    assert file.marks == 3
    assert file.left_out == {
        "eq": "a spreadsheet would take the id for a formula: enter the mark by hand",
        "held": "needs attention",
        "later": "provisional",
        "stranger": "not on the roster",
    }


def test_an_id_of_ours_is_not_taken_for_canvas_own(tmp_path):
    roster = of_text(tmp_path, "id,name,login\nada,Ada,al1\n")
    assert table(upload("canvas", [result("ada")], roster, UNIT))[2] == ["Ada", "", "", "al1", "", "12.5"]


def test_moodle_has_one_id_and_nobody_it_would_not_know(roster):
    file = upload("moodle", RESULTS, roster, UNIT)
    assert table(file) == [["Email address", UNIT], ["ada@x.org", "12.5"], ["bob@x.org", "7.0"], ["cy@x.org", "0.0"]]


def test_moodle_takes_another_id_where_the_roster_has_no_addresses(tmp_path):
    roster = of_text(tmp_path, "username,ID number\nada,7\n")
    assert table(upload("moodle", [result("ada")], roster, UNIT)) == [["ID number", UNIT], ["7", "12.5"]]


def test_blackboard_has_quotes_around_every_cell(roster):
    file = upload("blackboard", RESULTS, roster, "Unit 5 |77")
    assert file.text == '"Username","Unit 5 |77"\n"al1","12.5"\n"bb","7.0"\n'
    assert file.left_out["cy"] == "no Username on the roster"


def test_any_other_platform_gets_the_ids_of_the_class_without_a_roster():
    file = upload("csv", RESULTS, None, UNIT, provisional=True)
    assert [row[0] for row in table(file)] == ["student", "ada", "bob", "cy", "eq", "later", "stranger"]
    assert file.left_out == {"held": "needs attention"}


def test_a_roster_without_the_ids_is_refused_with_what_is_expected(tmp_path):
    with pytest.raises(UserError, match="Blackboard knows students by Username: give --roster CSV"):
        upload("blackboard", RESULTS, None, UNIT)
    with pytest.raises(UserError, match=r"Canvas knows .* none of them: .*sis login id.*; got id, email"):
        upload("canvas", RESULTS, of_text(tmp_path, "id,email\nada,a@x.org\n"), UNIT)


def test_an_id_that_two_have_is_refused(tmp_path):
    roster = of_text(tmp_path, "id,email\nada,a@x.org\nbob,a@x.org\n")
    with pytest.raises(UserError, match=r"several students have Email address 'a@x\.org'"):
        upload("moodle", RESULTS, roster, UNIT)
