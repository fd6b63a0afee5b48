"""A real JupyterLab on a folder, for measurements and for tests, and a notebook run in it by hand."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

TOKEN = "tests"
SETTINGS = {  # ask nobody for news, and keep cells in the page that are out of sight
    "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
    "notebook-extension/tracker": '{"windowingMode": "none"}',
}
KERNEL_SEES = str(Path(__file__).parents[1])  # `benchmarks`, for the examples


@contextlib.contextmanager
def served(root: Path, home: Path) -> Iterator[str]:
    """JupyterLab on a directory, started there, with settings of its own: an address of it, but for the path."""
    for name, settings in SETTINGS.items():
        path = home / f"lab/user-settings/@jupyterlab/{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(settings)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = f"-m jupyterlab --no-browser --ip=127.0.0.1 --port={port} --allow-root --IdentityProvider.token={TOKEN} --LabApp.news_url="
    own = {name: str(home) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
    server = subprocess.Popen(
        [sys.executable, *command.split(), f"--ServerApp.root_dir={root}"],
        env={**os.environ, **own, "PYTHONPATH": KERNEL_SEES},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=root,
        start_new_session=True,
    )
    try:
        for _ in range(240):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api?token={TOKEN}", timeout=1).close()
                break
            assert server.poll() is None, "JupyterLab did not start"
            time.sleep(0.25)
        yield f"http://127.0.0.1:{port}/{{}}?token={TOKEN}&reset"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


def sessions(address: str) -> list[dict[str, Any]]:
    """Which notebooks run, and their kernels."""
    with urllib.request.urlopen(address.format("api/sessions"), timeout=5) as reply:
        found: list[dict[str, Any]] = json.load(reply)
    return found


def shut_down(address: str) -> None:
    """End all kernels."""
    for session in sessions(address):
        asked = urllib.request.Request(address.format(f"api/sessions/{session['id']}"), method="DELETE")
        urllib.request.urlopen(asked, timeout=30).close()


def opened(page: Page, address: str, name: str, path: str = "doc/tree") -> None:
    """Open a notebook, in JupyterLab, or in Notebook 7, which the same server has under the path "notebooks", and wait for its kernel."""

    def has_kernel() -> bool:
        kernels = [session["kernel"] for session in sessions(address) if session["path"] == name]
        return any(kernel["connections"] and kernel["execution_state"] == "idle" for kernel in kernels)

    page.goto(address.format(f"{path}/{name}"))
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    for _ in range(240):
        if has_kernel():
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"{name} has no kernel")


def run_all(page: Page) -> None:
    """Set all cells of the open notebook running. Wait for what you expect to see."""
    page.click('text="Run"')
    page.click('.lm-Menu-itemLabel:text-is("Run All Cells")')
