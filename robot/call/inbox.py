"""Where a session is, and what reaches its inbox: what line, ear, voice and timers have to tell."""

from dataclasses import dataclass
from enum import Enum, auto

from robot.call.ear import EarEvent
from robot.call.timers import Due
from telephony.line import Digit, Ended, Held, Playback, PlaybackEnd, Resumed, TransferOutcome
from telephony.tones import Tone

__all__ = ["Event", "LineNews", "Phase", "SpeechOver", "Timer", "Transferred"]


class Phase(Enum):
    """Where a session is."""

    OPENING = auto()
    """Who picked up?"""
    MACHINE = auto()
    """A machine speaks."""
    TALK = auto()


class Timer(Enum):
    """What a session waits for."""

    HELLO = auto()
    """A person's first word, or more of a long greeting."""
    MACHINE = auto()
    """A machine's beep."""
    MACHINE_LONGEST = auto()
    """A machine to fall silent at all."""
    SILENCE = auto()
    """An answer."""
    KEYS = auto()
    """The next key of several."""
    LIMIT = auto()
    """The end of the time that the script gives a call."""
    LINGER = auto()
    """The line to end, once the dialog has."""
    WORDS = auto()
    """What is being said over our words."""


@dataclass(frozen=True, slots=True)
class SpeechOver:
    """Something of ours has been said, or was cut."""

    playback: Playback
    end: PlaybackEnd
    waited: bool = False
    """Whether what was said over it has had its time."""


@dataclass(frozen=True, slots=True)
class Transferred:
    """A transfer has come to its end."""

    outcome: TransferOutcome


LineNews = Digit | Held | Resumed | Ended | Tone
"""What a session is told of its line, sound apart."""
Event = LineNews | EarEvent | Due[Timer] | SpeechOver | Transferred
