"""Values said in Russian: cases, genders and the twenty-four-hour clock."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal

from robot.dialog.spoken import Wording, days_ahead, number_words, shown_amount
from robot.script.facts import Money

__all__ = ["Russian"]

_Case = Literal["n", "g", "d", "a", "i", "p"]
_Forms = tuple[str, str, str, str, str, str, str]
"""One, genitive of one, two to four, five and more (genitive plural); plural dative, instrumental, prepositional."""

_GOVERNS: Final[dict[str, _Case]] = {
    **dict.fromkeys(("до", "от", "без", "около", "из", "с", "со", "свыше", "более", "менее", "больше", "меньше"), "g"),
    **dict.fromkeys(("стоит", "стоят", "стоить", "за", "на", "через", "про", "получите", "дарим", "плюс"), "a"),
    **dict.fromkeys(("к", "ко", "по", "благодаря"), "d"),
    **dict.fromkeys(("о", "об"), "p"),
}  # fmt: skip
"""What a word asks of the amount after it."""

_RUBLE: Final[_Forms] = ("рубль", "рубля", "рубля", "рублей", "рублям", "рублями", "рублях")
_KOPECK: Final[_Forms] = ("копейка", "копейки", "копейки", "копеек", "копейкам", "копейками", "копейках")
_DOLLAR: Final[_Forms] = ("доллар", "доллара", "доллара", "долларов", "долларам", "долларами", "долларах")
_CENT: Final[_Forms] = ("цент", "цента", "цента", "центов", "центам", "центами", "центах")
_POUND: Final[_Forms] = ("фунт", "фунта", "фунта", "фунтов", "фунтам", "фунтами", "фунтах")
_PENCE: Final[_Forms] = ("пенс", "пенса", "пенса", "пенсов", "пенсам", "пенсами", "пенсах")
_EURO: Final[_Forms] = ("евро", "евро", "евро", "евро", "евро", "евро", "евро")
_UNITS: Final[dict[str, tuple[_Forms, _Forms, str, Literal["m", "n"]]]] = {
    "RUB": (_RUBLE, _KOPECK, "₽", "m"),
    "USD": (_DOLLAR, _CENT, "$", "m"),
    "GBP": (_POUND, _PENCE, "£", "m"),
    "EUR": (_EURO, _CENT, "€", "m"),
}
_SINGULAR: Final[dict[str, dict[_Case, str]]] = {
    "рубль": {"d": "рублю", "i": "рублём", "p": "рубле"},
    "копейка": {"d": "копейке", "i": "копейкой", "p": "копейке", "a": "копейку"},
    "доллар": {"d": "доллару", "i": "долларом", "p": "долларе"},
    "цент": {"d": "центу", "i": "центом", "p": "центе"},
    "фунт": {"d": "фунту", "i": "фунтом", "p": "фунте"},
    "пенс": {"d": "пенсу", "i": "пенсом", "p": "пенсе"},
}
_MONTHS: Final = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
_ON_WEEKDAY: Final = (
    "в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье",
)  # fmt: skip
_NEAR: Final = {0: "сегодня", 1: "завтра", 2: "послезавтра"}


class Russian:
    """Says values in Russian."""

    def number(self, value: Decimal, before: str) -> Wording:
        """Say a number, in the case that the word before it asks for."""
        return Wording(_count(value, _case_after(before), "m"), shown_amount(value))

    def money(self, value: Money, before: str) -> Wording:
        """Say an amount, in the case that the word before it asks for."""
        case = _case_after(before)
        if value.currency is None:
            return Wording(_count(value.amount, case, "m"), shown_amount(value.amount))
        whole, part, sign, gender = _UNITS[value.currency]
        units = int(value.amount)
        cents = int(value.amount * 100) % 100
        said: list[str] = []
        if units or not cents:
            said.append(f"{_count(Decimal(units), case, gender)} {_agree(whole, units, case)}")
        if cents:
            feminine: Literal["f", "m"] = "f" if part is _KOPECK else "m"
            said.append(f"{_count(Decimal(cents), case, feminine)} {_agree(part, cents, case)}")
        return Wording(" ".join(said), f"{shown_amount(value.amount)}\u00a0{sign}")

    def day(self, value: date, today: date) -> Wording:
        """Say a date in the genitive, which «до», «с» and "on that day" all take: «первого марта»."""
        text = f"{_ordinal(value.day)} {_MONTHS[value.month - 1]}"
        shown = f"{value.day} {_MONTHS[value.month - 1]}"
        if not 0 <= days_ahead(value, today) < 330:
            text += f" {_ordinal(value.year)} года"
            shown += f" {value.year} года"
        return Wording(text, shown)

    def time(self, value: datetime, now: datetime) -> Wording:
        """Say an instant: «завтра в пятнадцать часов», «в среду, второго декабря, в десять тридцать»."""
        ahead = days_ahead(value.date(), now.date())
        if ahead in _NEAR:
            text = shown = _NEAR[ahead]
        else:
            day = self.day(value.date(), now.date())
            weekday = _ON_WEEKDAY[value.weekday()]
            text, shown = f"{weekday}, {day.text},", f"{weekday}, {day.shown},"
        return Wording(f"{text} в {_clock(value.hour, value.minute)}", f"{shown} в {value:%H:%M}")


def _case_after(before: str) -> _Case:
    words = re.findall(r"\w+", before.lower())
    return _GOVERNS.get(words[-1], "n") if words and re.search(r"\w\s*\Z", before) else "n"


def _count(value: Decimal, case: _Case, gender: Literal["m", "f", "n"]) -> str:
    return number_words(value, "ru", case=case, gender=gender, animate=False)


def _ordinal(number: int) -> str:
    return number_words(number, "ru", to="ordinal", case="g", gender="n")


def _agree(forms: _Forms, count: int, case: _Case) -> str:
    one = count % 10 == 1 and count % 100 != 11
    few = count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14)
    if case in ("n", "a"):
        if one:
            return _SINGULAR.get(forms[0], {}).get(case, forms[0])
        return forms[2] if few else forms[3]
    if case == "g":
        return forms[1] if one else forms[3]
    if one:
        return _SINGULAR.get(forms[0], {}).get(case, forms[0])
    return forms[{"d": 4, "i": 5, "p": 6}[case]]


def _clock(hour: int, minute: int) -> str:
    hours = number_words(hour, "ru")
    if minute == 0:
        unit = "час" if hour in (1, 21) else "часа" if hour in (2, 3, 4, 22, 23) else "часов"
        return f"{hours} {unit}"
    minutes = number_words(minute, "ru", gender="f")
    return f"{hours} {'ноль ' if minute < 10 else ''}{minutes}"
