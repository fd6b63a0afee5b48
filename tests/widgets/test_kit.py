"""The kit: the bundle is what its sources make, and what it promises holds in every widget, two of a kind on one page included."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

from course import widgets
from course.widgets.base import EXPORTED, KIT

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "course/widgets/kit"
PACKAGES = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]

RNG = np.random.default_rng(8)
XOR = {"W1": [[1.0, -0.5], [0.5, 1.0]], "b1": [-0.25, -0.5], "W2": [[1.0], [-1.0]], "b2": [0.25]}
GRAPH = [("input", (), (), 0.0), ("linear", (0, 0), (2.0, 3.0), 0.0), ("square", (1,), (1.0,), 0.0)]
POINTS = RNG.uniform(-1, 1, (2, 20))
IMAGES = RNG.random((5, 64))
PROBABILITIES = RNG.dirichlet(np.ones(3), size=5)
LOSSES = 1 / (1 + np.arange(34) / 5)


def normal(*shape):
    """The same numbers whichever example is made first."""
    return np.random.default_rng([1, *shape]).normal(size=shape)


EXAMPLES = {
    "DropoutNetwork": lambda: widgets.DropoutNetwork([1.0, 0.5], normal(2, 3), np.ones(3), np.ones((3, 1)), [0.0]),
    "ErrorBrowser": lambda: widgets.ErrorBrowser(IMAGES, np.arange(5) % 3, PROBABILITIES, IMAGES - 0.5),
    "ExplainableAI": lambda: widgets.ExplainableAI(normal(64, 9), np.zeros(9), normal(9, 4), np.zeros(4), IMAGES),
    "FeedForward": lambda: widgets.FeedForward(**XOR),
    "GradientDescent": lambda: widgets.GradientDescent(),
    "MinibatchDescent": lambda: widgets.MinibatchDescent(*POINTS),
    "Neuron": lambda: widgets.Neuron([1.0, 0.5], -1.0),
    "Patience": lambda: widgets.Patience(LOSSES, LOSSES * 1.77, LOSSES),
    "Playground": lambda: widgets.Playground(),
    "RidgeCurve": lambda: widgets.RidgeCurve([(*POINTS, *POINTS)]),
    "Stepper": lambda: widgets.Stepper(GRAPH, [1.0], ["a", "m", "ℓ"], step=5, losses=[25.0, 4.0]),
    "Tangent": lambda: widgets.Tangent(),
    "VectorForm": lambda: widgets.VectorForm(POINTS[:, :3], np.ones((3, 2)), np.zeros(2), np.ones((2, 2))),
}
NAMES = [name for name in widgets.__all__ if name != "page"]


# The bundle


BUNDLES = sorted(SOURCES.parent.glob("*.bundle.js"))
ROOMS = [file.with_name(file.name.removesuffix(".bundle.js")) for file in BUNDLES]


def test_every_room_of_javascript_has_its_bundle():
    assert ROOMS == sorted(file.parent for file in SOURCES.parent.glob("*/index.js"))
    assert not [room for room in ROOMS if room.with_suffix(".js").exists()], "two files for one widget"


@pytest.mark.parametrize("bundle", BUNDLES, ids=[file.name for file in BUNDLES])
def test_the_bundle_is_of_these_sources(bundle):
    room = bundle.with_name(bundle.name.removesuffix(".bundle.js"))
    parts = [*sorted(room.iterdir()), ROOT / "package.json"]
    found = hashlib.sha256(b"".join(part.read_bytes() + b"\0" for part in parts)).hexdigest()
    made = re.search("sources sha256 (.*)", bundle.read_text(encoding="utf-8"))[1]
    assert made == found, "a source has changed since: run `make widgets`"


def test_every_package_stands_at_one_exact_version():
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in PACKAGES.values())
    for package, version in re.findall(r"^(\S+) (\S+): Copyright", KIT, re.MULTILINE):
        assert PACKAGES[package] == version
    assert f"esbuild {PACKAGES['esbuild']}" in KIT


def test_make_widgets_writes_these_very_bundles(tmp_path):
    if missing := [tool for tool in ("make", "node", "npm") if not shutil.which(tool)]:
        pytest.skip(f"needs {', '.join(missing)}")
    for room in ROOMS:
        shutil.copytree(room, tmp_path / "course/widgets" / room.name)
    for name in ("Makefile", "package.json"):
        shutil.copy(ROOT / name, tmp_path)
    patience = {"npm_config_fetch_retries": "0", "npm_config_fetch_timeout": "20000", "npm_config_update_notifier": "false"}
    run = subprocess.run(["make", "widgets"], cwd=tmp_path, env=os.environ | patience, capture_output=True, text=True, timeout=300)
    if run.returncode and not (tmp_path / "node_modules/esbuild").exists() and not re.search("ETARGET|ERESOLVE", run.stderr):
        pytest.skip(f"npm could not install: {run.stderr.strip()[-300:]}")
    assert run.returncode == 0, run.stderr
    for bundle in BUNDLES:
        assert (tmp_path / "course/widgets" / bundle.name).read_bytes() == bundle.read_bytes()
    installed = {json.loads(path.read_text())["name"] for path in (tmp_path / "node_modules").glob("*/package.json")}
    assert installed == set(PACKAGES), "every package is named, those that others bring included"


def test_without_node_make_widgets_says_what_it_needs(tmp_path):
    if not (make := shutil.which("make")):
        pytest.skip("needs make")
    for tool in ("sh", "make"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    command = [make, "-f", ROOT / "Makefile", "widgets"]
    run = subprocess.run(command, cwd=tmp_path, env={"PATH": str(tmp_path)}, capture_output=True, text=True)
    assert run.returncode and "make widgets needs node and npm" in run.stderr


def test_no_widget_loads_matplotlib():
    code = "import sys, course.widgets; print(*sorted({name.partition('.')[0] for name in sys.modules} & {'matplotlib', 'sklearn'}))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == ""


# Numbers and ticks


@pytest.fixture
def kit(shared_tab):
    """Evaluate an expression of the kit's functions."""
    return lambda expression: shared_tab.evaluate(f"(() => {{ {KIT.removesuffix(EXPORTED)}; return {expression}; }})()")


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("kit.fixed(-1.005)", "−1.00"),
        ("kit.fixed(-0.001)", "0.00"),
        ("kit.fixed(2.5, 0)", "3"),
        ("kit.fixed(1e12)", "1.0·10¹²"),
        ("kit.fixed(-Infinity)", "−Infinity"),
        ("kit.factor(-2)", "(−2.00)"),
        ("kit.factor(-0.001)", "0.00"),
        ("kit.brief(0.0123)", "0.012"),
        ("kit.brief(-1234)", "−1200"),
        ("kit.brief(0.000067)", "6.7·10⁻⁵"),
        ("kit.brief(0)", "0"),
    ],
)
def test_numbers_are_rounded_in_one_way(kit, expression, text):
    assert kit(expression) == text


