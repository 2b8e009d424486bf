import re
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from robot.dialog.spoken_pl import Polish
from robot.script.facts import Money, read_money

PL = Polish()
TODAY = date(2026, 11, 23)
NOUNS = {
    "wizyta": ("wizyta", "wizyty", "wizyt"),
    "miejsce": ("miejsce", "miejsca", "miejsc"),
    "przejazd": ("przejazd", "przejazdy", "przejazdów"),
    "punkt": ("punkt", "punkty", "punktów"),
    "dzień": ("dzień", "dni", "dni"),
    "tydzień": ("tydzień", "tygodnie", "tygodni"),
    "godzina": ("godzina", "godziny", "godzin"),
    "rok": ("rok", "lata", "lat"),
    "noc": ("noc", "noce", "nocy"),
    "osoba": ("osoba", "osoby", "osób"),
    "klient": ("klient", "klienci", "klientów"),
    "kierowca": ("kierowca", "kierowcy", "kierowców"),
    "gość": ("gość", "goście", "gości"),
    "dziecko": ("dziecko", "dzieci", "dzieci"),
    "lekcja": ("lekcja", "lekcje", "lekcji"),
    "salon": ("salon", "salony", "salonów"),
    "posiłek": ("posiłek", "posiłki", "posiłków"),
    "darmowa wizyta": ("darmowa wizyta", "darmowe wizyty", "darmowych wizyt"),
    "ostatni bilet": ("ostatni bilet", "ostatnie bilety", "ostatnich biletów"),
    "miejsce parkingowe": ("miejsce parkingowe", "miejsca parkingowe", "miejsc parkingowych"),
    "bilet wstępu": ("bilet wstępu", "bilety wstępu", "biletów wstępu"),
}


@pytest.mark.parametrize(
    ("before", "value", "spoken"),
    [
        ("", "0", "zero"),
        ("", "21", "dwadzieścia jeden"),
        ("", "1999", "tysiąc dziewięćset dziewięćdziesiąt dziewięć"),
        ("", "2500", "dwa tysiące pięćset"),
        ("", "21000", "dwadzieścia jeden tysięcy"),
        ("", "1000001", "milion jeden"),
        ("od", "1", "jednego"),
        ("od jednego do", "2", "dwóch"),
        ("do", "555", "pięciuset pięćdziesięciu pięciu"),
        ("około", "1200", "tysiąca dwustu"),
        ("prawie do", "40", "czterdziestu"),
        ("między", "12", "dwunastoma"),
        ("", "-3", "minus trzy"),
        ("", "2.50", "dwa przecinek pięć"),
        ("", "-0.05", "minus zero przecinek zero pięć"),
        ("do, powiedzmy,", "3", "trzy"),
    ],
)
def test_numbers(before: str, value: str, spoken: str) -> None:
    assert PL.number(Decimal(value), f"To {before} ").text == spoken


