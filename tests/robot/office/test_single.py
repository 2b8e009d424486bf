"""One call by hand: what it must be told, and what policy says of it before anything is loaded."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from robot.campaign.errors import NotPossible
from robot.campaign.policy import Allowed, Never, NotNow, Rule
from robot.office import dnc, single
from robot.store.outbox import count
from robot.store.tables import campaigns
from tests.robot.office.office_room import Office

PHONE = "+7 926 123-45-99"
CONSENTS = {"first_name": "Anna", "consent_basis": "form", "consent_date": "2026-01-01"}


def prepare(office: Office, *, trunk: str | None = None, **fields: str) -> single.SingleCall:
    return single.prepare(
        office.store, office.settings, office.clock, PHONE, script=office.plan.script, trunk=trunk, fields=fields
    )


def told_to_the_crm(office: Office) -> int:
    with office.store.reading() as conn:
        return count(conn).waiting


def test_somebody_who_agreed_may_be_called_at_noon(office: Office) -> None:
    assert prepare(office, **CONSENTS).decision == Allowed()


def test_at_night_it_is_the_hour_that_forbids(office: Office) -> None:
    office.clock.move(timedelta(hours=12).total_seconds())
    decision = prepare(office, **CONSENTS, zone="Europe/Moscow").decision
    assert isinstance(decision, NotNow)
    assert decision.rule is Rule.WINDOW


def test_without_consent_the_crm_is_told_once_that_nobody_may_be_called(office: Office) -> None:
    assert prepare(office, first_name="Anna").decision == Never(Rule.CONSENT)
    assert told_to_the_crm(office) == 1


def test_the_do_not_call_list_is_told_of_once(office: Office) -> None:
    dnc.add(office.store, office.settings, office.clock, PHONE)
    assert prepare(office, **CONSENTS).decision == Never(Rule.DO_NOT_CALL)
    assert told_to_the_crm(office) == 1


@pytest.mark.parametrize(
    ("fields", "trunk", "told"),
    [({}, None, "add -c first_name=…"), (CONSENTS, "mian", "no trunk 'mian' in the settings. Did you mean “main”")],
)
def test_what_is_missing_is_told_before_a_campaign_is_made(
    office: Office, fields: dict[str, str], trunk: str | None, told: str
) -> None:
    with pytest.raises(NotPossible, match=told):
        prepare(office, trunk=trunk, **fields)
    with office.store.reading() as conn:
        assert conn.execute(select(campaigns.c.id)).first() is None
