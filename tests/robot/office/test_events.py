"""Events that the CRM never took are sent again when somebody asks for it."""

import pytest

from robot.campaign.errors import NotPossible
from robot.office import dnc, events
from robot.store import outbox
from tests.robot.office.office_room import Office


def test_what_was_given_up_waits_again(office: Office) -> None:
    dnc.add(office.store, office.settings, office.clock, "+79261234501")
    name = office.import_().name  # one contact is closed at once, and the CRM is to be told
    assert events.replay(office.store, office.clock, name) == 0
    with office.store.writing() as conn:
        (event,) = outbox.waiting(conn, limit=10)
        outbox.mark_dead(conn, event.id, office.clock.now(), error="the CRM was gone")
    assert events.replay(office.store, office.clock, name) == 1
    with office.store.reading() as conn:
        assert [again.id for again in outbox.waiting(conn, limit=10)] == [event.id]


def test_a_campaign_that_is_not_there_is_told(office: Office) -> None:
    with pytest.raises(NotPossible, match="there is no campaign"):
        events.replay(office.store, office.clock, "autum")
