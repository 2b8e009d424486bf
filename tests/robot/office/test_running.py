"""Campaigns at work, with call processes that only say that they are: what the parent does around them."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from robot.call.messages import CallOutcome, Finished, FromCallMessage, Place, Ready
from robot.call.supervisor import CallProcesses, CallProcessesFailed
from robot.campaign.plan import CampaignPlan
from robot.clock import Clock, SystemClock
from robot.crm.webhook import BadWebhookSettings
from robot.office import campaigns, lists, running
from robot.settings import Settings, WebhookSettings
from robot.store.outbox import count
from robot.words import E164, AttemptId, Closed, Disposition, NumberStatus, Result, TargetId, Verdict
from tests.robot.crm.receiver import Receiver, receiving
from tests.robot.office.office_room import Office

AGREED = Verdict(NumberStatus.VALID, 0.9, disposition=Disposition.AGREED)


class Line:
    """What the call processes of a test do; one for all that are made."""

    def __init__(self) -> None:
        self.started = self.ended = 0
        self.scripts: list[tuple[str, ...]] = []
        self.placed: list[Place] = []
        self.loads_for = 0.0
        self.fails: str | None = None
        self.keeps_calls = False
        self.late = False


class Processes(CallProcesses):
    line: Line

    def __init__(
        self, settings: Settings, scripts: list[str], clock: Clock, hear: Callable[[FromCallMessage], None]
    ) -> None:
        super().__init__(settings, scripts, clock, hear)
        self._told = hear
        self.line.scripts.append(tuple(scripts))

    async def __aenter__(self) -> "Processes":
        self.line.started += 1
        await asyncio.sleep(self.line.loads_for)
        if self.line.fails is not None:
            raise CallProcessesFailed(self.line.fails)
        self._told(Ready(pid=1))
        return self

    async def __aexit__(self, *_why: object) -> None:
        self.line.ended += 1
        if self.line.late:
            for place in self.line.placed:
                self.says(place.attempt, Result.UNKNOWN, Verdict())

    @property
    def ready(self) -> bool:
        return True

    @property
    def failed(self) -> str | None:
        return None

    def place(self, place: Place) -> bool:
        self.line.placed.append(place)
        if not self.line.keeps_calls:
            asyncio.get_running_loop().call_soon(self.says, place.attempt, Result.ANSWERED, AGREED)
        return True

    def abandon(self, attempt: AttemptId) -> None:
        if not self.line.late:
            self.says(attempt, Result.ANSWERED, Verdict(disposition=Disposition.HUNG_UP))

    def says(self, attempt: AttemptId, result: Result, verdict: Verdict) -> None:
        now = datetime.now(UTC)
        outcome = CallOutcome(attempt=attempt, result=result, verdict=verdict, dialled_at=now, ended_at=now)
        self._told(Finished(outcome=outcome))


class Seen:
    """A watcher that remembers."""

    def __init__(self) -> None:
        self.dialled: list[E164] = []
        self.closed: list[Closed | None] = []
        self.messages: list[FromCallMessage] = []

    def placed(self, attempt: AttemptId, target: TargetId, phone: E164, number: int) -> None:
        self.dialled.append(phone)

    def handle(self, message: FromCallMessage) -> None:
        self.messages.append(message)

    def note(self, target: TargetId, *, closed: Closed | None = None, due: datetime | None = None) -> None:
        self.closed.append(closed)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    made = Line()
    monkeypatch.setattr(Processes, "line", made, raising=False)
    monkeypatch.setattr(running, "CallProcesses", Processes)
    return made


@pytest.fixture
def crm() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


async def at_work(office: Office, *, webhook: WebhookSettings | None = None, **how: Any) -> Seen:
    seen = Seen()
    settings = office.settings.model_copy(update={"webhook": webhook})
    stop = how.pop("stop", None) or asyncio.Event()
    async with asyncio.timeout(20):
        await running.run(office.store, settings, SystemClock(), watcher=seen, stop=stop, **how)
    return seen


def started(office: Office, plan: CampaignPlan | None = None) -> lists.Imported:
    """Import two contacts and start their campaign, now."""
    clock = SystemClock()
    imported = lists.import_list(office.store, office.settings, clock, office.write_list(), plan or office.plan)
    campaigns.start(office.store, office.settings, clock, imported.name)
    return imported


async def test_it_dials_everybody_tells_the_crm_and_returns(office: Office, line: Line, crm: Receiver) -> None:
    started(office)
    ready: list[bool] = []
    seen = await at_work(office, webhook=crm.settings(), until_idle=True, ready=lambda: ready.append(True))
    assert sorted(seen.dialled) == ["+79261234501", "+79261234502"]
    assert seen.closed == [Closed.SUCCESS] * 2
    assert ready == [True]
    assert len(crm.taken) == 4, "it does not return before its events were delivered"
    assert (line.started, line.ended) == (1, 1)
    assert line.scripts[0] == (line.placed[0].script,), "the script of what runs is warmed"


async def test_events_wait_where_the_crm_does_not_take_them_and_go_out_the_next_time(
    office: Office, line: Line, crm: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_LAST_DELIVERIES", 0.3)
    started(office)
    crm.answer = lambda event: 500
    await at_work(office, webhook=crm.settings(retry_after=(0.01,) * 500), until_idle=True)
    with office.store.reading() as conn:
        assert count(conn).waiting == 4
    crm.answer = lambda event: 200
    monkeypatch.setattr(running, "_LAST_DELIVERIES", 10.0)
    await at_work(office, webhook=crm.settings(), until_idle=True)
    assert len(crm.taken) == 4


async def test_told_to_stop_while_it_delivers_it_leaves_the_rest_for_the_next_time(
    office: Office, line: Line, crm: Receiver
) -> None:
    started(office)
    crm.answer = lambda event: 500
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(1.5, stop.set)
    began = asyncio.get_running_loop().time()
    await at_work(office, webhook=crm.settings(retry_after=(60,)), until_idle=True, stop=stop)
    assert asyncio.get_running_loop().time() - began < 8
    with office.store.reading() as conn:
        assert count(conn).waiting == 4


async def test_without_a_webhook_events_stay_in_the_outbox(office: Office, line: Line) -> None:
    started(office)
    await at_work(office, until_idle=True)
    with office.store.reading() as conn:
        assert count(conn).waiting == 4


async def test_told_to_stop_it_hangs_up_and_writes(office: Office, line: Line) -> None:
    started(office)
    line.keeps_calls = True
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.8, stop.set)
    seen = await at_work(office, stop=stop)
    assert len(line.placed) == len(seen.closed) == 2
    assert line.ended == 1


async def test_told_to_stop_while_models_load_it_leaves(office: Office, line: Line) -> None:
    started(office)
    line.loads_for = 60
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.2, stop.set)
    began = asyncio.get_running_loop().time()
    await at_work(office, stop=stop)
    assert asyncio.get_running_loop().time() - began < 3
    assert line.placed == []


async def test_an_outcome_that_comes_with_the_end_of_the_processes_is_written(
    office: Office, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("robot.campaign.dispatch._GOODBYE", 0.1)
    started(office)
    line.keeps_calls = line.late = True
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.8, stop.set)
    seen = await at_work(office, stop=stop)
    assert len(seen.closed) == len(line.placed) == 2


async def test_only_the_campaigns_and_the_target_that_are_asked_for(office: Office, line: Line) -> None:
    imported = started(office)
    other = office.plan.model_copy(update={"name": "winter"})
    started(office, other)
    seen = await at_work(office, until_idle=True, only=[imported.campaign], target=imported.report.targets[1])
    assert seen.dialled == ["+79261234502"]


async def test_processes_that_cannot_work_are_told(office: Office, line: Line) -> None:
    started(office)
    line.fails = "nothing here hears 'en'; run: perezvon models pull en"
    with pytest.raises(CallProcessesFailed, match="perezvon models pull en"):
        await at_work(office, until_idle=True)


async def test_a_secret_that_is_none_is_told_before_anybody_is_dialled(office: Office, line: Line) -> None:
    webhook = WebhookSettings(url="http://127.0.0.1:9/", secret=SecretStr("guess"))
    with pytest.raises(BadWebhookSettings):
        await at_work(office, webhook=webhook, until_idle=True)
    assert line.started == 0


async def test_a_campaign_that_is_over_is_finished(office: Office, line: Line) -> None:
    plan = office.plan.model_copy(update={"until": datetime.now(UTC) + timedelta(seconds=0.5)})
    line.loads_for = 0.8
    imported = started(office, plan)
    await at_work(office, until_idle=True)
    assert line.placed == []
    assert campaigns.status(office.store, imported.name).state == "finished"
