"""Running units with their right answers, as their slides need it."""

import asyncio
import contextlib
import os
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator
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
    clients: list[NotebookClient] = []
    with ThreadPoolExecutor(workers) as pool:
        running = {pool.submit(executed, unit, clients.append): unit for unit in units}
        try:
            for future in as_completed(running):
                yield running[future], future.result()
        except BaseException:  # Ctrl-C, or a cell that fails: the other units need not be waited for
            pool.shutdown(wait=False, cancel_futures=True)
            for client in clients:
                end_kernel(client)
            raise


def end_kernel(client: NotebookClient) -> None:
    """End the process that runs a unit, where there is one; who waits for its answers is told that it is dead."""
    provisioner = client.km and client.km.provisioner
    if provisioner and provisioner.has_process:
        with contextlib.suppress(OSError):
            os.kill(provisioner.pid, signal.SIGTERM)


def executed(unit: str, began: Callable[[NotebookClient], None] = lambda client: None) -> NotebookNode:
    """The instructor's notebook of a unit, its slides included, with the output of every cell and the state of every widget.

    `began` is given what runs it. Raises UserError where a cell fails.
    """
    notebook = build.instructor_notebook(build.source_of(unit), deck=True)
    notebook.cells.insert(0, new_code_cell(ROOM))
    with tempfile.TemporaryDirectory() as empty, warnings.catch_warnings():  # no file of a student's is taken for an answer
        warnings.simplefilter("ignore")  # the client's own
        options = {"kernel_name": build.KERNEL["name"], "extra_arguments": ["--log-level=ERROR"], "timeout": SECONDS}
        client = NotebookClient(notebook, resources={"metadata": {"path": empty}}, **options)
        began(client)
        try:
            return asyncio.run(client.async_execute())  # closes what it opened, in a thread as well
        except CellExecutionError as error:
            raise UserError(f"The unit {unit} does not run with its right answers:\n{strip_ansi(str(error))}") from error
