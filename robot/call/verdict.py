"""How a number is judged, and what an attempt came to. Pure.

Evidence, strongest first: a person's words → an announcement, by its text → the Q.850 cause → the SIP final code →
tones → ringing time. The strongest piece decides alone; weaker ones never overrule it. Those that agree raise the
confidence, those that contradict lower it, and all are kept. The rows of the table that this implements stand in
`_announcement`, `_q850`, `_sip`, `_tone` and `_rang`, one function a kind.

Sources: RFC 3261 and RFC 8197 (607) for codes, ITU-T Q.850 for causes, ITU-T E.180 for special information tones.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from robot.call.machine import Announcement, AnnouncementKind
from robot.dialog.events import Finish
from robot.words import (
    E164,
    AnsweredBy,
    Disposition,
    Evidence,
    EvidenceKind,
    Interest,
    NumberStatus,
    Person,
    Result,
    Verdict,
)
from telephony.line import Ended, EndedBy

__all__ = ["Again", "Seen", "SeenTone", "dial_again", "judge", "judge_number", "result_of"]


class Again(StrEnum):
    """Whether a number is worth another dial, by what was seen; how often and when is the campaign's plan."""

    NEVER = "never"
    ANOTHER_DAY_ONCE = "another_day_once"
    """Once more on another day, then never."""
    NEXT_DAY = "next_day"
    """The next day, three times."""
    BY_POLICY = "by_policy"
    ONCE = "once"
    MINUTES = "minutes"
    """In minutes: the trunk's fault or ours, not counted against the contact."""
    BY_DISPOSITION = "by_disposition"
    """Somebody or something was talked to: what it said decides."""


class SeenTone(Protocol):
    """A tone that was heard, as `telephony.tones` tells of it."""

    @property
    def kind(self) -> str:
        """Name it: ``busy``, ``congestion``, ``ringback``, ``sit_vacant``, ``sit_intercept``…."""


@dataclass(frozen=True, slots=True)
class Seen:
    """All that was seen of an attempt.

    Attributes:
        ended: How the line ended.
        announcement: What the network said, before or after an answer.
        tones: Tones heard.
        answered_by: Who or what picked up; ignored where nothing was answered.
        finish: How the dialog ended, where one began.
        early_media: Whether the network sent sound before an answer, which shows that our INVITE got somewhere.
    """

    ended: Ended
    announcement: Announcement | None = None
    tones: tuple[SeenTone, ...] = ()
    answered_by: AnsweredBy = AnsweredBy.NOBODY
    finish: Finish | None = None
    early_media: bool = False


@dataclass(frozen=True, slots=True)
class _Sign:
    """One piece of evidence, with what it weighs."""

    evidence: Evidence
    confidence: float
    again: Again


_Row = tuple[NumberStatus, float, Again]

_INVALID: _Row = (NumberStatus.INVALID, 0.95, Again.NEVER)
_PERHAPS_INVALID: _Row = (NumberStatus.INVALID, 0.5, Again.ANOTHER_DAY_ONCE)
_UNREACHABLE: _Row = (NumberStatus.UNREACHABLE, 0.8, Again.NEXT_DAY)
_VALID: _Row = (NumberStatus.VALID, 0.85, Again.BY_POLICY)
_REFUSED: _Row = (NumberStatus.UNKNOWN, 0.0, Again.ONCE)
_UNWANTED: _Row = (NumberStatus.UNKNOWN, 0.0, Again.NEVER)
_TRUNK: _Row = (NumberStatus.UNKNOWN, 0.0, Again.MINUTES)
_NOTHING_SEEN = _Sign(Evidence(EvidenceKind.RING_TIME, "0.0", NumberStatus.UNKNOWN), 0.0, Again.MINUTES)

_SAYS_NOTHING = frozenset({0, 16, 31})
"""Q.850 causes that only say that a call was cleared."""
_MACHINES = frozenset(
    {AnsweredBy.VOICEMAIL, AnsweredBy.ASSISTANT, AnsweredBy.SCREENING, AnsweredBy.IVR, AnsweredBy.FAX}
)
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_AGREES, _CONTRADICTS = 0.7, 0.7


def judge_number(seen: Seen) -> tuple[NumberStatus, float, tuple[Evidence, ...]]:
    """Judge the number: its status, the confidence in it (0 to 1; 0 for unknown), and all evidence, strongest first."""
    first, *others = _signs(seen)
    status = first.evidence.points_to
    confidence = first.confidence
    if status is not NumberStatus.UNKNOWN:
        for sign in others:
            if sign.evidence.points_to is status:
                confidence = 1 - (1 - confidence) * _AGREES
            elif sign.evidence.points_to is not NumberStatus.UNKNOWN:
                confidence *= _CONTRADICTS
    evidence = () if first is _NOTHING_SEEN else tuple(sign.evidence for sign in (first, *others))
    return status, round(confidence, 3), evidence


