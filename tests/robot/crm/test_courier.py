"""Events reach a CRM that fails in every way, at least once and in order; a killed courier loses none."""

import asyncio
import logging
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from robot.clock import SystemClock
from robot.crm.courier import Courier
from robot.crm.webhook import BadWebhookSettings
from robot.settings import WebhookSettings
from robot.store.outbox import OutboxCounts, count, dead_letters, enqueue, forget, outbox, replay
from robot.store.store import Store
from robot.words import ContactId
from tests.robot.crm.receiver import SECRET, Answer, Receiver, event_json, until

CLOCK = SystemClock()


def put(store: Store, *contacts: str) -> list[str]:
    """Put one event of each of these contacts into the outbox, in this order; return their ids."""
    ids = []
    with store.writing() as conn:
        for contact in contacts:
            name = contact

            def render(event_id: str, sequence: int, name: str = name) -> str:
                return event_json(event_id, sequence, name)

            ids.append(enqueue(conn, contact_id=ContactId(name), kind="test", render=render, now=CLOCK.now()))
    return ids


@asynccontextmanager
async def running(store: Store, settings: WebhookSettings | None, **more: Any) -> AsyncIterator[Courier]:
    courier = Courier(store, settings, CLOCK, look_every=0.05, **more)
    stop = asyncio.Event()
    task = asyncio.create_task(courier.run(stop))
    try:
        yield courier
    finally:
        stop.set()
        await task


async def drained(store: Store, settings: WebhookSettings, **more: Any) -> OutboxCounts:
    async with running(store, settings, **more) as courier:
        return await courier.drain(20)


def sequences(events: Sequence[dict[str, Any]], contact: str) -> list[int]:
    return [event["sequence"] for event in events if event["contact"] == contact]


async def test_what_waits_is_delivered_in_order(store: Store, crm: Receiver) -> None:
    ids = put(store, *"abcabcaa")
    assert await drained(store, crm.settings()) == OutboxCounts(waiting=0, delivered=8, dead=0)
    assert sorted(crm.ids()) == sorted(ids)
    assert sequences(crm.came, "a") == [1, 2, 3, 4]
    assert sequences(crm.came, "b") == [1, 2]


async def test_what_is_put_in_later_is_found_and_a_nudge_hurries_it(store: Store, crm: Receiver) -> None:
    async with running(store, crm.settings()) as courier:
        put(store, "a")
        assert (await courier.drain(20)).delivered == 1
        put(store, "b")
        courier.nudge()
        assert (await courier.drain(20)).delivered == 2


async def test_every_way_to_fail_is_tried_again_and_the_order_stays(store: Store, crm: Receiver) -> None:
    failures: list[Answer] = [500, "hang", 429, "close", 302, 404]
    crm.headers = {"retry-after": "0"}
    crm.answer = lambda event: failures.pop(0) if failures and event["contact"] == "a" else 200
    ids = put(store, *"aabab")
    assert (await drained(store, crm.settings())).delivered == 5
    assert not failures
    assert sorted(crm.ids()) == sorted(ids), "each taken once"
    assert sequences(crm.taken, "a") == [1, 2, 3]
    assert sequences(crm.came, "a") == [1] * 7 + [2, 3], "nothing overtakes the one that fails"


async def test_one_contact_that_fails_does_not_hold_up_another(store: Store, crm: Receiver) -> None:
    crm.answer = lambda event: 500 if event["contact"] == "a" else 200
    put(store, *"aab")
    async with running(store, crm.settings(retry_after=(3600,))):
        assert await asyncio.to_thread(until, lambda: len(crm.taken) == 1)
    assert sequences(crm.came, "b") == [1]
    assert sequences(crm.came, "a") == [1]


async def test_many_contacts_are_served_at_once_but_no_more_than_allowed(store: Store, crm: Receiver) -> None:
    def slowly(event: dict[str, Any]) -> Answer:
        until(lambda: crm.most_at_once == 3, 1.0)
        return 200

    crm.answer = slowly
    put(store, *"abcdefgh")
    await drained(store, crm.settings(timeout=5), at_once=3)
    assert crm.most_at_once == 3


async def test_what_fails_to_the_end_goes_to_the_dead_letters_and_the_next_one_leaves(
    store: Store, crm: Receiver
) -> None:
    crm.answer = lambda event: 500 if event["sequence"] == 1 else 200
    first, _ = put(store, *"aa")
    counts = await drained(store, crm.settings(retry_after=(0.01, 0.01)))
    assert counts == OutboxCounts(waiting=0, delivered=1, dead=1)
    assert sequences(crm.came, "a") == [1, 1, 1, 2]
    with store.reading() as conn:
        assert dead_letters(conn) == [first]
        error = conn.execute(select(outbox.c.last_error).where(outbox.c.id == first)).scalar_one()
    assert error == "the receiver answered 500"


