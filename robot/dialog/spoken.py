"""Numbers, money, dates and times as they are said, and as a reader sees them.

One class a language. A `Wording` holds both forms; ``text`` has no digits, since speech engines read them as they like.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from num2words import num2words  # type: ignore[import-untyped]  # it comes without types; used here alone

from robot.script.facts import Money

__all__ = ["Speaker", "Wording", "days_ahead", "number_words", "shown_amount"]


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
    """Says values in one language. ``before`` is what the sentence says before them: in Russian it decides the case."""

    def number(self, value: Decimal, before: str) -> Wording:
        """Say a number."""

    def money(self, value: Money, before: str) -> Wording:
        """Say an amount of money."""

    def day(self, value: date, today: date) -> Wording:
        """Say a date; the year only where it is not the coming one."""

    def time(self, value: datetime, now: datetime) -> Wording:
        """Say an instant, both in the listener's zone: “tomorrow at three in the afternoon”."""


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
    return str(num2words(str(value), lang=language))


def days_ahead(value: date, today: date) -> int:
    """Return how many days lie between."""
    return (value - today) // timedelta(days=1)


def shown_amount(value: Decimal) -> str:
    """Write an amount as people read it: ``1 500``, ``12.50``."""
    written = f"{int(value):,}" if value == value.to_integral_value() else f"{value:,}"
    return written.replace(",", "\u00a0")
