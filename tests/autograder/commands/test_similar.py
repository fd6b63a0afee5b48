"""`autograder similar`, as it is typed."""

import json
import shutil

import pytest

from autograder.cli import main
from autograder.commands.options import DONE, NOT_ALL, USAGE
from autograder.teams import share

UNIT = "05_sample"
ODD = "def double(x):\n    odd_one = [3 * x - 2 * x for _ in range(1)]\n    return odd_one.pop() + sum([x]) if x is not None else None\n"
OTHER = "def double(x):\n    {0} = {1} / x\n    {0} -= x ** {1} % 7\n    while {0} {2} {1}: {0} {2}= abs(x {2} {1})\n    return x + x\n"


@pytest.fixture
def handed_in(instance, hand_in):
    for i, sign in enumerate("+-*/%@&|^<>"):
        hand_in(f"student{i}", {"double": OTHER.format(f"name{i}", i, sign), "written_1": f"My {i} words, {i} in all."})
    for student in ("zoë", "adam"):
        hand_in(student, {"double": ODD, "written_1": "As the chain rules says, bot paths count."})
    return instance


def test_the_page_and_what_is_said(handed_in, capsys):
    assert main(["similar", str(handed_in.root), "05"]) == DONE
    told = capsys.readouterr()
    assert f"{UNIT}: 13 notebooks compared, 1 pair stands out." in told.err and "A pair on it is a lead, not a verdict" in told.err
    html = (handed_in.root / "similar.html").read_text(encoding="utf-8")
    assert "adam and zoë" in html and "<mark>As the chain rules says, bot paths count</mark>" in html


def test_a_team_has_one_notebook(handed_in, capsys):
    (handed_in.root / "teams.csv").write_text("team,student\nblue,adam\nblue,eve\n", encoding="utf-8")
    share(handed_in, UNIT)
    assert main(["similar", str(handed_in.root), "05", "--json"]) == DONE
    told = capsys.readouterr()
    assert handed_in.submitted("eve", UNIT).is_file() and "13 notebooks compared" in told.err
    assert not [pair for pair in json.loads(told.out)[0]["pairs"] if "eve" in pair["students"]]


def test_json_is_one_array_and_nothing_else_on_standard_output(handed_in, capsys):
    assert main(["similar", str(handed_in.root), "--all", "--json"]) == DONE
    (unit,) = json.loads(capsys.readouterr().out)
    assert unit["unit"] == UNIT and unit["pairs"][0]["students"] == ["adam", "zoë"] and unit["pairs"][0]["stands_out"]
    assert not (handed_in.root / "similar.html").exists()


def test_without_names(handed_in, tmp_path):
    assert main(["similar", str(handed_in.root), "05", "--anonymous", "--out", str(tmp_path / "page.html")]) == DONE
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "student 1 and student 2" in html and "zoë" not in html


def test_a_notebook_that_cannot_be_read_is_said_to_be_so(handed_in, hand_in, capsys):
    hand_in("broken", "{")
    assert main(["similar", str(handed_in.root), "05"]) == NOT_ALL
    assert "1 could not be read: broken." in capsys.readouterr().err


def test_too_few_hand_ins_are_told_in_a_sentence(instance, hand_in, capsys):
    hand_in("adam", {"double": ODD})
    assert main(["similar", str(instance.root), "05"]) == USAGE
    assert "Notebooks of 05_sample that could be read: 1. Expected at least 8" in capsys.readouterr().err


def test_of_several_units_one_with_too_few_is_left_out_and_named(handed_in, capsys):
    second = "06_sample"
    for place in (handed_in.source, handed_in.released):
        place(second).parent.mkdir()
        shutil.copy(place(UNIT), place(second))
    place = handed_in.submitted("adam", second)
    place.parent.mkdir()
    shutil.copy(handed_in.submitted("adam", UNIT), place)
    assert main(["similar", str(handed_in.root), "--all"]) == NOT_ALL
    told = capsys.readouterr().err
    assert "Notebooks of 06_sample that could be read: 1" in told and "05_sample: 13 notebooks compared" in told
    assert UNIT in (handed_in.root / "similar.html").read_text(encoding="utf-8")


def test_a_class_without_hand_ins_has_no_page(instance, capsys):
    assert main(["similar", str(instance.root), "--all"]) == NOT_ALL
    assert "There is nothing to compare" in capsys.readouterr().err
    assert not (instance.root / "similar.html").exists()
