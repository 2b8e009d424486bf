"""What is different between two versions of a script, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from robot.script.graph import Node, lay_out
from robot.script.schema import Script

__all__ = ["differences"]

_OWN = ("steps", "everywhere", "when_silent", "when_not_understood", "at_limit")
"""Keys whose content the graph tells better."""
_TOLD_AS_NODES = frozenset({"answers", "keys", "if_transfer_fails", "otherwise"})


def differences(old: Script, new: Script) -> Iterator[str]:
    """Give what is different, a sentence each: first the head of the script, then its steps in the new order."""
    for key in Script.model_fields:
        if key not in _OWN:
            yield from _value(key.removesuffix("_"), getattr(old, key), getattr(new, key))
    before, after = lay_out(old), lay_out(new)
    for intent in {**before.everywhere, **after.everywhere}:
        yield from _way("everywhere", intent, before.everywhere.get(intent), after.everywhere.get(intent))
    for name, node in after.nodes.items():
        if name not in before.nodes:
            yield f"{name}: a new step{_words(node)}"
        else:
            yield from _node(before.nodes[name], node)
    for name in before.nodes:
        if name not in after.nodes:
            yield f"{name}: this step is gone"
    yield from _sounds(old, new)


def _words(node: Node) -> str:
    first = next((sentence for _, sentence in node.wordings()), None)
    return f", which says “{first}”" if first is not None else ""


def _node(old: Node, new: Node) -> Iterator[str]:
    if old.confirms is None:
        for key in type(new.step).model_fields:
            if key not in _TOLD_AS_NODES:
                named = f"{new.name}: {key.removesuffix('_')}"
                yield from _value(named, getattr(old.step, key), getattr(new.step, key))
        if old.kind is not new.kind:
            yield f"{new.name}: is now a step of another kind: {new.kind}, and was {old.kind}"
    for trigger in {**old.exits, **new.exits}:
        if trigger != "(then)":  # told as the key itself
            yield from _way(new.name, trigger, old.exits.get(trigger), new.exits.get(trigger))


def _way(source: str, trigger: str, old: str | None, new: str | None) -> Iterator[str]:
    if old == new:
        return
    shown = trigger.strip("()")
    if old is None:
        yield f"{source}: {shown} is answered now, and leads to {new}"
    elif new is None:
        yield f"{source}: {shown} is not answered any more (it led to {old})"
    else:
        yield f"{source}: {shown} leads to {new} instead of {old}"


def _value(key: str, old: Any, new: Any) -> Iterator[str]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for inner in {**old, **new}:
            yield from _value(f"{key}.{inner}", old.get(inner), new.get(inner))
    elif isinstance(old, BaseModel) and type(old) is type(new):
        for inner in type(old).model_fields:
            yield from _value(f"{key}.{inner.removesuffix('_')}", getattr(old, inner), getattr(new, inner))
    elif _empty(old):
        yield f"{key}: now {_shown(new)}"
    elif _empty(new):
        yield f"{key}: no longer {_shown(old)}"
    else:
        yield f"{key}: {_shown(new)} instead of {_shown(old)}"


def _sounds(old: Script, new: Script) -> Iterator[str]:
    for file, sound in new.sounds.items():
        if file in old.sounds and old.sounds[file].sha256 != sound.sha256:
            yield f"{file}: recorded anew"


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | tuple | Mapping) and not value)


def _shown(value: Any) -> str:
    if isinstance(value, BaseModel):
        said = value.model_dump(exclude_defaults=True, by_alias=True, mode="json")
        return ", ".join(f"{key} {_shown(inner)}" for key, inner in said.items()) or "as by default"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_shown(inner)}" for key, inner in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(_shown(inner) for inner in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    return f"“{text}”" if " " in text else text
