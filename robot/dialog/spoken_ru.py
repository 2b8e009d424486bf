"""Values said in Russian: cases, genders and the twenty-four-hour clock."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from robot.dialog.spoken import Wording, at_instant, names_year, shown_amount, units_and_parts
from robot.dialog.spoken_codes import in_cyrillic, in_groups, spelt_address, spelt_code, spelt_phone
from robot.dialog.spoken_nouns import Case, Noun, noun
from robot.dialog.spoken_ru_grammar import (
    cardinal,
    case_of,
    case_of_counted,
    counted,
    decimal,
    ordinal,
    read_noun,
)
from robot.script.facts import Money

__all__ = ["Russian"]

_RUBLE: Final = noun("m", "рубль рубля рублю рубль рублём рубле", "рубля", "рублей", "рублям рублями рублях")
_KOPECK: Final = noun(
    "f", "копейка копейки копейке копейку копейкой копейке", "копейки", "копеек", "копейкам копейками копейках"
)
_DOLLAR: Final = noun(
    "m", "доллар доллара доллару доллар долларом долларе", "доллара", "долларов", "долларам долларами долларах"
)
_CENT: Final = noun("m", "цент цента центу цент центом центе", "цента", "центов", "центам центами центах")
_POUND: Final = noun("m", "фунт фунта фунту фунт фунтом фунте", "фунта", "фунтов", "фунтам фунтами фунтах")
_PENNY: Final = noun("m", "пенс пенса пенсу пенс пенсом пенсе", "пенса", "пенсов", "пенсам пенсами пенсах")
_EURO: Final = noun("m", "евро евро евро евро евро евро", "евро", "евро", "евро евро евро")
_ZLOTY: Final = noun(
    "m", "злотый злотого злотому злотый злотым злотом", "злотых", "злотых", "злотым злотыми злотых"
)  # fmt: skip
_GROSZ: Final = noun("m", "грош гроша грошу грош грошом гроше", "гроша", "грошей", "грошам грошами грошах")
_UNITS: Final[dict[str, tuple[Noun, Noun, str]]] = {
    "RUB": (_RUBLE, _KOPECK, "₽"),
    "USD": (_DOLLAR, _CENT, "$"),
    "GBP": (_POUND, _PENNY, "£"),
    "EUR": (_EURO, _CENT, "€"),
    "PLN": (_ZLOTY, _GROSZ, "zł"),
}
_MONTHS: Final = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
_ON_WEEKDAY: Final = (
    "в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье",
)  # fmt: skip
_NEAR: Final = {0: "сегодня", 1: "завтра", 2: "послезавтра"}
_DIGITS: Final = ("ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять")
_SIGNS: Final = {"@": "собака", ".": "точка", "_": "подчёркивание", "-": "дефис", "+": "плюс"}


_CASE_OF_DAY: Final[dict[str, Case]] = {
    **dict.fromkeys(("к", "ко"), "d"),
    **dict.fromkeys(("на", "по", "за", "про"), "a"),
    **dict.fromkeys(("перед", "между", "над"), "i"),
    **dict.fromkeys(("о", "об"), "p"),
    **dict.fromkeys(("сегодня", "завтра", "послезавтра", "вчера", "это"), "n"),
}
"""What a word asks of the date after it; others have the genitive, which «до», «с» and “on that day” take."""


class Russian:
    """Says values in Russian."""

    def number(self, value: Decimal, before: str) -> Wording:
        """Say a number, in the case that the word before it asks for."""
        return Wording(decimal(value, case_of(value, before)), _shown(value))

    def counted(self, value: Decimal, forms: tuple[str, ...], before: str) -> Wording:
        """Say a number with its noun: «две поездки», «до пяти заездов», «полтора часа»."""
        forms = tuple(form for form in forms if form.strip())
        if not forms:
            return self.number(value, before)
        thing = read_noun(forms)
        words, noun_form = counted(value, thing, case_of_counted(value, thing, before))
        return Wording(f"{words} {noun_form}", f"{_shown(value)}\u00a0{noun_form}")

    def money(self, value: Money, before: str) -> Wording:
        """Say an amount, in the case that the word before it asks for."""
        if value.currency is None:
            return self.number(value.amount, before)
        whole, part, sign = _UNITS[value.currency]
        units, parts = (Decimal(number) for number in units_and_parts(value.amount))
        amounts = [(units, whole)] if units or not parts else []
        amounts += [(parts, part)] if parts else []
        case = case_of(amounts[0][0], before)
        words = [word for number, thing in amounts for word in counted(number, thing, case)]
        return Wording(" ".join(words), f"{_shown(value.amount, places=2)}\u00a0{sign}")

    def day(self, value: date, today: date, before: str = "") -> Wording:
        """Say a date in the case that the word before it asks for: «до первого марта», «к первому марта»."""
        word = re.search(r"(\w+)\s*\Z", before.lower())
        case = _CASE_OF_DAY.get(word[1], "g") if word else "g"
        month = _MONTHS[value.month - 1]
        text, shown = f"{ordinal(value.day, case)} {month}", f"{value.day} {month}"
        if names_year(value, today):
            text, shown = f"{text} {ordinal(value.year, 'g')} года", f"{shown} {value.year} года"
        return Wording(text, shown)

    def time(self, value: datetime, now: datetime) -> Wording:
        """Say an instant: «завтра в пятнадцать часов», «в среду, второго декабря, в десять тридцать»."""
        return at_instant(
            value,
            now,
            near=_NEAR,
            weekday=_ON_WEEKDAY[value.weekday()],
            day=self.day(value.date(), now.date()),
            clock=Wording(f"в {_clock(value.hour, value.minute)}", f"в {value:%H:%M}"),
        )

    def phone(self, value: str) -> Wording:
        """Say a phone as people name it: «плюс семь, девятьсот пять, сто двадцать два, ноль ноль, сорок пять»."""
        return spelt_phone(value, "плюс", _group, _DIGITS)

    def digits(self, value: str) -> Wording:
        """Say a code digit by digit: «четыре один два, ноль ноль семь»."""
        return spelt_code(value, _DIGITS)

    def email(self, value: str) -> Wording:
        """Say an address: «анна точка смит собака мейл точка ру»."""
        return Wording(spelt_address(in_cyrillic(value), _SIGNS, _DIGITS).text, value.strip())


def _shown(value: Decimal, places: int = 0) -> str:
    return shown_amount(value, point=",", places=places)


def _group(digits: str) -> str:
    """Say a group of a phone as a number, its leading zeros one by one; a long group in several."""
    return ", ".join(_short_group(part) for part in in_groups(digits, 3))


def _short_group(digits: str) -> str:
    rest = digits.lstrip("0")
    return " ".join([_DIGITS[0]] * (len(digits) - len(rest)) + ([cardinal(int(rest), "n")] if rest else []))


def _clock(hour: int, minute: int) -> str:
    hours = cardinal(hour, "n")
    if minute == 0:
        unit = "час" if hour in (1, 21) else "часа" if hour in (2, 3, 4, 22, 23) else "часов"
        return f"{hours} {unit}"
    return f"{hours} {'ноль ' if minute < 10 else ''}{cardinal(minute, 'n', 'f')}"
