"""What can go wrong and is told in a sentence: UserError, and Unreadable below it."""


class UserError(Exception):
    """Something the user can put right. The message says what was expected, what was found, and what to do."""


class Unreadable(UserError):
    """What a student handed in cannot be read as a notebook. The message is a sentence for a human."""
