"""The claim: one transaction, committed before INVITE, that decides whether and whom to dial next.

Campaign running → trunk not broken → trunk slot → calls per second → next due contact in its window → policy →
attempt with fence and lease. Whom policy forbids for good on the way is closed, and the CRM told, in the same
transaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Select, bindparam, func, insert, select, update

from robot.call.messages import Place
from robot.campaign.blocklist import blocked_contact
from robot.campaign.lifecycle import end
from robot.campaign.phones import KnownPhone, phones_of
from robot.campaign.plan import CampaignPlan
from robot.campaign.policy import (
    Allowed,
    Consent,
    ContactFacts,
    Decision,
    Never,
    NotNow,
    judge,
    next_opening,
    zone_named,
)
from robot.campaign.targets import close, wait
from robot.settings import CallSettings, TrunkSettings
from robot.store.tables import (
    CampaignState,
    TargetState,
    attempts,
    campaigns,
    contacts,
    diallable,
    scripts,
    targets,
    trunks,
)
from robot.words import E164, AttemptId, CampaignId, Closed, ContactId, TargetId, new_id

__all__ = ["Claim", "Nothing", "Terms", "claim", "forecast"]

_SWEEP = 200
"""How many targets that must not be dialled one claim settles, so that it never holds the writer for long."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what terms a worker claims.

    Attributes:
        claimed_by: The worker, for people who look into the table.
        trunks: The trunks that it can dial through, by name.
        calls: Lease, ring time and the longest call.
        recordings: Folder of recordings; used where ``calls.record``.
    """

    claimed_by: str
    trunks: Mapping[str, TrunkSettings]
    calls: CallSettings
    recordings: Path


@dataclass(frozen=True, slots=True)
class Claim:
    """The right, and the duty, to dial one phone once; ends with `robot.campaign.finish.finish`."""

    attempt: AttemptId
    fence: int
    lease_until: datetime
    number: int
    """Which dial of this target it is, from 1."""
    target: TargetId
    campaign: CampaignId
    contact: ContactId
    fields: Mapping[str, str]
    zone: str
    phone: E164
    position: int
    trunk: str
    caller_id: str | None
    script_hash: str
    ring_timeout: float
    longest: float
    recording: Path | None

    def place(self) -> Place:
        """Return the order to a call process."""
        return Place(
            attempt=self.attempt,
            phone=self.phone,
            trunk=self.trunk,
            script=self.script_hash,
            variant_seed=self.contact,
            contact=dict(self.fields),
            zone=self.zone,
            ring_timeout=self.ring_timeout,
            longest=self.longest,
            recording=str(self.recording) if self.recording else None,
        )


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing to dial.

    Attributes:
        why: ``not_running`` (draft, paused, finished or no such campaign), ``no_trunk`` (these terms know no trunk of
            that name), ``trunk_broken``, ``trunk_full``, ``calls_per_second``, ``swept`` (ask again at once),
            ``nothing_due`` (yet, or until a call under way ends), ``done`` (nothing will be, within the campaign's
            ``until``; once that is over, the campaign is finished by the claim that finds it so).
        try_again_at: When it is worth asking again; `None` where that depends on something else than time.
    """

    why: str
    try_again_at: datetime | None = None


def claim(
    conn: Connection, campaign: CampaignId, terms: Terms, now: datetime, target: TargetId | None = None
) -> Claim | Nothing:
    """Claim the next dial of a campaign. Call it in a write transaction (`Store.write`), commit, then dial.

    Args:
        conn: A connection with the write transaction open.
        campaign: Whose contacts to dial.
        terms: Of the worker that asks.
        now: The instant, by the clock that leases are counted with.
        target: The only target to look at; `None` for the next due one.
    """
    running = _running(conn, campaign)
    if running is None:
        return Nothing("not_running")
    trunk = terms.trunks.get(running.trunk)
    if trunk is None:
        return Nothing("no_trunk")
    full = _trunk_is_full(conn, running.trunk, trunk, now)
    if full is not None:
        return full
    for _ in range(_SWEEP):
        found = _next_due(conn, running, now, target)
        if isinstance(found, Nothing):
            return found
        phone = _judge(conn, running, found, now)
        if phone is not None:
            _use_trunk(conn, running.trunk, trunk, now)
            return _open_attempt(conn, running, found, phone, terms=terms, now=now)
    return Nothing("swept", now)


def forecast(conn: Connection, campaign: CampaignId, target: TargetId, now: datetime) -> Decision:
    """Say what policy makes of a target of a running campaign now; claims and changes nothing."""
    running = _running(conn, campaign)
    assert running is not None, "a forecast is for a campaign that runs"
    due = _read(conn, target)
    decisions = [
        judge(running.plan, running.purpose, due.facts, phone.facts, now) for phone in phones_of(conn, due.contact)
    ]
    return next((one for one in decisions if isinstance(one, Allowed)), decisions[0])


