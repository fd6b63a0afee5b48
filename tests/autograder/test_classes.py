"""Classes that earlier versions made, released, graded and marked, as those versions left them: they open, and lose nothing.

`classes/before-0.1.0.zip` was made by commit 7cfd9e0, months of a course before the first release: unit 00, which has another text and
another title since. Ada has everything right and a mark and a comment by hand, Bob has one answer wrong and waits for his written answer to
be marked, Cyd handed in the notebook as it was.
"""

import json
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook

from autograder import sample, update
from autograder.cli import main
from autograder.commands.options import DONE
from autograder.gradebook import database
from autograder.instance import Instance

CLASSES = sorted((Path(__file__).parent / "classes").glob("*.zip"))
UNIT = "00_start_here"
MARKS = {"ada": (2.0, 2.0), "bob": (1.0, None), "cyd": (0.0, 0.0)}  # of exercises, and of the written answer

pytestmark = pytest.mark.xdist_group("update")


@pytest.fixture(params=CLASSES, ids=[path.stem for path in CLASSES])
def early(request, tmp_path, monkeypatch) -> Instance:
    with zipfile.ZipFile(request.param) as held:
        held.extractall(tmp_path / "class")
    monkeypatch.setattr(update, "UNITS", SimpleNamespace(names=[UNIT, "01_feed_forward"]))  # a smaller course is quicker
    return Instance.open(tmp_path / "class")


def marks(instance: Instance) -> dict[str, tuple[float | None, float | None]]:
    return {one.student: (one.exercises, one.written) for one in database.scores(instance, UNIT)}


def comment(instance: Instance, student: str) -> str:
    with Gradebook(instance.db_url) as gradebook:
        return gradebook.find_comment("written_1", UNIT, UNIT, student).comment


def test_a_class_of_an_earlier_version_is_graded_updated_and_released_and_keeps_every_mark(early, capsys):
    assert marks(early) == MARKS
    grade = ["grade", str(early.root), UNIT, "--workers", "1"]
    for words in (grade, ["update", str(early.root)], grade, ["release", str(early.root), UNIT], [*grade, "--force"]):
        assert main(words) == DONE, (words, capsys.readouterr().err)
        assert marks(early) == MARKS and comment(early, "ada") == "Well said.", words
    assert early.units() == [UNIT, "01_feed_forward"]


def test_what_is_handed_in_late_on_the_old_notebook_and_on_the_new_one_is_graded_alike(early, capsys):
    old = json.loads(early.released(UNIT).read_text(encoding="utf-8"))
    assert main(["update", str(early.root)]) == main(["release", str(early.root), UNIT]) == DONE
    new = json.loads(early.released(UNIT).read_text(encoding="utf-8"))
    assert [cell["source"] for cell in old["cells"]] != [cell["source"] for cell in new["cells"]]
    for student, notebook in (("dee", old), ("eve", new)):
        path = early.submitted(student, UNIT)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(sample.filled(notebook, sample.model_answers(UNIT))), encoding="utf-8")
    assert main(["grade", str(early.root), UNIT, "--workers", "1"]) == DONE, capsys.readouterr().err
    assert marks(early) == MARKS | {"dee": (2.0, 0.0), "eve": (2.0, 0.0)}
