"""How a number is judged: one test a row of the table, then what holds for whatever is seen."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.call.machine import Announcement, AnnouncementKind
from robot.call.verdict import Again, Seen, dial_again, judge, judge_number, result_of
from robot.dialog.events import Finish
from robot.words import AnsweredBy, Disposition, Evidence, EvidenceKind, Interest, NumberStatus, Person, Result
from telephony.line import Ended, EndedBy
from telephony.tones import ToneKind

VALID, INVALID = NumberStatus.VALID, NumberStatus.INVALID
UNREACHABLE, UNKNOWN = NumberStatus.UNREACHABLE, NumberStatus.UNKNOWN
STRONGEST_FIRST = list(EvidenceKind)


@dataclass(frozen=True, slots=True)
class Heard:
    """A tone, as far as verdicts look at it."""

    kind: str


def unanswered(
    sip: int | None = None, q850: int | None = None, *, rang: float = 0.0, said: AnnouncementKind | None = None,
    tone: str | None = None, by: EndedBy = EndedBy.PEER, early_media: bool = False,
) -> Seen:  # fmt: skip
    return Seen(
        Ended(1.0, by, answered=False, sip_code=sip, q850=q850, rang=rang),
        announcement=Announcement(said) if said else None,
        tones=(Heard(tone),) if tone else (),
        early_media=early_media,
    )


def answered(
    who: AnsweredBy = AnsweredBy.HUMAN, finish: Finish | None = None, *, said: AnnouncementKind | None = None
) -> Seen:
    ended = Ended(9.0, EndedBy.US, answered=True, rang=4.0)
    return Seen(ended, announcement=Announcement(said) if said else None, answered_by=who, finish=finish)


A = AnnouncementKind
ROWS = [
    # announcement "not in service / dialled wrong / changed"; Q.850 1, 22
    (unanswered(404, said=A.NOT_IN_SERVICE), INVALID, Again.NEVER, Result.INVALID_NUMBER),
    (unanswered(480, said=A.DIALLED_WRONG), INVALID, Again.NEVER, Result.INVALID_NUMBER),
    (unanswered(said=A.CHANGED, by=EndedBy.US), INVALID, Again.NEVER, Result.INVALID_NUMBER),
    (unanswered(404, 1), INVALID, Again.NEVER, Result.INVALID_NUMBER),
    (unanswered(410, 22), INVALID, Again.NEVER, Result.INVALID_NUMBER),
    # codes that say invalid, and nothing else said
    (unanswered(404), INVALID, Again.ANOTHER_DAY_ONCE, Result.INVALID_NUMBER),
    (unanswered(410), INVALID, Again.ANOTHER_DAY_ONCE, Result.INVALID_NUMBER),
    (unanswered(484), INVALID, Again.ANOTHER_DAY_ONCE, Result.INVALID_NUMBER),
    (unanswered(604), INVALID, Again.ANOTHER_DAY_ONCE, Result.INVALID_NUMBER),
    (unanswered(484, 28), INVALID, Again.ANOTHER_DAY_ONCE, Result.INVALID_NUMBER),
    (unanswered(tone=ToneKind.SIT_VACANT), INVALID, Again.ANOTHER_DAY_ONCE, Result.INVALID_NUMBER),
    (unanswered(tone=ToneKind.SIT_INTERCEPT), INVALID, Again.ANOTHER_DAY_ONCE, Result.INVALID_NUMBER),
    # nobody to be had now
    (unanswered(480), UNREACHABLE, Again.NEXT_DAY, Result.UNREACHABLE),
    (unanswered(480, 18), UNREACHABLE, Again.NEXT_DAY, Result.UNREACHABLE),
    (unanswered(480, 20), UNREACHABLE, Again.NEXT_DAY, Result.UNREACHABLE),
    (unanswered(502, 27), UNREACHABLE, Again.NEXT_DAY, Result.UNREACHABLE),
    (unanswered(480, said=A.SWITCHED_OFF), UNREACHABLE, Again.NEXT_DAY, Result.UNREACHABLE),
    (unanswered(403, said=A.BLOCKED), UNREACHABLE, Again.NEXT_DAY, Result.UNREACHABLE),
    # it rang, or somebody was busy or refused
    (unanswered(rang=30.0, by=EndedBy.US), VALID, Again.BY_POLICY, Result.NO_ANSWER),
    (unanswered(487, rang=30.0, by=EndedBy.US), VALID, Again.BY_POLICY, Result.NO_ANSWER),
    (unanswered(480, rang=30.0), VALID, Again.BY_POLICY, Result.NO_ANSWER),
    (unanswered(480, 18, rang=30.0), VALID, Again.BY_POLICY, Result.NO_ANSWER),
    (unanswered(408, rang=30.0), VALID, Again.BY_POLICY, Result.NO_ANSWER),
    (unanswered(486), VALID, Again.BY_POLICY, Result.BUSY),
    (unanswered(600, rang=3.0), VALID, Again.BY_POLICY, Result.BUSY),
    (unanswered(486, 17), VALID, Again.BY_POLICY, Result.BUSY),
    (unanswered(480, 19, rang=30.0), VALID, Again.BY_POLICY, Result.NO_ANSWER),
    (unanswered(603, rang=5.0), VALID, Again.BY_POLICY, Result.REJECTED),
    (unanswered(603, 21, rang=5.0), VALID, Again.BY_POLICY, Result.REJECTED),
    (unanswered(480, said=A.BUSY), VALID, Again.BY_POLICY, Result.BUSY),
    (unanswered(480, said=A.NO_ANSWER), VALID, Again.BY_POLICY, Result.NO_ANSWER),
    # refused unheard
    (unanswered(403), UNKNOWN, Again.ONCE, Result.REJECTED),
    (unanswered(603), UNKNOWN, Again.ONCE, Result.REJECTED),
    (unanswered(603, 21), UNKNOWN, Again.ONCE, Result.REJECTED),
    (unanswered(603, said=A.CALLS_BARRED), UNKNOWN, Again.ONCE, Result.REJECTED),
    (unanswered(607), UNKNOWN, Again.NEVER, Result.REJECTED),
    (unanswered(607, 21), UNKNOWN, Again.NEVER, Result.REJECTED),
    # the trunk's fault, or ours
    (unanswered(487), UNKNOWN, Again.MINUTES, Result.TRUNK_FAILED),
    (unanswered(488), UNKNOWN, Again.MINUTES, Result.TRUNK_FAILED),
    (unanswered(408), UNKNOWN, Again.MINUTES, Result.TRUNK_FAILED),
    (unanswered(500), UNKNOWN, Again.MINUTES, Result.TRUNK_FAILED),
    (unanswered(503, 34), UNKNOWN, Again.MINUTES, Result.TRUNK_FAILED),
    (unanswered(503, 38), UNKNOWN, Again.MINUTES, Result.TRUNK_FAILED),
    (unanswered(503, 41), UNKNOWN, Again.MINUTES, Result.TRUNK_FAILED),
    (unanswered(503, 42), UNKNOWN, Again.MINUTES, Result.TRUNK_FAILED),
    (unanswered(500, 127), UNKNOWN, Again.MINUTES, Result.TRUNK_FAILED),
    (unanswered(402), UNKNOWN, Again.MINUTES, Result.TRUNK_FAILED),
    (unanswered(503, said=A.CIRCUITS_BUSY), UNKNOWN, Again.MINUTES, Result.TRUNK_FAILED),
    (unanswered(tone=ToneKind.SIT_NO_CIRCUIT), UNKNOWN, Again.MINUTES, Result.TRUNK_FAILED),
    (unanswered(by=EndedBy.FAILURE), UNKNOWN, Again.MINUTES, Result.TRUNK_FAILED),
    (unanswered(by=EndedBy.US), UNKNOWN, Again.MINUTES, Result.TRUNK_FAILED),
    (unanswered(by=EndedBy.US, early_media=True), UNKNOWN, Again.BY_POLICY, Result.NO_ANSWER),
    # answered
    (answered(), VALID, Again.BY_DISPOSITION, Result.ANSWERED),
    (answered(AnsweredBy.VOICEMAIL), VALID, Again.BY_DISPOSITION, Result.ANSWERED),
    (answered(AnsweredBy.FAX), VALID, Again.BY_DISPOSITION, Result.ANSWERED),
    (answered(AnsweredBy.UNKNOWN), VALID, Again.BY_DISPOSITION, Result.ANSWERED),
    (answered(AnsweredBy.ANNOUNCEMENT, said=A.NOT_IN_SERVICE), INVALID, Again.NEVER, Result.INVALID_NUMBER),
    (answered(AnsweredBy.ANNOUNCEMENT, said=A.SWITCHED_OFF), UNREACHABLE, Again.NEXT_DAY, Result.UNREACHABLE),
    (answered(AnsweredBy.ANNOUNCEMENT), UNKNOWN, Again.BY_DISPOSITION, Result.ANSWERED),
]  # fmt: skip


@pytest.mark.parametrize(("seen", "status", "again", "result"), ROWS)
def test_a_row_of_the_table(seen: Seen, status: NumberStatus, again: Again, result: Result) -> None:
    judged, confidence, evidence = judge_number(seen)
    assert judged is status
    assert dial_again(seen) is again
    assert result_of(seen) is result
    assert (confidence > 0) is (status is not UNKNOWN)
    assert not evidence or evidence[0].points_to is status


def test_a_code_alone_is_less_than_a_cause_or_words() -> None:
    code, cause, words = (
        judge_number(s)[1] for s in (unanswered(404), unanswered(404, 1), unanswered(404, said=A.NOT_IN_SERVICE))
    )
    assert code <= 0.5
    assert cause > 0.9
    assert words > 0.9


def test_a_cause_that_only_says_cleared_says_nothing() -> None:
    status, _, evidence = judge_number(unanswered(404, 16))
    assert status is INVALID
    assert evidence == (Evidence(EvidenceKind.SIP, "404", INVALID),)


def test_contradictions_lower_the_confidence_and_are_kept() -> None:
    clear = judge_number(unanswered(480, said=A.NOT_IN_SERVICE, rang=0.0))
    torn = judge_number(unanswered(486, said=A.NOT_IN_SERVICE, rang=12.0))
    assert torn[0] is INVALID
    assert torn[1] < clear[1]
    assert torn[2] == (
        Evidence(EvidenceKind.ANNOUNCEMENT, "not_in_service", INVALID),
        Evidence(EvidenceKind.SIP, "486", VALID),
        Evidence(EvidenceKind.RING_TIME, "12.0", VALID),
    )


def test_a_wrong_person_proves_the_number() -> None:
    finish = Finish(Interest.UNKNOWN, Person.UNKNOWN_HERE, Disposition.WRONG_PERSON)
    result, verdict = judge(answered(finish=finish))
    assert result is Result.ANSWERED
    assert verdict.number_status is VALID
    assert verdict.confidence > 0.95
    assert verdict.person is Person.UNKNOWN_HERE
    assert verdict.disposition is Disposition.WRONG_PERSON
    assert verdict.evidence[0] == Evidence(EvidenceKind.SPEECH, "person=unknown_here", VALID)


def test_the_verdict_holds_what_the_dialog_found() -> None:
    finish = Finish(Interest.WARM, Person.MOVED_AWAY, Disposition.MOVED, {"new_number": "+15550100200"})
    _, verdict = judge(answered(finish=finish))
    assert (verdict.interest, verdict.person, verdict.new_number) == (Interest.WARM, Person.MOVED_AWAY, "+15550100200")


@pytest.mark.parametrize("words", ["five five five", "+0123", "15550100200", ""])
def test_a_new_number_that_is_none_is_left_out(words: str) -> None:
    finish = Finish(Interest.WARM, Person.MOVED_AWAY, Disposition.MOVED, {"new_number": words})
    assert judge(answered(finish=finish))[1].new_number is None


@pytest.mark.parametrize(
    ("slots", "updates", "new_number"),
    [
        ({}, {"new_number": "+15550100200"}, "+15550100200"),
        ({}, {"phone": "+15550100200"}, "+15550100200"),
        ({"new_number": "+15550100200"}, {"phone": "+15550100999"}, "+15550100200"),
        ({"new_number": "my sister's"}, {"phone": "+15550100999"}, "+15550100999"),
        ({}, {"phone": "555-0100", "email": "+15550100200"}, None),
    ],
)
def test_a_phone_that_is_proposed_as_a_change_is_the_new_number(
    slots: dict[str, str], updates: dict[str, str], new_number: str | None
) -> None:
    finish = Finish(Interest.WARM, Person.CONFIRMED, Disposition.COMPLETED, slots, updates=updates)
    assert judge(answered(finish=finish))[1].new_number == new_number


def test_nobody_talked_to_is_no_disposition() -> None:
    left_over = Finish(Interest.UNKNOWN, Person.UNKNOWN, Disposition.HUNG_UP)
    for seen in (unanswered(486), answered(AnsweredBy.ANNOUNCEMENT, left_over, said=A.SWITCHED_OFF)):
        _, verdict = judge(seen)
        assert verdict.disposition is None
        assert verdict.person is Person.UNKNOWN
    assert judge(unanswered(404))[1].answered_by is AnsweredBy.NOBODY
    assert judge(unanswered(404, said=A.NOT_IN_SERVICE))[1].answered_by is AnsweredBy.ANNOUNCEMENT


def test_a_call_cut_before_the_dialog_ended() -> None:
    assert judge(answered(AnsweredBy.VOICEMAIL))[1].disposition is Disposition.VOICEMAIL
    assert judge(answered())[1].disposition is Disposition.HUNG_UP


def test_an_announcement_that_answered_is_known_by_its_words_alone() -> None:
    """Where nothing told that it was a machine, an announcement's words still do; a person's words do not give way."""
    assert judge_number(answered(AnsweredBy.UNKNOWN, said=A.NOT_IN_SERVICE))[0] is INVALID
    assert judge_number(answered(AnsweredBy.HUMAN, said=A.NOT_IN_SERVICE))[0] is VALID


# --- whatever is seen

_endings = st.builds(
    Ended,
    at=st.just(1.0),
    by=st.sampled_from(EndedBy),
    answered=st.booleans(),
    sip_code=st.none() | st.integers(300, 699),
    q850=st.none() | st.integers(0, 127),
    rang=st.sampled_from([0.0, 0.4, 12.0, 60.0]),
)
_seen = st.builds(
    Seen,
    ended=_endings,
    announcement=st.none() | st.builds(Announcement, st.sampled_from(AnnouncementKind)),
    tones=st.lists(st.builds(Heard, st.sampled_from([str(kind) for kind in ToneKind])), max_size=3).map(tuple),
    answered_by=st.sampled_from(AnsweredBy),
    finish=st.none()
    | st.builds(
        Finish,
        interest=st.sampled_from(Interest),
        person=st.sampled_from(Person),
        disposition=st.sampled_from(Disposition),
        slots=st.just({}) | st.just({"new_number": "+4915550100"}),
    ),
    early_media=st.booleans(),
)


@given(seen=_seen)
def test_anything_seen_is_judged(seen: Seen) -> None:
    result, verdict = judge(seen)
    assert result is not Result.UNKNOWN  # that is for attempts that nobody was left to judge
    assert 0.0 <= verdict.confidence <= 1.0
    assert dial_again(seen) in Again
    assert (verdict.confidence > 0) is (verdict.number_status is not UNKNOWN)
    if not seen.ended.answered:
        assert verdict.disposition is None
        assert result is not Result.ANSWERED


@given(seen=_seen)
def test_the_strongest_evidence_decides(seen: Seen) -> None:
    status, _, evidence = judge_number(seen)
    order = [STRONGEST_FIRST.index(piece.kind) for piece in evidence]
    assert order == sorted(order)
    if evidence:
        assert evidence[0].points_to is status


@given(seen=_seen)
def test_what_is_answered_is_valid_unless_an_announcement_answered(seen: Seen) -> None:
    talked_to = {
        AnsweredBy.HUMAN,
        AnsweredBy.VOICEMAIL,
        AnsweredBy.ASSISTANT,
        AnsweredBy.SCREENING,
        AnsweredBy.IVR,
        AnsweredBy.FAX,
    }
    status, _, _ = judge_number(seen)
    if seen.ended.answered and (seen.answered_by in talked_to or seen.announcement is None):
        assert status is VALID or seen.answered_by is AnsweredBy.ANNOUNCEMENT


@given(seen=_seen, kind=st.sampled_from([A.NOT_IN_SERVICE, A.SWITCHED_OFF]))
def test_weaker_evidence_never_overrules_an_announcement(seen: Seen, kind: AnnouncementKind) -> None:
    ended = Ended(
        1.0, seen.ended.by, answered=False, sip_code=seen.ended.sip_code, q850=seen.ended.q850, rang=seen.ended.rang
    )
    status, _, _ = judge_number(Seen(ended, announcement=Announcement(kind), tones=seen.tones))
    assert status is Announcement(kind).status
