"""Sound that waits to be played, resampled as it is taken."""

from collections import deque

import numpy as np
import soxr

from telephony.line import Pcm

__all__ = ["Supply"]

_SLICE_MS = 200


class Supply:
    """A queue of samples at one rate, taken at another.

    Resampling is done as samples are taken, slice by slice, so that a long prompt never stops the event loop.
    """

    def __init__(self, rate: int, to_rate: int) -> None:
        """Make an empty supply.

        Args:
            rate: Hz of what is pushed.
            to_rate: Hz of what is taken.
        """
        self._rate = rate
        self._raw: deque[Pcm] = deque()
        self._ready: deque[Pcm] = deque()
        self._ready_samples = 0
        self._finished = False
        self._drained = False
        self._resampler = soxr.ResampleStream(rate, to_rate, 1, dtype="int16") if rate != to_rate else None

    @property
    def waiting_ms(self) -> int:
        """Milliseconds pushed and not yet looked at."""
        return sum(len(piece) for piece in self._raw) * 1000 // self._rate

    @property
    def done(self) -> bool:
        """Whether all there will ever be has been taken."""
        return self._finished and not self._raw and not self._ready_samples and (self._drained or not self._resampler)

    def push(self, pcm: Pcm) -> None:
        """Add samples (``int16[n]``)."""
        if len(pcm):
            self._raw.append(np.ascontiguousarray(pcm, dtype=np.int16))

    def finish(self) -> None:
        """Say that nothing more will be pushed."""
        self._finished = True

    def take(self, samples: int) -> Pcm:
        """Take up to ``samples`` samples; fewer when there are no more now."""
        while self._ready_samples < samples and self._refill():
            pass
        pieces: list[Pcm] = []
        while samples > 0 and self._ready:
            piece = self._ready.popleft()
            if len(piece) > samples:
                self._ready.appendleft(piece[samples:])
                piece = piece[:samples]
            pieces.append(piece)
            samples -= len(piece)
            self._ready_samples -= len(piece)
        return np.concatenate(pieces) if pieces else np.zeros(0, np.int16)

    def put_back(self, pcm: Pcm) -> None:
        """Return samples that were taken and could not be used."""
        if len(pcm):
            self._ready.appendleft(pcm)
            self._ready_samples += len(pcm)

    def _refill(self) -> bool:
        if self._raw:
            piece = self._raw.popleft()
            size = self._rate * _SLICE_MS // 1000
            if len(piece) > size:
                self._raw.appendleft(piece[size:])
                piece = piece[:size]
            self._add(self._resampler.resample_chunk(piece) if self._resampler else piece)
            return True
        if self._finished and self._resampler and not self._drained:
            self._drained = True
            self._add(self._resampler.resample_chunk(np.zeros(0, np.int16), last=True))
            return True
        return False

    def _add(self, pcm: Pcm) -> None:
        if len(pcm):
            self._ready.append(pcm)
            self._ready_samples += len(pcm)
