"""Transcripts as text files."""

from datetime import UTC, datetime
from pathlib import Path

from robot.call.messages import Turn
from robot.office.record import AttemptRecord, ContactRecord
from robot.office.transcripts import _transcript
from robot.words import AnsweredBy, Channel, Disposition, FollowUp, Interest, NumberStatus, Person, Verdict


def test_a_transcript_tells_who_said_what_and_what_came_of_it(tmp_path: Path) -> None:
    verdict = Verdict(NumberStatus.VALID, 0.99, AnsweredBy.HUMAN, Person.CONFIRMED, Interest.HOT, Disposition.AGREED)
    turns = (
        Turn(step="greeting", said="Hello Anna!", said_at=900, said_heard_ms=700, said_cut=True,
             heard="yes", intent="affirm", confidence=0.97, speech_start=1500, speech_end=2000),
        Turn(step="offer", said="Shall I book you in?", said_at=61_000, keys="1"),
    )  # fmt: skip
    attempt = AttemptRecord(
        id="a1", phone="+12125550101", result="answered", sip_code=None, q850=None,
        dialled_at=datetime(2026, 3, 1, 12, tzinfo=UTC), answered_at=None, ended_at=None, rang_ms=0, verdict=verdict,
        slots={"callback_at": "2026-03-02T15:00:00+00:00"}, callback_at=None, never_call=False, recording=None,
        variants={}, turns=turns, notes=("Likes red.",), updates={"email": "anna@example.org"}, tags=("vip", "red"),
        follow_ups=(FollowUp(Channel.SMS, "Come!"), FollowUp(Channel.EMAIL, "They are…", "a@b.org", "Prices")),
    )  # fmt: skip
    contact = ContactRecord(
        external_id="C-01", name="Anna", erased=False, phone="+12125550101", zone="UTC", state="closed",
        closed="success", rule="agreed", waiting_until=None, callback_at=None, verdict=verdict, attempts=(attempt,),
    )  # fmt: skip
    lines = _transcript("Spring", contact, attempt).splitlines()
    assert "contact: C-01 Anna" in lines
    assert "verdict: number valid, answered by human, person confirmed, interest hot, conversation agreed" in lines
    assert "learned callback_at: 2026-03-02T15:00:00+00:00" in lines
    assert lines[lines.index("note: Likes red.") : lines.index("")] == [
        "note: Likes red.",
        "proposed: email = anna@example.org",
        "tags: vip, red",
        "to be sent: sms: Come!",
        "to be sent: email to a@b.org: Prices / They are…",
    ]
    assert lines[-4:] == [
        "0:00  robot   Hello Anna!  (cut after 0.7 s)",
        "0:01  caller  yes  [affirm 0.97]",
        "1:01  robot   Shall I book you in?",
        "      caller  pressed 1",
    ]
