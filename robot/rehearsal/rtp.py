"""RTP for the town: G.711 by table, RFC 4733 digits both ways, and one ticker that paces every stream.

A stream sends a packet each 20 ms from its first remote address until it is closed, silence too: a robot must never
take a quiet customer for a dead line.
"""

import asyncio
import logging
import secrets
import struct
import time
from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from robot.rehearsal.sip import Media

__all__ = ["FRAME", "RATE", "Pcm", "RtpStream", "Ticker", "decode", "encode"]

log = logging.getLogger(__name__)

Pcm = NDArray[np.int16]
RATE = 8000
FRAME = 160
"""Samples in 20 ms."""
_KEYS = "0123456789*#ABCD"
_EVENT_STEPS = 6
"""Packets of one key while it is held: 120 ms."""
_KEY_GAP = 5
"""Silent packets between two keys: 100 ms, so that "55" stays two."""


def _alaw_table() -> Pcm:
    """Decode table of ITU-T G.711 A-law."""
    code = np.arange(256) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, code & 15
    size = np.where(exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, size, -size).astype(np.int16)


def _mulaw_table() -> Pcm:
    """Decode table of ITU-T G.711 µ-law."""
    code = ~np.arange(256) & 0xFF
    size = ((((code & 15) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84
    return np.where(code & 0x80, -size, size).astype(np.int16)


def _encode_table(decoded: Pcm) -> NDArray[np.uint8]:
    """For each of the 65 536 samples, the code whose value is nearest."""
    order = np.argsort(decoded, kind="stable")
    values = decoded[order].astype(np.int32)
    samples = np.arange(-32768, 32768)
    right = np.clip(np.searchsorted(values, samples), 1, 255)
    nearer_left = samples - values[right - 1] <= values[right] - samples
    return order[np.where(nearer_left, right - 1, right)].astype(np.uint8)


_DECODE = {8: _alaw_table(), 0: _mulaw_table()}
_ENCODE = {payload: _encode_table(table) for payload, table in _DECODE.items()}


def encode(pcm: Pcm, payload: int) -> bytes:
    """Turn samples to G.711; ``payload`` is 8 for A-law, 0 for µ-law."""
    return _ENCODE[payload][pcm.astype(np.int32) + 32768].tobytes()


def decode(data: bytes, payload: int) -> Pcm:
    """Turn G.711 to samples ``int16[n]``."""
    return _DECODE[payload][np.frombuffer(data, np.uint8)]


class Ticker:
    """One loop that calls every member each 20 ms, by absolute deadlines: packets keep their pace under load."""

    def __init__(self) -> None:
        """Make it idle; `start` sets it going."""
        self._members: set[Callable[[float], None]] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Set it going in the running loop."""
        self._task = asyncio.create_task(self._run(), name="rtp ticker")

    async def stop(self) -> None:
        """End it."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def add(self, member: Callable[[float], None]) -> None:
        """Call ``member(now)`` from the next tick on."""
        self._members.add(member)

    def remove(self, member: Callable[[float], None]) -> None:
        """Call it no more."""
        self._members.discard(member)

    async def _run(self) -> None:
        due = time.monotonic()
        while True:
            now = time.monotonic()
            if now - due > 0.5:  # the machine slept: start afresh instead of sending the lost time at once
                due = now
            for member in list(self._members):
                try:
                    member(now)
                except Exception:
                    log.exception("a member of the ticker failed and was left out")
                    self._members.discard(member)
            due += 0.02
            await asyncio.sleep(max(0.0, due - time.monotonic()))


class RtpStream(asyncio.DatagramProtocol):
    """One audio stream on a port of its own.

    Attributes:
        heard: Called with each packet's samples, or with `None` once the stream has closed.
        key: Called with each digit that the far end pressed, once a press.
        received: Packets taken so far.
    """

    def __init__(self, ticker: Ticker) -> None:
        """Make it; `open` binds it."""
        self.heard: Callable[[Pcm], None] | None = None
        self.key: Callable[[str], None] | None = None
        self.received = 0
        self.port = 0
        self._ticker = ticker
        self._transport: asyncio.DatagramTransport | None = None
        self._remote: Media | None = None
        self._queue: deque[tuple[Pcm, asyncio.Future[None] | None]] = deque()
        self._keys: deque[str] = deque()
        self._pressing = 0
        self._event_at = 0
        self._last_event: int | None = None
        self._sequence = secrets.randbelow(30000)
        self._timestamp = secrets.randbelow(1 << 30)
        self._source = secrets.randbits(32)

    @classmethod
    async def open(cls, ticker: Ticker, host: str = "127.0.0.1") -> "RtpStream":
        """Bind a free port of ``host``."""
        loop = asyncio.get_running_loop()
        transport, stream = await loop.create_datagram_endpoint(lambda: cls(ticker), local_addr=(host, 0))
        stream._transport = transport
        stream.port = transport.get_extra_info("sockname")[1]
        return stream

    def send_to(self, remote: Media) -> None:
        """Send there from the next tick on; called again after a re-INVITE."""
        self._remote = remote
        self._ticker.add(self._tick)

    def play(self, pcm: Pcm) -> asyncio.Future[None]:
        """Queue ``int16[n]`` at 8 kHz; the future ends when its last packet is out, or the stream is closed or cut."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        whole = np.pad(pcm, (0, -len(pcm) % FRAME))
        frames = [whole[at : at + FRAME] for at in range(0, len(whole), FRAME)]
        if not frames or self._transport is None:
            done.set_result(None)
            return done
        self._queue.extend((frame, None) for frame in frames[:-1])
        self._queue.append((frames[-1], done))
        return done

    def press(self, keys: str) -> None:
        """Press keys one after another (RFC 4733), 120 ms each, over whatever is being said."""
        unknown = set(keys) - set(_KEYS)
        if unknown:
            raise ValueError(f"no such keys: {''.join(sorted(unknown))}; there are {_KEYS}")
        self._keys.extend(keys)

    def cut(self) -> None:
        """Stop speaking at once."""
        waiting = [done for _, done in self._queue if done]
        self._queue.clear()
        for done in waiting:
            if not done.done():
                done.set_result(None)

    def close(self) -> None:
        """Stop sending and free the port."""
        self._ticker.remove(self._tick)
        self.cut()
        if self._transport:
            self._transport.close()
            self._transport = None

    def _tick(self, now: float) -> None:
        if self._transport is None or self._remote is None:
            return
        frame, done = self._queue.popleft() if self._queue else (None, None)
        if self._keys and self._remote.digits is not None:
            self._send_key(self._remote.digits)
        else:
            self._pressing = min(self._pressing + 1, 0)
            self._send_audio(self._remote.payload, frame)
        self._timestamp += FRAME
        if done and not done.done():
            done.set_result(None)

    def _send_key(self, payload: int) -> None:
        if self._pressing < 0:  # the gap after the key before
            self._pressing += 1
            if self._remote:
                self._send_audio(self._remote.payload, None)
            return
        if self._pressing == 0:
            self._event_at = self._timestamp
        self._pressing += 1
        last = self._pressing >= _EVENT_STEPS
        event = struct.pack("!BBH", _KEYS.index(self._keys[0]), 0x8A if last else 0x0A, self._pressing * FRAME)
        for _ in range(3 if last else 1):  # the end is said three times (RFC 4733, 2.5.1.4)
            self._send(payload, event, at=self._event_at, marker=self._pressing == 1)
        if last:
            self._keys.popleft()
            self._pressing = -_KEY_GAP

    def _send_audio(self, payload: int, frame: Pcm | None) -> None:
        self._send(payload, encode(np.zeros(FRAME, np.int16) if frame is None else frame, payload))

    def _send(self, payload: int, data: bytes, *, at: int | None = None, marker: bool = False) -> None:
        if self._transport is None or self._remote is None:
            return
        self._sequence = (self._sequence + 1) & 0xFFFF
        stamp = (self._timestamp if at is None else at) & 0xFFFFFFFF
        head = struct.pack("!BBHII", 0x80, payload | (0x80 if marker else 0), self._sequence, stamp, self._source)
        self._transport.sendto(head + data, (self._remote.host, self._remote.port))

    def datagram_received(self, data: bytes, addr: tuple[str | int, int]) -> None:
        """Take one packet; what is no RTP of ours is dropped."""
        if len(data) < 12 or data[0] >> 6 != 2:
            return
        start = 12 + 4 * (data[0] & 15)
        if data[0] & 0x10:  # an extension: its length is in words
            if len(data) < start + 4:
                return
            start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4])
        end = len(data) - (data[-1] if data[0] & 0x20 else 0)
        payload, body = data[1] & 0x7F, data[start : max(start, end)]
        if payload in _DECODE and body:
            self.received += 1
            if self.heard:
                self.heard(decode(body, payload))
        elif self._remote and payload == self._remote.digits and len(body) >= 4:
            self._take_event(body, int.from_bytes(data[4:8]))

    def _take_event(self, body: bytes, stamp: int) -> None:
        """Report a key at its first packet; its other packets carry the same timestamp."""
        if stamp == self._last_event or body[0] >= len(_KEYS):
            return
        self._last_event = stamp
        if self.key:
            self.key(_KEYS[body[0]])

    def error_received(self, exc: Exception) -> None:
        """Go on: the far port may not be open yet, or no longer."""
        log.debug("rtp: %s", exc)
