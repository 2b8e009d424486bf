"""The parent's side of the call processes: starts them, gives them calls, and starts them anew when they die.

A call process that dies takes its calls with it and nothing else: each of them is reported as a `Finished` whose
result is ``unknown``, and a new process takes its place.
"""

import asyncio
import contextlib
import logging
import os
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import ValidationError

from robot.call.channel import Channel
from robot.call.messages import (
    Abandon,
    Begin,
    CallOutcome,
    Failed,
    Finished,
    FromCallMessage,
    Place,
    Ready,
    Shutdown,
    from_call,
)
from robot.clock import Clock
from robot.settings import Settings
from robot.words import AttemptId, Result, Verdict

__all__ = ["CallProcesses", "CallProcessesFailed"]

log = logging.getLogger(__name__)

_START_AGAIN_AFTER = (0.0, 1.0, 5.0, 15.0, 60.0)
"""Seconds; the n-th death in a row waits for the n-th of them."""
_SHUTDOWN = 8.0
_HOPELESS = 3
"""Deaths in a row of processes that were never ready, after which there is no use in starting another."""


class CallProcessesFailed(Exception):
    """Raised when a call process says that it cannot work: no model, no trunk. Its text says what to do."""


@dataclass(slots=True, eq=False)
class _Process:
    process: asyncio.subprocess.Process
    channel: Channel[FromCallMessage]
    placed: dict[AttemptId, tuple[Place, datetime]] = field(default_factory=dict)
    ready: bool = False


class CallProcesses:
    """A set of call processes, kept at their number. Use it as an async context manager."""

    def __init__(
        self, settings: Settings, scripts: Sequence[str], clock: Clock, hear: Callable[[FromCallMessage], None]
    ) -> None:
        """Prepare call processes.

        Args:
            settings: Handed to each of them, secrets included, through the channel.
            scripts: Hashes of the scripts to be warm.
            clock: Where instants come from.
            hear: Takes every message; from the event loop.
        """
        self._settings = settings
        self._scripts = tuple(scripts)
        self._clock = clock
        self._hear = hear
        self._live: set[_Process] = set()
        self._keepers: list[asyncio.Task[None]] = []
        self._ready = asyncio.Event()
        self._failed: str | None = None
        self._closing = asyncio.Event()

    async def __aenter__(self) -> "CallProcesses":
        """Start them, and wait until one is ready.

        Raises:
            CallProcessesFailed: None can work.
        """
        for _ in range(self._settings.calls.processes):
            self._keepers.append(asyncio.create_task(self._keep()))
        try:
            await self._ready.wait()
        except asyncio.CancelledError:
            await self.__aexit__()
            raise
        if self._failed is not None:
            await self.__aexit__()
            raise CallProcessesFailed(self._failed)
        return self

    async def __aexit__(self, *_why: object) -> None:
        """Have live calls hung up and reported, then end the processes."""
        self._closing.set()
        for one in self._live:
            self._dismiss(one)
        if self._keepers:
            _, late = await asyncio.wait(self._keepers, timeout=_SHUTDOWN)
            for one in list(self._live):
                with contextlib.suppress(ProcessLookupError):
                    one.process.kill()
            if late:
                await asyncio.wait(late, timeout=_SHUTDOWN)

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of those that live."""
        return tuple(one.process.pid for one in self._live)

    @property
    def open(self) -> tuple[AttemptId, ...]:
        """Attempts that are under way."""
        return tuple(attempt for one in self._live for attempt in one.placed)

    @property
    def ready(self) -> bool:
        """Whether a call could be placed now."""
        return any(one.ready for one in self._live)

    @property
    def failed(self) -> str | None:
        """Why none can work any more, once that is so."""
        return self._failed

    def place(self, place: Place) -> bool:
        """Give a call to the process with the fewest; return whether there was one to give it to."""
        ready = [one for one in self._live if one.ready]
        if not ready:
            return False
        chosen = min(ready, key=lambda one: len(one.placed))
        chosen.placed[place.attempt] = (place, self._clock.now())
        chosen.channel.send(place)
        return True

    def abandon(self, attempt: AttemptId) -> None:
        """Have one call hung up; its `Finished` still comes."""
        for one in self._live:
            if attempt in one.placed:
                one.channel.send(Abandon(attempt=attempt))

    async def _keep(self) -> None:
        deaths = hopeless = 0
        while not self._closing.is_set() and self._failed is None:
            pause = _START_AGAIN_AFTER[min(deaths, len(_START_AGAIN_AFTER) - 1)]
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), pause)
                return
            try:
                was_ready = await self._run_one()
            except OSError as refused:  # no memory, no file descriptor: there may be some later
                log.error("a call process cannot be started: %s", refused)
                was_ready = False
            deaths, hopeless = (1, 0) if was_ready else (deaths + 1, hopeless + 1)
            if hopeless >= _HOPELESS and not self.ready and self._failed is None:
                self._failed = "call processes end as soon as they are started; what they say about it stands above"
                self._ready.set()

    async def _run_one(self) -> bool:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                # A session of its own: Ctrl-C is for the parent, which decides what becomes of live calls.
                process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "robot.call.process", str(theirs.fileno()),
                    pass_fds=(theirs.fileno(),), stdin=asyncio.subprocess.DEVNULL, env=dict(os.environ),
                    start_new_session=True,
                )  # fmt: skip
            except OSError:
                ours.close()
                raise
        one = _Process(process, await Channel.open(ours, from_call))
        self._live.add(one)
        if self._closing.is_set():
            self._dismiss(one)
        try:
            settings = self._settings.model_dump(mode="json", context={"for": "call process"})
            one.channel.send(Begin(settings=settings, scripts=self._scripts))
            while (message := await one.channel.receive()) is not None:
                self._take(one, message)
        except ValidationError as unread:
            log.error("call process %d says what nobody understands; it is replaced: %s", process.pid, unread)
        finally:
            self._live.discard(one)
            await one.channel.close()  # should it live, it hangs up its calls and leaves
        await _leave(process)
        if not self._closing.is_set() and self._failed is None:
            log.error("call process %d ended with %s; %d calls lost", process.pid, process.returncode, len(one.placed))
        for place, since in one.placed.values():
            self._hear(Finished(outcome=_lost(place, since, self._clock.now())))
        return one.ready

    def _dismiss(self, one: _Process) -> None:
        if one.ready:
            one.channel.send(Shutdown())
            return
        # It loads models and would not listen for seconds; it has no calls to hang up.
        with contextlib.suppress(ProcessLookupError):
            one.process.kill()

    def _take(self, one: _Process, message: FromCallMessage) -> None:
        match message:
            case Ready():
                one.ready = True
                self._ready.set()
            case Failed() if self.ready:
                log.error("a call process cannot work: %s", message.why)  # others do, and have calls
            case Failed():
                self._failed = message.why
                self._ready.set()
            case Finished():
                one.placed.pop(message.outcome.attempt, None)
            case _:
                pass
        self._hear(message)


async def _leave(process: asyncio.subprocess.Process) -> None:
    """Wait for a process that has nobody to talk to any more; end it where it does not by itself."""
    try:
        async with asyncio.timeout(_SHUTDOWN):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _lost(place: Place, since: datetime, now: datetime) -> CallOutcome:
    return CallOutcome(attempt=place.attempt, result=Result.UNKNOWN, verdict=Verdict(), dialled_at=since, ended_at=now)
