"""The way out of a line, on streams that do all that the stack's do: take less, vanish, flush late."""

import asyncio
import time
from collections.abc import AsyncIterator

import baresip
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.line import Pcm, PlaybackEnd
from telephony.sip.playback import Outlet, SipPlayback
from telephony.sip.supply import Supply

RATE = 8000


class Wire:
    """The stack's streams, drained by the test."""

    def __init__(self) -> None:
        self.queued = b""
        self.left = b""
        self.takes = 1 << 20
        self.active = True
        self.restarted = False
        self.flushing = False

    def info(self) -> baresip.AudioInfo:
        if not self.active:
            raise baresip.AudioNotActive("none")
        return baresip.AudioInfo(True, True, RATE, 1, 20, RATE, 1, len(self.queued), 0, 32768, 32768)

    def write(self, pcm: bytes) -> int:
        if not self.active:
            raise baresip.AudioNotActive("none")
        if self.restarted:
            self.restarted, self.queued = False, b""
            raise baresip.AudioRestarted("new streams")
        taken = pcm[: self.takes]
        self.queued += taken
        return len(taken)

    def flush_tx(self) -> None:
        self.flushing = True

    def send(self, ms: int) -> None:
        """Let ``ms`` go out; a flush is carried out first, with whatever was written since."""
        if self.flushing:
            self.flushing, self.queued = False, b""
        size = ms * RATE // 1000 * 2
        self.left += self.queued[:size]
        self.queued = self.queued[size:]


def ramp(ms: int) -> Pcm:
    return np.arange(1, ms * RATE // 1000 + 1).astype(np.int16)


def begin(outlet: Outlet, sound: Pcm | AsyncIterator[Pcm], rate: int = RATE) -> SipPlayback:
    playback = SipPlayback(outlet, sound, rate, RATE)
    outlet.play(playback, RATE)
    return playback


async def test_at_most_200_ms_are_written_ahead() -> None:
    wire = Wire()
    outlet = Outlet(wire)
    playback = begin(outlet, ramp(1000))
    assert len(wire.queued) == 3200
    assert playback.started_at is not None
    wire.send(40)
    outlet.pump(time.monotonic())
    assert len(wire.queued) == 3200
    assert playback.heard_ms == 40


async def test_short_writes_lose_nothing() -> None:
    wire = Wire()
    wire.takes = 222
    outlet = Outlet(wire)
    sent: list[Pcm] = []
    outlet.on_sent = lambda pcm, at: sent.append(pcm)
    playback = begin(outlet, ramp(300))
    for _ in range(100):
        wire.send(20)
        outlet.pump(time.monotonic())
    assert await playback.wait() == PlaybackEnd(300, cut=False)
    assert wire.left == ramp(300).tobytes()
    assert np.concatenate(sent).tobytes() == wire.left


async def test_streams_that_are_not_there_yet_are_waited_for() -> None:
    wire = Wire()
    wire.active = False
    outlet = Outlet(wire)
    playback = begin(outlet, ramp(100))
    assert playback.started_at is None
    wire.active = True
    for _ in range(10):
        wire.send(20)
        outlet.pump(time.monotonic())
    assert await playback.wait() == PlaybackEnd(100, cut=False)


async def test_what_new_streams_swallow_was_not_heard() -> None:
    wire = Wire()
    outlet = Outlet(wire)
    playback = begin(outlet, ramp(400))
    wire.send(100)
    outlet.settle(time.monotonic())
    wire.restarted = True
    for _ in range(30):
        outlet.pump(time.monotonic())
        wire.send(20)
    end = await playback.wait()
    assert not end.cut
    assert end.heard_ms == 300  # 100 ms went down with the old streams


async def test_a_cut_does_not_swallow_what_comes_next() -> None:
    wire = Wire()
    outlet = Outlet(wire)
    first = begin(outlet, ramp(1000))
    wire.send(60)
    second = begin(outlet, ramp(100))
    assert await first.wait() == PlaybackEnd(60, cut=True)
    assert wire.flushing
    wire.send(20)
    assert wire.queued == b""  # the flush would have taken it
    await asyncio.sleep(0.05)  # by itself, without a tick
    assert wire.queued == ramp(100).tobytes()
    for _ in range(6):
        wire.send(20)
        outlet.pump(time.monotonic())
    assert await second.wait() == PlaybackEnd(100, cut=False)


async def test_nothing_on_the_wire_needs_no_flush() -> None:
    wire = Wire()
    outlet = Outlet(wire)

    async def never() -> AsyncIterator[Pcm]:
        await asyncio.sleep(3600)
        yield ramp(20)

    playback = begin(outlet, never())
    playback.stop()
    assert not wire.flushing
    assert await playback.wait() == PlaybackEnd(0, cut=True)


async def test_a_listener_that_fails_does_not_stop_the_sound() -> None:
    wire = Wire()
    outlet = Outlet(wire)

    def fail(pcm: Pcm, at: float) -> None:
        raise RuntimeError("no disk")

    outlet.on_sent = fail
    playback = begin(outlet, ramp(100))
    for _ in range(6):
        wire.send(20)
        outlet.pump(time.monotonic())
    assert await playback.wait() == PlaybackEnd(100, cut=False)


async def test_a_fast_source_is_not_drawn_without_end() -> None:
    wire = Wire()
    outlet = Outlet(wire)
    drawn = 0

    async def endless() -> AsyncIterator[Pcm]:
        nonlocal drawn
        while True:
            drawn += 1
            yield ramp(1000)

    playback = begin(outlet, endless())
    await asyncio.sleep(0.05)
    assert 5 <= drawn <= 8
    outlet.close()
    assert (await playback.wait()).cut


@given(st.lists(st.integers(0, 3000), max_size=8), st.lists(st.integers(1, 2000), min_size=1, max_size=5))
def test_a_supply_gives_back_what_was_put_in(pushes: list[int], takes: list[int]) -> None:
    supply = Supply(RATE, RATE)
    sound = np.arange(sum(pushes)).astype(np.int16)
    at = 0
    for size in pushes:
        supply.push(sound[at : at + size])
        at += size
    supply.finish()
    taken: list[Pcm] = []
    while not supply.done:
        for size in takes:
            piece = supply.take(size)
            keep = len(piece) * 2 // 3 if len(piece) > 1 else len(piece)
            supply.put_back(piece[keep:])
            taken.append(piece[:keep])
    assert np.concatenate([*taken, np.zeros(0, np.int16)]).tobytes() == sound.tobytes()


@pytest.mark.parametrize("rate", [16000, 22050, 24000, 48000])
def test_resampling_keeps_the_length(rate: int) -> None:
    supply = Supply(rate, RATE)
    supply.push(np.zeros(rate, np.int16))
    supply.finish()
    samples = 0
    while not supply.done:
        samples += len(supply.take(160))
    assert abs(samples - RATE) <= 1
