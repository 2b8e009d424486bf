"""This machine's loudspeaker and microphone, and the person who sits before them as the far end of a local line.

There is no echo canceller: without a headset the robot would hear itself, so `Devices` hears nothing while it speaks.
The sound library (miniaudio) is an extra, and brings all that it needs but the system's own sound service.
"""

import contextlib
import os
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from telephony.line import Pcm, Playback, TelephonyError
from telephony.sip.supply import Supply

__all__ = ["Devices", "Loudspeaker", "SoundUnavailable"]

_ECHO_S = 0.35
"""How long the last word still comes out of a loudspeaker and rings in the room."""
_PERIOD_MS = 20
_CUSHION_MS = 100
"""Silence before the robot's first word, so that a late frame does not tear it."""
_DRIVER_S = 0.15
"""What a loudspeaker's driver may still hold when our own queue is empty."""
_MICROPHONE_RATE = 48_000
"""What nearly every one has itself: a driver that is asked for 8 kHz may fold hiss into speech."""
_INSTEAD = "Or let WAV files be the caller: name them after the script."


class SoundUnavailable(TelephonyError):
    """Raised when this machine has no microphone or loudspeaker that can be used; says what is missing."""


class Loudspeaker:
    """What this machine sounds with. Open as long as it is used."""

    def __init__(self, rate: int = 8000) -> None:
        """Open it for samples at ``rate`` Hz. Raises `SoundUnavailable`."""
        miniaudio = _library()
        self._rate = rate
        self._queue = Supply(rate, rate)
        self._ends_at = 0.0
        self._device = _opened("loudspeaker", lambda: miniaudio.PlaybackDevice(
            output_format=miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=rate, buffersize_msec=_PERIOD_MS,
            app_name="perezvon",
        ), self._sound())  # fmt: skip

    def play(self, pcm: Pcm) -> None:
        """Play ``int16[n]`` after what is being played; returns at once."""
        self._ends_at = max(self._ends_at, time.monotonic()) + len(pcm) / self._rate
        self._queue.push(pcm)

    def cut(self) -> None:
        """Drop what is not heard yet."""
        self._queue = Supply(self._rate, self._rate)
        self._ends_at = 0.0

    def wait(self) -> None:
        """Block until all has been heard."""
        time.sleep(max(0.0, self._ends_at + _DRIVER_S - time.monotonic()))

    def close(self) -> None:
        """Close it, once all has been heard."""
        self.wait()
        self._device.close()

    def _sound(self) -> Generator[bytes, int, None]:
        wanted = yield b""
        while True:
            pcm = self._queue.take(wanted)
            wanted = yield np.pad(pcm, (0, wanted - len(pcm))).tobytes()


class Devices:
    """The person at this machine, by microphone and loudspeaker; use it as a context manager."""

    def __init__(self, *, headset: bool = False, rate: int = 8000) -> None:
        """Open both. Raises `SoundUnavailable`.

        Args:
            headset: Whether the microphone cannot hear the loudspeaker; else it is mute while the robot speaks.
            rate: Of the line, Hz: 8000 or 16000.
        """
        miniaudio = _library()
        self._headset = headset
        self._rate = rate
        self._spoke_at = float("-inf")
        self._heard: deque[Pcm] = deque()
        self._decimator = _Decimator(_MICROPHONE_RATE // rate)
        self._listening = False
        self._loudspeaker = Loudspeaker(rate)
        try:
            self._microphone = _opened("microphone", lambda: miniaudio.CaptureDevice(
                input_format=miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=_MICROPHONE_RATE,
                buffersize_msec=_PERIOD_MS, app_name="perezvon",
            ), self._hears())  # fmt: skip
        except SoundUnavailable:
            self._loudspeaker.close()
            raise

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close both."""
        self._microphone.close()
        self._loudspeaker.close()

    def exchange(self, said: Pcm, playback: Playback | None, at: float) -> Pcm:
        """Play the robot's words, and return what the microphone has heard since the last time."""
        if len(said):
            if at - self._spoke_at > _CUSHION_MS / 1000:
                self._loudspeaker.play(np.zeros(self._rate * _CUSHION_MS // 1000, np.int16))
            self._loudspeaker.play(said)
            self._spoke_at = at
        if not self._listening:  # what was said before the line was there is not for it
            self._heard.clear()
            self._listening = True
        heard = self._decimator.feed([self._heard.popleft() for _ in range(len(self._heard))])
        mute = not self._headset and at - self._spoke_at < _ECHO_S
        return np.zeros_like(heard) if mute else heard

    def cut(self) -> None:
        """Fall silent at once."""
        self._loudspeaker.cut()

    def _hears(self) -> Generator[None, bytes, None]:
        while True:
            data = yield
            self._heard.append(np.frombuffer(data, np.int16))


class _Decimator:
    """Lowers a rate by a whole factor, filtered; 2 ms late, where a stream of soxr is up to 100."""

    def __init__(self, factor: int) -> None:
        self._factor = factor
        at = np.arange(-16 * factor, 16 * factor + 1)
        taps = np.sinc(at * 0.9 / factor) * np.hamming(len(at))
        self._taps = taps / taps.sum()
        self._kept = np.zeros(len(at) - 1, np.int16)

    def feed(self, pieces: Sequence[Pcm]) -> Pcm:
        """Take samples; return those of the lower rate that they complete."""
        pcm = np.concatenate((self._kept, *pieces))
        ready = max(0, len(pcm) - len(self._taps) + 1) // self._factor
        used = ready * self._factor
        self._kept = pcm[used:]
        if not ready:
            return np.zeros(0, np.int16)
        filtered = np.convolve(pcm[: used + len(self._taps) - 1].astype(np.float32), self._taps, "valid")
        return np.clip(np.round(filtered[:: self._factor]), -32768, 32767).astype(np.int16)


def _library() -> Any:
    try:
        import miniaudio  # noqa: PLC0415  # an extra
    except ImportError as why:
        raise SoundUnavailable(
            f"microphone and loudspeaker need a package; run: pip install 'perezvon[sound]'. {_INSTEAD}"
        ) from why
    return miniaudio


def _opened(what: str, make: Callable[[], Any], sound: Generator[object, Any, None]) -> Any:
    """Make a device and set it going; ``sound`` is what it takes from or gives to."""
    next(sound)
    try:
        with _quiet():
            device = make()
            if device.backend == "Null":  # the library's stand-in where a machine has no sound system at all
                device.close()
                raise SoundUnavailable(f"this machine has no sound system, and so no {what}. {_INSTEAD}")
            device.start(sound)
    except _library().MiniaudioError as why:
        raise SoundUnavailable(
            f"no {what} can be opened ({why.args[0]}): is one plugged in, and may this program use it? {_INSTEAD}"
        ) from why
    return device


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the system's sound library from naming, on the screen, every card that it does not find."""
    with Path(os.devnull).open("w") as nowhere:
        kept = os.dup(2)
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
