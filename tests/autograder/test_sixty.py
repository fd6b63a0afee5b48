"""A class of sixty, as they really hand in: five platforms, files of every name and kind, from the download to the published marks."""

import contextlib
import io
import json
import re
import unicodedata
import zipfile
from collections import Counter, defaultdict
from html import unescape

import pytest

from autograder import sample
from autograder.cli import main
from autograder.commands.options import DONE, NOT_ALL
from autograder.instance import Instance

pytestmark = pytest.mark.xdist_group("sixty")  # what they share is made once

UNIT, OTHER = "05_vector_form", "00_start_here"
ODD = ["José Núñez", "प्रिया शर्मा", "Seán O'Brien", "李 雷", "Zoë Ünal", "Åsa Öberg", "می\u200cخواهم", "D’Arcy & Co"]
ODD += ["Ng", "Anne-Marie 50%", "=1+1", "Ẽrı Ø"]
STYLES = [one for one in sample.samples(UNIT) if one.name.startswith(("right_", "mistake_"))]
BROKEN = "The file is not a notebook: it breaks off at line 1. Ask the student to save it in JupyterLab and hand it in again."


def people() -> list[tuple[str, str]]:
    """Sixty ids and names, a dozen a platform."""
    return [(f"s{number:02}", ODD[number % 12] if number < 12 else f"{ODD[number % 12]} {'ABCDE'[number // 12]}") for number in range(60)]


