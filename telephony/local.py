"""A line whose far end is on this machine, for trying a script by voice without a trunk.

Fifty times a second a `LocalLine` exchanges 20 ms of what the robot says for what its `FarEnd` sends: a caller whose
words lie in WAV files (`WavCaller`), or a person (`telephony.sound.Devices`).
"""

import asyncio
import logging
import re
import wave
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import soxr

from telephony.line import (
    Answered,
    Ended,
    EndedBy,
    Frame,
    LineEvent,
    LineGone,
    Pcm,
    Playback,
    PlaybackEnd,
    TelephonyError,
    TransferOutcome,
)
from telephony.sip.supply import Supply

__all__ = [
    "FRAME_MS", "BadSoundFile", "FarEnd", "LocalLine", "LocalPlayback", "Utterance", "WavCaller", "read_utterance",
    "read_wav",
]  # fmt: skip

logger = logging.getLogger(__name__)

FRAME_MS = 20
_ASLEEP_S = 0.5
"""A machine that was busy for longer does not make up for the frames that it missed."""
_LISTENS_S = 0.4
"""Who is silent for this long has finished: between two sentences there is less."""
_AFTER = re.compile(r"(?P<seconds>\d+(?:\.\d+)?)s:(?P<file>.+)", re.DOTALL)


class BadSoundFile(TelephonyError):
    """Raised when a sound file cannot be read."""


class FarEnd(Protocol):
    """Who sits at the other end of a `LocalLine`."""

    def exchange(self, said: Pcm, playback: Playback | None, at: float) -> Pcm:
        """Hear what the robot says in 20 ms, and return what the caller sends.

        Args:
            said: ``int16[n]`` at the line's rate; empty where the robot is silent.
            playback: What the robot is saying; `None` when it has finished.
            at: Monotonic seconds now.
        """

    def cut(self) -> None:
        """Drop what was taken and is not heard yet: the robot was interrupted."""


class LocalPlayback:
    """A `telephony.line.Playback`."""

    def __init__(self, sound: Pcm | AsyncIterator[Pcm], rate: int, to_rate: int, on_cut: Callable[[], None]) -> None:
        """Make a playback of ``sound`` at ``rate`` Hz for a line of ``to_rate`` Hz; ``on_cut`` is told of a `stop`."""
        self.started_at: float | None = None
        self._rate = to_rate
        self._on_cut = on_cut
        self._supply = Supply(rate, to_rate)
        self._left = 0
        self._broken = False
        self._end: asyncio.Future[PlaybackEnd] = asyncio.get_running_loop().create_future()
        self._drawing: asyncio.Task[None] | None = None
        if isinstance(sound, np.ndarray):
            self._supply.push(sound)
            self._supply.finish()
        else:
            self._drawing = asyncio.create_task(self._draw(sound), name="playback-source")

    @property
    def heard_ms(self) -> int:
        """Milliseconds that have gone out so far."""
        return self._left * 1000 // self._rate

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self._end.done()

    def stop(self) -> None:
        """Stop at once. Does nothing once ended."""
        if not self.over:
            self._finish(cut=True)
            self._on_cut()

    async def wait(self) -> PlaybackEnd:
        """Wait for the end of it, by itself or cut."""
        return await asyncio.shield(self._end)

    def take(self, samples: int, at: float) -> Pcm:
        """Take up to ``samples`` samples, which leave from monotonic second ``at`` on; ends once the last has left."""
        pcm = self._supply.take(samples)
        if len(pcm) and self.started_at is None:
            self.started_at = at
        self._left += len(pcm)
        if not len(pcm) and self._supply.done:
            self._finish(cut=self._broken)
        return pcm

    def _finish(self, *, cut: bool) -> None:
        if self._drawing is not None:
            self._drawing.cancel()
        self._end.set_result(PlaybackEnd(self.heard_ms, cut))

    async def _draw(self, sound: AsyncIterator[Pcm]) -> None:
        try:
            async for piece in sound:
                self._supply.push(piece)
        except Exception:
            self._broken = True
            logger.exception("the source of a playback failed; what came of it is played")
        finally:
            self._supply.finish()


