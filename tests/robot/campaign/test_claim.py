"""The claim: whom to dial next, and every reason not to."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError

from robot.campaign.blocklist import block_contact, block_number
from robot.campaign.claim import Nothing, _first_of_each_bucket
from robot.campaign.plan import Window
from robot.settings import TrunkSettings
from robot.store.tables import CampaignState, DoNotCallSource, TargetState, attempts, campaigns, targets, trunks
from robot.words import E164, Closed, ContactId, Disposition, Result, new_id
from tests.robot.campaign.world import MONDAY_NOON, World, verdict


def test_a_due_contact_is_claimed_with_all_that_a_call_needs(world: World) -> None:
    target = world.add("+79261234567")
    claimed = world.claim()
    assert (claimed.target, claimed.phone, claimed.number) == (target, "+79261234567", 1)
    assert claimed.lease_until == world.now + timedelta(seconds=30)
    assert world.target(target).state is TargetState.CLAIMED
    place = claimed.place()
    assert place.contact == {"first_name": "Name1"} and place.script == "h" * 64
    assert place.recording and place.recording.endswith(f"{claimed.attempt}.wav")


def test_a_claimed_contact_is_not_claimed_again(world: World) -> None:
    world.add()
    world.claim()
    assert world.nothing() == Nothing("nothing_due")


def test_fences_grow(world: World) -> None:
    world.add()
    world.add()
    assert world.claim().fence < world.claim().fence


@pytest.mark.parametrize("state", [CampaignState.DRAFT, CampaignState.PAUSED, CampaignState.FINISHED])
def test_only_a_running_campaign_dials(world: World, state: CampaignState) -> None:
    world.add()
    with world.store.writing() as conn:
        conn.execute(update(campaigns).values(state=state))
    assert world.nothing() == Nothing("not_running")


def test_a_trunk_that_is_not_configured_is_named(world: World) -> None:
    world.replan()
    with world.store.writing() as conn:
        conn.execute(update(campaigns).values(trunk="backup"))
    assert world.nothing() == Nothing("no_trunk")


def test_a_trunk_takes_no_more_calls_at_once_than_it_may(world: World) -> None:
    world.trunk = TrunkSettings(host="127.0.0.1", at_once=2, per_second=1e9)
    for _ in range(3):
        world.add()
    first = world.claim()
    world.later(seconds=1)
    world.claim()
    world.later(seconds=1)
    assert world.nothing() == Nothing("trunk_full")
    world.end(first, Result.ANSWERED, verdict(Disposition.AGREED))
    world.claim()


def test_calls_are_spread_by_the_trunks_rate(world: World) -> None:
    world.trunk = TrunkSettings(host="127.0.0.1", at_once=30, per_second=4)
    for _ in range(3):
        world.add()
    world.claim()
    assert world.nothing() == Nothing("calls_per_second", world.now + timedelta(milliseconds=250))
    world.later(milliseconds=249)
    assert world.nothing().why == "calls_per_second"
    world.later(milliseconds=1)
    world.claim()


def test_a_rate_not_used_is_not_saved_up_for_a_burst(world: World) -> None:
    world.trunk = TrunkSettings(host="127.0.0.1", at_once=30, per_second=4)
    for _ in range(3):
        world.add()
    world.claim()
    world.later(hours=1)
    world.claim()
    assert world.nothing().why == "calls_per_second"


def test_a_broken_trunk_is_left_alone(world: World) -> None:
    world.add()
    until = world.now + timedelta(seconds=60)
    with world.store.writing() as conn:
        conn.execute(insert(trunks).values(name="main", broken_until=until))
    assert world.nothing() == Nothing("trunk_broken", until)
    world.now = until
    world.claim()


def test_priority_one_is_dialled_first_then_who_has_waited_longest(world: World) -> None:
    late = world.add(due=MONDAY_NOON - timedelta(minutes=1), tz="Asia/Omsk")
    early = world.add(due=MONDAY_NOON - timedelta(minutes=2), tz="Europe/Moscow")
    urgent = world.add(priority=1, tz="Asia/Tomsk")
    assert [world.claim().target for _ in range(3)] == [urgent, early, late]


def test_zones_where_it_is_night_wait_and_the_others_go_on(world: World) -> None:
    world.replan(windows=(Window(days=(1, 2, 3, 4, 5), opens="10:00", closes="20:00"),))
    world.add(tz="Asia/Kamchatka")  # 21:00 there
    here = world.add(tz="Europe/Moscow")
    assert world.claim().target == here
    answer = world.nothing()
    assert answer == Nothing("nothing_due", MONDAY_NOON.replace(hour=22))  # 10:00 on Tuesday in Kamchatka


def test_when_nothing_is_due_the_next_time_is_told(world: World) -> None:
    world.add(due=world.now + timedelta(minutes=5))
    world.add(due=world.now + timedelta(minutes=3))
    assert world.nothing() == Nothing("nothing_due", world.now + timedelta(minutes=3))


def test_a_campaign_is_done_when_nothing_can_come_due_before_its_until(world: World) -> None:
    world.replan(until=world.now + timedelta(hours=1))
    world.add(due=world.now + timedelta(hours=2))
    assert world.nothing() == Nothing("done")


def test_a_campaign_is_not_done_while_a_call_is_under_way(world: World) -> None:
    world.replan(until=world.now + timedelta(hours=1))
    world.add()
    world.claim()
    assert world.nothing() == Nothing("nothing_due")
    world.later(hours=2)
    assert world.nothing() == Nothing("nothing_due")


def test_nobody_is_dialled_after_until(world: World) -> None:
    target = world.add()
    world.replan(until=world.now - timedelta(seconds=1))
    assert world.nothing() == Nothing("done")
    row = world.target(target)
    assert (row.closed, row.closed_rule) == (Closed.EXHAUSTED, "until")
    assert world.nothing() == Nothing("not_running")  # it is finished


def test_a_long_list_left_at_the_end_is_closed_in_pieces(world: World) -> None:
    with world.store.writing() as conn:
        for _ in range(201):
            world.add_in(conn)
    world.replan(until=world.now - timedelta(seconds=1))
    assert [world.nothing().why for _ in range(3)] == ["swept", "done", "not_running"]
    assert len(world.events()) == 201


def test_a_contact_on_the_do_not_call_list_is_closed_and_the_crm_is_told(world: World) -> None:
    target = world.add()
    with world.store.writing() as conn:
        contact = ContactId(conn.execute(select(targets.c.contact_id)).scalar_one())
        block_contact(conn, contact, reason="letter", source=DoNotCallSource.OFFICE, now=world.now)
    assert world.nothing() == Nothing("done")
    row = world.target(target)
    assert (row.state, row.closed, row.closed_rule) == (TargetState.CLOSED, Closed.NOT_ALLOWED, "do_not_call")
    assert world.events() == ["target.closed"]


def test_a_blocked_phone_does_not_block_the_contacts_other_phone(world: World) -> None:
    world.add("+79260000001", "+79260000002")
    with world.store.writing() as conn:
        block_number(conn, E164("+79260000001"), reason="r", source=DoNotCallSource.CALL, now=world.now)
    assert world.claim().phone == "+79260000002"


def test_advertising_without_consent_is_never_dialled(world: World) -> None:
    none = world.add(consent=None)
    future = world.add(consent=date(2026, 11, 24))
    fine = world.add(consent=date(2026, 11, 23))
    assert world.claim().target == fine
    assert {world.target(target).closed_rule for target in (none, future)} == {"consent"}


def test_an_emergency_number_that_got_into_the_tables_is_never_dialled(world: World) -> None:
    target = world.add("112")
    assert world.nothing() == Nothing("done")
    assert world.target(target).closed_rule == "number"


def test_a_zone_that_nobody_knows_is_closed_not_dialled(world: World) -> None:
    target = world.add(tz="Mars/Olympus")
    assert world.nothing() == Nothing("done")
    assert world.target(target).closed_rule == "zone"


def test_two_contacts_of_one_phone_are_not_dialled_at_once(world: World) -> None:
    first, second = world.add("+79260000001"), world.add("+79260000001")
    claimed = world.claim()
    assert claimed.target == first
    assert world.nothing().why == "nothing_due"
    assert world.target(second).waiting_rule == "phone_busy"
    world.end(claimed, Result.BUSY)
    world.later(seconds=15)
    assert world.claim().target == second


def test_a_list_of_forbidden_contacts_is_settled_in_pieces(world: World) -> None:
    with world.store.writing() as conn:
        for _ in range(201):
            world.add_in(conn, consent=None)
    assert world.nothing() == Nothing("swept", world.now)
    assert world.nothing() == Nothing("done")


def test_one_target_can_be_asked_for(world: World) -> None:
    world.add(priority=1)
    wanted = world.add()
    assert world.claim(only=wanted).target == wanted


def test_the_database_itself_refuses_a_second_open_attempt_to_a_phone(world: World) -> None:
    world.add("+79260000001")
    other = world.add("+79260000001")
    claimed = world.claim()
    row = dict(world.attempt(claimed.attempt)._mapping)
    with pytest.raises(IntegrityError, match="phone_id"), world.store.writing() as conn:
        conn.execute(insert(attempts).values({**row, "id": new_id(), "fence": 99, "target_id": other}))


def test_the_database_itself_refuses_an_attempt_after_a_success(world: World) -> None:
    world.add()
    claimed = world.claim()
    row = dict(world.attempt(claimed.attempt)._mapping)
    world.end(claimed, Result.ANSWERED, verdict(Disposition.AGREED))
    with pytest.raises(IntegrityError, match="target_id"), world.store.writing() as conn:
        conn.execute(insert(attempts).values({**row, "id": new_id(), "fence": 99}))


def test_the_next_due_contact_is_found_by_its_index_alone(world: World) -> None:
    query = str(_first_of_each_bucket.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": False}))
    with world.store.reading() as conn:
        rows = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", (world.campaign,) * query.count("?")).all()
    steps = [row.detail for row in rows]
    probes = [step for step in steps if "ix_targets_due" in step]
    assert [probe.split("(")[1] for probe in probes] == [
        "campaign_id=?)",
        "campaign_id=? AND tz=? AND priority>?)",
        "campaign_id=? AND tz>?)",
    ]
    assert not [step for step in steps if step.startswith("SCAN") and "bucket" not in step and "CONSTANT" not in step]
