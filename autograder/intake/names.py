"""The names of people: any letters of any alphabet, in one spelling, and nothing that would leave its place in a path."""

import os
import unicodedata

LONGEST = 240  # bytes; a file's name has at most 255, and a report's is a student's with an ending
CONTROLS = ("Cc", "Cs", "Zl", "Zp", "Cn")
TURNS = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")  # would have what follows read in another direction
PATTERNS = "*?[]"  # nbgrader looks for files by patterns


def composed(text: str) -> str:
    """A text in the one spelling of its letters: macOS writes é as an e and an accent."""
    return unicodedata.normalize("NFC", text)


def normal(text: str) -> str:
    """A text in the one spelling of its letters, with single spaces."""
    return " ".join(composed(text).split())


def shown(name: str) -> str:
    """The name of a file as a text that does nothing where it is shown.

    >>> shown("a" + chr(27) + "[2J" + chr(0xDCFF) + ".ipynb")
    'a_[2J_.ipynb'
    """
    return "".join(c if c.isprintable() else "_" for c in name)


def refusal(name: str) -> str:
    """Why a name cannot be a student's, as the end of a sentence; "" where it can."""
    if not name:
        return "it is empty"
    if bad := next((c for c in name if unicodedata.category(c) in CONTROLS or unicodedata.bidirectional(c) in TURNS), ""):
        return f"it holds the control character {bad!a}"
    if bad := next((c for c in name if c in "/\\<>" + PATTERNS), ""):
        return f"it holds {bad}"
    if name[0] in ".~-" or name != name.strip() or name[-1] == ".":
        return "it begins with . ~ - or a space, or ends with . or a space"
    if len(os.fsencode(name)) > LONGEST:
        return f"it has more than {LONGEST} bytes"
    return ""


def keys_of(word: str) -> set[str]:
    """The spellings by which a name is found: its parts in any order, joined as platforms join them, and without accents, too.

    >>> "anna muller" in keys_of("Müller, Anna")
    True
    >>> "mulleranna" in keys_of("Anna Müller")
    True
    """
    text = unicodedata.normalize("NFKC", word).casefold()
    text = unicodedata.normalize("NFC", "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in text))
    keys = set()
    for parts in (text.split(), without_accents(text).split()):
        keys.add(" ".join(sorted(parts)))
        keys |= {"".join(parts[i:] + parts[:i]) for i in range(len(parts))}
    return keys - {""}


def without_accents(text: str) -> str:
    """A text without the accents of Latin, Greek and Cyrillic letters; the marks of other scripts are letters of their own."""
    apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in apart if not "\u0300" <= c <= "\u036f"))
