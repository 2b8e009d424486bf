"""Compares what the CRM received, what the import rejected and what the town heard with what the persona file expects.

The robot's database is not looked at: what counts is what the CRM can act on.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from robot.crm.payload import AttemptFinished, CrmEvent, FollowUpRequested, TargetClosed, crm_event
from robot.rehearsal.journal import Entry
from robot.rehearsal.personas import Cast, Customer

__all__ = ["Comparison", "Disagreement", "Reject", "RowOutcome", "compare", "read_events", "read_rejects"]

_Outcome = AttemptFinished | TargetClosed
_AUDIBLE_MS = 300
"""Loud milliseconds from which we say that somebody was heard."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One thing that is not as the persona file expects."""

    what: str
    expected: str
    got: str

    def __str__(self) -> str:
        """Give it as a sentence."""
        return f"{self.what}: expected {self.expected}, got {self.got}"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What came of one row of the contact list.

    Attributes:
        customer: The row.
        disagreements: What is not as expected; empty where all is.
        transcript: The conversation as the CRM has it, a line each.
    """

    customer: Customer
    disagreements: tuple[Disagreement, ...]
    transcript: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether all is as expected."""
        return not self.disagreements


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of a rehearsal.

    Attributes:
        rows: Outcome of each row that was played.
        not_played: Rows left out because the robot cannot hear this language here.
        strangers: Dials of numbers that the contact list does not hold, or that must never be dialled.
    """

    rows: tuple[RowOutcome, ...]
    not_played: tuple[Customer, ...] = ()
    strangers: int = 0

    @property
    def agrees(self) -> bool:
        """Whether every row is as expected, and nobody else was dialled."""
        return not self.strangers and all(row.agrees for row in self.rows)

    def last_line(self) -> str:
        """Say how many verdicts are as expected, and what was not run and why."""
        line = f"{sum(row.agrees for row in self.rows)} of {len(self.rows)} verdicts as expected"
        if self.strangers:
            line += f"; {self.strangers} dials of numbers that nobody asked to call"
        if self.not_played:
            names = ", ".join(customer.name for customer in self.not_played)
            line += f"; not run for want of a recogniser of this language: {names}"
        return line


def read_events(lines: Iterable[Mapping[str, object]]) -> list[CrmEvent]:
    """Read the events that a CRM kept.

    Raises:
        ValueError: One is no event of ours.
    """
    try:
        return [crm_event.validate_python(line) for line in lines]
    except ValidationError as error:
        raise ValueError(f"the CRM received an event that breaks the schema: {error}") from error


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that the import turned away: its number (the header is row 1), and why."""

    row: int
    reason: str


def read_rejects(file: Path | None) -> dict[str, Reject]:
    """Read the rejects file of an import: external id → what was said of its row; empty where there is no file."""
    if file is None or not file.exists():
        return {}
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    return {row["external_id"]: Reject(int(row["row"]), row["reason"]) for row in rows}


def compare(
    cast: Cast,
    events: Sequence[CrmEvent],
    rejects: Mapping[str, Reject],
    journal: Sequence[Entry],
    *,
    speech: bool = True,
) -> Comparison:
    """Compare what came with what the cast expects.

    Args:
        cast: The persona file.
        events: What the CRM received.
        rejects: External id → what the import said of a row that it turned away.
        journal: What the town's people saw and heard.
        speech: Whether rows that need a robot that hears were played.
    """
    by_id: dict[str, list[CrmEvent]] = defaultdict(list)
    for event in events:
        by_id[event.contact.external_id or ""].append(event)
    played = cast.played(speech=speech)
    notes: dict[str, list[Entry]] = defaultdict(list)
    for entry in journal:
        notes[str(entry["row"])].append(entry)
    rows = []
    for number, customer in enumerate(played, start=2):
        told = sorted(by_id[customer.contact.external_id], key=lambda event: event.sequence)
        row = _Row(cast, customer, number, told, rejects.get(customer.contact.external_id), notes[customer.name])
        rows.append(RowOutcome(customer, tuple(row.disagreements()), tuple(_transcript(told))))
    left_out = tuple(customer for customer in cast.customers if customer not in played)
    strangers = sum(entry["what"] == "dialled" for entry in notes["stranger"])
    return Comparison(tuple(rows), left_out, strangers)


