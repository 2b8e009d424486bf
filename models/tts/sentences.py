"""Splitting what is to be said into sentences, so that the first can be heard while the next are rendered."""

import re

__all__ = ["sentences"]

_ABBREVIATIONS = {
    "en": "mr mrs ms dr prof st sr jr vs etc e.g i.e a.m p.m no inc ltd co dept approx apt ave jan feb mar apr jun jul "
    "aug sep sept oct nov dec",
    "ru": "г гг ул д кв корп стр пр просп пер пл обл р руб коп т тыс млн млрд тел доб им т.е т.к т.д т.п и.о см мин "
    "сек ч кг км м шт напр др",
    "pl": "ul al pl nr tel np itd itp tzn tj dr prof inż mgr godz zł gr ok m.in św os r ww",
}  # fmt: skip
_KNOWN = {language: frozenset(words.split()) for language, words in _ABBREVIATIONS.items()}

_END = re.compile(r"(?:[.!?…]+[»”\"')\]]*)(?=\s|$)|\n+")
_LAST_WORD = re.compile(r"[\w.]*$")
_SPACES = re.compile(r"\s+")


def sentences(text: str, language: str) -> list[str]:
    """Split ``text`` at ``.``, ``!``, ``?``, ``…`` and line ends.

    A full stop does not end a sentence after a known abbreviation of the language or an initial, nor where the next
    word begins in lower case. What holds no letter or digit is dropped.
    """
    known = _KNOWN.get(language, frozenset())
    found: list[str] = []
    begin = 0
    for match in _END.finditer(text):
        if match.group().rstrip("»”\"')]") == "." and not _ends(
            text[begin : match.start()], text[match.end() :], known
        ):
            continue
        found.append(text[begin : match.end()])
        begin = match.end()
    found.append(text[begin:])
    tidy = (_SPACES.sub(" ", sentence).strip() for sentence in found)
    return [sentence for sentence in tidy if any(character.isalnum() for character in sentence)]


def _ends(before: str, after: str, known: frozenset[str]) -> bool:
    """Say whether a single full stop between the two texts is the end of a sentence."""
    rest = after.lstrip(" \t«“\"'([")
    if not rest:
        return True
    if rest[0].islower():
        return False
    match = _LAST_WORD.search(before)
    word = match.group().lower() if match else ""
    initial = len(word) == 1 and word.isalpha() and before[-1:].isupper()
    return word not in known and not initial
