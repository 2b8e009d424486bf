"""The finish: one transaction that writes what an attempt came to, and all that follows from it.

Attempt, turns, phone, contact, do-not-call list, target, trunk and outbox change together or not at all. A lease keeps
an attempt its worker's own; where it has run out, and the longest call after it, the attempt is `unknown`.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import Connection, insert, select, update

from robot.call.messages import CallOutcome
from robot.campaign.blocklist import block_contact, block_number
from robot.campaign.breaker import Broken, judge_trunk
from robot.campaign.phones import note, phones_of
from robot.campaign.plan import CampaignPlan
from robot.campaign.retry import Again, Close, Heard, Next, Standing, after
from robot.campaign.targets import close
from robot.crm.events import enqueue_attempt_finished, enqueue_follow_ups
from robot.settings import CallSettings
from robot.store.tables import (
    CampaignState,
    DoNotCallSource,
    TargetState,
    attempts,
    campaigns,
    contacts,
    phones,
    targets,
    trunks,
    turns,
)
from robot.words import (
    E164,
    AttemptId,
    Closed,
    ContactId,
    Disposition,
    Interest,
    NumberStatus,
    Result,
    TargetId,
    Verdict,
)

__all__ = ["FenceLost", "Finished", "NoSuchAttempt", "expire", "finish", "renew"]

log = logging.getLogger(__name__)
_verdict = TypeAdapter(Verdict)
_LOOK_BACK = timedelta(hours=1)
"""How far back a trunk's results still tell whether it works."""


class NoSuchAttempt(LookupError):
    """Raised when an outcome is of an attempt that was never claimed here."""


class FenceLost(RuntimeError):
    """Raised when an outcome comes from somebody who does not hold the attempt's fence: nothing was written."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of the target.

    Attributes:
        closed: Why it was closed; `None` where it is dialled again, or the outcome came too late to change anything.
        rule: The rule that closed it, or that it waits for.
        again_at: When it is dialled again.
        late: Whether the attempt had a result already; then only a wish never to be called was taken from it.
    """

    closed: Closed | None = None
    rule: str = ""
    again_at: datetime | None = None
    late: bool = False


def finish(conn: Connection, outcome: CallOutcome, fence: int, calls: CallSettings, now: datetime) -> Finished:
    """Write an attempt's outcome. Call it in a write transaction; writing the same outcome twice changes nothing.

    Args:
        conn: A connection with the write transaction open.
        outcome: What the call process says.
        fence: Of the claim.
        calls: The embargo after a call whose end we do not know.
        now: The instant.

    Raises:
        NoSuchAttempt: It was never claimed here.
        FenceLost: Somebody else's fence is on it.
    """
    held = _held(conn, outcome.attempt)
    if held.fence != fence:
        raise FenceLost(f"attempt {outcome.attempt} has fence {held.fence}, the outcome came with {fence}")
    if held.result is not None:
        if outcome.never_call and not held.never_call:
            _never_call_after_all(conn, held, now)
        log.info("attempt %s has a result already; a late outcome was dropped", outcome.attempt)
        return Finished(late=True)

    broken = _watch_trunk(conn, held.trunk, outcome.result, now)
    heard = _believed(outcome, broken)
    standing = _standing(conn, held, heard)
    following = after(heard, standing, held.plan, now)
    if held.campaign_over and isinstance(following.step, Again) and not _asked_for_call(heard):
        following = replace(following, step=Close(Closed.STOPPED, "stopped"))
    settled = isinstance(following.step, Close) and following.step.closed is Closed.SUCCESS

    _write_attempt(conn, outcome, heard.verdict, settled=settled, now=now)
    note(conn, held.contact, held.phone, heard.verdict, now)
    if heard.verdict.interest is not Interest.UNKNOWN:
        interest = {"interest": heard.verdict.interest, "interest_at": now}
        conn.execute(update(contacts).where(contacts.c.id == held.contact).values(interest))
    if outcome.result is Result.UNKNOWN:
        embargo_until = now + timedelta(seconds=calls.embargo)
        conn.execute(update(phones).where(phones.c.id == held.phone).values(embargo_until=embargo_until))
    _block(conn, held, following, unwanted=outcome.sip_code == 607, now=now)
    _tell_target(conn, held, heard)
    enqueue_attempt_finished(conn, outcome.attempt, now)
    if outcome.follow_ups:
        enqueue_follow_ups(conn, outcome.attempt, now)
    return _move_target(conn, held, standing, following.step, now)


