"""Building notebooks: `solutions/UNIT/notebook.py`, written by hand, into the instructor's notebook and the student's.

A source is a jupytext percent script. `# %% exercise="NAME"` is the place of an answer, one function or class: the build puts the
unit's right answer there, wraps its body in nbgrader's solution markers, takes points from the registry, and adds a locked
`check(NAME)` cell; `given="__init__,__repr__"` names functions of the answer that students get as they stand. `from_unit="NAME"` is
the place of something that the unit gives to students. `written=N` marks an answer that is marked by hand, with its model answer and rubric
(`rubric.py`; and with `number=2`, where one is put before another: an answer keeps its number, by which hand-ins are known); `demo=true` a
cell that is not run when grading, `slide="..."` a slide; `folded=true` stands at a heading whose section is shown folded.
`variant="NAME"` marks the cell, code or text, that shows an exercise's numbers, as `{{name}}`: each student may get others. Nobody types
nbgrader's metadata.
`deck="slide"` marks a slide of the unit's deck, which is left out of the notebooks, and `deck="show"` a cell whose figure or widget stands
on one (`autograder.lecture`).
The student's notebook is made by nbgrader's own preprocessors, so it is what `nbgrader generate_assignment` releases.
"""

import ast
import hashlib
import inspect
from collections.abc import Collection, Iterator
from importlib import import_module
from itertools import count
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, ClearSolutions, ComputeChecksums, LockCells

from autograder.intake.numbers import KEY, exercise_in, fill, marked
from autograder.rubric import Rubric
from course.errors import UserError
from course.judging.edits import source_text
from course.units import UNITS, Exercise, room
from course.units import exercise as find_exercise
from course.units.own import NOTEBOOK

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
SLIDE, SHOW = "slide", "show"  # what a cell is to the unit's deck
KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}


def solutions_directory() -> Path:
    """Where the sources lie: beside the packages in a checkout, inside `autograder` in an installed wheel."""
    inside = Path(__file__).parent / "solutions"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "solutions"


def source_of(unit: str) -> Path:
    """The source of a unit. Raises UserError, with the units there are, for one that does not exist."""
    if unit not in UNITS:
        raise UserError(f"no unit is called {unit!r}. The units are: {', '.join(UNITS)}.")
    path = UNITS.own.source(unit) if unit in UNITS.own else solutions_directory() / unit / NOTEBOOK
    if not path.is_file():
        raise UserError(f"The unit {unit} has no notebook: expected its source at {path}.")
    return path


def samples_of(unit: str) -> Path:
    """Where sample answers to a unit lie, if there are any: beside its source, but for an instructor's own unit in a folder there."""
    beside = source_of(unit).parent
    return beside / "answers" if unit in UNITS.own else beside


def source_cells(source: Path, *, deck: bool = False) -> list[NotebookNode]:
    """The cells of a source as they are typed, without the slides of its deck, or with them."""
    import jupytext  # which takes half a second, and few commands read a source

    return [cell for cell in jupytext.read(source).cells if deck or cell.metadata.get("deck") != SLIDE]


def instructor_notebook(source: Path, *, deck: bool = False) -> NotebookNode:
    """The instructor's notebook of a source: answers inside solution markers, and every cell's metadata in place.

    With `deck` the slides of the unit's deck stand in it too, and they and what they show are marked so in the metadata.
    """
    unit = source.parent.name
    cells: list[NotebookNode] = []
    written = count(1)
    for cell in source_cells(source, deck=deck):
        options = cell.metadata
        cell.metadata = NotebookNode(shown_as(options))
        if deck and "deck" in options:
            cell.metadata["deck"] = options["deck"]
        if name := options.get("exercise"):
            cells += answer_and_check(cell, named(name, unit), given=options.get("given", "").split(","))
        elif name := options.get("from_unit"):
            cell.source = given_by(unit, name)
            cells.append(cell)
        elif name := options.get("variant"):
            cells.append(numbered(cell, named(name, unit), first=not any(exercise_in(one) == name for one in cells)))
        elif points := options.get("written"):
            check_rubric(cell.source, points, unit)
            cells.append(graded(cell, f"written_{options.get('number') or next(written)}", points=points, solution=True))
        else:
            cells.append(cell)
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})
    notebook.nbformat_minor = 5
    give_ids(notebook, unit)
    return nbformat.from_dict(notebook)


def named(name: str, unit: str) -> Exercise:
    """The exercise of that name. Raises UserError where the registry has none, or has it in another unit."""
    found = next((exercise for exercise in UNITS.get(unit, ()) if exercise.name == name), None)
    if found is None:
        raise UserError(f"the notebook of {unit} has a place for an answer {name!r}, and the unit has no such exercise.")
    return found


def check_rubric(source: str, points: float, unit: str) -> None:
    """Raise UserError where the criteria of a written question do not add up to its points."""
    rubric = Rubric.read(source)
    if rubric.criteria and rubric.points != points:
        raise UserError(f"a written question of {unit} is worth {points:g} points, and its rubric's criteria add up to {rubric.points:g}.")


def given_by(unit: str, name: str) -> str:
    """The source of what a unit gives to students under a name, in its `given.py`. Raises UserError where there is no such thing."""
    module = import_module(f"{room(unit)}.given")
    found = getattr(module, name, None)
    if inspect.isfunction(found) or inspect.isclass(found):
        return source_text(found).rstrip("\n")
    text = inspect.getsource(module)
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and any(isinstance(target, ast.Name) and target.id == name for target in node.targets):
            return ast.get_source_segment(text, node) or ""
    raise UserError(f"the notebook of {unit} has a place for {name!r}, and the unit gives no such thing in {module.__file__}.")


