"""The cells of a unit in the gradebook, made those of the notebook that is about to be released.

nbgrader refuses a notebook with other cells once there are submissions. Here what is new is added, and what is gone is taken out with the
marks that the judge gave for it; marks and comments that a human gave for it are in the way.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from nbgrader import api
from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from autograder.gradebook.connection import opened
from autograder.instance import Instance
from course.errors import UserError

TABLES: Mapping[Any, Callable[[Mapping[str, Any]], bool]] = {  # which cells nbgrader enters where, by their metadata
    api.GradeCell: lambda marks: marks.get("grade", False),
    api.SolutionCell: lambda marks: marks.get("solution", False),
    api.TaskCell: lambda marks: marks.get("task", False),
    api.SourceCell: lambda marks: any(marks.get(key, False) for key in ("grade", "solution", "task", "locked")),
}
MARKED = (api.GradeCell, api.TaskCell)


class Changes(NamedTuple):
    """The names of the cells with points that a new release brings, and of those it takes away; empty where nobody is affected."""

    added: list[str]
    gone: list[str]
    any: bool  # also of cells without points


def changes(instance: Instance, unit: str) -> Changes:
    """What releasing the instructor's notebook as it is now would change for those who handed in before."""
    with opened(instance) as session:
        pairs = list(compared(session, instance, unit))
    added = sorted(name for table, cells, known in pairs if table in MARKED for name in cells.keys() - known.keys())
    gone = sorted(name for table, cells, known in pairs if table in MARKED for name in known.keys() - cells.keys())
    return Changes(added, gone, any(cells.keys() != known.keys() for _, cells, known in pairs))


def follow(instance: Instance, unit: str) -> None:
    """Make the gradebook's cells those of the instructor's notebook. Raises UserError where a human's marks would be lost."""
    with opened(instance) as session:
        for table, cells, known in list(compared(session, instance, unit)):
            for name in known.keys() - cells.keys():
                take_out(session, instance, unit, known[name])
            for name in cells.keys() - known.keys():
                session.add(table(name=name, notebook_id=notebook_of(session, unit), **fields(table, cells[name])))


def compared(session: Session, instance: Instance, unit: str) -> Iterator[tuple[Any, dict[str, Any], dict[str, Any]]]:
    """Table by table: the cells of the instructor's notebook that belong there, and those that are there; nothing before submissions."""
    notebook = notebook_of(session, unit)
    handed_in = select(func.count()).select_from(api.SubmittedNotebook).where(api.SubmittedNotebook.notebook_id == notebook)
    if notebook is None or not session.scalar(handed_in):
        return
    sources = [(cell, cell.get("metadata", {}).get("nbgrader", {})) for cell in instance.source_notebook(unit)["cells"]]
    for table, belongs in TABLES.items():
        cells = {marks["grade_id"]: cell for cell, marks in sources if belongs(marks)}
        yield table, cells, {one.name: one for one in session.scalars(select(table).where(table.notebook_id == notebook))}


def notebook_of(session: Session, unit: str) -> str | None:
    """The id of a unit's notebook; None where the gradebook does not know it."""
    return session.scalar(select(api.Notebook.id).join(api.Assignment).where(api.Assignment.name == unit, api.Notebook.name == unit))


def fields(table: Any, cell: Mapping[str, Any]) -> dict[str, Any]:
    """What a row needs besides its name; nbgrader writes the rest when it releases."""
    own: dict[str, Any] = {} if table is api.SolutionCell else {"cell_type": cell["cell_type"]}
    return own | {"max_score": float(cell["metadata"]["nbgrader"]["points"])} if table in MARKED else own


def take_out(session: Session, instance: Instance, unit: str, cell: Any) -> None:
    """Delete a cell with what was given for it automatically. Raises UserError where a human gave something."""
    if not isinstance(cell, api.SourceCell):
        for table, by_hand in (
            (api.Grade, or_(api.Grade.manual_score.is_not(None), func.coalesce(api.Grade.extra_credit, 0.0) != 0)),
            (api.Comment, api.Comment.manual_comment.is_not(None)),
        ):
            if count := session.scalar(select(func.count()).select_from(table).where(table.cell_id == cell.id, by_hand)):
                raise UserError(
                    f"{instance.source(unit)} has no cell {cell.name} any more, and {count} answers to it have marks or comments of yours. "
                    "Put the cell back, or take the marks and comments back in formgrader, and release again."
                )
            session.execute(delete(table).where(table.cell_id == cell.id))
    session.delete(cell)
