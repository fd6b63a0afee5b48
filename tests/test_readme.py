"""What the README shows is what there is."""

import contextlib
import re
from pathlib import Path

import pytest

from autograder.cli import parser
from course.units import UNITS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [*sorted(ROOT.glob("[Rp]*.md")), *sorted((ROOT / "containers").rglob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
documents = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


@documents
def test_every_autograder_command_shown_is_one(path):
    shown = re.findall(r"^    autograder (.+?)(?:\s+#.*)?$", path.read_text(encoding="utf-8"), re.MULTILINE)
    for line in shown:
        assert parser().parse_args(line.split()).command
    assert shown or path.parent.name != "instructors", "a chapter without a command"


@documents
def test_every_make_target_shown_is_one(path):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make ([a-z-]+)|^    make ([a-z-]+)", path.read_text(encoding="utf-8"), re.MULTILINE):
        assert re.search(rf"^{''.join(target)}:", makefile, re.MULTILINE), target


@documents
def test_every_link_within_the_repository_leads_somewhere(path):
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_the_units_named_are_the_units_there_are():
    table = "\n".join(line for line in README.splitlines() if line.startswith("|"))
    assert all(re.search(rf"\b{unit[:2]} \w", table) for unit in UNITS) and f"`{next(iter(UNITS))}.ipynb`" in README


@pytest.mark.parametrize("path", [ROOT / "README.md", ROOT / "docs/widgets.md"], ids=lambda path: path.name)
def test_what_is_shown_of_widgets_runs(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in re.findall(r"(?:^    (?:from|t\b|Path).*\n)+", path.read_text(encoding="utf-8"), re.MULTILINE):
        for line in block.splitlines():
            code, _, said = line.strip().partition("# ValueError: ")
            with pytest.raises(ValueError, match=re.escape(said)) if said else contextlib.nullcontext():
                exec(code, names)
    (written,) = tmp_path.glob("*.html")
    assert "<html" in written.read_text(encoding="utf-8")
