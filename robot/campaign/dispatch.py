"""Dispatch: claims dials as there is room for them, gives them to the call processes, and writes what comes of them.

It holds no truth of its own. Killed at any moment it leaves attempts whose leases run out; started again it goes on
where the database stands.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ParamSpec

from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from robot.call.messages import CallOutcome, Finished, FromCallMessage, Ready
from robot.call.supervisor import CallProcesses
from robot.campaign.claim import Claim, Nothing, Terms, claim
from robot.campaign.finish import FenceLost, NoSuchAttempt, expire, finish, renew
from robot.campaign.finish import Finished as Settled
from robot.clock import Clock
from robot.settings import CallSettings
from robot.store.store import Store
from robot.store.tables import CampaignState, campaigns
from robot.words import AttemptId, CampaignId, Result, TargetId, Verdict

__all__ = ["Dispatcher", "running_campaigns"]

log = logging.getLogger(__name__)
_P = ParamSpec("_P")

_LOOK_EVERY = 2.0
"""Seconds after which campaigns started or resumed elsewhere are noticed."""
_EXPIRE_EVERY = 30.0
_WRITE_AGAIN = 0.5
_GOODBYE = 10.0
"""Seconds for live calls to be hung up and written when told to stop."""


def running_campaigns(conn: Connection) -> list[CampaignId]:
    """Return the campaigns that run, oldest first."""
    rows = conn.execute(
        select(campaigns.c.id).where(campaigns.c.state == CampaignState.RUNNING).order_by(campaigns.c.started_at)
    )
    return [CampaignId(row.id) for row in rows]


@dataclass(slots=True)
class _Held:
    claim: Claim
    renewed: float
    """Monotonic seconds when its lease was last known to be ours."""


class Dispatcher:
    """Keeps lines busy. `run` it once; give it every message of the call processes with `hear`."""

    def __init__(
        self,
        store: Store,
        terms: Terms,
        calls: CallSettings,
        clock: Clock,
        *,
        feed: Callable[[FromCallMessage], None],
        claimed: Callable[[Claim], None],
        settled: Callable[[Claim, Settled], None],
    ) -> None:
        """Prepare to dispatch.

        Args:
            store: The database.
            terms: What a claim is bound to: worker, trunks, leases.
            calls: How many calls at once, and how long leases hold.
            clock: Where instants come from.
            feed: Takes every message, for the live table.
            claimed: Told of every claim, before it is dialled.
            settled: Told what became of a claim's target, once it is written.
        """
        self._store = store
        self._terms = terms
        self._calls = calls
        self._clock = clock
        self._feed = feed
        self._claimed = claimed
        self._settled = settled
        self._held: dict[AttemptId, _Held] = {}
        self._writing: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._without_trunk: set[CampaignId] = set()

    @property
    def open(self) -> int:
        """How many attempts are under way."""
        return len(self._held)

    def hear(self, message: FromCallMessage) -> None:
        """Take a message of a call process."""
        if isinstance(message, Ready):
            self._wake.set()
        if isinstance(message, Finished):
            self._finish(message.outcome)
        self._show(self._feed, message)

    async def run(
        self,
        processes: CallProcesses,
        stop: asyncio.Event,
        *,
        until_idle: bool,
        only: tuple[CampaignId, ...] | None = None,
        target: TargetId | None = None,
    ) -> None:
        """Dial until told to stop.

        Args:
            processes: Where calls run.
            stop: Set to stop: no more claims, live calls are hung up, their outcomes written.
            until_idle: Stop too when no campaign has anything due within its ``until``.
            only: These campaigns; all that run where `None`.
            target: This target alone.
        """
        minders = [asyncio.create_task(self._renew(processes)), asyncio.create_task(self._expire())]
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set() and processes.failed is None:
                self._wake.clear()
                pause = await self._fill(processes, only, target)
                if pause is None and until_idle and not self._held:
                    break
                waking = asyncio.create_task(self._wake.wait())
                await asyncio.wait(
                    (waking, stopping),
                    timeout=_LOOK_EVERY if pause is None else pause,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                waking.cancel()
        finally:
            stopping.cancel()
            await self._hang_up_all(processes)
            for minder in minders:
                minder.cancel()
            await asyncio.gather(*minders, return_exceptions=True)

    async def written(self) -> None:
        """Wait until every outcome that came is written: the last ones come when call processes have ended."""
        while self._writing:
            await asyncio.wait(self._writing)

    async def _fill(
        self, processes: CallProcesses, only: tuple[CampaignId, ...] | None, target: TargetId | None
    ) -> float | None:
        """Claim while there is room; return seconds until it is worth looking again, `None` when all is done."""
        if not processes.ready:
            return _LOOK_EVERY
        soonest: float | None = None
        try:
            for campaign in only if only is not None else await self._store.read(running_campaigns):
                while len(self._held) < self._calls.at_once and processes.ready:
                    asked = self._clock.monotonic()
                    found = await self._claim(campaign, target)
                    if isinstance(found, Nothing):
                        soonest = _sooner(soonest, self._pause(campaign, found))
                        break
                    self._place(_Held(found, asked), processes)
                else:
                    soonest = _sooner(soonest, _LOOK_EVERY)
        except OperationalError as busy:
            # A full disk or a locked database: live calls go on, and it is tried again.
            log.error("nothing can be claimed now: %s", busy.orig)
            return _LOOK_EVERY
        return soonest

    async def _claim(self, campaign: CampaignId, target: TargetId | None) -> Claim | Nothing:
        return await self._store.write(lambda conn: claim(conn, campaign, self._terms, self._clock.now(), target))

    def _pause(self, campaign: CampaignId, nothing: Nothing) -> float | None:
        if nothing.why == "no_trunk" and campaign not in self._without_trunk:
            self._without_trunk.add(campaign)
            log.error("campaign %s dials through a trunk that the settings do not have; add it, start again", campaign)
        if nothing.why in ("done", "not_running", "no_trunk"):
            return None
        if nothing.try_again_at is None:
            return _LOOK_EVERY
        seconds = (nothing.try_again_at - self._clock.now()).total_seconds()
        return min(max(seconds, 0.01), _LOOK_EVERY)

    def _place(self, held: _Held, processes: CallProcesses) -> None:
        found = held.claim
        self._held[found.attempt] = held
        self._show(self._claimed, found)
        if not processes.place(found.place()):
            now = self._clock.now()
            self._finish(
                CallOutcome(
                    attempt=found.attempt, result=Result.TRUNK_FAILED, verdict=Verdict(), dialled_at=now, ended_at=now
                )
            )

    # --- outcomes

    def _finish(self, outcome: CallOutcome) -> None:
        task = asyncio.create_task(self._write(outcome))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _write(self, outcome: CallOutcome) -> None:
        held = self._held.get(outcome.attempt)
        if held is None:
            log.warning("an outcome of attempt %s, which is not ours", outcome.attempt)
            return
        fence = held.claim.fence
        while True:
            try:
                settled = await self._finished(outcome, fence)
            except OperationalError as busy:
                # A full disk or a locked database: the outcome is the one thing that must not be lost.
                log.error("the outcome of attempt %s cannot be written yet: %s", outcome.attempt, busy.orig)
                await self._clock.sleep(_WRITE_AGAIN)
            except (FenceLost, NoSuchAttempt) as why:
                log.error("the outcome of attempt %s was not taken: %s", outcome.attempt, why)
                break
            except Exception:
                log.exception("the outcome of attempt %s cannot be written", outcome.attempt)
                bare = _bare(outcome)
                if outcome == bare:
                    break  # Let go of it: its lease runs out, and it becomes unknown. Held, it is renewed for ever.
                outcome = bare
            else:
                self._show(self._settled, held.claim, settled)
                break
        self._held.pop(outcome.attempt, None)
        self._wake.set()

    async def _finished(self, outcome: CallOutcome, fence: int) -> Settled:
        return await self._store.write(lambda conn: finish(conn, outcome, fence, self._calls, self._clock.now()))

    def _show(self, whom: Callable[_P, None], *args: _P.args, **kwargs: _P.kwargs) -> None:
        """Tell somebody who watches; what they make of it must not cost an outcome."""
        try:
            whom(*args, **kwargs)
        except Exception:
            log.exception("who watches the calls failed")

    async def _hang_up_all(self, processes: CallProcesses) -> None:
        for attempt in tuple(self._held):
            processes.abandon(attempt)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE):
                while self._held:
                    self._wake.clear()
                    await self._wake.wait()
        await self.written()

    # --- leases

    async def _renew(self, processes: CallProcesses) -> None:
        """Hold the leases of live calls; hang up those that are not ours any more, or may soon not be."""
        lease = self._calls.lease
        ours: set[AttemptId] | None = set()
        while True:
            await asyncio.sleep(lease / 10 if ours is None else lease / 3)
            fences = {attempt: held.claim.fence for attempt, held in self._held.items()}
            if not fences:
                continue
            asked = self._clock.monotonic()
            ours = None
            try:
                # A writer may wait for a locked database longer than a lease lasts.
                async with asyncio.timeout(lease / 6):
                    ours = await self._renewed(fences)
            except TimeoutError:
                log.error("leases cannot be renewed: the database does not answer in time")
            except Exception:
                log.exception("leases cannot be renewed")
            for attempt in fences.keys() & self._held.keys():
                held = self._held[attempt]
                if ours is not None and attempt in ours:
                    held.renewed = asked
                elif ours is not None or self._clock.monotonic() - held.renewed > lease * 0.6:
                    log.error("the lease of attempt %s is lost; its call is hung up", attempt)
                    processes.abandon(attempt)

    async def _renewed(self, fences: Mapping[AttemptId, int]) -> set[AttemptId]:
        return await self._store.write(lambda conn: renew(conn, fences, self._calls.lease, self._clock.now()))

    async def _expire(self) -> None:
        """Finish what a worker before us left behind, once its call must be over."""
        while True:
            try:
                gone = await self._store.write(lambda conn: expire(conn, self._calls, self._clock.now()))
                if gone:
                    log.warning("%d attempts of a worker that died are now unknown", len(gone))
                    self._wake.set()
            except Exception:
                log.exception("attempts that were left behind cannot be finished; it is tried again")
            await asyncio.sleep(min(_EXPIRE_EVERY, self._calls.lease))


def _bare(outcome: CallOutcome) -> CallOutcome:
    """Return what must be kept of an outcome that cannot be written: that it is over, and a wish not to be called."""
    return CallOutcome(
        attempt=outcome.attempt,
        result=Result.UNKNOWN,
        verdict=Verdict(),
        dialled_at=outcome.dialled_at,
        ended_at=outcome.ended_at,
        never_call=outcome.never_call,
    )


def _sooner(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else min(one, other)
