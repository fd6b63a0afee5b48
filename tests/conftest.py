"""What tests of several rooms share: Chromium, and what it and axe-core say of a deck of slides."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Playwright, sync_playwright


@pytest.fixture(scope="session", params=["bubblewrap", pytest.param("wasm", marks=pytest.mark.wasm)])
def wall(request: pytest.FixtureRequest) -> str:
    """Each of the walls; that of WebAssembly in `make test-wasm` only, since it has to be set up first."""
    return request.param


@pytest.fixture(scope="session")
def chromium_options() -> dict[str, object]:
    """How Chromium is started: Debian's where it is installed, Playwright's own otherwise, and quiet towards the network."""
    flags = (
        "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
    )
    return {"executable_path": shutil.which("chromium"), "headless": True, "args": flags.split()}


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Playwright, for one file of tests at a time: while it runs, no other event loop can run in this process, nor another one of it."""
    with sync_playwright() as running:
        yield running


@pytest.fixture
def faults_of_deck(chromium_options) -> Callable[[Path], list[str]]:
    """What is wrong with the slides of a deck at 1280 by 720, as a list that should be empty. Chromium ends before it is returned."""

    def faults(path: Path) -> list[str]:
        found: list[str] = []
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**chromium_options)
            tab = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True).new_page()
            tab.on("request", lambda one: None if one.url.startswith(("file:", "blob:", "data:")) else found.append(f"asks for {one.url}"))
            tab.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
            tab.on("pageerror", lambda error: found.append(str(error)))
            tab.goto(path.as_uri())
            tab.wait_for_selector(".reveal.ready")
            for frame in tab.frames[1:]:
                frame.wait_for_selector(".widget.projector", state="attached")
            kinds = set()
            for k in range(tab.locator(".slides > section").count()):
                tab.evaluate(f"location.hash = '#/{k}'")
                tab.wait_for_selector(f".slides > section:nth-child({k + 1}).present")
                found += [f"slide {k + 1}, {fault}" for fault in tab.evaluate(FAULTS)]
                if (kind := tab.evaluate(KIND)) not in kinds:
                    kinds.add(kind)
                    found += [f"slide {k + 1}, {fault}" for scheme in ("dark", "light") for fault in kept_out(tab, scheme)]
            browser.close()
        return found

    return faults


def kept_out(tab: Page, scheme: str) -> list[str]:
    """What of a slide keeps somebody out, by the rules of axe-core; the frames of all widgets are looked at in tests/widgets."""
    tab.emulate_media(color_scheme=scheme)
    found = Axe().run(tab, options={"iframes": False, "preload": False}).response["violations"]
    return [f"{scheme}: {one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


KIND = """() => ["ul", "table", "pre", "img", "iframe", ".katex"].filter(
    (kind) => document.querySelector(`.slides > .present ${kind}`)
).join()"""
FAULTS = """() => {
    const slide = document.querySelector(".slides > .present");
    const found = [];
    const title = slide.querySelector("h1, h2").textContent;
    const say = (what, node) => found.push(`“${title}”: ${what}: ${(node.outerHTML ?? "").slice(0, 160)}`);
    const isCut = (node) => node && (getComputedStyle(node).overflow !== "visible" || isCut(node.parentElement.closest(".widget *")));
    const isOutside = (node, width, height) => {
        const box = node.getBoundingClientRect();
        const isSeen = box.width && box.height && node.checkVisibility() && !isCut(node.parentElement.closest(".widget *"));
        return isSeen && (box.left < -1 || box.top < -1 || box.right > width + 1 || box.bottom > height + 1);
    };
    const drawn = "svg *:not(text), .notes, .notes *, .katex-mathml, .katex-mathml *"; // by the picture around it, or not at all
    const sizeOf = (node) => parseFloat(getComputedStyle(node).fontSize);
    if (!slide.matches(".first") && !slide.querySelector(".notes")?.textContent.trim()) say("no note", slide);
    if (slide.scrollHeight > 720) say(`${slide.scrollHeight} pixels tall`, slide);
    for (const node of slide.querySelectorAll(`*:not(${drawn})`)) {
        if (isOutside(node, 1280, 700)) say("off the screen", node);
    }
    for (const node of slide.querySelectorAll("p, li, td, th, pre, pre code")) {
        if (!node.closest(".notes") && sizeOf(node) < 24) say("too small", node);
    }
    for (const node of slide.querySelectorAll("img")) {
        const { width, height } = node.getBoundingClientRect();
        const tall = Math.min(height, (width * node.naturalHeight) / node.naturalWidth);
        if (tall < 200 && (tall * node.naturalWidth) / node.naturalHeight < 900) say(`a figure ${Math.round(tall)} pixels high`, node);
    }
    for (const frame of slide.querySelectorAll("iframe")) {
        const widget = frame.contentDocument.querySelector(".widget");
        if (!widget.querySelector("svg, canvas")) say("nothing is drawn", frame);
        const { scrollWidth, scrollHeight } = widget;
        if (scrollHeight > 720 || scrollWidth > 1280) say(`a widget of ${scrollWidth} by ${scrollHeight}`, frame);
        for (const node of widget.querySelectorAll(`*:not(${drawn})`)) {
            if (isOutside(node, 1280, 720)) say("of the widget, off the screen", node);
        }
    }
    return found;
}"""
