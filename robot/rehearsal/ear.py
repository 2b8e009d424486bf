"""A customer's ear: tells from loudness alone when the far side speaks and when it has fallen silent."""

import asyncio
import time
from collections.abc import Callable

import numpy as np

from robot.rehearsal.rtp import RATE, Pcm

__all__ = ["Ear"]

_LOUD = 300.0
"""RMS from which 20 ms count as speech: about -41 dBFS, far above G.711's idle noise."""
_SPEECH_MS = 100
"""Loud time that makes an utterance; less is a click."""


class Ear:
    """Listens to one stream.

    Attributes:
        heard_ms: Loud milliseconds heard so far.
        first_loud: When the first loud packet since `forget` came, by ``now``; `None` before it.
        last_loud: When the last loud packet came.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Listen from now on; ``now`` gives monotonic seconds."""
        self.heard_ms = 0
        self._now = now
        self._since = 0
        """Loud milliseconds since `forget`."""
        self._began: float | None = None
        self.first_loud: float | None = None
        self.last_loud = 0.0

    def hear(self, pcm: Pcm) -> None:
        """Take a packet of ``int16[n]`` at 8 kHz."""
        if float(np.sqrt(np.mean(np.square(pcm, dtype=np.float64)))) < _LOUD:
            return
        length = len(pcm) * 1000 // RATE
        self.heard_ms += length
        self._since += length
        self.last_loud = self._now()
        if self.first_loud is None:
            self.first_loud = self.last_loud
        if self._began is None and self._since >= _SPEECH_MS:
            self._began = self.last_loud - _SPEECH_MS / 1000

    def forget(self) -> None:
        """Count what was said so far as answered."""
        self._since, self._began, self.first_loud = 0, None, None

    @staticmethod
    def quiet_end_ms(pcm: Pcm) -> int:
        """Return how many ms of silence a piece of speech ends with."""
        packet = RATE // 50
        for end in range(len(pcm), 0, -packet):
            if float(np.sqrt(np.mean(np.square(pcm[max(0, end - packet) : end], dtype=np.float64)))) >= _LOUD:
                return (len(pcm) - end) * 1000 // RATE
        return len(pcm) * 1000 // RATE

    def silent_for(self, pause: int) -> bool:
        """Tell whether the far side has spoken since `forget`, and then been silent for ``pause`` ms."""
        return self._began is not None and self._now() - self.last_loud >= pause / 1000

    def speaking_for(self, length: int) -> bool:
        """Tell whether ``length`` ms have gone by since the far side began to speak."""
        return self._began is not None and self._now() - self._began >= length / 1000

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition on what is heard, looking each 20 ms."""
        while not condition():  # noqa: ASYNC110  # silence makes no event to wait for
            await asyncio.sleep(0.02)
