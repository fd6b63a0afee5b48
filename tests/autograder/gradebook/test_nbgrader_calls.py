"""Calling nbgrader's own code: quiet while it works, a reason when it does not."""

import os
import shutil
import sysconfig

import pytest

from autograder.gradebook.nbgrader_calls import alembic_on_path, quiet_nbgrader
from course.errors import UserError


def test_what_goes_well_says_nothing(capfd):
    with quiet_nbgrader("do it") as log:
        log.warning("removing the old one")
        log.info("done")
    assert capfd.readouterr() == ("", "")


def test_an_error_is_told_by_its_reason_and_keeps_the_log_as_a_note():
    with pytest.raises(UserError, match=r"nbgrader could not do it: RuntimeError: no end solution") as told, quiet_nbgrader("do it") as log:
        log.info("converting 05_sample")
        log.error("Traceback (most recent call last):\n  File ...\nRuntimeError: no end solution")
        log.error("There was an error")
        raise ValueError("please see the above")
    assert told.value.__notes__[0].splitlines()[0] == "[INFO] converting 05_sample"


@pytest.mark.parametrize(("logged", "reason"), [(["No notebooks matched"], "No notebooks matched"), ([], "ValueError: see above")])
def test_an_error_without_a_traceback_in_the_log(logged, reason):
    with pytest.raises(UserError, match=f"could not do it: {reason}"), quiet_nbgrader("do it") as log:
        for line in logged:
            log.error(line)
        raise ValueError("see above")


def test_an_error_that_is_told_well_already_stays_as_it_is():
    with pytest.raises(UserError, match=r"^the disk is full$"), quiet_nbgrader("do it"):
        raise UserError("the disk is full")


def test_alembic_is_found_and_the_path_put_back(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with alembic_on_path():
        assert shutil.which("alembic") == os.path.join(sysconfig.get_path("scripts"), "alembic")
    assert os.environ["PATH"] == "/nowhere"
