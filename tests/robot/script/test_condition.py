"""Conditions: what they read, what is true of whom, and what is told about those that cannot be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.script.condition import ConditionError, read_condition, value_problem

TYPES = {"bonus": "money", "visits": "number", "city": "text", "last_visit": "date", "paid": "text"}
ANNA = {"bonus": "150 RUB", "visits": "3", "city": "Нижний  Новгород", "last_visit": "2025-11-02", "paid": "no"}


@pytest.mark.parametrize(
    "true",
    [
        "bonus > 0",
        "bonus >= 150 RUB",
        "bonus = 150",
        "visits != 4",
        "visits in 1, 2, 3",
        "city = 'нижний новгород'",
        'city = "Нижний Новгород"',
        "city in Казань, 'нижний новгород'",
        "last_visit < 2026-01-01",
        "last_visit = 2025-11-02",
        "bonus is known and phone is unknown",
        "not (visits < 3 or visits > 5)",
        "visits < 3 or visits > 2 and bonus > 0",
        "not bonus > 1000",
        "not bonus > 0 or visits = 3",
        "visits",
        "not paid",
        "not email",
        "not email = 'a@b.ru'",
    ],
)
def test_what_is_true_of_anna(true: str) -> None:
    assert read_condition(true).holds(ANNA, TYPES)
    assert not read_condition(f"not ({true})").holds(ANNA, TYPES)


@pytest.mark.parametrize("asked", ["bonus > 0", "bonus < 1", "bonus != 5", "bonus in 1, 2", "bonus", "bonus is known"])
def test_of_what_is_not_known_nothing_is_true(asked: str) -> None:
    assert not read_condition(asked).holds({}, TYPES)
    assert not read_condition(asked).holds({"bonus": "  "}, TYPES)


def test_and_binds_closer_than_or() -> None:
    condition = read_condition("a = 1 or b = 1 and c = 1")
    assert condition.holds({"a": "1"}, {})
    assert not condition.holds({"b": "1"}, {})
    assert condition.holds({"b": "1", "c": "1"}, {})


def test_numbers_compare_as_numbers_and_words_as_words() -> None:
    assert read_condition("visits > 9").holds({"visits": "10"}, {"visits": "number"})
    assert read_condition("visits = 3").holds({"visits": "3.0"}, {"visits": "number"})
    assert read_condition("code = 3").holds({"code": "3"}, {"code": "text"})
    assert not read_condition("code = 3").holds({"code": "3.0"}, {"code": "text"})


@pytest.mark.parametrize(
    ("text", "wanted", "column"),
    [
        ("", "a name", 0),
        ("bonus >", "a value", 7),
        ("bonus > 0 visits", "“and” or “or”", 10),
        ("(bonus > 0", "a closing bracket", 10),
        ("bonus is big", "“known” or “unknown”", 9),
        ("> 0", "a name", 0),
        ("bonus > 0 &", "“&” is no part", 10),
        ("bonus > 0 and", "a name", 13),
        ("__import__('os')", "“and” or “or”", 10),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, wanted: str, column: int) -> None:
    with pytest.raises(ConditionError, match=wanted) as caught:
        read_condition(text)
    assert caught.value.column == column


@pytest.mark.parametrize(
    ("kind", "operator", "value", "fits"),
    [
        ("money", ">", "900 RUB", True),
        ("money", ">", "much", False),
        ("number", "=", "3", True),
        ("date", "<", "2026-01-01", True),
        ("date", "<", "spring", False),
        ("text", "<", "b", False),
        ("text", "=", "b", True),
    ],
)
def test_what_a_field_can_be_compared_with(kind: str, operator: str, value: str, fits: bool) -> None:
    assert (value_problem(kind, operator, value) is None) is fits


@given(st.text(max_size=60))
def test_any_text_is_a_condition_or_is_told(text: str) -> None:
    try:
        condition = read_condition(text)
    except ConditionError as why:
        assert str(why)
    else:
        assert condition.holds({}, {}) in (True, False)
        assert list(condition.tests())


@given(
    st.lists(st.sampled_from(["(", ")", "not", "and", "or", "a", "=", "1", "<", "in", ",", "is", "known"]), max_size=40)
)
def test_any_row_of_words_is_read_or_told(words: list[str]) -> None:
    try:
        condition = read_condition(" ".join(words))
    except ConditionError as why:
        assert 0 <= why.column <= len(" ".join(words))
    else:
        assert condition.holds({"a": "1", "known": "x"}, {}) in (True, False)
