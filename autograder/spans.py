"""Spans of time as an instructor writes them: 2d, 36h, 1d12h, 90m."""

import re
from datetime import timedelta

SPAN = re.compile(r"\s*(?:(\d{1,5})\s*d)?\s*(?:(\d{1,5})\s*h)?\s*(?:(\d{1,5})\s*m)?\s*")


def parsed(text: str) -> timedelta | None:
    """The span that a text says, None where it says none.

    >>> parsed("1d12h") == parsed("36h")
    True
    """
    found = SPAN.fullmatch(text)
    if not found or not any(found.groups()):
        return timedelta() if text.strip() == "0" else None
    days, hours, minutes = (int(number or 0) for number in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


def in_words(span: timedelta) -> str:
    """A span in the same words, to the minute; "" for none.

    >>> in_words(timedelta(hours=36))
    '1d12h'
    """
    hours, minutes = divmod(span.seconds // 60, 60)
    return "".join(f"{number}{unit}" for number, unit in ((span.days, "d"), (hours, "h"), (minutes, "m")) if number)
