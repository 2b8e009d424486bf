"""What the town's people say, as sound: rendered once by the speech engines, then read from disk.

One packaged English voice becomes several people by speed and by pitch (resampling), so that a rehearsal tries
recognition and not timing alone.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soxr

from models.protocols import Audio, Voice
from models.tts.speech import SpeechCache
from robot.rehearsal.personas import Cast, VoiceSpec
from robot.rehearsal.rtp import RATE, Pcm

__all__ = ["Sounds", "beep", "render"]

_LEVEL = 2600.0
"""RMS of speech as it leaves a phone: about -22 dBFS."""
_FORMAT = 1
"""Counted up when the same text and voice shall sound different from now on."""

OpenVoice = Callable[[str, str | None], Voice]
"""From an engine and a speaker to the voice."""


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
    """Sounds on disk, one for each voice and text; the folder may be that of the robot's own prompts."""

    def __init__(self, folder: Path, cast: Cast) -> None:
        """Use ``folder``, which need not exist yet, for the voices of ``cast``."""
        self._kept = SpeechCache(folder)
        self._cast = cast

    def prepare(self, open_voice: OpenVoice, *, speech: bool = True) -> int:
        """Render what is missing of all that is ever said; return how many sounds were made.

        Args:
            open_voice: Gives the voice of an engine and a speaker; not asked where nothing is missing.
            speech: Whether rows are played that need a robot that hears.

        Raises:
            ModelMissing: An engine is needed that is not installed.
            ModelError: An engine could not speak a line.
        """
        made = 0
        for spec, text in self._cast.lines(speech=speech):
            key = self._key(spec, text)
            if not self._kept.get(key):
                voice = open_voice(self._engine(spec), spec.speaker)
                self._kept.put(key, Audio(render(voice, spec, text), RATE))
                made += 1
        return made

    def read(self, spec: VoiceSpec, text: str) -> Pcm:
        """Return a sound that was prepared, ``int16[n]`` at 8 kHz.

        Raises:
            LookupError: It was not, or is gone.
        """
        kept = self._kept.get(self._key(spec, text))
        if kept is None:
            raise LookupError(f"a line of the cast has no sound in {self._kept.folder}: start the town again")
        return kept.pcm

    def _key(self, spec: VoiceSpec, text: str) -> str:
        how = [self._engine(spec), spec.speaker or "", str(spec.speed), str(spec.pitch)]
        said = "\0".join([str(_FORMAT), self._cast.language, *how, text])
        return "town-" + hashlib.sha256(said.encode()).hexdigest()[:32]

    def _engine(self, spec: VoiceSpec) -> str:
        return spec.engine or self._cast.engine
