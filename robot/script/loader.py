"""From a script's file to a `Script`: read, put together with what it includes and plays, checked.

A *version* of a script is one text that needs no other file (`robot.script.shipping`), known by its hash. Campaigns
keep versions; call processes read them from the data folder.
"""

import hashlib
import re
import wave
from collections.abc import Collection, Mapping
from pathlib import Path

from pydantic import ValidationError

from robot.script.check import check_script
from robot.script.findings import Finding, Place, ScriptError, nearest
from robot.script.graph import recordings
from robot.script.reading import Path as KeyPath
from robot.script.reading import Tree, TreeRead, read_tree, single
from robot.script.schema import Script
from robot.script.shipping import Shipped, Sound, pack, unpack, version_of

__all__ = ["kept_sound", "load_script", "load_version", "read_script", "schema_findings", "script_file"]

INCLUDED = (
    "steps", "everywhere", "when_silent", "when_not_understood", "at_limit", "in_doubt", "facts", "transfers",
    "say_as", "understands",
)  # fmt: skip
"""What a script can take from an included file."""
_INTO_ONE = frozenset({"everywhere", "in_doubt", "facts", "transfers", "say_as"})
"""Of it, what is put together key by key; the script's own keys count before those of what it includes."""
_MOST_INCLUDES = 10
_QUOTE = "Put the whole sentence in quotes, or write it on the lines below after “>-”."


def script_file(data: Path, version: str) -> Path:
    """Return where, in the data folder, the text of a version is kept for call processes."""
    return data / "scripts" / f"{version}.yaml"


def kept_sound(data: Path, sha256: str) -> Path:
    """Return where, in the data folder, a recorded prompt of a version is kept."""
    return data / "sounds" / f"{sha256}.wav"


def load_version(data: Path, version: str) -> Script:
    """Read the version of a script that the data folder keeps.

    Raises:
        ScriptError: It is not there, or cannot be used.
    """
    path = script_file(data, version)
    return read_script(_text(path), str(path), data=data)


def load_script(path: Path) -> Script:
    """Read and check the script in a file, with what it includes and plays beside it.

    Raises:
        ScriptError: It cannot be read or used; holds all findings.
    """
    return read_script(_text(path), str(path), folder=path.parent)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise single(str(path), "no-file", f"The file cannot be read: {error.strerror}.", "Check the path.") from error
    except UnicodeDecodeError as error:
        remedy = "Save it as UTF-8 (in the editor: “Save with encoding”)."
        raise single(str(path), "not-utf8", "The file is not text in UTF-8.", remedy) from error


def read_script(text: str, name: str, *, folder: Path | None = None, data: Path | None = None) -> Script:
    """Read and check a script.

    Args:
        text: The YAML, or the text of a version.
        name: What findings call the file.
        folder: Where included files and recordings are; a text alone can name neither.
        data: The data folder, where recordings of a version are.

    Raises:
        ScriptError: It cannot be used; holds all findings that are errors.
    """
    shipped = unpack(text)
    read = read_tree(shipped.script, name)
    included = _include(read, shipped, name, folder)
    tree, places = _together(read, included, name)
    try:
        script = Script.model_validate(tree)
    except ValidationError as error:
        raise ScriptError(schema_findings(error, name, places)) from None
    sounds = _sounds(script, places, name, kept=shipped.sounds, folder=folder, data=data)
    texts = {file: included_text for file, (included_text, _) in included.items()}
    whole = pack(Shipped(shipped.script, texts, {file: sound.sha256 for file, sound in sounds.items()}))
    mended = (*read.mended, *(finding for _, other in included.values() for finding in other.mended))
    script.read_from(name, text=whole, version=version_of(whole), places=places, sounds=sounds, mended=mended)
    errors = [finding for finding in check_script(script) if finding.level == "error"]
    if errors:
        raise ScriptError(errors)
    return script


# --- what belongs to it


def _include(read: TreeRead, shipped: Shipped, name: str, folder: Path | None) -> dict[str, tuple[str, TreeRead]]:
    """Read the included files, name → text and tree; they include nothing themselves."""
    wanted = read.tree.get("include", [])
    if not isinstance(wanted, list):
        return {}  # the schema says what is wrong
    found: dict[str, tuple[str, TreeRead]] = {}
    for index, one in enumerate(wanted[:_MOST_INCLUDES]):
        if not isinstance(one, str) or one in found or not re.fullmatch(r"[\w-][\w.-]*", one):
            continue
        place = read.places.get(("include", str(index)), Place())
        text = shipped.includes.get(one)
        file = f"{one}.yaml"
        if text is None and folder is not None and (folder / file).is_file():
            file = str(folder / file)
            text = _text(folder / f"{one}.yaml")
        if text is None:
            files = folder.glob("*.yaml") if folder is not None else ()
            known = [path.stem for path in files if not path.stem.endswith(".test")]
            raise single(name, "missing-include", f"There is no file {file} to include.", nearest(one, known), place)
        tree = read_tree(text, file)
        for key in tree.tree:
            if key not in INCLUDED:
                sentence = f"“{key}:” cannot be included."
                raise single(file, "bad-include", sentence, nearest(key, INCLUDED), tree.places.get((key,)))
        found[one] = (text, tree)
    return found


