"""The speech process, with small programs in the engine's place."""

import os
import signal
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from models.protocols import ModelError
from models.tts.frames import read_frame, write_frame
from models.tts.process import SpeechProcess

ENGINE = """
import os, sys, time
import numpy as np
from models.protocols import Audio
from models.tts.process import serve

def speak(request):
    print("a library that talks")
    if request["text"] == "die":
        os._exit(1)
    if request["text"] == "hang":
        time.sleep(60)
    if request["text"] == "refuse":
        raise ValueError("no such letter")
    return Audio(np.arange(int(request["n"]), dtype=np.int16), 22050)

serve(speak)
"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[SpeechProcess]:
    program = tmp_path / "engine.py"
    program.write_text(ENGINE)
    process = SpeechProcess("toy", [sys.executable, str(program)], timeout=5)
    yield process
    process.close()


def test_frames_come_back_as_they_went() -> None:
    pipe = BytesIO()
    write_frame(pipe, {"text": "дом", "n": 1}, b"\x00\x01")
    write_frame(pipe, {})
    pipe.seek(0)
    assert read_frame(pipe) == ({"text": "дом", "n": 1}, b"\x00\x01")
    assert read_frame(pipe) == ({}, b"")
    assert read_frame(pipe) is None


def test_a_frame_cut_in_the_middle_is_the_end() -> None:
    pipe = BytesIO()
    write_frame(pipe, {"text": "x"}, b"12345")
    assert read_frame(BytesIO(pipe.getvalue()[:-1])) is None


def test_samples_come_back_whole_though_the_engine_prints(engine: SpeechProcess) -> None:
    audio = engine.ask({"text": "x", "n": 30_000})
    assert audio.rate == 22050
    assert np.array_equal(audio.pcm, np.arange(30_000, dtype=np.int16))


def test_an_engine_that_was_killed_is_started_again(engine: SpeechProcess) -> None:
    engine.ask({"text": "x", "n": 1})
    first = engine.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert engine.ask({"text": "x", "n": 3}).pcm.tolist() == [0, 1, 2]
    assert engine.pid not in (None, first)


def test_a_text_that_the_engine_refuses_is_an_error_and_the_next_is_spoken(engine: SpeechProcess) -> None:
    with pytest.raises(ModelError, match="no such letter"):
        engine.ask({"text": "refuse", "n": 1})
    pid = engine.pid
    assert len(engine.ask({"text": "x", "n": 2}).pcm) == 2
    assert engine.pid == pid


def test_a_text_that_kills_the_engine_twice_is_an_error(engine: SpeechProcess) -> None:
    with pytest.raises(ModelError, match="died twice"):
        engine.ask({"text": "die", "n": 1})
    assert len(engine.ask({"text": "x", "n": 2}).pcm) == 2


def test_an_engine_that_hangs_is_ended(tmp_path: Path) -> None:
    program = tmp_path / "engine.py"
    program.write_text(ENGINE)
    process = SpeechProcess("toy", [sys.executable, str(program)], timeout=0.5)
    with pytest.raises(ModelError, match="died twice"):
        process.ask({"text": "hang", "n": 1})
    assert process.pid is None


def test_close_ends_the_process(engine: SpeechProcess) -> None:
    engine.ask({"text": "x", "n": 1})
    pid = engine.pid
    engine.close()
    assert pid is not None
    assert engine.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
