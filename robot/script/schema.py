"""The keys of a call script and their types.

Every scalar of the file reaches these models as text, so that ``10:30``, ``+7926…`` and ``no`` mean what they look
like; the model's type turns text into numbers where numbers are meant. A *step* is a state of the conversation. Where a
step is named (an answer, a key, ``if_transfer_fails``, a rung of a ladder) it may as well be written out on the spot.

The texts under the keys are what `perezvon script schema` and ``docs/scripts.md`` say of them.
"""

from collections.abc import Mapping
from datetime import time
from functools import cached_property
from typing import Annotated, Literal, Self, get_args

from pydantic import BeforeValidator, Discriminator, Field, PrivateAttr, Tag, model_validator

from models.protocols import Listen
from robot.script.findings import Finding, Place
from robot.script.parts import (
    Intent,
    Name,
    OneOrMany,
    Part,
    Recording,
    Saying,
    Sentence,
    Spoken,
    empty_block,
    kind_of,
    parts_of,
    problem,
)
from robot.script.shipping import Sound
from robot.words import Channel, Disposition, Interest, Person

__all__ = [
    "AGAIN", "BACK", "LANGUAGES", "Answer", "Email", "End", "FieldType", "Language", "Limits", "Script", "Slot",
    "SlotType", "Sms", "Step", "TransferTarget", "Variant", "VoiceChoice", "Voicemail", "Way",
]  # fmt: skip

BACK = "return"
"""Instead of a step: come back to the question that was asked."""
AGAIN = "repeat"
"""Instead of a step: say the question again, in full."""

Language = Literal["en", "ru", "pl"]
LANGUAGES: frozenset[str] = frozenset(get_args(Language))
Way = Literal["text", "name", "number", "money", "date", "time", "phone", "email", "digits"]
"""How a placeholder is spoken: ``<price as money>``."""
FieldType = Literal["text", "name", "number", "money", "date", "time", "phone", "email", "city", "digits"]
"""What a column of the contact list holds."""
SlotType = Literal["text", "name", "number", "money", "date", "time", "phone", "email", "city", "digits"]
"""What a step can ask for, besides a choice."""


class VoiceChoice(Part):
    """How the robot sounds."""

    speaker: str | None = None
    """The engine's name for a voice; another engine that has none of this name speaks with its own first voice."""
    rate: float = Field(1.0, ge=0.5, le=2.0)
    """1.2 is a fifth faster."""


class TransferTarget(Part):
    """Somebody whom callers are handed to."""

    to: str = Field(min_length=1)
    """A SIP address or a phone: `sip:100`."""
    hours: str | None = Field(None, pattern=r"^([01]?\d|2[0-3]):[0-5]\d-([01]?\d|2[0-4]):[0-5]\d$")
    """When somebody is there: outside these hours the transfer fails at once, and its step says nothing."""
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


class Limits(Part):
    """What no call goes beyond."""

    turns: int = Field(30, ge=1, le=200)
    """Answers of the caller (silence is one) after which no further question is asked."""
    seconds: float = Field(240, gt=0)
    """Seconds after which no further question is asked."""
    returns: int = Field(2, ge=0)
    """How often the caller may lead away from one question and be brought back."""
    repeats: int = Field(2, ge=0)
    """How often one question is said again on request; after that it counts as not understood."""


class Variant(Part):
    """One of several wordings; a contact always gets the same one."""

    say: Saying
    """The wording."""
    weight: float = Field(1.0, gt=0)
    """Its share: one with weight 2 is heard twice as often as one with 1."""


class End(Part):
    """What the CRM is told; what is left out follows from the answer that led here (`robot.script.outcomes`)."""

    interest: Interest | None = None
    """Whether this person still wants us."""
    person: Person | None = None
    """Whether the contact is to be had at this phone."""
    disposition: Disposition | None = None
    """How the conversation ended."""


class Voicemail(Part):
    """The message left after the beep."""

    say: Saying
    """The message."""


class Slot(Part):
    """What is asked for, where a type alone does not say it."""

    type: SlotType | Literal["choice"]
    """What kind of answer it is."""
    of: dict[Name, OneOrMany] = Field({})
    """Of a choice: value → words that mean it."""
    length: int | None = Field(None, ge=1, le=16)
    """Of digits: how many there must be."""
    least: float | None = None
    """Of a number: the smallest that is taken."""
    most: float | None = None
    """Of a number: the largest that is taken."""

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if (self.type == "choice") != bool(self.of):
            raise problem(
                "slot",
                "a choice needs its words, and only a choice has them",
                "Write {type: choice, of: {red: [red, crimson], blue: [blue]}}.",
            )
        if self.length is not None and self.type != "digits":
            raise problem("slot", "only digits have a length", "Take length: out, or make the type digits.")
        if (self.least, self.most) != (None, None) and self.type != "number":
            raise problem("slot", "only a number has a least and a most", "Take them out, or make the type number.")
        return self


