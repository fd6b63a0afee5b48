"""How fast the widgets follow a hand: from input to paint, and frames while a slider is dragged, on a page and in JupyterLab.

    make bench-widgets

Beside them, in the same JupyterLab, `ipywidgets.interact` redraws one curve with matplotlib. Every widget's first slider is moved, or
its first list; latencies are those of 60 moves that come at random moments between two frames, frames those of a drag of four seconds.
"""

import argparse
import json
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Page, sync_playwright

from benchmarks import lab, table
from benchmarks.widget_examples import EXAMPLES
from course import widgets

BEGIN, END = "<!-- widgets: written by `make bench-widgets` with --write -->", "<!-- end of widgets -->"
COLUMNS = ("widget", "page: median", "95 %", "frames/s", "JupyterLab: median", "95 %", "frames/s")
MOVES, SECONDS = 60, 4
FLAGS = "--no-sandbox --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"

# Both move a slider from end to end and back. After a frame's own work a message arrives, which is when it has been painted.
PRELUDE = """
const [slider] = [...document.querySelectorAll(SLIDER)].filter((node) => node.checkVisibility());
const [low, high, step] = [slider?.min, slider?.max, slider?.step].map(Number);
const list = document.querySelector(".widget select");
const to = slider ? (share) => {
    slider.value = low + Math.round((high - low) * share / step) * step;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
} : (share) => {
    list.selectedIndex = Math.floor(share * list.length);
    list.dispatchEvent(new Event("change", { bubbles: true }));
};
const there = (k, of) => 0.1 + 0.8 * Math.abs(((2 * k) / of) % 2 - 1);
const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(0);
}));
"""
LATENCY = (
    """async ([moves, waits]) => {"""
    + PRELUDE
    + """
    const taken = [];
    for (let k = 0; k < moves; k += 1) {
        await painted();
        await new Promise((done) => setTimeout(done, waits[k]));
        const start = performance.now();
        to(there(k, 20));
        await painted();
        taken.push(performance.now() - start);
    }
    return taken;
}"""
)
FRAMES = (
    """async (seconds) => {"""
    + PRELUDE
    + """
    const start = performance.now();
    let frames = 0;
    while (performance.now() - start < 1000 * seconds) {
        to(there(frames, 60));
        await painted();
        frames += 1;
    }
    return (1000 * frames) / (performance.now() - start);
}"""
)
PLOT = """
import matplotlib.pyplot as plt, numpy as np
from ipywidgets import interact
@interact(x=(-1.8, 1.8, 0.05))
def draw(x=1.0):
    across = np.linspace(-3, 3, 241)
    plt.figure(figsize=(7, 5))
    plt.plot(across, across**2)
    plt.plot(across, x**2 + 2 * x * (across - x))
    plt.ylim(-1.6, 4.2)
    plt.show()
"""
REDRAWN = """async (moves) => {
    const handle = document.querySelector(".noUi-handle");
    const output = handle.closest(".widget-interact");
    const taken = [];
    for (let k = 0; k < moves; k += 1) {
        const start = performance.now();
        const drawn = new Promise((done) => new MutationObserver((_, observer) => {
            if (output.querySelector("img")?.src === before) return;
            observer.disconnect();
            requestAnimationFrame(() => done());
        }).observe(output, { childList: true, subtree: true, attributes: true }));
        const before = output.querySelector("img")?.src;
        handle.dispatchEvent(new KeyboardEvent("keydown", { key: k % 20 < 10 ? "ArrowRight" : "ArrowLeft", bubbles: true }));
        await drawn;
        taken.push(performance.now() - start);
    }
    return taken;
}"""


class Figures(NamedTuple):
    """Milliseconds from input to paint, and frames a second."""

    median: float
    slow: float
    frames: float


def measured(page: Page) -> Figures:
    """The first slider of the only widget on a page."""
    page.locator(".widget:not([aria-busy=true])").wait_for()
    waits = [random.Random(k).uniform(0, 16) for k in range(MOVES)]
    slider = json.dumps(".widget input[type=range]")
    taken = page.evaluate(LATENCY.replace("SLIDER", slider), [MOVES, waits])
    return figures(taken, page.evaluate(FRAMES.replace("SLIDER", slider), SECONDS))


def figures(taken: Sequence[float], frames: float) -> Figures:
    return Figures(statistics.median(taken), statistics.quantiles(taken, n=20)[-1], frames)


def in_lab(page: Page, address: str, root: Path, name: str, code: str, ready: str) -> None:
    """A notebook of one cell, opened and run."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(new_notebook(cells=[new_code_cell(code)], metadata=kernel), root / f"{name}.ipynb")
    lab.opened(page, address, f"{name}.ipynb")
    lab.run_all(page)
    page.locator(ready).first.wait_for()
    page.wait_for_timeout(500)


def rows(names: Sequence[str], say: Callable[[str], None]) -> Iterator[tuple[str, Figures | None, Figures]]:
    """Each widget on a page and in JupyterLab; and matplotlib in JupyterLab, at the end."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as running:
        root = Path(folder)
        browser = running.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS.split())
        with lab.served(root, root / "home") as address:
            tab = browser.new_page(viewport={"width": 1280, "height": 720})
            tab.set_default_timeout(120_000)
            for name in names:
                say(name)
                file = root / f"{name}.html"
                file.write_text(widgets.page(EXAMPLES[name]()), encoding="utf-8")
                tab.goto(file.as_uri())
                tab.locator("#widget svg").first.wait_for()
                alone = measured(tab)
                code = f"from benchmarks.widget_examples import EXAMPLES\nEXAMPLES[{name!r}]()"
                in_lab(tab, address, root, name, code, ".widget svg")
                yield name, alone, measured(tab)
            say("interact, with matplotlib")
            in_lab(tab, address, root, "interact", PLOT, ".widget-interact img")
            taken = tab.evaluate(REDRAWN, MOVES)
            yield "`interact` with matplotlib", None, figures(taken, 1000 * len(taken) / sum(taken))
        browser.close()


def cells(row: tuple[str, Figures | None, Figures]) -> tuple[str, ...]:
    name, *places = row
    parts = [("", "", "") if one is None else (f"{one.median:.0f} ms", f"{one.slow:.0f} ms", f"{one.frames:.0f}") for one in places]
    return (name, *parts[0], *parts[1])


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.widgets", description=__doc__)
    parser.add_argument("widgets", nargs="*", metavar="WIDGET", help="those to measure (all)")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    options = parser.parse_args(arguments)
    if unknown := set(options.widgets) - set(EXAMPLES):
        parser.error(f"no widget {', '.join(sorted(unknown))}; there are {', '.join(EXAMPLES)}")
    found = list(rows(options.widgets or list(EXAMPLES), lambda name: print(f"measuring {name}", file=sys.stderr)))
    text = f"{table.circumstances(('anywidget', 'jupyterlab'))}\n\n{table.markdown(COLUMNS, map(cells, found))}"
    print(text)
    if options.write:
        table.write(text, BEGIN, END)


if __name__ == "__main__":
    main()
