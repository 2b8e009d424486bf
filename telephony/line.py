"""What a phone line is to the rest of Perezvon: the protocols `Trunk`, `Line` and `Playback`, and their events.

A `Trunk` dials; dialling gives a `Line` at once, before anybody rings, and everything that happens on it comes,
in order, out of `Line.events()`, which ends after `Ended`. Instants are `time.monotonic()` seconds.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Answered", "Digit", "EarlyMedia", "Ended", "EndedBy", "Frame", "Held", "IncomingCall", "Line", "LineBusy",
    "LineEvent", "LineGone", "Pcm", "Playback", "PlaybackEnd", "Resumed", "Ringing", "TelephonyError",
    "TransferOutcome", "Trunk", "TrunkUnavailable",
]  # fmt: skip

Pcm = NDArray[np.int16]
"""Signed 16-bit mono samples, ``int16[n]``."""


class TelephonyError(Exception):
    """The root of what telephony raises; its text says what to do."""


class TrunkUnavailable(TelephonyError):
    """Raised when a trunk cannot be opened: its port is taken, registration is refused, no address leads to it."""


class LineGone(TelephonyError):
    """Raised when something is asked of a line that has ended."""


class LineBusy(TelephonyError):
    """Raised when a line cannot do this now: it is not answered yet, or a transfer is under way."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A piece of what the far end sends, early media included.

    Attributes:
        pcm: ``int16[n]`` mono.
        rate: Hz.
        at: Monotonic seconds when the last sample of it was read.
    """

    pcm: Pcm
    rate: int
    at: float


@dataclass(frozen=True, slots=True)
class Ringing:
    """The far end rings (180)."""

    at: float


@dataclass(frozen=True, slots=True)
class EarlyMedia:
    """The network speaks before anybody answers (183 with SDP); frames follow."""

    at: float


@dataclass(frozen=True, slots=True)
class Answered:
    """The call was answered (200)."""

    at: float


@dataclass(frozen=True, slots=True)
class Digit:
    """A key that the far end pressed (RFC 4733 or INFO)."""

    digit: str
    at: float


@dataclass(frozen=True, slots=True)
class Held:
    """The far end put us on hold."""

    at: float


@dataclass(frozen=True, slots=True)
class Resumed:
    """The far end took us off hold."""

    at: float


class EndedBy(StrEnum):
    """Who ended a line."""

    US = "us"
    PEER = "peer"
    TRANSFER = "transfer"
    """A transfer was done: the far end talks to somebody else now."""
    FAILURE = "failure"
    """The network: no RTP, no answer to our requests, the SIP thread died."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The line is over. Always the last event.

    Attributes:
        at: Monotonic seconds.
        by: Who ended it.
        answered: Whether it had been answered.
        sip_code: The final code of our INVITE when it was not answered (`None` when we cancelled or none came).
        q850: The cause in ``Reason: Q.850`` (RFC 3326), where one was given.
        text: The stack's words for it, for evidence and logs; no personal data.
        rang: Seconds between the first 180 and the end or the answer; 0.0 if it never rang.
    """

    at: float
    by: EndedBy
    answered: bool
    sip_code: int | None = None
    q850: int | None = None
    text: str = ""
    rang: float = 0.0


LineEvent = Frame | Ringing | EarlyMedia | Answered | Digit | Held | Resumed | Ended


class TransferOutcome(StrEnum):
    """What became of a blind transfer (RFC 3515)."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """The far end took the REFER and never said what came of it."""


@dataclass(frozen=True, slots=True)
class PlaybackEnd:
    """How a playback ended.

    Attributes:
        heard_ms: Milliseconds of it that went out on the wire.
        cut: Whether it was stopped, or the line ended, before its end.
    """

    heard_ms: int
    cut: bool


class Playback(Protocol):
    """Sound on its way out on a line. One at a time: a new `Line.play` cuts the one before."""

    @property
    def started_at(self) -> float | None:
        """Monotonic seconds when its first sample went towards the wire; `None` before."""

    @property
    def heard_ms(self) -> int:
        """Milliseconds that have gone out so far."""

    def stop(self) -> None:
        """Stop at once: drop what is queued here and in the stack. Does nothing once ended."""

    async def wait(self) -> PlaybackEnd:
        """Wait for the end of it, by itself or cut. Never raises because the line ended."""


class Line(Protocol):
    """A live leg. Made by a `Trunk`; its methods may be called from the event loop alone.

    Attributes:
        on_sent: Called, where set, with samples (``int16[n]`` at `rate`) that have left for the far end, and the
            monotonic seconds when the last of them did. What was cut before it left is never reported.
    """

    on_sent: Callable[[Pcm, float], None] | None

    @property
    def id(self) -> str:
        """The SIP Call-ID, or another id that the trunk's own logs know it by."""

    @property
    def rate(self) -> int:
        """Sample rate of both directions, Hz; 8000 for G.711."""

    @property
    def ended(self) -> Ended | None:
        """How it ended, once it did."""

    def events(self) -> AsyncIterator[LineEvent]:
        """Give everything that happens on the line, in order; ends after `Ended`. One reader a line."""

    def play(self, sound: Pcm | AsyncIterator[Pcm], rate: int) -> Playback:
        """Play samples at ``rate`` Hz (resampled to the line's) whole, or as they come.

        Raises:
            LineGone: The line has ended.
            LineBusy: It is not answered yet.
        """

    async def send_digits(self, digits: str) -> None:
        """Press keys (``0-9*#A-D``), one after another.

        Raises:
            ValueError: A character that is no key.
            LineGone: The line has ended.
        """

    async def hold(self) -> None:
        """Put the far end on hold. Raises `LineGone`, `LineBusy`."""

    async def resume(self) -> None:
        """Take the far end off hold. Raises `LineGone`, `LineBusy`."""

    async def transfer(self, to: str, *, timeout: float = 30.0) -> TransferOutcome:
        """Ask the far end to call ``to`` (a SIP URI, or a user part of the trunk's domain) instead of us.

        After `DONE` the line ends by `EndedBy.TRANSFER`; after the others it lives on.

        Raises:
            LineGone: The line has ended.
            LineBusy: It is not answered, or a transfer is under way.
        """

    async def hang_up(self) -> None:
        """End the call: CANCEL before an answer, BYE after. Does nothing once ended. Returns when `ended` is set."""


class IncomingCall(Protocol):
    """Somebody calls us."""

    @property
    def caller(self) -> str:
        """The user part of From."""

    async def answer(self) -> Line:
        """Take the call (200). Raises `LineGone` when the caller gave up."""

    async def decline(self) -> None:
        """Turn the call away (486)."""


class Trunk(Protocol):
    """A way into the telephone network."""

    async def dial(self, to: str, *, ring_timeout: float = 45.0, headers: Mapping[str, str] | None = None) -> Line:
        """Send an INVITE to ``to``: E.164, or a SIP URI. After ``ring_timeout`` seconds without an answer we CANCEL.

        Raises:
            TrunkUnavailable: Nothing could be sent.
            ValueError: ``to`` cannot stand in a request.
        """

    def incoming(self) -> AsyncIterator[IncomingCall]:
        """Give calls to us as they come. One reader a trunk."""
