"""Cells run as a notebook runs them, magics and all, and their errors are told in a line."""

from unittest.mock import ANY

import pytest

from autograder.walls.cells import new_module, readable, run_cell


def run(*sources: str) -> tuple[dict, list[str]]:
    names = new_module().__dict__
    return names, [run_cell(names, f"c{number}", source) for number, source in enumerate(sources)]


def test_cells_share_their_names_and_are_main():
    names, errors = run("x = 2", "y = x + 1\nz = __name__")
    assert errors == ["", ""]
    assert (names["y"], names["z"]) == (3, "__main__")


def test_an_error_leaves_what_came_before_it_and_the_next_cell():
    names, errors = run("x = 1\nundefined\nx = 2", "y = x")
    assert errors == ["NameError: name 'undefined' is not defined (line 2)", ""]
    assert names["y"] == 1


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("def f(:\n    pass", "SyntaxError: invalid syntax (line 1)"),
        ("x = 1\n  y = 2", "IndentationError: unexpected indent (line 2)"),
        ("raise SystemExit", "SystemExit (line 1)"),
        ("raise KeyboardInterrupt('no')", "KeyboardInterrupt: no (line 1)"),
        ("raise ValueError('one\\ntwo')", "ValueError: one (line 1)"),
        ("def f():\n    return 1 / 0\n\nf()", "ZeroDivisionError: division by zero (line 2)"),
        ("class E(BaseException):\n    __str__ = None\nraise E", "an error that cannot even be put into words"),
    ],
)
def test_errors_in_one_line(source, error):
    assert run(source)[1] == [error]


def test_no_source_is_too_odd_to_compile():
    assert all(run("\0", "(" * 10_000, "-" * 100_000 + "1", "\ud800", "# coding: nonsense\nx = (")[1])


def test_an_error_in_another_cell_is_placed_where_it_was_called():
    assert run("def f():\n\n\n    return 1 / 0", "\nf()")[1] == ["", "ZeroDivisionError: division by zero (line 2)"]


@pytest.mark.parametrize(
    "source",
    [
        "%matplotlib inline\nx = 1",
        "!pip install numpy\nx = 1",
        "!pip install \\\n    numpy \\\n    scipy\nx = 1",
        "?len\nx = 1",
        "len?\nx = 1",
        "str.join??\nx = 1",
        "files = !ls 'it''s\nx = 1",
        "%load_ext autoreload\n%autoreload 2\nimport math\n!echo \"it's\nx = 1",
        "if True:\n    %config InlineBackend.figure_format = 'svg'\n    x = 1",
        "%time x = 1",
        "%timeit -n 10 -r3 -q names.append(1)\nx = len(names)",
        "%%time\nx = 1",
        "%%timeit -n 1\nnames.append(1)\nx = len(names)",
        "\n%%capture output\nx = 1",
        "get_ipython().run_line_magic('matplotlib', 'inline')\nx = 1",
        "display(1, 2)\nx = 1",
        "%time\nx = 1",
        "%%prun -s cumulative\nx = 1",
        "%pip install tqdm\nx = 1",
        "y = %time 5 - 4\nx = y",
    ],
)
def test_ipython_is_read_as_python(source):
    names, errors = run("names = []", source)
    assert errors == ["", ""]
    assert names["x"] == 1


def test_text_that_looks_like_a_magic_stays_text():
    names, errors = run('%matplotlib inline\ntext = """\n%time\n!ls\n"""\nrest = (7\n% 4)')
    assert errors == [""]
    assert (names["text"], names["rest"]) == ("\n%time\n!ls\n", 3)


def test_a_cell_of_another_language_is_left_out():
    assert run("%%bash\nrm -rf /\n(((", "%%javascript\nalert(1)")[1] == ["", ""]


def test_the_error_beside_a_magic_is_the_one_that_is_told():
    assert run("%matplotlib inline\n\ndef f(:\n    pass")[1] == ["SyntaxError: invalid syntax (line 3)"]


@pytest.mark.parametrize(
    "source",
    [
        "import asyncio\nawait asyncio.sleep(0.01)\nx = 1",
        "import asyncio\nasync def f(n):\n    await asyncio.sleep(0)\n    return n\nx = sum(await asyncio.gather(f(1), f(0)))",
        "%matplotlib inline\nasync def f():\n    return 1\nx = await f()",
    ],
)
def test_what_is_awaited_outside_a_function_is_run(source):
    names, errors = run(source)
    assert errors == [""] and names["x"] == 1


def test_an_error_after_an_await_is_told_with_its_line():
    assert run("import asyncio\nawait asyncio.sleep(0)\n1 / 0") == (ANY, ["ZeroDivisionError: division by zero (line 3)"])


def test_only_magics_are_forgiven():
    with pytest.raises(SyntaxError):
        readable("x = = 1", "<cell>")


def test_errors_quote_the_line_of_the_cell():
    names, _ = run("def f():\n    return 1 / 0")
    with pytest.raises(ZeroDivisionError) as raised:
        names["f"]()
    assert str(raised.traceback[-1].statement).strip() == "return 1 / 0"
