"""What a conversation by text sounds like: each of the robot's sentences in the script's voice, spoken or as a file."""

import wave
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np

from models.protocols import Pcm
from models.registry import Engines
from models.tts.speech import Speaker, SpeechCache
from robot.call.recordings import Recordings
from robot.dialog.events import Recorded, Say
from robot.script import Script
from robot.settings import Settings
from telephony.sound import Loudspeaker, SoundUnavailable

__all__ = ["Voice"]

_HZ: Final = 8000
"""What a telephone carries: what is heard here is what would be heard there, and its speech is kept for the calls."""
_FOLDER: Final = Path("chat-voice")
_GAP: Final = np.zeros(180 * _HZ // 1000, np.int16)


class Voice:
    """Speaks what the robot says. Use it as a context manager, or `close` it.

    Attributes:
        folder: Where the WAV files are written that stand for the loudspeaker; `None` where that is used.
        why: What the loudspeaker lacks, where it was wanted and is not used.
    """

    def __init__(self, settings: Settings, script: Script, out: Path | None = None) -> None:
        """Load the script's voice.

        Args:
            settings: Which engines, and where caches are.
            script: Whose voice.
            out: A folder for WAV files instead of the loudspeaker; without a loudspeaker it is ``chat-voice`` here.

        Raises:
            ModelMissing: Nothing here speaks the script's language.
        """
        self.folder = out
        self.why: str | None = None
        self._number = 0
        self._recordings = Recordings(script.sounds)
        self._loudspeaker: Loudspeaker | None = None
        self._engines = Engines(settings.models.folder, asr=settings.models.asr, tts=settings.models.tts)
        voice = self._engines.voice(script.language, script.voice.speaker)
        cache = SpeechCache(settings.cache / "speech")
        self._speaker = Speaker(voice, cache, rate=script.voice.rate, hz=_HZ)
        if out is None:
            try:
                self._loudspeaker = Loudspeaker(_HZ)
            except SoundUnavailable as why:
                self.folder, self.why = _FOLDER, str(why)

    def speak(self, say: Say) -> None:
        """Say it; returns when it has been heard, or when its file, ``01.wav`` and on, is written.

        Raises:
            ModelError: The voice cannot speak this text.
            OSError: The file cannot be written.
        """
        if self._loudspeaker is not None:
            for pcm in self._pieces(say):
                self._loudspeaker.play(pcm)
            self._loudspeaker.wait()
        elif self.folder is not None:
            self._number += 1
            self.folder.mkdir(parents=True, exist_ok=True)
            with wave.open(str(self.folder / f"{self._number:02}.wav"), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(_HZ)
                file.writeframes(np.concatenate(list(self._pieces(say))).astype("<i2").tobytes())

    def close(self) -> None:
        """End what the voice runs."""
        if self._loudspeaker is not None:
            self._loudspeaker.close()
        self._engines.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def _pieces(self, say: Say) -> Iterator[Pcm]:
        for number, piece in enumerate(say.pieces):
            if number:
                yield _GAP
            if isinstance(piece, Recorded):
                yield self._recordings.pcm(piece.file, _HZ)
            else:
                for audio in self._speaker.sentences(piece, personal=say.personal):
                    yield audio.pcm
