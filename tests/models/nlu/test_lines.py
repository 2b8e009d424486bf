"""The lines that understanding is measured by: sealed, many enough, rightly labelled in form, and taught to nobody."""

from collections import Counter
from pathlib import Path

import pytest

from models.nlu.data import read_nlu
from models.nlu.text import normalise
from tests.models.nlu import lines as lines_module
from tests.models.nlu.lines import (
    INTENTS,
    SEALED_SHA256,
    Line,
    checksum,
    every_line,
    languages,
    load,
    near_duplicates,
)

DATA = Path(__file__).parents[3] / "dialogs" / "nlu"

LEAST_LINES = {"ru": 1500, "en": 400, "pl": 400}
LEAST_TRAPS = {"ru": 330, "en": 100, "pl": 100}
LEAST_OF_INTENT = {
    "ru": {
        "do_not_call": 220, "out_of_scope": 330, "affirm": 90, "deny": 90, "callback_later": 70, "cannot_talk": 70,
        "": 35,
    },
    "en": {"do_not_call": 60, "out_of_scope": 80, "": 15},
    "pl": {"do_not_call": 60, "out_of_scope": 80, "": 15},
}  # fmt: skip
"""Language → intent → how many lines there are at least; under "" of every other intent."""


def _line(text: str) -> Line:
    return Line(text, "affirm", "yes_no", "offer", frozenset())


def test_russian_is_there() -> None:
    assert "ru" in languages()


@pytest.mark.parametrize("language", sorted(SEALED_SHA256))
def test_the_sealed_half_is_as_it_was_sealed(language: str) -> None:
    assert checksum(load(language, "sealed")) == SEALED_SHA256[language], (
        "the sealed half was edited: undo it, or, where a label was wrong, say so in the commit that changes this sum"
    )


@pytest.mark.parametrize("language", languages())
def test_there_are_as_many_lines_as_figures_need(language: str) -> None:
    lines = every_line(language)
    least = LEAST_OF_INTENT[language]
    count = Counter(line.intent for line in lines)
    assert len(lines) >= LEAST_LINES[language]
    assert sum(line.is_trap for line in lines) >= LEAST_TRAPS[language]
    assert {name: count[name] for name in INTENTS if count[name] < least.get(name, least[""])} == {}


@pytest.mark.parametrize("language", languages())
def test_both_halves_hold_lines_of_every_intent(language: str) -> None:
    for half in ("dev", "sealed"):
        assert {line.intent for line in every_line(language) if line.half == half} == INTENTS
    assert len(load(language, "dev")) + len(load(language, "sealed")) == len(every_line(language))


@pytest.mark.parametrize("language", languages())
def test_no_line_stands_twice(language: str) -> None:
    count = Counter(normalise(line.text) for line in every_line(language))
    assert [text for text, times in count.items() if times > 1 or not text] == []


@pytest.mark.parametrize("language", languages())
def test_what_a_line_says_of_itself_fits(language: str) -> None:
    lines = every_line(language)
    assert [line for line in lines if line.intent not in INTENTS] == []
    assert [line for line in lines if bool(line.listen) != (line.context not in {"", "none"})] == []
    assert [line for line in lines if line.text != line.text.strip() or "  " in line.text] == []


def test_russian_is_spoken_damaged_and_typed() -> None:
    lines = every_line("ru")
    typed = sum(line.text[0].isupper() for line in lines)
    damaged = sum("asr" in line.tags for line in lines)
    assert typed / len(lines) == pytest.approx(0.25, abs=0.02)
    assert damaged / len(lines) == pytest.approx(0.2, abs=0.02)
    assert max(len(line.text.split()) for line in lines) <= 20


@pytest.mark.parametrize("language", sorted(SEALED_SHA256))
def test_nothing_is_taught_that_is_measured(language: str) -> None:
    """Fails on near-duplicates; lines of fewer than three words ("да", "нет, спасибо") are bound to stand in both."""
    data = read_nlu([DATA / f"common.{language}.yml"])
    taught = [example for examples in data.examples.values() for example in examples]
    pairs = near_duplicates(load(language, "sealed"), taught, language)
    assert not pairs, "take these examples out of the training data: " + "; ".join(
        f"“{example}” (as the sealed “{line}”)" for line, example in pairs
    )


@pytest.mark.parametrize(
    ("line", "example"),
    [
        ("Я сейчас за рулём!", "я сейчас за рулем"),
        ("за рулём я сейчас", "я сейчас за рулём"),
        ("перезвоните мне вечером", "мне вечером перезвони"),
        ("да некогда мне", "некогда мне"),
    ],
)
def test_a_line_in_other_endings_or_order_is_a_near_duplicate(line: str, example: str) -> None:
    assert near_duplicates([_line(line)], [example], "ru") == [(line, normalise(example))]


@pytest.mark.parametrize(
    ("line", "example"),
    [
        ("да", "да"),
        ("нет спасибо", "нет спасибо"),
        ("я сейчас за рулём", "я сейчас на совещании"),
        ("не звоните мне больше", "больше мне ничего не говорите"),
    ],
)
def test_a_short_line_or_one_in_other_words_is_none(line: str, example: str) -> None:
    assert near_duplicates([_line(line)], [example], "ru") == []


def test_the_half_of_a_line_is_that_of_its_words() -> None:
    assert _line("Да, удобно.").half == _line("да удобно").half
    assert {_line(word).half for word in ("да", "нет", "ага", "угу", "алло", "кто это", "потом")} == {"dev", "sealed"}


def test_a_checksum_minds_every_column_and_no_order() -> None:
    one, two = _line("да"), _line("ага")
    assert checksum([one, two]) == checksum([two, one])
    assert checksum([one]) != checksum([Line("да", "affirm", "yes_no", "offer", frozenset({"asr"}))])


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ("да\taffirm\n", "first row"),
        ("text\tintent\tlisten\tcontext\ttags\nда\taffirm\n", "2 columns"),
        ("text\tintent\tlisten\tcontext\ttags\nда\taffirm\tmaybe\toffer\t\n", "maybe"),
        ("text\tintent\tlisten\tcontext\ttags\nда\taffirm\tyes_no\toffer\tloud\n", "loud"),
    ],
)
def test_a_bad_row_is_named(rows: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xx.tsv").write_text(rows, encoding="utf-8")
    monkeypatch.setattr(lines_module, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=complaint):
        every_line("xx")
