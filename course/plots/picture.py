"""What every figure shares: the Picture itself, colours, numbers, and the two kinds of drawing area.

Colours are those of Okabe and Ito, told apart by every eye; scales of signed numbers are centred at zero, blue below and
vermillion above.
"""

import base64
import html
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import FancyArrowPatch

Array = np.ndarray

BLUE, VERMILLION, ORANGE, SKY, GREEN, MAUVE = "#0072B2", "#D55E00", "#E69F00", "#56B4E9", "#009E73", "#CC79A7"
INK, PALE, RUST = "#222222", "#8a8a8a", "#b04a00"  # RUST is vermillion, darkened for small print
DIVERGING = LinearSegmentedColormap.from_list("blue to vermillion", [BLUE, "#ffffff", VERMILLION])

READABLE, LARGEST = 20, 1.3  # pixels of letters of 11 points, in a room; and no more times as large as they are, or they meet

# On a dark page light and dark change places and hues stay; where a page takes no style sheets, the picture keeps a white ground.
ON_DARK = (
    '<style>[data-jp-theme-light="false"] img.course-picture,body.vscode-dark img.course-picture'
    "{background-color:transparent!important;filter:invert(1) hue-rotate(180deg)}</style>"
)


class Picture(Figure):
    """A figure that says what it shows: `alt` in place of the image, `caption` beneath it.

    It is not registered with pyplot: nothing shows it twice, and nothing keeps it in memory. On a dark page light and dark change places,
    but not where it `has_images`, whose black is black: these stand on white everywhere.

    `room` is None, or for how many pixels, across and up, pictures are made: then what would be too small there is drawn larger.
    """

    room: tuple[int, int] | None = None

    def __init__(self, width: float, height: float, *, alt: str = "", caption: str = ""):
        super().__init__(figsize=(width, height), layout=ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.1))
        self.alt, self.caption, self.has_images = alt, caption, False

    def __repr__(self) -> str:
        return f"<Picture: {self.alt}>"

    def _repr_html_(self) -> str:
        return self.as_html()

    def as_html(self, image: str = "png") -> str:
        """The picture, its text alternative and its caption as HTML; the image is "png" or "svg"."""
        buffer = io.BytesIO()
        stamp = {"metadata": {"Date": None}} if image == "svg" else {}  # the same picture, the same bytes
        size, larger = self.get_size_inches(), self.enlargement()
        self.set_size_inches(*size / larger)  # letters, dots and lines keep their size in points, so the picture is smaller around them
        self.savefig(buffer, format=image, dpi=192 * larger, transparent=True, **stamp)  # two pixels for each of the page's: sharp
        self.set_size_inches(*size)
        source = base64.b64encode(buffer.getvalue()).decode()
        kind = "course-images" if self.has_images else "course-picture"
        media = {"png": "image/png", "svg": "image/svg+xml"}[image]
        return (
            f'{ON_DARK}<figure style="margin:.5em 0"><img class="{kind}" alt="{html.escape(self.alt)}" '
            f'src="data:{media};base64,{source}" width="{self.get_figwidth() * 96:.0f}" '
            'style="max-width:100%;height:auto;border-radius:4px;background-color:#ffffff">'
            f'<figcaption style="font-size:.93em;margin:.2em 1em">{html.escape(self.caption)}</figcaption></figure>'
        )

    def enlargement(self) -> float:
        """How many times as large letters, dots and lines have to be drawn, so that `room` can read them; a drawn plan stays as it is."""
        if self.room is None or not isinstance(self.get_layout_engine(), ConstrainedLayoutEngine):
            return 1.0
        shown = min(self.room / (96 * self.get_size_inches()))  # pixels there for each of the page's
        return float(np.clip(READABLE / (shown * 11 * 96 / 72), 1, LARGEST))


def number(value: float) -> str:
    """Two decimals and a true minus sign, in as little room as a cell has.

    >>> number(-0.5), number(0.001), number(123.456)
    ('−0.50', '0.00', '123')
    """
    text = f"{value:.2f}" if abs(value) < 100 else f"{value:.3g}"
    return text.replace("-0.00", "0.00").replace("-", "−")


def plane(width: float, height: float, scale: float = 0.3) -> tuple[Picture, Axes]:
    """A picture without axes, `width` by `height` units of `scale` inches, its origin at the lower left."""
    picture = Picture(width * scale, height * scale)
    picture.set_layout_engine("none")
    ax = picture.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    ax.axis("off")
    return picture, ax


def write(ax: Axes, x: float, y: float, text: str, **style: Any) -> None:
    """Text centred at (x, y)."""
    usual: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 11, "color": INK}
    ax.text(x, y, text, **(usual | style))


def arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], **style: Any) -> None:
    """An arrow from start to end, thin and grey unless the style says otherwise."""
    usual: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 12, "shrinkA": 0, "shrinkB": 0, "linewidth": 1.2, "color": PALE}
    ax.add_patch(FancyArrowPatch(start, end, **(usual | style)))


def legible_on(colour: tuple[float, float, float, float]) -> str:
    """Black or white ink, whichever stands out more from the colour (by its luminance, about as WCAG reckons it)."""
    luminance = np.dot([0.2126, 0.7152, 0.0722], np.power(to_rgb(colour), 2.2))
    return "#000000" if luminance > 0.18 else "#ffffff"


def largest(arrays: Sequence[Array]) -> float:
    """The largest finite magnitude among the arrays, or 1 where there is none: where a diverging scale ends."""
    entries = np.abs(np.concatenate([np.zeros(1), *map(np.ravel, arrays)]))
    return float(entries[np.isfinite(entries)].max()) or 1.0


def axes(width: float, height: float, titles: Sequence[str]) -> tuple[Picture, list[Axes]]:
    """A picture with one titled pair of axes for each title, side by side."""
    picture = Picture(width, height)
    found = list(np.ravel(picture.subplots(1, len(titles))))
    for ax, title in zip(found, titles, strict=True):
        ax.set_title(title, fontsize=12, color=INK)
        ax.tick_params(labelsize=10)
        ax.spines[["top", "right"]].set_visible(False)
    return picture, found
