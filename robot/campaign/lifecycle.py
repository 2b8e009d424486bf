"""A campaign's life: draft → running ⇄ paused → finished."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, insert, select, update

from robot.campaign.errors import NotPossible
from robot.campaign.plan import CampaignPlan
from robot.campaign.scripts import KeptScript, keep
from robot.campaign.targets import close
from robot.script.findings import nearest
from robot.store.tables import CampaignState, attempts, campaigns, diallable, targets
from robot.words import AttemptId, CampaignId, Closed, TargetId, new_id

__all__ = [
    "create", "emergency_stop", "end", "find", "pause", "plan_of", "replan", "resume", "start", "stop",
    "use_script",
]  # fmt: skip


def create(conn: Connection, plan: CampaignPlan, now: datetime) -> CampaignId:
    """Make a draft.

    Raises:
        NotPossible: There is a campaign of that name already.
    """
    if conn.execute(select(campaigns.c.id).where(campaigns.c.name == plan.name)).first():
        raise NotPossible(f"there is a campaign {plan.name!r} already; give the plan another name")
    campaign = CampaignId(new_id())
    conn.execute(insert(campaigns).values(id=campaign, state=CampaignState.DRAFT, created_at=now, **_planned(plan)))
    return campaign


def replan(conn: Connection, campaign: CampaignId, plan: CampaignPlan) -> None:
    """Give a draft another plan.

    Raises:
        NotPossible: It is no draft any more: its plan is frozen.
    """
    _expect(conn, campaign, {CampaignState.DRAFT}, "be given another plan")
    conn.execute(update(campaigns).where(campaigns.c.id == campaign).values(_planned(plan)))


def _planned(plan: CampaignPlan) -> dict[str, object]:
    return {"name": plan.name, "plan": plan.model_dump(mode="json"), "trunk": plan.trunk, "until": plan.until}


def find(conn: Connection, name: str) -> CampaignId:
    """Return the campaign of a name or an id.

    Raises:
        NotPossible: There is none.
    """
    found = conn.execute(select(campaigns.c.id).where((campaigns.c.name == name) | (campaigns.c.id == name))).first()
    if found is None:
        names = conn.execute(select(campaigns.c.name)).scalars().all()
        hint = nearest(name, names) if names else "Import a contact list first: perezvon campaign import."
        raise NotPossible(f"there is no campaign {name!r}. {hint}")
    return CampaignId(found.id)


def plan_of(conn: Connection, campaign: CampaignId) -> CampaignPlan:
    """Return a campaign's plan."""
    plan = conn.execute(select(campaigns.c.plan).where(campaigns.c.id == campaign)).scalar_one()
    return CampaignPlan.model_validate(plan)


def start(conn: Connection, campaign: CampaignId, script: KeptScript, now: datetime) -> None:
    """Start a draft with this text of its script; plan and script are frozen from now on.

    Raises:
        NotPossible: It is no draft, nobody would be called, or its ``until`` is over.
    """
    _expect(conn, campaign, {CampaignState.DRAFT}, "be started")
    until = plan_of(conn, campaign).until
    if until is not None and until <= now:
        raise NotPossible(f"the plan's until ({until.isoformat()}) is over; write a later one and import it again")
    if not conn.execute(select(targets.c.id).where(targets.c.campaign_id == campaign).limit(1)).first():
        raise NotPossible("the campaign has no contacts; import a list into it first: perezvon campaign import")
    keep(conn, script, now)
    begun = {"state": CampaignState.RUNNING, "script_hash": script.hash, "started_at": now}
    conn.execute(update(campaigns).where(campaigns.c.id == campaign).values(begun))


def use_script(conn: Connection, campaign: CampaignId, script: KeptScript, now: datetime) -> str:
    """Give a started campaign another version of its script, for all calls not placed yet; return the one it had.

    Calls under way go on with the version they began with, and every attempt keeps the hash of its own.

    Raises:
        NotPossible: It was not started, or is finished.
    """
    _expect(conn, campaign, {CampaignState.RUNNING, CampaignState.PAUSED}, "be given another script")
    had = conn.execute(select(campaigns.c.script_hash).where(campaigns.c.id == campaign)).scalar_one()
    keep(conn, script, now)
    conn.execute(update(campaigns).where(campaigns.c.id == campaign).values(script_hash=script.hash))
    return str(had)


