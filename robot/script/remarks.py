"""Which comment of a script goes with which key: YAML's own readers throw comments away.

A comment behind something goes with it, one on a line of its own with what stands below; after the last entry of a
block, those that are as far in as the block belong to it.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from robot.script.stumbling import BREAK

__all__ = ["Block", "Entry", "Remark", "all_nodes", "comments", "with_remarks"]


class Remark(NamedTuple):
    """A comment, or an empty line, for which the text is empty.

    Attributes:
        line: From 0.
        column: From 0.
        text: With its ``#``.
        alone: It has the line to itself.
    """

    line: int
    column: int
    text: str
    alone: bool


@dataclass
class Entry:
    """A key and its value, or an item of a list, with the comments that go with it.

    Attributes:
        key: Of a mapping.
        value: A text or a block.
        above: Comments and empty lines above it.
        beside: The comment behind it.
    """

    key: ScalarNode | None
    value: "ScalarNode | Block"
    above: list[str]
    beside: Remark | None = None


@dataclass
class Block:
    """A mapping or a list.

    Attributes:
        is_mapping: It is no list.
        in_brackets: It stands in ``{}`` or ``[]``.
        entries: What it holds.
        below: Comments and empty lines after the last entry.
    """

    is_mapping: bool
    in_brackets: bool
    entries: list[Entry] = field(default_factory=list)
    below: list[str] = field(default_factory=list)


def with_remarks(text: str, root: MappingNode) -> Block:
    """Return a script as blocks and their entries, each with its comments and empty lines.

    Args:
        text: The YAML; its lines end in newlines.
        root: What YAML reads in it, without anchors.
    """
    return _Builder(text, root).block(root, len(text))


def comments(text: str, root: Node) -> list[str]:
    """Return all comments of a text, sorted."""
    return sorted(remark.text for remark in _remarks(text, root) if remark.text)


def all_nodes(node: Node) -> list[Node]:
    """Return a node and all below it; below one with an anchor there may be no end."""
    found, waiting = [], [node]
    while waiting:
        node = waiting.pop()
        found.append(node)
        if node.anchor:
            return found
        if isinstance(node, MappingNode):
            waiting += [child for pair in node.value for child in pair]
        elif isinstance(node, SequenceNode):
            waiting += node.value
    return found


def _remarks(text: str, root: Node) -> deque[Remark]:
    """Return all comments and empty lines of a text, in order."""
    signs = list(text)
    inside = set[int]()
    for node in all_nodes(root):
        if isinstance(node, ScalarNode):
            start, last = _extent(text, node)
            for at in range(start, last):
                signs[at] = "x" if signs[at] not in "\n\x85\u2028\u2029" else signs[at]
            inside.update(range(node.start_mark.line + 1, _last_line(text, node) + 1))
    remarks = deque[Remark]()
    for number, line in enumerate(BREAK.split("".join(signs))[::2]):
        before, sign, comment = line.partition("#")
        if sign:
            remarks.append(Remark(number, len(before), f"#{comment}".rstrip(), not before.strip()))
        elif not line.strip() and number not in inside:
            remarks.append(Remark(number, 0, "", True))
    return remarks


def _extent(text: str, node: ScalarNode) -> tuple[int, int]:
    """Return where a text begins and ends; of a block, without its mark and the empty lines after it."""
    start, end = node.start_mark.index, node.end_mark.index
    if node.style in ("|", ">"):
        start = text.find("\n", start, end) if "\n" in text[start:end] else end
        end = start + len(text[start:end].rstrip())
    return start, end


def _last_line(text: str, node: Node) -> int:
    if isinstance(node, ScalarNode) and node.style in ("|", ">"):
        written = text[node.start_mark.index : _extent(text, node)[1]]
        return int(node.start_mark.line) + len(BREAK.findall(written))
    return int(node.end_mark.line)


class _Builder:
    """Gives every comment of a text to the entry that it goes with."""

    def __init__(self, text: str, root: Node) -> None:
        self._text = text
        self._remarks = _remarks(text, root)

    def block(self, node: CollectionNode, until: int) -> Block:
        """Build a mapping or list that ends before a line."""
        is_mapping = isinstance(node, MappingNode)
        block = Block(is_mapping, bool(node.flow_style))
        pairs = list(node.value) if is_mapping else [(None, item) for item in node.value]
        for number, (key, value) in enumerate(pairs):
            first = (key or value).start_mark.line
            above = [remark.text for remark in self._before(first)]
            following = pairs[number + 1] if number + 1 < len(pairs) else None
            ends = (following[0] or following[1]).start_mark.line if following else until
            entry = self._entry(key, value, above, ends)
            if block.in_brackets and entry.beside:  # behind a bare sentence it would be taken for a part of it
                entry.above.append(entry.beside.text)
                entry.beside = None
            block.entries.append(entry)
        if block.in_brackets:
            until = _last_line(self._text, node)
        block.below = self._below(until, 0 if block.in_brackets else node.start_mark.column)
        return block

    def _entry(self, key: ScalarNode | None, value: Node, above: list[str], until: int) -> Entry:
        first, last = (key or value).start_mark.line, _last_line(self._text, value)
        if isinstance(value, ScalarNode):
            return Entry(key, value, above, self._beside(first, last))
        assert isinstance(value, CollectionNode)
        inside = [remark for remark in self._remarks if remark.text and first <= remark.line < last]
        if value.flow_style and not inside:
            entry = Entry(key, self._without_remarks(value), above)
            self._before(last)
            entry.beside = self._beside(first, last)
            return entry
        beside = self._beside(first, first) if value.value and _first_line(value) > first else None
        return Entry(key, self.block(value, until), above, beside)

    def _without_remarks(self, value: CollectionNode) -> Block:
        kept, self._remarks = self._remarks, deque()
        block = self.block(value, 0)
        self._remarks = kept
        return block

    def _before(self, line: int) -> list[Remark]:
        """Take what stands above a line."""
        taken = []
        while self._remarks and self._remarks[0].line < line:
            taken.append(self._remarks.popleft())
        return taken

    def _beside(self, first: int, last: int) -> Remark | None:
        """Take the comment that stands behind something, on one of its lines."""
        if self._remarks and first <= self._remarks[0].line <= last and not self._remarks[0].alone:
            return self._remarks.popleft()
        return None

    def _below(self, until: int, column: int) -> list[str]:
        """Take the comments that follow the last entry of a block, as far in as it is itself."""
        many = 0
        for number, remark in enumerate(self._remarks, 1):
            if remark.line >= until or (remark.text and remark.column < column):
                break
            many = number if remark.text else many
        return [self._remarks.popleft().text for _ in range(many)]


def _first_line(node: CollectionNode) -> int:
    first = node.value[0]
    return int((first[0] if isinstance(first, tuple) else first).start_mark.line)