@pytest.mark.parametrize(
    ("before", "value", "noun", "spoken"),
    [
        ("", "1", "wizyta", "jedna wizyta"),
        ("", "2", "wizyta", "dwie wizyty"),
        ("", "5", "wizyta", "pięć wizyt"),
        ("", "12", "wizyta", "dwanaście wizyt"),
        ("", "21", "wizyta", "dwadzieścia jeden wizyt"),
        ("", "22", "wizyta", "dwadzieścia dwie wizyty"),
        ("", "1", "miejsce", "jedno miejsce"),
        ("", "2", "miejsce", "dwa miejsca"),
        ("", "1", "przejazd", "jeden przejazd"),
        ("", "4", "rok", "cztery lata"),
        ("", "1", "noc", "jedna noc"),
        ("", "3", "noc", "trzy noce"),
        ("", "1", "klient", "jeden klient"),
        ("", "2", "klient", "dwóch klientów"),
        ("", "25", "kierowca", "dwudziestu pięciu kierowców"),
        ("", "3", "gość", "trzech gości"),
        ("", "2", "dziecko", "dwoje dzieci"),
        ("dla", "5", "dziecko", "pięciorga dzieci"),
        ("", "1000", "punkt", "tysiąc punktów"),
        ("do", "1", "wizyta", "jednej wizyty"),
        ("do", "2", "wizyta", "dwóch wizyt"),
        ("do", "1", "przejazd", "jednego przejazdu"),
        ("od", "5", "osoba", "pięciu osób"),
        ("dla", "1", "lekcja", "jednej lekcji"),
        ("po", "1", "wizyta", "jednej wizycie"),
        ("po", "2", "tydzień", "dwóch tygodniach"),
        ("przed", "2", "wizyta", "dwiema wizytami"),
        ("razem z", "5", "gość", "pięcioma gośćmi"),
        ("za", "1", "wizyta", "jedną wizytę"),
        ("za", "1", "dzień", "jeden dzień"),
        ("za", "2", "dzień", "dwa dni"),
        ("przez", "1", "godzina", "jedną godzinę"),
        ("ma Pani", "1", "wizyta", "jedną wizytę"),
        ("dla Pani", "5", "wizyta", "pięć wizyt"),
        ("w", "3", "salon", "trzech salonach"),
        ("w", "2", "godzina", "dwie godziny"),
        ("w ciągu", "3", "dzień", "trzech dni"),
        ("za", "1", "darmowa wizyta", "jedną darmową wizytę"),
        ("do", "1", "ostatni bilet", "jednego ostatniego biletu"),
        ("przed", "2", "miejsce parkingowe", "dwoma miejscami parkingowymi"),
        ("po", "1", "bilet wstępu", "jednym bilecie wstępu"),
        ("wraz z", "3", "posiłek", "trzema posiłkami"),
        ("", "0.5", "godzina", "pół godziny"),
        ("", "1.5", "godzina", "półtorej godziny"),
        ("", "1.5", "rok", "półtora roku"),
        ("", "2.5", "wizyta", "dwie i pół wizyty"),
        ("do", "2.5", "rok", "dwóch i pół roku"),
        ("", "2.5", "punkt", "dwa i pół punktu"),
        ("", "2.3", "miejsce", "dwa przecinek trzy miejsca"),
    ],
)
def test_things_counted(before: str, value: str, noun: str, spoken: str) -> None:
    assert PL.counted(Decimal(value), NOUNS[noun], f"To {before} ").text == spoken


def test_forms_that_a_script_leaves_out_are_lent() -> None:
    assert PL.counted(Decimal(5), ("wizyta", "wizyty"), "").text == "pięć wizyty"
    assert PL.counted(Decimal(5), ("euro",), "").text == "pięć euro"
    assert PL.counted(Decimal(5), (), "").text == "pięć"


@pytest.mark.parametrize(
    ("before", "amount", "spoken", "shown"),
    [
        ("", "1 PLN", "jeden złoty", "1 zł"),
        ("", "2 PLN", "dwa złote", "2 zł"),
        ("", "5 zł", "pięć złotych", "5 zł"),
        ("", "21 zł", "dwadzieścia jeden złotych", "21 zł"),
        ("", "24 zł", "dwadzieścia cztery złote", "24 zł"),
        ("kosztuje", "1000 PLN", "tysiąc złotych", "1 000 zł"),
        ("do", "2500 PLN", "dwóch tysięcy pięciuset złotych", "2 500 zł"),
        ("", "49,99 zł", "czterdzieści dziewięć złotych dziewięćdziesiąt dziewięć groszy", "49,99 zł"),
        ("", "0,01 zł", "jeden grosz", "0,01 zł"),
        ("", "3,5 zł", "trzy złote pięćdziesiąt groszy", "3,50 zł"),
        ("od", "1,02 zł", "jednego złotego dwóch groszy", "1,02 zł"),
        ("wraz z", "100 zł", "stu złotymi", "100 zł"),
        ("po", "100 zł", "sto złotych", "100 zł"),
        ("o", "20 zł", "dwadzieścia złotych", "20 zł"),
        ("w wysokości", "300 zł", "trzystu złotych", "300 zł"),
        ("", "2 EUR", "dwa euro", "2 €"),
        ("około", "5 USD", "pięciu dolarów", "5 $"),
        ("za", "1 GBP", "jeden funt", "1 £"),
        ("", "2,02 RUB", "dwa ruble dwie kopiejki", "2,02 ₽"),
        ("", "7", "siedem", "7"),
    ],
)
def test_money(before: str, amount: str, spoken: str, shown: str) -> None:
    money = read_money(amount)
    assert money is not None
    wording = PL.money(money, f"To {before} ")
    assert (wording.text, wording.shown.replace("\u00a0", " ")) == (spoken, shown)


