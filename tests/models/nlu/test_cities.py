"""Cities as people say where they are."""

import pytest

from models.nlu.cities import find_cities
from models.nlu.reply_words import words_of


def _cities(language: str, text: str) -> list[str]:
    return [one.value for one in find_cities(text, words_of(text), language)]


@pytest.mark.parametrize(
    ("language", "text", "city"),
    [
        ("ru", "из ростова на дону", "Ростов-на-Дону"),
        ("ru", "ростов-на-дону", "Ростов-на-Дону"),
        ("ru", "в набережных челнах", "Набережные Челны"),
        ("ru", "переехали в екатеринбург", "Екатеринбург"),
        ("ru", "санкт-петербург", "Санкт-Петербург"),
        ("ru", "санкт петербург", "Санкт-Петербург"),
        ("ru", "да в твери", "Тверь"),
        ("ru", "во владивостоке", "Владивосток"),
        ("ru", "город орёл", "Орёл"),
        ("ru", "в химках", "Химки"),
        ("ru", "казань татарстан", "Казань"),
        ("ru", "в йошкар-оле", "Йошкар-Ола"),
        ("ru", "живу под тулой", "Тула"),
        ("ru", "владимир", "Владимир"),
        ("en", "we moved to las vegas last year", "Las Vegas"),
        ("en", "chicago illinois", "Chicago"),
        ("en", "it's saint louis", "Saint Louis"),
        ("en", "the city is boston", "Boston"),
        ("pl", "mieszkam w bielsku-białej", "Bielsko-Biała"),
        ("pl", "z warszawy", "Warszawa"),
        ("pl", "lodz", "Łódź"),
    ],
)
def test_a_city_is_called_as_on_the_map(language: str, text: str, city: str) -> None:
    assert _cities(language, text) == [city]


def test_two_cities_are_two() -> None:
    assert _cities("ru", "в москву или в питер") == ["Москва", "Санкт-Петербург"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "в мае"), ("ru", "в среду"), ("ru", "в россии"), ("ru", "на волге"), ("ru", "в принципе да"),
        ("ru", "не знаю"), ("ru", "анна"), ("ru", "в отпуске"), ("ru", "москва слезам не верит"),
        ("en", "my name is austin"), ("en", "i was reading"), ("en", "no"), ("pl", "nie wiem"), ("de", "berlin"),
    ],
)  # fmt: skip
def test_what_is_no_city_is_none(language: str, text: str) -> None:
    assert _cities(language, text) == []
