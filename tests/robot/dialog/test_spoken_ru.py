import re
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from robot.dialog.spoken_ru import Russian
from robot.script.facts import Money, read_money

RU = Russian()
TODAY = date(2026, 11, 23)
NOUNS = {
    "заезд": ("заезд", "заезда", "заездов"),
    "поездка": ("поездка", "поездки", "поездок"),
    "место": ("место", "места", "мест"),
    "час": ("час", "часа", "часов"),
    "минута": ("минута", "минуты", "минут"),
    "год": ("год", "года", "лет"),
    "человек": ("человек", "человека", "человек"),
    "друг": ("друг", "друга", "друзей"),
    "город": ("город", "города", "городов"),
    "сутки": ("сутки", "суток", "суток"),
    "бонусный балл": ("бонусный балл", "бонусных балла", "бонусных баллов"),
    "бесплатная игра": ("бесплатная игра", "бесплатные игры", "бесплатных игр"),
    "билет на шоу": ("билет на шоу", "билета на шоу", "билетов на шоу"),
    "место парковочное": ("место парковочное", "места парковочных", "мест парковочных"),
}


@pytest.mark.parametrize(
    ("before", "value", "spoken"),
    [
        ("", "0", "ноль"),
        ("", "2000", "две тысячи"),
        ("", "1000001", "один миллион один"),
        ("", "-7", "минус семь"),
        ("от", "1", "одного"),
        ("от одного до", "2", "двух"),
        ("до", "0", "нуля"),
        ("с", "5", "пятью"),
        ("начиная с", "5", "пяти"),
        ("более", "250", "двухсот пятидесяти"),
        ("почти до", "40", "сорока"),
        ("к", "93", "девяноста трём"),
        ("", "2.50", "две целых пять десятых"),
        ("", "-0.5", "минус ноль целых пять десятых"),
        ("около", "1.01", "одной целой одной сотой"),
        ("до, скажем,", "3", "три"),
    ],
)
def test_numbers(before: str, value: str, spoken: str) -> None:
    assert RU.number(Decimal(value), f"Это {before} ").text == spoken


@pytest.mark.parametrize(
    ("before", "value", "noun", "spoken"),
    [
        ("", "1", "заезд", "один заезд"),
        ("", "1", "поездка", "одна поездка"),
        ("", "2", "поездка", "две поездки"),
        ("", "1", "место", "одно место"),
        ("", "22", "место", "двадцать два места"),
        ("", "11", "заезд", "одиннадцать заездов"),
        ("", "112", "минута", "сто двенадцать минут"),
        ("", "1000000", "поездка", "один миллион поездок"),
        ("", "5", "год", "пять лет"),
        ("до", "1", "заезд", "одного заезда"),
        ("до", "5", "заезд", "пяти заездов"),
        ("около", "21", "минута", "двадцати одной минуты"),
        ("до", "5", "человек", "пяти человек"),
        ("с", "2", "поездка", "двумя поездками"),
        ("вместе с", "3", "друг", "тремя друзьями"),
        ("с", "1000", "место", "одной тысячей мест"),
        ("к", "5", "год", "пяти годам"),
        ("к", "4", "человек", "четырём человекам"),
        ("за", "1", "поездка", "одну поездку"),
        ("за", "2", "друг", "двух друзей"),
        ("за", "1", "человек", "одного человека"),
        ("за", "22", "человек", "двадцать два человека"),
        ("по", "2", "человек", "два человека"),
        ("по", "1", "заезд", "одному заезду"),
        ("о", "3", "место", "трёх местах"),
        ("в", "2", "город", "двух городах"),
        ("в", "2", "минута", "две минуты"),
        ("в течение", "3", "час", "трёх часов"),
        ("", "1", "сутки", "одни сутки"),
        ("", "3", "сутки", "трое суток"),
        ("через", "2", "сутки", "двое суток"),
        ("около", "2", "сутки", "двух суток"),
        ("до", "1", "бонусный балл", "одного бонусного балла"),
        ("с", "20", "бонусный балл", "двадцатью бонусными баллами"),
        ("за", "1", "бесплатная игра", "одну бесплатную игру"),
        ("к", "2", "билет на шоу", "двум билетам на шоу"),
        ("до", "1", "место парковочное", "одного места парковочного"),
        ("", "0.5", "час", "половина часа"),
        ("за", "0.5", "час", "половину часа"),
        ("", "1.5", "час", "полтора часа"),
        ("", "1.5", "минута", "полторы минуты"),
        ("около", "1.5", "час", "полутора часов"),
        ("", "2.5", "минута", "две с половиной минуты"),
        ("", "5.5", "час", "пять с половиной часов"),
        ("до", "2.5", "час", "двух с половиной часов"),
        ("", "2.3", "балл", "две целых три десятых балла"),
        ("стоит всего", "1", "поездка", "одну поездку"),
    ],
)
def test_things_counted(before: str, value: str, noun: str, spoken: str) -> None:
    forms = NOUNS.get(noun, (noun,))
    assert RU.counted(Decimal(value), forms, f"Это {before} ").text == spoken


