"""How the machine behaves, on a script of a few steps."""

from dataclasses import replace

import pytest

from models.protocols import Entity
from robot.dialog.events import (
    Answered,
    DialogEvent,
    Finish,
    HangUp,
    Heard,
    HungUp,
    Keys,
    LimitReached,
    Listen,
    MachineAnswered,
    Say,
    Silence,
    Spoken,
    Transfer,
    TransferDone,
    TransferFailed,
)  # fmt: skip
from robot.words import AnsweredBy, Disposition
from tests.robot.dialog.conversation import Conversation, compiled, means

SCRIPT = """\
script: small
language: en
needs: {first_name: name}
transfers: {desk: {to: "sip:100"}}
limits: {turns: 8, returns: 2, repeats: 1}
start: hello
steps:
  hello:
    say: This is a robot and records. <first_name>?
    again: <first_name>?
    answers: {affirm: tell, deny: bye, callback_later: when}
    keys: {1: tell, 2: bye}
  tell:
    say: Here is the news.
    then: ask
  ask:
    say: Do you like it?
    answers: {affirm: desk, deny: bye, callback_later: when}
  when:
    say: When?
    ask_for: {callback_at: time}
    confirm: <callback_at as time>?
    then: later
    answers: {deny: bye}
  desk:
    say: Connecting.
    transfer: desk
  later: {say: Until then!, end: {}}
  bye: {say: Goodbye!, end: {}}
everywhere:
  do_not_call: {say: Never again., end: {}}
  wrong_number: {say: Sorry., end: {}}
  who_is_this: {say: It is us., then: return}
  repeat: repeat
when_silent:
  - say: Are you there?
  - end: {}
when_not_understood:
  - say: Sorry?
  - say: Press one or two.
    keys: {1: desk, 2: bye}
  - end: {}
"""


HEARS_US: list[DialogEvent] = [Silence(), means("affirm")]


@pytest.fixture
def talk() -> Conversation:
    return Conversation(compiled(SCRIPT))


def test_a_question_is_said_and_listened_to_at_once(talk: Conversation) -> None:
    say, listen = talk.take(Answered())
    assert isinstance(say, Say)
    assert say.personal
    assert isinstance(listen, Listen)
    assert listen.step == "hello"
    assert talk.take(Spoken(1000, cut=False)) == []


def test_steps_without_a_question_follow_each_other_when_spoken(talk: Conversation) -> None:
    talk.answered()
    (news,) = talk.take(means("affirm"))
    assert isinstance(news, Say)
    question, listen = talk.take(Spoken(800, cut=False))
    assert isinstance(question, Say)
    assert question.text == "Do you like it?"
    assert isinstance(listen, Listen)


def test_an_answer_over_our_words_waits_until_they_are_cut(talk: Conversation) -> None:
    talk.take(Answered())
    assert talk.take(means("deny")) == []
    (say,) = talk.take(Spoken(300, cut=True))
    assert isinstance(say, Say)
    assert say.text == "Goodbye!"


def test_barge_in_cuts_first_and_is_understood_then(talk: Conversation) -> None:
    talk.take(Answered())
    assert talk.take(Spoken(300, cut=True)) == []
    assert talk.take(means("deny"))


def test_an_aside_comes_back_to_the_question_in_its_short_form(talk: Conversation) -> None:
    talk.answered(means("who_is_this"))
    assert talk.words == ["This is a robot and records. Anna?", "It is us.", "Anna?"]
    assert talk.dialog.step == "hello"


def test_an_aside_that_is_cut_does_not_ask_again_but_takes_the_answer(talk: Conversation) -> None:
    talk.answered()
    say, listen = talk.take(means("who_is_this"))
    assert isinstance(say, Say)
    assert isinstance(listen, Listen)
    assert listen.step == "hello"
    assert talk.take(Spoken(200, cut=True)) == []
    talk.has(means("deny"))
    assert talk.dialog.step == "bye"


def test_repeat_says_the_question_in_full_and_has_a_limit(talk: Conversation) -> None:
    talk.answered(means("repeat"))
    assert talk.words[-1] == talk.words[0]
    talk.has(means("repeat"))
    assert talk.words[-1] == "Sorry?"


def test_too_many_asides_end_the_call(talk: Conversation) -> None:
    talk.answered(*[means("who_is_this")] * 3)
    assert talk.verdict == ("completed", "unknown", "unknown")


def test_the_ladders_begin_anew_when_something_is_understood(talk: Conversation) -> None:
    talk.answered(means("out_of_scope"), means("who_is_this"), means("out_of_scope"))
    assert talk.words[-1] == "Sorry?"


