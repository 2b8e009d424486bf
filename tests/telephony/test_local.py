"""A line whose far end is on this machine, in virtual time: its pace, whose turn it is, what is cut, what is heard."""

import asyncio
import wave
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from telephony.line import Answered, Ended, EndedBy, Frame, LineEvent, LineGone, Pcm, PlaybackEnd, TransferOutcome
from telephony.local import BadSoundFile, LocalLine, Utterance, WavCaller, read_utterance, read_wav
from tests.robot.call.virtual import in_virtual_time

RATE = 8000


def steady(ms: int, value: int, rate: int = RATE) -> Pcm:
    return np.full(ms * rate // 1000, value, np.int16)


class Caller(WavCaller):
    """A caller who keeps what was heard, and how often the robot was cut."""

    def __init__(self, *utterances: Utterance) -> None:
        super().__init__(utterances)
        self.heard: list[Pcm] = []
        self.cuts = 0

    def exchange(self, said: Pcm, playback: Any, at: float) -> Pcm:
        self.heard.append(said)
        return super().exchange(said, playback, at)

    def cut(self) -> None:
        self.cuts += 1


class Room:
    """A line with its events, as they come, and what left on it."""

    def __init__(self, *utterances: Utterance, transfers: TransferOutcome = TransferOutcome.DONE) -> None:
        self.caller = Caller(*utterances)
        self.line = LocalLine(self.caller, transfers=transfers)
        self.began = asyncio.get_running_loop().time()
        self.events: list[LineEvent] = []
        self.sent: list[tuple[int, float]] = []
        self.line.on_sent = lambda pcm, at: self.sent.append((len(pcm), at))
        self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for event in self.line.events():
            self.events.append(event)

    async def says(self, ms: int, value: int = 500) -> PlaybackEnd:
        return await self.line.play(steady(ms, value), RATE).wait()

    async def is_silent(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    @property
    def ms(self) -> int:
        return round((asyncio.get_running_loop().time() - self.began) * 1000)

    @property
    def frames(self) -> list[Frame]:
        return [event for event in self.events if isinstance(event, Frame)]

    def spoke(self, value: int) -> tuple[int, int]:
        """Return from when to when the caller said what has this sample value: in ms of the line, to about a frame."""
        ends = [round((frame.at - self.began) * 1000) for frame in self.frames if frame.pcm[0] == value]
        return (ends[0] - 20, ends[-1]) if ends else (-1, -1)


def in_room(act: Callable[[Room], Coroutine[Any, Any, None]], *utterances: Utterance, **how: Any) -> Room:
    async def be_there() -> Room:
        room = Room(*utterances, **how)
        await act(room)
        await room.line.hang_up()
        await room.reading
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        await asyncio.wait(left, timeout=0.1) if left else None
        assert all(task.done() for task in left), "a line that has ended leaves no task"
        return room

    return in_virtual_time(be_there())


def test_it_is_answered_at_once_and_silence_comes_in_frames_of_20_ms() -> None:
    room = in_room(lambda room: room.is_silent(1.001))
    assert isinstance(room.events[0], Answered)
    assert isinstance(room.events[-1], Ended)
    assert room.events[-1].by is EndedBy.US
    assert [len(frame.pcm) for frame in room.frames] == [160] * 50
    assert [round((frame.at - room.began) * 1000) for frame in room.frames] == list(range(20, 1020, 20))
    assert not any(frame.pcm.any() for frame in room.frames)


def test_what_is_played_leaves_at_the_speed_of_sound_and_the_far_end_gets_all_of_it() -> None:
    async def speak(room: Room) -> None:
        playing = room.line.play(steady(390, 500), RATE)
        assert playing.started_at is None
        await asyncio.sleep(0.2001)
        assert playing.started_at == pytest.approx(room.began + 0.02)
        assert playing.heard_ms == 200
        assert await playing.wait() == PlaybackEnd(390, cut=False)
        assert room.ms == 420
        assert (await playing.wait()).heard_ms == 390, "it may be asked again"

    room = in_room(speak)
    assert np.concatenate(room.caller.heard).tolist() == steady(390, 500).tolist()
    assert [samples for samples, _ in room.sent] == [160] * 19 + [80]
    assert room.sent[-1][1] - room.began == pytest.approx(0.41)
    assert room.caller.cuts == 0


def test_what_is_played_may_come_piece_by_piece_at_another_rate() -> None:
    async def pieces() -> AsyncIterator[Pcm]:
        yield steady(100, 500, 16000)
        await asyncio.sleep(1)
        yield steady(100, 500, 16000)

    async def speak(room: Room) -> None:
        end = await room.line.play(pieces(), 16000).wait()
        assert not end.cut
        assert end.heard_ms == pytest.approx(200, abs=2)

    assert len(in_room(speak).sent) > 0


def test_a_source_that_fails_ends_what_is_played_as_cut() -> None:
    async def breaks() -> AsyncIterator[Pcm]:
        yield steady(100, 500)
        raise RuntimeError("the voice broke")

    async def speak(room: Room) -> None:
        assert await room.line.play(breaks(), RATE).wait() == PlaybackEnd(100, cut=True)

    in_room(speak)


def test_stopping_cuts_at_once_and_tells_the_far_end() -> None:
    async def speak(room: Room) -> None:
        playing = room.line.play(steady(1000, 500), RATE)
        await asyncio.sleep(0.3001)
        playing.stop()
        assert await playing.wait() == PlaybackEnd(300, cut=True)
        playing.stop()
        await room.is_silent(0.5)

    room = in_room(speak)
    assert len(np.concatenate(room.caller.heard)) == 300 * 8
    assert room.caller.cuts == 1


def test_a_new_playback_cuts_the_one_before() -> None:
    async def speak(room: Room) -> None:
        first = room.line.play(steady(1000, 500), RATE)
        await asyncio.sleep(0.1001)
        assert await room.says(100) == PlaybackEnd(100, cut=False)
        assert await first.wait() == PlaybackEnd(100, cut=True)

    assert in_room(speak).caller.cuts == 1


# --- whose turn it is


def test_the_caller_waits_until_the_robot_has_finished_and_then_says_one_thing_for_each_answer() -> None:
    async def talk(room: Room) -> None:
        await room.is_silent(0.9)
        await room.says(500)
        assert room.ms == 1420
        await room.says(500)  # a second sentence at once: it had not finished
        await room.is_silent(3.1)
        await room.says(500)
        await room.is_silent(3.0)
        await room.says(500)
        await room.is_silent(1.0)
        assert room.caller.unsaid == 0

    room = in_room(talk, Utterance(steady(300, 7)), Utterance(steady(610, 9)))
    assert room.spoke(7) == pytest.approx((2340, 2640), abs=20)
    assert room.spoke(9) == pytest.approx((5960, 6580), abs=20)


def test_what_has_its_time_is_said_over_the_robots_words() -> None:
    async def talk(room: Room) -> None:
        await room.is_silent(0.9)
        await room.says(3000)
        await room.says(100)
        await room.is_silent(2.0)

    room = in_room(talk, Utterance(steady(300, 7), after=0.8), Utterance(steady(300, 9)))
    assert room.spoke(7) == pytest.approx((1700, 2000), abs=20)
    assert room.spoke(9)[0] == pytest.approx(4440, abs=20), "the next is said in answer to what the robot says next"


def test_a_robot_that_says_nothing_new_gets_no_answer() -> None:
    async def talk(room: Room) -> None:
        await room.says(300)
        await room.is_silent(20.0)
        assert room.caller.unsaid == 1

    room = in_room(talk, Utterance(steady(300, 7)), Utterance(steady(300, 9)))
    assert room.spoke(9) == (-1, -1)


# --- how it ends


def test_the_caller_may_leave_and_nothing_more_is_played() -> None:
    async def talk(room: Room) -> None:
        playing = room.line.play(steady(1000, 500), RATE)
        await asyncio.sleep(0.1001)
        room.line.leave()
        assert (await playing.wait()).cut
        with pytest.raises(LineGone, match="play"):
            room.line.play(steady(10, 1), RATE)
        with pytest.raises(LineGone, match="transfer"):
            await room.line.transfer("sip:100")

    room = in_room(talk)
    assert isinstance(room.events[-1], Ended)
    assert room.events[-1].by is EndedBy.PEER


@pytest.mark.parametrize("outcome", TransferOutcome)
def test_a_transfer_comes_out_as_it_was_told_to(outcome: TransferOutcome) -> None:
    async def talk(room: Room) -> None:
        assert await room.line.transfer("sip:100") is outcome

    room = in_room(talk, transfers=outcome)
    assert isinstance(room.events[-1], Ended)
    assert room.events[-1].by is (EndedBy.TRANSFER if outcome is TransferOutcome.DONE else EndedBy.US)


def test_a_far_end_that_breaks_ends_the_line() -> None:
    class Broken(WavCaller):
        def exchange(self, said: Pcm, playback: Any, at: float) -> Pcm:
            raise RuntimeError("unplugged")

    async def talk() -> Ended | None:
        line = LocalLine(Broken([]))
        async for _ in line.events():
            pass
        return line.ended

    ended = in_virtual_time(talk())
    assert ended is not None
    assert ended.by is EndedBy.FAILURE


# --- sound files


def write(path: Path, samples: Any, *, rate: int = RATE, width: int = 2, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000])
def test_a_file_of_any_rate_is_read(tmp_path: Path, rate: int) -> None:
    pcm = read_wav(write(tmp_path / "a.wav", steady(500, 1000, rate), rate=rate), RATE)
    assert len(pcm) == pytest.approx(4000, abs=2)
    assert abs(int(pcm[2000]) - 1000) < 20


def test_a_file_of_any_width_and_in_stereo_is_read(tmp_path: Path) -> None:
    eight = write(tmp_path / "8.wav", np.full(80, 128 + 64, np.uint8), width=1)
    wide = write(tmp_path / "32.wav", np.full(80, 1000 << 16, "<i4"), width=4)
    of_three = np.frombuffer(b"\x07" + (1000).to_bytes(2, "little", signed=True), np.uint8)
    three = write(tmp_path / "24.wav", np.tile(of_three, 80), width=3)
    both = write(tmp_path / "2.wav", np.tile(np.array([1000, 3000], "<i2"), 80), channels=2)
    assert read_wav(eight, RATE).tolist() == [64 * 256] * 80
    assert read_wav(wide, RATE).tolist() == read_wav(three, RATE).tolist() == [1000] * 80
    assert read_wav(both, RATE).tolist() == [2000] * 80


def test_a_file_may_be_given_the_time_at_which_it_is_said(tmp_path: Path) -> None:
    path = write(tmp_path / "no.wav", steady(100, 5))
    assert read_utterance(str(path)).after is None
    timed = read_utterance(f"0.8s:{path}")
    assert timed.after == 0.8
    assert timed.pcm.tolist() == steady(100, 5).tolist()


def test_a_file_that_is_no_sound_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("hello", encoding="utf-8")
    (tmp_path / "empty.wav").touch()
    for name, what in (("gone.wav", "No such file"), ("text.wav", "16-bit PCM"), ("empty.wav", "16-bit PCM")):
        with pytest.raises(BadSoundFile, match=what) as raised:
            read_utterance(f"2s:{tmp_path / name}")
        assert name in str(raised.value)
