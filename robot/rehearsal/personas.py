"""The persona file: who lives behind the town's trunk, what they do when called, and what the CRM must hear of it.

The robot never opens it. A row of the file is a row of the contact list that the robot imports, plus what happens on
each dial of its number and what is expected in the end. A customer cannot understand text: it goes by turns.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from robot.words import AnsweredBy, Closed, Disposition, Interest, NumberStatus, Person, Result

__all__ = [
    "Cast", "Contact", "Customer", "Dial", "Expectation", "Operator", "PersonaError", "Reaction", "VoiceSpec",
    "load_cast", "write_contacts",
]  # fmt: skip


class PersonaError(ValueError):
    """Raised when a persona file cannot be used; the text says where and what is allowed."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class VoiceSpec(_Part):
    """How a customer sounds.

    A pitch of 1.08 is 8 % higher; the speed is what remains after it. The speaker is the engine's name for a voice, its
    own first one where left out; the engine is the file's where left out.
    """

    engine: Literal["piper", "espeak", "silero"] | None = None
    speaker: str | None = None
    speed: float = Field(1.0, ge=0.5, le=2.0)
    pitch: float = Field(1.0, ge=0.8, le=1.25)


class Reaction(_Part):
    """One thing that a customer does.

    When: by default once the robot has spoken and then been silent for ``pause`` ms; or ``over`` ms after it has begun
    to speak, whether it goes on or not; or ``after`` ms after what the customer did last (at first: after the answer).

    What: exactly one of ``say``, ``press``, ``beep`` (ms), ``listen`` (let the robot have its say) and ``hang_up``.
    """

    pause: int = Field(700, ge=200)
    over: int | None = Field(None, ge=0)
    after: int | None = Field(None, ge=0)
    say: str | None = None
    press: str | None = Field(None, pattern=r"^[0-9*#A-D]+$")
    beep: int | None = Field(None, gt=0)
    listen: bool = False
    hang_up: bool = False

    @model_validator(mode="after")
    def _one_act(self) -> Self:
        acts = [self.say is not None, self.press is not None, self.beep is not None, self.listen, self.hang_up]
        if sum(acts) != 1:
            raise ValueError("a reaction has exactly one of say, press, beep, listen and hang_up")
        if self.over is not None and self.after is not None:
            raise ValueError("a reaction has at most one of over and after")
        return self


class Dial(_Part):
    """What one dial of a number meets.

    Attributes:
        rings: Seconds of 180 before anything else; left out, 0.6 before an answer and none before a code.
        announcement: Early media: 183, these words, 200 ms, then ``code``.
        code: Final SIP code, where it is not answered.
        cause: Q.850 cause, put into a ``Reason`` header beside the code.
        never: Rings until the robot gives up.
        answers: What the customer does once it has answered; then it stays silent until the robot hangs up.
    """

    rings: float | None = Field(None, ge=0)
    announcement: str | None = None
    code: int | None = Field(None, ge=300, le=699)
    cause: int | None = Field(None, ge=1, le=127)
    never: bool = False
    answers: tuple[Reaction, ...] | None = None

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if [self.code is not None, self.never, self.answers is not None].count(True) != 1:
            raise ValueError("a dial has exactly one of code, never and answers")
        if (self.cause is not None or self.announcement is not None) and self.code is None:
            raise ValueError("cause and announcement go with a code")
        return self

    @property
    def ringing(self) -> float | None:
        """Return the seconds of 180; `None` where there is none."""
        return self.rings if self.rings is not None or self.code is not None else 0.6


class Expectation(_Part):
    """What the CRM, or the import, must have said about a row; what is left out is not looked at.

    Attributes:
        rejected: Words of the reason for which the import must turn the row away.
        closed: How its target closed; ``open`` where it must still be waiting in the end.
        results: Results of its dials, in order.
        number_status: Of the last verdict, as are the next four.
        callback: Day and time of the wanted call, in the contact's zone: ``tomorrow 15:00``.
        operator: Whether the customer and the operator must have heard each other.
        yields_within: Milliseconds within which the robot must have fallen silent when it was talked over.
    """

    rejected: str | None = Field(None, min_length=3)
    closed: Closed | Literal["open"] | None = None
    results: tuple[Result, ...] | None = None
    number_status: NumberStatus | None = None
    answered_by: AnsweredBy | None = None
    person: Person | None = None
    interest: Interest | None = None
    disposition: Disposition | None = None
    callback: str | None = Field(None, pattern=r"^(today|tomorrow) ([01]\d|2[0-3]):[0-5]\d$")
    operator: bool = False
    yields_within: int | None = Field(None, gt=0)


class Contact(_Part):
    """A row of the contact list, as its owner wrote it."""

    external_id: str
    first_name: str
    phone: str
    zone: str = ""
    last_visit: str = ""
    consent_basis: str = "consent"
    consent_date: str = "2026-01-15"
    consent_source: str = "web form"


