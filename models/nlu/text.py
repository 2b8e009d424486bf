"""How a reply is made plain before it is judged: lower case, no punctuation, words to their lemmas in Russian."""

import re
from functools import lru_cache

from models.nlu.morphology import morph

__all__ = ["clauses", "lemmas", "normalise", "spelt_out"]

_APOSTROPHE = re.compile(r"['’`ʼ]")
_NOT_WORD = re.compile(r"[^\w%]+|_")
_PAUSE = r"[.,!?;:—–…]+\s*|\s-\s"
_PAUSES = re.compile(_PAUSE)
_CLAUSE = {
    "en": re.compile(rf"{_PAUSE}|\b(?:but|and)\b"),
    "ru": re.compile(rf"{_PAUSE}|\b(?:а|но|только)\b"),
    "pl": re.compile(rf"{_PAUSE}|\b(?:ale|lecz|tylko|a|i|oraz|bo)\b"),
}

_PLAIN = str.maketrans("ёąćęłńóśźż", "еacelnoszz")
"""Letters that recognisers and people write now with their marks, now without."""

_FULL = {"m": " am", "re": " are", "ve": " have", "s": " is", "d": " would", "ll": " will", "nt": " not"}
_SHORT = re.compile(
    r"\b(?:(i)(m|ve|d)|(you|they)(re|ve|ll|d)|(we)(ve)|(it|that|he|she|who|what|where|there)(s)|"
    r"(do|does|did|is|are|was|were|could|would|should|have|has|had|ca|wo)(nt))\b|\bcannot\b"
)
_IRREGULAR = {"cant": "can not", "cannot": "can not", "wont": "will not"}


@lru_cache(maxsize=20_000)
def _lemma(word: str) -> str:
    return morph().normal_forms(word)[0].replace("ё", "е")


def normalise(text: str) -> str:
    """Return the words in lower case without punctuation, ``ё`` as ``е``, ``ć`` as ``c``, ``don't`` as ``dont``."""
    return _NOT_WORD.sub(" ", _APOSTROPHE.sub("", text.lower().translate(_PLAIN))).strip()


def spelt_out(normal: str, language: str) -> str:
    """Return normalised words with English short forms spelt out, since recognisers write now one, now the other.

    ``im`` becomes ``i am``, ``dont`` ``do not``; what is a word of its own too stays (``were``, ``well``, ``ill``).
    """
    return _SHORT.sub(_in_full, normal) if language == "en" else normal


def _in_full(found: re.Match[str]) -> str:
    if found[0] in _IRREGULAR:
        return _IRREGULAR[found[0]]
    stem, ending = (group for group in found.groups() if group is not None)
    return stem + _FULL[ending]


def lemmas(normal: str, language: str) -> str:
    """Return normalised words as dictionary forms where endings carry little (Russian), else as given."""
    if language != "ru":
        return normal
    return " ".join(_lemma(word) for word in normal.split())


def clauses(text: str, language: str) -> tuple[str, ...]:
    """Split a reply at its punctuation and its *but* and *and*, normalised; at least one piece of any words."""
    pieces = (normalise(piece) for piece in _CLAUSE.get(language, _PAUSES).split(text.lower()))
    return tuple(piece for piece in pieces if piece)
