"""Recorded prompts of a script, ready for lines: read once, made mono, at the loudness and the rate of speech."""

import threading
import wave
from collections.abc import Mapping

import numpy as np
import soxr

from models.protocols import Pcm
from models.tts.speech import levelled
from robot.script.shipping import Sound

__all__ = ["Recordings"]


class Recordings:
    """The recordings of one script, shared by its calls. May be used from several threads."""

    def __init__(self, sounds: Mapping[str, Sound]) -> None:
        """Take the recordings by the names that the script gives them."""
        self._sounds = sounds
        self._lock = threading.Lock()
        self._ready: dict[tuple[str, int], Pcm] = {}

    def pcm(self, file: str, hz: int) -> Pcm:
        """Return a recording, ``int16[n]`` mono at ``hz``.

        Raises:
            OSError: Its file is gone.
            KeyError: The script has no such recording.
        """
        with self._lock:
            ready = self._ready.get((file, hz))
            if ready is None:
                ready = self._ready[file, hz] = _read(self._sounds[file], hz)
            return ready


def _read(sound: Sound, hz: int) -> Pcm:
    with wave.open(str(sound.path)) as file:
        channels, rate = file.getnchannels(), file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, channels)
    mono = samples.mean(axis=1).round().astype(np.int16)
    return levelled(mono if rate == hz else soxr.resample(mono, rate, hz))
