import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tts.sentences import sentences


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Hello! How are you? Good.", ["Hello!", "How are you?", "Good."]),
        ("en", "Dr. Smith called at 3 p.m. today. Bye.", ["Dr. Smith called at 3 p.m. today.", "Bye."]),
        ("en", "It is J. Brown. Is it?", ["It is J. Brown.", "Is it?"]),
        ("en", "It costs 3.50 now… Fine?!", ["It costs 3.50 now…", "Fine?!"]),
        ("ru", "Ждём вас на ул. Ленина, д. 5. Придёте?", ["Ждём вас на ул. Ленина, д. 5.", "Придёте?"]),
        ("ru", "Это «Форсаж». Записать вас?", ["Это «Форсаж».", "Записать вас?"]),
        ("pl", "Czekamy przy ul. Długiej. Czy to pan?", ["Czekamy przy ul. Długiej.", "Czy to pan?"]),
        ("en", "One line\nand another", ["One line", "and another"]),
        ("en", " … ", []),
        ("en", "", []),
    ],
)
def test_texts_are_split_where_a_voice_would_pause(language: str, text: str, expected: list[str]) -> None:
    assert sentences(text, language) == expected


@given(st.text(alphabet="ab. !?…\nЯ5", max_size=40))
def test_no_word_is_lost(text: str) -> None:
    kept = "".join("".join(sentences(text, "en")).split())
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]
