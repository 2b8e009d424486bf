import re
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.dialog.spoken_en import English
from robot.script.facts import Money, read_money

EN = English()


@pytest.mark.parametrize(
    ("value", "spoken", "shown"),
    [
        ("0", "zero", "0"),
        ("1500", "one thousand five hundred", "1,500"),
        ("21", "twenty one", "21"),
        ("1000001", "one million and one", "1,000,001"),
        ("-3", "minus three", "-3"),
        ("2.50", "two point five", "2.5"),
        ("-0.05", "minus zero point zero five", "-0.05"),
    ],
)
def test_numbers(value: str, spoken: str, shown: str) -> None:
    wording = EN.number(Decimal(value), "")
    assert (wording.text, wording.shown) == (spoken, shown)


@pytest.mark.parametrize(
    ("value", "forms", "spoken"),
    [
        ("1", ("race", "races"), "one race"),
        ("2", ("race", "races"), "two races"),
        ("0", ("race", "races"), "zero races"),
        ("21", ("race", "races"), "twenty one races"),
        ("1.5", ("hour", "hours"), "one point five hours"),
        ("1.0", ("free visit", "free visits"), "one free visit"),
        ("3", ("sheep",), "three sheep"),
        ("3", (), "three"),
    ],
)
def test_things_counted(value: str, forms: tuple[str, ...], spoken: str) -> None:
    assert EN.counted(Decimal(value), forms, "up to ").text == spoken


@pytest.mark.parametrize(
    ("amount", "spoken", "shown"),
    [
        ("1 USD", "one dollar", "$1"),
        ("$12.5", "twelve dollars and fifty cents", "$12.50"),
        ("£0.01", "one penny", "£0.01"),
        ("2 EUR", "two euros", "€2"),
        ("1500 RUB", "one thousand five hundred rubles", "₽1,500"),
        ("1 zł", "one zloty", "PLN 1"),
        ("49,99 PLN", "forty nine zlotys and ninety nine groszy", "PLN 49.99"),
        ("7", "seven", "7"),
    ],
)
def test_money(amount: str, spoken: str, shown: str) -> None:
    money = read_money(amount)
    assert money is not None
    wording = EN.money(money, "")
    assert (wording.text, wording.shown.replace("\u00a0", " ")) == (spoken, shown)


@pytest.mark.parametrize(
    ("day", "spoken"),
    [
        ("2027-03-01", "March first"),
        ("2026-12-23", "December twenty third"),
        ("2005-05-22", "May twenty second, two thousand and five"),
        ("1999-01-31", "January thirty first, nineteen ninety nine"),
    ],
)
def test_dates(day: str, spoken: str) -> None:
    assert EN.day(date.fromisoformat(day), date(2026, 11, 23), "by ").text == spoken


@pytest.mark.parametrize(
    ("at", "spoken", "shown"),
    [
        ("2026-11-23T09:00", "today at nine in the morning", "today at 9:00 AM"),
        ("2026-11-24T00:00", "tomorrow at midnight", "tomorrow at 12:00 AM"),
        (
            "2026-11-25T15:30",
            "on Wednesday, November twenty fifth, at three thirty in the afternoon",
            "on Wednesday, November 25, at 3:30 PM",
        ),
    ],
)
def test_times(at: str, spoken: str, shown: str) -> None:
    wording = EN.time(datetime.fromisoformat(at), datetime(2026, 11, 23, 8))
    assert (wording.text, wording.shown.replace("\u00a0", " ")) == (spoken, shown)


def test_phones_codes_and_addresses() -> None:
    wording = EN.phone("+14155552671")
    assert wording.text == "plus one, four one five, five five five, two six seven one"
    assert wording.shown == "+1 415-555-2671"
    assert EN.digits("412007").text == "four one two, zero zero seven"
    assert EN.digits("AB-12345").text == "A B one two, three four five"
    assert EN.email("anna.smith@mail.ru").text == "anna dot smith at mail dot ru"
    assert EN.email("a_b-c@x.io").text == "a underscore b hyphen c at x dot io"


VALUES = st.decimals(-(10**15) + 2, 10**15 - 2, allow_nan=False, allow_infinity=False)


@given(VALUES, st.lists(st.sampled_from(["race", "races", " ", ""]), max_size=3).map(tuple))
def test_any_number_is_said_in_words(value: Decimal, forms: tuple[str, ...]) -> None:
    for wording in (EN.number(value, ""), EN.counted(value, forms, "")):
        assert wording.text != ""
        assert not re.search(r"\d", wording.text)


@given(st.decimals(0, 10**14, places=2), st.sampled_from(["RUB", "USD", "EUR", "GBP", "PLN", None]))
def test_any_amount_is_said_in_words(amount: Decimal, currency: str | None) -> None:
    assert not re.search(r"\d", EN.money(Money(amount, currency), "").text)


@given(st.datetimes(), st.datetimes())
def test_any_time_is_said_in_words(value: datetime, now: datetime) -> None:
    assert not re.search(r"\d", EN.time(value, now).text)


@given(st.text(max_size=40) | st.from_regex(r"\+?[0-9]{0,18}", fullmatch=True) | st.emails())
def test_any_code_is_said_without_digits(value: str) -> None:
    assert not re.search(r"\d", EN.phone(value).text + EN.digits(value).text + EN.email(value).text)
