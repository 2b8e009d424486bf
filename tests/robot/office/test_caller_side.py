"""Calls, as the session has them, are read from their turns and had again: they go the same way to the same end."""

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from robot.dialog import CompiledScript
from robot.office.caller_side import Deed, caller_side
from robot.office.conversation import (
    FallsSilent,
    HangsUp,
    MachineTakes,
    PicksUp,
    Presses,
    Says,
    TimeIsUp,
    TransferEnds,
)  # fmt: skip
from robot.office.recorded_calls import RecordedCall, Told
from robot.office.retelling import AsThen, again, retell
from robot.script import read_script
from robot.words import AnsweredBy, Disposition
from telephony.line import TransferOutcome
from tests.robot.call.scripted import Call, Caller, talk
from tests.robot.call.test_session import GREETING, MAILBOX, MEANINGS, SCRIPT, begins


def recorded(folder: Path, caller: Caller, transfers: Sequence[TransferOutcome] = ()) -> RecordedCall:
    outcome = talk(SCRIPT, MEANINGS, caller, folder=folder, transfers=transfers).outcome
    verdict, began = outcome.verdict, outcome.answered_at or outcome.dialled_at
    told = Told(
        verdict.disposition, verdict.interest, verdict.person, outcome.never_call, outcome.slots, outcome.notes,
        outcome.updates, outcome.tags, outcome.follow_ups,
    )  # fmt: skip
    return RecordedCall(
        id=outcome.attempt, version="h", contact={"first_name": "Anna"}, seed="7", zone=ZoneInfo("Europe/Moscow"),
        began=began, seconds=(outcome.ended_at - began).total_seconds(), answered_by=verdict.answered_by, told=told,
        recording=None, turns=outcome.turns,
    )  # fmt: skip


def deeds_of(call: RecordedCall) -> tuple[Deed, ...]:
    """Read a call, and have it again: nothing may differ."""
    script = CompiledScript(read_script(SCRIPT, "test.yaml"))
    deeds = caller_side(call, script)
    hearing = AsThen("en", call.began)
    talked = again(call, script, hearing)
    moments = list(retell(talked, deeds, hearing))
    assert not any(moment.changed for moment in moments)
    assert talked.finish is not None
    assert Told.of(talked.finish, call.answered_by) == call.told
    return deeds


def kinds(deeds: Sequence[Deed]) -> list[tuple[type, bool]]:
    return [(type(deed.act), deed.into) for deed in deeds]


def test_answers_after_and_over_words(tmp_path: Path) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("yes")
        await far.hears("We have an offer", ms=300)
        await far.says("no")
        await far.waits()

    deeds = deeds_of(recorded(tmp_path, caller))
    assert kinds(deeds) == [(PicksUp, False), (Says, False), (Says, True)]
    assert [[turn.step for turn in deed.reply] for deed in deeds] == [["greeting"], ["offer"], ["declined"]]


def test_silence_is_what_happened_where_nothing_else_did(tmp_path: Path) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.waits()

    assert kinds(deeds_of(recorded(tmp_path, caller))) == [(PicksUp, False), (FallsSilent, False), (FallsSilent, False)]


def test_an_answer_over_legal_words_waits_for_their_end(tmp_path: Path) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("the terms")
        await far.hears("The terms of this offer", ms=500)
        await far.says("no way")
        await far.waits()

    assert kinds(deeds_of(recorded(tmp_path, caller))) == [(PicksUp, False), (Says, False), (Says, False)]


def test_keys_that_cut_words(tmp_path: Path) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.hears(GREETING, ms=600)
        await far.presses("2")
        await far.waits()

    assert kinds(deeds_of(recorded(tmp_path, caller))) == [(PicksUp, False), (Presses, True)]


@pytest.mark.parametrize("taken", [True, False])
def test_a_transfer(tmp_path: Path, taken: bool) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("a person please")
        if not taken:
            await far.hears("Everybody is busy.")
            far.hangs_up()
        else:
            await far.waits()

    outcome = TransferOutcome.DONE if taken else TransferOutcome.REFUSED
    deeds = deeds_of(recorded(tmp_path, caller, [outcome]))
    assert deeds[2].act == TransferEnds(taken)
    assert [type(deed.act) for deed in deeds[3:]] == ([] if taken else [HangsUp])


def test_hanging_up_amid_words_and_after_them(tmp_path: Path) -> None:
    async def amid(far: Call) -> None:
        await far.picks_up()
        await far.hears(GREETING, ms=300)
        far.hangs_up()

    async def after(far: Call) -> None:
        await begins(far)
        far.hangs_up()

    assert kinds(deeds_of(recorded(tmp_path, amid)))[-1] == (HangsUp, True)
    assert kinds(deeds_of(recorded(tmp_path, after)))[-1] == (HangsUp, False)


def test_who_forbids_further_calls_and_slams_the_phone(tmp_path: Path) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("never call me again")
        far.hangs_up()

    call = recorded(tmp_path, caller)
    assert call.told.disposition is Disposition.DO_NOT_CALL
    assert kinds(deeds_of(call)) == [(PicksUp, False), (Says, False)]


def test_the_limit_of_time(tmp_path: Path) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        while far.line.ended is None:  # a cough is no answer, and silence is counted anew
            await far.is_silent(5)
            await far.says("", ms=150)

    deeds = deeds_of(recorded(tmp_path, caller))
    assert isinstance(deeds[-1].act, TimeIsUp)


def test_a_mailbox_that_gets_a_message(tmp_path: Path) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.says(MAILBOX, ms=3000)
        await far.beeps()
        await far.waits()

    call = recorded(tmp_path, caller)
    assert call.told.disposition is Disposition.VOICEMAIL_LEFT
    assert [deed.act for deed in deeds_of(call)] == [MachineTakes(AnsweredBy.VOICEMAIL)]