@pytest.mark.parametrize(
    ("before", "day", "spoken"),
    [
        ("", "2027-03-01", "pierwszego marca"),
        ("do", "2026-12-31", "trzydziestego pierwszego grudnia"),
        ("przed", "2027-02-02", "drugim lutego"),
        ("po", "2027-01-03", "trzecim stycznia"),
        ("jest", "2026-12-24", "dwudziesty czwarty grudnia"),
        ("", "2025-05-22", "dwudziestego drugiego maja dwa tysiące dwudziestego piątego roku"),
        ("", "1999-09-07", "siódmego września tysiąc dziewięćset dziewięćdziesiątego dziewiątego roku"),
        ("", "2000-04-13", "trzynastego kwietnia dwutysięcznego roku"),
        ("", "2005-10-30", "trzydziestego października dwa tysiące piątego roku"),
        ("", "1900-06-20", "dwudziestego czerwca tysiąc dziewięćsetnego roku"),
    ],
)
def test_dates(before: str, day: str, spoken: str) -> None:
    assert PL.day(date.fromisoformat(day), TODAY, f"Czekamy {before} ").text == spoken


@pytest.mark.parametrize(
    ("at", "spoken"),
    [
        ("2026-11-23T09:00", "dzisiaj o dziewiątej"),
        ("2026-11-24T15:30", "jutro o piętnastej trzydzieści"),
        ("2026-11-25T12:05", "pojutrze o dwunastej zero pięć"),
        ("2026-11-24T21:22", "jutro o dwudziestej pierwszej dwadzieścia dwie"),
        ("2026-11-24T02:01", "jutro o drugiej zero jeden"),
        ("2026-11-24T00:00", "jutro o północy"),
        ("2026-12-02T10:00", "w środę, drugiego grudnia, o dziesiątej"),
        ("2026-12-01T13:15", "we wtorek, pierwszego grudnia, o trzynastej piętnaście"),
    ],
)
def test_times(at: str, spoken: str) -> None:
    assert PL.time(datetime.fromisoformat(at), datetime(2026, 11, 23, 8)).text == spoken


def test_phones_codes_and_addresses() -> None:
    wording = PL.phone("+48512345678")
    assert wording.text == "plus cztery osiem, pięć jeden dwa, trzy cztery pięć, sześć siedem osiem"
    assert wording.shown == "+48 512 345 678"
    assert PL.digits("412007").text == "cztery jeden dwa, zero zero siedem"
    assert PL.email("anna.smith@mail.ru").text == "anna kropka smith małpa mail kropka ru"
    assert PL.email("jan_nowak-80@wp.pl").text == "jan podkreślnik nowak myślnik osiem zero małpa wp kropka pl"


WORDS = st.sampled_from(["", "do ", "za ", "dzięki ", "przed ", "po ", "w ", "ma Pani ", "razem z ", "już ", "…"])
VALUES = st.decimals(-(10**15) + 2, 10**15 - 2, allow_nan=False, allow_infinity=False)
ANY_WORDS = st.lists(st.text("aeyiouęóczkgdnwm ", min_size=1, max_size=8), max_size=4).map(tuple)


@given(VALUES, WORDS, st.sampled_from(list(NOUNS.values())) | ANY_WORDS)
@example(Decimal("999999999999998.9999999"), "", NOUNS["rok"])
def test_any_number_is_said_in_words(value: Decimal, before: str, forms: tuple[str, ...]) -> None:
    for wording in (PL.number(value, before), PL.counted(value, forms, before)):
        assert wording.text != ""
        assert not re.search(r"\d", wording.text)


@given(st.decimals(0, 10**14, places=2), st.sampled_from(["RUB", "USD", "EUR", "GBP", "PLN", None]), WORDS)
def test_any_amount_is_said_in_words(amount: Decimal, currency: str | None, before: str) -> None:
    assert not re.search(r"\d", PL.money(Money(amount, currency), before).text)


@given(st.datetimes(), st.datetimes(), WORDS)
def test_any_time_is_said_in_words(value: datetime, now: datetime, before: str) -> None:
    assert not re.search(r"\d", PL.time(value, now).text + PL.day(value.date(), now.date(), before).text)


@given(st.text(max_size=40) | st.from_regex(r"\+?[0-9]{0,18}", fullmatch=True) | st.emails())
def test_any_code_is_said_without_digits(value: str) -> None:
    assert not re.search(r"\d", PL.phone(value).text + PL.digits(value).text + PL.email(value).text)
