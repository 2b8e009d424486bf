"""Names after a cue, and names that are the whole reply."""

import pytest

from models.nlu.names import find_names
from models.nlu.reply_words import words_of


def _names(language: str, text: str) -> list[str]:
    return [one.value for one in find_names(text, words_of(text), language)]


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("ru", "меня зовут марией", "Мария"),
        ("ru", "это петрова анна сергеевна", "Петрова Анна Сергеевна"),
        ("ru", "анна-мария", "Анна-Мария"),
        ("ru", "его зовут пётр ильич", "Пётр Ильич"),
        ("ru", "моя фамилия иванова", "Иванова"),
        ("ru", "света", "Света"),
        ("ru", "алло анна слушает", "Анна"),
        ("ru", "да вера", "Вера"),
        ("ru", "САША", "Саша"),
        ("en", "hello this is mary jones", "Mary Jones"),
        ("en", "john here", "John"),
        ("en", "sarah o'brien speaking", "Sarah O'Brien"),
        ("en", "the name is bond", "Bond"),
        ("en", "yeah it's bob", "Bob"),
        ("pl", "mówi katarzyna", "Katarzyna"),
        ("pl", "dzień dobry łukasz wójcik z tej strony", "Łukasz Wójcik"),
        ("pl", "nazywam się Żaneta Śliwa", "Żaneta Śliwa"),
    ],
)
def test_a_name_is_written_with_capitals(language: str, text: str, name: str) -> None:
    assert _names(language, text) == [name]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "да"), ("ru", "завтра"), ("ru", "это мама"), ("ru", "анна придёт завтра домой"), ("ru", "я занят"),
        ("ru", "это робот"), ("ru", "роза ветров"), ("ru", "меня зовут не скажу"), ("ru", "слушаю"), ("ru", "ли"),
        ("en", "i am busy"), ("en", "this is wrong"), ("en", "my name is not important"), ("en", "it's late"),
        ("ru", "меня не зовут анна"), ("en", "no john here"), ("en", "my name isn't karen"), ("pl", "nie jestem marek"),
        ("en", "yes take my name off"), ("pl", "nie mam na imię monika"),
        ("en", "rose is nice"), ("en", "call me tomorrow"), ("en", "yes"),
        ("pl", "nie"), ("pl", "jestem w pracy"), ("pl", "to pomyłka"), ("de", "ich heiße anna"),
    ],
)  # fmt: skip
def test_what_is_no_name_is_none(language: str, text: str) -> None:
    assert _names(language, text) == []
