"""The courier: takes events from the outbox to the CRM, each at least once, those of one contact in their order.

It keeps nothing in memory that matters. Killed between a delivery and the note of it, it delivers that event again
when it next runs; receivers take each id once. One courier a database: two would deliver in each other's way.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from robot.clock import Clock
from robot.crm.schedule import departures, next_try
from robot.crm.webhook import Reply, Webhook
from robot.settings import WebhookSettings
from robot.store.outbox import (
    OutboxCounts,
    Waiting,
    count,
    mark_dead,
    mark_delivered,
    mark_failed,
    waiting,
)
from robot.store.store import Store
from robot.words import ContactId

__all__ = ["Courier"]

log = logging.getLogger(__name__)

_GRACE = 2.0
"""Seconds that events on their way get to arrive once the courier is told to stop."""

_OUTAGE = 2
"""Failures in a row that are worth a warning: a single one is what the schedule is for."""

_DRAIN_LOOKS = 0.1
"""Seconds between two looks of `Courier.drain`."""


@dataclass(frozen=True, slots=True)
class _Tried:
    """A try that is over and stands in no table yet."""

    event: Waiting
    reply: Reply
    at: datetime


class Courier:
    """Delivers what the outbox holds, for as long as `run` runs."""

    def __init__(
        self,
        store: Store,
        settings: WebhookSettings | None,
        clock: Clock,
        *,
        at_once: int = 8,
        look_every: float = 0.5,
    ) -> None:
        """Prepare; nothing is sent before `run`.

        Args:
            store: The open database.
            settings: Where events go; `None` leaves them in the outbox until a webhook is configured.
            clock: Where the time comes from.
            at_once: How many contacts' events may be on their way at once.
            look_every: Seconds after which the outbox is looked into again when nobody called `nudge`.

        Raises:
            BadWebhookSettings: The URL or the secret cannot be used.
        """
        self._store = store
        self._clock = clock
        self._webhook = Webhook(settings) if settings is not None else None
        self._retry_after = settings.retry_after if settings is not None else ()
        self._at_once = at_once
        self._look_every = look_every
        self._sending: dict[asyncio.Task[_Tried], ContactId] = {}
        self._tried: list[_Tried] = []
        self._nudged = asyncio.Event()
        self._paused_until: datetime | None = None
        self._failures = 0
        self._gone = False
        self._problem = (
            ""
            if settings is not None
            else (
                "no webhook is configured: outcomes stay in the outbox;"
                " write url and secret under [webhook] in perezvon.toml to have them delivered"
            )
        )

    @property
    def problem(self) -> str:
        """Why nothing is being delivered, in a sentence for the operator; empty where it is."""
        return self._problem

    def nudge(self) -> None:
        """Say that something was put into the outbox, so that it leaves at once. From the event loop's thread."""
        self._nudged.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until told to stop; then give what is on its way two seconds to arrive, and note what came of it."""
        if self._webhook is None:
            log.warning("%s", self._problem)
            await stop.wait()
            return
        async with self._webhook as webhook:
            stopping = asyncio.create_task(stop.wait())
            try:
                while not stop.is_set():
                    await self._sleep(await self._turn(webhook), stopping)
                if self._sending:
                    await asyncio.wait(self._sending, timeout=_GRACE)
                await self._note_and_look()
            finally:
                stopping.cancel()
                for task in self._sending:
                    task.cancel()
                await asyncio.gather(*self._sending, return_exceptions=True)
                self._sending.clear()

    async def drain(self, seconds: float) -> OutboxCounts:
        """Wait, while `run` runs, until every event is delivered or given up, at most ``seconds``; return the counts.

        Returns at once where nothing can be delivered: `problem` says why.
        """
        until = self._clock.monotonic() + seconds
        self.nudge()
        while not self._problem and self._clock.monotonic() < until:
            if not await self._store.read(lambda conn: waiting(conn, limit=1)):
                break
            await self._clock.sleep(_DRAIN_LOOKS)
        return await self._store.read(count)

    async def _turn(self, webhook: Webhook) -> datetime | None:
        """Note what came of earlier tries and send what is due; return when the next event is."""
        self._nudged.clear()
        try:
            found = await self._note_and_look()
        except Exception:  # whatever it is, deliveries must not end with it
            log.exception("the outbox could not be read or written; nothing is lost, and it is tried again")
            return None
        now = self._clock.now()
        if self._gone:
            return None
        if self._paused_until is not None and now < self._paused_until:
            return self._paused_until
        sending = frozenset(self._sending.values())
        leaving = departures(found, sending=sending, now=now, room=self._at_once - len(self._sending))
        for event in leaving.now:
            self._sending[asyncio.create_task(self._try(webhook, event))] = event.contact_id
        return leaving.next_at

    async def _try(self, webhook: Webhook, event: Waiting) -> _Tried:
        try:
            reply = await webhook.send(event.id, event.payload, self._clock.now())
        except Exception as error:  # one event that cannot be sent must not keep all others back
            log.exception("event %s could not be sent", event.id)
            reply = Reply(False, f"could not be sent: {type(error).__name__}")
        return _Tried(event, reply, self._clock.now())

    async def _note_and_look(self) -> Sequence[Waiting]:
        """Write down what came of the tries that are over, and read what waits, in one transaction."""
        for task in [task for task in self._sending if task.done()]:
            del self._sending[task]
            self._tried.append(task.result())
        tried = tuple(self._tried)

        def work(conn: Connection) -> Sequence[Waiting]:
            for one in tried:
                self._note(conn, one)
            # As many as may be on their way, and as many again for those that are: enough to fill every free place.
            return waiting(conn, limit=2 * self._at_once)

        found = await (self._store.write(work) if tried else self._store.read(work))
        self._tried.clear()
        for one in tried:
            self._heed(one)
        return found

    def _note(self, conn: Connection, tried: _Tried) -> None:
        event, reply = tried.event, tried.reply
        if reply.delivered:
            mark_delivered(conn, event.id, tried.at)
        elif not reply.gone:  # who wants no events at all has not refused this one: it waits
            due_at = self._next_try(tried)
            if due_at is None:
                mark_dead(conn, event.id, tried.at, error=reply.error)
            else:
                mark_failed(conn, event.id, due_at=due_at, error=reply.error)

    def _next_try(self, tried: _Tried) -> datetime | None:
        return next_try(tried.event.tries + 1, self._retry_after, now=tried.at, asked=tried.reply.retry_after)

    def _heed(self, tried: _Tried) -> None:
        """Draw from one reply what concerns all events, and tell the operator, once an outage."""
        event, reply = tried.event, tried.reply
        if reply.delivered:
            if self._failures >= _OUTAGE:
                log.info("the CRM takes events again")
            self._failures = 0
            return
        self._failures += 1
        if self._failures == _OUTAGE:
            log.warning("the CRM did not take event %s: %s; it is tried again by the schedule", event.id, reply.error)
        if reply.gone:
            self._gone = True
            self._problem = (
                "the CRM answered 410 Gone: it wants no more events at this address; they stay in the outbox."
                " Put the right url under [webhook] in perezvon.toml and start again"
            )
            log.error("%s", self._problem)
        elif self._next_try(tried) is None:
            log.error("event %s was given up after %d tries: %s", event.id, event.tries + 1, reply.error)
        if reply.busy and reply.retry_after:
            self._paused_until = tried.at + timedelta(seconds=reply.retry_after)

    async def _sleep(self, next_at: datetime | None, stopping: asyncio.Task[bool]) -> None:
        """Wait for a nudge, the end of a try, the instant when an event is due, or the next look into the outbox."""
        seconds = self._look_every
        if next_at is not None:
            seconds = min(seconds, max(0.0, (next_at - self._clock.now()).total_seconds()))
        nudged = asyncio.create_task(self._nudged.wait())
        timer = asyncio.create_task(self._clock.sleep(seconds))
        try:
            await asyncio.wait((stopping, nudged, timer, *self._sending), return_when=asyncio.FIRST_COMPLETED)
        finally:
            nudged.cancel()
            timer.cancel()