def dial_again(seen: Seen) -> Again:
    """Say whether the number is worth another dial, by its strongest evidence."""
    return _signs(seen)[0].again


def result_of(seen: Seen) -> Result:
    """Say what the dial came to; never ``unknown``, which is for attempts that nobody was left to judge."""
    if seen.ended.answered and not _announced(seen):
        return Result.ANSWERED
    first = _signs(seen)[0]
    match first.evidence.points_to:
        case NumberStatus.INVALID:
            return Result.INVALID_NUMBER
        case NumberStatus.UNREACHABLE:
            return Result.UNREACHABLE
        case NumberStatus.VALID:
            return _not_answered(seen, first.evidence)
    if seen.ended.answered:
        return Result.ANSWERED if first.again is Again.BY_DISPOSITION else Result.TRUNK_FAILED
    if first.again in (Again.ONCE, Again.NEVER):
        return Result.REJECTED
    return Result.NO_ANSWER if first.again is Again.BY_POLICY else Result.TRUNK_FAILED


def judge(seen: Seen) -> tuple[Result, Verdict]:
    """Judge an attempt: what the dial came to, and what is told to the CRM."""
    status, confidence, evidence = judge_number(seen)
    answered_by = _answered_by(seen)
    verdict = Verdict(number_status=status, confidence=confidence, answered_by=answered_by, evidence=evidence)
    finish = seen.finish
    if not seen.ended.answered or answered_by is AnsweredBy.ANNOUNCEMENT:
        return result_of(seen), verdict
    if finish is None:
        left = Disposition.VOICEMAIL if answered_by in _MACHINES else Disposition.HUNG_UP
        finish = Finish(Interest.UNKNOWN, Person.UNKNOWN, left)
    return result_of(seen), Verdict(
        number_status=status,
        confidence=confidence,
        answered_by=answered_by,
        person=finish.person,
        interest=finish.interest,
        disposition=finish.disposition,
        evidence=evidence,
        new_number=_new_number(finish),
    )


def _new_number(finish: Finish) -> E164 | None:
    """Return the phone that was named instead: learned as ``new_number``, or proposed as a change to the contact."""
    named = (finish.slots.get("new_number"), finish.updates.get("new_number"), finish.updates.get("phone"))
    return next((E164(number) for number in named if number and _E164.fullmatch(number)), None)


# --- evidence, one function a kind


def _signs(seen: Seen) -> list[_Sign]:
    """Return all signs, strongest first; never empty."""
    found = [sign for kind in (_speech, _announcement, _q850, _sip, _tone, _rang) for sign in kind(seen)]
    return found or [_NOTHING_SEEN]


def _sign(kind: EvidenceKind, value: str, row: _Row) -> _Sign:
    return _Sign(Evidence(kind, value, row[0]), row[1], row[2])


def _announced(seen: Seen) -> bool:
    """Say whether it was an announcement that answered."""
    if not seen.ended.answered:
        return False
    if seen.answered_by is AnsweredBy.ANNOUNCEMENT:
        return True
    nobody = seen.answered_by in (AnsweredBy.UNKNOWN, AnsweredBy.NOBODY)
    return nobody and seen.announcement is not None and not _spoke(seen.finish)


def _spoke(finish: Finish | None) -> bool:
    return finish is not None and finish.person is not Person.UNKNOWN


def _answered_by(seen: Seen) -> AnsweredBy:
    if _announced(seen) or (not seen.ended.answered and seen.announcement is not None):
        return AnsweredBy.ANNOUNCEMENT
    if not seen.ended.answered:
        return AnsweredBy.NOBODY
    return AnsweredBy.UNKNOWN if seen.answered_by is AnsweredBy.NOBODY else seen.answered_by


def _speech(seen: Seen) -> Iterator[_Sign]:
    """Judge by who spoke: whatever they say about the person, the number leads somewhere."""
    if not seen.ended.answered or _announced(seen):
        return
    if seen.finish is not None and _spoke(seen.finish):
        yield _sign(
            EvidenceKind.SPEECH, f"person={seen.finish.person}", (NumberStatus.VALID, 0.99, Again.BY_DISPOSITION)
        )
    who = _answered_by(seen)
    sure = 0.97 if who is AnsweredBy.HUMAN else 0.9 if who in _MACHINES else 0.8
    yield _sign(EvidenceKind.SPEECH, f"answered_by={who}", (NumberStatus.VALID, sure, Again.BY_DISPOSITION))


