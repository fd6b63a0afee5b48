"""The course as students install it: made once, for all tests of the kit."""

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.kit import course_wheel


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    return course_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory) -> Path:
    """The directory into which pip has put the wheel, and nothing else."""
    site = tmp_path_factory.mktemp("site")
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    subprocess.run([*pip, "install", "--no-deps", "--no-index", "--no-compile", "--target", site, wheel], check=True, timeout=120)
    return site
