"""What the town's people say, as sound: rendered once by the speech engines, then read from disk.

One packaged English voice becomes several people by speed and by pitch (resampling), so that a rehearsal tries
recognition and not timing alone.
"""

import hashlib
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soxr

from models.protocols import Voice
from models.tts.espeak import EspeakVoice
from models.tts.piper import PiperVoice, bundled_piper_voice
from robot.rehearsal.personas import Cast, VoiceSpec
from robot.rehearsal.rtp import RATE, Pcm

__all__ = ["Sounds", "beep", "open_voice", "render"]

_LEVEL = 2600.0
"""RMS of speech as it leaves a phone: about -22 dBFS."""
_FORMAT = 1
"""Counted up when the same text and voice shall sound different from now on."""

OpenVoice = Callable[[VoiceSpec, str], Voice]


def open_voice(spec: VoiceSpec, language: str) -> Voice:
    """Load the engine that speaks for this voice.

    Raises:
        ModelMissing: It is not installed; the text says how to get it.
        ModelError: It does not speak this language.
    """
    if spec.engine == "espeak":
        return EspeakVoice(language, spec.speaker)
    return PiperVoice(bundled_piper_voice(), speaker="joe", language=language)


def beep(ms: int) -> Pcm:
    """Return a voicemail's beep: 1 kHz, ``int16[n]`` at 8 kHz."""
    at = np.arange(ms * RATE // 1000) / RATE
    return (6000 * np.sin(2 * np.pi * 1000 * at)).astype(np.int16)


def render(voice: Voice, spec: VoiceSpec, text: str) -> Pcm:
    """Speak ``text`` as ``int16[n]`` at 8 kHz, at the level of a phone, quiet ends cut off."""
    parts = list(voice.speak(text, spec.speed / spec.pitch))
    rate = parts[0].rate
    gap = np.zeros(rate // 8, np.int16)
    joined = np.concatenate([piece for part in parts for piece in (part.pcm, gap)]).astype(np.float32)
    low = soxr.resample(joined, rate * spec.pitch, RATE)
    loud = np.flatnonzero(np.abs(low) > 0.02 * np.max(np.abs(low)))
    low = low[max(0, loud[0] - RATE // 20) : loud[-1] + RATE // 20]
    level = float(np.sqrt(np.mean(np.square(low)))) or 1.0
    return np.asarray(np.clip(low * (_LEVEL / level), -32000, 32000), np.int16)


class Sounds:
    """A folder of WAV files, one for each voice and text."""

    def __init__(self, folder: Path, language: str) -> None:
        """Use ``folder``, which need not exist yet."""
        self._folder = folder
        self._language = language

    def prepare(self, cast: Cast, open_voice: OpenVoice = open_voice) -> int:
        """Render what is missing of all that is ever said; return how many sounds were made.

        Raises:
            ModelMissing: An engine is needed that is not installed.
            ModelError: An engine could not speak a line.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        voices: dict[tuple[str, str], Voice] = {}
        made = 0
        for spec, text in cast.speech():
            file = self._file(spec, text)
            if file.exists():
                continue
            key = (spec.engine, spec.speaker)
            if key not in voices:
                voices[key] = open_voice(spec, self._language)
            self._write(file, render(voices[key], spec, text))
            made += 1
        for voice in voices.values():
            close = getattr(voice, "close", None)
            if close:
                close()
        return made

    def read(self, spec: VoiceSpec, text: str) -> Pcm:
        """Return a sound that was prepared, ``int16[n]`` at 8 kHz."""
        with wave.open(str(self._file(spec, text))) as sound:
            return np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(np.int16)

    def _file(self, spec: VoiceSpec, text: str) -> Path:
        said = "\0".join([str(_FORMAT), self._language, spec.model_dump_json(), text])
        return self._folder / f"{hashlib.sha256(said.encode()).hexdigest()[:32]}.wav"

    def _write(self, file: Path, pcm: Pcm) -> None:
        """Write whole or not at all: the town may be stopped in between."""
        unfinished = file.with_suffix(".part")
        with wave.open(str(unfinished), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(RATE)
            sound.writeframes(pcm.astype("<i2").tobytes())
        unfinished.replace(file)
