import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.text import content_words, distance, normalise, once, turning_words


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Yes, please.", "yes please"),
        ("Call me tomorrow after 3.", "call me tomorrow after three"),
        ("At 21, or 40!", "at twenty one or forty"),
        ("At 3:30 p.m.", "at 3:30 pm"),
        ("I don’t want 20% off", "i don't want twenty percent off"),
        ("twenty-five", "twenty five"),
        ("Call 5551234", "call 5551234"),
        ("…", ""),
    ],
)
def test_english_is_brought_to_words(written: str, words: str) -> None:
    assert normalise(written) == words


def test_other_languages_keep_their_figures() -> None:
    assert normalise("Да, в 5!", "ru") == "да в 5"


@given(st.text(max_size=60))
def test_what_is_normal_stays_so(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


def test_words_that_carry_meaning() -> None:
    assert content_words("oh yes please") == ["yes"]
    assert content_words("thank you") == ["thank", "you"]


def test_numbers_and_denials_turn_a_reply() -> None:
    assert turning_words("call me on friday after three") == {"friday", "three"}
    assert turning_words("i don't want that") == {"not"}
    assert turning_words("never at half past five") == {"not", "half", "five"}
    assert not turning_words("sure why")


def test_a_stutter_is_said_once() -> None:
    assert once("nope nope") == "nope"
    assert once("sounds good sounds good") == "sounds good"
    assert once("no no yes") == "no no yes"
    assert once("") == ""


words = st.lists(st.sampled_from(["yes", "no", "call", "me"]), max_size=6)


@given(words, words)
def test_distance_is_a_share_the_same_both_ways(left: list[str], right: list[str]) -> None:
    assert 0 <= distance(left, right) == distance(right, left) <= 1
    assert (distance(left, right) == 0) == (left == right)
