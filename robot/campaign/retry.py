"""What becomes of a target after a dial: closed, or dialled again, when and on which phone. Pure.

Counts are per phone: a target that goes on to its next phone starts them anew; ``most_attempts`` bounds them all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from robot.campaign.plan import CampaignPlan, Retry
from robot.words import Closed, Disposition, Evidence, EvidenceKind, NumberStatus, Person, Result, Verdict

__all__ = ["Again", "Close", "Heard", "Next", "Standing", "after", "is_certain"]

_DO_NOT_CALL = "do_not_call"
_SUCCESSES = {
    Disposition.TRANSFERRED,
    Disposition.TRANSFER_FAILED,  # the robot has done its part: the person asked for a human, the CRM hears of it
    Disposition.AGREED,
    Disposition.COMPLETED,
}
_THE_PERSON_THEMSELF = {Person.CONFIRMED, Person.UNKNOWN}
"""Whose "never call" counts for all phones of the contact; in doubt it does."""
_UNASKED_CALLBACK = Retry(after=86400, times=1)
"""Where somebody asked to be called back, and named no time."""
_CERTAIN = {EvidenceKind.SPEECH, EvidenceKind.ANNOUNCEMENT}
_LOOK_ELSEWHERE = {Result.NO_ANSWER, Result.UNREACHABLE, Result.INVALID_NUMBER}
"""Results after whose last retry the contact's next phone is worth a dial; after a busy or a rejected one it is not."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What an attempt came to, as far as the next one depends on it."""

    result: Result
    verdict: Verdict
    callback_at: datetime | None = None
    never_call: bool = False
    sip_code: int | None = None
    rang_ms: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a target stands after the attempt, which is counted already.

    Attributes:
        attempts: Dials so far, but for the trunk's own failures.
        retries: Result or disposition → retries of it so far, on this phone.
        position: The phone that was dialled.
        others: Positions of phones that may still be tried, in order; never dialled ones, usually.
    """

    attempts: int
    retries: Mapping[str, int]
    position: int
    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Close:
    """The target needs no more dials."""

    closed: Closed
    rule: str


@dataclass(frozen=True, slots=True)
class Again:
    """The target is dialled again, not before ``due``."""

    due: datetime
    position: int
    rule: str
    retries: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of the target, and what is never dialled again by anybody.

    Attributes:
        step: Close it, or dial again.
        block_phone: Whether the phone goes on the do-not-call list.
        block_contact: Whether the contact does, with all phones.
    """

    step: Close | Again
    block_phone: bool = False
    block_contact: bool = False


def after(heard: Heard, standing: Standing, plan: CampaignPlan, now: datetime) -> Next:
    """Decide what becomes of a target after an attempt.

    A retry may fall beyond ``plan.until``: it stays waiting, and is closed when the campaign ends; a callback that
    somebody asked for stays scheduled even then.
    """
    decided = _decide(_Case(heard, standing, plan, now))
    if isinstance(decided.step, Again) and standing.attempts >= plan.most_attempts:
        return replace(decided, step=Close(Closed.EXHAUSTED, "most_attempts"))
    return decided


@dataclass(frozen=True, slots=True)
class _Case:
    heard: Heard
    standing: Standing
    plan: CampaignPlan
    now: datetime
    counts: dict[str, int] = field(default_factory=dict)

    def again(self, key: str, retry: Retry | None) -> Again | None:
        """Dial the same phone again for reason ``key``, if it has not been as often as it may."""
        before = self.standing.retries.get(key, 0)
        if retry is None or before >= retry.times:
            return None
        counts = {**self.standing.retries, key: before + 1}
        return Again(self.now + timedelta(seconds=retry.after), self.standing.position, key, counts)

    def elsewhere(self, rule: str) -> Again | None:
        """Dial the next phone at once."""
        if not self.standing.others:
            return None
        return Again(self.now, self.standing.others[0], f"next_phone:{rule}", {})


