"""A telephone call without telephone or models: a line, a caller and senses that do what a test says.

The caller's words travel in the sound itself: every frame of an utterance holds one sample value, by which the scripted
recogniser looks up what was said. So all between line and dialog is the real thing: `Attempt`, `Session`, `Ear`,
`Mouth`, the endpointer and the tone detector.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np

from models.protocols import Audio, Entity, Expect, Partial, Pcm, Transcript, Understanding
from models.tts.speech import SpeechCache
from robot.call.attempt import Attempt
from robot.call.ear import Senses
from robot.call.kit import ScriptKit
from robot.call.messages import CallOutcome, FromCallMessage, Place, Said, Understood
from robot.call.recordings import Recordings
from robot.dialog import CompiledScript
from robot.script import read_script
from robot.words import AttemptId
from telephony.line import (
    Answered,
    Digit,
    EarlyMedia,
    Ended,
    EndedBy,
    Frame,
    Held,
    IncomingCall,
    LineBusy,
    LineEvent,
    LineGone,
    PlaybackEnd,
    Resumed,
    Ringing,
    TransferOutcome,
    TrunkUnavailable,
)
from tests.robot.call.virtual import VirtualClock, VirtualPool, in_virtual_time

RATE = 8000
FRAME = 160
"""Samples of 20 ms."""
MS_A_LETTER = 60
"""How fast the robot speaks: “This is a robot.” takes a second."""


# --- the senses


class Book:
    """Who said what: utterances by the sample value that carries them, and meanings by words."""

    def __init__(self, meanings: Mapping[str, str]) -> None:
        self.meanings = meanings
        self.texts: list[str] = []
        self.names_time: str | None = None

    def sound(self, text: str, ms: int) -> Pcm:
        if text not in self.texts:
            self.texts.append(text)
        return np.full(ms * RATE // 1000, 1001 + self.texts.index(text), np.int16)

    def words(self, pcm: Pcm) -> str:
        found = [value - 1001 for value in dict.fromkeys(pcm.tolist()) if 0 <= value - 1001 < len(self.texts)]
        return " ".join(self.texts[number] for number in found if self.texts[number])


class ScriptedVad:
    """Takes a constant for speech, and anything else (silence, a sine) for none."""

    def stream(self, rate: int = RATE) -> "_VadStream":
        return _VadStream()


class _VadStream:
    def __init__(self) -> None:
        self._left: Pcm = np.zeros(0, np.int16)

    def feed(self, pcm: Pcm) -> Sequence[float]:
        self._left = np.concatenate((self._left, pcm))
        found = []
        while len(self._left) >= 256:
            window, self._left = self._left[:256], self._left[256:]
            found.append(0.95 if np.count_nonzero(window == window[128]) > 128 and window[128] > 1000 else 0.02)
        return found

    def reset(self) -> None:
        self._left = np.zeros(0, np.int16)


class ScriptedRecogniser:
    """Knows what was said by the book; ``breaks_on`` raises instead."""

    name = "scripted"
    language = "en"

    def __init__(self, book: Book, breaks_on: str | None = None) -> None:
        self.book = book
        self.breaks_on = breaks_on
        self.expected: list[Expect] = []

    def stream(self, expect: Expect, rate: int = RATE) -> "_RecognitionStream":
        self.expected.append(expect)
        return _RecognitionStream(self)


class _RecognitionStream:
    def __init__(self, of: ScriptedRecogniser) -> None:
        self._of = of
        self._heard: list[Pcm] = []

    def feed(self, pcm: Pcm) -> Partial | None:
        self._heard.append(pcm)
        return None

    def pause(self) -> Transcript | None:
        return self.finish()

    def finish(self) -> Transcript:
        text = self._of.book.words(np.concatenate(self._heard)) if self._heard else ""
        if text and text == self._of.breaks_on:
            raise RuntimeError("the model broke")
        return Transcript(text, 0.9 if text else 0.0, engine="scripted")

    def close(self) -> None:
        self._heard.clear()


class ScriptedNlu:
    """Knows what words mean by the book; any other is out of scope, and so is what is not allowed."""

    language = "en"

    def __init__(self, book: Book) -> None:
        self.book = book
        self.intents = frozenset(book.meanings.values())
        self.examples: Mapping[str, tuple[str, ...]] = {intent: (words,) for words, intent in book.meanings.items()}

    def parse(self, text: str, *, allowed: frozenset[str] | None = None, now: datetime | None = None) -> Understanding:
        intent = self.book.meanings.get(text, "out_of_scope")
        if allowed is not None and intent not in allowed:
            intent = "out_of_scope"
        confidence = 0.0 if intent == "out_of_scope" else 0.95
        at = self.book.names_time
        times = (Entity("time", at, text, 0, len(text)),) if at is not None and now is not None else ()
        return Understanding(text, intent, confidence, (), times)


class ScriptedVoice:
    """Speaks at one speed; the sound is a low murmur."""

    engine = "scripted"
    speaker = "nobody"
    language = "en"

    def speak(self, text: str, rate: float = 1.0) -> Iterator[Audio]:
        samples = len(text) * MS_A_LETTER * RATE // 1000
        yield Audio(np.tile(np.array([300, -300], np.int16), samples // 2), RATE)


# --- the line


class ScriptedPlayback:
    """Sound that leaves in real time, by the loop's clock."""

    def __init__(self, line: "ScriptedLine", sound: Pcm | AsyncIterator[Pcm]) -> None:
        self.started_at: float | None = None
        self._line = line
        self._end: asyncio.Future[PlaybackEnd] = asyncio.get_running_loop().create_future()
        self._left_ms = 0.0
        self._task = asyncio.create_task(self._play(sound))

    @property
    def heard_ms(self) -> int:
        return round(self._left_ms)

    def stop(self) -> None:
        if not self._end.done():
            self._task.cancel()
            self._end.set_result(PlaybackEnd(self.heard_ms, cut=True))

    async def wait(self) -> PlaybackEnd:
        return await asyncio.shield(self._end)

    async def _play(self, sound: Pcm | AsyncIterator[Pcm]) -> None:
        async for piece in _pieces(sound):
            if self.started_at is None:
                self.started_at = asyncio.get_running_loop().time()
            for at in range(0, len(piece), FRAME):
                part = piece[at : at + FRAME]
                await asyncio.sleep(len(part) / RATE)
                self._left_ms += len(part) * 1000 / RATE
                if self._line.on_sent is not None:
                    self._line.on_sent(part, asyncio.get_running_loop().time())
        self._end.set_result(PlaybackEnd(self.heard_ms, cut=False))


