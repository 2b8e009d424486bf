"""Dates as people say and write them, past ones too: «пятого марта восемьдесят седьмого», "march fifth", 5.03.1987.

`models.nlu.times` finds instants to come; a birthday is none. A year of two digits is of this century up to `_PIVOT`.
A day and a month without a year are the next such day.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from models.nlu.number_groups import Group
from models.nlu.reply_words import Word, entity, fold
from models.nlu.time_words import lexicon
from models.protocols import Entity

__all__ = ["find_dates"]

_PIVOT = 35
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_LAST_HOUR = 24
"""A number after a day that is no greater may be the hour."""
_NUMERIC = re.compile(
    r"(?<![\d.,/-])(?:(?P<day>\d{1,2})(?P<sign>[./-])(?P<month>\d{1,2})(?P=sign)(?P<year>\d{4}|\d{2})"
    r"|(?P<iso>\d{4})-(?P<isomonth>\d{1,2})-(?P<isoday>\d{1,2}))(?![\d/-]|[.,]\d)",
    re.ASCII,
)
_SUFFIXES = {"st", "nd", "rd", "th", "го", "ого", "е"}
_YEARS = {"года", "год", "году", "г", "roku", "rok", "r", "year"}
_DAYS_AGO = {
    "вчера": 1, "позавчера": 2, "yesterday": 1, "wczoraj": 1, "przedwczoraj": 2,
}  # fmt: skip
_ORDINALS = {
    "en": {},
    "ru": {"сорокового": 40, "пятидесятого": 50, "шестидесятого": 60, "семидесятого": 70, "восьмидесятого": 80,
           "девяностого": 90, "двухтысячного": 2000},
    "pl": {"trzydziestego": 30, "czterdziestego": 40, "pięćdziesiątego": 50, "sześćdziesiątego": 60,
           "siedemdziesiątego": 70, "osiemdziesiątego": 80, "dziewięćdziesiątego": 90, "dwutysięcznego": 2000},
}  # fmt: skip
"""Ordinals past those that name a day or an hour."""


def find_dates(
    text: str, words: Sequence[Word], groups: Sequence[Group], language: str, now: datetime | None
) -> list[Entity]:
    """Find days of the calendar that are named as such, as YYYY-MM-DD.

    Args:
        text: The reply.
        words: Its words.
        groups: Its numbers.
        language: ``en``, ``ru`` or ``pl``; in others nothing is found.
        now: When it was said, in the zone of who said it; without it days without a year are not found.
    """
    calendar = _calendar(language)
    if calendar is None:
        return []
    found = [dated for match in _NUMERIC.finditer(text) if (dated := _numeric(text, match, language)) is not None]
    reader = _Reader(words, {group.first: group for group in groups}, calendar, language, now)
    at = 0
    while at < len(words):
        read = reader.read(at)
        if read is None or any(e.start < words[read[1] - 1].end and words[at].start < e.end for e in found):
            at += 1
            continue
        day, end = read
        found.append(entity("date", day.isoformat(), text, words[at].start, words[end - 1].end))
        at = end
    return sorted(found, key=lambda one: one.start)


def _numeric(text: str, match: re.Match[str], language: str) -> Entity | None:
    if match["iso"]:
        year, month, day = int(match["iso"]), int(match["isomonth"]), int(match["isoday"])
    else:
        day, month, year = int(match["day"]), int(match["month"]), _full_year(int(match["year"]))
        if language == "en" and match["sign"] == "/" and day <= 12:
            day, month = month, day  # as in the USA
        elif month > 12:
            day, month = month, day
    named = _date(year, month, day)
    return None if named is None else entity("date", named.isoformat(), text, match.start(), match.end())


def _full_year(year: int) -> int:
    if year >= 100:
        return year
    return year + (2000 if year <= _PIVOT else 1900)


def _date(year: int, month: int, day: int) -> date | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


class _Calendar:
    """The words of dates of one language, folded."""

    def __init__(self, phrases: Mapping[str, tuple[str, float]], ordinals: Mapping[str, int]) -> None:
        self.months = {fold(p): int(value) for p, (letter, value) in phrases.items() if letter == "M"}
        self.ordinals = {
            fold(p): int(value) for p, (letter, value) in phrases.items() if letter == "o" and " " not in p
        } | {fold(word): value for word, value in ordinals.items()}
        self.tens = {fold(p): int(v) for p, (letter, v) in phrases.items() if letter == "n" and v in (20, 30)}


@lru_cache(maxsize=8)
def _calendar(language: str) -> _Calendar | None:
    words = lexicon(language)
    return None if words is None or language not in _ORDINALS else _Calendar(words.phrases, _ORDINALS[language])


class _Reader:
    """Reads a date at a word."""

    def __init__(
        self,
        words: Sequence[Word],
        groups: Mapping[int, Group],
        calendar: _Calendar,
        language: str,
        now: datetime | None,
    ) -> None:
        self._words = words
        self._groups = groups
        self._calendar = calendar
        self._language = language
        self._now = now

    def read(self, at: int) -> tuple[date, int] | None:
        """Return the date that begins there, and the index after its last word."""
        ago = _DAYS_AGO.get(self._text(at))
        if ago is not None and self._now is not None:
            before = self._text(at - 1) == "before" and self._text(at - 2) == "day"
            return (self._now.date() - timedelta(days=ago + before), at + 1) if self._now.year > 1 else None
        for month, day, end in self._days(at):
            year = self._year(end)
            named = _date(year[0], month, day) if year is not None else self._coming(month, day)
            if named is not None:
                return named, (year[1] if year is not None else end)
        return self._with_month_number(at)

    def _days(self, at: int) -> Iterator[tuple[int, int, int]]:
        """Give month, day, and the index after them: day first, or in English month first too."""
        months = self._calendar.months
        day = self._day(at)
        if day is not None:
            number, end = day
            after = end + 1 if self._text(end) == "of" else end
            if self._text(after) in months:
                yield months[self._text(after)], number, after + 1
        if self._language == "en" and self._text(at) in months:
            after = at + 2 if self._text(at + 1) == "the" else at + 1
            day = self._day(after)
            if day is not None:
                yield months[self._text(at)], *day

    def _with_month_number(self, at: int) -> tuple[date, int] | None:
        """Read «пятого ноль третьего восемьдесят седьмого»."""
        day = self._ordinal(at)
        if day is None or self._language == "en":
            return None
        after = day[1] + (self._text(day[1]) in ("ноль", "zero"))
        month = self._ordinal(after)
        year = self._year(month[1]) if month is not None and month[0] <= 12 else None
        if month is None or year is None:
            return None
        named = _date(year[0], month[0], day[0])
        return None if named is None else (named, year[1])

    def _coming(self, month: int, day: int) -> date | None:
        if self._now is None:
            return None
        today = self._now.date()
        for year in range(today.year, today.year + 9):  # 29 February may be eight years away
            named = _date(year, month, day)
            if named is not None and named > today:
                return named
        return None

    def _text(self, at: int) -> str:
        return self._words[at].text if 0 <= at < len(self._words) else ""

    def _day(self, at: int) -> tuple[int, int] | None:
        group = self._groups.get(at)
        if self._text(at).isdecimal():
            end = at + 1
            suffix = end + 1 if self._text(end) == "-" else end
            if self._text(suffix) in _SUFFIXES and self._words[suffix].start - self._words[at].end <= 1:
                end = suffix + 1
            return (int(self._text(at)), end) if len(self._text(at)) <= 2 else None
        ordinal = self._ordinal(at)
        if ordinal is not None or group is None or group.value is None:
            return ordinal
        return (int(group.value), group.last + 1) if group.value <= 31 and not group.value % 1 else None

    def _ordinal(self, at: int) -> tuple[int, int] | None:
        ordinals = self._calendar.ordinals
        first = ordinals.get(self._text(at))
        tens = self._calendar.tens.get(self._text(at), first)
        after = at + 2 if self._text(at + 1) == "-" else at + 1
        unit = ordinals.get(self._text(after))
        if tens is not None and tens % 10 == 0 and 20 <= tens < 100 and unit is not None and unit < 10:
            return tens + unit, after + 1
        return None if first is None else (first, at + 1)

    def _year(self, at: int) -> tuple[int, int] | None:
        if self._text(at) in (",", "in"):
            at += 1
        read = self._english_year(at) if self._language == "en" else self._slavic_year(at)
        if read is None:
            return None
        year, end = read
        named = self._text(end) in _YEARS
        if year < 100 and not named and year <= _LAST_HOUR:
            return None
        full = _full_year(year)
        return (full, end + named) if _FIRST_YEAR <= full <= _LAST_YEAR else None

    def _slavic_year(self, at: int) -> tuple[int, int] | None:
        group = self._groups.get(at)
        total, end = 0, at
        if group is not None and group.value is not None:
            total, end = int(group.value), group.last + 1
            if self._words[at].digits:
                clock = self._text(end) in (":", ".") and self._text(end + 1).isdecimal()
                return None if clock or len(self._text(at)) not in (2, 4) else (total, end)
        while (more := self._calendar.ordinals.get(self._text(end))) is not None:
            total, end = total + more, end + 1
            if more % 10 or more < 20:
                break
        if end == at or (total < _FIRST_YEAR and group is not None and end == group.last + 1):
            return None  # a cardinal that is no year: «пятого марта двадцать»
        return total, end

    def _english_year(self, at: int) -> tuple[int, int] | None:
        group = self._groups.get(at)
        if group is None or group.value is None or group.value % 1:
            return None
        value, end = int(group.value), group.last + 1
        if self._text(end) in (":", "am", "pm", "oclock", "o"):
            return None
        then = self._groups.get(end)
        if value in (19, 20) and then is not None and then.value is not None and not self._words[at].digits:
            last, after = then, then.last + 1
            if then.digits == "0" and (oh := self._groups.get(after)) is not None and len(oh.digits) == 1:
                return value * 100 + int(oh.digits), oh.last + 1
            if len(last.digits) == 2:
                return value * 100 + int(last.digits), after
        return (value, end) if value >= _FIRST_YEAR or _LAST_HOUR < value < 100 else None
