"""The shipped scripts, path by path: what callers do, where it leads, and what the CRM is told."""

import pytest

from models.protocols import Listen as ListenKind
from robot.dialog.events import (
    Answered,
    DialogEvent,
    HungUp,
    Keys,
    LimitReached,
    MachineAnswered,
    Silence,
    Spoken,
    TransferDone,
    TransferFailed,
)  # fmt: skip
from robot.words import AnsweredBy
from tests.robot.dialog.conversation import Conversation, means, shipped

Path = tuple[list[DialogEvent], str, tuple[str, str, str]]

YES, NO, DO_NOT_CALL = means("affirm"), means("deny"), means("do_not_call")
MUMBLE = means("out_of_scope", confidence=0.2)
TOMORROW_AT_THREE = means("callback_later", at="2026-11-24T15:00", words="tomorrow after three")

PATHS: dict[str, Path] = {
    "yes at once": ([YES, YES], "booked", ("agreed", "hot", "confirmed")),
    "details, price, yes": (
        [YES, means("ask_details"), means("ask_price"), YES, TransferDone()],
        "reception",
        ("transferred", "hot", "confirmed"),
    ),
    "price, details, a person please": (
        [YES, means("ask_price"), means("ask_details"), means("operator_please"), TransferDone()],
        "reception",
        ("transferred", "hot", "confirmed"),
    ),
    "a person at once": ([means("operator_please"), TransferDone()], "reception", ("transferred", "hot", "confirmed")),
    "nobody takes the transfer": (
        [YES, means("operator_please"), TransferFailed(), TOMORROW_AT_THREE, YES],
        "call_you_then",
        ("callback", "warm", "confirmed"),
    ),
    "call me tomorrow": ([TOMORROW_AT_THREE, YES], "call_you_then", ("callback", "warm", "confirmed")),
    "not now, tomorrow": ([NO, TOMORROW_AT_THREE, YES], "call_you_then", ("callback", "warm", "confirmed")),
    "not now, never mind when": ([NO, YES], "call_some_day", ("callback", "warm", "confirmed")),
    "thinks about it": (
        [YES, means("think_about_it"), TOMORROW_AT_THREE, YES],
        "call_you_then",
        ("callback", "warm", "confirmed"),
    ),
    "no": ([YES, NO], "declined", ("declined", "cold", "confirmed")),
    "rides elsewhere": ([YES, means("competitor")], "declined", ("declined", "cold", "confirmed")),
    "send it to me": ([YES, means("send_info")], "written", ("completed", "warm", "confirmed")),
    "never again": ([DO_NOT_CALL], "everywhere.do_not_call", ("do_not_call", "refused", "confirmed")),
    "never again, later": (
        [YES, means("ask_price"), DO_NOT_CALL],
        "everywhere.do_not_call",
        ("do_not_call", "refused", "confirmed"),
    ),
    "wrong number": ([means("wrong_number")], "not_here", ("wrong_person", "unknown", "unknown_here")),
    "the husband": ([means("not_the_person")], "somebody_else", ("wrong_person", "unknown", "reachable_here")),
    "moved": ([means("moved_away")], "moved", ("moved", "unknown", "moved_away")),
    "who is this, a robot? yes": (
        [means("who_is_this"), means("is_robot"), YES, YES],
        "booked",
        ("agreed", "hot", "confirmed"),
    ),
    "a robot? bye": (
        [means("is_robot"), means("thanks_bye")],
        "everywhere.thanks_bye",
        ("completed", "unknown", "unknown"),
    ),
    "whence the number? no": (
        [means("ask_where_number_from"), YES, NO],
        "declined",
        ("declined", "cold", "confirmed"),
    ),
    "a complaint": ([means("complaint")], "everywhere.complaint", ("completed", "unknown", "confirmed")),
    "abuse": ([means("abuse")], "everywhere.abuse", ("abusive", "unknown", "confirmed")),
    "hello? again? yes": ([means("greet"), means("repeat"), YES, YES], "booked", ("agreed", "hot", "confirmed")),
    "keys alone": ([Keys("1"), Keys("1")], "booked", ("agreed", "hot", "confirmed")),
    "keys alone, no": ([Keys("1"), Keys("2")], "declined", ("declined", "cold", "confirmed")),
    "keys alone, later": ([Keys("2"), Keys("1")], "call_some_day", ("callback", "warm", "confirmed")),
    "mumbles, then keys": ([MUMBLE, MUMBLE, Keys("1"), Keys("1")], "booked", ("agreed", "hot", "confirmed")),
    "silent": ([Silence(), Silence()], "when_silent.2", ("silent", "unknown", "unknown")),
    "silent, then there": ([Silence(), YES, YES, YES], "booked", ("agreed", "hot", "confirmed")),
    "mumbles": ([MUMBLE, MUMBLE, MUMBLE], "when_not_understood.3", ("not_understood", "unknown", "unknown")),
    "mumbles, then silent": (
        [MUMBLE, MUMBLE, Silence()],
        "when_not_understood.3",
        ("not_understood", "unknown", "unknown"),
    ),
    "hangs up": ([HungUp()], "greeting", ("hung_up", "unknown", "unknown")),
    "hangs up after a yes": ([YES, HungUp()], "offer", ("hung_up", "unknown", "confirmed")),
    "talks for too long": ([YES, LimitReached()], "at_limit", ("completed", "unknown", "confirmed")),
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.replace(" ", "_").replace(",", ""))
def test_paths(language: str, path: str) -> None:
    events, step, verdict = PATHS[path]
    talk = Conversation(shipped(language)).answered(*events)
    assert talk.dialog.step == step
    assert talk.verdict == verdict


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_step_is_on_some_path(language: str) -> None:
    """Nothing in a shipped script is written for nobody."""
    seen: set[str] = set()
    for events, _, _ in PATHS.values():
        seen.update(Conversation(shipped(language)).answered(*events).steps)
    for extra in (means("ask_price"), means("ask_details")):
        seen.update(Conversation(shipped(language)).answered(extra).steps)
        seen.update(Conversation(shipped(language)).answered(YES, means("ask_price"), extra).steps)
    assert seen >= shipped(language).graph.nodes.keys() - {"greeting.greet"}


