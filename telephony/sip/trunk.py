"""A way into the telephone network over SIP, as a `telephony.line.Trunk`."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping
from typing import Protocol

import baresip

from telephony.line import IncomingCall, LineGone, TrunkUnavailable
from telephony.sip.account import TrunkAccount
from telephony.sip.line import SipLine

__all__ = ["SipIncoming", "SipTrunk", "Switchboard"]

logger = logging.getLogger(__name__)

_QUEUE_TRIES = 50
_QUEUE_PAUSE_S = 0.02
_DEAD = "the SIP thread of this process died; the process must be started again"


class Switchboard(Protocol):
    """What a trunk needs of the runtime: somewhere to put its lines."""

    @property
    def dead(self) -> bool:
        """Whether the SIP thread is gone."""

    def connect(self, call: baresip.Call, account: TrunkAccount) -> SipLine:
        """Make a call a line, with every event of it that came before."""


class SipIncoming:
    """A `telephony.line.IncomingCall`."""

    def __init__(self, call: baresip.Call, line: SipLine) -> None:
        """Offer ``call``; it becomes ``line`` when it is answered."""
        self._call = call
        self._line = line

    @property
    def caller(self) -> str:
        """The user part of From; empty when there is none."""
        peer = str(self._call.peer or "")
        uri = peer.partition("sip:")[2] or peer.partition("sips:")[2]
        return uri.partition("@")[0] if "@" in uri else ""

    async def answer(self) -> SipLine:
        """Take the call (200).

        Raises:
            LineGone: The caller gave up.
        """
        try:
            await self._call.answer()
        except baresip.BaresipError as failure:
            raise LineGone("the caller gave up before we answered") from failure
        await self._line.settled()
        if not self._line.answered:
            raise LineGone("the caller gave up before we answered")
        return self._line

    async def decline(self) -> None:
        """Turn the call away (486). Does nothing when the caller gave up."""
        try:
            await self._call.reject()
        except baresip.BaresipError as failure:
            logger.debug("nothing to decline: %s", failure)


class SipTrunk:
    """Dials through one account. Made by `SipRuntime.trunk`."""

    def __init__(
        self, account: TrunkAccount, switchboard: Switchboard, home: baresip.UserAgent, dialler: baresip.UserAgent
    ) -> None:
        """Register and be called as ``home``, dial as ``dialler``; often the same."""
        self.account = account
        self._switchboard = switchboard
        self._home = home
        self._dialler = dialler
        self._registered = False
        self._offers: asyncio.Queue[SipIncoming] = asyncio.Queue()
        self._offered_to_somebody = False
        self._background: set[asyncio.Task[None]] = set()
        home.on_incoming(self._on_incoming)
        home.on(self._on_home_event)

    @property
    def registered(self) -> bool:
        """Whether the trunk took our last registration."""
        return self._registered

    async def register(self, *, timeout: float = 10.0) -> None:
        """Register, and stay registered. Does nothing for a trunk that knows us by our address.

        Args:
            timeout: Seconds to wait for the trunk's answer.

        Raises:
            TrunkUnavailable: It refused, or said nothing; the text says what to look at.
        """
        if not self.account.register_every:
            return
        try:
            await self._home.register(timeout=timeout)
        except baresip.RegistrationError as refused:
            raise TrunkUnavailable(self._why_not_registered(refused, timeout)) from refused
        except baresip.BaresipError as failure:
            raise TrunkUnavailable(f"cannot register at {self.account.address}: {failure}") from failure

    async def unregister(self, *, timeout: float = 2.0) -> None:
        """Take the registration back, where there is one; a trunk that does not answer is not waited for longer."""
        if not self._registered:
            return
        try:
            await self._home.unregister(timeout=timeout)
        except baresip.BaresipError as failure:
            logger.info("the registration was not taken back, it will expire: %s", failure)

    async def dial(self, to: str, *, ring_timeout: float = 45.0, headers: Mapping[str, str] | None = None) -> SipLine:
        """Send an INVITE to ``to``: E.164, or a SIP URI. After ``ring_timeout`` seconds without an answer we CANCEL.

        A dial that is cancelled while the INVITE leaves hangs its call up again.

        Raises:
            TrunkUnavailable: Nothing could be sent.
            ValueError: ``to`` cannot stand in a request.
        """
        uri = self.account.uri(to)
        opening = asyncio.create_task(self._open(uri, dict(headers or {})), name="dial")
        try:
            line = await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(self._take_back)
            raise
        line.cancel_after(ring_timeout)
        return line

    async def incoming(self) -> AsyncIterator[IncomingCall]:
        """Give calls to us as they come. One reader a trunk; while there is none, calls are turned away (486)."""
        self._offered_to_somebody = True
        try:
            while True:
                yield await self._offers.get()
        finally:
            self._offered_to_somebody = False
            while not self._offers.empty():
                self._spawn(self._offers.get_nowait().decline())

    async def _open(self, uri: str, headers: dict[str, str]) -> SipLine:
        # The line must be made in the very step in which the stack returns the call: what it says in between is in the
        # switchboard's buffer until then, and in the call's own listener from then on.
        if self._switchboard.dead:
            raise TrunkUnavailable(_DEAD)
        for _ in range(_QUEUE_TRIES):
            try:
                call = await self._dialler.dial(uri, headers=headers)
            except baresip.CommandQueueFull:
                await asyncio.sleep(_QUEUE_PAUSE_S)
            except baresip.NoLocalAddressError as failure:
                raise TrunkUnavailable(
                    f"no address of this machine leads to {self.account.address}: check its host name, and that "
                    "`calls.listen` is 0.0.0.0 or an address in its network (127.0.0.1 reaches loopback alone)"
                ) from failure
            except baresip.RuntimeDead as failure:
                raise TrunkUnavailable(_DEAD) from failure
            except baresip.BaresipError as failure:
                raise TrunkUnavailable(f"no INVITE could be sent to {self.account.address}: {failure}") from failure
            else:
                return self._switchboard.connect(call, self.account)
        raise TrunkUnavailable("the SIP thread takes no more commands: fewer dials at once (`per_second` of the trunk)")

    def _take_back(self, opening: "asyncio.Task[SipLine]") -> None:
        if not opening.cancelled() and opening.exception() is None:
            self._spawn(opening.result().hang_up())

    def _on_incoming(self, call: baresip.Call) -> None:
        offer = SipIncoming(call, self._switchboard.connect(call, self.account))
        if self._offered_to_somebody:
            self._offers.put_nowait(offer)
        else:
            self._spawn(offer.decline())

    def _on_home_event(self, event: baresip.StackEvent) -> None:
        if event.event is baresip.Event.REGISTER_OK:
            self._registered = True
        elif event.event is baresip.Event.REGISTER_FAIL:
            if self._registered:
                logger.warning("the trunk at %s does not renew our registration: %s", self.account.address, event.text)
            self._registered = False
        elif event.event is baresip.Event.UNREGISTERING:
            self._registered = False

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def _why_not_registered(self, refused: baresip.RegistrationError, timeout: float) -> str:
        where = f"the trunk at {self.account.address}"
        if refused.status in (401, 403, 407):
            return (
                f"{where} refused our registration ({refused.status} {refused.reason}): check `user`, `auth_user` and "
                "`password` of the trunk, and that it allows this machine's address"
            )
        if refused.status == 404:
            return f"{where} does not know the user {self.account.user!r} (404): check `user` of the trunk"
        if refused.status is not None:
            return f"{where} refused our registration ({refused.status} {refused.reason}): ask its operator why"
        if "within" in str(refused):
            return (
                f"{where} did not answer our registration within {timeout:g} s: check `host`, `port` and `transport`, "
                "and that a firewall lets SIP through"
            )
        return f"{where} cannot be reached ({refused.reason or refused}): check its `host`, `port` and `transport`"
