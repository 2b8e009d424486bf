"""What the CRM is told stands in the tables, once, and follows the schemas that are published."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import Connection, select

from robot.call.messages import Turn
from robot.crm.events import enqueue_attempt_finished, enqueue_follow_ups, enqueue_target_closed
from robot.crm.payload import AttemptFinished, CrmEvent, FollowUpRequested, TargetClosed, crm_event, json_schema
from robot.store.outbox import outbox
from robot.store.store import Store
from robot.words import (
    AnsweredBy,
    AttemptId,
    Closed,
    Disposition,
    Evidence,
    EvidenceKind,
    Interest,
    NumberStatus,
    Person,
    Result,
    TargetId,
    Verdict,
)
from tests.robot.crm.book import NOON, Book

SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"
BUSY = Verdict(
    number_status=NumberStatus.VALID,
    confidence=0.8,
    evidence=(Evidence(EvidenceKind.SIP, "486", NumberStatus.VALID),),
)
HOT = Verdict(
    number_status=NumberStatus.VALID,
    confidence=0.99,
    answered_by=AnsweredBy.HUMAN,
    person=Person.CONFIRMED,
    interest=Interest.HOT,
    disposition=Disposition.TRANSFERRED,
    evidence=(Evidence(EvidenceKind.SPEECH, "answered_by=human", NumberStatus.VALID),),
)
TALK = (
    Turn(step="greeting", said="Hello, is it convenient?", said_at=200, heard="yes", intent="affirm", confidence=0.97),
    Turn(step="offer", said="Shall I book you?", said_cut=True, keys="1", intent="affirm", confidence=1.0),
)


@pytest.fixture
def conn(store: Store) -> Iterator[Connection]:
    with store.writing() as opened:
        yield opened


def told(conn: Connection, event_id: str) -> Any:
    payload = conn.execute(select(outbox.c.payload).where(outbox.c.id == event_id)).scalar_one()
    return json.loads(payload)


def talked(book: Book, **closing: Any) -> tuple[TargetId, AttemptId, AttemptId]:
    """Return a target that was busy, then hot."""
    target = book.target("C-17", "+442079460017", {"first_name": "Anna", "last_name": "Reed"}, **closing)
    busy = book.attempt(target, Result.BUSY, BUSY, sip_code=486, q850=17, rang_ms=0)
    hot = book.attempt(
        target,
        Result.ANSWERED,
        HOT,
        said=TALK,
        recording="data/recordings/x.wav",
        variants={"offer": "gift"},
        slots={"guests": "4"},
        callback_at=NOON + timedelta(days=1),
        rang_ms=5400,
        caller_id="+442079460000",
        notes=["Likes red"],
        updates={"email": "anna@example.org"},
        tags=["vip"],
        follow_ups=[
            {"channel": "sms", "text": "Come", "to": None, "subject": None},
            {"channel": "email", "text": "Our prices: …", "to": "anna@example.org", "subject": "Prices"},
        ],
    )
    return target, busy, hot


def test_a_busy_dial_is_told(conn: Connection) -> None:
    book = Book(conn)
    _, busy, _ = talked(book)
    event = told(conn, enqueue_attempt_finished(conn, busy, NOON))
    assert event["type"] == "attempt.finished"
    assert event["attempt"]["result"] == "busy"
    assert event["attempt"]["sip_code"] == 486
    assert event["verdict"]["evidence"] == [{"kind": "sip", "value": "486", "points_to": "valid"}]
    assert event["transcript"] == []
    assert event["recording_id"] is None


def test_a_conversation_is_told_whole(conn: Connection) -> None:
    book = Book(conn)
    target, busy, hot = talked(book)
    event = told(conn, enqueue_attempt_finished(conn, hot, NOON))
    assert event["occurred_at"] == "2026-11-23T12:00:00Z"
    assert event["campaign"] == {"id": book.campaign, "name": "Winter guests"}
    assert event["contact"]["external_id"] == "C-17"
    assert event["contact"]["name"] == "Anna Reed"
    assert event["phone"] == "+442079460017"
    assert event["target_id"] == target
    assert event["verdict"]["interest"] == "hot"
    assert event["attempt"]["number"] == 2
    assert event["attempt"]["caller_id"] == "+442079460000"
    assert [turn["heard"] or turn["keys"] for turn in event["transcript"]] == ["yes", "1"]
    assert event["slots"] == {"guests": "4"}
    assert (event["notes"], event["tags"]) == (["Likes red"], ["vip"])
    assert event["updates"] == {"email": "anna@example.org"}
    assert event["callback_at"] == "2026-11-24T12:00:00Z"
    assert event["recording_id"] == hot, "an id, not a path of our machine"
    assert event["script"] == {"hash": book.script, "name": "return.en", "variants": {"offer": "gift"}}
    assert [(past["id"], past["number"], past["result"]) for past in event["history"]] == [
        (busy, 1, "busy"),
        (hot, 2, "answered"),
    ]


def test_a_closed_target_tells_the_attempt_that_decided_and_all_others(conn: Connection) -> None:
    book = Book(conn)
    target, _, hot = talked(book, closed=Closed.SUCCESS, verdict=HOT)
    book.attempt(target, Result.NO_ANSWER, BUSY)
    event = told(conn, enqueue_target_closed(conn, target, NOON))
    assert event["closed"] == {"reason": "success", "rule": None}
    assert event["attempt"]["id"] == hot
    assert event["transcript"][0]["said"] == "Hello, is it convenient?"
    assert [past["number"] for past in event["history"]] == [1, 2, 3]


def test_what_was_promised_is_asked_for_one_by_one(conn: Connection) -> None:
    book = Book(conn)
    target, busy, hot = talked(book)
    assert enqueue_follow_ups(conn, busy, NOON) == []
    sms, email = (told(conn, event_id) for event_id in enqueue_follow_ups(conn, hot, NOON))
    assert (sms["type"], sms["sequence"], email["sequence"]) == ("follow_up.requested", 1, 2)
    assert (sms["target_id"], sms["phone"], sms["contact"]["external_id"]) == (target, "+442079460017", "C-17")
    assert (sms["attempt"]["id"], sms["attempt"]["number"], sms["script"]["name"]) == (hot, 2, "return.en")
    assert [(sent["channel"], sent["to"], sent["text"], sent["subject"]) for sent in (sms, email)] == [
        ("sms", "+442079460017", "Come", None),
        ("email", "anna@example.org", "Our prices: …", "Prices"),
    ]


@pytest.mark.parametrize(
    ("channel", "fields", "to"),
    [
        ("sms", {"email": "anna@example.org"}, "+442079460021"),
        ("email", {"email": "anna@example.org"}, "anna@example.org"),
        ("email", {}, None),
        ("email", {"email": ""}, None),
    ],
)
def test_without_a_named_address_it_goes_where_the_contact_is(
    conn: Connection, channel: str, fields: dict[str, str], to: str | None
) -> None:
    book = Book(conn)
    promised = [{"channel": channel, "text": "Come", "to": None, "subject": None}]
    attempt = book.attempt(book.target("C-21", "+442079460021", fields), Result.ANSWERED, HOT, follow_ups=promised)
    (event_id,) = enqueue_follow_ups(conn, attempt, NOON)
    assert told(conn, event_id)["to"] == to


def test_a_target_that_was_never_dialled_is_told(conn: Connection) -> None:
    book = Book(conn)
    target = book.target("C-18", "+442079460018", closed=Closed.NOT_ALLOWED, rule="do_not_call")
    event = told(conn, enqueue_target_closed(conn, target, NOON))
    assert event["closed"] == {"reason": "not_allowed", "rule": "do_not_call"}
    assert event["attempt"] is None
    assert event["history"] == []
    assert event["phone"] == "+442079460018"
    assert event["verdict"]["number_status"] == "unknown"


def test_events_of_a_contact_are_numbered_and_those_of_others_are_not_counted(conn: Connection) -> None:
    book = Book(conn)
    target, busy, hot = talked(book, closed=Closed.SUCCESS, verdict=HOT)
    other = book.target("C-19", "+442079460019", closed=Closed.STOPPED)
    ids = [
        enqueue_attempt_finished(conn, busy, NOON),
        enqueue_target_closed(conn, other, NOON),
        enqueue_attempt_finished(conn, hot, NOON),
        enqueue_target_closed(conn, target, NOON),
    ]
    assert [told(conn, event_id)["sequence"] for event_id in ids] == [1, 1, 2, 3]


def test_what_is_not_over_cannot_be_told(conn: Connection) -> None:
    book = Book(conn)
    target = book.target("C-20", "+442079460020")
    open_attempt = book.attempt(target, None)
    with pytest.raises(LookupError, match="no result yet"):
        enqueue_attempt_finished(conn, open_attempt, NOON)
    with pytest.raises(LookupError, match="no result yet"):
        enqueue_follow_ups(conn, open_attempt, NOON)
    with pytest.raises(LookupError, match="not closed"):
        enqueue_target_closed(conn, target, NOON)
    with pytest.raises(LookupError, match="no attempt"):
        enqueue_attempt_finished(conn, AttemptId("x"), NOON)
    with pytest.raises(LookupError, match="no target"):
        enqueue_target_closed(conn, TargetId("x"), NOON)


def test_an_undone_transaction_tells_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.writing() as conn:
        _, busy, _ = talked(Book(conn))
        enqueue_attempt_finished(conn, busy, NOON)
        raise RuntimeError
    with store.reading() as conn:
        assert conn.execute(select(outbox.c.id)).all() == []


@pytest.mark.parametrize("event", [AttemptFinished, TargetClosed, FollowUpRequested])
def test_the_published_schemas_are_current(event: type[CrmEvent]) -> None:
    name = event.model_fields["type"].default
    published = json.loads((SCHEMAS / f"{name}.json").read_text())
    assert published == json_schema(event), "run: python -m robot.crm.payload docs/schemas"
    Draft202012Validator.check_schema(published)


def test_what_is_sent_and_the_examples_follow_the_schemas(conn: Connection) -> None:
    book = Book(conn)
    target, busy, hot = talked(book, closed=Closed.SUCCESS, verdict=HOT)
    never = book.target("C-18", "+442079460018", closed=Closed.NOT_ALLOWED, rule="do_not_call")
    sent = [
        told(conn, enqueue_attempt_finished(conn, busy, NOON)),
        told(conn, enqueue_attempt_finished(conn, hot, NOON)),
        told(conn, enqueue_target_closed(conn, target, NOON)),
        told(conn, enqueue_target_closed(conn, never, NOON)),
        *(told(conn, event_id) for event_id in enqueue_follow_ups(conn, hot, NOON)),
    ]
    examples = [json.loads(path.read_text()) for path in sorted((SCHEMAS / "examples").glob("*.json"))]
    assert len(examples) == 4
    assert {example["type"] for example in examples} == {event["type"] for event in sent}
    for event in sent + examples:
        schema = json.loads((SCHEMAS / f"{event['type']}.json").read_text())
        validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
        assert [error.message for error in validator.iter_errors(event)] == []
        assert crm_event.validate_python(event).model_dump(mode="json") == event, "no key that the models do not know"