# --- leases


def renew(conn: Connection, held: Mapping[AttemptId, int], lease: float, now: datetime) -> set[AttemptId]:
    """Hold attempts (id → fence) for ``lease`` seconds more; return those that are ours still.

    A call whose attempt does not come back must be hung up: its lease was lost, or its result is written.
    """
    kept: set[AttemptId] = set()
    for attempt, fence in held.items():
        # A lease that has run out is not taken up again: somebody may have counted on its end already.
        ours = (attempts.c.id == attempt, attempts.c.fence == fence, attempts.c.result.is_(None))
        valid = attempts.c.lease_until > now
        renewed = update(attempts).where(*ours, valid).values(lease_until=now + timedelta(seconds=lease))
        if conn.execute(renewed).rowcount:
            kept.add(attempt)
    return kept


def expire(conn: Connection, calls: CallSettings, now: datetime) -> Sequence[AttemptId]:
    """Finish, as `unknown`, attempts whose lease has ended so long ago that their call must be over; return their ids.

    The lease protects data; only time protects the person's ear from a second call on top of the first.
    """
    over = now - timedelta(seconds=calls.longest)
    rows = conn.execute(
        select(attempts.c.id, attempts.c.fence, attempts.c.claimed_at)
        .where(attempts.c.result.is_(None), attempts.c.lease_until <= over)
        .order_by(attempts.c.fence)
    ).all()
    for row in rows:
        outcome = CallOutcome(
            attempt=AttemptId(row.id), result=Result.UNKNOWN, verdict=Verdict(), dialled_at=row.claimed_at, ended_at=now
        )
        finish(conn, outcome, row.fence, calls, now)
    return [AttemptId(row.id) for row in rows]


# --- the attempt


@dataclass(frozen=True, slots=True)
class _Held:
    """The attempt as it was claimed."""

    attempt: AttemptId
    fence: int
    result: Result | None
    never_call: bool
    target: TargetId
    contact: ContactId
    phone: str
    number: E164 | None
    position: int
    trunk: str
    plan: CampaignPlan
    campaign_over: bool


def _held(conn: Connection, attempt: AttemptId) -> _Held:
    row = conn.execute(
        select(attempts, campaigns.c.plan, campaigns.c.state, phones.c.number)
        .join(campaigns, campaigns.c.id == attempts.c.campaign_id)
        .join(phones, phones.c.id == attempts.c.phone_id)
        .where(attempts.c.id == attempt)
    ).one_or_none()
    if row is None:
        raise NoSuchAttempt(f"there is no attempt {attempt}; was the database changed while calls were under way?")
    return _Held(
        attempt=attempt,
        fence=row.fence,
        result=row.result,
        never_call=row.never_call,
        target=TargetId(row.target_id),
        contact=ContactId(row.contact_id),
        phone=row.phone_id,
        number=E164(row.number) if row.number else None,
        position=row.position,
        trunk=row.trunk,
        plan=CampaignPlan.model_validate(row.plan),
        campaign_over=row.state is CampaignState.FINISHED,
    )


def _write_attempt(conn: Connection, outcome: CallOutcome, verdict: Verdict, *, settled: bool, now: datetime) -> None:
    written = {
        "result": outcome.result,
        "settled": settled,
        "verdict": _verdict.dump_python(verdict, mode="json"),
        "finished_at": now,
        "sip_code": outcome.sip_code,
        "q850": outcome.q850,
        "dialled_at": outcome.dialled_at,
        "answered_at": outcome.answered_at,
        "ended_at": outcome.ended_at,
        "rang_ms": outcome.rang_ms,
        "slots": outcome.slots,
        "variants": outcome.variants,
        "callback_at": outcome.callback_at,
        "never_call": outcome.never_call,
        "recording": outcome.recording,
        **outcome.model_dump(mode="json", include={"notes", "updates", "tags", "follow_ups"}),
    }
    conn.execute(update(attempts).where(attempts.c.id == outcome.attempt).values(written))
    if outcome.turns:
        rows = [
            {"attempt_id": outcome.attempt, "number": number, "turn": turn.model_dump(mode="json")}
            for number, turn in enumerate(outcome.turns)
        ]
        conn.execute(insert(turns), rows)


# --- the trunk


