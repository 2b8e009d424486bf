"""From YAML text to a `Script`, with the line and column of every node kept.

YAML is read as a tree of nodes and never made into objects by YAML's own rules: every scalar stays text, so that
``10:30``, ``+7926…`` and ``no`` are what they look like. What marketers stumble over (a colon or ``#`` inside a
sentence, a tab, a key written twice) is reported as what it is.
"""

import re
from collections.abc import Sequence
from hashlib import sha256
from io import StringIO
from pathlib import Path

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from robot.script.check import check_script
from robot.script.findings import Finding, Place, ScriptError, nearest
from robot.script.schema import Script

__all__ = ["load_script", "read_script", "script_file", "script_hash"]

_Path = tuple[str, ...]
_Tree = str | None | list["_Tree"] | dict[str, "_Tree"]

LARGEST = 150_000
"""Characters of a script."""
MOST_NODES = 20_000
"""Nodes of a script with every alias followed: what stops an anchor bomb."""
DEEPEST = 30
_SENTENCE_KEYS = frozenset({"say", "confirm", "again", "variants", "title", "say_as", "facts"})
_YAML = "tag:yaml.org,2002:"
_QUOTE = 'Put the whole sentence in quotes: say: "…", or write it on the lines below after say: >-'


def script_hash(text: str) -> str:
    """Return the SHA-256 of a script's text, in hex: what a version of a script is known by."""
    return sha256(text.encode()).hexdigest()


def script_file(data: Path, script_hash: str) -> Path:
    """Return where, in the data folder, the text of a version is kept for call processes."""
    return data / "scripts" / f"{script_hash}.yaml"


def load_script(path: Path) -> Script:
    """Read and check the script in a file.

    Raises:
        ScriptError: It cannot be read or used; holds all findings.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _single(str(path), "no-file", f"The file cannot be read: {error.strerror}.", "Check the path.") from error
    except UnicodeDecodeError as error:
        remedy = "Save it as UTF-8 (in the editor: “Save with encoding”)."
        raise _single(str(path), "not-utf8", "The file is not text in UTF-8.", remedy) from error
    return read_script(text, str(path))


def read_script(text: str, name: str) -> Script:
    """Read and check a script.

    Args:
        text: The YAML.
        name: What findings call the file.

    Raises:
        ScriptError: It cannot be used; holds all findings that are errors.
    """
    tree, places = _Reader(name).read(text)
    try:
        script = Script.model_validate(tree)
    except ValidationError as error:
        raise ScriptError(_schema_findings(error, name, places)) from None
    script.read_from(name, script_hash(text), places)
    errors = [finding for finding in check_script(script) if finding.level == "error"]
    if errors:
        raise ScriptError(errors)
    return script


def _single(name: str, rule: str, sentence: str, remedy: str, place: Place | None = None) -> ScriptError:
    return ScriptError([Finding(name, place or Place(), rule, sentence, remedy)])


class _Reader:
    """Turns one text into a tree of text, and notes where everything stands."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lines: Sequence[str] = ()
        self._places: dict[_Path, Place] = {}
        self._findings: list[Finding] = []
        self._nodes = 0

    def read(self, text: str) -> tuple[_Tree, dict[_Path, Place]]:
        if len(text) > LARGEST:
            raise _single(self._name, "too-large", f"The script has over {LARGEST} characters.", "Split it.")
        if _brackets(text) > DEEPEST * 10:  # the YAML reader takes seconds for what it then refuses
            raise _single(self._name, "too-deep", "Brackets open without end.", "Close each [ and { that you open.")
        self._lines = text.splitlines()
        for number, line in enumerate(self._lines, 1):
            indent = line[: len(line) - len(line.lstrip())]
            if "\t" in indent and line.strip():
                place = Place(number, indent.index("\t") + 1)
                self._found(place, "tab", "The line begins with a tab.", "Use spaces: two for each level.")
        if self._findings:
            raise ScriptError(self._findings)
        try:
            node = YAML(typ="safe", pure=True).compose(StringIO(text))
        except MarkedYAMLError as error:
            raise self._not_yaml(error) from None
        except (YAMLError, ValueError, RecursionError) as error:
            remedy = "Take out what is not plain text."
            raise _single(self._name, "not-yaml", f"This is not YAML: {str(error).splitlines()[0]}.", remedy) from None
        if not isinstance(node, MappingNode):
            remedy = "Begin with the keys script:, language:, start: and steps:."
            raise _single(self._name, "no-script", "The file holds no script.", remedy)
        tree = self._tree(node, ())
        if self._findings:
            raise ScriptError(self._findings)
        return tree, self._places

    def _found(self, place: Place, rule: str, sentence: str, remedy: str) -> None:
        self._findings.append(Finding(self._name, place, rule, sentence, remedy))

    def _not_yaml(self, error: MarkedYAMLError) -> ScriptError:
        ends = "end of stream" in (error.problem or "")  # a quote that was never closed: where it opened says more
        mark = error.context_mark if ends and error.context_mark else error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place()
        problem = error.problem or error.context or "it cannot be read"
        line = self._lines[place.line - 1] if place.line <= len(self._lines) else ""
        if "mapping values are not allowed" in problem:
            return _single(self._name, "colon", "A sentence has a colon followed by a space.", _QUOTE + ".", place)
        if ends and line[place.column - 1 : place.column] in ("'", '"'):
            sentence, remedy = (
                "A quote opens here and is never closed.",
                "Close it: the whole sentence stands in quotes.",
            )
            return _single(self._name, "not-yaml", sentence, remedy, place)
        if "or '}'" in problem or "or ']'" in problem:
            opened = error.context_mark or mark
            place = Place(opened.line + 1, opened.column + 1) if opened else place
            sentence = "A bracket opens here and is not closed, or a comma is missing inside it."
            remedy = "Write {key: value, key: value} or [one, two]. A sentence that begins with a bracket needs quotes."
            return _single(self._name, "not-yaml", sentence, remedy, place)
        if re.search(r":\s*[\"'\[{*&!|>%@`]", line):
            sentence = f"The sentence begins with a sign that YAML takes for its own ({problem})."
            return _single(self._name, "not-yaml", sentence, _QUOTE + ".", place)
        if "<block end>" in problem:
            sentence = "The line begins too far to the left or to the right."
            remedy = "Give it as many spaces as the lines it belongs with."
            return _single(self._name, "indent", sentence, remedy, place)
        remedy = "Look at this line and the one before it: spaces at its beginning, a missing colon or quote."
        return _single(self._name, "not-yaml", f"This is not YAML: {problem}.", remedy, place)

    def _tree(self, node: Node, path: _Path) -> _Tree:
        self._nodes += 1
        place = Place(node.start_mark.line + 1, node.start_mark.column + 1)
        if self._nodes > MOST_NODES or len(path) > DEEPEST:
            remedy = "Write less in one script, and use step names instead of YAML anchors (& and *)."
            raise _single(self._name, "too-deep", "The script is too large or too deeply nested.", remedy, place)
        self._places.setdefault(path, place)
        tag = str(node.tag or "")
        if not tag.startswith(_YAML) or tag.removeprefix(_YAML).startswith(("python", "binary")):
            self._found(place, "tag", f"“{tag}” means something to YAML.", _QUOTE + ".")
        if isinstance(node, ScalarNode):
            return self._scalar(node, path, place)
        if isinstance(node, SequenceNode):
            return [self._tree(child, (*path, str(index))) for index, child in enumerate(node.value)]
        return self._mapping(node, path)

    def _mapping(self, node: Node, path: _Path) -> _Tree:
        tree: dict[str, _Tree] = {}
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

    def _scalar(self, node: ScalarNode, path: _Path, place: Place) -> str | None:
        if node.style is None and node.tag == f"{_YAML}null" and not node.value:
            if path[-1:] != ("end",):
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
            if rest.lstrip().startswith("#"):
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


