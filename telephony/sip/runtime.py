"""The SIP stack of this process: its start and end, its events, and the one tick that moves all lines' sound."""

import asyncio
import logging
import time
from collections import deque
from types import TracebackType
from typing import Self

import baresip

from telephony.line import TelephonyError, TrunkUnavailable
from telephony.sip.account import TrunkAccount
from telephony.sip.line import SipLine
from telephony.sip.redact import redact_stack_logs
from telephony.sip.trunk import SipTrunk

__all__ = ["SipRuntime"]

logger = logging.getLogger(__name__)

_TICK_S = 0.04
_FELL_BEHIND_S = 0.5
_EVENTS_KEPT = 2048
_ANYWHERE = ("", "0.0.0.0", "::")


class SipRuntime:
    """The SIP stack; at most one at a time in a process.

    Use it as an asynchronous context manager; leaving it hangs up what is live.
    """

    def __init__(
        self, *, listen: str = "0.0.0.0", sip_port: int = 0, rtp_timeout: int = 30, jitter_ms: int = 40
    ) -> None:
        """Say how to start; nothing is opened yet.

        Args:
            listen: Address or interface that SIP and RTP bind to; ``0.0.0.0`` finds it by itself and skips loopback.
            sip_port: UDP and TCP port of SIP; 0 = any free one.
            rtp_timeout: Seconds without RTP after which a call is given up.
            jitter_ms: Length of the jitter buffer.
        """
        self._listen = listen
        self._sip_port = sip_port
        self._rtp_timeout = rtp_timeout
        self._jitter_ms = jitter_ms
        self._stack = baresip.Runtime()
        self._lines: dict[int, SipLine] = {}
        self._trunks: list[SipTrunk] = []
        self._unclaimed: deque[baresip.StackEvent] = deque(maxlen=_EVENTS_KEPT)
        self._ticker: asyncio.Task[None] | None = None
        self._dead = False

    @property
    def dead(self) -> bool:
        """Whether the SIP thread is gone; the process must then be replaced."""
        return self._dead

    @property
    def lines(self) -> tuple[SipLine, ...]:
        """The lines that are live now."""
        return tuple(self._lines.values())

    async def __aenter__(self) -> Self:
        """Start the SIP thread.

        Raises:
            TrunkUnavailable: The port is taken, or the address is not this machine's.
            TelephonyError: Another runtime is active in this process, or one died in it.
        """
        redact_stack_logs()
        try:
            await self._stack.start(self._config())
        except baresip.RuntimeDead as dead:
            raise TelephonyError("the SIP thread of this process died before; start a new process") from dead
        except baresip.BaresipError as failure:
            raise self._why_not_started(failure) from failure
        self._stack.on_dead = self._on_dead
        self._stack.subscribe(self._on_event)
        self._ticker = asyncio.create_task(self._tick(), name="sip-tick")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up what is live, take registrations back, and stop the SIP thread."""
        if not self._dead:
            await asyncio.gather(*(line.hang_up() for line in self.lines))
            await asyncio.gather(*(trunk.unregister() for trunk in self._trunks))
        if self._ticker is not None:
            self._ticker.cancel()
        try:
            await self._stack.close()
        except baresip.BaresipError as failure:
            logger.error("the SIP thread did not stop: %s", failure)
            self._on_dead()

    async def trunk(self, account: TrunkAccount) -> SipTrunk:
        """Open a trunk. Nothing is sent yet; see `SipTrunk.register`.

        Raises:
            TrunkUnavailable: The stack does not take the account.
        """
        try:
            home = await baresip.UserAgent.create(
                self._stack, account.stack_account(user=account.user, register=True), transfer_policy="reject"
            )
            dialler = home
            if account.caller_id and account.caller_id != account.user:
                dialler = await baresip.UserAgent.create(
                    self._stack, account.stack_account(user=account.caller_id, register=False), transfer_policy="reject"
                )
        except (baresip.BaresipError, ValueError) as failure:
            raise TrunkUnavailable(f"the trunk at {account.address} cannot be opened: {failure}") from failure
        trunk = SipTrunk(account, self, home, dialler)
        self._trunks.append(trunk)
        return trunk

    def connect(self, call: baresip.Call, account: TrunkAccount) -> SipLine:
        """Make a call a line, and tell both what happened on it before there was anybody to tell.

        The stack's own `dial` waits before it makes its `Call`, and what comes in between reaches no listener of that
        call; in bursts one final answer in fifteen is lost so. `_on_event` has kept it.
        """
        line = SipLine(call, account, on_ended=self._on_ended)
        self._lines[line.handle] = line
        missed = [event for event in self._unclaimed if event.call == line.handle]
        if missed:
            self._unclaimed = deque((e for e in self._unclaimed if e.call != line.handle), maxlen=_EVENTS_KEPT)
        for event in missed:
            if event.event is not baresip.Event.CALL_INCOMING:
                call._on_stack_event(event)  # a private name: the version is pinned, and a test watches it
                line.on_stack_event(event)
        return line

    def _config(self) -> baresip.Config:
        lines = [
            "audio_jitter_buffer_type fixed",
            f"audio_jitter_buffer_ms {self._jitter_ms}-{self._jitter_ms}",
            "call_hold_other_calls no",
        ]
        if self._sip_port:
            numeric = self._listen.replace(".", "").isdigit() or ":" in self._listen
            address = self._listen if numeric else "0.0.0.0"
            lines.append(f"sip_listen {f'[{address}]' if ':' in address else address}:{self._sip_port}")
        return baresip.Config(
            net_interface=None if self._listen in _ANYWHERE else self._listen,
            max_concurrent_calls=None,
            rtp_timeout=self._rtp_timeout,
            extra_config_text="\n".join(lines),
        )

    def _why_not_started(self, failure: baresip.BaresipError) -> TelephonyError:
        text = str(failure)
        if "in use" in text:
            return TrunkUnavailable(
                f"SIP port {self._sip_port} on {self._listen} is taken by another program: stop that one, or choose "
                "another port (0 lets the system choose)"
            )
        if "Cannot assign" in text or "No such device" in text:
            return TrunkUnavailable(
                f"{self._listen!r} is no address of this machine: set `calls.listen` to one that `ip address` shows"
            )
        if "another Runtime" in text:
            return TelephonyError("a SIP runtime is active in this process already; use that one, or leave it first")
        return TrunkUnavailable(f"SIP could not be started on {self._listen}: {text}")

    def _on_event(self, event: baresip.StackEvent) -> None:
        if not event.call:
            return
        line = self._lines.get(event.call)
        if line is None:
            self._unclaimed.append(event)
        else:
            line.on_stack_event(event)

    def _on_ended(self, line: SipLine) -> None:
        self._lines.pop(line.handle, None)

    def _on_dead(self) -> None:
        self._dead = True
        for line in self.lines:
            line.lose("the SIP thread died")

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due += _TICK_S
            if loop.time() - due > _FELL_BEHIND_S:
                due = loop.time()
            await asyncio.sleep(max(0.0, due - loop.time()))
            now = time.monotonic()
            for line in self.lines:
                try:
                    line.pump(now)
                except Exception:
                    logger.exception("line %s: its sound could not be moved", line.id)