class Customer(_Part):
    """One row: a contact, how it behaves, and what must come of it.

    Attributes:
        name: A word for the row, unique in the file.
        about: What this row is here to show, in a sentence.
        number: E.164 of ``contact.phone``, as the trunk will be asked for it; `None` where it never is.
        dials: What each dial meets; the last one repeats.
        by_keys: The same, where the robot cannot hear speech in this language here.
        with_operator: What the customer does once a transfer has joined it with the operator.
        needs_speech: Can only be played where the robot can hear speech in this language here.
        blocked: The town's owner puts the number on the do-not-call list before the campaign.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    about: str
    contact: Contact
    number: str | None = Field(None, pattern=r"^\+[1-9]\d{6,14}$")
    voice: VoiceSpec = VoiceSpec()
    dials: tuple[Dial, ...] = ()
    by_keys: tuple[Dial, ...] = ()
    with_operator: tuple[Reaction, ...] = ()
    needs_speech: bool = False
    blocked: bool = False
    expect: Expectation

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.dials and self.number is None:
            raise ValueError("a row that is dialled has a number")
        if not self.dials and not (self.expect.rejected or self.blocked):
            raise ValueError("a row has dials, unless it is rejected at import or blocked")
        if self.by_keys and self.needs_speech:
            raise ValueError("a row that has by_keys does not need speech")
        return self

    def met(self, *, speech: bool) -> tuple[Dial, ...]:
        """Return what dials meet, by whether the robot can hear speech."""
        return self.dials if speech or not self.by_keys else self.by_keys


class Operator(_Part):
    """The extension that transfers go to."""

    extension: str = "100"
    rings: float = 1.0
    greeting: str
    goodbye: str
    voice: VoiceSpec = VoiceSpec()


class Cast(_Part):
    """A whole persona file."""

    title: str
    language: str
    script: str
    """The script that this cast was written for: a name in the dialogs folder, or a path."""
    region: str
    """Region that national numbers of the list are read in, for libphonenumber."""
    zone: str
    """Zone of contacts that nothing else places."""
    ring_timeout: float = 6.0
    """Seconds for which the robot should let a phone ring."""
    engine: Literal["piper", "espeak", "silero"]
    """What speaks for everybody whose voice names no other engine."""
    operator: Operator
    customers: tuple[Customer, ...]

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        names = [customer.name for customer in self.customers]
        numbers = [customer.number for customer in self.customers if customer.number]
        for what, values in (("name", names), ("number", numbers)):
            twice = sorted({value for value in values if values.count(value) > 1})
            if twice:
                raise ValueError(f"two rows have the {what} {', '.join(twice)}")
        return self

    def lines(self, *, speech: bool) -> Iterator[tuple[VoiceSpec, str]]:
        """Give all that is said in a rehearsal with its voice, by the operator too where one is needed."""
        played = self.played(speech=speech)
        if any(customer.with_operator for customer in played):
            yield self.operator.voice, self.operator.greeting
            yield self.operator.voice, self.operator.goodbye
        for customer in played:
            dials = customer.met(speech=speech)
            reactions = [*customer.with_operator, *(act for dial in dials for act in dial.answers or ())]
            yield from ((customer.voice, act.say) for act in reactions if act.say)
            yield from ((customer.voice, dial.announcement) for dial in dials if dial.announcement)

    def played(self, *, speech: bool) -> "tuple[Customer, ...]":
        """Return the rows that can be played, with or without a robot that hears."""
        return tuple(customer for customer in self.customers if speech or not customer.needs_speech)


def load_cast(path: Path) -> Cast:
    """Read a persona file.

    Raises:
        PersonaError: It is missing, is not YAML, or breaks the schema; every mistake is named.
    """
    try:
        # Every scalar is text and the schema gives the type: a bare date, a phone or a `no` mean what they look like.
        data: object = YAML(typ="base", pure=True).load(path.read_text("utf-8"))
        return Cast.model_validate(data)
    except OSError as error:
        raise PersonaError(f"{path}: cannot be read ({error.strerror}); give the path of a persona file") from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise PersonaError(f"{path}: is not YAML: {error}") from error
    except ValidationError as error:
        mistakes = [f"  {'.'.join(map(str, one['loc'])) or 'file'}: {one['msg']}" for one in error.errors()]
        raise PersonaError("\n".join([f"{path}: {len(mistakes)} mistakes in the persona file", *mistakes])) from error


def write_contacts(cast: Cast, *, speech: bool = True) -> str:
    """Return the contact list of this cast as CSV text: what the robot imports."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(Contact.model_fields), lineterminator="\n")
    writer.writeheader()
    writer.writerows(customer.contact.model_dump() for customer in cast.played(speech=speech))
    return text.getvalue()
