"""Teams: one hand-in that counts for several."""

import json

import pytest

from autograder import sample
from autograder.cli import main
from autograder.collect import collect
from autograder.commands.options import DONE, NOT_ALL
from autograder.gradebook.by_hand import Given, take_in, template
from autograder.instance import Instance
from autograder.teams import mates, share, teams_of
from course.errors import UserError

UNIT = "05_sample"
EARLY, LATE = "2026-03-01 10:00:00.000000 UTC\n", "2026-03-02 10:00:00.000000 UTC\n"


@pytest.fixture
def teams(instance):
    """Write the teams of the class."""

    def write(text):
        (instance.root / "teams.csv").write_text(text, encoding="utf-8")

    write("team,student\nred,ada\nred,bob\nred,cy\nblue,dee\n")
    return write


@pytest.fixture
def handed_in(hand_in):
    """Hand in an answer, at a time."""

    def write(student, answer, at=""):
        path = hand_in(student, {"double": answer} if answer else {})
        if at:
            path.with_name("timestamp.txt").write_text(at, encoding="utf-8")
        return path

    return write


def held_by(instance, student):
    """The notebook in somebody's place, and its time."""
    path = instance.submitted(student, UNIT)
    time = path.with_name("timestamp.txt")
    return path.read_bytes() if path.exists() else None, time.read_text(encoding="utf-8") if time.exists() else None


def told(shared):
    return [(one.team, one.student, one.copied, one.replaced) for one in shared]


def test_every_member_gets_what_one_handed_in_and_a_second_run_changes_nothing(instance, teams, handed_in):
    path = handed_in("bob", "x = 1", EARLY)
    handed_in("cy", "x = 1").unlink()
    (red,) = share(instance, UNIT)
    assert told([red]) == [("red", "bob", ("ada", "cy"), ())] and red.new == ("ada",)
    assert held_by(instance, "ada") == held_by(instance, "cy") == (path.read_bytes(), EARLY)
    assert held_by(instance, "dee") == (None, None)
    written = json.loads((instance.root / "teams" / f"{UNIT}.json").read_text(encoding="utf-8"))
    assert {student: copy["of"] for student, copy in written.items()} == {"ada": "bob", "cy": "bob"}
    assert told(share(instance, UNIT)) == [("red", "bob", (), ())]
    assert mates(instance, UNIT) == {"bob": ["ada", "cy"]}


def test_the_last_of_the_team_counts_and_nothing_is_lost(instance, teams, handed_in):
    handed_in("bob", "x = 1", EARLY)
    share(instance, UNIT)
    own = handed_in("bob", "x = 2", EARLY).read_bytes()
    last = handed_in("ada", "x = 3", LATE).read_bytes()
    assert told(share(instance, UNIT)) == [("red", "ada", ("bob", "cy"), ("bob",))]
    assert held_by(instance, "bob") == held_by(instance, "cy") == (last, LATE)
    (kept,) = (instance.root / "attempts" / UNIT / "bob").iterdir()
    assert kept.read_bytes() == own and kept.name.startswith("2026-03-01 10.00.00 ")
    assert told(share(instance, UNIT)) == [("red", "ada", (), ())]


def test_the_download_collected_again_changes_nothing(instance, teams, handed_in, tmp_path):
    for student, at in (("bob", EARLY), ("ada", LATE)):
        path = handed_in(student, f"x = '{student}'", at)
        (tmp_path / "download").mkdir(exist_ok=True)
        path.parent.rename(tmp_path / "download" / student)
    for expected in ({"collected"}, {"there already"}):
        assert {fate.what for fate in collect(instance, UNIT, tmp_path / "download") if fate.student} == expected
        (red,) = share(instance, UNIT)
        assert red.student == "ada" and held_by(instance, "bob") == held_by(instance, "ada")


def test_a_notebook_without_answers_does_not_count_where_another_has_some(instance, teams, handed_in):
    handed_in("bob", "x = 1", EARLY)
    handed_in("ada", "", LATE)
    assert told(share(instance, UNIT)) == [("red", "bob", ("ada", "cy"), ("ada",))]


def test_the_same_notebook_of_two_is_in_time_where_the_first_is(instance, teams, handed_in):
    handed_in("bob", "x = 1", LATE)
    handed_in("ada", "x = 1", EARLY)
    assert told(share(instance, UNIT)) == [("red", "ada", ("cy",), ())]
    assert (held_by(instance, "cy")[1], held_by(instance, "bob")[1]) == (EARLY, LATE)


@pytest.mark.parametrize(("bob", "ada"), [(EARLY, ""), ("", ""), (LATE, LATE)])
def test_where_it_is_not_clear_which_is_the_last_nobody_gets_anything(instance, teams, handed_in, bob, ada):
    handed_in("bob", "x = 1", bob)
    handed_in("ada", "x = 2", ada)
    before = held_by(instance, "ada")
    (red,) = share(instance, UNIT)
    assert "ada and bob handed in different notebooks, and which is the last is not clear" in red.unclear
    assert red.members == ("ada", "bob", "cy") and held_by(instance, "ada") == before and held_by(instance, "cy")[0] is None


