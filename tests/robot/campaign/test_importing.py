"""Importing a list: every row becomes a target, or is reported with its number and a reason."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from robot.campaign.blocklist import block_number
from robot.campaign.errors import ListRefused
from robot.campaign.importing import ImportReport, ImportTerms, import_list
from robot.campaign.lifecycle import create
from robot.campaign.rows import _date, _zone
from robot.store.tables import DoNotCallSource, contact_phones, contacts, do_not_call, imports, phones, targets
from robot.words import E164, Closed
from tests.robot.campaign.world import World

TERMS = ImportTerms(region="RU", zone="Europe/Moscow", needs=("first_name",), asks_consent=True)
HEAD = "id,first_name,phone,phone2,zone,priority,consent_basis,consent_date,consent_source\n"
GOOD = "1,Anna,8 (926) 123-45-01,+7 495 123-45-02,Asia/Omsk,1,form,31.05.2026,site\n"


def take(world: World, text: str, terms: ImportTerms = TERMS) -> ImportReport:
    path = world.folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    with world.store.writing() as conn:
        rejects = world.folder / "rejects" / "list.csv"
        return import_list(conn, world.campaign, path, terms, rejects_file=rejects, now=world.now)


def numbers(world: World) -> list[str]:
    """Every contact's phones, in order."""
    with world.store.reading() as conn:
        query = select(phones.c.number).join(contact_phones, contact_phones.c.phone_id == phones.c.id)
        return list(conn.execute(query.order_by(contact_phones.c.contact_id, contact_phones.c.position)).scalars())


def test_a_good_row_becomes_a_target_with_all_it_says(world: World) -> None:
    report = take(world, HEAD + GOOD)
    assert (report.rows, report.accepted, report.rejected, report.rejects_file) == (1, 1, (), None)
    target = world.target(report.targets[0])
    assert (target.tz, target.priority, target.due_at) == ("Asia/Omsk", 1, world.now)
    with world.store.reading() as conn:
        contact = conn.execute(select(contacts)).one()
        assert conn.execute(select(imports.c.accepted)).scalar_one() == 1
    assert (contact.external_id, contact.fields, contact.zone) == ("1", {"first_name": "Anna"}, "Asia/Omsk")
    assert (contact.consent_basis, contact.consent_date, contact.consent_source) == ("form", date(2026, 5, 31), "site")
    assert numbers(world) == ["+79261234501", "+74951234502"]


def test_dates_are_kept_as_scripts_read_them(world: World) -> None:
    terms = ImportTerms(
        region="RU", zone="Europe/Moscow", needs=("born",), types={"born": "date", "last_visit": "date"}
    )
    text = "id,phone,born,last_visit\n1,89261234501,05.03.1987,2026-11-02\n2,89261234502,1987/03/05,lately\n"
    report = take(world, text + "3,89261234503,in spring,2026-11-02\n", terms)
    assert [(one.row, "no date" in one.reason) for one in report.rejected] == [(3, True)] or report.rejected
    with world.store.reading() as conn:
        fields = list(conn.execute(select(contacts.c.fields).order_by(contacts.c.external_id)).scalars())
    assert fields[0] == {"born": "1987-03-05", "last_visit": "2026-11-02"}
    assert fields[1]["last_visit"] == "lately", "what a list only may have is kept as it is"


@pytest.mark.parametrize(
    ("row", "code", "reason"),
    [
        ("2,Boris,+7 926 123", "phone", "too short"),
        ("2,Boris,hello", "phone", "not a phone number"),
        ("2,Boris,112", "phone", "never dialled"),
        ("2,Boris,8 809 123-45-67", "phone", "never dialled"),
        ("2,Boris,", "phone", "there is no phone"),
        ("2,,+79261234502", "needed", "no first_name"),
        ("2,Boris,+79261234502,,Moscow", "zone", "no time zone 'Moscow'"),
        ("2,Boris,+79261234502,,,high", "priority", "'high' is no number"),
        ("2,Boris,+79261234502,,,,form,last May", "consent_date", "2026-05-31"),
        ("2,Boris,+79261234502,,,,form,2026-05-31,site,more", "cells", "10 cells and the header 9"),
        ("3,Boris,89261234501", "duplicate", "duplicate of row 2: the same phone"),
        ("1,Boris,+79261234502", "duplicate", "duplicate of row 2: the same id"),
    ],
)
def test_a_bad_row_is_reported_with_its_number_and_reason(world: World, row: str, code: str, reason: str) -> None:
    good = "1,Anna,+79261234501,,,,form,2026-05-31,site\n"
    report = take(world, f"{HEAD}{good}\n{row}\n")
    assert report.accepted == 1
    (rejected,) = report.rejected
    assert (rejected.row, rejected.code) == (4, code) and reason in rejected.reason
    assert report.rejects_file is not None
    with report.rejects_file.open(encoding="utf-8-sig", newline="") as file:
        (line,) = csv.DictReader(file, restkey="more")
    assert line["first_name"] in ("Boris", "")
    if code != "cells":
        assert (line["row"], line["reason"]) == ("4", rejected.reason)


def test_several_phones_may_stand_in_one_cell(world: World) -> None:
    take(world, 'first_name;phone\nAnna;"+79261234501; 8 926 123 45 02 или 89261234503"\n')
    assert numbers(world) == ["+79261234501", "+79261234502", "+79261234503"]


def test_a_bad_second_phone_does_not_cost_the_contact_and_is_not_hidden(world: World) -> None:
    report = take(world, "first_name,phone,phone2\nAnna,+79261234501,oops\n")
    assert (report.accepted, report.rejected) == (1, ())
    assert [(left.row, left.code) for left in report.left_out] == [(2, "phone")]
    assert report.rejects_file is not None and "oops" in report.rejects_file.read_text(encoding="utf-8-sig")


