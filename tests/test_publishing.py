"""The files around the code: licenses, citation, hooks, and the public workflows."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

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
    return [step["run"] for job in jobs for step in job["steps"] if "run" in step] + [hook["entry"] for hook in hooks]


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
    matrices = [job["strategy"]["matrix"] for job in read(".github", "workflows", "tests.yml")["jobs"].values()]
    assert [matrix["python"] for matrix in matrices if "python" in matrix] == [declared, declared]


def test_students_commands_are_those_of_the_readme():
    shown = re.findall(r"^    (python -m .+)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(shown) == 2
    for command in shown:
        assert any(command in each for each in commands()), command


def test_the_citation_agrees_with_the_package():
    citation = read("CITATION.cff")
    assert (citation["version"], citation["license"]) == (PROJECT["version"], PROJECT["license"])
    assert citation["authors"] == PROJECT["authors"]


def test_licenses_name_the_holder():
    for name in ("LICENSE", "LICENSE-prose"):
        assert "Copyright (c) 2026, " + PROJECT["authors"][0]["name"] in (ROOT / name).read_text(encoding="utf-8")
