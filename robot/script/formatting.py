"""One way to write a script: what `perezvon script fmt` makes of a file, with every word and every comment kept.

The text is mended (`robot.script.mending`), read as a tree of YAML nodes, and written anew. Texts stay the texts that
they are: nothing is taken for a number, a time or a yes on the way.
"""

import textwrap
from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from robot.script.findings import ScriptError
from robot.script.mending import mend, quoted
from robot.script.parts import Part
from robot.script.reading import Tree, read_tree
from robot.script.remarks import Block, Entry, all_nodes, comments, with_remarks
from robot.script.schema import Script, Step

__all__ = ["format_script"]

_LONGEST = 110
"""Columns of a line, before a longer sentence is written over several."""
_WRAP = 100
"""Columns of the lines of such a sentence, about."""
_OTHERWISE = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})
"""Texts that other YAML readers take for something else: their quotes stay."""


_BLOCKS: dict[str, type[Part]] = {"script": Script, "step": Step}
_ORDER = {
    kind: {key.alias or name: number for number, (name, key) in enumerate(block.model_fields.items())}
    for kind, block in _BLOCKS.items()
}
"""Kind of a block → its keys → where they stand in it."""
_INSIDE: Mapping[tuple[str, str], str] = {
    ("script", "steps"): "steps",
    ("script", "everywhere"): "steps",
    ("script", "when_silent"): "steps",
    ("script", "when_not_understood"): "steps",
    ("script", "at_limit"): "step",
    ("step", "answers"): "steps",
    ("step", "keys"): "steps",
    ("step", "if_transfer_fails"): "step",
    ("step", "otherwise"): "step",
}
"""Kind of a block and a key in it → kind of what stands there."""


def format_script(text: str, name: str) -> str:
    """Write a script as all scripts are written.

    Two spaces for each level; keys of the script and of its steps in the order of the documentation, with the
    comments above them; one empty line around blocks; long sentences over several lines; quotes only where they are
    needed or were put on purpose. What stands above the first key stays on top. A text with YAML anchors is mended and
    else left as it is.

    Args:
        text: The YAML.
        name: What findings call the file.

    Raises:
        ScriptError: It cannot be read, even mended; holds all findings.
    """
    tree = read_tree(text, name).tree
    mended = mend(text.removeprefix("\ufeff")).text.replace("\r\n", "\n").replace("\r", "\n")
    root = _compose(mended)
    if not isinstance(root, MappingNode) or any(node.anchor for node in all_nodes(root)):
        return mended
    block = with_remarks(mended, root)
    formatted = "\n".join(_write(block, 0, "script")) + "\n"
    # Somebody's file is about to be written over: better left as it is than with a word lost.
    return formatted if _says(formatted, name, tree, comments(mended, root)) else mended


def _says(formatted: str, name: str, tree: Mapping[str, Tree], words: Sequence[str]) -> bool:
    try:
        is_same = read_tree(formatted, name).tree == tree
    except ScriptError:
        return False
    root = _compose(formatted)
    return is_same and root is not None and comments(formatted, root) == words


def _compose(text: str) -> Node | None:
    node: Node | None = YAML(typ="safe", pure=True).compose(StringIO(text))
    return node


def _in_order(entries: Sequence[Entry], kind: str) -> list[Entry]:
    """Put keys in the order of the documentation; unknown ones stay behind the key that they follow."""
    order = _ORDER.get(kind, {})
    ranks, rank = [], -1
    for entry in entries:
        rank = order.get(str(entry.key.value), rank) if entry.key else rank
        ranks.append(rank)
    return [entry for _, _, entry in sorted(zip(ranks, range(len(entries)), entries, strict=True), key=lambda e: e[:2])]


def _kind_inside(kind: str, entry: Entry) -> str:
    if kind == "steps":
        return "step"
    return _INSIDE.get((kind, str(entry.key.value)), "") if entry.key else ""


def _write(block: Block, indent: int, kind: str) -> list[str]:
    """Write a block, line by line."""
    lines: list[str] = []

    def remark(text: str) -> None:
        if text or (lines and lines[-1]):
            lines.append(f"{' ' * indent}{text}" if text else "")

    opening = block.entries[0] if kind == "script" and block.entries else None
    for text in opening.above if opening else ():
        remark(text)
    was_tall = False
    for number, entry in enumerate(_in_order(block.entries, kind)):
        written = _write_entry(entry, indent, _kind_inside(kind, entry))
        is_tall = kind == "script" and isinstance(entry.value, Block) and len(written) > 1
        if number and (is_tall or was_tall):
            remark("")
        was_tall = is_tall
        for text in entry.above if entry is not opening else ():
            remark(text)
        lines += written
    for text in block.below:
        remark(text)
    return lines


