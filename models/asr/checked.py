"""A grammar's claims, checked by Whisper on the same audio.

The grammar engine hears live and gives partials. When the caller falls silent, `pause` lets Whisper hear the same
audio, so that the check costs nothing after the end of the turn is decided. Whose words are believed:

- both agree (the same, or one within the other): those words, with high confidence;
- they differ: Whisper's words, the grammar's as an alternative. Where the difference is in words that carry meaning and
  Whisper is unsure too, the confidence is at most .3, which is "not understood";
- Whisper hears nothing: the grammar's words at .3 at most, for it would have had some for any sound.

For an open question Whisper alone is believed; phrases, where given, serve for partials.
"""

from models.asr.pocketsphinx import PocketsphinxRecogniser, PocketsphinxStream
from models.asr.whisper import WhisperRecogniser, WhisperStream
from models.protocols import Expect, Listen, Partial, Pcm, Transcript
from models.text import content_words, distance

__all__ = ["CheckedRecogniser", "CheckedStream", "judge"]

_AGREED = 0.9
_SURE = 0.5
_DOUBTED = 0.3


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
        return CheckedStream(live, self._whisper.stream(expect, rate), trusted=expect.listen is not Listen.OPEN)


class CheckedStream:
    """One utterance, heard by both."""

    def __init__(self, live: PocketsphinxStream | None, check: WhisperStream, *, trusted: bool) -> None:
        self._live = live
        self._check = check
        self._trusted = trusted

    def feed(self, pcm: Pcm) -> Partial | None:
        """Take the next samples; return the grammar's partial when it has changed."""
        self._check.feed(pcm)
        return self._live.feed(pcm) if self._live else None

    def pause(self) -> Transcript:
        """Let Whisper hear what was said so far; return what the final would be."""
        claim = self._live.claim() if self._live else None
        return self._believed(claim, self._check.pause())

    def finish(self) -> Transcript:
        """Return whose words are believed."""
        claim = self._live.finish() if self._live else None
        return self._believed(claim, self._check.finish())

    def close(self) -> None:
        """Drop the utterance."""
        if self._live:
            self._live.close()
        self._check.close()

    def _believed(self, claim: Transcript | None, heard: Transcript) -> Transcript:
        return judge(claim, heard) if claim and self._trusted else heard


def judge(claim: Transcript, heard: Transcript) -> Transcript:
    """Return which of a grammar's claim and Whisper's words to believe, and how much."""
    engine = f"{claim.engine}+{heard.engine}"
    if not heard.text:
        return Transcript(claim.text, min(claim.confidence, _DOUBTED), engine=engine)
    if not claim.text:
        return Transcript(heard.text, heard.confidence, engine=engine)
    claimed, whispered = content_words(claim.text), content_words(heard.text)
    if distance(claimed, whispered) == 0:
        return Transcript(heard.text, max(_AGREED, heard.confidence), (claim.text,), engine)
    confidence = heard.confidence if heard.confidence >= _SURE else min(heard.confidence, _DOUBTED)
    return Transcript(heard.text, confidence, (claim.text,), engine)
