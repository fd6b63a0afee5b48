"""What the autograder's wheel holds from outside its own directory. An editable installation finds all of it where it lies."""

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HELD = {f"../{name}": name for name in ("solutions", "requirements-lab.txt", "LICENSE", "LICENSE-prose")}


class WheelSources(BuildHookInterface):
    def initialize(self, version: str, build_data: dict) -> None:
        if version == "standard":
            build_data["force_include"] |= HELD
