"""From hypotheses to one meaning."""

from datetime import datetime

import pytest

from models.protocols import Transcript, Understanding
from robot.call.understand import Context, understand
from tests.robot.call.scripted import Book, ScriptedNlu

NLU = ScriptedNlu(Book({"yes": "affirm", "yes i do": "affirm", "no": "deny", "how much": "ask_price"}))


def heard(best: str, *others: str, confidence: float = 0.9, allowed: frozenset[str] | None = None) -> Understanding:
    return understand(NLU, Transcript(best, confidence, alternatives=others), allowed, datetime(2026, 11, 23, 12))


def test_the_best_hypothesis_counts() -> None:
    assert heard("yes", "no").intent == "affirm"


def test_a_second_hypothesis_that_agrees_changes_nothing() -> None:
    assert heard("yes", "yes i do", confidence=0.3) == NLU.parse("yes")


def test_two_that_disagree_never_make_a_sure_intent() -> None:
    meant = heard("yes", "no", confidence=0.3)
    assert (meant.intent, meant.confidence) == ("affirm", 0.3)
    assert not Context.decides(meant)


def test_what_means_nothing_is_not_rescued_by_a_guess() -> None:
    assert heard("yez", "yes").intent == "out_of_scope"


def test_only_what_is_allowed_is_meant() -> None:
    assert heard("how much", allowed=frozenset({"affirm", "deny"})).intent == "out_of_scope"


@pytest.mark.parametrize(
    ("intent", "confidence", "decides"),
    [("affirm", 0.95, True), ("affirm", 0.75, True), ("affirm", 0.7, False), ("out_of_scope", 0.99, False)],
)
def test_what_decides_a_step_early(intent: str, confidence: float, decides: bool) -> None:
    assert Context.decides(Understanding("", intent, confidence)) is decides


def test_what_may_be_heard_are_the_examples_of_what_may_be_meant() -> None:
    context = Context.of(NLU, frozenset({"affirm", "deny", "unheard_of"}), ("monday",))
    assert context.allowed == frozenset({"affirm", "deny", "unheard_of"})
    assert context.phrases == ("monday", "no", "yes i do"), "one of each, in order"
