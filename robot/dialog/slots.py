"""Slots: what an answer fills, and how a correction changes it."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from models.protocols import Understanding
from robot.script.schema import SlotType

__all__ = ["corrections", "fill"]

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
}
"""Words that name a day. An answer without one, such as “no, at six”, corrects the hour and keeps the day."""


def fill(asked: Mapping[str, SlotType], heard: Understanding, now: datetime, zone: ZoneInfo) -> dict[str, str]:
    """Return the slots that an answer fills.

    Args:
        asked: Slot → type, as the step asks for them.
        heard: The answer. A time that has passed already fills nothing.
        now: The instant it was given.
        zone: The zone of a time that names none.
    """
    filled: dict[str, str] = {}
    times = [instant for instant in _times(heard, zone) if instant > now]
    for slot, kind in asked.items():
        if kind == "time" and times:
            filled[slot] = times.pop(0).isoformat()
        elif kind == "text" and heard.text.strip():
            filled[slot] = heard.text.strip()
    return filled


def corrections(
    asked: Mapping[str, SlotType],
    old: Mapping[str, str],
    heard: Understanding,
    *,
    now: datetime,
    zone: ZoneInfo,
    language: str,
) -> dict[str, str]:
    """Return the slots that an answer changes while they are read back: “no, not at five, at six”.

    An hour named without a day moves to the day that was understood before. What only repeats the old value changes
    nothing, so that “yes, tomorrow at five” is a yes.
    """
    changed: dict[str, str] = {}
    said = " ".join(entity.text for entity in heard.entities if entity.type == "time") or heard.text
    keeps_day = not _NAMES_A_DAY[language].search(said)
    for slot, kind in asked.items():
        if kind == "text":
            changed |= fill({slot: kind}, heard, now, zone)
            continue
        before = datetime.fromisoformat(old[slot]) if slot in old else None
        for after in _times(heard, zone):
            moved = after
            if before is not None and keeps_day:
                moved = after.replace(year=before.year, month=before.month, day=before.day)
            if moved > now and moved != before:
                changed[slot] = moved.isoformat()
                break
    return changed


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
