"""The protocols of speech and language engines: one small protocol a kind, and the data they speak.

**What is async.** Nothing here: engines block, and are called through `models.pool.ModelPool`, the one thread pool of
the process, so that the event loop never waits for a model. **What is per call.** A `Recogniser`, `Voice`, `Vad` or
`Nlu` is loaded and warmed once a process and shared by all calls; it may be used from several threads. A stream
(`RecognitionStream`, `VadStream`) belongs to one call and is used by one thread at a time. **What may be cancelled.**
A stream is dropped with `close()` at any time between calls of its methods; what a pool thread has begun it ends.

PCM is ``int16[n]`` mono; every stream takes the rate that it was opened with, Hz.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Audio",
    "Entity",
    "Expect",
    "Listen",
    "ModelError",
    "ModelMissing",
    "Nlu",
    "Partial",
    "Pcm",
    "Recogniser",
    "RecognitionStream",
    "Transcript",
    "Understanding",
    "Vad",
    "VadStream",
    "Voice",
]  # fmt: skip

Pcm = NDArray[np.int16]
"""Signed 16-bit mono samples, ``int16[n]``."""


class ModelError(Exception):
    """The root of what models raise; its text says what to do."""


class ModelMissing(ModelError):
    """Raised when an engine's package or files are not on this machine; the text says how to get them."""


class Listen(StrEnum):
    """What kind of answer a step waits for."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    OPEN = "open"
    DIGITS = "digits"


@dataclass(frozen=True, slots=True)
class Expect:
    """What a recogniser may expect to hear.

    Attributes:
        listen: The kind of answer.
        phrases: Phrases that answers to this step are made of (training examples of the intents it allows), lower
            case; a grammar engine accepts these alone, an open one may use them as hints or not at all.
    """

    listen: Listen = Listen.OPEN
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Partial:
    """What has been recognised so far; may change."""

    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was recognised.

    Attributes:
        text: The best hypothesis, lower case, without punctuation; empty when nothing was.
        confidence: 0 to 1. A grammar's claim that its check does not bear out has at most .3.
        alternatives: Other hypotheses, best first.
        engine: Which engine's words these are.
    """

    text: str
    confidence: float = 1.0
    alternatives: tuple[str, ...] = ()
    engine: str = ""


class RecognitionStream(Protocol):
    """One utterance being heard."""

    def feed(self, pcm: Pcm) -> Partial | None:
        """Take the next samples; return a partial when it has changed."""

    def pause(self) -> Transcript | None:
        """Say that the caller has fallen silent; return what the final would be, where the engine can tell by now.

        May be called several times, and more speech may follow. An engine whose final is costly does that work here,
        in the closing silence, so that `finish` need not.
        """

    def finish(self) -> Transcript:
        """Return what was said; the stream is then closed."""

    def close(self) -> None:
        """Drop the utterance. Does nothing once finished."""


class Recogniser(Protocol):
    """An ASR engine with one language's model in memory."""

    name: str
    language: str

    def stream(self, expect: Expect, rate: int = 8000) -> RecognitionStream:
        """Open a stream for one utterance."""


@dataclass(frozen=True, slots=True)
class Audio:
    """Sound with its rate: ``pcm int16[n]`` at ``rate`` Hz."""

    pcm: Pcm
    rate: int

    @property
    def ms(self) -> int:
        """Return its length in milliseconds."""
        return len(self.pcm) * 1000 // self.rate


class Voice(Protocol):
    """A TTS engine with one voice in memory."""

    engine: str
    speaker: str
    language: str

    def speak(self, text: str, rate: float = 1.0) -> Iterator[Audio]:
        """Give speech sentence by sentence; ``rate`` 1.0 is the voice's own speed, 1.2 a fifth faster.

        Raises:
            ModelError: The engine could not speak this text.
        """


class VadStream(Protocol):
    """One call's ear for speech."""

    def feed(self, pcm: Pcm) -> Sequence[float]:
        """Take samples; return the probability of speech of each 32 ms window that they complete."""

    def reset(self) -> None:
        """Forget what was heard."""


class Vad(Protocol):
    """A voice activity detector."""

    def stream(self, rate: int = 8000) -> VadStream:
        """Open a stream for one call."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A piece of meaning found in a text.

    Attributes:
        type: ``time``, ``name``, ``phone``…
        value: ISO 8601 with offset for a time, E.164 for a phone, else text.
        text: The words it was read from.
        start: Index of its first character.
        end: Index after its last character.
    """

    type: str
    value: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a reply means.

    Attributes:
        text: The reply as it was parsed.
        intent: The best allowed intent, or ``out_of_scope`` below the thresholds.
        confidence: Of the intent, 0 to 1, calibrated.
        ranking: Allowed intents with their probabilities, best first.
        entities: What was found in it.
    """

    text: str
    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...] = ()
    entities: tuple[Entity, ...] = field(default=())


class Nlu(Protocol):
    """Understanding of short replies in one language, trained on given files."""

    language: str
    intents: frozenset[str]
    examples: Mapping[str, tuple[str, ...]]
    """Intent → its training examples, for recognisers that take phrases."""

    def parse(self, text: str, *, allowed: frozenset[str] | None = None, now: datetime | None = None) -> Understanding:
        """Understand one reply.

        Args:
            text: The words, as recognised or typed.
            allowed: Intents to choose among; all where `None`. ``out_of_scope`` is always among them.
            now: The instant it was said, in the zone of who said it (aware): times are resolved against it;
                no times are looked for where `None`.
        """
