"""What attacks on the judge earn: with stock nbgrader, and with ours.

    python -m benchmarks.attacks [--write] [ATTACK ...]

Every attack of `tests/attacks/notebooks` is handed in to a class, for the unit on which the tests make it, too. nbgrader runs it as it
runs any notebook, but locked into a sandbox with a copy of the class: the instructor's notebooks, the gradebook, and the right answers of
another student. Beside them are handed in the right answers, which must earn all, and the notebook as it was released, which must earn
nothing.
"""

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from autograder import batch, release, sample
from autograder.gradebook import database
from autograder.instance import Instance
from autograder.walls.sandbox import Limits
from benchmarks import stock, table
from benchmarks.grading import without_our_judge
from course.units import UNITS
from tests.attacks.notebooks import ATTACKS, handed_in, unit_of

BEGIN, END = "<!-- attacks: written by `make bench-attacks` with --write -->", "<!-- end of attacks -->"
CONTROL = "05_vector_form"
LIMITS = Limits(seconds=2)
FELLOW = "fellow"


@dataclass(frozen=True)
class Attempt:
    """A notebook that is handed in, under a name, and what it tries."""

    name: str
    about: str
    unit: str
    notebook: str


@dataclass(frozen=True)
class Earned:
    """What an attempt earned, as shares of the unit's points: with nbgrader and with ours; None where there was no mark."""

    theirs: float | None
    ours: float | None


def attempts(released: Mapping[str, dict], chosen: Sequence[Callable]) -> Iterator[Attempt]:
    """Two that attack nothing, and each attack; from the notebooks as they were released."""
    right = sample.filled(released[CONTROL], sample.model_answers(CONTROL))
    yield Attempt("right", "Right answers, which attack nothing.", CONTROL, json.dumps(right))
    yield Attempt("untouched", "The notebook as it was released.", CONTROL, json.dumps(released[CONTROL]))
    for attack in chosen:
        yield Attempt(attack.__name__, str(attack.__doc__), unit_of(attack), handed_in(attack, released[unit_of(attack)]))


def make_class(root: Path, units: Sequence[str]) -> tuple[Instance, dict[str, dict]]:
    """A class with units released, for each of which a student has handed in the right answers; and the notebooks released."""
    instance = Instance.create(root)
    batch.add_sources(instance, units)
    released = {}
    for unit in units:
        release.release(instance, unit)
        released[unit] = json.loads(instance.released(unit).read_text(encoding="utf-8"))
        hand_in(instance, FELLOW, unit, json.dumps(sample.filled(released[unit], sample.model_answers(unit))))
    return instance, released


def hand_in(instance: Instance, student: str, unit: str, notebook: str) -> None:
    path = instance.submitted(student, unit)
    path.parent.mkdir(parents=True)
    path.write_text(notebook, encoding="utf-8")


def ours(instance: Instance, attempts: Sequence[Attempt]) -> dict[str, float | None]:
    """What each attempt earns when all are handed in to one class, by name."""
    for attempt in attempts:
        hand_in(instance, attempt.name, attempt.unit, attempt.notebook)
    for unit in sorted({attempt.unit for attempt in attempts}):
        batch.grade(instance, unit, limits=LIMITS)
    return {row.student: row.exercises for row in database.scores(instance)}


def share(points: float | None, unit: str) -> float | None:
    """Of the points of a unit's exercises."""
    return None if points is None else points / sum(exercise.points for exercise in UNITS[unit])


def measured(root: Path, chosen: Sequence[Callable]) -> Iterator[tuple[Attempt, Earned]]:
    """What each attempt earns, as it becomes known."""
    units = sorted({CONTROL, *map(unit_of, chosen)})
    instance, released = make_class(root / "class", units)
    tried = list(attempts(released, chosen))
    bare = Instance.open(shutil.copytree(instance.root, root / "stock"))
    without_our_judge(bare)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        theirs = threads.map(lambda attempt: stock.mark(bare, attempt.unit, attempt.notebook), tried)
        mine = ours(instance, tried)
        for attempt, points in zip(tried, theirs, strict=True):
            yield attempt, Earned(share(points, attempt.unit), share(mine.get(attempt.name), attempt.unit))


def row(attempt: Attempt, earned: Earned) -> tuple[str, ...]:
    """A line of the table."""
    return (attempt.about.removesuffix("."), attempt.unit[:2], percent(earned.theirs), percent(earned.ours))


def percent(part: float | None) -> str:
    if part is None:
        return "no mark"
    return "> 100 %" if part > 1 else f"{part:.0%}".replace("%", " %")


def summary(all_of_them: Sequence[tuple[Attempt, Earned]]) -> str:
    """The table in a sentence."""
    attacks = [earned for attempt, earned in all_of_them if attempt.name not in ("right", "untouched")]
    some, full = (sum((earned.theirs or 0) > least for earned in attacks) for least in (0, 0.999))
    own = sum((earned.ours or 0) > 0 for earned in attacks)
    return f"Of {len(attacks)} attacks, {some} earn something with stock nbgrader, {full} of these full marks or more; with ours, {own}."


def main() -> None:
    parser = argparse.ArgumentParser("benchmarks.attacks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("attacks", metavar="ATTACK", nargs="*", help="by name; all, if none is given")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    options = parser.parse_args()
    known = {attack.__name__: attack for attack in ATTACKS}
    if strangers := [name for name in options.attacks if name not in known]:
        parser.error(f"no attack is called {', '.join(strangers)}; there are {', '.join(known)}")
    chosen = [known[name] for name in options.attacks] or ATTACKS
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for attempt, earned in measured(Path(folder), chosen):
            found.append((attempt, earned))
            print(f"{attempt.name}: {percent(earned.theirs)} with nbgrader, {percent(earned.ours)} with ours", flush=True)
    lines = table.markdown(("what it tries", "unit", "nbgrader", "ours"), [row(*one) for one in found])
    text = f"{table.circumstances(['nbgrader'])}\n\n{summary(found)}\n\n{lines}"
    print(f"\n{text}")
    if options.write:
        table.write(text, BEGIN, END)


if __name__ == "__main__":
    main()