def pause(conn: Connection, campaign: CampaignId) -> None:
    """Begin no more dials; calls under way go on. A campaign that is paused already stays so."""
    _expect(conn, campaign, {CampaignState.RUNNING, CampaignState.PAUSED}, "be paused")
    conn.execute(update(campaigns).where(campaigns.c.id == campaign).values(state=CampaignState.PAUSED))


def resume(conn: Connection, campaign: CampaignId) -> None:
    """Go on with a paused campaign. One that runs already goes on running."""
    _expect(conn, campaign, {CampaignState.RUNNING, CampaignState.PAUSED}, "go on")
    conn.execute(update(campaigns).where(campaigns.c.id == campaign).values(state=CampaignState.RUNNING))


def stop(conn: Connection, campaign: CampaignId, now: datetime) -> int:
    """Finish a campaign for good: close every target that is not on the phone just now; return how many."""
    _expect(conn, campaign, {CampaignState.DRAFT, CampaignState.RUNNING, CampaignState.PAUSED}, "be stopped")
    _over(conn, campaign, now)
    left = select(targets.c.id).where(targets.c.campaign_id == campaign, diallable)
    return _close(conn, left, (Closed.STOPPED, "stopped"), now)


def end(conn: Connection, campaign: CampaignId, now: datetime, at_most: int | None = None) -> int:
    """Finish a campaign that is done (`robot.campaign.claim.Nothing`); return how many targets that closes.

    With ``at_most`` it closes so many at a time, and the campaign is finished when it returns fewer.

    Retries that would have come after its ``until`` are closed as exhausted. A callback that somebody asked for stays
    scheduled: the CRM knows of it, and may put the contact into the next campaign.
    """
    left = select(targets.c.id).where(targets.c.campaign_id == campaign, diallable, targets.c.callback_at.is_(None))
    closed = _close(conn, left.limit(at_most), (Closed.EXHAUSTED, "until"), now)
    if at_most is None or closed < at_most:
        _over(conn, campaign, now)
    return closed


def _over(conn: Connection, campaign: CampaignId, now: datetime) -> None:
    over = {"state": CampaignState.FINISHED, "finished_at": now}
    conn.execute(update(campaigns).where(campaigns.c.id == campaign).values(over))


def _close(conn: Connection, left: Select[str], why: tuple[Closed, str], now: datetime) -> int:
    ids = conn.execute(left.order_by(targets.c.id)).scalars().all()
    for target in ids:
        close(conn, TargetId(target), *why, now)
    return len(ids)


def emergency_stop(conn: Connection) -> Sequence[AttemptId]:
    """Pause every campaign at once; return the attempts that are open, whose calls are to be hung up."""
    running = campaigns.c.state == CampaignState.RUNNING
    conn.execute(update(campaigns).where(running).values(state=CampaignState.PAUSED))
    live = conn.execute(select(attempts.c.id).where(attempts.c.result.is_(None)).order_by(attempts.c.fence))
    return [AttemptId(attempt) for attempt in live.scalars()]


def _expect(conn: Connection, campaign: CampaignId, allowed: set[CampaignState], to: str) -> None:
    row = conn.execute(select(campaigns.c.name, campaigns.c.state).where(campaigns.c.id == campaign)).one_or_none()
    if row is None:
        raise NotPossible(f"there is no campaign {campaign!r}; perezvon campaign status shows them all")
    if row.state not in allowed:
        remedy = {
            CampaignState.DRAFT: "start it first: perezvon campaign start",
            CampaignState.RUNNING: "it is at work already: perezvon campaign status",
            CampaignState.PAUSED: "resume it: perezvon campaign resume",
            CampaignState.FINISHED: "make a new one, with another name",
        }[row.state]
        raise NotPossible(f"the campaign {row.name!r} is {row.state} and cannot {to}; {remedy}")
