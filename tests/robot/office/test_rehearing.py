"""What is cut out of a recording is what the call heard."""

import wave
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from models.protocols import Expect, Partial, Pcm, Transcript, Understanding
from models.protocols import Listen as ListenKind
from robot.call.messages import Turn
from robot.campaign.errors import NotPossible
from robot.dialog.events import Listen
from robot.office.recorded_calls import RecordedCall, Told
from robot.office.rehearing import Rehearing
from robot.words import AnsweredBy, AttemptId, Interest, Person
from tests.robot.dialog.conversation import NOON

RATE = 8000
TURN = Turn(
    step="greeting", said="Hello?", said_at=1000, heard="yes", asr="old", asr_confidence=0.4, speech_start=3000,
    speech_end=3500, decided_at=3900,
)  # fmt: skip
LISTEN = Listen(ListenKind.YES_NO, "greeting", frozenset({"affirm"}), phrases=("maybe",))


class Nlu:
    language = "en"
    intents = frozenset({"affirm"})
    examples: Mapping[str, tuple[str, ...]] = {"affirm": ("yes", "yeah"), "deny": ("no",)}

    def parse(self, text: str, *, allowed: frozenset[str] | None = None, now: datetime | None = None) -> Understanding:
        raise AssertionError("it is not asked")


class Recogniser:
    """Tells which samples it was given: each holds its own place in the recording, in tens of milliseconds."""

    name = "ruler"
    language = "en"

    def __init__(self) -> None:
        self.expected: list[Expect] = []

    def stream(self, expect: Expect, rate: int = RATE) -> "Stream":
        assert rate == RATE
        self.expected.append(expect)
        return Stream()


class Stream:
    def __init__(self) -> None:
        self.heard: list[Pcm] = []

    def feed(self, pcm: Pcm) -> Partial | None:
        self.heard.append(pcm)
        return None

    def pause(self) -> Transcript | None:
        return None

    def finish(self) -> Transcript:
        pcm = np.concatenate(self.heard)
        return Transcript(f"{pcm[0] * 10} to {(pcm[-1] + 1) * 10}", engine="ruler")

    def close(self) -> None:
        return


def recorded(path: Path, robot_at: float, *turns: Turn) -> RecordedCall:
    """Record six seconds: the caller's samples tell the time, the robot speaks for half a second."""
    caller = np.repeat(np.arange(600, dtype=np.int16), RATE // 100)
    robot = np.zeros(len(caller), np.int16)
    robot[int(robot_at * RATE) : int((robot_at + 0.5) * RATE)] = 3000
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.stack([caller, robot], axis=1).astype("<i2").tobytes())
    told = Told(None, Interest.UNKNOWN, Person.UNKNOWN, False, {}, (), {}, (), ())
    return RecordedCall(
        id=AttemptId("one"), version="h", contact={}, seed="7", zone=ZoneInfo("UTC"), began=NOON, seconds=6.0,
        answered_by=AnsweredBy.HUMAN, told=told, recording=path, turns=turns or (TURN,),
    )  # fmt: skip


def test_an_utterance_is_cut_with_its_beginning_and_the_pause_that_ended_it(tmp_path: Path) -> None:
    heard = Rehearing(recorded(tmp_path / "a.wav", 1.0), Recogniser(), Nlu()).recognise(TURN, None)
    assert heard.text == "2580 to 3900"


def test_without_the_judgement_half_a_second_after_the_last_voice_is_heard(tmp_path: Path) -> None:
    rehearing = Rehearing(recorded(tmp_path / "a.wav", 1.0), Recogniser(), Nlu())
    assert rehearing.recognise(TURN.model_copy(update={"decided_at": None}), None).text == "2580 to 4000"


def test_a_recording_that_began_with_early_media_is_put_right_by_the_robots_first_words(tmp_path: Path) -> None:
    heard = Rehearing(recorded(tmp_path / "a.wav", 2.5), Recogniser(), Nlu()).recognise(TURN, None)
    assert heard.text == "4080 to 5400"


def test_what_the_script_expects_there_is_what_the_recogniser_expects(tmp_path: Path) -> None:
    recogniser = Recogniser()
    rehearing = Rehearing(recorded(tmp_path / "a.wav", 1.0), recogniser, Nlu())
    rehearing.recognise(TURN, None)
    rehearing.recognise(TURN, LISTEN)
    assert recogniser.expected == [Expect(ListenKind.OPEN), Expect(ListenKind.YES_NO, ("maybe", "yeah", "yes"))]


def test_a_turn_without_timings_keeps_its_words(tmp_path: Path) -> None:
    rehearing = Rehearing(recorded(tmp_path / "a.wav", 1.0), Recogniser(), Nlu())
    heard = rehearing.recognise(Turn(step="greeting", heard="yes", asr="old", asr_confidence=0.4), None)
    assert heard == Transcript("yes", 0.4, engine="old")


def test_what_is_no_recording_of_a_call_is_told(tmp_path: Path) -> None:
    call = recorded(tmp_path / "a.wav", 1.0)
    (tmp_path / "a.wav").write_bytes(b"nonsense")
    with pytest.raises(NotPossible, match=r"a\.wav is no recording of a call"):
        Rehearing(call, Recogniser(), Nlu())
    with pytest.raises(NotPossible, match="was not recorded"):
        Rehearing(replace(call, recording=None), Recogniser(), Nlu())