@pytest.mark.parametrize(
    ("axis", "texts"),
    [
        ("kit.linear([0, 1.7531])", ["0.0", "0.5", "1.0", "1.5"]),
        ("kit.linear([0, 39], { whole: true, count: 8 })", ["0", "5", "10", "15", "20", "25", "30", "35"]),
        ("kit.linear([0, 2], { whole: true })", ["0", "1", "2"]),
        ("kit.linear([-2.2, 2.2])", ["−2", "−1", "0", "1", "2"]),
        ("kit.logarithmic([1e-6, 1e4])", ["10⁻⁶", "10⁻⁴", "10⁻²", "1", "10²", "10⁴"]),
        ("kit.logarithmic([10 ** -2.2, 10 ** 1.2])", ["10⁻²", "10⁻¹", "1", "10"]),
        ("kit.logarithmic([1, 1e3], { text: kit.counted })", ["1", "10", "100", "1000"]),
    ],
)
def test_ticks_are_round_numbers(kit, axis, texts):
    assert [text for _, text in kit(f"{axis}.ticks()")] == texts


def is_round(values):
    """Whether ticks are powers of ten, or as far apart as 1, 2, or 5 times one, and multiples of that."""
    step = np.diff(values)
    if (values > 0).all() and np.allclose(np.log10(values), np.round(np.log10(values))):
        return True
    return np.allclose(step, step[0]) and f"{step[0]:.6e}"[0] in "125" and np.allclose(values / step[0], np.round(values / step[0]))


