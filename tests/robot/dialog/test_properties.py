"""What holds for any sequence of events, sensible or not."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from models.protocols import Entity, Understanding
from robot.dialog import CompiledScript, Dialog
from robot.dialog.events import (
    Action,
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
    TransferDone,
    TransferFailed,
)  # fmt: skip
from robot.words import AnsweredBy
from tests.robot.dialog.conversation import NOON, ZONE, compiled, shipped

ODD = compiled("""\
script: odd
language: en
needs: {first_name: name}
transfers: {desk: {to: "sip:100", hours: "10:00-11:00"}, shop: {to: "sip:200"}}
limits: {turns: 5, returns: 1, repeats: 0}
start: a
steps:
  a: {then: b}
  b: {say: Hello., then: c}
  c:
    listen: choice
    say: One?
    answers:
      {affirm: d, deny: {then: return}, greet: repeat, ask_price: {say: Two?, answers: {affirm: return, deny: e}}}
    keys: {1: return, 12: f, "#": g}
  d: {ask_for: {at: time, why: text}, say: When and why?, confirm: <at> and <why>?, then: return, keys: {1: e}}
  e: {transfer: desk, if_transfer_fails: {transfer: shop, if_transfer_fails: return}}
  f: {say: Aside., then: return}
  g: {say: Wait., transfer: shop}
  h: {end: {}}
everywhere:
  greet: return
  repeat: repeat
  operator_please: e
  who_is_this: f
  wrong_number: {then: h}
  do_not_call: {say: Sure?, answers: {affirm: h, deny: return}}
when_silent: [{then: repeat}, {say: Hm?, keys: {2: h}}, {say: Last., transfer: shop, if_transfer_fails: c}]
when_not_understood: [{then: return}, {then: c}]
at_limit: {then: c}
""")
INTENTS = sorted(
    {intent for language in ("en", "ru") for node in shipped(language).graph.nodes.values() for intent in node.intents}
    | shipped("en").graph.everywhere.keys()
    | {"out_of_scope", "no such intent"}
)
TIMES = [
    "2026-11-24T15:00:00+03:00",
    "2026-11-20T15:00:00+03:00",
    "2026-11-25T09:30:00",
    "not a time",
    "9999-12-31T23:59:59",
]

entities = st.builds(
    Entity, st.sampled_from(["time", "phone"]), st.sampled_from(TIMES), st.text(max_size=5), st.just(0), st.just(0)
)
understood = st.builds(
    Understanding,
    text=st.text(max_size=12),
    intent=st.sampled_from(INTENTS),
    confidence=st.floats(0, 1),
    entities=st.lists(entities, max_size=2).map(tuple),
)
heard = st.builds(Heard, understood, st.one_of(st.just(1.0), st.floats(0, 1)))
events = st.one_of(
    heard,
    heard,
    heard,
    st.builds(Spoken, st.integers(0, 5000), st.booleans()),
    st.builds(Spoken, st.just(1000), st.just(False)),
    st.builds(Keys, st.text("0129*#", min_size=1, max_size=3)),
    st.just(Silence()),
    st.just(Answered()),
    st.just(TransferDone()),
    st.builds(TransferFailed, st.booleans()),
)
rare = st.one_of(
    events,
    st.just(LimitReached()),
    st.just(HungUp()),
    st.builds(MachineAnswered, st.sampled_from(AnsweredBy), st.booleans()),
)
scripts = st.sampled_from([shipped("en"), shipped("ru"), ODD])
calls = st.one_of(
    st.lists(events, max_size=60).map(lambda told: [Answered(), *told]),
    st.lists(rare, max_size=40),
)


def run(script: CompiledScript, told: list[DialogEvent]) -> tuple[Dialog, list[tuple[Action, ...]]]:
    dialog = Dialog(script, {"first_name": "Anna"}, variant_seed="7", zone=ZONE)
    return dialog, [dialog.handle(event, NOON + timedelta(seconds=at)) for at, event in enumerate(told)]


@given(scripts, calls)
def test_one_thing_is_said_at_a_time_and_the_end_comes_once(script: CompiledScript, told: list[DialogEvent]) -> None:
    dialog, answers = run(script, told)
    speaking = over = False
    for event, actions in zip(told, answers, strict=True):
        assert not over or not actions, "nothing is done after the end"
        if isinstance(event, Spoken):
            speaking = False
        says = [action for action in actions if isinstance(action, Say)]
        assert len(says) <= 1
        assert not (speaking and says), "nothing is said over our own words"
        assert not says or isinstance(actions[0], Say)
        assert all(say.text and say.shown and "<" not in say.text for say in says)
        speaking = speaking or bool(says)
        ends = [action for action in actions if isinstance(action, Finish)]
        if ends:
            assert ends == [actions[-1]]
            assert isinstance(event, HungUp) or actions[-2] == HangUp()
            over = True
        if HungUp() == event:
            assert over
        assert over == dialog.over or not over
    assert over == dialog.over


@given(scripts, calls)
def test_telling_it_again_gives_the_same(script: CompiledScript, told: list[DialogEvent]) -> None:
    assert run(script, told)[1] == run(script, told)[1]


@given(scripts, calls)
def test_hanging_up_ends_any_call(script: CompiledScript, told: list[DialogEvent]) -> None:
    dialog, _ = run(script, [*told, HungUp()])
    assert dialog.over


@given(scripts, calls)
def test_the_limit_of_time_ends_any_call_that_is_not_being_transferred(
    script: CompiledScript, told: list[DialogEvent]
) -> None:
    spoken = Spoken(1000, cut=False)
    dialog, _ = run(script, [*told, spoken, TransferFailed(), LimitReached(), *[spoken] * 3])
    assert dialog.over


answers_of_a_caller = st.one_of(heard, st.just(Silence()), st.builds(Keys, st.text("0129*#", min_size=1, max_size=2)))


@settings(max_examples=40)
@given(scripts, st.lists(answers_of_a_caller, min_size=31, max_size=40))
def test_no_call_asks_for_more_turns_than_its_limit(script: CompiledScript, told: list[DialogEvent]) -> None:
    told = [Answered(), *[event for turn in told for event in (Spoken(1000, cut=True), turn)]]
    _, answers = run(script, told)
    asked = sum(isinstance(action, Listen) for actions in answers for action in actions)
    assert asked <= script.script.limits.turns


@settings(max_examples=40, deadline=None)
@given(scripts, calls)
def test_looking_ahead_changes_nothing(script: CompiledScript, told: list[DialogEvent]) -> None:
    dialog = Dialog(script, {"first_name": "Anna"}, variant_seed="7", zone=ZONE)
    seen = []
    for at, event in enumerate(told):
        now = NOON + timedelta(seconds=at)
        assert all(say.text for say in dialog.ahead(now))
        seen.append(dialog.handle(event, now))
    assert seen == run(script, told)[1]
