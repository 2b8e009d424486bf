"""The recording of a call: both sides in time, and a file that plays whatever happens."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import wave
from pathlib import Path

import numpy as np
import pytest

from telephony.line import Answered, Frame, Pcm
from telephony.recording import StereoRecording
from tests.telephony.conftest import OpenTrunk
from tests.telephony.peers import SippPeer

RATE = 8000


def read(path: Path) -> tuple[Pcm, Pcm, int]:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (2, 2)
        both = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
        return both[:, 0], both[:, 1], file.getframerate()


def steady(ms: int, value: int, rate: int = RATE) -> Pcm:
    return np.full(ms * rate // 1000, value, np.int16)


def test_both_sides_stand_where_they_belong(tmp_path: Path) -> None:
    with StereoRecording(tmp_path / "deep" / "call.wav", RATE, start=100.0) as recording:
        for tick in range(1, 51):  # the caller sends all the time, read every 40 ms, not quite on time
            recording.caller(Frame(steady(40, 7), RATE, 100.0 + tick * 0.04 + (0.01 if tick % 2 else 0.0)))
            if tick == 18:
                recording.robot(steady(200, 9), RATE, 100.7)
            if tick == 23:
                recording.robot(steady(200, 9), RATE, 100.905)
        assert recording.ms == 2000
    caller, robot, rate = read(tmp_path / "deep" / "call.wav")
    assert rate == RATE
    assert len(caller) == len(robot) == 2 * RATE
    assert (caller == 7).all()
    assert np.flatnonzero(robot).tolist() == list(range(RATE // 2, RATE // 2 + 2 * RATE // 5))  # 500 to 900 ms


def test_a_silent_side_is_silence(tmp_path: Path) -> None:
    with StereoRecording(tmp_path / "call.wav", RATE, start=0.0) as recording:
        recording.robot(steady(100, 9), RATE, 3.0)
        recording.caller(Frame(steady(100, 7), RATE, 4.0))
    caller, robot, _ = read(tmp_path / "call.wav")
    assert len(caller) == len(robot) == 4 * RATE
    assert np.flatnonzero(caller)[0] == RATE * 39 // 10
    assert np.flatnonzero(robot)[0] == RATE * 29 // 10


def test_a_burst_after_a_stall_does_not_shift_what_follows(tmp_path: Path) -> None:
    with StereoRecording(tmp_path / "call.wav", RATE, start=0.0) as recording:
        for _ in range(20):
            recording.caller(Frame(steady(100, 7), RATE, 1.0))  # two seconds of sound at one instant
        recording.caller(Frame(steady(100, 5), RATE, 5.0))
    caller, _, _ = read(tmp_path / "call.wav")
    assert len(caller) == 5 * RATE
    assert np.flatnonzero(caller == 7)[-1] < 1.4 * RATE


def test_another_rate_is_resampled(tmp_path: Path) -> None:
    with StereoRecording(tmp_path / "call.wav", RATE, start=0.0) as recording:
        for tick in range(1, 11):
            recording.caller(Frame(steady(100, 1000, 16000), 16000, tick * 0.1))
    caller, _, _ = read(tmp_path / "call.wav")
    assert abs(len(caller) - RATE) < RATE // 20
    assert abs(float(caller[2000:6000].mean()) - 1000) < 10


def test_nothing_is_written_once_closed(tmp_path: Path) -> None:
    recording = StereoRecording(tmp_path / "call.wav", RATE, start=0.0)
    recording.close()
    recording.close()
    recording.caller(Frame(steady(100, 7), RATE, 0.1))
    assert len(read(tmp_path / "call.wav")[0]) == 0


def test_a_process_that_is_killed_leaves_a_file_that_plays(tmp_path: Path) -> None:
    program = textwrap.dedent("""
        import os, pathlib, signal, sys
        import numpy as np
        from telephony.line import Frame
        from telephony.recording import StereoRecording
        recording = StereoRecording(pathlib.Path(sys.argv[1]), 8000, start=0.0)
        for tick in range(1, 101):
            recording.caller(Frame(np.full(800, 7, np.int16), 8000, tick * 0.1))
            recording.robot(np.full(800, 9, np.int16), 8000, tick * 0.1)
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "call.wav")], timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    caller, robot, _ = read(tmp_path / "call.wav")
    assert len(caller) >= 9 * RATE
    assert (caller == 7).all()
    assert (robot == 9).all()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_ends_the_recording_and_not_the_call(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    recording = StereoRecording(tmp_path / "call.wav", RATE, start=0.0)
    os.dup2(os.open("/dev/full", os.O_WRONLY), find_descriptor(tmp_path / "call.wav"))
    for tick in range(1, 40):
        recording.caller(Frame(steady(100, 7), RATE, tick * 0.1))
    recording.close()
    assert recording.broken
    assert "disk full" in caplog.text


async def test_a_real_call_is_recorded(trunk_to: OpenTrunk, tmp_path: Path) -> None:
    """The far end sends back what we say, so the left side is the right one, a moment later."""
    async with SippPeer("answer", tmp_path, echo=True) as peer:
        line = await (await trunk_to(peer)).dial("+79261234567")
        with StereoRecording(tmp_path / "call.wav") as recording:
            line.on_sent = lambda pcm, at: recording.robot(pcm, line.rate, at)
            speaking: asyncio.Task[None] | None = None

            async def speak() -> None:
                await line.play(steady(600, 0), RATE).wait()
                await line.play(steady(400, 8000), RATE).wait()
                await asyncio.sleep(0.3)
                await line.hang_up()

            async for event in line.events():
                if isinstance(event, Frame):
                    recording.caller(event)
                elif isinstance(event, Answered):
                    speaking = asyncio.create_task(speak())
            assert speaking is not None
            await speaking
    caller, robot, _ = read(tmp_path / "call.wav")
    said, came_back = np.flatnonzero(robot > 4000), np.flatnonzero(caller > 4000)
    assert abs(len(said) - 3200) <= 160
    delay_ms = (came_back[0] - said[0]) / 8
    assert 0 <= delay_ms < 400


def find_descriptor(path: Path) -> int:
    """Return the number that this process holds an open file by."""
    for entry in Path("/proc/self/fd").iterdir():
        if entry.exists() and entry.resolve() == path.resolve():
            return int(entry.name)
    raise FileNotFoundError(path)
