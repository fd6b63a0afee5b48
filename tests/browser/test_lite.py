"""The course in the browser, in headless Chromium that reaches this machine alone: written, checked, kept, exported, imported, graded.

All tests share one visit, since Python takes half a minute to start: the first opens the unit, the later ones go on in the same browser.
"""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import BrowserContext

from autograder import batch
from autograder import release as releasing
from autograder.instance import Instance
from benchmarks.lite import PATIENCE, Open, answers, browser, served, text_of
from website import lite, pyodide

UNIT = "05_vector_form"
PYODIDE = Path(sys.prefix) / ".pyodide"  # where `make pyodide` puts it
WRONG = "def linear_backward(upstream, X, W):\n    return upstream @ W.T, X.T @ upstream, upstream.mean(axis=0)\n"
ENDLESS = "def linear_backward(upstream, X, W):\n    while True:\n        pass\n"
WIDGET = "from course.widgets import Tangent\nwidget = Tangent()\nwidget"

pytestmark = pytest.mark.site


def errors(outputs: list[dict]) -> list[str]:
    """What went wrong, or was said on stderr."""
    return [text_of([one]) for one in outputs if one["output_type"] == "error" or one.get("name") == "stderr"]


class Visit(NamedTuple):
    """A browser on the site, with the unit open in it."""

    context: BrowserContext
    address: str
    unit: Open

    def opened(self, name: str, *, python: bool = False) -> Open:
        """Another page, with a notebook."""
        return Open(self.context, self.address, name, python=python)


@pytest.fixture(scope="module")
def release() -> Path:
    return pyodide.found(PYODIDE)


@pytest.fixture(scope="module")
def visit(release, tmp_path_factory) -> Iterator[Visit]:
    """The site as it is published, with this machine as the CDN; and Chromium, which reaches no other."""
    site = tmp_path_factory.mktemp("site") / "lite"
    with served(release) as (cdn, _), pytest.MonkeyPatch.context() as patched:
        patched.setattr(lite, "cdn", lambda: f"{cdn}/")
        lite.build(site)
        with served(site) as (address, _), browser(tmp_path_factory.mktemp("profile")) as (context, outside):
            yield Visit(context, address, Open(context, address, f"{UNIT}.ipynb"))
    assert not outside, f"asked of other machines: {outside}"


def test_the_release_is_the_one_that_was_listed(release, tmp_path):
    pyodide.copy(release, tmp_path, {"packages": pyodide.RELEASE["packages"]})


def test_while_python_is_loaded_its_progress_is_shown_and_then_that_it_is_ready(visit):
    card = visit.unit.page.locator("#course-status")
    assert "Python is ready, after" in card.inner_text() and "kept in this browser" in card.inner_text()
    told = visit.unit.told()
    assert {one["state"] for one in told[:-1]} == {"loading"} and told[-1]["state"] == "starting"
    loaded = [one["loaded"] for one in told]
    assert loaded == sorted(loaded) and loaded[0] == 0 and loaded[-1] == told[-1]["whole"] > 20e6


def test_what_runs_is_what_was_listed(visit):
    code = "import sys, numpy, matplotlib; print(sys.version.split()[0], numpy.__version__, matplotlib.__version__)"
    listed = [pyodide.RELEASE["packages"][name]["version"] for name in ("numpy", "matplotlib")]
    assert text_of(visit.unit.run_new(code)).split() == [pyodide.RELEASE["info"]["python"], *listed]


def test_answers_are_checked_right_wrong_and_not_written(visit):
    unit, right = visit.unit, answers(UNIT)
    for cell in [cell for cell in unit.cells() if cell.type == "code"][:2]:  # which import
        assert not errors(unit.run(cell.place))
    place = unit.place("linear_backward")
    assert "not written" in text_of(unit.run(place) + unit.run(place + 1))
    unit.run(place, WRONG)
    assert "averaged over the batch" in text_of(unit.run(place + 1))
    unit.run(place, right["linear_backward"])
    assert not errors(unit.run(place + 1))


def test_an_answer_that_never_ends_is_stopped_and_told_so(visit):
    place = visit.unit.place("linear_backward")
    visit.unit.run_new("import course.checking; course.checking.SECONDS = 1.0")
    visit.unit.run(place, ENDLESS)
    assert "it took longer than 1 seconds, and was stopped" in text_of(visit.unit.run(place + 1))
    visit.unit.run(place, answers(UNIT)["linear_backward"])
    assert not errors(visit.unit.run(place + 1))


def test_a_figure_is_drawn_and_nothing_is_said_of_fonts(visit):
    shown = visit.unit.run_new("import numpy as np\nfrom course import plots\nplots.chord('x²', np.square, lambda x: 2 * x, 1.0, 0.5)")
    assert not errors(shown) and "<img" in "".join(shown[-1]["data"]["text/html"])


def test_a_widget_is_dragged_and_python_knows(visit):
    page = visit.unit.page
    visit.unit.run_new(WIDGET)
    slider = page.locator(".widget input[type=range]").first
    slider.evaluate("(node) => node.scrollIntoView({ block: 'center' })")
    box = slider.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    assert text_of(visit.unit.run_new("print((widget.x, widget.h, widget.zoom) != (1, 1, 0))")) == "True\n"


def test_an_answer_is_kept_beside_the_notebook_and_replaced_there(visit):
    for name in ("linear_forward", "relu_backward"):
        visit.unit.run(visit.unit.place(name), answers(UNIT)[name])
    assert "Kept in my_network.py" in text_of(visit.unit.run_new("from course import keep\nkeep(linear_backward)"))
    assert "Kept in my_network.py" in text_of(visit.unit.run_new("keep(linear_forward, relu_backward)"))


def test_what_is_downloaded_is_graded(visit, tmp_path):
    for name, source in answers(UNIT).items():
        visit.unit.run(visit.unit.place(name), source)
    visit.unit.run_new("# mine")
    visit.unit.save()
    handed_in = visit.unit.downloaded(tmp_path)
    assert handed_in.name == f"{UNIT}.ipynb"
    instance = Instance.create(tmp_path / "class")
    batch.add_sources(instance)
    releasing.release(instance, UNIT)
    place = instance.submitted("ada", UNIT)
    place.parent.mkdir(parents=True)
    shutil.copy(handed_in, place)
    [report] = batch.grade(instance, UNIT).reports
    outcomes = {one["name"]: one["outcome"] for one in report.summary()["exercises"]}
    assert {outcomes[name] for name in answers(UNIT)} == {"passed"}


def test_what_was_kept_and_saved_is_there_in_other_pages(visit):
    visit.unit.page.close()
    later = visit.opened("06_training.ipynb", python=True)
    assert "your linear_backward" in text_of(later.run_new("from course import mine, whose\nprint(whose(mine('linear_backward')))"))
    assert visit.opened(f"{UNIT}.ipynb").cells()[-1].source == "# mine"


def test_a_notebook_from_elsewhere_is_brought_in(visit, tmp_path):
    elsewhere = json.loads((lite.NOTEBOOKS / f"{UNIT}.ipynb").read_text(encoding="utf-8"))
    elsewhere["cells"][0]["source"] = "# From elsewhere"
    (tmp_path / "elsewhere.ipynb").write_text(json.dumps(elsewhere), encoding="utf-8")
    page = visit.context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{visit.address}/tree/index.html")
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Upload").first.click()
    chosen.value.set_files(tmp_path / "elsewhere.ipynb")
    page.get_by_text("elsewhere.ipynb").first.wait_for()
    assert visit.opened("elsewhere.ipynb").cells()[0].source == "# From elsewhere"
