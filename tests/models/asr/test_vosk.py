"""The Vosk adapter, with the one model that a package registry has: Korean."""

from pathlib import Path

import numpy as np
import pytest

from models.asr.vosk import VoskRecogniser, VoskStream
from models.protocols import Expect, Listen, ModelError, ModelMissing, Pcm, Transcript
from models.registry import Engines
from tests.models.conftest import Say

pytestmark = pytest.mark.slow  # half a gigabyte is loaded


@pytest.fixture(scope="module")
def korean(engines: Engines) -> VoskRecogniser:
    recogniser = engines.recogniser("ko")
    assert isinstance(recogniser, VoskRecogniser)
    return recogniser


@pytest.fixture(scope="module")
def hello(say: Say) -> Pcm:
    return say("안녕하세요. 감사합니다.", language="ko", rate=0.85)


def hear(stream: VoskStream, pcm: Pcm) -> tuple[list[str], Transcript]:
    partials = [stream.feed(pcm[begin : begin + 320]) for begin in range(0, len(pcm), 320)]
    return [partial.text for partial in partials if partial], stream.finish()


def test_words_come_with_partials_and_confidence(korean: VoskRecogniser, hello: Pcm) -> None:
    partials, transcript = hear(korean.stream(Expect()), hello)
    assert transcript.text
    assert partials
    assert 0 < transcript.confidence <= 1
    assert transcript.engine == "vosk"


def test_a_recogniser_is_reset_and_reused(korean: VoskRecogniser, hello: Pcm) -> None:
    spare = korean.spare(8000)
    _, first = hear(korean.stream(Expect()), hello)
    _, silent = hear(korean.stream(Expect()), np.zeros(8000, np.int16))
    _, again = hear(korean.stream(Expect()), hello)
    # Not quite the same words: the model adds random noise (dither) to what it hears.
    assert again.text.split()[0] == first.text.split()[0]
    assert silent.text == ""
    assert korean.spare(8000) == spare


def test_calls_at_once_have_recognisers_of_their_own(korean: VoskRecogniser, hello: Pcm) -> None:
    streams = [korean.stream(Expect()) for _ in range(3)]
    for begin in range(0, len(hello), 1600):
        for stream in streams:
            stream.feed(hello[begin : begin + 1600])
    assert all(stream.finish().text for stream in streams)
    assert korean.spare(8000) >= 3


def test_a_dropped_stream_leaves_nothing_behind(korean: VoskRecogniser, hello: Pcm) -> None:
    dropped = korean.stream(Expect())
    dropped.feed(hello)
    dropped.close()
    assert dropped.finish().text == ""
    assert hear(korean.stream(Expect()), np.zeros(8000, np.int16))[1].text == ""


def test_a_grammar_is_used_only_when_every_word_is_known(
    korean: VoskRecogniser, hello: Pcm, caplog: pytest.LogCaptureFixture
) -> None:
    known = next(word for word in ("감사", "안녕", "네", "하나") if korean.knows(word))
    _, transcript = hear(korean.stream(Expect(Listen.DIGITS, (known,))), hello)
    assert set(transcript.text.split()) <= {known}
    assert not korean.knows("qwertyuiop")
    with caplog.at_level("INFO"):
        _, free = hear(korean.stream(Expect(Listen.DIGITS, (known, "qwertyuiop"))), hello)
    assert "grammar not used: 1 of 2" in caplog.text
    assert free.text


def test_a_folder_that_is_no_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="run: perezvon models pull ru"):
        VoskRecogniser(tmp_path / "none", "ru")
    with pytest.raises(ModelError, match="is no Vosk model"):
        VoskRecogniser(tmp_path, "ru")
