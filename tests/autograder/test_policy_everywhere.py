"""The rules of a class changed after grading: the gradebook, scores, grade, the feedback page and the report say the same each time."""

import json
import re

import pytest
from nbgrader import api

from autograder import batch, desk, release, sample
from autograder.cli import main
from autograder.commands.options import DONE, NOT_ALL, USAGE
from autograder.instance import Instance
from autograder.policy import POLICY

pytestmark = pytest.mark.xdist_group("policy_everywhere")  # what they share is made once

UNIT = "05_vector_form"
LATE = '[late]\nrule = "percent_per_day"\npercent = 50\n'
MEAN = "def linear_backward(upstream, X, W):\n    return upstream @ W.T, X.T @ upstream, upstream.mean(axis=0)"


@pytest.fixture(scope="module")
def instance(tmp_path_factory) -> Instance:
    """A class of two, graded before anything was decided; one of them has a mark by hand for the written answer."""
    instance = Instance.create(tmp_path_factory.mktemp("policy") / "class")
    batch.add_sources(instance, [UNIT])
    release.release(instance, UNIT)
    notebook = json.loads(instance.released(UNIT).read_text(encoding="utf-8"))
    right = sample.model_answers(UNIT)
    for student, answers in (("ada", right), ("bob", right | {"linear_backward": MEAN})):
        path = instance.submitted(student, UNIT)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(sample.filled(notebook, answers, written="Because.")), encoding="utf-8")
        path.with_name("timestamp.txt").write_text("2026-03-02 11:00:00 UTC")
    assert main(["grade", str(instance.root), UNIT, "--workers", "1"]) == DONE
    with opened(instance) as book:
        for student in ("ada", "bob"):
            book.find_grade("written_1", UNIT, UNIT, student).manual_score = 4
        book.db.commit()
    return instance


def opened(instance):
    return api.Gradebook(instance.db_url, instance.course_id)


def told(capsys, *words):
    assert main([str(word) for word in words]) == DONE
    return json.loads(capsys.readouterr().out)


def of_bob(instance, capsys, first):
    """Bob's total, the maximum and the penalty, once everybody agrees on them; `first` is the command that meets the change."""
    commands = {
        "grade": lambda: told(capsys, "grade", instance.root, UNIT, "--json", "--workers", "1")[1],
        "scores": lambda: told(capsys, "scores", instance.root, UNIT, "--json")[1],
        "report": lambda: told(capsys, "report", instance.root, UNIT, "--json")[0],
        "feedback": lambda: main(["feedback", str(instance.root), UNIT]) == DONE and instance.feedback_page("bob", UNIT).read_text(),
    }
    answers = {name: commands[name]() for name in dict.fromkeys((first, *commands))}
    capsys.readouterr()
    row, graded, report = answers["scores"], answers["grade"], answers["report"]
    assert row["student"] == graded["student"] == "bob" and report["scores"][1].items() <= row.items()
    assert row["marks"] == {one["name"]: one["earned"] for one in graded["exercises"]} | {"written_1": 4}
    assert (graded["score"], row["written"]) == (row["exercises"], 4)
    points = {one["name"]: one["points"] for one in graded["exercises"]}
    assert {one["name"]: one["points"] for one in report["exercises"]} == points
    with opened(instance) as book:
        found = book.find_submission(UNIT, "bob")
        assert (found.score - found.late_submission_penalty, found.max_score) == (row["total"], row["max_score"])
        assert found.late_submission_penalty == row["late_penalty"]
        dicts = {one["student"]: one for one in book.submission_dicts(UNIT)}  # what formgrader shows
        assert (dicts["bob"]["score"], dicts["bob"]["max_score"]) == (found.score, row["max_score"])
    mark = re.search(r'<p class="mark"><b>([\d.]+)</b> of ([\d.]+) points(?:, after ([\d.]+) taken off)?', answers["feedback"])
    assert [float(number or 0) for number in mark.groups()] == [row["total"], row["max_score"], row["late_penalty"]]
    for name, of in points.items():
        said = re.search(rf'<th scope="row"><a href="#{name}"><code>{name}</code></a></th><td>([^<]*)</td>', answers["feedback"])[1]
        assert said == "does not count" if not of else f"of {of:g}" in said
    return row["total"], row["max_score"], row["late_penalty"]


