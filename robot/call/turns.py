"""The record of a call's exchanges, with the timings of each."""

from robot.call.ear import SpeechEnded
from robot.call.messages import Turn
from telephony.line import Playback, PlaybackEnd

__all__ = ["TurnLog"]


class TurnLog:
    """Collects turns. A turn is what we said, then what came back; either side may be empty."""

    def __init__(self, began: float) -> None:
        """Begin a log whose times count from monotonic second ``began``."""
        self._began = began
        self._turns: list[Turn] = []

    @property
    def turns(self) -> tuple[Turn, ...]:
        """All turns so far."""
        return tuple(self._turns)

    def say(self, step: str, text: str) -> None:
        """Note that we begin to say something: a new turn."""
        self._turns.append(Turn(step=step, said=text))

    def spoken(self, playback: Playback, end: PlaybackEnd) -> None:
        """Note how what we last said ended."""
        started = None if playback.started_at is None else self._ms(playback.started_at)
        self._change(said_heard_ms=end.heard_ms, said_cut=end.cut, said_at=started)
        if len(self._turns) > 1 and started is not None:
            # Our first frame is the reply to what was heard in the turn before.
            before = self._turns[-2]
            if before.reply_at is None and (before.heard or before.keys):
                self._turns[-2] = before.model_copy(update={"reply_at": started})

    def heard(self, speech: SpeechEnded) -> None:
        """Note an answer and how it came to be understood."""
        self._change(
            heard=speech.transcript.text,
            intent=speech.understood.intent,
            confidence=speech.understood.confidence,
            asr=speech.transcript.engine,
            asr_confidence=speech.transcript.confidence,
            speech_start=self._ms(speech.started),
            speech_end=self._ms(speech.ended),
            decided_at=self._ms(speech.decided),
            text_at=self._ms(speech.text_at),
            intent_at=self._ms(speech.meant_at),
        )

    def keys(self, keys: str) -> None:
        """Note keys that were pressed."""
        self._change(keys=keys, intent="keys", confidence=1.0)

    def _change(self, **what: object) -> None:
        if not self._turns or (self._turns[-1].heard and "heard" in what):
            self._turns.append(Turn(step=self._turns[-1].step if self._turns else ""))
        self._turns[-1] = self._turns[-1].model_copy(update=what)

    def _ms(self, at: float) -> int:
        return round((at - self._began) * 1000)
