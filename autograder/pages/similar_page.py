"""The page on pairs that agree: the strongest first, side by side, with what they have in common marked.

One file that opens offline. Its template is `similar.html`; whatever a student wrote is escaped there or here.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from autograder.pages.class_page import percent
from autograder.pages.templates import environment
from autograder.similar.in_class import Found
from autograder.similar.pairs import FEWEST, LINES, Pair
from autograder.similar.work import IN_A_ROW, KINDS, RUN, Work

UNUSUAL = 0.25  # the weight from which on something that both have is marked


@dataclass(frozen=True)
class Place:
    """What both students of a pair wrote in one place of the notebook, as the page shows it."""

    name: str
    sides: tuple[Markup, Markup]


def page(course: str, units: Sequence[Found]) -> str:
    """The whole page, HTML without a request to anywhere."""
    jinja = environment()
    jinja.filters |= {"percent": percent}
    jinja.globals |= {"kinds": KINDS, "lines": LINES, "run": RUN, "in_a_row": IN_A_ROW, "fewest": FEWEST, "places": places}
    return jinja.get_template("similar.html").render(course=course, units=units) + "\n"


def places(found: Found, pair: Pair) -> list[Place]:
    """What a pair has in common, place by place, in the order of the first student's notebook."""
    both = [found.works[student] for student in pair.students]
    common = {(one.kind, one.key) for one in both[0].features} & {(one.kind, one.key) for one in both[1].features}
    unusual = {(kind, key) for kind, key in common if found.weights[kind].get(key, 0) >= UNUSUAL}
    left, right = (shown(work, unusual) for work in both)
    return [Place(name, (left.get(name, Markup()), right.get(name, Markup()))) for name in dict.fromkeys([*left, *right])]


def shown(work: Work, unusual: Collection[tuple[str, str]]) -> dict[str, Markup]:
    """The cells of a student that hold something unusual, with it marked, by their place and in the notebook's order."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for feature in work.features:
        if (feature.kind, feature.key) in unusual:
            spans.setdefault(feature.cell, []).append((feature.start, feature.stop))
    texts: dict[str, list[Markup]] = {}
    for i, cell in enumerate(work.cells):
        if i in spans:
            texts.setdefault(cell.place, []).append(marked(cell.text, spans[i]))
    return {place: Markup("\n\n").join(in_place) for place, in_place in texts.items()}


def marked(text: str, spans: Sequence[tuple[int, int]]) -> Markup:
    """Escaped text with some parts of it marked, those that touch as one.

    >>> marked("a < b < c", [(4, 7), (6, 9), (0, 1)])
    Markup('<mark>a</mark> &lt; <mark>b &lt; c</mark>')
    """
    pieces, at = Markup(), 0
    for start, stop in merged(spans):
        pieces += escape(text[at:start]) + Markup("<mark>{}</mark>").format(text[start:stop])
        at = stop
    return pieces + escape(text[at:])


def merged(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans in order, those that touch made one."""
    begun, ended = -1, -1
    for start, stop in sorted(spans):
        if start > ended and ended >= 0:
            yield begun, ended
        begun, ended = (start, stop) if start > ended else (begun, max(ended, stop))
    if ended >= 0:
        yield begun, ended
