"""The marking page in Chromium, by keyboard: what is pressed and typed stands in the gradebook, and nothing typed is lost."""

import json
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from autograder import batch, release, sample
from autograder.gradebook.written import Given, answers, give
from autograder.instance import Instance
from autograder.marking.desk import MarkingDesk
from autograder.marking.server import MarkingServer
from autograder.turns import alone

UNIT, QUESTION = "05_vector_form", "written_1"
WRITTEN = {
    "ada": "Each example adds $\\frac{1}{N}$.",
    "bob": "<script>document.title = 'gone'</script> <img src=x onerror=\"document.title = 'gone'\"> ![](http://elsewhere.example/x.png)",
    "cy": "The shares are *summed*.",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Instance:
    """A class in which three have handed in, and wait for marks."""
    instance = Instance.create(tmp_path_factory.mktemp("marking") / "class")
    batch.add_sources(instance, [UNIT])
    release.release(instance, UNIT)
    notebook = json.loads(instance.released(UNIT).read_text(encoding="utf-8"))
    for student, text in WRITTEN.items():
        path = instance.submitted(student, UNIT)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(sample.filled(notebook, {}, written=text)), encoding="utf-8")
    batch.grade(instance, UNIT, workers=1)
    return instance


@pytest.fixture
def served(graded) -> Iterator[tuple[Instance, MarkingServer]]:
    """The class without marks, and a server on it."""
    for answer in answers(graded, UNIT):
        give(graded, UNIT, answer.student, QUESTION, answer.given, Given())
    desk = MarkingDesk(graded, UNIT)
    for comment in desk.notes.comments(QUESTION):
        desk.keep(QUESTION, comment, forget=True)
    with MarkingServer(desk) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield graded, server
        server.shutdown()
        thread.join()


@pytest.fixture
def page(served, playwright, chromium_options) -> Iterator[Page]:
    """The marking page, at its first answer. It fails the test if it asks another machine, or a script or its policy complains."""
    browser = playwright.chromium.launch(**chromium_options)
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(30_000)
    outside, errors = [], []
    page.on("request", lambda request: outside.append(request.url) if "//127.0.0.1" not in request.url else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if "Security Policy" in message.text else None)
    page.goto(served[1].address)
    expect(page.locator("#which")).to_have_text("Answer 1 of 3", timeout=30_000)
    yield page
    browser.close()
    assert not [url for url in outside if not url.startswith("data:")] and not errors


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def status(page: Page, words: str) -> None:
    expect(page.locator("#status")).to_contain_text(words, timeout=30_000)


def marks(instance: Instance) -> dict[str, Given]:
    return {answer.student: answer.given for answer in answers(instance, UNIT)}


def shown(instance: Instance, place: int) -> str:
    """Whose answer the page shows at a place, which it does not say."""
    desk = MarkingDesk(instance, UNIT)
    return sorted(WRITTEN, key=lambda student: desk.id_of(student, QUESTION))[place - 1]


def test_keys_add_up_points_and_go_on(page, served):
    instance, _ = served
    press(page, "1", "2", "3", "3", "3", "4", "4")
    expect(page.locator("#points")).to_have_value("2.5")
    status(page, "Saved")
    press(page, "c")
    page.keyboard.type("Name the rule.")
    press(page, "Escape", "k")
    expect(page.locator("#comments")).to_contain_text("Name the rule.")  # the status may be of a save that ended later
    press(page, "Enter")
    expect(page.locator("#which")).to_have_text("Answer 2 of 3")
    press(page, "f", "r", "1", "Enter")
    expect(page.locator("#which")).to_have_text("Answer 3 of 3")
    expect(page.locator("#progress-words")).to_contain_text("2 of 3 marked")
    assert marks(instance) == {
        shown(instance, 1): Given(2.5, "Name the rule."), shown(instance, 2): Given(4, "Name the rule."), shown(instance, 3): Given()
    }  # fmt: skip
    press(page, "0", "Enter")
    status(page, "Every answer is marked")


