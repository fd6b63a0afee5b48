"""The doctor: what works is called fine, and whatever does not is named with what to do."""

import importlib.metadata
import io
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import IO

import pytest

from course import doctor
from course.doctor import Trouble

ROOT = Path(__file__).parent.parent
SUBJECTS = ["Python", "folder", "packages", "JupyterLab", "kernel", "check", "data", "figure", "widget"]


@pytest.fixture(autouse=True)
def no_next_kernel(monkeypatch):
    """No kernel is started in this process."""
    monkeypatch.setattr(doctor, "Kernel", lambda place, log: pytest.fail("a kernel"))


def run(*arguments: object, code: str = "", cwd: Path) -> subprocess.CompletedProcess[str]:
    """The doctor as a student calls it, with a home of its own; or some code first, in its place."""
    call = ["-c", code] if code else ["-m", "course.doctor", *map(str, arguments)]
    environment = os.environ | {
        "HOME": str(cwd),
        "PYTHONPATH": str(ROOT),
        "JUPYTER_PATH": str(cwd / "jupyter"),
        "IPYTHONDIR": str(cwd / "ipython"),
    }
    return subprocess.run([sys.executable, *call], cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=300)


def test_here_everything_works_and_the_next_step_is_told(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "00_start_here.ipynb").touch()
    done = run(cwd=tmp_path)
    assert done.returncode == doctor.FINE, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[:2] for line in lines[: len(SUBJECTS)]] == [["fine", subject] for subject in SUBJECTS]
    assert f"{tmp_path / 'notebooks'}, with 1 notebooks of the course" in done.stdout
    assert lines[-1] == f"Everything works. Next: {sys.executable} -m jupyterlab notebooks"
    assert done.stderr == "" and {path.name for path in (tmp_path / "notebooks").iterdir()} == {"00_start_here.ipynb"}


def test_without_numpy_it_still_runs_and_nothing_else_of_the_course_does(tmp_path):
    """As in an environment into which the course alone was installed."""
    absent = tmp_path / "site" / "numpy"
    absent.mkdir(parents=True)
    (absent / "__init__.py").write_text("raise ImportError('DLL load failed: a part is missing\\nand more')")
    places = os.pathsep.join([str(tmp_path / "site"), str(ROOT)])
    environment = os.environ | {"PYTHONPATH": places, "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "course.doctor"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == doctor.NOT_FINE and done.stderr == ""
    assert "NOT FINE  packages    NumPy is there, and cannot be loaded: DLL load failed: a part is missing\n" in done.stdout
    assert "pip install --force-reinstall -r requirements.txt" in done.stdout and "kernel" not in done.stdout
    assert done.stdout.splitlines()[-1] == "Not fine: 1. Do what it says there, the first first; then run this again."
    other = subprocess.run(
        [sys.executable, "-c", "import course"], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert other.returncode and "DLL load failed" in other.stderr


def test_help_says_what_is_looked_at(capsys):
    with pytest.raises(SystemExit, match="0"):
        doctor.main(["--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "What does not work is named, with what to do about it" in told and "default: the folder notebooks" in told


def test_an_older_python_is_not_fine_and_a_newer_one_is_told(monkeypatch):
    monkeypatch.setattr(doctor, "pythons", lambda: [(99, 0), (99, 2)])
    with pytest.raises(Trouble, match=r"expected 99\.0 or newer, got 3\.") as trouble:
        doctor.python()
    assert "Install Python 99.2" in trouble.value.advice
    monkeypatch.setattr(doctor, "pythons", lambda: [(3, 1), (3, 2)])
    assert doctor.python().endswith("the course was tested up to 3.2")
    monkeypatch.setattr(doctor, "pythons", lambda: [])
    assert doctor.python().endswith(sys.executable)


def test_pythons_are_those_that_the_course_declares():
    assert doctor.pythons()[0] == (3, 11) and all(major == 3 for major, _ in doctor.pythons())


def test_what_is_required_is_what_notebooks_need():
    assert {"numpy>=2", "jupyterlab>=4", "anywidget"} <= set(doctor.required()) and "nbgrader>=0.9.5" not in doctor.required()
    assert doctor.satisfied("numpy>=2") and not doctor.satisfied("numpy>=999") and not doctor.satisfied("no-such-distribution")


def test_without_packaging_versions_are_not_compared(monkeypatch):
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda name: None)
    assert doctor.satisfied("numpy>=999") and not doctor.satisfied("no-such-distribution")


def test_packages_that_are_missing_end_it(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(doctor, "required", lambda: ["numpy>=999", "jupyterlab>=4", "no-such"])
    assert doctor.main([str(tmp_path)]) == doctor.NOT_FINE
    told = capsys.readouterr().out
    assert "missing or too old: numpy>=999, no-such\n" in told and "kernel" not in told


def test_a_course_that_is_not_installed_is_told(monkeypatch):
    monkeypatch.setattr(doctor, "COURSE", "no-such-course")
    assert doctor.pythons() == []
    with pytest.raises(Trouble, match="no-such-course is not installed into"):
        doctor.packages()


def test_a_folder_that_cannot_be_written_to_or_is_full(tmp_path, monkeypatch):
    with pytest.raises(Trouble, match=r"expected a folder to write to, and .* is none: No such file or directory"):
        doctor.folder(tmp_path / "missing")
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda place: SimpleNamespace(free=5_000_000))
    with pytest.raises(Trouble, match=r"expected 200 MB to be free at .*, got 5") as trouble:
        doctor.folder(tmp_path)
    assert trouble.value.advice and not list(tmp_path.iterdir())


def test_a_lab_without_its_parts_for_widgets(monkeypatch, tmp_path):
    assert "finds what shows widgets" in doctor.lab()
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *parts: [str(tmp_path)])
    with pytest.raises(Trouble, match="does not find what shows widgets: @jupyter-widgets/jupyterlab-manager, anywidget"):
        doctor.lab()


# The kernel


class Client:
    """What stands in for a kernel's client: replies as it was told to."""

    def __init__(self, reply: dict | Exception, *messages: dict) -> None:
        self.reply, self.messages = reply, messages

    def execute_interactive(self, code, timeout, output_hook):
        if isinstance(self.reply, Exception):
            raise self.reply
        for message in self.messages:
            output_hook(message)
        return {"content": self.reply}

    def __getattr__(self, name):
        return lambda *arguments, **options: None


KERNEL = doctor.Kernel


def kernel(tmp_path, reply: dict | Exception, *messages: dict) -> doctor.Kernel:
    made = KERNEL(tmp_path, io.BytesIO())
    made.client = Client(reply, *messages)
    return made


def stream(text: str) -> dict:
    return {"msg_type": "stream", "content": {"name": "stdout", "text": text}}


def data(**shown: str) -> dict:
    return {"msg_type": "display_data", "content": {"data": shown}}


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (TimeoutError("Timeout waiting for output"), "a cell of it did not end: Timeout waiting for output"),
        (RuntimeError("Kernel died"), "a cell of it did not end: Kernel died"),
        (
            {"status": "error", "ename": "CheckFailed", "evalue": "square: 0 of 1 points.\nmore"},
            "ends with CheckFailed: square: 0 of 1 points.",
        ),
        ({"status": "aborted"}, "a cell of it ends with aborted"),
    ],
)
def test_a_cell_that_does_not_end_well_is_told(tmp_path, reply, words):
    for look in ("check", "data", "figure", "widget"):
        with pytest.raises(Trouble, match=words) as trouble:
            getattr(kernel(tmp_path, reply), look)()
        assert trouble.value.advice


