"""Dials that are not answered: what the far end's refusal becomes."""

import asyncio
from pathlib import Path
from socket import SOCK_STREAM

import numpy as np
import pytest

from telephony.line import EarlyMedia, Ended, EndedBy, Frame, LineBusy, Ringing
from telephony.sip import SipRuntime, TrunkAccount
from tests.telephony.conftest import OpenTrunk, end_of, whole
from tests.telephony.peers import SippPeer, free_port

PHONE = "+79261234567"


@pytest.mark.parametrize(
    ("status", "extra", "code_and_cause"),
    [
        ("486 Busy Here", "X-Peer: sipp", (486, None)),
        ("404 Not Found", 'Reason: Q.850;cause=1;text="Unallocated number"', (404, 1)),
        ("480 Temporarily Unavailable", 'Reason: Q.850;cause=20;text="off, or out of reach"', (480, 20)),
        ("503 Service Unavailable", "Retry-After: 1", (503, None)),
        ("487 Request Terminated", "X-Peer: sipp", (487, None)),
    ],
)
async def test_a_refusal_keeps_its_code_and_cause(
    trunk_to: OpenTrunk, tmp_path: Path, status: str, extra: str, code_and_cause: tuple[int, int | None]
) -> None:
    async with SippPeer("refuse", tmp_path, keys={"status": status, "extra": extra}) as peer:
        end = await end_of(await (await trunk_to(peer)).dial(PHONE))
        assert (end.sip_code, end.q850) == code_and_cause, end.text
        assert (end.by, end.answered, end.rang) == (EndedBy.PEER, False, 0.0)
        assert await peer.wait() == 0, peer.errors()


async def test_ringing_before_a_refusal_is_measured(trunk_to: OpenTrunk, tmp_path: Path) -> None:
    async with SippPeer("ring_refuse", tmp_path, keys={"status": "603 Decline"}) as peer:
        events = await whole(await (await trunk_to(peer)).dial(PHONE))
        ringing, end = events
        assert isinstance(ringing, Ringing)
        assert isinstance(end, Ended)
        assert (end.by, end.sip_code) == (EndedBy.PEER, 603)
        assert 0.2 < end.rang < 3


async def test_our_ring_timeout_cancels(trunk_to: OpenTrunk, tmp_path: Path) -> None:
    async with SippPeer("no_answer", tmp_path) as peer:
        line = await (await trunk_to(peer)).dial(PHONE, ring_timeout=0.5)
        events = await whole(line)
        assert isinstance(events[0], Ringing)
        assert isinstance(events[-1], Ended)
        assert (events[-1].by, events[-1].sip_code, events[-1].q850) == (EndedBy.US, None, None)
        assert await peer.wait() == 0, peer.errors()  # it saw the CANCEL, and our ACK of its 487


async def test_hang_up_before_an_answer_cancels_and_returns_when_over(trunk_to: OpenTrunk, tmp_path: Path) -> None:
    async with SippPeer("no_answer", tmp_path) as peer:
        line = await (await trunk_to(peer)).dial(PHONE)
        async for event in line.events():
            if isinstance(event, Ringing):
                break
        with pytest.raises(LineBusy, match="not answered yet"):
            line.play(np.zeros(8000, np.int16), 8000)
        with pytest.raises(LineBusy, match="not answered yet"):
            await line.transfer("100")
        await line.hang_up()
        assert line.ended is not None
        assert line.ended.by is EndedBy.US
        assert await peer.wait() == 0, peer.errors()


async def test_a_dial_that_is_cancelled_leaves_no_call_behind(
    sip: SipRuntime, trunk_to: OpenTrunk, tmp_path: Path
) -> None:
    async with SippPeer("no_answer", tmp_path) as peer:
        trunk = await trunk_to(peer)
        dialling = asyncio.create_task(trunk.dial(PHONE))
        await asyncio.sleep(0)
        dialling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await dialling
        assert await peer.wait() == 0, peer.errors()
        assert sip.lines == ()


async def test_early_media_is_heard_before_the_refusal(trunk_to: OpenTrunk, tmp_path: Path) -> None:
    (tmp_path / "early.al").write_bytes(loud_alaw(8000))
    async with SippPeer("early_media", tmp_path) as peer:
        line = await (await trunk_to(peer)).dial(PHONE)
        events = [event async for event in line.events()]
        heard = np.concatenate([event.pcm for event in events if isinstance(event, Frame)])
        others = [event for event in events if not isinstance(event, Frame)]
        assert isinstance(others[0], EarlyMedia)
        assert isinstance(others[1], Ended)
        assert (others[1].sip_code, others[1].q850, others[1].answered) == (404, 1, False)
        assert np.count_nonzero(np.abs(heard.astype(int)) > 1000) > 4000  # half a second of it, at the least


async def test_a_trunk_that_is_not_there_is_a_failure_and_no_refusal(sip: SipRuntime) -> None:
    trunk = await sip.trunk(TrunkAccount(host="127.0.0.1", port=free_port(SOCK_STREAM), transport="tcp"))
    end = await end_of(await trunk.dial(PHONE))
    assert (end.by, end.sip_code) == (EndedBy.FAILURE, None)


async def test_a_bad_target_is_named(sip: SipRuntime) -> None:
    trunk = await sip.trunk(TrunkAccount(host="127.0.0.1", port=9))
    with pytest.raises(ValueError, match="neither a phone"):
        await trunk.dial("call me, maybe")


@pytest.mark.slow
async def test_in_bursts_every_final_answer_is_seen(trunk_to: OpenTrunk, tmp_path: Path) -> None:
    """The stack's own `dial` loses one final in fifteen here; see `SipRuntime.connect`."""
    bursts, at_once = [40] * 7 + [20], 40
    keys = {"status": "404 Not Found", "extra": "Reason: Q.850;cause=1"}
    async with SippPeer("refuse", tmp_path, keys=keys, calls=sum(bursts)) as peer:
        trunk = await trunk_to(peer)
        for size in bursts:
            assert size <= at_once
            lines = await asyncio.gather(*(trunk.dial(PHONE, ring_timeout=20) for _ in range(size)))
            ends = await asyncio.gather(*(end_of(line) for line in lines))
            assert {(end.sip_code, end.q850, end.by) for end in ends} == {(404, 1, EndedBy.PEER)}
        assert await peer.wait() == 0, peer.errors()


def loud_alaw(samples: int) -> bytes:
    """A square wave of 400 Hz in A-law (ITU-T G.711): two code words of opposite sign."""
    return (b"\xa5" * 10 + b"\x25" * 10) * (samples // 20)
