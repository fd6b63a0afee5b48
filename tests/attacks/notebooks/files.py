"""Attacks by what stands in a notebook's file beside the code of its cells: each is given the notebook, and changes it."""

from tests.attacks.notebooks.helpers import checks_of


def have_the_checks_skipped(notebook):
    """Tag the checks so that whoever runs the notebook leaves them out: a test without an output may have passed."""
    for cell in checks_of(notebook):
        cell["metadata"]["tags"] = ["skip-execution"]


def say_that_checks_may_fail(notebook):
    """Tag the checks so that an error in them is expected."""
    for cell in checks_of(notebook):
        cell["metadata"]["tags"] = ["raises-exception"]


def hand_in_the_outputs(notebook):
    """Hand in checks with the outputs of checks that passed, a full mark among them."""
    for cell in checks_of(notebook):
        data = {"text/plain": ["100"]}
        cell["outputs"] = [{"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}]


def have_checks_that_are_no_code(notebook):
    """Make text of the checks, which cannot fail."""
    for cell in checks_of(notebook):
        cell["cell_type"] = "markdown"
        del cell["outputs"], cell["execution_count"]


def write_other_checks(notebook):
    """Write checks of one's own, unlocked, with the marks of the instructor's."""
    for cell in checks_of(notebook):
        cell["source"] = "pass"
        cell["metadata"]["nbgrader"] |= {"locked": False, "checksum": ""}


def raise_the_points(notebook):
    """Give each check a hundred points, and the first of them full marks."""
    for cell in checks_of(notebook):
        cell["metadata"]["nbgrader"]["points"] = 100
    checks_of(notebook)[0]["source"] = "pass"


def call_checks_answers(notebook):
    """Say that the checks are answers, to be marked by whoever wrote them."""
    for cell in checks_of(notebook):
        cell["metadata"]["nbgrader"] |= {"solution": True, "locked": False}
        cell["source"] = "1"


def delete_the_checks(notebook):
    """Delete the checks, so that nothing fails."""
    gone = checks_of(notebook)
    notebook["cells"] = [cell for cell in notebook["cells"] if cell not in gone]


def repeat_the_checks(notebook):
    """Hand in each check twice under one name, first one that passes."""
    for cell in checks_of(notebook):
        place = notebook["cells"].index(cell)
        notebook["cells"].insert(place, cell | {"id": f"first-{place}", "source": "pass"})


def check_before_the_answers(notebook):
    """Put the checks at the very end, after a cell in which `check` is another."""
    last = checks_of(notebook)
    others = [cell for cell in notebook["cells"] if cell not in last]
    another = {"cell_type": "code", "id": "another", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"] = [*others, another | {"source": "def check(*_, **__): pass"}, *last]


def ask_for_another_kernel(notebook):
    """Ask for a kernel that there is not, which cannot run a test that fails."""
    notebook["metadata"]["kernelspec"] = {"name": "no-such-kernel", "display_name": "None", "language": "python"}
