"""Campaigns: made, started, paused, stopped, and looked at."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Column, ColumnElement, Connection, func, select

from robot.campaign import lifecycle
from robot.campaign.errors import NotPossible
from robot.campaign.plan import CampaignPlan
from robot.campaign.scripts import write_files
from robot.clock import Clock
from robot.office.script_versions import open_version
from robot.script import Script
from robot.settings import Settings
from robot.store.outbox import OutboxCounts, count
from robot.store.store import Store
from robot.store.tables import (
    CampaignState,
    TargetState,
    attempts,
    campaigns,
    contact_phones,
    contacts,
    diallable,
    phones,
    targets,
)
from robot.words import (
    E164,
    AttemptId,
    CampaignId,
    Closed,
    ContactId,
    Disposition,
    Interest,
    NumberStatus,
    Result,
    TargetId,
    Verdict,
)

__all__ = [
    "CampaignStatus", "CampaignSummary", "TargetRow", "create", "emergency_stop", "end", "find", "list_all", "pause",
    "restore_scripts", "resume", "start", "status", "stop", "target_rows", "use_script",
]  # fmt: skip

T = TypeVar("T")
_verdict = TypeAdapter(Verdict)


# --- doing


def create(store: Store, clock: Clock, plan: CampaignPlan) -> CampaignId:
    """Make a draft without contacts. Raises `NotPossible` where there is one of that name."""
    with store.writing() as conn:
        return lifecycle.create(conn, plan, clock.now())


def find(store: Store, name: str) -> CampaignId:
    """Return the campaign of a name or an id. Raises `NotPossible` where there is none."""
    with store.reading() as conn:
        return lifecycle.find(conn, name)


def start(store: Store, settings: Settings, clock: Clock, name: str) -> CampaignId:
    """Start a draft with the text that its script has now; it dials as soon as ``perezvon serve`` runs.

    Raises:
        NotPossible: It is no draft, has no contacts, its ``until`` is over, or its trunk is not configured.
        ScriptError: Its script cannot be used.
    """
    with store.reading() as conn:
        campaign = lifecycle.find(conn, name)
        plan = lifecycle.plan_of(conn, campaign)
    _, script = open_version(settings, plan.script)
    _expect_trunk(settings, plan)
    with store.writing() as conn:
        lifecycle.start(conn, campaign, script, clock.now())
        write_files(conn, settings.data)  # before the commit: a running campaign always has its script
    return campaign


def use_script(store: Store, settings: Settings, clock: Clock, name: str, script_name: str) -> tuple[str, Script]:
    """Move a started campaign to another version of its script, at once, for all calls not placed yet.

    Args:
        store: The database.
        settings: Where scripts are, and the data folder.
        clock: The time.
        name: The campaign's name or id.
        script_name: The script: a file, or a name in the dialogs folder.

    Returns:
        The hash of the version it had, and the script it has now.

    Raises:
        NotPossible: It was not started, it is finished, or contacts that are still to be called lack a column that the
            script needs.
        ScriptError: The script cannot be used.
    """
    script, kept = open_version(settings, script_name)
    with store.writing() as conn:
        campaign = lifecycle.find(conn, name)
        had = lifecycle.use_script(conn, campaign, kept, clock.now())
        _expect_fields(conn, campaign, script)
        write_files(conn, settings.data)
    return had, script


def _expect_fields(conn: Connection, campaign: CampaignId, script: Script) -> None:
    of_open = (
        select(contacts.c.fields)
        .join(targets, targets.c.contact_id == contacts.c.id)
        .where(targets.c.campaign_id == campaign, targets.c.closed.is_(None))
    )
    lacking: Counter[str] = Counter()
    for fields in conn.execute(of_open).scalars():
        lacking.update(field for field in script.needs if not str(fields.get(field, "")).strip())
    if lacking:
        many = ", ".join(f"{field} ({times} of them)" for field, times in sorted(lacking.items()))
        raise NotPossible(
            f"contacts that are still to be called lack what {script.script!r} needs: {many}; import them again with"
            " these columns, or move the columns to may_have: in the script"
        )


def pause(store: Store, name: str) -> CampaignId:
    """Begin no more dials; calls under way go on. Raises `NotPossible`."""
    with store.writing() as conn:
        campaign = lifecycle.find(conn, name)
        lifecycle.pause(conn, campaign)
    return campaign


def resume(store: Store, name: str) -> CampaignId:
    """Go on with a paused campaign. Raises `NotPossible`."""
    with store.writing() as conn:
        campaign = lifecycle.find(conn, name)
        lifecycle.resume(conn, campaign)
    return campaign


def stop(store: Store, clock: Clock, name: str) -> int:
    """Finish a campaign for good; return how many targets that closes. Raises `NotPossible`."""
    with store.writing() as conn:
        return lifecycle.stop(conn, lifecycle.find(conn, name), clock.now())


def end(store: Store, clock: Clock, campaign: CampaignId) -> int:
    """Finish a campaign in which nothing is due any more; return how many retries that closes."""
    with store.writing() as conn:
        return lifecycle.end(conn, campaign, clock.now())


def emergency_stop(store: Store) -> Sequence[AttemptId]:
    """Pause every campaign; return the attempts whose calls are to be hung up."""
    with store.writing() as conn:
        return lifecycle.emergency_stop(conn)


def restore_scripts(store: Store, settings: Settings) -> None:
    """Write the script files that call processes read, where they are gone. Call it before calls are placed."""
    with store.reading() as conn:
        write_files(conn, settings.data)


def _expect_trunk(settings: Settings, plan: CampaignPlan) -> None:
    if plan.trunk not in settings.trunks:
        known = f"; there are {', '.join(settings.trunks)}" if settings.trunks else ""
        raise NotPossible(
            f"the plan's trunk {plan.trunk!r} is not in perezvon.toml{known}: add [trunks.{plan.trunk}] with its host"
        )


# --- looking


@dataclass(frozen=True, slots=True)
class CampaignSummary:
    """One line of the list of campaigns."""

    id: CampaignId
    name: str
    state: CampaignState
    targets: int
    closed: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CampaignStatus:
    """How a campaign is doing.

    Attributes:
        id: Its id.
        name: Its name.
        state: Where it is.
        plan: Its plan.
        script_hash: The version of the script it was started with.
        created_at: When it was made.
        started_at: When it was started.
        finished_at: When it was over.
        by_state: Targets by state; every state is there.
        by_closed: Closed targets by reason; every reason is there.
        by_result: Attempts by result; every result is there.
        waiting: Rule → targets that wait for it.
        live: Attempts that are open.
        next_due: When the next target is due; `None` where none is open or waits.
        outbox: Events for the CRM.
    """

    id: CampaignId
    name: str
    state: CampaignState
    plan: CampaignPlan
    script_hash: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    by_state: Mapping[TargetState, int]
    by_closed: Mapping[Closed, int]
    by_result: Mapping[Result, int]
    waiting: Mapping[str, int]
    live: int
    next_due: datetime | None
    outbox: OutboxCounts

    @property
    def targets(self) -> int:
        """How many targets it has."""
        return sum(self.by_state.values())


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One contact of a campaign, for people to look at.

    Attributes:
        target: Its id.
        contact: The contact's id.
        external_id: The CRM's id of the contact.
        name: What to call the contact: a name, else the external id, else empty.
        fields: The contact's fields.
        phone: The phone that is dialled next, or was last; `None` once it was erased.
        zone: IANA zone of its windows.
        priority: 1 is dialled first.
        state: Where it is.
        due_at: When it is due (open, waiting).
        waiting_rule: What it waits for.
        closed: Why it was closed.
        closed_rule: By which rule.
        attempts: Dials so far, but for the trunk's own failures.
        callback_at: When the person asked to be called.
        result: Of the last attempt that is over.
        verdict: Of the attempt that told most; `None` before one did.
    """

    target: TargetId
    contact: ContactId
    external_id: str | None
    name: str
    fields: Mapping[str, str]
    phone: E164 | None
    zone: str
    priority: int
    state: TargetState
    due_at: datetime
    waiting_rule: str | None
    closed: Closed | None
    closed_rule: str | None
    attempts: int
    callback_at: datetime | None
    result: Result | None
    verdict: Verdict | None

    @property
    def disposition(self) -> Disposition | None:
        """How the conversation ended that told most."""
        return self.verdict.disposition if self.verdict else None

    @property
    def interest(self) -> Interest:
        """Whether this person still wants us."""
        return self.verdict.interest if self.verdict else Interest.UNKNOWN

    @property
    def number_status(self) -> NumberStatus:
        """Whether the phone still leads to anybody."""
        return self.verdict.number_status if self.verdict else NumberStatus.UNKNOWN


