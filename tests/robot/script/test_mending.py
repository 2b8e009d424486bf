"""What marketers plainly mean is made valid YAML; what could mean two things is left alone."""

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from robot.script.mending import Mended, mend, quoted

DIALOGS = Path(__file__).parents[3] / "dialogs"
SCRIPTS = [path.read_text("utf-8") for path in sorted(DIALOGS.glob("*.yaml"))]
RETURN = (DIALOGS / "return.en.yaml").read_text("utf-8")
STEP = "script: small\nsteps:\n  hello:\n    {}\n    listen: yes_no\n  bye: {{}}\n"


def read(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def reads(text: str) -> bool:
    try:
        YAML(typ="safe", pure=True).compose(StringIO(text))
    except (YAMLError, ValueError, RecursionError):
        return False
    return True


def line(written: str) -> str:
    """Return a line of a step as it is mended."""
    mended = mend(STEP.format(written))
    before, after = STEP.format("·").split("·")
    assert mended.text.startswith(before)
    assert mended.text.endswith(after)
    return mended.text[len(before) : -len(after)]


def meant(written: str) -> Any:
    """Return what a step of one line says in the end."""
    return read(mend(STEP.format(written)).text)["steps"]["hello"]["say"]


@pytest.mark.parametrize(
    ("written", "sentence", "rule"),
    [
        ("say: Это робот: удобно?", "Это робот: удобно?", "colon"),
        ("say: <first_name>: it's us", "<first_name>: it's us", "colon"),
        ("say: : hello", ": hello", "sign"),
        ('say: "Форсаж" ждёт вас', '"Форсаж" ждёт вас', "quote"),
        ('say: "Форсаж": скидка', '"Форсаж": скидка', "quote"),
        ('say: "Форсаж" и "Апекс"', '"Форсаж" и "Апекс"', "quote"),
        ('say: "Кафе "Форсаж" ждёт"', 'Кафе "Форсаж" ждёт', "quote"),
        ("say: 'It's a robot'", "It's a robot", "quote"),
        ("say: *Скидка* для вас", "*Скидка* для вас", "sign"),
        ("say: *Скидка*", "*Скидка*", "sign"),
        ("say: @forsazh ждёт", "@forsazh ждёт", "sign"),
        ("say: [Пауза] Алло", "[Пауза] Алло", "sign"),
        ("say: {Пауза, вдох} Алло", "{Пауза, вдох} Алло", "sign"),
        ("say: % скидки", "% скидки", "sign"),
        ("say: `Алло` вам", "`Алло` вам", "sign"),
        ("say: & Ко ждёт", "& Ко ждёт", "sign"),
        ("say: !Внимание! Алло", "!Внимание! Алло", "sign"),
        ("say: - Алло", "- Алло", "sign"),
        ("say: ? Алло", "? Алло", "sign"),
        ("say: > Алло: это мы", "Алло: это мы", "sign"),
        ("say: >- Алло", "Алло", "sign"),
        ("say:Привет", "Привет", "glued-key"),
        ("say:Это робот: удобно?", "Это робот: удобно?", "glued-key"),
        ('say:"Привет"', "Привет", "glued-key"),
        ("say:\u00a0Привет", "Привет", "glued-key"),
        ("say\u00a0: Привет", "Привет", "unseen"),
        ("\u200bsay: Привет", "Привет", "unseen"),
        ("say: Скидка: 10 \\ 20", "Скидка: 10 \\ 20", "colon"),
    ],
)
def test_what_was_plainly_meant_is_mended(written: str, sentence: str, rule: str) -> None:
    mended = mend(STEP.format(written))
    assert meant(written) == sentence
    (change,) = mended.changes
    assert (change.rule, change.place.line) == (rule, 4)
    assert change.sentence


@pytest.mark.parametrize(
    "written",
    [
        "say: Мы под номером #1 # для вас",
        "say: Это робот: удобно? # замечание",
        "say: Это робот:\n      удобно: да?",
        'say: "Привет',
        "say: 'Привет",
        'say: "Форсаж "Апекс"',
        "say: [Пауза Алло",
        "say: {first_name}, здравствуйте",
        "say: !x Привет",
        "say: &x Привет",
        "say: *x",
        "say: Привет\n    say: Пока",
        "answers: {affirm: bye deny: bye}",
        "end: {interest: cold} спасибо",
        "affirm: say: Привет",
        "<<: {say: Привет}",
        "say: “Привет”",
        "say: »Привет« – это мы",
        "say: >-\n      say:Привет\n      – say: Пока",
    ],
)
def test_what_could_mean_two_things_or_needs_nothing_is_left_alone(written: str) -> None:
    text = STEP.format(written)
    assert mend(text) == Mended(text)


def test_items_of_lists_are_sentences_or_begin_with_keys_that_the_language_has() -> None:
    text = (
        "when_silent:\n  - say:\n    - Это робот: удобно?\n    - У нас: сегодня: скидка\n    - *Да*\n    - sya: мимо\n"
    )
    (rung,) = read(mend(text).text)["when_silent"]
    assert rung["say"] == ["Это робот: удобно?", "У нас: сегодня: скидка", "*Да*", {"sya": "мимо"}]


def test_wordings_to_compare_are_sentences() -> None:
    text = STEP.format("variants:\n      discount: У нас: скидка\n      gift: @forsazh дарит")
    variants = read(mend(text).text)["steps"]["hello"]["variants"]
    assert variants == {"discount": "У нас: скидка", "gift": "@forsazh дарит"}


def test_the_rest_of_the_line_stays_where_it_was() -> None:
    assert line("say: Это: мы  ") == 'say: "Это: мы"  '
    assert mend(STEP.format("say: Это: мы")).changes[0].place.column == 10
    windows = STEP.format("say: Это: мы").replace("\n", "\r\n")
    assert mend(windows).text == windows.replace("Это: мы", '"Это: мы"')


@pytest.mark.parametrize("dash", ["–", "—", "−", "-"])
def test_a_dash_for_a_hyphen_begins_an_item(dash: str) -> None:
    space = "" if dash == "-" else " "
    text = f"when_silent:\n  {dash}{space}say: Алло!\n  {dash}{space}say: Вас не слышно.\n"
    mended = mend(text)
    assert read(mended.text) == {"when_silent": [{"say": "Алло!"}, {"say": "Вас не слышно."}]}
    assert [change.rule for change in mended.changes] == ["dash", "dash"]
    mixed = f"when_silent:\n  - say: Алло!\n  {dash} say: Вас не слышно: увы.\n    then: bye\n"
    assert read(mend(mixed).text)["when_silent"][1] == {"say": "Вас не слышно: увы.", "then": "bye"}


def test_tabs_count_as_two_spaces_where_the_file_can_then_be_read() -> None:
    text = re.sub(r"^( +)", lambda indent: indent[0].replace("  ", "\t"), RETURN, flags=re.MULTILINE)
    mended = mend(text)
    assert [change.rule for change in mended.changes] == ["tab"]
    assert mended.text == RETURN
    mixed = "steps:\n  hello:\n\tsay: Hello!\n    then: bye\n"
    assert mend(mixed).changes == ()


def test_tabs_that_could_stand_for_two_or_for_four_spaces_are_left_alone() -> None:
    assert mend("steps:\n  hello:\n    say: Hello!\n\tthen: bye\n").changes == ()


def test_spaces_that_nobody_sees_count_as_spaces() -> None:
    text = RETURN.replace("    say", "\u00a0 \u00a0 say").replace("\nsteps:", "\n\ufeffsteps:")
    mended = mend(text)
    assert mended.text == RETURN
    assert {change.rule for change in mended.changes} == {"unseen"}
    assert read(mend("steps:\n\u00a0\u00a0\n  bye: {}\n").text) == {"steps": {"bye": {}}}


def test_keys_without_a_space_are_mended_together() -> None:
    text = STEP.format("say:Привет\n    again:Удобно?\n    confirm:Да?")
    assert len(mend(text).changes) == 3
    assert read(mend("steps:\n  bye:\n    say:Пока\n    end:{}\n").text) == {
        "steps": {"bye": {"say": "Пока", "end": {}}}
    }


def test_a_script_full_of_colons_is_mended_whole() -> None:
    text = RETURN.replace("! ", ": ").replace("? ", ": ")
    mended = mend(text)
    assert len(mended.changes) >= 2
    assert reads(mended.text)


@pytest.mark.parametrize("text", SCRIPTS)
def test_shipped_scripts_need_no_mending(text: str) -> None:
    assert mend(text) == Mended(text)


LARGE = [
    "{" + "a," * 75_000, "a: b\n" * 30_000, "- a: b: c\n" * 15_000, "x" * 150_000, "\ta: b\n" * 25_000, "[" * 150_000,
    "\u00a0a: b\n" * 25_000, "say:a\n" * 25_000, "- “a”: b\n" * 15_000, '"' + "a " * 75_000, "\n" * 150_000,
]  # fmt: skip


@pytest.mark.parametrize("text", LARGE, ids=[text[:6] for text in LARGE])
def test_large_texts_are_given_up_early(text: str) -> None:
    assert mend(text).text.count("\n") == text.count("\n")


def test_quotes_need_no_escapes() -> None:
    assert [read(quoted(text)) for text in ("a: b", 'a "b" c', "it's", 'it\'s "b"', "a\\b")] == [
        "a: b", 'a "b" c', "it's", 'it\'s "b"', "a\\b",
    ]  # fmt: skip


SNIPPETS = st.sampled_from(
    ["\t", ": ", " #", "&a ", "*a", "*Only* ", "!x ", "[", "}", '"', "'", "- ", "– ", "? ", "\n", "\u00a0", "\u200b",
     ">", "say:", "\r\n", "\x85", "%", "@", "  ", "\ufeff", "---\n"]
)  # fmt: skip
MAY_TOUCH = {"unseen", "glued-key", "dash", "colon"}


def _holds(text: str) -> None:
    mended = mend(text)
    if reads(text):
        assert {change.rule for change in mended.changes} <= MAY_TOUCH
        assert reads(mended.text)
    assert (mended.text == text) == (mended.changes == ())
    assert all(change.place.line >= 1 and change.place.column >= 1 for change in mended.changes)
    assert mended.text.count("\n") == text.replace("\r\n", "\n").count("\n")


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    _holds(text)


@given(st.lists(st.sampled_from([*"say: \n-–#\"'[]{}*&!|>%@`\t\u00a0,?", "say:", "  ", "\n  - "]), max_size=60))
def test_any_signs(signs: list[str]) -> None:
    _holds("".join(signs))


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(SCRIPTS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6), SNIPPETS), min_size=1, max_size=4),
)
def test_a_script_with_damage(text: str, damage: list[tuple[float, int, str]]) -> None:
    for share, cut, snippet in damage:
        at = int(share * len(text))
        text = text[:at] + snippet + text[at + cut :]
    _holds(text)
