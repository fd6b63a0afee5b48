"""What a step of training costs beside its bare matrix products, PyTorch and HIPS autograd; and what a node, and the import, cost."""

import gc
import io
import os
import statistics
import subprocess
import sys
import tempfile
import tokenize
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from course.engine.functional import softmax_cross_entropy
from course.engine.nn import Linear, ReLU, Sequential
from course.engine.optim import SGD
from course.engine.tensor import Tensor

ROOT = Path(__file__).parent.parent
LEARNING_RATE = 0.01
PEERS = {"torch": "torch==2.13.0", "autograd": "autograd==1.9.1"}  # what `pip install` is to be given


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, our figure, whose figure stands beside it, ours as a multiple of theirs, and the target.

    The target is a number not to be exceeded by the ratio, or by `value` where there is nothing to compare with.
    """

    what: str
    ours: str
    against: str = ""
    theirs: str = ""
    ratio: float | None = None
    target: float | None = None
    unit: str = ""
    value: float | None = None

    @property
    def met(self) -> bool | None:
        figure = self.value if self.ratio is None else self.ratio
        return None if self.target is None or figure is None else figure <= self.target


@dataclass(frozen=True)
class Task:
    """A network, a batch, and the ratio to the bare matrix products that is asked for."""

    sizes: tuple[int, ...]
    batch: int
    dtype: type
    target: float

    def __str__(self) -> str:
        return f"training step {'-'.join(map(str, self.sizes))}, {np.dtype(self.dtype)}, batch {self.batch}"

    def draw(self) -> tuple[np.ndarray, np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
        """Inputs, labels, and for each layer W and b: the same for every contender."""
        rng = np.random.default_rng(0)
        X: np.ndarray = rng.normal(size=(self.batch, self.sizes[0])).astype(self.dtype)
        layers = [Linear(a, b, rng, self.dtype) for a, b in zip(self.sizes, self.sizes[1:], strict=False)]
        return X, rng.integers(self.sizes[-1], size=self.batch), [(layer.W.data, layer.b.data) for layer in layers]


MNIST = (784, 256, 128, 10)
TASKS = (
    Task(MNIST, 128, np.float32, 1.25),
    Task(MNIST, 512, np.float32, 1.15),
    Task(MNIST, 32, np.float32, 1.5),
    Task((2, 16, 16, 2), 32, np.float64, 10.0),
)

Step = Callable[[], Any]


def course_step(task: Task) -> Step:
    """Forward, backward, and a step of gradient descent, with the course's own modules. A step returns its loss."""
    X, y, weights = task.draw()
    layers: list[Any] = []
    for W, b in weights:
        layer = Linear(W.shape[0], W.shape[1], dtype=task.dtype)
        layer.W.data, layer.b.data = W, b
        layers += [layer, ReLU()]
    network = Sequential(*layers[:-1])
    optimizer = SGD(network.parameters(), LEARNING_RATE)

    def step() -> Any:
        loss = softmax_cross_entropy(network(X), y)
        loss.backward()
        optimizer.step()
        return loss.data

    return step


def bare_step(task: Task) -> Step:
    """The matrix products of a step and nothing else: X @ W, X.T @ g, and g @ W.T for every layer but the first."""
    rng = np.random.default_rng(0)
    _, _, weights = task.draw()
    gradients: list[np.ndarray] = [rng.normal(size=(task.batch, W.shape[1])).astype(task.dtype) for W, _ in weights]
    inputs: list[np.ndarray] = [rng.normal(size=(task.batch, W.shape[0])).astype(task.dtype) for W, _ in weights]
    layers = [(X, W, g) for X, (W, _), g in zip(inputs, weights, gradients, strict=True)]

    def step() -> None:
        for i, (X, W, g) in enumerate(layers):
            X @ W
            X.T @ g
            if i:
                g @ W.T

    return step


