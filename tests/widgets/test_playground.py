"""The playground: its numbers are those of numpy, of the course, and of the cell that it exports; and it can be played with."""

import json
from itertools import pairwise

import numpy as np
import pytest

import course
from course import SGD, Linear, Sequential, Tensor, l2_penalty, softmax_cross_entropy
from course.widgets import Playground
from course.widgets.playground import ACTIVATIONS, START

EXACT = {"rtol": 1e-10, "atol": 1e-10}
EVERYTHING = {"lam": 0.002, "keep_prob": 0.8, "momentum": 0.9, "epoch": 20}
SCHEDULE = [[7, 0.1, 0.01, 1.0, 0.1, 0.0, 1.0, 32, 0.9], [12, 0.02, 0.0, 0.5, 0.1, 0.0, 1.0, 32, 0.9]]
BATCHES = [
    [5, 0.05, 0.0, 1.0, 0.1, 0.0, 1.0, 1, 0.0],
    [9, 0.05, 0.01, 0.8, 0.1, 0.0, 1.0, 512, 0.95],
    [13, 0.05, 0.01, 0.8, 0.1, 0.0, 1.0, 64, 0.0],
]
REST = [0.0, 1.0, 0.05, 0.0, 1.0, 32, 0.9]  # of a row of the schedule
DRAWN = [[x / 10, y / 10, (x * y > 0) + (x > 9)] for x in range(-12, 13, 3) for y in range(-12, 13, 4)]


def state_of(widget):
    """What its page gets."""
    return {name: getattr(widget, name) for name in (*START, "drawn", "digits")}


# What Python refuses

STATES = [
    ("data", "sinus"), ("noise", np.nan), ("count", 5), ("seed", -1), ("batch_size", 2.5), ("lr", 0.0), ("lam", np.inf),
    ("keep_prob", 0), ("patience", True + 500), ("epoch", 10**6), ("compare", 1), ("momentum", 1.0),
    ("layers", [8, 0]), ("layers", [2] * 5), ("layers", [150, 60]), ("layers", 8), ("layers", [2.5]), ("layers", "88"),
    ("drawn", [[0, 0]]), ("drawn", [[0, np.nan, 1]]), ("drawn", [[0, 3, 1]]), ("drawn", [[0, 0, 3]]), ("drawn", [[0, 0, 0]] * 501),
    ("drawn", "here"), ("schedule", [[1, 2]]), ("schedule", SCHEDULE[::-1]),
    ("schedule", [[3, np.nan, 0, 1, 0.1, 0, 1, 32, 0.9]]), ("schedule", [[3, 0.1, 0, 1, 0.1, 0, 1, 2.5, 0.9]]),
    ("schedule", [[3, 0.1, 0, 1, 0.1, 0, 1]]), ("look", "3.1"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), STATES, ids=[f"{name}-{k}" for k, (name, _) in enumerate(STATES)])
def test_a_state_it_cannot_show(name, value):
    with pytest.raises(ValueError, match=rf"^{name} .*got"):
        Playground(**{name: value})
    widget = Playground()
    with pytest.raises(ValueError, match=rf"^{name} .*got"):
        setattr(widget, name, value)
    assert getattr(widget, name) == getattr(Playground(), name)


def test_numbers_of_numpy_become_pythons():
    widget = Playground(layers=np.array([3, 4]), drawn=np.array(DRAWN), schedule=np.array(SCHEDULE))
    json.dumps(state_of(widget))
    assert widget.layers == [3, 4] and widget.drawn[0][2] == 1 and widget.schedule == SCHEDULE


def test_every_preset_is_a_state():
    assert all(Playground(**preset) for preset in Playground.presets.values())


def test_few_points_cannot_be_split():
    with pytest.raises(ValueError, match="at least 4 points to split in three, got 1: draw more"):
        Playground(data="drawn", drawn=[[0, 0, 1]]).run()


# The mathematics, against the course and numpy


@pytest.mark.parametrize("data", ["moons", "spirals", "XOR", "circles", "digits", "drawn"])
def test_the_points_are_those_of_the_course(in_javascript, data):
    widget = Playground(data=data, drawn=DRAWN, seed=4)
    got = in_javascript(Playground, "Object.values(module.split(given)).slice(1).map(({ X, y }) => [[...X], [...y]])", state_of(widget))
    for (X, y), part in zip(got, widget.examples(), strict=True):
        np.testing.assert_allclose(np.reshape(X, (-1, 2)), part.X, **EXACT)
        np.testing.assert_array_equal(y, part.y)


