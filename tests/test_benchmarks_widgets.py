"""The benchmark of the widgets: every kind has an example, and the table says what was measured. No test looks at a time."""

import pytest

from benchmarks import widgets as bench
from benchmarks.widget_examples import EXAMPLES
from course import widgets


def test_every_widget_has_an_example():
    assert set(EXAMPLES) == set(widgets.__all__) - {"page"}
    for name, make in EXAMPLES.items():
        assert type(make()).__name__ == name


def test_a_row_says_what_was_measured():
    one = bench.figures([10.0] * 19 + [30.0], 60.0)
    assert one.median == 10 and 10 < one.slow <= 31 and one.frames == 60
    assert bench.cells(("Tangent", one, bench.Figures(12.4, 20, 58.6))) == ("Tangent", "10 ms", "29 ms", "60", "12 ms", "20 ms", "59")
    assert bench.cells(("interact", None, one))[1:4] == ("", "", "")


def test_an_unknown_widget_is_told(capsys):
    with pytest.raises(SystemExit):
        bench.main(["Tangents"])
    assert "no widget Tangents; there are DropoutNetwork" in capsys.readouterr().err