async def _pieces(sound: Pcm | AsyncIterator[Pcm]) -> AsyncIterator[Pcm]:
    if isinstance(sound, np.ndarray):
        yield sound
        return
    async for piece in sound:
        yield piece


class ScriptedLine:
    """A line whose far end is the test."""

    def __init__(self, transfers: Sequence[TransferOutcome] = ()) -> None:
        self.on_sent: Callable[[Pcm, float], None] | None = None
        self.id = "call-1"
        self.rate = RATE
        self.ended: Ended | None = None
        self.answered = False
        self.transferred_to: list[str] = []
        self.playing: ScriptedPlayback | None = None
        self._transfers = list(transfers)
        self._rang_at: float | None = None
        self._events: asyncio.Queue[LineEvent] = asyncio.Queue()

    async def events(self) -> AsyncIterator[LineEvent]:
        while True:
            event = await self._events.get()
            yield event
            if isinstance(event, Ended):
                return

    def play(self, sound: Pcm | AsyncIterator[Pcm], rate: int) -> ScriptedPlayback:
        assert rate == self.rate
        if self.ended is not None:
            raise LineGone("cannot play: the line has ended")
        if not self.answered:
            raise LineBusy("not answered yet")
        if self.playing is not None:
            self.playing.stop()
        self.playing = ScriptedPlayback(self, sound)
        return self.playing

    async def send_digits(self, digits: str) -> None:
        raise AssertionError("the robot presses no keys")

    async def hold(self) -> None:
        raise AssertionError("the robot puts nobody on hold")

    async def resume(self) -> None:
        raise AssertionError("the robot puts nobody on hold")

    async def transfer(self, to: str, *, timeout: float = 30.0) -> TransferOutcome:
        if self.ended is not None:
            raise LineGone("cannot transfer: the line has ended")
        self.transferred_to.append(to)
        if not self._transfers:
            raise ValueError(f"{to} is no address")
        await asyncio.sleep(1.5)
        outcome = self._transfers.pop(0)
        if outcome is TransferOutcome.DONE:
            self.end(EndedBy.TRANSFER)
        return outcome

    async def hang_up(self) -> None:
        self.end(EndedBy.US)

    # --- for the far end

    def put(self, event: LineEvent) -> None:
        if self.ended is None:
            self._events.put_nowait(event)

    def end(self, by: EndedBy, *, code: int | None = None, q850: int | None = None) -> None:
        if self.ended is not None:
            return
        if self.playing is not None:
            self.playing.stop()
        now = asyncio.get_running_loop().time()
        rang = now - self._rang_at if self._rang_at is not None and not self.answered else 0.0
        ended = Ended(now, by, self.answered, sip_code=code, q850=q850, rang=rang)
        self.put(ended)
        self.ended = ended

    def ring(self) -> None:
        self._rang_at = asyncio.get_running_loop().time()
        self.put(Ringing(self._rang_at))

    def answer(self) -> None:
        self.answered = True
        self.put(Answered(asyncio.get_running_loop().time()))