class Sms(Part):
    """A message that the CRM is asked to send."""

    text: Sentence
    """What it says, placeholders filled in."""
    to: Sentence | None = None
    """A phone, such as `<phone>`; the one that was called where left out."""


class Email(Part):
    """An e-mail that the CRM is asked to send."""

    subject: Sentence
    """Its subject."""
    text: Sentence
    """What it says, placeholders filled in."""
    to: Sentence | None = None
    """An address, such as `<email>`; where left out, the one that the CRM has."""


Answer = Annotated[Annotated[str, Tag("text")] | Annotated["Step", Tag("block")], Discriminator(kind_of)]
"""A step's name, ``return``, ``repeat``, or a step written out."""
_Wording = Annotated[Annotated[Sentence, Tag("text")] | Annotated[Variant, Tag("block")], Discriminator(kind_of)]
_Asked = Annotated[Annotated[SlotType, Tag("text")] | Annotated[Slot, Tag("block")], Discriminator(kind_of)]
_Sms = Annotated[Annotated[Sentence, Tag("text")] | Annotated[Sms, Tag("block")], Discriminator(kind_of)]
_Played = Annotated[Annotated[str, Tag("text")] | Annotated[Recording, Tag("block")], Discriminator(kind_of)]
_Keys = Annotated[str, Field(pattern=r"^[0-9*#]{1,16}$")]


class Step(Part):
    """A state of the conversation: says something, and then asks, goes on, hands over or ends."""

    if_: str | None = Field(None, alias="if", min_length=1, max_length=500)
    """The step is made only where this is true of the contact, facts, slots and counters: `bonus > 0`. Else the call
    goes on at `otherwise`, or, where there is none, at `then`."""
    say: Saying | None = None
    """What is said: a sentence, or a list of sentences, recordings (`play`) and parts with an `if` of their own."""
    play: _Played | None = None
    """A recorded prompt instead of `say`: a WAV file beside the script."""
    variants: dict[Name, _Wording] = Field({})
    """Wordings to compare, instead of `say`: name → sentence, or `{say, weight}`. A contact always hears the same."""
    again: Sentence | None = None
    """A shorter wording for when the question comes back (`return`)."""
    uninterruptible: bool = False
    """The caller's speech does not stop it: for words that the law wants heard."""
    listen: Listen | None = None
    """How long a pause ends the answer, and what the recogniser expects. Follows from the answers where left out."""
    silence: float | None = Field(None, ge=1, le=60)
    """Seconds to wait for the first word of an answer; 6, or 8 where something is asked for."""
    ask_for: dict[Name, _Asked] = Field({})
    """What the answer is to tell: slot → type, or `{type, …}`."""
    confirm: Sentence | None = None
    """Asked once the slots are filled; a yes goes on, a no asks again, a new value corrects."""
    means: dict[Intent, Intent] = Field({})
    """What an answer to this question says of the person, where it is not what it says elsewhere: after “is it true
    that this is not your number?” a yes is a `wrong_number`."""
    answers: dict[Intent, Answer] = Field({})
    """What was meant → the step that follows."""
    keys: dict[_Keys, Answer] = Field({})
    """Keys of the phone → the step that follows. A key means what the intent means that leads to the same step."""
    count: Name | None = None
    """A counter that grows by one each time the call comes here; conditions can ask for it."""
    note: Sentence | None = None
    """A note for the people who read the CRM."""
    update: dict[Name, Sentence] = Field({})
    """Proposed changes to the contact: field → new value, such as `<email>`. What was never learned changes nothing."""
    tags: OneOrMany = ()
    """Marks for the contact."""
    sms: _Sms | None = None
    """A message that the CRM is asked to send."""
    email: Email | None = None
    """An e-mail that the CRM is asked to send."""
    then: str | None = None
    """The step that follows; after `ask_for`, once it is known (and confirmed)."""
    transfer: str | None = None
    """Whom to hand the caller to."""
    if_transfer_fails: Answer | None = None
    """The step that follows where nobody takes the call, or outside the hours."""
    end: Annotated[End | None, BeforeValidator(empty_block)] = None
    """The call ends here; what the CRM is told."""
    otherwise: Answer | None = None
    """The step that follows where `if` is not true."""

    @cached_property
    def saying(self) -> tuple[str | Recording | Spoken, ...]:
        """Return what the step says, part by part; empty where it has variants or says nothing."""
        if self.play is not None:
            return parts_of(self.play if isinstance(self.play, Recording) else Recording(play=self.play))
        return parts_of(self.say)

    @cached_property
    def slots(self) -> Mapping[str, Slot]:
        """Return what the step asks for, each in full."""
        return {name: asked if isinstance(asked, Slot) else Slot(type=asked) for name, asked in self.ask_for.items()}

    @property
    def asks_when(self) -> bool:
        """Return whether it asks for a time: who names one wants to be called then."""
        return any(slot.type == "time" for slot in self.slots.values())

    @property
    def tells(self) -> bool:
        """Return whether the CRM is told something for having come here."""
        return bool(self.note or self.update or self.tags or self.sms or self.email)

    @property
    def follow_ups(self) -> tuple[tuple[Channel, Sms | Email], ...]:
        """Return what the CRM is asked to send."""
        sms = Sms(text=self.sms) if isinstance(self.sms, str) else self.sms
        asked = ((Channel.SMS, sms), (Channel.EMAIL, self.email))
        return tuple((channel, what) for channel, what in asked if what is not None)


