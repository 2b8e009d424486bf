"""What each end tells the CRM, by the answer that led there, agrees with what the dialog machine tells."""

from robot.dialog.events import DialogEvent, Keys, Silence, TransferFailed
from robot.script.ends import EndTold, ends_of
from robot.words import Disposition, Interest, Person
from tests.robot.dialog.conversation import Conversation, compiled, means, shipped

SCRIPT = compiled("""\
script: ends
language: en
transfers: {desk: {to: "sip:100"}}
start: ask
steps:
  ask:
    say: Do I have it right that this is not your number?
    answers: {affirm: bye, deny: later, ask_price: {say: Nothing., then: return}}
    means: {affirm: wrong_number}
    keys: {1: bye, 2: later, 3: desk}
  later:
    say: When, then?
    ask_for: {callback_at: time}
    confirm: At <callback_at as time>?
    then: bye
    answers: {deny: bye}
  desk: {transfer: desk, if_transfer_fails: bye}
  bye: {say: Bye., end: {}}
everywhere:
  do_not_call: {say: Sorry., end: {interest: refused}}
when_silent: [{end: {}}]
when_not_understood: [{end: {person: unknown}}]
""")
TOLD = {(end.step, end.answer): end for end in ends_of(SCRIPT.script, SCRIPT.graph)}


def told(step: str, answer: str) -> tuple[Interest, Person | None, Disposition]:
    end = TOLD[step, answer]
    return end.interest, end.person, end.disposition


def test_every_end_is_told_for_every_answer_that_leads_to_it() -> None:
    assert set(TOLD) == {
        ("bye", "wrong_number"), ("bye", "callback_later"), ("bye", "deny"), ("bye", "(transfer failed)"),
        ("everywhere.do_not_call", "do_not_call"), ("when_silent.1", "(silent)"),
        ("when_not_understood.1", "(not understood)"), ("at_limit", "(limit)"),
    }  # fmt: skip


def test_what_is_left_out_follows_from_the_answer() -> None:
    assert told("bye", "wrong_number") == (Interest.UNKNOWN, Person.UNKNOWN_HERE, Disposition.WRONG_PERSON)
    assert told("bye", "callback_later") == (Interest.WARM, None, Disposition.CALLBACK)
    assert told("bye", "(transfer failed)") == (Interest.HOT, None, Disposition.TRANSFER_FAILED)


def test_what_is_written_is_told_as_written() -> None:
    end = TOLD["everywhere.do_not_call", "do_not_call"]
    assert (end.interest, end.disposition, end.written) == (
        Interest.REFUSED, Disposition.DO_NOT_CALL, frozenset({"interest"})
    )  # fmt: skip


def test_the_machine_tells_the_same() -> None:
    at_five = means("callback_later", at="2026-11-24T17:00")
    walks: list[list[DialogEvent]] = [
        [means("affirm")], [Keys("1")], [means("deny"), at_five, means("affirm")], [means("deny"), means("deny")],
        [Keys("3"), TransferFailed()], [means("do_not_call")], [Silence()], [means("out_of_scope")],
    ]  # fmt: skip
    seen: set[EndTold] = set()
    for events in walks:
        talk = Conversation(SCRIPT).answered(*events)
        finish = talk.finish
        fitting = [
            end
            for end in TOLD.values()
            if end.step == talk.dialog.step and (end.interest, end.disposition) == (finish.interest, finish.disposition)
        ]
        assert fitting, (talk.dialog.step, finish)
        assert any(end.person in (None, finish.person) for end in fitting)
        seen.update(fitting)
    assert seen == {end for end in TOLD.values() if end.step != "at_limit"}


def test_the_shipped_script_leaves_little_to_the_answer() -> None:
    ends = ends_of(shipped("ru").script, shipped("ru").graph)
    assert all({"disposition"} <= end.written for end in ends)
