"""Values said in English: the twelve-hour clock, and dates as in “March the first”."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from robot.dialog.spoken import Wording, days_ahead, number_words, shown_amount
from robot.script.facts import Money

__all__ = ["English"]

_UNITS: Final = {
    "RUB": ("ruble", "rubles", "kopeck", "kopecks", "₽"),
    "USD": ("dollar", "dollars", "cent", "cents", "$"),
    "GBP": ("pound", "pounds", "penny", "pence", "£"),
    "EUR": ("euro", "euros", "cent", "cents", "€"),
}
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NEAR: Final = {0: "today", 1: "tomorrow"}


class English:
    """Says values in English."""

    def number(self, value: Decimal, before: str) -> Wording:
        """Say a number."""
        return Wording(_count(value), shown_amount(value).replace("\u00a0", ","))

    def money(self, value: Money, before: str) -> Wording:
        """Say an amount: “twelve dollars fifty” is left to humans, a robot says its cents."""
        shown = shown_amount(value.amount).replace("\u00a0", ",")
        if value.currency is None:
            return Wording(_count(value.amount), shown)
        one, many, cent, cents, sign = _UNITS[value.currency]
        units, part = int(value.amount), int(value.amount * 100) % 100
        said: list[str] = []
        if units or not part:
            said.append(f"{_count(Decimal(units))} {one if units == 1 else many}")
        if part:
            said.append(f"{_count(Decimal(part))} {cent if part == 1 else cents}")
        return Wording(" and ".join(said), f"{sign}{shown}")

    def day(self, value: date, today: date) -> Wording:
        """Say a date: “March first”."""
        month = _MONTHS[value.month - 1]
        text, shown = f"{month} {number_words(value.day, 'en', to='ordinal')}", f"{month} {value.day}"
        if not 0 <= days_ahead(value, today) < 330:
            text += f", {number_words(value.year, 'en', to='year')}"
            shown += f", {value.year}"
        return Wording(text, shown)

    def time(self, value: datetime, now: datetime) -> Wording:
        """Say an instant: “tomorrow at three in the afternoon”, “on Monday, November thirtieth, at noon”."""
        ahead = days_ahead(value.date(), now.date())
        if ahead in _NEAR:
            text = shown = _NEAR[ahead]
        else:
            day = self.day(value.date(), now.date())
            weekday = _WEEKDAYS[value.weekday()]
            text, shown = f"on {weekday}, {day.text},", f"on {weekday}, {day.shown},"
        half = "AM" if value.hour < 12 else "PM"
        clock = f"{value.hour % 12 or 12}:{value.minute:02d}\u00a0{half}"
        return Wording(f"{text} at {_clock(value.hour, value.minute)}", f"{shown} at {clock}")


def _count(value: Decimal) -> str:
    return number_words(value, "en").replace(",", "").replace("-", " ")


def _clock(hour: int, minute: int) -> str:
    if minute == 0 and hour in (0, 12):
        return "midnight" if hour == 0 else "noon"
    words = _count(Decimal(hour % 12 or 12))
    if minute:
        words += f" {'oh ' if minute < 10 else ''}{_count(Decimal(minute))}"
    part = "in the morning" if hour < 12 else "in the afternoon" if hour < 18 else "in the evening"
    return f"{words} {part}"
