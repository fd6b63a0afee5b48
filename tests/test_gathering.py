"""What a piece of a notebook needs, found in its cells."""

import math

import numpy as np
import pytest

from course.errors import NotKept
from course.gathering import defined_by, gathered, segment, statements, used_by


@pytest.mark.parametrize(
    "source, used",
    [
        ("def f(x):\n    return g(x) + x", ["g"]),
        ("def f(x):\n    g = 1\n    return g", []),
        ("@twice\ndef f(x=START):\n    return [h(i) for i in x]", ["START", "h", "twice"]),
        ("class A(B):\n    def f(self):\n        return np.exp(self.x)", ["B", "np"]),
        ("T = {'relu': lambda z: cut(z)}", ["cut"]),
    ],
)
def test_the_names_a_source_takes_from_around_it(source, used):
    assert used_by(source) == used


def test_cells_that_are_no_python_are_passed_over():
    cells = ["size = 3", "%timeit\n!ls", "def f():\n    return size", "size = 4"]
    names = {"In": cells, "size": 4, "f": lambda: 4}
    assert gathered("size", names) == {"size": "size = 4"}


def test_imports_are_written_as_imports():
    names = {"np": np, "exp": np.exp, "root": math.sqrt, "math": math}
    assert [gathered(name, names)[name] for name in names] == [
        "import numpy as np", "from numpy import exp", "from math import sqrt as root", "import math",
    ]  # fmt: skip


def test_functions_that_call_each_other():
    cells = ["def even(n):\n    return n == 0 or odd(n - 1)", "def odd(n):\n    return n > 0 and even(n - 1)"]
    names = {"In": cells, "even": None, "odd": None}
    assert list(gathered("even", names)) == ["odd", "even"]


def test_what_has_no_source():
    with pytest.raises(NotKept, match="`x`"):
        gathered("x", {"x": np.ones(2)})


def test_statements_and_the_names_they_define():
    text = "import a.b\nfrom c import d as e\nx, (y, z) = 1, (2, 3)\nn: int = 1\n@w\ndef f(): pass\nfor i in x: pass"
    nodes = statements(text)
    assert [defined_by(node) for node in nodes] == [{"a"}, {"e"}, {"x", "y", "z"}, {"n"}, {"f"}, set()]
    assert segment(text, nodes[4]) == "@w\ndef f(): pass"