STEPS = """(({ sizes, theta, X, y, M, activation, lr, lam, momentum, steps }) => {
    const [n, g, net, gradient] = [y.length, module.ACTIVATIONS[activation], module.network(sizes), module.network(sizes)];
    const [space, velocity] = [module.room(sizes, n), new Float64Array(theta.length)];
    net.theta.set(theta);
    M.forEach((mask, l) => space.M[l].set(mask));
    const found = [];
    for (let step = 0; step < steps; step += 1) {
        const scores = [...module.forward(net, X, n, g, space, true)];
        gradient.theta.fill(0);
        module.backward(net, X, y, n, g, space, gradient, { dropout: true });
        found.push([scores, [...gradient.theta]]);
        module.descend(net, gradient, velocity, { lr, lam, momentum });
    }
    return { found, theta: [...net.theta], figures: module.figures(net, { X, y, n }, g, space) };
})(given)"""


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_scores_gradients_and_steps_are_the_courses(in_javascript, in_node, activation):
    rng = np.random.default_rng(5)
    sizes, lam = [2, 5, 4, 3], 0.01
    X, y = rng.normal(size=(7, 2)), rng.integers(3, size=7)
    linears = [Linear(a, b, rng) for a, b in pairwise(sizes)]
    masks = [(rng.random((7, size)) < 0.7) / 0.7 for size in sizes[1:-1]]
    theta = np.concatenate([np.concatenate([layer.W.data.ravel(), layer.b.data]) for layer in linears])
    network, g = Sequential(*linears), ACTIVATIONS[activation]

    def scores(dropout):
        A = Tensor(X)
        for layer, mask in zip(linears, [*masks, None], strict=True):
            A = layer(A)
            if mask is not None:
                A = g()(A) if g else A
                A = A * mask if dropout else A
        return A

    optimizer = SGD(network.parameters(), lr=0.1, momentum=0.9)
    expected = []
    for _ in range(3):
        Z = scores(True)
        softmax_cross_entropy(Z, y).backward()
        expected.append([Z.data.ravel(), np.concatenate([p.grad.ravel() for p in network.parameters()])])
        (softmax_cross_entropy(scores(True), y) + l2_penalty(network, lam)).backward()
        optimizer.step()
    given = {
        "sizes": sizes, "theta": theta.tolist(), "X": X.ravel().tolist(), "y": y.tolist(), "M": [mask.ravel().tolist() for mask in masks],
        "activation": activation, "lr": 0.1, "lam": lam, "momentum": 0.9, "steps": 3,
    }  # fmt: skip
    for evaluate in (in_javascript, in_node):
        got = evaluate(Playground, STEPS, given)
        for found, wanted in zip(got["found"], expected, strict=True):
            for one, other in zip(found, wanted, strict=True):
                np.testing.assert_allclose(one, other, **EXACT)
        np.testing.assert_allclose(got["theta"], np.concatenate([p.data.ravel() for p in network.parameters()]), **EXACT)
        Z = scores(False).data
        assert got["figures"]["loss"] == pytest.approx(float(softmax_cross_entropy(Tensor(Z), y).data), abs=1e-10)
        assert got["figures"]["accuracy"] == pytest.approx((Z.argmax(axis=1) == y).mean())


def test_the_gradient_is_that_of_numpys_differences(in_node):
    widget = Playground(layers=[3], count=20)
    loss = """(({ state, theta }) => {
        const run = new module.Run(state);
        const { X, y, n } = run.data.training;
        const at = (numbers) => { run.net.theta.set(numbers); return module.figures(run.net, { X, y, n }, run.g, run.space).loss; };
        const nudged = theta.map((_, k) => [1, -1].map((s) => at(theta.map((x, i) => x + (i === k) * s * 1e-5))));
        at(theta);
        module.backward(run.net, X, y, n, run.g, run.space, run.gradient);
        return [[...run.gradient.theta], nudged];
    })(given)"""
    theta = np.random.default_rng(1).normal(size=17).tolist()
    gradient, nudged = in_node(Playground, loss, {"state": state_of(widget), "theta": theta})
    np.testing.assert_allclose(gradient, -np.diff(nudged, axis=1)[:, 0] / 2e-5, atol=1e-8)


