"""Contacts: forgotten on request."""

import csv
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Table, delete, select, update

from robot.campaign.blocklist import block_number, blocked_contact
from robot.campaign.errors import NotPossible
from robot.clock import Clock
from robot.settings import Settings
from robot.store.outbox import forget
from robot.store.store import Store
from robot.store.tables import (
    DoNotCallSource,
    TargetState,
    attempts,
    contact_phones,
    contacts,
    diallable,
    imports,
    phones,
    targets,
    turns,
)
from robot.words import E164, Closed, ContactId, EvidenceKind, Verdict

__all__ = ["NOTHING_TOLD", "Erased", "delete_files", "erase", "strip_verdicts"]

_verdict = TypeAdapter(Verdict)
NOTHING_TOLD: Final[Mapping[str, object]] = {
    "slots": {}, "notes": [], "updates": {}, "tags": [], "follow_ups": [], "recording": None,
}  # fmt: skip
"""What an attempt holds once what was said in it is forgotten; a tag may have a name or a date filled in as well."""
_WORDS = {EvidenceKind.SPEECH, EvidenceKind.ANNOUNCEMENT}


@dataclass(frozen=True, slots=True)
class Erased:
    """What was removed.

    Attributes:
        contact: The contact's id; it stays, and leads to nobody.
        attempts: Dials, of which only time, result and numbers stay.
        files: Recordings and other files of those dials, and reports that name the contact, that were deleted.
        events: Events of the outbox that were emptied.
        rejected_rows: Rows that were taken out of the files of rejected rows.
    """

    contact: ContactId
    attempts: int
    files: int
    events: int
    rejected_rows: int


def erase(store: Store, settings: Settings, clock: Clock, external_id: str) -> Erased:
    """Remove all that is personal of a contact: fields, phones, recordings, transcripts, events, rejected rows.

    What was learned in its dials goes too, and what their scripts told of it. What the dials came to stays in the
    figures, without a name or a phone. A wish not to be called outlives it: phones that it covers stay on the
    do-not-call list. The CRM is not told: open targets are closed silently. Files go first, so that what failed
    halfway can be asked for again.

    Args:
        store: The database.
        settings: The data folder.
        clock: The time.
        external_id: The CRM's id of the contact, or our own.

    Raises:
        NotPossible: There is no such contact, or a call with it is under way.
    """
    now = clock.now()
    with store.writing() as conn:
        contact = _find(conn, external_id)
        numbers = _numbers(conn, contact)
        dials = conn.execute(select(attempts.c.id, attempts.c.recording).where(attempts.c.contact_id == contact)).all()
        recordings = {Path(row.recording) for row in dials if row.recording}
        reported = conn.execute(select(targets.c.campaign_id).where(targets.c.contact_id == contact)).scalars()
        files = delete_files(settings.data, {*(row.id for row in dials), *reported}, recordings)
        rejected = sum(_clean_rejects(file, external_id, numbers) for file in _rejects_files(conn))

        if blocked_contact(conn, contact):
            reason = "a contact that was erased had asked for it"
            for number in numbers:
                block_number(conn, number, reason=reason, source=DoNotCallSource.OFFICE, now=now)
        _forget_phones(conn, contact)
        _forget_dials(conn, contact)
        stopped = {"state": TargetState.CLOSED, "closed": Closed.STOPPED, "closed_rule": "erased", "closed_at": now}
        conn.execute(update(targets).where(targets.c.contact_id == contact, diallable).values(stopped))
        nobody: dict[str, object] = {
            "external_id": None,
            "fields": {},
            "zone": None,
            "consent_basis": None,
            "consent_date": None,
            "consent_source": None,
            "erased_at": now,
        }
        conn.execute(update(contacts).where(contacts.c.id == contact).values(nobody))
        events = forget(conn, contact, now)
    return Erased(contact, len(dials), files, events, rejected)


def _find(conn: Connection, external_id: str) -> ContactId:
    named = (contacts.c.external_id == external_id) | (contacts.c.id == external_id)
    found = conn.execute(select(contacts.c.id).where(named)).scalar_one_or_none()
    if found is None:
        raise NotPossible(f"there is no contact with the external id {external_id!r}; check it in the list")
    live = select(attempts.c.id).where(attempts.c.contact_id == found, attempts.c.result.is_(None)).limit(1)
    if conn.execute(live).first():
        raise NotPossible("a call with this contact is under way; ask again when it is over")
    return ContactId(found)


