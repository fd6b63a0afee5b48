"""The page on a class: who handed in, what was understood and what was not, and what to say in the next lecture.

One file that opens offline, prints, and can be shown to a room. Its template is `class.html`; what is put into it is escaped there.
"""

from collections.abc import Sequence

from markupsafe import Markup

from autograder.asked import BESIDE, is_ours
from autograder.learning import stanza
from autograder.pages.figures import BINS, ExerciseFigures, Group, UnitFigures, behind
from autograder.pages.templates import environment
from course.judging import verdict


def page(course: str, units: Sequence[UnitFigures]) -> str:
    """The whole page, HTML without a request to anywhere."""
    jinja = environment()
    jinja.filters |= {"percent": percent, "parts": parts, "in_words": in_words, "to_be_named": to_be_named, "breakable": breakable}
    jinja.globals |= {"signs": {outcome: sign for outcome, (sign, _) in verdict.SIGNS.items()}, "beside": BESIDE}
    jinja.tests |= {"tested": lambda unit: not is_ours(unit)}
    return jinja.get_template("class.html").render(course=course, units=units, behind=behind(units)) + "\n"


def percent(share: float | None) -> str:
    """A share as a whole number of percent; a dash where there is none."""
    return "–" if share is None else f"{100 * share:.0f} %"


def parts(one: ExerciseFigures) -> str:
    """How an exercise went, in words."""
    shares = ((one.full, "all of it"), (one.partial, "a part"), (one.failed, "nothing"), (one.not_written, "not written"))
    return ", ".join(f"{percent(share)} {what}" for share, what in shares if share)


def in_words(histogram: Sequence[int]) -> str:
    """A histogram for those who do not see it."""
    step = 100 // BINS
    return ", ".join(f"{count} from {i * step} to {(i + 1) * step} percent" for i, count in enumerate(histogram) if count)


def to_be_named(group: Group) -> str:
    """What an instructor puts into mistakes.toml for a group."""
    return stanza(group.exercise, group.id, "what these answers do", "a question that leads to the mistake")


def breakable(name: str) -> Markup:
    """The name of an exercise, which may be broken after each _."""
    return Markup("_<wbr>").join(name.split("_"))  # it escapes what it joins
