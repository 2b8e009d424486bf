"""Conditions on what is known of a contact: ``bonus > 0 and last_visit < 2026-01-01``. A grammar of its own, no `eval`.

::

    condition  = and-part ("or" and-part)*
    and-part   = not-part ("and" not-part)*
    not-part   = "not" not-part | "(" condition ")" | test
    test       = name ("is known" | "is unknown" | operator value | "in" value ("," value)*)?
    operator   = "=" | "==" | "!=" | "<" | "<=" | ">" | ">="
    value      = number | date | time | 'text' | "text" | word

A name is a field of the contact, a fact, a slot or a counter. What is not known fails every test but ``is unknown``
(so ``not bonus > 0`` is true of a contact without a bonus); a name alone asks whether it is known, and not 0 or “no”.
Numbers and money compare by amount, dates and times by the calendar, everything else as text without regard to case.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from robot.script.facts import CURRENCIES, read_money

__all__ = [
    "ORDERED",
    "Both",
    "Condition",
    "ConditionError",
    "Either",
    "Not",
    "Test",
    "certain",
    "read_condition",
    "value_problem",
]

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "known", "unknown", "true"]
ORDERED: Final = frozenset({"number", "money", "date", "time"})
"""Types whose values have an order."""

_TOKEN = re.compile(
    r"\s*(?:(?P<op><=|>=|!=|==|=|<|>)|(?P<sign>[(),])|'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\""
    r"|(?P<date>\d{4}-\d\d-\d\d(?:T[\d:.+-]+)?)|(?P<number>-?\d+(?:[.,]\d+)?)|(?P<word>[^\W\d][\w-]*))"
)
_MOST_TOKENS = 200
_DEEPEST = 20


class ConditionError(ValueError):
    """Raised when a condition cannot be read; says what is wrong, and where as a column from 0."""

    def __init__(self, sentence: str, column: int) -> None:
        """Keep the sentence and the column."""
        super().__init__(sentence)
        self.column = column


@dataclass(frozen=True, slots=True)
class Test:
    """One test of one name."""

    name: str
    operator: Operator
    values: tuple[str, ...] = ()

    def holds(self, known: Mapping[str, str], types: Mapping[str, str]) -> bool:
        """Return whether it is true of what is known."""
        value = known.get(self.name, "").strip()
        match self.operator:
            case "known":
                return bool(value)
            case "unknown":
                return not value
            case "true":
                return value.casefold() not in ("", "0", "no", "false", "нет", "nie")
        if not value:
            return False
        kind = types.get(self.name, "text")
        return any(_compare(value, self.operator, wanted, kind) for wanted in self.values)

    def tests(self) -> "Iterator[Test]":
        """Give every test that it is made of."""
        yield self


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    part: "Condition"

    def holds(self, known: Mapping[str, str], types: Mapping[str, str]) -> bool:
        """Return whether it is true of what is known."""
        return not self.part.holds(known, types)

    def tests(self) -> Iterator[Test]:
        """Give every test that it is made of."""
        yield from self.part.tests()


@dataclass(frozen=True, slots=True)
class Both:
    """All of several."""

    parts: tuple["Condition", ...]

    def holds(self, known: Mapping[str, str], types: Mapping[str, str]) -> bool:
        """Return whether it is true of what is known."""
        return all(part.holds(known, types) for part in self.parts)

    def tests(self) -> Iterator[Test]:
        """Give every test that it is made of."""
        for part in self.parts:
            yield from part.tests()


@dataclass(frozen=True, slots=True)
class Either:
    """One at least of several."""

    parts: tuple["Condition", ...]

    def holds(self, known: Mapping[str, str], types: Mapping[str, str]) -> bool:
        """Return whether it is true of what is known."""
        return any(part.holds(known, types) for part in self.parts)

    def tests(self) -> Iterator[Test]:
        """Give every test that it is made of."""
        for part in self.parts:
            yield from part.tests()


Condition = Test | Not | Both | Either


def read_condition(text: str) -> Condition:
    """Read a condition.

    >>> read_condition("bonus > 0").holds({"bonus": "150 RUB"}, {"bonus": "money"})
    True

    Raises:
        ConditionError: It is none.
    """
    return _Parser(text).parse()


def certain(condition: "Condition") -> frozenset[str]:
    """Return the names that must be known where a condition is true."""
    match condition:
        case Test(name, operator):
            return frozenset() if operator == "unknown" else frozenset((name,))
        case Both(parts):
            return frozenset[str]().union(*map(certain, parts))
        case Either(parts):
            return frozenset.intersection(*map(certain, parts))
        case _:
            return frozenset()


def value_problem(kind: str, operator: str, value: str) -> str | None:
    """Return what keeps a value from being compared with a field of a type; `None` where nothing does."""
    if operator in ("<", "<=", ">", ">=") and kind not in ORDERED:
        return f"{kind} has no order: use = or !="
    read = {"number": _number, "money": _number, "date": _day, "time": _day}.get(kind)
    if read is not None and read(value) is None:
        return f"“{value}” is no {kind}"
    return None


def _compare(value: str, operator: str, wanted: str, kind: str) -> bool:
    if kind in ("number", "money") or (kind not in ("date", "time") and operator in ("<", "<=", ">", ">=")):
        ours, theirs = _number(value), _number(wanted)
        return ours is not None and theirs is not None and _ordered(ours, operator, theirs)
    if kind in ("date", "time"):
        then, when = _day(value), _day(wanted)
        return then is not None and when is not None and _ordered(then, operator, when)
    same = _plain(value) == _plain(wanted)
    return same if operator in ("=", "in") else not same


def _ordered(ours: Decimal | str, operator: str, theirs: Decimal | str) -> bool:
    match operator:
        case "<":
            return ours < theirs  # type: ignore[operator]  # both are of one type: see _compare
        case "<=":
            return ours <= theirs  # type: ignore[operator]
        case ">":
            return ours > theirs  # type: ignore[operator]
        case ">=":
            return ours >= theirs  # type: ignore[operator]
        case "!=":
            return ours != theirs
        case _:
            return ours == theirs


def _number(text: str) -> Decimal | None:
    money = read_money(text)
    if money is not None:
        return money.amount
    try:
        number = Decimal(text.replace(" ", "").replace("\u00a0", "").replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _day(text: str) -> str | None:
    """Return a date, or an instant, in a form that sorts; two of which one has no hour compare by the day."""
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(text).isoformat()[:10]
        except ValueError:
            continue
    return None


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split())


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._end = len(text)

    def parse(self) -> Condition:
        condition = self._either(0)
        if self._at < len(self._tokens):
            raise self._unexpected("“and” or “or”")
        return condition

    def _either(self, depth: int) -> Condition:
        parts = [self._both(depth)]
        while self._takes("or"):
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self, depth: int) -> Condition:
        parts = [self._not(depth)]
        while self._takes("and"):
            parts.append(self._not(depth))
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _not(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise ConditionError("The condition is nested too deeply", self._column())
        if self._takes("not"):
            return Not(self._not(depth + 1))
        if self._takes("("):
            inner = self._either(depth + 1)
            if not self._takes(")"):
                raise self._unexpected("a closing bracket")
            return inner
        return self._test()

    def _test(self) -> Condition:
        token = self._next()
        if token is None or token.kind != "word" or token.text in ("and", "or", "is", "in"):
            self._at -= token is not None
            raise self._unexpected("a name")
        if self._takes("is"):
            word = self._next()
            if word is None or word.text not in ("known", "unknown"):
                self._at -= word is not None
                raise self._unexpected("“known” or “unknown”")
            return Test(token.text, "known" if word.text == "known" else "unknown")
        if self._takes("in"):
            values = [self._value()]
            while self._takes(","):
                values.append(self._value())
            return Test(token.text, "in", tuple(values))
        operator = self._peek()
        if operator is None or operator.kind != "op":
            return Test(token.text, "true")
        self._at += 1
        sign: Operator = "=" if operator.text == "==" else operator.text  # type: ignore[assignment]  # see _TOKEN
        return Test(token.text, sign, (self._value(),))

    def _value(self) -> str:
        token = self._next()
        if token is None or token.kind in ("op", "sign"):
            self._at -= token is not None
            raise self._unexpected("a value")
        unit = self._peek()  # 900 RUB
        if token.kind == "number" and unit is not None and unit.text in CURRENCIES:
            self._at += 1
            return f"{token.text} {unit.text}"
        return token.text

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next(self) -> _Token | None:
        token = self._peek()
        self._at += token is not None
        return token

    def _takes(self, text: str) -> bool:
        token = self._peek()
        if token is not None and token.kind in ("word", "sign") and token.text == text:
            self._at += 1
            return True
        return False

    def _column(self) -> int:
        token = self._peek()
        return token.column if token is not None else self._end

    def _unexpected(self, wanted: str) -> ConditionError:
        token = self._peek()
        found = f"“{token.text}” stands" if token is not None else "it ends"
        return ConditionError(f"Where {found}, {wanted} is wanted", self._column())


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            raise ConditionError(f"“{text[start]}” is no part of a condition", start)
        kind = match.lastgroup or ""
        value = match[kind]
        begin = match.start(kind)
        tokens.append(_Token("text" if kind in ("single", "double", "date") else kind, value, begin))
        at = match.end()
        if len(tokens) > _MOST_TOKENS:
            raise ConditionError("The condition is too long", at)
    return tokens
