"""CMU PocketSphinx with the phrases of the step as its grammar: a word a few milliseconds after it was said.

A grammar (JSGF) never rejects: something else said comes back as the nearest of its phrases. So its claims are either
checked (`models.asr.checked`) or taken for partials alone. A word that the pronouncing dictionary lacks cannot be
recognised, so phrases with one are left out and counted in the log.
"""

import hashlib
import importlib.util
import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import numpy as np
import soxr

from models.protocols import Expect, ModelError, ModelMissing, Partial, Pcm, Transcript
from models.text import normalise

__all__ = ["PocketsphinxRecogniser", "PocketsphinxStream", "grammar_of"]

log = logging.getLogger(__name__)

_RATE: Final = 16000
_GRAMMARS_A_DECODER: Final = 64
_CONFIDENCE: Final = 0.6
"""What a grammar's word is worth unchecked: it always has one."""


def grammar_of(phrases: Iterable[str]) -> str:
    """Return the JSGF grammar of one of the phrases.

    Of one: a grammar of several in a row takes breath and line noise for the begin of a second.
    """
    return f"#JSGF V1.0; grammar step; public <reply> = {' | '.join(phrases)};"


class PocketsphinxRecogniser:
    """English with grammars; decoders are made as calls need them, and kept (30 MB each).

    Args:
        decoders: How many to make ahead.

    Raises:
        ModelMissing: The package is not installed.
    """

    name = "pocketsphinx"
    language = "en"

    def __init__(self, decoders: int = 1) -> None:
        if importlib.util.find_spec("pocketsphinx") is None:
            raise ModelMissing("English: pocketsphinx is not installed; run: pip install 'perezvon[en]'")
        self._lock = threading.Lock()
        self._free: list[_PooledDecoder] = []
        self._known_phrases = lru_cache(maxsize=256)(self._look_up)
        ready = [self._take() for _ in range(max(1, decoders))]
        for decoder in ready:
            decoder.warm()
            self._give_back(decoder)

    def stream(self, expect: Expect, rate: int = 8000) -> "PocketsphinxStream":
        """Open a stream that accepts ``expect.phrases`` alone.

        Raises:
            ModelError: There are no phrases, or none whose words the dictionary knows.
        """
        phrases = self._known_phrases(expect.phrases)
        if not phrases:
            raise ModelError("pocketsphinx: a grammar needs phrases in English words; give the step's intents examples")
        decoder = self._take(_key(phrases))
        decoder.use(phrases)
        return PocketsphinxStream(self, decoder, rate)

    @property
    def spare(self) -> int:
        """How many decoders wait for a call."""
        return len(self._free)

    def _take(self, grammar: str = "") -> "_PooledDecoder":
        """Take a free decoder, by preference one that has the grammar."""
        with self._lock:
            for decoder in self._free:
                if grammar in decoder.grammars:
                    self._free.remove(decoder)
                    return decoder
            if self._free:
                return self._free.pop()
        return _PooledDecoder()

    def _give_back(self, decoder: "_PooledDecoder") -> None:
        with self._lock:
            self._free.append(decoder)

    def _look_up(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        """Return the phrases whose words are all in the dictionary, normalised, once each, sorted."""
        decoder = self._take()
        try:
            wanted = sorted({text for phrase in phrases if (text := normalise(phrase))})
            known = tuple(text for text in wanted if all(decoder.knows(word) for word in text.split()))
        finally:
            self._give_back(decoder)
        if len(known) < len(wanted):
            log.info("grammar: %d of %d phrases have a word without a pronunciation and are left out",
                     len(wanted) - len(known), len(wanted))  # fmt: skip
        return known


class PocketsphinxStream:
    """One utterance for the grammar."""

    def __init__(self, recogniser: PocketsphinxRecogniser, decoder: "_PooledDecoder", rate: int) -> None:
        self._recogniser = recogniser
        self._decoder: _PooledDecoder | None = decoder
        self._resampler = soxr.ResampleStream(rate, _RATE, 1, dtype="int16", quality="MQ") if rate != _RATE else None
        self._text = ""
        decoder.begin()

    def feed(self, pcm: Pcm) -> Partial | None:
        """Take the next samples; return a partial when it has changed."""
        if self._decoder is None:
            return None
        self._hear(pcm, last=False)
        text = self._decoder.text()
        if text == self._text:
            return None
        self._text = text
        return Partial(text)

    def pause(self) -> None:
        """Do nothing: a final costs a few milliseconds."""

    def claim(self) -> Transcript:
        """Return the best path through the grammar so far."""
        text = self._decoder.text() if self._decoder else ""
        return Transcript(text, _CONFIDENCE if text else 0.0, engine="pocketsphinx")

    def finish(self) -> Transcript:
        """Return the best path through the grammar."""
        if self._decoder is None:
            return Transcript("", 0.0, engine="pocketsphinx")
        self._hear(np.zeros(0, np.int16), last=True)
        self._decoder.end()
        text = self._decoder.text()
        self._release()
        return Transcript(text, _CONFIDENCE if text else 0.0, engine="pocketsphinx")

    def close(self) -> None:
        """Drop the utterance."""
        if self._decoder is not None:
            self._decoder.end()
            self._release()

    def _hear(self, pcm: Pcm, *, last: bool) -> None:
        assert self._decoder is not None
        if self._resampler is not None:
            pcm = self._resampler.resample_chunk(pcm, last=last)
        self._decoder.hear(pcm)

    def _release(self) -> None:
        assert self._decoder is not None
        self._recogniser._give_back(self._decoder)
        self._decoder = None


class _PooledDecoder:
    """A decoder and the grammars it holds."""

    def __init__(self) -> None:
        from pocketsphinx import Decoder, get_model_path  # noqa: PLC0415  # an extra, and slow to import

        self._decoder = Decoder(
            hmm=get_model_path("en-us/en-us"), dict=get_model_path("en-us/cmudict-en-us.dict"), lm=None,
            loglevel="FATAL",
        )  # fmt: skip
        self.grammars: OrderedDict[str, None] = OrderedDict()

    def knows(self, word: str) -> bool:
        return self._decoder.lookup_word(word) is not None

    def use(self, phrases: tuple[str, ...]) -> None:
        """Make the grammar of these phrases the active one; the least used of too many is dropped."""
        key = _key(phrases)
        if key not in self.grammars:
            self._decoder.add_jsgf_string(key, grammar_of(phrases))
        self._decoder.activate_search(key)
        self.grammars[key] = None
        self.grammars.move_to_end(key)
        while len(self.grammars) > _GRAMMARS_A_DECODER:
            oldest, _ = self.grammars.popitem(last=False)
            self._decoder.remove_search(oldest)

    def begin(self) -> None:
        self._decoder.start_utt()

    def hear(self, pcm: Pcm) -> None:
        if len(pcm):
            self._decoder.process_raw(np.ascontiguousarray(pcm).tobytes(), False, False)

    def end(self) -> None:
        self._decoder.end_utt()

    def text(self) -> str:
        found = self._decoder.hyp()
        return "" if found is None else " ".join(str(found.hypstr).split())

    def warm(self) -> None:
        self.use(("no", "yes"))
        self.begin()
        self.hear(np.random.default_rng(0).normal(0, 500, _RATE).astype(np.int16))
        self.end()


def _key(phrases: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join(phrases).encode()).hexdigest()[:16]
