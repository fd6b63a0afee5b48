"""The command that makes the site."""

import re

import pytest

from course.errors import UserError
from website import __main__ as command


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("x")
    assert command.main([str(tmp_path)]) == 1
    assert "holds something else. Name another." in " ".join(capsys.readouterr().err.split())
    assert (tmp_path / "thesis.txt").read_text() == "x"


def test_a_site_made_before_is_replaced_once_all_is_well(tmp_path):
    site = tmp_path / "made" / "site"
    with command.in_place_of(site) as new:
        for name in (*command.MADE, "old.html"):
            (new / name).touch()
    with pytest.raises(ZeroDivisionError), command.in_place_of(site) as new:
        (new / "new.html").touch()
        raise ZeroDivisionError
    assert (site / "old.html").is_file()
    with command.in_place_of(site) as new:
        (new / "new.html").touch()
    assert [path.name for path in site.parent.rglob("*")] == ["site", "new.html"]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("s = 1 / (1 + np.exp(-z))", "a.html shows what solves 03_node_by_node: s=1/(1+np.exp(-z))"),
        ('<a href="b.html">', "a.html links to b.html, which is not there"),
    ],
)
def test_a_site_that_is_not_fit_to_be_shown(tmp_path, body, fault):
    (tmp_path / "a.html").write_text(f"<p>{body}</p>")
    with pytest.raises(UserError, match=re.escape(f"The site is not fit to be shown:\n{fault}")):
        command.looked_after(tmp_path)


def test_an_unknown_unit(tmp_path, capsys):
    assert command.main([str(tmp_path), "--unit", "12"]) == 1
    assert "no unit is called '12'" in capsys.readouterr().err


def test_a_folder_without_pyodide_is_told_before_anything_is_run(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(command, "executed", None)
    assert command.main([str(tmp_path / "site"), "--offline", str(tmp_path)]) == 1
    assert f"There is no Pyodide in {tmp_path}: `make pyodide`" in " ".join(capsys.readouterr().err.split())
