"""What one call hears: frames in; the beginning, the words and the meaning of each utterance out.

Voice activity is followed frame by frame; an utterance is fed to a recognition stream by a task of its own, so that a
slow final never delays the next frame's voice activity, which barge-in hangs on. All models run in the one pool.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import ParamSpec, TypeVar

import numpy as np

from models.pool import ModelPool
from models.protocols import (
    Expect,
    Listen,
    Nlu,
    Partial,
    Pcm,
    Recogniser,
    RecognitionStream,
    Transcript,
    Understanding,
    Vad,
)
from robot.call.endpoint import PAUSES, WINDOW_MS, Edge, Endpointer, Pauses
from robot.call.understand import Context, understand
from telephony.line import Frame

__all__ = ["Ear", "EarEvent", "Senses", "SpeechEnded", "SpeechStarted"]

log = logging.getLogger(__name__)
_P = ParamSpec("_P")
_T = TypeVar("_T")

_PRE_ROLL_MS = 320
"""Kept from before the onset: the first consonant is quieter than what tells voice activity."""
_LONGEST_MS = 28_000
"""An utterance is cut here: what speaks longer is a machine, and recognisers hold half a minute."""


@dataclass(frozen=True, slots=True)
class Senses:
    """What an ear hears and understands with; shared by all calls of a language."""

    vad: Vad
    recogniser: Recogniser
    nlu: Nlu
    pool: ModelPool
    finals: asyncio.Semaphore
    """How many costly finals may be worked on at once; the other threads of the pool stay free for voice activity."""


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The far end began to speak, at monotonic second ``at``."""

    at: float


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """An utterance is over. Instants are monotonic seconds.

    Attributes:
        transcript: Its words.
        understood: Their meaning among what was expected.
        started: When it began.
        ended: When its last voiced window ended.
        decided: When the pause was judged to be the end.
        text_at: When the words were there.
        meant_at: When the meaning was there.
        speech_ms: How much of it was voiced.
    """

    transcript: Transcript
    understood: Understanding
    started: float
    ended: float
    decided: float
    text_at: float
    meant_at: float
    speech_ms: int


EarEvent = SpeechStarted | SpeechEnded


@dataclass(slots=True)
class _Utterance:
    """One utterance on its way through a recogniser, worked on by one task, one step at a time."""

    started: float
    last_voice: float
    pending: list[Pcm]
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    asked: bool = False
    """Whether the caller paused and we have not looked at the words so far."""
    decided: bool = False
    """Whether the words so far decide the step, should no more follow."""
    ending: float | None = None
    """When it was judged to be over."""
    speech_ms: int = 0
    task: asyncio.Task[None] | None = None


