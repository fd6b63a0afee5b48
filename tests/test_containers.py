"""The images, the hub, Binder and the dev container: that what their files name is there, and that no answer gets where none belongs."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from packaging.requirements import Requirement
from traitlets.config import Config

from autograder.walls.zygote import NO_NAMESPACES

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SCRIPTS = tomllib.loads((ROOT / "autograder" / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
HUB = ROOT / "containers" / "jupyterhub"
DOCKERFILES = [ROOT / "Dockerfile", HUB / "Dockerfile"]
CONSTRAINTS = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE))
FREED = ("seccomp=unconfined", "apparmor=unconfined")  # what bubblewrap needs in a container


@dataclass
class Stage:
    """A stage of a Dockerfile: its name, what it begins with, and its instructions."""

    name: str
    base: str
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def all(self, keyword: str) -> list[str]:
        return [arguments for one, arguments in self.instructions if one == keyword]


def stages(path: Path) -> dict[str, Stage]:
    """The stages of a Dockerfile, by their names, in its order."""
    text = re.sub(r"^#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found: list[Stage] = []
    for line in re.sub(r"\\\n", " ", text).splitlines():
        keyword, _, arguments = line.partition(" ")
        if keyword == "FROM":
            base, _, name = arguments.partition(" AS ")
            found.append(Stage(name or path.parent.name, base))
        elif found and keyword:
            found[-1].instructions.append((keyword, " ".join(arguments.split())))
    return {stage.name: stage for stage in found}


STAGES = stages(ROOT / "Dockerfile")


def came_from(stage: Stage) -> set[str]:
    """The stages whose layers an image has, and those from which something was copied into them."""
    sources = {one.partition(" ")[0].removeprefix("--from=") for one in stage.all("COPY") if one.startswith("--from=")}
    return {stage.base, *sources} & STAGES.keys()


def copied(stage: Stage) -> list[str]:
    """What a stage takes from this repository."""
    words = [shlex.split(one) for one in stage.all("COPY") if not one.startswith("--from=")]
    return [word for line in words for word in line[:-1] if not word.startswith("--")]


@pytest.mark.skipif(sys.platform != "linux", reason="the extra brings hadolint on Linux")
@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_hadolint_finds_no_fault(path):
    hadolint = shutil.which("hadolint", path=os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]]))
    assert hadolint, "the extra [dev] brings it: make setup"
    done = subprocess.run([hadolint, "--no-color", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_what_is_copied_is_there_and_not_kept_out(path):
    """Of the folder, .dockerignore lets through what it names after a "!"."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = [line[1:] for line in lines if line.startswith("!")]
    assert "*" in lines and all((ROOT / name).exists() for name in allowed)
    for stage in stages(path).values():
        for source in copied(stage):
            assert (ROOT / source).exists() and any(fnmatch(source, name) for name in allowed), source


def test_the_base_is_named_to_the_point_release():
    assert re.search(r"^ARG DEBIAN=13\.\d+-slim$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)


def test_docker_build_makes_the_students_image_which_has_no_answers():
    student = list(STAGES.values())[-1]
    assert student.name == "student" and came_from(student) == {"python", "student-environment"}
    assert copied(student) == ["notebooks"]
    environment = STAGES["student-environment"]
    assert environment.all("COPY")[1:] == ["--from=instructor-environment /kit /kit"]
    [installs] = environment.all("RUN")
    assert "/kit/backpropagation_course-*.whl" in installs and "autograder" not in installs, "the wheel in which the units are packed"


def test_the_instructors_image_has_its_sandbox():
    instructor = STAGES["instructor"]
    assert came_from(instructor) == {"python", "instructor-environment"}
    assert "bubblewrap libseccomp2" in instructor.all("RUN")[0] and "bwrap" in instructor.all("HEALTHCHECK")[0]


@pytest.mark.parametrize("name", ["instructor", "student"])
def test_images_run_as_nobody_special_and_say_how_they_are(name):
    stage = STAGES[name]
    assert [one for one, _ in stage.instructions if one in ("USER", "HEALTHCHECK", "CMD")] == ["USER", "HEALTHCHECK", "CMD"]
    assert stage.all("USER") == ["${UID}"] and "1000" in stage.all("ARG")[0]
    command = json.loads(stage.all("CMD")[0])[0]
    assert command in SCRIPTS or shutil.which(command, path=sysconfig.get_path("scripts"))


def test_whatever_is_installed_is_held_to_the_constraints():
    for path in DOCKERFILES:
        runs = [run for stage in stages(path).values() for run in stage.all("RUN")]
        installs = [one for run in runs for one in run.split("&&") if " -m pip install" in one]
        assert installs and all(re.search(r"-c \S*constraints\.txt", one) for one in installs)
    for line in ("PIP_NO_CACHE_DIR=1", "LANG=C.UTF-8"):
        assert line in STAGES["python"].all("ENV")[0]


def test_extras_named_in_the_images_are_declared():
    runs = " ".join(run for stage in STAGES.values() for run in stage.all("RUN"))
    named = set(",".join(re.findall(r"\}\[([\w,]+)\]", runs)).split(","))
    assert named == {"lab", "grade", "postgres", "cluster"} <= {*PROJECT["optional-dependencies"]}


def test_everybody_says_the_same_of_what_bubblewrap_needs():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    pages = [NO_NAMESPACES, *((ROOT / name).read_text(encoding="utf-8") for name in ("containers/README.md", "docs/instructors/watch.md"))]
    for option in FREED:
        assert f"--security-opt={option}" in container["runArgs"] and all(f"--security-opt {option}" in page for page in pages)


def test_the_images_that_are_named_are_those_that_are_built():
    """By the workflow, and by the guides."""
    names = (".github/workflows/nightly.yml", "containers/README.md", "docs/jupyterhub.md")
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in names]
    built = [set(re.findall(r"docker build --tag ([\w-]+)", text)) for text in texts]
    assert built[0] == built[1] | built[2] == {"backpropagation-student", "backpropagation-instructor", "backpropagation-hub-student"}
    assert all(set(re.findall(r"\b(?:unconfined|--rm) (backpropagation-\w+)", text)) <= built[0] for text in texts)
    assert (HUB / "Dockerfile").read_text(encoding="utf-8").count("ARG STUDENT=backpropagation-student:latest") == 1


