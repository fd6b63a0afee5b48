"""The mini-batch widget: its JavaScript computes what numpy computes, and its sliders move what they name."""

import numpy as np
import pytest

from course.widgets import MinibatchDescent

SCRIPT = str(MinibatchDescent._esm)
IMPORT = 'const js = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));'


def points(n=20):
    rng = np.random.default_rng(0)
    x = rng.normal(0.5, 1, size=n)
    return x, 1.2 * x - 0.5 + rng.normal(scale=0.5, size=n)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"x": [1.0, 1.0, 1.0, 1.0], "y": [1.0, 2.0, 3.0, 4.0]}, "not constant"),
        ({"start": (1, 2, 3)}, "two numbers"),
        ({"batch_size": 21}, r"batch_size in 1\.\.20"),
        ({"momentum": 1.0}, "momentum"),
    ],
)
def test_what_makes_no_sense_is_refused(change, reason):
    x, y = points()
    with pytest.raises(ValueError, match=reason):
        MinibatchDescent(**{"x": x, "y": y} | change)


def test_javascript_descends_as_numpy_does(tab):
    x, y = points()
    got = tab.evaluate(
        f"""async ([source, x, y]) => {{ {IMPORT}
            const found = js.batches(20, 6, 9, js.kit.generator(5));
            const path = js.descend({{ x, y }}, [-1, 2], found, 0.1, 0.8);
            return {{ found, path, bowl: js.bowl({{ x, y }}), loss: js.loss({{ x, y }}, [-1, 2]) }};
        }}""",
        [SCRIPT, x.tolist(), y.tolist()],
    )
    assert [len(batch) for batch in got["found"]] == [6, 6, 6, 2, 6, 6, 6, 2, 6]
    assert all(sorted(np.concatenate(got["found"][first : first + 4])) == list(range(20)) for first in (0, 4))
    theta, m = np.array([-1.0, 2.0]), np.zeros(2)
    for batch, there in zip(got["found"], got["path"][1:], strict=True):
        errors = theta[0] * x[batch] + theta[1] - y[batch]
        m = 0.8 * m + 2 * np.array([np.mean(errors * x[batch]), np.mean(errors)])
        theta = theta - 0.1 * m
        np.testing.assert_allclose(there, theta, rtol=1e-10)
    np.testing.assert_allclose(got["bowl"]["at"], np.polyfit(x, y, 1), rtol=1e-9)
    A = np.array([[np.mean(x**2), np.mean(x)], [np.mean(x), 1]])
    np.testing.assert_allclose(got["bowl"]["curvatures"], np.linalg.eigvalsh(A), rtol=1e-10)
    steepest = np.array([np.cos(got["bowl"]["angle"]), np.sin(got["bowl"]["angle"])])
    np.testing.assert_allclose(A @ steepest, got["bowl"]["curvatures"][1] * steepest, rtol=1e-9)
    assert got["loss"] == pytest.approx(np.mean((-x + 2 - y) ** 2))


def set_slider(tab, index, value):
    tab.eval_on_selector_all(
        "#widget input",
        "(inputs, [k, value]) => { inputs[k].value = value; inputs[k].dispatchEvent(new Event('input')); }",
        [index, value],
    )


def words(tab):
    return tab.locator("#widget .status").inner_text(), tab.locator("#widget .status + p").inner_text()


def test_sliders_change_the_path_and_what_is_said_of_it(show, read_number):
    tab = show(MinibatchDescent(*points(), batch_size=1, learning_rate=0.1))
    noisy, with_noise = words(tab)
    assert "batches of 1 are off by" in with_noise and "An epoch is 20 steps" in with_noise
    set_slider(tab, 0, 20)
    exact, without = words(tab)
    assert "off by 0.00" in without and "An epoch is 1 step." in without
    assert read_number(exact.split("is ")[1].split()[0]) < read_number(noisy.split("is ")[1].split()[0])
    set_slider(tab, 1, 1.0)
    assert words(tab)[0].startswith("It moves away")
    set_slider(tab, 3, 12)
    assert tab.locator("#widget output").all_inner_texts()[3] == "12"


def test_other_batches_make_another_path(show):
    tab = show(MinibatchDescent(*points(), batch_size=2))
    path = tab.locator("#widget .walk").first.get_attribute("d")
    tab.get_by_role("button", name="Draw other batches").press("Enter")
    assert tab.locator("#widget .walk").first.get_attribute("d") != path
