"""Whose words are believed, decided without an engine."""

from collections.abc import Callable

from models.asr.checked import judge
from models.asr.whisper import Weight
from models.protocols import Transcript

PHRASES = frozenset({"yes", "no", "wrong number", "call me tomorrow after three", "i am interested", "no thank you"})


def claimed(text: str) -> Transcript:
    return Transcript(text, 0.6, engine="grammar")


def heard(text: str, confidence: float) -> Transcript:
    return Transcript(text, confidence, engine="whisper")


def weights(**total: float) -> Callable[[str], Weight]:
    """Weigh texts as given, by their first word."""
    return lambda text: Weight(total[text.split()[0]], total[text.split()[0]] / len(text.split()))


def never(_text: str) -> Weight:
    raise AssertionError("nothing was to be weighed")


def test_agreement_is_believed() -> None:
    assert judge(claimed("yes"), heard("oh yes please", 0.4), PHRASES, never).text == "yes"
    assert judge(claimed("yes"), heard("yes", 0.4), PHRASES, never).confidence >= 0.9


def test_a_phrase_nearly_as_likely_as_what_was_written_is_believed() -> None:
    believed = judge(
        claimed("call me tomorrow after three"), heard("phone me tomorrow after free", 0.5), PHRASES,
        weights(call=-4.0, phone=-2.0),
    )  # fmt: skip
    assert believed.text == "call me tomorrow after three"
    assert believed.alternatives == ("phone me tomorrow after free",)
    assert believed.confidence > 0.5


def test_a_phrase_that_whisper_would_never_write_is_not() -> None:
    believed = judge(claimed("no thank you"), heard("blue potatoes dance", 0.6), PHRASES, weights(no=-20, blue=-2))
    assert (believed.text, believed.confidence) == ("blue potatoes dance", 0.6)
    assert believed.alternatives == ("no thank you",)


def test_a_number_or_a_not_is_never_overruled() -> None:
    likely = weights(call=-1.0, ring=-1.0, i=-1.0)
    four = heard("ring me tomorrow after four", 0.5)
    assert judge(claimed("call me tomorrow after three"), four, PHRASES, likely).text == four.text
    denied = heard("i am not in rested", 0.4)
    believed = judge(claimed("i am interested"), denied, PHRASES, likely)
    assert believed.text == denied.text
    assert believed.confidence <= 0.3


def test_the_begin_of_something_longer_is_not_all_of_it() -> None:
    long = heard("number please and then something else entirely", 0.4)
    believed = judge(claimed("wrong number"), long, PHRASES, weights(wrong=-1.0, number=-9.0))
    assert believed.text == long.text
    assert believed.confidence <= 0.3


def test_what_whisper_is_certain_of_is_not_weighed() -> None:
    assert judge(claimed("wrong number"), heard("strong timber", 0.95), PHRASES, never).text == "strong timber"


def test_an_expected_phrase_needs_less_certainty() -> None:
    believed = judge(claimed("no"), heard("yes", 0.3), PHRASES, never)
    assert (believed.text, believed.confidence) == ("yes", 0.7)


def test_doubt_on_both_sides_is_not_understood() -> None:
    believed = judge(claimed("wrong"), heard("sum of timber", 0.4), PHRASES, never)
    assert believed.confidence <= 0.3


def test_what_only_the_grammar_heard_is_not_understood() -> None:
    believed = judge(claimed("yes"), heard("", 0.0), PHRASES, never)
    assert (believed.text, believed.confidence) == ("yes", 0.3)


def test_nothing_is_nothing() -> None:
    assert judge(claimed(""), heard("", 0.0), PHRASES, never).text == ""
