"""The finish: everything that follows from a dial is written, once, or nothing is."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from robot.call.messages import Turn
from robot.campaign.claim import Nothing
from robot.campaign.finish import FenceLost, Finished, NoSuchAttempt, expire, finish, renew
from robot.campaign.lifecycle import end, stop
from robot.store.outbox import outbox
from robot.store.tables import TargetState, contact_phones, contacts, do_not_call, phones, turns
from robot.words import (
    AttemptId,
    Channel,
    Closed,
    Disposition,
    FollowUp,
    Interest,
    NumberStatus,
    Person,
    Result,
    Verdict,
    new_id,
)
from tests.robot.campaign.world import CALLS, NOT_IN_SERVICE, World, verdict


def test_a_talk_is_written_with_its_turns_and_the_crm_is_told_twice(world: World) -> None:
    target = world.add()
    claimed = world.claim()
    said = (Turn(step="greeting", said="Hello", heard="да", intent="affirm"), Turn(step="offer", said="Come"))
    judged = Verdict(NumberStatus.VALID, 0.97, interest=Interest.HOT, disposition=Disposition.AGREED)
    assert world.end(claimed, Result.ANSWERED, judged, turns=said) == Finished(Closed.SUCCESS, "agreed")
    row = world.attempt(claimed.attempt)
    assert (row.result, row.settled, row.rang_ms) == (Result.ANSWERED, True, 3000)
    assert world.target(target).state is TargetState.CLOSED
    with world.store.reading() as conn:
        assert [Turn.model_validate(turn) for turn in conn.execute(select(turns.c.turn)).scalars()] == list(said)
        assert conn.execute(select(phones.c.status)).scalar_one() is NumberStatus.VALID
        assert conn.execute(select(contacts.c.interest)).scalar_one() is Interest.HOT
    assert world.events() == ["attempt.finished", "target.closed"]


def test_what_the_script_tells_is_written_and_each_promise_is_an_event_of_its_own(world: World) -> None:
    world.add()
    claimed = world.claim()
    promised = (FollowUp(Channel.SMS, "Come"), FollowUp(Channel.EMAIL, "Все цены", "anna@example.org", "Prices"))
    told = {"notes": ("Likes red",), "updates": {"email": "anna@example.org"}, "tags": ("vip",)}
    world.end(claimed, Result.ANSWERED, verdict(Disposition.AGREED), follow_ups=promised, **told)
    row = world.attempt(claimed.attempt)
    assert (row.notes, row.updates, row.tags) == (["Likes red"], {"email": "anna@example.org"}, ["vip"])
    assert row.follow_ups == [
        {"channel": "sms", "text": "Come", "to": None, "subject": None},
        {"channel": "email", "text": "Все цены", "to": "anna@example.org", "subject": "Prices"},
    ]
    assert world.events() == ["attempt.finished", "follow_up.requested", "follow_up.requested", "target.closed"]
    world.end(claimed, Result.ANSWERED, verdict(Disposition.AGREED), follow_ups=promised, **told)
    assert len(world.events()) == 4, "a promise is not sent twice"


def test_a_busy_phone_waits_and_is_dialled_again(world: World) -> None:
    target = world.add()
    due = world.now + timedelta(seconds=900)
    assert world.end(world.claim(), Result.BUSY) == Finished(rule="busy", again_at=due)
    row = world.target(target)
    assert (row.state, row.waiting_rule, row.waiting_until, row.retries) == (
        TargetState.WAITING,
        "busy",
        due,
        {"busy": 1},
    )
    assert world.nothing() == Nothing("nothing_due", due)
    world.now = due
    assert world.claim().number == 2
    assert world.events() == ["attempt.finished"]


def test_the_same_outcome_twice_changes_nothing(world: World) -> None:
    world.add()
    claimed = world.claim()
    world.end(claimed, Result.ANSWERED, verdict(Disposition.AGREED))
    assert world.end(claimed, Result.ANSWERED, verdict(Disposition.AGREED)) == Finished(late=True)
    assert len(world.events()) == 2


def test_an_outcome_with_a_foreign_fence_is_refused(world: World) -> None:
    world.add()
    claimed = world.claim()
    with pytest.raises(FenceLost), world.store.writing() as conn:
        finish(conn, world.outcome(claimed), claimed.fence + 1, CALLS, world.now)
    with pytest.raises(NoSuchAttempt), world.store.writing() as conn:
        outcome = world.outcome(claimed).model_copy(update={"attempt": AttemptId(new_id())})
        finish(conn, outcome, claimed.fence, CALLS, world.now)
    assert world.attempt(claimed.attempt).result is None


def test_never_call_me_again_is_heard_by_every_campaign(world: World) -> None:
    target = world.add("+79260000001", "+79260000002")
    world.end(world.claim(), Result.ANSWERED, verdict(Disposition.DO_NOT_CALL, person=Person.CONFIRMED))
    assert world.target(target).closed is Closed.REFUSED
    with world.store.reading() as conn:
        rows = conn.execute(select(do_not_call)).all()
    assert [(row.number, row.contact_id is not None) for row in rows] == [("+79260000001", False), (None, True)]
    other = world.add("+79260000001")
    assert world.nothing().why == "done"
    assert world.target(other).closed_rule == "do_not_call"


def test_never_call_from_a_stranger_leaves_the_contacts_other_phone(world: World) -> None:
    world.add("+79260000001", "+79260000002")
    world.end(world.claim(), Result.ANSWERED, verdict(Disposition.DO_NOT_CALL, person=Person.UNKNOWN_HERE))
    assert world.claim().phone == "+79260000002"


def test_a_wrong_person_is_remembered_at_that_phone_for_good(world: World) -> None:
    world.add("+79260000001", "+79260000002")
    world.end(world.claim(), Result.ANSWERED, verdict(Disposition.WRONG_PERSON, person=Person.UNKNOWN_HERE))
    claimed = world.claim()
    assert claimed.phone == "+79260000002"
    world.end(claimed, Result.ANSWERED, verdict(Disposition.WRONG_PERSON, person=Person.UNKNOWN_HERE))
    assert world.target(claimed.target).closed is Closed.INVALID
    with world.store.reading() as conn:
        assert set(conn.execute(select(contact_phones.c.person)).scalars()) == {Person.UNKNOWN_HERE}


def test_a_dead_number_closes_the_target_and_is_not_dialled_for_anybody_else(world: World) -> None:
    first, second = world.add("+79260000001"), world.add("+79260000001")
    world.end(world.claim(), Result.INVALID_NUMBER, NOT_IN_SERVICE)
    assert world.target(first).closed is Closed.INVALID
    assert world.nothing().why == "done"
    assert world.target(second).closed is Closed.INVALID


def test_the_trunks_own_failures_do_not_count_against_the_contact(world: World) -> None:
    target = world.add()
    world.end(world.claim(), Result.TRUNK_FAILED, Verdict())
    assert world.target(target).attempts == 0
    world.later(seconds=120)
    world.end(world.claim(), Result.ANSWERED, verdict(Disposition.AGREED))
    assert world.target(target).attempts == 1


def test_a_callback_keeps_its_instant_even_beyond_the_end_of_the_campaign(world: World) -> None:
    target = world.add()
    world.replan(until=world.now + timedelta(hours=1))
    tomorrow = world.now + timedelta(days=1, hours=3)
    world.end(world.claim(), Result.ANSWERED, verdict(Disposition.CALLBACK), callback_at=tomorrow)
    assert world.nothing() == Nothing("done")
    with world.store.writing() as conn:
        assert end(conn, world.campaign, world.now) == 0
    row = world.target(target)
    assert (row.state, row.due_at, row.callback_at) == (TargetState.WAITING, tomorrow, tomorrow)


def test_retries_beyond_the_end_are_closed_with_it(world: World) -> None:
    target = world.add()
    world.replan(until=world.now + timedelta(minutes=1))
    world.end(world.claim(), Result.BUSY)
    assert world.nothing() == Nothing("done")
    with world.store.writing() as conn:
        assert end(conn, world.campaign, world.now) == 1
    assert (world.target(target).closed, world.target(target).closed_rule) == (Closed.EXHAUSTED, "until")


def test_a_call_that_outlives_its_campaign_still_counts_but_is_not_repeated(world: World) -> None:
    for _ in range(2):
        world.add()
    good, busy = world.claim(), world.claim()
    with world.store.writing() as conn:
        stop(conn, world.campaign, world.now)
    assert world.end(good, Result.ANSWERED, verdict(Disposition.AGREED)).closed is Closed.SUCCESS
    assert world.end(busy, Result.BUSY).closed is Closed.STOPPED


def test_a_talk_outlives_a_busy_line_in_what_the_crm_is_told_of_the_target(world: World) -> None:
    target = world.add()
    world.replan(most_attempts=2)
    world.end(world.claim(), Result.ANSWERED, verdict(Disposition.VOICEMAIL))
    world.later(seconds=14400)
    world.end(world.claim(), Result.BUSY, verdict())
    row = world.target(target)
    assert (row.closed, row.verdict["disposition"]) == (Closed.EXHAUSTED, "voicemail")
    with world.store.reading() as conn:
        told = json.loads(conn.execute(select(outbox.c.payload).where(outbox.c.type == "target.closed")).scalar_one())
    assert told["verdict"]["disposition"] == "voicemail"


# --- leases


def test_a_lease_is_renewed_by_its_holder_alone(world: World) -> None:
    world.add()
    world.add()
    mine, other = world.claim(), world.claim()
    world.later(seconds=20)
    with world.store.writing() as conn:
        kept = renew(conn, {mine.attempt: mine.fence, other.attempt: other.fence + 7}, CALLS.lease, world.now)
    assert kept == {mine.attempt}
    assert world.attempt(mine.attempt).lease_until == world.now + timedelta(seconds=30)


def test_a_lease_that_has_run_out_is_lost(world: World) -> None:
    world.add()
    mine = world.claim()
    world.later(seconds=30)
    with world.store.writing() as conn:
        assert renew(conn, {mine.attempt: mine.fence}, CALLS.lease, world.now) == set()


def test_an_attempt_of_a_dead_worker_becomes_unknown_only_when_its_call_must_be_over(world: World) -> None:
    target = world.add()
    claimed = world.claim()
    world.later(seconds=30 + 599)
    with world.store.writing() as conn:
        assert expire(conn, CALLS, world.now) == []
    world.later(seconds=1)
    with world.store.writing() as conn:
        assert expire(conn, CALLS, world.now) == [claimed.attempt]
        assert expire(conn, CALLS, world.now) == []
    assert world.attempt(claimed.attempt).result is Result.UNKNOWN
    assert world.target(target).due_at == world.now + timedelta(seconds=3600)
    assert world.events() == ["attempt.finished"]


def test_a_phone_is_left_alone_after_a_call_whose_end_we_do_not_know(world: World) -> None:
    world.add("+79260000001")
    other = world.add("+79260000001")
    world.end(world.claim(), Result.UNKNOWN)
    until = world.now + timedelta(seconds=60)
    assert world.nothing().try_again_at == until
    assert world.target(other).waiting_rule == "embargo"
    world.now = until
    assert world.claim().target == other


def test_a_late_outcome_changes_nothing_but_a_wish_never_to_be_called_is_heard(world: World) -> None:
    target = world.add()
    claimed = world.claim()
    world.later(seconds=630)
    with world.store.writing() as conn:
        expire(conn, CALLS, world.now)
    judged = verdict(Disposition.DO_NOT_CALL)
    for _ in range(2):
        assert world.end(claimed, Result.ANSWERED, judged, never_call=True) == Finished(late=True)
    assert world.attempt(claimed.attempt).result is Result.UNKNOWN
    world.later(hours=2)
    assert world.nothing().why == "done"
    assert world.target(target).closed_rule == "do_not_call"


# --- the trunk


def test_a_trunk_that_fails_call_after_call_is_left_alone_for_a_while(world: World) -> None:
    for _ in range(6):
        world.add()
    for _ in range(5):
        world.end(world.claim(), Result.TRUNK_FAILED, Verdict())
    assert world.nothing() == Nothing("trunk_broken", world.now + timedelta(seconds=60))
    world.later(seconds=60)
    world.end(world.claim(), Result.TRUNK_FAILED, Verdict())  # still broken: one try was enough to see it
    assert world.nothing().why == "trunk_broken"


def test_a_burst_of_invalid_numbers_is_not_believed(world: World) -> None:
    with world.store.writing() as conn:
        for _ in range(20):
            world.add_in(conn)
    for number in range(20):
        world.later(seconds=1)
        claimed = world.claim()
        finished = world.end(claimed, Result.INVALID_NUMBER, NOT_IN_SERVICE)
        assert finished.closed is (Closed.INVALID if number < 19 else None)
    with world.store.reading() as conn:
        held = conn.execute(select(phones.c.status).where(phones.c.number == claimed.phone)).scalar_one()
    assert held is NumberStatus.UNKNOWN
    assert finished.rule == "trunk_failed" and world.nothing().why == "trunk_broken"
    kept = world.attempt(claimed.attempt)
    assert kept.result is Result.INVALID_NUMBER and kept.verdict["number_status"] == "unknown"
    assert kept.verdict["evidence"]


def test_an_exception_in_the_middle_undoes_all_of_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    target = world.add()
    claimed = world.claim()
    monkeypatch.setattr("robot.campaign.targets.enqueue_target_closed", fail)
    with pytest.raises(OSError, match="disk full"):
        world.end(claimed, Result.ANSWERED, verdict(Disposition.AGREED), turns=(Turn(step="a"),))
    assert world.attempt(claimed.attempt).result is None
    assert world.target(target).state is TargetState.CLAIMED
    assert world.events() == []
    monkeypatch.undo()
    world.end(claimed, Result.ANSWERED, verdict(Disposition.AGREED), turns=(Turn(step="a"),))
    assert world.events() == ["attempt.finished", "target.closed"]