CHARTS = ["DropoutNetwork", "FeedForward", "GradientDescent", "MinibatchDescent", "Patience", "Playground", "Stepper", "Tangent"]


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_has_round_ticks_and_titles(show, read_number, name):
    tab = show(EXAMPLES[name]())
    charts = tab.locator("svg.chart").all()
    assert charts
    for chart in charts:
        for kind in (".tick.last", ".tick:not(.last)"):
            texts = chart.locator(kind).all_text_contents()
            values = np.array([read_number(text) for text in texts])
            assert len(values) >= 3 and is_round(values), texts
        assert all(chart.locator("text:not(.tick)").nth(k).text_content() for k in (0, 1)), "each axis has a title"


def test_a_region_is_where_a_function_is_high_enough(kit):
    chart = "kit.chart(document.body, { width: 400, height: 400, x: kit.linear([-2, 2]), y: kit.linear([-2, 2]) })"
    everywhere, outer, inner, nowhere = kit(f"kit.regions({chart}, ([x, y]) => -Math.hypot(x, y), [-9, -1.5, -1, 9])")
    for path, radius in ((inner, 100), (outer, 150)):
        points = np.array(re.findall(r"([\d.]+) ([\d.]+)", path), float)
        np.testing.assert_allclose(np.hypot(*(points - 200).T), radius, atol=0.5)
    corners = np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", everywhere), float)
    assert nowhere == "" and (np.abs(corners - 200).max(axis=1) > 200).all(), "its border lies outside of the frame"


# Every widget


@pytest.fixture(scope="module", params=NAMES)
def shown(request, show_once):
    return show_once(EXAMPLES[request.param]())


@pytest.mark.parametrize("name", NAMES)
def test_ids_are_unique_where_a_widget_stands_twice(shared_tab, name):
    shared_tab.goto("about:blank")
    widget = EXAMPLES[name]()
    state = widget.get_state([key for key in widget.keys if not key.startswith("_")])
    twice = """async ([source, state]) => {
        for (const side of [0, 1]) {  // each a module of its own, as in a notebook
            const { default: widget, kit } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
            const el = document.body.appendChild(document.createElement("div"));
            widget.render({ model: kit.pageModel(state), el });
        }
        const names = [...document.querySelectorAll("[clip-path], [marker-end], [aria-labelledby]")].map((node) => {
            const [clip, tip, title] = ["clip-path", "marker-end", "aria-labelledby"].map((name) => node.getAttribute(name));
            const id = title ?? /#(.*)\\)/.exec(clip ?? tip)[1];
            return node.closest(".widget").contains(document.getElementById(id));
        });
        return [[...document.querySelectorAll("[id]")].map(({ id }) => id), names];
    }"""
    ids, own = shared_tab.evaluate(twice, [str(widget._esm), json.loads(json.dumps(state, default=str))])
    assert len(ids) >= 2 and len(set(ids)) == len(ids)
    assert len(own) >= 2 and all(own), "and each refers to its own"