class ScriptedTrunk:
    """Gives the one line."""

    def __init__(self, line: ScriptedLine, refuses: str | None = None) -> None:
        self._line = line
        self._refuses = refuses

    async def dial(
        self, to: str, *, ring_timeout: float = 45.0, headers: Mapping[str, str] | None = None
    ) -> ScriptedLine:
        if self._refuses is not None:
            raise TrunkUnavailable(self._refuses)
        return self._line

    def incoming(self) -> AsyncIterator[IncomingCall]:
        raise AssertionError("nobody calls")


# --- the call


@dataclass
class Call:
    """One call, seen from the far end."""

    line: ScriptedLine
    attempt: Attempt
    book: Book
    told: list[FromCallMessage] = field(default_factory=list)

    @property
    def said(self) -> list[str]:
        """What the robot began to say."""
        return [message.text for message in self.told if isinstance(message, Said)]

    @property
    def understood(self) -> list[str]:
        return [message.intent for message in self.told if isinstance(message, Understood)]

    async def picks_up(self, *, after: float = 1.0) -> None:
        self.line.ring()
        await asyncio.sleep(after)
        self.line.answer()

    async def says(self, text: str, ms: int = 600) -> None:
        """Say something; an empty text is a noise."""
        await self.sends(self.book.sound(text, ms))

    async def is_silent(self, seconds: float) -> None:
        await self.sends(np.zeros(round(seconds * RATE), np.int16))

    async def beeps(self, ms: int = 500) -> None:
        at = np.arange(ms * RATE // 1000)
        await self.sends((6000 * np.sin(2 * np.pi * 1000 * at / RATE)).astype(np.int16))

    async def sends(self, pcm: Pcm) -> None:
        """Send sound at the speed of sound: a frame every 20 ms."""
        for at in range(0, len(pcm), FRAME):
            part = pcm[at : at + FRAME]
            await asyncio.sleep(len(part) / RATE)
            self.line.put(Frame(part, RATE, asyncio.get_running_loop().time()))

    async def presses(self, keys: str, *, every: float = 0.3) -> None:
        for key in keys:
            await self.is_silent(every)
            self.line.put(Digit(key, asyncio.get_running_loop().time()))

    async def hears(self, words: str, *, ms: int | None = None) -> None:
        """Listen until the robot has said this: to the end, or ``ms`` of it."""
        for _ in range(3000):
            heard = self.said and words in self.said[-1] and self.line.playing is not None
            if heard and self.line.playing is not None:
                over = self.line.playing._end.done()
                if over if ms is None else self.line.playing.heard_ms >= ms:
                    return
            if self.line.ended is not None:
                break
            await self.is_silent(0.02)
        raise AssertionError(f"{words!r} was never heard; what was said: {self.said}")

    async def waits(self) -> None:
        """Be silent until the robot hangs up."""
        for _ in range(6000):
            if self.line.ended is not None:
                return
            await self.is_silent(0.02)
        raise AssertionError(f"nobody hung up; what was said: {self.said}")

    def hangs_up(self) -> None:
        self.line.end(EndedBy.PEER)

    def is_held(self) -> None:
        self.line.put(Held(asyncio.get_running_loop().time()))

    def is_resumed(self) -> None:
        self.line.put(Resumed(asyncio.get_running_loop().time()))

    def early_media(self) -> None:
        self.line.put(EarlyMedia(asyncio.get_running_loop().time()))


Caller = Callable[[Call], Awaitable[None]]


@dataclass(frozen=True)
class Told:
    """What came of a call."""

    call: Call
    outcome: CallOutcome
    seconds: float
    tasks_left: tuple[str, ...]

    @property
    def said(self) -> list[str]:
        return self.call.said

    @property
    def disposition(self) -> str | None:
        return self.outcome.verdict.disposition


def talk(
    script: str,
    meanings: Mapping[str, str],
    caller: Caller,
    *,
    folder: Path,
    transfers: Sequence[TransferOutcome] = (),
    breaks_on: str | None = None,
    longest: float = 120.0,
    refuses: str | None = None,
    record: bool = False,
) -> Told:
    """Have one call in virtual time: the robot speaks ``script``, ``caller`` does the rest."""

    async def have_it() -> Told:
        book, line = Book(meanings), ScriptedLine(transfers)
        pool = VirtualPool(1)
        senses = Senses(
            ScriptedVad(), ScriptedRecogniser(book, breaks_on), ScriptedNlu(book), pool, asyncio.Semaphore(1)
        )
        cache = SpeechCache(folder / "speech")
        kit = ScriptKit(CompiledScript(read_script(script, "test.yaml")), senses, ScriptedVoice(), cache,
                        asyncio.Semaphore(1), Recordings({}))  # fmt: skip
        place = Place(
            attempt=AttemptId("attempt-1"), phone="+79261234567", trunk="main", script="h", variant_seed="7",
            contact={"first_name": "Anna"}, zone="Europe/Moscow", ring_timeout=30, longest=longest,
            recording=str(folder / "call.wav") if record else None,
        )  # fmt: skip
        told: list[FromCallMessage] = []
        attempt = Attempt(place, ScriptedTrunk(line, refuses), kit, VirtualClock(), told.append)
        call = Call(line, attempt, book, told)
        began = asyncio.get_running_loop().time()
        ours = asyncio.current_task()
        # What the far end does never outlives the call, and what goes wrong there is the test's failure.
        far_end = asyncio.ensure_future(caller(call))
        outcome = await attempt.run()
        seconds = asyncio.get_running_loop().time() - began
        far_end.cancel()
        for result in await asyncio.gather(far_end, return_exceptions=True):
            if isinstance(result, Exception):
                raise result
        await asyncio.sleep(0)
        left = tuple(str(task.get_coro()) for task in asyncio.all_tasks() if task is not ours)
        pool.close()
        return Told(call, outcome, seconds, left)

    return in_virtual_time(have_it())
