"""The outbox: events for the CRM, written in the transaction of what they tell of, and delivered later by the courier.

An event is *waiting* until it is either *delivered* or *dead* (given up). Events of one contact are numbered from 1
without gaps, and leave in that order. Rows are never deleted, only emptied of what is personal: a number is not given
twice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    and_,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from robot.store.metadata import Instant, metadata
from robot.words import AttemptId, CampaignId, ContactId, new_id

__all__ = [
    "OutboxCounts", "Waiting", "count", "dead_letters", "enqueue", "forget", "forget_older", "mark_dead",
    "mark_delivered", "mark_failed", "outbox", "replay", "waiting",
]  # fmt: skip

_WAITING = "delivered_at IS NULL AND dead_at IS NULL"

outbox = Table(
    "outbox",
    metadata,
    Column("id", Text, primary_key=True),
    Column("contact_id", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("delivered_at", Instant),
    Column("dead_at", Instant),
    Column("last_error", Text),
    Column("campaign_id", Text),
    Column("attempt_id", Text),
    UniqueConstraint("contact_id", "sequence"),
    Index("ix_outbox_waiting", "due_at", "id", sqlite_where=text(_WAITING), postgresql_where=text(_WAITING)),
)
"""One row an event. ``payload`` is the JSON that is sent, byte for byte; empty once it was forgotten."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that is neither delivered nor given up.

    Attributes:
        id: The event's id, and the ``webhook-id`` that it is sent under.
        contact_id: Whose it is.
        sequence: Its number among the events of that contact.
        due_at: When it may be tried (next).
        tries: How often it was tried.
        payload: The JSON to send; personal, so that it is left out of ``repr``.
    """

    id: str
    contact_id: ContactId
    sequence: int
    due_at: datetime
    tries: int
    payload: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """How many events are in which state."""

    waiting: int
    delivered: int
    dead: int


def enqueue(
    conn: Connection,
    *,
    contact_id: ContactId,
    kind: str,
    render: Callable[[str, int], str],
    now: datetime,
    campaign_id: CampaignId | None = None,
    attempt_id: AttemptId | None = None,
) -> str:
    """Write an event in the caller's transaction; it is lost or kept together with what it tells of.

    Args:
        conn: A connection in a write transaction of the `Store`: those take turns, so that no number is given twice.
        contact_id: Whose event it is; decides its number, and its place in the order of delivery.
        kind: The event's type, such as ``attempt.finished``.
        render: Makes the JSON from the event's id and its number, which are part of it.
        now: When it is written; it is due at once, or together with the one of this contact that waits before it.
        campaign_id: Of what campaign it tells.
        attempt_id: Of what attempt it tells.

    Returns:
        The event's id.
    """
    before = conn.execute(
        select(outbox.c.sequence, outbox.c.due_at, _is_waiting().label("waits"))
        .where(outbox.c.contact_id == contact_id)
        .order_by(outbox.c.sequence.desc())
        .limit(1)
    ).one_or_none()
    sequence = before.sequence + 1 if before else 1
    event_id = new_id()
    conn.execute(
        insert(outbox).values(
            id=event_id,
            contact_id=contact_id,
            sequence=sequence,
            type=kind,
            payload=render(event_id, sequence),
            created_at=now,
            due_at=max(now, before.due_at) if before and before.waits else now,
            tries=0,
            campaign_id=campaign_id,
            attempt_id=attempt_id,
        )
    )
    return event_id


def _is_waiting() -> ColumnElement[bool]:
    return and_(outbox.c.delivered_at.is_(None), outbox.c.dead_at.is_(None))


def waiting(conn: Connection, *, limit: int) -> Sequence[Waiting]:
    """Return the first waiting event of each contact, the longest due first: what may be sent next."""
    earlier = outbox.alias("earlier")
    blocked = (
        select(earlier.c.id)
        .where(
            earlier.c.contact_id == outbox.c.contact_id,
            earlier.c.sequence < outbox.c.sequence,
            earlier.c.delivered_at.is_(None),
            earlier.c.dead_at.is_(None),
        )
        .exists()
    )
    columns = (outbox.c.id, outbox.c.contact_id, outbox.c.sequence, outbox.c.due_at, outbox.c.tries, outbox.c.payload)
    rows = conn.execute(
        select(*columns).where(_is_waiting(), ~blocked).order_by(outbox.c.due_at, outbox.c.id).limit(limit)
    )
    return [Waiting(*row) for row in rows]


def mark_delivered(conn: Connection, event_id: str, now: datetime) -> None:
    """Note that the CRM has taken an event."""
    _settle(conn, event_id, delivered_at=now, tries=outbox.c.tries + 1, last_error=None)


def mark_failed(conn: Connection, event_id: str, *, due_at: datetime, error: str) -> None:
    """Note that a try has failed, why, and when the next one is due.

    What waits behind it is put off as well, so that `waiting` finds first ones without wading through the others.
    """
    _settle(conn, event_id, due_at=due_at, tries=outbox.c.tries + 1, last_error=error)
    first = outbox.alias("first")
    of_contact = select(first.c.contact_id).where(first.c.id == event_id).scalar_subquery()
    behind = (outbox.c.contact_id == of_contact, outbox.c.due_at < due_at, _is_waiting())
    conn.execute(update(outbox).where(*behind).values(due_at=due_at))


def mark_dead(conn: Connection, event_id: str, now: datetime, *, error: str) -> None:
    """Give an event up: it goes to the dead letters, and the next one of its contact may leave."""
    _settle(conn, event_id, dead_at=now, tries=outbox.c.tries + 1, last_error=error)


def _settle(conn: Connection, event_id: str, **values: object) -> None:
    conn.execute(update(outbox).where(outbox.c.id == event_id, _is_waiting()).values(**values))


def dead_letters(conn: Connection, campaign_id: CampaignId | None = None) -> Sequence[str]:
    """Return the ids of events that were given up and can be replayed, in the order they were written."""
    found = select(outbox.c.id).where(outbox.c.dead_at.is_not(None), outbox.c.payload != "")
    if campaign_id is not None:
        found = found.where(outbox.c.campaign_id == campaign_id)
    return conn.execute(found.order_by(outbox.c.id)).scalars().all()


def replay(conn: Connection, event_ids: Iterable[str], now: datetime) -> int:
    """Send events again, delivered or dead, under the same ids; return how many there were to send.

    A receiver that keeps the ids it has seen takes each once, so replaying too much does no harm.
    """
    again = {"due_at": now, "tries": 0, "delivered_at": None, "dead_at": None, "last_error": None}
    found = 0
    for event_id in event_ids:
        settled = or_(outbox.c.delivered_at.is_not(None), outbox.c.dead_at.is_not(None))
        where = (outbox.c.id == event_id, settled, outbox.c.payload != "")
        found += conn.execute(update(outbox).where(*where).values(**again)).rowcount
    return found


def count(conn: Connection, campaign_id: CampaignId | None = None) -> OutboxCounts:
    """Count events by state, of one campaign or of all."""
    counted = select(
        func.count().filter(_is_waiting()),
        func.count().filter(outbox.c.delivered_at.is_not(None)),
        func.count().filter(outbox.c.dead_at.is_not(None)),
    )
    if campaign_id is not None:
        counted = counted.where(outbox.c.campaign_id == campaign_id)
    return OutboxCounts(*conn.execute(counted).one())


def forget(conn: Connection, contact_id: ContactId, now: datetime) -> int:
    """Empty every event of a contact; what still waits is given up. Return how many were emptied.

    The rows stay, with ids and instants alone, so that the contact's numbers are not given twice.
    """
    mine = outbox.c.contact_id == contact_id
    conn.execute(update(outbox).where(mine, _is_waiting()).values(dead_at=now, last_error="erased"))
    emptied = conn.execute(update(outbox).where(mine, outbox.c.payload != "").values(payload=""))
    return emptied.rowcount


def forget_older(conn: Connection, before: datetime) -> int:
    """Empty the events that were settled before an instant (the end of their retention); return how many."""
    settled = or_(outbox.c.delivered_at < before, outbox.c.dead_at < before)
    return conn.execute(update(outbox).where(settled, outbox.c.payload != "").values(payload="")).rowcount
