"""Formulas as MathML, which browsers draw without a script and without asking anybody.

Text that a student wrote may be in them: elements and attributes are those listed here, and letters stay letters. What cannot be read
as a formula stays as it was typed.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any
from xml.etree.ElementTree import Element

import bleach
from latex2mathml.converter import convert_to_element
from markupsafe import Markup

from autograder.pages.rendering import TAGS, allowed

FORMULA = re.compile(r"\$\$(?P<block>[^$]+)\$\$|\$(?P<inline>(?![\s$])[^$]*[^\s$])\$")
LONGEST = 500  # characters of one formula
MOST = 200  # formulas in one text
DEEPEST = 40  # elements within elements
NAMESPACE = "http://www.w3.org/1998/Math/MathML"
ELEMENTS = frozenset(
    "math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mtable mtr mtd mstyle mpadded".split()
)
ATTRIBUTES = {
    "accent": "true|false",
    "columnalign": "left|center|right",
    "display": "inline|block",
    "displaystyle": "true|false",
    "linethickness": "0",
    "stretchy": "true|false",
    "width": r"-?\d{0,2}(\.\d{1,4})?em",
}
# Of `mathvariant`, which browsers no longer heed: the letters themselves.
STYLES = {"bold": "BOLD", "double-struck": "DOUBLE-STRUCK", "fraktur": "FRAKTUR", "script": "SCRIPT"}
AS_TYPED = frozenset(("code", "pre", "math"))
TEXT = ("Characters", "SpaceCharacters", "Entity")


def with_formulas(html: str) -> Markup:
    """HTML that was cleaned, with what stands between dollars drawn; what is in code stays.

    >>> with_formulas("<p>$N$ and <code>$N$</code></p>")
    Markup('<p><math display="inline"><mrow><mi>N</mi></mrow></math> and <code>$N$</code></p>')
    """
    return Markup(cleaner().clean(html))


def cleaner() -> bleach.Cleaner:
    """What cleans again, and puts formulas in after that: no `<math>` that was typed gets through."""
    tags = TAGS | {"details", "summary"}
    return bleach.Cleaner(tags=tags, attributes=allowed, protocols={"http", "https", "mailto", "data"}, filters=[drawn])


def drawn(source: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The parts of a page, as html5lib has them, with formulas in place of those texts that are one."""
    left, within, run = MOST, 0, []
    for token in [*source, {"type": "End"}]:
        if token["type"] in TEXT and not within:
            run.append(token)
            continue
        text = "".join(unescape(f"&{one['name']};") if one["type"] == "Entity" else one["data"] for one in run)
        found = list(FORMULA.finditer(text))[:left]
        left -= len(found)
        yield from tokens(text, found) if found else run
        run = []
        if token.get("name") in AS_TYPED:
            within += (token["type"] == "StartTag") - (token["type"] == "EndTag")
        if token["type"] != "End":
            yield token


def tokens(text: str, found: Iterable[re.Match[str]]) -> Iterator[dict[str, Any]]:
    """A text with formulas in it, as tokens."""
    end = 0
    for formula in found:
        yield {"type": "Characters", "data": text[end : formula.start()]}
        end = formula.end()
        yield from mathml(formula["block"] or formula["inline"], "block" if formula["block"] else "inline") or [
            {"type": "Characters", "data": formula[0]}
        ]
    yield {"type": "Characters", "data": text[end:]}


@functools.lru_cache(maxsize=1024)
def mathml(latex: str, display: str) -> tuple[dict[str, Any], ...]:
    """A formula as tokens; none where it cannot be read, or holds something that is not listed."""
    if len(latex) > LONGEST:
        return ()
    try:
        return tuple(tokens_of(convert_to_element(latex, display=display)))
    except Exception:  # whatever the library makes of what somebody typed
        return ()


def tokens_of(element: Element, depth: int = 0) -> Iterator[dict[str, Any]]:
    """An element as tokens. Raises ValueError for one that is not listed."""
    name = element.tag
    if name not in ELEMENTS or depth > DEEPEST:
        raise ValueError(name)
    attributes = {(None, key): value for key, value in element.attrib.items() if re.fullmatch(ATTRIBUTES.get(key, "(?!)"), value)}
    yield {"type": "StartTag", "name": name, "namespace": NAMESPACE, "data": attributes}
    if element.text:
        yield {"type": "Characters", "data": styled(unescape(element.text), element.attrib.get("mathvariant", ""))}
    for child in element:
        yield from tokens_of(child, depth + 1)
    yield {"type": "EndTag", "name": name, "namespace": NAMESPACE, "data": {}}


def styled(text: str, variant: str) -> str:
    """Letters of a style, as Unicode has them.

    >>> styled("EP1", "double-struck")
    '𝔼ℙ𝟙'
    """
    return "".join(letter(character, STYLES[variant]) for character in text) if variant in STYLES else text


def letter(character: str, style: str) -> str:
    """One letter or digit of a style; itself where there is none of the style."""
    name = unicodedata.name(character, "").replace("LATIN ", "").replace("LETTER ", "")
    for wanted in (f"MATHEMATICAL {style} {name}", f"{style} {name}"):
        try:
            return unicodedata.lookup(wanted)
        except KeyError:
            continue
    return character
