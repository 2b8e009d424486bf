"""Values said in English: the twelve-hour clock, and dates as in “March the first”."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from robot.dialog.spoken import (
    Wording,
    at_instant,
    names_year,
    number_words,
    sayable,
    shown_amount,
    units_and_parts,
)
from robot.dialog.spoken_codes import spelt_address, spelt_code, spelt_phone
from robot.script.facts import Money

__all__ = ["English"]

_UNITS: Final = {
    "RUB": ("ruble", "rubles", "kopeck", "kopecks", "₽"),
    "USD": ("dollar", "dollars", "cent", "cents", "$"),
    "GBP": ("pound", "pounds", "penny", "pence", "£"),
    "EUR": ("euro", "euros", "cent", "cents", "€"),
    "PLN": ("zloty", "zlotys", "grosz", "groszy", "PLN\u00a0"),
}
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NEAR: Final = {0: "today", 1: "tomorrow"}
_DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SIGNS: Final = {"@": "at", ".": "dot", "_": "underscore", "-": "hyphen", "+": "plus"}


class English:
    """Says values in English."""

    def number(self, value: Decimal, before: str) -> Wording:
        """Say a number."""
        return Wording(_count(value), _shown(value))

    def counted(self, value: Decimal, forms: tuple[str, ...], before: str) -> Wording:
        """Say a number with its noun: “one race”, “two races”."""
        forms = tuple(form for form in forms if form.strip())
        if not forms:
            return self.number(value, before)
        noun = forms[0] if abs(sayable(value)) == 1 or len(forms) == 1 else forms[1]
        return Wording(f"{_count(value)} {noun}", f"{_shown(value)} {noun}")

    def money(self, value: Money, before: str) -> Wording:
        """Say an amount: “twelve dollars fifty” is left to humans, a robot says its cents."""
        if value.currency is None:
            return self.number(value.amount, before)
        one, many, cent, cents, sign = _UNITS[value.currency]
        units, parts = units_and_parts(value.amount)
        said: list[str] = []
        if units or not parts:
            said.append(f"{_count(Decimal(units))} {one if units == 1 else many}")
        if parts:
            said.append(f"{_count(Decimal(parts))} {cent if parts == 1 else cents}")
        return Wording(" and ".join(said), f"{sign}{_shown(value.amount, places=2)}")

    def day(self, value: date, today: date, before: str = "") -> Wording:
        """Say a date: “March first”."""
        month = _MONTHS[value.month - 1]
        text, shown = f"{month} {_plain(number_words(value.day, 'en', to='ordinal'))}", f"{month} {value.day}"
        if names_year(value, today):
            text += f", {_plain(number_words(value.year, 'en', to='year'))}"
            shown += f", {value.year}"
        return Wording(text, shown)

    def time(self, value: datetime, now: datetime) -> Wording:
        """Say an instant: “tomorrow at three in the afternoon”, “on Monday, November thirtieth, at noon”."""
        half = "AM" if value.hour < 12 else "PM"
        return at_instant(
            value,
            now,
            near=_NEAR,
            weekday=f"on {_WEEKDAYS[value.weekday()]}",
            day=self.day(value.date(), now.date()),
            clock=Wording(
                f"at {_clock(value.hour, value.minute)}",
                f"at {value.hour % 12 or 12}:{value.minute:02d}\u00a0{half}",
            ),
        )

    def phone(self, value: str) -> Wording:
        """Say a phone digit by digit: “plus one, four one five, five five five, two six seven one”."""
        return spelt_phone(value, "plus", _spelt, _DIGITS)

    def digits(self, value: str) -> Wording:
        """Say a code digit by digit: “four one two, zero zero seven”."""
        return spelt_code(value, _DIGITS)

    def email(self, value: str) -> Wording:
        """Say an address: “anna dot smith at mail dot ru”."""
        return spelt_address(value, _SIGNS, _DIGITS)


def _shown(value: Decimal, places: int = 0) -> str:
    return shown_amount(value, thousands=",", places=places)


def _count(value: Decimal) -> str:
    value = sayable(value)
    return ("minus " if value < 0 else "") + _plain(number_words(abs(value), "en"))


def _plain(words: str) -> str:
    return words.replace(",", "").replace("-", " ")


def _spelt(digits: str) -> str:
    return spelt_code(digits, _DIGITS).text


def _clock(hour: int, minute: int) -> str:
    if minute == 0 and hour in (0, 12):
        return "midnight" if hour == 0 else "noon"
    words = _count(Decimal(hour % 12 or 12))
    if minute:
        words += f" {'oh ' if minute < 10 else ''}{_count(Decimal(minute))}"
    part = "in the morning" if hour < 12 else "in the afternoon" if hour < 18 else "in the evening"
    return f"{words} {part}"
