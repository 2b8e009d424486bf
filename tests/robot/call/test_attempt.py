"""What of ours may break in the middle of a call, and what must not be lost by it."""

from pathlib import Path

import pytest

from robot.call.attempt import Attempt
from robot.call.turns import TurnLog
from robot.words import Channel, Disposition, FollowUp, Result
from telephony.line import Frame
from telephony.recording import StereoRecording
from tests.robot.call.scripted import Call, talk
from tests.robot.call.test_session import MEANINGS, SCRIPT, begins


def test_a_disk_that_takes_no_recording_costs_the_recording_and_not_the_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: StereoRecording, *_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(StereoRecording, "__init__", full)

    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("no")
        await far.waits()

    told = talk(SCRIPT, MEANINGS, caller, folder=tmp_path, record=True)
    assert told.disposition == Disposition.DECLINED
    assert told.outcome.recording is None


def test_a_call_that_breaks_is_hung_up_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = StereoRecording.caller

    def caller_of(self: StereoRecording, frame: Frame) -> None:
        if self.ms > 1500:
            raise ValueError("who would have thought")
        usual(self, frame)

    monkeypatch.setattr(StereoRecording, "caller", caller_of)

    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.waits()

    told = talk(SCRIPT, MEANINGS, caller, folder=tmp_path, record=True)
    assert told.outcome.result is Result.UNKNOWN
    assert told.tasks_left == ()
    assert told.seconds < 4


def test_a_call_that_breaks_in_the_goodbye_keeps_the_wish_never_to_be_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = TurnLog.say

    def say(self: TurnLog, step: str, text: str) -> None:
        if text.startswith("Never again"):
            raise ValueError("who would have thought")
        usual(self, step, text)

    monkeypatch.setattr(TurnLog, "say", say)

    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("never call me again")
        await far.waits()

    told = talk(SCRIPT, MEANINGS, caller, folder=tmp_path)
    assert told.outcome.result is Result.UNKNOWN
    assert told.outcome.never_call


def test_what_the_script_tells_the_crm_is_part_of_the_outcome(tmp_path: Path) -> None:
    declined = "declined: {say: Goodbye then!, "
    told_more = "note: Not today., update: {mood: cool}, tags: [VIP], sms: Come back soon., "
    assert declined in SCRIPT

    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("no")
        await far.waits()

    outcome = talk(SCRIPT.replace(declined, declined + told_more), MEANINGS, caller, folder=tmp_path).outcome
    assert (outcome.notes, outcome.updates, outcome.tags) == (("Not today.",), {"mood": "cool"}, ("VIP",))
    assert outcome.follow_ups == (FollowUp(Channel.SMS, "Come back soon."),)


def test_a_call_given_up_before_it_is_dialled_rings_at_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Attempt.__init__

    def given_up(self: Attempt, *args: object, **more: object) -> None:
        usual(self, *args, **more)  # type: ignore[arg-type]  # passed on as they came
        self._abandoned = True

    monkeypatch.setattr(Attempt, "__init__", given_up)

    async def caller(far: Call) -> None:
        assert far.line.ended is None

    told = talk(SCRIPT, MEANINGS, caller, folder=tmp_path, refuses="it must not be asked")
    assert (told.outcome.result, told.call.told) == (Result.TRUNK_FAILED, [])
