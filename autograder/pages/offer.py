"""What a class has taught its instructor, as a text to offer to the course: each named group as a mistake, with an answer that makes it.

No student is named. Nothing that a student wrote is run for it: an edit is found, and tried, as text.
"""

import json
import re
from collections.abc import Iterable, Iterator
from textwrap import indent

from autograder.learning import Mistakes, Named
from autograder.pages.figures import Group, UnitFigures
from course.judging.edits import ARROW, Edit, applied, source_text
from course.judging.exercise import Exercise
from course.judging.own_source import code_of
from course.units import UNITS

TITLE = "# Mistakes that the course does not know yet\n"
INDENT = "    "
WITHOUT_EDIT = "...),  # the edit of the right answer that makes it, or an answer of its own"


def offer(units: Iterable[UnitFigures], mistakes: Mistakes) -> str:
    """The text, in Markdown; "" where no answer of these units is in a group with a name."""
    parts = [
        part(exercise, mistakes[exercise.name, group.id], group)
        for unit in units
        for exercise in UNITS.get(unit.unit, ())
        for group in unit.groups
        if group.name and group.exercise == exercise.name
    ]
    return "\n".join([TITLE, *parts]) if parts else ""


def part(exercise: Exercise, named: Named, group: Group) -> str:
    """One mistake: the record for the exercise's file, how many made it, and an answer."""
    made = f"{quoted(edit)})," if (edit := one_edit(exercise, group.example)) else WITHOUT_EDIT
    place = f"{exercise.right.__module__.replace('.', '/')}.py"
    count = f"{len(group.students)} students" if group.shared else "One student"
    record = f"Mistake({quoted(named.name)},\n        {quoted(named.hint)},\n        {made}"
    answer = f"{count} of one class gave an answer of this group (`{group.id}`), such as"
    return "\n".join([f"## `{exercise.name}`, in `{place}`\n", indent(record, INDENT), "", answer, "", indent(group.example, INDENT), ""])


def quoted(text: str) -> str:
    """A text as Python reads it."""
    return json.dumps(text, ensure_ascii=False)


def one_edit(exercise: Exercise, code: str) -> str:
    """The one edit of the right answer that makes this answer; "" where it takes more, or other words."""
    source = source_text(exercise.right)
    for edit in edits(code_of(source), code):
        try:
            if edit.before != edit.after and "\n" not in edit.before and code_of(applied(source, [edit])) == code:
                return f"{edit.before}{ARROW}{edit.after}"
        except (ValueError, SyntaxError):  # it does not apply
            continue
    return ""


def edits(right: str, wrong: str) -> Iterator[Edit]:
    """What stands between the common beginning and the common end of two texts: in whole words, and in whole lines."""
    start = in_common(right, wrong)
    end = in_common(right[start:][::-1], wrong[start:][::-1])
    for border in (r"\s", r"[\s()]", r"\n"):
        before = len(re.split(border, right[:start])[-1])
        after = len(re.split(border, right[len(right) - end :])[0])
        changed = (text[start - before : len(text) - end + after].strip() for text in (right, wrong))
        yield Edit(*(re.sub(r"return \((.*)\)", r"return \1", text) for text in changed))  # brackets that nobody writes


def in_common(one: str, other: str) -> int:
    """How many letters two texts begin with alike."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
