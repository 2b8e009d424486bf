"""A contact's phones: what is known of each, and what a call adds to that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection, select, update

from robot.campaign.policy import PhoneFacts
from robot.campaign.retry import is_certain
from robot.store.tables import attempts, contact_phones, do_not_call, phones
from robot.words import E164, ContactId, Evidence, NumberStatus, Person, Verdict

__all__ = ["KnownPhone", "note", "phones_of"]

_evidence = TypeAdapter(tuple[Evidence, ...])
_NOT_HERE = {Person.UNKNOWN_HERE, Person.MOVED_AWAY}


@dataclass(frozen=True, slots=True)
class KnownPhone:
    """One phone of a contact, and what policy has to know of it."""

    id: str
    position: int
    facts: PhoneFacts


def phones_of(conn: Connection, contact: ContactId) -> Sequence[KnownPhone]:
    """Return the phones of a contact, in the order they are to be dialled."""
    ringing = select(attempts.c.id).where(attempts.c.phone_id == phones.c.id, attempts.c.result.is_(None)).exists()
    blocked = select(do_not_call.c.id).where(do_not_call.c.number == phones.c.number).exists()
    rows = conn.execute(
        select(
            phones, contact_phones.c.position, contact_phones.c.person, ringing.label("rings"), blocked.label("stop")
        )
        .join(contact_phones, contact_phones.c.phone_id == phones.c.id)
        .where(contact_phones.c.contact_id == contact, phones.c.number.is_not(None))
        .order_by(contact_phones.c.position)
    )
    return [
        KnownPhone(
            row.id,
            row.position,
            PhoneFacts(
                number=E164(row.number),
                blocked=bool(row.stop),
                dead=row.person in _NOT_HERE or _is_invalid(row.status, row.evidence),
                ringing=bool(row.rings),
                embargo_until=row.embargo_until,
            ),
        )
        for row in rows
    ]


def _is_invalid(status: NumberStatus, evidence: object) -> bool:
    return status is NumberStatus.INVALID and is_certain(_evidence.validate_python(evidence))


def note(conn: Connection, contact: ContactId, phone_id: str, verdict: Verdict, now: datetime) -> None:
    """Write what a call told of a phone, and of the contact at it. What it did not tell stays as it was."""
    if verdict.number_status is not NumberStatus.UNKNOWN:
        status = {
            "status": verdict.number_status,
            "confidence": verdict.confidence,
            "evidence": _evidence.dump_python(verdict.evidence, mode="json"),
            "status_at": now,
        }
        conn.execute(update(phones).where(phones.c.id == phone_id).values(status))
    if verdict.person is not Person.UNKNOWN:
        here = (contact_phones.c.contact_id == contact, contact_phones.c.phone_id == phone_id)
        conn.execute(update(contact_phones).where(*here).values(person=verdict.person))
