"""Russian words by the dictionary of pymorphy3: what names and places they may be, and what they are called."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

__all__ = ["Reading", "readings"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a word.

    Attributes:
        grammemes: Its grammatical marks, as OpenCorpora names them: ``Name``, ``Geox``, ``nomn``, ``femn``…
        nominative: The word as it answers "who, what", in its own gender and number.
        score: How likely it is this one, 0 to 1.
    """

    grammemes: frozenset[str]
    nominative: str
    score: float


class _Tag(Protocol):
    grammemes: frozenset[str]


class _Parse(Protocol):
    tag: _Tag
    word: str
    score: float
    is_known: bool

    def inflect(self, required: frozenset[str]) -> "_Parse | None": ...


class _Morph(Protocol):
    def parse(self, word: str) -> Sequence[_Parse]: ...


@lru_cache(maxsize=1)
def _morph() -> _Morph:
    import pymorphy3  # noqa: PLC0415 - 40 MB of dictionaries, for Russian alone

    morph: _Morph = pymorphy3.MorphAnalyzer(lang="ru")
    return morph


_RUSSIAN = re.compile(r"[а-яё]+(?:-[а-яё]+)*")
_PROPER = frozenset({"Name", "Surn", "Patr", "Geox"})


@lru_cache(maxsize=20_000)
def readings(word: str) -> tuple[Reading, ...]:
    """Return the ways to read a word as a name or a place, likeliest first; a word not in the dictionary has none."""
    word = word.lower()
    if not _RUSSIAN.fullmatch(word):
        return ()  # and some signs make the dictionary raise
    return tuple(
        Reading(frozenset(parse.tag.grammemes), _nominative(parse), parse.score)
        for parse in _morph().parse(word)
        if parse.is_known and not _PROPER.isdisjoint(parse.tag.grammemes)
    )


def _nominative(parse: _Parse) -> str:
    if "nomn" in parse.tag.grammemes:
        return parse.word
    inflected = parse.inflect(frozenset({"nomn"}))
    return parse.word if inflected is None else inflected.word
