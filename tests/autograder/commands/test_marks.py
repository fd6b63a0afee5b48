"""Marks out of the gradebook and into it, as the commands are typed."""

import json

import pytest

from autograder.cli import main
from autograder.commands.options import DONE, NOT_ALL, USAGE

UNIT = "05_sample"


@pytest.fixture
def path(instance, record_verdicts):
    """A class in which one has a final mark, and another's written answer waits."""
    record_verdicts("ada", written="YOUR ANSWER HERE")
    record_verdicts("bob")
    return instance.root


@pytest.fixture
def roster(tmp_path):
    (tmp_path / "roster.csv").write_text("id,name,username\nada,Ada,al1\nbob,Bob,\x1b[31mbb\neve,[b]Eve,ev\n", encoding="utf-8")
    return str(tmp_path / "roster.csv")


def test_the_table_names_who_handed_in_nothing_and_what_is_not_final(path, roster, capsys):
    assert main(["scores", str(path), "05", "--roster", roster]) == DONE
    told = " ".join(capsys.readouterr().out.split())
    assert "eve ([b]Eve)" in told and "nothing handed in" in told and "bob" in told and "provisional" in told


def test_a_file_for_a_platform_has_the_final_marks_and_tells_who_is_left_out(path, roster, tmp_path, capsys):
    words = ["scores", str(path), "--for", "blackboard", "--roster", roster, "--out", str(tmp_path / "up.csv")]
    assert main(words) == NOT_ALL
    out, err = capsys.readouterr()
    assert not out and "2 marks of 05_sample." in err and "Left out (provisional): bob." in err
    assert (tmp_path / "up.csv").read_text(encoding="utf-8") == '"Username","05_sample"\n"al1","4.0"\n"ev","0.0"\n'
    assert main([*words, "--provisional", "--column", "Unit |5"]) == DONE
    assert '"Username","Unit |5"' in (tmp_path / "up.csv").read_text(encoding="utf-8")


def test_a_table_for_a_spreadsheet_says_that_it_is_utf_8_and_the_terminal_has_no_mark(path, tmp_path, capsys):
    assert main(["scores", str(path), "--csv", "--out", str(tmp_path / "up.csv")]) == DONE
    assert (tmp_path / "up.csv").read_bytes().startswith(b"\xef\xbb\xbfstudent,unit,status,double,square,written_1,")
    capsys.readouterr()
    assert main(["scores", str(path), "--csv"]) == DONE
    assert capsys.readouterr().out.startswith("student,")
    assert main(["scores", str(path), "--json", "--out", str(tmp_path / "up.json")]) == DONE
    assert json.loads((tmp_path / "up.json").read_text(encoding="utf-8"))[0]["marks"] == {"double": 2.0, "square": 2.0, "written_1": 0.0}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--column", "x"], "give --for too"),
        (["--provisional"], "give --for too"),
        (["--out", "x"], "give --csv, --json or --for too"),
        (["--for", "canvas"], "Canvas knows students by ID or SIS User ID or SIS Login ID: give --roster CSV"),
    ],
)
def test_wrong_use_is_told(path, capsys, words, told):
    assert main(["scores", str(path), *words]) == USAGE
    assert told in capsys.readouterr().err


def test_a_platform_takes_one_unit_at_a_time(instance, capsys):
    assert main(["scores", str(instance.root), "--for", "csv"]) == USAGE
    assert "takes the marks of one unit; got none" in capsys.readouterr().err


def test_marks_are_taken_in_from_a_table_that_was_filled_in(path, tmp_path, capsys):
    table = tmp_path / "marks.csv"
    assert main(["marks", str(path), "05", "--template", "--out", str(table)]) == DONE
    assert f"autograder marks {path} 05_sample FILE" in capsys.readouterr().err
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("bob,,,", "bob,4,Well done.,"), encoding="utf-8")
    assert main(["marks", str(path), "05", str(table)]) == DONE
    told = capsys.readouterr().err
    assert "New: 1 marks and 1 comments, of 1 students; as they were: 1. Next: autograder feedback" in told
    assert main(["scores", str(path), "05", "--json"]) == DONE
    assert [row["total"] for row in json.loads(capsys.readouterr().out)] == [4.0, 8.0]
    table.write_text(text.replace("bob,,,", "bob,40,,"), encoding="utf-8")
    assert main(["marks", str(path), "05", str(table)]) == USAGE
    assert "Nothing was written" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["file.csv", "--template"], ["file.csv", "--out", "x"]])
def test_a_file_of_marks_or_a_template(path, capsys, words):
    assert main(["marks", str(path), "05", *words]) == USAGE
    assert "Expected a FILE of marks, or --template" in capsys.readouterr().err