PRESSES = """([keys, more]) => [...document.querySelectorAll(".widget :is(input, select, button, [tabindex='0'])")].flatMap((control) => {
    const heard = [];
    const down = ({ key, target }) => target.hasAttribute("data-lm-suppress-shortcuts") || heard.push(key);  // as Notebook 7 does
    const up = ({ key }) => heard.push(key);  // as JupyterLab does
    document.addEventListener("keydown", down, true);
    document.addEventListener("keydown", up);
    control.focus();
    for (const key of keys) control.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
    document.removeEventListener("keydown", down, true);
    document.removeEventListener("keydown", up);
    return control.matches("[type=text], :disabled") ? [] : [heard];
})"""
OWN_KEYS = ["ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "Home", "End", "PageUp", "PageDown", "Enter", " ", "r"]


def test_the_keys_of_a_widget_stay_in_it(shown):
    heard = shown.evaluate(PRESSES, [OWN_KEYS, {}])
    assert len(heard) >= 2 and heard == [[]] * len(heard)
    assert shown.evaluate(PRESSES, [OWN_KEYS[:4], {"shiftKey": True}])[0] == [], "a slider moves with these as well"
    for keys, more in ((["Enter"], {"shiftKey": True}), (["s", "ArrowUp"], {"ctrlKey": True}), (["j", "Tab"], {})):
        assert shown.evaluate(PRESSES, [keys, more])[0] == [key for key in keys for _ in range(2)], "shortcuts pass"


def test_what_is_typed_stays_in_the_field(show):
    tab = show(widgets.Stepper())
    tab.evaluate("document.heard = []; document.addEventListener('keydown', (event) => document.heard.push(event.key))")
    tab.get_by_label("Type a formula").press_sequentially("a*b+dd")
    assert tab.evaluate("document.heard") == []


def test_pictures_and_controls_have_a_text(shown):
    assert shown.locator("h1").get_attribute("id") == shown.locator(".widget").get_attribute("aria-labelledby")
    mute = """nodes => nodes.filter((node) => !node.ariaLabel && !node.innerText
            && !node.closest("[aria-hidden=true]") && !node.parentElement.closest("[aria-label]:is(button, [role=application])"))
        .map((node) => node.outerHTML.slice(0, 120))"""
    assert shown.eval_on_selector_all(".widget :is(svg, canvas, [role=button], button, [role=application])", mute) == []
    values = "sliders => sliders.map((slider) => [slider.ariaLabel, slider.ariaValueText, slider.nextSibling.textContent])"
    assert all(all(said) for said in shown.locator("input[type=range]").evaluate_all(values))


SMALLEST = """root => Math.min(...[...root.querySelectorAll("*:not(style, defs *, option)")].map((node) => {
    const isWritten = [...node.childNodes].some((part) => part.nodeType === Node.TEXT_NODE && part.data.trim());
    if (!(isWritten || node.matches("input[type=text]")) || !node.checkVisibility()) return Infinity;
    return parseFloat(getComputedStyle(node).fontSize) * (node.ownerSVGElement ? node.getScreenCTM().a : 1);
}))"""


def test_every_text_can_be_read_in_a_notebook_and_from_the_last_row(shown):
    """12 pixels in an output of JupyterLab, 600 wide; half as much again on a projector of 1280 by 720."""
    shown.set_viewport_size({"width": 648, "height": 900})
    assert shown.eval_on_selector(".widget", "root => root.clientWidth") == 600
    assert shown.eval_on_selector(".widget", SMALLEST) >= 12
    shown.set_viewport_size({"width": 1280, "height": 720})
    shown.keyboard.press("f")
    smallest = shown.eval_on_selector(".widget", SMALLEST)
    is_whole = shown.eval_on_selector(".widget", "root => root.scrollHeight <= 720 && root.scrollWidth <= 1280")
    shown.keyboard.press("f")
    assert smallest >= 18 and is_whole


def test_nothing_is_cut_off(shown):
    over = """root => [...root.querySelectorAll("text, p, label, output, td, th, .heading, li, button")].filter((node) => {
        const [box, frame] = [node, root].map((each) => each.getBoundingClientRect());
        return box.width && (box.left < frame.left - 1 || box.right > frame.right + 1);
    }).map((node) => node.textContent)"""
    for width in (600, 1280):
        shown.set_viewport_size({"width": width, "height": 720})
        assert shown.eval_on_selector(".widget", over) == []
        assert shown.evaluate("document.documentElement.scrollWidth") <= width


def test_jupyters_theme_counts_more_than_the_systems(shown):
    ink = "root => getComputedStyle(root).color"
    for system, light, colour in (("light", "false", "rgb(255, 255, 255)"), ("dark", "true", "rgb(0, 0, 0)")):
        shown.emulate_media(color_scheme=system)
        shown.evaluate(f"document.body.dataset.jpThemeLight = '{light}'")
        assert shown.eval_on_selector(".widget", ink) == colour


def test_nothing_keeps_somebody_out(shown):
    """By the rules of axe-core, in light and in dark."""
    shown.evaluate("delete document.body.dataset.jpThemeLight")
    for scheme in ("light", "dark"):
        shown.emulate_media(color_scheme=scheme)
        found = Axe().run(shown).response["violations"]
        told = [f"{one['id']}, {one['impact']}: {one['nodes'][0]['html'][:150]}" for one in found if one["impact"] != "minor"]
        assert not told, (scheme, told)
