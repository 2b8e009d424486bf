"""Call processes, real ones: started, given calls, killed, told to leave."""

import asyncio
import hashlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from robot.call.messages import CallOutcome, Failed, Finished, FromCallMessage, Place, Progress, Ready, Said
from robot.call.supervisor import CallProcesses, CallProcessesFailed
from robot.clock import SystemClock
from robot.script import script_file
from robot.settings import CallSettings, ModelSettings, Settings, TrunkSettings
from robot.words import AttemptId, Result, new_id
from tests.telephony.peers import SippPeer

ROOT = Path(__file__).parents[3]
SCRIPT = """\
script: short
language: en
understands: [common.en]
start: hello
steps:
  hello:
    say: This is a robot calling, and the call is recorded. Have you got a minute?
    listen: yes_no
    answers: {affirm: bye, deny: bye}
    keys: {1: bye}
  bye: {say: Goodbye!, end: {disposition: completed}}
"""
HASH = hashlib.sha256(SCRIPT.encode()).hexdigest()


class Heard:
    """What the processes said."""

    def __init__(self) -> None:
        self.messages: list[FromCallMessage] = []

    def __call__(self, message: FromCallMessage) -> None:
        self.messages.append(message)

    @property
    def outcomes(self) -> list[CallOutcome]:
        return [message.outcome for message in self.messages if isinstance(message, Finished)]

    @property
    def pids(self) -> list[int]:
        return [message.pid for message in self.messages if isinstance(message, Ready)]

    def states(self, attempt: AttemptId) -> list[str]:
        return [one.state for one in self.messages if isinstance(one, Progress) and one.attempt == attempt]

    async def until(self, condition: Callable[["Heard"], bool], seconds: float = 40) -> None:
        async with asyncio.timeout(seconds):
            while not condition(self):  # noqa: ASYNC110  # messages come by themselves
                await asyncio.sleep(0.02)


def settings(where: Path, port: int, **models: object) -> Settings:
    """Quick to load: the robot speaks with espeak and hears keys alone."""
    made = Settings(
        data=where / "data",
        cache=ROOT / ".cache" / "perezvon",
        trunks={"main": TrunkSettings(host="127.0.0.1", port=port)},
        calls=CallSettings(listen="127.0.0.1"),
        models=ModelSettings.model_validate({"asr": {"en": "keys"}, "tts": {"en": "espeak"}, **models}),
    )
    kept = script_file(made.data, HASH)
    kept.parent.mkdir(parents=True)
    kept.write_text(SCRIPT, "utf-8")
    return made


def place(**changes: object) -> Place:
    told = {
        "attempt": AttemptId(new_id()), "phone": "+79261234567", "trunk": "main", "script": HASH, "variant_seed": "7",
        "contact": {}, "zone": "Europe/Moscow", "ring_timeout": 20, "longest": 60, "recording": None,
    }  # fmt: skip
    return Place.model_validate(told | changes)


@pytest.mark.slow
async def test_a_killed_process_loses_its_calls_and_a_new_one_takes_its_place(tmp_path: Path) -> None:
    heard = Heard()
    async with SippPeer("answer", tmp_path, calls=3, echo=True) as peer:
        processes = CallProcesses(settings(tmp_path, peer.port), [HASH], SystemClock(), heard)
        async with processes:
            assert processes.ready
            (first,) = processes.pids
            lost = place()
            assert processes.place(lost)
            assert processes.open == (lost.attempt,)
            await heard.until(lambda so_far: any(isinstance(one, Said) for one in so_far.messages))
            assert heard.states(lost.attempt) == ["dialling", "ringing", "answered"]
            os.kill(first, signal.SIGKILL)
            await heard.until(lambda so_far: len(so_far.outcomes) == 1)
            assert (heard.outcomes[0].attempt, heard.outcomes[0].result) == (lost.attempt, Result.UNKNOWN)
            assert not processes.open
            assert not processes.place(place()), "there is none yet to give it to"

            await heard.until(lambda so_far: len(so_far.pids) == 2)
            assert heard.pids[1] != first
            second = place()
            assert processes.place(second)
            await heard.until(lambda so_far: "answered" in so_far.states(second.attempt))
            processes.abandon(second.attempt)
            await heard.until(lambda so_far: len(so_far.outcomes) == 2)
            assert heard.outcomes[1].result is Result.UNKNOWN

            strange = place(script="0" * 64)
            assert processes.place(strange)
            await heard.until(lambda so_far: len(so_far.outcomes) == 3)
            assert heard.outcomes[2].result is Result.TRUNK_FAILED, "its script is nowhere: it was never dialled"

            last = place()
            assert processes.place(last)
            await heard.until(lambda so_far: "answered" in so_far.states(last.attempt))
        # Told to leave, it hung up what was live and said what came of it.
        assert len(heard.outcomes) == 4
        assert heard.outcomes[3].attempt == last.attempt
        assert heard.outcomes[3].result is Result.UNKNOWN
        assert processes.pids == ()