@pytest.mark.parametrize("patience", [0, 1, 3, 10])
def test_it_stops_where_the_course_does(in_javascript, patience):
    losses = (1.2 - np.arange(40) / 20 + (np.arange(40) / 25) ** 2 + 0.03 * np.sin(3 * np.arange(40))).tolist()
    got = in_javascript(Playground, "module.stopping(...given)", [[9.0, *losses], patience])
    rule = course.EarlyStopping(patience or np.inf)
    stops = [rule(loss) for loss in losses]
    stopped = stops.index(True) if True in stops else 39
    rule = course.EarlyStopping(patience or np.inf)
    for loss in losses[: stopped + 1]:
        rule(loss)
    assert got == {"best": rule.best_epoch + 1, "epoch": stopped + 1, "early": True in stops}


RUNS = {
    "all at once": EVERYTHING,
    "changed on the way": EVERYTHING | {"schedule": SCHEDULE, "lr": 0.03},
    "batches and momentum changed on the way": EVERYTHING | {"schedule": BATCHES, "momentum": 0.5},
    "changed, and stopped early": EVERYTHING | {"schedule": BATCHES, "epoch": 60, "patience": 8, "data": "XOR", "noise": 0.6, "lr": 0.2},
    "ReLU, spirals": EVERYTHING | {"activation": "ReLU", "data": "spirals", "layers": [6, 5, 4], "noise": 0.05},
    "drawn": EVERYTHING | {"data": "drawn", "drawn": DRAWN, "batch_size": 5},
    "digits": EVERYTHING | {"data": "digits", "activation": "sigmoid", "batch_size": 512, "keep_prob": 1.0},
    "no hidden layer": EVERYTHING | {"data": "circles", "layers": [], "lam": 0.0},
    "stopped early": {"data": "XOR", "noise": 0.6, "count": 80, "epoch": 60, "patience": 6, "lr": 0.1, "batch_size": 8},
}
WHOLE = "(() => { const { losses, theta } = module.whole(given); return [losses, theta, module.asPython(given, 'A')]; })()"


@pytest.mark.parametrize("settings", RUNS.values(), ids=RUNS)
def test_the_exported_cell_repeats_the_run(in_node, settings):
    widget = Playground(**settings)
    losses, theta, text = in_node(Playground, WHOLE, state_of(widget))
    cell: dict = {}
    exec(text, cell)
    for network, history in ((cell["network"], cell["history"]), widget.run()):
        assert history.epochs == (widget.epoch if "patience" not in settings else history.best_epoch + 1 + widget.patience) > 10
        np.testing.assert_allclose(history.loss, losses["training"][1 : history.epochs + 1], **EXACT)
        np.testing.assert_allclose(history.validation_loss, losses["validation"][1 : history.epochs + 1], **EXACT)
        if not widget.patience:
            np.testing.assert_allclose(np.concatenate([p.data.ravel() for p in network.parameters()]), theta, **EXACT)
    assert max(map(len, text.splitlines())) <= 140 or settings.get("data") == "drawn"


def test_rounding_parts_a_run_that_jumps_about_and_the_cell_says_so(in_node):
    widget = Playground(batch_size=2, epoch=40)
    losses, _, text = in_node(Playground, WHOLE, state_of(widget))
    apart = np.abs(np.array(losses["training"][1:]) - widget.run()[1].loss)
    assert apart[:5].max() < 1e-12 and apart[-5:].max() > 1e-4
    assert "rounding grows, and after some epochs they part" in text


def test_the_other_run_has_its_own_settings(in_node):
    widget = Playground(compare=True, lam_b=0.01, lr_b=0.1, keep_prob_b=0.7, epoch=3)
    cell: dict = {}
    exec(in_node(Playground, "module.asPython(given, 'B')", state_of(widget)), cell)
    assert cell["optimizer"].lr == 0.1 and cell["optimizer"].weight_decay == 0.02 and cell["network"].layers[2].keep_prob == 0.7


def test_a_run_goes_back_exactly_however_little_is_kept(in_node):
    widget = Playground(**EVERYTHING | {"schedule": SCHEDULE})
    back = """(() => {
        const [run, settings] = [new module.Run(given), (epoch) => module.settingsAt(given, epoch, "A")];
        const go = (until) => { while (run.epoch < until) for (const _ of run.train(settings(run.epoch))); return [...run.net.theta]; };
        run.every = 8;
        const [at13, at20] = [go(13), go(20)];
        run.goBack(13, settings);
        return [at13, [...run.net.theta], run.losses.training.length, at20, go(20)];
    })()"""
    at13, again13, length, at20, again20 = in_node(Playground, back, state_of(widget))
    assert at13 == again13 and at20 == again20 and length == 14


# To be played with


def epoch_of(tab):
    return int(tab.locator(".player-row output").inner_text())


