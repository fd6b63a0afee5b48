"""Colours that stand in one legend are told apart by those who see no green, where no shape, dash or width tells more."""

import re
from itertools import combinations

import numpy as np
import pytest

from tests.widgets.test_kit import EXAMPLES, NAMES

# G. M. Machado, M. M. Oliveira, L. A. F. Fernandes: A Physiologically-based Model for Simulation of Color Vision Deficiency. IEEE
# Transactions on Visualization and Computer Graphics 15 (2009), 1291-1298; deuteranomaly of severity 1.0, for linear RGB.
DEUTERANOPIA = np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]])
# B. Ottosson: A perceptual color space for image processing (2020), from linear RGB.
CONES = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]]
)
OKLAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099], [0.0259040371, 0.7827717662, -0.8086757660]]
)
APART = 0.1  # of OKLab's lightness, which goes from 0 to 1; 0.02 is seen at best


def linear(colour):
    return np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)


def seen_without_green(colour):
    """Where in OKLab a colour of sRGB, from 0 to 1, is for those who see no green."""
    return OKLAB @ np.cbrt(CONES @ np.clip(DEUTERANOPIA @ linear(colour), 0, 1))


def on_paper(text, opacity, paper):
    """A computed colour of CSS over the paper; None for none."""
    numbers = [float(number) for number in re.findall(r"-?[\d.]+(?:e-\d+)?", text.removeprefix("color(srgb"))]
    if text == "none":
        return None
    colour = np.array(numbers[:3]) / (1 if text.startswith("color(") else 255)
    alpha = (numbers[3] if len(numbers) > 3 else 1) * float(opacity)
    return alpha * colour + (1 - alpha) * paper


SWATCHES = """() => [...document.querySelectorAll(".legend")].map((legend) => [...legend.children].map((item) => {
    const node = item.querySelector("svg > *");
    const { fill, fillOpacity, stroke, strokeOpacity, strokeDasharray, strokeWidth } = getComputedStyle(node);
    const isLine = node.tagName === "line";
    const form = [node.tagName, node.getAttribute("d"), stroke === "none" ? "" : strokeDasharray + strokeWidth].join(" ");
    return { words: item.innerText, form, fill: [isLine ? "none" : fill, fillOpacity], stroke: [stroke, strokeOpacity] };
}))"""


def distance(one, other):
    """Between two colours; where one has none, they differ by that."""
    if one is None or other is None:
        return 0.0 if one is other else np.inf
    return np.linalg.norm(seen_without_green(one) - seen_without_green(other))


def test_the_simulation_is_machados():
    grey = seen_without_green(np.full(3, 0.5))
    assert grey[1:] == pytest.approx([0, 0], abs=1e-3), "grey stays grey"
    red, green = np.array([0.8, 0.3, 0.2]), np.array([0.42, 0.48, 0.2])
    assert distance(red, green) < 0.05 < np.linalg.norm(OKLAB @ np.cbrt(CONES @ linear(red)) - OKLAB @ np.cbrt(CONES @ linear(green)))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_no_two_entries_of_a_legend_look_alike(show_once, name, scheme):
    tab = show_once(EXAMPLES[name]())
    tab.emulate_media(color_scheme=scheme)
    tab.evaluate("document.getAnimations().forEach((animation) => animation.finish())")  # of a colour that goes over to another
    paper = np.full(3, 1.0 if scheme == "light" else 18 / 255)
    alike = []
    for legend in tab.evaluate(SWATCHES):
        for one, other in combinations(legend, 2):
            if one["form"] != other["form"]:
                continue
            apart = max(distance(*(on_paper(*entry[part], paper) for entry in (one, other))) for part in ("fill", "stroke"))
            if apart < APART:
                alike.append((one["words"], other["words"], round(float(apart), 3)))
    assert alike == []
