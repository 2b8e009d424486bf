"""Phones as they are dictated."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.nlu.number_groups import read_groups
from models.nlu.phones import find_phones
from models.nlu.reply_words import words_of


def _phones(language: str, text: str) -> list[str]:
    words = words_of(text)
    return [one.value for one in find_phones(text, words, read_groups(words, language), language)]


@pytest.mark.parametrize(
    ("language", "text", "phone"),
    [
        ("ru", "восемь девятьсот двадцать шесть сто двадцать два сорок пять ноль семь", "+79261224507"),
        ("ru", "плюс семь девять два шесть сто двадцать два сорок пять ноль семь", "+79261224507"),
        ("ru", "девятьсот двадцать шесть сто двадцать два четыре пять ноль семь", "+79261224507"),
        ("ru", "восемь девятьсот шестнадцать двести два нуля двадцать два", "+79162000022"),
        ("ru", "восемь девятьсот пять семьсот семьдесят семь ноль один ноль два", "+79057770102"),
        ("ru", "восемь девятьсот три сто двадцать ноль пять ноль семь", "+79031200507"),
        ("ru", "восемь девятьсот двадцать шесть сорок пять двенадцать двести пять", "+79264512205"),
        ("ru", "восемь девятьсот двадцать шесть три семёрки ноль один сорок", "+79267770140"),
        ("ru", "восемь четыреста девяносто пять сто двадцать три сорок пять шестьдесят семь", "+74951234567"),
        ("ru", "восемь, девятьсот двадцать шесть, сто двадцать два, сорок пять, ноль семь", "+79261224507"),
        ("ru", "номер один восемь девятьсот двадцать шесть сто двадцать два сорок пять ноль семь", "+79261224507"),
        ("ru", "плюс восемь девятьсот двадцать шесть сто двадцать два сорок пять ноль семь", "+79261224507"),
        ("ru", "8 девятьсот двадцать шесть 122 45 ноль семь", "+79261224507"),
        ("ru", "926.122.45.07", "+79261224507"),
        ("ru", "плюс сорок восемь пятьсот один сто двадцать три четыреста пятьдесят шесть", "+48501123456"),
        ("en", "two one two triple five zero one two three", "+12125550123"),
        ("en", "one two one two five five five oh one two three", "+12125550123"),
        ("en", "area code two one two five five five oh one twenty three", "+12125550123"),
        ("en", "oh two oh seven nine four six double oh one eight", "+442079460018"),
        ("pl", "pięćset jeden dwa zera trzy cztery pięć sześć", "+48501003456"),
        ("pl", "pięćset jeden dwa zera trzy cztery pięć sześć siedem osiem", ""),
        ("pl", "pięćset jeden dwa zera jeden czterysta pięćdziesiąt sześć", "+48501001456"),
        ("de", "+49 30 901820", "+4930901820"),
        ("de", "030 901820", ""),
    ],
)  # fmt: skip
def test_a_phone_is_put_together(language: str, text: str, phone: str) -> None:
    assert _phones(language, text) == ([phone] if phone else [])


@pytest.mark.parametrize(
    "text",
    [
        "сорок два семьдесят шесть тридцать восемь ноль ноль двенадцать тридцать четыре пятьдесят шесть десять",
        "восемь девятьсот двадцать шесть", "двадцать пять тысяч девятьсот двадцать шесть", "1234 5678",
        "восемь девятьсот двадцать шесть сто двадцать два четыреста пятьсот семь",
    ],
)  # fmt: skip
def test_what_is_too_short_or_too_long_is_none(text: str) -> None:
    assert _phones("ru", text) == []


_SAID = """ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать
пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать тридцать сорок пятьдесят шестьдесят семьдесят
восемьдесят девяносто сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот"""
_NUMBERS = _SAID.split()
_UNITS, _TEENS, _TENS, _HUNDREDS = _NUMBERS[:10], _NUMBERS[10:20], _NUMBERS[20:28], _NUMBERS[28:]


def _dictated(piece: str) -> str:
    """Say two or three digits as one number; what begins with a zero digit by digit."""
    if piece[0] == "0":
        return " ".join(_UNITS[int(digit)] for digit in piece)
    words = [_HUNDREDS[int(piece[-3]) - 1]] if len(piece) == 3 else []
    below = int(piece[-2:])
    if 10 <= below < 20:
        words.append(_TEENS[below - 10])
    else:
        words += [_TENS[below // 10 - 2]] if below >= 20 else []
        words += [_UNITS[below % 10]] if below % 10 else []
    return " ".join(words)


@given(
    code=st.sampled_from(["903", "916", "926", "950", "985", "999"]), rest=st.from_regex(r"[0-9]{7}", fullmatch=True)
)
def test_any_russian_mobile_in_groups_is_heard(code: str, rest: str) -> None:
    pieces = ["8", code, rest[:3], rest[3:5], rest[5:]]
    heard = " ".join(_UNITS[8] if piece == "8" else _dictated(piece) for piece in pieces)
    phone = f"+7{code}{rest}"
    if phonenumbers.is_valid_number(phonenumbers.parse(phone)):
        assert _phones("ru", heard) == [phone]
