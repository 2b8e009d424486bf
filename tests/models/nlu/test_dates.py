"""Days of the calendar. Now is 23 November 2026."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from models.nlu.dates import find_dates
from models.nlu.number_groups import read_groups
from models.nlu.reply_words import words_of

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=ZoneInfo("Europe/Moscow"))


def _dates(language: str, text: str, now: datetime | None = NOW) -> list[str]:
    words = words_of(text)
    return [one.value for one in find_dates(text, words, read_groups(words, language), language, now)]


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("ru", "пятого марта восемьдесят седьмого", "1987-03-05"),
        ("ru", "пятое марта тысяча девятьсот восемьдесят седьмого года", "1987-03-05"),
        ("ru", "двадцать первого июля девяностого", "1990-07-21"),
        ("ru", "первого января двухтысячного года", "2000-01-01"),
        ("ru", "двадцать третьего ноября две тысячи пятого", "2005-11-23"),
        ("ru", "седьмого мая пятого года", "2005-05-07"),
        ("ru", "пятого ноль третьего восемьдесят седьмого", "1987-03-05"),
        ("ru", "5-го марта 1987 года", "1987-03-05"),
        ("ru", "5.03.87", "1987-03-05"),
        ("ru", "двадцать девятого февраля", "2028-02-29"),
        ("ru", "позавчера", "2026-11-21"),
        ("en", "march fifth nineteen eighty seven", "1987-03-05"),
        ("en", "the twenty-first of june nineteen ninety", "1990-06-21"),
        ("en", "march the 5th, 1987", "1987-03-05"),
        ("en", "july fourth two thousand and five", "2005-07-04"),
        ("en", "may third twenty twelve", "2012-05-03"),
        ("en", "december twelfth nineteen oh five", "1905-12-12"),
        ("en", "3/5/1987", "1987-03-05"),
        ("en", "25/12/1987", "1987-12-25"),
        ("en", "1990-05-17", "1990-05-17"),
        ("en", "march fifth", "2027-03-05"),
        ("en", "the day before yesterday", "2026-11-21"),
        ("pl", "piątego marca osiemdziesiątego siódmego", "1987-03-05"),
        ("pl", "dwudziestego piątego grudnia tysiąc dziewięćset dziewięćdziesiątego roku", "1990-12-25"),
        ("pl", "piątego maja dwa tysiące piątego", "2005-05-05"),
        ("pl", "trzydziestego pierwszego grudnia", "2026-12-31"),
        ("pl", "wczoraj", "2026-11-22"),
    ],
)
def test_a_day_is_found(language: str, text: str, day: str) -> None:
    assert _dates(language, text) == [day]


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("ru", "5 марта 15:00", "2027-03-05"), ("ru", "5 марта в 15 00", "2027-03-05"),
        ("en", "march fifth ten am", "2027-03-05"), ("ru", "пятого марта двадцать человек", "2027-03-05"),
    ],
)  # fmt: skip
def test_an_hour_or_a_number_after_a_day_is_no_year(language: str, text: str, day: str) -> None:
    assert _dates(language, text) == [day]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "31.02.1987"), ("ru", "192.168.1.10"), ("en", "may i ask"), ("ru", "5.03"), ("ru", "пятого"),
        ("de", "5.03.1987"),
    ],
)  # fmt: skip
def test_what_is_no_day_is_none(language: str, text: str) -> None:
    assert _dates(language, text) == []


def test_a_day_without_a_year_needs_now() -> None:
    assert _dates("en", "march fifth", None) == []
    assert _dates("en", "march fifth nineteen eighty seven", None) == ["1987-03-05"]