def test_undo_goes_back_to_the_answer_and_what_was_chosen_is_there_again(page, served):
    instance, _ = served
    press(page, "1", "ArrowRight")
    expect(page.locator("#which")).to_have_text("Answer 2 of 3")
    press(page, "ArrowLeft")
    expect(page.locator("#which")).to_have_text("Answer 1 of 3")
    expect(page.get_by_role("radio", checked=True)).to_have_count(1)
    press(page, "ArrowRight")
    expect(page.locator("#which")).to_have_text("Answer 2 of 3")
    press(page, "u")
    status(page, "Undone")
    expect(page.locator("#which")).to_have_text("Answer 1 of 3")
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    assert set(marks(instance).values()) == {Given()}


@pytest.mark.parametrize("typed", ["7", "-1", "many"])
def test_points_that_cannot_be_given_are_told_and_stay(page, served, typed):
    press(page, "p")
    page.keyboard.type(typed)
    expect(page.locator("#points-wrong")).to_have_text("Expected a number from 0 to 4. This is not saved.")
    press(page, "Enter")
    expect(page.locator("#which")).to_have_text("Answer 1 of 3")
    expect(page.locator("#points")).to_have_value(typed)
    assert set(marks(served[0]).values()) == {Given()}
    page.locator("#points").fill("2,5")
    status(page, "Saved")
    assert marks(served[0])[shown(served[0], 1)] == Given(2.5)


def test_what_could_not_be_saved_is_told_and_saved_later(page, served):
    instance, _ = served
    with alone(instance.root, print):
        press(page, "f", "c")
        page.keyboard.type("Kept.")
        status(page, "Not saved: Another autograder command is at work")
    status(page, "Saved")
    assert marks(instance)[shown(instance, 1)] == Given(4, "Kept.")


def test_without_the_server_what_was_typed_stays(page, served):
    page.route("**/mark", lambda route: route.abort())
    press(page, "c")
    page.keyboard.type("Kept.")
    status(page, "Not saved: the server does not answer")
    press(page, "Escape", "ArrowRight")
    expect(page.locator("#which")).to_have_text("Answer 1 of 3")
    expect(page.locator("#comment")).to_have_value("Kept.")
    page.unroute("**/mark")
    page.get_by_role("button", name="Save again").click()
    status(page, "Saved")
    assert marks(served[0])[shown(served[0], 1)] == Given(None, "Kept.")


@pytest.mark.parametrize(("button", "stands"), [("Keep theirs", Given(3, "First.")), ("Give mine", Given(4))])
def test_nobodys_mark_is_overwritten_unseen(page, served, button, stands):
    instance, _ = served
    give(instance, UNIT, shown(instance, 1), QUESTION, Given(), Given(3, "First."))
    press(page, "f")
    expect(page.locator("#conflict-words")).to_contain_text("They gave 3 of 4 points, with the comment “First.”")
    assert marks(instance)[shown(instance, 1)] == Given(3, "First.")
    page.get_by_role("button", name=button).click()
    status(page, "Theirs is kept" if button == "Keep theirs" else "Saved")
    assert marks(instance)[shown(instance, 1)] == stands


def test_text_of_a_student_does_nothing_and_formulas_are_drawn(page, served):
    page.evaluate("document.title = 'here'")
    for place in (1, 2, 3):
        expect(page.locator("#which")).to_have_text(f"Answer {place} of 3")
        student = shown(served[0], place)
        answer = page.locator("#answer")
        if student == "ada":
            expect(answer.locator("mfrac")).to_be_visible()
        if student == "bob":
            expect(answer).to_contain_text("<script>")
        assert answer.locator("script, img").count() == 0 and student not in page.content().replace("beside", "")
        press(page, "ArrowRight")
    status(page, "This is the last answer")
    assert page.title() == "here" and page.locator("#model mfrac").count() > 0


def test_every_field_has_a_name_and_single_keys_can_be_switched_off(page, served):
    for role in ("textbox", "combobox", "radio", "button", "progressbar", "radiogroup"):
        for each in page.get_by_role(role, include_hidden=False).all():
            assert each.aria_snapshot().count('"') >= 2 or role == "radiogroup", each.evaluate("one => one.outerHTML")
    press(page, "?")
    page.get_by_label("Single keys do this").uncheck()
    page.get_by_role("button", name="Close").click()
    press(page, "f")
    expect(page.locator("#points")).to_have_value("")
    page.locator("#points").fill("1")
    press(page, "Control+Enter")
    expect(page.locator("#which")).to_have_text("Answer 2 of 3")
