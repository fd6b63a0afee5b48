"""A real JupyterLab, and a headless Chromium to look at it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

TOKEN = "tests"
SETTINGS = {  # ask nobody for news, and keep cells in the page that are out of sight
    "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
    "notebook-extension/tracker": '{"windowingMode": "none"}',
}


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture
def chromium(lab, tmp_path, playwright, chromium_options) -> Iterator[Page]:
    """A fresh page, that fails the test if anything is asked of another machine, or the console has an error."""
    outside, errors = [], []
    profile = tmp_path / "profile"
    context = playwright.chromium.launch_persistent_context(profile, viewport={"width": 1280, "height": 900}, **chromium_options)
    context.on("request", lambda r: outside.append(r.url) if r.url.startswith("http") and "127.0.0.1" not in r.url else None)
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert not outside, f"asked of other machines: {outside}"
    assert not errors, f"on the console: {errors}"


@pytest.fixture
def lab(tmp_path) -> Iterator[tuple[str, Path]]:
    """A fresh JupyterLab: an address of it, but for the path, and the directory that it shows."""
    root, home = tmp_path / "notebooks", tmp_path / "home"
    for name, settings in SETTINGS.items():
        path = home / f"lab/user-settings/@jupyterlab/{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(settings)
    root.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = f"-m jupyterlab --no-browser --ip=127.0.0.1 --port={port} --allow-root --IdentityProvider.token={TOKEN} --LabApp.news_url="
    server = subprocess.Popen(
        [sys.executable, *command.split(), f"--ServerApp.root_dir={root}"],
        env={**os.environ, "JUPYTER_CONFIG_DIR": str(home), "JUPYTER_RUNTIME_DIR": str(home), "IPYTHONDIR": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for _ in range(240):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api?token={TOKEN}", timeout=1).close()
                break
            assert server.poll() is None, "JupyterLab did not start"
            time.sleep(0.25)
        yield f"http://127.0.0.1:{port}/{{}}?token={TOKEN}&reset", root
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


@pytest.fixture
def run_all(chromium, lab) -> Callable[..., Page]:
    """Opens a notebook, given as the text of its file, and sets all of its cells running. Wait for what you expect to see.

    In JupyterLab, or in Notebook 7, which the same server has under the path "notebooks".
    """
    address, root = lab

    def has_kernel() -> bool:
        with urllib.request.urlopen(address.format("api/sessions"), timeout=5) as reply:
            kernels = [session["kernel"] for session in json.load(reply)]
        return any(kernel["connections"] and kernel["execution_state"] == "idle" for kernel in kernels)

    def run(text: str, path: str = "doc/tree") -> Page:
        (root / "unit.ipynb").write_text(text, encoding="utf-8")
        chromium.goto(address.format(f"{path}/unit.ipynb"))
        chromium.wait_for_selector(".jp-Notebook .jp-Cell")
        for _ in range(240):
            if has_kernel():
                break
            chromium.wait_for_timeout(500)
        chromium.click('text="Run"')
        chromium.click('.lm-Menu-itemLabel:text-is("Run All Cells")')
        return chromium

    return run