def wait_for_epoch(tab, epoch):
    tab.wait_for_function(f"Number(document.querySelector('.player-row output').textContent) >= {epoch}", timeout=60000)


def say(tab):
    return tab.locator(".status").inner_text()


def figures(tab, run=0):
    """The row of a run in the table: name, epoch, best, and loss and share of each set."""
    return tab.locator(".numbers tbody tr").nth(run).inner_text().split()


def state_in(tab):
    """What "Copy state" gives, as Python reads it."""
    tab.get_by_role("button", name="Copy state").click()
    tab.locator(".copied").wait_for()
    return eval(f"dict({tab.locator('.copied').inner_text()})")


def test_it_plays_and_pauses_where_it_is(show):
    tab = show(Playground())
    tab.keyboard.press(" ")
    wait_for_epoch(tab, 3)
    tab.keyboard.press(" ")
    reached = epoch_of(tab)
    tab.wait_for_timeout(200)
    assert epoch_of(tab) == reached >= 3 and f"After {reached} epochs," in say(tab)
    assert state_in(tab)["epoch"] == reached, "the address and Python are told"


def test_a_step_is_an_epoch_and_its_figures_are_the_courses(show):
    tab = show(Playground())
    for _ in range(3):
        tab.keyboard.press("ArrowRight")
    _, history = Playground(epoch=3).run()
    name, epoch, best, loss, right, *_ = figures(tab)
    assert (name, epoch, best) == ("A", "3", str(history.best_epoch + 1))
    assert (loss, right) == (f"{history.loss[-1]:.3f}", f"{100 * history.accuracy[-1]:.1f}")


def test_it_goes_back_and_on_to_the_same_numbers(show):
    tab = show(Playground(epoch=12))
    tab.locator(".widget[aria-busy=false]").wait_for()
    assert epoch_of(tab) == 12
    there = figures(tab)
    tab.get_by_label("epoch", exact=True).fill("5")
    assert figures(tab) != there and epoch_of(tab) == 5
    for _ in range(7):
        tab.keyboard.press("ArrowRight")
    assert figures(tab) == there
    tab.keyboard.press("r")
    assert epoch_of(tab) == 0 and state_in(tab)["epoch"] == 0


def test_what_is_changed_while_it_trains_holds_from_then_on(show):
    tab = show(Playground())
    for _ in range(4):
        tab.keyboard.press("ArrowRight")
    tab.get_by_label("λ (L2)").fill("-2")
    tab.get_by_label("P (keep)").fill("0.7")
    tab.locator("h1").click()
    for _ in range(3):
        tab.keyboard.press("ArrowRight")
    tab.get_by_label("η (rate)").fill("-2")
    tab.get_by_label("batch size").fill("3")
    tab.get_by_label("momentum").fill("0.5")
    tab.get_by_role("button", name="Step").click()
    state = state_in(tab)
    assert state["schedule"] == [[4, 0.05, 0, 1, 0.05, 0, 1, 32, 0.9], [7, 0.05, 0.01, 0.7, 0.05, 0, 1, 32, 0.9]]
    assert [state[name] for name in ("lam", "keep_prob", "lr", "batch_size", "momentum", "epoch")] == [0.01, 0.7, 0.01, 8, 0.5, 8]
    _, history = Playground(**state).run()
    assert figures(tab)[3] == f"{history.loss[-1]:.3f}"


def test_it_can_be_changed_while_it_runs(show):
    tab = show(Playground())
    tab.keyboard.press(" ")
    wait_for_epoch(tab, 3)
    tab.get_by_label("batch size").fill("7")
    wait_for_epoch(tab, epoch_of(tab) + 3)
    tab.get_by_label("λ (L2)").fill("-1.5")
    wait_for_epoch(tab, epoch_of(tab) + 3)
    tab.get_by_role("button", name="Pause").click()
    state = state_in(tab)
    [[first, *before], [second, *then]] = state["schedule"]
    assert 3 <= first < second < state["epoch"] and before == [0.05, 0, 1, 0.05, 0, 1, 32, 0.9] and then == [*before[:-2], 128, 0.9]
    assert figures(tab)[3] == f"{Playground(**state).run()[1].loss[-1]:.3f}"


def test_on_from_an_earlier_epoch_what_came_later_is_forgotten(show):
    tab = show(Playground(epoch=9, schedule=[[3, 0.1, *REST], [8, 0.2, *REST]]))
    wait_for_epoch(tab, 9)
    tab.get_by_label("epoch", exact=True).fill("5")
    tab.get_by_role("button", name="Step").click()
    state = state_in(tab)
    assert state["epoch"] == 6 and [row[:2] for row in state["schedule"]] == [[3, 0.1], [5, 0.2]]