def test_a_time_put_right_reaches_the_copies(instance, teams, handed_in):
    path = handed_in("bob", "x = 1", LATE)
    share(instance, UNIT)
    path.with_name("timestamp.txt").write_text(EARLY, encoding="utf-8")
    assert told(share(instance, UNIT)) == [("red", "bob", ("ada", "cy"), ())]
    path.with_name("timestamp.txt").unlink()
    share(instance, UNIT)
    assert held_by(instance, "ada")[1] is None


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_nothing_is_written_through_a_link(instance, teams, handed_in, tmp_path, depth):
    handed_in("bob", "x = 1", EARLY)
    place = [instance.submitted("ada", UNIT), *instance.submitted("ada", UNIT).parents][depth]
    place.parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "elsewhere").mkdir()
    place.symlink_to(tmp_path / "elsewhere")
    (red,) = share(instance, UNIT)
    assert "what ada handed in is a link or cannot be read" in red.unclear and not list((tmp_path / "elsewhere").iterdir())


def test_who_left_a_team_is_not_graded_with_its_notebook(instance, teams, handed_in):
    handed_in("bob", "x = 1", EARLY)
    share(instance, UNIT)
    teams("team,student\nred,bob\nred,ada\nblue,cy\n")
    red, left = share(instance, UNIT)
    assert red.student == "bob" and left.members == ("cy",)
    assert (
        f"cy has a copy of what bob handed in, and is in no team with them. Remove {instance.submitted('cy', UNIT).parent}" in left.unclear
    )
    (instance.root / "teams.csv").unlink()
    assert {one.members for one in share(instance, UNIT)} == {("ada",), ("cy",)}
    handed_in("cy", "x = 9", LATE)
    assert {one.members for one in share(instance, UNIT)} == {("ada",)}


def test_a_damaged_record_costs_nobody_their_work(instance, teams, handed_in):
    handed_in("bob", "x = 1", EARLY)
    share(instance, UNIT)
    (instance.root / "teams" / f"{UNIT}.json").write_text("[1", encoding="utf-8")
    assert told(share(instance, UNIT)) == [("red", "ada", (), ())]
    last = handed_in("cy", "x = 2", LATE).read_bytes()
    share(instance, UNIT)
    assert held_by(instance, "ada")[0] == held_by(instance, "bob")[0] == last


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("group,student\nred,ada\n", "has no column team"),
        ("team,who\nred,ada\n", "no column of ids: expected a heading with one of student, id"),
        ("team,student\nred,ada\nblue,ada\n", "line 3: ada is in the team 'red' already"),
        ("team,student\n,ada\n", "line 2: the name of the team is missing"),
        ("team,student\nred,../up\n", "'../up' cannot be an id, since it holds /"),
    ],
)
def test_teams_that_are_not_clear_are_told(instance, teams, text, told):
    teams(text)
    with pytest.raises(UserError) as raised:
        teams_of(instance)
    assert told in str(raised.value)


def test_marks_by_hand_go_to_the_team_unless_a_member_has_a_line(instance, record_verdicts, tmp_path):
    record_verdicts("ada", "bob", "cy")
    team = {"bob": ["ada", "cy", "nobody"]}
    assert [line.split(",")[0] for line in template(instance, UNIT, team).splitlines()] == ["student", "bob"]
    (tmp_path / "marks.csv").write_text("student,written_1,double\ncy,1,\nbob,3,\n", encoding="utf-8")
    assert take_in(instance, UNIT, tmp_path / "marks.csv", team) == Given(3, 0, 3, 0)
    marks = {line.split(",")[0]: line.split(",")[1] for line in template(instance, UNIT).splitlines()[1:]}
    assert marks == {"ada": "3", "bob": "3", "cy": "1"}


def test_a_team_is_graded_as_its_members_are(tmp_path, capsys):
    unit, path = "05_vector_form", tmp_path / "class"
    assert main(["init", str(path)]) == main(["release", str(path), unit]) == DONE
    instance = Instance.open(path)
    released = json.loads(instance.released(unit).read_text(encoding="utf-8"))
    for student in ("ada", "dee", "eve"):
        instance.submitted(student, unit).parent.mkdir(parents=True)
        answers = sample.model_answers(unit) if student == "ada" else {"relu_backward": f"# {student}"}
        instance.submitted(student, unit).write_text(json.dumps(sample.filled(released, answers)), encoding="utf-8")
    (path / "teams.csv").write_text("team,student\n\x1b[31mred,ada\n\x1b[31mred,bob\nblue,dee\nblue,eve\n", encoding="utf-8")
    assert main(["grade", str(path), "05", "--workers", "1", "--json"]) == NOT_ALL
    out, err = capsys.readouterr()
    assert [(row["student"], row["score"]) for row in json.loads(out)] == [("ada", 16), ("bob", 16)]
    assert f"{unit}: Team  [31mred: what ada handed in counts for bob too. Nothing was ever handed in by bob: is the id right?" in err
    assert f"{unit}: not graded: dee, eve. Team blue: dee and eve handed in different notebooks" in err
    assert main(["scores", str(path), "05", "--json"]) == DONE
    rows = {row["student"]: (row["status"], row["total"]) for row in json.loads(capsys.readouterr().out)}
    assert rows == {"ada": ("final", 16.0), "bob": ("final", 16.0), "dee": ("not graded yet", None), "eve": ("not graded yet", None)}
    assert main(["feedback", str(path), "05"]) == DONE
    assert instance.feedback_page("bob", unit).is_file()
