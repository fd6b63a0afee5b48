"""The files around the code: licenses, citation, hooks, and the public workflows."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import course
from scripts import release_notes

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize(("schema", "files"), [("github-workflows", WORKFLOWS), ("citation-file-format", [ROOT / "CITATION.cff"])])
def test_files_follow_their_schemas(schema, files):
    command = [Path(sys.executable).with_name("check-jsonschema"), "--builtin-schema", f"vendor.{schema}", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def read(*names):
    return yaml.safe_load(ROOT.joinpath(*names).read_text(encoding="utf-8"))


def commands():
    """Every command that the workflows run, and every one of the hooks."""
    jobs = [job for path in WORKFLOWS for job in read(path)["jobs"].values()]
    hooks = [hook for repository in read(".pre-commit-config.yaml")["repos"] for hook in repository["hooks"]]
    return [step["run"] for job in jobs for step in job.get("steps", ()) if "run" in step] + [hook["entry"] for hook in hooks]


def test_commands_name_what_there_is():
    targets = {target for command in commands() for target in re.findall(r"\bmake ([a-z][a-z-]+)", command)}
    assert {"test", "test-peers", "demo", "build"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target
    paths = {path for command in commands() for path in re.findall(r"\btests/\S+", command)}
    assert paths
    for path in paths:
        assert (ROOT / path).exists(), path


def test_workflows_run_every_python_that_is_declared():
    declared = [line.rpartition(" ")[2] for line in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", line)]
    matrices = [job["strategy"]["matrix"] for job in read(".github", "workflows", "tests.yml")["jobs"].values() if "strategy" in job]
    assert [matrix["python"] for matrix in matrices if "python" in matrix] == [declared] * 3


def test_students_commands_are_those_of_the_readme():
    shown = re.findall(r"^    (python -m .+)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(shown) == 2
    for command in shown:
        assert any(command in each for each in commands()), command


def test_the_citation_agrees_with_the_package():
    citation = read("CITATION.cff")
    assert (citation["version"], citation["license"]) == (course.__version__, PROJECT["license"])
    assert citation["authors"] == PROJECT["authors"]


def test_licenses_name_the_holder():
    for name in ("LICENSE", "LICENSE-prose"):
        assert "Copyright (c) 2026, " + PROJECT["authors"][0]["name"] in (ROOT / name).read_text(encoding="utf-8")


# Releases


CHANGES = """\
# Changelog

## [Unreleased]

## [0.3.0] - 2027-01-31

### Added

- A thing.

## [0.2.0] - 2026-12-24

- Another.
"""


@pytest.fixture
def tagged(tmp_path):
    """A repository in which all places agree on 0.3.0."""
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "__init__.py").write_text('__version__ = "0.3.0"  # of both\n')
    (tmp_path / "CITATION.cff").write_text("version: 0.3.0\n")
    (tmp_path / "CHANGELOG.md").write_text(CHANGES)
    return tmp_path


def test_a_release_tells_what_its_section_of_the_changelog_says(tagged):
    assert release_notes.disagreements("v0.3.0", tagged) == []
    assert release_notes.notes("0.3.0", tagged) == "### Added\n\n- A thing."
    assert release_notes.notes("0.2.0", tagged) == "- Another." and release_notes.notes("0.1.0", tagged) == ""


def test_what_does_not_agree_with_the_tag_is_told(tagged):
    (tagged / "CITATION.cff").write_text("version: 0.2.0\n")
    assert release_notes.disagreements("v0.3.0", tagged) == ["CITATION.cff has version 0.2.0"]
    assert release_notes.disagreements("v0.4.0", tagged) == [
        "course/__init__.py has version 0.3.0",
        "CITATION.cff has version 0.2.0",
        "CHANGELOG.md has no section ## [0.4.0] - DATE, or nothing in it",
    ]


def test_the_changelog_has_the_version_that_is_being_made_or_the_one_that_was():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"What will be {course.__version__}." in text or release_notes.notes(course.__version__, ROOT)


def test_a_tag_that_is_no_release_is_refused_in_words():
    command = [sys.executable, ROOT / "scripts" / "release_notes.py", "v999"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "v999 is no release yet: course/__init__.py has version" in done.stderr
