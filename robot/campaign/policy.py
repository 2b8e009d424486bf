"""Whether a phone of a contact may be dialled now. Pure, and closed by default: what is unknown is not allowed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from robot.campaign.plan import CampaignPlan, Window
from robot.words import E164, Closed
from telephony.numbers import never_dial

__all__ = [
    "Allowed", "Consent", "ContactFacts", "Decision", "Never", "NotNow", "PhoneFacts", "Rule", "judge", "next_opening",
    "zone_named",
]  # fmt: skip

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_RINGING_NOW = timedelta(seconds=15)
"""How soon to look again at a phone that another campaign is calling."""


class Rule(StrEnum):
    """The rules of policy: why a target waits, or was closed without being dialled."""

    NUMBER = "number"
    """Emergency, short or premium, or no number at all."""
    DO_NOT_CALL = "do_not_call"
    CONSENT = "consent"
    """Advertising needs a basis and a date, not in the future."""
    ZONE = "zone"
    """The contact's time zone is unknown, so nobody can say whether it is night there."""
    WINDOW = "window"
    UNTIL = "until"
    """The campaign is over."""
    EMBARGO = "embargo"
    """A call of ours to this phone ended in a way we do not know: it may be ringing still."""
    PHONE_BUSY = "phone_busy"
    """We are calling this phone already."""
    DEAD_PHONE = "dead_phone"
    """The number is certainly invalid, or somebody there told us that the contact is not to be had there."""
    MOST_ATTEMPTS = "most_attempts"


@dataclass(frozen=True, slots=True)
class Allowed:
    """Dial."""


@dataclass(frozen=True, slots=True)
class NotNow:
    """Do not dial before ``until``."""

    until: datetime
    rule: Rule


@dataclass(frozen=True, slots=True)
class Never:
    """Do not dial this phone in this campaign; ``closed`` is what a target becomes that has no other phone."""

    rule: Rule
    closed: Closed = Closed.NOT_ALLOWED


Decision = Allowed | NotNow | Never


@dataclass(frozen=True, slots=True)
class Consent:
    """What a contact has agreed to: on what basis, when, and where that is recorded."""

    basis: str | None = None
    given_on: date | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """What policy needs to know of a contact.

    Attributes:
        zone: IANA zone that windows are read in.
        consent: What was agreed to.
        blocked: Whether the contact is on the do-not-call list.
        attempts: Dials of this contact in this campaign so far.
    """

    zone: str
    consent: Consent
    blocked: bool
    attempts: int


@dataclass(frozen=True, slots=True)
class PhoneFacts:
    """What policy needs to know of a phone.

    Attributes:
        number: E.164.
        blocked: Whether the number is on the do-not-call list.
        dead: Whether the contact is certainly not to be had there.
        ringing: Whether an attempt of any campaign is open on it.
        embargo_until: When it may be dialled again after a call whose end we do not know.
    """

    number: E164
    blocked: bool
    dead: bool = False
    ringing: bool = False
    embargo_until: datetime | None = None


def judge(plan: CampaignPlan, purpose: str, contact: ContactFacts, phone: PhoneFacts, now: datetime) -> Decision:
    """Say whether ``phone`` may be dialled for ``contact`` at ``now`` (aware).

    What forbids for good is asked before what only delays, so that a contact on the do-not-call list is not kept
    waiting for its morning. Any ``purpose`` other than ``service`` is taken for advertising.
    """
    if not _E164.fullmatch(phone.number) or never_dial(phone.number):
        return Never(Rule.NUMBER)
    if contact.blocked or phone.blocked:
        return Never(Rule.DO_NOT_CALL)
    if phone.dead:
        return Never(Rule.DEAD_PHONE, Closed.INVALID)
    zone = zone_named(contact.zone)
    if zone is None:
        return Never(Rule.ZONE)
    if purpose != "service" and not _consents(contact.consent, now.astimezone(zone).date()):
        return Never(Rule.CONSENT)
    if contact.attempts >= plan.most_attempts:
        return Never(Rule.MOST_ATTEMPTS, Closed.EXHAUSTED)
    if plan.until is not None and now > plan.until:
        return Never(Rule.UNTIL, Closed.EXHAUSTED)
    opening = next_opening(plan.windows, zone, now)
    if opening is None:
        return Never(Rule.WINDOW)
    if opening > now:
        return NotNow(opening, Rule.WINDOW)
    if phone.embargo_until is not None and phone.embargo_until > now:
        return NotNow(phone.embargo_until, Rule.EMBARGO)
    if phone.ringing:
        return NotNow(now + _RINGING_NOW, Rule.PHONE_BUSY)
    return Allowed()


def _consents(consent: Consent, today: date) -> bool:
    return bool(consent.basis and consent.basis.strip()) and consent.given_on is not None and consent.given_on <= today


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo | None:
    """Return the IANA zone of that name, or `None` where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; not a name at all; a folder of the zone database
        return None


def next_opening(windows: tuple[Window, ...], zone: ZoneInfo, now: datetime) -> datetime | None:
    """Return ``now`` where a window is open, else the instant (UTC) when one opens next; `None` where none ever does.

    A window that closes when it opens lasts a whole day; one that closes earlier lasts into the next day. Where clocks
    change, the narrower reading counts: an hour that is there twice opens the second time, and closes the first.
    """
    today = now.astimezone(zone).date()
    later: list[datetime] = []
    for days in range(-1, 9):  # yesterday's window may last until now; a week has every weekday, and a gap may eat one
        for opens, closes in _spans(windows, zone, today + timedelta(days=days)):
            if opens <= now < closes:
                return now
            if now < opens < closes:
                later.append(opens)
    return min(later, default=None)


def _spans(windows: tuple[Window, ...], zone: ZoneInfo, day: date) -> Iterator[tuple[datetime, datetime]]:
    for window in windows:
        if day.isoweekday() in window.days:
            last = day if window.opens < window.closes else day + timedelta(days=1)
            yield max(_readings(day, window.opens, zone)), min(_readings(last, window.closes, zone))


def _readings(day: date, at: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Both instants that a wall clock may mean: they differ only where it is put back or forward."""
    first, second = (datetime.combine(day, at, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second
