"""Formulas of the book as MathML, which browsers draw by themselves: a part of Sphinx's reading."""

import re
from collections.abc import Iterator, Mapping

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from autograder.pages.formulas import mathml

LEFT = re.compile(r"\\(?:frac|partial|sum|ell|cdot|begin|mathbf|texttt?)\b|\$\$")
NO_TEXT = re.compile(r"<(script|style|pre|code|math)\b.*?</\1>|<[^>]*>", re.DOTALL)
LOG = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx, for `html_math_renderer = "mathml"`."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def inline(page: HTML5Translator, node: nodes.Node) -> None:
    put(page, node, "inline")


def block(page: HTML5Translator, node: nodes.Node) -> None:
    page.body.append('<div class="formula">')
    put(page, node, "block")
    page.body.append("</div>\n")


def put(page: HTML5Translator, node: nodes.Node, display: str) -> None:
    """Write the formula; one that cannot be written is a warning, which ends the build."""
    latex = node.astext()
    if not (written := mathml(latex, display)):
        LOG.warning("this formula cannot be written as MathML: %s", latex, location=node)
    page.body.append(written)
    raise nodes.SkipNode


def left(pages: Mapping[str, str]) -> Iterator[str]:
    """Formulas that stand as they were typed on HTML pages, by their names, in sentences."""
    for name, html in pages.items():
        text = NO_TEXT.sub("", html)
        if found := LEFT.search(text):
            yield f"{name} has a formula as it was typed: {text[max(0, found.start() - 40) : found.end() + 40]}"
