"""Calls that are answered: sound both ways, keys, hold, transfer, and who ends it."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from telephony.line import (
    Answered,
    Digit,
    Ended,
    EndedBy,
    Frame,
    Held,
    Line,
    LineBusy,
    LineGone,
    Pcm,
    PlaybackEnd,
    Resumed,
    TransferOutcome,
)
from telephony.sip import SipLine, SipRuntime, TrunkAccount
from tests.telephony.conftest import OpenTrunk, end_of, whole
from tests.telephony.peers import SippPeer, free_port

pytestmark = pytest.mark.slow

PHONE = "+79261234567"


def tone(seconds: float, rate: int, hz: float = 440.0) -> Pcm:
    return np.asarray(8000 * np.sin(2 * np.pi * hz * np.arange(int(seconds * rate)) / rate), dtype=np.int16)


def loud_ms(pcm: Pcm, rate: int = 8000) -> float:
    """How long the sound in ``pcm`` is, counted in windows of 10 ms."""
    windows = pcm[: len(pcm) // 80 * 80].reshape(-1, 80).astype(float)
    return float(np.count_nonzero(np.sqrt((windows**2).mean(axis=1)) > 1000)) * 80_000 / rate


async def answered(line: Line) -> None:
    async for event in line.events():
        if isinstance(event, Answered):
            return
    pytest.fail(f"it was never answered: {line.ended}")


async def hear(line: Line, into: list[Pcm]) -> None:
    async for event in line.events():
        if isinstance(event, Frame):
            into.append(event.pcm)


async def test_what_is_played_goes_out_and_comes_back(trunk_to: OpenTrunk, tmp_path: Path) -> None:
    async with SippPeer("answer", tmp_path, echo=True) as peer:
        line = await (await trunk_to(peer)).dial(PHONE)
        await answered(line)
        heard: list[Pcm] = []
        sent: list[tuple[Pcm, float]] = []
        line.on_sent = lambda pcm, at: sent.append((pcm, at))
        hearing = asyncio.create_task(hear(line, heard))
        playback = line.play(tone(1.0, 24000), 24000)  # resampled to the line's 8000 Hz
        end = await playback.wait()
        assert (end.heard_ms, end.cut) == (1000, False)
        assert playback.started_at is not None
        assert sum(len(pcm) for pcm, _ in sent) == 8000
        assert all(earlier <= later for (_, earlier), (_, later) in pairwise(sent))
        await asyncio.sleep(0.3)
        await line.hang_up()
        await hearing
        assert 500 <= loud_ms(np.concatenate(heard)) <= 1100  # on a busy machine the peer loses some
        assert await peer.wait() == 0, peer.errors()


async def test_a_playback_that_is_stopped_says_how_much_was_heard(trunk_to: OpenTrunk, tmp_path: Path) -> None:
    async with SippPeer("answer", tmp_path, echo=True) as peer:
        line = await (await trunk_to(peer)).dial(PHONE)
        await answered(line)
        heard: list[Pcm] = []
        hearing = asyncio.create_task(hear(line, heard))
        playback = line.play(tone(3.0, 8000), 8000)
        await asyncio.sleep(0.4)
        playback.stop()
        end = await playback.wait()
        playback.stop()  # does nothing now
        await asyncio.sleep(0.4)
        await line.hang_up()
        await hearing
        assert end.cut
        assert 100 <= end.heard_ms < 1500
        assert 0 < loud_ms(np.concatenate(heard)) <= end.heard_ms + 80  # what was heard, and no more


async def test_a_new_playback_cuts_the_one_before_and_loses_nothing_of_itself(
    trunk_to: OpenTrunk, tmp_path: Path
) -> None:
    async with SippPeer("answer", tmp_path, echo=True) as peer:
        line = await (await trunk_to(peer)).dial(PHONE)
        await answered(line)
        heard: list[Pcm] = []
        hearing = asyncio.create_task(hear(line, heard))
        first = line.play(np.zeros(16000, np.int16), 8000)
        await asyncio.sleep(0.1)
        second = line.play(tone(0.5, 8000), 8000)
        assert (await first.wait()).cut
        assert await second.wait() == PlaybackEnd(heard_ms=500, cut=False)
        await asyncio.sleep(0.3)
        await line.hang_up()
        await hearing
        assert 250 <= loud_ms(np.concatenate(heard)) <= 560


async def test_speech_that_is_still_being_made_plays_as_it_comes(trunk_to: OpenTrunk, tmp_path: Path) -> None:
    async def slowly() -> AsyncIterator[Pcm]:
        for _ in range(5):
            yield tone(0.1, 16000)
            await asyncio.sleep(0.01)

    async def broken() -> AsyncIterator[Pcm]:
        yield tone(0.1, 8000)
        raise RuntimeError("the engine died")

    async with SippPeer("answer", tmp_path) as peer:
        line = await (await trunk_to(peer)).dial(PHONE)
        await answered(line)
        assert await line.play(slowly(), 16000).wait() == PlaybackEnd(heard_ms=500, cut=False)
        assert await line.play(broken(), 8000).wait() == PlaybackEnd(heard_ms=100, cut=True)
        await line.hang_up()


async def test_a_playback_ends_when_the_line_does(trunk_to: OpenTrunk, tmp_path: Path) -> None:
    async with SippPeer("answer_leave", tmp_path) as peer:
        line = await (await trunk_to(peer)).dial(PHONE)
        await answered(line)
        playback = line.play(tone(5, 8000), 8000)
        end = await playback.wait()
        assert end.cut
        assert end.heard_ms < 3000
        with pytest.raises(LineGone):
            line.play(tone(1, 8000), 8000)
        await line.hang_up()  # does nothing once ended


async def test_the_far_end_hangs_up_early(trunk_to: OpenTrunk, tmp_path: Path) -> None:
    async with SippPeer("answer_leave", tmp_path) as peer:
        end = await end_of(await (await trunk_to(peer)).dial(PHONE))
        assert (end.by, end.answered, end.sip_code) == (EndedBy.PEER, True, None)
        assert await peer.wait() == 0, peer.errors()


async def test_we_hang_up(trunk_to: OpenTrunk, tmp_path: Path) -> None:
    async with SippPeer("answer", tmp_path) as peer:
        line = await (await trunk_to(peer)).dial(PHONE)
        await answered(line)
        await line.hang_up()
        assert line.ended is not None
        assert (line.ended.by, line.ended.answered) == (EndedBy.US, True)
        assert line.ended.rang > 0
        assert await peer.wait() == 0, peer.errors()


async def test_a_far_end_that_falls_silent_is_given_up(tmp_path: Path) -> None:
    async with SipRuntime(listen="127.0.0.1", rtp_timeout=1) as sip, SippPeer("answer", tmp_path, echo=True) as peer:
        trunk = await sip.trunk(TrunkAccount(host="127.0.0.1", port=peer.port))
        line = await trunk.dial(PHONE)
        await answered(line)
        await asyncio.sleep(0.3)
        peer.freeze()
        end = await end_of(line)
        assert (end.by, end.answered) == (EndedBy.FAILURE, True)


async def test_the_far_end_holds_us_and_comes_back(trunk_to: OpenTrunk, tmp_path: Path) -> None:
    async with SippPeer("hold", tmp_path) as peer:
        line = await (await trunk_to(peer)).dial(PHONE)
        kinds = []
        async for event in line.events():
            if not isinstance(event, Frame):
                kinds.append(type(event))
            if isinstance(event, Resumed):
                await asyncio.sleep(0.1)
                await line.hang_up()
        assert kinds == [Answered, Held, Resumed, Ended]
        assert await peer.wait() == 0, peer.errors()


async def test_keys_by_info_arrive(trunk_to: OpenTrunk, tmp_path: Path) -> None:
    async with SippPeer("keys", tmp_path) as peer:
        line = await (await trunk_to(peer)).dial(PHONE)
        keys = ""
        async for event in line.events():
            if isinstance(event, Digit):
                keys += event.digit
                if len(keys) == 2:
                    await asyncio.sleep(0.1)
                    await line.hang_up()
        assert keys == "5#"


@pytest.mark.parametrize(
    ("scenario", "outcome", "by"),
    [
        ("refer_done", TransferOutcome.DONE, EndedBy.TRANSFER),
        ("refer_failed", TransferOutcome.REFUSED, EndedBy.US),
        ("refer_refuse", TransferOutcome.REFUSED, EndedBy.US),
        ("refer_silent", TransferOutcome.UNKNOWN, EndedBy.US),
        ("refer_leave", TransferOutcome.UNKNOWN, EndedBy.PEER),
    ],
)
async def test_a_transfer_comes_out(
    trunk_to: OpenTrunk, tmp_path: Path, scenario: str, outcome: TransferOutcome, by: EndedBy
) -> None:
    async with SippPeer(scenario, tmp_path) as peer:
        line = await (await trunk_to(peer)).dial(PHONE)
        await answered(line)
        asking = asyncio.create_task(line.transfer("100", timeout=1.0))
        await asyncio.sleep(0)
        with pytest.raises(LineBusy, match="under way"):
            await line.transfer("100")
        assert await asking is outcome
        if by is EndedBy.US:  # it lives on
            assert line.ended is None
            await line.hang_up()
        end = await end_of(line)
        assert end.by is by
        assert await peer.wait() == 0, peer.errors()


async def test_two_lines_of_ours_talk() -> None:
    """A call to ourselves: incoming calls, RFC 4733 both ways, our own hold, sound both ways."""
    port = free_port()
    async with SipRuntime(listen="127.0.0.1", sip_port=port) as sip:
        trunk = await sip.trunk(TrunkAccount(host="127.0.0.1", port=port, caller_id="79990000001", codecs=("g722",)))

        async def pick_up() -> tuple[str, SipLine]:
            async for call in trunk.incoming():
                line = await call.answer()
                assert isinstance(line, SipLine)
                return call.caller, line
            raise AssertionError

        picking_up = asyncio.create_task(pick_up())
        ours = await trunk.dial(f"sip:perezvon@127.0.0.1:{port}")
        caller, theirs = await picking_up
        assert caller == "79990000001"
        await answered(ours)
        assert ours.rate == theirs.rate == 16000
        at_ours, at_theirs = asyncio.create_task(whole(ours)), asyncio.create_task(whole(theirs))
        with pytest.raises(ValueError, match="no key"):
            await ours.send_digits("12x")
        await asyncio.gather(ours.send_digits("12#"), theirs.send_digits("*9"))
        await ours.hold()
        await asyncio.sleep(0.3)
        await ours.resume()
        await asyncio.sleep(0.3)
        await theirs.hang_up()
        events_ours, events_theirs = await at_ours, await at_theirs
        assert "".join(e.digit for e in events_ours if isinstance(e, Digit)) == "*9"
        assert "".join(e.digit for e in events_theirs if isinstance(e, Digit)) == "12#"
        assert [type(e) for e in events_theirs if isinstance(e, Held | Resumed)] == [Held, Resumed]
        assert ours.ended is not None
        assert ours.ended.by is EndedBy.PEER


async def test_a_call_that_nobody_waits_for_is_turned_away() -> None:
    port = free_port()
    async with SipRuntime(listen="127.0.0.1", sip_port=port) as sip:
        trunk = await sip.trunk(TrunkAccount(host="127.0.0.1", port=port))
        end = await end_of(await trunk.dial(f"sip:perezvon@127.0.0.1:{port}"))
        assert (end.by, end.sip_code) == (EndedBy.PEER, 486)
