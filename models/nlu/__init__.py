"""Understanding of short replies: Rasa-format training data, rules, an embedded classifier, and times."""

from collections.abc import Sequence
from pathlib import Path

from models.nlu.data import NluDataError, read_nlu
from models.nlu.times import find_times
from models.protocols import Nlu

__all__ = ["NluDataError", "find_times", "load_nlu", "read_nlu"]


def load_nlu(files: Sequence[Path], language: str, cache: Path) -> Nlu:
    """Give the understanding that these files teach: `models.nlu.train.load_nlu`, imported when it is first needed.

    What it trains with takes a second to import, and most commands understand nothing.
    """
    from models.nlu.train import load_nlu as load  # noqa: PLC0415  # slow to import

    return load(files, language, cache)
