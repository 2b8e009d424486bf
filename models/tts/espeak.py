"""espeak-ng: every language, robotic, instant. It is GPL-3, so it too runs as a program.

Where Debian's ``espeak-ng`` is on the path that is run, once a sentence; else the library in the ``espeakng-loader``
wheel, in a process of its own.

A speaker is ``variant``, ``voice+variant`` or either with ``@pitch``: ``f2``, ``en-gb-x-rp+m3``, ``m7@30``.
Variants are the engine's own; pitch is 0 to 99, 50 where not said.
"""

import importlib.util
import io
import re
import shutil
import subprocess
import wave
from collections.abc import Iterator
from typing import Protocol

import numpy as np

from models.protocols import Audio, ModelError, ModelMissing
from models.tts.process import SpeechProcess
from models.tts.sentences import sentences

__all__ = ["LANGUAGES", "EspeakEngine", "EspeakVoice", "espeak_engine", "espeak_missing"]

LANGUAGES = {"en": "en-us", "ru": "ru", "pl": "pl", "ko": "ko"}
"""Language → the engine's voice for it."""

VARIANTS = (
    "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5", "max", "david", "steph", "edward",
    "adam", "klatt6",
)  # fmt: skip
"""Throats that fit any language: men's, women's, and the clearest of the named ones."""

_WORDS_A_MINUTE = 165
_SPEAKER = re.compile(
    r"(?:(?P<voice>[a-z]{2,3}(?:-[a-z0-9]+)*)\+)?(?P<variant>[A-Za-z][A-Za-z0-9_]*)(?:@(?P<pitch>\d{1,2}))?"
)


def espeak_missing() -> str | None:
    """Return why espeak-ng cannot be used here, or `None` where it can."""
    if shutil.which("espeak-ng") or importlib.util.find_spec("espeakng_loader"):
        return None
    return "espeak-ng is not installed; run: pip install 'perezvon[espeak]' (or, as root: apt install espeak-ng)"


class EspeakEngine(Protocol):
    """What speaks: the program or the library."""

    def say(self, text: str, voice: str, words_a_minute: int, pitch: int) -> Audio:
        """Speak one sentence."""

    def close(self) -> None:
        """End it."""


class _Program:
    """Debian's binary."""

    def __init__(self, path: str) -> None:
        self._path = path

    def say(self, text: str, voice: str, words_a_minute: int, pitch: int) -> Audio:
        done = subprocess.run(
            [self._path, "-v", voice, "-s", str(words_a_minute), "-p", str(pitch), "--stdin", "--stdout"],
            input=text.encode(), capture_output=True, check=False, timeout=30,
        )  # fmt: skip
        if done.returncode or not done.stdout:
            raise ModelError(f"espeak-ng: {done.stderr.decode(errors='replace').strip() or 'no speech came'}")
        with wave.open(io.BytesIO(done.stdout)) as sound:
            rate = sound.getframerate()
            # The header of a piped WAV holds no true length: read what there is.
            data = done.stdout[44:]
        return Audio(np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.int16), rate)

    def close(self) -> None:
        pass


class _Library:
    """The wheel's library, in our worker."""

    def __init__(self) -> None:
        self._process = SpeechProcess.of_module("espeak-ng", "models.tts.espeak_worker")

    def say(self, text: str, voice: str, words_a_minute: int, pitch: int) -> Audio:
        return self._process.ask({"text": text, "voice": voice, "words_a_minute": words_a_minute, "pitch": pitch})

    def close(self) -> None:
        self._process.close()


def espeak_engine(program: str | None = None) -> EspeakEngine:
    """Return what speaks on this machine; one serves all voices.

    Args:
        program: The binary to run; the one on the path, else the wheel's library, where `None`.

    Raises:
        ModelMissing: Neither is here.
    """
    program = program or shutil.which("espeak-ng")
    if program is None and (why := espeak_missing()):
        raise ModelMissing(why)
    return _Program(program) if program else _Library()


class EspeakVoice:
    """One of espeak-ng's voices.

    Args:
        language: One of `LANGUAGES`.
        speaker: See the module; ``max``, the clearest on a phone in English, where `None`.
        engine: One to share.

    Raises:
        ModelMissing: Neither the program nor the wheel is here.
        ModelError: The language or the speaker is none of the engine's.
    """

    engine = "espeak"

    def __init__(self, language: str, speaker: str | None = None, engine: EspeakEngine | None = None) -> None:
        if language not in LANGUAGES:
            raise ModelError(f"espeak-ng: no voice for language {language!r}; there are {', '.join(LANGUAGES)}")
        match = _SPEAKER.fullmatch(speaker or "max")
        if match is None or (match["voice"] is None and match["variant"] not in VARIANTS):
            raise ModelError(
                f"espeak-ng: {speaker!r} is no speaker; write one of {', '.join(VARIANTS)}, "
                "or voice+variant, with @pitch if need be: f2, en-us+m3, m7@30"
            )
        self.language = language
        self.speaker = match.group()
        self._voice = f"{match['voice'] or LANGUAGES[language]}+{match['variant']}"
        self._pitch = int(match["pitch"] or 50)
        self._engine = engine or espeak_engine()

    def speak(self, text: str, rate: float = 1.0) -> Iterator[Audio]:
        """Give speech sentence by sentence (22050 Hz); ``rate`` 1.0 is 165 words a minute.

        Raises:
            ModelError: The engine could not speak this text.
        """
        for sentence in sentences(text, self.language):
            yield self._engine.say(sentence, self._voice, round(_WORDS_A_MINUTE * rate), self._pitch)

    def close(self) -> None:
        """End the engine's process."""
        self._engine.close()
