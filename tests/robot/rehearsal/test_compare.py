"""What counts as agreement: a rehearsal that went well agrees, and whatever is changed in the expectations does not."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from robot.crm.payload import AttemptFinished, CrmEvent, FollowUpRequested, TargetClosed
from robot.rehearsal.compare import Comparison, Reject, compare, read_events, read_rejects
from robot.rehearsal.journal import Entry, Journal, read_lines
from robot.rehearsal.personas import Cast, load_cast
from robot.rehearsal.stage import PERSONAS
from robot.words import Closed, Result, Verdict

NOW = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
CAST = load_cast(PERSONAS / "return.en.yaml")


def events_of(cast: Cast) -> list[CrmEvent]:
    """The events that a robot would send that did all right."""
    events: list[CrmEvent] = []
    for customer in cast.customers:
        expect = customer.expect
        if expect.rejected:
            continue
        verdict = {
            name: getattr(expect, name)
            for name in ("number_status", "answered_by", "person", "interest", "disposition")
            if getattr(expect, name)
        }
        common = {
            "occurred_at": NOW, "campaign": {"id": "k", "name": "k"}, "target_id": "t", "phone": customer.number,
            "contact": {"id": customer.name, "external_id": customer.contact.external_id, "name": "x"},
            "script": None, "callback_at": NOW + timedelta(hours=23.5) if expect.callback else None,
        }  # fmt: skip
        results = expect.results or ()
        for number, result in enumerate(results, 1):
            last = number == len(results)
            attempt = {
                "id": "a", "number": number, "result": result, "sip_code": None, "q850": None, "trunk": "town",
                "caller_id": None, "dialled_at": NOW, "answered_at": None, "ended_at": NOW, "rang_ms": 0,
            }  # fmt: skip
            turns = [{"step": "greeting", "said": "Hello", "said_cut": True, "said_at": 0, "heard": "yes",
                      "speech_start": 1, "speech_end": 2, "keys": "", "intent": "affirm",
                      "confidence": 0.9}]  # fmt: skip
            event = {**common, "id": f"{customer.name}-{number}", "sequence": number, "attempt": attempt,
                     "verdict": verdict if last else Verdict(), "transcript": turns}  # fmt: skip
            events.append(AttemptFinished.model_validate(event))
        if expect.closed != "open":
            closed = {**common, "id": f"{customer.name}-closed", "sequence": len(results) + 1, "attempt": None,
                      "verdict": verdict, "closed": {"reason": expect.closed, "rule": None}}  # fmt: skip
            events.append(TargetClosed.model_validate(closed))
    return events


def journal_of(cast: Cast) -> list[Entry]:
    """What the town's people would have seen then."""
    entries: list[Entry] = []
    for customer in cast.customers:
        entries += [{"what": "dialled", "row": customer.name} for _ in customer.expect.results or ()]
        if customer.expect.operator:
            entries += [{"what": what, "row": customer.name, "heard_ms": 2000} for what in ("parted", "operator")]
        if customer.expect.yields_within:
            entries.append({"what": "talked", "row": customer.name, "yielded_ms": [240, 260]})
    return entries


def dialled(row: str) -> Entry:
    return {"what": "dialled", "row": row}


REJECTS = {"C-22": Reject(23, "duplicate of row 2: the same phone"), "C-23": Reject(24, "it is too short")}


def compared(
    cast: Cast = CAST,
    events: Sequence[CrmEvent] | None = None,
    journal: Sequence[Entry] | None = None,
    rejects: dict[str, Reject] | None = None,
) -> Comparison:
    return compare(
        cast,
        events_of(CAST) if events is None else events,
        REJECTS if rejects is None else rejects,
        journal_of(CAST) if journal is None else journal,
    )


def failing(comparison: Comparison) -> dict[str, list[str]]:
    return {row.customer.name: [one.what for one in row.disagreements] for row in comparison.rows if not row.agrees}


def test_a_rehearsal_that_went_well_agrees() -> None:
    comparison = compared()
    assert failing(comparison) == {}
    assert comparison.agrees
    assert comparison.last_line() == "24 of 24 verdicts as expected"


OTHER = {
    "closed": Closed.STOPPED, "results": (Result.UNKNOWN,), "number_status": "unknown", "answered_by": "fax",
    "person": "moved_away", "interest": "unknown", "disposition": "abusive", "callback": "tomorrow 16:00",
    "yields_within": 100,
}  # fmt: skip
SET = [
    (customer.name, field)
    for customer in CAST.customers
    for field in OTHER
    if getattr(customer.expect, field) is not None
]


@pytest.mark.parametrize(("name", "field"), SET)
def test_changing_any_expectation_makes_a_disagreement(name: str, field: str) -> None:
    rows = tuple(
        customer.model_copy(update={"expect": customer.expect.model_copy(update={field: OTHER[field]})})
        if customer.name == name
        else customer
        for customer in CAST.customers
    )
    comparison = compared(CAST.model_copy(update={"customers": rows}))
    assert list(failing(comparison)) == [name]
    assert not comparison.agrees
    assert comparison.last_line() == "23 of 24 verdicts as expected"


