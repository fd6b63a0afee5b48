"""The table of how well the exercises judge."""

import pytest

from autograder.measure import Tally, share, tally
from benchmarks import exercises, table
from benchmarks.exercises import BEGIN, END, cells
from course.units import exercise

UNIT = "00_start_here"


def test_tallies_add_up():
    assert Tally(1, 1, 0, 2, 2, 0) + Tally(3, 2, 2, 1, 1, 1) == Tally(4, 3, 2, 3, 3, 1)


def test_a_tally_counts_every_mistake_and_every_right_answer_once_for_each_seed():
    counts = tally(UNIT, "square", range(2))
    mistakes = 2 * len(exercise("square").mistakes)
    assert counts.mistakes == counts.caught == mistakes and counts.right == counts.passed == 2 * 5 and counts.blamed == 0


@pytest.mark.parametrize(("part", "whole", "text"), [(5, 5, "100 %"), (4_999, 5_000, "99.98 %"), (0, 3, "0 %")])
def test_a_hundred_percent_is_said_of_all_alone(part, whole, text):
    assert share(part, whole) == text


def test_the_lines_of_one_unit_take_the_place_of_its_old_ones_and_leave_the_others(tmp_path, monkeypatch, capsys):
    readme = tmp_path / "README.md"
    old = [("00_start_here", "`square`", "1", *["6"] * 6), ("02_gradient_descent", "`mse`", "9", *["7"] * 6)]
    readme.write_text(f"before\n{BEGIN}\n\n{table.markdown(exercises.COLUMNS, old)}\n\n{END}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(table, "README", readme)
    monkeypatch.setattr(exercises, "rows", lambda units, seeds, workers: iter([(UNIT, "square", Tally(6, 6, 6, 5, 5, 0))]))
    exercises.main([UNIT, "--seeds", "1", "--write"])
    shown = [line for line in readme.read_text(encoding="utf-8").splitlines() if line.startswith("| 0")]
    assert len(shown) == 2 and "`mse`" in shown[1] and "100 %" in shown[0] and "100 %" in capsys.readouterr().out
    assert cells(UNIT, "square", Tally(6, 6, 6, 5, 5, 0), 1)[3:] == ("6", "100 %", "100 %", "5", "100 %", "0")
