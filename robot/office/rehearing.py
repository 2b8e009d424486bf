"""What a caller said in a recorded call, recognised again from its recording."""

import wave
from pathlib import Path
from typing import Final

import numpy as np

from models.protocols import Expect, Nlu, Pcm, Recogniser, Transcript
from models.protocols import Listen as ListenKind
from robot.call.endpoint import WINDOW_MS
from robot.call.messages import Turn
from robot.call.understand import Context
from robot.campaign.errors import NotPossible
from robot.dialog.events import Listen
from robot.office.recorded_calls import RecordedCall

__all__ = ["Rehearing"]

_PRE_ROLL_MS: Final = 320 + 3 * WINDOW_MS
"""As a call's ear keeps: the first consonant is quieter than what tells voice activity."""
_AFTER_MS: Final = 500
"""Heard after the last voiced window where the turn does not tell when the pause was judged to be the end."""
_CHUNK_MS: Final = 100
_AUDIBLE: Final = 100
"""Of 32768: the robot's channel is digital silence until it speaks."""
_EARLY_MS: Final = 400
"""By so much the recording begins before the answer at least, where it began with early media."""


class Rehearing:
    """The caller's side of one recording, and what it is recognised with."""

    def __init__(self, call: RecordedCall, recogniser: Recogniser, nlu: Nlu) -> None:
        """Open a call's recording.

        Args:
            call: The call.
            recogniser: Of the script's language.
            nlu: Whose examples are what may be expected to be heard.

        Raises:
            NotPossible: There is none, or it is gone, or it is no recording of a call.
        """
        self._recogniser = recogniser
        self._nlu = nlu
        self._caller, robot, self._rate = _read(call)
        self._answered_ms = _answered_ms(robot, self._rate, call.turns)

    def recognise(self, turn: Turn, listening: Listen | None) -> Transcript:
        """Recognise what was said in a turn, by what the script expects there now.

        A turn that does not tell when it was said gives the words that it has.
        """
        pcm = self._said(turn)
        if pcm is None:
            return Transcript(turn.heard, turn.asr_confidence, engine=turn.asr)
        expect = Expect(ListenKind.OPEN)
        if listening is not None:
            context = Context.of(self._nlu, listening.allowed, listening.phrases)
            expect = Expect(listening.kind, context.phrases)
        stream = self._recogniser.stream(expect, self._rate)
        try:
            step = self._rate * _CHUNK_MS // 1000
            for at in range(0, len(pcm), step):
                stream.feed(pcm[at : at + step])
            return stream.finish()
        finally:
            stream.close()

    def _said(self, turn: Turn) -> Pcm | None:
        if turn.speech_start is None or turn.speech_end is None:
            return None
        end = turn.decided_at if turn.decided_at is not None else turn.speech_end + _AFTER_MS
        return self._caller[self._sample(turn.speech_start - _PRE_ROLL_MS) : self._sample(end)]

    def _sample(self, ms: int) -> int:
        """Return which sample an instant of the call is, in ms since the answer."""
        return max(0, (self._answered_ms + ms) * self._rate // 1000)


def _read(call: RecordedCall) -> tuple[Pcm, Pcm, int]:
    if call.recording is None:
        raise NotPossible(f"the call {call.id} was not recorded (calls.record); replay it without --audio")
    path: Path = call.recording
    try:
        with wave.open(str(path)) as file:
            if file.getnchannels() != 2 or file.getsampwidth() != 2:
                raise wave.Error("not stereo of 16 bits")
            rate = file.getframerate()
            both = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    except FileNotFoundError:
        gone = f"the recording of the call {call.id} is gone: there is no {path}; replay it without --audio"
        raise NotPossible(gone) from None
    except (wave.Error, EOFError) as why:
        raise NotPossible(f"{path} is no recording of a call: {why}; replay it without --audio") from None
    return both[:, 0], both[:, 1], rate


def _answered_ms(robot: Pcm, rate: int, turns: tuple[Turn, ...]) -> int:
    """Return where in a recording the call was answered, ms: it begins earlier where the network spoke before that.

    The robot's first words tell: when they were said stands in their turn, where they are in the recording is heard.
    """
    said_at = next((turn.said_at for turn in turns if turn.said_at is not None), None)
    audible = np.abs(robot.astype(np.int32)) > _AUDIBLE
    if said_at is None or not audible.any():
        return 0
    early = int(audible.argmax()) * 1000 // rate - said_at
    return early if early >= _EARLY_MS else 0
