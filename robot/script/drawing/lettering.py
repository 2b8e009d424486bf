"""How wide text gets, without asking a font: no viewer is known to have any certain one.

Widths are those of DejaVu Sans, the widest of the fonts that viewers commonly fall back to, rounded up.
"""

import re
import unicodedata
from collections.abc import Iterator

__all__ = ["wide", "wrapped"]

_BOLD = 1.12
_CLASSES = (
    (0.34, "iljІіїј.,:;'’|! ·\u00a0"),
    (0.42, '()[]{}ftrI"“”«»-/\\'),
    (0.55, "sczJкгтсзехэ"),
    (0.92, "mwMWmшщжюмфыЖШЩЮМФЫ@%—…→×#"),
)
_WIDTHS = {letter: width for width, letters in _CLASSES for letter in letters}
_LOWER, _UPPER, _WIDEST = 0.65, 0.80, 1.05


def wide(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a line of text, in pixels; never less than a common font gives it.

    Args:
        text: The line.
        size: Of the letters, in pixels.
        bold: Whether it is set in bold.
    """
    return sum(_width(letter) for letter in text) * size * (_BOLD if bold else 1.0)


def _width(letter: str) -> float:
    known = _WIDTHS.get(letter)
    if known is not None:
        return known
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF" or not letter.isalnum():
        return _WIDEST
    return _UPPER if letter.isupper() else _LOWER


def wrapped(text: str, room: float, size: float, *, bold: bool = False, lines: int | None = None) -> list[str]:
    """Return a text in lines that fit a room, broken between words, or within one that is too long.

    Args:
        text: The text.
        room: Width of a line, in pixels.
        size: Of the letters, in pixels.
        bold: Whether it is set in bold.
        lines: How many there may be; the last of them says with an ellipsis that something was left out.
    """
    broken = list(_broken(text, room, size, bold=bold))
    if lines is None or len(broken) <= lines:
        return broken
    last = broken[lines - 1].rstrip("…")
    while last and wide(last + "…", size, bold=bold) > room:
        last = last.rpartition(" ")[0] or last[:-1]
    return [*broken[: lines - 1], last.rstrip(" ,;:.") + "…"]


def _broken(text: str, room: float, size: float, *, bold: bool) -> Iterator[str]:
    line = ""
    for given in re.split(r"[ \t\r\n]+", text.strip(" \t\r\n")):  # but not at a no-break space
        word = given
        joined = f"{line} {word}" if line else word
        if wide(joined, size, bold=bold) <= room:
            line = joined
            continue
        if line:
            yield line
        while wide(word, size, bold=bold) > room and len(word) > 1:
            fits = _fitting(word, room, size, bold=bold)
            yield word[:fits]
            word = word[fits:]
        line = word
    if line:
        yield line


def _fitting(word: str, room: float, size: float, *, bold: bool) -> int:
    """Return how many letters of a word fit; at an underscore or a hyphen where there is one, and always one."""
    fits = 1
    while fits < len(word) and wide(word[: fits + 1], size, bold=bold) <= room:
        fits += 1
    soft = max(word.rfind(sign, 0, fits) for sign in "_-.") + 1
    return soft if soft > fits // 2 else fits
