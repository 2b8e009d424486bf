"""Makes the events from the tables and puts them into the outbox, in the transaction of what they tell of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, select

from robot.call.messages import Turn
from robot.crm.payload import (
    ATTEMPT_FINISHED,
    FOLLOW_UP_REQUESTED,
    TARGET_CLOSED,
    AttemptFinished,
    AttemptTold,
    CampaignTold,
    ClosedTold,
    ContactTold,
    FollowUpRequested,
    PastAttempt,
    ScriptTold,
    TargetClosed,
    TurnTold,
)
from robot.store.outbox import enqueue
from robot.store.tables import attempts, campaigns, contact_phones, contacts, phones, scripts, targets, turns
from robot.words import AttemptId, Channel, FollowUp, TargetId, Verdict

__all__ = ["enqueue_attempt_finished", "enqueue_follow_ups", "enqueue_target_closed"]

_verdict = TypeAdapter(Verdict)
_follow_ups = TypeAdapter(tuple[FollowUp, ...])


def enqueue_attempt_finished(conn: Connection, attempt_id: AttemptId, now: datetime) -> str:
    """Tell the CRM that a dial is over. Call it once the attempt's result, verdict and turns are written.

    Args:
        conn: A connection with the finish transaction open.
        attempt_id: Which attempt.
        now: When it happened.

    Returns:
        The event's id.

    Raises:
        LookupError: There is no such attempt, or it has no result yet.
    """
    told, attempt = _read_attempt(conn, attempt_id)

    def render(event_id: str, sequence: int) -> str:
        return AttemptFinished(
            id=event_id,
            sequence=sequence,
            occurred_at=now,
            attempt=_attempt(attempt, told.number(attempt)),
            verdict=_verdict_of(attempt),
            **_outcome(conn, told, attempt),
        ).model_dump_json()

    target = told.target
    return enqueue(
        conn,
        contact_id=target.contact_id,
        kind=ATTEMPT_FINISHED,
        render=render,
        now=now,
        campaign_id=target.campaign_id,
        attempt_id=attempt_id,
    )


def enqueue_follow_ups(conn: Connection, attempt_id: AttemptId, now: datetime) -> list[str]:
    """Ask the CRM to send what the script promised in a dial. Call it after `enqueue_attempt_finished`.

    Args:
        conn: A connection with the finish transaction open.
        attempt_id: Which attempt.
        now: When it happened.

    Returns:
        The events' ids, one for each thing to send, in the order of the promises.

    Raises:
        LookupError: There is no such attempt, or it has no result yet.
    """
    told, attempt = _read_attempt(conn, attempt_id)

    def ask(asked: FollowUp) -> str:
        def render(event_id: str, sequence: int) -> str:
            return FollowUpRequested(
                id=event_id,
                sequence=sequence,
                occurred_at=now,
                attempt=_attempt(attempt, told.number(attempt)),
                channel=asked.channel,
                to=asked.to or _where(asked.channel, told.target.fields, attempt.phone),
                text=asked.text,
                subject=asked.subject,
                **_subject(conn, told, attempt),
            ).model_dump_json()

        return enqueue(
            conn,
            contact_id=told.target.contact_id,
            kind=FOLLOW_UP_REQUESTED,
            render=render,
            now=now,
            campaign_id=told.target.campaign_id,
            attempt_id=attempt_id,
        )

    return [ask(asked) for asked in _follow_ups.validate_python(attempt.follow_ups)]


def _where(channel: Channel, fields: dict[str, str], phone: str | None) -> str | None:
    """Return where something is sent for which no address was named."""
    return phone if channel is Channel.SMS else fields.get("email") or None


def enqueue_target_closed(conn: Connection, target_id: TargetId, now: datetime) -> str:
    """Tell the CRM that a contact needs no more dials in a campaign. Call it once the target is closed.

    Args:
        conn: A connection with the transaction open that closes the target.
        target_id: Which target.
        now: When it happened.

    Returns:
        The event's id.

    Raises:
        LookupError: There is no such target, or it is not closed.
    """
    told = _read(conn, target_id)
    target = told.target
    if target.closed is None:
        raise LookupError(f"target {target_id} is not closed: close it before telling the CRM")
    decided = told.decided()

    def render(event_id: str, sequence: int) -> str:
        return TargetClosed(
            id=event_id,
            sequence=sequence,
            occurred_at=now,
            closed=ClosedTold(reason=target.closed, rule=target.closed_rule),
            attempt=_attempt(decided, told.number(decided)) if decided else None,
            verdict=_verdict_of(target),
            **_outcome(conn, told, decided),
        ).model_dump_json()

    return enqueue(
        conn,
        contact_id=target.contact_id,
        kind=TARGET_CLOSED,
        render=render,
        now=now,
        campaign_id=target.campaign_id,
        attempt_id=decided.id if decided else None,
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What the events are made of: the target with its campaign and contact, and its attempts that have a result."""

    target: Row[Any]
    attempts: Sequence[Row[Any]]

    def number(self, attempt: Row[Any]) -> int:
        """Return which dial of the target an attempt was, from 1."""
        return self.attempts.index(attempt) + 1

    def decided(self) -> Row[Any] | None:
        """Return the attempt that the target's verdict is of, else the last one."""
        backwards = self.attempts[::-1]
        same = (attempt for attempt in backwards if attempt.verdict == self.target.verdict)
        return next(same, backwards[0] if backwards else None)


