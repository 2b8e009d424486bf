"""Where an answer begins, pauses and ends, told from probabilities of speech. Pure: time is counted in windows.

How long a pause must be to end an answer depends on what was asked: a yes or no is over sooner than a story. When the
words heard so far already decide the step, the short pause is enough; else the full one is waited out.
"""

from dataclasses import dataclass
from enum import Enum, auto

from models.protocols import Listen

__all__ = ["PAUSES", "WINDOW_MS", "Edge", "Endpointer", "Pauses"]

WINDOW_MS = 32
"""Length of one VAD window."""

_SPEECH = 0.5
_STILL_SPEECH = 0.35
"""Lower than the onset's, so that a soft syllable does not count as silence (Silero's own hysteresis)."""
_ONSET_WINDOWS = 3
_ONSET_AMONG = 4
_PAUSED_MS = 128


@dataclass(frozen=True, slots=True)
class Pauses:
    """How much silence ends an answer.

    Attributes:
        short_ms: Enough when the words so far decide the step.
        full_ms: Enough in any case.
    """

    short_ms: int
    full_ms: int


PAUSES = {
    Listen.YES_NO: Pauses(250, 600),
    Listen.CHOICE: Pauses(300, 700),
    Listen.OPEN: Pauses(500, 900),
    Listen.DIGITS: Pauses(700, 1200),
}


class Edge(Enum):
    """What a window changed."""

    STARTED = auto()
    PAUSED = auto()
    """Silence for 128 ms: a final may be prepared."""
    RESUMED = auto()


class Endpointer:
    """Follows one caller's speech window by window."""

    def __init__(self) -> None:
        """Begin in silence."""
        self.speaking = False
        self.silence_ms = 0
        """Since the last window of speech; 0 while speech goes on."""
        self.speech_ms = 0
        """Voiced time of the present utterance."""
        self._recent = 0

    def feed(self, probability: float) -> Edge | None:
        """Take one window's probability of speech; return what it changed."""
        if not self.speaking:
            self._recent = ((self._recent << 1) | (probability >= _SPEECH)) & ((1 << _ONSET_AMONG) - 1)
            if self._recent.bit_count() < _ONSET_WINDOWS:
                return None
            self.speaking, self.silence_ms, self._recent = True, 0, 0
            self.speech_ms = _ONSET_WINDOWS * WINDOW_MS
            return Edge.STARTED
        if probability >= (_SPEECH if self.silence_ms else _STILL_SPEECH):
            resumed = self.silence_ms >= _PAUSED_MS
            self.silence_ms = 0
            self.speech_ms += WINDOW_MS
            return Edge.RESUMED if resumed else None
        before, self.silence_ms = self.silence_ms, self.silence_ms + WINDOW_MS
        return Edge.PAUSED if before < _PAUSED_MS <= self.silence_ms else None

    def end(self) -> None:
        """Close the utterance; the next speech starts a new one."""
        self.speaking = False
        self.silence_ms = self.speech_ms = 0
        self._recent = 0