@dataclass(frozen=True, slots=True)
class _Row:
    cast: Cast
    customer: Customer
    number: int
    events: Sequence[CrmEvent]
    rejected: Reject | None
    notes: Sequence[Entry]

    @property
    def _outcomes(self) -> Sequence[_Outcome]:
        """The events that tell what calls came to; a promise to send something tells nothing of it."""
        return _outcomes(self.events)

    def disagreements(self) -> Iterator[Disagreement]:
        expect = self.customer.expect
        if expect.rejected or self.rejected:
            yield from self._import()
            return
        if not self.events and expect.closed == "open" and not expect.results:
            return
        if not self._outcomes:
            yield Disagreement("events", "some", "none: the CRM never heard of this contact")
            return
        yield from self._sequence()
        yield from self._closed()
        yield from self._results()
        yield from self._verdict()
        yield from self._callback()
        yield from self._in_town()

    def _import(self) -> Iterator[Disagreement]:
        wanted, got = self.customer.expect.rejected, self.rejected
        if wanted is None or got is None or wanted not in got.reason or got.row != self.number:
            expected = f"rejected at row {self.number}: …{wanted}…" if wanted else "accepted"
            yield Disagreement("import", expected, f"rejected at row {got.row}: {got.reason}" if got else "accepted")
        if self.events or self.notes:
            yield Disagreement("a rejected row", "nothing more", "events or dials")

    def _sequence(self) -> Iterator[Disagreement]:
        got = [event.sequence for event in self.events]
        yield from _differ("sequence of events", _listed(range(1, len(got) + 1)), _listed(got))

    def _closed(self) -> Iterator[Disagreement]:
        if self.customer.expect.closed is not None:
            closed = [event.closed.reason for event in self.events if isinstance(event, TargetClosed)]
            yield from _differ("closed", self.customer.expect.closed, _listed(closed) if closed else "open")

    def _results(self) -> Iterator[Disagreement]:
        results = self.customer.expect.results
        if results is None:
            return
        got = [event.attempt.result for event in self.events if isinstance(event, AttemptFinished)]
        yield from _differ("results", _listed(results), _listed(got))
        dials = sum(entry["what"] == "dialled" for entry in self.notes)
        yield from _differ("dials that the town saw", str(len(results)), str(dials))

    def _verdict(self) -> Iterator[Disagreement]:
        expect, verdict = self.customer.expect, self._outcomes[-1].verdict
        for name in ("number_status", "answered_by", "person", "interest", "disposition"):
            wanted = getattr(expect, name)
            if wanted is not None:
                yield from _differ(name, wanted, getattr(verdict, name) or "none")

    def _callback(self) -> Iterator[Disagreement]:
        expect, last = self.customer.expect.callback, self._outcomes[-1]
        if expect is None:
            return
        zone = ZoneInfo(self.customer.contact.zone or self.cast.zone)
        day, _, hour = expect.partition(" ")
        wanted = last.occurred_at.astimezone(zone).date() + timedelta(days=day == "tomorrow")
        got = last.callback_at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if last.callback_at else "none"
        yield from _differ("callback", f"{wanted} {hour}", got)

    def _in_town(self) -> Iterator[Disagreement]:
        expect = self.customer.expect
        if expect.operator:
            customer = max((_number(entry) for entry in self.notes if entry["what"] == "parted"), default=0)
            operator = max((_number(entry) for entry in self.notes if entry["what"] == "operator"), default=0)
            if min(customer, operator) < _AUDIBLE_MS:
                got = f"the customer heard {customer} ms, the operator {operator} ms"
                yield Disagreement("operator", "both hear each other", got)
        if expect.yields_within is not None:
            times = [ms for entry in self.notes if entry["what"] == "talked" for ms in _numbers(entry)]
            if not times or max(times) > expect.yields_within:
                got = f"{_listed(times)} ms" if times else "never talked over"
                yield Disagreement("falls silent when talked over", f"within {expect.yields_within} ms", got)


def _differ(what: str, expected: str, got: str) -> Iterator[Disagreement]:
    if expected != got:
        yield Disagreement(what, str(expected), str(got))


def _listed(things: Iterable[object]) -> str:
    return ", ".join(map(str, things)) or "none"


def _number(entry: Entry) -> int:
    heard = entry.get("heard_ms")
    return heard if isinstance(heard, int) else 0


def _numbers(entry: Entry) -> list[int]:
    times = entry.get("yielded_ms")
    return [ms for ms in times if isinstance(ms, int)] if isinstance(times, list) else []


def _outcomes(events: Sequence[CrmEvent]) -> Sequence[_Outcome]:
    return [event for event in events if not isinstance(event, FollowUpRequested)]


def _transcript(events: Sequence[CrmEvent]) -> Iterator[str]:
    """Give the last conversation that there was."""
    turns = next((event.transcript for event in reversed(_outcomes(events)) if event.transcript), ())
    for turn in turns:
        if turn.said:
            yield f"robot ({turn.step}{', cut' if turn.said_cut else ''}): {turn.said}"
        if turn.heard or turn.keys:
            heard = " + ".join(part for part in (turn.heard, turn.keys and f"keys {turn.keys}") if part)
            yield f"customer: {heard} [{turn.intent or 'no intent'} {turn.confidence:.2f}]"
