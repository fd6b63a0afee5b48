"""A report on disk: what is saved comes back, and so does what an earlier version saved."""

import json
from dataclasses import replace

from autograder.report import Report, Unexplained
from course.judging.verdict import Mark, Verdict

VERDICT = Verdict("double", "twice `x`", (Mark("value", 2.0, "failed", "differs", "Which factor?", where=((1, 2), (0, 3))),))
REPORT = Report("ada", "05_sample", "graded", (VERDICT,), "A note.", (("cell", "error"),), "f" * 64)


def test_what_is_saved_comes_back(tmp_path):
    report = replace(REPORT, unexplained=(Unexplained("double", "3fa2c1d0", (("value", "Which factor?"),)),))
    report.save(tmp_path / "ada.json")
    assert Report.load(tmp_path / "ada.json") == report


def test_what_was_saved_before_there_were_groups_comes_back_without(tmp_path):
    path = tmp_path / "ada.json"
    REPORT.save(path)
    data = json.loads(path.read_text(encoding="utf-8"))
    del data["unexplained"], data["digest"]  # which came after them
    path.write_text(json.dumps(data), encoding="utf-8")
    assert Report.load(path) == REPORT
