from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from models.protocols import Entity, Understanding
from robot.clock import HeldClock
from robot.office.chat import Chat, ChatError
from robot.script import load_script
from robot.words import Disposition

SCRIPT = load_script(Path(__file__).parents[3] / "dialogs" / "return.en.yaml")


class Parrot:
    """Takes each word for the intent of that name."""

    language = "en"
    intents = frozenset({"affirm", "deny"})
    examples: Mapping[str, tuple[str, ...]] = {}

    def parse(self, text: str, *, allowed: frozenset[str] | None = None, now: datetime | None = None) -> Understanding:
        intent = text.split(maxsplit=1)[0]
        assert allowed is not None
        assert now is not None
        assert now.utcoffset()
        times = (Entity("time", "2026-11-24T15:00:00+03:00", "tomorrow", 0, 8),) if "tomorrow" in text else ()
        return Understanding(text, intent if intent in allowed else "out_of_scope", 0.9, entities=times)


@pytest.fixture
def chat() -> Chat:
    clock = HeldClock(datetime(2026, 11, 23, 9, tzinfo=UTC))
    return Chat(SCRIPT, Parrot(), {"first_name": "Anna"}, clock=clock, zone=ZoneInfo("Europe/Moscow"))


def test_a_conversation(chat: Chat) -> None:
    opening = chat.begin()
    assert opening.step == "greeting"
    assert "Anna" in opening.said[0].shown
    turn = chat.type("affirm")
    assert turn.understood is not None
    assert turn.understood.intent == "affirm"
    assert turn.step == "offer"
    assert turn.listening is not None
    assert chat.variants.keys() == {"offer"}
    assert [say.shown for say in chat.type("ask_details").said][-1] == "Shall I book you in?"
    last = chat.type("/keys 1")
    assert chat.over
    assert last.finish is not None
    assert last.finish.disposition is Disposition.AGREED


def test_a_time_is_resolved_where_the_contact_lives(chat: Chat) -> None:
    chat.begin()
    assert chat.type("callback_later tomorrow").slots == {"callback_at": "2026-11-24T15:00:00+03:00"}


@pytest.mark.parametrize(("answer", "disposition"), [("/taken", "transferred"), ("/hangup", "hung_up")])
def test_a_transfer_waits_to_be_taken(chat: Chat, answer: str, disposition: str) -> None:
    chat.begin()
    turn = chat.type("operator_please")
    assert turn.transfer is not None
    assert turn.transfer.to == "sip:100"
    finish = chat.type(answer).finish
    assert finish is not None
    assert finish.disposition.value == disposition


def test_a_refused_transfer_goes_on(chat: Chat) -> None:
    chat.begin()
    chat.type("operator_please")
    turn = chat.type("/refused")
    assert turn.step == "when"
    assert turn.transfer is None
    assert len(turn.said) == 2


def test_silence_may_be_typed_as_nothing(chat: Chat) -> None:
    chat.begin()
    chat.type("")
    finish = chat.type("/silence").finish
    assert finish is not None
    assert finish.disposition is Disposition.SILENT


def test_a_mailbox(chat: Chat) -> None:
    chat.begin()
    finish = chat.type("/machine").finish
    assert finish is not None
    assert finish.disposition is Disposition.VOICEMAIL_LEFT


@pytest.mark.parametrize(("line", "says"), [("/sillence", "/silence"), ("/keys", "/keys 1"), ("/keys abc", "/keys 1")])
def test_a_wrong_command_is_told(chat: Chat, line: str, says: str) -> None:
    chat.begin()
    with pytest.raises(ChatError, match=says):
        chat.type(line)
