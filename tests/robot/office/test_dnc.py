"""The do-not-call list, by hand."""

import pytest

from robot.campaign.claim import Claim
from robot.campaign.errors import NotPossible
from robot.office import campaigns, dnc
from robot.words import Closed
from tests.robot.office.office_room import Office


def test_a_phone_is_added_as_people_write_it_and_once(office: Office) -> None:
    assert dnc.add(office.store, office.settings, office.clock, "8 (926) 123-45-01", "wrote us a letter")
    assert not dnc.add(office.store, office.settings, office.clock, "+79261234501")
    (entry,) = dnc.list_all(office.store)
    assert (entry.phone, entry.reason, entry.source) == ("+79261234501", "wrote us a letter", "office")


def test_what_is_no_phone_is_refused(office: Office) -> None:
    with pytest.raises(NotPossible, match="'Anna'"):
        dnc.add(office.store, office.settings, office.clock, "Anna")


def test_it_counts_in_a_campaign_that_runs_already(office: Office) -> None:
    campaign = office.import_().campaign
    campaigns.start(office.store, office.settings, office.clock, "autumn")
    dnc.add(office.store, office.settings, office.clock, "+79261234501")
    claimed = office.claim(campaign)
    assert isinstance(claimed, Claim) and claimed.phone == "+79261234502"
    assert campaigns.status(office.store, "autumn").by_closed[Closed.NOT_ALLOWED] == 1


def test_a_contact_is_added_by_its_external_id(office: Office) -> None:
    office.import_()
    assert dnc.add_contact(office.store, office.clock, "1")
    assert [(entry.phone, entry.external_id) for entry in dnc.list_all(office.store)] == [(None, "1")]
    with pytest.raises(NotPossible, match="'77'"):
        dnc.add_contact(office.store, office.clock, "77")
