"""The record of a call's exchanges."""

from dataclasses import dataclass

from models.protocols import Transcript, Understanding
from robot.call.ear import SpeechEnded
from robot.call.turns import TurnLog
from telephony.line import PlaybackEnd

BEGAN = 500.0


@dataclass
class Played:
    started_at: float | None
    heard_ms: int = 0

    def stop(self) -> None:
        return

    async def wait(self) -> PlaybackEnd:
        return PlaybackEnd(self.heard_ms, cut=False)


def said(log: TurnLog, step: str, at: float | None, ms: int = 1000, *, cut: bool = False) -> None:
    log.say(step, f"{step}?")
    log.spoken(Played(at, ms), PlaybackEnd(ms, cut))


def answer(text: str, begins: float) -> SpeechEnded:
    return SpeechEnded(
        Transcript(text, 0.8, engine="scripted"), Understanding(text, "affirm", 0.9),
        begins, begins + 0.5, begins + 0.75, begins + 0.76, begins + 0.77, speech_ms=400,
    )  # fmt: skip


def test_a_turn_is_what_we_said_and_what_came_back() -> None:
    log = TurnLog(BEGAN)
    said(log, "offer", BEGAN + 1)
    log.heard(answer("yes", BEGAN + 3))
    said(log, "booked", BEGAN + 4)
    first, second = log.turns
    assert (first.step, first.said, first.said_heard_ms, first.said_cut) == ("offer", "offer?", 1000, False)
    assert (first.heard, first.intent, first.asr, first.asr_confidence) == ("yes", "affirm", "scripted", 0.8)
    times = (first.said_at, first.speech_start, first.speech_end, first.decided_at, first.text_at, first.intent_at)
    assert times == (1000, 3000, 3500, 3750, 3760, 3770)
    assert first.reply_at == second.said_at == 4000, "our first frame is the reply to what was heard before"


def test_keys_are_an_answer_too() -> None:
    log = TurnLog(BEGAN)
    said(log, "offer", BEGAN + 1, 300, cut=True)
    log.keys("12")
    said(log, "booked", BEGAN + 2)
    first = log.turns[0]
    assert (first.keys, first.intent, first.said_cut, first.said_heard_ms) == ("12", "keys", True, 300)
    assert first.reply_at == 2000


def test_two_answers_to_one_question_are_two_turns() -> None:
    log = TurnLog(BEGAN)
    said(log, "offer", BEGAN + 1)
    log.heard(answer("well", BEGAN + 3))
    log.heard(answer("yes", BEGAN + 5))
    assert [(turn.step, turn.said, turn.heard) for turn in log.turns] == [
        ("offer", "offer?", "well"), ("offer", "", "yes")
    ]  # fmt: skip


def test_a_reply_that_never_began_has_no_time() -> None:
    log = TurnLog(BEGAN)
    said(log, "offer", BEGAN + 1)
    log.heard(answer("yes", BEGAN + 3))
    said(log, "booked", None, 0, cut=True)
    first, second = log.turns
    assert first.reply_at is None
    assert (second.said_at, second.said_heard_ms) == (None, 0)


def test_silence_is_replied_to_by_nobody() -> None:
    log = TurnLog(BEGAN)
    said(log, "offer", BEGAN + 1)
    said(log, "hello", BEGAN + 9)
    assert log.turns[0].reply_at is None


def test_what_is_heard_before_we_said_anything_is_a_turn_of_its_own() -> None:
    log = TurnLog(BEGAN)
    log.heard(answer("leave a message", BEGAN + 1))
    assert [(turn.step, turn.heard) for turn in log.turns] == [("", "leave a message")]
