"""Attacks on what runs a notebook and marks it elsewhere: the course's own check, IPython, nbgrader, and what lies around a class.

Some of them earn full marks where a notebook is run in an ordinary kernel. Behind the wall there is nothing of what they attack.
"""


def leave_the_check_out():
    """Put a function that says nothing in the place of `check`."""
    import course

    course.check = globals()["check"] = lambda *_, **__: None
    return lambda name, inputs: None


def have_every_verdict_pass():
    """Have the course's own check come to the verdict that all is right."""
    import course.checking
    from course.judging.verdict import Verdict

    course.checking.grade_here = lambda exercise, *_: Verdict.alike(exercise, "passed", "")
    return lambda name, inputs: None


def have_every_comparison_agree():
    """Have the course's own judge find no difference between any two values."""
    import course.judging.grading as grading

    grading.wrong_reply = grading.wrong_value = lambda *_, **__: None
    return lambda name, inputs: inputs[0]


def fail_without_an_error():
    """Have a check that fails raise what nobody takes for an error."""
    import course.checking

    course.checking.CheckFailed = type("Nothing", (SystemExit,), {})
    return lambda name, inputs: None


def bring_the_right_answer():
    """Run the course's own right answer, found where its autograder makes sample classes of them."""
    from autograder import sample
    from course.units import UNITS

    right = {}
    for unit in UNITS.names:
        for source in sample.model_answers(unit).values():
            exec("import numpy as np\n" + source, right)
    return lambda name, inputs: right[name](*inputs)


def drop_what_may_fail():
    """Have IPython take every assertion and every call of `check` out of a cell before it is compiled."""
    import ast

    class Dropping(ast.NodeTransformer):
        def visit_Assert(self, node):
            return ast.copy_location(ast.Pass(), node)

        def visit_Expr(self, node):
            is_check = isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "check"
            return ast.copy_location(ast.Pass(), node) if is_check else node

    get_ipython().ast_transformers.append(Dropping())  # noqa: F821
    return lambda name, inputs: None


def rewrite_cells():
    """Have IPython read every later cell as an empty one."""
    get_ipython().input_transformers_cleanup.append(lambda lines: [])  # noqa: F821
    return lambda name, inputs: None


def rewrite_checks():
    """Have IPython read every later cell that calls `check` as an empty one."""
    get_ipython().input_transformers_cleanup.append(lambda lines: [] if lines and lines[0].startswith("check(") else lines)  # noqa: F821
    return lambda name, inputs: None


def handle_every_error():
    """Register a handler of one's own for every error, which says nothing."""
    get_ipython().set_custom_exc((BaseException,), lambda *_, **__: None)  # noqa: F821
    return lambda name, inputs: None


def show_no_traceback():
    """Have IPython show no traceback, so that no error is among a cell's outputs."""
    get_ipython().showtraceback = lambda *_, **__: None  # noqa: F821
    return lambda name, inputs: None


def show_a_mark():
    """Show a number before each cell is run: a test cell that shows a number gives that many points."""

    def show():
        content = {"data": {"text/plain": "1"}, "metadata": {}, "execution_count": 1}
        kernel = get_ipython().kernel  # noqa: F821
        kernel.send_response(kernel.iopub_socket, "execute_result", content)

    get_ipython().events.register("pre_run_cell", show)  # noqa: F821
    return lambda name, inputs: None


def run_nothing():
    """Have the kernel say of every later cell that it has run."""
    kernel = get_ipython().kernel  # noqa: F821

    async def nothing(*_, **__):
        return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}

    kernel.do_execute = nothing
    return lambda name, inputs: None


def end_the_kernel():
    """End Python before a single test is run: a test without an output may have passed."""
    import os

    os._exit(0)


def ask_the_kernel_to_end():
    """Ask the kernel politely to end, as `exit` does in a notebook."""
    get_ipython().ask_exit()  # noqa: F821
    return lambda name, inputs: None


def copy_the_instructors_source():
    """Run what stands in the instructor's own notebook, which lies where nbgrader runs students' code."""
    import glob
    import json

    right = {}
    for path in glob.glob("../../../source/*/*.ipynb"):
        with open(path, encoding="utf-8") as file:
            cells = json.load(file)["cells"]
        for text in ("".join(cell["source"]) for cell in cells):
            if "BEGIN SOLUTION" in text:
                exec("import numpy as np\n" + text, right)
    return lambda name, inputs: right[name](*inputs)


def copy_a_fellow_student():
    """Run the answers that somebody else has handed in, found among all submissions."""
    import contextlib
    import glob
    import json

    right = {}
    for path in sorted(glob.glob("../../../submitted/*/*/*.ipynb")):
        with open(path, encoding="utf-8") as file:
            cells = json.load(file)["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        if not any("cheat" in text for text in texts):
            for text in filter(lambda text: text.startswith(("def ", "class ")), texts):
                with contextlib.suppress(Exception):
                    exec("import numpy as np\n" + text, right)
    return lambda name, inputs: right[name](*inputs)


def write_into_the_gradebook():
    """Write full marks by hand into nbgrader's database, which lies beside the class."""
    import sqlite3

    with sqlite3.connect("file:../../../gradebook.db?mode=rw", uri=True) as gradebook:
        gradebook.execute("UPDATE grade SET manual_score = 100")
    gradebook.close()
    return lambda name, inputs: None


def leave_a_clerk_behind():
    """Leave a process behind that writes into the gradebook once the marks stand there."""
    import os
    import subprocess
    import sys

    clerk = """
import sqlite3, sys, time
for _ in range(300):
    time.sleep(0.1)
    with sqlite3.connect(f"file:{sys.argv[1]}?mode=rw", uri=True) as gradebook:
        marked = gradebook.execute("SELECT count(*) FROM grade WHERE auto_score IS NOT NULL").fetchone()[0]
        if marked:
            gradebook.execute("UPDATE grade SET manual_score = 100")
            break
"""
    gradebook = os.path.abspath("../../../gradebook.db")
    subprocess.Popen([sys.executable, "-c", clerk, gradebook], start_new_session=True, stdout=-3, stderr=-3)
    return lambda name, inputs: None


def shadow_the_course():
    """Write a module `course` beside the notebook, whose check says nothing, and import it in place of the true one."""
    import sys

    with open("course.py", "w") as file:
        file.write("def check(*_, **__): pass\n")
    for name in [name for name in sys.modules if name.split(".")[0] == "course"]:
        del sys.modules[name]
    sys.path.insert(0, "")
    from course import check

    globals()["check"] = check
    return lambda name, inputs: None
