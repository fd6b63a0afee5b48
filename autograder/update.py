"""A class brought up to the version of the course that is installed: new units, mended notebooks, and the lines that nbgrader needs.

Marks, hand-ins, releases and units of the instructor's own stay as they are. A notebook in source/ is replaced only where it is just what
the course wrote, which the class has recorded (`origin`). Where the instructor has changed it, or nobody knows, it stays, and the course's
is laid into updates/.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from autograder import build
from autograder.files import write_whole
from autograder.instance import (
    CONFIG,
    FEEDBACK_EXPORTER,
    FEEDBACK_LINE,
    JUDGE_EXPORTER,
    JUDGE_LINE,
    MODEL_ANSWERS,
    MODEL_ANSWERS_LINE,
    Instance,
    load_config,
    reported,
)
from autograder.origin import Origin, digest, installed
from course.errors import UserError
from course.units import UNITS

State = Literal["same", "new", "mended", "edited", "kept", "taken", "left out"]
WRITTEN: frozenset[State] = frozenset({"new", "mended", "taken"})

ADDED = "\n# Added by `autograder update`, in place of what an early version may say above. With the next line, {effect}.\n{line}\n"


class Setting(NamedTuple):
    """A line of nbgrader_config.py that classes made by early versions lack: what it sets, to what, and what comes of it."""

    section: str
    name: str
    value: str
    line: str
    effect: str
    holds: Callable[[Instance], bool]

    def other(self, instance: Instance) -> object:
        """What the instructor has set in its place, if anything."""
        return instance.config[self.section].get(self.name)


SETTINGS = (
    Setting(
        "Autograde",
        "exporter_class",
        JUDGE_EXPORTER,
        JUDGE_LINE,
        "nbgrader's own buttons give the same marks, and run students' code behind the wall",
        lambda instance: instance.buttons_judge,
    ),
    Setting(
        "GenerateFeedback",
        "exporter_class",
        FEEDBACK_EXPORTER,
        FEEDBACK_LINE,
        "nbgrader's own command for feedback writes the same pages",
        lambda instance: instance.buttons_write_our_page,
    ),
    Setting(
        "HTMLExporter",
        "preprocessors",
        MODEL_ANSWERS,
        MODEL_ANSWERS_LINE,
        "formgrader shows model answers above the students'",
        lambda instance: instance.shows_model_answers,
    ),
)


@dataclass(frozen=True)
class Step:
    """What becomes of one unit's notebook.

    It is the "same" as the course's; "new" in the class; "mended", since the course's is another now and the class's was as the course
    wrote it; "edited" by the instructor, while the course's is what it was; "kept", since both are others now, or may be; "taken" in place
    of the instructor's own, as was asked for; or "left out", since the instructor took it out of the class.
    """

    unit: str
    state: State
    text: str
    digest: str
    recorded: bool  # whether the class knows what the course wrote


def notice(root: Path) -> str:
    """What to tell of the version that the class at `root` was made with; "" where it is this one, or there is no class."""
    return Origin.load(root).notice(root) if (root / CONFIG).is_file() else ""


def plan(instance: Instance, take: Collection[str] = ()) -> list[Step]:
    """What there is to do for each unit of the course; the notebooks of the units in `take` are the course's, whatever the class has.

    Raises UserError for a class that was made with a newer version.
    """
    origin = Origin.load(instance.root)
    if origin.newer:
        raise UserError(f"{origin.notice(instance.root)} Nothing was changed.")
    return [step_for(instance, unit, origin.sources.get(unit, ""), unit in take) for unit in UNITS.names]


def step_for(instance: Instance, unit: str, recorded: str, take: bool) -> Step:
    """What there is to do for one unit, of which the class has `recorded` what the course wrote."""
    notebook = build.instructor_notebook(build.source_of(unit))
    now = digest(notebook)
    if instance.source(unit).is_file():
        state = state_of(digest_there(instance, unit), recorded, now, take)
    else:
        state = "left out" if recorded and not take else "new"
    return Step(unit, state, build.as_text(notebook), now, bool(recorded))


def state_of(there: str, recorded: str, now: str, take: bool) -> State:
    """The state of a notebook that is there, by the digests of it, of what the course wrote, and of what it would write now."""
    if there == now:
        return "same"
    if there == recorded:
        return "mended"
    if take:
        return "taken"
    return "edited" if recorded == now else "kept"


def digest_there(instance: Instance, unit: str) -> str:
    """The digest of the class's notebook of a unit; one that nothing else has, where it is no notebook."""
    try:
        return digest(instance.source_notebook(unit))
    except (UserError, KeyError):
        return "unreadable"


