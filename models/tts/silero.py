"""Silero voices: Russian that sounds like Russian, by ``torch.package``.

The model file holds its own code (https://github.com/snakers4/silero-models): loading it runs that code, so it is
loaded only from the models' folder, where `models.pull` has checked it. ``v5_ru`` sets stress itself and may not be
used commercially; ``v5_cis_base`` (MIT) wants stress marks, which ``silero-stress`` sets.
"""

import importlib.util
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np

from models.protocols import Audio, ModelError, ModelMissing
from models.tts.sentences import sentences

__all__ = ["SileroModel", "SileroVoice", "stress_marks"]

_RATE: Final = 8000
_LONGEST: Final = 800
"""Characters that a model takes at once; a longer sentence is cut at a comma or space."""


class SileroModel:
    """A loaded model; its voices share it, one sentence at a time.

    Args:
        file: The ``.pt`` package.
        stress: What sets stress marks, where the model wants them.

    Raises:
        ModelMissing: torch or the file is missing.
        ModelError: The file is no such model.
    """

    def __init__(self, file: Path, *, stress: Callable[[str], str] | None = None) -> None:
        if importlib.util.find_spec("torch") is None:
            raise ModelMissing("Silero: torch is not installed; run: pip install 'perezvon[silero]'")
        if not file.is_file():
            raise ModelMissing(f"Silero: there is no {file}; run: perezvon models pull ru")
        import torch  # noqa: PLC0415  # an extra, and slow to import
        from torch.package.package_importer import PackageImporter  # noqa: PLC0415  # an extra, and slow to import

        torch.set_num_threads(1)
        self._inference = torch.inference_mode
        try:
            self._model = PackageImporter(str(file)).load_pickle("tts_models", "model")
        except Exception as error:
            raise ModelError(f"Silero: {file} cannot be loaded ({error}); remove it and pull it again") from error
        self._model.to(torch.device("cpu"))
        self.name = file.stem
        self.speakers = tuple(str(name) for name in getattr(self._model, "speakers", ()))
        self._stress = stress
        self._lock = threading.Lock()

    @property
    def model(self) -> object:
        """The vendor's own object."""
        return self._model

    def say(self, text: str, speaker: str, rate: float) -> Audio:
        """Speak at most `_LONGEST` characters, at 8000 Hz.

        Raises:
            ModelError: The model could not speak this text.
        """
        if self._stress:
            text = self._stress(text)
        what = {"text": text} if rate == 1.0 else {"ssml_text": _ssml(text, rate)}
        try:
            with self._lock, self._inference():
                sound = self._model.apply_tts(**what, speaker=speaker, sample_rate=_RATE)
        except Exception as error:
            # The model raises bare ValueError and AssertionError for letters that it does not have.
            raise ModelError(f"Silero: {type(error).__name__}: {self.name} could not speak a sentence") from error
        samples = np.clip(sound.detach().cpu().numpy().astype(np.float32), -1, 1)
        return Audio((samples * 32767).astype(np.int16), _RATE)


class SileroVoice:
    """One speaker of a Silero model.

    Args:
        model: The model.
        language: What it speaks.
        speaker: One of the model's; the first of them where `None`.

    Raises:
        ModelError: The model has no such speaker.
    """

    engine = "silero"

    def __init__(self, model: SileroModel, *, language: str = "ru", speaker: str | None = None) -> None:
        if speaker is not None and model.speakers and speaker not in model.speakers:
            raise ModelError(f"Silero: {model.name} has no speaker {speaker!r}; it has {', '.join(model.speakers)}")
        self.speaker = speaker or (model.speakers[0] if model.speakers else "xenia")
        self.language = language
        self._model = model

    def speak(self, text: str, rate: float = 1.0) -> Iterator[Audio]:
        """Give speech sentence by sentence at 8000 Hz; another ``rate`` is asked for in SSML.

        Raises:
            ModelError: The model could not speak this text.
        """
        for sentence in sentences(text, self.language):
            for part in _parts(sentence):
                yield self._model.say(part, self.speaker, rate)


def stress_marks() -> Callable[[str], str]:
    """Return what sets stress marks in Russian text (``прив+ет``).

    Raises:
        ModelMissing: ``silero-stress`` is not installed.
    """
    if importlib.util.find_spec("silero_stress") is None:
        raise ModelMissing("Silero: silero-stress is not installed; run: pip install 'perezvon[silero]'")
    from silero_stress import load_accentor  # noqa: PLC0415  # an extra, and slow to import

    accentor: Callable[[str], str] = load_accentor()
    return accentor


def _ssml(text: str, rate: float) -> str:
    """Return SSML with the nearest of the five speeds that the model knows."""
    speeds = {"x-slow": 0.5, "slow": 0.8, "medium": 1.0, "fast": 1.2, "x-fast": 1.5}
    name = min(speeds, key=lambda speed: abs(speeds[speed] - rate))
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<speak><prosody rate="{name}">{escaped}</prosody></speak>'


def _parts(sentence: str) -> Iterator[str]:
    while len(sentence) > _LONGEST:
        cut = max(sentence.rfind(",", 0, _LONGEST), sentence.rfind(" ", 0, _LONGEST))
        cut = cut if cut > 0 else _LONGEST - 1
        yield sentence[: cut + 1].strip()
        sentence = sentence[cut + 1 :]
    yield sentence.strip()
