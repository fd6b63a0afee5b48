"""What CHANGELOG.md says of a version, for the page of its release, once all places that name the version agree.

python scripts/release_notes.py v0.1.0
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PLACES = {"course/__init__.py": r'^__version__ = "(.+?)"', "CITATION.cff": r"^version: (.+)$"}


def disagreements(tag: str, root: Path) -> list[str]:
    """What has to be put right before the commit with this tag is a release; none where it is one."""
    version = tag.removeprefix("v")
    found = {name: re.findall(pattern, (root / name).read_text(encoding="utf-8"), re.MULTILINE) for name, pattern in PLACES.items()}
    wrong = [f"{name} has version {', '.join(held)}" for name, held in found.items() if held != [version]]
    return wrong if notes(version, root) else [*wrong, f"CHANGELOG.md has no section ## [{version}] - DATE, or nothing in it"]


def notes(version: str, root: Path) -> str:
    """The section of the changelog on a version; "" where there is none."""
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d\n"
    section = re.search(rf"{heading}(.*?)(?=^## \[|\Z)", text, re.MULTILINE | re.DOTALL)
    return section[1].strip() if section else ""


if __name__ == "__main__":
    tag = sys.argv[1]
    if wrong := disagreements(tag, ROOT):
        sys.exit(f"{tag} is no release yet: {'; '.join(wrong)}. CONTRIBUTING.md says how one is made.")
    print(notes(tag.removeprefix("v"), ROOT))
