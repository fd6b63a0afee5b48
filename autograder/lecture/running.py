"""Running a unit with its right answers, as its slides need it."""

import tempfile
import warnings

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert.filters import strip_ansi
from nbformat.notebooknode import NotebookNode

from autograder import build
from course.errors import UserError

SECONDS = 600  # for a cell


def executed(unit: str) -> NotebookNode:
    """The instructor's notebook of a unit, its slides included, with the output of every cell and the state of every widget.

    Raises UserError where a cell fails.
    """
    notebook = build.instructor_notebook(build.source_of(unit), deck=True)
    with tempfile.TemporaryDirectory() as empty, warnings.catch_warnings():  # no file of a student's is taken for an answer
        warnings.simplefilter("ignore")  # the client's own
        options = {"kernel_name": build.KERNEL["name"], "extra_arguments": ["--log-level=ERROR"], "timeout": SECONDS}
        client = NotebookClient(notebook, resources={"metadata": {"path": empty}}, **options)
        try:
            return client.execute()
        except CellExecutionError as error:
            raise UserError(f"The unit {unit} does not run with its right answers:\n{strip_ansi(str(error))}") from error
