"""The way to nbgrader's database: the class's own file, or a database server that the class names."""

import contextlib
from collections.abc import Iterator

from nbgrader import api
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session

from autograder.gradebook.nbgrader_calls import alembic_on_path, quiet_nbgrader
from autograder.instance import CONFIG, Instance, gradebook_advice
from course.errors import UserError


@contextlib.contextmanager
def opened(instance: Instance) -> Iterator[Session]:
    """The gradebook, made if it is not there; one transaction, kept only where all went well."""
    create(instance)
    try:
        with alembic_on_path(), api.Gradebook(instance.db_url, instance.course_id) as gradebook:
            session = gradebook.db()
            yield session
            session.commit()
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        raise UserError(advice(instance, error)) from error


def create(instance: Instance) -> None:
    """Make the class's own file if it is not there: beside its place, and then moved, so that it is never half made."""
    if instance.own_database or instance.gradebook.exists():
        return
    half = instance.gradebook.with_suffix(".part")
    half.unlink(missing_ok=True)
    with quiet_nbgrader(f"make the gradebook {instance.gradebook}"):
        api.Gradebook(f"sqlite:///{half}", instance.course_id).close()
    half.rename(instance.gradebook)


def advice(instance: Instance, error: Exception) -> str:
    """What to do about a database error, in a sentence. A server speaks its own language: its words are passed on, not looked into."""
    of_database = getattr(error, "orig", None)
    words = " ".join(str(of_database or error).split())
    if not instance.own_database:
        return gradebook_advice(instance.gradebook, words)
    if getattr(error, "statement", None) and not getattr(error, "connection_invalidated", False):  # it was reached, and answers
        return gradebook_advice(address(instance.db_url), words)
    setting = f"c.CourseDirectory.db_url in {instance.root / CONFIG}"
    return f"There is no way to the gradebook {address(instance.db_url)} ({words}). " + (
        f"Is the server running, and are server, user, password and database right that {setting} names?"
        if of_database
        else f"Expected {setting} to be an address like postgresql+psycopg://USER:PASSWORD@HOST/DATABASE, and its driver to be installed: "
        "pip install 'psycopg[binary]'"
    )


def address(db_url: str) -> str:
    """The address of a database, without a password.

    >>> address("postgresql+psycopg://ada:secret@localhost/marks?password=secret")
    'postgresql+psycopg://ada:***@localhost/marks'
    """
    try:
        return make_url(db_url).set(query={}).render_as_string(hide_password=True)
    except ArgumentError:
        return "(its address cannot be read)"
