from datetime import UTC, datetime

import pytest

from robot.dialog.saying import Sayer
from robot.script import read_script
from tests.robot.dialog.conversation import NOON, ZONE

SCRIPT = """\
script: s
language: {language}
needs: {{first_name: name, bonus: money, last_visit: date}}
may_have: {{nick: text}}
facts: {{price: 900 RUB, season_end: 2027-03-01, place: Апекс}}
say_as: {{апекс: Апе́кс}}
start: a
steps:
  a: {{say: Hello., ask_for: {{callback_at: time}}, then: b}}
  b: {{say: Bye., end: {{}}}}
"""
VALUES = {"first_name": "Anna", "bonus": "1500 RUB", "last_visit": "2025-05-02"}


def say(language: str, sentence: str, now: datetime = NOON, **values: str) -> tuple[str, str]:
    sayer = Sayer(read_script(SCRIPT.format(language=language), "s.yaml"))
    said = sayer.say(sentence, {**VALUES, **values}, now=now, zone=ZONE)
    assert said is not None
    return said.text, said.shown


@pytest.mark.parametrize(
    ("sentence", "spoken"),
    [
        ("Заезд стоит <price as money>.", "Заезд стоит девятьсот рублей."),
        ("Скидка до <price as money>.", "Скидка до девятисот рублей."),
        ("Действует до <season_end as date>.", "Действует до первого марта."),
        ("У вас <bonus> на счёте.", "У вас одна тысяча пятьсот рублей на счёте."),
        ("Вы были <last_visit>.", "Вы были второго мая две тысячи двадцать пятого года."),
        ("Это «<place>»: апекс!", "Это «Апе́кс»: Апе́кс!"),
        ("У апексов", "У апексов"),
    ],
)
def test_russian(sentence: str, spoken: str) -> None:
    assert say("ru", sentence)[0] == spoken


@pytest.mark.parametrize(
    ("amount", "before", "spoken"),
    [
        ("1 RUB", "стоит", "один рубль"),
        ("21 RUB", "", "двадцать один рубль"),
        ("22 RUB", "до", "двадцати двух рублей"),
        ("1000 RUB", "за", "одну тысячу рублей"),
        ("11 RUB", "к", "одиннадцати рублям"),
        ("2,50 RUB", "", "два рубля пятьдесят копеек"),
        ("0.02 RUB", "", "две копейки"),
        ("5 USD", "около", "пяти долларов"),
        ("2 EUR", "", "два евро"),
    ],
)
def test_russian_money(amount: str, before: str, spoken: str) -> None:
    assert say("ru", f"А {before} <x as money>", x=amount)[0] == f"А {before} {spoken}".replace("  ", " ")


@pytest.mark.parametrize(
    ("at", "ru", "en"),
    [
        ("2026-11-23T15:00:00+03:00", "Сегодня в пятнадцать часов", "Today at three in the afternoon"),
        ("2026-11-24T12:00:00+00:00", "Завтра в пятнадцать часов", "Tomorrow at three in the afternoon"),
        ("2026-11-24T21:30:00+03:00", "Завтра в двадцать один тридцать", "Tomorrow at nine thirty in the evening"),
        ("2026-11-24T01:00:00+03:00", "Завтра в один час", "Tomorrow at one in the morning"),
        ("2026-11-24T12:00:00", "Завтра в двенадцать часов", "Tomorrow at noon"),
        (
            "2026-12-02T10:05:00+03:00",
            "В среду, второго декабря, в десять ноль пять",
            "On Wednesday, December second, at ten oh five in the morning",
        ),
    ],
)
def test_times(at: str, ru: str, en: str) -> None:
    assert say("ru", "<callback_at as time>", callback_at=at)[0] == ru
    assert say("en", "<callback_at>", callback_at=at)[0] == en


def test_tomorrow_is_counted_in_the_listeners_zone() -> None:
    late = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)  # one at night in Moscow
    assert say("en", "<callback_at>", now=late, callback_at="2026-11-24T15:00:00+03:00")[0].startswith("Today")


def test_english_money() -> None:
    assert say("en", "It is <x as money>.", x="1 USD") == ("It is one dollar.", "It is $1.")
    assert say("en", "It is <x as money>.", x="$12.50") == ("It is twelve dollars and fifty cents.", "It is $12.50.")
    assert say("en", "It is <x as number>.", x="2.5") == ("It is two point five.", "It is 2.5.")


def test_what_a_contact_lacks_leaves_no_hole() -> None:
    assert say("en", "<nick>, hello <nick>, how is <nick>?")[0] == "Hello, how is?"


def test_what_cannot_be_said_as_asked_is_said_as_it_stands() -> None:
    assert say("en", "<x as money> <x as date> <x as time> <x as number>", x="soon")[0] == "Soon soon soon soon"


def test_only_what_is_of_one_person_is_personal() -> None:
    sayer = Sayer(read_script(SCRIPT.format(language="en"), "s.yaml"))
    for sentence, personal in (("Hello!", False), ("<price as money>", False), ("<first_name>!", True)):
        said = sayer.say(sentence, VALUES, now=NOON, zone=ZONE)
        assert said is not None
        assert said.personal is personal