def test_a_figure_or_a_widget_that_does_not_show_is_told(tmp_path):
    with pytest.raises(Trouble, match="expected a picture"):
        kernel(tmp_path, {"status": "ok"}, data(**{"text/plain": "<Picture>"})).figure()
    with pytest.raises(Trouble, match="expected a widget"):
        kernel(tmp_path, {"status": "ok"}, data(**{"text/plain": "Tangent()"})).widget()
    assert kernel(tmp_path, {"status": "ok"}, data(**{"text/html": "<img src=''>"})).figure() == "is drawn"
    assert kernel(tmp_path, {"status": "ok"}, data(**{doctor.VIEW: "{}"})).widget() == "is made"


@pytest.mark.parametrize("theirs", ["/no/such/python", os.devnull])
def test_a_kernel_with_another_python_is_told(tmp_path, monkeypatch, theirs):
    made = kernel(tmp_path, {"status": "ok"}, stream(theirs + "\n"))
    monkeypatch.setattr(made.manager, "start_kernel", lambda **options: None, raising=False)
    monkeypatch.setattr(made.manager, "client", lambda: made.client, raising=False)
    with pytest.raises(Trouble, match=f"expected the kernel python3 to run {sys.executable}, and it runs {theirs}") as trouble:
        made.start()
    assert "kernelspecapp remove python3" in trouble.value.advice


def test_a_kernel_that_does_not_start_is_told(tmp_path, monkeypatch):
    made = KERNEL(tmp_path, io.BytesIO())

    def refuse(stderr: IO[bytes], **options: object) -> None:
        stderr.write(b"Traceback\nImportError: no zmq\n")
        raise PermissionError("Operation not permitted")

    monkeypatch.setattr(made.manager, "start_kernel", refuse, raising=False)
    with pytest.raises(Trouble, match=r"it does not start: Operation not permitted \(ImportError: no zmq\)") as trouble:
        made.start()
    assert "127.0.0.1" in trouble.value.advice
    made.close()


def test_where_the_kernel_does_not_start_nothing_is_asked_of_it(tmp_path, monkeypatch):
    def start() -> str:
        raise Trouble("it does not start: no", "do this")

    monkeypatch.setattr(doctor, "Kernel", lambda place, log: SimpleNamespace(start=start, close=lambda: None))
    found = list(doctor.examined(tmp_path))
    assert [one.subject for one in found] == SUBJECTS[: SUBJECTS.index("kernel") + 1]
    assert found[-1] == doctor.Found("kernel", "it does not start: no", "do this")


def test_its_own_version_is_said():
    assert importlib.metadata.version("backpropagation-course") in doctor.packages()
