"""The JSON Schema of the script language, for editors: completion, descriptions, and red lines under what is wrong."""

import json
import sys
from pathlib import Path
from typing import Any

from robot.script.schema import Script

__all__ = ["json_schema", "write_schema"]

_TEXT = {"string", "number", "boolean"}
"""What YAML readers of editors take a text for: `price: 900`, `open: yes`."""


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a call script."""
    schema = Script.model_json_schema(by_alias=True)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Perezvon call script", **schema}
    for part in (schema, *schema["$defs"].values()):
        for key, value in part.get("properties", {}).items():
            _simplify(value)
            if key in ("facts", "say_as"):
                value["additionalProperties"] = {"type": sorted(_TEXT)}
            if key == "end":
                value["anyOf"] = [*value.get("anyOf", []), {"type": "null"}]
        for only_internal in ("title",) if part is not schema else ():
            part.pop(only_internal, None)
    return schema


def _simplify(value: Any) -> None:
    """Take out the titles that pydantic makes of the names of keys: editors would show them over the description."""
    if isinstance(value, dict):
        if isinstance(value.get("title"), str):
            del value["title"]
        for inner in value.values():
            _simplify(inner)
    elif isinstance(value, list):
        for inner in value:
            _simplify(inner)


def write_schema(file: Path) -> None:
    """Write the JSON Schema into a file."""
    file.write_text(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_schema(Path(sys.argv[1]))
