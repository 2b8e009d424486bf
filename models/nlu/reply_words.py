"""A reply cut into words that remember where they stand, for the finders of entities."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from models.protocols import Entity

__all__ = ["Word", "entity", "fold", "listed", "overlaps", "words_of"]

_WORD = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)*|[^\w\s]|_")
_FOLD = str.maketrans("ёąćęłńóśźż", "еacelnoszz", "'’")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, a run of digits or a sign of a reply.

    Attributes:
        text: Folded: see `fold`; digits are ASCII.
        start: Index of its first character in the reply.
        end: Index after its last character.
    """

    text: str
    start: int
    end: int

    @property
    def digits(self) -> bool:
        """Whether it is a run of digits."""
        return self.text[:1].isdecimal()


def fold(text: str) -> str:
    """Return lower case with ``ё`` as ``е``, Polish letters without their marks, and no apostrophes."""
    return text.lower().translate(_FOLD)


def listed(text: str) -> frozenset[str]:
    """Return the words of a list, folded."""
    return frozenset(fold(text).split())


def words_of(text: str) -> tuple[Word, ...]:
    """Cut a reply into words, runs of digits and single signs; white space is left out."""
    return tuple(Word(_read(match.group()), match.start(), match.end()) for match in _WORD.finditer(text))


def _read(word: str) -> str:
    return "".join(str(int(sign)) for sign in word) if word[0].isdecimal() else fold(word) or word


def entity(kind: str, value: str, text: str, start: int, end: int) -> Entity:
    """Return the entity that stands in ``text`` from ``start`` to ``end``."""
    return Entity(kind, value, text[start:end], start, end)


def overlaps(one: Entity, others: Iterable[Entity]) -> bool:
    """Say whether an entity shares a character with any of others."""
    return any(one.start < other.end and other.start < one.end for other in others)
