"""The way out of a line: playbacks, and the few samples that are written ahead of the wire."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Protocol

import baresip
import numpy as np

from telephony.line import Pcm, PlaybackEnd
from telephony.sip.supply import Supply

__all__ = ["Outlet", "SipPlayback", "StackAudio"]

logger = logging.getLogger(__name__)

_AHEAD_MS = 200
"""How much is written ahead of the wire: enough to live through a late tick, little enough to be dropped at once."""
_AFTER_FLUSH_S = 0.025
"""A flush is carried out on the next packet (20 ms) and takes with it what was written in between."""
_LATEST_S = 0.06
"""Samples seen to have left between two ticks left at most this long ago."""
_DRAW_AHEAD_MS = 5000


class StackAudio(Protocol):
    """What is used of the stack's `CallAudio` on the way out."""

    def info(self) -> baresip.AudioInfo:
        """Probe the streams."""

    def write(self, pcm: bytes) -> int:
        """Queue bytes; return how many were taken."""

    def flush_tx(self) -> None:
        """Drop what is queued."""


class SipPlayback:
    """A `telephony.line.Playback`."""

    def __init__(self, outlet: "Outlet", sound: Pcm | AsyncIterator[Pcm], rate: int, to_rate: int) -> None:
        """Make a playback of ``sound`` at ``rate`` Hz for a line of ``to_rate`` Hz; `Outlet.play` begins it."""
        self.supply = Supply(rate, to_rate)
        self._outlet = outlet
        self._rate = to_rate
        self._left = 0
        self._started_at: float | None = None
        self._broken = False
        self._end: asyncio.Future[PlaybackEnd] = asyncio.get_running_loop().create_future()
        self._room = asyncio.Event()
        self._drawing: asyncio.Task[None] | None = None
        if isinstance(sound, np.ndarray):
            self.supply.push(sound)
            self.supply.finish()
        else:
            self._drawing = asyncio.create_task(self._draw(sound), name="playback-source")

    @property
    def started_at(self) -> float | None:
        """Monotonic seconds when its first sample went towards the wire; `None` before."""
        return self._started_at

    @property
    def heard_ms(self) -> int:
        """Milliseconds that have gone out so far."""
        if not self._end.done():
            self._outlet.settle(time.monotonic())
        return self._left * 1000 // self._rate

    def stop(self) -> None:
        """Stop at once: drop what is queued here and in the stack. Does nothing once ended."""
        if not self._end.done():
            self._outlet.cut(self)

    async def wait(self) -> PlaybackEnd:
        """Wait for the end of it, by itself or cut."""
        return await asyncio.shield(self._end)

    # --- for the outlet

    def started(self, at: float) -> None:
        """Note that its first sample is on its way."""
        if self._started_at is None:
            self._started_at = at

    def count(self, samples: int) -> None:
        """Note that samples of it have left."""
        self._left += samples

    def give_room(self) -> None:
        """Note that samples were taken out of the supply."""
        self._room.set()

    def end(self, *, cut: bool) -> None:
        """Note that it is over."""
        if self._drawing is not None:
            self._drawing.cancel()
        if not self._end.done():
            self._end.set_result(PlaybackEnd(self._left * 1000 // self._rate, cut or self._broken))

    async def _draw(self, sound: AsyncIterator[Pcm]) -> None:
        try:
            async for piece in sound:
                self.supply.push(piece)
                self._outlet.pump(time.monotonic())
                while self.supply.waiting_ms > _DRAW_AHEAD_MS:
                    self._room.clear()
                    await self._room.wait()
        except Exception:
            self._broken = True
            logger.exception("the source of a playback failed; what came of it is played")
        finally:
            self.supply.finish()


class Outlet:
    """Writes one line's sound a little ahead of the wire, and knows what has really left.

    Attributes:
        on_sent: Called with samples (``int16[n]``) that have left, and the monotonic seconds when the last of them did.
            What was flushed is never reported.
    """

    def __init__(self, audio: StackAudio) -> None:
        """Write to ``audio``."""
        self.on_sent: Callable[[Pcm, float], None] | None = None
        self._audio = audio
        self._playing: SipPlayback | None = None
        self._wire: deque[Pcm] = deque()
        self._wire_samples = 0
        self._wire_ends_at = 0.0
        self._write_from = 0.0
        self._rate = 8000
        self._later: asyncio.TimerHandle | None = None

    def play(self, playback: SipPlayback, rate: int) -> None:
        """Play at ``rate`` Hz, cutting what plays."""
        if self._playing is not None:
            self.cut(self._playing)
        self._rate = rate
        self._playing = playback
        self.pump(time.monotonic())

    def cut(self, playback: SipPlayback) -> None:
        """Stop it at once, if it plays."""
        if playback is not self._playing:
            return
        now = time.monotonic()
        self.settle(now)
        if self._wire_samples:
            try:
                self._audio.flush_tx()
            except (baresip.AudioNotActive, baresip.AudioRestarted):
                logger.debug("nothing to flush: the streams are gone")
            self._write_from = now + _AFTER_FLUSH_S
            self.lose()
        self._playing = None
        playback.end(cut=True)

    def close(self) -> None:
        """The line is over: end what plays."""
        if self._later is not None:
            self._later.cancel()
        playback, self._playing = self._playing, None
        self.lose()
        if playback is not None:
            playback.end(cut=True)

    def lose(self) -> None:
        """What was written and has not left will not: it was flushed, or its streams were replaced."""
        self._wire.clear()
        self._wire_samples = 0

    def settle(self, now: float) -> None:
        """Find out what has left since the last time."""
        if not self._wire_samples:
            return
        try:
            buffered = self._audio.info().tx_buffered // 2
        except baresip.AudioNotActive:
            return
        left = self._wire_samples - min(buffered, self._wire_samples)
        while left > 0:
            piece = self._wire.popleft()
            if len(piece) > left:
                self._wire.appendleft(piece[left:])
                piece = piece[:left]
            left -= len(piece)
            self._wire_samples -= len(piece)
            if self._playing is not None:
                self._playing.count(len(piece))
            expected = self._wire_ends_at - self._wire_samples / self._rate
            self._tell(piece, min(now, max(expected, now - _LATEST_S)))

    def pump(self, now: float) -> None:
        """Write what fits, and end what is over. Called on every tick, and when sound has come."""
        self.settle(now)
        playback = self._playing
        if playback is None:
            return
        if now < self._write_from:
            if self._later is None:
                self._later = asyncio.get_running_loop().call_later(self._write_from - now, self._pump_later)
            return
        self._top_up(playback, now)
        if playback.supply.done and not self._wire_samples:
            self._playing = None
            playback.end(cut=False)

    def _tell(self, pcm: Pcm, at: float) -> None:
        if self.on_sent is None:
            return
        try:
            self.on_sent(pcm, at)
        except Exception:
            self.on_sent = None
            logger.exception("who listens to what is sent failed, and is not told any more; the call goes on")

    def _pump_later(self) -> None:
        self._later = None
        self.pump(time.monotonic())

    def _top_up(self, playback: SipPlayback, now: float) -> None:
        room = self._rate * _AHEAD_MS // 1000 - self._wire_samples
        pcm = playback.supply.take(room) if room > 0 else np.zeros(0, np.int16)
        if not len(pcm):
            return
        playback.give_room()
        try:
            taken = self._audio.write(pcm.tobytes()) // 2
        except baresip.AudioNotActive:
            taken = 0
        except baresip.AudioRestarted:
            self.lose()
            taken = 0
        playback.supply.put_back(pcm[taken:])
        if not taken:
            return
        playback.started(now)
        self._wire_ends_at = (max(now, self._wire_ends_at) if self._wire_samples else now) + taken / self._rate
        self._wire.append(pcm[:taken])
        self._wire_samples += taken