class LocalLine:
    """A `telephony.line.Line` that is answered as soon as it is made, in a running event loop."""

    def __init__(self, far_end: FarEnd, *, rate: int = 8000, transfers: TransferOutcome = TransferOutcome.DONE) -> None:
        """Pick up.

        Args:
            far_end: Who speaks and listens there.
            rate: Of both directions, Hz; 8000 sounds as a telephone does.
            transfers: What comes of every transfer, as there is nobody to hand over to.
        """
        self.on_sent: Callable[[Pcm, float], None] | None = None
        self.id = "local"
        self.rate = rate
        self.ended: Ended | None = None
        self._far_end = far_end
        self._transfers = transfers
        self._playing: LocalPlayback | None = None
        self._events: asyncio.Queue[LineEvent] = asyncio.Queue()
        self._events.put_nowait(Answered(asyncio.get_running_loop().time()))
        self._running = asyncio.create_task(self._run(), name="local-line")

    async def events(self) -> AsyncIterator[LineEvent]:
        """Give everything that happens on the line, in order; ends after `Ended`. One reader a line."""
        while True:
            event = await self._events.get()
            yield event
            if isinstance(event, Ended):
                return

    def play(self, sound: Pcm | AsyncIterator[Pcm], rate: int) -> LocalPlayback:
        """Play samples at ``rate`` Hz whole, or as they come; cuts what plays. Raises `LineGone`."""
        self._must_live("play")
        if self._playing is not None:
            self._playing.stop()
        self._playing = LocalPlayback(sound, rate, self.rate, self._far_end.cut)
        return self._playing

    async def send_digits(self, digits: str) -> None:
        """Press keys, which nobody here hears. Raises `LineGone`."""
        self._must_live("send digits")

    async def hold(self) -> None:
        """Do nothing: nobody here can be put on hold. Raises `LineGone`."""
        self._must_live("hold")

    async def resume(self) -> None:
        """Do nothing. Raises `LineGone`."""
        self._must_live("resume")

    async def transfer(self, to: str, *, timeout: float = 30.0) -> TransferOutcome:
        """Have the outcome that every transfer has here; after `TransferOutcome.DONE` the line ends.

        Raises:
            LineGone: The line has ended.
        """
        self._must_live("transfer")
        if self._transfers is TransferOutcome.DONE:
            self._finish(EndedBy.TRANSFER)
        return self._transfers

    async def hang_up(self) -> None:
        """End the call. Does nothing once ended."""
        self._finish(EndedBy.US)

    def leave(self) -> None:
        """Have the caller hang up. Does nothing once ended."""
        self._finish(EndedBy.PEER)

    def _must_live(self, what: str) -> None:
        if self.ended is not None:
            raise LineGone(f"cannot {what}: the line has ended")

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        try:
            while self.ended is None:
                due += FRAME_MS / 1000
                if loop.time() - due > _ASLEEP_S:
                    due = loop.time()
                await asyncio.sleep(due - loop.time())
                self._tick(due)
        except Exception:
            logger.exception("the far end of a local line broke")
            self._finish(EndedBy.FAILURE)

    def _tick(self, at: float) -> None:
        playback = self._playing
        if playback is not None and playback.over:
            playback = self._playing = None
        said = playback.take(self.rate * FRAME_MS // 1000, at) if playback is not None else np.zeros(0, np.int16)
        if len(said) and self.on_sent is not None:
            self.on_sent(said, at + len(said) / self.rate)
        heard = self._far_end.exchange(said, playback, at)
        if len(heard):
            self._events.put_nowait(Frame(heard, self.rate, at))

    def _finish(self, by: EndedBy) -> None:
        if self.ended is not None:
            return
        if self._playing is not None:
            self._playing.stop()
        self.ended = Ended(asyncio.get_running_loop().time(), by, answered=True)
        self._events.put_nowait(self.ended)
        self._running.cancel()


# --- a caller from files


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something that a `WavCaller` says.

    Attributes:
        pcm: ``int16[n]`` at the line's rate.
        after: Seconds after the robot began to speak, which may be over its words; `None`: when it has finished.
    """

    pcm: Pcm
    after: float | None = None


def read_utterance(told: str, rate: int = 8000) -> Utterance:
    """Read ``yes.wav``, or ``0.8s:yes.wav`` for what is said 0.8 s after the robot began. Raises `BadSoundFile`."""
    timed = _AFTER.fullmatch(told)
    if timed is None:
        return Utterance(read_wav(Path(told), rate))
    return Utterance(read_wav(Path(timed["file"]), rate), float(timed["seconds"]))


def read_wav(path: Path, rate: int) -> Pcm:
    """Read a WAV file of any rate, width and number of channels as ``int16[n]`` mono at ``rate`` Hz.

    Raises:
        BadSoundFile: It is not there, or is no WAV of whole numbers (PCM).
    """
    try:
        with wave.open(str(path)) as file:
            channels, width, from_rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            data = np.frombuffer(file.readframes(file.getnframes()), np.uint8)
    except OSError as why:
        raise BadSoundFile(f"{path}: {why.strerror or why}") from why
    except (wave.Error, EOFError) as why:
        what = str(why) or "it ends too early"
        raise BadSoundFile(
            f"{path}: this is no WAV file that can be read ({what}); save it as WAV, 16-bit PCM"
        ) from why
    if width == 1:
        samples = (data.astype(np.int16) - 128) * 256
    else:  # of wider samples the two upper bytes
        samples = np.ascontiguousarray(data.reshape(-1, width)[:, -2:]).view("<i2").ravel().astype(np.int16)
    mono = samples.reshape(-1, channels).mean(axis=1).astype(np.int16) if channels > 1 else samples
    resampled: Pcm = soxr.resample(mono, from_rate, rate) if from_rate != rate else mono
    return resampled


class WavCaller:
    """A caller who says one thing after another, each in answer to something new of the robot's, and is silent else."""

    def __init__(self, utterances: Sequence[Utterance], *, rate: int = 8000) -> None:
        """Have ``utterances`` said in turn on a line of ``rate`` Hz."""
        self._frame = rate * FRAME_MS // 1000
        self._waiting = deque(utterances)
        self._saying: Pcm = np.zeros(0, np.int16)
        self._spoke_at = float("-inf")
        self._began: float | None = None
        """When the robot began what the next utterance answers."""
        self._heard_at = float("-inf")

    @property
    def unsaid(self) -> int:
        """How many of the utterances had no turn yet."""
        return len(self._waiting)

    def exchange(self, said: Pcm, playback: Playback | None, at: float) -> Pcm:
        """Listen, and say what is due."""
        if playback is not None:
            self._heard_at = at
            started = playback.started_at
            if self._began is None and started is not None and started > self._spoke_at:
                self._began = started
        if not len(self._saying) and self._due(at):
            self._saying = self._waiting.popleft().pcm
            self._spoke_at, self._began = at, None
        frame, self._saying = self._saying[: self._frame], self._saying[self._frame :]
        return np.pad(frame, (0, self._frame - len(frame)))

    def cut(self) -> None:
        """Nothing is kept."""

    def _due(self, at: float) -> bool:
        if not self._waiting or self._began is None:
            return False
        after = self._waiting[0].after
        return at >= (self._heard_at + _LISTENS_S if after is None else self._began + after)
