"""One call on the SIP stack, as a `telephony.line.Line`."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine

import baresip
import numpy as np

from telephony.cause import read_cause
from telephony.line import (
    Answered,
    Digit,
    EarlyMedia,
    Ended,
    EndedBy,
    Frame,
    Held,
    LineBusy,
    LineEvent,
    LineGone,
    Pcm,
    Resumed,
    Ringing,
    TransferOutcome,
)
from telephony.sip.account import TrunkAccount
from telephony.sip.playback import Outlet, SipPlayback

__all__ = ["SipLine"]

logger = logging.getLogger(__name__)

_READ_BYTES = 6400
_KEEP_FRAMES = 1500
"""Frames kept for a reader that is late: a minute of them."""
_END_TIMEOUT_S = 5.0
_FIRST_ANSWER_S = 1.0
"""A call given up before the far end's first word leaves no CANCEL: the stack drops its INVITE, and a phone rings on.
A far end says 100 within 200 ms (RFC 3261, 8.2.6.1), which we do not see; so wait this long from the INVITE."""
_KEY_RELEASE_S = 0.1
"""A release goes out three times (RFC 4733, 2.5.1.4); a re-INVITE right behind it would swallow them."""
_FIRST_ANSWERS = frozenset(
    {baresip.Event.CALL_RINGING, baresip.Event.CALL_PROGRESS, baresip.Event.CALL_ANSWERED, baresip.Event.CALL_CLOSED}
)
_KEYS = frozenset("0123456789*#ABCD")


class SipLine:
    """A live leg. Made by `SipTrunk.dial`, or by a `SipIncoming` that was answered."""

    def __init__(self, call: baresip.Call, account: TrunkAccount, *, on_ended: Callable[["SipLine"], None]) -> None:
        """Take over ``call``; ``on_ended`` is called once, when the line is over."""
        self._call = call
        self._account = account
        self._on_ended = on_ended
        self._outlet = Outlet(call.audio)
        self._mailbox: deque[LineEvent] = deque()
        self._mail = asyncio.Event()
        self._frames_kept = 0
        self._over = asyncio.Event()
        self._settled = asyncio.Event()
        self._spoken_to = asyncio.Event()
        self._since = time.monotonic()
        self._ended: Ended | None = None
        self._ours = False
        self._answered = False
        self._key: str | None = None
        self._media = False
        self._transferring = False
        self._rang_from: float | None = None
        self._rang = 0.0
        self._rate = 8000
        self._ring_timer: asyncio.TimerHandle | None = None
        if call.state is baresip.CallState.INCOMING:
            self._spoken_to.set()
        self._cancelling: asyncio.Task[None] | None = None

    @property
    def id(self) -> str:
        """The SIP Call-ID."""
        return self._call.call_id or f"{self._call.handle:x}"

    @property
    def handle(self) -> int:
        """What the stack calls it."""
        handle: int = self._call.handle
        return handle

    @property
    def rate(self) -> int:
        """Sample rate of both directions, Hz: 8000 for G.711, 16000 for G.722."""
        return self._rate

    @property
    def ended(self) -> Ended | None:
        """How it ended, once it did."""
        return self._ended

    @property
    def on_sent(self) -> Callable[[Pcm, float], None] | None:
        """Called with samples that have left, and the monotonic seconds when the last of them did."""
        return self._outlet.on_sent

    @on_sent.setter
    def on_sent(self, hook: Callable[[Pcm, float], None] | None) -> None:
        self._outlet.on_sent = hook

    async def events(self) -> AsyncIterator[LineEvent]:
        """Give everything that happens on the line, in order; ends after `Ended`. One reader a line."""
        while True:
            while self._mailbox:
                event = self._mailbox.popleft()
                if isinstance(event, Frame):
                    self._frames_kept -= 1
                yield event
                if isinstance(event, Ended):
                    return
            self._mail.clear()
            await self._mail.wait()

    def play(self, sound: Pcm | AsyncIterator[Pcm], rate: int) -> SipPlayback:
        """Play samples at ``rate`` Hz (resampled to the line's) whole, or as they come.

        Raises:
            LineGone: The line has ended.
            LineBusy: It is not answered yet.
        """
        self._must_be_answered("play")
        playback = SipPlayback(self._outlet, sound, rate, self._rate)
        self._outlet.play(playback, self._rate)
        return playback

    async def send_digits(self, digits: str) -> None:
        """Press keys (``0-9*#A-D``), one after another, as RFC 4733 events.

        Raises:
            ValueError: A character that is no key.
            LineGone: The line has ended.
            LineBusy: It is not answered yet.
        """
        for key in digits.upper():
            if key not in _KEYS:
                raise ValueError(f"{key!r} is no key of a telephone; those are 0-9, *, # and A-D")
        self._must_be_answered("send digits")
        await self._ask("send digits", self._call.send_dtmf(digits))
        await asyncio.sleep(_KEY_RELEASE_S)

    async def hold(self) -> None:
        """Put the far end on hold.

        Raises:
            LineGone: The line has ended.
            LineBusy: It is not answered yet, or another change of it is under way.
        """
        self._must_be_answered("hold")
        await self._ask("hold", self._call.hold())

    async def resume(self) -> None:
        """Take the far end off hold. Raises as `hold` does."""
        self._must_be_answered("resume")
        await self._ask("resume", self._call.resume())

    async def transfer(self, to: str, *, timeout: float = 30.0) -> TransferOutcome:
        """Ask the far end to call ``to`` instead of us (RFC 3515), and wait for what it says came of it.

        Args:
            to: A SIP URI, a phone, or a user part of the trunk's domain.
            timeout: Seconds to wait; a far end that has said nothing by then makes the outcome unknown.

        Raises:
            ValueError: ``to`` is none of these.
            LineGone: The line has ended.
            LineBusy: It is not answered, or a transfer is under way.
        """
        self._must_be_answered("transfer")
        if self._transferring:
            raise LineBusy("a transfer is under way on this line; wait for its outcome")
        target = self._account.uri(to)
        self._transferring = True
        try:
            await self._call.transfer(target, timeout=timeout)
        except baresip.TransferFailed as failure:
            return TransferOutcome.UNKNOWN if failure.status is None else TransferOutcome.REFUSED
        except baresip.StaleHandleError as gone:
            raise LineGone("cannot transfer: the line has ended") from gone
        except baresip.BaresipError as failure:
            if self._ended is not None:
                raise LineGone("cannot transfer: the line has ended") from failure
            logger.warning("line %s: REFER could not be sent: %s", self.id, failure)
            return TransferOutcome.UNKNOWN
        finally:
            self._transferring = False
        return TransferOutcome.DONE

    async def hang_up(self) -> None:
        """End the call: CANCEL before an answer, BYE after. Does nothing once ended. Returns when `ended` is set."""
        if self._ended is not None:
            return
        self._ours = True
        await self._first_answer()
        try:
            await self._call.hangup()
        except baresip.StaleHandleError:
            logger.debug("line %s: was gone already", self.id)
        except baresip.BaresipError as failure:
            logger.warning("line %s: the stack did not take the hang-up: %s", self.id, failure)
        try:
            async with asyncio.timeout(_END_TIMEOUT_S):
                await self._over.wait()
        except TimeoutError:
            logger.error("line %s: the stack never said that it ended", self.id)
            self._finish(EndedBy.FAILURE, text="no end was reported")

    # --- for the trunk and the runtime

    @property
    def answered(self) -> bool:
        """Whether it was ever answered."""
        return self._answered

    async def settled(self) -> None:
        """Wait until it is answered or over."""
        await self._settled.wait()

    def cancel_after(self, seconds: float) -> None:
        """CANCEL in ``seconds`` unless it is answered or over by then."""
        if self._ended is None and not self._answered:
            self._ring_timer = asyncio.get_running_loop().call_later(seconds, self._ring_out)

    def on_stack_event(self, event: baresip.StackEvent) -> None:
        """Take what the stack says happened on this call."""
        if self._ended is not None:
            return
        now = time.monotonic()
        kind = baresip.Event
        if event.event in _FIRST_ANSWERS:
            self._spoken_to.set()
        # The stack tells provisional answers by their SDP alone: without one it is ringing (183 too), with one it is
        # progress (180 too). Who needs to know whether it rang behind early media listens for the ringing tone.
        match event.event:
            case kind.CALL_RINGING if not self._answered:
                if self._rang_from is None:
                    self._rang_from = now
                    self._post(Ringing(now))
            case kind.CALL_PROGRESS if not self._answered:
                if not self._media:
                    self._media = True
                    self._post(EarlyMedia(now))
            case kind.CALL_ESTABLISHED if not self._answered:
                self._answered = self._media = True
                self._stop_ringing(now)
                self._read_rate()
                self._post(Answered(now))
                self._settled.set()
            case kind.CALL_DTMF_START:
                self._on_key(event.text, now)
            case kind.CALL_DTMF_END:
                self._on_key(None, now)
            case kind.CALL_HOLD:
                self._on_key(None, now)
                self._post(Held(now))
            case kind.CALL_RESUME:
                self._post(Resumed(now))
            case kind.CALL_CLOSED:
                self._on_key(None, now)
                text = event.text or ""
                cause = read_cause(text, answered=self._answered, ours=self._ours)
                self._finish(cause.by, sip_code=cause.sip_code, q850=cause.q850, text=text)

    def pump(self, now: float) -> None:
        """Read what came and write what fits: one tick."""
        if not self._media or self._ended is not None:
            return
        pcm = self._read()
        if len(pcm):
            self._post_frame(Frame(pcm, self._rate, now))
        self._outlet.pump(now)

    def lose(self, text: str) -> None:
        """The stack is gone, and the line with it."""
        self._spoken_to.set()
        self._finish(EndedBy.FAILURE, text=text)

    # --- within

    def _must_be_answered(self, what: str) -> None:
        if self._ended is not None:
            raise LineGone(f"cannot {what}: the line has ended")
        if not self._answered:
            raise LineBusy(f"cannot {what}: the line is not answered yet")

    async def _ask(self, what: str, request: Coroutine[object, object, None]) -> None:
        try:
            await request
        except baresip.StaleHandleError as gone:
            raise LineGone(f"cannot {what}: the line has ended") from gone
        except baresip.RuntimeDead as gone:
            raise LineGone(f"cannot {what}: the SIP thread died") from gone
        except baresip.BaresipError as failure:
            if self._ended is not None:
                raise LineGone(f"cannot {what}: the line has ended") from failure
            raise LineBusy(f"cannot {what} now: {failure}") from failure

    async def _first_answer(self) -> None:
        try:
            async with asyncio.timeout(max(0.0, self._since + _FIRST_ANSWER_S - time.monotonic())):
                await self._spoken_to.wait()
        except TimeoutError:
            logger.debug("line %s: given up before the far end said anything", self.id)

    def _ring_out(self) -> None:
        if self._ended is None and not self._answered:
            self._cancelling = asyncio.create_task(self.hang_up(), name=f"ring-timeout-{self.id}")

    def _on_key(self, pressed: str | None, now: float) -> None:
        # A key counts when it is released. Two in quick succession by INFO overlap: both are pressed before the first
        # release is reported, and that does not say whose it is. Hold and hang-up swallow a release.
        if self._key is not None:
            self._post(Digit(self._key, now))
        self._key = pressed

    def _read_rate(self) -> None:
        try:
            info = self._call.audio.info()
        except baresip.AudioNotActive:
            return
        self._rate = info.rx_sample_rate or info.tx_sample_rate or self._rate

    def _read(self) -> Pcm:
        for _ in range(2):  # once more on streams that were renegotiated
            try:
                heard = self._call.audio.read(_READ_BYTES)
            except baresip.AudioRestarted:
                self._outlet.lose()
                self._read_rate()
            except baresip.AudioNotActive:
                break
            else:
                return np.frombuffer(bytearray(heard), np.int16)
        return np.zeros(0, np.int16)

    def _stop_ringing(self, now: float) -> None:
        if self._ring_timer is not None:
            self._ring_timer.cancel()
        if self._rang_from is not None and not self._rang:
            self._rang = now - self._rang_from

    def _finish(self, by: EndedBy, *, sip_code: int | None = None, q850: int | None = None, text: str = "") -> None:
        if self._ended is not None:
            return
        now = time.monotonic()
        self._outlet.close()
        if not self._answered:
            self._stop_ringing(now)
        self._ended = Ended(now, by, self._answered, sip_code, q850, text, self._rang)
        self._post(self._ended)
        self._over.set()
        self._settled.set()
        self._on_ended(self)

    def _post(self, event: LineEvent) -> None:
        self._mailbox.append(event)
        self._mail.set()

    def _post_frame(self, frame: Frame) -> None:
        if self._frames_kept >= _KEEP_FRAMES:
            oldest = next(event for event in self._mailbox if isinstance(event, Frame))
            self._mailbox.remove(oldest)
            self._frames_kept -= 1
        self._frames_kept += 1
        self._post(frame)
