"""The words of Perezvon: what a call can come to, and how that is judged.

They are the same in scripts, tables, events, reports and code; `shared` names are
defined here once. Everything is plain data: no clock, no I/O.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

import uuid6

__all__ = [
    "E164",
    "AnsweredBy",
    "AttemptId",
    "CampaignId",
    "Channel",
    "Closed",
    "ContactId",
    "Disposition",
    "Evidence",
    "EvidenceKind",
    "FollowUp",
    "Interest",
    "NumberStatus",
    "Person",
    "Result",
    "TargetId",
    "Verdict",
    "new_id",
]  # fmt: skip

E164 = NewType("E164", str)
"""A phone in E.164 with its plus: ``+79261234567``."""
ContactId = NewType("ContactId", str)
CampaignId = NewType("CampaignId", str)
TargetId = NewType("TargetId", str)
AttemptId = NewType("AttemptId", str)


def new_id() -> str:
    """Return a new UUIDv7 (RFC 9562) as text: unique, and sorted by the time it was made."""
    return str(uuid6.uuid7())


class Result(StrEnum):
    """What one dial came to."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    INVALID_NUMBER = "invalid_number"
    TRUNK_FAILED = "trunk_failed"
    UNKNOWN = "unknown"
    """We died during it."""


class Closed(StrEnum):
    """Why a target needs no more dials."""

    SUCCESS = "success"
    REFUSED = "refused"
    INVALID = "invalid"
    EXHAUSTED = "exhausted"
    NOT_ALLOWED = "not_allowed"
    STOPPED = "stopped"


class AnsweredBy(StrEnum):
    """Who or what picked up."""

    HUMAN = "human"
    VOICEMAIL = "voicemail"
    ASSISTANT = "assistant"
    SCREENING = "screening"
    IVR = "ivr"
    FAX = "fax"
    ANNOUNCEMENT = "announcement"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


class NumberStatus(StrEnum):
    """Whether a phone still leads to anybody."""

    VALID = "valid"
    INVALID = "invalid"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


class Person(StrEnum):
    """Whether the contact is to be had at that phone."""

    CONFIRMED = "confirmed"
    REACHABLE_HERE = "reachable_here"
    UNKNOWN_HERE = "unknown_here"
    MOVED_AWAY = "moved_away"
    UNKNOWN = "unknown"


class Interest(StrEnum):
    """Whether this person still wants us."""

    HOT = "hot"
    WARM = "warm"
    COLD = "cold"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Disposition(StrEnum):
    """How the conversation ended."""

    TRANSFERRED = "transferred"
    TRANSFER_FAILED = "transfer_failed"
    CALLBACK = "callback"
    AGREED = "agreed"
    DECLINED = "declined"
    DO_NOT_CALL = "do_not_call"
    WRONG_PERSON = "wrong_person"
    MOVED = "moved"
    SILENT = "silent"
    NOT_UNDERSTOOD = "not_understood"
    HUNG_UP = "hung_up"
    VOICEMAIL = "voicemail"
    VOICEMAIL_LEFT = "voicemail_left"
    COMPLETED = "completed"
    ABUSIVE = "abusive"


class EvidenceKind(StrEnum):
    """Where a piece of evidence about a number comes from, strongest first."""

    SPEECH = "speech"
    ANNOUNCEMENT = "announcement"
    Q850 = "q850"
    SIP = "sip"
    TONES = "tones"
    RING_TIME = "ring_time"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a number status.

    Attributes:
        kind: Where it comes from.
        value: What was seen: ``404``, ``1``, ``not_in_service``, ``35.0`` (seconds of ringing), ``answered_by=human``.
        points_to: The number status that it speaks for.
    """

    kind: EvidenceKind
    value: str
    points_to: NumberStatus


class Channel(StrEnum):
    """How something is sent after a call."""

    SMS = "sms"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something that the script promised to send; sending it is the CRM's.

    Attributes:
        channel: How.
        text: What, filled in.
        to: An address or a phone in E.164 that was named; `None`: where the CRM has this person.
        subject: Of an e-mail.
    """

    channel: Channel
    text: str
    to: str | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one attempt, or a closed target, tells the CRM."""

    number_status: NumberStatus = NumberStatus.UNKNOWN
    confidence: float = 0.0
    answered_by: AnsweredBy = AnsweredBy.NOBODY
    person: Person = Person.UNKNOWN
    interest: Interest = Interest.UNKNOWN
    disposition: Disposition | None = None
    """``None`` where nobody was talked to."""
    evidence: tuple[Evidence, ...] = field(default=())
    new_number: E164 | None = None
