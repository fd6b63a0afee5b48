"""The measurement of whether `autograder watch` holds more and more."""

from benchmarks import table, watching


def test_every_hand_in_is_graded_and_what_the_processes_hold_is_found(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(watching, "UNIT", "00_start_here")
    monkeypatch.setattr(watching, "WAVE", 2)
    found = watching.measure(tmp_path / "class", arrivals=20, students=3)
    assert [one.graded for one in found] == [20] and str(found[0]) in capsys.readouterr().out
    assert found[0].controller > 30 and found[0].judging > 10 and found[0].rate > 0


def test_the_table_has_the_most_of_each_fifth():
    found = [watching.Held(200 * (n + 1), 600.0, 100.0 + n, 0.0 if n % 5 == 4 else 300.0 + n) for n in range(25)]
    rows = table.rows(watching.lines(found))
    assert [row["graded"] for row in rows] == [f"up to {n},000" for n in range(1, 6)]
    assert rows[-1]["controller holds at most"] == "124 MB" and rows[-1]["judging processes at most"] == "323 MB"
    assert [row["graded"] for row in table.rows(watching.lines(found[:1]))] == ["up to 200"]
