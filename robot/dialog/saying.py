"""Sentences made ready to be said: placeholders filled, words pronounced as the script wants them."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from robot.dialog.events import Recorded, Say
from robot.dialog.spoken import Speaker, Wording
from robot.dialog.spoken_en import English
from robot.dialog.spoken_pl import Polish
from robot.dialog.spoken_ru import Russian
from robot.script.condition import Condition, read_condition
from robot.script.facts import fact_type, read_money
from robot.script.graph import Sayable, lay_out
from robot.script.parts import Recording, Spoken
from robot.script.schema import Script
from robot.script.sentence import Placeholder, placeholders, split_sentence

__all__ = ["Sayer"]

_SPEAKERS: Final[dict[str, Speaker]] = {"en": English(), "ru": Russian(), "pl": Polish()}


class Sayer:
    """Fills the sentences of one script; shared by all its calls."""

    def __init__(self, script: Script) -> None:
        """Learn the script's facts, declared types and pronunciations."""
        self._facts = script.facts
        self._speaker = _SPEAKERS[script.language]
        nodes = lay_out(script).nodes.values()
        slots = {name: slot.type for node in nodes for name, slot in node.step.slots.items()}
        counters = {node.step.count: "number" for node in nodes if node.step.count is not None}
        self.types: Mapping[str, str] = {**counters, **script.needs, **script.may_have, **slots}
        """Name → type, of all that placeholders and conditions may name; facts have none."""
        counted = {
            part.forms for node in nodes for _, text in node.wordings() for part in placeholders(text) if part.forms
        }
        for forms in counted:  # what it looks up is kept: the first call must not wait for a dictionary
            self._speaker.counted(Decimal(1), forms, "")
        self._compared_as = {**{name: fact_type(value) for name, value in script.facts.items()}, **self.types}
        self._say_as = {word.casefold(): spoken for word, spoken in script.say_as.items()}
        words = sorted(script.say_as, key=len, reverse=True)
        self._words = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE) if words else None

    def say(
        self,
        saying: str | Sequence[Sayable],
        values: Mapping[str, str],
        *,
        now: datetime,
        zone: ZoneInfo,
        uninterruptible: bool = False,
    ) -> Say | None:
        """Fill what a step says; `None` where none of its parts is to be said.

        Args:
            saying: A sentence, or the parts of a saying.
            values: The contact's fields, slots and counters so far; they come before facts of the same name.
            now: The instant (aware), which “tomorrow” is counted from.
            zone: The zone in which the listener reads a clock.
            uninterruptible: Whether the caller's speech must not stop it.
        """
        pieces: list[str | Recorded] = []
        shown: list[str] = []
        personal = False
        for part in (saying,) if isinstance(saying, str) else saying:
            chosen = self._chosen(part, values)
            if chosen is None:
                continue
            if isinstance(chosen, Recording):
                words = self._filled(chosen.words, values, now, zone).shown if chosen.words else ""
                pieces.append(Recorded(chosen.play, words))
                shown.append(words or f"[{chosen.play}]")
                continue
            wording = self._filled(chosen, values, now, zone)
            personal |= self._personal(chosen, values)
            if wording.text:
                pieces.append(self._pronounced(wording.text))
                shown.append(wording.shown)
        if not pieces:
            return None
        text = " ".join(piece if isinstance(piece, str) else piece.words or piece.file for piece in pieces)
        plain = all(isinstance(piece, str) for piece in pieces)
        # What is said because of what is known of a person is that person's, though it names nothing.
        personal = personal or (not isinstance(saying, str) and any(_has_condition(part) for part in saying))
        return Say(text, " ".join(shown), personal, uninterruptible, () if plain else tuple(pieces))

    def write(self, sentence: str, values: Mapping[str, str], *, now: datetime, zone: ZoneInfo) -> str:
        """Fill a sentence that is to be read and not said: a note, a message."""
        written = self._filled(sentence, values, now, zone).shown
        return written if sentence[:1].isupper() or sentence[:1] == "<" else sentence[:1] + written[1:]

    def raw(self, sentence: str, values: Mapping[str, str]) -> str:
        """Fill a sentence with values as they are kept: ``<callback_at>`` is its ISO 8601 instant."""
        parts = (
            self._known(part.name, values) if isinstance(part, Placeholder) else part
            for part in split_sentence(sentence)
        )
        return "".join(parts).strip()

    def can_say(self, saying: str | Sequence[Sayable], values: Mapping[str, str]) -> bool:
        """Return whether everything that it wants is known by now."""
        for part in (saying,) if isinstance(saying, str) else saying:
            chosen = self._chosen(part, values)
            words = chosen.words if isinstance(chosen, Recording) else chosen
            if words and not all(one.name in values or one.name in self._facts for one in placeholders(words)):
                return False
        return True

    def holds(self, condition: Condition, values: Mapping[str, str]) -> bool:
        """Return whether a condition is true of what is known."""
        return condition.holds({**self._facts, **values}, self._compared_as)

    def _chosen(self, part: Sayable, values: Mapping[str, str]) -> str | Recording | None:
        """Return the sentence or the recording that a part comes to; `None` where its condition is not true."""
        match part:
            case str():
                return part
            case Recording():
                return part if part.if_ is None or self.holds(_read(part.if_), values) else None
            case Spoken():
                return part.say if self.holds(_read(part.if_), values) else part.otherwise

    def _personal(self, sentence: str, values: Mapping[str, str]) -> bool:
        return any(part.name not in self._facts or part.name in values for part in placeholders(sentence))

    def _known(self, name: str, values: Mapping[str, str]) -> str:
        return (values.get(name) or self._facts.get(name) or "").strip()

    def _filled(self, sentence: str, values: Mapping[str, str], now: datetime, zone: ZoneInfo) -> Wording:
        text, shown = "", ""
        for part in split_sentence(sentence):
            if isinstance(part, Placeholder):
                wording = self._value(part, values, text, now.astimezone(zone), zone)
                text, shown = text + wording.text, shown + wording.shown
            else:
                text, shown = text + part, shown + part
        return Wording(_tidy(text), _tidy(shown))

    def _value(
        self, placeholder: Placeholder, values: Mapping[str, str], before: str, now: datetime, zone: ZoneInfo
    ) -> Wording:
        value = self._known(placeholder.name, values)
        way = placeholder.way or self.types.get(placeholder.name, "text")
        spoken = self._spoken(value, way, placeholder.forms, before, now=now, zone=zone) if value else None
        return spoken or Wording(value, value)

    def _spoken(
        self, value: str, way: str, forms: tuple[str, ...], before: str, *, now: datetime, zone: ZoneInfo
    ) -> Wording | None:
        """Say a value in a way; `None` where it is not of that kind, and is then said as it stands."""
        try:
            match way:
                case "money":
                    money = read_money(value)
                    return self._speaker.money(money, before) if money else None
                case "number":
                    number = Decimal(value.replace(" ", "").replace("\u00a0", "").replace(",", "."))
                    if not number.is_finite():
                        return None
                    return (
                        self._speaker.counted(number, forms, before) if forms else self._speaker.number(number, before)
                    )
                case "date":
                    return self._speaker.day(_day(value), now.date(), before)
                case "time":
                    return self._speaker.time(_instant(value, zone), now)
                case "phone":
                    return self._speaker.phone(value)
                case "email":
                    return self._speaker.email(value)
                case "digits":
                    return self._speaker.digits(value)
        except (ValueError, InvalidOperation, OverflowError):
            return None
        return None

    def _pronounced(self, text: str) -> str:
        if self._words is None:
            return text
        return self._words.sub(lambda match: self._say_as[match[0].casefold()], text)


def _has_condition(part: Sayable) -> bool:
    return isinstance(part, Spoken) or (isinstance(part, Recording) and part.if_ is not None)


@lru_cache(maxsize=1000)
def _read(condition: str) -> Condition:
    return read_condition(condition)


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
    first = text.partition(" ")[0]
    return text if "@" in first else text[:1].upper() + text[1:]