def _watch_trunk(conn: Connection, trunk: str, result: Result, now: datetime) -> Broken | None:
    rows = conn.execute(
        select(attempts.c.result)
        .where(attempts.c.trunk == trunk, attempts.c.finished_at > now - _LOOK_BACK, attempts.c.result.is_not(None))
        .order_by(attempts.c.finished_at.desc())
        .limit(32)
    )
    broken = judge_trunk([result, *rows.scalars()], now)
    if broken is not None:
        log.warning("trunk %s is left alone until %s: %s", trunk, broken.until.isoformat(), broken.rule)
        values = {"broken_until": broken.until, "broken_rule": broken.rule}
        conn.execute(update(trunks).where(trunks.c.name == trunk).values(values))
    return broken


def _believed(outcome: CallOutcome, broken: Broken | None) -> Heard:
    """Return what the outcome is taken for: an invalid number out of a burst counts as the trunk's failure."""
    heard = Heard(
        result=outcome.result,
        verdict=outcome.verdict,
        callback_at=outcome.callback_at,
        never_call=outcome.never_call,
        sip_code=outcome.sip_code,
        rang_ms=outcome.rang_ms,
    )
    if broken is None or not broken.disbelieve_invalid or outcome.verdict.number_status is not NumberStatus.INVALID:
        return heard
    doubted = replace(outcome.verdict, number_status=NumberStatus.UNKNOWN, confidence=0.0)
    return replace(heard, result=Result.TRUNK_FAILED, verdict=doubted)


# --- what follows


def _standing(conn: Connection, held: _Held, heard: Heard) -> Standing:
    row = conn.execute(select(targets.c.attempts, targets.c.retries).where(targets.c.id == held.target)).one()
    uncounted = 1 if heard.result is Result.TRUNK_FAILED else 0
    others = tuple(
        phone.position
        for phone in phones_of(conn, held.contact)
        if phone.position > held.position and not phone.facts.blocked and not phone.facts.dead
    )
    return Standing(row.attempts - uncounted, row.retries, held.position, others)


def _block(conn: Connection, held: _Held, following: Next, *, unwanted: bool, now: datetime) -> None:
    source = DoNotCallSource.NETWORK if unwanted else DoNotCallSource.CALL
    reason = "the called side's network said that our calls are unwanted" if unwanted else "asked for it in a call"
    if following.block_phone and held.number is not None:
        block_number(conn, held.number, reason=reason, source=source, now=now, attempt=held.attempt)
    if following.block_contact:
        block_contact(conn, held.contact, reason=reason, source=source, now=now, attempt=held.attempt)


def _move_target(conn: Connection, held: _Held, standing: Standing, step: Close | Again, now: datetime) -> Finished:
    conn.execute(update(targets).where(targets.c.id == held.target).values(attempts=standing.attempts))
    if isinstance(step, Close):
        close(conn, held.target, step.closed, step.rule, now)
        return Finished(closed=step.closed, rule=step.rule)
    waiting = {
        "state": TargetState.WAITING,
        "due_at": step.due,
        "waiting_until": step.due,
        "waiting_rule": step.rule,
        "retries": dict(step.retries),
        "next_position": step.position,
    }
    conn.execute(update(targets).where(targets.c.id == held.target).values(waiting))
    return Finished(rule=step.rule, again_at=step.due)


def _tell_target(conn: Connection, held: _Held, heard: Heard) -> None:
    """Keep on the target when a call was asked for, and the verdict that tells most: a talk outlives a busy line."""
    mine = targets.c.id == held.target
    conn.execute(update(targets).where(mine).values(callback_at=heard.callback_at if _asked_for_call(heard) else None))
    kept = conn.execute(select(targets.c.verdict).where(mine)).scalar_one()
    if kept is None or _weight(heard.verdict) >= _weight(_verdict.validate_python(kept)):
        conn.execute(update(targets).where(mine).values(verdict=_verdict.dump_python(heard.verdict, mode="json")))


def _asked_for_call(heard: Heard) -> bool:
    return heard.verdict.disposition is Disposition.CALLBACK and heard.callback_at is not None


def _weight(verdict: Verdict) -> int:
    if verdict.disposition is not None or verdict.number_status is NumberStatus.INVALID:
        return 2
    return int(verdict.number_status is not NumberStatus.UNKNOWN)


def _never_call_after_all(conn: Connection, held: _Held, now: datetime) -> None:
    conn.execute(update(attempts).where(attempts.c.id == held.attempt).values(never_call=True))
    _block(conn, held, Next(Close(Closed.REFUSED, ""), block_phone=True, block_contact=True), unwanted=False, now=now)
