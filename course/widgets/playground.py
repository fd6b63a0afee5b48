"""A small network that learns in the browser, and the same run in Python, number by number."""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import traitlets

from course.data import Examples, Split, circles, digits_by_halves, spirals, two_moons, xor
from course.engine.history import History
from course.engine.nn import Dropout, Linear, Module, ReLU, Sequential, Sigmoid, Tanh
from course.engine.optim import SGD
from course.engine.regularization import EarlyStopping
from course.engine.training import fit
from course.widgets.base import Choice, Number, Switch, Widget, a_number, nested
from course.widgets.mulberry import Mulberry

ACTIVATIONS: dict[str, type[Module] | None] = {"tanh": Tanh, "ReLU": ReLU, "sigmoid": Sigmoid, "identity": None}
MOST_LAYERS, MOST_NODES, MOST_DRAWN, MOST_EPOCHS = 4, 200, 500, 5000
REACH = 2.0  # of what can be drawn, on either side of 0
CLASSES = 3  # that can be drawn


def hidden_layers(value: Any) -> list[int]:
    """How many nodes each hidden layer has, as a plain list. Raises ValueError for more than can be read."""
    sizes = list(value) if np.ndim(value) == 1 else None
    whole = sizes is not None and all(isinstance(size, int | np.integer) and size >= 1 for size in sizes)
    if sizes is None or not whole or len(sizes) > MOST_LAYERS or sum(sizes) > MOST_NODES:
        raise ValueError(
            f"layers must be the numbers of nodes of at most {MOST_LAYERS} hidden layers, {MOST_NODES} nodes in all, such as [8, 8]; "
            f"got {value!r}"
        )
    return [int(size) for size in sizes]


def drawn_points(value: Any) -> list[list[float]]:
    """Points [x₁, x₂, class] as plain lists. Raises ValueError for other shapes, and for what cannot be shown."""
    try:
        points = np.asarray(value, float).reshape(-1, 3) if np.size(value) == 0 else np.asarray(value, float)
    except (TypeError, ValueError):
        points = np.zeros(0)
    if points.ndim != 2 or points.shape[1] != 3 or len(points) > MOST_DRAWN:
        raise ValueError(f"drawn must be at most {MOST_DRAWN} points [x₁, x₂, class], got shape {np.shape(np.asarray(value, object))}")
    if not (np.abs(points[:, :2]) <= REACH).all() or not np.isin(points[:, 2], range(CLASSES)).all():
        raise ValueError(f"drawn points must lie within ±{REACH:g} and have classes in 0..{CLASSES - 1}, got {value!r}")
    return [[x, y, int(label)] for x, y, label in points.tolist()]


OF_A_RUN = {"lr": (1e-4, 3.0), "lam": (0.0, 1.0), "keep_prob": (0.05, 1.0)}  # what is changed while it trains, and how far
OF_BOTH = {"batch_size": (1, 512), "momentum": (0.0, 0.99)}


def earlier_settings(value: Any) -> list[list[float]]:
    """Rows [until, lr, lam, keep_prob, the same three of run B, batch_size, momentum]. Raises ValueError for other rows."""
    rows = [list(row) if np.ndim(row) == 1 else [] for row in value] if np.ndim(value) else [[]]
    limits = [(1, MOST_EPOCHS), *OF_A_RUN.values(), *OF_A_RUN.values(), *OF_BOTH.values()]
    fits = all(len(row) == len(limits) and all(low <= x <= high for x, (low, high) in zip(row, limits, strict=True)) for row in rows)
    ends = [row[0] for row in rows] if fits else []
    if not fits or ends != sorted(set(ends)) or any(row[k] != int(row[k]) for row in rows for k in (0, -2)):
        raise ValueError(
            "schedule must hold rows [until, lr, lam, keep_prob, lr_b, lam_b, keep_prob_b, batch_size, momentum], the settings of the "
            f"epochs before `until`, with `until` ascending; got {value!r}"
        )
    return [[int(until), *map(float, of_runs), int(batch_size), float(momentum)] for until, *of_runs, batch_size, momentum in rows]


class Checked(traitlets.List):
    """A list that a function checks, and gives back in plain numbers."""

    def __init__(self, check: Any, default: list[Any]):
        super().__init__(default_value=default)
        self.check = check
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> list[Any]:
        return self.check(value)