def torch_step(task: Task) -> Step:
    """The same step in PyTorch, eager mode, one thread, with torch.optim.SGD."""
    import torch

    torch.set_num_threads(1)
    X, y, weights = task.draw()
    layers: list[Any] = []
    for W, b in weights:
        layer = torch.nn.Linear(*W.shape, dtype=torch.from_numpy(W).dtype)
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(W.T))
            layer.bias.copy_(torch.from_numpy(b))
        layers += [layer, torch.nn.ReLU()]
    network = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.SGD(network.parameters(), LEARNING_RATE)
    inputs, labels = torch.from_numpy(X), torch.from_numpy(y)

    def step() -> Any:
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(network(inputs), labels)
        loss.backward()
        optimizer.step()
        return loss

    return step


def autograd_step(task: Task) -> Step:
    """The same step in HIPS autograd, written as in its own example of a neural network."""
    import autograd.numpy as anp
    from autograd import value_and_grad

    X, y, weights = task.draw()
    onehot = np.eye(task.sizes[-1], dtype=task.dtype)[y]

    def objective(weights: Sequence[tuple[Any, Any]]) -> Any:
        values = X
        for W, b in weights[:-1]:
            values = anp.maximum(anp.dot(values, W) + b, 0)
        W, b = weights[-1]
        logits = anp.dot(values, W) + b
        shifted = logits - anp.max(logits, axis=1, keepdims=True)
        return anp.sum(onehot * (anp.log(anp.sum(anp.exp(shifted), axis=1, keepdims=True)) - shifted)) / len(X)

    value_and_gradient = value_and_grad(objective)

    def step() -> Any:
        loss, gradients = value_and_gradient(weights)
        for (W, b), (dW, db) in zip(weights, gradients, strict=True):
            W -= LEARNING_RATE * dW
            b -= LEARNING_RATE * db
        return loss

    return step


def course_chain(nodes: int) -> None:
    """y = x + 1 + 1 + …, then backward."""
    y = Tensor([1.0], requires_grad=True)
    for _ in range(nodes):
        y = y + 1.0
    y.backward([1.0])


def torch_chain(nodes: int) -> None:
    """The same chain in PyTorch."""
    import torch

    y = torch.tensor([1.0], requires_grad=True, dtype=torch.float64)
    for _ in range(nodes):
        y = y + 1.0
    y.backward()


def installed() -> list[str]:
    """The peers that can be measured here."""
    return [name for name in PEERS if find_spec(name)]


def race(contenders: dict[str, Step], rounds: int, seconds: float = 0.02, blocks: int = 3) -> dict[str, list[float]]:
    """Seconds per call of each contender, one figure a round: the fastest of some blocks of calls, which last `seconds` each.

    With `seconds` at zero, a block is one call, and nothing is called beforehand. They take turns, block by block, and another one
    begins in each round, so that what else the machine does falls on all alike.
    """
    gc.collect()
    gc.freeze()  # what is loaded already, PyTorch above all, is no concern of the garbage collector's
    names = list(contenders)
    calls = {name: calls_in(step, seconds) if seconds else 1 for name, step in contenders.items()}
    times: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds):
        order = names[turn % len(names) :] + names[: turn % len(names)]
        runs = [{name: timed(contenders[name], calls[name]) for name in order} for _ in range(blocks)]
        for name in names:
            times[name].append(min(run[name] for run in runs))
    gc.unfreeze()
    return times


def calls_in(step: Step, seconds: float) -> int:
    """How many calls take about that long, after one that does not count."""
    step()
    return max(1, round(seconds / timed(step, 3)))


def timed(step: Step, calls: int) -> float:
    """Seconds of processor time per call: with one thread, the time it takes where nothing else runs."""
    start = process_time()
    for _ in range(calls):
        step()
    return (process_time() - start) / calls


def ratio(times: dict[str, list[float]], against: str) -> float:
    """Ours as a multiple of theirs: the median over the rounds."""
    return statistics.median(ours / theirs for ours, theirs in zip(times["ours"], times[against], strict=True))


