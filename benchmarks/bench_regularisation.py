"""What regularisation is worth: the same network with and without it, on noisy and on clean labels, over paired seeds.

    python -m benchmarks.bench_regularisation [--write]

A pair is one seed: the same split of the digits, the same labels, the same start and the same batches; only the method differs.
"""

import argparse
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks import table
from course.data import Split, noisy_digits
from course.engine.functional import softmax_cross_entropy
from course.engine.history import measure
from course.engine.nn import Dropout, Linear, ReLU, Sequential
from course.engine.optim import SGD
from course.engine.regularization import EarlyStopping
from course.engine.training import fit

BEGIN, END = "<!-- regularisation: written by `make bench-regularisation` with --write -->", "<!-- end of regularisation -->"
COLUMNS = ("labels randomised", "method", "right in the test set", "gain in points", "± 95 %", "pairs won")
SEEDS = 20
T_95 = 2.093  # Student's t with 19 degrees of freedom, for a two-sided interval of 95 %


class Method(NamedTuple):
    """λ of the L2 penalty, the dropout layer's probability to keep, and the patience of early stopping; neutral where not used."""

    lam: float = 0.0
    keep_prob: float = 1.0
    patience: int | None = None


METHODS = {
    "none": Method(),
    "L2": Method(lam=1e-2),
    "dropout": Method(keep_prob=0.5),
    "early stopping": Method(patience=10),
    # Together, each needs less: this λ had the best validation accuracy of 1e-2, 5e-3, 2e-3, 1e-3 and 5e-4, on seeds 100 to 111.
    "all three": Method(lam=1e-3, keep_prob=0.5, patience=10),
}


@threadpool_limits.wrap(limits=1)  # matrices this small are slower on two threads, many times so where the cores are busy
def accuracies(seed: int, noise: float = 0.2) -> dict[str, float]:
    """Accuracy on the clean test set after each method, from one seed."""
    data = noisy_digits(np.random.default_rng(seed), noise=noise)
    return {name: accuracy(data, method, seed) for name, method in METHODS.items()}


def accuracy(data: Split, method: Method, seed: int) -> float:
    """Accuracy on the test set of a 64-64-10 network: 80 epochs of batches of 32, momentum 0.9, learning rate 0.05."""
    start, masks, batches = (np.random.default_rng([seed, i]) for i in range(3))
    model = Sequential(Linear(64, 64, start), ReLU(), Dropout(method.keep_prob, rng=masks), Linear(64, 10, start))
    fit(
        model,
        *data.train,
        rng=batches,
        optimizer=SGD(model.parameters(), lr=0.05, momentum=0.9),
        lam=method.lam,
        epochs=80,
        validation=data.validation,
        early_stopping=None if method.patience is None else EarlyStopping(method.patience),
    )
    return float(measure(model, data.test, softmax_cross_entropy).accuracy or 0)


def rows(noise: float) -> Iterator[tuple[str, ...]]:
    """A line for each method: mean accuracy, mean gain over none with its 95 % interval, and in how many pairs it won."""
    runs = [accuracies(seed, noise) for seed in range(SEEDS)]
    for name in METHODS:
        gains = np.array([100 * (run[name] - run["none"]) for run in runs])
        interval = T_95 * gains.std(ddof=1) / np.sqrt(SEEDS)
        test = np.mean([run[name] for run in runs])
        gain = (f"{gains.mean():+.1f}", f"{interval:.1f}", f"{(gains > 0).sum()} of {SEEDS}") if name != "none" else ("", "", "")
        yield f"{noise:.0%}", name, f"{test:.1%}", *gain


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser("benchmarks.bench_regularisation", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    options = parser.parse_args(arguments)
    text = f"{table.circumstances(['numpy'])}\n\n{table.markdown(COLUMNS, [row for noise in (0.2, 0.0) for row in rows(noise)])}"
    print(text)
    if options.write:
        table.write(text, BEGIN, END)


if __name__ == "__main__":
    main()