def test_a_disagreement_says_what_was_expected_and_shows_the_conversation() -> None:
    events = [
        event.model_copy(update={"verdict": Verdict()}) if event.contact.external_id == "C-01" else event
        for event in events_of(CAST)
    ]
    row = compared(events=events).rows[0]
    assert str(row.disagreements[0]) == "number_status: expected valid, got unknown"
    assert row.transcript == ("robot (greeting, cut): Hello", "customer: yes [affirm 0.90]")


def with_promises(events: Sequence[CrmEvent]) -> list[CrmEvent]:
    """The same calls, in each of which the robot promised an SMS; it is asked for after all that is told of a contact.

    A robot asks before it tells that a contact is closed; last of all is where it would confuse most.
    """
    promised: dict[str, FollowUpRequested] = {}
    for event in events:
        told = event.model_dump(include=set(FollowUpRequested.model_fields) - {"type"})
        asked = {"channel": "sms", "to": None, "text": "Come", "subject": None}
        if told["attempt"] is None:
            told["attempt"] = promised[event.contact.id].attempt if event.contact.id in promised else None
        if told["attempt"] is not None:
            again = {**told, **asked, "id": f"{event.id}-sms", "sequence": event.sequence + 1}
            promised[event.contact.id] = FollowUpRequested.model_validate(again)
    return [*events, *promised.values()]


def test_a_promise_to_send_something_changes_no_verdict() -> None:
    events = with_promises(events_of(CAST))
    assert len(events) > len(events_of(CAST))
    comparison = compared(events=events)
    assert failing(comparison) == {}
    assert comparison.rows[0].transcript == compared().rows[0].transcript


def test_a_promise_is_counted_among_the_events_that_came() -> None:
    events = [
        event.model_copy(update={"sequence": 9}) if isinstance(event, FollowUpRequested) else event
        for event in with_promises(events_of(CAST))
    ]
    assert {"sequence of events"} == {what for row in failing(compared(events=events)).values() for what in row}


def test_a_promise_alone_tells_nothing_of_the_contact() -> None:
    events = [event for event in with_promises(events_of(CAST)) if isinstance(event, FollowUpRequested)]
    assert failing(compared(events=events))["says-no"] == ["events"]


def test_a_contact_that_the_crm_never_heard_of_is_a_disagreement() -> None:
    events = [event for event in events_of(CAST) if event.contact.external_id != "C-16"]
    assert failing(compared(events=events)) == {"no-such-number": ["events"]}


def test_a_lost_event_is_a_disagreement() -> None:
    events = [event for event in events_of(CAST) if event.id != "busy-then-reached-1"]
    assert set(failing(compared(events=events))["busy-then-reached"]) == {"sequence of events", "results"}


def test_a_dial_that_the_crm_was_not_told_of_is_a_disagreement() -> None:
    journal = [*journal_of(CAST), dialled("says-no")]
    assert failing(compared(journal=journal)) == {"says-no": ["dials that the town saw"]}


def test_dialling_the_do_not_call_list_is_a_disagreement() -> None:
    journal = [*journal_of(CAST), dialled("do-not-call-list")]
    assert failing(compared(journal=journal)) == {"do-not-call-list": ["dials that the town saw"]}


def test_dialling_somebody_else_is_never_agreement() -> None:
    comparison = compared(journal=[*journal_of(CAST), dialled("stranger")])
    assert not comparison.agrees
    assert comparison.last_line().endswith("1 dials of numbers that nobody asked to call")


def test_a_transfer_where_one_side_heard_nothing_is_a_disagreement() -> None:
    journal = [{**entry, "heard_ms": 0} if entry["what"] == "operator" else entry for entry in journal_of(CAST)]
    assert failing(compared(journal=journal)) == {"details-price-operator": ["operator"]}


@pytest.mark.parametrize(
    "rejects",
    [
        {},
        {**REJECTS, "C-22": Reject(23, "the phone is on the moon")},
        {**REJECTS, "C-22": Reject(22, "duplicate of row 2")},
    ],
    ids=["accepted", "another reason", "another row"],
)
def test_the_import_must_have_rejected_the_row_for_the_reason(rejects: dict[str, Reject]) -> None:
    assert "duplicate" in failing(compared(rejects=rejects))


def test_a_good_row_that_was_rejected_is_a_disagreement() -> None:
    assert "says-no" in failing(compared(rejects={**REJECTS, "C-04": Reject(5, "no")}))


def test_the_rejects_file_of_an_import_is_read(tmp_path: Path) -> None:
    file = tmp_path / "rejects.csv"
    file.write_text("external_id,phone,row,reason\nC-22,1,23,duplicate of row 2\n", "utf-8-sig")
    assert read_rejects(file) == {"C-22": Reject(23, "duplicate of row 2")}
    assert read_rejects(None) == read_rejects(tmp_path / "none.csv") == {}


def test_an_event_that_breaks_the_schema_is_said_so() -> None:
    with pytest.raises(ValueError, match="breaks the schema"):
        read_events([{"id": "x"}])


def test_a_journal_cut_short_in_the_middle_of_a_line_is_read_up_to_there(tmp_path: Path) -> None:
    file = tmp_path / "town.jsonl"
    Journal(file).write("dialled", "anna", number=1)
    with file.open("a") as cut:
        cut.write('{"what": "dia')
    assert [entry["row"] for entry in read_lines(file)] == ["anna"]
