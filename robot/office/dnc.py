"""The do-not-call list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from robot.campaign.blocklist import block_contact, block_number
from robot.campaign.errors import NotPossible
from robot.clock import Clock
from robot.settings import Settings
from robot.store.store import Store
from robot.store.tables import DoNotCallSource, contacts, do_not_call
from robot.words import E164, ContactId
from telephony.numbers import PhoneRejected, read_phone

__all__ = ["Entry", "add", "add_contact", "list_all"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: a phone, or a contact with all phones.

    Attributes:
        phone: E.164, where the entry is a phone.
        contact: The contact's id, where it is a contact.
        external_id: The CRM's id of that contact.
        reason: Why.
        source: Who put it there.
        added_at: When.
    """

    phone: E164 | None
    contact: ContactId | None
    external_id: str | None
    reason: str
    source: DoNotCallSource
    added_at: datetime


def add(store: Store, settings: Settings, clock: Clock, phone: str, reason: str = "added by hand") -> bool:
    """Put a phone (as people write it) on the list; return whether it was not there yet.

    It counts from the next claim on; a call that is under way goes on.

    Raises:
        NotPossible: It is no phone.
    """
    try:
        number = E164(read_phone(phone, settings.region))
    except PhoneRejected as rejected:
        raise NotPossible(f"{phone!r} cannot be put on the do-not-call list: {rejected}") from rejected
    with store.writing() as conn:
        return block_number(conn, number, reason=reason, source=DoNotCallSource.OFFICE, now=clock.now())


def add_contact(store: Store, clock: Clock, external_id: str, reason: str = "added by hand") -> bool:
    """Put a contact on the list, with all phones it has or will have; return whether it was not there yet.

    Raises:
        NotPossible: There is no contact of that external id.
    """
    with store.writing() as conn:
        found = conn.execute(select(contacts.c.id).where(contacts.c.external_id == external_id)).scalar_one_or_none()
        if found is None:
            raise NotPossible(f"there is no contact with the external id {external_id!r}; check it in the list")
        contact = ContactId(found)
        return block_contact(conn, contact, reason=reason, source=DoNotCallSource.OFFICE, now=clock.now())


def list_all(store: Store) -> Sequence[Entry]:
    """Return the whole list, the oldest entry first."""
    with store.reading() as conn:
        rows = conn.execute(
            select(do_not_call, contacts.c.external_id)
            .outerjoin(contacts, contacts.c.id == do_not_call.c.contact_id)
            .order_by(do_not_call.c.added_at, do_not_call.c.id)
        ).all()
    return [
        Entry(
            phone=E164(row.number) if row.number else None,
            contact=ContactId(row.contact_id) if row.contact_id else None,
            external_id=row.external_id,
            reason=row.reason,
            source=row.source,
            added_at=row.added_at,
        )
        for row in rows
    ]
