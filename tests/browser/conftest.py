"""A real JupyterLab, and a headless Chromium to look at it."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from benchmarks import lab as jupyterlab

OF_THE_SITE = "@jupyterlite/"  # a part of JupyterLite, which `make site` needs here, and which JupyterLab itself cannot load


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture
def console() -> list[str]:
    """Errors on the console. None may be left at the end of a test: one that is expected is taken out."""
    return []


@pytest.fixture
def chromium(lab, tmp_path, playwright, chromium_options, console) -> Iterator[Page]:
    """A fresh page, that fails the test if anything is asked of another machine, or the console has an error."""
    outside = []
    profile = tmp_path / "profile"
    context = playwright.chromium.launch_persistent_context(profile, viewport={"width": 1280, "height": 900}, **chromium_options)
    context.on("request", lambda r: outside.append(r.url) if r.url.startswith("http") and "127.0.0.1" not in r.url else None)
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.on("console", lambda said: console.append(said.text) if said.type == "error" and OF_THE_SITE not in said.text else None)
    yield page
    context.close()
    assert not outside, f"asked of other machines: {outside}"
    assert not console, f"on the console: {console}"


@pytest.fixture
def lab(tmp_path) -> Iterator[tuple[str, Path]]:
    """A fresh JupyterLab: an address of it, but for the path, and the directory that it shows."""
    root = tmp_path / "notebooks"
    root.mkdir()
    with jupyterlab.served(root, tmp_path / "home") as address:
        yield address, root


@pytest.fixture
def serve() -> Callable[[Path, Path], contextlib.AbstractContextManager[str]]:
    """What starts JupyterLab, and ends it."""
    return jupyterlab.served


@pytest.fixture
def run_all(chromium, lab) -> Callable[..., Page]:
    """Opens a notebook, given as the text of its file, and sets all of its cells running. Wait for what you expect to see.

    In JupyterLab, or in Notebook 7, which the same server has under the path "notebooks".
    """
    address, root = lab

    def run(text: str, path: str = "doc/tree") -> Page:
        (root / "unit.ipynb").write_text(text, encoding="utf-8")
        jupyterlab.opened(chromium, address, "unit.ipynb", path)
        jupyterlab.run_all(chromium)
        return chromium

    return run