STOPS = {"data": "XOR", "noise": 0.6, "count": 80, "patience": 6, "lr": 0.1, "batch_size": 8}


def test_it_stops_by_itself_and_the_best_is_back(show):
    tab = show(Playground(**STOPS))
    tab.get_by_role("button", name="Play").click()
    tab.wait_for_function("document.querySelector('.status').textContent.startsWith('Stopped')", timeout=60000)
    _, history = Playground(**STOPS, epoch=60).run()
    assert history.stopped == "early stopping" and epoch_of(tab) == history.epochs
    best = history.best_epoch + 1
    assert f"Stopped after epoch {history.epochs}: 6 epochs without a lower validation loss; epoch {best}, the best, is back." in say(tab)
    assert figures(tab)[1:4] == [str(best), str(best), f"{history.loss[best - 1]:.3f}"]
    band = tab.locator(".waiting").first
    assert float(band.get_attribute("width")) > 0
    tab.get_by_label("restore best").uncheck()
    assert figures(tab)[1] == str(history.epochs) and "its last weights stay" in say(tab)
    tab.get_by_role("button", name="Step").click()
    assert epoch_of(tab) == history.epochs, "it has stopped"
    tab.get_by_label("patience").fill("40")
    tab.get_by_role("button", name="Step").click()
    assert epoch_of(tab) == history.epochs + 1, "with more patience it goes on"


def test_the_test_set_is_locked_away_until_asked_for(show):
    tab = show(Playground(epoch=2))
    assert tab.locator(".numbers thead th").count() == 5 and not tab.locator(".test-loss").first.get_attribute("d")
    tab.get_by_label("test set").check()
    assert tab.locator(".numbers thead th").count() == 6 and tab.locator(".test-loss").first.get_attribute("d")


def test_two_runs_from_one_seed(show):
    tab = show(Playground(compare=True, lam_b=0.02))
    assert figures(tab, 0)[1:] == figures(tab, 1)[1:], "one start"
    for _ in range(4):
        tab.keyboard.press("ArrowRight")
    for run, lam in ((0, 0.0), (1, 0.02)):
        assert figures(tab, run)[3] == f"{Playground(epoch=4, lam=lam).run()[1].loss[-1]:.3f}"
    assert tab.locator("svg.chart").count() == 3 and tab.get_by_label("λ of B").is_visible()
    tab.get_by_label("run B", exact=True).uncheck()
    wait_for_epoch(tab, 4)
    assert not tab.get_by_label("λ of B").is_visible() and tab.locator(".numbers tbody tr").count() == 1


def test_points_are_drawn_by_pointer_and_by_keys(show):
    tab = show(Playground())
    tab.get_by_label("Data").select_option("drawn")
    assert "Too few points" in say(tab)
    pad = tab.locator(".pad")
    box = pad.bounding_box()
    at = lambda x, y: (box["x"] + x * box["width"], box["y"] + y * box["height"])  # noqa: E731
    tab.mouse.move(*at(0.2, 0.2))
    tab.mouse.down()
    tab.mouse.move(*at(0.2, 0.6), steps=12)
    tab.mouse.up()
    stroke = len(state_in(tab)["drawn"])
    assert 8 <= stroke <= 13 and {row[2] for row in state_in(tab)["drawn"]} == {0}
    tab.get_by_label("Draw class").select_option("2")
    pad.focus()
    for key in ("ArrowRight", "ArrowRight", "Enter", "ArrowUp", "Enter"):
        tab.keyboard.press(key)
    drawn = state_in(tab)["drawn"]
    assert len(drawn) == stroke + 2 and drawn[-1] == pytest.approx([drawn[-2][0], drawn[-2][1] + 0.1, 2])
    tab.get_by_role("button", name="Undo").click()
    assert len(state_in(tab)["drawn"]) == stroke + 1
    tab.get_by_role("button", name="Step").click()
    assert figures(tab)[3] == f"{Playground(**state_in(tab)).run()[1].loss[-1]:.3f}"
    tab.get_by_role("button", name="Clear").click()
    assert "Too few points" in say(tab) and tab.locator(".numbers table").count() == 0
    tab.keyboard.press(" ")
    assert epoch_of(tab) == 0


