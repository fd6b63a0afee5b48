"""Widgets for the room: one .py and one .js (or a room of those) each, all their drawing in the browser."""

import html
import json
from collections.abc import Iterable, Mapping
from typing import Any

import anywidget

from course.widgets.capstone import ErrorBrowser
from course.widgets.dropout import DropoutNetwork
from course.widgets.early_stopping import Patience
from course.widgets.explainable_ai import ExplainableAI
from course.widgets.feed_forward import FeedForward
from course.widgets.gradient_descent import GradientDescent
from course.widgets.l2 import RidgeCurve
from course.widgets.minibatch import MinibatchDescent
from course.widgets.neuron import Neuron
from course.widgets.playground import Playground
from course.widgets.start_here import Tangent
from course.widgets.stepper import Stepper
from course.widgets.vector_form import VectorForm

__all__ = [
    "DropoutNetwork",
    "ErrorBrowser",
    "ExplainableAI",
    "FeedForward",
    "GradientDescent",
    "MinibatchDescent",
    "Neuron",
    "Patience",
    "Playground",
    "RidgeCurve",
    "Stepper",
    "Tangent",
    "VectorForm",
    "page",
]


def page(widget: anywidget.AnyWidget) -> str:
    """A widget as one HTML page that needs no kernel, no server and no network: for a lecture hall, or to hand out.

    Its state stands in the page's address: what was set when the address was copied is what a reader of it sees.
    """
    return page_of({"_esm": str(widget._esm), **widget.get_state(names_of(widget.keys))})


def page_of(state: Mapping[str, Any]) -> str:
    """The same page, from a widget's saved state."""
    return PAGE.replace("TITLE", html.escape(state["frame"]["title"])).replace("DATA", data_of(state))


def data_of(state: Mapping[str, Any]) -> str:
    """What a page without a kernel draws a widget from: its module and the values of its traits, as JSON for a script element."""
    data = json.dumps({"module": state["_esm"], "state": {name: state[name] for name in names_of(state)}}, allow_nan=False)
    return data.replace("</", "<\\/")  # no string may close the script element


def names_of(names: Iterable[str]) -> list[str]:
    """Those of a widget's own traits, which are its state."""
    return [name for name in names if not name.startswith("_") and name not in anywidget.AnyWidget.class_traits()]


PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>TITLE</title>
<body style="margin:1.5rem;font-family:system-ui,sans-serif">
<main id="widget" data-level="1"></main>
<script type="application/json" id="data">DATA</script>
<script type="module">
const { module, state } = JSON.parse(document.getElementById("data").textContent);
const { default: widget, kit } = await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
widget.render({ model: kit.pageModel(state, window), el: document.getElementById("widget") });
</script>
</body>
</html>
"""
