"""The benchmark's harness: that the contenders do the same work, and that the table says what was measured. No test looks at a time."""

import numpy as np
import pytest

from benchmarks import __main__ as bench
from benchmarks import engine, table
from benchmarks.engine import Row, Task

SMALL = Task((3, 4, 2), 5, np.float64, 10.0)


def losses(step):
    return [step().item() for _ in range(3)]


def test_a_step_is_gradient_descent():
    """By hand, for a network of one layer: softmax cross-entropy has the gradient Xᵀ(p - onehot) / N."""
    task = Task((3, 2), 4, np.float64, 1.0)
    X, y, [(W, b)] = task.draw()
    expected = []
    for _ in range(3):
        exps = np.exp(X @ W + b)
        p = exps / exps.sum(axis=1, keepdims=True)
        expected.append(-np.log(p[np.arange(4), y]).mean())
        difference = (p - np.eye(2)[y]) / 4
        W, b = W - engine.LEARNING_RATE * X.T @ difference, b - engine.LEARNING_RATE * difference.sum(axis=0)
    np.testing.assert_allclose(losses(engine.course_step(task)), expected, rtol=1e-12)


@pytest.mark.peers
@pytest.mark.parametrize("maker", [engine.torch_step, engine.autograd_step])
def test_peers_take_the_same_steps(maker):
    np.testing.assert_allclose(losses(maker(SMALL)), losses(engine.course_step(SMALL)), rtol=1e-12)


def test_bare_products_are_those_of_the_step(monkeypatch):
    """Two for every layer, and a third for all but the first."""
    shapes = []

    class Counted(np.ndarray):
        def __matmul__(self, other):
            shapes.append((self.shape, other.shape))
            return np.asarray(self) @ np.asarray(other)

    rng = np.random.default_rng(0)

    class Generator:
        def normal(self, size):
            return rng.normal(size=size).view(Counted)

    _, _, weights = SMALL.draw()
    monkeypatch.setattr(Task, "draw", lambda self: (None, None, weights))
    monkeypatch.setattr(np.random, "default_rng", lambda seed: Generator())
    engine.bare_step(SMALL)()
    assert shapes == [((5, 3), (3, 4)), ((3, 5), (5, 4)), ((5, 4), (4, 2)), ((4, 5), (5, 2)), ((5, 2), (2, 4))]


def test_step_rows_compare_with_the_products_and_with_the_peers_that_are_there(monkeypatch):
    monkeypatch.setattr(engine, "installed", lambda: [])
    [row] = engine.step_rows(rounds=1, tasks=[SMALL])
    assert (row.what, row.against, row.target) == (str(SMALL), "matrix products", 10.0)
    assert row.ratio > 0


def test_chain_rows_without_a_peer(monkeypatch):
    monkeypatch.setattr(engine, "installed", lambda: [])
    time, memory = engine.chain_rows(rounds=1, lengths=[200])
    assert time.ours.endswith("µs") and memory.value > 100


def test_race_gives_a_figure_for_each_round():
    calls = []
    times = engine.race({"ours": lambda: calls.append("ours"), "theirs": lambda: calls.append("theirs")}, rounds=3, seconds=0, blocks=2)
    assert [len(figures) for figures in times.values()] == [3, 3]
    assert calls == ["ours", "theirs"] * 2 + ["theirs", "ours"] * 2 + ["ours", "theirs"] * 2


def test_ratio_is_the_median_of_the_rounds():
    assert engine.ratio({"ours": [2.0, 9.0, 3.0], "theirs": [1.0, 1.0, 1.0]}, "theirs") == 3.0


def test_import_row():
    row = engine.import_row(rounds=1)
    assert row.value > 0 and row.target == 50


def test_lines_of_code():
    source = '"""A docstring\nof two lines."""\n\n# a comment\n\n\ndef f(x):\n    """Another."""\n    return """\n    text\n    """\n'
    assert engine.lines_of_code(source) == 4


def test_lines_of_the_course_are_those_of_its_rooms(tmp_path):
    room = tmp_path / "course" / "inner"
    room.mkdir(parents=True)
    (tmp_path / "course" / "a.py").write_text("x = 1\n", encoding="utf-8")
    (room / "b.py").write_text("y = 1\n\nz = 2\n", encoding="utf-8")
    rows = [(row.what, row.ours) for row in engine.line_rows(tmp_path / "course")]
    assert rows == [("lines of code in `course/`", "1"), ("lines of code in `course/inner/`", "2"), ("lines of code, together", "3")]


@pytest.mark.parametrize(
    ("row", "met"),
    [
        (Row("a", "1 ms", ratio=1.2, target=1.25), True),
        (Row("a", "1 ms", ratio=1.3, target=1.25), False),
        (Row("a", "1 ms", ratio=1.3), None),
        (Row("a", "500 B", value=500.0, target=500), True),
        (Row("a", "501 B", value=501.0, target=500), False),
        (Row("a", "501 B"), None),
    ],
)
def test_whether_a_target_is_met(row, met):
    assert row.met is met


ROWS = [Row("step", "1.20 ms", "products", "1.00 ms", 1.2, 1.25), Row("memory", "600 B", value=600, target=500, unit="B")]
TABLE = """\
| figure | ours    | beside   | theirs  | ratio | target  | met |
|--------|---------|----------|---------|-------|---------|-----|
| step   | 1.20 ms | products | 1.00 ms | 1.20  | ≤ 1.25  | yes |
| memory | 600 B   |          |         |       | ≤ 500 B | no  |"""


def test_table():
    assert bench.as_table(ROWS) == TABLE


@pytest.fixture
def readme(tmp_path):
    path = tmp_path / "README.md"
    path.write_text(f"before\n\n{bench.BEGIN}\n\nold\n\n{bench.END}\n\nafter\n", encoding="utf-8")
    return path


def test_only_what_is_between_the_markers_is_written(readme):
    table.write("new", bench.BEGIN, bench.END, readme)
    assert readme.read_text(encoding="utf-8") == f"before\n\n{bench.BEGIN}\n\nnew\n\n{bench.END}\n\nafter\n"


def test_a_missing_marker_is_an_error_and_leaves_the_file(readme):
    readme.write_text("no markers", encoding="utf-8")
    with pytest.raises(ValueError, match="must have the line"):
        table.write("new", bench.BEGIN, bench.END, readme)
    assert readme.read_text(encoding="utf-8") == "no markers"


@pytest.mark.parametrize("arguments", [[], ["--write"]])
def test_nothing_is_written_unless_asked(arguments, readme, monkeypatch, capsys):
    monkeypatch.setattr(bench, "rows", lambda rounds: iter(ROWS))
    monkeypatch.setattr(table, "README", readme)
    bench.main(arguments)
    assert TABLE in capsys.readouterr().out
    assert (TABLE in readme.read_text(encoding="utf-8")) == bool(arguments)


def test_missing_peers_are_named(monkeypatch):
    monkeypatch.setattr(engine, "installed", lambda: ["autograd"])
    [note] = bench.notes()
    assert note.startswith("No rows for torch==")


def test_the_readme_has_the_table_and_every_target():
    text = table.README.read_text(encoding="utf-8")
    measured = text.partition(bench.BEGIN)[2].partition(bench.END)[0]
    assert all(str(task) in measured for task in engine.TASKS)
