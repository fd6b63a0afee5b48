"""What the worker sees is a list, and the list holds no answer."""

import errno
import subprocess
import tempfile
from pathlib import Path

import pytest

from autograder.walls import bubblewrap
from autograder.walls.sandbox import Cell, Limits, Sandbox


@pytest.fixture
def course(tmp_path, monkeypatch):
    (tmp_path / "course").mkdir()
    monkeypatch.setattr(bubblewrap, "REPOSITORY", tmp_path)
    return tmp_path / "course"


@pytest.mark.parametrize(
    "source",
    ["import numpy", "from course.data import digits", "from .data import digits", "from . import data", "from course import plots"],
)
def test_a_file_that_leans_on_no_answer_is_shown(course, source):
    (course / "data.py").write_text(source)
    (course / "data.npz").write_bytes(b"")
    shown = bubblewrap.library()
    assert shown["course/data.py"] == course / "data.py" and shown["course/data.npz"] == course / "data.npz"


@pytest.mark.parametrize(
    "source",
    [
        "import course", "import course.engine.nn", "from course import Tensor",
        "from course.engine.tensor import Tensor", "from .nn import Linear",
        "from . import gradcheck", "def late():\n    from course.units import exercise", "from course.judging.exercise import x",
    ],
)  # fmt: skip
def test_a_file_that_leans_on_the_reference_is_not_shown(course, source):
    (course / "data.py").write_text(source)
    (course / "data.npz").write_bytes(b"")
    assert not [name for name in bubblewrap.library() if "data" in name]


def test_a_package_is_shown_whole_or_not_at_all(course):
    (course / "plots").mkdir()
    (course / "plots" / "__init__.py").write_text("from course.plots.picture import Picture")
    (course / "plots" / "picture.py").write_text("import numpy")
    assert {"course/plots/__init__.py", "course/plots/picture.py"} <= set(bubblewrap.library())
    (course / "plots" / "picture.py").write_text("from course.engine.tensor import Tensor")
    assert not [name for name in bubblewrap.library() if "plots" in name]


def test_of_this_repository_only_a_few_files_are_shown():
    figures = {path.relative_to(bubblewrap.REPOSITORY).as_posix() for path in (bubblewrap.REPOSITORY / "course" / "plots").glob("*.py")}
    assert set(bubblewrap.library()) <= figures | {
        "autograder/walls/protocol.py", "autograder/walls/worker.py", "autograder/walls/cells.py",
        "autograder/walls/answering.py", "autograder/walls/landlock.py", "autograder/walls/needs.py", "autograder/walls/stand_ins.py",
        "course/__init__.py", "course/errors.py", "course/judging/__init__.py", "course/judging/probes.py", "course/judging/stubs.py",
        "course/data.py", "course/data.npz", "course/layout.py",
    }  # fmt: skip
    assert figures <= set(bubblewrap.library())
    assert bubblewrap.library()["course/__init__.py"].name == "worker_course.py"


def test_distributions_come_with_what_they_require_and_no_more():
    shown = bubblewrap.distributions()
    assert {"numpy", "matplotlib", "PIL", "cycler", "IPython", "traitlets"} <= set(shown)
    assert not {"nbgrader", "pytest", "jupyterlab", "pip", "course", "autograder", "__pycache__", ".."} & set(shown)


def test_everyone_elses_packages_are_emptied(tmp_path):
    for name in ("python3.11/site-packages", "python3/dist-packages", "site-packages"):
        (tmp_path / name).mkdir(parents=True)
    assert {str(path.relative_to(tmp_path)) for path in bubblewrap._hidden([tmp_path])} == {
        "python3.11/site-packages", "python3/dist-packages", "site-packages",
    }  # fmt: skip


def test_a_repository_below_what_is_shown_is_emptied_too(tmp_path, monkeypatch):
    repository = tmp_path / "lib" / "course-repository"
    monkeypatch.setattr(bubblewrap, "REPOSITORY", repository)
    assert bubblewrap._hidden([tmp_path / "lib"]) == [repository]
    assert bubblewrap._hidden([tmp_path / "elsewhere"]) == []


