"""Everything that can go wrong and has a name, of both packages, as one tree.

    CourseError
    ├── CheckFailed (an AssertionError)       check: an answer is not right
    ├── NotAnAnswer (a TypeError)             check: what it was given answers no exercise of this course
    ├── NotKept                               keep, mine: why an answer is not written to my_network.py, or not taken from it
    ├── GraphChanged (a RuntimeError)         Tensor: data was changed in place between forward and backward
    ├── Diverged (an ArithmeticError)         fit: a number is no longer finite; raised and caught inside it
    ├── CouldNotGrade                         grade: the fault is ours, and no mark is given
    ├── ProtocolError                         autograder: a frame between judge and worker that cannot be what it says it is
    └── UserError                             autograder: something the user can put right; the message says how
        ├── Unreadable                        what a student handed in is no notebook
        ├── ClassInUse                        another command is at work in the class
        ├── BrokenExercise                    a file of an instructor's own exercises cannot be used
        └── SandboxUnavailable                there is no wall to be had here, or it fell

Wrong arguments raise Python's own ValueError and TypeError. This file imports nothing: it stands in the worker, too.
"""


class CourseError(Exception):
    """Anything this course raises by a name of its own."""


class ShownAlone(CourseError):
    """An error that shows in a notebook as its message alone: the lines that led to it are the course's, and tell a student nothing."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class CheckFailed(ShownAlone, AssertionError):
    """An answer is not right. The message gives the points and the reason; shown in a notebook, where the verdict stands just above it
    with the reason, it gives the points alone."""

    def __init__(self, points: str, reason: str) -> None:
        super().__init__(f"{points} {reason}")
        self.points = points

    def _render_traceback_(self) -> list[str]:
        return [f"{self.points} The reason stands above."]


class NotAnAnswer(ShownAlone, TypeError):
    """What `check` was given answers no exercise of this course. The message says what to give it."""


class NotKept(CourseError):
    """An answer cannot be written to `my_network.py`, or taken from it. The message says why, without its name."""


class GraphChanged(CourseError, RuntimeError):
    """A value that `backward` needs was changed in place after the forward pass: its gradient would be silently wrong."""


class Diverged(CourseError, ArithmeticError):
    """A loss or a parameter is no longer a finite number."""


class CouldNotGrade(CourseError):
    """The fault is ours, never the student's: no mark is given, and the reason says why."""


class ProtocolError(CourseError):
    """A frame that cannot be what it says it is, or a value that no frame can carry. The words say which."""


class UserError(CourseError):
    """Something the user can put right. The message says what was expected, what was found, and what to do."""


class Unreadable(UserError):
    """What a student handed in cannot be read as a notebook. The message is a sentence for a human."""


class ClassInUse(UserError):
    """Another command is at work in the class, and what was asked for cannot wait."""


class BrokenExercise(ShownAlone, UserError):
    """A file of an instructor's own exercises cannot be used. The message names the file, its line where there is one, and what to do."""


class SandboxUnavailable(UserError):
    """There is no wall to be had here, or it fell: what is missing, and how to get it. Never a student's fault."""