def _decide(case: _Case) -> Next:
    heard = case.heard
    if heard.never_call or heard.verdict.disposition is Disposition.DO_NOT_CALL:
        return _never_call(case)
    if heard.sip_code == 607:  # RFC 8197: the called side marked the call as unwanted
        return Next(Close(Closed.REFUSED, "unwanted"), block_phone=True)
    if heard.result is Result.ANSWERED and heard.verdict.disposition is not None:
        return _after_talk(case, heard.verdict.disposition)
    if heard.result is Result.INVALID_NUMBER or heard.verdict.number_status is NumberStatus.INVALID:
        return _invalid(case)
    return _not_reached(case)


def _never_call(case: _Case) -> Next:
    if case.heard.verdict.person in _THE_PERSON_THEMSELF:
        return Next(Close(Closed.REFUSED, _DO_NOT_CALL), block_phone=True, block_contact=True)
    step = case.elsewhere(_DO_NOT_CALL) or Close(Closed.REFUSED, _DO_NOT_CALL)
    return Next(step, block_phone=True)


def _after_talk(case: _Case, disposition: Disposition) -> Next:
    if disposition in _SUCCESSES:
        return Next(Close(Closed.SUCCESS, disposition))
    match disposition:
        case Disposition.CALLBACK if case.heard.callback_at is not None:
            asked = Again(
                max(case.now, case.heard.callback_at), case.standing.position, disposition, case.standing.retries
            )
            return Next(asked)
        case Disposition.CALLBACK:
            retry = case.plan.retry_after_talk.get(disposition, _UNASKED_CALLBACK)
            return Next(case.again(disposition, retry) or Close(Closed.EXHAUSTED, disposition))
        case Disposition.DECLINED | Disposition.ABUSIVE:
            return Next(Close(Closed.REFUSED, disposition))
        case Disposition.WRONG_PERSON if case.heard.verdict.person is Person.REACHABLE_HERE:
            # Somebody who knows the contact took the call: the phone is a right one, the moment was not.
            again = case.again(disposition, case.plan.retry_after_talk.get(disposition)) or case.elsewhere(disposition)
            return Next(again or Close(Closed.EXHAUSTED, disposition))
        case Disposition.WRONG_PERSON | Disposition.MOVED:
            return Next(case.elsewhere(disposition) or Close(Closed.INVALID, disposition))
        case _:
            retry_after_talk = case.plan.retry_after_talk.get(disposition)
            return Next(case.again(disposition, retry_after_talk) or Close(Closed.EXHAUSTED, disposition))


def _invalid(case: _Case) -> Next:
    rule = Result.INVALID_NUMBER
    recheck = None if is_certain(case.heard.verdict.evidence) else case.again(rule, case.plan.retry.get(rule))
    if recheck is not None:
        return Next(recheck)
    return Next(case.elsewhere(rule) or Close(Closed.INVALID, rule))


def _not_reached(case: _Case) -> Next:
    # An answered call that has no disposition broke off before it came to anything, as if hung up.
    if case.heard.result is Result.ANSWERED:
        key: str = Disposition.HUNG_UP
        retry = case.plan.retry_after_talk.get(Disposition.HUNG_UP)
    else:
        key = case.heard.result
        retry = case.plan.retry.get(case.heard.result)
        if case.heard.result is Result.REJECTED and case.heard.rang_ms == 0 and retry is not None:
            retry = retry.model_copy(update={"times": min(1, retry.times)})  # refused unheard: a block, or our fault
    again = case.again(key, retry)
    if again is None and case.heard.result in _LOOK_ELSEWHERE:
        again = case.elsewhere(key)
    return Next(again or Close(Closed.EXHAUSTED, key))


def is_certain(evidence: Sequence[Evidence]) -> bool:
    """Whether an announcement or the network's own cause says that the number leads nowhere (ITU-T Q.850: 1, 22)."""
    return any(
        piece.points_to is NumberStatus.INVALID
        and (piece.kind in _CERTAIN or (piece.kind is EvidenceKind.Q850 and piece.value in {"1", "22"}))
        for piece in evidence
    )
