"""What a conversation by text sounds like, with the voices of this machine."""

import sys
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from models.protocols import Pcm
from robot.dialog.events import Recorded, Say
from robot.office import voice_of_chat
from robot.office.voice_of_chat import Voice
from robot.script import load_script
from robot.settings import Settings

SCRIPT = load_script(Path(__file__).parents[3] / "dialogs" / "return.en.yaml")
HELLO = Say("Hello Anna! How are you?", "Hello Anna! How are you?", personal=True)


class Loudspeaker:
    """A loudspeaker that keeps what it played."""

    made: list["Loudspeaker"]

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.done: list[str | Pcm] = []
        self.made.append(self)

    def play(self, pcm: Pcm) -> None:
        self.done.append(pcm)

    def wait(self) -> None:
        self.done.append("waited")

    def close(self) -> None:
        self.done.append("closed")


@pytest.fixture
def loudspeakers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Loudspeaker]]:
    Loudspeaker.made = []
    monkeypatch.setattr(voice_of_chat, "Loudspeaker", Loudspeaker)
    yield Loudspeaker.made
    Loudspeaker.made = []


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache=tmp_path / "cache")


def heard(path: Path) -> Pcm:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def test_what_is_said_is_heard_sentence_by_sentence_and_waited_for(
    loudspeakers: list[Loudspeaker], settings: Settings
) -> None:
    with Voice(settings, SCRIPT) as voice:
        voice.speak(HELLO)
        assert voice.folder is None
    (loudspeaker,) = loudspeakers
    first, second, *rest = loudspeaker.done
    assert isinstance(first, np.ndarray)
    assert isinstance(second, np.ndarray)
    assert first.any()
    assert rest == ["waited", "closed"]
    assert list(settings.cache.rglob("*.wav")) == [], "speech made for one person is not kept"


def test_in_a_folder_each_thing_said_is_a_file(
    loudspeakers: list[Loudspeaker], settings: Settings, tmp_path: Path
) -> None:
    with Voice(settings, SCRIPT, tmp_path / "out") as voice:
        voice.speak(HELLO)
        voice.speak(Say("Goodbye!", "Goodbye!"))
        assert voice.folder == tmp_path / "out"
    assert loudspeakers == []
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["01.wav", "02.wav"]
    assert len(heard(tmp_path / "out" / "01.wav")) > len(heard(tmp_path / "out" / "02.wav")) > 2000


def test_without_a_loudspeaker_it_writes_files_and_says_why(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "miniaudio", None)
    monkeypatch.chdir(tmp_path)
    with Voice(settings, SCRIPT) as voice:
        voice.speak(HELLO)
        assert voice.folder == Path("chat-voice")
        assert voice.why is not None
        assert "pip install" in voice.why
    assert heard(tmp_path / "chat-voice" / "01.wav").any()


def test_recorded_prompts_are_heard_between_sentences(
    loudspeakers: list[Loudspeaker], settings: Settings, tmp_path: Path
) -> None:
    with wave.open(str(tmp_path / "jingle.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(np.tile(np.array([3000, -3000], "<i2"), 4000).tobytes())
    text = (
        "script: jingles\nlanguage: en\nunderstands: [common.en]\nstart: only\nsteps:\n  only:\n"
        "    say: [Hello!, {play: jingle.wav, words: A jingle.}]\n    end: {disposition: completed}\n"
    )
    (tmp_path / "jingles.yaml").write_text(text, encoding="utf-8")
    script = load_script(tmp_path / "jingles.yaml")
    with Voice(settings, script) as voice:
        voice.speak(Say("Hello! A jingle.", "Hello!", parts=("Hello!", Recorded("jingle.wav", "A jingle."))))
    hello, gap, jingle, *_ = loudspeakers[0].done
    assert isinstance(hello, np.ndarray)
    assert isinstance(gap, np.ndarray)
    assert not gap.any()
    assert isinstance(jingle, np.ndarray)
    assert len(jingle) == pytest.approx(4000, abs=10)
