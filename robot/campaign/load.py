"""Reads a campaign's plan from YAML. What is left out keeps its default, also inside ``retry``.

Every scalar is taken as text, and the plan's own types make instants and numbers of it: to YAML alone, ``10:00`` may be
a number and ``no`` a falsehood.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from robot.campaign.errors import PlanError
from robot.campaign.plan import CampaignPlan, Retry, Window
from robot.campaign.policy import zone_named
from robot.script.findings import nearest
from robot.words import Disposition, Result

__all__ = ["load_plan", "read_plan"]

_Path = tuple[str, ...]
_Tree = str | None | list["_Tree"] | dict[str, "_Tree"]
_instant = TypeAdapter(datetime)
_WANTED = {
    "float_parsing": "a number of seconds",
    "int_parsing": "a whole number",
    "time_parsing": "a time of day, such as 10:00",
    "datetime_from_date_parsing": "a date and a time, such as 2026-12-01 20:00",
    "datetime_parsing": "a date and a time, such as 2026-12-01 20:00",
    "string_type": "a text",
    "tuple_type": "a list, such as [1, 2, 3, 4, 5]",
    "dict_type": "keys with values, on lines of their own",
    "model_type": "keys with values, on lines of their own",
}


def load_plan(path: Path, default_zone: str = "UTC") -> CampaignPlan:
    """Read the plan in a file; a script that lies beside it is named by its path from then on.

    Args:
        path: The YAML file.
        default_zone: IANA zone that an ``until`` without a zone is read in, where the plan names no ``zone``.

    Raises:
        PlanError: It cannot be used.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise PlanError(f"{path}: the plan cannot be read: {error.strerror}; check the path") from error
    except UnicodeDecodeError as error:
        raise PlanError(f"{path}: the plan is not text in UTF-8; save it as UTF-8") from error
    plan = read_plan(text, str(path), default_zone)
    beside = path.parent / plan.script
    return plan.model_copy(update={"script": str(beside.resolve())}) if beside.is_file() else plan


def read_plan(text: str, name: str, default_zone: str = "UTC") -> CampaignPlan:
    """Read a plan; ``name`` is what errors call its file.

    Raises:
        PlanError: It cannot be used.
    """
    tree, lines = _parse(text, name)
    for key, defaults in (("retry", CampaignPlan.model_fields["retry"]), ("retry_after_talk", _AFTER_TALK)):
        named = tree.get(key)
        if isinstance(named, dict):
            kept: dict[str, _Tree] = {
                str(word): retry.model_dump(mode="json") for word, retry in defaults.default.items()
            }
            tree[key] = kept | named
    try:
        _place_until(tree, default_zone)
        plan = CampaignPlan.model_validate(tree)
    except ValidationError as error:
        told = [_tell(mistake, name, lines) for mistake in error.errors()]
        raise PlanError("\n".join(dict.fromkeys(told))) from None
    mistakes = [f"{_place(path, name, lines)}: {what}" for path, what in _doubts(plan)]
    if mistakes:
        raise PlanError("\n".join(mistakes))
    return plan


_AFTER_TALK = CampaignPlan.model_fields["retry_after_talk"]


def _place_until(tree: dict[str, _Tree], default_zone: str) -> None:
    """Give an ``until`` without a zone the plan's own; what is wrong with either is found later, with its line."""
    until, zone = tree.get("until"), zone_named(str(tree.get("zone") or default_zone))
    if not isinstance(until, str) or zone is None:
        return
    try:
        instant = _instant.validate_python(until)
    except ValidationError:
        return
    if instant.tzinfo is None:
        tree["until"] = instant.replace(tzinfo=zone).isoformat()


def _doubts(plan: CampaignPlan) -> Iterator[tuple[_Path, str]]:
    """Find what has the right type and makes no sense."""
    if plan.zone is not None and not isinstance(zone_named(plan.zone), ZoneInfo):
        yield ("zone",), f"{plan.zone!r} is no time zone; write an IANA name, such as Europe/Moscow"
    if plan.until is not None and plan.until.tzinfo is None:
        yield ("until",), "it has no time zone; add one: 2026-12-01T20:00+03:00"
    if not plan.windows:
        yield ("windows",), "without a window nobody is ever called; leave the key out for 10:00 to 20:00 on workdays"
    for number, window in enumerate(plan.windows):
        wrong = [day for day in window.days if not 1 <= day <= 7]
        if wrong or not window.days:
            yield ("windows", str(number), "days"), "days are numbers from 1 (Monday) to 7 (Sunday), at least one"
        for key, at in (("opens", window.opens), ("closes", window.closes)):
            if at.tzinfo is not None:
                yield ("windows", str(number), key), "a window is in the contact's own zone; leave the zone out"


