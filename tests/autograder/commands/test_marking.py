"""`autograder mark`, as it is typed."""

import re

import pytest

from autograder import cli
from autograder.commands.options import DONE, NOT_ALL, USAGE
from autograder.gradebook.written import Given, give
from autograder.instance import CONFIG, MODEL_ANSWERS_LINE
from autograder.marking.server import MarkingServer

UNIT = "05_sample"


@pytest.fixture
def mark(instance, capsys, monkeypatch):
    """Run the command until Ctrl-C, which comes after `meanwhile`; its status, and what it said."""

    def run(*arguments, meanwhile=lambda server: None):
        def serve(server):
            meanwhile(server)
            raise KeyboardInterrupt

        monkeypatch.setattr(MarkingServer, "serve_forever", serve)
        status = cli.main(["mark", str(instance.root), *arguments])
        return status, capsys.readouterr().err

    return run


def test_it_says_where_the_page_is_and_how_many_are_left(instance, record_verdicts, mark):
    record_verdicts("ada", "bob")

    def give_one(student):
        return lambda server: give(instance, UNIT, student, "written_1", Given(), Given(1))

    status, said = mark("05", "--no-browser", meanwhile=give_one("ada"))
    assert status == NOT_ALL and "2 answers wait for a mark" in said
    assert re.search(r"http://127\.0\.0\.1:\d+/[\w-]{32}/\n", said)
    assert "05_sample: 1 answer waits for a mark: the same command goes on" in said
    assert f"autograder feedback {instance.root} {UNIT}" in said
    status, said = mark("05", "--no-browser", meanwhile=give_one("bob"))
    assert status == DONE and "Every answer is marked" in said


@pytest.mark.parametrize(("desktop", "opened"), [("", 0), (":0", 1)])
def test_a_browser_is_opened_where_there_is_a_desktop(record_verdicts, mark, monkeypatch, desktop, opened):
    record_verdicts("ada")
    addresses = []
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("webbrowser.open", addresses.append)
    monkeypatch.setenv("DISPLAY", desktop)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    said = mark(UNIT)[1]
    assert len(addresses) == opened and all(address in said for address in addresses)


def test_names_are_shown_when_asked_for(record_verdicts, mark):
    record_verdicts("ada")
    shown = []
    for arguments in ([], ["--names"]):
        mark(UNIT, "--no-browser", *arguments, meanwhile=lambda server: shown.append(str(server.desk.overview())))
    assert ["'who': 'ada'" in each for each in shown] == [False, True]


def test_nothing_to_mark(instance, mark):
    status, said = mark(UNIT)
    assert status == NOT_ALL and f"Next: autograder grade {instance.root} {UNIT}" in said


def test_a_class_of_an_early_version_is_told_how_formgrader_shows_model_answers(instance, record_verdicts, mark):
    record_verdicts("ada")
    assert MODEL_ANSWERS_LINE not in mark(UNIT, "--no-browser")[1]
    config = instance.root / CONFIG
    config.write_text(config.read_text().replace(MODEL_ANSWERS_LINE, ""))
    assert MODEL_ANSWERS_LINE in mark(UNIT, "--no-browser")[1]


def test_a_port_that_cannot_be(mark, record_verdicts):
    record_verdicts("ada")
    with pytest.raises(SystemExit) as ended:
        mark(UNIT, "--port", "70000")
    assert ended.value.code == USAGE
