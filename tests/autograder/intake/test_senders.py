"""Who handed a file in, as the platforms write it."""

from datetime import UTC, datetime
from pathlib import PurePosixPath

import pytest

from autograder.intake.senders import Sender, sender_of

AT = datetime(2026, 11, 20, 14, 3, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("path", "sender"),
    [
        ("Anna Müller_12345_assignsubmission_file/05.ipynb", Sender("Moodle", "Anna Müller", "12345")),
        ("Anna Müller_12345_assignsubmission_file_/sub/05.ipynb", Sender("Moodle", "Anna Müller", "12345")),
        ("D'Arcy, Jo_7_assignsubmission_file_05.ipynb", Sender("Moodle", "D'Arcy, Jo", "7")),
        ("Unit 05/Anna_12_assignsubmission_file/05.ipynb", Sender("Moodle", "Anna", "12")),
        ("mulleranna_12345_67890_05-1.ipynb", Sender("Canvas", "mulleranna", "12345")),
        ("mulleranna_LATE_12345_67890_05 (1).ipynb", Sender("Canvas", "mulleranna", "12345", late=True)),
        ("anna+05_vector_form+2026-11-20 14:03:22 UTC/05.ipynb", Sender("nbgrader", "anna", at=AT)),
        ("anna+05_vector_form+2026-11-20 14:03:22.123456 UTC+3fa/05.ipynb", Sender("nbgrader", "anna", at=AT)),
        ("Anna Müller - 05_vector_form.ipynb", Sender("Google Classroom", "Anna Müller")),
        ("anna/05_vector_form/05_vector_form.ipynb", Sender("", "anna")),
        ("प्रिया/05.ipynb", Sender("", "प्रिया")),
        ("anna.ipynb", Sender("", "anna")),
    ],
)
def test_senders(path, sender):
    assert sender_of(PurePosixPath(path)) == sender


def test_blackboard_says_when_in_local_time():
    sender = sender_of(PurePosixPath("Unit 05_am123_attempt_2026-11-20-14-03-22_05.ipynb"))
    assert (sender.platform, sender.name) == ("Blackboard", "am123")
    assert sender.at == datetime(2026, 11, 20, 14, 3, 22).astimezone(UTC)


def test_a_time_that_there_is_not_is_none():
    assert sender_of(PurePosixPath("Unit 05_am123_attempt_2026-13-45-99-03-22_05.ipynb")).at is None