# --- YAML, with lines


def _parse(text: str, name: str) -> tuple[dict[str, _Tree], Mapping[_Path, int]]:
    try:
        root = YAML(typ="rt", pure=True).compose(StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        if "\\t" in (error.problem or ""):
            raise PlanError(f"{name}:{line}: the line begins with a tab; use spaces") from None
        raise PlanError(
            f"{name}:{line}: this is not YAML: {error.problem or error.context}; check colons and indents"
        ) from None
    except (YAMLError, RecursionError) as error:
        raise PlanError(f"{name}: this is not YAML: {error}") from None
    lines: dict[_Path, int] = {}
    tree = _tree(root, (), name, lines) if root is not None else None
    if not isinstance(tree, dict):
        raise PlanError(f"{name}:1: the file holds no plan; begin with the keys name:, script: and trunk:")
    return tree, lines


def _tree(node: Node, path: _Path, name: str, lines: dict[_Path, int]) -> _Tree:
    lines.setdefault(path, node.start_mark.line + 1)
    if len(path) > 10 or len(lines) > 5000:
        raise PlanError(f"{name}:{node.start_mark.line + 1}: a plan has no such depth or length; take the anchors out")
    if isinstance(node, ScalarNode):
        return None if node.value in {"", "~", "null"} and not node.style else str(node.value)
    if isinstance(node, SequenceNode):
        return [_tree(item, (*path, str(number)), name, lines) for number, item in enumerate(node.value)]
    assert isinstance(node, MappingNode)
    tree: dict[str, _Tree] = {}
    for key, value in node.value:
        word = str(key.value)
        line = key.start_mark.line + 1
        if word in tree:
            raise PlanError(f"{name}:{line}: {word}: the key stands here twice; take one out")
        lines[*path, word] = line
        tree[word] = _tree(value, (*path, word), name, lines)
    return tree


# --- telling mistakes


def _place(path: _Path, name: str, lines: Mapping[_Path, int]) -> str:
    known = path
    while known and known not in lines:
        known = known[:-1]
    return ": ".join(part for part in (f"{name}:{lines.get(known, 1)}", ".".join(path)) if part)


def _tell(mistake: ErrorDetails, name: str, lines: Mapping[_Path, int]) -> str:
    path = tuple(str(part) for part in mistake["loc"] if part != "[key]")
    kind = mistake["type"]
    if kind == "extra_forbidden":
        what = f"there is no such key. {nearest(path[-1], _keys_at(path[:-1]))}"
    elif kind == "missing":
        what = "the key is missing; add it"
    elif kind == "enum":
        what = f"there is no such word. {nearest(str(mistake['input']), _keys_at(path[:-1]))}"
    elif path[:1] == ("windows",) and "days" in path and kind == "int_parsing":
        what = f"days are numbers from 1 (Monday) to 7 (Sunday), not {mistake['input']!r}"
    elif path == ("windows",) and kind == "tuple_type":
        what = 'windows stand in a list: [{days: [1, 2, 3, 4, 5], opens: "10:00", closes: "20:00"}]'
    elif kind in _WANTED:
        what = f"{_WANTED[kind]}{',' if ', such' in _WANTED[kind] else ''} was expected, not {mistake['input']!r}"
    else:
        what = mistake["msg"][:1].lower() + mistake["msg"][1:]
    return f"{_place(path, name, lines)}: {what}"


def _keys_at(path: _Path) -> list[str]:
    """Return the words that are allowed at a place of a plan."""
    match path:
        case ():
            return list(CampaignPlan.model_fields)
        case ("windows", *_):
            return list(Window.model_fields)
        case ("retry",):
            return [str(word) for word in Result]
        case ("retry_after_talk",):
            return [str(word) for word in Disposition]
        case _:
            return list(Retry.model_fields)
