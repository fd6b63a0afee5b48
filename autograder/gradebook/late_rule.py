"""What late work costs in a class: by its class.toml, or by a plugin that its nbgrader_config.py names, perhaps in a file of the class."""

import contextlib
import importlib
import sys
from collections.abc import Iterator
from math import isfinite
from numbers import Real
from pathlib import Path
from typing import Any

from nbgrader.preprocessors import AssignLatePenalties

from autograder.gradebook.lateness import Cost, Lateness
from autograder.gradebook.nbgrader_calls import quiet_nbgrader
from autograder.instance import CONFIG, Instance
from autograder.policy import POLICY, Policy
from course.errors import UserError


@contextlib.contextmanager
def late_rule(instance: Instance, policy: Policy) -> Iterator[Cost]:
    """The class's rule, to be used within the block: until then a plugin's files can be imported."""
    given = plugin_of(instance)
    if policy.late.rule is None:
        with importable(instance.root):
            with quiet_nbgrader(f"load the rule for late work that {instance.root / CONFIG} names") as log:
                rule = AssignLatePenalties(config=instance.config, log=log)
                rule.init_plugin()
            yield lambda student, score, how: asked(rule.plugin_inst, instance, student, score, how)
    elif given:
        raise UserError(
            f'There are two rules for late work: {instance.root / POLICY} has rule = "{policy.late.rule}", '
            f"and {instance.root / CONFIG} sets {given}. Expected one of them: take the other away."
        )
    else:
        yield lambda student, score, how: policy.late.cost(score, how.days - how.free_days)


def plugin_of(instance: Instance) -> str:
    """The setting by which nbgrader_config.py has a rule of its own; "" where it has none."""
    if "plugin_class" in instance.config.AssignLatePenalties:
        return f"c.AssignLatePenalties.plugin_class = {instance.config.AssignLatePenalties.plugin_class!r}"
    method = instance.config.LateSubmissionPlugin.get("penalty_method", "none")
    return "" if method == "none" else f"c.LateSubmissionPlugin.penalty_method = {method!r}"


def asked(plugin: Any, instance: Instance, student: str, score: float, how: Lateness) -> float:
    """What a plugin takes off a score. Raises UserError where it fails, or says what is no number of points."""
    name = f"{type(plugin).__module__}.{type(plugin).__qualname__}"
    try:
        points = plugin.late_submission_penalty(student, score, how.seconds)
    except Exception as error:
        raise UserError(
            f"The rule for late work {name} failed at {student}, {score:g} points and {how.seconds:g} seconds late: "
            f"{type(error).__name__}: {error}. Put it right, or take it out of {instance.root / CONFIG}."
        ) from error
    if points is None:
        return 0.0
    if isinstance(points, bool) or not isinstance(points, Real) or not isfinite(points):
        raise UserError(
            f"The rule for late work {name} returned {points!r} for {student}: expected the number of points to take off, or None. "
            f"Put it right, or take it out of {instance.root / CONFIG}."
        )
    return float(points)


@contextlib.contextmanager
def importable(root: Path) -> Iterator[None]:
    """Let the Python files of a class be imported, afresh, and forget them afterwards: the next class may have others of the same names."""
    own = {path.stem for path in root.glob("*.py")} | {path.parent.name for path in root.glob("*/__init__.py")}
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] in own - sys.stdlib_module_names}
    before, writes = set(sys.modules), sys.dont_write_bytecode
    sys.dont_write_bytecode = True  # an edited file is read again, however soon
    sys.path.insert(0, str(root))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(root))
        sys.dont_write_bytecode = writes
        for name in set(sys.modules) - before:
            if Path(getattr(sys.modules[name], "__file__", None) or "").is_relative_to(root):
                del sys.modules[name]
        sys.modules.update(kept)