def apply(instance: Instance, steps: Iterable[Step]) -> None:
    """Do what was planned, and record it."""
    done = {}
    with reported(f"update the class at {instance.root}"):
        for step in steps:
            if step.state == "taken":
                write_whole(own(instance, step.unit), instance.source(step.unit).read_text(encoding="utf-8", errors="replace"))
            if step.state in WRITTEN:
                write_whole(instance.source(step.unit), step.text)
            if step.state == "kept":
                write_whole(offered(instance, step.unit), step.text)
            if step.state != "left out":
                done[step.unit] = step.digest
        Origin.load(instance.root).with_sources(done).save(instance.root)


def offered(instance: Instance, unit: str) -> Path:
    """Where the course's notebook is laid, beside one of the instructor's own."""
    return instance.root / "updates" / f"{unit}.ipynb"


def own(instance: Instance, unit: str) -> Path:
    """Where the instructor's own notebook is kept, once the course's has taken its place: a name that is free."""
    number = 1
    while (path := instance.root / "updates" / f"{unit}-own-{number}.ipynb").exists():
        number += 1
    return path


def told(instance: Instance, step: Step) -> str:
    """What a step is, in a sentence; "" where there is nothing to do."""
    unit, take = step.unit, f"autograder update {instance.root} --take {step.unit}"
    perhaps = "" if step.recorded else ", or may have: an early version did not record what it wrote"
    return {
        "same": "",
        "edited": "",
        "new": f"{unit} is new.",
        "mended": f"{unit} is mended. The class's notebook was as the course had written it, and is replaced.",
        "taken": f"{unit} is the course's. Your own is kept as {own(instance, unit)}.",
        "kept": f"{unit} is another now, and yours has changes{perhaps}. It stays, and the new one is {offered(instance, unit)}. "
        f"To have that in place of yours, which is then kept aside: {take}",
        "left out": f"{unit} was taken out of the class, and stays out. To have it again: {take}",
    }[step.state]


def missing(instance: Instance) -> list[Setting]:
    """The settings that the class's configuration lacks."""
    return [setting for setting in SETTINGS if not setting.holds(instance)]


def config_told(instance: Instance) -> list[str]:
    """What is to be done about the class's configuration, a sentence for each setting; none where there is nothing."""
    return [
        f"{CONFIG} sets c.{setting.section}.{setting.name} to {other}, and stays. With {setting.value}, {setting.effect}."
        if (other := setting.other(instance))
        else f"{CONFIG} gets the line {setting.line}: with it, {setting.effect}."
        for setting in missing(instance)
    ]


def mend_config(instance: Instance) -> None:
    """Add the lines that are missing, where nothing else is set there. Raises UserError where one does not help."""
    added = [setting for setting in missing(instance) if not setting.other(instance)]
    path = instance.root / CONFIG
    with reported(f"write {path}"):
        before = path.read_text(encoding="utf-8")
        if added:
            lines = "".join(ADDED.format(effect=setting.effect, line=setting.line) for setting in added)
            write_whole(path, before.rstrip("\n") + "\n" + lines)
    try:
        mended = Instance(instance.root, load_config(instance.root))
        work = all(setting.holds(mended) for setting in added)
    except UserError:
        work = False
    if not work:
        write_whole(path, before)
        by_hand = " and ".join(setting.line for setting in added)
        raise UserError(f"{path} stays as it was, since lines at its end have no effect. Add to it by hand: {by_hand}")


def up_to_date() -> str:
    return f"The class is as version {installed()} of the course makes it."
