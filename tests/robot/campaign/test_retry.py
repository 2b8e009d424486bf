"""What becomes of a target after a dial."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.campaign.plan import CampaignPlan, Retry
from robot.campaign.retry import Again, Close, Heard, Next, Standing, after
from robot.words import Closed, Disposition, Evidence, EvidenceKind, NumberStatus, Person, Result, Verdict
from tests.robot.campaign.world import MONDAY_NOON as NOON
from tests.robot.campaign.world import NOT_IN_SERVICE, VACANT, verdict

PLAN = CampaignPlan(name="autumn", script="s", trunk="main")
FIRST = Standing(attempts=1, retries={}, position=0)
WITH_ANOTHER = Standing(attempts=1, retries={}, position=0, others=(1,))


def talk(disposition: Disposition, person: Person = Person.CONFIRMED) -> Heard:
    return Heard(Result.ANSWERED, verdict(disposition, person=person))


def again(key: str, seconds: float, position: int = 0) -> Again:
    return Again(NOON + timedelta(seconds=seconds), position, key, {key: 1})


@pytest.mark.parametrize(
    ("disposition", "closed"),
    [
        (Disposition.TRANSFERRED, Closed.SUCCESS),
        (Disposition.TRANSFER_FAILED, Closed.SUCCESS),
        (Disposition.AGREED, Closed.SUCCESS),
        (Disposition.COMPLETED, Closed.SUCCESS),
        (Disposition.DECLINED, Closed.REFUSED),
        (Disposition.ABUSIVE, Closed.REFUSED),
        (Disposition.WRONG_PERSON, Closed.INVALID),
        (Disposition.MOVED, Closed.INVALID),
        (Disposition.NOT_UNDERSTOOD, Closed.EXHAUSTED),
        (Disposition.HUNG_UP, Closed.EXHAUSTED),
    ],
)
def test_a_talk_that_settles_it_closes_the_target(disposition: Disposition, closed: Closed) -> None:
    person = Person.UNKNOWN_HERE if disposition is Disposition.WRONG_PERSON else Person.CONFIRMED
    assert after(talk(disposition, person), FIRST, PLAN, NOON) == Next(Close(closed, disposition))


@pytest.mark.parametrize(
    ("result", "seconds"),
    [
        (Result.BUSY, 900),
        (Result.NO_ANSWER, 7200),
        (Result.REJECTED, 86400),
        (Result.UNREACHABLE, 86400),
        (Result.TRUNK_FAILED, 120),
        (Result.UNKNOWN, 3600),
    ],
)
def test_a_dial_that_reached_nobody_is_repeated_by_the_plan(result: Result, seconds: float) -> None:
    assert after(Heard(result, Verdict()), FIRST, PLAN, NOON) == Next(again(result, seconds))


def test_each_result_has_its_own_count() -> None:
    tired = Standing(attempts=4, retries={"busy": 3, "no_answer": 1}, position=0)
    assert after(Heard(Result.BUSY, Verdict()), tired, PLAN, NOON).step == Close(Closed.EXHAUSTED, "busy")
    step = after(Heard(Result.NO_ANSWER, Verdict()), tired, PLAN, NOON).step
    assert isinstance(step, Again) and step.retries == {"busy": 3, "no_answer": 2}


def test_no_retry_goes_beyond_most_attempts() -> None:
    last = Standing(attempts=6, retries={}, position=0, others=(1,))
    for heard in (Heard(Result.BUSY, Verdict()), talk(Disposition.SILENT), talk(Disposition.MOVED)):
        assert after(heard, last, PLAN, NOON).step == Close(Closed.EXHAUSTED, "most_attempts")


def test_somebody_who_asks_to_be_called_is_called_then_and_counts_as_no_retry() -> None:
    tomorrow = NOON + timedelta(days=1)
    heard = Heard(Result.ANSWERED, verdict(Disposition.CALLBACK), callback_at=tomorrow)
    assert after(heard, FIRST, PLAN, NOON).step == Again(tomorrow, 0, "callback", {})
    over = PLAN.model_copy(update={"until": NOON + timedelta(hours=1)})
    assert after(heard, FIRST, over, NOON).step == Again(tomorrow, 0, "callback", {})


def test_a_callback_without_a_time_is_made_once_a_day_later() -> None:
    heard = Heard(Result.ANSWERED, verdict(Disposition.CALLBACK))
    assert after(heard, FIRST, PLAN, NOON).step == again("callback", 86400)
    second = Standing(attempts=2, retries={"callback": 1}, position=0)
    assert after(heard, second, PLAN, NOON).step == Close(Closed.EXHAUSTED, "callback")


@pytest.mark.parametrize("person", [Person.CONFIRMED, Person.UNKNOWN])
def test_never_call_from_the_person_blocks_the_phone_and_the_person(person: Person) -> None:
    blocked = Next(Close(Closed.REFUSED, "do_not_call"), block_phone=True, block_contact=True)
    assert after(talk(Disposition.DO_NOT_CALL, person), WITH_ANOTHER, PLAN, NOON) == blocked
    said_so_anyway = Heard(Result.ANSWERED, verdict(Disposition.HUNG_UP, person=person), never_call=True)
    assert after(said_so_anyway, WITH_ANOTHER, PLAN, NOON) == blocked


@pytest.mark.parametrize("person", [Person.UNKNOWN_HERE, Person.MOVED_AWAY, Person.REACHABLE_HERE])
def test_never_call_from_somebody_else_blocks_the_phone_alone(person: Person) -> None:
    there = after(talk(Disposition.DO_NOT_CALL, person), WITH_ANOTHER, PLAN, NOON)
    assert there == Next(Again(NOON, 1, "next_phone:do_not_call", {}), block_phone=True)
    only = after(talk(Disposition.DO_NOT_CALL, person), FIRST, PLAN, NOON)
    assert only == Next(Close(Closed.REFUSED, "do_not_call"), block_phone=True)


def test_607_counts_as_do_not_call() -> None:
    heard = Heard(Result.REJECTED, Verdict(), sip_code=607)
    assert after(heard, WITH_ANOTHER, PLAN, NOON) == Next(Close(Closed.REFUSED, "unwanted"), block_phone=True)


def test_a_wrong_person_leads_to_the_next_phone_at_once() -> None:
    step = after(talk(Disposition.WRONG_PERSON, Person.UNKNOWN_HERE), WITH_ANOTHER, PLAN, NOON).step
    assert step == Again(NOON, 1, "next_phone:wrong_person", {})


def test_somebody_who_knows_the_contact_does_not_make_the_phone_a_wrong_one() -> None:
    heard = talk(Disposition.WRONG_PERSON, Person.REACHABLE_HERE)
    assert after(heard, FIRST, PLAN, NOON).step == Close(Closed.EXHAUSTED, "wrong_person")
    asks_again = PLAN.model_copy(update={"retry_after_talk": {Disposition.WRONG_PERSON: Retry(after=60, times=1)}})
    assert after(heard, FIRST, asks_again, NOON).step == again("wrong_person", 60)


def test_a_number_that_is_certainly_invalid_is_never_dialled_again() -> None:
    heard = Heard(Result.INVALID_NUMBER, NOT_IN_SERVICE)
    assert after(heard, FIRST, PLAN, NOON).step == Close(Closed.INVALID, "invalid_number")
    assert after(heard, WITH_ANOTHER, PLAN, NOON).step == Again(NOON, 1, "next_phone:invalid_number", {})


def test_an_announcement_is_certain_too() -> None:
    said = Evidence(EvidenceKind.ANNOUNCEMENT, "not_in_service", NumberStatus.INVALID)
    heard = Heard(Result.INVALID_NUMBER, verdict(status=NumberStatus.INVALID, evidence=(said,)))
    assert after(heard, FIRST, PLAN, NOON).step == Close(Closed.INVALID, "invalid_number")


def test_a_bare_404_is_tried_once_more_on_another_day() -> None:
    heard = Heard(Result.INVALID_NUMBER, VACANT)
    assert after(heard, FIRST, PLAN, NOON).step == again("invalid_number", 86400)
    second = Standing(attempts=2, retries={"invalid_number": 1}, position=0)
    assert after(heard, second, PLAN, NOON).step == Close(Closed.INVALID, "invalid_number")


def test_a_phone_that_nobody_takes_leads_to_the_next_one_after_its_last_retry() -> None:
    tired = Standing(attempts=3, retries={"no_answer": 2}, position=0, others=(2,))
    step = after(Heard(Result.NO_ANSWER, Verdict()), tired, PLAN, NOON).step
    assert step == Again(NOON, 2, "next_phone:no_answer", {})


def test_a_call_refused_unheard_is_repeated_once_whatever_the_plan_says() -> None:
    eager = PLAN.model_copy(update={"retry": {Result.REJECTED: Retry(after=1, times=9)}})
    second = Standing(attempts=2, retries={"rejected": 1}, position=0)
    unheard = Heard(Result.REJECTED, Verdict(), sip_code=603, rang_ms=0)
    heard = Heard(Result.REJECTED, Verdict(), sip_code=603, rang_ms=4000)
    assert after(unheard, second, eager, NOON).step == Close(Closed.EXHAUSTED, "rejected")
    assert isinstance(after(heard, second, eager, NOON).step, Again)


def test_a_talk_that_broke_off_is_taken_for_a_hang_up() -> None:
    assert after(Heard(Result.ANSWERED, verdict()), FIRST, PLAN, NOON).step == Close(Closed.EXHAUSTED, "hung_up")


evidence = st.builds(
    Evidence, st.sampled_from(EvidenceKind), st.sampled_from(["1", "404", "x"]), st.sampled_from(NumberStatus)
)
heards = st.builds(
    Heard,
    result=st.sampled_from(Result),
    verdict=st.builds(
        Verdict,
        number_status=st.sampled_from(NumberStatus),
        person=st.sampled_from(Person),
        disposition=st.one_of(st.none(), st.sampled_from(Disposition)),
        evidence=st.lists(evidence, max_size=3).map(tuple),
    ),
    callback_at=st.one_of(st.none(), st.just(NOON + timedelta(days=2)), st.just(NOON - timedelta(days=2))),
    never_call=st.booleans(),
    sip_code=st.one_of(st.none(), st.sampled_from([404, 486, 603, 607])),
    rang_ms=st.sampled_from([0, 3000]),
)


@given(heards, st.lists(st.integers(1, 5), unique=True, max_size=3).map(sorted).map(tuple))
def test_nothing_is_due_in_the_past_and_a_refusal_is_final(heard: Heard, others: tuple[int, ...]) -> None:
    decided = after(heard, Standing(1, {}, 0, others), PLAN, NOON)
    if isinstance(decided.step, Again):
        assert decided.step.due >= NOON
        assert decided.step.position in (0, *others)
        assert not decided.block_contact
        assert not (decided.block_phone and decided.step.position == 0)
    if heard.never_call or heard.verdict.disposition is Disposition.DO_NOT_CALL:
        assert decided.block_phone


@given(st.lists(heards, min_size=30, max_size=30))
def test_whatever_happens_a_target_is_closed_in_the_end(story: list[Heard]) -> None:
    """No more dials than `most_attempts`, the trunk's failures apart, which have a count of their own."""
    attempts, retries, position = 0, dict[str, int](), 0
    for dials, heard in enumerate(story, 1):
        attempts += heard.result is not Result.TRUNK_FAILED
        others = tuple(other for other in (1, 2) if other > position)
        step = after(heard, Standing(attempts, retries, position, others), PLAN, NOON).step
        if isinstance(step, Close):
            return
        assert attempts < PLAN.most_attempts
        retries, position = dict(step.retries), step.position
        assert dials <= PLAN.most_attempts + 3 * (PLAN.retry[Result.TRUNK_FAILED].times + 2)
    raise AssertionError("a target that is dialled thirty times is never closed")