def _together(
    read: TreeRead, included: Mapping[str, tuple[str, TreeRead]], name: str
) -> tuple[dict[str, Tree], dict[KeyPath, Place]]:
    """Put a script and what it includes into one tree. What stands in the script itself counts."""
    tree, places = dict(read.tree), dict(read.places)
    for file, (_, other) in included.items():
        for key, value in other.tree.items():
            mine = tree.get(key)
            if key == "steps" and isinstance(mine, dict) and isinstance(value, dict):
                for step in mine.keys() & value.keys():
                    sentence = f"The step “{step}” stands in {file} too."
                    remedy = "Give it another name: an included step cannot be replaced."
                    raise single(name, "duplicate-step", sentence, remedy, places.get(("steps", step)))
            if key == "understands":
                tree[key] = [*(mine if isinstance(mine, list) else []), *(value if isinstance(value, list) else [])]
            elif key not in tree:
                tree[key] = value
            elif (key in _INTO_ONE or key == "steps") and isinstance(mine, dict) and isinstance(value, dict):
                tree[key] = {**value, **mine}
            else:
                continue
            for path, place in other.places.items():
                if path[:1] == (key,):
                    where = Place(place.line, place.column, f"{Path(name).parent / file}.yaml")
                    places.setdefault(path, where)
    return tree, places


def _sounds(
    script: Script,
    places: Mapping[KeyPath, Place],
    name: str,
    *,
    kept: Mapping[str, str],
    folder: Path | None,
    data: Path | None,
) -> dict[str, Sound]:
    """Find the recordings that the script plays.

    Raises:
        ScriptError: One is missing, or is no WAV.
    """
    found: dict[str, Sound] = {}
    for path, recording in recordings(script):
        file = recording.play
        if file in found:
            continue
        where = kept_sound(data, kept[file]) if data is not None and file in kept else (folder or Path()) / file
        place = _nearest_place(path, places)
        try:
            content = where.read_bytes()
            with wave.open(str(where)) as sound:
                seconds = sound.getnframes() / sound.getframerate()
                width = sound.getsampwidth()
        except (OSError, EOFError, wave.Error, ZeroDivisionError) as error:
            missing = isinstance(error, FileNotFoundError | IsADirectoryError)
            rule, what = ("missing-recording", "is not there") if missing else ("bad-recording", "is no WAV file")
            known = [str(other.relative_to(folder)) for other in folder.rglob("*.wav")] if folder is not None else []
            remedy = nearest(file, known) if missing else "Save it as WAV, PCM, 16 bits."
            raise single(name, rule, f"The recording {file} {what}.", remedy, place) from None
        if width != 2 or seconds <= 0:
            sentence = f"The recording {file} has {width * 8} bits a sample." if seconds else f"{file} is empty."
            raise single(name, "bad-recording", sentence, "Save it as WAV, PCM, 16 bits.", place)
        found[file] = Sound(hashlib.sha256(content).hexdigest(), where, seconds)
    return found


def _nearest_place(path: KeyPath, places: Mapping[KeyPath, Place]) -> Place:
    while path and path not in places:
        path = path[:-1]
    return places.get(path, Place())


# --- what is wrong with it


def schema_findings(error: ValidationError, name: str, places: Mapping[KeyPath, Place]) -> list[Finding]:
    """Return what a model says is wrong with a file, each at its place and with its remedy."""
    findings: list[Finding] = []
    for detail in error.errors(include_url=False):
        path = _path_of(detail["loc"], places)
        place = places.get(path, Place())
        key = path[-1] if path else "the script"
        if key.isdecimal() and len(path) > 1:  # an item of a list
            key = f"{path[-2]}, item {int(key) + 1}"
        context = detail.get("ctx", {})
        match detail["type"]:
            case "unknown_key" if key in ("say", "again", "confirm") and not _known(
                detail["input"], context["allowed"]
            ):
                sentence = f"“{key}:” wants a sentence, and YAML reads this one as keys, for its colon."
                findings.append(Finding(name, place, "colon", sentence, _QUOTE))
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
            case "told":
                findings.append(
                    Finding(
                        name, place, context["kind"], f"“{key}:” is wrong: {context['sentence']}.", context["remedy"]
                    )
                )
            case "string_type" if isinstance(detail["input"], dict):
                sentence = f"“{key}:” wants a sentence, and YAML reads this one as keys, for its colon."
                findings.append(Finding(name, place, "colon", sentence, _QUOTE))
            case "enum" | "literal_error":
                allowed = re.findall(r"'([^']*)'", str(context.get("expected", "")))
                sentence = f"“{detail['input']}” is not something that “{key}:” takes."
                findings.append(Finding(name, place, "unknown-value", sentence, nearest(str(detail["input"]), allowed)))
            case _:
                sentence = f"“{key}:” is wrong: {detail['msg'][:1].lower()}{detail['msg'][1:]}."
                findings.append(Finding(name, place, "bad-value", sentence, "See the description of this key."))
    return findings


def _known(keys: object, allowed: Collection[str]) -> bool:
    return isinstance(keys, Mapping) and any(key in allowed for key in keys)


def _path_of(location: tuple[int | str, ...], places: Mapping[KeyPath, Place]) -> KeyPath:
    """Follow an error's location as far as it names keys of the file: pydantic adds names of its own to it."""
    path: KeyPath = ()
    for part in location:
        if (*path, str(part)) in places:
            path = (*path, str(part))
    return path
