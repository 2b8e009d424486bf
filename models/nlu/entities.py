"""What the slots of a script are filled with, found in a short reply: one call to all finders, and what they leave out.

The same words may be several things. Who dictates a phone or an e-mail names no number, hour or code in it; an amount
of money is no bare number; an hour that is said as one ("at five") is none either. What was taken back ("not five,
six"; «пять, ой, шесть») is left out.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from models.nlu.amounts import find_codes, find_money, find_numbers
from models.nlu.cities import find_cities
from models.nlu.dates import find_dates
from models.nlu.emails import find_emails
from models.nlu.names import find_names
from models.nlu.number_groups import read_groups
from models.nlu.number_words import number_words
from models.nlu.phones import find_phones
from models.nlu.reply_words import entity, fold, overlaps, words_of
from models.nlu.time_words import lexicon
from models.nlu.times import find_times
from models.protocols import Entity

__all__ = ["find_entities"]

_NEGATED = re.compile(
    r"\b(?:не|ни|not|nie)\s+(?:(?:в|во|из|на|до|под|in|from|at|to|for|on|the|w|we|z|do|na)\s+)?$", re.IGNORECASE
)
_CORRECTED = re.compile(
    r"[\s,.…–-]*(?:ой|ай|вернее|точнее|то есть|нет|извините|простите|ошиблась|ошибся|то бишь|sorry|no|i mean|oops|"
    r"actually|rather|nie|znaczy|to znaczy|przepraszam|raczej|a nie|wróć)"
    r"(?:[\s,.…–-]+(?:ой|нет|не|no|wait|i|mean|to|в|из|на|in|from|at|w|z|nie|sorry|простите|извините))*[\s,.…–-]*",
    re.IGNORECASE,
)

_REACH = 48
"""Characters between two entities of which one may correct the other."""
_DAYS = "dwkzM#U"
"""The letters of `models.nlu.time_words` that name a day."""


def find_entities(text: str, language: str, now: datetime | None) -> tuple[Entity, ...]:
    """Find what a reply names: number, money, digits, phone, email, name, city, date and time.

    Args:
        text: The words, as recognised or typed.
        language: ``en``, ``ru`` or ``pl``; in others only digits, phones with a plus, and e-mails as they are written.
        now: The instant it was said, aware, in the zone of who said it. Without it no times are found, and of dates
            those alone that name their year.

    Returns:
        Entities in the order of the text. Values: a plain decimal, ``2500 RUB``, digits alone, E.164, an address in
        lower case, a name and a city with capitals, YYYY-MM-DD, and ISO 8601 with offset.

    Raises:
        ValueError: ``now`` is naive.
    """
    words = words_of(text)
    groups = read_groups(words, language)
    addresses = find_emails(text, words, groups, language)
    addresses += _apart(find_phones(text, words, groups, language), addresses)
    unread = number_words(language) is None
    codes = find_codes(text, words, groups, unread=unread)
    if unread:
        return _ordered(_kept(text, [*addresses, *_apart(codes, addresses)], language))
    days = _apart(find_dates(text, words, groups, language, now), addresses)
    money = _apart(find_money(text, words, groups), [*addresses, *days])
    times = _apart(find_times(_masked(text, addresses), language, now) if now is not None else (), money)
    times = [time for time in times if not _contradicts(time, days)]
    said = [time for time in times if _has_time_word(time, language)]
    days += _apart([_day_of(text, time) for time in said], days)
    taken = [*addresses, *days, *money, *said]
    found = [
        *addresses, *days, *money, *times,
        *_apart([*codes, *find_numbers(text, words, groups)], taken),
        *_apart([*find_names(text, words, language), *find_cities(text, words, language)], addresses),
    ]  # fmt: skip
    return _ordered(_kept(text, found, language))


def _masked(text: str, spans: Iterable[Entity]) -> str:
    """Return the text with spans made a word of no meaning, so that nothing is read across them."""
    for span in spans:
        text = text[: span.start] + "x" * (span.end - span.start) + text[span.end :]
    return text


def _apart(found: Iterable[Entity], taken: Sequence[Entity]) -> list[Entity]:
    return [one for one in found if not overlaps(one, taken)]


def _ordered(found: Iterable[Entity]) -> tuple[Entity, ...]:
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


def _contradicts(time: Entity, days: Iterable[Entity]) -> bool:
    """Say whether a time to come was read from words that name another day: a birthday, a year."""
    return any(overlaps(time, [day]) and date.fromisoformat(day.value) != _date_of(time) for day in days)


def _date_of(time: Entity) -> date:
    return datetime.fromisoformat(time.value).date()


def _day_of(text: str, time: Entity) -> Entity:
    return entity("date", _date_of(time).isoformat(), text, time.start, time.end)


def _has_time_word(time: Entity, language: str) -> bool:
    """Say whether there is more to a time than a number, which may be an amount of anything."""
    known = number_words(language)
    words = words_of(time.text)
    return known is None or any(
        word.text not in known.atoms and not word.digits and (word.text.isalpha() or word.text == ":") for word in words
    )


def _kept(text: str, found: Iterable[Entity], language: str) -> list[Entity]:
    """Leave out what was taken back; times see to that themselves.

    A day is taken back by another day, not by an hour: «завтра в пять, нет, в шесть» is still tomorrow.
    """
    kept: dict[str, list[Entity]] = {}
    for one in _ordered(found):
        row = kept.setdefault(one.type, [])
        if one.type != "time":
            if _NEGATED.search(text, max(0, one.start - _REACH), one.start):
                continue
            if row and one.start - row[-1].end <= _REACH and _CORRECTED.fullmatch(text, row[-1].end, one.start):
                if one.type == "date" and not _names_a_day(one.text, language):
                    continue
                row.pop()
        row.append(one)
    return [one for row in kept.values() for one in row]


def _names_a_day(said: str, language: str) -> bool:
    known = lexicon(language)
    words = [word.text for word in words_of(said)]
    if known is None or any(word.isdecimal() and len(word) == 4 for word in words):
        return True
    days = {fold(phrase) for phrase, (letter, _) in known.phrases.items() if letter in _DAYS}
    return any(" ".join(words[at : at + n]) in days for at in range(len(words)) for n in (1, 2, 3))
