"""Words with their places."""

from hypothesis import given
from hypothesis import strategies as st

from models.nlu.reply_words import entity, fold, listed, overlaps, words_of


def test_words_digits_and_signs_are_apart() -> None:
    assert [word.text for word in words_of("Ещё 5км, Łódź-o'clock_")] == [
        "еще", "5", "км", ",", "lodz", "-", "oclock", "_",
    ]  # fmt: skip


def test_digits_of_any_script_are_ascii() -> None:
    assert words_of("٣٤")[0].text == "34"


@given(st.text(max_size=40))
def test_places_are_of_the_reply_and_no_word_is_empty(text: str) -> None:
    words = words_of(text)
    assert "".join(text[word.start : word.end] for word in words) == "".join(text.split()) or not text.isprintable()
    assert all(word.text for word in words)


def test_overlapping_is_to_share_a_character() -> None:
    text = "one two"
    one, two = entity("number", "1", text, 0, 3), entity("number", "2", text, 4, 7)
    assert not overlaps(one, [two])
    assert overlaps(one, [two, entity("digits", "12", text, 2, 5)])


def test_a_list_is_folded() -> None:
    assert listed("Łódź ёж") == {"lodz", fold("ёж")}
