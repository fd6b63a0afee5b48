"""Which version made a class."""

import pytest

from autograder import origin
from autograder.origin import Origin, digest


def test_a_record_is_read_as_it_was_written(tmp_path):
    record = Origin().with_sources({"05_vector_form": "ab"}).with_sources({"06_training": "cd"})
    record.save(tmp_path)
    assert Origin.load(tmp_path) == record == Origin(origin.installed(), {"05_vector_form": "ab", "06_training": "cd"})


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ("1.9.0", "version 1.9.0 of the course, and this is 1.10.0. It works"),
        ("", "an early version"),
        ("1.11", "Install the newer one"),
        ("1.10.0", ""),
    ],
)
def test_what_is_said_of_a_class_of_another_version(tmp_path, monkeypatch, made, words):
    monkeypatch.setattr(origin, "installed", lambda: "1.10.0")
    notice = Origin(made).notice(tmp_path)
    assert words in notice and bool(words) == bool(notice)
    assert (f"autograder update {tmp_path} --dry-run" in notice) == (made in ("1.9.0", ""))


@pytest.mark.parametrize("change", [{"source": "2"}, {"cell_type": "markdown"}, {"metadata": {"nbgrader": {"points": 2}}}])
def test_what_an_author_changes_changes_the_digest(change):
    cell = {"cell_type": "code", "source": "1", "metadata": {"nbgrader": {"points": 1}}}
    assert digest({"cells": [cell]}) != digest({"cells": [cell | change]})
    assert digest({"cells": [cell]}) == digest({"cells": [cell | {"id": "other", "outputs": [1]}]})
