"""Rosters, and who is meant."""

import pytest

from autograder.intake.roster import Roster
from autograder.intake.senders import Sender
from course.errors import UserError

TABLE = """\
ID,First name,Last name,Email,Number
am1,Anna,Müller,anna.mueller@example.org,12345
am2,Anna,Meier,anna@example.org,12346
jn,José,Núñez,jn@example.org,77
"""


@pytest.fixture
def roster(tmp_path):
    return Roster.load(saved(tmp_path, TABLE))


def saved(folder, text):
    path = folder / "roster.csv"
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    ("sender", "id"),
    [
        (Sender("Moodle", "Anna Müller", "999"), "am1"),
        (Sender("Canvas", "mulleranna", "12345"), "am1"),
        (Sender("Canvas", "somebodyelse", "12346"), "am2"),
        (Sender("", "Meier, Anna"), "am2"),
        (Sender("", "jose nunez"), "jn"),
        (Sender("nbgrader", "jn"), "jn"),
        (Sender("", "anna.mueller"), "am1"),
    ],
)
def test_a_sender_is_found_by_number_id_name_or_address(roster, sender, id):
    assert roster.match(sender) == (id, "")


def test_what_is_not_clear_is_not_guessed(roster):
    assert roster.match(Sender("", "Max Muster")) == ("", "“Max Muster” is not on the roster")
    twins = Roster([*roster.people, type(roster.people[0])("am9", {"id": "am9", "name": "Anna Müller"})])
    id, why = twins.match(Sender("Moodle", "Anna Müller", "999"))
    assert id == "" and why == "“Anna Müller” may be am1 or am9"


def test_spreadsheets_write_semicolons_and_a_mark_at_the_beginning(tmp_path):
    path = saved(tmp_path, "\ufeff" + "username;name\r\nanna;Anna Müller\r\n\r\n")
    assert [(person.id, person.name) for person in Roster.load(path).people] == [("anna", "Anna Müller")]


def test_a_gradebook_that_canvas_exported_is_a_roster(tmp_path):
    lines = ("Student,ID,SIS Login ID,Section,05 (7)", "    Points Possible,,,,20", "Müller; Anna,12345,am1,A,")
    people = Roster.load(saved(tmp_path, "\n".join(lines))).people
    assert [(person.id, person.name, person.known["sis login id"]) for person in people] == [("12345", "Müller; Anna", "am1")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nick,name\na,b\n", "no column of ids: expected a heading with one of id,"),
        ("id,name\n", "names nobody"),
        ("", "no column of ids"),
        ("id\na\na\n", "line 3: the id a stands there twice"),
        ("id\n../up\n", "line 2: '../up' cannot be an id, since it holds /"),
        ("id,name\n,Anna\n", "line 2: '' cannot be an id, since it is empty"),
        (b"id\nM\xfcller\n", "not UTF-8"),
        ('id\n"a\x00', "cannot be an id"),
    ],
)
def test_what_is_no_roster_is_told(tmp_path, text, told):
    with pytest.raises(UserError) as raised:
        Roster.load(saved(tmp_path, text))
    assert told in str(raised.value)


def test_a_roster_that_is_not_there(tmp_path):
    with pytest.raises(UserError, match="could not be read"):
        Roster.load(tmp_path / "nowhere.csv")
