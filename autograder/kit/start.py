# /// script
# requires-python = ">=3.11,<3.15"
# ///
"""Start the course. In the folder of this file: `uv run start.py`, or `python3 start.py`, or on Windows `py start.py`.

The first time it makes an environment, the folder .venv beside this file, installs there what requirements.txt names, and sees whether it
works. Then, and every other time, it opens JupyterLab on the notebooks. All that is installed lies in this folder; to remove the course,
delete the folder.
"""

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 14)  # as above, for whoever starts this without uv
HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
REQUIREMENTS = HERE / "requirements.txt"
INSTALLED = VENV / "installed.txt"  # what was installed, once all of it was
FIRST = "00_start_here.ipynb"
SETTINGS = VENV / "share/jupyter/lab/settings/overrides.json"
# JupyterLab would ask about its news, over the text of the first notebook, and cut long lines of code off.
OF_JUPYTERLAB = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension:tracker": {"codeCellConfig": {"lineNumbers": False, "lineWrap": True}},
}


def main() -> int:
    """Make the environment where there is none yet, and open JupyterLab; the exit status of what ran last."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="see whether everything works, and do not open JupyterLab")
    options = parser.parse_args()
    os.chdir(HERE)
    if options.check or not is_installed():
        if not is_installed():
            make_environment()
        status = run(PYTHON, "-m", "course.doctor")
        if status:
            return status
    return 0 if options.check else run(PYTHON, "-m", "jupyterlab", f"notebooks/{FIRST}")


def is_installed() -> bool:
    """Whether the environment has all that requirements.txt names, and its Python still starts."""
    if not INSTALLED.is_file() or INSTALLED.read_bytes() != REQUIREMENTS.read_bytes():
        return False
    try:
        return subprocess.run([PYTHON, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make_environment() -> None:
    """An environment with what requirements.txt names; uv makes it, where this is run by uv, and Python's own tools elsewhere."""
    refuse_other_pythons()
    print(f"Making {VENV}, once. Some hundred packages come over the network; that takes a minute, or a few.", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    uv, base = os.environ.get("UV"), getattr(sys, "_base_executable", sys.executable)
    if uv:
        commands = [[uv, "venv", "--quiet", "--python", base, VENV], [uv, "pip", "install", "--python", PYTHON]]
    else:
        commands = [[base, "-m", "venv", VENV], [PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]]
    make, install = commands
    if run(*make) or run(*install, "-r", REQUIREMENTS.name):
        sys.exit("That did not work, and the reason stands above. See that there is a network and room on the disk, and run it again.")
    SETTINGS.parent.mkdir(parents=True, exist_ok=True)
    SETTINGS.write_text(json.dumps(OF_JUPYTERLAB), encoding="utf-8")
    shutil.copyfile(REQUIREMENTS, INSTALLED)


def refuse_other_pythons() -> None:
    """End with what to do where this Python will not do."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        known = "{}.{} to {}.{}".format(*OLDEST, *NEWEST)
        this = "{}.{}".format(*sys.version_info)
        sys.exit(
            f"Expected Python {known}, got {this}, {sys.executable}. Start this with another one, or let uv bring one: uv run start.py "
            "(START-HERE.html says how to get uv)."
        )
    if "UV" not in os.environ and importlib.util.find_spec("ensurepip") is None:
        sys.exit("This Python cannot make environments. On Debian, Ubuntu and WSL: sudo apt install python3-venv. Then run this again.")


def run(*command: object) -> int:
    """The exit status of a command, which the user sees running, and ends with Ctrl-C as if it ran alone."""
    with subprocess.Popen([str(word) for word in command]) as running:
        while True:
            try:
                return running.wait()
            except KeyboardInterrupt:  # the command has got it as well: JupyterLab asks back, and saves
                continue


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nInterrupted. The same command goes on from here.")
