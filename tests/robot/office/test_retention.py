"""What was said is gone after its days, and what it came to still counts."""

from datetime import timedelta

from sqlalchemy import select, update

from robot.office.retention import forget_expired
from robot.store.tables import attempts, turns
from robot.words import Result
from tests.robot.office.office_room import Office
from tests.robot.office.test_contacts import talk_to_anna


def forget(office: Office) -> int:
    with office.store.writing() as conn:
        return forget_expired(conn, settings=office.settings, clock=office.clock)


def test_within_its_days_everything_stays(office: Office) -> None:
    data = talk_to_anna(office)
    office.clock.move(timedelta(days=89).total_seconds())
    assert forget(office) == 0
    assert list(data.rglob("*.wav"))


def test_after_its_days_only_what_a_call_came_to_stays(office: Office) -> None:
    data = talk_to_anna(office)
    office.clock.move(timedelta(days=91).total_seconds())
    assert forget(office) == 1
    assert forget(office) == 0
    assert not list(data.rglob("*.wav"))
    with office.store.reading() as conn:
        assert conn.execute(select(turns)).first() is None
        dial = conn.execute(select(attempts)).one()
    assert (dial.result, dial.recording, dial.slots) == (Result.ANSWERED, None, {})
    assert (dial.notes, dial.updates, dial.tags, dial.follow_ups) == ([], {}, [], [])
    assert "shall come" not in str(dial.verdict)


def test_what_a_script_told_of_a_call_in_which_nobody_spoke_is_forgotten_too(office: Office) -> None:
    talk_to_anna(office)
    office.clock.move(timedelta(days=91).total_seconds())
    forget(office)
    with office.store.writing() as conn:
        conn.execute(update(attempts).values(tags=["voicemail for Anna"]))
    assert forget(office) == 1
    assert forget(office) == 0
    with office.store.reading() as conn:
        assert conn.execute(select(attempts.c.tags)).scalar_one() == []


def test_a_call_under_way_is_left_alone(office: Office) -> None:
    talk_to_anna(office, to_the_end=False)
    office.clock.move(timedelta(days=91).total_seconds())
    assert forget(office) == 0
