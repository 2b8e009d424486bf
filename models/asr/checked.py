"""A grammar's claims, checked by Whisper on the same audio.

The grammar engine hears live and gives partials. When the caller falls silent, `pause` lets Whisper hear the same
audio, so that the check costs nothing after the end of the turn is decided. Whose words are believed:

- both agree in the words that carry meaning: the phrase that they are of, with high confidence;
- Whisper wrote something else, but would have written the grammar's phrase nearly as readily ("after three" where it
  wrote "after free"): the phrase, unless that would lose a number, a day or a "not";
- else Whisper's words, with the grammar's as an alternative. Where Whisper is unsure too and they are none of the
  expected phrases, the confidence is at most .3, which is "not understood";
- Whisper hears nothing: the grammar's words at .3 at most, for it would have had some for any sound.

For an open question Whisper alone is believed; phrases, where given, serve for partials. The thresholds were set on 35
short replies by eleven synthetic voices through G.711 (``python -m bench.asr``).
"""

from collections.abc import Callable
from typing import Final

from models.asr.pocketsphinx import PocketsphinxRecogniser, PocketsphinxStream
from models.asr.whisper import Weight, WhisperRecogniser, WhisperStream
from models.protocols import Expect, Listen, Partial, Pcm, Transcript
from models.text import content_words, distance, normalise, turning_words

__all__ = ["CheckedRecogniser", "CheckedStream", "judge"]

_AGREED: Final = 0.9
_BORNE_OUT: Final = 0.75
_EXPECTED: Final = 0.7
_DOUBTED: Final = 0.3
_SURE: Final = 0.5
"""From here on Whisper's words stand by themselves."""
_CERTAIN: Final = 0.9
"""From here on no phrase is weighed against them."""
_HEARD_AT_ALL: Final = 0.1
_LESS_LIKELY: Final = 5.0
_UNLIKELY: Final = -2.5
_SHORTER: Final = 0.6


class CheckedRecogniser:
    """A grammar engine with Whisper behind it.

    Args:
        grammar: The engine that takes phrases.
        whisper: The engine that checks it.
    """

    name = "checked"

    def __init__(self, grammar: PocketsphinxRecogniser, whisper: WhisperRecogniser) -> None:
        self.language = whisper.language
        self._grammar = grammar
        self._whisper = whisper

    def stream(self, expect: Expect, rate: int = 8000) -> "CheckedStream":
        """Open a stream for one utterance; without phrases Whisper hears alone."""
        live = self._grammar.stream(expect, rate) if expect.phrases else None
        return CheckedStream(live, self._whisper.stream(expect, rate), expect)


class CheckedStream:
    """One utterance, heard by both."""

    def __init__(self, live: PocketsphinxStream | None, check: WhisperStream, expect: Expect) -> None:
        self._live = live
        self._check = check
        self._trusted = expect.listen is not Listen.OPEN
        self._phrases = frozenset(normalise(phrase) for phrase in expect.phrases)
        self._final: Transcript | None = None

    def feed(self, pcm: Pcm) -> Partial | None:
        """Take the next samples; return the grammar's partial when it has changed."""
        self._check.feed(pcm)
        if not self._check.settled:
            self._final = None
        return self._live.feed(pcm) if self._live else None

    def pause(self) -> Transcript:
        """Let Whisper hear what was said so far; return what the final would be."""
        claim = self._live.claim() if self._live else None
        self._final = self._believed(claim, self._check.pause())
        return self._final

    def finish(self) -> Transcript:
        """Return whose words are believed: what `pause` returned, if nothing was said since."""
        believed = self._final
        if believed is None:
            claim = self._live.finish() if self._live else None
            believed = self._believed(claim, self._check.pause())
        self.close()
        return believed

    def close(self) -> None:
        """Drop the utterance."""
        if self._live:
            self._live.close()
        self._check.close()

    def _believed(self, claim: Transcript | None, heard: Transcript) -> Transcript:
        if claim is None or not self._trusted:
            return heard
        return judge(claim, heard, self._phrases, self._check.weigh)


def judge(
    claim: Transcript, heard: Transcript, phrases: frozenset[str], weigh: Callable[[str], Weight | None]
) -> Transcript:
    """Return which of a grammar's claim and Whisper's words to believe, and how much.

    Args:
        claim: The grammar's best path, which may be but the begin of a phrase.
        heard: Whisper's words.
        phrases: All that the grammar accepts.
        weigh: How likely Whisper finds a text for the same audio.
    """
    engine = f"{claim.engine}+{heard.engine}"
    if not heard.text:
        return Transcript(claim.text, min(claim.confidence, _DOUBTED), engine=engine)
    others = (claim.text,) if claim.text else ()
    if claim.text and distance(content_words(claim.text), content_words(heard.text)) == 0:
        text = claim.text if claim.text in phrases else heard.text
        return Transcript(text, max(_AGREED, heard.confidence), others, engine)
    if heard.text in phrases and heard.confidence >= _HEARD_AT_ALL:
        return Transcript(heard.text, max(_EXPECTED, heard.confidence), others, engine)
    if claim.text in phrases and heard.confidence < _CERTAIN and _borne_out(claim.text, heard.text, weigh):
        return Transcript(claim.text, _BORNE_OUT, (heard.text,), engine)
    confidence = heard.confidence if heard.confidence >= _SURE else min(heard.confidence, _DOUBTED)
    return Transcript(heard.text, confidence, others, engine)


def _borne_out(claim: str, heard: str, weigh: Callable[[str], Weight | None]) -> bool:
    """Say whether Whisper would have written the claim nearly as readily as what it wrote."""
    if len(claim.split()) < _SHORTER * len(heard.split()):
        return False  # the likely begin of something longer
    if not turning_words(heard) <= turning_words(claim):
        return False
    claimed, written = weigh(claim), weigh(heard)
    if claimed is None or written is None:
        return False
    return claimed.total > written.total - _LESS_LIKELY and claimed.mean > _UNLIKELY