async def test_dead_letters_can_be_replayed_under_their_own_ids(store: Store, crm: Receiver) -> None:
    crm.answer = lambda event: 500
    (lost,) = put(store, "a")
    await drained(store, crm.settings(retry_after=()))
    crm.answer = lambda event: 200
    with store.writing() as conn:
        assert replay(conn, [*dead_letters(conn), "no such event"], CLOCK.now()) == 1
    assert (await drained(store, crm.settings())).delivered == 1
    assert crm.ids() == [lost]


async def test_a_receiver_that_asks_for_time_gets_it_from_all(store: Store, crm: Receiver) -> None:
    crm.answer, crm.headers = (lambda event: 503), {"retry-after": "3600"}
    put(store, *"ab")
    async with running(store, crm.settings(), at_once=1) as courier:
        assert await asyncio.to_thread(until, lambda: len(crm.came) == 1)
        counts = await courier.drain(0.4)
    assert counts.waiting == 2
    assert len(crm.came) == 1, "the other contact's event is held as well"


async def test_gone_stops_all_deliveries_and_keeps_the_events(
    store: Store, crm: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    crm.answer = lambda event: 410
    put(store, *"ab")
    async with running(store, crm.settings(), at_once=1) as courier:
        assert await asyncio.to_thread(until, lambda: "410" in courier.problem)
        counts = await courier.drain(20)
    assert counts == OutboxCounts(waiting=2, delivered=0, dead=0)
    assert len(crm.came) == 1
    assert "Put the right url" in caplog.text
    crm.answer = lambda event: 200
    assert (await drained(store, crm.settings())).delivered == 2


async def test_without_a_webhook_events_wait_and_the_operator_is_told_once(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    put(store, *"ab")
    async with running(store, None) as courier:
        counts = await courier.drain(20)
    assert counts.waiting == 2
    assert caplog.text.count("no webhook is configured") == 1


def test_a_bad_secret_is_told_before_anything_runs(store: Store) -> None:
    with pytest.raises(BadWebhookSettings, match="whsec_"):
        Courier(store, WebhookSettings(url="https://crm.example/hook", secret=SecretStr("x")), CLOCK)


async def test_nothing_personal_is_logged(store: Store, crm: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    crm.answer = lambda event: 500
    put(store, "Anna-Reed")
    await drained(store, crm.settings(retry_after=(0.01,)))
    assert "given up" in caplog.text
    assert "Anna-Reed" not in caplog.text
    assert SECRET not in caplog.text


async def test_an_erased_contact_is_sent_no_more_and_keeps_its_numbers(store: Store, crm: Receiver) -> None:
    put(store, *"aab")
    with store.writing() as conn:
        assert forget(conn, ContactId("a"), CLOCK.now()) == 2
        assert dead_letters(conn) == [], "there is nothing left to replay"
    put(store, "a")
    assert (await drained(store, crm.settings())).delivered == 2
    assert sequences(crm.came, "a") == [3]


async def test_a_stop_lets_what_is_on_its_way_arrive(store: Store, crm: Receiver) -> None:
    go = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slowly(event: dict[str, Any]) -> Answer:
        loop.call_soon_threadsafe(go.set)
        until(lambda: False, 0.2)
        return 200

    crm.answer = slowly
    put(store, "a")
    async with running(store, crm.settings(timeout=5)):
        await go.wait()
    with store.reading() as conn:
        assert count(conn).delivered == 1


def courier_process(url: str, hook: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.robot.crm.courier_process", url, hook]
    return subprocess.Popen(command, cwd=Path(__file__).parents[3])


async def test_a_killed_courier_loses_nothing(url: str, store: Store, crm: Receiver) -> None:
    ids = put(store, *"abcabcabc")
    taken_but_not_noted: list[str] = []
    process: subprocess.Popen[bytes] | None = None

    def kill_at_the_fifth(event: dict[str, Any]) -> Answer:
        if process is not None and process.poll() is None and len(crm.came) >= 5:
            taken_but_not_noted.append(event["id"])
            process.send_signal(signal.SIGKILL)
            process.wait()
        return 200

    crm.answer = kill_at_the_fifth
    process = courier_process(url, crm.url)
    assert await asyncio.to_thread(process.wait, 60) == -signal.SIGKILL
    with store.reading() as conn:
        before = count(conn)
    assert before.waiting > 0
    assert (await drained(store, crm.settings())).delivered == 9
    assert set(crm.ids()) == set(ids)
    assert taken_but_not_noted[0] in crm.ids()[5:], "what the killed one did not note comes again, under the same id"
    for contact in "abc":
        numbers = sequences(crm.taken, contact)
        assert sorted(set(numbers)) == [1, 2, 3]
        assert numbers == sorted(numbers), "in order, though some twice"