def test_people_may_share_a_phone_as_long_as_each_has_one_of_their_own(world: World) -> None:
    report = take(
        world, "id,first_name,phone,phone2\n1,Anna,+79261234501,+74951234500\n2,Boris,+79261234502,+74951234500\n"
    )
    assert report.accepted == 2


def test_a_list_imported_twice_adds_nobody(world: World) -> None:
    take(world, HEAD + GOOD)
    again = take(world, HEAD + GOOD)
    assert again.accepted == 0
    assert "from an earlier list" in again.rejected[0].reason
    by_phone = take(world, "first_name,phone\nAnna,+79261234501\n")
    assert "from an earlier list" in by_phone.rejected[0].reason


def test_a_contact_known_by_its_id_is_updated_and_keeps_what_the_list_does_not_say(world: World) -> None:
    take(world, HEAD + GOOD)
    other = World(world.store, world.folder, world.plan.model_copy(update={"name": "winter"}))
    with world.store.writing() as conn:
        other.campaign = create(conn, other.plan, world.now)
    report = take(other, "id,first_name,phone,city\n1,Anna Maria,+79261234599,Omsk\n")
    with world.store.reading() as conn:
        contact = conn.execute(select(contacts)).one()
    assert contact.fields == {"first_name": "Anna Maria", "city": "Omsk"}
    assert (contact.consent_basis, contact.zone) == ("form", "Asia/Omsk")
    assert numbers(world) == ["+79261234501", "+74951234502", "+79261234599"]
    target = other.target(report.targets[0])
    assert (target.next_position, target.tz) == (2, "Asia/Omsk")  # the phone of this list is dialled first


def test_a_contact_without_an_id_is_known_by_its_phone(world: World) -> None:
    take(world, "first_name,phone\nAnna,+79261234501\n")
    report = take(world, "first_name,phone,phone2\nAnna,+79261234501,+79261234502\n")
    assert report.rejected[0].code == "duplicate"
    with world.store.reading() as conn:
        assert conn.execute(select(func.count()).select_from(contacts)).scalar_one() == 1


@pytest.mark.parametrize(
    ("phone", "zone"),
    [
        ("+7 495 123-45-02", "Europe/Moscow"),
        ("+7 3812 12-34-56", "Asia/Omsk"),
        ("+79261234501", "Europe/Samara"),  # a Russian mobile may be anywhere: the settings' own
        ("+1 212 555 0123", "America/New_York"),
    ],
)
def test_the_zone_comes_from_the_phone_where_it_tells_and_from_the_settings_where_not(
    world: World, phone: str, zone: str
) -> None:
    report = take(world, f"first_name,phone\nAnna,{phone}\n", ImportTerms(region="RU", zone="Europe/Samara"))
    assert world.target(report.targets[0]).tz == zone


def test_a_contact_on_the_do_not_call_list_is_closed_and_the_crm_is_told(world: World) -> None:
    with world.store.writing() as conn:
        block_number(conn, E164("+79261234501"), reason="r", source=DoNotCallSource.OFFICE, now=world.now)
    report = take(world, "first_name,phone\nAnna,+79261234501\nBoris,+79261234502\n")
    assert (report.accepted, report.not_allowed) == (2, 1)
    target = world.target(report.targets[0])
    assert (target.closed, target.closed_rule, target.attempts) == (Closed.NOT_ALLOWED, "do_not_call", 0)
    assert world.events() == ["target.closed"]
    with world.store.reading() as conn:
        assert conn.execute(select(func.count()).select_from(do_not_call)).scalar_one() == 1


def test_rows_without_consent_are_taken_and_counted_where_the_script_is_advertising(world: World) -> None:
    assert take(world, "first_name,phone\nAnna,+79261234501\n").without_consent == 1


def test_a_list_without_a_phone_column_changes_nothing(world: World) -> None:
    with pytest.raises(ListRefused, match="'first_name', 'fone'"):
        take(world, "first_name,fone\nAnna,+79261234501\n")
    with world.store.reading() as conn:
        assert conn.execute(select(func.count()).select_from(contacts)).scalar_one() == 0


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Asia/Omsk", "Asia/Omsk"),
        ("UTC+6", "Etc/GMT-6"),
        ("мск+4", "Etc/GMT-7"),
        ("MSK", "Etc/GMT-3"),
        ("+05:00", "Etc/GMT-5"),
        ("UTC", "Etc/GMT+0"),
        ("UTC+99", None),
        ("Moscow", None),
        ("", None),
    ],
)
def test_zones_as_lists_write_them(text: str, zone: str | None) -> None:
    assert _zone(text) == zone


@pytest.mark.parametrize(
    "text", ["2026-05-31", "31.05.2026", "31/05/2026", "31-05-2026", "2026-05-31 10:15:00", "20260531"]
)
def test_dates_as_lists_write_them(text: str) -> None:
    assert _date(text) == date(2026, 5, 31)


cells = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(cells, min_size=1, max_size=5), max_size=6))
def test_whatever_a_list_holds_every_row_is_accounted_for(world: World, rows: list[list[str]]) -> None:
    path = Path(world.folder / "any.csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["phone", "first_name", "zone"], *rows])
    with world.store.writing() as conn:
        report = import_list(conn, world.campaign, path, TERMS, rejects_file=world.folder / "r.csv", now=world.now)
    assert report.rows == report.accepted + len(report.rejected)
    with world.store.reading() as conn:
        assert conn.execute(select(func.count()).select_from(targets)).scalar_one() >= report.accepted
