"""Vosk (Kaldi): streaming, open vocabulary, one model for all calls.

A new recogniser stalls for most of a second in its first speech, so recognisers are warmed and pooled. Each utterance
is ended by a final result: after one, and not after ``Reset``, Vosk makes a new feature pipeline, which no other
caller's voice has adapted. Telephone speech needs no resampling. A grammar is used only for keypad-like answers whose
every word the model knows: Vosk drops unknown words silently, and its grammar does not reject.
"""

import importlib.util
import json
import logging
import threading
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from models.protocols import Expect, Listen, ModelError, ModelMissing, Partial, Pcm, Transcript
from models.text import normalise

if TYPE_CHECKING:
    from vosk import KaldiRecognizer

__all__ = ["VoskRecogniser", "VoskStream"]

log = logging.getLogger(__name__)

_GRAMMARS: Final = frozenset({Listen.DIGITS})
"""Kinds of answer that are small enough for a grammar to help."""


class VoskRecogniser:
    """One Vosk model.

    Args:
        folder: The unpacked model.
        language: What it speaks.
        warmed: How many recognisers at 8 kHz to have ready; more are made (and kept) when more calls speak at once.

    Raises:
        ModelMissing: The package or the folder is missing.
        ModelError: The folder holds no Vosk model.
    """

    name = "vosk"

    def __init__(self, folder: Path, language: str, *, warmed: int = 2) -> None:
        if importlib.util.find_spec("vosk") is None:
            raise ModelMissing("Vosk is not installed; run: pip install 'perezvon[vosk]'")
        if not folder.is_dir():
            raise ModelMissing(f"{language}: there is no Vosk model in {folder}; run: perezvon models pull {language}")
        import vosk  # noqa: PLC0415  # an extra, and slow to import

        vosk.SetLogLevel(-1)
        self._vosk = vosk
        self.language = language
        try:
            self._model = vosk.Model(model_path=str(folder))  # a path: a name would go to the network
        except Exception as error:
            raise ModelError(f"{folder} is no Vosk model ({error}); remove it and pull it again") from error
        self._lock = threading.Lock()
        self._free: defaultdict[int, list[KaldiRecognizer]] = defaultdict(list)
        for recogniser in [self._make(8000) for _ in range(warmed)]:
            self._free[8000].append(recogniser)

    def stream(self, expect: Expect, rate: int = 8000) -> "VoskStream":
        """Open a stream for one utterance."""
        grammar = self._grammar(expect)
        if grammar is not None:
            return VoskStream(self, self._vosk.KaldiRecognizer(self._model, rate, grammar), rate, pooled=False)
        with self._lock:
            free = self._free[rate]
            recogniser = free.pop() if free else None
        return VoskStream(self, recogniser or self._make(rate), rate, pooled=True)

    def spare(self, rate: int) -> int:
        """Return how many warmed recognisers wait for a call at ``rate`` Hz."""
        return len(self._free[rate])

    def knows(self, word: str) -> bool:
        """Say whether the model has a word."""
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def give_back(self, recogniser: "KaldiRecognizer", rate: int) -> None:
        """Take back a recogniser for the next utterance; it must have given its final result."""
        with self._lock:
            self._free[rate].append(recogniser)

    def _grammar(self, expect: Expect) -> str | None:
        if expect.listen not in _GRAMMARS or not expect.phrases:
            return None
        phrases = sorted({normalise(phrase, self.language) for phrase in expect.phrases})
        unknown = sum(not all(self.knows(word) for word in phrase.split()) for phrase in phrases)
        if unknown:
            log.info(
                "grammar not used: %d of %d phrases have words that the model does not know", unknown, len(phrases)
            )
            return None
        return json.dumps([*phrases, "[unk]"], ensure_ascii=False)

    def _make(self, rate: int) -> "KaldiRecognizer":
        recogniser = self._vosk.KaldiRecognizer(self._model, rate)
        recogniser.SetWords(True)
        # The stall comes with the first sound that might be speech: let it be ours, before any call's.
        recogniser.AcceptWaveform(_hum(rate).tobytes())
        recogniser.FinalResult()
        return recogniser


class VoskStream:
    """One utterance for Vosk."""

    def __init__(self, owner: VoskRecogniser, recogniser: "KaldiRecognizer", rate: int, *, pooled: bool) -> None:
        self._owner = owner
        self._recogniser: KaldiRecognizer | None = recogniser
        self._rate = rate
        self._pooled = pooled
        self._done: list[tuple[str, float]] = []
        self._text = ""
        self._at_end = True

    def feed(self, pcm: Pcm) -> Partial | None:
        """Take the next samples; return a partial when it has changed."""
        if self._recogniser is None or not len(pcm):
            return None
        self._at_end = bool(self._recogniser.AcceptWaveform(np.ascontiguousarray(pcm).tobytes()))
        if self._at_end:
            self._keep(self._recogniser.Result())
            now = ""
        else:
            now = str(json.loads(self._recogniser.PartialResult()).get("partial", ""))
        text = self._tidy([*(text for text, _ in self._done), now])
        if text == self._text:
            return None
        self._text = text
        return Partial(text)

    def pause(self) -> None:
        """Do nothing: what a final needs is done as it comes, and only a final is sure."""

    def finish(self) -> Transcript:
        """Return what was said."""
        if self._recogniser is None:
            return Transcript("", 0.0, engine="vosk")
        self._keep(self._end(self._recogniser))
        if not self._done:
            return Transcript("", 0.0, engine="vosk")
        return Transcript(
            self._tidy([text for text, _ in self._done]), min(sure for _, sure in self._done), engine="vosk"
        )

    def close(self) -> None:
        """Drop the utterance."""
        if self._recogniser is not None:
            self._end(self._recogniser)

    def _keep(self, result: str) -> None:
        """Keep a finished part: Vosk ends one at every pause of its own."""
        found = json.loads(result)
        words = [word for word in found.get("result", []) if word["word"] != "[unk]"]
        text = " ".join(str(word["word"]) for word in words)
        if text:
            self._done.append((text, float(np.mean([word["conf"] for word in words]))))

    def _tidy(self, parts: list[str]) -> str:
        return normalise(" ".join(part for part in parts if part and part != "[unk]"), self._owner.language)

    def _end(self, recogniser: "KaldiRecognizer") -> str:
        """Return the final result, and give the recogniser back."""
        if self._at_end:
            # At an end of its own Vosk has no final left to give, and would keep its pipeline: give it 20 ms more.
            recogniser.AcceptWaveform(bytes(self._rate // 50 * 2))
        final = str(recogniser.FinalResult())
        if self._pooled:
            self._owner.give_back(recogniser, self._rate)
        self._recogniser = None
        return final


def _hum(rate: int) -> Pcm:
    """Return 1.5 s of something like a voice: harmonics that rise and fall in syllables, and noise."""
    t = np.arange(rate * 3 // 2) / rate
    voice = sum(np.sin(2 * np.pi * 130 * k * t) / k for k in range(1, 20))
    syllables = np.clip(np.sin(2 * np.pi * 4 * t), 0, 1)
    noise = np.random.default_rng(0).normal(0, 0.05, len(t))
    return ((voice * syllables + noise) * 3000).astype(np.int16)
