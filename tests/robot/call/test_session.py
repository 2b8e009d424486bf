"""Whole calls in virtual time: what the robot does, by what the far end does."""

import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import pytest

from robot.call.messages import Progress
from robot.words import AnsweredBy, Disposition, NumberStatus, Person, Result
from telephony.line import EndedBy, TransferOutcome
from tests.robot.call.scripted import Call, Caller, Told, talk

SCRIPT = """\
script: small
language: en
needs: {first_name: name}
transfers: {desk: {to: "sip:100"}}
limits: {turns: 20, seconds: 60}
start: greeting
steps:
  greeting:
    say: This is a robot calling. Have you got a minute for us?
    again: Have you got a minute?
    listen: yes_no
    answers: {affirm: offer, deny: declined, legal: legal, code: code}
    keys: {1: offer, 2: declined}
  offer:
    say: We have an offer. Shall I book you in?
    listen: yes_no
    answers: {affirm: booked, deny: declined}
    keys: {1: booked, 2: declined}
  legal:
    say: The terms of this offer are read out in full and whole.
    uninterruptible: true
    listen: yes_no
    answers: {affirm: booked, deny: declined}
    keys: {1: booked, 2: declined}
  code:
    say: Please key in your code, or two to leave.
    listen: digits
    answers: {deny: declined}
    keys: {4711: booked, 2: declined}
  desk:
    say: I am putting you through.
    transfer: desk
    if_transfer_fails: busy
  busy:
    say: Everybody is busy. Shall I call again?
    answers: {affirm: later, deny: declined}
  booked: {say: You are booked. Goodbye!, end: {interest: hot, disposition: agreed}}
  later: {say: Until then!, end: {interest: warm, disposition: callback}}
  declined: {say: Goodbye then!, end: {interest: cold, disposition: declined}}
everywhere:
  do_not_call: {say: Never again. Goodbye!, end: {interest: refused, disposition: do_not_call}}
  wrong_number: {say: Sorry!, end: {person: unknown_here, disposition: wrong_person}}
  operator_please: desk
when_silent:
  - say: Can you hear me?
  - say: I hear nothing. Goodbye!
    end: {disposition: silent}
when_not_understood:
  - say: Pardon?
  - say: That was not clear. Goodbye!
    end: {disposition: not_understood}
at_limit: {say: That is all., end: {disposition: completed}}
voicemail:
  say: This was a robot with an offer for you.
"""
MEANINGS = {
    "yes": "affirm", "no": "deny", "no way": "deny", "the terms": "legal", "the code": "code",
    "never call me again": "do_not_call", "wrong number": "wrong_number", "a person please": "operator_please",
    "yes please a person please": "operator_please",
}  # fmt: skip
GREETING = "Have you got a minute for us?"
MAILBOX = "hi this is anna please leave a message after the tone"


class Talk(Protocol):
    def __call__(
        self, caller: Caller, *, script: str = SCRIPT, transfers: Sequence[TransferOutcome] = (),
        breaks_on: str | None = None, longest: float = 120.0, refuses: str | None = None, record: bool = False,
    ) -> Told: ...  # fmt: skip


@pytest.fixture
def call(tmp_path: Path) -> Talk:
    def have(
        caller: Caller, *, script: str = SCRIPT, transfers: Sequence[TransferOutcome] = (),
        breaks_on: str | None = None, longest: float = 120.0, refuses: str | None = None, record: bool = False,
    ) -> Told:  # fmt: skip
        told = talk(script, MEANINGS, caller, folder=tmp_path, transfers=transfers, breaks_on=breaks_on,
                    longest=longest, refuses=refuses, record=record)  # fmt: skip
        assert told.tasks_left == (), "a call leaves nothing behind"
        return told

    return have


async def begins(far: Call) -> None:
    """Pick up, say hello, and listen to the greeting."""
    await far.picks_up()
    await far.says("hello")
    await far.hears(GREETING)


# --- the opening