def _announcement(seen: Seen) -> Iterator[_Sign]:
    if seen.announcement is None:
        if _announced(seen):
            unread = (NumberStatus.UNKNOWN, 0.0, Again.BY_DISPOSITION)
            yield _sign(EvidenceKind.ANNOUNCEMENT, "not_understood", unread)
        return
    kind = seen.announcement.kind
    match seen.announcement.status:
        case NumberStatus.INVALID:
            row = _INVALID
        case NumberStatus.UNREACHABLE:
            row = _UNREACHABLE
        case NumberStatus.VALID:
            row = _VALID
        case _:
            row = _REFUSED if kind is AnnouncementKind.CALLS_BARRED else _TRUNK
    yield _sign(EvidenceKind.ANNOUNCEMENT, kind.value, row)


def _q850(seen: Seen) -> Iterator[_Sign]:
    cause, rang = seen.ended.q850, seen.ended.rang > 0
    if seen.ended.answered or cause is None or cause in _SAYS_NOTHING:
        return
    match cause:
        case 1 | 22:  # unallocated number, number changed
            row = _INVALID
        case 28:  # invalid number format
            row = _PERHAPS_INVALID
        case 18 | 20 | 27:  # no user responding, subscriber absent, destination out of order
            row = _VALID if rang else _UNREACHABLE
        case 17 | 19:  # user busy, no answer from user
            row = _VALID
        case 21:  # call rejected
            row = _UNWANTED if seen.ended.sip_code == 607 else _VALID if rang else _REFUSED
        case _:
            row = _TRUNK
    yield _sign(EvidenceKind.Q850, str(cause), row)


def _sip(seen: Seen) -> Iterator[_Sign]:
    code, rang = seen.ended.sip_code, seen.ended.rang > 0
    if seen.ended.answered or code is None or (code == 487 and seen.ended.by is EndedBy.US):
        return
    match code:
        case 404 | 410 | 484 | 604:
            row = _PERHAPS_INVALID
        case 480:
            row = _VALID if rang else _UNREACHABLE
        case 486 | 600:
            row = _VALID
        case 603:
            row = _VALID if rang else _REFUSED
        case 403:
            row = _REFUSED
        case 607:
            row = _UNWANTED
        case 408 if rang:
            row = _VALID
        case _:
            row = _TRUNK
    yield _sign(EvidenceKind.SIP, str(code), row)


def _tone(seen: Seen) -> Iterator[_Sign]:
    if seen.ended.answered:
        return
    for kind in dict.fromkeys(str(tone.kind) for tone in seen.tones):
        if kind.startswith("sit") and ("vacant" in kind or "intercept" in kind):
            yield _sign(EvidenceKind.TONES, kind, _PERHAPS_INVALID)
        elif kind.startswith("sit") or kind == "congestion":
            yield _sign(EvidenceKind.TONES, kind, _TRUNK)
        elif kind in ("busy", "ringback"):
            yield _sign(EvidenceKind.TONES, kind, (NumberStatus.VALID, 0.6, Again.BY_POLICY))


def _rang(seen: Seen) -> Iterator[_Sign]:
    if seen.ended.answered:
        return
    if seen.ended.rang > 0:
        yield _sign(EvidenceKind.RING_TIME, f"{seen.ended.rang:.1f}", _VALID)
    elif seen.ended.by is EndedBy.US and seen.early_media:
        # Somebody's network played something until we gave up: not the trunk's fault, and nothing about the number.
        yield _sign(EvidenceKind.RING_TIME, "0.0", (NumberStatus.UNKNOWN, 0.0, Again.BY_POLICY))


def _not_answered(seen: Seen, decisive: Evidence) -> Result:
    """Tell busy, rejected and no answer apart, where the number is valid and nobody was talked to."""
    ended = seen.ended
    if decisive.kind is EvidenceKind.ANNOUNCEMENT:
        return Result.BUSY if decisive.value == AnnouncementKind.BUSY else Result.NO_ANSWER
    if decisive.kind is EvidenceKind.Q850 and decisive.value in ("17", "21"):
        return Result.BUSY if decisive.value == "17" else Result.REJECTED
    if decisive.kind is EvidenceKind.TONES:
        return Result.BUSY if decisive.value == "busy" else Result.NO_ANSWER
    if decisive.kind is EvidenceKind.SIP and ended.sip_code in (486, 600):
        return Result.BUSY
    if decisive.kind is EvidenceKind.SIP and ended.sip_code == 603:
        return Result.REJECTED
    return Result.NO_ANSWER