# --- the campaign and its trunk


@dataclass(frozen=True, slots=True)
class _Running:
    id: CampaignId
    plan: CampaignPlan
    trunk: str
    script_hash: str
    purpose: str


def _running(conn: Connection, campaign: CampaignId) -> _Running | None:
    row = conn.execute(
        select(campaigns.c.plan, campaigns.c.trunk, campaigns.c.script_hash, scripts.c.purpose)
        .join(scripts, scripts.c.hash == campaigns.c.script_hash)
        .where(campaigns.c.id == campaign, campaigns.c.state == CampaignState.RUNNING)
    ).one_or_none()
    if row is None:
        return None
    return _Running(campaign, CampaignPlan.model_validate(row.plan), row.trunk, row.script_hash, row.purpose)


def _trunk_is_full(conn: Connection, name: str, trunk: TrunkSettings, now: datetime) -> Nothing | None:
    row = conn.execute(select(trunks).where(trunks.c.name == name)).one_or_none()
    if row is not None and row.broken_until is not None and row.broken_until > now:
        return Nothing("trunk_broken", row.broken_until)
    live = conn.execute(select(func.count()).where(attempts.c.trunk == name, attempts.c.result.is_(None))).scalar_one()
    if live >= trunk.at_once:
        return Nothing("trunk_full")
    if row is not None and row.next_call_at is not None and row.next_call_at > now:
        return Nothing("calls_per_second", row.next_call_at)
    return None


def _use_trunk(conn: Connection, name: str, trunk: TrunkSettings, now: datetime) -> None:
    """Count a call against the trunk's rate: GCRA with no burst (ITU-T I.371), so calls are spread evenly."""
    next_call_at = now + timedelta(seconds=1 / trunk.per_second)
    if not conn.execute(update(trunks).where(trunks.c.name == name).values(next_call_at=next_call_at)).rowcount:
        conn.execute(insert(trunks).values(name=name, next_call_at=next_call_at))


# --- whom


@dataclass(frozen=True, slots=True)
class _Bucket:
    """The longest due target of one zone and priority."""

    tz: str
    priority: int
    due_at: datetime
    target: TargetId


@dataclass(frozen=True, slots=True)
class _Due:
    """The target that is looked at."""

    target: TargetId
    contact: ContactId
    fields: Mapping[str, str]
    next_position: int
    facts: ContactFacts


def _next_due(conn: Connection, running: _Running, now: datetime, only: TargetId | None) -> _Due | Nothing:
    """Return the most urgent target that is due and in its window: by priority, then by how long it has been due."""
    plan = running.plan
    if plan.until is not None and now > plan.until:
        return _over(conn, running, now, only)
    due: list[_Bucket] = []
    later: list[datetime] = []
    for bucket in _buckets(conn, running.id, only):
        zone = zone_named(bucket.tz)
        # A zone that nobody knows is not skipped but judged, so that its targets are closed with the rule.
        opening = now if zone is None else (next_opening(plan.windows, zone, now) or now)
        if opening <= now and bucket.due_at <= now:
            due.append(bucket)
        else:
            later.append(max(opening, bucket.due_at))
    if not due:
        return _nothing_within(conn, running, later)
    return _read(conn, min(due, key=lambda bucket: (bucket.priority, bucket.due_at, bucket.target)).target)


def _buckets(conn: Connection, campaign: CampaignId, only: TargetId | None) -> Iterator[_Bucket]:
    """Give the longest due target of each (zone, priority)."""
    columns = (targets.c.tz, targets.c.priority, targets.c.due_at, targets.c.id)
    if only is not None:
        found = select(*columns).where(targets.c.campaign_id == campaign, targets.c.id == only, diallable)
    else:
        found = _first_of_each_bucket
    for row in conn.execute(found, {"campaign": campaign}):
        yield _Bucket(*row)


def _hop_over_buckets() -> Select[str, str, datetime, str]:
    """Write the query that hops from bucket to bucket: two probes of ``ix_targets_due`` each, however many are due.

    The next bucket is the next priority of the same zone, else the first one of the next zone. (As one comparison of
    pairs, SQLite would walk through all of the zone.)
    """
    ahead, here = targets.alias("ahead"), targets.alias("here")
    first = select(ahead.c.id).where(ahead.c.campaign_id == bindparam("campaign"), diallable)
    first = first.order_by(ahead.c.tz, ahead.c.priority, ahead.c.due_at).limit(1)
    bucket = select(first.scalar_subquery().label("id")).cte("bucket", recursive=True)
    same_zone = first.where(ahead.c.tz == here.c.tz, ahead.c.priority > here.c.priority)
    next_zone = first.where(ahead.c.tz > here.c.tz)
    following = func.coalesce(*(probe.correlate(here).scalar_subquery() for probe in (same_zone, next_zone)))
    bucket = bucket.union_all(select(following).select_from(bucket).join(here, here.c.id == bucket.c.id))
    columns = (targets.c.tz, targets.c.priority, targets.c.due_at, targets.c.id)
    return select(*columns).join(bucket, bucket.c.id == targets.c.id)


