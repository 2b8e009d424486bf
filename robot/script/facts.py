"""Values that a script states in one place: money with its currency."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

__all__ = ["Money", "fact_type", "read_money"]

_MONEY = re.compile(r"(?P<before>[A-Z]{3}|zł|[₽$€£])?(?P<amount>\d+(?:[.,]\d{1,2})?)(?P<after>[A-Z]{3}|zł|[₽$€£])?")
_SIGNS = {"₽": "RUB", "$": "USD", "€": "EUR", "£": "GBP", "zł": "PLN"}
CURRENCIES = frozenset(_SIGNS.values())


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, and its ISO 4217 currency where one was named."""

    amount: Decimal
    currency: str | None


def fact_type(value: str) -> str:
    """Return what type a fact is of, by what it looks like: ``date``, ``number``, ``money`` or ``text``.

    >>> fact_type("2027-03-01"), fact_type("3"), fact_type("900 RUB"), fact_type("Apex")
    ('date', 'number', 'money', 'text')
    """
    try:
        date.fromisoformat(value)
    except ValueError:
        money = read_money(value)
        return "text" if money is None else "number" if money.currency is None else "money"
    return "date"


def read_money(text: str) -> Money | None:
    """Read ``900 RUB``, ``1 500,50 ₽``, ``49 zł``, ``$12.50`` or a bare ``900``; `None` where it is no money.

    >>> read_money("1 500 RUB")
    Money(amount=Decimal('1500'), currency='RUB')
    """
    match = _MONEY.fullmatch(re.sub(r"[\s\u00a0\u202f]", "", text))
    if match is None or (match["before"] and match["after"]):
        return None
    currency = match["before"] or match["after"]
    if currency is not None:
        currency = _SIGNS.get(currency, currency)
        if currency not in CURRENCIES:
            return None
    return Money(Decimal(match["amount"].replace(",", ".")), currency)
