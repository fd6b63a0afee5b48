"""Where an array is wrong: a heat map of the difference, in characters for a terminal and in colours for a page."""

import html

import numpy as np

Levels = tuple[tuple[int, ...], ...]

SIGNS = "·░▒▓█"
BOUNDS = (0.01, 0.1, 1.0)  # of the right array's largest entry: where one level ends and the next begins
WORDS = ("right", "off by less than 1 %", "off by less than 10 %", "off by less than 100 %", "off by 100 % or more")
OF = " of the largest right entry"
COLOURS = ("#ffffff", "#fde3c8", "#f5b077", "#d55e00", "#7a3000")  # light to dark vermillion: the order shows without its colour
MOST_ROWS, MOST_COLUMNS = 12, 24


def levels(wrong: np.ndarray, difference: np.ndarray, largest: float) -> Levels:
    """How far off each entry is, from 0 (right) to 4, as rows of a picture; large arrays in blocks, each shown by its worst entry.

    `wrong` says which entries are, `difference` by how much, and `largest` is the right array's largest magnitude. Empty for a
    single number.
    """
    if wrong.size < 2:
        return ()
    size = np.abs(np.nan_to_num(difference, nan=np.inf)) / (largest or 1.0)
    found = np.where(wrong, 1 + np.searchsorted(BOUNDS, size, side="right"), 0)
    found = found.reshape(-1, found.shape[-1]) if found.ndim else found
    return tuple(tuple(int(level) for level in row) for row in in_blocks(found))


def in_blocks(found: np.ndarray) -> np.ndarray:
    """The largest of each block, so that the whole array fits the picture."""
    rows, columns = (max(1, -(-size // most)) for size, most in zip(found.shape, (MOST_ROWS, MOST_COLUMNS), strict=True))
    found = np.maximum.reduceat(found, np.arange(0, found.shape[0], rows), axis=0)
    return np.maximum.reduceat(found, np.arange(0, found.shape[1], columns), axis=1)


def as_text(found: Levels) -> list[str]:
    """The map as lines of signs, with its legend."""
    return ["".join(SIGNS[level] for level in row) for row in found] + [legend(found)]


def as_html(found: Levels) -> str:
    """The map as a small table of coloured cells, which is one image to those who cannot see it."""
    rows = "".join("<tr>" + "".join(f'<td style="{box(level)}"></td>' for level in row) + "</tr>" for row in found)
    key = ", ".join(f'<span style="{box(level)};display:inline-block"></span> {WORDS[level]}' for level in used(found))
    return (
        f'<div style="margin:.3em 0 .3em 1.4em"><table role="img" aria-label="{html.escape(described(found))}" '
        f'style="border-collapse:collapse;width:auto;margin:0">{rows}</table>'
        f'<div style="font-size:.88em">Where it differs: {key}{OF}</div></div>'
    )


def box(level: int) -> str:
    return f"background:{COLOURS[level]};border:1px solid #8a8a8a;padding:0;width:1.2em;height:1.2em;vertical-align:middle"


def used(found: Levels) -> list[int]:
    return sorted({level for row in found for level in row})


def legend(found: Levels) -> str:
    """The signs that the map uses, and what they mean."""
    return ", ".join(f"{SIGNS[level]} {WORDS[level]}" for level in used(found)) + OF


def described(found: Levels) -> str:
    """The map in words: how many entries differ, and whether they share a row or a column."""
    array = np.greater(found, 0)
    words = f"Heat map of the difference: {int(array.sum())} of {array.size} entries differ"
    return words + shared("row", np.any(array, axis=1)) + shared("column", np.any(array, axis=0))


def shared(name: str, touched: np.ndarray) -> str:
    """ ", all in row 2" where one row of several holds every difference."""
    places = np.flatnonzero(touched)
    return f", all in {name} {places[0]}" if len(places) == 1 < len(touched) else ""
