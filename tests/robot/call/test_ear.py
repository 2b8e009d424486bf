"""The ear, with the real voice activity detector on synthesised speech; only words and meanings are scripted."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.pool import ModelPool
from models.protocols import Expect, Listen, Partial, Pcm, Transcript, Vad
from models.registry import Engines
from models.tts.speech import Speaker
from robot.call.ear import Ear, EarEvent, Senses, SpeechEnded, SpeechStarted
from robot.call.understand import Context
from telephony.line import Frame
from tests.robot.call.scripted import FRAME, RATE, Book, ScriptedNlu, ScriptedVad
from tests.robot.call.virtual import VirtualPool, in_virtual_time

BEFORE_MS = 1000
"""Silence before the speech of these tests."""


@cache
def engines() -> Engines:
    return Engines(Path("models-data"))


@cache
def real_vad() -> Vad:
    return engines().vad()


@cache
def speech() -> Pcm:
    """“Yes, that would be lovely”, cut to where the voice is."""
    voice = engines().voice("en", engine="espeak")
    pcm = Speaker(voice, hz=RATE).render("Yes, that would be lovely", personal=True).pcm
    loud = np.flatnonzero(np.abs(pcm) > 600)
    return pcm[loud[0] : loud[-1]]


def silence(ms: int) -> Pcm:
    """A line's silence: a little noise."""
    return np.random.default_rng(7).integers(-8, 9, ms * RATE // 1000).astype(np.int16)


class Listener:
    """A recogniser that says what it is told to, and keeps what it was fed."""

    name = "listener"
    language = "en"

    def __init__(self, text: str) -> None:
        self.text = text
        self.fed: list[Pcm] = []
        self.pauses = 0
        self.open = 0

    def stream(self, expect: Expect, rate: int = RATE) -> "Listener":
        self.open += 1
        return self

    def feed(self, pcm: Pcm) -> Partial | None:
        self.fed.append(pcm)
        return None

    def pause(self) -> Transcript | None:
        self.pauses += 1
        return Transcript(self.text)

    def finish(self) -> Transcript:
        return Transcript(self.text)

    def close(self) -> None:
        self.open -= 1


class Room:
    """An ear with what it reported."""

    def __init__(self, text: str, vad: Vad | None = None) -> None:
        book = Book({"yes": "affirm"})
        self.listener = Listener(text)
        senses = Senses(vad or real_vad(), self.listener, ScriptedNlu(book), VirtualPool(1), asyncio.Semaphore(1))
        self.reported: list[EarEvent] = []
        self.ear = Ear(senses, RATE, self.reported.append)
        self.sent: list[Pcm] = []
        self.began = asyncio.get_running_loop().time()

    async def hears(self, *sounds: Pcm) -> None:
        pcm = np.concatenate(sounds)
        for at in range(0, len(pcm), FRAME):
            part = pcm[at : at + FRAME]
            await asyncio.sleep(len(part) / RATE)
            self.sent.append(part)
            self.ear.hear(Frame(part, RATE, asyncio.get_running_loop().time()))

    def ms(self, at: float) -> float:
        return (at - self.began) * 1000

    @property
    def ended(self) -> SpeechEnded:
        (found,) = [event for event in self.reported if isinstance(event, SpeechEnded)]
        return found


def in_room(text: str, act: Callable[[Room], Coroutine[Any, Any, None]], *, vad: Vad | None = None) -> Room:
    async def be_there() -> Room:
        room = Room(text, vad)
        try:
            await act(room)
        finally:
            await room.ear.close()
        await asyncio.sleep(0)
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        assert left == [], "a closed ear leaves no task"
        assert room.listener.open == 0, "and no stream"
        return room

    return in_virtual_time(be_there())


def test_speech_is_found_where_it_is() -> None:
    async def act(room: Room) -> None:
        await room.hears(silence(BEFORE_MS), speech(), silence(1500))

    room = in_room("yes", act)
    started, ended = room.reported
    assert isinstance(started, SpeechStarted)
    assert isinstance(ended, SpeechEnded)
    spoken_ms = len(speech()) * 1000 / RATE
    assert room.ms(started.at) == pytest.approx(BEFORE_MS + 96, abs=130), "three windows of speech are its beginning"
    assert room.ms(ended.ended) == pytest.approx(BEFORE_MS + spoken_ms, abs=130)
    assert ended.speech_ms == pytest.approx(spoken_ms, rel=0.25)
    assert (ended.transcript.text, ended.understood.intent) == ("yes", "affirm")


def test_the_recogniser_gets_what_came_before_the_onset_and_all_that_followed() -> None:
    async def act(room: Room) -> None:
        await room.hears(silence(BEFORE_MS), speech(), silence(1500))

    room = in_room("yes", act)
    fed, sent = np.concatenate(room.listener.fed), np.concatenate(room.sent)
    (began,) = [at for at in range(0, BEFORE_MS * RATE // 1000, FRAME) if np.array_equal(sent[at : at + len(fed)], fed)]
    lead_ms = BEFORE_MS - began * 1000 / RATE
    assert 250 <= lead_ms <= 450, "the quiet first consonant is in it"
    assert began + len(fed) >= BEFORE_MS * RATE // 1000 + len(speech())


@pytest.mark.parametrize(
    ("text", "listen", "pause_ms"),
    [("yes", Listen.YES_NO, 250), ("perhaps", Listen.YES_NO, 600), ("yes", Listen.OPEN, 500),
     ("perhaps", Listen.OPEN, 900)],
)  # fmt: skip
def test_words_that_decide_need_the_short_pause_alone(text: str, listen: Listen, pause_ms: int) -> None:
    async def act(room: Room) -> None:
        room.ear.expect(listen, Context(frozenset({"affirm"})))
        await room.hears(silence(BEFORE_MS), speech(), silence(1500))

    ended = in_room(text, act).ended
    assert (ended.decided - ended.ended) * 1000 == pytest.approx(pause_ms, abs=45)
    assert ended.decided <= ended.text_at <= ended.meant_at


def test_who_goes_on_after_a_pause_is_heard_as_one() -> None:
    """The words so far decided, but more came before the short pause was over."""

    async def act(room: Room) -> None:
        room.ear.expect(Listen.YES_NO, Context(frozenset({"affirm"})))
        await room.hears(silence(BEFORE_MS), speech(), silence(200), speech(), silence(1500))

    room = in_room("yes", act)
    spoken_ms = 2 * len(speech()) * 1000 / RATE
    assert room.ms(room.ended.ended) == pytest.approx(BEFORE_MS + spoken_ms + 200, abs=200)
    assert room.listener.pauses >= 2, "it is asked again at the second pause"


def test_flushing_ends_what_is_being_said() -> None:
    async def act(room: Room) -> None:
        await room.hears(silence(BEFORE_MS), speech())
        assert room.ear.speaking
        await room.ear.flush()
        assert room.ended.transcript.text == "yes"
        assert not room.ear.speaking

    in_room("yes", act)


def test_flushing_in_silence_reports_nothing() -> None:
    async def act(room: Room) -> None:
        await room.hears(silence(500))
        await room.ear.flush()

    assert in_room("yes", act).reported == []


def test_closing_drops_what_is_being_said() -> None:
    async def act(room: Room) -> None:
        await room.hears(silence(BEFORE_MS), speech())

    (started,) = in_room("yes", act).reported
    assert isinstance(started, SpeechStarted)


def test_tones_hum_and_clicks_are_no_speech() -> None:
    seconds = np.arange(2 * RATE) / RATE
    beep = (8000 * np.sin(2 * np.pi * 1000 * seconds)).astype(np.int16)
    hum = (1500 * np.sin(2 * np.pi * 50 * seconds)).astype(np.int16)
    clicks = np.zeros(2 * RATE, np.int16)
    clicks[::4000] = 20000

    async def act(room: Room) -> None:
        await room.hears(silence(500), beep, silence(500), hum, silence(500), clicks, silence(1500))

    assert in_room("yes", act).reported == []


def test_what_never_pauses_is_cut() -> None:
    """Recognisers hold half a minute, and people breathe."""

    async def act(room: Room) -> None:
        await room.hears(np.full(40 * RATE, 1001, np.int16), np.zeros(2 * RATE, np.int16))

    room = in_room("blah", act, vad=ScriptedVad())
    first, second = [event for event in room.reported if isinstance(event, SpeechEnded)]
    assert first.ended - first.started == pytest.approx(28, abs=0.1)
    assert second.ended - second.started == pytest.approx(12, abs=0.3)


def test_two_utterances_are_joined_and_understood_together() -> None:
    async def act(room: Room) -> None:
        await room.hears(silence(BEFORE_MS), speech(), silence(1500), speech(), silence(1500))
        first, second = [event for event in room.reported if isinstance(event, SpeechEnded)]
        joined = await room.ear.join(first, second)
        assert joined.transcript.text == "yes yes"
        assert joined.understood.intent == "out_of_scope", "what both mean together, not what either means"
        assert (joined.started, joined.ended) == (first.started, second.ended)
        assert joined.speech_ms == first.speech_ms + second.speech_ms

    in_room("yes", act)


class Slow(Listener):
    """A recogniser that takes real time in a real thread, and notes when it is closed under its own feet."""

    def __init__(self) -> None:
        super().__init__("")
        self.at_work = False
        self.trampled = False

    def feed(self, pcm: Pcm) -> Partial | None:
        self.at_work = True
        time.sleep(0.2)
        self.at_work = False
        return None

    def close(self) -> None:
        self.trampled |= self.at_work
        super().close()


async def test_a_stream_is_never_closed_under_a_thread_that_works_on_it() -> None:
    """Decoders are native code and go back to a pool: what is let go of too early is used by two calls at once."""
    book, slow, pool = Book({}), Slow(), ModelPool(2)
    ear = Ear(Senses(ScriptedVad(), slow, ScriptedNlu(book), pool, asyncio.Semaphore(1)), RATE, lambda event: None)
    for at, pcm in enumerate(np.split(book.sound("well", 480), 24)):
        ear.hear(Frame(pcm, RATE, 0.02 * at))
    while not slow.at_work:  # noqa: ASYNC110  # a thread makes no event
        await asyncio.sleep(0.01)
    await ear.close()
    assert (slow.trampled, slow.open) == (False, 0)
    pool.close()


class Deaf(ScriptedVad):
    """Breaks on the first frame."""

    def __init__(self) -> None:
        self.broke = False

    def stream(self, rate: int = RATE) -> "Deaf":  # type: ignore[override]  # it is its own stream
        self.usual = super().stream(rate)
        return self

    def feed(self, pcm: Pcm) -> Sequence[float]:
        if not self.broke:
            self.broke = True
            raise ValueError("who would have thought")
        return self.usual.feed(pcm)

    def reset(self) -> None:
        self.usual.reset()


async def test_a_frame_that_cannot_be_listened_to_does_not_end_the_hearing() -> None:
    heard: list[EarEvent] = []
    book, pool = Book({}), ModelPool(1)
    ear = Ear(Senses(Deaf(), Listener("well"), ScriptedNlu(book), pool, asyncio.Semaphore(1)), RATE, heard.append)
    for at, pcm in enumerate(np.split(book.sound("well", 480), 24)):
        ear.hear(Frame(pcm, RATE, 0.02 * at))
    async with asyncio.timeout(5):
        await ear.flush()
    assert [type(event) for event in heard] == [SpeechStarted, SpeechEnded]
    await ear.close()
    pool.close()
