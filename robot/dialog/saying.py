"""Sentences made ready to be said: placeholders filled, words pronounced as the script wants them."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final
from zoneinfo import ZoneInfo

from robot.dialog.events import Say
from robot.dialog.spoken import Speaker, Wording
from robot.dialog.spoken_en import English
from robot.dialog.spoken_ru import Russian
from robot.script.facts import read_money
from robot.script.schema import Script
from robot.script.sentence import Placeholder, placeholders, split_sentence

__all__ = ["Sayer"]

_SPEAKERS: Final[dict[str, Speaker]] = {"en": English(), "ru": Russian()}


class Sayer:
    """Fills the sentences of one script; shared by all its calls."""

    def __init__(self, script: Script) -> None:
        """Learn the script's facts, declared types and pronunciations."""
        self._facts = script.facts
        self._speaker = _SPEAKERS[script.language]
        slots = {slot: kind for step in script.steps.values() for slot, kind in step.ask_for.items()}
        self._ways: dict[str, str] = {**script.needs, **script.may_have, **slots}
        self._say_as = {word.casefold(): spoken for word, spoken in script.say_as.items()}
        words = sorted(script.say_as, key=len, reverse=True)
        self._words = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE) if words else None

    def say(
        self, sentence: str, values: Mapping[str, str], *, now: datetime, zone: ZoneInfo, uninterruptible: bool = False
    ) -> Say:
        """Fill a sentence.

        Args:
            sentence: As the script has it.
            values: The contact's fields and the slots filled so far; they come before facts of the same name.
            now: The instant (aware), which “tomorrow” is counted from.
            zone: The zone in which the listener reads a clock.
            uninterruptible: Whether the caller's speech must not stop it.
        """
        text, shown = "", ""
        for part in split_sentence(sentence):
            if isinstance(part, Placeholder):
                wording = self._value(part, values, text, now.astimezone(zone), zone)
                text, shown = text + wording.text, shown + wording.shown
            else:
                text, shown = text + part, shown + part
        personal = any(part.name not in self._facts or part.name in values for part in placeholders(sentence))
        return Say(self._pronounced(_tidy(text)), _tidy(shown), personal, uninterruptible)

    def can_say(self, sentence: str, values: Mapping[str, str]) -> bool:
        """Return whether everything that the sentence wants is known by now."""
        return all(part.name in values or part.name in self._facts for part in placeholders(sentence))

    def _value(
        self, placeholder: Placeholder, values: Mapping[str, str], before: str, now: datetime, zone: ZoneInfo
    ) -> Wording:
        value = (values.get(placeholder.name) or self._facts.get(placeholder.name) or "").strip()
        way = placeholder.way or self._ways.get(placeholder.name, "text")
        spoken = self._spoken(value, way, before, now, zone) if value else None
        return spoken or Wording(value, value)

    def _spoken(self, value: str, way: str, before: str, now: datetime, zone: ZoneInfo) -> Wording | None:
        """Say a value in a way; `None` where it is not of that kind, and is then said as it stands."""
        try:
            match way:
                case "money":
                    money = read_money(value)
                    return self._speaker.money(money, before) if money else None
                case "number":
                    number = Decimal(value.replace(" ", "").replace(",", "."))
                    return self._speaker.number(number, before) if number.is_finite() else None
                case "date":
                    return self._speaker.day(_day(value), now.date())
                case "time":
                    return self._speaker.time(_instant(value, zone), now)
        except (ValueError, InvalidOperation, OverflowError):
            return None
        return None

    def _pronounced(self, text: str) -> str:
        if self._words is None:
            return text
        return self._words.sub(lambda match: self._say_as[match[0].casefold()], text)


def _day(value: str) -> date:
    return date.fromisoformat(value[:10])


def _instant(value: str, zone: ZoneInfo) -> datetime:
    instant = datetime.fromisoformat(value)
    return instant.replace(tzinfo=zone) if instant.tzinfo is None else instant.astimezone(zone)


def _tidy(text: str) -> str:
    """Close the gaps that placeholders with nothing in them leave."""
    text = re.sub(r"[ \t\n]+", " ", text)
    text = re.sub(r" +([,.!?;:])", r"\1", text)
    text = re.sub(r"(^|[.!?] )[,;:]+ *", r"\1", text).strip()
    return text[:1].upper() + text[1:]