def test_layers_and_nodes(show):
    tab = show(Playground(layers=[150], epoch=1))
    tab.get_by_label("nodes of hidden layer 1").fill("999")
    tab.keyboard.press("Enter")
    tab.get_by_label("nodes of hidden layer 1").blur()
    assert state_in(tab)["layers"] == [200] and tab.get_by_label("add a hidden layer").is_disabled()
    tab.get_by_label("nodes of hidden layer 1").fill("3")
    tab.get_by_label("nodes of hidden layer 1").blur()
    tab.get_by_label("add a hidden layer").click()
    assert state_in(tab)["layers"] == [3, 4] and epoch_of(tab) == 0
    assert tab.locator("rect.node").count() == 2 + 3 + 4 + 2
    tab.get_by_label("Plane", exact=True).select_option("2.4")
    assert state_in(tab)["look"] == "2.4" and tab.locator("rect.chosen").count() == 1
    tab.get_by_label("remove the last hidden layer").click()
    tab.get_by_label("remove the last hidden layer").click()
    tab.get_by_role("button", name="Step").click()
    assert state_in(tab)["layers"] == [] and epoch_of(tab) == 1


@pytest.mark.parametrize("preset", Playground.presets)
def test_presets_can_be_played(show, preset):
    tab = show(Playground())
    tab.get_by_role("button", name=preset, exact=True).click()
    tab.get_by_role("button", name="Step").click()
    state = state_in(tab)
    assert state["epoch"] == 1 and {name: state[name] for name in START} == Playground.presets[preset] | {"epoch": 1}
    assert figures(tab)[3] == f"{Playground(**Playground.presets[preset] | {'epoch': 1}).run()[1].loss[-1]:.3f}"


def test_a_preset_starts_anew_whatever_was_changed(show):
    tab = show(Playground(lr=0.3, epoch=5))
    wait_for_epoch(tab, 5)
    tab.get_by_role("button", name="moons", exact=True).click()
    state = state_in(tab)
    assert (state["schedule"], state["lr"], state["epoch"]) == ([], 0.05, 0)
    tab.get_by_role("button", name="Step").click()
    assert figures(tab)[3] == f"{Playground(epoch=1).run()[1].loss[-1]:.3f}"


def test_a_link_that_holds_what_python_refuses(show):
    tab = show(Playground())
    link = "#layers=[5000]&count=1e9&data=%22sinus%22&activation=%22relu%22&keep_prob=-1&drawn=[[9,9,9]]&batch_size=0.3"
    tab.goto(f"{tab.url}{link}&schedule=[[9,0.1,0,1,0.1,0,1,0,0.9]]")
    tab.reload()
    tab.locator("#widget svg").first.wait_for()
    tab.get_by_role("button", name="Step").click()
    state = state_in(tab)
    assert state["schedule"] == [] and state["batch_size"] == 32
    assert state["layers"] == [8, 8] and state["count"] == 400 and state["data"] == "moons" and state["keep_prob"] == 1.0
    assert Playground(**state).epoch == 1


def test_what_python_sets_is_trained(tab):
    tab.goto("about:blank")
    widget = Playground()
    tab.evaluate(
        """async ([source, state]) => {
            const { default: widget, kit } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
            window.model = kit.pageModel(state);
            window.close = widget.render({ model: window.model, el: document.body });
        }""",
        [str(widget._esm), state_of(widget) | {"frame": widget.frame}],
    )
    tab.evaluate("model.set('layers', [3])")
    tab.evaluate("model.set('epoch', 4)")
    wait_for_epoch(tab, 4)
    tab.evaluate("model.set('lam', 0.5)")
    assert tab.evaluate("model.get('schedule')") == [[4, 0.05, *REST]]
    tab.evaluate("model.set('epoch', 5)")
    wait_for_epoch(tab, 5)
    _, history = Playground(layers=[3], epoch=5, lam=0.5, schedule=[[4, 0.05, *REST]]).run()
    assert figures(tab)[3] == f"{history.loss[-1]:.3f}"
    tab.evaluate("window.close(); model.set('epoch', 9)")
    tab.wait_for_timeout(200)
    assert epoch_of(tab) == 5, "closed, it listens no longer"


def test_drawn_in_a_folded_section_it_wakes_up_when_that_is_opened(tab):
    tab.goto("about:blank")
    widget = Playground(epoch=4)
    tab.evaluate(
        """async ([source, state]) => {
            const { default: widget, kit } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
            window.folded = document.createElement("div");
            widget.render({ model: kit.pageModel(state), el: window.folded });
        }""",
        [str(widget._esm), state_of(widget) | {"frame": widget.frame}],
    )
    tab.wait_for_timeout(100)
    tab.evaluate("document.body.append(folded)")
    wait_for_epoch(tab, 4)
    assert figures(tab)[3] == f"{widget.run()[1].loss[-1]:.3f}"
    tab.evaluate("folded.remove()")
    tab.wait_for_timeout(100)
    tab.evaluate("document.body.append(folded)")
    tab.get_by_role("button", name="Step").click()
    assert epoch_of(tab) == 5


