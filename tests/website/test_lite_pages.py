"""The first page, the card, and what loads Python, in Chromium with a small module in Pyodide's place: no Python is needed for these."""

import json
import shutil
import threading
import time
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from website import lite
from website.serve import server

expect.set_options(timeout=60_000)  # where many tests run at a time
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("lite pages")]

SIZES = {"a.whl": 300_000, "ours.whl": 100_000}
LOCK = {"packages": {"a": {"file_name": "a.whl"}, "ours": {"file_name": "own/ours.whl"}}}
PYODIDE = """
export async function loadPyodide({ indexURL, lockFileURL, packages }) {
    const lock = await (await fetch(lockFileURL)).json();
    const found = packages.filter((name) => name in lock.packages);
    for (const name of found) await (await fetch(lock.packages[name].file_name)).arrayBuffer();
    const files = Object.values(lock.packages).map((one) => one.file_name);
    const loadedPackages = Object.fromEntries(found.map((name) => [name, "default channel"]));
    return { indexURL, files, loadedPackages, runPython: () => null };
}
"""
KERNEL = """
import { loadPyodide } from "./python.mjs";
onmessage = async ({ data }) => {
    const { indexURL, files } = await loadPyodide({ packages: data }).catch(({ message }) => ({ files: message }));
    postMessage({ indexURL, files });
};
"""
PAGE = """<!DOCTYPE html><html lang="en"><head><title>A notebook</title><link rel="stylesheet" href="static/course/status.css">
<script src="static/course/status.js"></script></head><body><main><h1>A notebook</h1></main></body></html>"""
STARTED = """(packages) => new Promise((done, failed) => {
    setTimeout(() => failed(new Error("the worker says nothing")), 30_000);
    const worker = new Worker("static/pyodide/kernel.mjs", { type: "module" });
    window.told = [];
    worker.addEventListener("message", ({ data }) => (data.python ? window.told.push(data.python) : done(data)));
    worker.postMessage(packages);
})"""
SAY = """(told) => {
    const text = `postMessage({ python: ${JSON.stringify(told)} })`;
    new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
}"""
JUPYTER = """(status) => {
    window.jupyterapp = {
        shell: { currentWidget: { sessionContext: { session: { kernel: { status } } } } },
        commands: { execute: (name) => { window.asked = name; } },
    };
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """The pages, served; Pyodide's place is one folder up from ours, as a CDN is elsewhere."""
    folder = tmp_path_factory.mktemp("lite")
    for app in lite.WITH_PYTHON:
        (folder / app).mkdir()
        (folder / app / "index.html").write_text("<title></title>", encoding="utf-8")
    locked = {"packages": {"numpy": {"version": "2.0.2"}, "matplotlib": {"version": "3.8.4"}}}
    lite.add_pages(folder, sorted(lite.NOTEBOOKS.glob("*.ipynb")), locked, 31_000_000, None)
    (folder / "notebook.html").write_text(PAGE, encoding="utf-8")
    home = folder / "static" / "pyodide"
    (home / "own").mkdir(parents=True)
    shutil.copy(lite.ASSETS / "python.mjs", home)
    (home / "kernel.mjs").write_text(KERNEL, encoding="utf-8")
    (home / "files.json").write_text(json.dumps({"from": "../elsewhere/", "sizes": SIZES}), encoding="utf-8")
    (home / "pyodide-lock.json").write_text(json.dumps(LOCK), encoding="utf-8")
    (home / "own" / "ours.whl").write_bytes(bytes(SIZES["ours.whl"]))
    elsewhere = folder / "static" / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "pyodide.mjs").write_text(PYODIDE, encoding="utf-8")
    (elsewhere / "a.whl").write_bytes(bytes(SIZES["a.whl"]))
    with server(folder) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_address[1]}"
        serving.shutdown()


@pytest.fixture(scope="module")
def browser(playwright, chromium_options) -> Iterator[Browser]:
    running = playwright.chromium.launch(**chromium_options)
    yield running
    running.close()


@pytest.fixture
def tab(browser, address) -> Iterator[Page]:
    """A page with the card, in a fresh browser."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(f"{address}/notebook.html")
    yield page
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index.html", "notebook.html"])
def test_a_page_keeps_nobody_out(tab, address, name, scheme):
    tab.emulate_media(color_scheme=scheme)
    tab.goto(f"{address}/{name}")
    found = Axe().run(tab, options={"preload": False}).response["violations"]
    assert [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]] == []


def test_the_first_page_is_no_wider_than_a_phone(tab, address):
    tab.set_viewport_size({"width": 390, "height": 800})
    tab.goto(f"{address}/index.html")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


def test_files_come_from_their_places_and_their_bytes_are_counted(tab, address):
    came = tab.evaluate(STARTED, ["a", "ours"])
    static = f"{address}/static"
    assert came == {"indexURL": f"{static}/elsewhere/", "files": [f"{static}/elsewhere/a.whl", f"{static}/pyodide/own/ours.whl"]}
    told = tab.evaluate("told")
    loaded = [one["loaded"] for one in told]
    assert loaded == sorted(loaded) and loaded[0] == 0 and loaded[-1] == told[0]["whole"] == sum(SIZES.values())
    assert {one["state"] for one in told[:-1]} == {"loading"} and told[-1]["state"] == "starting"


def test_what_is_asked_while_settings_are_on_their_way_is_not_lost(tab):
    tab.route("**/files.json", lambda route: (time.sleep(0.5), route.continue_()))
    assert len(tab.evaluate(STARTED, ["a", "ours"])["files"]) == 2


def test_settings_that_do_not_come_are_told_in_the_card(tab):
    tab.route("**/files.json", lambda route: route.abort())
    tab.evaluate(STARTED, ["a"])
    expect(tab.locator("#course-status")).to_contain_text("Python could not be loaded.")


def test_a_package_that_does_not_come_is_told_in_the_card(tab):
    assert tab.evaluate(STARTED, ["a", "absent"])["files"] == "absent did not come"
    card = tab.locator("#course-status")
    expect(card.get_by_role("status")).to_have_text("Python could not be loaded.")
    expect(card).to_contain_text("absent did not come. Is the connection there?")


def test_the_card_goes_from_loading_to_ready(tab):
    card, bar = tab.locator("#course-status"), tab.locator("#course-status progress")
    expect(card).to_contain_text("Python is not loaded yet.")
    tab.evaluate(SAY, {"state": "loading", "loaded": 12e6, "whole": 31e6})
    expect(card).to_contain_text("12 of 31 MB")
    assert bar.evaluate("(node) => [node.value, node.max]") == [12e6, 31e6]
    tab.evaluate(JUPYTER, "starting")
    tab.evaluate(SAY, {"state": "starting"})
    expect(card).to_contain_text("Starting Python")
    tab.evaluate(JUPYTER, "idle")
    expect(card).to_contain_text("Python is ready")
    expect(card).to_contain_text("kept in this browser")
    expect(bar).to_be_hidden()
    card.get_by_role("button", name="Download this notebook").click()
    assert tab.evaluate("asked") == "docmanager:download"


def test_who_has_closed_the_card_is_not_told_again_where_work_is_kept(tab):
    for _ in range(2):
        tab.evaluate(JUPYTER, "idle")
        tab.evaluate(SAY, {"state": "starting"})
        card = tab.locator("#course-status")
        expect(card).to_contain_text("Python is ready")
        told = card.inner_text()
        card.get_by_role("button", name="Close").click()
        expect(card).to_have_count(0)
        tab.reload()
    assert "kept in this browser" not in told