@pytest.mark.parametrize(
    "unsure",
    [means("deny", confidence=0.2), means("deny", heard=0.3), means("out_of_scope"), means("ask_price"), Keys("9")],
    ids=["unsure meaning", "unsure words", "out of scope", "leads nowhere", "a key that is not offered"],
)
def test_what_is_not_understood(talk: Conversation, unsure: Keys) -> None:
    assert talk.answered(unsure).words[-1] == "Sorry?"


def test_a_rung_may_offer_keys_of_its_own(talk: Conversation) -> None:
    talk.answered(means("out_of_scope"))
    talk.take(means("out_of_scope"))
    assert talk.listening is not None
    assert talk.listening.keys == {"1", "2"}
    talk.has(Spoken(500, cut=True), Keys("1"))
    assert talk.actions == [Transfer("desk", "sip:100")]


def test_yes_to_are_you_there_is_no_answer_to_the_question_before(talk: Conversation) -> None:
    talk.answered(means("affirm"), Silence(), means("affirm"))
    assert talk.words[-2:] == ["Are you there?", "Do you like it?"]


def test_do_not_call_is_heard_wherever_the_caller_says_it(talk: Conversation) -> None:
    talk.answered()
    talk.take(means("affirm"))
    talk.take(means("do_not_call"))
    talk.take(means("thanks_bye"))
    talk.has(Spoken(400, cut=True))
    assert talk.verdict == ("do_not_call", "refused", "confirmed")


class TestInDoubt:
    """What cannot be undone is not taken from one unsure answer."""

    @pytest.mark.parametrize(
        ("intent", "asked", "disposition"),
        [
            ("do_not_call", "Just to be sure: shall we never call you again?", "do_not_call"),
            ("wrong_number", "Just to be sure: have I got the wrong number?", "wrong_person"),
        ],
    )
    @pytest.mark.parametrize("yes", ["affirm", "the same", "key"])
    def test_it_is_asked_back(self, talk: Conversation, intent: str, asked: str, disposition: str, yes: str) -> None:
        talk.answered().take(means(intent, confidence=0.6))
        assert talk.words[-1] == asked
        assert talk.listening is not None
        assert {"affirm", "deny", intent} <= talk.listening.allowed
        talk.take(Spoken(1000, cut=False))
        again = means("affirm" if yes == "affirm" else intent, confidence=0.6)
        talk.has(Keys("1") if yes == "key" else again)
        assert talk.verdict[0] == disposition

    @pytest.mark.parametrize("no", [means("deny"), Keys("2")])
    def test_a_no_brings_the_question_back(self, talk: Conversation, no: Heard | Keys) -> None:
        talk.answered(means("affirm"), means("do_not_call", confidence=0.6), no)
        assert talk.words[-1] == "Do you like it?"
        assert not talk.has(means("deny")).finish.never_call

    def test_another_answer_counts_as_one_to_the_question(self, talk: Conversation) -> None:
        talk.answered(means("wrong_number", confidence=0.6), means("callback_later"))
        assert talk.words[-1] == "When?"

    def test_it_is_asked_once(self, talk: Conversation) -> None:
        talk.answered(means("do_not_call", confidence=0.6), means("deny"), means("do_not_call", confidence=0.6))
        assert talk.verdict[0] == "do_not_call"

    def test_words_that_were_hardly_heard_are_asked_back_too(self, talk: Conversation) -> None:
        talk.answered(means("do_not_call", heard=0.45))
        assert talk.words[-1].startswith("Just to be sure")

    def test_who_hangs_up_on_it_is_never_called(self, talk: Conversation) -> None:
        talk.answered(means("do_not_call", confidence=0.6), HungUp())
        assert talk.finish.never_call

    def test_what_is_not_asked_about_calls_is_undone_by_hanging_up(self, talk: Conversation) -> None:
        talk.answered(means("wrong_number", confidence=0.6), HungUp())
        assert talk.verdict == ("hung_up", "unknown", "unknown")

    def test_a_script_may_ask_in_its_own_words(self) -> None:
        own = compiled(SCRIPT + "in_doubt: {wrong_number: Is <first_name> no name you know?}\n")
        assert (
            Conversation(own).answered(means("wrong_number", confidence=0.6)).words[-1] == "Is Anna no name you know?"
        )

    def test_at_the_limit_nothing_is_asked_back(self) -> None:
        short = compiled(SCRIPT.replace("turns: 8", "turns: 1"))
        assert Conversation(short).answered(means("do_not_call", confidence=0.6)).finish.never_call


def test_do_not_call_over_the_goodbye_still_counts(talk: Conversation) -> None:
    talk.answered()
    talk.take(means("deny"))
    talk.take(means("do_not_call"))
    talk.has(Spoken(400, cut=True))
    assert talk.verdict == ("do_not_call", "refused", "confirmed")


