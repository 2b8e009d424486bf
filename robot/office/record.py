"""What a campaign came to, read from the tables for its report: its figures, and each contact with its attempts."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Row, func, select

from robot.call.messages import Turn
from robot.office.intervals import Share, wilson
from robot.store.outbox import OutboxCounts, count
from robot.store.tables import attempts, campaigns, contact_phones, contacts, imports, phones, scripts, targets, turns
from robot.words import CampaignId, FollowUp, Interest, Person, Result, Verdict

__all__ = [
    "AttemptRecord", "CampaignRecord", "ContactRecord", "Figures", "Rejects", "ScriptUse", "VariantUse",
    "read_campaign", "read_contacts", "read_figures",
]  # fmt: skip

_verdict = TypeAdapter(Verdict)
_follow_ups = TypeAdapter(tuple[FollowUp, ...])
_CONTACTS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Rejects:
    """Rows of one imported list that were not taken.

    Attributes:
        file_name: The list.
        imported_at: When.
        rows: How many rows it had.
        rejected: How many were not taken.
        columns: Headings of the rejects file; empty where that is not there any more.
        lines: Its rows.
    """

    file_name: str
    imported_at: datetime
    rows: int
    rejected: int
    columns: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class ScriptUse:
    """A version of a script, and how many dials were made with it."""

    hash: str
    name: str
    language: str
    dials: int


@dataclass(frozen=True, slots=True)
class VariantUse:
    """One variant of one step, and what became of those who heard it (counted by conversation)."""

    step: str
    variant: str
    heard: int
    interest: Mapping[Interest, int]

    @property
    def interested(self) -> Share:
        """Return the share of them that were hot or warm, with its 95 % interval."""
        return wilson(self.interest.get(Interest.HOT, 0) + self.interest.get(Interest.WARM, 0), self.heard)


@dataclass(frozen=True, slots=True)
class CampaignRecord:
    """The campaign itself."""

    id: CampaignId
    name: str
    state: str
    trunk: str
    language: str
    zone: tzinfo
    zone_name: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    until: datetime | None
    scripts: tuple[ScriptUse, ...]
    variants: tuple[VariantUse, ...]
    rejects: tuple[Rejects, ...]
    crm: OutboxCounts


@dataclass(slots=True)
class Figures:
    """Counts: of dials by result; of contacts by everything else.

    Attributes:
        contacts: Contacts in the campaign.
        dialled: Of them, dialled at least once.
        answered: Of them, with at least one dial that was answered by anybody or anything.
        reached: Of them, the person was spoken to (``person`` confirmed).
        dials: Dials that are over.
        results: Dials by result.
        number_status: Contacts by the status of their number, as the verdict has it.
        interest: Contacts by interest.
        dispositions: Contacts by how the conversation ended.
        closed: Contacts by why they need no more dials; ``open`` for those who do.
    """

    contacts: int = 0
    dialled: int = 0
    answered: int = 0
    reached: int = 0
    dials: int = 0
    results: Counter[str] = field(default_factory=Counter)
    number_status: Counter[str] = field(default_factory=Counter)
    interest: Counter[str] = field(default_factory=Counter)
    dispositions: Counter[str] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One dial with its conversation."""

    id: str
    phone: str | None
    result: str | None
    sip_code: int | None
    q850: int | None
    dialled_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    rang_ms: int
    verdict: Verdict
    slots: Mapping[str, str]
    callback_at: datetime | None
    never_call: bool
    recording: str | None
    variants: Mapping[str, str]
    turns: tuple[Turn, ...]
    notes: tuple[str, ...] = ()
    updates: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()

    @property
    def talk_seconds(self) -> int | None:
        """Return how long it lasted from the answer, or `None` where there was none."""
        if self.answered_at is None or self.ended_at is None:
            return None
        return round((self.ended_at - self.answered_at).total_seconds())


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """One contact in the campaign."""

    external_id: str | None
    name: str
    erased: bool
    phone: str | None
    zone: str
    state: str
    closed: str | None
    rule: str | None
    waiting_until: datetime | None
    callback_at: datetime | None
    verdict: Verdict
    attempts: tuple[AttemptRecord, ...]


