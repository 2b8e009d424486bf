"""From YAML text to a tree of text, with the line and column of every node kept.

YAML is read as a tree of nodes and never made into objects by YAML's own rules: every scalar stays text, so that
``10:30``, ``+7926…`` and ``no`` are what they look like. What marketers stumble over is mended where it can only mean
one thing (`robot.script.mending`), and else reported as what it is: a ``#`` inside a sentence, a key written twice.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from robot.script.findings import Finding, Place, ScriptError
from robot.script.mending import mend

__all__ = ["Path", "Tree", "TreeRead", "read_tree", "single"]

Path = tuple[str, ...]
"""Keys, and indexes of lists as text, from the top of a file."""
Tree = str | None | list["Tree"] | dict[str, "Tree"]

LARGEST = 32_000
"""Characters of a script."""
MOST_NODES = 5_000
"""Nodes of a script with every alias followed: what stops an anchor bomb."""
DEEPEST = 30
_MOST_FINDINGS = 100
"""More mistakes than this are one: it is no script."""
_MOST_FINDINGS = 100
"""More mistakes than this are one: it is no script."""
_SURELY_SMALL = 10_000
"""Characters that can hold no more nodes than may be."""
_SENTENCE_KEYS = frozenset(
    {"say", "confirm", "again", "variants", "title", "say_as", "facts", "note", "update", "sms", "words", "otherwise"}
)
_SENTENCE_ENDS = (".", "!", "?", "…", "»", "”", ")")
"""What a sentence ends with: a ``#`` behind it, two spaces away, begins a remark and no part of the sentence."""
_YAML = "tag:yaml.org,2002:"
_QUOTE = 'Put the whole sentence in quotes: say: "…", or write it on the lines below after say: >-'


@dataclass(frozen=True, slots=True)
class TreeRead:
    """A file that was read.

    Attributes:
        tree: Its keys and texts.
        places: Where every path of keys stands.
        mended: What was written so that only we can read it, as warnings.
    """

    tree: dict[str, Tree]
    places: Mapping[Path, Place]
    mended: tuple[Finding, ...] = ()


def read_tree(text: str, name: str, *, may_be_empty: Collection[str] = ("end",)) -> TreeRead:
    """Read a file of the language.

    Args:
        text: The YAML.
        name: What findings call the file.
        may_be_empty: Keys that need nothing after them.

    Raises:
        ScriptError: It cannot be read; holds all findings.
    """
    return _Reader(name, may_be_empty).read(text)


def single(name: str, rule: str, sentence: str, remedy: str, place: Place | None = None) -> ScriptError:
    """Return an error of one finding."""
    return ScriptError([Finding(name, place or Place(), rule, sentence, remedy)])


