"""The real engines."""

import itertools
import shutil
from pathlib import Path

import numpy as np
import pytest

from models.protocols import ModelError, ModelMissing
from models.registry import Engines
from models.tts.espeak import EspeakVoice, espeak_engine
from models.tts.piper import PiperVoice, bundled_piper_voice, piper_process


def test_piper_speaks_sentence_by_sentence(engines: Engines) -> None:
    first, second = engines.voice("en").speak("Hello. How are you today?")
    assert first.rate == second.rate == 22050
    assert 200 < first.ms < second.ms < 3000
    assert np.abs(first.pcm).max() > 3000


def test_a_faster_rate_is_shorter(engines: Engines) -> None:
    text = "I would like to know how much it costs"
    (slow,) = engines.voice("en").speak(text)
    (fast,) = engines.voice("en").speak(text, rate=1.5)
    assert fast.ms < slow.ms * 0.85


def test_a_raised_piper_speaker_has_a_higher_voice_of_the_same_length(engines: Engines) -> None:
    text = "I would like to know how much it costs"
    (low,) = engines.voice("en", "joe@0.85").speak(text)
    (high,) = engines.voice("en", "joe@1.4").speak(text)
    assert high.ms == pytest.approx(low.ms, rel=0.25)

    def centre(pcm: np.ndarray[tuple[int], np.dtype[np.int16]]) -> float:
        power = np.abs(np.fft.rfft(pcm.astype(float))) ** 2
        return float((power * np.arange(len(power))).sum() / power.sum() / len(power))

    assert centre(high.pcm) > centre(low.pcm) * 1.1


def test_a_speaker_that_a_file_does_not_have_is_named(engines: Engines) -> None:
    with pytest.raises(ModelError, match=r"'anna' is no speaker of en_US-joe-medium.onnx; write joe"):
        PiperVoice(bundled_piper_voice(), language="en", speaker="anna")
    with pytest.raises(ModelError, match="is no speaker"):
        PiperVoice(bundled_piper_voice(), language="en", speaker="joe@3")


def test_a_missing_voice_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"there is no file .*nobody.onnx"):
        piper_process(tmp_path / "nobody.onnx")


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Hello there."), ("ru", "Здравствуйте, это робот."), ("pl", "Dzień dobry."), ("ko", "안녕하세요")],
)
def test_espeak_speaks_every_language(engines: Engines, language: str, text: str) -> None:
    (audio,) = engines.voice(language, engine="espeak").speak(text)
    assert 300 < audio.ms < 4000
    assert np.abs(audio.pcm).max() > 3000


def test_espeak_has_voices_and_pitches(engines: Engines) -> None:
    sounds = [next(iter(engines.voice("ru", s, engine="espeak").speak("Да."))).pcm for s in ("m3", "f2", "f2@90")]
    assert not any(np.array_equal(a, b) for a, b in itertools.pairwise(sounds))


def test_espeak_names_what_it_does_not_have() -> None:
    with pytest.raises(ModelError, match="no voice for language 'xx'; there are en, ru, pl, ko"):
        EspeakVoice("xx")
    with pytest.raises(ModelError, match="'kseniya' is no speaker; write one of m1"):
        EspeakVoice("ru", "kseniya")


def test_the_program_and_the_library_are_asked_alike(tmp_path: Path) -> None:
    """A stand-in for Debian's program, which writes WAV with a header made before the length was known."""
    program = tmp_path / "espeak-ng"
    program.write_text(
        "#!/bin/sh\ncat > " + str(tmp_path / "text") + '\necho "$@" > ' + str(tmp_path / "arguments") + "\n"
        r"printf 'RIFF\377\377\377\177WAVEfmt \020\000\000\000\001\000\001\000\042\126\000\000\104\254\000\000\002\000"
        r"\020\000data\377\377\377\177\001\000\002\000'" + "\n"
    )
    program.chmod(0o755)
    (audio,) = EspeakVoice("ru", "f2@70", espeak_engine(str(program))).speak("Привет!", rate=1.2)
    assert (audio.pcm.tolist(), audio.rate) == ([1, 2], 22050)
    assert (tmp_path / "arguments").read_text().split() == [
        "-v",
        "ru+f2",
        "-s",
        "198",
        "-p",
        "70",
        "--stdin",
        "--stdout",
    ]
    assert (tmp_path / "text").read_text() == "Привет!"


def test_a_program_that_fails_says_why() -> None:
    false = shutil.which("false")
    assert false is not None
    with pytest.raises(ModelError, match="no speech came"):
        next(iter(EspeakVoice("en", engine=espeak_engine(false)).speak("Hello.")))