@pytest.mark.parametrize(
    ("language", "said", "confirmed"),
    [
        ("en", "I will call you tomorrow at three in the afternoon. Is that right?", "tomorrow at 3:00\u00a0PM"),
        ("ru", "Перезвоню завтра в пятнадцать часов. Верно?", "завтра в 15:00"),
    ],
)
def test_the_time_is_read_back_and_told(language: str, said: str, confirmed: str) -> None:
    talk = Conversation(shipped(language)).answered(TOMORROW_AT_THREE)
    assert talk.said[-1].text == said
    assert confirmed in talk.said[-1].shown
    assert talk.has(YES).finish.slots == {"callback_at": "2026-11-24T15:00:00+03:00"}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_mailbox_gets_a_message_and_then_we_hang_up(language: str) -> None:
    talk = Conversation(shipped(language)).has(MachineAnswered(AnsweredBy.VOICEMAIL))
    assert talk.said[0].uninterruptible
    assert "Anna" in talk.said[0].text
    assert talk.verdict == ("voicemail_left", "unknown", "unknown")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_mailbox_noticed_in_the_middle_of_the_greeting_still_gets_its_message(language: str) -> None:
    talk = Conversation(shipped(language))
    talk.take(Answered())
    assert talk.take(MachineAnswered(AnsweredBy.VOICEMAIL, ready=False)) == []
    assert talk.take(Spoken(900, cut=True)) == []
    talk.has(MachineAnswered(AnsweredBy.VOICEMAIL))
    assert talk.verdict == ("voicemail_left", "unknown", "unknown")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_opening_is_short_and_listens_for_yes_and_no(language: str) -> None:
    talk = Conversation(shipped(language))
    talk.take(Answered())
    assert len(talk.said[0].text) / 14 < 8, "seconds"
    assert talk.listening is not None
    assert talk.listening.kind is ListenKind.YES_NO
    assert talk.listening.keys == {"1", "2"}
    assert {"affirm", "deny", "do_not_call", "wrong_number", "is_robot"} <= talk.listening.allowed


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_offer_is_worded_in_two_ways_and_each_contact_hears_one(language: str) -> None:
    heard = {
        seed: Conversation(shipped(language), seed=seed).answered(YES).dialog.variants["offer"]
        for seed in map(str, range(40))
    }
    assert set(heard.values()) == {"discount", "second_race"}
    again = Conversation(shipped(language), seed="3").answered(YES).dialog.variants["offer"]
    assert again == heard["3"]
