"""The dispatcher, with a real database and with call processes that do what a test says."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, update
from sqlalchemy.exc import OperationalError

from robot.call.messages import CallOutcome, Finished, FromCallMessage, Place, Ready, Turn
from robot.call.supervisor import CallProcesses
from robot.campaign.claim import Claim, Terms
from robot.campaign.dispatch import Dispatcher
from robot.campaign.finish import Finished as Settled
from robot.campaign.finish import finish
from robot.campaign.plan import Retry
from robot.clock import SystemClock
from robot.settings import CallSettings, Settings
from robot.store.store import Store
from robot.store.tables import attempts
from robot.words import AttemptId, Closed, Disposition, NumberStatus, Result, Verdict
from tests.robot.campaign.world import World

AGREED = Verdict(NumberStatus.VALID, 0.9, disposition=Disposition.AGREED)


class ScriptedProcesses(CallProcesses):
    """Call processes in name: ``on_place`` decides what becomes of a call."""

    def __init__(self, on_place: Callable[["ScriptedProcesses", Place], None]) -> None:
        super().__init__(Settings(), (), SystemClock(), lambda message: None)
        self.hear: Callable[[FromCallMessage], None] = lambda message: None
        self.placed: list[Place] = []
        self.abandoned: list[AttemptId] = []
        self.is_ready = True
        self.broken: str | None = None
        self._on_place = on_place

    @property
    def ready(self) -> bool:
        return self.is_ready

    @property
    def failed(self) -> str | None:
        return self.broken

    def place(self, place: Place) -> bool:
        if not self.is_ready:
            return False
        self.placed.append(place)
        self._on_place(self, place)
        return True

    def abandon(self, attempt: AttemptId) -> None:
        self.abandoned.append(attempt)
        self.ends(attempt, Result.ANSWERED, Verdict(disposition=Disposition.HUNG_UP))

    def ends(self, attempt: AttemptId, result: Result = Result.ANSWERED, verdict: Verdict = AGREED) -> None:
        now = datetime.now(UTC)
        outcome = CallOutcome(attempt=attempt, result=result, verdict=verdict, dialled_at=now, ended_at=now)
        asyncio.get_running_loop().call_soon(self.hear, Finished(outcome=outcome))


class Office:
    """A dispatcher at work on a world, and what it told."""

    def __init__(self, world: World, processes: ScriptedProcesses, calls: CallSettings, *, trunk: str = "main") -> None:
        self.world = world
        self.processes = processes
        self.claims: list[Claim] = []
        self.settled: list[Settled] = []
        self.fed: list[FromCallMessage] = []
        self.stop = asyncio.Event()
        terms = Terms("this worker", {trunk: world.trunk}, calls, Path("recordings"))
        self.dispatcher = Dispatcher(
            world.store, terms, calls, SystemClock(), feed=self.fed.append, claimed=self.claims.append,
            settled=lambda claim, what: self.settled.append(what),
        )  # fmt: skip
        processes.hear = self.dispatcher.hear

    async def run(self, *, until_idle: bool = True, seconds: float = 20) -> None:
        async with asyncio.timeout(seconds):
            await self.dispatcher.run(self.processes, self.stop, until_idle=until_idle)

    async def until(self, condition: Callable[[], bool], seconds: float = 10) -> None:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110  # what is waited for makes no event
                await asyncio.sleep(0.01)


def results(store: Store) -> list[Result | None]:
    with store.reading() as conn:
        return list(conn.execute(select(attempts.c.result).order_by(attempts.c.fence)).scalars())


@pytest.fixture
def people(world: World) -> World:
    """Five contacts, due now."""
    world.now = datetime.now(UTC)
    for _ in range(5):
        world.add()
    return world


def calls(**more: float) -> CallSettings:
    return CallSettings.model_validate({"at_once": 2, "lease": 30, "longest": 60, "embargo": 0, **more})


async def test_it_dials_everybody_writes_what_came_of_it_and_ends(people: World) -> None:
    office = Office(people, ScriptedProcesses(lambda processes, place: processes.ends(place.attempt)), calls())
    await office.run()
    assert results(people.store) == [Result.ANSWERED] * 5
    assert [what.closed for what in office.settled] == [Closed.SUCCESS] * 5
    assert people.events().count("target.closed") == 5
    assert office.dispatcher.open == 0
    assert len(office.fed) == 5, "every message is shown"


async def test_there_are_never_more_calls_than_there_is_room_for(people: World) -> None:
    most = 0

    def on_place(processes: ScriptedProcesses, place: Place) -> None:
        nonlocal most
        most = max(most, office.dispatcher.open)
        asyncio.get_running_loop().call_later(0.05, processes.ends, place.attempt)

    office = Office(people, ScriptedProcesses(on_place), calls())
    await office.run()
    assert most == 2
    assert len({place.phone for place in office.processes.placed}) == 5


async def test_a_busy_phone_is_dialled_again_when_it_is_due(people: World) -> None:
    people.replan(retry={Result.BUSY: Retry(after=0.1, times=3)})

    def on_place(processes: ScriptedProcesses, place: Place) -> None:
        first = [one.phone for one in processes.placed].count(place.phone) == 1
        processes.ends(place.attempt, Result.BUSY, Verdict()) if first else processes.ends(place.attempt)

    office = Office(people, ScriptedProcesses(on_place), calls())
    await office.run()
    assert sorted(filter(None, results(people.store))) == [Result.ANSWERED] * 5 + [Result.BUSY] * 5


async def test_told_to_stop_it_hangs_up_and_writes_and_claims_no_more(people: World) -> None:
    office = Office(people, ScriptedProcesses(lambda processes, place: None), calls())
    running = asyncio.create_task(office.run(until_idle=False))
    await office.until(lambda: len(office.processes.placed) == 2)
    office.stop.set()
    await running
    assert len(office.processes.abandoned) == 2
    assert results(people.store) == [Result.ANSWERED] * 2, "both are written"
    assert len(office.processes.placed) == 2


async def test_a_process_that_dies_loses_its_calls_and_the_campaign_goes_on(people: World) -> None:
    people.replan(retry={Result.UNKNOWN: Retry(after=0.1, times=1)})

    def on_place(processes: ScriptedProcesses, place: Place) -> None:
        if len(processes.placed) == 2:
            processes.is_ready = False
            for one in processes.placed:
                processes.ends(one.attempt, Result.UNKNOWN, Verdict())
            asyncio.get_running_loop().call_later(0.1, comes_back)
        elif len(processes.placed) > 2:
            processes.ends(place.attempt)

    def comes_back() -> None:
        office.processes.is_ready = True
        office.dispatcher.hear(Ready(pid=1))

    office = Office(people, ScriptedProcesses(on_place), calls())
    await office.run()
    assert results(people.store)[:2] == [Result.UNKNOWN] * 2
    assert results(people.store).count(Result.ANSWERED) == 5


async def test_a_call_that_no_process_takes_is_the_trunks_failure(people: World) -> None:
    class Gone(ScriptedProcesses):
        def place(self, place: Place) -> bool:
            self.broken = "all gone"
            return False

    office = Office(people, Gone(lambda processes, place: None), calls(at_once=1))
    await office.run()
    assert results(people.store) == [Result.TRUNK_FAILED]


async def test_leases_are_renewed_while_a_call_lasts(people: World) -> None:
    office = Office(people, ScriptedProcesses(lambda processes, place: None), calls(at_once=1, lease=0.6))
    running = asyncio.create_task(office.run(until_idle=False))
    await office.until(lambda: len(office.claims) == 1)
    await asyncio.sleep(1.3)
    with people.store.reading() as conn:
        lease_until = conn.execute(select(attempts.c.lease_until)).scalar_one()
    assert lease_until > datetime.now(UTC)
    assert office.processes.abandoned == []
    office.stop.set()
    await running


async def test_a_call_whose_lease_is_lost_is_hung_up(people: World) -> None:
    """Somebody else counted us dead and wrote a result: our call must not go on, and our outcome is late."""
    office = Office(people, ScriptedProcesses(lambda processes, place: None), calls(at_once=1, lease=0.6))
    running = asyncio.create_task(office.run(until_idle=False))
    await office.until(lambda: len(office.claims) == 1)
    (claim,) = office.claims
    people.end(claim, Result.UNKNOWN)
    await office.until(lambda: office.processes.abandoned == [claim.attempt], 3)
    await office.until(lambda: bool(office.settled), 3)
    assert office.settled[0].late
    office.stop.set()
    await running
    assert people.attempt(claim.attempt).result is Result.UNKNOWN, "what was written first stays"


async def test_what_a_dead_worker_left_behind_becomes_unknown(people: World) -> None:
    people.replan(retry={Result.UNKNOWN: Retry(after=0, times=1)})
    dead = people.claim()
    with people.store.writing() as conn:
        long_ago = datetime(2026, 1, 1, tzinfo=UTC)
        conn.execute(update(attempts).where(attempts.c.id == dead.attempt).values(lease_until=long_ago))
    office = Office(people, ScriptedProcesses(lambda processes, place: processes.ends(place.attempt)), calls())
    await office.run()
    assert people.attempt(dead.attempt).result is Result.UNKNOWN
    assert results(people.store).count(Result.ANSWERED) == 5


async def test_an_outcome_of_an_attempt_that_is_not_ours_is_dropped(
    people: World, caplog: pytest.LogCaptureFixture
) -> None:
    theirs = people.claim()
    office = Office(people, ScriptedProcesses(lambda processes, place: None), calls())
    office.processes.ends(theirs.attempt)
    await asyncio.sleep(0.05)
    assert "which is not ours" in caplog.text
    assert people.attempt(theirs.attempt).result is None


async def test_an_outcome_that_comes_twice_counts_once(people: World) -> None:
    def on_place(processes: ScriptedProcesses, place: Place) -> None:
        processes.ends(place.attempt)
        processes.ends(place.attempt, Result.BUSY, Verdict())

    office = Office(people, ScriptedProcesses(on_place), calls())
    await office.run()
    assert results(people.store) == [Result.ANSWERED] * 5


class Trouble:
    """Makes a store refuse writes for a while, as a full disk does."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = 0
        self.refused = 0
        usual = store.writing

        @contextmanager
        def writing() -> Iterator[Connection]:
            if self.left > 0:
                self.left -= 1
                self.refused += 1
                raise OperationalError("", {}, Exception("database or disk is full"))
            with usual() as conn:
                yield conn

        monkeypatch.setattr(store, "writing", writing)


