"""Events are numbered per contact, come out first ones first, and are emptied without losing their numbers."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import IntegrityError

from robot.store.outbox import (
    OutboxCounts,
    count,
    dead_letters,
    enqueue,
    forget,
    forget_older,
    mark_dead,
    mark_delivered,
    mark_failed,
    outbox,
    replay,
    waiting,
)
from robot.store.store import Store
from robot.words import CampaignId, ContactId

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def put(conn: Connection, contact: str, campaign: str | None = None, now: datetime = NOON) -> str:
    return enqueue(
        conn,
        contact_id=ContactId(contact),
        kind="test",
        render=lambda event_id, sequence: f'{{"id": "{event_id}", "sequence": {sequence}}}',
        now=now,
        campaign_id=CampaignId(campaign) if campaign else None,
    )


def first_ones(conn: Connection) -> list[str]:
    return [event.id for event in waiting(conn, limit=100)]


def test_the_payload_holds_the_id_and_the_number_it_was_given(store: Store) -> None:
    with store.writing() as conn:
        put(conn, "a")
        second = put(conn, "a")
        found = conn.execute(select(outbox.c.payload).where(outbox.c.id == second)).scalar_one()
    assert found == f'{{"id": "{second}", "sequence": 2}}'


def test_the_first_of_each_contact_waits_in_front(store: Store) -> None:
    with store.writing() as conn:
        ids = [put(conn, contact) for contact in "aab"]
        assert first_ones(conn) == [ids[0], ids[2]]
        mark_delivered(conn, ids[0], NOON)
        assert first_ones(conn) == [ids[1], ids[2]]


def test_what_is_behind_a_failed_one_is_put_off_with_it(store: Store) -> None:
    with store.writing() as conn:
        first, _ = put(conn, "a"), put(conn, "a")
        mark_failed(conn, first, due_at=NOON + HOUR, error="500")
        put(conn, "a")
        assert set(conn.execute(select(outbox.c.due_at)).scalars()) == {NOON + HOUR}
        (front,) = waiting(conn, limit=9)
    assert (front.id, front.tries) == (first, 1)


def test_a_settled_event_is_not_settled_again(store: Store) -> None:
    with store.writing() as conn:
        event = put(conn, "a")
        mark_delivered(conn, event, NOON)
        mark_dead(conn, event, NOON, error="late")
        assert count(conn) == OutboxCounts(waiting=0, delivered=1, dead=0)


def test_counts_and_dead_letters_of_one_campaign(store: Store) -> None:
    with store.writing() as conn:
        summer, winter = put(conn, "a", "summer"), put(conn, "b", "winter")
        mark_dead(conn, summer, NOON, error="500")
        mark_dead(conn, winter, NOON, error="500")
        assert dead_letters(conn, CampaignId("summer")) == [summer]
        assert dead_letters(conn) == [summer, winter]
        assert count(conn, CampaignId("winter")).dead == 1


def test_a_replay_starts_the_tries_anew(store: Store) -> None:
    with store.writing() as conn:
        event = put(conn, "a")
        mark_dead(conn, event, NOON, error="500")
        assert replay(conn, [event], NOON + HOUR) == 1
        assert replay(conn, [event], NOON + HOUR) == 0, "it waits already"
        (again,) = waiting(conn, limit=9)
    assert (again.id, again.tries, again.due_at) == (event, 0, NOON + HOUR)


def test_forgetting_a_contact_empties_its_events_and_keeps_its_numbers(store: Store) -> None:
    with store.writing() as conn:
        delivered, _, other = put(conn, "a"), put(conn, "a"), put(conn, "b")
        mark_delivered(conn, delivered, NOON)
        assert forget(conn, ContactId("a"), NOON) == 2
        assert first_ones(conn) == [other]
        assert replay(conn, [delivered], NOON) == 0, "nothing is left to send"
        put(conn, "a")
        numbers = conn.execute(select(outbox.c.sequence).where(outbox.c.contact_id == "a").order_by(outbox.c.sequence))
        assert list(numbers.scalars()) == [1, 2, 3]


def test_retention_empties_what_was_settled_long_ago_and_nothing_that_waits(store: Store) -> None:
    with store.writing() as conn:
        delivered, dead, fresh = put(conn, "a"), put(conn, "b"), put(conn, "c")
        put(conn, "d")
        mark_delivered(conn, delivered, NOON)
        mark_dead(conn, dead, NOON, error="500")
        mark_delivered(conn, fresh, NOON + 2 * HOUR)
        assert forget_older(conn, NOON + HOUR) == 2
        assert first_ones(conn) != []


def test_a_number_is_given_once(store: Store) -> None:
    with store.writing() as conn, pytest.raises(IntegrityError):
        event = put(conn, "a")
        row = dict(conn.execute(select(outbox).where(outbox.c.id == event)).mappings().one())
        conn.execute(outbox.insert().values(**{**row, "id": "another"}))


def test_what_waits_is_found_by_its_index(store: Store) -> None:
    with store.reading() as conn:
        sql = "SELECT id FROM outbox WHERE delivered_at IS NULL AND dead_at IS NULL ORDER BY due_at, id LIMIT 9"
        plan = " ".join(str(row) for row in conn.execute(text(f"EXPLAIN QUERY PLAN {sql}")))
    assert "ix_outbox_waiting" in plan
    assert "TEMP B-TREE" not in plan