_first_of_each_bucket = _hop_over_buckets()


def _read(conn: Connection, target: TargetId) -> _Due:
    row = conn.execute(
        select(
            targets.c.contact_id,
            targets.c.tz,
            targets.c.attempts,
            targets.c.next_position,
            contacts.c.fields,
            contacts.c.consent_basis,
            contacts.c.consent_date,
            contacts.c.consent_source,
        )
        .join(contacts, contacts.c.id == targets.c.contact_id)
        .where(targets.c.id == target)
    ).one()
    contact = ContactId(row.contact_id)
    consent = Consent(row.consent_basis, row.consent_date, row.consent_source)
    facts = ContactFacts(row.tz, consent, blocked_contact(conn, contact), row.attempts)
    return _Due(target, contact, row.fields, row.next_position, facts)


def _over(conn: Connection, running: _Running, now: datetime, only: TargetId | None) -> Nothing:
    """End a campaign whose ``until`` is over, once its last call is."""
    nothing = _nothing_within(conn, running, [])
    if nothing.why == "done" and only is None and end(conn, running.id, now, at_most=_SWEEP) == _SWEEP:
        return Nothing("swept", now)
    return nothing


def _nothing_within(conn: Connection, running: _Running, later: Sequence[datetime]) -> Nothing:
    until = running.plan.until
    within = [instant for instant in later if until is None or instant <= until]
    if within:
        return Nothing("nothing_due", min(within))
    live = select(attempts.c.id).where(attempts.c.campaign_id == running.id, attempts.c.result.is_(None)).limit(1)
    return Nothing("nothing_due" if conn.execute(live).first() else "done")


# --- may we


def _judge(conn: Connection, running: _Running, due: _Due, now: datetime) -> KnownPhone | None:
    """Return the phone to dial; else settle the target: it waits, or is closed."""
    known = phones_of(conn, due.contact)
    refused: Never | None = None
    # From the phone that is next, then the ones before it: they are only left where those cannot be dialled.
    for phone in sorted(known, key=lambda phone: (phone.position < due.next_position, phone.position)):
        match judge(running.plan, running.purpose, due.facts, phone.facts, now):
            case Allowed():
                return phone
            case NotNow(until, rule):
                wait(conn, due.target, until, rule)
                return None
            case Never() as never:
                refused = refused or never
    if refused is None:
        close(conn, due.target, Closed.INVALID, "no_phone", now)
    else:
        close(conn, due.target, refused.closed, refused.rule, now)
    return None


def _open_attempt(
    conn: Connection, running: _Running, due: _Due, phone: KnownPhone, *, terms: Terms, now: datetime
) -> Claim:
    attempt = AttemptId(new_id())
    claimed = Claim(
        attempt=attempt,
        fence=conn.execute(select(func.coalesce(func.max(attempts.c.fence), 0) + 1)).scalar_one(),
        lease_until=now + timedelta(seconds=terms.calls.lease),
        number=due.facts.attempts + 1,
        target=due.target,
        campaign=running.id,
        contact=due.contact,
        fields=due.fields,
        zone=due.facts.zone,
        phone=phone.facts.number,
        position=phone.position,
        trunk=running.trunk,
        caller_id=terms.trunks[running.trunk].caller_id,
        script_hash=running.script_hash,
        ring_timeout=terms.calls.ring_timeout,
        longest=terms.calls.longest,
        recording=terms.recordings / f"{attempt}.wav" if terms.calls.record else None,
    )
    conn.execute(
        insert(attempts).values(
            id=attempt,
            target_id=claimed.target,
            campaign_id=claimed.campaign,
            contact_id=claimed.contact,
            phone_id=phone.id,
            position=claimed.position,
            fence=claimed.fence,
            claimed_by=terms.claimed_by,
            claimed_at=now,
            lease_until=claimed.lease_until,
            trunk=claimed.trunk,
            caller_id=claimed.caller_id,
            script_hash=claimed.script_hash,
        )
    )
    is_claimed = {"state": TargetState.CLAIMED, "waiting_until": None, "waiting_rule": None}
    counted = {"attempts": targets.c.attempts + 1, "next_position": claimed.position}
    conn.execute(update(targets).where(targets.c.id == claimed.target).values(**is_claimed, **counted))
    return claimed
