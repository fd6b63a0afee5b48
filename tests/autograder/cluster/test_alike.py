"""What a worker must have in common with the controller."""

import shutil
from pathlib import Path

from autograder.cluster import alike

ROOT = Path(__file__).parents[3]


def test_a_change_in_any_source_of_the_two_packages_is_a_difference(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "course" / "units", tmp_path / "course_copy")
    monkeypatch.syspath_prepend(tmp_path)
    before = alike.digest("course_copy")
    assert alike.digest("course_copy") == before
    (tmp_path / "course_copy" / "notes.txt").write_text("no source")
    assert alike.digest("course_copy") == before
    room = tmp_path / "course_copy" / "u00_start_here" / "square.py"
    room.write_text(room.read_text() + "\n")
    assert alike.digest("course_copy") != before


def test_what_this_process_is_made_of_differs_from_itself_in_nothing():
    made_of = alike.made_of()
    assert alike.differences(dict(made_of), made_of) == "" and len(made_of["sources"]) == 64
    assert alike.differences({**made_of, "numpy": "1"}, made_of) == f"it has numpy 1 in place of {made_of['numpy']}"
    assert alike.differences({**made_of, "sources": "x"}, made_of) == "it has another version of the course"
