"""The SIP peer under bad treatment: garbage, retransmissions, late and early messages. What works is in test_trunk."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from robot.rehearsal.leg import Leg
from robot.rehearsal.peer import SipPeer
from robot.rehearsal.rtp import Ticker
from robot.rehearsal.sip import Media, Message, sdp
from tests.robot.rehearsal.waiting import until

HEADERS = (
    "Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{branch}\r\nFrom: <sip:robot@127.0.0.1>;tag=1\r\n"
    "To: <sip:100@127.0.0.1>{tag}\r\nCall-ID: {call}\r\nCSeq: {number} {method}\r\n"
    "Contact: <sip:robot@127.0.0.1:{port}>\r\nMax-Forwards: 70\r\n"
)


class Caller:
    """A socket that speaks SIP by hand."""

    def __init__(self, peer: SipPeer) -> None:
        self.peer = peer
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]

    def send(self, method: str, *, number: int = 1, branch: str = "", tag: str = "", body: bytes = b"") -> None:
        head = f"{method} sip:100@127.0.0.1 SIP/2.0\r\n" + HEADERS.format(
            port=self.port, branch=branch or f"{method}{number}", tag=tag, call="c1", number=number, method=method
        )
        self.raw(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    def raw(self, data: bytes) -> None:
        self.socket.sendto(data, self.peer.address)

    async def reply(self) -> Message:
        loop = asyncio.get_running_loop()
        return Message.parse(await asyncio.wait_for(loop.sock_recv(self.socket, 65535), 3))

    async def final(self) -> Message:
        while (reply := await self.reply()).code < 200:
            pass
        return reply

    async def is_heard(self) -> bool:
        self.send("OPTIONS", number=99)
        while (reply := await self.reply()).method != "OPTIONS":
            pass
        return reply.code == 200


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    ticker = Ticker()
    ticker.start()

    async def answer(leg: Leg) -> None:
        leg.answer()
        await leg.over.wait()

    peer = await SipPeer.open(ticker, answer)
    caller = Caller(peer)
    yield caller
    caller.socket.close()
    await peer.close()
    await ticker.stop()


OFFER = sdp(Media("127.0.0.1", 9, 8))


async def test_it_refuses_to_listen_to_a_network() -> None:
    async def never(leg: Leg) -> None:
        raise AssertionError

    with pytest.raises(ValueError, match="loopback only"):
        await SipPeer.open(Ticker(), never, "0.0.0.0")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=300), st.integers(0, 300))
async def test_garbage_never_stops_it(caller: Caller, junk: bytes, at: int) -> None:
    caller.raw(junk)
    whole = (
        b"INVITE sip:100@127.0.0.1 SIP/2.0\r\n"
        + HEADERS.format(port=caller.port, branch="f", tag=";tag=x", call="f", number=1, method="INVITE").encode()
    )
    caller.raw(whole[:at] + junk + whole[at:] + b"\r\n" + OFFER)
    assert await caller.is_heard()


async def test_a_repeated_invite_gets_the_same_answer_and_makes_no_second_call(caller: Caller) -> None:
    caller.send("INVITE", body=OFFER)
    first = await caller.final()
    caller.send("INVITE", body=OFFER)
    second = await caller.final()
    assert first.get("to") == second.get("to")
    assert len(caller.peer.legs) == 1


async def test_an_answer_is_repeated_until_it_is_acknowledged(caller: Caller) -> None:
    caller.send("INVITE", body=OFFER)
    assert (await caller.final()).code == 200
    assert (await caller.final()).code == 200, "no ACK came"
    caller.send("ACK")
    await until(next(iter(caller.peer.legs.values())).acked.is_set)


async def test_a_repeated_bye_is_answered_again(caller: Caller) -> None:
    caller.send("INVITE", body=OFFER)
    await caller.final()
    caller.send("ACK")
    for _ in range(2):
        caller.send("BYE", number=2)
        assert (await caller.final()).code == 200
    assert not caller.peer.legs


async def test_hold_is_mirrored_and_the_call_goes_on(caller: Caller) -> None:
    caller.send("INVITE", body=OFFER)
    await caller.final()
    caller.send("ACK")
    caller.send("INVITE", number=2, tag=";tag=x", body=sdp(Media("127.0.0.1", 9, 8, direction="sendonly")))
    answer = await caller.final()
    assert answer.code == 200
    assert b"a=recvonly" in answer.body


@pytest.mark.parametrize(("method", "code"), [("BYE", 481), ("REFER", 481), ("CANCEL", 481), ("SUBSCRIBE", 501)])
async def test_what_belongs_to_no_call_is_said_so(caller: Caller, method: str, code: int) -> None:
    caller.send(method)
    assert (await caller.final()).code == code


async def test_an_offer_that_nobody_can_play_is_488(caller: Caller) -> None:
    caller.send("INVITE", body=b"v=0\r\nm=video 4 RTP/AVP 96\r\n")
    assert (await caller.final()).code == 488


async def test_a_cancel_ends_an_early_call_with_487() -> None:
    ticker = Ticker()
    ticker.start()
    legs: list[Leg] = []

    async def ring(leg: Leg) -> None:
        legs.append(leg)
        leg.ring()
        await leg.over.wait()

    peer = await SipPeer.open(ticker, ring)
    caller = Caller(peer)
    caller.send("INVITE", body=OFFER)
    while (await caller.reply()).code != 180:
        pass
    caller.send("CANCEL", branch="INVITE1")
    codes = {(reply.method, reply.code) for reply in [await caller.final(), await caller.final()]}
    assert codes == {("CANCEL", 200), ("INVITE", 487)}
    caller.send("ACK", branch="INVITE1")
    await until(lambda: not peer.legs)
    assert legs[0].how == "cancelled"
    await peer.close()
    await ticker.stop()
    caller.socket.close()
