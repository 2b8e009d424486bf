"""Training data for short replies: files in Rasa's NLU format 3.1, read and merged.

The format is the one of Rasa Open Source 3.x (``version: "3.1"``, ``nlu:`` a list of intents with their examples), so
that one file trains the embedded classifier and a Rasa service alike. Of it we use intents and examples. Entity marks
(``[tomorrow](time)``, ``[ten]{"entity": "time"}``) are taken off; synonyms, lookup tables and regexes are kept out and
told about in `NluData.warnings`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from models.protocols import ModelError

__all__ = ["DataWarning", "NluData", "NluDataError", "read_nlu"]

_KNOWN_ITEMS = ("intent", "synonym", "lookup", "regex")
_ENTITY = re.compile(r"\[([^\[\]]+)\](?:\([^()]*\)|\{[^{}]*\})")
_FEW = 5
"""An intent with fewer examples than this is hardly learned."""


class NluDataError(ModelError):
    """Raised when training data cannot be read; the text names file, line, and what to write instead."""


@dataclass(frozen=True, slots=True)
class DataWarning:
    """Something in a file that training goes on without, or is poorer for.

    Attributes:
        file: The file.
        line: Counted from 1.
        text: What it is, and what to do.
    """

    file: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class NluData:
    """What all files together teach.

    Attributes:
        examples: Intent → its examples, in the order of the files, none twice.
        warnings: What was left out, and what looks wrong.
    """

    examples: Mapping[str, tuple[str, ...]]
    warnings: tuple[DataWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class _Example:
    intent: str
    text: str
    file: Path
    line: int


def read_nlu(files: Sequence[Path]) -> NluData:
    """Read and merge training files; an intent may have examples in several of them.

    Raises:
        NluDataError: A file is missing, is no YAML, or is not Rasa's format.
    """
    if not files:
        raise NluDataError("no training files were given: name at least one, such as dialogs/nlu/common.en.yml")
    warnings: list[DataWarning] = []
    found: list[_Example] = []
    for file in files:
        found.extend(_read_file(file, warnings))
    if not found:
        raise NluDataError(f"{files[0]}: holds no examples: write some under `nlu: - intent: … / examples: |`")
    return NluData(_merge(found, warnings), tuple(warnings))


def _merge(found: Iterable[_Example], warnings: list[DataWarning]) -> dict[str, tuple[str, ...]]:
    """Put examples together by intent; tell of sentences that stand under two intents, and of thin intents."""
    by_intent: dict[str, dict[str, _Example]] = {}
    first: dict[str, _Example] = {}
    for example in found:
        earlier = first.setdefault(example.text.casefold(), example)
        if earlier.intent != example.intent:
            text = f"“{example.text}” stands under {earlier.intent} too ({earlier.file}:{earlier.line}): keep it in one"
            warnings.append(DataWarning(example.file, example.line, text))
        by_intent.setdefault(example.intent, {}).setdefault(example.text, example)
    for intent, examples in by_intent.items():
        if len(examples) < _FEW:
            one = next(iter(examples.values()))
            text = f"intent {intent} has {len(examples)} examples, too few to be learned: write {_FEW} or more"
            warnings.append(DataWarning(one.file, one.line, text))
    return {intent: tuple(examples) for intent, examples in by_intent.items()}


def _read_file(file: Path, warnings: list[DataWarning]) -> list[_Example]:
    root = _parse(file)
    version = root.get("version")
    if version is None:
        warnings.append(DataWarning(file, 1, 'no `version:`; it is read as "3.1", write `version: "3.1"` at the top'))
    elif not str(version).startswith("3."):
        raise NluDataError(f'{file}:{_line(root, "version")}: version {version} is not read: write `version: "3.1"`')
    for key in root:
        if key not in ("version", "nlu"):
            warnings.append(DataWarning(file, _line(root, str(key)), f"`{key}:` is not used here and was left out"))
    items = root.get("nlu")
    if not isinstance(items, CommentedSeq):
        near = get_close_matches("nlu", [str(key) for key in root], n=1, cutoff=0.5)
        hint = f" (did `{near[0]}:` mean it?)" if near else ""
        raise NluDataError(f"{file}:1: there is no list under `nlu:`{hint}: put `- intent: …` items there")
    found: list[_Example] = []
    for index, item in enumerate(items):
        line = items.lc.item(index)[0] + 1
        if not isinstance(item, CommentedMap):
            raise NluDataError(f"{file}:{line}: every item of `nlu:` is a mapping: write `- intent: name`")
        found.extend(_read_item(file, line, item, warnings))
    return found


def _line(mapping: CommentedMap, key: str) -> int:
    return int(mapping.lc.key(key)[0]) + 1


def _parse(file: Path) -> CommentedMap:
    try:
        root = YAML(typ="rt").load(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise NluDataError(f"{file}: cannot be read ({error.strerror}): check the path under `understands:`") from error
    except UnicodeDecodeError as error:
        raise NluDataError(f"{file}: is not UTF-8 (byte {error.start}): save it as UTF-8") from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise NluDataError(f"{file}:{line}: is not YAML: {error.problem}; check indents and the `|`") from error
    except (YAMLError, ValueError) as error:
        raise NluDataError(f"{file}: is not YAML: {error}") from error
    if not isinstance(root, CommentedMap):
        raise NluDataError(f'{file}:1: is empty or no mapping: begin with `version: "3.1"` and `nlu:`')
    return root


def _read_item(file: Path, line: int, item: CommentedMap, warnings: list[DataWarning]) -> list[_Example]:
    kind = next((key for key in _KNOWN_ITEMS if key in item), None)
    if kind is None:
        key = str(next(iter(item), ""))
        near = get_close_matches(key, _KNOWN_ITEMS, n=1)
        hint = f"; did you mean `{near[0]}:`?" if near else ""
        raise NluDataError(f"{file}:{line}: `{key}:` is not known here, only intent, synonym, lookup, regex{hint}")
    if kind != "intent":
        text = f"{kind} “{item[kind]}” is not used by the embedded classifier and was left out"
        warnings.append(DataWarning(file, line, text))
        return []
    intent = item["intent"]
    if not isinstance(intent, str) or not intent.strip():
        raise NluDataError(f"{file}:{line}: `intent:` needs a name, such as `intent: affirm`")
    examples = item.get("examples")
    if examples is None:
        raise NluDataError(
            f"{file}:{line}: intent {intent} has no examples: write `examples: |` and `- …` lines below it"
        )
    return list(_examples(file, item, intent.strip(), examples, warnings))


def _examples(
    file: Path, item: CommentedMap, intent: str, examples: object, warnings: list[DataWarning]
) -> Iterable[_Example]:
    if isinstance(examples, CommentedSeq):  # the long form: - text: …
        for index, entry in enumerate(examples):
            line = examples.lc.item(index)[0] + 1
            text = entry.get("text") if isinstance(entry, CommentedMap) else entry
            if not isinstance(text, str):
                raise NluDataError(f"{file}:{line}: an example of {intent} is no text: write `- text: …`, or quote it")
            yield _Example(intent, _plain(text), file, line)
        return
    start = int(item.lc.value("examples")[0]) + 2
    if not isinstance(examples, str):
        raise NluDataError(f"{file}:{start - 1}: examples of {intent} are no text: write `examples: |` and `- …` lines")
    for offset, raw in enumerate(examples.splitlines()):
        text = raw.strip()
        if not text or text.startswith("#"):
            continue
        if not text.startswith("-"):
            raise NluDataError(f"{file}:{start + offset}: “{text}” does not begin with `- `: write `- {text}`")
        plain = _plain(text[1:])
        if plain:
            yield _Example(intent, plain, file, start + offset)
        else:
            warnings.append(DataWarning(file, start + offset, f"an empty example of {intent} was left out"))


def _plain(text: str) -> str:
    """Take entity marks off: ``call [tomorrow](time)`` → ``call tomorrow``."""
    return " ".join(_ENTITY.sub(r"\1", text).split())
