"""Forgetting a contact: nothing personal is left anywhere, and what happened still counts."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from robot.call.messages import CallOutcome, Turn
from robot.campaign.claim import Claim
from robot.campaign.errors import NotPossible
from robot.campaign.finish import finish
from robot.office import campaigns, contacts, dnc
from robot.store.tables import attempts
from robot.words import (
    E164,
    Channel,
    Disposition,
    Evidence,
    EvidenceKind,
    FollowUp,
    Interest,
    NumberStatus,
    Person,
    Result,
    Verdict,
)
from tests.robot.office.office_room import Office

PERSONAL = ("Anna", "4501", "Petrova", "shall come", "9161112233", "crm-17", "red car", "Minsk", "see you")
LIST = """\
id,first_name,last_name,phone,consent_basis,consent_date
crm-17,Anna,Petrova,+79261234501,form,2026-01-01
2,Boris,Ivanov,+79261234502,form,2026-01-01
crm-17,Anna,Petrova,+79261234501,form,2026-01-01
3,Vera,Orlova,nothing,form,2026-01-01
"""


def talk_to_anna(office: Office, disposition: Disposition = Disposition.AGREED, *, to_the_end: bool = True) -> Path:
    """Have a recorded call with her; return the data folder."""
    campaign = office.import_(LIST).campaign
    campaigns.start(office.store, office.settings, office.clock, "autumn")
    claimed = office.claim(campaign)
    assert isinstance(claimed, Claim) and claimed.recording is not None
    claimed.recording.parent.mkdir(parents=True)
    claimed.recording.write_bytes(b"RIFF")
    (claimed.recording.parent / f"{claimed.attempt}.sip.txt").write_text("INVITE sip:+79261234501")
    if not to_the_end:
        return office.settings.data
    outcome = CallOutcome(
        attempt=claimed.attempt,
        result=Result.ANSWERED,
        verdict=Verdict(
            NumberStatus.VALID,
            0.9,
            person=Person.CONFIRMED,
            interest=Interest.HOT,
            disposition=disposition,
            evidence=(Evidence(EvidenceKind.SPEECH, "I shall come", NumberStatus.VALID),),
            new_number=E164("+79161112233"),
        ),
        dialled_at=office.clock.now(),
        ended_at=office.clock.now() + timedelta(seconds=30),
        turns=(Turn(step="hello", said="Hello Anna", heard="I shall come"),),
        slots={"email": "Petrova@example.org"},
        notes=("Has a red car",),
        updates={"city": "Minsk"},
        tags=("Anna's friend",),
        follow_ups=(FollowUp(Channel.SMS, "We see you on Friday", "+79161112233"),),
        recording=str(claimed.recording),
        never_call=disposition is Disposition.DO_NOT_CALL,
    )
    with office.store.writing() as conn:
        finish(conn, outcome, claimed.fence, office.settings.calls, office.clock.now())
    return office.settings.data


def whole_database(office: Office) -> str:
    """Every value of every table, as text."""
    with office.store.reading() as conn:
        names = list(conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars())
        return "\n".join(str(row) for name in names for row in conn.execute(text(f"SELECT * FROM {name}")))


def test_nothing_personal_is_left_in_the_database_or_in_files(office: Office) -> None:
    data = talk_to_anna(office)
    erased = contacts.erase(office.store, office.settings, office.clock, "crm-17")
    assert (erased.attempts, erased.files, erased.events, erased.rejected_rows) == (1, 2, 3, 1)
    everything = whole_database(office) + "".join(
        file.read_text(encoding="utf-8-sig") + file.name for file in data.rglob("*") if file.is_file()
    )
    assert [word for word in PERSONAL if word in everything] == []
    assert "Boris" in everything and "Vera" in everything


def test_what_the_dial_came_to_still_counts(office: Office) -> None:
    talk_to_anna(office)
    contacts.erase(office.store, office.settings, office.clock, "crm-17")
    assert campaigns.status(office.store, "autumn").by_result[Result.ANSWERED] == 1
    with office.store.reading() as conn:
        verdict = conn.execute(select(attempts.c.verdict)).scalar_one()
    assert (verdict["interest"], verdict["new_number"]) == ("hot", None)
    assert len(campaigns.target_rows(office.store, "autumn")) == 2


def test_a_wish_not_to_be_called_outlives_the_contact(office: Office) -> None:
    talk_to_anna(office, Disposition.DO_NOT_CALL)
    contacts.erase(office.store, office.settings, office.clock, "crm-17")
    assert "+79261234501" in {entry.phone for entry in dnc.list_all(office.store)}
    office.plan = office.plan.model_copy(update={"name": "winter"})
    assert office.import_("first_name,phone\nAnna,+79261234501\n").report.not_allowed == 1


def test_a_contact_that_was_blocked_as_a_person_keeps_all_its_phones_blocked(office: Office) -> None:
    office.import_("id,first_name,phone,phone2\n7,Anna,+79261234501,+79261234509\n")
    dnc.add_contact(office.store, office.clock, "7")
    contacts.erase(office.store, office.settings, office.clock, "7")
    assert {entry.phone for entry in dnc.list_all(office.store)} == {None, "+79261234501", "+79261234509"}


def test_a_phone_that_is_somebody_elses_too_stays_theirs(office: Office) -> None:
    office.import_("id,first_name,phone,phone2\n1,Anna,+79261234501,+74951234500\n2,Boris,+79261234502,+74951234500\n")
    contacts.erase(office.store, office.settings, office.clock, "1")
    database = whole_database(office)
    assert "+74951234500" in database and "+79261234501" not in database


def test_an_erased_contact_is_not_dialled(office: Office) -> None:
    campaign = office.import_().campaign
    campaigns.start(office.store, office.settings, office.clock, "autumn")
    contacts.erase(office.store, office.settings, office.clock, "1")
    claimed = office.claim(campaign)
    assert isinstance(claimed, Claim) and claimed.phone == "+79261234502"


def test_nobody_is_erased_in_the_middle_of_a_call(office: Office) -> None:
    data = talk_to_anna(office, to_the_end=False)
    with pytest.raises(NotPossible, match="under way"):
        contacts.erase(office.store, office.settings, office.clock, "crm-17")
    assert list(data.rglob("*.wav"))


def test_who_is_not_there_cannot_be_erased(office: Office) -> None:
    with pytest.raises(NotPossible, match="'nobody'"):
        contacts.erase(office.store, office.settings, office.clock, "nobody")


def test_a_report_that_names_an_erased_contact_is_gone(office: Office) -> None:
    data = talk_to_anna(office)
    campaign = campaigns.status(office.store, "autumn").id
    report = data / "reports" / f"{campaign}.html"
    report.parent.mkdir()
    report.write_text("Anna", encoding="utf-8")
    contacts.erase(office.store, office.settings, office.clock, "crm-17")
    assert not report.exists()