START: dict[str, Any] = {
    "data": "moons", "noise": 0.2, "count": 400, "seed": 0, "layers": [8, 8], "activation": "tanh", "batch_size": 32, "momentum": 0.9,
    "lr": 0.05, "lam": 0.0, "keep_prob": 1.0, "patience": 0, "restore_best": True, "compare": False, "lr_b": 0.05, "lam_b": 0.0,
    "keep_prob_b": 1.0, "schedule": [], "epoch": 0, "look": "classes", "show_test": False,
}  # fmt: skip
OVERFIT: dict[str, Any] = START | {"noise": 0.3, "count": 120, "seed": 5, "layers": [32, 32], "lr": 0.03, "batch_size": 16}


class Playground(Widget):
    """A network of two inputs that learns to tell classes of points apart, while it is watched, and changed.

    `data` is one of "moons", "spirals", "XOR", "circles", "digits" (1, 6, and 9, by where their ink is) and "drawn"; `count` points
    with that `noise`, or the points `drawn`, [x₁, x₂, class] each, are split at random: half to learn from, a quarter to choose by
    (validation), a quarter to report on (test). `layers` holds the number of nodes of each hidden layer, of one `activation`.
    `batch_size`, `lr` (η), `momentum`, `lam` (λ, for λ Σ w²), `keep_prob` (P, inverted dropout behind each hidden layer) and `seed` are
    the course's own; `patience` 0 never stops. With `compare`, a run B from the same seed has an `lr_b`, `lam_b` and `keep_prob_b`.

    `epoch` is how far it is trained: set it, and the page trains until there, or goes back. `schedule` tells settings that were changed
    on the way: rows [until, lr, lam, keep_prob, lr_b, lam_b, keep_prob_b, batch_size, momentum]. `look` is "classes" or a hidden node to
    look at, "1.3" for node 3 of layer 1; `show_test` unlocks the test set. `run` does in Python what the page does, up to rounding, which
    grows where steps are so long that the loss jumps about. Raises ValueError for settings out of their range.
    """

    title = "Playground: a network learns"
    question = "Which settings make the validation loss lowest, and does the test set agree?"
    presets: ClassVar = {
        "moons": START,
        "spirals": START | {"data": "spirals", "noise": 0.03, "count": 600, "layers": [16, 16], "lr": 0.1},
        "XOR, 2 nodes": START | {"data": "XOR", "noise": 0.3, "layers": [2], "lr": 0.1, "batch_size": 16},
        "overfitting": OVERFIT,
        "stopped early": OVERFIT | {"patience": 25},
        "λ against it": OVERFIT | {"compare": True, "lr_b": 0.03, "lam_b": 0.003},
        "dropout against it": OVERFIT | {"compare": True, "lr_b": 0.03, "keep_prob_b": 0.7},
        "three digits": START | {"data": "digits"},
    }
    data = Choice("moons", "spirals", "XOR", "circles", "digits", "drawn")
    noise = Number(START["noise"], 0, 0.6)
    count = Number(START["count"], 20, 1000, whole=True)
    drawn = Checked(drawn_points, [])
    seed = Number(START["seed"], 0, 9999, whole=True)
    layers = Checked(hidden_layers, START["layers"])
    activation = Choice(*ACTIVATIONS)
    batch_size = Number(START["batch_size"], *OF_BOTH["batch_size"], whole=True)
    momentum = Number(START["momentum"], *OF_BOTH["momentum"])
    lr, lr_b = (Number(START["lr"], *OF_A_RUN["lr"]) for _ in "ab")
    lam, lam_b = (Number(START["lam"], *OF_A_RUN["lam"]) for _ in "ab")
    keep_prob, keep_prob_b = (Number(START["keep_prob"], *OF_A_RUN["keep_prob"]) for _ in "ab")
    patience = Number(START["patience"], 0, 200, whole=True)
    restore_best = Switch(START["restore_best"])
    compare = Switch()
    schedule = Checked(earlier_settings, [])
    epoch = Number(START["epoch"], 0, MOST_EPOCHS, whole=True)
    look = traitlets.Unicode(START["look"]).tag(sync=True)
    show_test = Switch()
    digits = traitlets.List(read_only=True).tag(sync=True)

    def schema(self) -> dict[str, Any]:
        """What depends on other parts of the state, such as the node to look at, the page mends itself."""
        rows = [(1, MOST_EPOCHS), *OF_A_RUN.values(), *OF_A_RUN.values(), *OF_BOTH.values()]
        points = nested([-REACH, -REACH], [REACH, REACH])["prefixItems"] + [a_number(0, CLASSES - 1, whole=True)]
        of = {
            "layers": (a_number(1, MOST_NODES, whole=True), MOST_LAYERS, "hidden layers' numbers of nodes"),
            "drawn": ({"type": "array", "minItems": 3, "maxItems": 3, "prefixItems": points}, MOST_DRAWN, "points [x₁, x₂, class]"),
            "schedule": (nested(*map(list, zip(*rows, strict=True))), MOST_EPOCHS, "rows of nine settings"),
        }
        lists = {
            name: {"type": "array", "items": each, "maxItems": most, "description": f"a list of at most {most} {words}"}
            for name, (each, most, words) in of.items()
        }
        return super().schema() | lists | {"look": {"type": "string", "description": '"classes", or a hidden node such as "1.3"'}}

    @traitlets.default("digits")
    def _digits(self) -> list[list[float]]:
        """The digits' points, for the page."""
        X, y = digits_by_halves()
        return [[*x, label] for x, label in zip(X.tolist(), y.tolist(), strict=True)]

    @traitlets.validate("look")
    def _look(self, proposal: Any) -> str:
        value = proposal["value"]
        nodes = [f"{layer}.{node}" for layer, size in enumerate(self.layers, 1) for node in range(1, size + 1)]
        if value not in ("classes", *nodes):
            raise ValueError(f'look must be "classes", or a hidden node such as "1.3", node 3 of layer 1; got {value!r}')
        return value

    def examples(self) -> Split:
        """The points to learn from, to choose by, and to report on. Raises ValueError for fewer than four drawn points."""
        rng = Mulberry(self.seed)
        X, y = self._points(rng)
        if len(y) < 4:
            raise ValueError(f"expected at least 4 points to split in three, got {len(y)}: draw more")
        order = rng.permutation(len(y))[: len(y) if self.data == "drawn" else self.count]
        parts = np.split(order, [len(order) // 2, 3 * len(order) // 4])
        return Split(*(Examples(X[part], y[part]) for part in parts))

    def _points(self, rng: Mulberry) -> Examples:
        """All points, before they are split."""
        n, noise = self.count, self.noise
        if self.data == "drawn":
            table = np.array(self.drawn, float).reshape(-1, 3)
            return Examples(table[:, :2], table[:, 2].astype(int))
        makers: dict[str, Callable[[], Examples]] = {
            "moons": lambda: two_moons(n, noise, rng), "spirals": lambda: spirals(n, 2, noise, rng), "XOR": lambda: xor(n, noise, rng),
            "circles": lambda: circles(n, noise, rng), "digits": digits_by_halves,
        }  # fmt: skip
        return makers[self.data]()

    def run(self) -> tuple[Sequential, History]:
        """Run A in Python: its network after `epoch` epochs, or as early stopping leaves it, and its History."""
        training, validation, test = self.examples()
        classes = max(2, 1 + max(part.y.max() for part in (training, validation, test)))
        first, masks = Mulberry(self.seed, 1), Mulberry(self.seed, 3)
        modules: list[Module] = []
        for before, after in zip([2, *self.layers], self.layers, strict=False):
            modules += [Linear(before, after, first)]
            modules += [g()] if (g := ACTIVATIONS[self.activation]) else []
            modules += [Dropout(1.0, inverted=True, rng=masks)]
        network = Sequential(*modules, Linear([2, *self.layers][-1], classes, first))
        optimizer = SGD(network.parameters(), self.lr)

        def change(history: History) -> None:
            """The settings of the epoch that comes."""
            now = self._settings(history.epochs)
            optimizer.lr, optimizer.momentum, optimizer.weight_decay = now["lr"], now["momentum"], 2 * now["lam"]
            for module in modules:
                if isinstance(module, Dropout):
                    module.keep_prob = now["keep_prob"]

        change(History())
        if not self.epoch:
            return network, History()
        rule = EarlyStopping(self.patience, restore_best=self.restore_best) if self.patience else None
        return network, fit(
            network, *training, rng=Mulberry(self.seed, 2), optimizer=optimizer,
            batch_size=lambda epochs: min(int(self._settings(epochs)["batch_size"]), len(training.y)),
            epochs=self.epoch, early_stopping=rule, validation=validation, on_epoch=change,
        )  # fmt: skip

    def _settings(self, epoch: int) -> dict[str, float]:
        """What run A is trained with after so many epochs."""
        row = next((row for row in self.schedule if epoch < row[0]), None)
        names = (*OF_A_RUN, *OF_BOTH)
        return {name: getattr(self, name) for name in names} if row is None else dict(zip(names, row[1:4] + row[7:], strict=True))

    def still(self) -> Any:
        from course.plots import trained

        if self.data == "drawn" and len(self.drawn) < 4:
            return None
        network, history = self.run()
        return trained(lambda X: network.eval()(X).data, *self.examples()[0], history.loss, history.validation_loss)
