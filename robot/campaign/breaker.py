"""When a trunk is left alone for a while: it fails call after call, or "invalid number" comes in a burst. Pure.

A burst of invalid numbers is first suspected to be *our* number format: those verdicts are not believed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from robot.words import Result

__all__ = ["BREAKER", "BreakerRules", "Broken", "judge_trunk"]


@dataclass(frozen=True, slots=True)
class BreakerRules:
    """When the breaker opens.

    Attributes:
        failures: Failures of the trunk in a row that open it.
        looks_back: How many of the last attempts are looked at for invalid numbers.
        invalid_share: Share of invalid numbers among them that is not to be believed.
        pause: Seconds for which the trunk is left alone.
    """

    failures: int = 5
    looks_back: int = 20
    invalid_share: float = 0.7
    pause: float = 60.0


BREAKER = BreakerRules()
"""The rules in force."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The trunk is left alone until then.

    Attributes:
        until: When it may be dialled through again.
        rule: ``trunk_failed`` or ``invalid_burst``.
    """

    until: datetime
    rule: str

    @property
    def disbelieve_invalid(self) -> bool:
        """Whether "invalid number" from this trunk is not to be believed."""
        return self.rule == "invalid_burst"


def judge_trunk(latest: Sequence[Result], now: datetime, rules: BreakerRules = BREAKER) -> Broken | None:
    """Say whether the breaker opens now, given the results of the trunk's latest attempts, newest first.

    The burst needs all of ``looks_back`` results, so that a short list of old numbers is not taken for one, and ends
    with any other result.
    """
    until = now + timedelta(seconds=rules.pause)
    newest = latest[: rules.failures]
    if len(newest) == rules.failures and all(result is Result.TRUNK_FAILED for result in newest):
        return Broken(until, "trunk_failed")
    seen = latest[: rules.looks_back]
    invalid = sum(result is Result.INVALID_NUMBER for result in seen)
    ends_so = bool(seen) and seen[0] is Result.INVALID_NUMBER
    if ends_so and len(seen) == rules.looks_back and invalid >= rules.invalid_share * rules.looks_back:
        return Broken(until, "invalid_burst")
    return None