def test_the_end_is_said_before_we_hang_up(talk: Conversation) -> None:
    talk.answered()
    (say,) = talk.take(means("deny"))
    assert isinstance(say, Say)
    hang_up, finish = talk.take(Spoken(900, cut=False))
    assert isinstance(hang_up, HangUp)
    assert isinstance(finish, Finish)
    assert talk.take(means("affirm")) == []


def test_hanging_up_during_the_goodbye_keeps_what_was_decided(talk: Conversation) -> None:
    talk.answered()
    talk.take(means("deny"))
    talk.take(HungUp())
    assert talk.verdict == ("declined", "cold", "confirmed")


class TestCallback:
    def test_when_it_is_asked(self, talk: Conversation) -> None:
        talk.answered(means("callback_later"))
        assert talk.words[-1] == "When?"
        talk.has(means("out_of_scope", at="2026-11-24T15:00", confidence=0.1))
        assert talk.words[-1] == "Tomorrow at 3:00\u00a0PM?"
        assert talk.has(means("affirm")).verdict == ("callback", "warm", "confirmed")
        assert talk.finish.slots == {"callback_at": "2026-11-24T15:00:00+03:00"}

    def test_when_it_was_named_unasked(self, talk: Conversation) -> None:
        talk.answered(means("callback_later", at="2026-11-24T15:00"))
        assert "When?" not in talk.words

    def test_another_hour_keeps_the_day(self, talk: Conversation) -> None:
        talk.answered(means("callback_later", at="2026-11-24T17:00"))
        talk.has(means("deny", at="2026-11-23T18:00", words="at six"), means("affirm"))
        assert talk.finish.slots == {"callback_at": "2026-11-24T18:00:00+03:00"}

    def test_another_day_is_another_day(self, talk: Conversation) -> None:
        talk.answered(means("callback_later", at="2026-11-24T17:00"))
        talk.has(means("deny", at="2026-11-25T18:00", words="on wednesday at six"), means("affirm"))
        assert talk.finish.slots == {"callback_at": "2026-11-25T18:00:00+03:00"}

    def test_yes_with_the_same_time_is_a_yes(self, talk: Conversation) -> None:
        talk.answered(means("callback_later", at="2026-11-24T17:00"), means("affirm", at="2026-11-24T17:00"))
        assert talk.verdict[0] == "callback"

    def test_a_plain_no_asks_again_and_forgets(self, talk: Conversation) -> None:
        talk.answered(means("callback_later", at="2026-11-24T17:00"), means("deny"))
        assert talk.words[-1] == "When?"
        assert talk.dialog.slots == {}

    def test_keys_confirm_too(self, talk: Conversation) -> None:
        talk.answered(means("callback_later", at="2026-11-24T17:00"), Keys("1"))
        assert talk.verdict == ("callback", "warm", "confirmed")

    def test_a_time_that_has_passed_is_none(self, talk: Conversation) -> None:
        talk.answered(means("callback_later", at="2026-11-22T17:00"))
        assert talk.words[-1] == "When?"

    def test_a_time_counted_from_now_is_rounded(self, talk: Conversation) -> None:
        heard = means("callback_later").understood
        hour_on = replace(heard, entities=(Entity("time", "2026-11-23T12:53:52.123456+03:00", "in an hour", 0, 0),))
        talk.answered(Heard(hour_on))
        assert talk.dialog.slots == {"callback_at": "2026-11-23T12:55:00+03:00"}

    def test_an_aside_while_it_is_read_back_returns_to_reading_it_back(self, talk: Conversation) -> None:
        talk.answered(means("callback_later", at="2026-11-24T17:00"), means("who_is_this"))
        assert talk.words[-2:] == ["It is us.", "Tomorrow at 5:00\u00a0PM?"]


class TestTransfer:
    def test_it_begins_when_its_words_are_said(self, talk: Conversation) -> None:
        talk.answered(means("affirm"))
        (say,) = talk.take(means("affirm"))
        assert isinstance(say, Say)
        assert talk.take(Spoken(500, cut=False)) == [Transfer("desk", "sip:100")]
        assert talk.take(Silence()) == []
        assert talk.has(TransferDone()).verdict == ("transferred", "hot", "confirmed")

    @pytest.mark.parametrize("unknown", [False, True])
    def test_it_may_fail(self, talk: Conversation, unknown: bool) -> None:
        talk.answered(means("affirm"), means("affirm"), TransferFailed(unknown))
        assert talk.verdict == ("transfer_failed", "hot", "confirmed")

    def test_outside_its_hours_it_is_not_even_tried(self) -> None:
        script = SCRIPT.replace('"sip:100"', '"sip:100", hours: "18:00-02:00"')
        script = script.replace("    transfer: desk\n", "    transfer: desk\n    if_transfer_fails: when\n")
        talk = Conversation(compiled(script)).answered(means("affirm"), means("affirm"))
        assert talk.words[-1] == "When?"
        assert "Connecting." not in talk.words

    def test_hours_may_be_kept_elsewhere(self) -> None:
        script = SCRIPT.replace('"sip:100"', '"sip:100", hours: "18:00-24:00", zone: Asia/Vladivostok')
        talk = Conversation(compiled(script)).answered(means("affirm"), means("affirm"))
        assert talk.actions == [Transfer("desk", "sip:100")]

    def test_a_caller_lost_on_the_way_was_hot(self, talk: Conversation) -> None:
        talk.answered(means("affirm"), means("affirm"), HungUp())
        assert talk.verdict == ("hung_up", "hot", "confirmed")