async def test_an_outcome_outlives_a_full_disk(people: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("robot.campaign.dispatch._WRITE_AGAIN", 0.05)
    trouble = Trouble(people.store, monkeypatch)

    def on_place(processes: ScriptedProcesses, place: Place) -> None:
        trouble.left = 2
        processes.ends(place.attempt)

    office = Office(people, ScriptedProcesses(on_place), calls(at_once=1))
    await office.run()
    assert trouble.refused >= 5
    assert results(people.store) == [Result.ANSWERED] * 5


async def test_a_claim_that_cannot_be_written_is_tried_again(people: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("robot.campaign.dispatch._LOOK_EVERY", 0.05)
    trouble = Trouble(people.store, monkeypatch)
    trouble.left = 4
    office = Office(people, ScriptedProcesses(lambda processes, place: processes.ends(place.attempt)), calls())
    await office.run()
    assert results(people.store) == [Result.ANSWERED] * 5


async def test_an_outcome_that_can_never_be_written_is_let_go(
    people: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(conn: Connection, outcome: CallOutcome, *rest: object) -> Settled:
        if outcome.attempt == office.claims[0].attempt:
            raise ValueError("who would have thought")
        return finish(conn, outcome, *rest)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr("robot.campaign.dispatch.finish", broken)
    office = Office(people, ScriptedProcesses(lambda processes, place: processes.ends(place.attempt)), calls(at_once=1))
    running = asyncio.create_task(office.run(until_idle=False))
    await office.until(lambda: len(office.settled) == 4)
    assert office.dispatcher.open == 0, "its lease is not renewed any more"
    assert "cannot be written" in caplog.text
    office.stop.set()
    await running


async def test_a_campaign_whose_trunk_is_not_configured_is_named_and_nobody_waits_for_it(
    people: World, caplog: pytest.LogCaptureFixture
) -> None:
    office = Office(people, ScriptedProcesses(lambda processes, place: None), calls(), trunk="another")
    await office.run(seconds=5)
    assert office.processes.placed == []
    assert caplog.text.count("trunk that the settings do not have") == 1


async def test_what_calls_report_on_the_way_is_shown_and_changes_nothing(people: World) -> None:
    office = Office(people, ScriptedProcesses(lambda processes, place: None), calls())
    office.dispatcher.hear(Ready(pid=1))
    with people.store.reading() as conn:
        assert conn.execute(select(func.count()).select_from(attempts)).scalar_one() == 0
    assert office.fed == [Ready(pid=1)]


async def test_a_wish_never_to_be_called_outlives_an_outcome_that_cannot_be_written(
    people: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fussy(conn: Connection, outcome: CallOutcome, *rest: object) -> Settled:
        if outcome.turns:
            raise ValueError("who would have thought")
        return finish(conn, outcome, *rest)  # type: ignore[arg-type]  # passed on as they came

    def on_place(processes: ScriptedProcesses, place: Place) -> None:
        now = datetime.now(UTC)
        outcome = CallOutcome(
            attempt=place.attempt, result=Result.ANSWERED, verdict=AGREED, dialled_at=now, ended_at=now,
            turns=(Turn(step="hello"),), never_call=True,
        )  # fmt: skip
        asyncio.get_running_loop().call_soon(processes.hear, Finished(outcome=outcome))

    monkeypatch.setattr("robot.campaign.dispatch.finish", fussy)
    office = Office(people, ScriptedProcesses(on_place), calls())
    await office.run()
    assert results(people.store) == [Result.UNKNOWN] * 5
    assert [settled.closed for settled in office.settled] == [Closed.REFUSED] * 5


async def test_a_watcher_that_fails_costs_no_outcome(people: World) -> None:
    def fails(*_: object) -> None:
        raise ValueError("the table is too narrow")

    processes = ScriptedProcesses(lambda processes, place: processes.ends(place.attempt))
    terms = Terms("this worker", {"main": people.trunk}, calls(), Path("recordings"))
    dispatcher = Dispatcher(people.store, terms, calls(), SystemClock(), feed=fails, claimed=fails, settled=fails)
    processes.hear = dispatcher.hear
    async with asyncio.timeout(20):
        await dispatcher.run(processes, asyncio.Event(), until_idle=True)
    assert results(people.store) == [Result.ANSWERED] * 5
    assert dispatcher.open == 0


async def test_calls_are_hung_up_before_their_leases_end_while_the_database_is_locked(people: World) -> None:
    office = Office(people, ScriptedProcesses(lambda processes, place: None), calls(at_once=1, lease=1.5))
    running = asyncio.create_task(office.run(until_idle=False))
    await office.until(lambda: len(office.claims) == 1)
    (claim,) = office.claims
    with people.store.writing():
        await office.until(lambda: office.processes.abandoned == [claim.attempt])
        assert datetime.now(UTC) < claim.lease_until
    office.stop.set()
    await running


async def test_nobody_is_claimed_for_a_process_that_just_died(people: World) -> None:
    def on_place(processes: ScriptedProcesses, place: Place) -> None:
        processes.ends(place.attempt)
        processes.is_ready = False

    office = Office(people, ScriptedProcesses(on_place), calls(at_once=5))
    running = asyncio.create_task(office.run(until_idle=False))
    await office.until(lambda: len(office.settled) == 1)
    await asyncio.sleep(0.1)
    assert len(office.claims) == 1
    office.stop.set()
    await running