def list_all(store: Store) -> Sequence[CampaignSummary]:
    """Return all campaigns, the newest first."""
    counted = (
        select(
            targets.c.campaign_id,
            func.count().label("targets"),
            func.count().filter(targets.c.state == TargetState.CLOSED).label("closed"),
        )
        .group_by(targets.c.campaign_id)
        .subquery()
    )
    with store.reading() as conn:
        rows = conn.execute(
            select(campaigns, counted.c.targets, counted.c.closed)
            .outerjoin(counted, counted.c.campaign_id == campaigns.c.id)
            .order_by(campaigns.c.id.desc())
        ).all()
    return [
        CampaignSummary(CampaignId(row.id), row.name, row.state, row.targets or 0, row.closed or 0, row.created_at)
        for row in rows
    ]


def status(store: Store, name: str) -> CampaignStatus:
    """Return how a campaign (name or id) is doing. Raises `NotPossible` where there is none."""
    with store.reading() as conn:
        campaign = lifecycle.find(conn, name)
        row = conn.execute(select(campaigns).where(campaigns.c.id == campaign)).one()
        mine = targets.c.campaign_id == campaign
        by_state = _count(conn, targets.c.state, mine)
        by_closed = _count(conn, targets.c.closed, mine)
        by_result = _count(conn, attempts.c.result, attempts.c.campaign_id == campaign)
        waiting = _count(conn, targets.c.waiting_rule, mine, targets.c.state == TargetState.WAITING)
        return CampaignStatus(
            id=campaign,
            name=row.name,
            state=row.state,
            plan=CampaignPlan.model_validate(row.plan),
            script_hash=row.script_hash,
            created_at=row.created_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
            by_state={state: by_state.get(state, 0) for state in TargetState},
            by_closed={closed: by_closed.get(closed, 0) for closed in Closed},
            by_result={result: by_result.get(result, 0) for result in Result},
            waiting={str(rule): targets for rule, targets in waiting.items()},
            live=by_result.get(None, 0),
            next_due=conn.execute(select(func.min(targets.c.due_at)).where(mine, diallable)).scalar_one(),
            outbox=count(conn, campaign),
        )


