"""E-mail addresses as they are dictated."""

import pytest

from models.nlu.emails import find_emails
from models.nlu.number_groups import read_groups
from models.nlu.reply_words import words_of


def _emails(language: str, text: str) -> list[str]:
    words = words_of(text)
    return [one.value for one in find_emails(text, words, read_groups(words, language), language)]


@pytest.mark.parametrize(
    ("language", "text", "address"),
    [
        ("ru", "анна собака мэйл точка ру", "anna@mail.ru"),
        ("ru", "почта щукин дефис юра собака джимейл точка ком", "schukin-yura@gmail.com"),
        ("ru", "а эн эн а собака джи мейл точка ком спасибо", "anna@gmail.com"),
        ("ru", "дабл ю о л ф семь собака рамблер ру", "wolf7@rambler.ru"),
        ("ru", "иванов тысяча девятьсот восемьдесят семь собака бк точка ру", "ivanov1987@bk.ru"),
        ("ru", "иванов нижнее подчёркивание два нуля семь собака гмейл точка ком", "ivanov_007@gmail.com"),
        ("ru", "мой адрес info минус msk собака ромашка точка эр у", "info-msk@romashka.ru"),
        ("ru", "Почта: Anna@Mail.ru, спасибо", "anna@mail.ru"),
        ("en", "bob at g mail dot com", "bob@gmail.com"),
        ("en", "it is b o b dash j nineteen eighty at hotmail dot c o m", "bob-j1980@hotmail.com"),
        ("en", "sales plus uk at sub dot example dot org please", "sales+uk@sub.example.org"),
        ("en", "double u w at sign yahoo dot com", "ww@yahoo.com"),
        ("pl", "jan kropka nowak myślnik dwa małpa onet kropka pl", "jan.nowak-2@onet.pl"),
        ("pl", "adres to ka wu małpa interia pl", "kw@interia.pl"),
        ("de", "anna@gmx.de", "anna@gmx.de"),
    ],
)
def test_an_address_is_typed_as_it_is_said(language: str, text: str, address: str) -> None:
    assert _emails(language, text) == [address]


def test_two_addresses_are_two() -> None:
    assert _emails("ru", "анна собака мэйл точка ру и пётр собака яндекс точка ру") == [
        "anna@mail.ru",
        "petr@yandex.ru",
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [("ru", "у нас собака"), ("ru", "собака точка ру"), ("en", "i am at work"), ("en", "meet me at five dot"),
     ("pl", "małpa"), ("en", "a@b"), ("de", "anna at gmx dot de")],
)  # fmt: skip
def test_what_is_no_address_is_none(language: str, text: str) -> None:
    assert _emails(language, text) == []
