"""What an instructor calls a wrong answer that the course did not know: DIR/mistakes.toml, a file of the class.

A name and a hint stand there for a group of answers (`autograder.grouping`). They reach all of the group, who read them as they would read
a mistake of the course's own; and the file serves the next class as it is.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.files import write_whole
from autograder.instance import Instance, reported
from autograder.report import Report, Unexplained
from course.errors import UserError
from course.judging.verdict import Mark, Verdict

FILE = "mistakes.toml"
LARGEST = 1 << 20  # bytes of the file
LONGEST = {"exercise": 100, "group": 8, "name": 200, "hint": 600}  # letters, and the keys there are
EXERCISE, GROUP = re.compile(r"[^\W\d]\w*"), re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True)
class Named:
    """A group with a name, which ends the sentence "It is what comes out when ...", and a hint."""

    exercise: str
    group: str
    name: str
    hint: str


Mistakes = Mapping[tuple[str, str], Named]  # by exercise and group


def mistakes_of(instance: Instance) -> Mistakes:
    """The groups that have a name in this class; none where there is no file. Raises UserError for one that is not as it should be."""
    path = instance.root / FILE
    if not path.exists():
        return {}
    try:
        with reported(f"read {path}"), path.open("rb") as file:
            text = file.read(LARGEST + 1)
        if len(text) > LARGEST:
            raise UserError(f"{path} is larger than {LARGEST:,} bytes. Expected stanzas as in\n\n{EXAMPLE}")
        data = tomllib.loads(text.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} cannot be read as TOML: {error}. Expected stanzas as in\n\n{EXAMPLE}") from None
    stanzas = data.get("mistake", [])
    if data.keys() - {"mistake"} or not isinstance(stanzas, list):
        raise UserError(f"{path} holds {', '.join(data)}; expected nothing but stanzas [[mistake]], as in\n\n{EXAMPLE}")
    found: dict[tuple[str, str], Named] = {}
    for number, stanza in enumerate(stanzas, start=1):
        named = read(stanza, f"{path}, [[mistake]] number {number}")
        place = (named.exercise, named.group)
        if place in found:
            raise UserError(f"{path} names group {named.group} of {named.exercise} twice. Keep one of the two.")
        found[place] = named
    return found


def read(stanza: Any, where: str) -> Named:
    """One stanza of the file. Raises UserError that says what is wrong with it."""
    if not isinstance(stanza, dict) or stanza.keys() != LONGEST.keys():
        there = ", ".join(stanza) if isinstance(stanza, dict) else type(stanza).__name__
        raise UserError(f"{where}: expected the keys {', '.join(LONGEST)}; there are {there or 'none'}.")
    for key, longest in LONGEST.items():
        text = stanza[key]
        if not isinstance(text, str) or not text.strip() or len(text) > longest or not text.isprintable():
            raise UserError(f"{where}: expected {key} to be one line of text, of at most {longest} letters; got {text!r:.80}.")
    if not EXERCISE.fullmatch(stanza["exercise"]):
        raise UserError(f"{where}: expected the name of an exercise, such as linear_backward; got {stanza['exercise']!r}.")
    if not GROUP.fullmatch(stanza["group"]):
        raise UserError(f"{where}: expected the eight digits of a group, as `autograder report` shows them; got {stanza['group']!r}.")
    return Named(stanza["exercise"], stanza["group"], stanza["name"].strip().rstrip("."), stanza["hint"].strip())


def stanza(exercise: str, group: str, name: str, hint: str) -> str:
    """What to put into the file, to be changed there."""
    return f'[[mistake]]\nexercise = "{exercise}"\ngroup = "{group}"\nname = "{name}"\nhint = "{hint}"\n'


EXAMPLE = stanza("linear_backward", "3fa2c1d0", "the rows of W are normalised", "What does the layer compute on the way forward?")


def all_told(instance: Instance, unit: str, mistakes: Mistakes) -> bool:
    """Whether everything that was graded before has the names that `mistakes` gives: then no report need be read for it."""
    path = stamp(instance, unit)
    with reported(f"read {path}"):
        return path.is_file() and path.read_text(encoding="ascii", errors="replace") == digest(mistakes)


def tell_all(instance: Instance, unit: str, mistakes: Mistakes) -> None:
    """Remember that everything graded has these names, and what will be graded gets them at once."""
    with reported(f"write {stamp(instance, unit)}"):
        write_whole(stamp(instance, unit), digest(mistakes))


def stamp(instance: Instance, unit: str) -> Path:
    """The file that remembers which names everything graded has."""
    return instance.report_path("", unit).parent.with_suffix(".names")


def digest(mistakes: Mistakes) -> str:
    """What differs where the names do."""
    return hashlib.sha256(repr(sorted(mistakes.items())).encode()).hexdigest()


def with_names(report: Report, mistakes: Mistakes) -> Report:
    """The report with the names that its groups have now, and without those that they had."""
    groups = {one.exercise: one for one in report.unexplained}
    verdicts = tuple(
        replaced(verdict, groups[verdict.exercise], mistakes) if verdict.exercise in groups else verdict for verdict in report.verdicts
    )
    return report if verdicts == report.verdicts else replace(report, verdicts=verdicts)


def replaced(verdict: Verdict, group: Unexplained, mistakes: Mistakes) -> Verdict:
    """The verdict with the name of its group, or with the hints it had before, where the group has none."""
    named, own = mistakes.get((group.exercise, group.group)), dict(group.hints)

    def renamed(mark: Mark) -> Mark:
        if mark.criterion not in own:
            return mark
        return replace(mark, cause=named.name, hint=named.hint) if named else replace(mark, cause="", hint=own[mark.criterion])

    return replace(verdict, marks=tuple(map(renamed, verdict.marks)))


def grouped(reports: Iterable[Report]) -> dict[tuple[str, str], list[Report]]:
    """The reports on wrong answers that the course cannot explain, by exercise and group, the largest group first."""
    found: dict[tuple[str, str], list[Report]] = {}
    for report in reports:
        for one in report.unexplained:
            found.setdefault((one.exercise, one.group), []).append(report)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))
