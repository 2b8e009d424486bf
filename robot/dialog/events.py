"""What a dialog is told (events) and what it asks for (actions). Plain data, pickled and compared in tests.

A dialog says one thing at a time: a list of actions holds at most one `Say`, and nothing is said between a `Say` and
the `Spoken` event that reports its end. `Listen` follows speech: it is in force once the speech before it has ended,
though the caller may answer over it (barge-in) unless the `Say` is uninterruptible.
"""

from dataclasses import dataclass, field

from models.protocols import Listen as ListenKind
from models.protocols import Understanding
from robot.words import AnsweredBy, Disposition, FollowUp, Interest, Person

__all__ = [
    "Action", "Answered", "DialogEvent", "Finish", "HangUp", "Heard", "HungUp", "Keys", "LimitReached", "Listen",
    "MachineAnswered", "Recorded", "Say", "Silence", "Spoken", "Transfer", "TransferDone", "TransferFailed",
]  # fmt: skip


# --- events: what happened


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody picked up; the dialog begins. ``inbound``: it was they who called."""

    inbound: bool = False


@dataclass(frozen=True, slots=True)
class MachineAnswered:
    """A machine picked up, and is ready to be spoken to (its beep is over) where ``ready``."""

    kind: AnsweredBy
    ready: bool = True


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was last said has ended: by itself, or cut by the caller after ``heard_ms``."""

    heard_ms: int
    cut: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """The caller said something, and this is what it was taken for."""

    understood: Understanding
    asr_confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Keys:
    """The caller pressed keys; ``digits`` holds all of one answer."""

    digits: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing was said for as long as the last `Listen` waits."""


@dataclass(frozen=True, slots=True)
class TransferDone:
    """The other side talks to the transfer's target now."""


@dataclass(frozen=True, slots=True)
class TransferFailed:
    """The target did not take the call, or (``unknown``) nobody said whether it did."""

    unknown: bool = False


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller hung up."""


@dataclass(frozen=True, slots=True)
class LimitReached:
    """The call has lasted as long as the script's ``limits.seconds`` allows."""


DialogEvent = (
    Answered | MachineAnswered | Spoken | Heard | Keys | Silence | TransferDone | TransferFailed | HungUp | LimitReached
)


# --- actions: what to do


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded prompt among what is said: ``file`` is its name in the script, ``words`` what is said in it."""

    file: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    """Speak.

    Attributes:
        text: What, placeholders filled in, pronunciation marks of ``say_as`` applied; of recordings, their words.
        shown: The same as a person reads it, for transcripts.
        personal: Whether it holds something of this one person, so that its speech is not kept past the call.
        uninterruptible: Whether the caller's speech must not stop it.
        parts: The same piece by piece, where recordings are among it; else empty.
    """

    text: str
    shown: str
    personal: bool = False
    uninterruptible: bool = False
    parts: tuple[str | Recorded, ...] = ()

    @property
    def pieces(self) -> tuple[str | Recorded, ...]:
        """Return what is to be spoken and played, in order."""
        return self.parts or (self.text,)


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for an answer.

    Attributes:
        kind: What is expected: decides how long a pause ends the answer, and what the recogniser expects.
        step: The step that asks, for transcripts and the live table.
        allowed: Intents that make sense here, everywhere-answers included.
        phrases: Extra words to expect, such as the values of a choice slot.
        keys: Keys that mean something here; empty where none do.
        digits: How many digits one answer has (1 where keys are single choices); 0 where no keys are expected.
        silence_ms: How long to wait for the first word.
    """

    kind: ListenKind
    step: str
    allowed: frozenset[str]
    phrases: tuple[str, ...] = ()
    keys: frozenset[str] = frozenset()
    digits: int = 0
    silence_ms: int = 6000


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hand the caller over to ``to`` (the transfer named ``name`` in the script)."""

    name: str
    to: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The dialog has come to its end: exactly one, always the last action a dialog ever gives.

    Attributes:
        interest: Whether this person still wants us.
        person: Whether the contact is to be had here.
        disposition: How it ended.
        slots: What was learned, name → value as text (times as ISO 8601 with offset).
        never_call: Whether the person asked never to be called again, wherever the script led after that.
        notes: What the script notes for the CRM's people.
        updates: Proposed changes to the contact, field → new value.
        tags: Marks for the contact, none twice.
        follow_ups: What the script promised to send.
    """

    interest: Interest
    person: Person
    disposition: Disposition
    slots: dict[str, str] = field(default_factory=dict)
    never_call: bool = False
    notes: tuple[str, ...] = ()
    updates: dict[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()


Action = Say | Listen | Transfer | HangUp | Finish