def test_no_tree_lies_within_another():
    trees = bubblewrap._trees()
    assert trees and not any(tree in other.parents for tree in trees for other in trees)
    assert Path("/") not in trees and Path("/usr") not in trees


def test_an_option_is_given_where_bubblewrap_knows_it(tmp_path):
    old = tmp_path / "bwrap"
    old.write_text("#!/bin/sh\necho '--unshare-all'\n")
    old.chmod(0o755)
    assert "--disable-userns" not in bubblewrap.command(str(old), ["-V"], 9)
    assert "--disable-userns" in bubblewrap.command("bwrap", ["-V"], 9)


def test_figures_are_drawn_behind_the_wall():
    source = "from course import plots\nplots.equation('a', '=', ('X', plots.matrices.np.eye(2)))._repr_html_()\n" \
             "missing = [name for name in plots.__all__ if not hasattr(plots, name)]\ndef answer(): return len(missing)"  # fmt: skip
    with Sandbox(Limits(seconds=30)) as sandbox, sandbox.run([Cell("a", source)], "answer") as run:
        assert run.cell_errors == {} and run.ask({}).arrays == (0,)


def behind_the_wall(code: str) -> subprocess.CompletedProcess[str]:
    """What Python says that runs some code behind the wall, before any filter of its own."""
    with tempfile.TemporaryFile() as seccomp:
        seccomp.write(bubblewrap.nothing_shared())
        seccomp.seek(0)
        command = bubblewrap.command("bwrap", ["-c", code], seccomp.fileno())
        return subprocess.run(command, pass_fds=[seccomp.fileno()], capture_output=True, text=True, check=True)



# The file system by itself, without the filter of system calls: each layer has to hold alone.
WRITE_EVERYWHERE = """
import os
written = []
for directory, names, _ in os.walk("/"):
    names[:] = [name for name in names if directory.count("/") < 4 or name in ("lib", "course", "site-packages")]
    for attempt in (lambda: os.mkdir(directory + "/new"), lambda: open(directory + "/new", "w"), lambda: os.chmod(directory, 0o777)):
        try:
            attempt()
        except OSError:
            continue
        written.append(directory)
print(len(written), os.path.exists("/proc"), os.path.exists("/sys"), os.path.exists("/tmp"), sorted(os.listdir("/dev")))
"""


def test_there_is_nowhere_to_write_and_no_window_to_the_system():
    done = behind_the_wall(WRITE_EVERYWHERE)
    assert done.stdout == "0 False False False ['null']\n"


NOBODY = """
import ctypes, os
libc = ctypes.CDLL(None)
header, rights = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
libc.capget(header, rights)
no_new_privileges = libc.prctl(39, 0, 0, 0, 0)
print(os.getuid(), os.getppid(), os.uname().nodename, libc.unshare(0x10000000), list(rights), no_new_privileges, sorted(os.environ))
"""


def test_it_is_nobody_in_a_world_of_its_own(monkeypatch):
    monkeypatch.setenv("GRADING_SECRET", "not to be seen")
    done = behind_the_wall(NOBODY)
    assert done.stdout == f"65534 1 worker -1 [0, 0, 0, 0, 0, 0] 1 {sorted({*bubblewrap.ENVIRONMENT, 'PYTHONPATH', 'PWD'})}\n"


def test_the_filter_is_whole_instructions():
    assert bubblewrap.system_calls() and len(bubblewrap.system_calls()) % 8 == 0



def test_the_worker_itself_makes_no_file_in_memory():
    """What is mapped from one is shared by every fork: a run could leave code in it for the next (libffi 3.8 keeps its own there)."""
    done = behind_the_wall("import os\ntry: os.memfd_create('shared')\nexcept OSError as error: print(error.errno)")
    assert done.stdout.split() == [str(errno.ENOSYS)]
