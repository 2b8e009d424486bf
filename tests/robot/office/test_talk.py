"""Conversations by WAV files with the engines of this machine, in virtual time: the models are real, waiting is not."""

import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from models.protocols import Pcm
from models.registry import Engines
from models.tts.speech import Speaker
from robot.call.messages import CallOutcome, FromCallMessage, Said, Turn, Understood
from robot.office.talk import Latency, latency, open_kit, talk
from robot.script import load_script
from robot.settings import Settings
from robot.words import AnsweredBy, Disposition, Interest, Result
from telephony.line import TransferOutcome
from telephony.local import WavCaller, read_utterance
from tests.robot.call.virtual import VirtualClock, VirtualPool, in_virtual_time

SCRIPT = Path(__file__).parents[3] / "dialogs" / "return.en.yaml"


class Booth:
    """Where a caller's lines are put into files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._engines = Engines(folder / "models")

    def wav(self, text: str) -> str:
        """Say something into a file at 22050 Hz, with a little silence around it."""
        path = self._folder / f"{text.replace(' ', '-')}.wav"
        if not path.exists():
            speech = Speaker(self._engines.voice("en"), hz=22050).render(text, personal=True).pcm
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(22050)
                file.writeframes(np.pad(speech, 2205).astype("<i2").tobytes())
        return str(path)

    def close(self) -> None:
        self._engines.close()


@pytest.fixture(scope="module")
def booth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Booth]:
    made = Booth(tmp_path_factory.mktemp("booth"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings whose models are trained, and whose prompts are rendered, once for all of these tests."""
    return Settings(cache=tmp_path_factory.getbasetemp() / "cache")


@dataclass
class Had:
    """A conversation that was had."""

    outcome: CallOutcome
    unsaid: int
    told: list[FromCallMessage] = field(default_factory=list)

    @property
    def understood(self) -> list[str]:
        return [message.intent for message in self.told if isinstance(message, Understood)]

    @property
    def steps(self) -> list[str]:
        return list(dict.fromkeys(message.step for message in self.told if isinstance(message, Said)))


def have(
    settings: Settings,
    sounds: Sequence[str],
    *,
    recording: Path | None = None,
    transfers: TransferOutcome = TransferOutcome.DONE,
) -> Had:
    """Talk with the English script by files."""

    async def talking() -> Had:
        told: list[FromCallMessage] = []
        caller = WavCaller([read_utterance(sound) for sound in sounds])
        pool = VirtualPool(1)
        try:
            async with open_kit(load_script(SCRIPT), settings, pool) as kit:
                outcome = await talk(
                    kit, caller, {"first_name": "Anna"}, settings=settings, clock=VirtualClock(), tell=told.append,
                    recording=recording, transfers=transfers,
                )  # fmt: skip
        finally:
            pool.close()
        return Had(outcome, caller.unsaid, told)

    return in_virtual_time(talking())


def side(path: Path, channel: int) -> Pcm:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, 8000)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)[:, channel]


@pytest.mark.slow
def test_a_caller_who_says_yes_and_then_no_has_declined(settings: Settings, booth: Booth, tmp_path: Path) -> None:
    recording = tmp_path / "conversation.wav"
    had = have(settings, [booth.wav("Yes"), booth.wav("No, thank you")], recording=recording)
    assert had.understood == ["affirm", "deny"]
    assert had.steps == ["greeting", "offer", "declined"]
    verdict = had.outcome.verdict
    assert (verdict.disposition, verdict.interest) == (Disposition.DECLINED, Interest.COLD)
    assert verdict.answered_by is AnsweredBy.HUMAN
    assert had.outcome.result is Result.ANSWERED
    assert had.unsaid == 0
    assert had.outcome.recording == str(recording)
    assert side(recording, 0).any()
    assert side(recording, 1).any()
    took = [latency(turn) for turn in had.outcome.turns]
    assert [one is not None for one in took] == [True, True, False], "each answer was replied to"


@pytest.mark.slow
def test_a_caller_may_speak_over_the_robot(settings: Settings, booth: Booth) -> None:
    had = have(settings, [f"1.5s:{booth.wav('Never call me again')}", booth.wav("Yes")])
    assert had.understood == ["do_not_call"]
    assert had.outcome.never_call
    assert had.outcome.turns[0].said_cut
    assert had.unsaid == 1, "the call was over"


@pytest.mark.slow
def test_a_caller_whose_files_have_run_out_is_silent_until_the_robot_gives_up(settings: Settings, booth: Booth) -> None:
    had = have(settings, [booth.wav("Yes")])
    assert had.understood == ["affirm"]
    assert had.outcome.verdict.disposition is Disposition.SILENT


@pytest.mark.slow
@pytest.mark.parametrize(
    ("transfers", "ended"),
    [(TransferOutcome.DONE, Disposition.TRANSFERRED), (TransferOutcome.REFUSED, Disposition.SILENT)],
)
def test_a_transfer_may_be_taken_or_refused(
    settings: Settings, booth: Booth, transfers: TransferOutcome, ended: Disposition
) -> None:
    had = have(settings, [booth.wav("Let me talk to a person please")], transfers=transfers)
    assert had.understood == ["operator_please"]
    assert had.outcome.verdict.disposition is ended
    assert ("desk_is_busy" in had.steps) == (transfers is TransferOutcome.REFUSED)


def test_the_wait_for_a_reply_is_split_into_what_it_was_spent_on() -> None:
    turn = Turn(
        step="offer", heard="yes", speech_end=1000, decided_at=1300, text_at=1310, intent_at=1315, reply_at=1345
    )
    assert latency(turn) == Latency(reply_ms=345, pause_ms=300, words_ms=10, meaning_ms=5, voice_ms=30)
    assert latency(turn.model_copy(update={"reply_at": None})) is None
