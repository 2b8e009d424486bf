"""The keys of a call script and their types.

Every scalar of the file reaches these models as text, so that ``10:30``, ``+7926…`` and ``no`` mean what they look
like; the model's type turns text into numbers where numbers are meant. A *step* is a state of the conversation. Where a
step is named (an answer, a key, ``if_transfer_fails``, a rung of a ladder) it may as well be written out on the spot.
"""

import re
from collections.abc import Mapping
from datetime import time
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, PrivateAttr, Tag, model_validator
from pydantic_core import PydanticCustomError

from models.protocols import Listen
from robot.script.findings import Place
from robot.words import Disposition, Interest, Person

__all__ = [
    "AGAIN", "BACK", "Answer", "End", "FieldType", "Limits", "Script", "SlotType", "Step", "TransferTarget", "Variant",
    "VoiceChoice", "Voicemail", "Way",
]  # fmt: skip

BACK = "return"
"""Instead of a step: come back to the question that was asked."""
AGAIN = "repeat"
"""Instead of a step: say the question again, in full."""

Way = Literal["text", "name", "number", "money", "date", "time"]
"""How a placeholder is spoken: ``<price as money>``."""
FieldType = Literal["text", "name", "number", "money", "date", "time", "phone", "email", "city"]
"""What a column of the contact list holds."""
SlotType = Literal["time", "text"]
"""What a step can ask for."""

_NAME = re.compile(r"[^\W\d][\w-]*\Z")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _know_every_key(cls, value: object) -> object:
        """Name all unknown keys at once, with what is allowed; plain ``extra`` errors would not know the model."""
        if isinstance(value, Mapping):
            unknown = [str(key) for key in value if key not in cls.model_fields]
            if unknown:
                raise PydanticCustomError(
                    "unknown_key", "unknown keys", {"unknown": unknown, "allowed": sorted(cls.model_fields)}
                )
        return value


def _name(value: object) -> object:
    if isinstance(value, str) and (not _NAME.match(value) or value in (BACK, AGAIN)):
        raise PydanticCustomError("bad_name", "not a name", {"name": value})
    return value


Name = Annotated[str, BeforeValidator(_name)]
Intent = Annotated[str, Field(pattern=r"^[^\W\d][\w/-]*$")]
Sentence = Annotated[str, Field(min_length=1, max_length=2000)]


class VoiceChoice(_Part):
    """How the robot sounds."""

    speaker: str | None = None
    rate: float = Field(1.0, ge=0.5, le=2.0)


class TransferTarget(_Part):
    """Somebody whom callers are handed to."""

    to: str = Field(min_length=1)
    hours: str | None = Field(None, pattern=r"^([01]?\d|2[0-3]):[0-5]\d-([01]?\d|2[0-4]):[0-5]\d$")
    """``10:00-22:00``: outside them the transfer fails at once."""
    zone: str | None = None
    """IANA zone of the hours; the contact's own where left out."""

    @property
    def opens_closes(self) -> tuple[time, time] | None:
        """Return the hours; a closing time of 24:00 is the last minute of the day."""
        if self.hours is None:
            return None
        opens, _, closes = self.hours.partition("-")
        return _time(opens), _time(closes)


def _time(text: str) -> time:
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute)) if int(hour) < 24 else time.max


class Limits(_Part):
    """What no call goes beyond."""

    turns: int = Field(30, ge=1, le=200)
    """Answers of the caller (silence is one) after which no further question is asked."""
    seconds: float = Field(240, gt=0)
    returns: int = Field(2, ge=0)
    """How often the caller may lead away from one question and be brought back."""
    repeats: int = Field(2, ge=0)
    """How often one question is said again on request; after that it counts as not understood."""


class Variant(_Part):
    """One of several wordings; a contact always gets the same one."""

    say: Sentence
    weight: float = Field(1.0, gt=0)


class End(_Part):
    """What the CRM is told; what is left out follows from the answer that led here (`robot.script.outcomes`)."""

    interest: Interest | None = None
    person: Person | None = None
    disposition: Disposition | None = None


class Voicemail(_Part):
    """The message left after the beep."""

    say: Sentence


def _kind(value: object) -> str:
    return "text" if isinstance(value, str) else "block"


