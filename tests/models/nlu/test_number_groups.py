"""Numbers in words and digits, group by group."""

import pytest

from models.nlu.number_groups import read_groups
from models.nlu.reply_words import words_of


@pytest.mark.parametrize(
    ("language", "text", "numbers"),
    [
        ("ru", "тысяча двести тридцать четыре", "1234"),
        ("ru", "сто тысяч пять", "100005"),
        ("ru", "пять целых две десятых", "5.2"),
        ("ru", "ноль целых пять сотых", "0.05"),
        ("ru", "пару тысяч", "2000"),
        ("ru", "5к", "5000"),
        ("ru", "2,5 тысячи", "2500"),
        ("ru", "полмиллиона", "500000"),
        ("ru", "двадцать два пять", "22 5"),
        ("ru", "сто двадцать сто два", "120 102"),
        ("en", "twenty-five", "25"),
        ("en", "two hundred and five thousand and twelve", "205012"),
        ("en", "eleven hundred", "1100"),
        ("en", "one point two five", "1.25"),
        ("en", "a million", "1000000"),
        ("en", "nineteen eighty seven", "19 87"),
        ("pl", "dwadzieścia pięć tysięcy sto", "25100"),
        ("pl", "dwa przecinek pięć", "2.5"),
        ("pl", "1.500", "1500"),
        ("de", "5 und 1 500", "5 1500"),
    ],
)
def test_a_group_has_its_value(language: str, text: str, numbers: str) -> None:
    values = [group.value for group in read_groups(words_of(text), language)]
    assert " ".join(f"{value.normalize():f}" for value in values if value is not None) == numbers


@pytest.mark.parametrize(
    ("language", "text", "digits"),
    [
        ("ru", "два нуля семь", "00 7"),
        ("ru", "три пятёрки", "555"),
        ("en", "double five oh seven", "55 0 7"),
        ("en", "triple seven", "777"),
        ("pl", "dwa zera", "00"),
        ("pl", "podwójne zero siedem", "00 7"),
        ("ru", "007", "007"),
    ],
)
def test_a_group_has_its_digits(language: str, text: str, digits: str) -> None:
    assert " ".join(group.digits for group in read_groups(words_of(text), language)) == digits


def test_a_group_keeps_what_it_was_put_together_from() -> None:
    (group,) = read_groups(words_of("девятьсот двадцать шесть"), "ru")
    assert group.parts == ("900", "20", "6")


@pytest.mark.parametrize("text", ["this one", "one of us", "oh five", "a friend", "k"])
def test_some_words_only_look_like_numbers(text: str) -> None:
    assert [group.digits for group in read_groups(words_of(text), "en") if group.first == 0] == []


def test_a_very_long_row_of_digits_is_no_number() -> None:
    (group,) = read_groups(words_of("9" * 6000), "ru")
    assert group.value is None
