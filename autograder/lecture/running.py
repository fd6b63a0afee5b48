"""Running units with their right answers, as their slides need it."""

import asyncio
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert.filters import strip_ansi
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell

from autograder import build
from course.errors import UserError

SECONDS = 600  # for a cell
ROOM = "from course.plots import Picture\n\nPicture.room = (1136, 450)"  # pixels that a slide leaves to a figure with its caption


def each_executed(units: Iterable[str], workers: int) -> Iterator[tuple[str, NotebookNode]]:
    """Units and their executed notebooks, as they finish; so many at a time, each in a kernel of its own.

    Raises UserError where a cell fails.
    """
    with ThreadPoolExecutor(workers) as pool:
        running = {pool.submit(executed, unit): unit for unit in units}
        try:
            for future in as_completed(running):
                yield running[future], future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def executed(unit: str) -> NotebookNode:
    """The instructor's notebook of a unit, its slides included, with the output of every cell and the state of every widget.

    Raises UserError where a cell fails.
    """
    notebook = build.instructor_notebook(build.source_of(unit), deck=True)
    notebook.cells.insert(0, new_code_cell(ROOM))
    with tempfile.TemporaryDirectory() as empty, warnings.catch_warnings():  # no file of a student's is taken for an answer
        warnings.simplefilter("ignore")  # the client's own
        options = {"kernel_name": build.KERNEL["name"], "extra_arguments": ["--log-level=ERROR"], "timeout": SECONDS}
        client = NotebookClient(notebook, resources={"metadata": {"path": empty}}, **options)
        try:
            return asyncio.run(client.async_execute())  # closes what it opened, in a thread as well
        except CellExecutionError as error:
            raise UserError(f"The unit {unit} does not run with its right answers:\n{strip_ansi(str(error))}") from error
