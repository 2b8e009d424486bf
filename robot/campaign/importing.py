"""Brings a contact list into a campaign. Every row becomes a target or is reported with its number and a reason.

Who is who: a row with an external id is the contact of that id; one without is the contact, without an id too, whose
phone is the row's first. A contact that is known already keeps its phones and what we learned of them, and takes the
row's fields and consent. Twice in one campaign is refused: the same contact, or a row with no phone that is new to it.
"""

import csv
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from robot.campaign.blocklist import blocked_contact
from robot.campaign.columns import read_columns
from robot.campaign.phones import phones_of
from robot.campaign.policy import Rule
from robot.campaign.rows import ContactRow, Rejected, read_contact
from robot.campaign.sheet import Sheet, read_sheet
from robot.campaign.targets import close
from robot.store.tables import contact_phones, contacts, do_not_call, imports, phones, targets
from robot.words import E164, CampaignId, Closed, ContactId, TargetId, new_id
from telephony.numbering_plan import NumberingPlan
from telephony.numbers import zone_of

__all__ = ["ImportReport", "ImportTerms", "Rejected", "import_list"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ImportTerms:
    """How a list is read.

    Attributes:
        region: Where national numbers are read: ``RU``.
        zone: IANA zone of contacts that nothing else places.
        numbering_plan: Tells the zone of Russian mobiles, where there is one.
        needs: Columns that the script cannot do without.
        may_have: Columns that it can say.
        types: Column → type, as the script declares them.
        mapping: Header → meaning, where names alone do not tell.
        asks_consent: Whether the script is advertising, so that rows without consent are counted.
    """

    region: str
    zone: str
    numbering_plan: NumberingPlan | None = None
    needs: Collection[str] = ()
    may_have: Collection[str] = ()
    types: Mapping[str, str] = field(default_factory=dict)
    mapping: Mapping[str, str] = field(default_factory=dict)
    asks_consent: bool = False


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of a list: ``rows == accepted + len(rejected)``.

    Attributes:
        rows: Rows that are not empty, without the header.
        accepted: Rows that became targets.
        targets: The targets, in the order of the list.
        rejected: Rows that did not.
        left_out: Phones that may not be dialled, of rows that were taken with another phone.
        not_allowed: Targets that were closed at once, since they are on the do-not-call list.
        without_consent: Targets that will not be dialled, since the script is advertising and nobody agreed to it.
        rejects_file: Where rejected rows and phones left out were written; `None` where there are none.
    """

    rows: int
    accepted: int
    targets: tuple[TargetId, ...]
    rejected: tuple[Rejected, ...]
    left_out: tuple[Rejected, ...]
    not_allowed: int
    without_consent: int
    rejects_file: Path | None


def import_list(
    conn: Connection, campaign: CampaignId, path: Path, terms: ImportTerms, *, rejects_file: Path, now: datetime
) -> ImportReport:
    """Import a CSV file, in the caller's write transaction: all of it or, on an exception, nothing.

    Args:
        conn: A connection with the write transaction open.
        campaign: Whose targets the contacts become.
        path: The list.
        terms: How it is read.
        rejects_file: Where to write what was not taken; not made where everything was.
        now: The instant.

    Raises:
        ListRefused: The list cannot be used at all.
    """
    sheet = read_sheet(path)
    columns = read_columns(
        sheet.columns, file=sheet.name, mapping=terms.mapping, needs=terms.needs, may_have=terms.may_have
    )
    work = _Import(conn, campaign, terms, now)
    for row in sheet.rows:
        read = read_contact(row, columns, len(sheet.columns), region=terms.region, needs=terms.needs, types=terms.types)
        if isinstance(read, Rejected):
            work.rejected.append(read)
        else:
            work.take(read)
    written = _write_rejects(sheet, [*work.rejected, *work.left_out], rejects_file)
    conn.execute(
        insert(imports).values(
            id=new_id(),
            campaign_id=campaign,
            file_name=sheet.name,
            imported_at=now,
            rows=len(sheet.rows),
            accepted=len(work.targets),
            rejected=len(work.rejected),
            rejects_file=str(written) if written else None,
        )
    )
    log.info("campaign %s: %d of %d rows taken", campaign, len(work.targets), len(sheet.rows))
    return ImportReport(
        rows=len(sheet.rows),
        accepted=len(work.targets),
        targets=tuple(work.targets),
        rejected=tuple(work.rejected),
        left_out=tuple(work.left_out),
        not_allowed=work.not_allowed,
        without_consent=work.without_consent,
        rejects_file=written,
    )


class _Import:
    """One import under way."""

    def __init__(self, conn: Connection, campaign: CampaignId, terms: ImportTerms, now: datetime) -> None:
        self.targets: list[TargetId] = []
        self.rejected: list[Rejected] = []
        self.left_out: list[Rejected] = []
        self.not_allowed = 0
        self.without_consent = 0
        self._conn, self._campaign, self._terms, self._now = conn, campaign, terms, now
        self._row_of_id: dict[str, int] = {}
        self._row_of_phone: dict[E164, int] = {}
        self._row_of_contact: dict[ContactId, int] = {}
        self._phones_before = self._phones_in_campaign()
        numbers = conn.execute(select(do_not_call.c.number).where(do_not_call.c.number.is_not(None))).scalars()
        self._blocked = {E164(number) for number in numbers}

    def take(self, row: ContactRow) -> None:
        """Make a row's contact a target, or reject it as one that is there already."""
        duplicate = self._duplicate(row)
        contact = None if duplicate else self._known_contact(row)
        if contact is not None and self._is_target(contact):
            duplicate = self._twice(contact)
        if duplicate:
            self.rejected.append(Rejected(row.row, duplicate, "duplicate"))
            return
        if row.external_id:
            self._row_of_id[row.external_id] = row.row
        for phone in row.phones:
            self._row_of_phone.setdefault(phone, row.row)
        self.left_out.extend(row.left_out)
        if contact is None:
            contact, zone, first = self._new_contact(row), row.zone, 0
            blocked = self._blocked.issuperset(row.phones)
            self._link(contact, {}, row.phones)
        else:
            zone = self._update_contact(contact, row)
            first = self._link(contact, self._positions(contact), row.phones)
            known = phones_of(self._conn, contact)
            blocked = blocked_contact(self._conn, contact) or all(phone.facts.blocked for phone in known)
        self._row_of_contact[contact] = row.row
        target = self._write_target(contact, row, first, zone or self._zone(row.phones))
        if blocked:
            self.not_allowed += 1
            close(self._conn, target, Closed.NOT_ALLOWED, Rule.DO_NOT_CALL, self._now)

    # --- duplicates

    def _duplicate(self, row: ContactRow) -> str | None:
        if row.external_id in self._row_of_id:
            return f"duplicate of row {self._row_of_id[row.external_id]}: the same id"
        earlier = [self._row_of_phone[phone] for phone in row.phones if phone in self._row_of_phone]
        if len(earlier) == len(row.phones):
            return f"duplicate of row {earlier[0]}: the same phone"
        if all(phone in self._row_of_phone or phone in self._phones_before for phone in row.phones):
            return "this phone is in the campaign already, from an earlier list"
        return None

    def _twice(self, contact: ContactId) -> str:
        if contact in self._row_of_contact:
            return f"duplicate of row {self._row_of_contact[contact]}: the same contact"
        return "this contact is in the campaign already, from an earlier list"

    def _phones_in_campaign(self) -> set[E164]:
        rows = self._conn.execute(
            select(phones.c.number)
            .join(contact_phones, contact_phones.c.phone_id == phones.c.id)
            .join(targets, targets.c.contact_id == contact_phones.c.contact_id)
            .where(targets.c.campaign_id == self._campaign, phones.c.number.is_not(None))
        )
        return {E164(number) for number in rows.scalars()}

    def _is_target(self, contact: ContactId) -> bool:
        found = select(targets.c.id).where(targets.c.campaign_id == self._campaign, targets.c.contact_id == contact)
        return self._conn.execute(found).first() is not None

    # --- contacts

    def _known_contact(self, row: ContactRow) -> ContactId | None:
        if row.external_id:
            known = select(contacts.c.id).where(contacts.c.external_id == row.external_id)
        else:
            known = (
                select(contacts.c.id)
                .join(contact_phones, contact_phones.c.contact_id == contacts.c.id)
                .join(phones, phones.c.id == contact_phones.c.phone_id)
                .where(contacts.c.external_id.is_(None), phones.c.number == row.phones[0])
                .order_by(contacts.c.added_at.desc())
                .limit(1)
            )
        found = self._conn.execute(known).scalar_one_or_none()
        return ContactId(found) if found else None

    def _new_contact(self, row: ContactRow) -> ContactId:
        contact = ContactId(new_id())
        values = {"external_id": row.external_id, "fields": row.fields, "zone": row.zone, "added_at": self._now}
        self._conn.execute(insert(contacts).values(id=contact, **values, **_consent(row)))
        return contact

    def _update_contact(self, known: ContactId, row: ContactRow) -> str | None:
        """Write what the row says over what was known; return the zone that is explicit now."""
        before = self._conn.execute(select(contacts.c.fields, contacts.c.zone).where(contacts.c.id == known)).one()
        zone: str | None = row.zone or before.zone
        # A list that says nothing of consent does not take back what an earlier one has recorded.
        newer = _consent(row) if any(_consent(row).values()) else {}
        merged = {"fields": {**before.fields, **row.fields}, "zone": zone, **newer}
        self._conn.execute(update(contacts).where(contacts.c.id == known).values(merged))
        return zone

    def _positions(self, contact: ContactId) -> dict[str, int]:
        rows = self._conn.execute(
            select(phones.c.number, contact_phones.c.position)
            .join(contact_phones, contact_phones.c.phone_id == phones.c.id)
            .where(contact_phones.c.contact_id == contact)
        )
        return {row.number: row.position for row in rows}

    def _link(self, contact: ContactId, has: dict[str, int], numbers: Sequence[E164]) -> int:
        """Add the phones that the contact does not have yet, behind those it has; return the first one's position."""
        free = 1 + max(has.values(), default=-1)
        links: list[dict[str, object]] = []
        for number in numbers:
            if number not in has:
                links.append({"contact_id": contact, "phone_id": self._phone(number), "position": free})
                has[number], free = free, free + 1
        if links:
            self._conn.execute(insert(contact_phones), links)
        return has[numbers[0]]

    def _phone(self, number: E164) -> str:
        known = self._conn.execute(select(phones.c.id).where(phones.c.number == number)).scalar_one_or_none()
        if known is not None:
            return str(known)
        made = new_id()
        self._conn.execute(insert(phones).values(id=made, number=number, added_at=self._now))
        return made

    # --- targets

    def _write_target(self, contact: ContactId, row: ContactRow, first_position: int, zone: str) -> TargetId:
        target = TargetId(new_id())
        values = {
            "id": target,
            "campaign_id": self._campaign,
            "contact_id": contact,
            "tz": zone,
            "priority": row.priority,
            "due_at": self._now,
            "next_position": first_position,
            "created_at": self._now,
        }
        self._conn.execute(insert(targets).values(values))
        self.targets.append(target)
        if self._terms.asks_consent and not (row.consent.basis and row.consent.given_on):
            self.without_consent += 1
        return target

    def _zone(self, numbers: Sequence[E164]) -> str:
        told = (zone_of(number, self._terms.numbering_plan) for number in numbers)
        return next((zone for zone in told if zone), self._terms.zone)


def _consent(row: ContactRow) -> dict[str, object]:
    given = row.consent
    return {"consent_basis": given.basis, "consent_date": given.given_on, "consent_source": given.source}


def _write_rejects(sheet: Sheet, rejected: Sequence[Rejected], path: Path) -> Path | None:
    """Write rejected rows as they stood in the list, with row number and reason, to be mended and imported again."""
    if not rejected:
        return None
    cells = {row.number: row.cells for row in sheet.rows}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # with the mark, spreadsheets read it as UTF-8
        writer = csv.writer(file)
        writer.writerow([*sheet.columns, "row", "reason"])
        for mistake in sorted(rejected, key=lambda mistake: mistake.row):
            writer.writerow([*cells[mistake.row], mistake.row, mistake.reason])
    return path
