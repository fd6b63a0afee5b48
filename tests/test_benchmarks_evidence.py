"""The page of evidence: that it is what the results say, and that nothing on it is made up."""

import pytest

from benchmarks import evidence, table

README = """# Benchmarks

| figure | ours | beside | ratio | met |
|--------|------|--------|-------|-----|
| a step | 1 ms | torch  | 0.87  | no  |

## The exercises

2 cores, a processor, 2026-11-28.

| unit           | exercise | seeds | mistakes | caught  | named | right answers | passed | blamed |
|----------------|----------|-------|----------|---------|-------|---------------|--------|--------|
| 05_vector_form | `one`    | 1,000 | 6        | 100 %   | 98 %  | 5             | 100 %  | 0      |
| 05_vector_form | `two`    | 10    | 4        | 99.98 % | 100 % | 4             | 100 %  | 1      |

Words of a first paragraph.

## Nothing yet
"""


@pytest.fixture
def results():
    return evidence.Results(README)


def test_the_page_is_what_the_results_say():
    """And `make evidence` makes it so."""
    assert evidence.PAGE.read_text(encoding="utf-8") == evidence.page()


def test_a_page_that_is_behind_its_results_is_told(tmp_path, monkeypatch):
    behind = tmp_path / "evidence.md"
    monkeypatch.setattr(evidence, "ROOT", tmp_path)
    monkeypatch.setattr(evidence, "PAGE", behind)
    monkeypatch.setattr(evidence, "page", lambda: "new")
    with pytest.raises(SystemExit, match="make evidence"):
        evidence.main(["--check"])
    evidence.main([])
    evidence.main(["--check"])
    assert behind.read_text(encoding="utf-8") == "new"


def test_a_section_is_read_by_its_heading(results):
    assert [row["exercise"] for row in results.rows("The exercises")] == ["`one`", "`two`"]
    assert results.rows("")[0]["met"] == "no" and results.rows("Nothing yet") == []
    assert [results.has(one) for one in ("The exercises", "Nothing yet", "No section")] == [True, False, False]
    assert results.measured_on("The exercises") == "2 cores, a processor, 2026-11-28." and results.measured_on("") == ""
    assert results.paragraph("The exercises", "Words") == "Words of a first paragraph."


def test_what_the_template_asks_for_and_is_not_there_is_an_error(results):
    with pytest.raises(LookupError, match="no section 'Speed'; it has '', 'The exercises'"):
        results.section("Speed")
    with pytest.raises(LookupError, match="begins with 'On 20'"):
        results.paragraph("The exercises", "On 20")


def test_units_are_summed_and_show_their_worst_exercise(results):
    rows = results.rows("The exercises")
    assert evidence.total(rows, "mistakes", "seeds") == 6_040
    assert (evidence.least(rows, "seeds"), evidence.most(rows, "seeds")) == ("10", "1,000")
    [unit] = evidence.by_unit(rows)
    assert list(unit.values()) == ["05_vector_form", "2", "10", "9", "99.98 %", "98 %", "100 %", "1"]


@pytest.mark.parametrize(("cell", "expected"), [("1,000", 1000), ("99.98 %", 99.98), ("16 ms", 16), ("3.7 µs", 3.7)])
def test_numbers_in_cells(cell, expected):
    assert evidence.number(cell) == expected


def test_a_table_is_read_as_it_was_written():
    lines = [("a", ""), ("c d", "1,000")]
    assert [tuple(row.values()) for row in table.rows(f"text\n\n{table.markdown(('x', 'y'), lines)}\n\nmore\n| z |")] == lines


def test_all_columns_are_shown_where_none_is_named(results):
    rows = results.rows("")
    assert table.rows(evidence.shown(rows)) == rows and "torch" not in evidence.shown(rows, "figure", "ours")


def test_every_file_of_attacks_is_counted():
    files = sorted(evidence.ATTACKS.rglob("test_*.py"))
    rows = evidence.attacks()
    assert [row["attacks"] for row in rows] == [evidence.about(path) for path in files]
    assert all(int(row["tests"]) > 3 for row in rows)
