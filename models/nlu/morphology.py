"""Russian words by the dictionary of pymorphy3: what names and places they may be, and what they are called."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

__all__ = ["Morph", "Reading", "morph", "readings"]


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


class Morph(Protocol):
    """The dictionary, as far as it is used here."""

    def normal_forms(self, word: str) -> list[str]:
        """Return the dictionary forms of a word, likeliest first."""

    def parse(self, word: str) -> Sequence[_Parse]:
        """Return the readings of a word, likeliest first."""


@lru_cache(maxsize=1)
def morph() -> Morph:
    """Return the Russian dictionary, loaded once a process, when it is first asked for."""
    import pymorphy3  # noqa: PLC0415 - 40 MB of dictionaries, for Russian alone

    loaded: Morph = pymorphy3.MorphAnalyzer(lang="ru")
    return loaded


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
        for parse in morph().parse(word)
        if parse.is_known and not _PROPER.isdisjoint(parse.tag.grammemes)
    )


def _nominative(parse: _Parse) -> str:
    if "nomn" in parse.tag.grammemes:
        return parse.word
    inflected = parse.inflect(frozenset({"nomn"}))
    return parse.word if inflected is None else inflected.word
