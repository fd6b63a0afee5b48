"""nbgrader's exchange, by its own commands from the release to the feedback that a student fetches; grading and pages are ours."""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from autograder import batch, release, sample
from autograder.cli import main
from autograder.commands.options import DONE
from autograder.gradebook import database
from autograder.instance import Instance

UNIT = "05_vector_form"
NO_BIAS = {"linear_forward": "def linear_forward(X, W, b):\n    return X @ W"}
RENAMED = "my work (1)"
SECRET = "submission_secret.txt"
pytestmark = pytest.mark.xdist_group("exchange")  # one exchange for all of these tests


class Exchange:
    """One machine: a class, students with directories of their own, and an exchange that all of them know by the machine's settings."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.instance = Instance.create(root / "calculus")
        (root / "exchange").mkdir()
        (root / "exchange").chmod(0o777)  # as the guide says, whatever the umask
        (root / "settings").mkdir()
        self.setting(f"c.Exchange.root = {str(root / 'exchange')!r}")

    def setting(self, line: str) -> None:
        with (self.root / "settings" / "nbgrader_config.py").open("a") as config:
            config.write(f"{line}\n")

    def nbgrader(self, place: Path, *words: str) -> str:
        environment = os.environ | {
            "PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]]),
            "JUPYTER_CONFIG_DIR": str(self.root / "settings"),
            "JUPYTER_DATA_DIR": str(place / ".local"),  # where a student's copy of what was submitted is kept
        }
        done = subprocess.run([sys.executable, "-m", "nbgrader", *words], cwd=place, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def instructor(self, *words: str) -> str:
        return self.nbgrader(self.instance.root, *words)

    def student(self, name: str, command: str) -> str:
        home = self.root / name
        home.mkdir(exist_ok=True)
        return self.nbgrader(home, command, UNIT, f"--course={self.instance.course_id}", f"--CourseDirectory.student_id={name}")

    def fetched(self, name: str) -> dict[str, bytes]:
        """The feedback that a student has, by the names of its files."""
        return {path.name: path.read_bytes() for path in (self.root / name / UNIT / "feedback").rglob("*.html")}


def answer(folder: Path, different: dict[str, str]) -> None:
    """Fill in a fetched notebook."""
    path = folder / f"{UNIT}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(sample.filled(notebook, sample.model_answers(UNIT) | different)), encoding="utf-8")


@pytest.fixture(scope="module")
def exchange(tmp_path_factory) -> Exchange:
    """Ada and Bob have handed in through it, Bob under another name, and Carol by mail; everything was graded and given back."""
    exchange = Exchange(tmp_path_factory.mktemp("machine"))
    instance = exchange.instance
    batch.add_sources(instance, [UNIT])
    release.release(instance, UNIT)
    exchange.instructor("release_assignment", UNIT)
    for name, different in (("ada", {}), ("bob", NO_BIAS)):
        exchange.student(name, "fetch_assignment")
        answer(exchange.root / name / UNIT, different)
    (exchange.root / "bob" / UNIT / f"{UNIT}.ipynb").rename(exchange.root / "bob" / UNIT / f"{RENAMED}.ipynb")
    for name in ("ada", "bob"):
        exchange.student(name, "submit")
    exchange.instructor("collect", UNIT)
    carol = instance.submitted("carol", UNIT)
    carol.parent.mkdir(parents=True)
    carol.write_bytes(instance.submitted("ada", UNIT).read_bytes())
    assert main(["grade", str(instance.root), UNIT]) == DONE
    assert main(["feedback", str(instance.root), UNIT]) == DONE
    exchange.instructor("release_feedback", UNIT)
    for name in ("ada", "bob"):
        exchange.student(name, "fetch_feedback")
    return exchange


def test_what_was_collected_is_graded_whatever_it_is_called(exchange):
    assert {row.student: row.exercises for row in database.scores(exchange.instance, UNIT)} == {"ada": 16, "bob": 15, "carol": 16}


def test_each_student_fetches_their_own_page_under_the_name_of_their_notebook(exchange):
    page = {name: exchange.instance.feedback_page(name, UNIT).read_bytes() for name in ("ada", "bob")}
    assert exchange.fetched("ada") == {f"{UNIT}.html": page["ada"]}
    assert exchange.fetched("bob") == {f"{RENAMED}.html": page["bob"]}
    assert b"the bias is missing" in page["bob"] and page["ada"] != page["bob"]


def test_the_secret_goes_along_and_no_students_page_is_under_anothers(exchange):
    secrets = {}
    for name in ("ada", "bob"):
        (cached,) = (exchange.root / name / ".local").rglob(SECRET)
        beside = [exchange.instance.submitted(name, UNIT), exchange.instance.feedback_page(name, UNIT)]
        assert {path.with_name(SECRET).read_text() for path in beside} == {cached.read_text()}
        secrets[name] = cached.read_text()
    secrets["carol"] = exchange.instance.feedback_page("carol", UNIT).with_name(SECRET).read_text()
    assert len(set(secrets.values())) == 3 and all(len(secret) == 128 for secret in secrets.values())


def test_the_button_for_feedback_and_a_mark_given_since_reach_the_student(exchange):
    """As formgrader does it: generate feedback, release it; the student fetches once more."""
    with database.opened(exchange.instance) as session:
        found = database.api.SubmittedAssignment
        (penalty,) = session.query(database.api.SubmittedNotebook).join(found).filter(found.student_id == "ada")
        penalty.late_submission_penalty = 2
    exchange.instructor("generate_feedback", UNIT, "--force")
    exchange.instructor("release_feedback", UNIT)
    for name in ("ada", "bob"):
        exchange.student(name, "fetch_feedback")
    assert b"2 taken off for handing in late" in exchange.fetched("ada")[f"{UNIT}.html"]
    assert exchange.fetched("bob") == {f"{RENAMED}.html": exchange.instance.feedback_page("bob", UNIT).read_bytes()}


def test_what_is_handed_in_again_is_collected_and_graded_again(exchange):
    answer(exchange.root / "ada" / UNIT, NO_BIAS)
    exchange.student("ada", "submit")
    exchange.instructor("collect", UNIT, "--update")
    assert main(["grade", str(exchange.instance.root), UNIT]) == DONE
    assert main(["feedback", str(exchange.instance.root), UNIT]) == DONE
    exchange.instructor("release_feedback", UNIT)
    exchange.student("ada", "fetch_feedback")
    folders = sorted((exchange.root / "ada" / UNIT / "feedback").iterdir())
    assert [b"the bias is missing" in (folder / f"{UNIT}.html").read_bytes() for folder in folders] == [False, True]
