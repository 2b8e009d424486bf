"""A call process: ``python -m robot.call.process FD``. Started by `robot.call.supervisor`, never by hand.

It has its own SIP runtime and models, places the calls that it is told to, and says what becomes of them. When the
parent goes away, the channel closes: all calls are hung up and the process ends, so that nobody is left talking to a
robot that no one looks after.
"""

import asyncio
import logging
import os
import socket
import sys
from collections.abc import Coroutine
from datetime import datetime

from models.pool import ModelPool
from models.protocols import ModelError
from robot.call.attempt import Attempt
from robot.call.channel import Channel
from robot.call.kit import KitError, Kits
from robot.call.messages import (
    Abandon,
    Begin,
    CallOutcome,
    Failed,
    Finished,
    Place,
    Ready,
    Shutdown,
    ToCallMessage,
    to_call,
)
from robot.call.trunks import trunk_account
from robot.clock import SystemClock
from robot.settings import Settings
from robot.words import AttemptId, Result, Verdict
from telephony.line import TrunkUnavailable
from telephony.sip import SipRuntime, SipTrunk

__all__ = ["serve"]

log = logging.getLogger(__name__)

_GOODBYE = 5.0
"""Seconds for live calls to be hung up and told of before the process ends."""


class _Worker:
    """What a call process does between its first message and its last."""

    def __init__(self, channel: Channel[ToCallMessage], settings: Settings, sip: SipRuntime, kits: Kits) -> None:
        self._channel = channel
        self._settings = settings
        self._sip = sip
        self._kits = kits
        self._clock = SystemClock()
        self._trunks: dict[str, SipTrunk] = {}
        self._live: dict[AttemptId, Attempt] = {}
        self._given_up: set[AttemptId] = set()
        self._stopping = False
        self._taking: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Take messages until told to stop, until the parent has gone, or until the SIP stack has died."""
        self._taking = asyncio.create_task(self._take())
        await asyncio.wait((self._taking,))
        if not self._taking.cancelled() and (broken := self._taking.exception()) is not None:
            log.error("the parent cannot be understood; calls are hung up: %s", broken)
        self._stopping = True
        for attempt in self._live.values():
            self._spawn(attempt.abandon())
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_GOODBYE)

    async def _take(self) -> None:
        while True:
            message = await self._channel.receive()
            match message:
                case Place():
                    self._spawn(self._place(message))
                case Abandon():
                    # A call may be given up while its models load, and hanging up takes as long as the far end likes.
                    self._given_up.add(message.attempt)
                    if message.attempt in self._live:
                        self._spawn(self._live[message.attempt].abandon())
                case Shutdown() | None:
                    return
                case _:
                    log.warning("a message that makes no sense now: %s", type(message).__name__)

    async def _place(self, place: Place) -> None:
        """Make one call. Whatever goes wrong, the parent hears of its end: it would hold the attempt for ever."""
        began = self._clock.now()
        try:
            outcome = await self._call(place)
        except (ModelError, KitError, TrunkUnavailable) as why:
            log.error("attempt %s was not dialled: %s", place.attempt, why)
            outcome = _not_made(place, Result.TRUNK_FAILED, began, self._clock.now())
        except Exception:
            log.exception("attempt %s broke", place.attempt)
            outcome = _not_made(place, Result.UNKNOWN, began, self._clock.now())
        self._given_up.discard(place.attempt)
        self._channel.send(Finished(outcome=outcome))
        if self._sip.dead and self._taking is not None:
            log.error("the SIP stack of this process died; it leaves, and another takes its place")
            self._taking.cancel()

    async def _call(self, place: Place) -> CallOutcome:
        trunk = await self._trunk(place.trunk)
        kit = await self._kits.get(place.script)
        attempt = Attempt(place, trunk, kit, self._clock, self._channel.send)
        self._live[place.attempt] = attempt
        if self._stopping or place.attempt in self._given_up:
            await attempt.abandon()
        try:
            return await attempt.run()
        finally:
            del self._live[place.attempt]

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _trunk(self, name: str) -> SipTrunk:
        if name not in self._trunks:
            # The parent registers; a call process dials with the same credentials and no REGISTER of its own.
            account = trunk_account(self._settings.trunks[name], register=False)
            self._trunks[name] = await self._sip.trunk(account)
        return self._trunks[name]


def _not_made(place: Place, result: Result, began: datetime, now: datetime) -> CallOutcome:
    return CallOutcome(attempt=place.attempt, result=result, verdict=Verdict(), dialled_at=began, ended_at=now)


async def serve(end: socket.socket) -> int:
    """Be a call process on one end of a socket pair; return the exit code."""
    channel = await Channel.open(end, to_call)
    begin = await channel.receive()
    if not isinstance(begin, Begin):
        return 1
    settings = Settings.model_validate(begin.settings)
    pool = ModelPool(settings.models.threads)
    kits = Kits(settings, pool)
    try:
        async with SipRuntime(listen=settings.calls.listen) as sip:
            for script in begin.scripts:
                await kits.get(script)
            channel.send(Ready(pid=os.getpid()))
            await _Worker(channel, settings, sip, kits).run()
    except (ModelError, KitError, TrunkUnavailable) as why:
        channel.send(Failed(why=str(why)))
        return 1
    finally:
        await kits.close()
        await channel.close()
        pool.close()
    return 0


def main() -> None:
    """Run the process; the argument is the number of the inherited socket."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s call %(process)d %(name)s: %(message)s")
    with socket.socket(fileno=int(sys.argv[1])) as end:
        end.setblocking(False)
        sys.exit(asyncio.run(serve(end)))


if __name__ == "__main__":
    main()