def target_rows(store: Store, name: str) -> Sequence[TargetRow]:
    """Return the contacts of a campaign (name or id), in the order they were imported. Raises `NotPossible`."""
    last = attempts.alias("last")
    last_result = (
        select(last.c.result)
        .where(last.c.target_id == targets.c.id, last.c.result.is_not(None))
        .order_by(last.c.fence.desc())
        .limit(1)
        .scalar_subquery()
    )
    here = (contact_phones.c.contact_id == targets.c.contact_id) & (
        contact_phones.c.position == targets.c.next_position
    )
    with store.reading() as conn:
        campaign = lifecycle.find(conn, name)
        rows = conn.execute(
            select(targets, contacts.c.external_id, contacts.c.fields, phones.c.number, last_result.label("result"))
            .join(contacts, contacts.c.id == targets.c.contact_id)
            .outerjoin(contact_phones, here)
            .outerjoin(phones, phones.c.id == contact_phones.c.phone_id)
            .where(targets.c.campaign_id == campaign)
            .order_by(targets.c.id)
        ).all()
    return [
        TargetRow(
            target=TargetId(row.id),
            contact=ContactId(row.contact_id),
            external_id=row.external_id,
            name=_name(row.fields) or row.external_id or "",
            fields=row.fields,
            phone=E164(row.number) if row.number else None,
            zone=row.tz,
            priority=row.priority,
            state=row.state,
            due_at=row.due_at,
            waiting_rule=row.waiting_rule,
            closed=row.closed,
            closed_rule=row.closed_rule,
            attempts=row.attempts,
            callback_at=row.callback_at,
            result=row.result,
            verdict=_verdict.validate_python(row.verdict) if row.verdict else None,
        )
        for row in rows
    ]


def _count(conn: Connection, column: Column[T], *where: ColumnElement[bool]) -> dict[T, int]:
    rows = conn.execute(select(column, func.count()).where(*where).group_by(column))
    return {row[0]: row[1] for row in rows}


def _name(fields: Mapping[str, str]) -> str:
    return fields.get("name") or " ".join(filter(None, map(fields.get, ("first_name", "last_name"))))
