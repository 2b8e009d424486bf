"""Talking with a script by voice, from the command line."""

import sys
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

from models.registry import Engines
from models.tts.speech import Speaker
from robot.cli.errors import Mistaken, exit_code
from robot.cli.script_talk_command import register
from telephony.local import BadSoundFile
from telephony.sound import SoundUnavailable

Talk = Callable[..., Result]


@pytest.fixture
def talk(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """Run the command in an empty folder, with models that are trained once; errors it knows are raised."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PEREZVON_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "dumb")
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)

    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(app, ["talk", *arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def test_a_machine_without_sound_is_told_to_use_files(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "miniaudio", None)
    with pytest.raises(SoundUnavailable, match="WAV files") as raised:
        talk("return.en")
    assert exit_code(raised.value) == 1


def test_what_is_wrong_is_told_before_any_model_is_loaded(talk: Talk) -> None:
    with pytest.raises(BadSoundFile, match=r"gone\.wav: No such file"):
        talk("return.en", "0.5s:gone.wav")
    with pytest.raises(Mistaken, match="--headset"):
        talk("return.en", "gone.wav", "--headset")
    with pytest.raises(Mistaken, match="no field surname"):
        talk("return.en", "gone.wav", "-c", "surname=Li")


@pytest.mark.slow
def test_a_conversation_is_shown_with_how_long_replies_took_and_what_the_crm_is_told(talk: Talk) -> None:
    engines = Engines(Path("models-data"))
    speech = Speaker(engines.voice("en"), hz=16000).render("Never call me again", personal=True).pcm
    engines.close()
    with wave.open("never.wav", "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(np.pad(speech, 1600).astype("<i2").tobytes())
    told = talk("return.en", "1s:never.wav", "never.wav", "-c", "first_name=Vera", "--out", "both.wav")
    assert told.exit_code == 0
    assert "Hello Vera!" in told.output
    assert "never call me again  do_not_call" in told.output
    assert "reply after" in told.output
    assert "interest        refused" in told.output
    assert "Not said, as the call was over: never.wav" in told.output
    assert Path("both.wav").stat().st_size > 100_000
