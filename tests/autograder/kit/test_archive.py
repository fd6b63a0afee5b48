"""The student's kit: what is in it, that no answer is found in it, and that a class can have its own."""

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from autograder.cli import main
from autograder.kit import archive
from course.errors import UserError
from course.units import PACK, UNITS
from tests.autograder.kit.plain_sight import in_plain_sight

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.xdist_group("kit")
PINS = (ROOT / "requirements-lab.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def kit(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("kit") / "kit.zip"
    assert main(["kit", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def files(kit) -> dict[str, bytes]:
    with zipfile.ZipFile(kit) as held:
        return {name.removeprefix("backpropagation/"): held.read(name) for name in held.namelist()}


def test_it_holds_what_students_need_and_nothing_else(files, wheel):
    notebooks = {f"notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")}
    rest = {"START-HERE.html", "start.py", "requirements.txt", wheel.name, "LICENSE.txt", "LICENSE-prose.txt"}
    assert files.keys() == notebooks | rest
    assert files[wheel.name] == wheel.read_bytes()
    for name in notebooks:
        assert files[name] == (ROOT / name).read_bytes()


def test_no_answer_stands_in_plain_sight(kit):
    """But for what the notebooks themselves give to students, or show."""
    found = in_plain_sight(kit.read_bytes(), PACK)
    assert [name for name in found if not name.endswith(".ipynb")] == []
    with zipfile.ZipFile(kit) as held:
        assert not [name for name in held.namelist() if "solutions" in name]


def test_it_is_the_same_bytes_each_time(kit, tmp_path):
    assert main(["kit", str(tmp_path)]) == 0
    assert (tmp_path / archive.NAME).read_bytes() == kit.read_bytes()


def test_it_pins_what_was_tested_and_no_place_to_load_it_from(files, wheel):
    lines = files["requirements.txt"].decode().splitlines()
    assert lines[0].startswith("#") and lines[-1] == f"./{wheel.name}"
    assert lines[1:-1] == [line for line in PINS if not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.+!]+( ; .+)?", line) for line in lines[1:-1])


def test_the_page_names_what_is_in_the_kit(files):
    page = files["START-HERE.html"].decode()
    named = set(re.findall(r"[\w.-]+\.(?:py|txt|ipynb)\b", page)) - {"my_network.py"}
    assert named == {"start.py", "requirements.txt", "00_start_here.ipynb", "LICENSE.txt", "LICENSE-prose.txt"}
    assert "Python 3.11 to 3.14" in page and ">=3.11,<3.15" in page.replace("&gt;", ">").replace("&lt;", "<")
    assert not re.search(r'(src|href)="(?!https://(docs\.astral\.sh|www\.python\.org)/)', page), "it opens without a network"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_opens_from_a_file_and_keeps_nobody_out(files, tmp_path, playwright, chromium_options, scheme):
    (tmp_path / "START-HERE.html").write_bytes(files["START-HERE.html"])
    browser = playwright.chromium.launch(**chromium_options)
    tab = browser.new_context(viewport={"width": 360, "height": 740}, offline=True, color_scheme=scheme).new_page()
    tab.goto((tmp_path / "START-HERE.html").as_uri())
    assert Axe().run(tab).response["violations"] == []
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it fits a phone"
    browser.close()


def test_a_class_gives_what_it_has_released(instance, capsys):
    beside = instance.source("05_sample").parent / "data" / "points.csv"
    beside.parent.mkdir()
    beside.write_text("1,2\n")
    assert main(["release", str(instance.root), "05_sample", "--kit"]) == 0
    path = instance.root / "release" / archive.NAME
    assert f"Or give them {path}, with all units released so far." in capsys.readouterr().err
    with zipfile.ZipFile(path) as held:
        inside = {name.removeprefix("backpropagation/notebooks/") for name in held.namelist() if "/notebooks/" in name}
        notebook = json.loads(held.read("backpropagation/notebooks/05_sample.ipynb"))
    assert inside == {"05_sample.ipynb", "data/points.csv"}
    assert "instructor's own" not in json.dumps(notebook)
    assert instance.units() == ["05_sample"] and not instance.strays()


def test_files_of_two_units_that_would_be_one_are_told(instance):
    for unit, text in (("05_sample", "1"), ("06_other", "2")):
        for folder in ("source", "release"):
            place = instance.root / folder / unit
            place.mkdir(exist_ok=True)
            (place / f"{unit}.ipynb").write_text("{}")
            (place / "numbers.csv").write_text(text)
    with pytest.raises(UserError, match=r"Two units have a file numbers\.csv, and they differ"):
        archive.notebooks_of(instance)


def test_units_are_all_there(files):
    assert {name for name in files if name.endswith(".ipynb")} == {f"notebooks/{unit}.ipynb" for unit in UNITS.names}


def test_a_zip_has_one_date_and_one_mode(kit):
    with zipfile.ZipFile(io.BytesIO(kit.read_bytes())) as held:
        entries = held.infolist()
    assert {(entry.date_time, entry.external_attr, entry.create_system) for entry in entries} == {
        ((2020, 2, 2, 0, 0, 0), 0o100644 << 16, 3)
    }
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
