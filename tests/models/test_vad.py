from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from models.protocols import ModelError, ModelMissing, Pcm
from models.registry import Engines
from models.vad.silero import SileroVad, silero_vad_file
from tests.models.conftest import Say


def noise(seconds: float, level: float) -> Pcm:
    return np.random.default_rng(2).normal(0, level, int(8000 * seconds)).astype(np.int16)


def test_speech_is_told_from_noise_and_silence(engines: Engines, say: Say) -> None:
    vad = engines.vad()
    spoken = vad.stream().feed(say("How much does it cost?"))
    assert max(spoken) > 0.95
    assert np.mean([p > 0.5 for p in spoken]) > 0.4
    assert max(vad.stream().feed(noise(2, 300))) < 0.5
    assert max(vad.stream().feed(np.zeros(8000, np.int16))) < 0.3


def test_windows_are_the_same_however_samples_come(engines: Engines, say: Say) -> None:
    pcm = say("Yes.")
    whole = engines.vad().stream().feed(pcm)
    stream = engines.vad().stream()
    pieces = [p for begin in range(0, len(pcm), 160) for p in stream.feed(pcm[begin : begin + 160])]
    assert len(whole) == len(pcm) // 256
    assert pieces == pytest.approx(whole, abs=1e-5)


def test_a_stream_forgets(engines: Engines, say: Say) -> None:
    stream, pcm = engines.vad().stream(), say("Yes.")
    first = stream.feed(pcm)
    stream.reset()
    assert stream.feed(pcm) == pytest.approx(first, abs=1e-5)


def test_streams_do_not_hear_each_other(engines: Engines, say: Say) -> None:
    loud, quiet = engines.vad().stream(), engines.vad().stream()
    pcm = say("Call me tomorrow.")
    for begin in range(0, len(pcm) - 256, 256):
        loud.feed(pcm[begin : begin + 256])
        assert max(quiet.feed(np.zeros(256, np.int16))) < 0.3


def test_wideband_speech_is_heard_too(engines: Engines, say: Say, at_16k: Callable[[Pcm], Pcm]) -> None:
    assert max(engines.vad().stream(16000).feed(at_16k(say("Yes please.")))) > 0.9


def test_other_rates_are_refused(engines: Engines) -> None:
    with pytest.raises(ModelError, match="44100 Hz is not supported"):
        engines.vad().stream(44100)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ModelMissing, match=r"pip install 'perezvon\[vad\]'"):
        silero_vad_file()


def test_the_file_is_found_without_its_package_being_imported() -> None:
    assert silero_vad_file().name == "silero_vad.onnx"
    assert SileroVad(Path(silero_vad_file())).stream().feed(np.zeros(256, np.int16))
