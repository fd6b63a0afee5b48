"""What the widgets share: each is a Python file, and a JavaScript file of the same name beside it, which finds the kit as `kit`."""

import inspect
import pathlib
from typing import Any

import anywidget

KIT = pathlib.Path(__file__).with_name("kit.bundle.js").read_text(encoding="utf-8")


class Widget(anywidget.AnyWidget):
    """A widget that is drawn in the browser: its traits cross once, and nothing comes back."""

    def __init_subclass__(cls, **options: Any) -> None:
        if "_esm" not in vars(cls):  # traitlets derives a class for each widget made, with the text as a trait
            cls._esm = KIT + pathlib.Path(inspect.getfile(cls)).with_suffix(".js").read_text(encoding="utf-8")
        super().__init_subclass__(**options)