class Script(Part):
    """A whole call script."""

    script: Name
    """Its name, by which reports and the CRM know it."""
    language: Language
    """What is spoken."""
    title: str = ""
    """What people call it."""
    purpose: Literal["advertising", "service"] = "advertising"
    """Advertising needs a recorded consent of every contact; a service call must not offer anything."""
    voice: VoiceChoice = VoiceChoice()
    """How the robot sounds."""
    include: tuple[Annotated[str, Field(pattern=r"^[\w-][\w.-]*$")], ...] = ()
    """Files beside this one, without `.yaml`, that are taken in. Of `everywhere`, `in_doubt`, `facts`, `transfers`
    and `say_as` this file's own entries count first, of `when_silent`, `when_not_understood` and `at_limit` its own
    whole; a step stands in one file only."""
    understands: tuple[str, ...] = ()
    """Files of training data in `dialogs/nlu`, without `.yml`: `common.en`."""
    needs: dict[Name, FieldType] = Field({})
    """Columns that the contact list must have: name → type."""
    may_have: dict[Name, FieldType] = Field({})
    """Columns that it may have: name → type."""
    facts: dict[Name, str] = Field({})
    """What is said in prompts and changed in one place: name → value."""
    transfers: dict[Name, TransferTarget] = Field({})
    """Whom callers can be handed to."""
    limits: Limits = Limits()
    """What no call goes beyond."""
    say_as: dict[str, str] = Field({})
    """Word → how to pronounce it."""
    start: str
    """The first step."""
    inbound: str | None = None
    """The first step where the person calls us back; `start` where left out."""
    steps: dict[Name, Step] = Field(min_length=1)
    """The conversation: name → step."""
    everywhere: dict[Intent, Answer] = Field({})
    """Answers that make sense at every question."""
    in_doubt: dict[Literal["do_not_call", "wrong_number", "moved_away"], Sentence] = Field({})
    """How the robot makes sure of an answer that cannot be undone, where it was not understood for sure: answer →
    question to be answered by yes or no. It has words of its own where left out, and asks once a call for each."""
    when_silent: tuple[Step, ...] = ()
    """What to do at the first silence in a row, the second… Without it the question is asked once more."""
    when_not_understood: tuple[Step, ...] = ()
    """What to do at the first answer in a row that was not understood, the second… Without it the question is asked
    once more."""
    at_limit: Answer | None = None
    """Where a call goes that has reached its limits; without it, it just ends."""
    voicemail: Annotated[
        Annotated[Literal["hang_up"], Tag("text")] | Annotated[Voicemail, Tag("block")], Discriminator(kind_of)
    ] = "hang_up"
    """What to do where a machine answers: `hang_up`, or `{say: …}` after the beep."""
    silenced: dict[str, str] = Field({})
    """Rules of the checker that do not apply here: name → the reason."""

    _file: str = PrivateAttr("")
    _text: str = PrivateAttr("")
    _hash: str = PrivateAttr("")
    _places: Mapping[tuple[str, ...], Place] = PrivateAttr(default_factory=dict)
    _sounds: Mapping[str, Sound] = PrivateAttr(default_factory=dict)
    _mended: tuple[Finding, ...] = PrivateAttr(())

    def read_from(
        self,
        file: str,
        *,
        text: str,
        version: str,
        places: Mapping[tuple[str, ...], Place],
        sounds: Mapping[str, Sound],
        mended: tuple[Finding, ...] = (),
    ) -> None:
        """Remember where it was read from; the loader's to call."""
        self._file, self._text, self._hash, self._places = file, text, version, places
        self._sounds, self._mended = sounds, mended

    @property
    def file(self) -> str:
        """Return the name of the file it was read from."""
        return self._file

    @property
    def text(self) -> str:
        """Return the text of this version, whole: with what it includes, and the hashes of its recordings."""
        return self._text

    @property
    def hash(self) -> str:
        """Return the SHA-256 of `text`, in hex: what a version of a script is known by."""
        return self._hash

    @property
    def sounds(self) -> Mapping[str, Sound]:
        """Return its recordings, by the names that `play` gives them."""
        return self._sounds

    @property
    def mended(self) -> tuple[Finding, ...]:
        """Return what had to be mended to be read."""
        return self._mended

    @property
    def places(self) -> Mapping[tuple[str, ...], Place]:
        """Return where every path of keys stands in the file."""
        return self._places

    def place(self, path: tuple[str, ...]) -> Place:
        """Return where a path of keys stands in the file, or the nearest part of it that stands there."""
        while path and path not in self._places:
            path = path[:-1]
        return self._places.get(path, Place())
