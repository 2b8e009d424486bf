"""Values as they are said, and as a reader sees them: numbers, money, dates, times, phones, codes, addresses.

One class a language: `robot.dialog.spoken_en`, `spoken_pl`, `spoken_ru`. A `Wording` holds both forms; ``text`` has no
digits, since speech engines read them as they like.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Protocol

from num2words import num2words  # type: ignore[import-untyped]  # it comes without types; used here alone

from robot.script.facts import Money

__all__ = [
    "Speaker",
    "Wording",
    "at_instant",
    "names_year",
    "number_words",
    "sayable",
    "shown_amount",
    "units_and_parts",
]

_TOO_MUCH: Final = 10**15 - 1
"""No number that anybody is told by telephone."""
_MOST_PLACES: Final = 6
_YEAR_GOES_WITHOUT_SAYING: Final = 330
"""Days ahead."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One thing in two forms.

    Attributes:
        text: As it is said.
        shown: As a person reads it.
    """

    text: str
    shown: str


class Speaker(Protocol):
    """Says values in one language.

    ``before`` is what the sentence says before them: in Russian and Polish its last word decides the case. Numbers of
    fifteen digits and more raise `ValueError`; nothing else raises.
    """

    def number(self, value: Decimal, before: str) -> Wording:
        """Say a number."""

    def counted(self, value: Decimal, forms: tuple[str, ...], before: str) -> Wording:
        """Say a number with its noun.

        Args:
            value: How many.
            forms: Of the noun: in English of one and of many (“race”, “races”), in Russian and Polish of one, of two
                and of five. Where some are missing the others serve.
            before: What the sentence says before it.
        """

    def money(self, value: Money, before: str) -> Wording:
        """Say an amount of money."""

    def day(self, value: date, today: date, before: str = "") -> Wording:
        """Say a date; the year only where it is not the coming one."""

    def time(self, value: datetime, now: datetime) -> Wording:
        """Say an instant, both in the listener's zone: “tomorrow at three in the afternoon”."""

    def phone(self, value: str) -> Wording:
        """Say an E.164 number, in the groups in which people name it."""

    def digits(self, value: str) -> Wording:
        """Say a code digit by digit, with a pause after every third or fourth."""

    def email(self, value: str) -> Wording:
        """Say an e-mail address: “anna dot smith at mail dot ru”."""


def number_words(value: Decimal | int, language: str, to: str = "cardinal", **form: str | bool) -> str:
    """Say a number in words.

    Args:
        value: The number.
        language: Of the words.
        to: ``cardinal``, ``ordinal`` or ``year``.
        form: Case and gender, in languages that have them; only whole numbers take them.
    """
    if value == int(value):
        return str(num2words(int(value), lang=language, to=to, **form))
    return str(num2words(f"{value:f}", lang=language))


def sayable(value: Decimal) -> Decimal:
    """Return a number as it is to be said: at most six places after the point, and no zeros at their end.

    Raises:
        ValueError: It is no number, or has more digits than anybody would listen to.
    """
    if not value.is_finite() or not -_TOO_MUCH < value < _TOO_MUCH:
        raise ValueError("a number that nobody can say")
    rounded = round(value, _MOST_PLACES)
    whole = rounded.to_integral_value()
    return (whole if whole == rounded else rounded.normalize()) + 0  # which takes the minus from a zero


def shown_amount(value: Decimal, *, thousands: str = "\u00a0", point: str = ".", places: int = 0) -> str:
    """Write a number as people read it: ``1 500``, ``12.5``.

    Args:
        value: The number.
        thousands: What stands between thousands.
        point: What stands before a fraction.
        places: Of a fraction, at least: money has two.
    """
    whole, _, part = f"{sayable(value):,f}".partition(".")
    return whole.replace(",", thousands) + (point + part.ljust(places, "0") if part else "")


def units_and_parts(amount: Decimal) -> tuple[int, int]:
    """Split an amount of money into its units and its hundredths, rounded to them; signs are left out."""
    units, parts = divmod(int((abs(sayable(amount)) * 100).to_integral_value(ROUND_HALF_UP)), 100)
    return units, parts


def names_year(value: date, today: date) -> bool:
    """Return whether a date needs its year: it is past, or so far ahead that the month alone may mislead."""
    return not 0 <= _days_ahead(value, today) < _YEAR_GOES_WITHOUT_SAYING


def at_instant(
    value: datetime, now: datetime, *, near: Mapping[int, str], weekday: str, day: Wording, clock: Wording
) -> Wording:
    """Say an instant as a day that has a name of its own (“tomorrow”), or else as weekday and date, and the hour.

    Args:
        value: The instant, in the listener's zone.
        now: What days are counted from, in that zone.
        near: Days ahead → the name of that day.
        weekday: As in “on Monday”.
        day: The date.
        clock: The hour, as in “at noon”.
    """
    name = near.get(_days_ahead(value.date(), now.date()))
    if name is not None:
        return Wording(f"{name} {clock.text}", f"{name} {clock.shown}")
    return Wording(f"{weekday}, {day.text}, {clock.text}", f"{weekday}, {day.shown}, {clock.shown}")


def _days_ahead(value: date, today: date) -> int:
    return (value - today) // timedelta(days=1)
