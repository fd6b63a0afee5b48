"""`autograder report`, as it is typed: a wrong answer that nobody foresaw gets a name, reaches all who gave it, and is offered."""

import json
import re
import shlex
from pathlib import Path

import pytest

from autograder import sample
from autograder.cli import main, parser
from autograder.commands.options import DONE, NOT_ALL, USAGE
from autograder.instance import Instance

UNIT = "05_vector_form"
CHAPTER = Path(__file__).parents[3] / "docs" / "instructors" / "report.md"
RIGHT = sample.model_answers(UNIT)["linear_backward"]
ANSWERS = {  # what nobody foresaw, in two ways, and a right one
    "ada": RIGHT.replace("upstream @ W.T", "upstream @ W.T / np.linalg.norm(W)"),
    "bob": RIGHT.replace("upstream @ W.T", "np.dot(upstream, (W / (W * W).sum() ** 0.5).T)"),
    "cy": RIGHT,
}


def make_class(root: Path, answers: dict[str, str]) -> Path:
    assert main(["init", str(root)]) == main(["release", str(root), UNIT]) == DONE
    instance = Instance.open(root)
    released = json.loads(instance.released(UNIT).read_text(encoding="utf-8"))
    for student, answer in answers.items():
        path = instance.submitted(student, UNIT)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(sample.filled(released, {"linear_backward": answer})), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    root = make_class(tmp_path_factory.mktemp("reporting") / "class", ANSWERS)
    assert main(["grade", str(root), UNIT, "--workers", "1"]) == DONE
    return root


def test_a_name_goes_from_the_report_to_all_of_the_group_and_to_the_next_class(root, tmp_path, capsys):
    assert main(["report", str(root), UNIT]) == DONE
    told = capsys.readouterr().err
    assert "2 students gave a wrong answer to linear_backward that nothing explains, and the same one" in told
    (stanza,) = re.findall(r"\[\[mistake\]\]\n(?:\w+ = .*\n){4}", told)
    assert "Wrong answers without a name" in (root / "class.html").read_text(encoding="utf-8")

    named = re.sub("hint = .*", 'hint = "Which W is it?"', re.sub("name = .*", 'name = "W is made unit length"', stanza))
    (root / "mistakes.toml").write_text(named + named.replace("linear_backward", "linear_backwards"), encoding="utf-8")
    assert main(["feedback", str(root), UNIT]) == DONE
    pages = [(root / "feedback" / student / UNIT / f"{UNIT}.html").read_text(encoding="utf-8") for student in sorted(ANSWERS)]
    for words in ("It is what comes out when W is made unit length.", "Which W is it?"):
        assert [words in page for page in pages] == [True, True, False]

    capsys.readouterr()
    assert main(["report", str(root), "--json", "--anonymous"]) == DONE
    out, err = capsys.readouterr()
    (figures,) = json.loads(out)
    assert [(one["cause"], len(one["students"])) for one in figures["misconceptions"]] == [("W is made unit length", 2)]
    assert figures["groups"][0]["name"] == "W is made unit length" and "ada" not in out
    assert re.search(r"nobody is in linear_backwards [0-9a-f]{8}\.", err) and "nothing explains" not in err

    offered = tmp_path / "offer.md"
    assert main(["report", str(root), UNIT, "--offer", str(offered)]) == DONE
    assert '"W.T → W.T / np.linalg.norm(W)"' in offered.read_text(encoding="utf-8")

    later = make_class(tmp_path / "later", {"dan": ANSWERS["bob"]})
    (later / "mistakes.toml").write_text(named, encoding="utf-8")
    capsys.readouterr()
    assert main(["grade", str(later), UNIT, "--json"]) == DONE
    (dan,) = json.loads(capsys.readouterr().out)
    assert "It is what comes out when W is made unit length." in dan["exercises"][1]["reason"]


def test_nothing_to_offer_is_said(root, tmp_path, capsys):
    (root / "mistakes.toml").unlink(missing_ok=True)
    assert main(["report", str(root), "--offer", str(tmp_path / "offer.md")]) == NOT_ALL
    assert "There is nothing to offer" in capsys.readouterr().err and not (tmp_path / "offer.md").exists()


def test_a_file_of_names_that_cannot_be_read_is_told(root, capsys):
    (root / "mistakes.toml").write_text("[[mistake]]\nname = 3\n", encoding="utf-8")
    for command in ("grade", "feedback", "report"):
        assert main([command, str(root), UNIT]) == USAGE
        assert "number 1: expected the keys exercise, group, name, hint; there are name." in capsys.readouterr().err
    (root / "mistakes.toml").unlink()


@pytest.mark.parametrize("line", re.findall(r"^    autograder (.*)", CHAPTER.read_text(encoding="utf-8"), re.MULTILINE))
def test_the_chapter_shows_commands_that_there_are(line):
    assert parser().parse_args(shlex.split(line, comments=True)).command


def test_slides_for_the_next_lecture(tmp_path, capsys):
    forgotten = RIGHT.replace("upstream @ W.T", "upstream * 0 + W.sum(axis=1)")
    assert forgotten != RIGHT
    wrong = RIGHT.replace("X.T @ upstream", "X.T @ upstream / len(X)")
    assert wrong != RIGHT
    root = make_class(tmp_path / "class", {"ada": wrong, "bob": wrong, "cy": RIGHT, "dora": forgotten})
    assert main(["grade", str(root), UNIT, "--workers", "1"]) == DONE
    capsys.readouterr()
    assert main(["report", str(root), UNIT, "--slide"]) == DONE
    told = capsys.readouterr().err
    assert "Five in ten (2 of 4) in linear_backward" in told and str(root / "opening.html") in told
    html = (root / "opening.html").read_text(encoding="utf-8")
    assert html.count("<section") == 1 and "len(X)" in html and not any(name in html for name in ("ada", "bob", "dora"))
    assert not (root / "class.html").exists()


def test_no_slide_where_nobody_shares_a_mistake(root, capsys, tmp_path):
    assert main(["report", str(root), UNIT, "--slide", "--out", str(tmp_path / "o.html")]) == NOT_ALL
    assert "There is nothing for a slide" in capsys.readouterr().err and not (tmp_path / "o.html").exists()
