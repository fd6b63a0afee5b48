"""The measurement of how large a class may be."""

import pytest

from benchmarks import grading, large, table

UNIT = "00_start_here"


def test_every_size_is_graded_from_nothing_and_the_table_says_all_that_was_asked(tmp_path, capsys):
    text = large.measure(tmp_path, UNIT, grading.made_up(UNIT, 4), few=2)
    assert capsys.readouterr().out.count(" a minute, ") == 1 + 5 + 3
    measured = {row["what"]: row["measured"] for row in table.rows(text)}
    assert [value.split(" ", 1)[1] for value in measured.values()] == ["s", "s", "a minute", "MB", "s"]
    assert all(float(value.split()[0].replace(",", "")) > 0 for value in measured.values())


def test_a_student_without_a_mark_is_no_measurement(tmp_path, monkeypatch):
    monkeypatch.setattr(large.database, "scores", lambda *_: [])
    with pytest.raises(RuntimeError, match="must have 1 students' marks, and has 0"):
        large.graded(tmp_path / "class", UNIT, grading.made_up(UNIT, 1))


@pytest.mark.parametrize(("measured", "at_least", "met"), [(3.0, False, "no"), (2.0, False, "yes"), (3.0, True, "yes"), (2.0, True, "no")])
def test_a_target_is_met_or_not(measured, at_least, met):
    assert large.line("alone", measured, "s", 2.5, at_least) == ("alone", f"{measured} s", "≥ 2.5 s" if at_least else "< 2.5 s", met)
