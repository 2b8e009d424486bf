"""From training files to an understanding: trained once per content, kept on disk, loaded again in a moment."""

import hashlib
import logging
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import joblib
import sklearn

from models.nlu.classifier import IntentModel, train_model
from models.nlu.data import NluData, NluDataError, read_nlu
from models.nlu.embedded import OUT_OF_SCOPE, EmbeddedNlu
from models.protocols import Nlu

__all__ = ["load_nlu", "model_file"]

_RECIPE = 3
"""Counted up whenever the features or the training change, so that no model of an older recipe is loaded."""

_log = logging.getLogger(__name__)


def load_nlu(files: Sequence[Path], language: str, cache: Path) -> Nlu:
    """Give the understanding that these files teach, from the cache or trained now (a few seconds).

    Only a file that this function would itself write is ever loaded from ``cache`` (a pickle is code): keep that
    folder writable by the robot's own user alone.

    Args:
        files: Training data in Rasa's format 3.1, merged; their order does not matter to the cache.
        language: ``en``, ``ru``, ``pl``.
        cache: A folder, made where missing.

    Raises:
        NluDataError: The files cannot be read, or teach fewer than two intents.
    """
    data = read_nlu(files)
    for warning in data.warnings:
        _log.warning("%s", warning)
    if OUT_OF_SCOPE not in data.examples:
        _log.warning("no examples of %s: replies that mean nothing will be taken for something", OUT_OF_SCOPE)
    path = model_file(data, language, cache)
    model = _stored(path)
    if model is None:
        try:
            model = train_model(data.examples, language)
        except ValueError as error:
            raise NluDataError(f"{files[0]}: {error}: write a second `- intent:` with its examples") from error
        try:
            _store(model, path)
        except OSError as error:  # understanding goes on without a cache, the next start only takes longer
            _log.warning("%s cannot be written (%s): make the folder writable", path, error.strerror)
    return EmbeddedNlu(model, data.examples)


def model_file(data: NluData, language: str, cache: Path) -> Path:
    """Return where the model of this data is kept: named by all that decides what training gives."""
    digest = hashlib.sha256(f"{_RECIPE}\0{sklearn.__version__}\0{language}".encode())
    for intent in sorted(data.examples):
        digest.update(f"\0\0{intent}".encode())
        for example in sorted(data.examples[intent]):
            digest.update(f"\0{example}".encode())
    return cache / f"nlu-{language}-{digest.hexdigest()[:24]}.joblib"


def _stored(path: Path) -> IntentModel | None:
    if not path.is_file():
        return None
    try:
        model = joblib.load(path)
    except Exception:  # a half-written or foreign pickle may raise anything; training again mends it
        _log.warning("%s is damaged; training again", path)
        return None
    return model if isinstance(model, IntentModel) else None


def _store(model: IntentModel, path: Path) -> None:
    """Write beside and rename, so that two processes that train at once never see half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, suffix=".part")
    os.close(handle)
    try:
        joblib.dump(model, beside, compress=3)
        Path(beside).replace(path)
    finally:
        Path(beside).unlink(missing_ok=True)
