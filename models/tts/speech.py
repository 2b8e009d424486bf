"""Speech for calls: rendered a sentence at a time, at one loudness, and kept where it may be.

A fixed prompt is rendered once and kept on disk by engine, voice, rate and text, for all calls and processes. Speech
made for one person is kept in memory by the call's own `Speaker` and is gone with it.
"""

import contextlib
import hashlib
import os
import tempfile
import threading
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soxr

from models.protocols import Audio, Pcm, Voice
from models.tts.sentences import sentences

__all__ = ["Speaker", "SpeechCache", "levelled"]

_FORM = "2"
"""Part of every key: raise it when what is made of the same text changes."""
_LEVEL = 0.1
"""RMS of what is heard as speech, -20 dBFS: loud on a phone, 20 dB under clipping."""
_PEAK = 0.9
_BETWEEN_MS = 180
_AUDIBLE = 150
"""Of 32768: about -47 dBFS, under the softest consonant and over an engine's idle noise."""
_MARGIN_MS = 15


class SpeechCache:
    """Fixed prompts on disk, as WAV files; those not heard for longest go when there are too many.

    Processes may share a folder: files appear whole, and one that vanishes is rendered again.

    Args:
        folder: Where; made when needed.
        limit: Bytes that the files may take together.
    """

    def __init__(self, folder: Path, limit: int = 512 * 1024 * 1024) -> None:
        self.folder = folder
        self.limit = limit
        self._lock = threading.Lock()

    def get(self, key: str) -> Audio | None:
        """Return what is kept under ``key``."""
        path = self._path(key)
        try:
            with wave.open(str(path)) as sound:
                audio = Audio(np.frombuffer(sound.readframes(sound.getnframes()), "<i2"), sound.getframerate())
            os.utime(path)
        except (OSError, EOFError, wave.Error):
            return None
        return audio

    def put(self, key: str, audio: Audio) -> None:
        """Keep ``audio``; then drop what is over the limit."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file, wave.open(file, "wb") as sound:
                sound.setnchannels(1)
                sound.setsampwidth(2)
                sound.setframerate(audio.rate)
                sound.writeframes(audio.pcm.astype("<i2").tobytes())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        self._evict()

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.wav"

    def _evict(self) -> None:
        with self._lock:
            kept: list[tuple[float, int, Path]] = []
            for path in self.folder.glob("*.wav"):
                with contextlib.suppress(OSError):
                    stat = path.stat()
                    kept.append((stat.st_mtime, stat.st_size, path))
            total = sum(size for _, size, _ in kept)
            for _, size, path in sorted(kept):
                if total <= self.limit:
                    return
                path.unlink(missing_ok=True)
                total -= size


class Speaker:
    """One call's mouth: a voice, its speed, and what it has said to this person.

    Make one a call; it is light. It may be used from several threads.

    Args:
        voice: The engine's voice.
        cache: Where fixed prompts are kept; nowhere where `None`.
        rate: 1.0 is the voice's own speed.
        hz: Sample rate of what comes out.
    """

    def __init__(self, voice: Voice, cache: SpeechCache | None = None, *, rate: float = 1.0, hz: int = 8000) -> None:
        self.voice = voice
        self.rate = rate
        self.hz = hz
        self._cache = cache
        self._personal: dict[str, Audio] = {}

    def sentences(self, text: str, *, personal: bool) -> Iterator[Audio]:
        """Give speech sentence by sentence, each with the pause that follows it.

        Args:
            text: What to say.
            personal: Whether it holds anything about this contact; if so it never reaches the disk.

        Raises:
            ModelError: The engine could not speak this text.
        """
        parts = sentences(text, self.voice.language)
        pause = np.zeros(self.hz * _BETWEEN_MS // 1000, np.int16)
        for number, sentence in enumerate(parts, 1):
            audio = self._sentence(sentence, personal=personal)
            yield audio if number == len(parts) else Audio(np.concatenate((audio.pcm, pause)), self.hz)

    def render(self, text: str, *, personal: bool) -> Audio:
        """Return the whole of a text as one piece; arguments and errors as for `sentences`."""
        pieces = [audio.pcm for audio in self.sentences(text, personal=personal)]
        return Audio(np.concatenate(pieces) if pieces else np.zeros(0, np.int16), self.hz)

    def forget(self) -> None:
        """Drop what was made for this person."""
        self._personal.clear()

    def ready(self, sentence: str) -> Audio | None:
        """Return one sentence if it needs no rendering: it was made for this call, or is the same for all and kept."""
        key = self._key(sentence)
        return self._personal.get(key) or (self._cache.get(key) if self._cache else None)

    def _sentence(self, sentence: str, *, personal: bool) -> Audio:
        key = self._key(sentence)
        if personal:
            if key not in self._personal:
                self._personal[key] = self._make(sentence)
            return self._personal[key]
        audio = self._cache.get(key) if self._cache else None
        if audio is None:
            audio = self._make(sentence)
            if self._cache:
                self._cache.put(key, audio)
        return audio

    def _make(self, sentence: str) -> Audio:
        pieces = [_resampled(audio, self.hz) for audio in self.voice.speak(sentence, self.rate)]
        return Audio(_trimmed(levelled(np.concatenate(pieces) if pieces else np.zeros(0, np.int16)), self.hz), self.hz)

    def _key(self, sentence: str) -> str:
        what = (_FORM, self.voice.engine, self.voice.speaker, self.voice.language, f"{self.rate:.3f}", str(self.hz))
        return hashlib.sha256("\0".join((*what, sentence)).encode()).hexdigest()


def _resampled(audio: Audio, hz: int) -> Pcm:
    return audio.pcm if audio.rate == hz else soxr.resample(audio.pcm, audio.rate, hz)


def _trimmed(pcm: Pcm, hz: int) -> Pcm:
    """Cut the silence that engines begin and end with: every millisecond of it is one that the caller waits."""
    loud = np.flatnonzero(np.abs(pcm.astype(np.int32)) > _AUDIBLE)
    if not len(loud):
        return pcm
    margin = hz * _MARGIN_MS // 1000
    return pcm[max(0, int(loud[0]) - margin) : int(loud[-1]) + 2 * margin]


def levelled(pcm: Pcm) -> Pcm:
    """Bring speech to one loudness: engines differ by 10 dB, and the same caller hears several."""
    if not len(pcm):
        return pcm
    sound = pcm.astype(np.float32) / 32768
    size = np.abs(sound)
    peak = float(size.max())
    if peak == 0.0:
        return pcm
    rms = float(np.sqrt(np.mean(sound[size > peak / 20] ** 2)))  # of the speech, not of the pauses in it
    gain = min(_LEVEL / rms, _PEAK / peak)
    return np.round(sound * gain * 32768).astype(np.int16)
