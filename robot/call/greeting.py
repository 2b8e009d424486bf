"""Who picked up, judged from what is said before we have said anything. Pure."""

from enum import Enum, auto

from robot.call.endpoint import Pauses
from robot.call.machine import judge_answer
from robot.words import AnsweredBy

__all__ = ["GREETING_PAUSES", "MACHINES", "MORE_GREETING", "WAIT_FOR_HELLO", "Greeting", "Next"]

MACHINES = frozenset(
    {AnsweredBy.VOICEMAIL, AnsweredBy.ASSISTANT, AnsweredBy.SCREENING, AnsweredBy.IVR, AnsweredBy.ANNOUNCEMENT}
)
"""Who is not to be talked with."""
WAIT_FOR_HELLO = 0.9
"""Seconds after the answer in which a person may say hello first."""
MORE_GREETING = 1.5
"""Seconds to wait for more of a long greeting that no phrase gave away."""
GREETING_PAUSES = Pauses(400, 700)
_LONG_MS = 2600
"""People greet in less; who speaks longer is listened out."""


class Next(Enum):
    """What to do after a piece of a greeting."""

    TALK = auto()
    """A person; begin."""
    MORE = auto()
    """Too long for a hello, and no phrase gave a machine away: wait whether more comes."""
    MACHINE = auto()


class Greeting:
    """Collects what is said before the dialog begins."""

    def __init__(self, language: str) -> None:
        """Judge in a language."""
        self.text = ""
        self.ms = 0
        """Voiced milliseconds."""
        self.by = AnsweredBy.UNKNOWN
        self._language = language

    def heard(self, text: str, ms: int) -> Next:
        """Take a piece of it; say what to do."""
        self.text = f"{self.text} {text}".strip()
        self.ms += ms
        self.by = judge_answer(self.text, self._language, ms_of_speech=self.ms)
        if self.by in MACHINES:
            return Next.MACHINE
        if self.by is not AnsweredBy.HUMAN and self.ms > _LONG_MS:
            return Next.MORE
        self.by = AnsweredBy.HUMAN
        return Next.TALK
