"""The rows of the table that are about gradcheck."""

from collections.abc import Iterator
from typing import Any

from benchmarks.engine import Row, compared, duration, installed, race
from benchmarks.gradcheck_counts import by_torch, checkers, count
from benchmarks.gradcheck_network import Network, named, one_wrong, torch_check
from benchmarks.gradcheck_smallest import SEEDS, SMOOTH, worst
from course.gradcheck import Mode

TARGETS: dict[Mode, tuple[float, float]] = {"full": (0, 0), "fast": (0, 0.005)}  # false alarms, and the share of misses
BESIDE: dict[Mode, tuple[str, ...]] = {"full": ("torch, full", "CS231n's rule"), "fast": ("torch, fast",)}


def gradcheck_rows(rounds: int, seeds: int = 2, trials: int = SEEDS) -> Iterator[Row]:
    """Mistakes on the corpus, the smallest error found, and the check of a large network."""
    yield from count_rows(seeds)
    yield smallest_row(trials)
    yield from network_rows(rounds, trials)


def count_rows(seeds: int) -> Iterator[Row]:
    """False alarms and misses, beside those of the same mode of PyTorch's gradcheck, and of CS231n's rule."""
    counts = {label: count(passes, range(seeds)) for label, passes in checkers().items()}
    for mode, (alarms, misses) in TARGETS.items():
        own = counts[f"gradcheck, {mode}"]
        for peer in [label for label in BESIDE[mode] if label in counts] or [""]:
            theirs = (peer, str(len(counts[peer].alarms)), str(len(counts[peer].missed))) if peer else ("", "", "")
            for what, mistakes, beside, target in (
                (f"{mode} mode: false alarms on {own.right} right gradients", own.alarms, theirs[1], alarms),
                (f"{mode} mode: misses of {own.wrong} wrong gradients", own.missed, theirs[2], int(misses * own.wrong)),
            ):
                yield Row(f"gradcheck, {what}", str(len(mistakes)), peer, beside, target=target, value=len(mistakes))


def smallest_row(seeds: int) -> Row:
    """The smallest relative error of one entry that the full mode finds in all of the smooth problems."""
    error = worst("full", SMOOTH, seeds=seeds)
    return Row(f"gradcheck, smallest relative error found, {len(SMOOTH)} functions", f"{error:.0e}", target=1e-6, value=error)


def network_rows(rounds: int, trials: int, **sizes: Any) -> Iterator[Row]:
    """Time of a fast check of 101,770 parameters, backward included, and whether it names the one entry that is wrong by a thousandth."""
    network = Network.draw(**sizes)
    contenders = {"ours": network.check} | ({"torch": torch_check(network)} if "torch" in installed() else {})
    what = f"gradcheck, fast mode, {sum(array.size for array in network.parameters.values()):,} parameters"
    times = race(contenders, rounds)
    yield from compared(what, times, {"torch": 0.1}) or [Row(what, duration(times["ours"]))]
    spoilt = [one_wrong(seed, 1e-3, **sizes) for seed in range(trials)]
    missed = sum(not named(problem, index) for problem, index in spoilt)
    peer = ("torch, not found", str(sum(map(by_torch("fast"), (problem for problem, _ in spoilt))))) if "torch" in installed() else ("", "")
    yield Row(f"the same with one wrong entry: not named, of {trials}", str(missed), *peer, target=0, value=missed)
