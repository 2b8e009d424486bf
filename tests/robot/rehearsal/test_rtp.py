"""Sound on its way: G.711 against the standard's own values, digits, and packets that mean harm."""

import asyncio
import socket
from collections.abc import AsyncIterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.rehearsal.rtp import FRAME, RtpStream, Ticker, decode, encode
from robot.rehearsal.sip import Media
from tests.robot.rehearsal.tones import hum
from tests.robot.rehearsal.waiting import until


@pytest.fixture
async def pair() -> AsyncIterator[tuple[RtpStream, RtpStream]]:
    ticker = Ticker()
    ticker.start()
    one, other = await RtpStream.open(ticker), await RtpStream.open(ticker)
    one.send_to(Media("127.0.0.1", other.port, 8))
    other.send_to(Media("127.0.0.1", one.port, 8))
    yield one, other
    one.close()
    other.close()
    await ticker.stop()


def test_the_ends_and_the_middle_of_both_laws() -> None:
    assert decode(b"\xd5\x55\xaa\x2a", 8).tolist() == [8, -8, 32256, -32256]
    assert decode(b"\xff\x80\x00", 0).tolist() == [0, 32124, -32124]


@pytest.mark.parametrize("payload", [0, 8])
def test_every_code_survives_a_round(payload: int) -> None:
    values = decode(bytes(range(256)), payload)
    assert np.array_equal(decode(encode(values, payload), payload), values)


@given(st.integers(-32768, 32767))
def test_coding_is_off_by_a_small_part_at_most(sample: int) -> None:
    for payload in (0, 8):
        back = int(decode(encode(np.array([sample], np.int16), payload), payload)[0])
        assert abs(back - sample) <= max(8, (abs(sample) + 132) / 32), "half a step of the segment"


async def test_what_is_played_arrives_in_order_and_silence_fills_the_rest(pair: tuple[RtpStream, RtpStream]) -> None:
    one, other = pair
    heard: list[float] = []
    other.heard = lambda pcm: heard.append(float(np.max(np.abs(pcm))))
    await one.play(hum(100))
    await until(lambda: len(heard) > 9)
    loud = [value > 1000 for value in heard]
    assert sum(loud) == 5, "the other packets go on when nothing is said"
    first = loud.index(True)
    assert all(loud[first : first + 5])


async def test_the_same_key_twice_is_two_keys(pair: tuple[RtpStream, RtpStream]) -> None:
    one, other = pair
    keys: list[str] = []
    other.key = keys.append
    one.press("55*#")
    await until(lambda: len(keys) == 4)
    assert keys == ["5", "5", "*", "#"]


async def test_an_unknown_key_is_refused(pair: tuple[RtpStream, RtpStream]) -> None:
    with pytest.raises(ValueError, match="no such keys: x"):
        pair[0].press("1x")


async def test_cut_ends_the_playing_at_once(pair: tuple[RtpStream, RtpStream]) -> None:
    playing = pair[0].play(hum(60_000))
    pair[0].cut()
    await asyncio.wait_for(playing, 0.5)


async def test_a_closed_stream_plays_nothing_and_waits_for_nobody(pair: tuple[RtpStream, RtpStream]) -> None:
    pair[0].close()
    await asyncio.wait_for(pair[0].play(np.zeros(10 * FRAME, np.int16)), 0.5)


@given(st.binary(max_size=64))
def test_no_packet_breaks_a_stream(data: bytes) -> None:
    stream = RtpStream(Ticker())
    stream.heard = lambda pcm: None
    stream.key = lambda key: None
    stream._remote = Media("127.0.0.1", 9, 8)
    stream.datagram_received(data, ("127.0.0.1", 9))
    stream.datagram_received(bytes([0x80 | (len(data) & 0x3F), 8]) + data, ("127.0.0.1", 9))
    stream.datagram_received(bytes([0x80, 101]) + data, ("127.0.0.1", 9))


async def test_a_packet_with_padding_extension_and_sources_is_read(pair: tuple[RtpStream, RtpStream]) -> None:
    one, _ = pair
    heard: list[int] = []
    one.heard = lambda pcm: heard.append(len(pcm))
    head = bytes([0xB1, 8]) + bytes(10) + b"\0\0\0\1" + b"\xbe\xde\0\1" + bytes(4)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(head + bytes(80) + b"\0\0\0\4", ("127.0.0.1", one.port))
        await until(lambda: 80 in heard)