def _numbers(conn: Connection, contact: ContactId) -> list[E164]:
    rows = conn.execute(
        select(phones.c.number)
        .join(contact_phones, contact_phones.c.phone_id == phones.c.id)
        .where(contact_phones.c.contact_id == contact, phones.c.number.is_not(None))
    )
    return [E164(number) for number in rows.scalars()]


def _forget_phones(conn: Connection, contact: ContactId) -> None:
    """Take the contact off its phones, and empty those that are nobody else's."""
    mine = select(contact_phones.c.phone_id).where(contact_phones.c.contact_id == contact)
    shared = select(contact_phones.c.phone_id).where(contact_phones.c.contact_id != contact)
    own = (phones.c.id.in_(mine), phones.c.id.not_in(shared))
    conn.execute(update(phones).where(*own).values(number=None, evidence=[]))
    conn.execute(delete(contact_phones).where(contact_phones.c.contact_id == contact))


def _forget_dials(conn: Connection, contact: ContactId) -> None:
    dials = select(attempts.c.id).where(attempts.c.contact_id == contact)
    conn.execute(delete(turns).where(turns.c.attempt_id.in_(dials)))
    said = {**NOTHING_TOLD, "callback_at": None}
    conn.execute(update(attempts).where(attempts.c.contact_id == contact).values(said))
    conn.execute(update(targets).where(targets.c.contact_id == contact).values(callback_at=None))
    for table in (attempts, targets):
        strip_verdicts(conn, table, table.c.contact_id == contact)


def strip_verdicts(conn: Connection, table: Table, chosen: ColumnElement[bool]) -> None:
    """Take what was said, and the number that was named, out of the verdicts of chosen attempts or targets."""
    told = select(table.c.id, table.c.verdict).where(chosen, table.c.verdict.is_not(None))
    for row in conn.execute(told).all():
        if row.verdict is None:
            continue
        verdict = _verdict.validate_python(row.verdict)
        kept = tuple(piece for piece in verdict.evidence if piece.kind not in _WORDS)
        bare = _verdict.dump_python(replace(verdict, evidence=kept, new_number=None), mode="json")
        conn.execute(update(table).where(table.c.id == row.id).values(verdict=bare))


# --- files


def delete_files(data: Path, ids: Collection[str], recordings: Collection[Path]) -> int:
    """Delete what lies in the data folder under the id of a dial or a campaign, and the recordings; say how many."""
    found = set(recordings)
    for file in data.rglob("*") if data.is_dir() else ():
        if file.is_file() and file.name.split(".")[0] in ids:
            found.add(file)
    deleted = 0
    for file in {path.resolve() for path in found}:
        if file.exists():
            file.unlink()
            deleted += 1
    return deleted


def _rejects_files(conn: Connection) -> list[Path]:
    named = select(imports.c.rejects_file).where(imports.c.rejects_file.is_not(None)).distinct()
    return [Path(name) for name in conn.execute(named).scalars()]


def _clean_rejects(file: Path, external_id: str, numbers: Collection[str]) -> int:
    """Take a contact's rows out of a file of rejected rows; return how many there were."""
    if not file.is_file():
        return 0
    with file.open(encoding="utf-8-sig", newline="") as source:
        text = source.read()
    header, *rows = list(csv.reader(text.splitlines(keepends=True))) or [[]]
    kept = [row for row in rows if not _is_of(row, external_id, numbers)]
    if len(kept) == len(rows):
        return 0
    part = file.with_suffix(".part")
    with part.open("w", encoding="utf-8-sig", newline="") as target:
        csv.writer(target).writerows([header, *kept])
    part.replace(file)
    return len(rows) - len(kept)


def _is_of(row: list[str], external_id: str, numbers: Collection[str]) -> bool:
    """Whether a row is of a contact: it has its id, or the last nine digits of one of its phones."""
    endings = {number[-9:] for number in numbers}
    cells = row[:-2]  # not the row's number and the reason
    return external_id in cells or any(ending in re.sub(r"\D", "", cell) for cell in cells for ending in endings)
