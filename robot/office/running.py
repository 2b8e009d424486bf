"""Campaigns at work: the parent process with its call processes, its courier and the trunks' registrations."""

import asyncio
import os
import socket
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import Connection, select

from robot.call.messages import FromCallMessage
from robot.call.supervisor import CallProcesses, CallProcessesFailed
from robot.call.trunks import trunk_account
from robot.campaign.claim import Claim, Terms
from robot.campaign.dispatch import Dispatcher, running_campaigns
from robot.campaign.finish import Finished as Settled
from robot.clock import Clock
from robot.crm.courier import Courier
from robot.office.campaigns import end, restore_scripts
from robot.settings import Settings
from robot.store.store import Store
from robot.store.tables import campaigns
from robot.words import E164, AttemptId, CampaignId, Closed, TargetId
from telephony.sip import SipRuntime

__all__ = ["CallProcessesFailed", "Nobody", "Watcher", "run"]

_T = TypeVar("_T")

_LAST_DELIVERIES = 20.0
"""Seconds that events still in the outbox get, once nothing is left to dial."""


class Watcher(Protocol):
    """Somebody who watches calls; what it is told may be incomplete and decides nothing."""

    def placed(self, attempt: AttemptId, target: TargetId, phone: E164, number: int) -> None:
        """The ``number``-th attempt of a target begins."""

    def handle(self, message: FromCallMessage) -> None:
        """A call process said something."""

    def note(self, target: TargetId, *, closed: Closed | None = None, due: datetime | None = None) -> None:
        """A target was closed, or waits until ``due``."""


class Nobody:
    """A watcher that looks away."""

    def placed(self, attempt: AttemptId, target: TargetId, phone: E164, number: int) -> None:
        """Look away."""

    def handle(self, message: FromCallMessage) -> None:
        """Look away."""

    def note(self, target: TargetId, *, closed: Closed | None = None, due: datetime | None = None) -> None:
        """Look away."""


async def run(
    store: Store,
    settings: Settings,
    clock: Clock,
    *,
    watcher: Watcher,
    stop: asyncio.Event,
    until_idle: bool = False,
    only: Sequence[CampaignId] | None = None,
    target: TargetId | None = None,
    ready: Callable[[], None] | None = None,
) -> None:
    """Dial, deliver, and mind what died, until told to stop.

    Args:
        store: The open database.
        settings: All of them; handed on to the call processes.
        clock: Where instants come from.
        watcher: Sees the calls.
        stop: Set to stop: live calls are hung up and their outcomes written; events not delivered stay in the outbox.
        until_idle: Return by itself when nothing is due any more within the campaigns' ``until``, after its events
            have been delivered.
        only: Campaigns to dial; all that run where `None`.
        target: The only target to dial.
        ready: Called once calls can be placed.

    Raises:
        CallProcessesFailed: Calls cannot be made: a model or a script is missing. The text says what to do.
        TrunkUnavailable: A trunk refuses our registration, or its port is taken.
        BadWebhookSettings: The webhook's URL or secret cannot be used.
    """
    terms = Terms(
        claimed_by=f"{socket.gethostname()}:{os.getpid()}",
        trunks=settings.trunks,
        calls=settings.calls,
        recordings=settings.data / "recordings",
    )
    courier = Courier(store, settings.webhook, clock)

    def claimed(claim: Claim) -> None:
        watcher.placed(claim.attempt, claim.target, claim.phone, claim.number)

    def settled(claim: Claim, what: Settled) -> None:
        watcher.note(claim.target, closed=what.closed, due=what.again_at)
        courier.nudge()

    dispatcher = Dispatcher(store, terms, settings.calls, clock, feed=watcher.handle, claimed=claimed, settled=settled)
    await asyncio.to_thread(restore_scripts, store, settings)
    scripts = await store.read(_scripts)
    done = asyncio.Event()
    async with AsyncExitStack() as stack:
        await _register(stack, settings)
        courier_task = asyncio.create_task(courier.run(done))
        stack.push_async_callback(_join, courier_task, done)
        stack.push_async_callback(dispatcher.written)
        opening = stack.enter_async_context(CallProcesses(settings, scripts, clock, dispatcher.hear))
        processes = await _unless(stop, opening)
        if processes is None:
            return
        if ready is not None:
            ready()
        await dispatcher.run(
            processes, stop, until_idle=until_idle, only=None if only is None else tuple(only), target=target
        )
        if processes.failed is not None:
            raise CallProcessesFailed(processes.failed)
        if until_idle and not stop.is_set():
            for campaign in only if only is not None else await store.read(running_campaigns):
                await asyncio.to_thread(end, store, clock, campaign)
            await _unless(stop, courier.drain(_LAST_DELIVERIES))


async def _unless(stop: asyncio.Event, work: Coroutine[None, None, _T]) -> _T | None:
    """Do something that takes long; drop it, and return `None`, when told to stop."""
    task, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((task, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        task.cancel()
        await asyncio.wait((task,))
    return None if task.cancelled() else task.result()


async def _register(stack: AsyncExitStack, settings: Settings) -> None:
    """Register with the trunks that want it: the parent does, so that a call process may come and go."""
    registering = [trunk for trunk in settings.trunks.values() if trunk.register_every]
    if not registering:
        return
    sip = await stack.enter_async_context(SipRuntime(listen=settings.calls.listen))
    for trunk in registering:
        await (await sip.trunk(trunk_account(trunk, register=True))).register()


async def _join(task: "asyncio.Task[None]", done: asyncio.Event) -> None:
    done.set()
    await task


def _scripts(conn: Connection) -> list[str]:
    running = running_campaigns(conn)
    rows = conn.execute(select(campaigns.c.script_hash).where(campaigns.c.id.in_(running)).distinct())
    return [row.script_hash for row in rows if row.script_hash]
