"""Calls are had again: with the very script they end as they did, with another one the change shows where it is."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st
from sqlalchemy import update

from models.protocols import Nlu
from models.registry import Engines
from models.tts.speech import Speaker
from robot.call.messages import CallOutcome
from robot.campaign.errors import NotPossible
from robot.campaign.finish import finish as write_finish
from robot.dialog.events import Finish
from robot.office import replay as replaying
from robot.office.caller_side import caller_side
from robot.office.contacts import erase
from robot.office.conversation import (
    Act,
    Conversation,
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
from robot.office.replay import Changed, Replayed, replay, replay_campaign, todays_script
from robot.office.retelling import AsThen, Moment, again, retell
from robot.office.retention import forget_expired
from robot.office.talk import open_kit, talk
from robot.script import ScriptError, load_script
from robot.store.tables import attempts, scripts
from robot.words import AnsweredBy, AttemptId, Disposition, Interest, Person
from telephony.local import Utterance, WavCaller
from tests.robot.call.virtual import VirtualClock, VirtualPool, in_virtual_time
from tests.robot.dialog.conversation import DIALOGS, NOON, shipped
from tests.robot.office.had_calls import SCRIPT, WORDS, Booth, Parrot, made_turns
from tests.robot.office.office_room import Office


@pytest.fixture
def booth(office: Office, monkeypatch: pytest.MonkeyPatch) -> Booth:
    monkeypatch.setattr(replaying, "open_understanding", lambda *_, **__: Parrot())
    return Booth(office)


def again_of(booth: Booth, call: str, *, audio: bool = False, same: bool = False) -> Replayed:
    office = booth.office
    return replay(office.store, office.settings, office.clock, call, audio=audio, same=same)


def steps(moment: Moment) -> tuple[list[str], list[str]]:
    return [one.step for one in moment.then], [one.step for one in moment.now]


# --- the same script


def test_nothing_differs_where_the_script_is_the_same(booth: Booth) -> None:
    call = booth.had(Says("robot"), Says("yes"), Says("tomorrow at five pm"), Says("yes"))
    for same in (True, False):
        replayed = again_of(booth, call, same=same)
        assert not replayed.changed
        assert replayed.diverged is None
        assert replayed.now == replayed.call.told
        assert replayed.now.disposition is Disposition.CALLBACK
        assert replayed.now.notes == ("Call Anna back.",)
        assert "callback_at" in replayed.now.slots


def test_a_call_is_found_by_the_beginning_of_its_id(booth: Booth) -> None:
    call = booth.had(Says("no"))
    assert again_of(booth, call[:20].upper()).call.id == call


def test_the_variant_of_then_is_said(booth: Booth) -> None:
    """The contact hears what this contact heard: no replay differs for having drawn another wording."""
    for _ in range(5):  # that another draw gave the same five times is not likely
        assert not again_of(booth, booth.had(Says("no"))).changed


def test_what_was_named_from_the_hour_of_the_call_is_understood_from_it(booth: Booth) -> None:
    call = booth.had(Says("yes"), Says("in two hours"), Says("yes"))
    booth.office.clock.move(timedelta(days=3).total_seconds())
    replayed = again_of(booth, call)
    assert not replayed.changed


@pytest.mark.parametrize(
    ("acts", "disposition"),
    [
        ((HangsUp(),), Disposition.HUNG_UP),
        (((HangsUp(), True),), Disposition.HUNG_UP),
        (((Says("stop"), True),), Disposition.DO_NOT_CALL),
        ((FallsSilent(), FallsSilent()), Disposition.SILENT),
        ((FallsSilent(), Says("no")), Disposition.DECLINED),
        (((Presses("2"), "greeting"),), Disposition.DECLINED),
        (((Says("no"), "greeting"),), Disposition.DECLINED),
        ((Presses("2"),), Disposition.DECLINED),
        ((Says("kettle"), Says("kettle")), Disposition.NOT_UNDERSTOOD),
        ((Says("yes"), Says("tomorrow at five pm"), Says("no"), HangsUp()), Disposition.HUNG_UP),
        ((Says("person"), TransferEnds(taken=True)), Disposition.TRANSFERRED),
        ((Says("person"), TransferEnds(taken=False)), Disposition.DECLINED),
        ((Says("person"), HangsUp()), Disposition.HUNG_UP),
        ((Says("person"), (Says("stop"), True)), Disposition.DO_NOT_CALL),
        ((Says("no"), (Says("stop"), True)), Disposition.DO_NOT_CALL),
        ((TimeIsUp(),), Disposition.COMPLETED),
        ((MachineTakes(),), Disposition.VOICEMAIL_LEFT),
        ((PicksUp(), (MachineTakes(), True)), Disposition.VOICEMAIL_LEFT),
        ((MachineTakes(), (HangsUp(), True)), Disposition.VOICEMAIL),
    ],
)
def test_every_kind_of_call_ends_as_it_did(booth: Booth, acts: tuple[Act, ...], disposition: Disposition) -> None:
    replayed = again_of(booth, booth.had(*acts), same=True)
    assert replayed.now is not None
    assert replayed.now.disposition is disposition
    assert replayed.now == replayed.call.told
    assert not replayed.changed, [steps(moment) for moment in replayed.moments]


@cache
def understanding(language: str) -> Nlu:
    return Parrot(
        {
            "yes": "affirm", "no": "deny", "later": "callback_later", "price": "ask_price", "robot": "is_robot",
            "who": "who_is_this", "again": "repeat", "stop": "do_not_call", "wrong": "wrong_number", "hello": "greet",
            "person": "operator_please", "bye": "thanks_bye", "send": "send_info", "what": "ask_details",
        }
    )  # fmt: skip


said = st.sampled_from(
    ["yes", "no", "later", "price", "robot", "who", "again", "stop", "wrong", "hello", "person", "bye", "send", "what",
     "kettle", "tomorrow at five pm", "in an hour", "not at five, at six"]
).map(Says)  # fmt: skip
acts = st.one_of(
    said,
    said,
    st.sampled_from("123").map(Presses),
    st.sampled_from([FallsSilent(), HangsUp(), TransferEnds(taken=True), TransferEnds(taken=False)]),
)


@pytest.mark.slow
@given(st.lists(st.tuples(acts, st.booleans()), max_size=10), st.sampled_from(["en", "ru"]), st.integers(0, 9))
@tries(deadline=None)
def test_any_conversation_of_the_shipped_scripts_ends_as_it_did(
    done: list[tuple[Act, bool]], language: str, seed: int
) -> None:
    script, zone = shipped(language), ZoneInfo("Europe/Moscow")
    contact = {"first_name": "Anna"}
    talk = Conversation(script, understanding(language), contact, start=NOON, zone=zone, variant_seed=str(seed))
    turns = made_turns([(PicksUp(), False), *done], talk)
    finish = talk.finish or talk.take(HangsUp()).finish
    assert finish is not None
    call = RecordedCall(
        id=AttemptId("one"), version=script.script.hash, contact=contact, seed=str(seed), zone=zone, began=NOON,
        seconds=talk.seconds, answered_by=AnsweredBy.HUMAN, told=Told.of(finish, AnsweredBy.HUMAN), recording=None,
        turns=tuple(turns),
    )  # fmt: skip
    hearing = AsThen("en", NOON)
    told = again(call, script, hearing)
    moments = list(retell(told, caller_side(call, script), hearing))
    assert told.finish is not None
    assert Told.of(told.finish, AnsweredBy.HUMAN) == call.told
    assert not any(moment.changed for moment in moments)


# --- another script


def test_other_words_are_a_change_and_no_other_way(booth: Booth) -> None:
    call = booth.had(Says("robot"), Says("no"))
    booth.today(SCRIPT.replace("Thank you and goodbye!", "Goodbye then!"))
    replayed = again_of(booth, call)
    assert [moment.changed for moment in replayed.moments] == [False, False, True]
    assert replayed.diverged is None
    assert replayed.changed
    last = replayed.moments[-1]
    assert (last.then[0].words, last.now[0].words) == ("Thank you and goodbye!", "Goodbye then!")
    assert replayed.endings[0] == replayed.endings[1]


def test_another_way_is_shown_at_the_turn_where_it_begins(booth: Booth) -> None:
    call = booth.had(Says("robot"), Says("yes"), Says("tomorrow at five pm"), Says("yes"))
    booth.today(SCRIPT.replace("answers: {affirm: when, deny", "answers: {affirm: booked, deny"))
    replayed = again_of(booth, call)
    assert replayed.diverged == 2
    assert steps(replayed.moments[2]) == (["when"], ["booked"])
    assert [moment.exchange is None for moment in replayed.moments] == [False, False, False, True, True]
    assert replayed.now is not None
    assert replayed.now.slots == {}
    assert replayed.call.told.slots.keys() == {"callback_at"}


def test_another_understanding_is_a_change(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    call = booth.had(Says("robot"), Says("yes"), HangsUp())
    wiser = Parrot({**WORDS, "robot": "affirm"})
    monkeypatch.setattr(replaying, "open_understanding", lambda *_, **__: wiser)
    replayed = again_of(booth, call)
    assert replayed.diverged == 1
    changed = replayed.moments[1]
    assert changed.meant_then == ("is_robot", 0.9)
    assert changed.meant_now == ("affirm", 0.9)
    assert steps(changed) == (["everywhere.is_robot", "greeting"], ["when"])
    assert not again_of(booth, call, same=True).changed, "then it is taken for what it was taken for"


def test_a_script_that_asks_more_goes_on_where_the_caller_said_no_more(booth: Booth) -> None:
    call = booth.had(Says("no"))
    booth.today(SCRIPT.replace("deny: goodbye, operator", "deny: when, operator"))
    replayed = again_of(booth, call)
    assert replayed.now is None
    assert replayed.waits_at == "when"
    assert str(replayed.endings[1]) == "goes on at when"


def test_who_hung_up_then_hangs_up_now(booth: Booth) -> None:
    call = booth.had(Says("yes"), HangsUp())
    sure = "steps:\n  sure: {say: Are you sure?, answers: {affirm: when, deny: goodbye}}\n"
    booth.today(SCRIPT.replace("affirm: when, deny", "affirm: sure, deny").replace("steps:\n", sure))
    replayed = again_of(booth, call)
    assert replayed.diverged == 1
    assert replayed.now is not None
    assert replayed.now.disposition is Disposition.HUNG_UP


def test_a_transfer_that_is_new_is_taken_to_be_taken(booth: Booth) -> None:
    call = booth.had(Says("yes"), Says("tomorrow at five pm"), Says("yes"))
    booth.today(SCRIPT.replace("affirm: when, deny", "affirm: desk, deny"))
    replayed = again_of(booth, call)
    assert [moment.assumed for moment in replayed.moments] == [False, False, True, False, False]
    assert replayed.now is not None
    assert replayed.now.disposition is Disposition.TRANSFERRED


def test_a_machine_is_told_what_the_script_says_to_machines_now(booth: Booth) -> None:
    booth.move_to(SCRIPT.replace('voicemail: {say: "We will call again, <first_name>."}', "voicemail: hang_up"))
    call = booth.had(MachineTakes())
    booth.today(SCRIPT)
    replayed = again_of(booth, call)
    assert replayed.call.told.disposition is Disposition.VOICEMAIL
    assert replayed.now is not None
    assert replayed.now.disposition is Disposition.VOICEMAIL_LEFT


def test_todays_script_is_the_one_that_calls_itself_so(booth: Booth) -> None:
    settings = booth.office.settings
    assert todays_script(settings, "small").hash == load_script(booth.file).hash
    booth.file.with_name("other.yaml").write_text(SCRIPT.replace("script: small", "script: 'small' # too"))
    with pytest.raises(ScriptError, match=r"Several scripts in .* other\.yaml, small\.yaml"):
        todays_script(settings, "small")
    with pytest.raises(ScriptError, match=r"calls itself “smaller”.*--script"):
        todays_script(settings, "smaller")


def test_another_script_may_be_named(booth: Booth) -> None:
    call = booth.had(Says("no"))
    office = booth.office
    other = booth.office.folder / "other.yaml"
    other.write_text(SCRIPT.replace("script: small", "script: other").replace("Thank you", "Thanks"))
    replayed = replay(office.store, office.settings, office.clock, call, load_script(other))
    assert replayed.script.script == "other"
    assert replayed.changed


# --- what cannot be replayed


def test_what_is_not_there_is_told(booth: Booth) -> None:
    call = booth.had(Says("no"))
    with pytest.raises(NotPossible, match="there is no call 'ffffff"):
        again_of(booth, "ffffff")
    with pytest.raises(NotPossible, match="6 characters or more"):
        again_of(booth, call[:5])
    booth.had(Says("no"))
    with pytest.raises(NotPossible, match="several calls"):
        again_of(booth, call[:6])
    claim = booth.claim()
    with pytest.raises(NotPossible, match="not over yet"):
        again_of(booth, claim.attempt)


def test_a_call_in_which_nothing_was_said_is_told(booth: Booth) -> None:
    claim = booth.claim()
    nobody = Finish(Interest.UNKNOWN, Person.UNKNOWN, Disposition.HUNG_UP)
    call = booth.write(claim, [], nobody)
    with pytest.raises(NotPossible, match="nothing was said in the call"):
        again_of(booth, call)
    with booth.office.store.writing() as conn:
        conn.execute(update(attempts).values(result="busy"))
    with pytest.raises(NotPossible, match="it came to busy"):
        again_of(booth, call)


def test_what_was_said_may_be_deleted(booth: Booth) -> None:
    office = booth.office
    old = booth.had(Says("no"))
    office.clock.move(timedelta(days=91).total_seconds())
    with office.store.writing() as conn:
        forget_expired(conn, settings=office.settings, clock=office.clock)
    with pytest.raises(NotPossible, match=r"deleted after 90 days \(calls.keep_personal_days\)"):
        again_of(booth, old)
    call = booth.had(Says("no"))
    with office.store.reading() as conn:
        contact = conn.execute(attempts.select().where(attempts.c.id == call)).one().contact_id
    erase(office.store, office.settings, office.clock, contact)
    with pytest.raises(NotPossible, match="its contact was erased"):
        again_of(booth, call)


def test_a_call_without_a_recording_cannot_be_heard_again(booth: Booth) -> None:
    office = booth.office
    call = booth.had(Says("no"))
    with pytest.raises(NotPossible, match="was not recorded"):
        again_of(booth, call, audio=True)
    gone = booth.had(Says("no"), recording=office.folder / "gone.wav")
    with pytest.raises(NotPossible, match=r"there is no .*gone\.wav"):
        again_of(booth, gone, audio=True)


# --- a campaign


def test_a_campaign_is_a_table_of_outcomes_and_a_list_of_changes(booth: Booth) -> None:
    office = booth.office
    kept = [booth.had(Says("stop")), booth.had(Says("no"))]
    changed = [booth.had(Says("robot"), Says("yes"), HangsUp()), booth.had(Says("yes"), HangsUp())]
    booth.write(booth.claim(), [], Finish(Interest.UNKNOWN, Person.UNKNOWN, Disposition.HUNG_UP))
    booth.today(SCRIPT.replace("answers: {affirm: when, deny", "answers: {affirm: booked, deny"))
    told: list[Changed] = []
    progress: list[tuple[int, int]] = []
    result = replay_campaign(
        office.store, office.settings, office.clock, "autumn", changed=told.append,
        progress=lambda done, of: progress.append((done, of)),
    )  # fmt: skip
    assert (result.calls, result.unchanged, result.empty, result.forgotten) == (4, 2, 1, 0)
    assert [one.id for one in told] == changed
    assert {one.id for one in told}.isdisjoint(kept)
    first = told[0].first
    assert first is not None
    assert steps(first) == (["when"], ["booked"])
    told_by_words = {(str(then), str(now)): calls for (then, now), calls in result.outcomes.items()}
    assert told_by_words == {
        ("do_not_call, refused", "do_not_call, refused"): 1,
        ("declined, cold", "declined, cold"): 1,
        ("hung_up, unknown", "callback, warm"): 2,
    }
    assert progress[-1] == (5, 5)


def test_a_campaign_is_read_a_page_at_a_time(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("robot.office.recorded_calls._AT_A_TIME", 2)
    office = booth.office
    for _ in range(5):
        booth.had(Says("no"))
    result = replay_campaign(office.store, office.settings, office.clock, booth.campaign)
    assert (result.calls, result.unchanged) == (5, 5)


def test_a_campaign_whose_old_version_cannot_be_read_any_more_is_replayed_without_it(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = booth.office
    booth.had(Says("no"))
    with office.store.writing() as conn:
        conn.execute(update(scripts).values(text="nonsense"))
    booth.move_to(SCRIPT.replace("Goodbye!", "Bye!"))
    booth.had(Says("no"))
    result = replay_campaign(office.store, office.settings, office.clock, "autumn")
    assert (result.calls, result.unreadable) == (1, 1)


# --- the recording


@pytest.mark.slow
def test_a_recording_is_recognised_again(office: Office, tmp_path: Path) -> None:
    """A whole call by voice, written down, and then heard again by the recogniser of this machine."""
    booth = Booth(office, text=(DIALOGS / "return.en.yaml").read_text("utf-8"))
    (booth.file.parent / "nlu").symlink_to(DIALOGS / "nlu")
    engines = Engines(tmp_path / "models")
    speaker = Speaker(engines.voice("en"), hz=8000)
    words = [speaker.render(text, personal=True).pcm for text in ("Yes", "How much does it cost?", "No, thank you")]
    engines.close()
    claim = booth.claim()
    recording = tmp_path / "call.wav"

    async def talking() -> CallOutcome:
        pool = VirtualPool(1)
        try:
            async with open_kit(load_script(booth.file), booth.office.settings, pool) as kit:
                return await talk(
                    kit, WavCaller([Utterance(np.pad(one, 800)) for one in words]), claim.fields,
                    settings=booth.office.settings, clock=VirtualClock(), tell=lambda _: None,
                    recording=recording, variant_seed=claim.contact,
                )  # fmt: skip
        finally:
            pool.close()

    outcome = in_virtual_time(talking())
    assert [turn.intent for turn in outcome.turns if turn.heard] == ["affirm", "ask_price", "deny"]
    with office.store.writing() as conn:
        told = outcome.model_copy(update={"attempt": claim.attempt})
        write_finish(conn, told, claim.fence, office.settings.calls, office.clock.now())
    replayed = again_of(booth, claim.attempt, audio=True)
    heard = [(moment.heard.text, moment.heard.engine) for moment in replayed.moments if moment.heard is not None]
    assert heard == [(turn.heard, turn.asr) for turn in outcome.turns if turn.heard]
    assert not replayed.changed
    assert replayed.now is not None
    assert replayed.now.disposition is Disposition.DECLINED