def test_the_dev_container_runs_what_there_is():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert {"name", "image", "runArgs", "postCreateCommand", "forwardPorts", "customizations"} <= set(container)
    assert re.search(r"devcontainers/python:1-3\.1[1-4]-", container["image"])
    [script] = re.findall(r"sh (\S+\.sh)", container["postCreateCommand"])
    assert (ROOT / script).exists() and container["postCreateCommand"].startswith("make setup && ")


def test_binder_installs_what_students_install():
    lines = [line for line in (ROOT / ".binder" / "requirements.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert lines == ["-c ../constraints.txt", "./[lab]"]
    version = (ROOT / ".binder" / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    assert f"Programming Language :: Python :: {version}" in PROJECT["classifiers"]


def test_binder_takes_the_answers_away():
    script = ROOT / ".binder" / "postBuild"
    subprocess.run(["sh", "-n", script], check=True)
    removed = re.search(r"^rm -rf (.+)$", script.read_text(encoding="utf-8"), re.MULTILINE)[1].split()
    assert {"autograder", "solutions"} <= set(removed) and all((ROOT / name).is_dir() for name in removed)
    assert os.access(script, os.X_OK), "Binder runs it as a program"


def hub(monkeypatch, tmp_path) -> Config:
    """The hub's configuration, as JupyterHub reads it."""
    monkeypatch.setenv("COURSE_HUB_PASSWORD", "eight-letters")
    monkeypatch.setenv("COURSE_HUB_STATE", str(tmp_path / "state"))
    config = Config()
    exec((HUB / "jupyterhub_config.py").read_text(encoding="utf-8"), {"get_config": lambda: config})
    return config


def test_the_hub_is_for_this_machine_alone_until_somebody_changes_it(monkeypatch, tmp_path):
    config = hub(monkeypatch, tmp_path)
    assert urlsplit(config.JupyterHub.bind_url).hostname == "127.0.0.1"
    assert config.SharedPasswordAuthenticator.user_password == "eight-letters"
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
    roles = {service for role in config.JupyterHub.load_roles for service in role["services"]}
    assert roles == {service["name"] for service in config.JupyterHub.services}
    assert (HUB / "jupyterhub_config.py").read_text(encoding="utf-8").count("# A real hub: ") == 3


def test_the_hubs_students_have_the_versions_of_the_constraints():
    lines = (HUB / "requirements.txt").read_text(encoding="utf-8").splitlines()
    requirements = [Requirement(line) for line in lines if not line.startswith("#")]
    pins = {one.name: str(one.specifier).removeprefix("==") for one in requirements}
    assert {"jupyterhub", "nbgitpuller", "nbgrader"} <= set(pins)
    assert all(re.fullmatch(r"\d+(\.\d+)+", version) and CONSTRAINTS.get(name, version) == version for name, version in pins.items())


def test_the_link_shown_for_nbgitpuller_is_one():
    page = (ROOT / "docs" / "jupyterhub.md").read_text(encoding="utf-8")
    [link] = re.findall(r"^    (https://\S+/git-pull\?\S+)$", page, re.MULTILINE)
    parts = {name: values[0] for name, values in parse_qs(urlsplit(link).query, strict_parsing=True).items()}
    assert set(parts) == {"repo", "branch", "urlpath"} and urlsplit(link).path == "/hub/user-redirect/git-pull"
    folder, _, notebook = parts["urlpath"].removeprefix("lab/tree/").partition("/")
    assert folder == parts["repo"].rpartition("/")[2] and (ROOT / "notebooks" / notebook).exists()
    block = re.search(r"^    python -c '(.+?)'$", page, re.MULTILINE | re.DOTALL)[1]
    shown = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == link
