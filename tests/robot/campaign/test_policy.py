"""Policy: whether a phone may be dialled now. In doubt it may not."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.campaign.plan import CampaignPlan, Window
from robot.campaign.policy import (
    Allowed,
    Consent,
    ContactFacts,
    Decision,
    Never,
    NotNow,
    PhoneFacts,
    Rule,
    judge,
    next_opening,
    zone_named,
)
from robot.words import E164, Closed

MOSCOW = ZoneInfo("Europe/Moscow")
NEW_YORK = ZoneInfo("America/New_York")
WORKDAYS = (Window(),)  # Monday to Friday, 10 to 20
PLAN = CampaignPlan(name="autumn", script="s", trunk="main")
GIVEN = Consent("form", date(2026, 1, 1), "site")
NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # Monday, noon in Moscow
ANNA = ContactFacts("Europe/Moscow", GIVEN, blocked=False, attempts=0)
HERS = PhoneFacts(E164("+79261234567"), blocked=False)


def ask(
    plan: CampaignPlan = PLAN,
    purpose: str = "advertising",
    contact: ContactFacts = ANNA,
    phone: PhoneFacts = HERS,
    now: datetime = NOON,
) -> Decision:
    return judge(plan, purpose, contact, phone, now)


def at(text: str, zone: ZoneInfo = MOSCOW) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_all_is_well() -> None:
    assert ask() == Allowed()


@pytest.mark.parametrize(
    "number", ["112", "+7112", "+78091234567", "+78001234567", "", "hello", "79261234567", "+0123"]
)
def test_emergency_short_and_premium_numbers_and_garbage_are_never_dialled(number: str) -> None:
    assert ask(phone=PhoneFacts(E164(number), blocked=False)) == Never(Rule.NUMBER)


def test_the_do_not_call_list_counts_for_the_phone_and_for_the_person() -> None:
    assert ask(phone=PhoneFacts(HERS.number, blocked=True)) == Never(Rule.DO_NOT_CALL)
    assert ask(contact=ContactFacts("Europe/Moscow", GIVEN, blocked=True, attempts=0)) == Never(Rule.DO_NOT_CALL)


@pytest.mark.parametrize(
    "consent",
    [
        Consent(),
        Consent("form"),
        Consent(None, date(2026, 1, 1)),
        Consent("  ", date(2026, 1, 1)),
        Consent("form", date(2026, 11, 24)),
    ],
)
def test_advertising_needs_a_consent_with_basis_and_date(consent: Consent) -> None:
    contact = ContactFacts("Europe/Moscow", consent, blocked=False, attempts=0)
    assert ask(contact=contact) == Never(Rule.CONSENT)
    assert ask(contact=contact, purpose="advertisment") == Never(Rule.CONSENT)  # a typo is no way out
    assert ask(contact=contact, purpose="service") == Allowed()


def test_a_consent_of_today_counts_where_it_is_today_already() -> None:
    given_today = Consent("form", date(2026, 11, 24))
    late = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)  # the 24th in Omsk, 04:00
    contact = ContactFacts("Asia/Omsk", given_today, blocked=False, attempts=0)
    assert isinstance(ask(contact=contact, now=late), NotNow)  # for the night, not for the consent


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "Europe", "../etc/passwd", "/etc/localtime", "UTC\0"])
def test_a_zone_that_nobody_knows_is_never_dialled(zone: str) -> None:
    assert ask(contact=ContactFacts(zone, GIVEN, blocked=False, attempts=0)) == Never(Rule.ZONE)


def test_caps_until_embargo_and_a_phone_in_use() -> None:
    tired = ContactFacts("Europe/Moscow", GIVEN, blocked=False, attempts=6)
    assert ask(contact=tired) == Never(Rule.MOST_ATTEMPTS, Closed.EXHAUSTED)
    over = PLAN.model_copy(update={"until": NOON - timedelta(seconds=1)})
    assert ask(plan=over) == Never(Rule.UNTIL, Closed.EXHAUSTED)
    soon = NOON + timedelta(seconds=30)
    assert ask(phone=PhoneFacts(HERS.number, blocked=False, embargo_until=soon)) == NotNow(soon, Rule.EMBARGO)
    assert isinstance(ask(phone=PhoneFacts(HERS.number, blocked=False, ringing=True)), NotNow)
    assert ask(phone=PhoneFacts(HERS.number, blocked=False, dead=True)) == Never(Rule.DEAD_PHONE, Closed.INVALID)


def test_what_forbids_for_good_is_not_kept_waiting_for_the_morning() -> None:
    night = NOON + timedelta(hours=12)
    assert ask(phone=PhoneFacts(HERS.number, blocked=True), now=night) == Never(Rule.DO_NOT_CALL)


# --- windows


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-23 10:00", "2026-11-23 10:00"),
        ("2026-11-23 09:59:59", "2026-11-23 10:00"),
        ("2026-11-23 19:59:59", "2026-11-23 19:59:59"),
        ("2026-11-23 20:00", "2026-11-24 10:00"),
        ("2026-11-27 20:00", "2026-11-30 10:00"),  # Friday evening → Monday
        ("2026-11-28 12:00", "2026-11-30 10:00"),
    ],
)
def test_a_window_opens_and_closes_in_the_contacts_own_zone(now: str, opens: str) -> None:
    assert next_opening(WORKDAYS, MOSCOW, at(now)) == at(opens)


def test_the_same_instant_is_day_in_one_zone_and_night_in_another() -> None:
    assert ask(contact=ContactFacts("Asia/Kamchatka", GIVEN, blocked=False, attempts=0)) == NotNow(
        datetime(2026, 11, 23, 22, 0, tzinfo=UTC), Rule.WINDOW
    )


def test_a_window_may_last_all_day_or_into_the_next() -> None:
    all_day = (Window(days=(1, 2, 3, 4, 5, 6, 7), opens=time(0), closes=time(0)),)
    assert next_opening(all_day, MOSCOW, at("2026-11-28 03:00")) == at("2026-11-28 03:00")
    friday_night = (Window(days=(5,), opens=time(20), closes=time(2)),)
    assert next_opening(friday_night, MOSCOW, at("2026-11-28 01:59")) == at("2026-11-28 01:59")
    assert next_opening(friday_night, MOSCOW, at("2026-11-28 02:00")) == at("2026-12-04 20:00")


def test_without_windows_nobody_is_called() -> None:
    assert ask(plan=PLAN.model_copy(update={"windows": ()})) == Never(Rule.WINDOW)


def test_an_opening_in_the_hour_that_is_skipped_comes_after_it() -> None:
    early = (Window(days=(7,), opens=time(2, 30), closes=time(12)),)
    before = at("2027-03-14 01:00", NEW_YORK)  # clocks go from 2 to 3 that night
    opening = next_opening(early, NEW_YORK, before)
    assert opening is not None and opening.astimezone(NEW_YORK).time() == time(3, 30)


def test_an_hour_that_is_there_twice_opens_the_second_time_and_closes_the_first() -> None:
    sunday = datetime(2026, 11, 1, tzinfo=UTC).date()  # clocks go from 2 back to 1 that night
    opens = (Window(days=(7,), opens=time(1, 30), closes=time(12)),)
    opening = next_opening(opens, NEW_YORK, datetime.combine(sunday, time(0), NEW_YORK))
    assert opening == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    closes = (Window(days=(7,), opens=time(0), closes=time(1, 30)),)
    second = datetime(
        2026, 11, 1, 6, 10, tzinfo=UTC
    )  # 01:10, the second time: it has been closed since the first 01:30
    assert next_opening(closes, NEW_YORK, second) == datetime(2026, 11, 8, 5, 0, tzinfo=UTC)


zones = st.sampled_from(sorted(available_timezones() - {"localtime"}))
instants = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
times = st.times().map(lambda moment: moment.replace(microsecond=0))
windows = st.lists(
    st.builds(Window, days=st.sets(st.integers(1, 7), min_size=1).map(tuple), opens=times, closes=times),
    min_size=1,
    max_size=3,
).map(tuple)


def inside(window: Window, wall: datetime) -> bool:
    """Whether a wall clock's reading lies in a window, by the plainest reading of its words."""
    day, moment = wall.isoweekday(), wall.time()
    yesterday = (wall - timedelta(days=1)).isoweekday()
    if window.opens < window.closes:
        return day in window.days and window.opens <= moment < window.closes
    return (day in window.days and moment >= window.opens) or (yesterday in window.days and moment < window.closes)