def duration(seconds: Sequence[float]) -> str:
    median = statistics.median(seconds)
    return f"{median * 1e3:.2f} ms" if median >= 1e-3 else f"{median * 1e6:.1f} µs"


def compared(what: str, times: dict[str, list[float]], targets: dict[str, float]) -> list[Row]:
    """A row for each contender but ours."""
    return [
        Row(what, duration(times["ours"]), name, duration(times[name]), ratio(times, name), targets.get(name))
        for name in times
        if name != "ours"
    ]


def step_rows(rounds: int, tasks: Sequence[Task] = TASKS) -> Iterator[Row]:
    """The training steps."""
    makers = {"torch": torch_step, "autograd": autograd_step}
    for task in tasks:
        contenders = {"ours": course_step(task), "matrix products": bare_step(task)}
        contenders |= {name: makers[name](task) for name in installed()}
        yield from compared(str(task), race(contenders, rounds), {"matrix products": task.target, "torch": 1.0})


def chain_rows(rounds: int, lengths: Sequence[int] = (100_000, 1_000_000)) -> Iterator[Row]:
    """Long thin graphs: time per node, forward and backward, and bytes per node held when both are done."""
    for nodes in lengths:
        contenders: dict[str, Step] = {"ours": lambda nodes=nodes: course_chain(nodes)}  # type: ignore[misc]
        if "torch" in installed():
            contenders["torch"] = lambda nodes=nodes: torch_chain(nodes)  # type: ignore[misc]
        times = race(contenders, min(rounds, 1 + 10**6 // nodes), seconds=0, blocks=1)
        per_node = {name: [t / nodes for t in figures] for name, figures in times.items()}
        what = f"chain of {nodes:,} nodes, per node"
        yield from compared(what, per_node, {"torch": 1.0}) or [Row(what, duration(per_node["ours"]))]
    held = bytes_per_node(lengths[0])
    yield Row("memory at its peak, per node", f"{held:.0f} B", target=500, unit="B", value=held)


def bytes_per_node(nodes: int) -> float:
    """The most memory that a chain takes at any moment of forward and backward."""
    tracemalloc.start()
    course_chain(nodes)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / nodes


def import_row(rounds: int) -> Row:
    """What `import course` takes where numpy is there already, in fresh processes, with its byte code cached."""
    code = "import time, numpy; start = time.process_time(); import course; print(time.process_time() - start)"
    with tempfile.TemporaryDirectory() as cache:
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {"PYTHONPYCACHEPREFIX": cache}
        runs = [subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, check=True, capture_output=True) for _ in range(rounds + 1)]
    milliseconds = 1e3 * statistics.median(float(run.stdout) for run in runs[1:])
    return Row("`import course`, beyond `import numpy`", f"{milliseconds:.0f} ms", target=50, unit="ms", value=milliseconds)


def line_rows(directory: Path = ROOT / "course") -> Iterator[Row]:
    """Lines of code of each room of the course, without blank lines, comments and docstrings."""
    counts: Counter[str] = Counter()
    for path in directory.rglob("*.py"):
        room = path.relative_to(directory).parts[0] + "/" if path.parent != directory else ""
        counts[room] += lines_of_code(path.read_text(encoding="utf-8"))
    for room, lines in sorted(counts.items()):
        yield Row(f"lines of code in `{directory.name}/{room}`", f"{lines:,}")
    yield Row("lines of code, together", f"{counts.total():,}")


def lines_of_code(source: str) -> int:
    """Lines that hold anything but comments and strings that stand alone.

    >>> lines_of_code('''"One docstring."\\n\\n# a comment\\nx = 1  # one line\\n''')
    1
    """
    layout = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.ENCODING, tokenize.ENDMARKER}
    lines: set[int] = set()
    begins = True
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in layout and not (begins and token.type == tokenize.STRING):
            lines.update(range(token.start[0], token.end[0] + 1))
        if token.type not in (tokenize.NL, tokenize.COMMENT):
            begins = token.type in layout
    return len(lines)
