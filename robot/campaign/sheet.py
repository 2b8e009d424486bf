"""Reads a table as offices save it: any usual delimiter, any usual encoding, nothing to be said about either."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from robot.campaign.errors import ListRefused

__all__ = ["Row", "Sheet", "read_sheet"]

_DELIMITERS = ",;\t|"
_SINGLE_BYTE = ("cp1251", "cp866", "koi8_r", "cp1250", "cp1252")
"""Tried, in this order, where a file is not Unicode: Russian Windows first, since it is by far the usual one."""
_SEP_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_MOST_CHARACTERS_LOOKED_AT = 200_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        number: As a spreadsheet shows it: the header is row 1.
        cells: One text a column, stripped; as many as the header has, or more where the row has too many.
    """

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that was read.

    Attributes:
        name: The file's name.
        columns: The header.
        rows: Rows that are not empty.
        encoding: How it was written.
        delimiter: What stands between cells.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str
    delimiter: str


def read_sheet(path: Path) -> Sheet:
    """Read a CSV file.

    Raises:
        ListRefused: It cannot be read, or is no table of text.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ListRefused(f"{path}: the list cannot be read: {error.strerror}; check the path") from error
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ListRefused(f"{path}: this is a spreadsheet file; save it as CSV (UTF-8) and import that")
    text, encoding = _decode(data, path)
    told = _SEP_LINE.match(text)  # what Excel writes first where the delimiter is not the one of its region
    body = text[told.end() :] if told else text
    delimiter = told[1] if told else _delimiter(body)
    try:
        records = list(_records(body, delimiter, first=2 if told else 1))
    except csv.Error as error:
        raise ListRefused(
            f"{path}: this is not CSV: {error}; look for a quote that is opened and never closed"
        ) from error
    if not records:
        raise ListRefused(f"{path}: the list is empty; its first row must name the columns, one of them phone")
    width = len(records[0].cells)
    rows = tuple(Row(record.number, record.cells + ("",) * (width - len(record.cells))) for record in records[1:])
    return Sheet(path.name, records[0].cells, rows, encoding, delimiter)


def _records(text: str, delimiter: str, first: int) -> Iterator[Row]:
    for number, cells in enumerate(csv.reader(StringIO(text, newline=""), delimiter=delimiter), first):
        stripped = tuple(cell.strip().strip("\u200b\ufeff\xa0").strip() for cell in cells)
        if any(stripped):
            yield Row(number, stripped)


def _delimiter(text: str) -> str:
    """Choose what cuts the header into most cells, and the rows after it into as many."""
    lines = [line for line in text[:_MOST_CHARACTERS_LOOKED_AT].splitlines() if line.strip()][:50]

    def fits(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(cells) for cells in csv.reader(lines, delimiter=delimiter)]
        except csv.Error:
            return (0, 0)
        if not widths or widths[0] == 1:
            return (0, 0)
        return (sum(width == widths[0] for width in widths), widths[0])

    return max(_DELIMITERS, key=fits)  # of equals the first: a comma


def _decode(data: bytes, path: Path) -> tuple[str, str]:
    if data.startswith(b"\xef\xbb\xbf"):
        tried = ["utf-8-sig"]
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        tried = ["utf-16"]
    elif b"\0" in data[:1000]:  # UTF-16 without its mark: of digits and signs one byte is zero, first or second
        tried = ["utf-16-be" if data[:1000:2].count(0) > data[1:1000:2].count(0) else "utf-16-le"]
    else:
        tried = ["utf-8", *sorted(_SINGLE_BYTE, key=lambda encoding: -_looks_like_words(data, encoding))]
    for encoding in tried:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise ListRefused(f"{path}: this is not text; save the list as CSV in UTF-8")


def _looks_like_words(data: bytes, encoding: str) -> float:
    """Return the share of words with letters beyond ASCII that look like words in this encoding."""
    try:
        text = data[:_MOST_CHARACTERS_LOOKED_AT].decode(encoding)
    except UnicodeDecodeError:
        return -1.0
    beyond = [character for character in text if not character.isascii()]
    letters = [word for word in _WORD.findall(text) if not word.isascii()]
    whole = sum(len(word) for word in letters if _is_word(word))
    return whole / len(beyond) if beyond else 0.0


def _is_word(word: str) -> bool:
    """Whether a word is of one alphabet, and lower case, Capitalised or UPPER CASE."""
    cyrillic = sum("\u0400" <= character <= "\u04ff" for character in word)
    plain_russian = sum(character in "ёЁ" or "а" <= character.lower() <= "я" for character in word)
    one_alphabet = cyrillic in (0, len(word)) and cyrillic == plain_russian
    return one_alphabet and (word.islower() or word.isupper() or word[1:].islower())
