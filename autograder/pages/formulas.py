"""Formulas in clean HTML, typeset as MathML, which browsers draw by themselves: offline, in print, and read aloud.

latex2mathml reads the LaTeX. What it makes is not trusted, for a formula may be a student's: elements and attributes are written anew
from short lists, and text is escaped. A formula that it cannot read stays as it was typed.
"""

import functools
import re
import unicodedata
from html import escape, unescape
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element

LONGEST = 500  # characters of a formula
MOST = 150  # formulas of a text
AS_IT_IS = r"<(?:pre|code)\b.*?</(?:pre|code)>|<(?:\"[^\"]*\"|'[^']*'|[^\"'>])*>"  # code, and every tag with its attributes
FORMULA = re.compile(rf"{AS_IT_IS}|\$\$(?P<block>[^$<>]+)\$\$|(?<![\\$])\$(?! )(?P<inline>[^$<>]+)(?<! )\$(?![$\d])", re.DOTALL)

TAGS = frozenset(
    "math mrow mi mn mo mtext mspace msub msup msubsup munder mover munderover mfrac msqrt mroot mstyle mtable mtr mtd mphantom".split()
)
BOX = "menclose"  # which browsers do not know
YES_OR_NO = re.compile("true|false")
LENGTH = re.compile(r"-?\d{0,2}(\.\d+)?(em|ex|pt|px|mu)?")
ATTRIBUTES = {
    **dict.fromkeys(("stretchy", "displaystyle", "fence", "accent", "accentunder", "symmetric", "movablelimits"), YES_OR_NO),
    **dict.fromkeys(("width", "minsize", "maxsize", "linethickness", "lspace", "rspace"), LENGTH),
    "scriptlevel": re.compile(r"[0-3]"),
    "form": re.compile("prefix|infix|postfix"),
    "display": re.compile("block"),
}


def typeset(html: str) -> str:
    """HTML that has been cleaned, with the formulas in its text typeset; code and attributes stay as they are.

    >>> typeset('<p title="$a$">$x^2$ and <code>$b$</code>, for $5 or $6</p>')
    '<p title="$a$"><math><msup><mi>x</mi><mn>2</mn></msup></math> and <code>$b$</code>, for $5 or $6</p>'
    """
    found = 0

    def replaced(match: re.Match[str]) -> str:
        nonlocal found
        latex = match["block"] or match["inline"]
        if not latex or found == MOST:
            return match[0]
        found += 1
        return mathml(unescape(latex), "block" if match["block"] else "inline") or match[0]

    return FORMULA.sub(replaced, html)


@functools.lru_cache(maxsize=4096)
def mathml(latex: str, display: str) -> str:
    """A formula as MathML; "" where it cannot be read."""
    if len(latex) > LONGEST:
        return ""
    try:
        written = markup(convert_to_element(latex.replace(r"\arg", r"\operatorname{arg}"), display=display))
    except Exception:  # the library says with errors of many kinds that it does not know what was typed; nesting may be too deep
        return ""
    return "" if "\\" in written else written  # a command that it does not know


def markup(element: Element) -> str:
    """An element and what is in it, written anew."""
    tag = "mrow" if element.tag == BOX else element.tag
    if tag not in TAGS:
        raise ValueError(f"expected an element of MathML, got {tag!r}")
    inside = "".join(map(markup, element)) or escape(lettered(unescape(element.text or ""), element.get("mathvariant", "")), quote=False)
    attributes = [f'{name}="{value}"' for name, value in element.attrib.items() if name in ATTRIBUTES and ATTRIBUTES[name].fullmatch(value)]
    attributes += [f'class="{name}"' for name in (style_of(element),) if name]
    if tag == "mrow" and len(element) == 1 and not attributes:
        return inside
    return f"<{' '.join([tag, *attributes])}>{inside}</{tag}>"


def style_of(element: Element) -> str:
    """The class of an element where the page's style has to do what browsers do not."""
    if element.tag == BOX:
        return "box"
    if element.get("mathvariant") == "monospace":
        return "typed"
    return "left" if element.get("columnalign") == "left" else ""


def lettered(text: str, variant: str) -> str:
    """Text in letters of another kind, such as double-struck ones, where there are such.

    >>> lettered("R", "double-struck"), lettered("W", "bold"), lettered("3", "sans-serif"), lettered("x", "")
    ('ℝ', '𝐖', '𝟥', 'x')
    """
    if variant in ("", "normal", "monospace"):
        return text
    return "".join(letter_of(char, variant.upper().replace("BOLD-ITALIC", "BOLD ITALIC")) for char in text)


def letter_of(char: str, variant: str) -> str:
    """One of them, or the character itself."""
    name = unicodedata.name(char, "").replace("LATIN ", "").replace("LETTER ", "")
    for full in (f"MATHEMATICAL {variant} {name}", f"{variant} {name}"):
        try:
            return unicodedata.lookup(full)
        except KeyError:
            continue
    return char
