"""Speech for tests: a hum as long as the text, so that no speech engine is needed."""

from collections.abc import Iterator

import numpy as np

from models.protocols import Audio, Voice
from robot.rehearsal.rtp import RATE, Pcm

__all__ = ["Humming", "hum", "open_humming"]


def hum(ms: int) -> Pcm:
    at = np.arange(ms * RATE // 1000) / RATE
    return (5000 * np.sin(2 * np.pi * 300 * at)).astype(np.int16)


class Humming:
    engine = "hum"
    speaker = "hum"
    language = "en"

    def speak(self, text: str, rate: float = 1.0) -> Iterator[Audio]:
        yield Audio(hum(20 * len(text)), RATE)


def open_humming(engine: str, speaker: str | None) -> Voice:
    return Humming()