def read_campaign(conn: Connection, campaign_id: CampaignId) -> CampaignRecord:
    """Read the campaign's own facts.

    Raises:
        LookupError: There is no such campaign.
    """
    row = conn.execute(select(campaigns).where(campaigns.c.id == campaign_id)).one_or_none()
    if row is None:
        raise LookupError(f"there is no campaign {campaign_id}; `perezvon campaign status` lists those there are")
    used = _scripts(conn, campaign_id, row.script_hash)
    zone_name = _zone(conn, row)
    return CampaignRecord(
        id=campaign_id,
        name=row.name,
        state=row.state,
        trunk=row.trunk,
        language=used[0].language if used else "en",
        zone=ZoneInfo(zone_name),
        zone_name=zone_name,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        until=row.until,
        scripts=used,
        variants=_variants(conn, campaign_id),
        rejects=_rejects(conn, campaign_id),
        crm=count(conn, campaign_id),
    )


def _zone(conn: Connection, campaign: Row[Any]) -> str:
    """Return the zone that the report tells the time in: the plan's, or that of most contacts."""
    if planned := campaign.plan.get("zone"):
        return str(planned)
    most = (
        select(targets.c.tz)
        .where(targets.c.campaign_id == campaign.id)
        .group_by(targets.c.tz)
        .order_by(func.count().desc(), targets.c.tz)
        .limit(1)
    )
    return conn.execute(most).scalar_one_or_none() or "UTC"


def _scripts(conn: Connection, campaign_id: CampaignId, current: str | None) -> tuple[ScriptUse, ...]:
    """Return the versions that dials were made with, and the current one even if none was."""
    dialled = (
        select(attempts.c.script_hash, func.count().label("dials"))
        .where(attempts.c.campaign_id == campaign_id)
        .group_by(attempts.c.script_hash)
    )
    dials = {row.script_hash: row.dials for row in conn.execute(dialled)}
    named = select(scripts).where(scripts.c.hash.in_([*dials, current or ""])).order_by(scripts.c.added_at)
    return tuple(ScriptUse(row.hash, row.name, row.language, dials.get(row.hash, 0)) for row in conn.execute(named))


def _variants(conn: Connection, campaign_id: CampaignId) -> tuple[VariantUse, ...]:
    heard: dict[tuple[str, str], Counter[Interest]] = defaultdict(Counter)
    talked = select(attempts.c.variants, attempts.c.verdict).where(
        attempts.c.campaign_id == campaign_id, attempts.c.result == Result.ANSWERED
    )
    for row in conn.execute(talked):
        for step, variant in row.variants.items():
            heard[step, variant][_verdict_of(row.verdict).interest] += 1
    return tuple(
        VariantUse(step, variant, interest.total(), interest) for (step, variant), interest in sorted(heard.items())
    )


def _rejects(conn: Connection, campaign_id: CampaignId) -> tuple[Rejects, ...]:
    found = select(imports).where(imports.c.campaign_id == campaign_id).order_by(imports.c.imported_at)
    return tuple(
        Rejects(row.file_name, row.imported_at, row.rows, row.rejected, *_lines(row.rejects_file))
        for row in conn.execute(found)
    )