def _empty_block(value: object) -> object:
    return {} if value is None else value


Answer = Annotated[Annotated[str, Tag("text")] | Annotated["Step", Tag("block")], Discriminator(_kind)]
"""A step's name, ``return``, ``repeat``, or a step written out."""
_Wording = Annotated[Annotated[Sentence, Tag("text")] | Annotated[Variant, Tag("block")], Discriminator(_kind)]


class Step(_Part):
    """A state of the conversation: says something, and then asks, goes on, hands over or ends."""

    say: Sentence | None = None
    variants: dict[Name, _Wording] = {}
    """Wordings to compare, instead of ``say``."""
    again: Sentence | None = None
    """A shorter wording for when the question comes back (``return``)."""
    listen: Listen | None = None
    """How long we wait and what the recogniser expects; follows from the answers where left out."""
    answers: dict[Intent, Answer] = {}
    """Intent → step."""
    keys: dict[Annotated[str, Field(pattern=r"^[0-9*#]{1,16}$")], Answer] = {}
    """Keys of the phone → step."""
    then: str | None = None
    """The step that follows; after ``ask_for``, once it is known (and confirmed)."""
    ask_for: dict[Name, SlotType] = {}
    """Slots that the answer fills."""
    confirm: Sentence | None = None
    """Asked once the slots are filled; a yes goes on, a no asks again, a new value corrects."""
    transfer: str | None = None
    """Whom to hand the caller to: a name of ``transfers``."""
    if_transfer_fails: Answer | None = None
    end: Annotated[End | None, BeforeValidator(_empty_block)] = None
    uninterruptible: bool = False
    """The caller's speech does not stop it: for words that the law wants heard."""
    silence: float | None = Field(None, ge=1, le=60)
    """Seconds to wait for the first word of an answer."""


class Script(_Part):
    """A whole call script."""

    script: Name
    """Its name."""
    language: Literal["en", "ru"]
    title: str = ""
    purpose: Literal["advertising", "service"] = "advertising"
    """Advertising needs a recorded consent of every contact."""
    voice: VoiceChoice = VoiceChoice()
    understands: tuple[str, ...] = ()
    """Files of training data, without folder and ``.yml``: ``common.en``."""
    needs: dict[Name, FieldType] = {}
    """Columns that the contact list must have."""
    may_have: dict[Name, FieldType] = {}
    facts: dict[Name, str] = {}
    """Said in prompts, changed in one place."""
    transfers: dict[Name, TransferTarget] = {}
    limits: Limits = Limits()
    say_as: dict[str, str] = {}
    """Word → how to pronounce it."""
    start: str
    steps: dict[Name, Step] = Field(min_length=1)
    everywhere: dict[Intent, Answer] = {}
    """Answers that make sense at every question."""
    when_silent: tuple[Step, ...] = ()
    """What to do at the first silence, the second…"""
    when_not_understood: tuple[Step, ...] = ()
    at_limit: Answer | None = None
    """Where a call goes that has reached its limits; without it, it just ends."""
    voicemail: Annotated[
        Annotated[Literal["hang_up"], Tag("text")] | Annotated[Voicemail, Tag("block")], Discriminator(_kind)
    ] = "hang_up"

    _file: str = PrivateAttr("")
    _hash: str = PrivateAttr("")
    _places: Mapping[tuple[str, ...], Place] = PrivateAttr(default_factory=dict)

    def read_from(self, file: str, content_hash: str, places: Mapping[tuple[str, ...], Place]) -> Self:
        """Remember where it was read from; the loader's to call."""
        self._file, self._hash, self._places = file, content_hash, places
        return self

    @property
    def file(self) -> str:
        """Return the name of the file it was read from."""
        return self._file

    @property
    def hash(self) -> str:
        """Return the SHA-256 of the text it was read from, in hex."""
        return self._hash

    @property
    def places(self) -> Mapping[tuple[str, ...], Place]:
        """Return where every path of keys stands in the file."""
        return self._places

    def place(self, path: tuple[str, ...]) -> Place:
        """Return where a path of keys stands in the file, or the nearest part of it that stands there."""
        while path and path not in self._places:
            path = path[:-1]
        return self._places.get(path, Place())