class TestLimits:
    def test_turns(self, talk: Conversation) -> None:
        talk.answered(*HEARS_US * 4)
        assert talk.verdict == ("completed", "unknown", "unknown")

    def test_turns_do_not_keep_an_answer_from_ending_the_call(self, talk: Conversation) -> None:
        talk.answered(*HEARS_US * 3, Silence(), means("deny"))
        assert talk.verdict[0] == "declined"

    def test_seconds_wait_for_the_end_of_a_sentence(self, talk: Conversation) -> None:
        talk.take(Answered())
        assert talk.take(LimitReached()) == []
        hang_up, finish = talk.take(Spoken(900, cut=False))
        assert isinstance(hang_up, HangUp)
        assert isinstance(finish, Finish)
        assert finish.disposition is Disposition.COMPLETED

    def test_a_way_out_may_be_written(self) -> None:
        script = SCRIPT + "at_limit: {say: I must go., end: {disposition: callback}}\n"
        talk = Conversation(compiled(script)).answered(LimitReached())
        assert talk.words[-1] == "I must go."
        assert talk.verdict[0] == "callback"

    def test_a_way_out_that_asks_is_cut_short(self) -> None:
        talk = Conversation(compiled(SCRIPT + "at_limit: ask\n")).answered(LimitReached())
        assert talk.verdict == ("completed", "unknown", "unknown")


class TestMachines:
    @pytest.mark.parametrize(
        ("kind", "disposition"), [(AnsweredBy.VOICEMAIL, "voicemail"), (AnsweredBy.FAX, "completed")]
    )
    def test_without_a_message_we_hang_up(self, talk: Conversation, kind: AnsweredBy, disposition: str) -> None:
        talk.has(MachineAnswered(kind))
        assert talk.actions[0] == HangUp()
        assert talk.verdict[0] == disposition

    def test_a_message_waits_for_the_beep(self) -> None:
        talk = Conversation(compiled(SCRIPT + "voicemail: {say: It is us.}\n"))
        assert talk.take(MachineAnswered(AnsweredBy.VOICEMAIL, ready=False)) == []
        talk.has(MachineAnswered(AnsweredBy.VOICEMAIL))
        assert talk.verdict == ("voicemail_left", "unknown", "unknown")

    def test_a_message_that_is_cut_off_was_not_left(self) -> None:
        talk = Conversation(compiled(SCRIPT + "voicemail: {say: It is us.}\n"))
        talk.take(MachineAnswered(AnsweredBy.VOICEMAIL))
        talk.take(HungUp())
        assert talk.verdict[0] == "voicemail"


class TestPerson:
    def test_a_script_that_does_not_ask_for_anybody_confirms_nobody(self) -> None:
        script = SCRIPT.replace("<first_name>", "Hello").replace("needs: {first_name: name}\n", "")
        assert Conversation(compiled(script)).answered(means("deny")).verdict[2] == "unknown"

    @pytest.mark.parametrize("intent", ["who_is_this", "repeat"])
    def test_what_anybody_would_say_confirms_nobody(self, talk: Conversation, intent: str) -> None:
        assert talk.answered(means(intent), HungUp()).verdict[2] == "unknown"


def test_ahead_knows_the_opening_and_then_what_may_follow(talk: Conversation) -> None:
    assert "This is a robot and records. Anna?" in [say.text for say in talk.dialog.ahead(talk.now)]
    talk.answered()
    assert {"Here is the news.", "Goodbye!", "It is us.", "Are you there?", "Sorry?"} <= {
        say.text for say in talk.dialog.ahead(talk.now)
    }


def test_what_makes_no_sense_is_ignored(talk: Conversation) -> None:
    for event in (Spoken(0, cut=False), Silence(), Keys("1"), TransferDone(), TransferFailed(), means("affirm")):
        assert talk.take(event) == []
    talk.answered()
    assert talk.take(Answered()) == []