def shown_as(options: NotebookNode) -> dict:
    """The metadata a cell keeps: its tags, and how a slide show treats it."""
    kept: dict = {}
    if options.get("demo"):
        kept["tags"] = ["demo"]
    if options.get("folded"):
        kept["jp-MarkdownHeadingCollapsed"] = True
    if slide := options.get("slide"):
        kept["slideshow"] = {"slide_type": slide}
    return kept


def numbered(cell: NotebookNode, exercise: Exercise, *, first: bool) -> NotebookNode:
    """A locked cell that shows numbers of an exercise, of which each student may have others."""
    if not first:
        raise UserError(f"the notebook has two cells with numbers of {exercise.name!r}: expected one, which may be code or text.")
    return graded(with_numbers(cell, exercise, cell.source), f"numbers_{exercise.name}", locked=True)


def with_numbers(cell: NotebookNode, exercise: Exercise, template: str) -> NotebookNode:
    """The cell with a template's text, the exercise's numbers in it, and the template kept."""
    cell.metadata[KEY] = NotebookNode(marked(exercise.name, template))
    try:
        cell.source = fill(template, exercise.numbers)
    except ValueError as error:
        raise UserError(f"a cell with numbers of {exercise.name!r} cannot be made: {error}.") from error
    return cell


def answer_and_check(cell: NotebookNode, exercise: Exercise, given: Collection[str]) -> list[NotebookNode]:
    """An answer's cell, with its body between solution markers, and the locked cell that checks it."""
    cell.source = with_markers(source_text(exercise.right).rstrip("\n"), given)
    check = nbformat.v4.new_code_cell(f"check({exercise.name})", metadata=dict(cell.metadata))
    if exercise.variant:
        given_numbers = "".join(f", {name}={{{{{name}}}}}" for name in exercise.numbers)
        with_numbers(check, exercise, f"check({exercise.name}{given_numbers})")
    if needed := [name for name in exercise.needs if find_exercise(name).variant]:
        raise UserError(f"{exercise.name!r} needs {needed[0]!r}, which has variants: the right answer to lend is another for each student.")
    return [
        graded(cell, exercise.name, solution=True),
        graded(check, f"check_{exercise.name}", points=exercise.points, locked=True),
    ]


def graded(cell: NotebookNode, identity: str, *, points: float | None = None, solution: bool = False, locked: bool = False) -> NotebookNode:
    """The cell with nbgrader's metadata."""
    cell.metadata["nbgrader"] = NotebookNode(
        cell_type=cell.cell_type,
        grade=points is not None,
        grade_id=identity,
        locked=locked,
        schema_version=3,
        solution=solution,
        task=False,
    )
    if points is not None:
        cell.metadata["nbgrader"]["points"] = int(points) if float(points).is_integer() else points
    return cell


def with_markers(source: str, given: Collection[str] = ()) -> str:
    """The answer's source, with the body of each function, after its docstring, between nbgrader's solution markers."""
    lines = source.split("\n")
    for function in reversed([each for each in functions_of(ast.parse(source)) if each.name not in given]):
        body = function.body[1:] if ast.get_docstring(function) else function.body
        first, last, indent = body[0].lineno - 1, body[-1].end_lineno or len(lines), " " * body[0].col_offset
        while lines[first - 1].strip().startswith("#"):  # a comment above the first statement belongs to the answer
            first -= 1
        lines[last:last] = [indent + END]
        lines[first:first] = [indent + BEGIN]
    return "\n".join(lines)


def functions_of(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """The functions of a cell, and the methods of its classes, in order."""
    for node in tree.body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        yield from (each for each in inside if isinstance(each, ast.FunctionDef))


def give_ids(notebook: NotebookNode, unit: str) -> None:
    """Cell ids that depend on a cell's place and content alone, so that a rebuild changes nothing."""
    for i, cell in enumerate(notebook.cells):
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell["id"] = name.replace("_", "-")[:64] if name else hashlib.sha256(f"{unit} {i} {cell.source}".encode()).hexdigest()[:12]


def student_notebook(instructor: NotebookNode) -> NotebookNode:
    """The student's version: answers gone, outputs gone, checks locked, checksums in place."""
    notebook = nbformat.from_dict(instructor)
    resources: dict = {}
    for preprocessor in (LockCells, ClearSolutions, ClearOutput, CheckCellMetadata, ComputeChecksums):
        notebook, resources = preprocessor().preprocess(notebook, resources)
    return notebook


def as_text(notebook: NotebookNode) -> str:
    """The notebook as the bytes of its file, the same on every machine."""
    return nbformat.writes(notebook, version=4) + "\n"


def build(notebooks: Path) -> list[Path]:
    """Write the student's notebook of every unit that has a source; returns the paths written."""
    notebooks.mkdir(parents=True, exist_ok=True)
    written = []
    for unit in UNITS.names:
        path = notebooks / f"{unit}.ipynb"
        path.write_text(as_text(student_notebook(instructor_notebook(source_of(unit)))), encoding="utf-8", newline="\n")
        written.append(path)
    return written
