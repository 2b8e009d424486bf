"""Phones: how people write them, which are never dialled, how trunks want them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.numbering_plan import NumberingPlan
from telephony.numbers import (
    PhoneKind,
    PhoneRejected,
    format_for_trunk,
    kind_of,
    mask_phone,
    never_dial,
    read_phone,
    region_of,
    zone_of,
)


@pytest.mark.parametrize(
    "text",
    [
        "+79261234567",
        "8 (926) 123-45-67",
        "79261234567",
        "926 123 45 67",
        " '8-926-123-45-67 ",
        "８９２６１２３４５６７",
        "79261234567.0",
        "+7 926 1234567 доб. 12",
        "+7 926 1234567, ext 12",
    ],
)
def test_a_phone_is_read_however_it_is_written(text: str) -> None:
    assert read_phone(text, "RU") == "+79261234567"


def test_a_national_number_is_read_in_its_region() -> None:
    assert read_phone("512 345 678", "PL") == "+48512345678"
    assert read_phone("8 (495) 123-45-67", "RU") == "+74951234567"
    assert read_phone("(415) 555-2671", "US") == "+14155552671"
    with pytest.raises(ValueError, match="two capital letters"):
        read_phone("123", "Russia")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "there is no phone"),
        ("ask at reception", "not a phone"),
        ("+7 000 123 45 67", "no such number can exist"),
        ("8 926 123 45", "digits are missing|no such number"),
        ("123-45-67", "area code is missing"),
        ("+999 12 345 678", "no country has this code"),
        ("+8 926 123 45 67", r"begins with \+7"),
        ("7,92612E+10", "format its column as text"),
        ("8 926 123-45-67, 8 926 123-45-68", "more than one phone"),
        ("+7 926 1234567 / +7 926 1234568", "more than one phone"),
        ("112", "emergency"),
        ("02", "emergency"),
        ("8 809 123 45 67", "premium-rate"),
        ("8 800 200 06 00", "free-phone"),
    ],
)
def test_a_rejection_says_why(text: str, reason: str) -> None:
    with pytest.raises(PhoneRejected, match=reason):
        read_phone(text, "RU")


@pytest.mark.parametrize(
    ("phone", "reason"),
    [
        ("+79261234567", None),
        ("+48221234567", None),
        ("+78091234567", "premium-rate"),
        ("+7112", "emergency"),
        ("112", "not a phone number"),
    ],
)
def test_what_is_never_dialled(phone: str, reason: str | None) -> None:
    found = never_dial(phone)
    assert found is None if reason is None else reason in str(found)


@given(st.text())
def test_any_text_is_read_or_rejected(text: str) -> None:
    try:
        phone = read_phone(text, "RU")
    except PhoneRejected as rejected:
        assert str(rejected)
    else:
        assert read_phone(phone, "RU") == phone
        assert never_dial(phone) is None


@given(st.integers(9_000_000_000, 9_999_999_999))
def test_russian_mobiles_come_back_however_they_are_written(number: int) -> None:
    digits = str(number)
    written = [f"8{digits}", f"+7 ({digits[:3]}) {digits[3:6]}-{digits[6:8]}-{digits[8:]}", digits]
    read = set()
    for text in written:
        try:
            read.add(read_phone(text, "RU"))
        except PhoneRejected as rejected:
            read.add(str(rejected))
    assert len(read) == 1


def test_kind_and_region() -> None:
    assert kind_of("+79261234567") is PhoneKind.MOBILE
    assert kind_of("+74951234567") is PhoneKind.LANDLINE
    assert kind_of("+14155552671") is PhoneKind.EITHER
    assert kind_of("+78002000600") is PhoneKind.SPECIAL
    assert kind_of("what") is PhoneKind.UNKNOWN
    assert region_of("+79261234567") == "RU"
    assert region_of("+48221234567") == "PL"
    assert region_of("what") is None


def test_a_zone_is_told_only_when_there_is_one() -> None:
    plan = NumberingPlan([9261000000], [9261999999], ["Омская обл."])
    assert zone_of("+74951234567") == "Europe/Moscow"
    assert zone_of("+79261234567") is None  # could be anywhere in Russia
    assert zone_of("+79261234567", plan) == "Asia/Omsk"
    assert zone_of("+79271234567", plan) is None
    assert zone_of("what", plan) is None


def test_trunks_get_what_they_want() -> None:
    assert format_for_trunk("+79261234567", "plus") == "+79261234567"
    assert format_for_trunk("+79261234567", "e164") == "79261234567"
    assert format_for_trunk("+79261234567", "national") == "89261234567"
    assert format_for_trunk("+48512345678", "national") == "512345678"
    with pytest.raises(ValueError, match=r"E\.164"):
        format_for_trunk("89261234567", "plus")


def test_a_masked_phone_cannot_be_dialled() -> None:
    assert mask_phone("+79261234567") == "+7926•••4567"
    assert mask_phone("112") == "•••"
