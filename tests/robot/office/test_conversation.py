from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.protocols import Understanding
from robot.dialog.events import Say
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
from robot.script import read_script
from robot.words import AnsweredBy, Disposition

SCRIPT = read_script(
    """
script: small
language: en
needs: {first_name: name}
transfers: {desk: {to: "sip:100"}}
limits: {seconds: 60}
start: notice
steps:
  notice:
    say: Hello <first_name>, this is a robot, and the call is recorded.
    then: greeting
  greeting:
    say: Can you talk for a minute?
    answers: {affirm: legal, deny: goodbye, operator_please: desk}
    keys: {1: legal, 2: goodbye}
  legal:
    say: By the law you must hear this sentence to its end. Shall I go on?
    uninterruptible: true
    answers: {affirm: code, deny: goodbye}
  code:
    say: Type your code, please.
    ask_for: {code: {type: digits, length: 3}}
    then: booked
    answers: {deny: goodbye}
  desk: {say: One moment., transfer: desk, if_transfer_fails: goodbye}
  booked: {say: I have put you down., end: {interest: hot, disposition: agreed}}
  goodbye: {say: Thank you and goodbye., end: {interest: cold, disposition: declined}}
  stop: {say: We will not call again., end: {interest: refused, disposition: do_not_call}}
everywhere: {do_not_call: stop, wrong_number: goodbye}
when_silent:
  - say: Can you hear me?
  - say: Goodbye!
    end: {disposition: silent}
voicemail: {say: We will call again.}
""",
    "small.yaml",
)
NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Parrot:
    """Takes each word for the intent of that name."""

    language = "en"
    intents = frozenset({"affirm", "deny"})
    examples: Mapping[str, tuple[str, ...]] = {}

    def parse(self, text: str, *, allowed: frozenset[str] | None = None, now: datetime | None = None) -> Understanding:
        assert now is not None
        intent = text.split(maxsplit=1)[0]
        return Understanding(text, intent if allowed is None or intent in allowed else "out_of_scope", 0.9)


def conversation(start: datetime = NOON) -> Conversation:
    zone = ZoneInfo("Europe/Moscow")
    return Conversation(SCRIPT, Parrot(), {"first_name": "Anna"}, start=start, zone=zone, variant_seed="7")


def first(_: Say) -> bool:
    return True


def saying(words: str) -> Conversation:
    """A conversation in which these words are being said."""
    talk = conversation()
    acts: list[Act] = [PicksUp(), Says("affirm"), Says("affirm")]
    for act in acts:
        talk.take(act, until=lambda say: words in say.shown)
        if talk.saying is not None:
            return talk
    raise AssertionError(words)


def test_the_robot_is_heard_out_before_it_is_answered() -> None:
    talk = conversation()
    opening = talk.take(PicksUp())
    assert [utterance.step for utterance in opening.said] == ["notice", "greeting"]
    assert opening.seconds == pytest.approx(sum(len(utterance.say.text) for utterance in opening.said) / 14)
    assert opening.said[1].began == pytest.approx(len(opening.said[0].say.text) / 14)
    answer = talk.take(Says("affirm"))
    assert answer.understood is not None
    assert answer.step == "legal"
    assert talk.now == NOON.astimezone(talk.now.tzinfo) + (talk.now - NOON)


def test_an_answer_over_words_that_may_be_interrupted_cuts_them() -> None:
    whole = conversation()
    whole.take(PicksUp())
    talk = saying("Can you talk")
    answer = talk.take(Says("affirm"), until=first)
    assert answer.cut
    assert answer.over is not None
    assert answer.step == "legal"
    assert answer.seconds < whole.take(Says("affirm"), until=first).seconds


def test_an_answer_over_words_that_may_not_be_interrupted_is_held_until_they_are_over() -> None:
    talk = saying("By the law")
    began = talk.seconds
    answer = talk.take(Says("affirm"), until=first)
    assert not answer.cut
    assert answer.step == "code"
    assert answer.seconds - began >= len("By the law you must hear this sentence to its end. Shall I go on?") / 14


def test_words_over_a_sentence_that_asks_nothing_are_lost() -> None:
    talk = saying("this is a robot")
    assert talk.take(Says("deny")).step == "greeting"


