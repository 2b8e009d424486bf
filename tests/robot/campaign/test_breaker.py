"""When a trunk is left alone."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.campaign.breaker import BreakerRules, Broken, judge_trunk
from robot.words import Result
from tests.robot.campaign.world import MONDAY_NOON as NOON

FAILED, INVALID, BUSY = Result.TRUNK_FAILED, Result.INVALID_NUMBER, Result.BUSY
SOON = NOON + timedelta(seconds=60)


@pytest.mark.parametrize(
    ("latest", "broken"),
    [
        ([], None),
        ([FAILED] * 4, None),
        ([FAILED] * 5, Broken(SOON, "trunk_failed")),
        ([FAILED] * 4 + [BUSY] + [FAILED] * 9, None),
        ([INVALID] * 19, None),
        ([INVALID] * 20, Broken(SOON, "invalid_burst")),
        ([INVALID, BUSY] * 10, None),
        ([INVALID] * 14 + [BUSY] * 6, Broken(SOON, "invalid_burst")),
        ([BUSY] * 20 + [INVALID] * 20, None),
    ],
)
def test_it_opens_by_the_latest_results_alone(latest: list[Result], broken: Broken | None) -> None:
    assert judge_trunk(latest, NOON) == broken


@given(st.lists(st.sampled_from([Result.ANSWERED, BUSY, Result.NO_ANSWER]), max_size=40))
def test_a_trunk_that_gets_calls_through_is_never_left_alone(latest: list[Result]) -> None:
    assert judge_trunk(latest, NOON) is None


def test_only_a_burst_of_invalid_numbers_is_disbelieved() -> None:
    rules = BreakerRules(failures=1, looks_back=2)
    failed, burst = judge_trunk([FAILED], NOON, rules), judge_trunk([INVALID, INVALID], NOON, rules)
    assert failed is not None and not failed.disbelieve_invalid
    assert burst is not None and burst.disbelieve_invalid