def _write_entry(entry: Entry, indent: int, kind: str) -> list[str]:
    """Write a key with its value, or an item of a list."""
    pad = " " * indent
    head = pad + ("-" if entry.key is None else f"{_inline(entry.key, 'key')}:")
    value, at = entry.value, 0
    if isinstance(value, ScalarNode):
        lines = _write_text(head, value, indent, is_commented=entry.beside is not None)
    elif not value.entries:
        lines = [f"{head} {'{}' if value.is_mapping else '[]'}", *(pad + text for text in value.below)]
    elif (flow := _flow(value)) is not None and len(head) + 1 + len(flow) <= _LONGEST:
        lines = [f"{head} {flow}"]
    elif entry.key is not None:
        lines = [head, *_write(value, indent + 2, kind)]
    else:
        lines = _write(value, indent + 2, kind)
        at = next(number for number, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#"))
        lines[:at] = [line and pad + line.lstrip() for line in lines[:at]]
        lines[at] = f"{head} {lines[at][indent + 2 :]}"
    if entry.beside is not None:
        lines[at] = lines[at].ljust(max(entry.beside.column, len(lines[at]) + 2)) + entry.beside.text
    return lines


def _flow(block: Block) -> str | None:
    """Write a block in brackets on one line; `None` where it has none, or holds what would be lost."""
    parts = []
    for entry in block.entries:
        if entry.above or entry.beside:
            return None
        if isinstance(entry.value, ScalarNode):
            value = None if _is_empty(entry.value) else _inline(entry.value, "flow")
        else:
            value = _flow(entry.value)
        if value is None:
            return None
        parts.append(value if entry.key is None else f"{_inline(entry.key, 'flow key')}: {value}")
    if not block.in_brackets or block.below:
        return None
    return f"{{{', '.join(parts)}}}" if block.is_mapping else f"[{', '.join(parts)}]"


def _is_empty(node: ScalarNode) -> bool:
    return node.style is None and not node.value


def _write_text(head: str, node: ScalarNode, indent: int, *, is_commented: bool) -> list[str]:
    """Write a text behind its key, or on the lines below it where it is long or was written so."""
    if _is_empty(node):
        return [head]
    text = str(node.value)
    line = f"{head} {_inline(node, 'value', is_commented=is_commented)}"
    if node.style in ("|", ">") or len(line) > _LONGEST or "\n" in text:
        body, keeps = text.removesuffix("\n"), "" if text.endswith("\n") else "-"
        if "\n" in body:
            below, mark = body.split("\n"), f"|{keeps}"
        else:
            width = max(_WRAP - indent - 2, 40)
            below, mark = (
                textwrap.wrap(
                    body,
                    width,
                    expand_tabs=False,
                    replace_whitespace=False,
                    break_long_words=False,
                    break_on_hyphens=False,
                ),
                f">{keeps}",
            )
        written = [f"{' ' * (indent + 2)}{part}" if part else "" for part in below]
        if _reads_as("\n".join(["x: " + mark, *(f"  {part}" if part else "" for part in below), ""]), text):
            return [f"{head} {mark}", *written]
    return [line]


_FRAMES = {"value": "x: {}\n", "key": "{}: x\n", "flow": "{{x: {}}}\n", "flow key": "{{{}: x}}\n"}
"""Where a text may stand, in a text of its own."""


def _inline(node: ScalarNode, place: str, *, is_commented: bool = False) -> str:
    """Write a text on one line: bare if it was bare or needs no quotes, else in quotes, else with escapes.

    Behind a sentence in quotes a comment may stand; behind a bare one it would be taken for a part that was cut off.
    """
    text = str(node.value)
    forms = [text] if node.style is None or (_needs_no_quotes(text) and not is_commented) else []
    forms += [] if "\n" in text else [quoted(text)]
    read = (form for form in forms if _reads_as(_FRAMES[place].format(form), text, is_key=place.endswith("key")))
    escaped = "".join(sign if sign.isprintable() and sign not in '"\\' else f"\\U{ord(sign):08x}" for sign in text)
    return next(read, f'"{escaped}"')


def _needs_no_quotes(text: str) -> bool:
    """Tell whether nobody can take a text for anything else: what holds a colon or ``#`` was quoted for a reason."""
    return (text[:1].isalpha() or text[:1] in "«<(") and not set(text) & set(":#") and text.lower() not in _OTHERWISE


@lru_cache(4096)
def _reads_as(yaml: str, text: str, *, is_key: bool = False) -> bool:
    try:
        node = _compose(yaml)
    except (YAMLError, ValueError):
        return False
    if not isinstance(node, MappingNode) or len(node.value) != 1:
        return False
    found = node.value[0][0 if is_key else 1]
    return (
        isinstance(found, ScalarNode) and found.value == text and str(found.tag or "").startswith("tag:yaml.org,2002:")
    )
