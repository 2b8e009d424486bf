"""Numbers, money, dates and times as they are said, and as a reader sees them.

One class a language. A `Wording` holds both forms; ``text`` has no digits, since speech engines read them as they like.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from robot.script.facts import Money

__all__ = ["Speaker", "Wording", "days_ahead", "plain", "shown_amount"]


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


def plain(value: Decimal) -> int | float:
    """Return a number as `num2words` wants it: 5, not 5.0."""
    return int(value) if value == value.to_integral_value() else float(value)


def days_ahead(value: date, today: date) -> int:
    """Return how many days lie between."""
    return (value - today) // timedelta(days=1)


def shown_amount(value: Decimal) -> str:
    """Write an amount as people read it: ``1 500``, ``12.50``."""
    if value == value.to_integral_value():
        return f"{int(value):,}".replace(",", "\u00a0")
    return f"{value:,.2f}".replace(",", "\u00a0")
