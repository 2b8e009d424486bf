"""Engines and voices that several tests share: loading one costs up to a second."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soxr

from models.protocols import Pcm
from models.registry import Engines
from models.tts.speech import Speaker

Say = Callable[..., Pcm]


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """The engines of this machine, with an empty models' folder."""
    made = Engines(tmp_path_factory.mktemp("models"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def say(engines: Engines) -> Say:
    """What makes a caller's speech, ``int16[n]`` at 8 kHz, with line noise before and after."""

    def speak(text: str, *, language: str = "en", speaker: str | None = None, rate: float = 1.0) -> Pcm:
        voice = engines.voice(language, speaker)
        audio = Speaker(voice, rate=rate).render(text, personal=True)
        noise = np.random.default_rng(1)
        silence = [noise.normal(0, 6, n).astype(np.int16) for n in (2400, 4000)]
        return np.concatenate((silence[0], audio.pcm, silence[1]))

    return speak


@pytest.fixture
def at_16k() -> Callable[[Pcm], Pcm]:
    """What resamples 8 kHz to 16 kHz."""

    def resampled(pcm: Pcm) -> Pcm:
        out: Pcm = soxr.resample(pcm, 8000, 16000)
        return out

    return resampled


@pytest.fixture
def no_models(tmp_path: Path) -> Path:
    """A folder without models."""
    return tmp_path / "models"
