"""Tables: read within bounds, written harmless."""

import pytest

from autograder.intake import tables
from course.errors import UserError


def saved(folder, data):
    path = folder / "table.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return path


def test_a_table_as_spreadsheets_write_it(tmp_path):
    table = tables.read(saved(tmp_path, '\ufeffStudent\x1b ;Mark;Note\r\n\r\nJose\u0301;3,5;"two\nlines"\r\n;;\r\nb;1\r\n'), "table")
    assert table.heading == ["student", "mark", "note"]
    assert [(line.number, line.cells) for line in table.lines] == [
        (3, {"student": "José", "mark": "3,5", "note": "two\nlines"}),
        (5, {"student": "b", "mark": "1"}),
    ]


def test_what_is_written_is_read_again(tmp_path):
    rows = [["a,b", 'c"d'], ["é", "x\ny"]]
    table = tables.read(saved(tmp_path, tables.MARK + tables.written(["one", "two"], rows)), "table")
    assert [list(line.cells.values()) for line in table.lines] == rows
    assert tables.written(["a"], [[1.5]], all_quoted=True) == '"a"\n"1.5"\n'


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_no_spreadsheet_takes_it_for_a_formula(text):
    assert tables.harmless(text) == "'" + text and tables.harmless(f"a{text}") == f"a{text}"


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"a\n\xff\n", "is not UTF-8 text (byte 2)"), (b"a\n" + b"x" * 200_000, "is no table of comma-separated values: field larger")],
)
def test_what_is_no_table_is_told(tmp_path, data, told):
    with pytest.raises(UserError) as raised:
        tables.read(saved(tmp_path, data), "table")
    assert told in str(raised.value)


def test_a_table_has_bounds(tmp_path, monkeypatch):
    path = saved(tmp_path, "a\n1\n2\n3\n")
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    with pytest.raises(UserError, match="more than 2 lines, which is no list"):
        tables.read(path, "list")
    monkeypatch.setattr(tables, "MAX_BYTES", 5)
    with pytest.raises(UserError, match="which is no list"):
        tables.read(path, "list")
    with pytest.raises(UserError, match=r"The list .* could not be read"):
        tables.read(tmp_path / "nowhere.csv", "list")
