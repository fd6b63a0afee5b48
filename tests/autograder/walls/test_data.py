"""The data of a unit behind the wall: there to be read as in the notebook, and nothing else of the class with it."""

import os

import numpy as np
import pytest

from autograder.walls.sandbox import Cell, Limits, Sandbox

pytestmark = pytest.mark.xdist_group("data behind the wall")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A class with a unit of its own, as a release leaves it."""
    root = tmp_path_factory.mktemp("somewhere") / "class"
    files = {
        "release/unit/data/heights.csv": "1.5,2.5\n", "release/unit/data/deeper/more.csv": "3\n",
        "release/unit/exercises/unit/secret_answer.py": "", "exercises/unit/secret_answer.py": "", "grading_secret": "",
    }  # fmt: skip
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    np.savez(root / "release/unit/data/arrays.npz", a=np.arange(3.0))
    (root / "release/unit/data/link.py").symlink_to(root / "exercises/unit/secret_answer.py")
    return root


@pytest.fixture(scope="module", params=["bubblewrap", "none", pytest.param("wasm", marks=pytest.mark.wasm)])
def sandbox(root, request):
    with Sandbox(Limits(seconds=20), wall=request.param, data=root / "release/unit/data") as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def walled(root, wall):
    with Sandbox(Limits(seconds=20), wall=wall, data=root / "release/unit/data") as sandbox:
        yield sandbox


def replies(sandbox, source, **inputs):
    with sandbox.run([Cell("one", source)], "answer", returns=1) as run:
        reply = run.ask(inputs)
    assert not reply.problem, reply.problem
    return reply.arrays[0]


def test_a_cell_reads_the_data_as_in_the_notebook(sandbox):
    source = """
import numpy as np
heights = np.loadtxt("data/heights.csv", delimiter=",")
arrays = np.load("data/arrays.npz")["a"]
more = np.loadtxt("data/deeper/more.csv")
def answer(): return [*heights, *arrays, more]
"""
    np.testing.assert_array_equal(replies(sandbox, source), [1.5, 2.5, 0, 1, 2, 3])


def test_the_data_cannot_be_changed(walled, root):
    source = """
import os
def refused(call, *arguments):
    try:
        call(*arguments)
    except OSError:
        return True
    return False
def answer():
    return [refused(open, "data/heights.csv", "w"), refused(open, "data/new.csv", "w"), refused(os.remove, "data/heights.csv"),
            refused(os.rename, "data/heights.csv", "data/other.csv"), refused(os.mkdir, "data/folder")]
"""
    assert replies(walled, source).all()
    assert (root / "release/unit/data/heights.csv").read_text() == "1.5,2.5\n"


def test_nothing_else_of_the_class_is_to_be_seen(walled, root):
    source = """
import os
def refused(path):
    try:
        open(path).read()
    except OSError:
        return True
    return False
def answer(paths):
    seen = {name for _, folders, files in os.walk("/") for name in (*folders, *files)}
    return [*(refused(path) for path in paths.split()), "secret_answer.py" not in seen, "grading_secret" not in seen, "heights.csv" in seen]
"""
    paths = ["exercises/unit/secret_answer.py", "release/unit/exercises/unit/secret_answer.py", "grading_secret"]
    beyond = ["data/../exercises/unit/secret_answer.py", "data/link.py", "data/../../exercises/unit/secret_answer.py"]
    assert replies(walled, source, paths=" ".join([*(os.fspath(root / path) for path in paths), *beyond])).all()


def test_without_data_there_is_no_such_directory(wall):
    with Sandbox(Limits(seconds=20), wall=wall) as sandbox:
        assert not replies(sandbox, "import os\ndef answer(): return os.path.exists('data')")
