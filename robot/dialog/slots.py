"""Slots: what an answer fills, by its type, and how a correction changes it."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Final
from zoneinfo import ZoneInfo

from models.nlu.phones import read_keys
from models.protocols import Understanding
from robot.script.schema import Slot

__all__ = ["answered_already", "fill", "typed", "typed_digits"]

_NAMES_A_DAY: Final = {
    "en": re.compile(
        r"\b(today|tonight|tomorrow|day|week|month|(mon|tues|wednes|thurs|fri|satur|sun)day|in \w+|"
        r"january|february|march|april|may|june|july|august|september|october|november|december|\w+(st|nd|rd|th))\b",
        re.IGNORECASE,
    ),
    "ru": re.compile(
        r"\b(сегодня|завтра|послезавтра|через|дня|день|дней|недел\w*|месяц\w*|числа|"
        r"понедельник\w*|вторник\w*|сред[уы]|четверг\w*|пятниц\w*|суббот\w*|воскресень\w*|"
        r"январ\w*|феврал\w*|март\w*|апрел\w*|ма[йя]|июн\w*|июл\w*|август\w*|сентябр\w*|октябр\w*|ноябр\w*|декабр\w*)\b",
        re.IGNORECASE,
    ),
    "pl": re.compile(
        r"\b(dziś|dzis|dzisiaj|jutro|pojutrze|za \w+|dnia|dzień|dzien|dni|tydzień|tydzien|tygodni\w*|miesiąc\w*|"
        r"miesiac\w*|poniedział\w*|poniedzial\w*|wtor\w*|środ\w*|srod\w*|czwart\w*|piąt\w*|piat\w*|sobot\w*|"
        r"niedziel\w*|styczni\w*|lut\w*|mar(?:zec|ca)|kwietni\w*|kwiecień|maj\w*|czerw\w*|lip\w*|sierp\w*|"
        r"wrze[śs]\w*|październik\w*|pazdziernik\w*|listopad\w*|grud\w*)\b",
        re.IGNORECASE,
    ),
}
"""Words that name a day. An answer without one, such as “no, at six”, corrects the hour and keeps the day."""


_TYPED: Final = {"digits": 16, "number": 6, "phone": 15}
"""Slots that the keys of the phone fill too, and the most digits that one has."""
_BARE: Final = {"name": 3, "city": 3}
"""Types whose answer is often the thing itself and nothing else: so many words that mean nothing else are taken."""
_TOO_LOOSE: Final = frozenset({"text", "name", "city"})
"""Types that nearly any answer has something of: they are only taken from an answer to their own question."""
_NEARLY: Final = 0.8
"""Likeness at which a heard word counts as one of a choice: endings differ, recognisers err."""


def typed_digits(slot: Slot) -> int:
    """Return how many keys one answer to it has, at most; 0 where keys do not fill it."""
    if slot.type == "number" and slot.most is not None:
        return len(f"{int(slot.most)}")
    return slot.length or _TYPED.get(slot.type, 0)


def typed(asked: Mapping[str, Slot], filled: Mapping[str, str], digits: str, language: str) -> dict[str, str]:
    """Return the first slot that keys fill which is not filled yet; nothing where the keys do not fit it."""
    digits = digits.rstrip("#")
    for name, slot in asked.items():
        if slot.type not in _TYPED or name in filled:
            continue
        value = read_keys(digits, language) if slot.type == "phone" else digits
        return {name: value} if digits.isdecimal() and value is not None and _fits(slot, value) else {}
    return {}


def fill(
    asked: Mapping[str, Slot],
    heard: Understanding,
    now: datetime,
    zone: ZoneInfo,
    *,
    old: Mapping[str, str] | None = None,
    language: str = "en",
) -> dict[str, str]:
    """Return the slots that an answer fills; where they are being read back (``old``), those that it changes.

    An hour named without a day moves to the day that was understood before. What only repeats the old value changes
    nothing, so that “yes, tomorrow at five” is a yes.

    Args:
        asked: Slots as the step asks for them. Of two of one type the first takes what was said first.
        heard: The answer. A time that has passed already fills nothing.
        now: The instant it was given.
        zone: The zone of a time that names none.
        old: What is read back.
        language: Of the answer.
    """
    if old is not None:
        return _corrections(asked, old, heard, now=now, zone=zone, language=language)
    found = {slot.type: _values(slot, heard, now, zone) for slot in asked.values()}
    filled: dict[str, str] = {}
    for name, slot in asked.items():
        if slot.type == "text":
            if heard.text.strip():
                filled[name] = heard.text.strip()
        elif slot.type == "choice":
            chosen = _choice(slot, heard.text)
            if chosen is not None:
                filled[name] = chosen
        else:
            fitting = next((value for value in found[slot.type] if _fits(slot, value)), None)
            if fitting is not None:
                found[slot.type].remove(fitting)
                filled[name] = fitting
    return filled


def answered_already(asked: Mapping[str, Slot], heard: Understanding, now: datetime, zone: ZoneInfo) -> dict[str, str]:
    """Return all slots of a question that was not asked yet, where the answer before it tells them; else nothing."""
    if not asked or any(slot.type in _TOO_LOOSE for slot in asked.values()):
        return {}
    filled = fill(asked, heard, now, zone)
    return filled if filled.keys() == asked.keys() else {}


def _corrections(
    asked: Mapping[str, Slot],
    old: Mapping[str, str],
    heard: Understanding,
    *,
    now: datetime,
    zone: ZoneInfo,
    language: str,
) -> dict[str, str]:
    changed: dict[str, str] = {}
    said = " ".join(entity.text for entity in heard.entities if entity.type == "time") or heard.text
    keeps_day = not _NAMES_A_DAY[language].search(said)
    for name, slot in asked.items():
        if slot.type != "time":
            changed |= {n: value for n, value in fill({name: slot}, heard, now, zone).items() if value != old.get(n)}
            continue
        before = datetime.fromisoformat(old[name]) if name in old else None
        for after in _times(heard, zone):
            moved = after
            if before is not None and keeps_day:
                moved = after.replace(year=before.year, month=before.month, day=before.day)
            if moved > now and moved != before:
                changed[name] = moved.isoformat()
                break
    return changed


def _values(slot: Slot, heard: Understanding, now: datetime, zone: ZoneInfo) -> list[str]:
    """Return what an answer says of a type, in its order."""
    if slot.type == "time":
        return [instant.isoformat() for instant in _times(heard, zone) if instant > now]
    found = [entity.value for entity in heard.entities if entity.type == slot.type and entity.value]
    words = heard.text.split()
    if not found and 0 < len(words) <= _BARE.get(slot.type, 0) and heard.intent == "out_of_scope":
        return [" ".join(word[:1].upper() + word[1:] for word in words)]
    return found


def _fits(slot: Slot, value: str) -> bool:
    match slot.type:
        case "digits":
            return slot.length is None or len(value) == slot.length
        case "number":
            try:
                number = float(value)
            except ValueError:
                return False
            return (slot.least is None or number >= slot.least) and (slot.most is None or number <= slot.most)
        case "money":
            return any(sign.isdecimal() for sign in value)
    return True


def _choice(slot: Slot, text: str) -> str | None:
    """Return which of a choice was named; `None` where none was, or two were that differ."""
    heard = _words(text)
    fits: dict[str, int] = {}
    for value, phrases in slot.of.items():
        for phrase in phrases:
            words = _words(phrase)
            if words and all(any(_near(word, one) for one in heard) for word in words):
                fits[value] = max(fits.get(value, 0), len(words))
    best = max(fits.values(), default=0)
    named = [value for value, length in fits.items() if length == best]
    return named[0] if len(named) == 1 else None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower().replace("ё", "е"))


def _near(wanted: str, heard: str) -> bool:
    if wanted == heard:
        return True
    if min(len(wanted), len(heard)) < 4:
        return False
    return SequenceMatcher(None, wanted, heard).ratio() >= _NEARLY


def _times(heard: Understanding, zone: ZoneInfo) -> list[datetime]:
    times: list[datetime] = []
    for entity in heard.entities:
        if entity.type != "time":
            continue
        try:
            instant = datetime.fromisoformat(entity.value)
            times.append(_round(instant.replace(tzinfo=zone) if instant.tzinfo is None else instant.astimezone(zone)))
        except (ValueError, OverflowError):
            continue
    return times


def _round(instant: datetime) -> datetime:
    """Move what was counted from now (“in an hour”) to the next five minutes, as people name times."""
    if not (instant.second or instant.microsecond):
        return instant
    return instant.replace(second=0, microsecond=0) + timedelta(minutes=5 - instant.minute % 5)