def _schema_findings(error: ValidationError, name: str, places: dict[_Path, Place]) -> list[Finding]:
    findings: list[Finding] = []
    for detail in error.errors(include_url=False):
        path = _path_of(detail["loc"], places)
        place = places.get(path, Place())
        key = path[-1] if path else "the script"
        context = detail.get("ctx", {})
        match detail["type"]:
            case "unknown_key":
                for unknown in context["unknown"]:
                    where = places.get((*path, unknown), place)
                    remedy = nearest(unknown, context["allowed"])
                    findings.append(Finding(name, where, "unknown-key", f"There is no key “{unknown}” here.", remedy))
            case "missing":
                missing = str(detail["loc"][-1])
                sentence = f"“{missing}:” is missing."
                findings.append(Finding(name, place, "missing-key", sentence, f"Add {missing}: to it."))
            case "bad_name":
                remedy = "Use letters, digits, _ and -, and begin with a letter; “return” and “repeat” are taken."
                findings.append(Finding(name, place, "bad-name", f"“{context['name']}” is not a name.", remedy))
            case "string_type" if isinstance(detail["input"], dict):
                sentence = f"“{key}:” wants a sentence, and YAML reads this one as keys, for its colon."
                findings.append(Finding(name, place, "colon", sentence, _QUOTE + "."))
            case "enum" | "literal_error":
                allowed = re.findall(r"'([^']*)'", str(context.get("expected", "")))
                sentence = f"“{detail['input']}” is not something that “{key}:” takes."
                findings.append(Finding(name, place, "unknown-value", sentence, nearest(str(detail["input"]), allowed)))
            case _:
                sentence = f"“{key}:” is wrong: {detail['msg'][:1].lower()}{detail['msg'][1:]}."
                findings.append(Finding(name, place, "bad-value", sentence, "See the description of this key."))
    return findings


def _path_of(location: tuple[int | str, ...], places: dict[_Path, Place]) -> _Path:
    """Follow an error's location as far as it names keys of the file: pydantic adds names of its own to it."""
    path: _Path = ()
    for part in location:
        if (*path, str(part)) in places:
            path = (*path, str(part))
    return path