class Ear:
    """One call's hearing. Give it frames with `hear`; it reports through ``report``, from the event loop."""

    def __init__(self, senses: Senses, rate: int, report: Callable[[EarEvent], None]) -> None:
        """Open an ear.

        Args:
            senses: The models to hear with.
            rate: Rate of the frames to come, Hz.
            report: Called with each event.
        """
        self._senses = senses
        self._rate = rate
        self._report = report
        self._vad = senses.vad.stream(rate)
        self._points = Endpointer()
        self._pre_roll: deque[Pcm] = deque()
        self._pre_roll_samples = 0
        self._listen = Listen.OPEN
        self._pauses = PAUSES[Listen.OPEN]
        self._context = Context()
        self._now: Callable[[], datetime] | None = None
        self._inbox: asyncio.Queue[Frame] = asyncio.Queue()
        self._utterance: _Utterance | None = None
        self._finishing: set[asyncio.Task[None]] = set()
        self._unreported = 0
        self._task = asyncio.create_task(self._follow())

    @property
    def speaking(self) -> bool:
        """Whether somebody speaks right now."""
        return self._utterance is not None

    @property
    def busy(self) -> bool:
        """Whether somebody speaks, or words are still to be reported."""
        return self._unreported > 0

    def hear(self, frame: Frame) -> None:
        """Take the next frame."""
        self._inbox.put_nowait(frame)

    def expect(
        self, listen: Listen, context: Context, now: Callable[[], datetime] | None = None, pauses: Pauses | None = None
    ) -> None:
        """Say what the next utterances answer; one already begun is understood by it too.

        Args:
            listen: The kind of answer, which decides the pauses.
            context: What may be meant and what may be heard.
            now: The wall clock in the contact's zone, to resolve times against; `None` where times do not matter.
            pauses: What ends an answer, where it differs from the kind's own.
        """
        self._listen, self._context, self._now = listen, context, now
        self._pauses = pauses or PAUSES[listen]

    async def flush(self) -> None:
        """End the utterance that is going on, if any, and wait until all have been reported."""
        await self._inbox.join()
        if self._utterance is not None:
            self._end(self._utterance)
        if self._finishing:
            await asyncio.wait(self._finishing)

    async def join(self, first: SpeechEnded, second: SpeechEnded) -> SpeechEnded:
        """Make one answer of two utterances that came in one breath, and understand it as a whole."""
        a, b = first.transcript, second.transcript
        texts = [t.text for t in (a, b) if t.text]
        confidence = min((t.confidence for t in (a, b) if t.text), default=0.0)
        whole = Transcript(" ".join(texts), confidence, engine=b.engine)
        meant = await self._understand(whole)
        return SpeechEnded(
            whole, meant, first.started, second.ended, second.decided, second.text_at,
            asyncio.get_running_loop().time(), first.speech_ms + second.speech_ms,
        )  # fmt: skip

    async def close(self) -> None:
        """Stop hearing; what was being recognised is dropped."""
        tasks = [self._task, *self._finishing]
        if self._utterance is not None and self._utterance.task is not None:
            tasks.append(self._utterance.task)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self) -> None:
        while True:
            frame = await self._inbox.get()
            self._keep(frame.pcm)
            utterance = self._utterance
            if utterance is not None:
                utterance.pending.append(frame.pcm)
            try:
                for probability in await self._senses.pool.run(self._vad.feed, frame.pcm):
                    self._window(probability, frame.at)
            except Exception:  # a frame is lost, not the hearing
                log.exception("a frame could not be listened to")
            if self._utterance is not None:
                self._utterance.wake.set()
            self._inbox.task_done()

    def _window(self, probability: float, at: float) -> None:
        edge = self._points.feed(probability)
        if edge is Edge.STARTED:
            self._begin(at)
            return
        utterance = self._utterance
        if utterance is None:
            return
        utterance.speech_ms = self._points.speech_ms
        if self._points.silence_ms == 0:
            utterance.last_voice = at
        if edge is Edge.RESUMED:
            utterance.asked = utterance.decided = False
        elif edge is Edge.PAUSED:
            utterance.asked = True
        enough = self._pauses.short_ms if utterance.decided else self._pauses.full_ms
        if self._points.silence_ms >= enough or (at - utterance.started) * 1000 >= _LONGEST_MS:
            self._end(utterance)

    def _keep(self, pcm: Pcm) -> None:
        self._pre_roll.append(pcm)
        self._pre_roll_samples += len(pcm)
        most = (_PRE_ROLL_MS + 3 * WINDOW_MS) * self._rate // 1000
        while self._pre_roll and self._pre_roll_samples - len(self._pre_roll[0]) >= most:
            self._pre_roll_samples -= len(self._pre_roll.popleft())

    def _begin(self, at: float) -> None:
        self._utterance = utterance = _Utterance(started=at, last_voice=at, pending=list(self._pre_roll))
        utterance.task = asyncio.create_task(self._follow_through(utterance))
        self._unreported += 1
        self._report(SpeechStarted(at))

    def _end(self, utterance: _Utterance) -> None:
        utterance.ending = asyncio.get_running_loop().time()
        utterance.wake.set()
        self._points.end()
        self._utterance = None
        if utterance.task is not None:
            self._finishing.add(utterance.task)
            utterance.task.add_done_callback(self._finishing.discard)

    async def _follow_through(self, utterance: _Utterance) -> None:
        """Recognise an utterance; where a model breaks on it, report it as not understood rather than not at all."""
        try:
            ended = await self._recognise(utterance)
        except Exception:
            log.exception("an utterance could not be recognised")
            if self._utterance is utterance:
                self._end(utterance)
            now = asyncio.get_running_loop().time()
            nothing = Understanding("", "out_of_scope", 0.0)
            ended = SpeechEnded(
                Transcript("", 0.0), nothing, utterance.started, utterance.last_voice, now, now, now,
                utterance.speech_ms,
            )  # fmt: skip
        self._unreported -= 1
        self._report(ended)

    async def _recognise(self, utterance: _Utterance) -> SpeechEnded:
        partial: Partial | None = None
        async with self._stream() as stream:
            while True:
                await utterance.wake.wait()
                utterance.wake.clear()
                if utterance.pending:
                    pcm, utterance.pending = np.concatenate(utterance.pending), []
                    partial = await self._step(stream.feed, pcm) or partial
                if utterance.ending is not None and not utterance.pending:
                    break
                if utterance.asked:
                    utterance.asked = False
                    async with self._senses.finals:
                        so_far = await self._step(stream.pause)
                    if so_far is None and partial is not None:
                        so_far = Transcript(partial.text)
                    if so_far is not None and so_far.text:
                        meant = await self._understand(so_far)
                        # More speech while we looked means that the words were not all.
                        utterance.decided = self._points.silence_ms > 0 and self._context.decides(meant)
            async with self._senses.finals:
                transcript = await self._step(stream.finish)
        text_at = asyncio.get_running_loop().time()
        understood = await self._understand(transcript)
        return SpeechEnded(
            transcript,
            understood,
            started=utterance.started,
            ended=utterance.last_voice,
            decided=utterance.ending,
            text_at=text_at,
            meant_at=asyncio.get_running_loop().time(),
            speech_ms=utterance.speech_ms,
        )

    @contextlib.asynccontextmanager
    async def _stream(self) -> AsyncIterator[RecognitionStream]:
        expect = Expect(self._listen, self._context.phrases)
        opening = asyncio.ensure_future(self._senses.pool.run(self._senses.recogniser.stream, expect, self._rate))
        try:
            yield await asyncio.shield(opening)
        finally:
            (await opening).close()

    async def _step(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run a step of a stream; when cancelled, wait for its end: a stream is not closed under a thread at work."""
        step = asyncio.ensure_future(self._senses.pool.run(work, *args, **kwargs))
        try:
            return await asyncio.shield(step)
        except asyncio.CancelledError:
            await asyncio.wait((step,))
            raise

    async def _understand(self, transcript: Transcript) -> Understanding:
        now = self._now() if self._now is not None else None
        return await self._senses.pool.run(understand, self._senses.nlu, transcript, self._context.allowed, now)
