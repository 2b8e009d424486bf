"""The number words of three languages."""

import pytest

from models.nlu.number_words import number_words
from models.nlu.reply_words import fold


@pytest.mark.parametrize("language", ["en", "ru", "pl"])
def test_every_tens_and_every_word_is_there(language: str) -> None:
    known = number_words(language)
    assert known is not None
    values = {int(value) for _, value in known.atoms.values()}
    assert {*range(21), *range(30, 100, 10), 100, 1000, 1_000_000} <= values
    assert all(word == fold(word) for word in known.atoms)


def test_words_of_about_how_many_are_no_numbers() -> None:
    known = number_words("ru")
    assert known is not None
    assert "несколько" not in known.atoms


def test_other_languages_have_none() -> None:
    assert number_words("de") is None
