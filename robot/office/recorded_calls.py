"""Calls that were had, read from the tables so as to be had again: with whom, what was said, what it came to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from robot.call.greeting import MACHINES
from robot.call.messages import Turn
from robot.campaign.errors import NotPossible
from robot.clock import Clock
from robot.dialog.events import Finish
from robot.settings import Settings
from robot.store.store import Store
from robot.store.tables import attempts, contacts, targets, turns
from robot.words import AnsweredBy, AttemptId, CampaignId, Disposition, FollowUp, Interest, Person, Result, Verdict

__all__ = ["RecordedCall", "Told", "calls_of", "count_calls", "find_call"]

_verdict = TypeAdapter(Verdict)
_follow_ups = TypeAdapter(tuple[FollowUp, ...])
_AT_A_TIME: Final = 200
_LEAST: Final = 6
"""Characters of an id that are enough to look for it by."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the CRM was told of a conversation, or would be."""

    disposition: Disposition | None
    interest: Interest
    person: Person
    never_call: bool
    slots: Mapping[str, str]
    notes: tuple[str, ...]
    updates: Mapping[str, str]
    tags: tuple[str, ...]
    follow_ups: tuple[FollowUp, ...]

    @classmethod
    def of(cls, finish: Finish, answered_by: AnsweredBy) -> "Told":
        """Tell what a conversation came to; as in a call, nobody was talked to where it was an announcement."""
        talked = answered_by is not AnsweredBy.ANNOUNCEMENT
        return cls(
            disposition=finish.disposition if talked else None,
            interest=finish.interest if talked else Interest.UNKNOWN,
            person=finish.person if talked else Person.UNKNOWN,
            never_call=finish.never_call,
            slots=dict(finish.slots),
            notes=finish.notes,
            updates=dict(finish.updates),
            tags=finish.tags,
            follow_ups=finish.follow_ups,
        )

    def lines(self) -> dict[str, str]:
        """Return it for people: what it is → its words."""
        lines = {"disposition": str(self.disposition or "—")}
        lines |= {"interest": str(self.interest), "person": str(self.person)}
        if self.never_call:
            lines["never call"] = "yes"
        lines |= {f"learned {name}": value for name, value in sorted(self.slots.items())}
        lines |= {f"note {number}": note for number, note in enumerate(self.notes, 1)}
        lines |= {f"proposed {name}": value for name, value in sorted(self.updates.items())}
        if self.tags:
            lines["tags"] = ", ".join(self.tags)
        for number, sent in enumerate(self.follow_ups, 1):
            lines[f"{sent.channel} {number}"] = " / ".join(filter(None, (sent.to, sent.subject, sent.text)))
        return lines


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One answered attempt.

    Attributes:
        id: Of the attempt.
        version: Hash of the script that it ran on.
        contact: The contact's fields, as they are now.
        seed: What variants were drawn by.
        zone: The contact's zone.
        began: When it was answered.
        seconds: How long it lasted from then on.
        answered_by: Who or what picked up.
        told: What the CRM was told.
        recording: The WAV, where there was one.
        turns: What was said; empty where nothing was, or where it was deleted.
        forgotten: Why what was said is gone; empty where it is not.
    """

    id: AttemptId
    version: str
    contact: Mapping[str, str]
    seed: str
    zone: ZoneInfo
    began: datetime
    seconds: float
    answered_by: AnsweredBy
    told: Told
    recording: Path | None
    turns: tuple[Turn, ...]
    forgotten: str = ""

    @property
    def machine(self) -> bool:
        """Return whether a machine picked up."""
        return self.answered_by in MACHINES or self.answered_by is AnsweredBy.FAX

    @property
    def empty(self) -> bool:
        """Return whether nothing was said in it, by anybody or anything that a script would answer."""
        return not self.turns and (not self.machine or self.answered_by is AnsweredBy.ANNOUNCEMENT)


def find_call(store: Store, settings: Settings, clock: Clock, attempt_id: str) -> RecordedCall:
    """Find a call by its id, or by the beginning of it.

    Args:
        store: The database.
        settings: For how many days is kept what was said.
        clock: The time.
        attempt_id: Six characters or more.

    Raises:
        NotPossible: There is no such call, or several; it is not over; nobody answered, or nothing was said in it; what
            was said was deleted.
    """
    beginning = attempt_id.strip().lower()
    if len(beginning) < _LEAST:
        raise NotPossible(f"{attempt_id!r} is too short for the id of a call: give {_LEAST} characters or more")
    with store.reading() as conn:
        ids = select(attempts.c.id).where(attempts.c.id.startswith(beginning, autoescape=True)).limit(2)
        found = conn.execute(ids).scalars().all()
        if not found:
            where = "transcripts and recordings have the ids of their calls as names"
            raise NotPossible(f"there is no call {attempt_id!r}; {where}")
        if len(found) > 1:
            raise NotPossible(f"several calls have an id that begins with {attempt_id!r}: give more of it")
        row = conn.execute(_columns().where(attempts.c.id == found[0])).one()
        if row.result is None:
            raise NotPossible(f"the call {row.id} is not over yet")
        if row.result is not Result.ANSWERED:
            raise NotPossible(f"nothing was said in the call {row.id}: it came to {row.result}")
        (call,) = _calls(conn, [row], settings, clock.now())
    if call.forgotten:
        raise NotPossible(f"what was said in the call {call.id} is gone: {call.forgotten}")
    if call.empty:
        raise NotPossible(f"nothing was said in the call {call.id}: it was over before the robot had spoken")
    return call


def calls_of(
    store: Store, settings: Settings, clock: Clock, campaign: CampaignId, *, version: str | None = None
) -> Iterator[RecordedCall]:
    """Give every answered call of a campaign in the order they were made, a page of them in memory.

    Args:
        store: The database; no transaction stays open between two pages.
        settings: For how many days is kept what was said.
        clock: The time.
        campaign: Its id.
        version: Only calls that ran on the script of this hash.
    """
    last = ""
    while True:
        # By the ids, which are in order: by its index, a campaign would be sorted anew for every page.
        page = _columns().where(attempts.c.id > last, *_answered(campaign, version, attempts.c.campaign_id + ""))
        with store.reading() as conn:
            rows = conn.execute(page.order_by(attempts.c.id).limit(_AT_A_TIME)).all()
            calls = _calls(conn, rows, settings, clock.now())
        if not calls:
            return
        last = calls[-1].id
        yield from calls


def count_calls(store: Store, campaign: CampaignId, *, version: str | None = None) -> int:
    """Return how many answered calls a campaign has had, of one version of its script or of all."""
    with store.reading() as conn:
        return conn.execute(select(func.count()).where(*_answered(campaign, version))).scalar_one()


def _answered(
    campaign: CampaignId, version: str | None, of: ColumnElement[str] = attempts.c.campaign_id
) -> list[ColumnElement[bool]]:
    answered = [of == campaign, attempts.c.result == Result.ANSWERED]
    return [*answered, attempts.c.script_hash == version] if version is not None else answered


def _columns() -> Select[Any]:
    return (
        select(attempts, targets.c.tz, contacts.c.fields, contacts.c.erased_at)
        .join(targets, targets.c.id == attempts.c.target_id)
        .join(contacts, contacts.c.id == attempts.c.contact_id)
    )


def _calls(conn: Connection, rows: Sequence[Row[Any]], settings: Settings, now: datetime) -> list[RecordedCall]:
    said = (
        select(turns)
        .where(turns.c.attempt_id.in_([row.id for row in rows]))
        .order_by(turns.c.attempt_id, turns.c.number)
    )
    spoken = {
        attempt: tuple(Turn.model_validate(line.turn) for line in lines)
        for attempt, lines in groupby(conn.execute(said), lambda line: line.attempt_id)
    }
    return [_call(row, spoken.get(row.id, ()), settings.calls.keep_personal_days, now) for row in rows]


def _call(row: Row[Any], said: tuple[Turn, ...], days: int, now: datetime) -> RecordedCall:
    verdict = _verdict.validate_python(row.verdict) if row.verdict else Verdict()
    began = row.answered_at or row.dialled_at or row.claimed_at
    forgotten = ""
    if row.erased_at is not None:
        forgotten = "its contact was erased, with all that was said"
    elif not said and row.finished_at is not None and row.finished_at < now - timedelta(days=days):
        forgotten = f"it is deleted after {days} days (calls.keep_personal_days)"
    return RecordedCall(
        id=AttemptId(row.id),
        version=row.script_hash,
        contact=row.fields,
        seed=row.contact_id,
        zone=ZoneInfo(row.tz),
        began=began,
        seconds=((row.ended_at or began) - began).total_seconds(),
        answered_by=verdict.answered_by,
        told=Told(
            disposition=verdict.disposition,
            interest=verdict.interest,
            person=verdict.person,
            never_call=row.never_call,
            slots=row.slots,
            notes=tuple(row.notes),
            updates=row.updates,
            tags=tuple(row.tags),
            follow_ups=_follow_ups.validate_python(row.follow_ups),
        ),
        recording=Path(row.recording) if row.recording else None,
        turns=said,
        forgotten=forgotten,
    )
