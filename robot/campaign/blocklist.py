"""The do-not-call list: who is on it, and how one gets there. Nobody is ever taken off it by the robot."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from robot.store.tables import DoNotCallSource, do_not_call
from robot.words import E164, AttemptId, ContactId, new_id

__all__ = ["block_contact", "block_number", "blocked_contact", "blocked_number"]


def block_number(
    conn: Connection,
    number: E164,
    *,
    reason: str,
    source: DoNotCallSource,
    now: datetime,
    attempt: AttemptId | None = None,
) -> bool:
    """Put a phone on the list, whoever's it is; return whether it was not there yet."""
    if blocked_number(conn, number):
        return False
    row = {"id": new_id(), "number": number, "reason": reason, "source": source, "attempt_id": attempt, "added_at": now}
    conn.execute(insert(do_not_call).values(row))
    return True


def block_contact(
    conn: Connection,
    contact: ContactId,
    *,
    reason: str,
    source: DoNotCallSource,
    now: datetime,
    attempt: AttemptId | None = None,
) -> bool:
    """Put a contact on the list, with all phones that it has or will have; return whether it was not there yet."""
    if blocked_contact(conn, contact):
        return False
    row = {
        "id": new_id(),
        "contact_id": contact,
        "reason": reason,
        "source": source,
        "attempt_id": attempt,
        "added_at": now,
    }
    conn.execute(insert(do_not_call).values(row))
    return True


def blocked_number(conn: Connection, number: E164) -> bool:
    """Whether a phone is on the list."""
    return conn.execute(select(do_not_call.c.id).where(do_not_call.c.number == number)).first() is not None


def blocked_contact(conn: Connection, contact: ContactId) -> bool:
    """Whether a contact is on the list."""
    return conn.execute(select(do_not_call.c.id).where(do_not_call.c.contact_id == contact)).first() is not None