def test_the_greeting_waits_for_hello(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.is_silent(0.5)
        await far.says("hello", ms=800)
        assert far.said == [], "one does not talk into a hello"
        await far.hears(GREETING)
        far.hangs_up()

    told = call(caller)
    assert told.outcome.verdict.answered_by is AnsweredBy.HUMAN
    assert told.outcome.turns[0].said_at is not None
    assert 1300 < told.outcome.turns[0].said_at < 2200


def test_nobody_says_hello(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.hears(GREETING)
        far.hangs_up()

    said_at = call(caller).outcome.turns[0].said_at
    assert said_at is not None and 850 < said_at < 1000


def test_a_key_is_as_good_as_a_hello(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.presses("5")
        await far.hears(GREETING)
        await far.presses("2")
        await far.waits()

    told = call(caller)
    assert told.disposition == Disposition.DECLINED
    assert told.outcome.verdict.answered_by is AnsweredBy.HUMAN


def test_a_line_that_ends_during_the_opening(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.is_silent(0.3)
        far.hangs_up()

    told = call(caller)
    assert (told.outcome.result, told.disposition, told.said) == (Result.ANSWERED, Disposition.HUNG_UP, [])
    assert told.outcome.verdict.number_status is NumberStatus.VALID


def test_a_line_that_ends_at_once(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        far.hangs_up()

    told = call(caller)
    assert (told.outcome.result, told.disposition) == (Result.ANSWERED, Disposition.HUNG_UP)


# --- who talks when


def test_whoever_talks_over_the_robot_is_listened_to_at_once(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.says("hello")
        await far.hears(GREETING, ms=700)
        await far.says("yes")
        await far.hears("Shall I book you in?")
        await far.says("yes")
        await far.waits()

    told = call(caller)
    first = told.outcome.turns[0]
    assert first.said_cut and 700 <= first.said_heard_ms < 1000, "it fell silent within 300 ms"
    assert first.intent == "affirm", "what was said over it counts"
    assert told.disposition == Disposition.AGREED


def test_legal_words_are_said_to_the_end_and_the_answer_waits(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("the terms")
        await far.hears("The terms of this offer", ms=500)
        await far.says("no way")
        await far.waits()

    told = call(caller)
    terms = told.outcome.turns[1]
    assert (terms.step, terms.said_cut, terms.heard) == ("legal", False, "no way")
    assert terms.said_heard_ms == len("The terms of this offer are read out in full and whole.") * 60
    assert told.disposition == Disposition.DECLINED


def test_two_utterances_in_one_breath_are_one_answer(call: Talk) -> None:
    """The second begins while the first is still being judged: what counts is what both mean together."""

    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("the terms")
        await far.hears("The terms of this offer", ms=300)
        await far.says("yes please", ms=500)
        await far.is_silent(0.95)
        await far.says("a person please", ms=500)
        await far.hears("Everybody is busy.")
        await far.says("no")
        await far.waits()

    told = call(caller, transfers=[TransferOutcome.REFUSED])
    assert told.call.understood == ["legal", "operator_please", "deny"]
    assert told.outcome.turns[1].heard == "yes please a person please"


def test_a_pause_inside_an_answer_does_not_end_it(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("well", ms=300)
        await far.is_silent(0.4)
        await far.says("yes", ms=300)
        await far.hears("Pardon?")
        far.hangs_up()

    assert call(caller).outcome.turns[0].heard == "well yes"


def test_silence_climbs_its_ladder(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.waits()

    told = call(caller)
    assert told.said[1:] == ["Can you hear me?", "I hear nothing. Goodbye!"]
    assert told.disposition == Disposition.SILENT
    assert 12 < told.seconds < 25, "twice as long as a step waits, and what was said"


def test_a_noise_is_no_answer_and_silence_is_counted_anew(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.is_silent(5.0)
        await far.says("", ms=150)
        await far.is_silent(5.0)
        assert len(far.said) == 1, "the cough was taken for nothing, and began the silence again"
        await far.hears("Can you hear me?")
        await far.says("no")
        await far.waits()

    told = call(caller)
    assert told.disposition == Disposition.DECLINED
    assert told.call.understood == ["deny"]


def test_what_means_nothing_climbs_its_ladder(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("the purple kettle")
        await far.hears("Pardon?")
        await far.says("sails away")
        await far.waits()

    told = call(caller)
    assert told.disposition == Disposition.NOT_UNDERSTOOD
    assert told.call.understood == ["out_of_scope", "out_of_scope"]


def test_a_recogniser_that_breaks_was_not_understood_and_the_call_goes_on(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("gibberish")
        await far.hears("Pardon?")
        await far.says("no")
        await far.waits()

    told = call(caller, breaks_on="gibberish")
    assert told.disposition == Disposition.DECLINED


def test_nobody_is_asked_while_on_hold(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        far.is_held()
        await far.is_silent(20)
        assert len(far.said) == 1
        far.is_resumed()
        await far.is_silent(1)
        await far.says("no")
        await far.waits()

    assert call(caller).disposition == Disposition.DECLINED


# --- keys


def test_a_key_answers_and_cuts_what_is_said(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.hears(GREETING, ms=600)
        await far.presses("1")
        await far.hears("Shall I book you in?")
        await far.presses("1")
        await far.waits()

    told = call(caller)
    first = told.outcome.turns[0]
    assert (first.keys, first.said_cut) == ("1", True)
    assert told.disposition == Disposition.AGREED
    assert told.outcome.verdict.answered_by is AnsweredBy.HUMAN


def test_a_key_over_legal_words_counts_after_them(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("the terms")
        await far.hears("The terms of this offer", ms=500)
        await far.presses("1")
        await far.waits()

    told = call(caller)
    assert not told.outcome.turns[1].said_cut
    assert told.disposition == Disposition.AGREED


def test_several_keys_make_one_answer(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("the code")
        await far.hears("Please key in your code")
        await far.presses("4711", every=0.8)
        await far.waits()

    told = call(caller)
    assert told.outcome.turns[1].keys == "4711"
    assert told.disposition == Disposition.AGREED


def test_fewer_keys_than_there_could_be_are_taken_after_a_while(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("the code")
        await far.hears("Please key in your code")
        await far.presses("2")
        await far.waits()

    told = call(caller)
    assert told.outcome.turns[1].keys == "2"
    assert told.disposition == Disposition.DECLINED


def test_silence_is_not_counted_between_keys(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("the code")
        await far.hears("Please key in your code", ms=300)
        await far.presses("4")
        await far.presses("711", every=2.2)
        await far.waits()

    impatient = SCRIPT.replace("    listen: digits\n", "    listen: digits\n    silence: 2\n")
    told = call(caller, script=impatient)
    assert told.outcome.turns[1].keys == "4711"


def test_keys_pressed_over_the_question_are_all_counted(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("the code")
        await far.hears("Please key in your code", ms=300)
        await far.presses("4711", every=0.8)
        await far.waits()

    told = call(caller)
    assert (told.outcome.turns[1].keys, told.outcome.turns[1].said_cut) == ("4711", True)
    assert told.disposition == Disposition.AGREED


def test_a_key_that_means_nothing_was_not_understood(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.presses("9")
        await far.hears("Pardon?")
        await far.presses("2")
        await far.waits()

    assert call(caller).disposition == Disposition.DECLINED


# --- transfers


def test_a_transfer_that_is_done(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("a person please")
        await far.waits()

    told = call(caller, transfers=[TransferOutcome.DONE])
    assert told.call.line.transferred_to == ["sip:100"]
    assert told.disposition == Disposition.TRANSFERRED
    assert told.call.line.ended is not None and told.call.line.ended.by is EndedBy.TRANSFER


@pytest.mark.parametrize("outcome", [TransferOutcome.REFUSED, TransferOutcome.UNKNOWN])
def test_a_transfer_that_fails_goes_on_talking(call: Talk, outcome: TransferOutcome) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("a person please")
        await far.hears("Everybody is busy.")
        await far.says("yes")
        await far.waits()

    told = call(caller, transfers=[outcome])
    assert told.disposition == Disposition.CALLBACK


def test_a_transfer_to_what_is_no_address_fails_like_any_other(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("a person please")
        await far.hears("Everybody is busy.")
        await far.says("no")
        await far.waits()

    assert call(caller, transfers=[]).disposition == Disposition.DECLINED


def test_hanging_up_while_being_put_through(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("a person please")
        await far.hears("I am putting you through.")
        await far.is_silent(0.5)
        far.hangs_up()

    told = call(caller, transfers=[TransferOutcome.UNKNOWN])
    assert told.disposition == Disposition.HUNG_UP


# --- machines


def test_a_mailbox_is_known_by_its_words_and_gets_the_message_after_its_beep(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.says(MAILBOX, ms=3500)
        await far.is_silent(1.5)
        assert far.said == [], "nothing is said before the beep"
        await far.beeps()
        await far.waits()

    told = call(caller)
    assert told.said == ["This was a robot with an offer for you."]
    assert not told.outcome.turns[0].said_cut
    assert told.disposition == Disposition.VOICEMAIL_LEFT
    assert told.outcome.verdict.answered_by is AnsweredBy.VOICEMAIL


def test_a_mailbox_without_a_beep_gets_its_message_after_a_silence(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.says(MAILBOX, ms=3500)
        await far.waits()

    told = call(caller)
    assert told.disposition == Disposition.VOICEMAIL_LEFT
    said_at = told.outcome.turns[0].said_at
    assert said_at is not None and 7500 < said_at < 9500


def test_a_beep_alone_is_a_mailbox(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.says("anna", ms=700)
        await far.is_silent(0.1)
        await far.beeps()
        await far.waits()

    told = call(caller)
    assert told.outcome.verdict.answered_by is AnsweredBy.VOICEMAIL
    assert told.said[-1] == "This was a robot with an offer for you."
    assert told.disposition == Disposition.VOICEMAIL_LEFT


@pytest.mark.parametrize(
    ("words", "kind", "disposition"),
    [
        (MAILBOX, AnsweredBy.VOICEMAIL, Disposition.VOICEMAIL_LEFT),
        ("i am the virtual assistant of the subscriber", AnsweredBy.ASSISTANT, Disposition.VOICEMAIL_LEFT),
        ("thank you for calling press one for sales", AnsweredBy.IVR, Disposition.COMPLETED),
    ],
)
def test_a_machine_that_is_found_out_after_our_greeting(
    call: Talk, words: str, kind: AnsweredBy, disposition: Disposition
) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.hears(GREETING, ms=1200)
        await far.says(words, ms=3500)
        await far.waits()

    told = call(caller)
    assert told.outcome.turns[0].said_cut
    assert told.outcome.verdict.answered_by is kind
    assert told.disposition == disposition
    left = [text for text in told.said if text == "This was a robot with an offer for you."]
    assert len(left) == (disposition is Disposition.VOICEMAIL_LEFT)
    assert told.seconds < 20, "nobody talks long with a machine"


def test_a_machine_that_never_falls_silent_is_left_alone(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        for _ in range(60):
            await far.says(MAILBOX, ms=3500)
            await far.is_silent(1.0)

    told = call(caller, script=SCRIPT.replace("seconds: 60", "seconds: 240"), longest=300)
    assert told.disposition == Disposition.VOICEMAIL
    assert told.seconds < 60


def test_hanging_up_on_a_machine_that_was_not_spoken_to_yet(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.says(MAILBOX, ms=3500)
        await far.is_silent(1)
        far.hangs_up()

    told = call(caller)
    assert told.disposition == Disposition.VOICEMAIL
    assert told.outcome.verdict.answered_by is AnsweredBy.VOICEMAIL


def test_an_announcement_after_the_answer_judges_the_number(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.says("the number you have dialled is not in service", ms=3000)
        await far.waits()

    told = call(caller)
    assert told.outcome.result is Result.INVALID_NUMBER
    assert told.outcome.verdict.answered_by is AnsweredBy.ANNOUNCEMENT
    assert told.outcome.verdict.number_status is NumberStatus.INVALID
    assert told.said == []


# --- the end


def test_hanging_up_in_the_middle_of_our_words(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.hears(GREETING, ms=500)
        far.hangs_up()

    told = call(caller)
    assert told.disposition == Disposition.HUNG_UP
    assert (told.outcome.turns[0].said_cut, told.outcome.turns[0].said_heard_ms) == (True, 500)


def test_whoever_forbids_to_call_and_slams_the_phone_is_heard(call: Talk) -> None:
    """Nobody waits for our goodbye: the words before the line ends count, above all these."""

    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("never call me again", ms=1200)
        await far.is_silent(0.1)
        far.hangs_up()

    told = call(caller)
    assert told.disposition == Disposition.DO_NOT_CALL
    assert told.outcome.never_call
    assert told.outcome.turns[0].heard == "never call me again"


def test_who_lives_there_is_heard_though_they_hang_up(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.hears(GREETING, ms=800)
        await far.says("wrong number", ms=700)
        far.hangs_up()

    assert call(caller).outcome.verdict.person is Person.UNKNOWN_HERE


def test_the_script_says_how_long_a_call_lasts(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        for _ in range(30):
            await far.says("", ms=150)
            await far.is_silent(4.0)

    told = call(caller)
    assert told.said[-1] == "That is all."
    assert told.disposition == Disposition.COMPLETED
    assert 60 < told.seconds < 70


def test_no_call_is_longer_than_the_longest(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.waits()

    told = call(caller, longest=6.0)
    assert told.seconds == pytest.approx(6.0)
    assert told.outcome.result is Result.ANSWERED
    assert told.call.line.ended is not None and told.call.line.ended.by is EndedBy.US


def test_a_call_that_is_abandoned_is_hung_up_at_once(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.hears(GREETING, ms=500)
        await far.attempt.abandon()

    told = call(caller)
    assert told.seconds < 3
    assert told.outcome.result is Result.UNKNOWN
    assert told.outcome.verdict.disposition is None, "it was not the person who hung up"


def test_music_instead_of_a_hello_does_not_hold_the_line_for_ever(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.says("", ms=100_000)

    assert call(caller).seconds < 80


def test_whoever_answers_over_legal_words_and_hangs_up_is_heard(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("the terms")
        await far.hears("The terms of this offer", ms=500)
        await far.says("never call me again", ms=900)
        far.hangs_up()

    told = call(caller)
    assert told.disposition == Disposition.DO_NOT_CALL
    assert told.outcome.turns[1].said_cut


def test_a_mailbox_that_ends_in_our_message_did_not_take_it(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.says(MAILBOX, ms=3500)
        await far.beeps()
        await far.hears("This was a robot", ms=500)
        far.hangs_up()

    told = call(caller)
    assert told.disposition == Disposition.VOICEMAIL
    assert (told.outcome.turns[0].said_cut, told.outcome.turns[0].said_heard_ms) == (True, 500)


# --- before an answer


def test_an_announcement_in_early_media(call: Talk) -> None:
    async def caller(far: Call) -> None:
        far.early_media()
        await far.says("the number you have dialled is not in service", ms=2500)
        far.line.end(EndedBy.PEER, code=480)

    told = call(caller)
    assert told.outcome.result is Result.INVALID_NUMBER, "words are stronger than a code"
    assert told.outcome.verdict.number_status is NumberStatus.INVALID
    assert told.outcome.turns[0].heard == "the number you have dialled is not in service"


def test_busy(call: Talk) -> None:
    async def caller(far: Call) -> None:
        far.line.end(EndedBy.PEER, code=486, q850=17)

    told = call(caller)
    assert (told.outcome.result, told.outcome.sip_code, told.outcome.q850) == (Result.BUSY, 486, 17)


def test_a_trunk_that_cannot_send(call: Talk) -> None:
    async def caller(far: Call) -> None:
        return

    assert call(caller, refuses="no way out").outcome.result is Result.TRUNK_FAILED


def test_a_call_abandoned_while_it_rings(call: Talk) -> None:
    async def caller(far: Call) -> None:
        far.line.ring()
        await far.is_silent(2)
        await far.attempt.abandon()

    told = call(caller)
    assert told.outcome.result is Result.UNKNOWN, "they may have been about to answer"
    assert told.outcome.rang_ms == 2000


# --- what is told of it


def test_the_timings_of_a_turn_are_filled_and_in_order(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.is_silent(0.4)
        await far.says("yes")
        await far.hears("Shall I book you in?")
        await far.is_silent(0.4)
        await far.says("yes")
        await far.waits()

    turns = call(caller).outcome.turns
    assert [turn.step for turn in turns] == ["greeting", "offer", "booked"]
    for turn in turns[:2]:
        times = (turn.said_at, turn.speech_start, turn.speech_end, turn.decided_at, turn.text_at, turn.intent_at,
                 turn.reply_at)  # fmt: skip
        assert all(at is not None for at in times), turn
        assert list(times) == sorted(at for at in times if at is not None), turn
    first = turns[0]
    assert first.speech_end is not None and first.decided_at is not None and first.reply_at is not None
    assert 250 <= first.decided_at - first.speech_end < 300, "a sure yes needs the short pause alone"
    assert first.reply_at - first.decided_at < 50
    assert turns[1].said_at == first.reply_at


def test_an_unsure_answer_waits_out_the_full_pause(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("hmm")
        await far.hears("Pardon?")
        far.hangs_up()

    turn = call(caller).outcome.turns[0]
    assert turn.decided_at is not None and turn.speech_end is not None
    assert 600 <= turn.decided_at - turn.speech_end < 650


def test_the_live_table_hears_of_every_stage(call: Talk) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("no")
        await far.waits()

    told = call(caller)
    states = [message.state for message in told.call.told if isinstance(message, Progress)]
    assert states == ["dialling", "ringing", "answered", "hung_up"]


def test_a_recording_has_the_caller_left_and_the_robot_right(call: Talk, tmp_path: Path) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("no")
        await far.waits()

    told = call(caller, record=True)
    assert told.outcome.recording == str(tmp_path / "call.wav")
    with wave.open(told.outcome.recording) as sound:
        assert (sound.getnchannels(), sound.getframerate()) == (2, 8000)
        assert abs(sound.getnframes() / 8000 - (told.seconds - 1.0)) < 0.3