@given(windows, zones, instants)
def test_where_a_window_is_said_to_be_open_the_wall_clock_agrees(
    chosen: tuple[Window, ...], zone: str, now: datetime
) -> None:
    there = ZoneInfo(zone)
    opening = next_opening(chosen, there, now)
    if opening is None:
        return
    assert opening >= now
    wall = opening.astimezone(there)
    assert any(inside(window, wall.replace(tzinfo=None)) for window in chosen)


@given(windows, zones, instants)
def test_waiting_for_an_opening_ends_there(chosen: tuple[Window, ...], zone: str, now: datetime) -> None:
    opening = next_opening(chosen, ZoneInfo(zone), now)
    assert opening is not None
    assert next_opening(chosen, ZoneInfo(zone), opening) == opening


@given(
    number=st.one_of(st.just("+79261234567"), st.text(max_size=20)),
    zone=st.one_of(zones, st.text(max_size=30)),
    purpose=st.one_of(st.sampled_from(["advertising", "service"]), st.text(max_size=10)),
    basis=st.one_of(st.none(), st.text(max_size=10)),
    given_on=st.one_of(st.none(), st.dates()),
    flags=st.tuples(*[st.booleans()] * 4),
    attempts=st.integers(0, 10),
    now=instants,
)
def test_whatever_comes_in_it_is_allowed_only_where_every_rule_agrees(
    *,
    number: str,
    zone: str,
    purpose: str,
    basis: str | None,
    given_on: date | None,
    flags: tuple[bool, bool, bool, bool],
    attempts: int,
    now: datetime,
) -> None:
    blocked, blocked_phone, dead, ringing = flags
    contact = ContactFacts(zone, Consent(basis, given_on), blocked, attempts)
    phone = PhoneFacts(E164(number), blocked_phone, dead, ringing)
    decision = judge(PLAN, purpose, contact, phone, now)
    if isinstance(decision, NotNow):
        assert decision.until > now
    if isinstance(decision, Allowed):
        known = zone_named(zone)
        assert known is not None and number == "+79261234567" and not any(flags) and attempts < 6
        assert purpose == "service" or (basis and given_on and given_on <= now.astimezone(known).date())
        assert any(inside(window, now.astimezone(known).replace(tzinfo=None)) for window in PLAN.windows)
