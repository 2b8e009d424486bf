"""The tables of ``docs/scripts.md``, made from the schema, so that the page cannot say what the language does not do.

The page is prose with gaps, each between two comments that Markdown does not show; what stands between them is made::

    <!-- made: Step -->
    …
    <!-- end -->

``python -m robot.script.reference`` fills the gaps of ``docs/scripts.md`` anew.
"""

import re
import types
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from robot.script.check import RULES
from robot.script.intents import MEANINGS
from robot.script.outcomes import OUTCOME_OF, PERSON_OF, outcome_of
from robot.script.parts import Intent, Name, OneOrMany, Part, Recording, Saying, Sentence, Spoken
from robot.script.schema import (
    Answer,
    Email,
    End,
    FieldType,
    Limits,
    Script,
    Slot,
    Sms,
    Step,
    TransferTarget,
    Variant,
    VoiceChoice,
    Voicemail,
)

__all__ = ["MODELS", "PAGE", "reference"]

PAGE: Final = Path("docs/scripts.md")
"""Where the page stands in the repository."""
MODELS: Final[Mapping[str, type[Part]]] = {
    model.__name__: model
    for model in (
        Script, Step, Slot, Variant, Recording, Spoken, End, TransferTarget, Limits, VoiceChoice, Voicemail, Sms, Email,
    )
}  # fmt: skip
"""The blocks of the language by the names of their gaps; each has a heading of its own on the page."""

_A_BLOCK: Final = {
    "Step": "a step", "Slot": "a slot", "Variant": "a variant", "Recording": "a recording",
    "Spoken": "a sentence with a condition", "End": "an end", "TransferTarget": "a transfer", "Limits": "limits",
    "VoiceChoice": "a voice", "Voicemail": "a voicemail message", "Sms": "an SMS", "Email": "an e-mail",
}  # fmt: skip
"""What each is called: in types, and in its heading."""
_TEXTS: Final = {
    id(get_args(alias)[1]): told
    for alias, told in (
        (Sentence, "a sentence"),
        (Name, "a name"),
        (Intent, "an intent"),
        (OneOrMany, "a text, or a list of them"),
        (Saying, "a sentence, [a recording](#a-recording), or [a list](#say-something) of them"),
        (Answer, "a step's name, `return`, `repeat`, or [a step](#a-step) written out"),
    )
}
"""The types that the schema has names for."""
_TOLD: Final = {
    ("Script", "include"): "a list of file names",
    ("Script", "understands"): "a list of file names",
    ("Script", "start"): "a step's name",
    ("Script", "inbound"): "a step's name",
    ("Script", "when_silent"): "a list of [steps](#a-step)",
    ("Script", "when_not_understood"): "a list of [steps](#a-step)",
    ("Script", "silenced"): "rule → a sentence",
    ("Slot", "type"): "a [type](#types), or `choice`",
    ("Step", "if"): "a [condition](#conditions)",
    ("Step", "then"): "a step's name, `return` or `repeat`",
    ("Step", "transfer"): "a name of `transfers`",
    ("Step", "play"): "a file's name, or [a recording](#a-recording)",
    ("Step", "keys"): "keys → a step's name, `return`, `repeat`, or [a step](#a-step) written out",
    ("Spoken", "if"): "a [condition](#conditions)",
    ("Recording", "if"): "a [condition](#conditions)",
    ("Recording", "play"): "a file's name",
    ("TransferTarget", "hours"): "two hours, `10:00-22:00`",
}
"""Key → its type, where the schema has only a text."""
_GAP: Final = re.compile(r"<!-- made: ([\w-]+) -->\n.*?<!-- end -->", re.DOTALL)


def reference(page: str) -> str:
    """Return the page with every gap filled anew.

    Raises:
        KeyError: A gap has a name that nothing is made for.
    """
    return _GAP.sub(lambda gap: f"<!-- made: {gap[1]} -->\n{_made(gap[1])}\n<!-- end -->", page)


def _made(name: str) -> str:
    if name in MODELS:
        return _table(("key", "type", "default", "what it is"), _keys(MODELS[name]))
    lists = {"rules": _rules, "answers": _answers, "in-place-of-an-answer": _in_place}
    return lists[name]()


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _rules() -> str:
    return _table(("rule", "what it finds"), ((f"`{rule}`", told) for rule, told in RULES.items()))


def _answers() -> str:
    def rows() -> Iterator[tuple[str, ...]]:
        for intent, meaning in MEANINGS.items():
            interest, disposition = outcome_of(intent)
            person = PERSON_OF.get(intent)
            yield f"`{intent}`", meaning, f"`{interest}`", f"`{disposition}`", f"`{person}`" if person else ""

    return _table(("intent", "what was meant", "interest", "disposition", "person"), rows())


def _in_place() -> str:
    """Make the table of what stands where no answer was given, or none that counts."""
    rows = (
        (answer.strip("()"), f"`{interest}`", f"`{disposition}`")
        for answer, (interest, disposition) in OUTCOME_OF.items()
        if answer.startswith("(")
    )
    return _table(("what happened", "interest", "disposition"), rows)


# --- keys


def _keys(model: type[Part]) -> Iterator[tuple[str, ...]]:
    hints = get_type_hints(model, include_extras=True)
    for name, field in model.model_fields.items():
        key = field.alias or name
        told = _TOLD.get((model.__name__, key)) or _type(hints[name])
        description = " ".join((field.description or "").split())
        yield f"`{key}`", told + _bounds(field.metadata), _default(field), description


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be there"
    value = field.default
    if value is None or value is PydanticUndefined or isinstance(value, Part) or value in ("", {}, ()):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _type(hint: Any) -> str:
    """Say a type as its writer thinks of it."""
    if get_origin(hint) is Annotated:
        inner, *metadata = get_args(hint)
        for one in metadata:
            if id(one) in _TEXTS:
                return _TEXTS[id(one)]
        return _type(inner)
    if hint == FieldType:
        return "a [type](#types)"
    arguments = get_args(hint)
    match get_origin(hint):
        case origin if origin in (Union, types.UnionType):
            ways = [_type(one) for one in arguments if one is not type(None)]
            return ", or ".join(dict.fromkeys(ways))
        case origin if origin is Literal:
            return ("one of " if len(arguments) > 1 else "") + ", ".join(f"`{one}`" for one in arguments)
        case origin if origin is dict:
            return f"{_type(arguments[0]).removeprefix('a ').removeprefix('an ')} → {_type(arguments[1])}"
        case origin if origin is tuple:
            return f"a list of {_type(arguments[0])}"
    if isinstance(hint, type) and issubclass(hint, Part):
        told = _A_BLOCK[hint.__name__]
        return f"[{told}](#{told.lower().replace(' ', '-')})"
    if isinstance(hint, type) and issubclass(hint, Enum):
        return "one of " + ", ".join(f"`{one.value}`" for one in hint)
    return {str: "a text", bool: "yes or no", int: "a whole number", float: "a number"}[hint]


def _bounds(metadata: Iterable[object]) -> str:
    least = most = above = None
    for one in metadata:
        least, most, above = getattr(one, "ge", least), getattr(one, "le", most), getattr(one, "gt", above)
    if least is not None and most is not None:
        return f", {least:g} to {most:g}"
    if least is not None:
        return f", {least:g} or more"
    return f", above {above:g}" if above is not None else ""


if __name__ == "__main__":
    PAGE.write_text(reference(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
