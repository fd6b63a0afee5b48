"""`start.py`, which students run: when it makes an environment, with what, and what it says where it cannot."""

import ast
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import course
from autograder.kit import start

pytestmark = pytest.mark.xdist_group("kit")
ROOT = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A kit's folder, in which start.py believes to be; none of its commands is run."""
    venv = tmp_path / ".venv"
    for name, path in {
        "HERE": tmp_path, "VENV": venv, "PYTHON": venv / "python", "REQUIREMENTS": tmp_path / "requirements.txt",
        "INSTALLED": venv / "installed.txt", "SETTINGS": venv / "share" / "overrides.json",
    }.items():  # fmt: skip
        monkeypatch.setattr(start, name, path)
    (tmp_path / "requirements.txt").write_text("numpy==2.4.6\n")
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.setattr(sys, "argv", ["start.py"])
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def ran(folder, monkeypatch) -> list[str]:
    """The commands that would have run, each as a line; the names of files without their folders."""
    lines: list[str] = []

    def run(*command: object) -> int:
        lines.append(" ".join(Path(str(word)).name if os.sep in str(word) else str(word) for word in command))
        if "venv" in map(str, command):
            start.VENV.mkdir(exist_ok=True)
            start.PYTHON.symlink_to(sys.executable)
        return 0

    monkeypatch.setattr(start, "run", run)
    return lines


def test_the_first_time_it_installs_looks_and_opens_then_it_opens(ran):
    assert start.main() == 0
    base = Path(sys._base_executable).name
    assert ran == [
        f"{base} -m venv .venv",
        "python -m pip install --disable-pip-version-check -r requirements.txt",
        "python -m course.doctor",
        "python -m jupyterlab 00_start_here.ipynb",
    ]
    assert start.main() == 0
    assert ran[4:] == ["python -m jupyterlab 00_start_here.ipynb"]
    assert json.loads(start.SETTINGS.read_text(encoding="utf-8")) == start.OF_JUPYTERLAB


def test_with_uv_uv_does_it(ran, monkeypatch):
    monkeypatch.setenv("UV", "/somewhere/uv")
    monkeypatch.setattr(sys, "argv", ["start.py", "--check"])
    assert start.main() == 0
    assert ran[0].startswith("uv venv --quiet --python python") and ran[0].endswith(" .venv")
    assert ran[1:] == ["uv pip install --python python -r requirements.txt", "python -m course.doctor"]


def test_a_new_kit_in_the_same_folder_and_a_python_that_is_gone_are_installed_anew(ran):
    start.main()
    assert start.is_installed()
    start.REQUIREMENTS.write_text("numpy==2.5.0\n")
    assert not start.is_installed()
    start.main()
    assert start.is_installed() and len(ran) == 8
    start.PYTHON.unlink()
    assert not start.is_installed()


@pytest.mark.parametrize("failing", ["venv", "install"])
def test_what_fails_is_said_and_done_again(folder, monkeypatch, failing):
    monkeypatch.setattr(start, "run", lambda *command: failing in command)
    with pytest.raises(SystemExit, match="the reason stands above"):
        start.main()
    assert not start.is_installed()


def test_what_the_doctor_finds_is_the_end(folder, monkeypatch):
    monkeypatch.setattr(start, "is_installed", lambda: False)
    monkeypatch.setattr(start, "make_environment", lambda: None)
    monkeypatch.setattr(start, "run", lambda *command: "course.doctor" in command)
    assert start.main() == 1


@pytest.mark.parametrize("bound", [{"OLDEST": (99, 0)}, {"NEWEST": (3, 1)}])
def test_another_python_is_refused_with_what_to_do(folder, monkeypatch, bound):
    for name, value in bound.items():
        monkeypatch.setattr(start, name, value)
    with pytest.raises(SystemExit, match=r"got 3\.\d+, .*python.*uv run start\.py"):
        start.main()
    assert not start.VENV.exists()


def test_debians_python_without_ensurepip_is_told(folder, monkeypatch):
    monkeypatch.setattr(start.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="sudo apt install python3-venv"):
        start.main()


ASKS_BACK = """
import signal, sys, time
def asked(*_):
    signal.signal(signal.SIGINT, lambda *_: sys.exit(7))
    print("asked back", flush=True)
signal.signal(signal.SIGINT, asked)
print("runs", flush=True)
while True:
    time.sleep(0.01)
"""


def test_ctrl_c_is_for_jupyterlab_which_may_ask_back(tmp_path):
    """As a terminal does it, all processes in the foreground get it."""
    (tmp_path / "asks_back.py").write_text(ASKS_BACK)
    code = f"import sys; from autograder.kit import start; sys.exit(start.run(sys.executable, {str(tmp_path / 'asks_back.py')!r}))"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as running:
        assert running.stdout
        for line in ("runs", "asked back"):
            assert running.stdout.readline().strip() == line
            os.killpg(running.pid, signal.SIGINT)
        assert running.wait(timeout=60) == 7


def test_its_pythons_are_those_of_the_course():
    text = Path(start.__file__).read_text(encoding="utf-8")
    declared = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert [".".join(map(str, version)) for version in (start.OLDEST, start.NEWEST)] == [declared[0], declared[-1]]
    assert f'# requires-python = ">={declared[0]},<3.{start.NEWEST[1] + 1}"' in text
    ast.parse(text, feature_version=(3, 7))  # so that an older Python can say that it is one


def test_help_says_what_it_does():
    done = subprocess.run([sys.executable, start.__file__, "--help"], capture_output=True, text=True, check=True)
    assert "uv run start.py" in done.stdout and "--check" in done.stdout


def test_for_true_without_a_network(wheel, tmp_path):
    """The course alone is installed, and the doctor in that environment says what is missing: it works without NumPy."""
    folder = tmp_path / "backpropagation"
    folder.mkdir()
    for file in (wheel, Path(start.__file__)):
        shutil.copy(file, folder)
    (folder / "requirements.txt").write_text(f"./{wheel.name}\n")
    own = {name: value for name, value in os.environ.items() if name not in ("UV", "PYTHONPATH")}
    environment = own | {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "HOME": str(tmp_path)}
    command = [sys.executable, folder / "start.py", "--check"]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "NOT FINE  packages    missing or too old: numpy>=2, anywidget" in done.stdout
    assert f"{folder / '.venv'}" in done.stdout and "-m pip install -r requirements.txt" in done.stdout
    assert "fine      Python" in done.stdout and "Traceback" not in done.stdout + done.stderr
    assert (folder / ".venv" / "installed.txt").read_text() == (folder / "requirements.txt").read_text()
    assert list(folder.glob(".venv/lib/python*/site-packages/backpropagation_course-*.dist-info")), course.__version__
