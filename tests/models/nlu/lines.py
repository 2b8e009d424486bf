"""What people say on the phone to a calling robot: lines to measure understanding by, never to teach it with.

``lines/<language>.tsv`` holds them; ``lines/README.md`` tells how they were written and labelled. Half of them may be
looked at while data and rules are made (``dev``); the other half (``sealed``) is read by programs that report, and by
nobody else. Which half a line is in depends on its words alone, so that no edit moves another line.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeAlias, cast

from models.nlu.text import lemmas, normalise

__all__ = [
    "INTENTS", "SEALED_SHA256", "TAGS", "TRAPS", "Half", "Line", "Listen",
    "checksum", "every_line", "languages", "load", "near_duplicates",
]  # fmt: skip

Half: TypeAlias = Literal["dev", "sealed"]
Listen: TypeAlias = Literal["", "yes_no", "choice", "open"]

FOLDER = Path(__file__).parent / "lines"

INTENTS = frozenset({
    "affirm", "deny", "callback_later", "cannot_talk", "do_not_call", "wrong_number", "not_the_person", "moved_away",
    "who_is_this", "ask_where_number_from", "is_robot", "ask_price", "ask_details", "send_info", "operator_please",
    "think_about_it", "competitor", "complaint", "abuse", "greet", "repeat", "thanks_bye", "out_of_scope",
})  # fmt: skip
"""Intents that every language pack has."""

TRAPS = frozenset({"trap_neg_yes", "trap_yes_no", "trap_double"})
"""Negation that means yes, yes that means something else, and answers of two parts."""

TAGS = TRAPS | {"hidden", "asr", "dialect", "rude", "polite", "long"}

SEALED_SHA256 = {
    "ru": "156c375cba36b3b2952e29f5cd9e717756f71fdeb646ed58ec1e876421fc7586",
}
"""Language → checksum of its sealed half, see `checksum`.

It changes only where a label was wrong, and the commit that changes it says which.
"""

_COLUMNS = ("text", "intent", "listen", "context", "tags")
_LISTEN = ("", "yes_no", "choice", "open")
_FEWEST_WORDS = 3
_ALIKE = 0.8
"""Share of common trigrams from which two lines count as one."""


@dataclass(frozen=True, slots=True)
class Line:
    """A reply, and what should be made of it.

    Attributes:
        text: As a recogniser writes it, or as typed.
        intent: What must be answered; one of `INTENTS`.
        listen: The kind of step that heard it; empty where the reply follows no question.
        context: Key of the question that it answers; ``none`` or empty where it follows none.
        tags: Some of `TAGS`.
    """

    text: str
    intent: str
    listen: Listen
    context: str
    tags: frozenset[str]

    @property
    def half(self) -> Half:
        """The half that the line is in: by the first byte of SHA-256 of its normalised text, even or odd."""
        first = hashlib.sha256(normalise(self.text).encode()).digest()[0]
        return "sealed" if first % 2 else "dev"

    @property
    def is_trap(self) -> bool:
        """Whether its first word says something else than the whole."""
        return bool(self.tags & TRAPS)


def languages() -> tuple[str, ...]:
    """Return the languages that there are lines of, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.tsv")))


@lru_cache
def every_line(language: str) -> tuple[Line, ...]:
    """Read all lines of a language, both halves, in the order of the file.

    Raises:
        ValueError: A row has not the columns of the header, or names a kind of step or a tag that there is none of.
    """
    path = FOLDER / f"{language}.tsv"
    rows = enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    table = [(number, tuple(row.split("\t"))) for number, row in rows if row and not row.startswith("#")]
    if not table or table[0][1] != _COLUMNS:
        raise ValueError(f"{path}: the first row must be {', '.join(_COLUMNS)}, with tabs between")
    return tuple(_line(cells, f"{path}:{number}") for number, cells in table[1:])


def load(language: str, half: Half) -> tuple[Line, ...]:
    """Return the lines of a language that are in a half, in the order of the file; raises as `every_line`."""
    return tuple(line for line in every_line(language) if line.half == half)


def checksum(lines: Iterable[Line]) -> str:
    """Return SHA-256, in hex, of the lines with all their columns, sorted, each ended by a line feed."""
    rows = sorted("\t".join(_cells(line)) + "\n" for line in lines)
    return hashlib.sha256("".join(rows).encode()).hexdigest()


def near_duplicates(lines: Sequence[Line], examples: Iterable[str], language: str) -> list[tuple[str, str]]:
    """Return pairs of a line and a training example that say the same in nearly the same words.

    They share four fifths of their character trigrams (Jaccard), or are made of the same words, as dictionary forms in
    Russian. Lines of fewer than three words are left out: "yes" and "not now" stand in every data there is.
    """
    taught = [_Print.of(example, language) for example in dict.fromkeys(map(normalise, examples)) if example]
    asked = [(line, _Print.of(normalise(line.text), language)) for line in lines]
    return [
        (line.text, example.normal)
        for line, mine in asked
        if len(mine.normal.split()) >= _FEWEST_WORDS
        for example in taught
        if mine.is_like(example)
    ]


@dataclass(frozen=True, slots=True)
class _Print:
    """What a normalised text is compared by."""

    normal: str
    trigrams: frozenset[str]
    words: frozenset[str]

    @classmethod
    def of(cls, normal: str, language: str) -> "_Print":
        padded = f" {normal} "
        trigrams = frozenset(padded[start : start + 3] for start in range(len(padded) - 2))
        return cls(normal, trigrams, frozenset(lemmas(normal, language).split()))

    def is_like(self, other: "_Print") -> bool:
        if self.words == other.words:
            return True
        fewer, more = sorted((len(self.trigrams), len(other.trigrams)))
        if fewer < _ALIKE * more:  # then no overlap is large enough; spares most of the comparisons
            return False
        common = len(self.trigrams & other.trigrams)
        return common >= _ALIKE * (fewer + more - common)


def _cells(line: Line) -> tuple[str, ...]:
    return line.text, line.intent, line.listen, line.context, ",".join(sorted(line.tags))


def _line(cells: tuple[str, ...], place: str) -> Line:
    if len(cells) != len(_COLUMNS):
        raise ValueError(f"{place}: {len(cells)} columns; write {', '.join(_COLUMNS)}, the last ones may be empty")
    text, intent, listen, context, tags = cells
    if listen not in _LISTEN:
        raise ValueError(f"{place}: listen is “{listen}”; write yes_no, choice, open, or nothing")
    if unknown := set(filter(None, tags.split(","))) - TAGS:
        raise ValueError(f"{place}: there is no tag “{min(unknown)}”; write some of {', '.join(sorted(TAGS))}")
    return Line(text, intent, cast(Listen, listen), context, frozenset(filter(None, tags.split(","))))
