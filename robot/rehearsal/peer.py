"""A SIP peer on UDP: takes calls and places calls, each a `Leg` with its RTP stream (RFC 3261, 3515).

It retransmits what must be, answers what it is asked, and drops what it cannot read. It listens on loopback alone.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from ipaddress import ip_address

from robot.rehearsal.leg import PATIENCE, T1, Address, Leg
from robot.rehearsal.rtp import RtpStream, Ticker
from robot.rehearsal.sip import (
    Media,
    Message,
    SipError,
    new_tag,
    parameter,
    read_sdp,
    request,
    response,
    sdp,
    uri_of,
)

__all__ = ["SipPeer"]

log = logging.getLogger(__name__)

_GOODBYE = 0.5
"""Seconds for which the port stays open for answers to our last BYEs."""


class SipPeer(asyncio.DatagramProtocol):
    """A UDP port that speaks SIP.

    Attributes:
        address: Where it is bound.
        legs: Call-ID → leg, while either side may still say something about it.
    """

    def __init__(self, ticker: Ticker, take_call: Callable[[Leg], Coroutine[None, None, None]]) -> None:
        """Make it; `open` binds it. ``take_call`` runs as a task for each call that comes in."""
        self.address: Address = ("", 0)
        self.legs: dict[str, Leg] = {}
        self._ticker = ticker
        self._take_call = take_call
        self._transport: asyncio.DatagramTransport | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._watched: dict[tuple[str, str], asyncio.Queue[Message]] = {}
        self._finals: dict[str, Leg] = {}
        self._replied: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    @classmethod
    async def open(
        cls,
        ticker: Ticker,
        take_call: Callable[[Leg], Coroutine[None, None, None]],
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> "SipPeer":
        """Bind.

        Raises:
            ValueError: ``host`` is not a loopback address: a rehearsal is never open to a network.
            OSError: The port is taken.
        """
        if not ip_address(host).is_loopback:
            raise ValueError(f"the town listens on loopback only, not on {host}; use 127.0.0.1")
        loop = asyncio.get_running_loop()
        transport, peer = await loop.create_datagram_endpoint(lambda: cls(ticker, take_call), local_addr=(host, port))
        peer._transport = transport
        peer.address = transport.get_extra_info("sockname")[:2]
        return peer

    async def close(self) -> None:
        """Say BYE on every leg, wait a moment for the answers, and close the port."""
        goodbyes = [asyncio.ensure_future(leg.hang_up()) for leg in list(self.legs.values())]
        if goodbyes:
            await asyncio.wait(goodbyes, timeout=_GOODBYE)
        for goodbye in goodbyes:
            goodbye.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._transport:
            self._transport.close()

    @property
    def uri(self) -> str:
        """Return the URI that reaches it."""
        return f"sip:town@{self.address[0]}:{self.address[1]}"

    def via(self) -> str:
        """Return a Via with a fresh branch."""
        return f"SIP/2.0/UDP {self.address[0]}:{self.address[1]};branch=z9hG4bK{new_tag()};rport"

    async def call(self, uri: str, address: Address, *, caller: str, extra: Sequence[tuple[str, str]] = ()) -> Leg:
        """Make a leg that calls ``uri``; `Leg.place` then sends its INVITE."""
        media = await RtpStream.open(self._ticker, self.address[0])
        call_id = new_tag()
        headers = [
            ("via", self.via()), ("from", f"<sip:{caller}@{self.address[0]}>;tag={new_tag()}"), ("to", f"<{uri}>"),
            ("call-id", call_id), ("cseq", "1 INVITE"), ("contact", f"<{self.uri}>"), ("max-forwards", "70"),
            ("content-type", "application/sdp"), *extra,
        ]  # fmt: skip
        body = sdp(Media(self.address[0], media.port, 8))
        leg = Leg(self, request("INVITE", uri, headers, body), media, address, ours=True)
        self.legs[call_id] = leg
        return leg

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Run a task of the peer's own, ended with it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (failure := task.exception()):
            log.error("a call of the town failed", exc_info=failure)

    def forget(self, leg: Leg) -> None:
        """Keep a leg that is over no longer."""
        call_id = leg.invite.get("call-id")
        if leg.over.is_set() and self.legs.get(call_id) is leg:
            del self.legs[call_id]
            self._finals.pop(call_id, None)

    # --- sending

    def send(self, message: Message, address: Address) -> None:
        """Send one datagram."""
        if self._transport and not self._transport.is_closing():
            self._transport.sendto(message.render(), address)

    def reply(
        self, to: Message, code: int, address: Address, *, tag: str = "", extra: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Answer a request outside INVITE, and keep the answer for its retransmissions."""
        answer = response(to, code, tag=tag or new_tag(), extra=extra)
        self._replied[(to.branch, to.method)] = answer.render()
        while len(self._replied) > 512:
            self._replied.popitem(last=False)
        self.send(answer, address)

    async def ask(self, message: Message, address: Address) -> Message | None:
        """Send a request, again and again until its final answer comes; `None` where none does."""
        message.headers = [("via", self.via()), ("max-forwards", "70"), *message.headers]
        replies = self.watch(message)
        wait = T1
        try:
            while wait <= PATIENCE / 2:
                self.send(message, address)
                try:
                    async with asyncio.timeout(wait):
                        while (reply := await replies.get()).code < 200:
                            pass
                        return reply
                except TimeoutError:
                    wait *= 2
        finally:
            self.unwatch(message)
        return None

    def watch(self, message: Message) -> "asyncio.Queue[Message]":
        """Give the responses to this request."""
        return self._watched.setdefault((message.branch, message.method), asyncio.Queue())

    def unwatch(self, message: Message) -> None:
        """Give them no longer."""
        self._watched.pop((message.branch, message.method), None)

    def watch_final(self, leg: Leg, final: Message) -> None:
        """Acknowledge this 2xx again whenever it comes again."""
        self._finals[final.get("call-id")] = leg

    # --- receiving

    def datagram_received(self, data: bytes, addr: tuple[str | int, int]) -> None:
        """Take one datagram; what cannot be read is dropped."""
        address = (str(addr[0]), int(addr[1]))
        try:
            message = Message.parse(data)
        except SipError as error:
            log.debug("dropped a datagram: %s", error)
            return
        try:
            if message.code:
                self._take_response(message)
            else:
                self._take_request(message, address)
        except SipError as error:
            log.debug("could not take a %s: %s", message.method, error)

    def error_received(self, exc: Exception) -> None:
        """Go on: the far end may have closed its port."""
        log.debug("sip: %s", exc)

    def _take_response(self, message: Message) -> None:
        queue = self._watched.get((message.branch, message.method))
        if queue:
            queue.put_nowait(message)
        elif message.method == "INVITE" and 200 <= message.code < 300:
            leg = self._finals.get(message.get("call-id"))
            if leg:
                leg.take_final_again(message)

    def _take_request(self, message: Message, address: Address) -> None:
        known = self._replied.get((message.branch, message.method))
        if known and message.method != "ACK":
            if self._transport:
                self._transport.sendto(known, address)
            return
        leg = self.legs.get(message.get("call-id"))
        if leg:
            leg.take(message)
        elif message.method == "INVITE" and not parameter(message.get("to"), "tag"):
            self._begin(message, address)
        elif message.method in ("OPTIONS", "REGISTER"):
            contact = [("contact", message.get("contact"))] if message.method == "REGISTER" else []
            allow = ("allow", "INVITE, ACK, CANCEL, BYE, REFER, NOTIFY, OPTIONS, INFO")
            self.reply(message, 200, address, extra=[allow, *(c for c in contact if c[1])])
        elif message.method != "ACK":
            in_dialog = message.method in ("INVITE", "BYE", "CANCEL", "REFER", "NOTIFY", "INFO", "UPDATE", "PRACK")
            self.reply(message, 481 if in_dialog else 501, address)

    def _begin(self, message: Message, address: Address) -> None:
        if message.body:
            try:
                read_sdp(message.body)
            except SipError:
                self.reply(message, 488, address)
                return
        if not uri_of(message.get("contact")):
            self.reply(message, 400, address)
            return
        self.send(response(message, 100), address)
        self.spawn(self._take(message, address))

    async def _take(self, message: Message, address: Address) -> None:
        call_id = message.get("call-id")
        if call_id in self.legs:
            return
        media = await RtpStream.open(self._ticker, self.address[0])
        if call_id in self.legs:
            media.close()
            return
        leg = Leg(self, message, media, address, ours=False)
        self.legs[call_id] = leg
        try:
            await self._take_call(leg)
        finally:
            if leg.answered:
                await leg.hang_up()
            elif not leg.over.is_set():
                leg.refuse(500)
            media.close()
