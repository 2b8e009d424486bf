"""Understanding of short replies: Rasa-format training data, rules, an embedded classifier, and times."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from models.nlu.data import NluDataError, read_nlu
from models.nlu.entities import find_entities
from models.nlu.times import find_times
from models.protocols import Nlu, Understanding

__all__ = ["FindsOnly", "NluDataError", "find_times", "load_nlu", "read_nlu"]


class FindsOnly:
    """An `Nlu` that was taught nothing: every reply is out of scope, and what it names is found all the same."""

    def __init__(self, language: str) -> None:
        """Find in a language."""
        self.language = language
        self.intents: frozenset[str] = frozenset()
        self.examples: Mapping[str, tuple[str, ...]] = {}

    def parse(self, text: str, *, allowed: frozenset[str] | None = None, now: datetime | None = None) -> Understanding:
        """Find what a reply names; see `models.protocols.Nlu.parse`."""
        return Understanding(text, "out_of_scope", 1.0, (), find_entities(text, self.language, now))


def load_nlu(files: Sequence[Path], language: str, cache: Path) -> Nlu:
    """Give the understanding that these files teach: `models.nlu.train.load_nlu`, imported when it is first needed.

    What it trains with takes a second to import, and most commands understand nothing. Without any file nothing is
    understood but times, numbers and the like: a script that is answered by keys alone needs no more.
    """
    if not files:
        return FindsOnly(language)
    from models.nlu.train import load_nlu as load  # noqa: PLC0415  # slow to import

    return load(files, language, cache)
