"""The JSON Schema that editors use is current, takes every script of the house, and marks what is misspelt."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from models.nlu import read_nlu
from robot.script.intents import MEANINGS
from robot.script.json_schema import json_schema
from robot.script.schema import Script
from tests.robot.script.test_loader import WHOLE

ROOT = Path(__file__).parents[3]
FILE = ROOT / "docs" / "schemas" / "script.json"
SCRIPTS = sorted(
    path
    for path in (ROOT / "dialogs").glob("*.yaml")
    if not path.name.endswith(".test.yaml") and re.search(r"^script\s*:", path.read_text("utf-8"), re.MULTILINE)
)
SCHEMA = json_schema()


def as_an_editor_reads(text: str) -> Any:
    """Read YAML 1.2 by its core schema, as editors do: dates are text there, and keys of JSON always are."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): plain(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [plain(inner) for inner in value]
        return value.isoformat() if isinstance(value, date) else value

    return plain(YAML(typ="safe").load(text))


def marked(text: str) -> list[str]:
    """Give what an editor would underline."""
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(as_an_editor_reads(text))]


def test_the_committed_schema_is_current() -> None:
    assert json.loads(FILE.read_text("utf-8")) == SCHEMA, (
        "run: python -m robot.script.json_schema docs/schemas/script.json"
    )


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_script_of_the_house_is_taken(path: Path) -> None:
    assert marked(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("script: small", "script: small\nfacts: {price: 900, open: true, day: 2027-03-01}"),
        ("script: small", "script: small\ntransfers: {desk: {to: 100}, home: {to: +74951234567}}"),
        ("say: Goodbye!", "say: [Goodbye!, {if: a is known, say: You., otherwise: Me.}, {play: пока/до свидания.wav}]"),
        ("say: Goodbye!", "say: Goodbye!\n    uninterruptible: yes"),
        ("say: Goodbye!", "say: Goodbye!\n    tags: 2027\n    note: 5"),
        ("end: {}", "end:"),
        ("affirm: goodbye", "афиша: goodbye"),
        ("deny: goodbye}", "deny: goodbye}\n    keys: {1: goodbye, '#': goodbye}"),
        ("script: small", "script: small\ninclude: [общее.ru]\nsilenced: {digits: it is a brand}"),
    ],
)
def test_what_the_loader_takes_is_not_marked(old: str, new: str) -> None:
    assert marked(WHOLE.replace(old, new)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("listen: yes_no", "lissen: yes_no"),
        ("listen: yes_no", "listen: yesno"),
        ("say: Goodbye!", "sya: Goodbye!"),
        ("say: Goodbye!", "say: [{if: a is known, said: Goodbye!}]"),
        ("say: Goodbye!", "then:"),
        ("end: {}", "end: {intrest: warm}"),
        ("end: {}", "end: {interest: lukewarm}"),
        ("start: greeting", "strat: greeting"),
        ("start: greeting", "start: greeting\nsilenced: {digit: it is a brand}"),
        ("start: greeting", "start: greeting\nlimits: {turns: many}"),
        ("  goodbye:\n", "  return:\n"),
        ("affirm: goodbye", "7affirm: goodbye"),
        ("listen: yes_no", "ask_for: {when: tiem}"),
        ("language: en", "language: de"),
    ],
)
def test_what_is_misspelt_is_marked(old: str, new: str) -> None:
    assert old in WHOLE
    assert marked(WHOLE.replace(old, new)) != []


def test_every_key_has_a_description_and_no_title_hides_it() -> None:
    for part in (SCHEMA, *SCHEMA["$defs"].values()):
        for key, value in part.get("properties", {}).items():
            told = value.get("description") or SCHEMA["$defs"][value["$ref"].rpartition("/")[2]]["description"]
            assert told, key
            assert "title" not in value


def test_no_pattern_asks_for_what_only_python_takes_for_letters() -> None:
    assert r"\\w" not in json.dumps(SCHEMA), r"in editors \w is ASCII: add the pattern to _FORMED"
    assert r"\\W" not in json.dumps(SCHEMA)


def test_every_intent_of_the_language_packs_is_offered() -> None:
    assert list(SCHEMA["properties"]["everywhere"]["properties"]) == [one for one in MEANINGS if one != "out_of_scope"]
    for pack in (ROOT / "dialogs" / "nlu").glob("common.*.yml"):
        assert set(read_nlu([pack]).examples) == set(MEANINGS), pack.name


def test_the_schema_knows_every_key() -> None:
    keys = {field.alias or name for name, field in Script.model_fields.items()}
    assert set(SCHEMA["properties"]) == keys
