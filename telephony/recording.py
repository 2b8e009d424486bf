"""A call written down as it runs: a stereo WAV, the caller on the left, the robot on the right, aligned in time."""

import logging
import time
import wave
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import soxr

from telephony.line import Frame, Pcm

__all__ = ["StereoRecording"]

logger = logging.getLogger(__name__)

_SLACK_S = 0.06
"""Sound is read and reported in ticks; what is earlier or later by less than this follows on what was before it."""
_AHEAD_S = 0.3
"""How far a side's sound may run ahead of the clock, as after a stall of the network, before the excess is dropped."""
_BEHIND_S = 1.0
"""How long the file waits for the side that has said nothing, before it writes silence for it."""


class _Side:
    """One channel: samples not yet written, and where on the time line they stand."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._from_rate = rate
        self._resampler: soxr.ResampleStream | None = None
        self._pieces: list[Pcm] = []
        self.end = 0
        """Samples from the start of the recording to the end of what this side has said."""

    def add(self, pcm: Pcm, rate: int, ends_at: int) -> None:
        """Add ``pcm`` at ``rate`` Hz, whose last sample belongs at sample ``ends_at``."""
        if rate != self._from_rate:
            self._from_rate = rate
            self._resampler = soxr.ResampleStream(rate, self._rate, 1, dtype="int16") if rate != self._rate else None
        sound: Pcm = self._resampler.resample_chunk(pcm) if self._resampler else pcm
        late = ends_at - len(sound) - self.end
        if late > _SLACK_S * self._rate:
            self.silence(self.end + late)
        elif late < -_AHEAD_S * self._rate:
            sound = sound[min(len(sound), -late) :]
        if len(sound):
            self._pieces.append(np.array(sound, dtype=np.int16))
            self.end += len(sound)

    def silence(self, until: int) -> None:
        """Say nothing up to a sample."""
        if until > self.end:
            self._pieces.append(np.zeros(until - self.end, np.int16))
            self.end = until

    def take(self, samples: int) -> Pcm:
        """Take the first ``samples`` not yet written; there are that many."""
        sound = np.concatenate(self._pieces) if self._pieces else np.zeros(0, np.int16)
        self._pieces = [sound[samples:]]
        return sound[:samples]


class StereoRecording:
    """Writes both directions of a line to a file while the call runs.

    The header is put right with every second of sound, so that a process that is killed leaves a file that plays.
    What is silent on the line is silence in the file: a second of it is a second of the call. A full disk ends the
    recording, never the call: it is logged, and `broken` is set.
    """

    def __init__(self, path: Path, rate: int = 8000, *, start: float | None = None) -> None:
        """Create the file, and its folder where there is none.

        Args:
            path: Of the WAV.
            rate: Its sample rate, Hz; best the line's own.
            start: Monotonic seconds of its first sample; now where `None`.

        Raises:
            OSError: The file cannot be created.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.rate = rate
        self.broken = False
        self._start = time.monotonic() if start is None else start
        self._caller = _Side(rate)
        self._robot = _Side(rate)
        self._written = 0
        self._file: wave.Wave_write | None = wave.open(str(path), "wb")  # noqa: SIM115 - closed by close()
        self._file.setnchannels(2)
        self._file.setsampwidth(2)
        self._file.setframerate(rate)
        self._file.writeframes(b"")

    @property
    def ms(self) -> int:
        """Milliseconds recorded so far."""
        return max(self._caller.end, self._robot.end) * 1000 // self.rate

    def caller(self, frame: Frame) -> None:
        """Record what the far end sent."""
        self._add(self._caller, frame.pcm, frame.rate, frame.at)

    def robot(self, pcm: Pcm, rate: int, at: float) -> None:
        """Record what left for the far end (`telephony.line.Line.on_sent`).

        Args:
            pcm: ``int16[n]`` mono.
            rate: Hz.
            at: Monotonic seconds when its last sample left.
        """
        self._add(self._robot, pcm, rate, at)

    def close(self) -> None:
        """Write what is left, and close the file. Does nothing once closed."""
        if self._file is None:
            return
        self._write(max(self._caller.end, self._robot.end))
        file, self._file = self._file, None
        try:
            if file is not None:
                file.close()
        except OSError:
            self.broken = True
            logger.exception("a recording could not be closed; it may miss its end")

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def _add(self, side: _Side, pcm: Pcm, rate: int, at: float) -> None:
        if self._file is None or self.broken or not len(pcm):
            return
        side.add(pcm, rate, round((at - self._start) * self.rate))
        ready = max(
            min(self._caller.end, self._robot.end),
            max(self._caller.end, self._robot.end) - round(_BEHIND_S * self.rate),
        )
        if ready - self._written >= self.rate:
            self._write(ready)

    def _write(self, until: int) -> None:
        samples = until - self._written
        if samples <= 0 or self._file is None or self.broken:
            return
        both = np.empty((samples, 2), dtype="<i2")
        for channel, side in enumerate((self._caller, self._robot)):
            side.silence(until)
            both[:, channel] = side.take(samples)
        try:
            self._file.writeframes(both.tobytes())  # puts the header right, and leaves nothing in our own buffers
        except OSError:
            self.broken = True
            logger.exception("a recording stopped: its file cannot be written; is the disk full?")
        self._written = until
