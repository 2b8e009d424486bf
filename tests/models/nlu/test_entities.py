"""What people answer to a phone robot, and what it fills. Now is Monday, 23 November 2026, two in the afternoon."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.nlu.entities import find_entities

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=ZoneInfo("Europe/Moscow"))

RUSSIAN = {
    "двадцать пять": ["digits 25", "number 25"],
    "мне тридцать два года": ["number 32"],
    "нас будет пятеро или шесть человек": ["number 6"],
    "полтора": ["number 1.5", "time 2026-11-24T13:30:00+03:00"],
    "две с половиной тысячи рублей": ["money 2500 RUB"],
    "ну где-то тысяч пять рублей": ["money 5000 RUB"],
    "1500 р": ["money 1500 RUB"],
    "шестьсот девяносто девять рублей девяносто копеек": ["money 699.90 RUB"],
    "сто баксов": ["money 100 USD"],
    "код один два три четыре": ["digits 1234"],
    "ноль ноль семьдесят четыре": ["digits 0074"],
    "восемь девятьсот двадцать шесть сто двадцать два сорок пять ноль семь": ["phone +79261224507"],
    "мой номер плюс семь девятьсот три двести два нуля ноль семь": ["phone +79032000007"],
    "восемь девять два шесть один два два сорок пять ноль семь": ["phone +79261224507"],
    "+7 926 122-45-07": ["phone +79261224507"],
    "анна собака мэйл точка ру": ["email anna@mail.ru"],
    "записывайте петрова нижнее подчёркивание восемьдесят семь собака яндекс ру": ["email petrova_87@yandex.ru"],
    "меня зовут анна петрова": ["name Анна Петрова"],
    "анна петрова": ["name Анна Петрова"],
    "да это сергей": ["name Сергей"],
    "меня зовут не анна а мария": ["name Мария"],
    "в Казани": ["city Казань"],
    "я сейчас живу в нижнем новгороде": ["city Нижний Новгород"],
    "в питере": ["city Санкт-Петербург"],
    "не казань а москва": ["city Москва"],
    "пятого марта восемьдесят седьмого": ["date 1987-03-05"],
    "5.03.1987": ["date 1987-03-05"],
    "вчера": ["date 2026-11-22"],
    "пятого марта": ["date 2027-03-05", "time 2027-03-05T10:00:00+03:00"],
    "завтра после трёх": ["date 2026-11-24", "time 2026-11-24T15:00:00+03:00"],
    "в пять": ["date 2026-11-23", "time 2026-11-23T17:00:00+03:00"],
    "через двадцать пять минут": ["date 2026-11-23", "time 2026-11-23T14:25:00+03:00"],
    "не пять, а шесть": ["digits 6", "number 6"],
    "пять ой нет шесть": ["digits 6", "number 6"],
    "меня зовут анна почта анна собака яндекс ру": ["email anna@yandex.ru", "name Анна"],
    "восемь девятьсот три сто двадцать ноль три двадцать завтра в пять": [
        "date 2026-11-24", "phone +79031200320", "time 2026-11-24T17:00:00+03:00",
    ],
    "да": [], "нет спасибо не интересно": [], "его нет дома": [], "а кто это": [], "у нас дома собака": [],
    "ни одного": [], "двадцать пятый этаж": [], "живу в россии": [],
}  # fmt: skip

ENGLISH = {
    "twenty five": ["digits 25", "number 25"],
    "there are three of us": ["number 3"],
    "two and a half": ["number 2.5"],
    "one point five": ["number 1.5"],
    "a hundred and twenty guests": ["number 120"],
    "five hundred dollars": ["money 500 USD"],
    "twenty bucks": ["money 20 USD"],
    "a couple of hundred pounds": ["money 200 GBP"],
    "$1,500.50": ["money 1500.50 USD"],
    "one two oh four": ["digits 1204"],
    "12 34": ["digits 1234", "time 2026-11-24T12:34:00+03:00"],
    "my code is double oh seven": ["digits 007"],
    "it's nine one seven five five five oh one nine nine": ["phone +19175550199"],
    "oh seven nine double one one two three four five six": ["phone +447911123456"],
    "plus four eight five zero one one two three four five six": ["phone +48501123456"],
    "(212) 555-0123": ["phone +12125550123"],
    "anna dot smith at gmail dot com": ["email anna.smith@gmail.com"],
    "my email is j o h n underscore five at acme dash corp dot co dot uk": ["email john_5@acme-corp.co.uk"],
    "it's Anna.Smith@Example.com.": ["email anna.smith@example.com"],
    "my name is anna": ["name Anna"],
    "this is anna speaking": ["name Anna"],
    "anna smith": ["name Anna Smith"],
    "my name is siobhan o'connor": ["name Siobhan O'Connor"],
    "call me bob": ["name Bob"],
    "i live in new york": ["city New York"],
    "boston please": ["city Boston"],
    "not in boston in chicago": ["city Chicago"],
    "my name is austin": ["name Austin"],
    "march fifth nineteen eighty seven": ["date 1987-03-05"],
    "the fifth of march two thousand and five": ["date 2005-03-05"],
    "born on december twelfth nineteen oh five": ["date 1905-12-12"],
    "yesterday": ["date 2026-11-22"],
    "tomorrow after three": ["date 2026-11-24", "time 2026-11-24T15:00:00+03:00"],
    "at five": ["date 2026-11-23", "time 2026-11-23T17:00:00+03:00"],
    "not five, six": ["digits 6", "number 6"],
    "five no six": ["digits 6", "number 6"],
    "call me tomorrow at ten on two one two five five five oh one two three": [
        "date 2026-11-24", "phone +12125550123", "time 2026-11-24T10:00:00+03:00",
    ],
    "no thank you": [], "this one": [], "who is this": [], "i'm busy": [], "mark my words": [],
}  # fmt: skip

POLISH = {
    "dwadzieścia pięć": ["digits 25", "number 25"],
    "dwa i pół": ["number 2.5"],
    "mam dwoje dzieci i trzy psy": ["number 3"],
    "sto złotych": ["money 100 PLN"],
    "półtora tysiąca złotych": ["money 1500 PLN"],
    "49,99 zł": ["money 49.99 PLN"],
    "kod dwa zera siedem": ["digits 007"],
    "pięćset jeden sto dwadzieścia trzy czterysta pięćdziesiąt sześć": ["phone +48501123456"],
    "plus czterdzieści osiem pięć zero jeden jeden dwa trzy cztery pięć sześć": ["phone +48501123456"],
    "anna małpa wp kropka pl": ["email anna@wp.pl"],
    "mój adres to jan kropka nowak podkreślnik dwa małpa gmail kropka com": ["email jan.nowak_2@gmail.com"],
    "mam na imię anna": ["name Anna"],
    "nazywam się jan kowalski": ["name Jan Kowalski"],
    "anna nowak": ["name Anna Nowak"],
    "w krakowie": ["city Kraków"],
    "mieszkam w zielonej górze": ["city Zielona Góra"],
    "nie w krakowie tylko w łodzi": ["city Łódź"],
    "piątego marca": ["date 2027-03-05", "time 2027-03-05T10:00:00+03:00"],
    "piątego marca osiemdziesiątego siódmego": ["date 1987-03-05"],
    "o piątej": ["date 2026-11-23", "time 2026-11-23T17:00:00+03:00"],
    "nie pięć tylko sześć": ["digits 6", "number 6"],
    "nie dziękuję": [], "jestem zajęty": [],
}  # fmt: skip

TABLE = [
    pytest.param(language, reply, meant, id=reply)
    for language, rows in (("ru", RUSSIAN), ("en", ENGLISH), ("pl", POLISH))
    for reply, meant in rows.items()
]


def _said(reply: str, language: str, now: datetime | None = NOW) -> list[str]:
    return sorted(f"{one.type} {one.value}" for one in find_entities(reply, language, now))


@pytest.mark.parametrize(("language", "reply", "meant"), TABLE)
def test_what_is_named_is_found_and_nothing_else(language: str, reply: str, meant: list[str]) -> None:
    assert _said(reply, language) == meant


@pytest.mark.parametrize(("language", "reply", "meant"), TABLE)
def test_what_recognisers_write_without_signs_is_the_same(language: str, reply: str, meant: list[str]) -> None:
    if reply.replace(" ", "").isalpha():
        assert _said(reply.upper(), language) == meant


def test_a_bare_number_may_be_an_hour_too_but_names_no_day() -> None:
    assert _said("пять", "ru") == ["digits 5", "number 5", "time 2026-11-23T17:00:00+03:00"]


def test_without_now_there_are_no_times_and_only_dates_with_a_year() -> None:
    assert _said("завтра в пять", "ru", None) == ["digits 5", "number 5"]
    assert _said("пятого марта", "ru", None) == []
    assert _said("пятого марта восемьдесят седьмого", "ru", None) == ["date 1987-03-05"]


def test_another_hour_leaves_the_day() -> None:
    days = [one.value for one in find_entities("завтра в пять нет в шесть", "ru", NOW) if one.type == "date"]
    assert days == ["2026-11-24"]


def test_another_day_takes_the_first_back() -> None:
    days = [one.value for one in find_entities("завтра нет послезавтра", "ru", NOW) if one.type == "date"]
    assert days == ["2026-11-25"]


def test_other_languages_have_what_is_written() -> None:
    reply = "fünf 1234 und anna@gmx.de oder +49 30 901820"
    assert _said(reply, "de") == ["digits 1234", "email anna@gmx.de", "phone +4930901820"]


def test_a_naive_now_is_refused_with_a_remedy() -> None:
    with pytest.raises(ValueError, match="naive"):
        find_entities("завтра", "ru", datetime(2026, 11, 23))


WORDS = sorted({word for rows in (RUSSIAN, ENGLISH, POLISH) for reply in rows for word in reply.split()})
PIECES = st.sampled_from(
    [*WORDS, "@", ".", ",", "-", "+", "(", "не", "$", "٣", "½", "İ", "9" * 5000, "1 000 000", "00"]
)


@given(
    text=st.text(max_size=60) | st.lists(PIECES, max_size=14).map(" ".join) | st.lists(PIECES, max_size=9).map("".join)
)
@pytest.mark.parametrize("language", ["ru", "en", "pl", "de"])
def test_any_text_is_read_and_spans_are_of_it(language: str, text: str) -> None:
    found = find_entities(text, language, NOW)
    assert list(found) == sorted(found, key=lambda one: (one.start, one.end))
    for one in found:
        assert one.text == text[one.start : one.end] != ""
        assert one.value.strip() == one.value != ""
    apart = [one for one in found if one.type in ("phone", "email", "money")]
    for one in apart:
        for other in found:
            overlap = one.start < other.end and other.start < one.end
            assert other is one or not overlap or other.type in ("name", "city")
