"""Numbers, money and codes."""

from collections.abc import Callable, Sequence

import pytest

from models.nlu.amounts import find_codes, find_money, find_numbers
from models.nlu.number_groups import Group, read_groups
from models.nlu.reply_words import Word, words_of
from models.protocols import Entity

Finder = Callable[[str, Sequence[Word], Sequence[Group]], list[Entity]]


def _values(find: Finder, language: str, text: str) -> list[str]:
    words = words_of(text)
    return [one.value for one in find(text, words, read_groups(words, language))]


@pytest.mark.parametrize(
    ("language", "text", "amount"),
    [
        ("ru", "рублей пятьсот", "500 RUB"),
        ("ru", "тысяча двести евро", "1200 EUR"),
        ("ru", "пятьдесят копеек", "0.50 RUB"),
        ("ru", "1 500,50 ₽", "1500.50 RUB"),
        ("ru", "полтора миллиона рублей", "1500000 RUB"),
        ("en", "five dollars fifty", "5.50 USD"),
        ("en", "five pounds and twenty pence", "5.20 GBP"),
        ("en", "€ 20", "20 EUR"),
        ("en", "twenty-five thousand dollars", "25000 USD"),
        ("pl", "sto złotych pięćdziesiąt groszy", "100.50 PLN"),
        ("pl", "1.500 zł", "1500 PLN"),
    ],
)
def test_money_has_its_currency(language: str, text: str, amount: str) -> None:
    assert _values(find_money, language, text) == [amount]


def test_each_amount_is_its_own() -> None:
    assert _values(find_money, "ru", "пятьсот рублей или десять долларов") == ["500 RUB", "10 USD"]


@pytest.mark.parametrize("text", ["пять штук", "рублей", "двести", "пять центов"])
def test_what_has_no_currency_or_an_unclear_one_is_no_money(text: str) -> None:
    assert _values(find_money, "ru", text) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("минус пять", ["-5"]), ("-5", ["-5"]), ("2-3", []), ("2,50", ["2.5"]), ("от двух до пяти", ["2", "5"]),
        ("двадцать пятый", []), ("не пять шесть", ["6"]), ("один два три", []),
    ],
)  # fmt: skip
def test_numbers_are_plain_decimals(text: str, numbers: list[str]) -> None:
    assert _values(find_numbers, "ru", text) == numbers


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("один, два, три, четыре", ["1234"]), ("12-34", ["1234"]), ("пять", ["5"]), ("пять человек", []),
        ("пять, шесть", ["5", "6"]), ("код ноль семь пожалуйста", ["07"]), ("минус пять", []), ("пять тысяч", []),
        ("тысяча двести тридцать четыре", ["1234"]), ("не один два а три четыре", ["34"]), ("два нуля", ["00"]),
    ],
)  # fmt: skip
def test_codes_keep_their_zeros(text: str, codes: list[str]) -> None:
    assert _values(find_codes, "ru", text) == codes
