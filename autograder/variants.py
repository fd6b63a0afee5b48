"""Notebooks with numbers of their own for each student, drawn from the class's secret: the same however often they are made."""

import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from nbformat.notebooknode import from_dict
from nbgrader.utils import compute_checksum

from autograder.build import as_text
from autograder.files import write_whole
from autograder.instance import Instance, reported
from autograder.intake.numbers import KEY, Numbers, Own, exercise_in, fill, filled
from autograder.intake.structure import text_of
from autograder.intake.submission import read_cells
from autograder.teams import teams_of
from course.errors import Unreadable, UserError
from course.units import UNITS, Exercise

COMMON, NOBODY = "the common notebook", "nobody in this class"  # whose numbers they may be


def release_variants(instance: Instance, unit: str, students: Iterable[str]) -> list[str]:
    """Write each student's own variant of what was released, and record its numbers; the students' names.

    A team has the same numbers. Numbers that are recorded stay, whatever the course draws by now. The report on what somebody handed in
    with other numbers stands no longer, so that it is graded again. Raises UserError where the unit has no variants.
    """
    exercises = [exercise for exercise in UNITS.get(unit, ()) if exercise.variant]
    notebook = released_with_variants(instance, unit, exercises)
    secret, known = instance.secret(), instance.numbers(unit)
    team_of = {member: f"\0{team}" for team, members in teams_of(instance).items() for member in members}  # who hand in one notebook
    own = {student: {**drawn(secret, team_of.get(student, student), exercises), **known.get(student, {})} for student in students}
    with reported("write the variants"):
        write_whole(instance.numbers_path(unit), json.dumps({**known, **own}, indent=1) + "\n")
        for student, numbers in own.items():
            if numbers != known.get(student):
                instance.report_path(student, unit).unlink(missing_ok=True)
            write_whole(instance.variant(student, unit), as_text(from_dict({**notebook, "cells": cells_for(notebook, numbers)})))
    return list(own)


def drawn(secret: bytes, student: str, exercises: Iterable[Exercise]) -> dict[str, Numbers]:
    """A student's or a team's numbers for each exercise that has variants."""
    return {
        exercise.name: dict(exercise.variant.draw(generator(secret, student, exercise.name))) for exercise in exercises if exercise.variant
    }


def generator(secret: bytes, student: str, exercise: str) -> np.random.Generator:
    """What a student's numbers are drawn with: nobody can tell them who has not got the secret."""
    digest = hmac.new(secret, f"{student}\0{exercise}".encode(), hashlib.sha256).digest()
    return np.random.default_rng(int.from_bytes(digest, "big"))


def released_with_variants(instance: Instance, unit: str, exercises: Iterable[Exercise]) -> dict[str, Any]:
    """The unit's released notebook as JSON. Raises UserError where it shows no numbers, or others than its templates say."""
    by_name = {exercise.name: exercise for exercise in exercises}
    instance.structure(unit)  # says what is wrong with a notebook that is none
    notebook = json.loads(instance.released(unit).read_bytes())
    notebook["cells"] = [{**cell, "source": text_of(cell["source"])} for cell in notebook["cells"]]
    shown = [cell for cell in notebook["cells"] if exercise_in(cell) in by_name]
    if not by_name:
        raise UserError(f"{unit} has no exercise with variants: every student gets {instance.released(unit)}.")
    if missing := {f"numbers_{name}" for name in by_name} - {cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in shown}:
        raise UserError(f"{instance.source(unit)} has no cell {sorted(missing)[0]}, which shows a student's numbers. Put it back.")
    for cell in shown:
        if cell["source"] != fill(cell["metadata"][KEY]["template"], by_name[exercise_in(cell)].numbers):
            raise UserError(
                f"A cell with numbers of {exercise_in(cell)} was edited in {instance.source(unit)}, and what students get comes from its "
                f"template: edit that too (in JupyterLab: the property inspector, cell metadata, {KEY}), and release again."
            )
    return notebook


def cells_for(notebook: dict[str, Any], numbers: Own) -> list[dict[str, Any]]:
    """The cells as a student gets them: with own numbers, checksums that fit, and no templates."""
    cells = []
    for cell in map(from_dict, filled(notebook["cells"], numbers)):
        if cell.metadata.pop(KEY, None) and "checksum" in cell.metadata.get("nbgrader", {}):
            cell.metadata.nbgrader.checksum = compute_checksum(cell)
        cells.append(cell)
    return cells


def somebody_elses(instance: Instance, unit: str) -> dict[str, str]:
    """By student, whose numbers are in what was handed in, where they are not the student's own: for the instructor alone."""
    if not (known := instance.numbers(unit)):
        return {}
    structure = instance.structure(unit)
    shown = [slot for one in (structure, *structure.earlier) for slot in one.slots if slot.kind == "locked" and exercise_in(slot.cell)]
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for slot in shown:
        owners[slot.cell["source"]].add(COMMON)
        for student, own in known.items():
            if numbers := own.get(exercise_in(slot.cell)):
                owners[fill(slot.cell["metadata"][KEY]["template"], numbers)].add(student)
    names, structures, found = {slot.grade_id for slot in shown}, cache(instance.structures), {}
    for hand_in in instance.submissions(unit):
        whose = owners_of(instance.found(unit, hand_in, structures).notebook, names, owners)
        if whose and (hand_in.student if hand_in.student in known else COMMON) not in whose:
            found[hand_in.student] = " or ".join(sorted(whose))
    return found


def owners_of(path: Path, names: Collection[str], owners: Mapping[str, set[str]]) -> set[str]:
    """Who may have been given the cells of these names that are in a notebook; nobody where there are none, or it cannot be read."""
    try:
        cells, _, _ = read_cells(path)
    except Unreadable:
        return set()
    return set().union(*(owners.get(cell.source, {NOBODY}) for cell in cells if cell.grade_id in names))