def _lines(rejects_file: str | None) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Read a rejects file as it is; it may have been erased since."""
    try:
        with Path(rejects_file or "").open(encoding="utf-8-sig", newline="") as file:
            columns, *lines = [tuple(line) for line in csv.reader(file)] or [()]
    except OSError:
        return (), ()
    return columns, tuple(lines)


def read_figures(conn: Connection, campaign_id: CampaignId) -> Figures:
    """Count what the campaign came to."""
    figures = Figures()
    of_campaign = attempts.c.campaign_id == campaign_id
    over = select(attempts.c.result, func.count()).where(of_campaign, attempts.c.result.is_not(None))
    for result, dials in conn.execute(over.group_by(attempts.c.result)):
        figures.results[result] += dials
        figures.dials += dials
    figures.dialled = _targets_with(conn, of_campaign)
    figures.answered = _targets_with(conn, of_campaign & (attempts.c.result == Result.ANSWERED))
    for row in conn.execute(select(targets.c.verdict, targets.c.closed).where(targets.c.campaign_id == campaign_id)):
        verdict = _verdict_of(row.verdict)
        figures.contacts += 1
        figures.reached += verdict.person is Person.CONFIRMED
        figures.closed[row.closed or "open"] += 1
        if row.verdict is not None:
            figures.number_status[verdict.number_status] += 1
            figures.interest[verdict.interest] += 1
        if verdict.disposition is not None:
            figures.dispositions[verdict.disposition] += 1
    return figures


def _targets_with(conn: Connection, which: ColumnElement[bool]) -> int:
    return conn.execute(select(func.count(attempts.c.target_id.distinct())).where(which)).scalar_one()


def read_contacts(conn: Connection, campaign_id: CampaignId) -> Iterator[ContactRecord]:
    """Give each contact of the campaign with all its attempts, in the order of the list; a page of them in memory."""
    last = ""
    while True:
        page = conn.execute(
            select(targets, contacts.c.external_id, contacts.c.fields, contacts.c.erased_at)
            .join(contacts, contacts.c.id == targets.c.contact_id)
            .where(targets.c.campaign_id == campaign_id, targets.c.id > last)
            .order_by(targets.c.id)  # UUIDv7: by the time they were made
            .limit(_CONTACTS_AT_ONCE)
        ).all()
        if not page:
            return
        last = page[-1].id
        made = _attempts(conn, [row.id for row in page])
        numbers = _numbers(conn, [row.contact_id for row in page])
        for row in page:
            yield _contact(row, made[row.id], numbers.get(row.contact_id))


def _contact(row: Row[Any], made: Sequence[AttemptRecord], number: str | None) -> ContactRecord:
    fields = row.fields
    return ContactRecord(
        external_id=row.external_id,
        name=fields.get("name") or " ".join(filter(None, (fields.get("first_name"), fields.get("last_name")))),
        erased=row.erased_at is not None,
        phone=made[-1].phone if made else number,
        zone=row.tz,
        state=row.state,
        closed=row.closed,
        rule=row.closed_rule or row.waiting_rule,
        waiting_until=row.waiting_until,
        callback_at=row.callback_at,
        verdict=_verdict_of(row.verdict),
        attempts=tuple(made),
    )


def _numbers(conn: Connection, contact_ids: Sequence[str]) -> dict[str, str]:
    """Return the first phone of each contact."""
    of_contacts = (
        select(contact_phones.c.contact_id, phones.c.number)
        .join(phones, phones.c.id == contact_phones.c.phone_id)
        .where(contact_phones.c.contact_id.in_(contact_ids))
        .order_by(contact_phones.c.position.desc())
    )
    return {row.contact_id: row.number for row in conn.execute(of_contacts)}


def _attempts(conn: Connection, target_ids: Sequence[str]) -> dict[str, list[AttemptRecord]]:
    of_targets = (
        select(attempts, phones.c.number)
        .join(phones, phones.c.id == attempts.c.phone_id)
        .where(attempts.c.target_id.in_(target_ids))
        .order_by(attempts.c.fence)
    )
    rows = conn.execute(of_targets).all()
    said: dict[str, list[Turn]] = defaultdict(list)
    of_attempts = select(turns).where(turns.c.attempt_id.in_([row.id for row in rows])).order_by(turns.c.number)
    for line in conn.execute(of_attempts):
        said[line.attempt_id].append(Turn.model_validate(line.turn))
    made: dict[str, list[AttemptRecord]] = defaultdict(list)
    for row in rows:
        made[row.target_id].append(
            AttemptRecord(
                id=row.id,
                phone=row.number,
                result=row.result,
                sip_code=row.sip_code,
                q850=row.q850,
                dialled_at=row.dialled_at,
                answered_at=row.answered_at,
                ended_at=row.ended_at,
                rang_ms=row.rang_ms,
                verdict=_verdict_of(row.verdict),
                slots=row.slots,
                callback_at=row.callback_at,
                never_call=row.never_call,
                recording=row.recording,
                variants=row.variants,
                turns=tuple(said[row.id]),
                notes=tuple(row.notes),
                updates=row.updates,
                tags=tuple(row.tags),
                follow_ups=_follow_ups.validate_python(row.follow_ups),
            )
        )
    return made


def _verdict_of(stored: Mapping[str, Any] | None) -> Verdict:
    return _verdict.validate_python(stored) if stored else Verdict()
