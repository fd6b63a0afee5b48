"""The model answer and the rubric of each written question, in formgrader, above the student's answer.

A class names `ModelAnswers` in its nbgrader_config.py (`instance.CONFIG_TEXT`). They are put in while formgrader shows a graded notebook
and never stand in its file: nbgrader makes its feedback pages of that, with the same configuration.
"""

import json
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat.notebooknode import NotebookNode, from_dict

from autograder.intake.structure import text_of

FOLDED = '<details open class="well">\n<summary><b>Model answer and rubric</b> (students do not see this)</summary>\n\n{}\n\n</details>\n'


class ModelAnswers(Preprocessor):
    """Puts the instructor's text of each written question before what the student wrote."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        if "submission_id" not in resources:  # which formgrader alone says; a page of feedback is written otherwise
            return nb, resources
        unit, folder = resources["assignment_id"], Path(resources["metadata"]["path"])  # DIR/autograded/STUDENT/UNIT
        model = written_in(folder.parents[2] / "source" / unit / f"{unit}.ipynb")
        cells = []
        for cell in nb.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in model:
                shown = {"cell_type": "markdown", "id": f"model-{cell.id}"[:64], "metadata": {}, "source": FOLDED.format(model[name])}
                cells.append(from_dict(shown))
            cells.append(cell)
        nb.cells = cells
        return nb, resources


def written_in(source: Path) -> dict[str, str]:
    """What the instructor's notebook says of each written question, by the question's name; nothing where it cannot be read."""
    try:
        cells = json.loads(source.read_bytes())["cells"]
        marked = [(cell, cell["metadata"].get("nbgrader", {})) for cell in cells if cell["cell_type"] == "markdown"]
        return {str(own["grade_id"]): text_of(cell["source"]) for cell, own in marked if own.get("grade") and own.get("solution")}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}  # formgrader shows the answer all the same