def _read_attempt(conn: Connection, attempt_id: AttemptId) -> tuple[_Told, Row[Any]]:
    target_id = conn.execute(select(attempts.c.target_id).where(attempts.c.id == attempt_id)).scalar_one_or_none()
    if target_id is None:
        raise LookupError(f"there is no attempt {attempt_id}: it cannot be told to the CRM")
    told = _read(conn, target_id)
    attempt = next((past for past in told.attempts if past.id == attempt_id), None)
    if attempt is None:
        raise LookupError(f"attempt {attempt_id} has no result yet: write it before telling the CRM")
    return told, attempt


def _read(conn: Connection, target_id: str) -> _Told:
    target = conn.execute(
        select(
            targets,
            campaigns.c.name.label("campaign_name"),
            campaigns.c.script_hash,
            contacts.c.external_id,
            contacts.c.fields,
        )
        .join(campaigns, campaigns.c.id == targets.c.campaign_id)
        .join(contacts, contacts.c.id == targets.c.contact_id)
        .where(targets.c.id == target_id)
    ).one_or_none()
    if target is None:
        raise LookupError(f"there is no target {target_id}: it cannot be told to the CRM")
    made = conn.execute(
        select(attempts, phones.c.number.label("phone"))
        .join(phones, phones.c.id == attempts.c.phone_id)
        .where(attempts.c.target_id == target_id, attempts.c.result.is_not(None))
        .order_by(attempts.c.fence)
    ).all()
    return _Told(target, made)


def _subject(conn: Connection, told: _Told, attempt: Row[Any] | None) -> dict[str, Any]:
    """Return what every event says: of whom, of which campaign, phone and script."""
    target = told.target
    subject: dict[str, Any] = {
        "campaign": CampaignTold(id=target.campaign_id, name=target.campaign_name),
        "contact": ContactTold(
            id=target.contact_id,
            external_id=target.external_id,
            name=_name(target.fields),
            fields=target.fields,
        ),
        "target_id": target.id,
    }
    if attempt is None:
        return {**subject, "phone": _first_phone(conn, target.contact_id), "script": _script(conn, target.script_hash)}
    return {**subject, "phone": attempt.phone, "script": _script(conn, attempt.script_hash, attempt.variants)}


def _outcome(conn: Connection, told: _Told, attempt: Row[Any] | None) -> dict[str, Any]:
    """Return what the events of a dial and of a closed target say of it and of the attempt that they are about."""
    common = {
        **_subject(conn, told, attempt),
        "history": tuple(_past(past, number) for number, past in enumerate(told.attempts, 1)),
    }
    if attempt is None:
        return common
    return {
        **common,
        "transcript": _transcript(conn, attempt.id),
        "slots": attempt.slots,
        "callback_at": attempt.callback_at,
        "never_call": attempt.never_call,
        "notes": tuple(attempt.notes),
        "updates": attempt.updates,
        "tags": tuple(attempt.tags),
        "recording_id": attempt.id if attempt.recording else None,
    }


def _name(fields: dict[str, str]) -> str | None:
    return fields.get("name") or " ".join(filter(None, map(fields.get, ("first_name", "last_name")))) or None


def _attempt(attempt: Row[Any], number: int) -> AttemptTold:
    return AttemptTold(
        id=attempt.id,
        number=number,
        result=attempt.result,
        sip_code=attempt.sip_code,
        q850=attempt.q850,
        trunk=attempt.trunk,
        caller_id=attempt.caller_id,
        dialled_at=attempt.dialled_at,
        answered_at=attempt.answered_at,
        ended_at=attempt.ended_at,
        rang_ms=attempt.rang_ms,
    )


def _past(attempt: Row[Any], number: int) -> PastAttempt:
    verdict = _verdict_of(attempt)
    return PastAttempt(
        id=attempt.id,
        number=number,
        phone=attempt.phone,
        result=attempt.result,
        dialled_at=attempt.dialled_at,
        ended_at=attempt.ended_at,
        number_status=verdict.number_status,
        interest=verdict.interest,
        disposition=verdict.disposition,
    )


def _verdict_of(row: Row[Any]) -> Verdict:
    return _verdict.validate_python(row.verdict) if row.verdict else Verdict()


def _transcript(conn: Connection, attempt_id: str) -> tuple[TurnTold, ...]:
    rows = conn.execute(select(turns.c.turn).where(turns.c.attempt_id == attempt_id).order_by(turns.c.number))
    said = (Turn.model_validate(turn) for turn in rows.scalars())
    return tuple(TurnTold.model_validate(turn, from_attributes=True) for turn in said)


def _script(conn: Connection, script_hash: str | None, variants: dict[str, str] | None = None) -> ScriptTold | None:
    if script_hash is None:
        return None
    name = conn.execute(select(scripts.c.name).where(scripts.c.hash == script_hash)).scalar_one()
    return ScriptTold(hash=script_hash, name=name, variants=variants or {})


def _first_phone(conn: Connection, contact_id: str) -> str | None:
    of_contact = (
        select(phones.c.number)
        .join(contact_phones, contact_phones.c.phone_id == phones.c.id)
        .where(contact_phones.c.contact_id == contact_id)
        .order_by(contact_phones.c.position)
        .limit(1)
    )
    return conn.execute(of_contact).scalar_one_or_none()
