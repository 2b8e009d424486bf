"""English hearing with the real engines, on synthetic speech at 8 kHz."""

import numpy as np
import pytest

from models.asr.pocketsphinx import PocketsphinxRecogniser
from models.asr.whisper import Heard, WhisperRecogniser
from models.protocols import Expect, Listen, ModelError, Pcm, Recogniser, RecognitionStream, Transcript
from models.registry import Engines
from tests.models.conftest import Say

pytestmark = pytest.mark.slow

PHRASES = (
    "yes", "yes please", "no", "no thank you", "how much does it cost", "call me tomorrow after three",
    "never call me again", "wrong number", "tell me more", "are you a robot",
)  # fmt: skip
ANSWER = Expect(Listen.CHOICE, PHRASES)


@pytest.fixture(scope="module")
def whisper(engines: Engines) -> WhisperRecogniser:
    return engines.share("whisper", WhisperRecogniser)


@pytest.fixture(scope="module")
def sphinx() -> PocketsphinxRecogniser:
    return PocketsphinxRecogniser()


@pytest.fixture(scope="module")
def checked(engines: Engines) -> Recogniser:
    return engines.recogniser("en")


def feed(stream: RecognitionStream, pcm: Pcm) -> list[str]:
    """Feed 20 ms at a time; return the partials."""
    partials = (stream.feed(pcm[begin : begin + 160]) for begin in range(0, len(pcm), 160))
    return [partial.text for partial in partials if partial]


def hear(recogniser: Recogniser, pcm: Pcm, expect: Expect = ANSWER) -> Transcript:
    stream = recogniser.stream(expect)
    feed(stream, pcm)
    return stream.finish()


@pytest.mark.parametrize("phrase", PHRASES)
def test_short_replies_are_heard_for_sure(checked: Recogniser, say: Say, phrase: str) -> None:
    for speaker in ("joe", "joe@1.2"):
        transcript = hear(checked, say(phrase, speaker=speaker))
        assert transcript.text == phrase
        assert transcript.confidence > 0.5


def test_a_grammar_gives_partials_as_words_come(checked: Recogniser, say: Say) -> None:
    stream = checked.stream(ANSWER)
    partials = feed(stream, say("How much does it cost?"))
    assert any(text.startswith("how much") for text in partials)
    stream.close()


def test_what_no_phrase_fits_is_not_taken_for_one(checked: Recogniser, say: Say) -> None:
    transcript = hear(checked, say("My cousin bought a blue tractor in September."))
    assert transcript.text not in PHRASES
    assert "tractor" in transcript.text or transcript.confidence <= 0.3


def test_an_open_question_is_whispers(checked: Recogniser, say: Say) -> None:
    transcript = hear(checked, say("The old engine makes a strange noise."), Expect(Listen.OPEN, PHRASES))
    assert transcript.text == "the old engine makes a strange noise"
    assert transcript.engine == "whisper"


def test_figures_come_in_words(whisper: WhisperRecogniser, say: Say) -> None:
    assert whisper.hear(say("Call me tomorrow after 3."), 8000).transcript.text == "call me tomorrow after three"


@pytest.mark.parametrize("level", [0, 5, 30])
def test_silence_and_hiss_are_no_words(checked: Recogniser, level: int) -> None:
    pcm = np.random.default_rng(3).normal(0, level, 16000).astype(np.int16)
    transcript = hear(checked, pcm, Expect())
    assert transcript.text == ""
    assert hear(checked, pcm).confidence <= 0.3


def test_a_pause_does_the_work_and_a_final_after_silence_reuses_it(
    whisper: WhisperRecogniser, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[int] = []
    inner = whisper.hear

    def counted(pcm: Pcm, rate: int) -> Heard:
        worked.append(len(pcm))
        return inner(pcm, rate)

    monkeypatch.setattr(whisper, "hear", counted)
    stream = whisper.stream(Expect())
    stream.feed(say("Yes please."))
    assert stream.pause().text == "yes please"
    stream.feed(np.random.default_rng(4).normal(0, 6, 4000).astype(np.int16))
    assert stream.pause().text == stream.finish().text == "yes please"
    assert len(worked) == 1


def test_speech_after_a_pause_is_part_of_the_final(checked: Recogniser, say: Say) -> None:
    stream = checked.stream(Expect())
    stream.feed(say("Yes."))
    early = stream.pause()
    assert early is not None
    assert early.text == "yes"
    stream.feed(say("Call me tomorrow."))
    assert stream.finish().text == "yes call me tomorrow"


@pytest.mark.slow
def test_a_long_greeting_is_heard_to_its_end(whisper: WhisperRecogniser, say: Say) -> None:
    greeting = say(
        "Hello, you have reached the office of Brown and Sons. We are sorry that nobody can take your call. "
        "Our office is open from Monday to Friday. Please leave your name and your number after the tone, "
        "and we will ring you back as soon as we can."
    )
    assert len(greeting) > 10 * 8000
    text = whisper.hear(greeting, 8000).transcript.text
    assert "leave your name" in text
    assert "ring you back" in text
    directions = say(
        "To get to us by car, take the second exit after the bridge and follow the river for two miles. "
        "There is a green gate on your left, and a place to park behind the house. "
        "If you come by train, the station is ten minutes away on foot, and the bus stops at our door."
    )
    breath = np.zeros(8000, np.int16)
    long = whisper.hear(np.concatenate((greeting, breath, directions)), 8000)
    assert "leave your name" in long.transcript.text
    assert "green gate" in long.transcript.text
    assert "the bus stops" in long.transcript.text
    assert long.encoded is None


def test_a_grammar_hears_its_phrases(sphinx: PocketsphinxRecogniser, say: Say) -> None:
    assert hear(sphinx, say("Never call me again.")).text == "never call me again"


def test_words_without_a_pronunciation_leave_the_grammar_and_are_counted(
    sphinx: PocketsphinxRecogniser, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        sphinx.stream(Expect(Listen.CHOICE, ("yes", "perezvonochka please"))).close()
    assert "1 of 2 phrases" in caplog.text
    assert "perezvonochka" not in caplog.text
    with pytest.raises(ModelError, match="needs phrases"):
        sphinx.stream(Expect(Listen.CHOICE, ("perezvonochka",)))


def test_decoders_are_reused_and_calls_at_once_have_their_own(sphinx: PocketsphinxRecogniser, say: Say) -> None:
    yes, no = say("Yes please."), say("No thank you.")
    for _ in range(3):
        first, second = sphinx.stream(ANSWER), sphinx.stream(Expect(Listen.YES_NO, ("no thank you", "yes please")))
        for begin in range(0, max(len(yes), len(no)), 160):
            first.feed(yes[begin : begin + 160])
            second.feed(no[begin : begin + 160])
        assert (first.finish().text, second.finish().text) == ("yes please", "no thank you")
    assert sphinx.spare == 2


def test_a_dropped_stream_gives_its_decoder_back(sphinx: PocketsphinxRecogniser, say: Say) -> None:
    spare = sphinx.spare
    stream = sphinx.stream(ANSWER)
    stream.feed(say("Yes.")[:4000])
    stream.close()
    stream.close()
    assert stream.finish().text == ""
    assert sphinx.spare == spare