def test_too_long_steps_are_told(show):
    tab = show(Playground(lr=3.0, activation="ReLU", lam=1.0))
    tab.get_by_role("button", name="Play").click()
    tab.wait_for_function("document.querySelector('.status').textContent.includes('no longer a number')", timeout=60000)
    assert tab.get_by_role("button", name="Play").is_visible()
    tab.keyboard.press("r")
    assert "After 0 epochs" in say(tab)


def test_the_cell_is_shown_and_copied(show):
    tab = show(Playground(epoch=2, compare=True, lam_b=0.1))
    wait_for_epoch(tab, 2)
    tab.get_by_role("button", name="Export as Python").click()
    tab.locator("pre").wait_for()  # the clipboard is asked first
    text = tab.locator("pre").inner_text()
    assert "run A: 2 epochs" in text and "run B: 2 epochs" in text and "weight_decay=2 * 0.1)" in text
    tab.get_by_role("button", name="Step").click()
    assert not tab.locator("pre").is_visible()


LARGEST = [{}, Playground.presets["λ against it"] | {"patience": 25}, {"data": "digits", "layers": [100, 100]}]


@pytest.mark.parametrize("settings", LARGEST)
def test_nothing_is_cut_off_before_a_room(show, settings):
    epoch = 100 if settings.get("patience") else 3
    tab = show(Playground(**settings | {"epoch": epoch}))
    wait_for_epoch(tab, epoch)
    tab.set_viewport_size({"width": 1280, "height": 720})
    assert tab.evaluate("document.documentElement.scrollHeight") <= 720, "on a page"
    tab.keyboard.press("f")
    assert tab.locator(".widget").evaluate("root => root.scrollHeight <= 720 && root.scrollWidth <= 1280")


def test_both_planes_are_of_one_size(show):
    tab = show(Playground(compare=True))
    tab.set_viewport_size({"width": 1280, "height": 720})
    one, other = (tab.locator("svg.chart foreignObject").nth(k).bounding_box() for k in (0, 1))
    assert one["width"] == pytest.approx(other["width"], rel=0.02)


def test_its_still_picture_is_of_the_epoch():
    picture = Playground(epoch=5, keep_prob=0.8).still()
    _, history = Playground(epoch=5, keep_prob=0.8).run()
    assert f"5 epochs; the lowest validation loss is {min(history.validation_loss):.3g}" in picture.caption
    assert "Before training." in Playground().still().caption
    assert Playground(data="drawn").still() is None


# The pictures


def test_lines_lie_where_a_function_is_zero(in_node):
    x, y = np.meshgrid(*[np.arange(40)] * 2)
    f = 12 - np.hypot(x - 20, y - 18)
    ends = np.array(in_node(Playground, "module.zeroLines(given, 40)", f.ravel().tolist()))
    np.testing.assert_allclose(np.hypot(ends[..., 0] - 20, ends[..., 1] - 18), 12, atol=0.05)
    lengths = np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1)
    assert lengths.sum() == pytest.approx(2 * np.pi * 12, rel=0.01), "all the way round"
    assert in_node(Playground, "module.zeroLines(given, 3)", [1.0] * 9) == []


@pytest.mark.parametrize("sizes", [[2, 2], [2, 8, 8, 2], [2, 16, 3], [2, 200, 2], [2, 50, 50, 50, 50, 3]])
def test_nodes_stand_apart_and_inside_the_picture(in_node, sizes):
    layers = in_node(Playground, "module.placesOf(given)", sizes)
    assert [len(layer) for layer in layers] == sizes
    nodes = [place for layer in layers for place in layer]
    x, y, side = (np.array([node[key] for node in nodes]) for key in ("x", "y", "side"))
    assert (x - side / 2 >= 0).all() and (x + side / 2 <= 560).all() and (y - side / 2 >= 0).all() and (y + side / 2 <= 356).all()
    apart = np.maximum(np.abs(x[:, None] - x), np.abs(y[:, None] - y)) + 1000 * np.eye(len(x))
    assert (apart > (side[:, None] + side) / 2).all() and side.min() > 8