class _Reader:
    """Turns one text into a tree of text, and notes where everything stands."""

    def __init__(self, name: str, may_be_empty: Collection[str]) -> None:
        self._name = name
        self._may_be_empty = may_be_empty
        self._lines: Sequence[str] = ()
        self._places: dict[Path, Place] = {}
        self._findings: list[Finding] = []
        self._nodes = 0

    def read(self, text: str) -> TreeRead:
        if len(text) > LARGEST:
            raise single(self._name, "too-large", f"The script has over {LARGEST} characters.", "Split it.")
        if _brackets(text) > DEEPEST * 10:  # the YAML reader takes seconds for what it then refuses
            raise single(self._name, "too-deep", "Brackets open without end.", "Close each [ and { that you open.")
        mended = mend(text)
        text = mended.text
        self._lines = text.splitlines()
        node = self._compose(text)
        if not isinstance(node, MappingNode):
            remedy = "Begin with the keys script:, language:, start: and steps:."
            raise single(self._name, "no-script", "The file holds no script.", remedy)
        tree = self._mapping(node, ())
        if self._findings:
            raise ScriptError(self._findings)
        remedy = "It was read as you meant it; “perezvon script fmt” writes it so that every YAML reader does."
        changes = [Finding(self._name, c.place, c.rule, c.sentence, remedy, "warning") for c in mended.changes]
        return TreeRead(tree, self._places, tuple(changes))

    def _compose(self, text: str) -> Node | None:
        try:
            node = self._composed(text)
        except MarkedYAMLError as error:
            wrong = self._not_yaml(error)
        except (YAMLError, ValueError, RecursionError) as error:
            remedy = "Take out what is not plain text."
            wrong = single(self._name, "not-yaml", f"This is not YAML: {str(error).splitlines()[0]}.", remedy)
        else:
            return node
        tabs = [line[: len(line) - len(line.lstrip())].find("\t") if line.strip() else -1 for line in self._lines]
        found = [(number, column) for number, column in enumerate(tabs, 1) if column >= 0]
        if found:
            sentence, remedy = "The line begins with a tab.", "Use spaces: two for each level."
            raise ScriptError(
                [Finding(self._name, Place(number, column + 1), "tab", sentence, remedy) for number, column in found]
            )
        raise wrong from None

    def _composed(self, text: str) -> Node | None:
        """Compose, and stop early at what has too many nodes: composing them all takes seconds."""
        reader = YAML(typ="safe", pure=True)
        composer = reader.composer
        compose, nodes = composer.compose_node, 0

        def count_and_compose(parent: Any, index: Any) -> Any:
            nonlocal nodes
            nodes += 1
            if nodes > MOST_NODES:
                mark = reader.parser.peek_event().start_mark
                place = Place(mark.line + 1, mark.column + 1)
                raise single(self._name, "too-deep", "The script has too many keys.", "Split it.", place)
            return compose(parent, index)

        composer.compose_node = count_and_compose
        node: Node | None = reader.compose(StringIO(text))
        return node

    def _found(self, place: Place, rule: str, sentence: str, remedy: str) -> None:
        if len(self._findings) < _MOST_FINDINGS:
            self._findings.append(Finding(self._name, place, rule, sentence, remedy))

    def _not_yaml(self, error: MarkedYAMLError) -> ScriptError:
        ends = "end of stream" in (error.problem or "")  # a quote that was never closed: where it opened says more
        mark = error.context_mark if ends and error.context_mark else error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place()
        problem = error.problem or error.context or "it cannot be read"
        line = self._lines[place.line - 1] if place.line <= len(self._lines) else ""
        if "mapping values are not allowed" in problem:
            return single(self._name, "colon", "A sentence has a colon followed by a space.", _QUOTE + ".", place)
        if ends and line[place.column - 1 : place.column] in ("'", '"'):
            sentence, remedy = (
                "A quote opens here and is never closed.",
                "Close it: the whole sentence stands in quotes.",
            )
            return single(self._name, "not-yaml", sentence, remedy, place)
        if "or '}'" in problem or "or ']'" in problem:
            opened = error.context_mark or mark
            place = Place(opened.line + 1, opened.column + 1) if opened else place
            sentence = "A bracket opens here and is not closed, or a comma is missing inside it."
            remedy = "Write {key: value, key: value} or [one, two]. A sentence that begins with a bracket needs quotes."
            return single(self._name, "not-yaml", sentence, remedy, place)
        if re.search(r":\s*[\"'\[{*&!|>%@`]", line):
            sentence = f"The sentence begins with a sign that YAML takes for its own ({problem})."
            return single(self._name, "not-yaml", sentence, _QUOTE + ".", place)
        if "<block end>" in problem:
            sentence = "The line begins too far to the left or to the right."
            remedy = "Give it as many spaces as the lines it belongs with."
            return single(self._name, "indent", sentence, remedy, place)
        remedy = "Look at this line and the one before it: spaces at its beginning, a missing colon or quote."
        return single(self._name, "not-yaml", f"This is not YAML: {problem}.", remedy, place)

    def _tree(self, node: Node, path: Path) -> Tree:
        self._nodes += 1
        place = Place(node.start_mark.line + 1, node.start_mark.column + 1)
        if self._nodes > MOST_NODES or len(path) > DEEPEST:
            remedy = "Write less in one script, and use step names instead of YAML anchors (& and *)."
            raise single(self._name, "too-deep", "The script is too large or too deeply nested.", remedy, place)
        self._places.setdefault(path, place)
        tag = str(node.tag or "")
        if not tag.startswith(_YAML) or tag.removeprefix(_YAML).startswith(("python", "binary")):
            self._found(place, "tag", f"“{tag}” means something to YAML.", _QUOTE + ".")
        if isinstance(node, ScalarNode):
            return self._scalar(node, path, place)
        if isinstance(node, SequenceNode):
            return [self._tree(child, (*path, str(index))) for index, child in enumerate(node.value)]
        assert isinstance(node, MappingNode)
        return self._mapping(node, path)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Tree]:
        tree: dict[str, Tree] = {}
        for key_node, value_node in node.value:
            place = Place(key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if not isinstance(key_node, ScalarNode):
                self._found(place, "bad-key", "A key is not plain text.", _QUOTE + ".")
                continue
            key = str(key_node.value)
            if key == "<<":
                self._found(place, "merge", "“<<” is not part of the language.", "Name a step instead.")
                continue
            if key in tree:
                first = self._places[(*path, key)]
                sentence = f"“{key}” stands here a second time; the first is on line {first.line}."
                self._found(place, "duplicate-key", sentence, "Keep one of them.")
                continue
            self._places[(*path, key)] = place
            tree[key] = self._tree(value_node, (*path, key))
        return tree

    def _scalar(self, node: ScalarNode, path: Path, place: Place) -> str | None:
        if node.style is None and node.tag == f"{_YAML}null" and not node.value:
            if not path or path[-1] not in self._may_be_empty:
                self._found(
                    self._places.get(path, place),
                    "empty",
                    f"“{path[-1] if path else ''}:” has nothing after it.",
                    "Fill it in, or put in the colon that is missing.",
                )
            return None
        if node.style is None and _SENTENCE_KEYS.intersection(path[-3:]):
            end = node.end_mark
            rest = self._lines[end.line][end.column :] if end.line < len(self._lines) else ""
            remark = rest.startswith("  ") and str(node.value).rstrip().endswith(_SENTENCE_ENDS)
            if rest.lstrip().startswith("#") and not remark:
                sentence = "Everything from “ #” to the end of the line is cut off this sentence."
                remedy = _QUOTE + "; or move the remark to a line of its own."
                self._found(Place(end.line + 1, end.column + 1), "cut-by-comment", sentence, remedy)
        return str(node.value)


def _brackets(text: str) -> int:
    """Return how many brackets are open at once, at most; those inside sentences count, and do not matter here."""
    most = depth = 0
    for sign in re.findall(r"[\[\]{}]", text):
        depth = depth + 1 if sign in "[{" else max(0, depth - 1)
        most = max(most, depth)
    return most