@pytest.mark.slow
async def test_a_missing_model_is_told_with_its_remedy(tmp_path: Path) -> None:
    heard = Heard()
    made = settings(tmp_path, 9, asr={"en": "vosk"}, folder=tmp_path / "no-models")
    with pytest.raises(CallProcessesFailed, match=r"perezvon models"):
        async with CallProcesses(made, [HASH], SystemClock(), heard):
            pytest.fail("it cannot work")
    assert [type(message) for message in heard.messages] == [Failed]


@pytest.mark.slow
async def test_a_script_that_is_gone_is_named(tmp_path: Path) -> None:
    made = settings(tmp_path, 9)
    script_file(made.data, HASH).unlink()
    with pytest.raises(CallProcessesFailed, match=HASH[:12]):
        async with CallProcesses(made, [HASH], SystemClock(), Heard()):
            pytest.fail("it cannot work")


async def test_processes_that_cannot_even_start_are_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    monkeypatch.setattr("robot.call.supervisor._START_AGAIN_AFTER", (0.0, 0.01))
    with pytest.raises(CallProcessesFailed, match="as soon as they are started"):
        async with asyncio.timeout(10):
            async with CallProcesses(settings(tmp_path, 9), [HASH], SystemClock(), Heard()):
                pytest.fail("it cannot work")


@pytest.mark.slow
async def test_leaving_does_not_wait_for_models_to_load(tmp_path: Path) -> None:
    processes = CallProcesses(settings(tmp_path, 9), [HASH], SystemClock(), Heard())
    starting = asyncio.create_task(processes.__aenter__())
    await asyncio.sleep(0.5)
    assert processes.pids
    assert not processes.ready
    starting.cancel()
    async with asyncio.timeout(3):
        await asyncio.wait((starting,))
    assert starting.cancelled()
    assert processes.pids == ()


_MUMBLES = """\
#!{python}
import socket, sys
end = socket.socket(fileno=int(sys.argv[-1]))
end.makefile().readline()
end.sendall(b'{{"type": "ready", "pid": 1}}\\n')
end.makefile().readline()
end.sendall(b'what?\\n')
end.recv(1)
"""


async def test_a_process_that_says_what_nobody_understands_loses_its_calls_and_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mumbling = tmp_path / "mumbling"
    mumbling.write_text(_MUMBLES.format(python=sys.executable))
    mumbling.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(mumbling))
    monkeypatch.setattr("robot.call.supervisor._START_AGAIN_AFTER", (0.0, 0.01))
    heard = Heard()
    async with CallProcesses(settings(tmp_path, 9), [HASH], SystemClock(), heard) as processes:
        lost = place()
        assert processes.place(lost)
        await heard.until(lambda so_far: len(so_far.outcomes) == 1 and len(so_far.pids) == 2, 10)
        assert (heard.outcomes[0].attempt, heard.outcomes[0].result) == (lost.attempt, Result.UNKNOWN)
        assert processes.ready
