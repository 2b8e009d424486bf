"""The proof that calls end, held against the dialog machine itself: no walk through it is longer than was proved."""

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.protocols import Entity, Understanding
from robot.dialog import CompiledScript, Dialog
from robot.dialog.events import (
    Answered,
    DialogEvent,
    Finish,
    Heard,
    Keys,
    LimitReached,
    Listen,
    Say,
    Silence,
    Spoken,
    Transfer,
    TransferFailed,
)  # fmt: skip
from robot.script.check_words import SPOKEN_PER_SECOND
from robot.script.paths import ANSWER_SECONDS, prove
from tests.robot.dialog.conversation import NOON, ZONE, compiled, shipped
from tests.robot.dialog.test_properties import ODD

SHORT = compiled("""\
script: short
language: en
limits: {turns: 30, returns: 1, repeats: 1}
start: ask
steps:
  ask:
    say: This is a robot, and the call is recorded. Is it still your number?
    answers: {affirm: thanks, deny: sorry, ask_details: {say: We keep our list in order., then: return}}
  thanks: {say: Thank you!, end: {}}
  sorry: {say: Sorry!, end: {}}
everywhere: {do_not_call: sorry, wrong_number: sorry, repeat: repeat}
when_silent: [{end: {disposition: silent}}]
when_not_understood: [{end: {disposition: not_understood}}]
""")
KEYS_ONLY = compiled("""\
script: keys
language: en
start: ask
steps:
  ask: {say: One or two?, keys: {1: second, 2: bye}}
  second: {say: And now?, keys: {1: bye, 2: bye}}
  bye: {say: Bye., end: {}}
when_silent: [{end: {}}]
when_not_understood: [{end: {}}]
""")
CONDITIONAL = compiled("""\
script: conditional
language: en
may_have: {bonus: money}
start: greeting
steps:
  greeting: {if: bonus > 0, say: You have a bonus., then: ask, otherwise: ask}
  ask: {say: Shall we?, count: asked, answers: {affirm: ask_again, deny: bye}}
  ask_again: {if: asked < 3, say: Really?, answers: {affirm: ask, deny: bye}, otherwise: bye}
  bye: {say: Bye., end: {}}
""")
SCRIPTS = {
    "return.en": shipped("en"), "return.ru": shipped("ru"), "odd": ODD, "short": SHORT, "keys": KEYS_ONLY,
    "conditional": CONDITIONAL,
}  # fmt: skip


class Caller:
    """Does anything at all, at random, as slowly as a caller can; counts seconds."""

    def __init__(self, script: CompiledScript, seed: int, bonus: str) -> None:
        contact = {"first_name": "Anna", "bonus": bonus}
        self.dialog = Dialog(script, contact, variant_seed=str(seed), zone=ZONE)
        self.script = script
        self.random = random.Random(seed)
        self.seconds = 0.0
        self.steps: list[str] = []

    def call(self) -> None:
        pending: list[DialogEvent] = [Answered()]
        listening: Listen | None = None
        told_limit = False
        while pending:
            event = pending.pop(0)
            actions = self.dialog.handle(event, NOON + timedelta(seconds=self.seconds))
            self.steps.append(self.dialog.step)
            for action in actions:
                match action:
                    case Say():
                        self.seconds += len(action.text) / SPOKEN_PER_SECOND
                        cut = self.random.random() < 0.2
                        if cut and listening is not None:
                            pending.append(self.answer(listening))
                        pending.append(Spoken(1000, cut=cut))
                    case Listen():
                        listening = action
                    case Transfer():
                        pending.append(TransferFailed())
                    case Finish():
                        return
                    case _:
                        pass
            if not pending and listening is not None:
                limit = self.script.script.limits.seconds
                if self.seconds >= limit and not told_limit:
                    pending.append(LimitReached())
                    told_limit = True
                else:
                    pending.append(self.answer(listening))

    def answer(self, listening: Listen) -> DialogEvent:
        limit = self.script.script.limits.seconds
        kind = self.random.random()
        waited = listening.silence_ms / 1000
        if kind < 0.2:
            self.seconds = min(limit, self.seconds + waited) if self.seconds < limit else self.seconds
            return Silence()
        spoke = self.random.choice([0.5, 3.0, ANSWER_SECONDS])
        self.seconds = min(limit, self.seconds + waited + spoke) if self.seconds < limit else self.seconds
        if kind < 0.35 and listening.keys:
            return Keys(self.random.choice(sorted(listening.keys)))
        intent = self.random.choice([*sorted(listening.allowed), "out_of_scope"])
        entity = Entity("time", "2026-11-25T15:00:00+03:00", "then", 0, 4)
        return Heard(Understanding(intent, intent, 0.9, (), (entity,) if self.random.random() < 0.3 else ()))


PROOFS = {name: prove(script.script, script.graph) for name, script in SCRIPTS.items()}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(SCRIPTS)), st.integers(0, 2**32), st.sampled_from(["", "100 RUB"]))
def test_no_call_is_longer_than_proved(name: str, seed: int, bonus: str) -> None:
    caller = Caller(SCRIPTS[name], seed, bonus)
    caller.call()
    assert caller.dialog.over
    assert caller.dialog.turns <= PROOFS[name].turns, caller.steps
    assert caller.seconds <= PROOFS[name].seconds + 5.0, "what is filled in is longer than its placeholder"


def test_a_short_script_needs_few_turns() -> None:
    """Two asides and a repeat at most, then an answer or one too many; and two answers that may be asked back."""
    assert PROOFS["short"].turns == 4 + 2 * 2
    assert PROOFS["keys"].turns == 2
    assert PROOFS["keys"].seconds < 80


def test_limits_bound_what_goes_in_circles() -> None:
    proof = PROOFS["return.en"]
    limits = SCRIPTS["return.en"].script.limits
    assert proof.turns == limits.turns
    assert limits.seconds < proof.seconds < limits.seconds + 30


def test_the_longest_way_is_shown_from_the_first_step_to_the_last() -> None:
    worst = PROOFS["keys"].worst
    assert worst[0] == "ask"
    assert worst[-1] in ("bye", "when_not_understood.1", "when_silent.1")


@pytest.mark.parametrize("turns", [1, 2, 5])
def test_fewer_turns_shorten_the_way(turns: int) -> None:
    script = shipped("en").script.model_copy(
        update={"limits": shipped("en").script.limits.model_copy(update={"turns": turns})}
    )
    assert prove(script, shipped("en").graph).turns == turns


def test_a_script_of_thirty_questions_is_walked_too() -> None:
    steps = "\n".join(
        f"  q{n}: {{say: Well?, answers: {{affirm: q{n + 1}, deny: q{n + 1}, ask_price: {{say: A., then: return}}}}}}"
        for n in range(30)
    )
    head = "script: long\nlanguage: en\nlimits: {turns: 200, seconds: 3000}\nstart: q0\nsteps:\n"
    text = f"{head}{steps}\n"
    text += "  q30: {end: {}}\n"
    text += "everywhere: {do_not_call: q30, wrong_number: q30, repeat: repeat}\n"
    script = compiled(text)
    assert prove(script.script, script.graph).turns > 30