INK_BETWEEN = """({ x1, x2 }) => {
    const canvas = document.querySelector("svg:not(.chart) > foreignObject > canvas");
    const scale = canvas.width / 560;
    const { data } = canvas.getContext("2d").getImageData(scale * x1, 0, scale * (x2 - x1), canvas.height);
    return data.filter((value, k) => k % 4 === 3 && value > 60).length / (scale * (x2 - x1));
}"""


@pytest.mark.parametrize(("layers", "drawn"), [([16], True), ([16, 16], True), ([17, 4], False), ([4, 17], True)])
def test_weights_are_lines_up_to_16_nodes_and_words_say_what_is_left_out(show, in_node, layers, drawn):
    tab = show(Playground(layers=layers, epoch=2))
    wait_for_epoch(tab, 2)
    first, second = in_node(Playground, "module.placesOf(given)", [2, *layers, 2])[:2]
    ends = [max(node["x"] + node["side"] for node in first), min(node["x"] - node["side"] for node in second)]
    ink = tab.evaluate(INK_BETWEEN, dict(zip(("x1", "x2"), ends, strict=True)))
    assert (ink > 10) == drawn, "dots in a column"
    words = "no lines to and from layers of more than 16 nodes"
    picture = tab.locator("svg[role=img]:not(.chart)")
    assert (words in picture.text_content()) == (words in picture.get_attribute("aria-label")) == (17 in layers)


def test_the_share_of_right_points_can_be_guessed_first(show):
    tab = show(Playground(epoch=3))
    wait_for_epoch(tab, 3)
    tab.get_by_role("button", name="Guess first").click()
    assert not tab.locator(".status").is_visible() and not tab.locator(".numbers").is_visible()
    tab.get_by_label("Your guess").fill("80")
    tab.keyboard.press("Enter")
    _, history = Playground(epoch=3).run()
    assert f"It is {100 * history.validation_accuracy[-1]:.2g}, your guess was 80" in tab.locator(".guess").inner_text()
    assert tab.locator(".status").is_visible()


# What the units say of it

OVERFIT = Playground.presets["overfitting"]
UNTIL_200 = {"schedule": [[200, 0.03, 0.0, 1.0, 0.03, 0.0, 1.0, 16, 0.9]]}


def share_right(layers, seed):
    return Playground(**Playground.presets["XOR, 2 nodes"] | {"epoch": 60, "layers": layers, "seed": seed}).run()[1].accuracy[-1]


def test_units_01_and_06_two_nodes_find_xor_from_most_starts():
    two, six, none = ([share_right(layers, seed) for seed in range(8)] for layers in ([2], [6], []))
    assert two[0] == 0.985 and sorted(two)[1] < 0.76 < 0.97 < sorted(two)[2]
    assert min(six) > 0.97 and max(none) < 0.8


def test_unit_07_a_late_penalty_undoes_overfitting():
    training, validation = losses_of(OVERFIT | UNTIL_200 | {"epoch": 260, "lam": 0.01})
    assert validation[:200].argmin() == 64 and validation[64].round(2) == 0.27 and validation[199] > 2 * validation[64]
    assert validation[239] < 0.3 and validation[259] < 1.05 * validation[64]
    assert [training[199].round(2), training[239].round(2)] == [0.22, 0.28]


def test_unit_08_late_dropout_lifts_the_training_loss_and_lowers_the_validation_loss():
    training, validation = losses_of(OVERFIT | UNTIL_200 | {"epoch": 240, "keep_prob": 0.5})
    assert [training[199].round(2), training[209].round(2)] == [0.22, 0.35] and training[200:].min() > training[199]
    assert [validation[199].round(2), validation[239].round(2)] == [0.58, 0.33]


@pytest.mark.parametrize(("patience", "stopped", "best", "lowest"), [(5, 9, 4, 0.34), (25, 90, 65, 0.27), (50, 115, 65, 0.27)])
def test_unit_09_patience_gets_over_a_bump_or_does_not(patience, stopped, best, lowest):
    _, history = Playground(**OVERFIT | {"epoch": 200, "patience": patience}).run()
    assert (history.epochs, history.best_epoch + 1, history.stopped) == (stopped, best, "early stopping")
    assert round(min(history.validation_loss), 2) == lowest
    assert stopped < 90 or round(history.validation_loss[89], 2) == 0.34


def losses_of(settings):
    """Training and validation losses, the first after epoch 1."""
    history = Playground(**settings).run()[1]
    return np.array(history.loss), np.array(history.validation_loss)
