"""The text of a slide as HTML: the Markdown of the notebooks, formulas left to the browser, code in colours."""

import html
from collections.abc import Callable
from itertools import takewhile

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer


def html_of(text: str) -> str:
    r"""A text in Markdown as HTML.

    >>> html_of("A *slope* of $x^2$:\n\n$$2x$$")
    '<p>A <em>slope</em> of <span class="math">x^2</span>:</p>\n<div class="math display">2x</div>\n'
    >>> html_of("How steep is it?")
    '<p class="ask">How steep is it?</p>\n'
    """
    return MARKDOWN.render(text)


def line_of(text: str) -> str:
    """A title: one line of Markdown."""
    return MARKDOWN.renderInline(text)


def mark_questions(state: StateCore) -> None:
    """Give a paragraph that ends with a question, and a list of such, the class `ask`: it is what the room is to answer."""
    for k, opening in enumerate(state.tokens):
        if opening.type in ("paragraph_open", "bullet_list_open") and opening.level == 0:
            inside = takewhile(lambda token: token.level > 0, state.tokens[k + 1 :])
            if all(token.content.rstrip("*").endswith("?") for token in inside if token.type == "inline"):
                opening.attrSet("class", "ask")


def coloured(code: str, language: str, attributes: str) -> str:
    """Code in colours; that of an unknown language is Python, as everywhere in the course."""
    return highlight(code, PythonLexer(), HtmlFormatter(nowrap=True)) if language in ("", "python") else html.escape(code)


def with_tag(opening: str, closing: str) -> Callable[..., str]:
    """What renders a formula between these."""
    return lambda _, tokens, i, *__: f"{opening}{html.escape(tokens[i].content.strip())}{closing}"


MARKDOWN = MarkdownIt("commonmark", {"highlight": coloured}).enable("table")
MARKDOWN.use(dollarmath_plugin, allow_space=False, double_inline=True)
MARKDOWN.core.ruler.push("questions", mark_questions)
MARKDOWN.add_render_rule("math_inline", with_tag('<span class="math">', "</span>"))
MARKDOWN.add_render_rule("math_inline_double", with_tag('<span class="math display">', "</span>"))
MARKDOWN.add_render_rule("math_block", with_tag('<div class="math display">', "</div>\n"))