def test_whatever_is_decided_after_grading_everybody_agrees_and_nothing_is_judged_again(instance, capsys, monkeypatch):
    monkeypatch.setattr(desk, "judge", lambda *_: pytest.fail("judged again"))

    def decided(text, first):
        (instance.root / POLICY).write_text(f"{LATE}[units.{UNIT}]\n{text}\n", encoding="utf-8")
        return of_bob(instance, capsys, first)

    assert decided("", "scores") == (19, 20, 0)
    assert decided("points = { linear_backward = 6 }", "grade") == (21, 23, 0)
    assert decided('points = { linear_backward = 6 }\ndrop = ["relu_backward"]', "feedback") == (20, 22, 0)
    rules = 'points = { linear_backward = 6 }\ndrop = ["relu_backward"]\nbonus = ["mlp_gradients"]'
    assert decided(rules, "report") == (20, 17, 0)
    assert decided(f"{rules}\ndue = 2026-03-01T12:00:00Z", "scores") == (10, 17, 10)
    with opened(instance) as book:
        book.find_grade("check_linear_backward", UNIT, UNIT, "bob").manual_score = 6
        book.db.commit()
    assert of_bob(instance, capsys, "grade") == (11, 17, 11)
    assert main(["extend", str(instance.root), "05", "bob", "1d"]) == DONE
    assert of_bob(instance, capsys, "feedback") == (22, 17, 0)
    before = {path: path.stat().st_mtime_ns for path in instance.root.rglob("*") if path.is_file() and path.name != ".autograder.lock"}
    assert main(["feedback", str(instance.root), UNIT]) == DONE
    assert "0 pages are new or changed" in capsys.readouterr().err
    assert of_bob(instance, capsys, "report") == (22, 17, 0)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    instance.submitted("bob", UNIT).with_name("timestamp.txt").write_text("2026-03-02 13:00:00 UTC")
    assert of_bob(instance, capsys, "grade") == (11, 17, 11)
    assert decided("", "feedback") == (23, 20, 0)  # 6 by hand, of 3


def test_a_gradebook_that_is_gone_is_made_again(instance, capsys):
    (instance.root / POLICY).write_text("")
    instance.gradebook.unlink()
    assert main(["release", str(instance.root), UNIT]) == DONE
    assert [one["score"] for one in told(capsys, "grade", instance.root, UNIT, "--json", "--workers", "1")] == [16, 15]


def test_a_mistake_in_the_file_stops_a_command_before_it_begins(instance, capsys, monkeypatch):
    judged = []
    monkeypatch.setattr(desk, "judge", lambda *asked: judged.append(asked))
    (instance.root / POLICY).write_text("[units.05_vector_from]\n")
    for words in (["grade", "--force", "--workers", "1"], ["scores"], ["feedback"], ["report"], ["extend"]):
        assert main([*words, str(instance.root), UNIT]) == USAGE
        assert "Is it '05_vector_form'" in " ".join(capsys.readouterr().err.split())
    assert judged == []


def test_zero_is_told_of_the_points_of_the_class(instance, capsys):
    (instance.root / POLICY).write_text(f"[units.{UNIT}]\npoints = {{ linear_backward = 6 }}\n")
    path = instance.submitted("cy", UNIT)
    path.parent.mkdir(parents=True)
    path.write_text("{")
    assert main(["zero", str(instance.root), UNIT, "cy"]) == DONE
    assert f"cy has 0 / 19 for {UNIT}" in capsys.readouterr().err


def test_extensions_are_granted_listed_and_taken_back(instance, capsys):
    (instance.root / POLICY).write_text(f'timezone = "Europe/Vienna"\n[units.{UNIT}]\ndue = 2026-03-01T12:00\n')
    words = ["extend", str(instance.root), "05"]
    main([*words, "bob", "0"])
    capsys.readouterr()
    assert main(words) == NOT_ALL
    assert "Nobody has an extension" in capsys.readouterr().err
    assert main([*words, "bbo", "36h"]) == NOT_ALL, "nobody has that name yet"
    told = " ".join(capsys.readouterr().err.split())
    assert "bbo has 1d12h more" in told and "until 2026-03-03 00:00 CET, which counts once a hand-in is graded. Nobody of this name" in told
    assert "Is it bob?" in told and f"Next: autograder feedback {instance.root} {UNIT}" in told
    assert main(words) == DONE
    assert re.search(r"bbo .* 1d12h .* 2026-03-03 00:00 CET .* not yet", capsys.readouterr().out)
    for span, shown in (("2d", True), ("0", False)):
        assert main([*words, "ada", span]) == main(["scores", str(instance.root)]) == DONE
        assert ("extension" in capsys.readouterr().out) == shown
    assert main([*words, "bbo", "0"]) == NOT_ALL
    assert "bbo has no extension" in capsys.readouterr().err
    assert main([*words, "bbo"]) == USAGE
    assert "Expected what bbo is granted: a span" in capsys.readouterr().err