def test_a_wish_never_to_be_called_is_heard_over_any_words() -> None:
    talk = saying("this is a robot")
    finish = talk.take(Says("do_not_call")).finish
    assert finish is not None
    assert finish.never_call


def test_keys_cut_words_and_count_one_answer_at_a_time() -> None:
    talk = saying("Can you talk")
    pressed = talk.take(Presses("1"))
    assert pressed.cut
    assert pressed.step == "legal"
    talk.take(Says("affirm"))
    assert talk.take(Presses("123")).slots == {"code": "123"}
    assert talk.over


def test_keys_where_nobody_waits_for_any_change_nothing() -> None:
    talk = saying("By the law")
    pressed = talk.take(Presses("1"), until=lambda say: "By the law" in say.shown)
    assert (pressed.said, pressed.step, talk.over) == ((), "legal", False)


def test_silence_takes_as_long_as_the_robot_waits() -> None:
    talk = conversation()
    opening = talk.take(PicksUp())
    assert opening.listening is not None
    silent = talk.take(FallsSilent())
    assert silent.said[0].began == pytest.approx(opening.seconds + opening.listening.silence_ms / 1000)
    finish = talk.take(FallsSilent()).finish
    assert finish is not None
    assert finish.disposition is Disposition.SILENT


def test_the_script_s_time_comes_to_its_end_by_itself_or_when_told() -> None:
    long = conversation()
    long.take(PicksUp())
    assert not long.over
    long.take(Says("mumble " * 200))
    assert long.step == "at_limit"
    told = conversation()
    told.take(PicksUp())
    assert told.take(TimeIsUp()).seconds >= SCRIPT.limits.seconds
    assert told.over


def test_who_hangs_up_over_the_goodbye_has_still_decided() -> None:
    talk = conversation()
    talk.take(PicksUp())
    talk.take(Says("deny"), until=first)
    ended = talk.take(HangsUp())
    assert ended.cut
    assert ended.finish is not None
    assert ended.finish.disposition is Disposition.DECLINED


def test_a_transfer_waits_for_its_end() -> None:
    talk = conversation()
    talk.take(PicksUp())
    assert talk.take(Says("operator_please")).transfer is not None
    refused = talk.take(TransferEnds(taken=False))
    assert [utterance.step for utterance in refused.said] == ["goodbye"]
    assert talk.transfer is None


@pytest.mark.parametrize("in_the_middle", [False, True])
def test_a_machine_gets_its_message_at_once_or_in_the_middle_of_the_greeting(in_the_middle: bool) -> None:
    talk = saying("Can you talk") if in_the_middle else conversation()
    finish = talk.take(MachineTakes(AnsweredBy.VOICEMAIL)).finish
    assert finish is not None
    assert finish.disposition is Disposition.VOICEMAIL_LEFT


def test_the_clock_is_right_where_summer_time_ends() -> None:
    start = datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC)
    zone = ZoneInfo("Europe/Warsaw")
    talk = Conversation(SCRIPT, Parrot(), {"first_name": "Anna"}, start=start, zone=zone, variant_seed="7")
    talk.take(PicksUp())
    assert talk.now.astimezone(UTC).timestamp() == pytest.approx(start.timestamp() + talk.seconds)


_ACTS: st.SearchStrategy[Act] = st.one_of(
    st.builds(Says, st.sampled_from(["affirm", "deny", "do_not_call", "mumble", "operator_please"])),
    st.builds(Presses, st.text("0123456789*#", min_size=1, max_size=4)),
    st.builds(TransferEnds, taken=st.booleans()),
    st.sampled_from([PicksUp(), FallsSilent(), HangsUp(), MachineTakes(), TimeIsUp()]),
)


@given(st.lists(st.tuples(_ACTS, st.booleans()), max_size=12))
def test_whatever_the_caller_does_time_goes_on_and_nothing_follows_the_end(acts: list[tuple[Act, bool]]) -> None:
    talk = conversation()
    before = 0.0
    for act, over_words in acts:
        ended = talk.over
        exchange = talk.take(act, until=first if over_words else None)
        assert exchange.seconds >= before
        assert (talk.saying is None) or over_words
        assert not (ended and exchange.said)
        before = exchange.seconds
