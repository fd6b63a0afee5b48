"""What tests of several rooms share: Chromium."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright, sync_playwright


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
