"""What tests of several rooms share: Chromium."""

import shutil

import pytest


@pytest.fixture(scope="session")
def chromium_options() -> dict[str, object]:
    """How Chromium is started: Debian's where it is installed, Playwright's own otherwise, and quiet towards the network."""
    flags = (
        "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
    )
    return {"executable_path": shutil.which("chromium"), "headless": True, "args": flags.split()}