def zipped(files: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, (name, data) in enumerate(files.items()):
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 20, 14, number // 60, number % 60 // 2 * 2)), data)
    return buffer.getvalue()


PLACES = (
    lambda number, name: f"{name}_{1000 + number}_assignsubmission_file/",
    lambda number, name: f"{''.join(name.split()).lower()}{'_LATE' * (number % 5 == 0)}_{1000 + number}_{number}_",
    lambda number, name: f"Unit 05_s{number:02}_attempt_2026-11-20-14-03-{number:02}_",
    lambda number, name: f"{name} - ",
    lambda number, name: f"s{number:02}+{UNIT}+2026-11-20 14:03:{number:02} UTC/",
)


def hand_ins(number: int, place: str, text: str, untouched: str, other: str) -> dict[str, bytes | str]:
    """What one person hands in, of a kind that the number decides; the right file among others."""
    return [
        lambda: {f"{place}{UNIT}.ipynb": text},
        lambda: {f"{place}{UNIT} (1).ipynb": text},
        lambda: {f"{place}{UNIT}-Copy1.ipynb": text},
        lambda: {f"{place}Copy of {UNIT.upper()}.IPYNB": text},
        lambda: {f"{place}homework.zip": zipped({f"deep/er/{UNIT}.ipynb": text, "notes.txt": "x"})},
        lambda: {f"{place}my homework.ipynb": text, f"{place}essay.pdf": "%PDF"},
        lambda: {f"{place}a.ipynb": text, f"{place}{UNIT}.ipynb": untouched},
        lambda: {f"{place}a.ipynb": other, f"{place}b.ipynb": text},
        lambda: {unicodedata.normalize("NFD", f"{place}Übung.ipynb"): text},
        lambda: {f"{place}untitled.ipynb": without_ids(text)},
        lambda: {f"{place}{UNIT}.ipynb": text, f"{place}again.zip": zipped({"same.ipynb": text})},
        lambda: {f"{place}{UNIT}.ipynb": text[: len(text) // 2], f"{place}{UNIT} (2).ipynb": text},
    ][number % 12]()


def without_ids(text: str) -> str:
    """A notebook as a tool leaves it that drops ids and metadata."""
    notebook = json.loads(text)
    notebook["cells"] = [{**cell, "metadata": {}} for cell in notebook["cells"]]
    return json.dumps(notebook)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """The class, with five downloads and a roster beside it; everything done by commands, once."""
    root = tmp_path_factory.mktemp("sixty")
    path = root / "class"
    assert main(["init", str(path)]) == main(["release", str(path), "05", "00"]) == DONE
    instance = Instance.open(path)
    released, other = (json.loads(instance.released(unit).read_text(encoding="utf-8")) for unit in (UNIT, OTHER))
    model = sample.model_answers(UNIT)
    lines, downloads = ["id,name,number"], [{} for _ in PLACES]
    for number, (student, name) in enumerate(people()):
        lines.append(f'{student},"{name}",{1000 + number}')
        style = STYLES[number % len(STYLES)]
        text = json.dumps(sample.filled(released, {**model, **style.answers}, (f"who = {student!r}", *style.helpers), sample.WRITTEN))
        platform = number // 12
        downloads[platform] |= hand_ins(number, PLACES[platform](number, name), text, json.dumps(released), json.dumps(other))
    lines.append("s60,Nobody Yet,1060")
    (root / "roster.csv").write_text("\n".join(lines), encoding="utf-8")
    for number, files in enumerate(downloads):
        (root / f"{number}.zip").write_bytes(zipped(files))
    return root


@pytest.fixture(scope="module")
def graded(root):
    """What the commands say of it: the fates of all files, by download, and `grade --json`."""
    path, fates = root / "class", []
    for number in range(len(PLACES)):
        status, told = printed("collect", path, "05", root / f"{number}.zip", "--roster", root / "roster.csv", "--json")
        assert status == NOT_ALL  # one file of each breaks off in the middle
        fates.append(json.loads(told))
    status, told = printed("grade", path, "05", "--json")
    assert status == main(["feedback", str(path), "05"]) == DONE
    return fates, json.loads(told)


def printed(*words: object) -> tuple[int, str]:
    """A command's exit status, and what it printed."""
    with contextlib.redirect_stdout(io.StringIO()) as told:
        return main(list(map(str, words))), told.getvalue()


def test_every_file_has_a_fate_and_every_notebook_is_found(graded):
    fates, reports = graded
    for of_platform in fates:
        assert Counter(fate["what"] for fate in of_platform) == {"collected": 12, "left out": 4, "there already": 1, "unclear": 1}
        assert [fate["why"] for fate in of_platform if fate["what"] == "unclear"] == [BROKEN]
    assert [report["student"] for report in reports] == [student for student, _ in people()]


def test_the_same_work_has_the_same_mark_wherever_it_came_from(graded):
    marks = defaultdict(set)
    for number, report in enumerate(graded[1]):
        marks[STYLES[number % len(STYLES)].name].add((report["score"], report["max_score"]))
    assert all(len(of_style) == 1 for of_style in marks.values())
    for name, of_style in marks.items():
        assert (of_style == {(16, 16)}) == name.startswith("right_"), name


def test_gradebook_reports_pages_and_the_class_page_agree(root, graded):
    path = root / "class"
    scores = {row["student"]: row for row in json.loads(printed("scores", path, "05", "--json")[1])}
    figures = json.loads(printed("report", path, "05", "--roster", root / "roster.csv", "--json")[1])[0]
    instance = Instance.open(path)
    for report in graded[1]:
        row = scores[report["student"]]
        assert row["exercises"] == report["score"] and row["needs_manual_grade"]
        page = unescape(instance.feedback_page(report["student"], UNIT).read_text(encoding="utf-8"))
        assert all(one["reason"][:30] in re.sub("</?code>", "`", page) for one in report["exercises"] if one["outcome"] == "failed")
    assert figures["handed_in"] == list(scores) and figures["missing"] == ["s60"]
    assert {of["cause"]: len(of["students"]) for of in figures["misconceptions"]}
    assert {student for student, why in figures["waiting"]} == set(scores)


def test_a_second_round_of_everything_changes_nothing(root, graded):
    path = root / "class"
    folders = ("submitted", "autograded", "feedback", "reports")
    before = {file: file.read_bytes() for folder in folders for file in (path / folder).rglob("*.*")}
    for number in range(len(PLACES)):
        fates = json.loads(printed("collect", path, "05", root / f"{number}.zip", "--roster", root / "roster.csv", "--json")[1])
        assert not [fate for fate in fates if fate["what"] == "collected"]
    assert json.loads(printed("grade", path, "05", "--json")[1]) == graded[1] and printed("feedback", path, "05")[0] == DONE
    assert before == {file: file.read_bytes() for file in before}
