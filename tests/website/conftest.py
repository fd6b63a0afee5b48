"""A small site, built once: three units, all guides, the reference, gallery and decks."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNITS = ("00_start_here", "05_vector_form", "09_early_stopping")


def pytest_collection_modifyitems(items):
    """Those that need the site share it, in one worker."""
    for item in items:
        if "site" in getattr(item, "fixturenames", ()) and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("website"))


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """The folder, made by the command."""
    out = tmp_path_factory.mktemp("website") / "site"
    command = [sys.executable, "-m", "website", str(out), "--without-lite", *(f"--unit={unit}" for unit in UNITS)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert run.returncode == 0, run.stderr
    assert f"in {out}" in run.stderr and "Next: `make serve`" in run.stderr
    return out
