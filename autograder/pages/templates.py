"""The templates of our pages: each a file beside this one, with the look that all of them share in `base.html`.

What is put into them is escaped, unless it is `Markup`.
"""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from course.judging import verdict

FOLDER = Path(__file__).parent


def environment() -> Environment:
    """What loads them, with the filters that most of them use."""
    jinja = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)
    jinja.filters |= {"number": verdict.number, "prose": prose}
    return jinja


def text_of(name: str) -> bytes:
    """The source of a template with that of the one it extends: a page is out of date once either changes."""
    return (FOLDER / name).read_bytes() + (FOLDER / "base.html").read_bytes()


def prose(text: str) -> Markup:
    """Escaped text in which backticks become code."""
    return Markup(verdict.prose(text))  # it escapes
