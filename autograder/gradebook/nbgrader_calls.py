"""What calls of nbgrader's own converters need: the class, a log collected, errors in a sentence, and `alembic` within reach."""

import contextlib
import logging
import os
import sysconfig
from collections.abc import Iterator

from nbgrader.coursedir import CourseDirectory

from autograder.instance import Instance
from course.errors import UserError


def course_directory(instance: Instance, unit: str, log: logging.Logger) -> CourseDirectory:
    return CourseDirectory(config=instance.config, log=log, root=str(instance.root), assignment_id=unit, db_url=instance.db_url)


class CollectedLog(logging.Handler):
    """Keeps what is logged, to be shown only if something goes wrong."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []
        self.errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage().strip()
        self.lines.append(f"[{record.levelname}] {message}")
        if record.levelno >= logging.ERROR and message:
            self.errors.append(message)

    def reason(self, error: BaseException) -> str:
        """The error that nbgrader met: the last line of the first traceback in its log, or else the first error."""
        tracebacks = [message.splitlines()[-1] for message in self.errors if message.startswith("Traceback")]
        return next(iter(tracebacks + self.errors), f"{type(error).__name__}: {error}")


@contextlib.contextmanager
def quiet_nbgrader(doing: str) -> Iterator[logging.Logger]:
    """Run nbgrader with a log of its own. An error becomes a UserError with the reason; the whole log is its note."""
    log = logging.Logger("nbgrader")
    log.addHandler(collected := CollectedLog())
    try:
        with alembic_on_path():
            yield log
    except UserError:
        raise
    except Exception as error:
        told = UserError(f"nbgrader could not {doing}: {collected.reason(error)}")
        told.add_note("\n".join(collected.lines))
        raise told from error


@contextlib.contextmanager
def alembic_on_path() -> Iterator[None]:
    """nbgrader runs `alembic` to make a gradebook; it is installed beside this interpreter, wherever PATH points."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before
