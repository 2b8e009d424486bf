"""The JSON Schema of the script language, for editors: completion, descriptions, and red lines under what is wrong.

An editor reads YAML by YAML's own rules, where ``price: 900`` is a number and a date may be anything; the loader takes
every scalar for text (`robot.script.reading`). So the schema takes a number or a truth for a text, as the loader does.
What only the loader can see (steps that are missing, placeholders) is left to ``perezvon script check``.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from robot.script.check import RULES
from robot.script.intents import MEANINGS
from robot.script.schema import Script

__all__ = ["json_schema", "write_schema"]

_Schema = dict[str, Any]
_TEXT: Final = ["string", "number", "boolean"]
"""What YAML readers of editors make of a text: `price: 900`, `open: true`."""
_TRUTH: Final = [{"type": "boolean"}, {"enum": ["yes", "no"]}]
"""YAML 1.2 reads `yes` as text."""
_FORMED: Final = {
    r"^[^\W\d][\w/-]*$": r"^[^\s!-@\[-^`{-~][^\s!-,.:-@\[-^`{-~]*$",
    r"^[\w-][\w.-]*$": r"^[^\s!-,./:-@\[-^`{-~][^\s!-,/:-@\[-^`{-~]*$",
    r"^(?:[\w-][\w .-]*/)*[\w-][\w .-]*\.(?:wav|WAV)$": r"^[^!-,./:-@\[-^`{-~][^!-,:-@\[-^`{-~]*\.(?:wav|WAV)$",
}
r"""Patterns of the schema → the same for editors, whose ``\w`` is ASCII alone (ECMA-262): signs named, letters not."""
_NAME: Final[_Schema] = {
    "pattern": r"^[^\s!-@\[-^`{-~][^\s!-,./:-@\[-^`{-~]*$",
    "not": {"enum": ["return", "repeat"]},
}
_ANY_TEXT: Final = frozenset({"say_as", "silenced"})
"""Blocks whose keys are no names."""


def json_schema() -> _Schema:
    """Return the JSON Schema (2020-12) of a call script."""
    made = Script.model_json_schema(by_alias=True)
    schema: _Schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Perezvon call script",
        **_for_editors({key: value for key, value in made.items() if key not in ("$defs", "title")}),
        "$defs": {name: _for_editors(_untitled(part)) for name, part in made["$defs"].items()},
    }
    for key, value in _properties(schema):
        if key == "end":
            value["anyOf"] = [{"$ref": value.pop("$ref")}, {"type": "null"}]
        elif "additionalProperties" in value and key not in _ANY_TEXT:
            value["propertyNames"] = _NAME
        elif key in ("answers", "everywhere"):
            (answer,) = value["patternProperties"].values()
            value["properties"] = {intent: {"description": told, **answer} for intent, told in MEANINGS.items()}
            value["properties"].pop("out_of_scope")
        if "patternProperties" in value:
            value["additionalProperties"] = False
    silenced = schema["properties"]["silenced"]
    silenced["properties"] = {rule: {"type": "string", "description": told} for rule, told in RULES.items()}
    silenced["additionalProperties"] = False
    return schema


def _properties(schema: _Schema) -> Iterator[tuple[str, _Schema]]:
    for part in (schema, *schema["$defs"].values()):
        yield from part.get("properties", {}).items()


def _untitled(part: _Schema) -> _Schema:
    return {key: value for key, value in part.items() if key != "title"}


def _for_editors(value: Any, *, is_key: bool = False) -> Any:
    """Make one part of pydantic's schema what an editor needs.

    Titles go, since pydantic makes them of the names of keys, and editors would show them over the description; so
    does ``null``, which a key with nothing after it would be, and that is a mistake.
    """
    if isinstance(value, list):
        return [_for_editors(one) for one in value]
    if not isinstance(value, dict):
        return _FORMED.get(value, value) if isinstance(value, str) else value
    if is_key:
        return {_FORMED.get(key, key): _for_editors(_untitled(inner)) for key, inner in value.items()}
    made = {key: _for_editors(inner, is_key=key in ("properties", "patternProperties")) for key, inner in value.items()}
    if "description" in made:
        made["description"] = " ".join(made["description"].split())
    if isinstance(made.get("default"), dict) or made.get("default", 0) in (None, [], ""):
        del made["default"]
    if made.get("type") == "string" and not made.keys() & {"enum", "const", "pattern"}:
        made["type"] = _TEXT
    if made.get("type") == "boolean":
        made["anyOf"] = _TRUTH
        del made["type"]
    ways = [way for way in made.get("anyOf", []) if way != {"type": "null"}]
    if len(ways) == 1:
        del made["anyOf"]
        made |= ways[0]
    elif ways:
        made["anyOf"] = ways
    return made


def write_schema(file: Path) -> None:
    """Write the JSON Schema into a file."""
    file.write_text(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_schema(Path(sys.argv[1]))
