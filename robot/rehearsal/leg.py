"""One end of one call: what the called side and the calling side of it do (RFC 3261, 3515)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Literal, Protocol

from robot.rehearsal.rtp import RtpStream
from robot.rehearsal.sip import (
    Media,
    Message,
    Reason,
    SipError,
    answer_sdp,
    new_tag,
    read_sdp,
    request,
    response,
    sdp,
    uri_of,
)

__all__ = ["PATIENCE", "T1", "Address", "CallFailed", "Leg", "Over", "Wire"]

log = logging.getLogger(__name__)

T1 = 0.5
"""Seconds before a message is sent again the first time."""
PATIENCE = 8.0
"""Seconds for which a message is sent again before we give up: enough for loopback."""

Address = tuple[str, int]
Over = Literal["cancelled", "bye", "hung_up", "failed", "lost"]
"""How a leg ended: the far end cancelled or said BYE; we hung up or turned it away; nobody answered our messages."""


class Wire(Protocol):
    """What a leg needs of the peer that it belongs to: see `robot.rehearsal.peer.SipPeer`."""

    address: Address

    @property
    def uri(self) -> str:
        """Return the URI that reaches it."""

    def via(self) -> str:
        """Return a Via with a fresh branch."""

    def send(self, message: Message, address: Address) -> None:
        """Send one datagram."""

    def reply(
        self, to: Message, code: int, address: Address, *, tag: str = "", extra: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Answer a request outside INVITE, and keep the answer for its retransmissions."""

    async def ask(self, message: Message, address: Address) -> Message | None:
        """Send a request until its final answer comes; `None` where none does."""

    def watch(self, message: Message) -> "asyncio.Queue[Message]":
        """Give the responses to this request."""

    def unwatch(self, message: Message) -> None:
        """Give them no longer."""

    def watch_final(self, leg: "Leg", final: Message) -> None:
        """Have ``leg`` acknowledge this 2xx again whenever it comes again."""

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Run a task that ends with the peer."""

    def forget(self, leg: "Leg") -> None:
        """Keep a leg that is over no longer."""


class CallFailed(Exception):
    """Raised when a call that we place is not answered; ``code`` is the final SIP code."""

    def __init__(self, code: int) -> None:
        """Keep the code."""
        super().__init__(f"the call was refused with {code}")
        self.code = code


class Leg:
    """One end of one call.

    Attributes:
        invite: The INVITE that began it.
        media: Its RTP stream.
        over: Set when the leg has ended.
        how: How it ended.
        acked: Set when our 2xx was acknowledged.
        refers: Refer-To URIs as they come; each was answered 202 already.
        notices: SIP codes that the far end reports of a transfer that we asked for.
    """

    def __init__(self, peer: Wire, invite: Message, media: RtpStream, address: Address, *, ours: bool) -> None:
        """Begin a leg with the INVITE that we got, or (``ours``) are to send."""
        self.invite = invite
        self.media = media
        self.over = asyncio.Event()
        self.acked = asyncio.Event()
        self.how: Over | None = None
        self.refers: asyncio.Queue[str] = asyncio.Queue()
        self.notices: asyncio.Queue[int] = asyncio.Queue()
        self.answered = False
        self._peer = peer
        self._address = address
        self._ours = ours
        self._tag = new_tag()
        self._last: Message | None = None
        self._local = invite.get("from") if ours else f"{invite.get('to')};tag={self._tag}"
        self._remote = invite.get("to") if ours else invite.get("from")
        self._target = uri_of(invite.get("contact")) if not ours else invite.uri
        self._sequence = invite.sequence if ours else 0
        self._refer_id = 0
        self._branch = invite.branch

    # --- what the called side does

    def ring(self) -> None:
        """Say 180."""
        self._respond(180)

    def speak_early(self) -> None:
        """Say 183 with SDP: what is played now is early media."""
        self._respond(183, body=self._answer())

    def answer(self) -> None:
        """Say 200 with SDP, until it is acknowledged."""
        self.answered = True
        self._respond(200, body=self._answer())
        self._peer.spawn(self._repeat_final())

    def refuse(self, code: int, reason: Reason | None = None) -> None:
        """Say a final code, with a ``Reason`` where there is one."""
        self._respond(code, extra=[("reason", reason.render())] if reason else [])
        self._peer.spawn(self._repeat_final())
        self._end("failed")

    def _respond(self, code: int, *, extra: Sequence[tuple[str, str]] = (), body: bytes = b"") -> None:
        if self.over.is_set():
            return
        contact = [("contact", f"<{self._peer.uri}>")]
        self._last = response(self.invite, code, tag=self._tag, extra=[*contact, *extra], body=body)
        self._peer.send(self._last, self._address)

    def _answer(self) -> bytes:
        """Answer the offer that was last made, and send audio where it says; offer ourselves where it made none."""
        host, port = self._peer.address[0], self.media.port
        if not self.invite.body:
            return sdp(Media(host, port, 8))
        offer = read_sdp(self.invite.body)
        self.media.send_to(offer)
        return answer_sdp(offer, host, port)

    async def _repeat_final(self) -> None:
        final, wait, waited = self._last, T1, 0.0
        while final and not self.acked.is_set() and waited < PATIENCE:
            try:
                await asyncio.wait_for(self.acked.wait(), wait)
            except TimeoutError:
                self._peer.send(final, self._address)
            waited, wait = waited + wait, wait * 2
        if not self.acked.is_set():
            self._end("lost")
        if self.over.is_set():
            self._peer.forget(self)

    # --- what both sides do

    async def hang_up(self) -> None:
        """Say BYE; does nothing once the leg is over."""
        if self.over.is_set():
            return
        self._end("hung_up")
        await self._ask("BYE")
        self._peer.forget(self)

    async def notify(self, line: str, *, done: bool = False) -> None:
        """Report how a REFER goes: ``line`` is a SIP status line without its version (RFC 3515, 2.4.5)."""
        state = "terminated;reason=noresource" if done else "active;expires=60"
        headers = [("event", f"refer;id={self._refer_id}"), ("subscription-state", state)]
        headers.append(("content-type", "message/sipfrag;version=2.0"))
        await self._ask("NOTIFY", headers, f"SIP/2.0 {line}\r\n".encode())

    async def refer(self, target: str) -> int:
        """Ask the far end to call ``target`` instead of us; return its answer's code, 0 where none came."""
        answer = await self._ask("REFER", [("refer-to", f"<{target}>")])
        return answer.code if answer else 0

    async def _ask(self, method: str, extra: Sequence[tuple[str, str]] = (), body: bytes = b"") -> Message | None:
        self._sequence += 1
        headers = [
            ("from", self._local), ("to", self._remote), ("call-id", self.invite.get("call-id")),
            ("cseq", f"{self._sequence} {method}"), ("contact", f"<{self._peer.uri}>"), *extra,
        ]  # fmt: skip
        return await self._peer.ask(request(method, self._target, headers, body), self._address)

    def _end(self, how: Over) -> None:
        if not self.over.is_set():
            self.how = how
            self.over.set()
            self.media.close()

    # --- what the far end asks for

    def take(self, message: Message) -> None:
        """Take a request of this dialog and answer it."""
        handler = {
            "INVITE": self._take_invite, "ACK": self._take_ack, "CANCEL": self._take_cancel, "BYE": self._take_bye,
            "REFER": self._take_refer, "NOTIFY": self._take_notify,
        }.get(message.method)  # fmt: skip
        if handler:
            handler(message)
        else:
            known = message.method in ("INFO", "OPTIONS", "UPDATE", "MESSAGE")
            self._peer.reply(message, 200 if known else 405, self._address)

    def _take_invite(self, message: Message) -> None:
        if message.branch == self._branch:  # the same INVITE again: so is our last word
            if self._last:
                self._peer.send(self._last, self._address)
            return
        if self.over.is_set() or not self.answered:
            self._peer.reply(message, 481 if self.over.is_set() else 500, self._address)
            return
        contact = [("contact", f"<{self._peer.uri}>")]
        host, port = self._peer.address[0], self.media.port
        try:
            offer = read_sdp(message.body) if message.body else None
        except SipError:
            self._peer.reply(message, 488, self._address)
            return
        if offer:
            self.media.send_to(offer)
        body = answer_sdp(offer, host, port) if offer else sdp(Media(host, port, 8))
        again = response(message, 200, tag=self._tag, extra=contact, body=body)
        self.acked.clear()
        self._last, self._branch = again, message.branch
        self._peer.send(again, self._address)
        self._peer.spawn(self._repeat_final())

    def _take_ack(self, message: Message) -> None:
        self.acked.set()
        if message.body and not self.over.is_set():
            try:
                self.media.send_to(read_sdp(message.body))
            except SipError:
                log.debug("an ACK with an SDP that cannot be read")
        if self.over.is_set():
            self._peer.forget(self)

    def _take_cancel(self, message: Message) -> None:
        self._peer.reply(message, 200, self._address, tag=self._tag)
        if not self.answered and not self.over.is_set():
            self._respond(487)
            self._peer.spawn(self._repeat_final())
            self._end("cancelled")

    def _take_bye(self, message: Message) -> None:
        self._peer.reply(message, 200, self._address)
        self.acked.set()
        self._end("bye")
        self._peer.forget(self)

    def _take_refer(self, message: Message) -> None:
        target = uri_of(message.get("refer-to"))
        if not target or not self.answered:
            self._peer.reply(message, 400, self._address)
            return
        self._refer_id = message.sequence
        self._peer.reply(message, 202, self._address, extra=[("contact", f"<{self._peer.uri}>")])
        self.refers.put_nowait(target)

    def _take_notify(self, message: Message) -> None:
        self._peer.reply(message, 200, self._address)
        status = message.body.decode("utf-8", "replace").split()
        if len(status) > 1 and status[0] == "SIP/2.0" and status[1].isascii() and status[1].isdigit():
            self.notices.put_nowait(int(status[1]))

    # --- what the calling side does

    async def place(self, *, rings: Callable[[], Awaitable[None]] | None = None, timeout: float = 20.0) -> None:
        """Send the INVITE that the leg was made with, and wait for an answer.

        Raises:
            CallFailed: It was refused; 408 where nobody answered in time.
        """
        replies = self._peer.watch(self.invite)
        self._peer.send(self.invite, self._address)
        try:
            async with asyncio.timeout(timeout):
                final = await self._await_final(replies, rings)
        except TimeoutError:
            self._cancel()
            raise CallFailed(408) from None
        finally:
            self._peer.unwatch(self.invite)
        self._remote = final.get("to")
        self._target = uri_of(final.get("contact")) or self._target
        self._acknowledge(final)
        if final.code >= 300:
            self._end("failed")
            self._peer.forget(self)
            raise CallFailed(final.code)
        self.answered = True
        self._peer.watch_final(self, final)
        self.media.send_to(read_sdp(final.body))

    def _cancel(self) -> None:
        """Take the INVITE back, in its own transaction (RFC 3261, 9.1)."""
        headers = [
            ("via", self.invite.get("via")), ("from", self._local), ("to", self.invite.get("to")),
            ("call-id", self.invite.get("call-id")), ("cseq", f"{self.invite.sequence} CANCEL"), ("max-forwards", "70"),
        ]  # fmt: skip
        self._peer.send(request("CANCEL", self.invite.uri, headers), self._address)
        self._end("hung_up")
        self._peer.forget(self)

    async def _await_final(
        self, replies: "asyncio.Queue[Message]", rings: Callable[[], Awaitable[None]] | None
    ) -> Message:
        wait, rang = T1, False
        while True:
            try:
                reply = await asyncio.wait_for(replies.get(), None if wait > PATIENCE else wait)
            except TimeoutError:
                self._peer.send(self.invite, self._address)
                wait *= 2
                continue
            wait = PATIENCE * 2  # somebody is there: say no more
            if reply.code >= 200:
                return reply
            if reply.code == 180 and rings and not rang:
                rang = True
                await rings()

    def _acknowledge(self, final: Message) -> None:
        """ACK: in the same transaction for a refusal, in one of its own for a 2xx (RFC 3261, 17.1.1.3, 13.2.2.4)."""
        via = self.invite.get("via") if final.code >= 300 else self._peer.via()
        headers = [
            ("via", via), ("from", self._local), ("to", final.get("to")), ("call-id", self.invite.get("call-id")),
            ("cseq", f"{self.invite.sequence} ACK"), ("max-forwards", "70"),
        ]  # fmt: skip
        self._peer.send(request("ACK", self._target, headers), self._address)

    def take_final_again(self, final: Message) -> None:
        """Acknowledge a 2xx that the far end repeats."""
        self._acknowledge(final)