@pytest.mark.parametrize(
    ("forms", "spoken"),
    [
        (("визит",), "пять визитов"),
        (("визит", "визитов"), "пять визитов"),
        (("визит", "", " "), "пять визитов"),
        (("???",), "пять ???"),
        ((), "пять"),
    ],
)
def test_forms_that_a_script_leaves_out_are_found(forms: tuple[str, ...], spoken: str) -> None:
    assert RU.counted(Decimal(5), forms, "").text == spoken


def test_what_is_counted_is_shown_in_figures() -> None:
    assert RU.counted(Decimal("1500"), NOUNS["заезд"], "до").shown == "1\u00a0500\u00a0заездов"
    assert RU.counted(Decimal("2.50"), NOUNS["час"], "").shown == "2,5\u00a0часа"


@pytest.mark.parametrize(
    ("before", "amount", "spoken", "shown"),
    [
        ("", "0 RUB", "ноль рублей", "0 ₽"),
        ("стоит", "1001 RUB", "одну тысячу один рубль", "1 001 ₽"),
        ("до", "2000 RUB", "двух тысяч рублей", "2 000 ₽"),
        ("к", "1000 RUB", "одной тысяче рублей", "1 000 ₽"),
        ("к", "2500 RUB", "двум тысячам пятистам рублям", "2 500 ₽"),
        ("с", "1500 RUB", "одной тысячей пятьюстами рублями", "1 500 ₽"),
        ("с", "2,50 RUB", "двумя рублями пятьюдесятью копейками", "2,50 ₽"),
        ("за", "0,01 RUB", "одну копейку", "0,01 ₽"),
        ("за", "21,01 RUB", "двадцать один рубль одну копейку", "21,01 ₽"),
        ("по", "1 RUB", "одному рублю", "1 ₽"),
        ("по", "500 RUB", "пятьсот рублей", "500 ₽"),
        ("в размере", "300 RUB", "трёхсот рублей", "300 ₽"),
        ("от", "99,9 RUB", "девяноста девяти рублей девяноста копеек", "99,90 ₽"),
        ("", "2 PLN", "два злотых", "2 zł"),
        ("около", "1 zł", "одного злотого", "1 zł"),
        ("", "3,02 zł", "три злотых два гроша", "3,02 zł"),
        ("", "1000000 USD", "один миллион долларов", "1 000 000 $"),
        ("о", "2 GBP", "двух фунтах", "2 £"),
        ("", "12.50", "двенадцать целых пять десятых", "12,5"),
    ],
)
def test_money(before: str, amount: str, spoken: str, shown: str) -> None:
    money = read_money(amount)
    assert money is not None
    wording = RU.money(money, f"Это {before} ")
    assert (wording.text, wording.shown.replace("\u00a0", " ")) == (spoken, shown)


@pytest.mark.parametrize(
    ("before", "day", "spoken"),
    [
        ("", "2027-03-01", "первого марта"),
        ("до", "2026-12-31", "тридцать первого декабря"),
        ("к", "2026-12-03", "третьему декабря"),
        ("на", "2026-12-20", "двадцатое декабря"),
        ("по", "2026-12-31", "тридцать первое декабря"),
        ("перед", "2027-01-01", "первым января"),
        ("о", "2027-01-07", "седьмом января"),
        ("сегодня", "2026-11-23", "двадцать третье ноября"),
        ("с", "2025-05-02", "второго мая две тысячи двадцать пятого года"),
        ("", "2000-01-04", "четвёртого января двухтысячного года"),
        ("", "1999-12-30", "тридцатого декабря тысяча девятьсот девяносто девятого года"),
        ("к", "2031-06-08", "восьмому июня две тысячи тридцать первого года"),
    ],
)
def test_dates(before: str, day: str, spoken: str) -> None:
    assert RU.day(date.fromisoformat(day), TODAY, f"Ждём вас {before} ").text == spoken


@pytest.mark.parametrize(
    ("at", "spoken"),
    [
        ("2026-11-23T09:00", "сегодня в девять часов"),
        ("2026-11-25T22:00", "послезавтра в двадцать два часа"),
        ("2026-11-24T21:01", "завтра в двадцать один ноль одна"),
        ("2026-12-01T18:45", "во вторник, первого декабря, в восемнадцать сорок пять"),
    ],
)
def test_times(at: str, spoken: str) -> None:
    assert RU.time(datetime.fromisoformat(at), datetime(2026, 11, 23, 8)).text == spoken


def test_a_phone_is_said_in_the_groups_of_its_country() -> None:
    wording = RU.phone("+79261220045")
    assert wording.text == "плюс семь, девятьсот двадцать шесть, сто двадцать два, ноль ноль, сорок пять"
    assert wording.shown == "+7 926 122-00-45"
    assert RU.phone("+74951020709").text == "плюс семь, четыреста девяносто пять, сто два, ноль семь, ноль девять"
    assert RU.phone("+447911123456").text.startswith("плюс сорок четыре, семьдесят девять, одиннадцать, сто двадцать")
    assert RU.phone("112").text == "один один два"


def test_codes_and_addresses() -> None:
    assert RU.digits("412-007").text == "четыре один два, ноль ноль семь"
    assert RU.digits("1234").text == "один два три четыре"
    assert RU.email("anna.smith@mail.ru").text == "anna точка smith собака mail точка ru"
    assert RU.email("a_b-c7@ya.ru").text == "a подчёркивание b дефис c семь собака ya точка ru"
    assert RU.email("a_b-c7@ya.ru").shown == "a_b-c7@ya.ru"


def test_a_number_that_nobody_can_say_is_refused() -> None:
    for value in ("1e15", "NaN", "-Infinity", "1e1000000"):
        with pytest.raises(ValueError, match="nobody"):
            RU.number(Decimal(value), "")


WORDS = st.sampled_from(["", "до ", "к ", "за ", "с ", "о ", "в ", "по ", "вместе с ", "ещё ", "до двух", "…"])
VALUES = st.decimals(-(10**15) + 2, 10**15 - 2, allow_nan=False, allow_infinity=False)


@given(VALUES, WORDS, st.sampled_from([*NOUNS.values(), ("йцук",), ("а б", "в")]))
@example(Decimal("999999999999998.9999999"), "", NOUNS["час"])
@example(Decimal("1E-30"), "", NOUNS["час"])
def test_any_number_is_said_in_words(value: Decimal, before: str, forms: tuple[str, ...]) -> None:
    for wording in (RU.number(value, before), RU.counted(value, forms, before)):
        assert wording.text == wording.text.strip() != ""
        assert not re.search(r"\d", wording.text)


@given(
    st.decimals(0, 10**14, places=2),
    st.sampled_from(["RUB", "USD", "EUR", "GBP", "PLN", None]),
    WORDS,
)
def test_any_amount_is_said_in_words(amount: Decimal, currency: str | None, before: str) -> None:
    assert not re.search(r"\d", RU.money(Money(amount, currency), before).text)


@given(st.datetimes(), st.datetimes(), WORDS)
def test_any_time_is_said_in_words(value: datetime, now: datetime, before: str) -> None:
    assert not re.search(r"\d", RU.time(value, now).text + RU.day(value.date(), now.date(), before).text)


@given(st.text(max_size=40) | st.from_regex(r"\+?[0-9]{0,18}", fullmatch=True) | st.emails())
def test_any_code_is_said_without_digits(value: str) -> None:
    assert not re.search(r"\d", RU.phone(value).text + RU.digits(value).text + RU.email(value).text)
