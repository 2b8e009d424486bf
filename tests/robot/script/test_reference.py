"""docs/scripts.md is what the language does: its tables are made from the schema, its examples are read and checked.

How an example becomes a script (`completed`):

- one with the key ``script`` is a script;
- one whose keys are all keys of a script is a part of one; one whose keys are all keys of a step is the step
  ``example``; any other holds steps by their names;
- it is laid over `HOUSE`, which has a contact's name, the facts and the transfer of the page's first script, and a
  greeting that leads to the steps which nothing in the example leads to; steps that it lacks say goodbye and end;
- ``everywhere`` is filled up with all intents of ``dialogs/nlu/common.<language>.yml``; what has Cyrillic is Russian.

An example with the key ``nlu`` is training data, and teaches those after it that name one of its intents. Behind
``<!-- file: NAME -->`` stands a file that others include. WAV files are silence. No example may have an error, nor a
warning, but for the rule in a ``<!-- warns: RULE -->`` before it.

In tables behind ``<!-- heard -->`` and ``<!-- said: name = value; … -->`` each row is tried: “English”, «Russian»,
„Polish”.
"""

import json
import re
import wave
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from models.nlu import read_nlu
from models.nlu.entities import find_entities
from models.protocols import Understanding
from robot.call.endpoint import PAUSES
from robot.dialog.saying import Sayer
from robot.dialog.slots import fill
from robot.script import Script, ScriptError, Step, check_script, lay_out, read_script
from robot.script.check import RULES
from robot.script.condition import read_condition
from robot.script.intents import MEANINGS
from robot.script.outcomes import OUTCOME_OF, PERSON_OF
from robot.script.parts import Part
from robot.script.paths import SILENCE_SECONDS
from robot.script.reading import read_tree
from robot.script.reference import MODELS, PAGE, reference
from robot.script.schema import AGAIN, BACK, LANGUAGES, FieldType, Slot, SlotType, Way

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / PAGE).read_text("utf-8")
ZONE = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZONE)
INTENTS = {
    language: frozenset(read_nlu([ROOT / "dialogs" / "nlu" / f"common.{language}.yml"]).examples)
    for language in LANGUAGES
}
GREETING = {
    "en": "Hello <first_name>! This is a robot from <place>, and the call is recorded. What can I do for you?",
    "ru": "Здравствуйте, <first_name>! Это робот клуба <place>, разговор записывается. Чем могу помочь?",
}
HOUSE: dict[str, Any] = {
    "script": "house",
    "needs": {"first_name": "name"},
    "facts": {"place": "Apex Karting", "price": "25 USD", "season_end": "2027-03-01"},
    "transfers": {"reception": {"to": "sip:100"}},
    "start": "greeting",
}
GOODBYE = {
    "en": {"say": "Goodbye!", "end": {"interest": "warm", "disposition": "completed"}},
    "ru": {"say": "До свидания!", "end": {"interest": "warm", "disposition": "completed"}},
}


@dataclass(frozen=True)
class Example:
    line: int
    text: str
    warns: frozenset[str]
    file: str | None

    @property
    def tree(self) -> dict[str, Any]:
        return dict(read_tree(self.text, f"docs/scripts.md, the example of line {self.line}").tree)

    @property
    def language(self) -> str:
        return "ru" if re.search("[а-яё]", self.text) else "en"


def _examples() -> Iterator[Example]:
    marks = re.compile(r"^(?:<!-- (warns|file): (.+?) -->\n+)?```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
    for match in marks.finditer(TEXT):
        line = TEXT[: match.start(3)].count("\n") + 1
        kind, what = match[1], match[2]
        warns = frozenset(what.split()) if kind == "warns" else frozenset[str]()
        yield Example(line, match[3], warns, what if kind == "file" else None)


EXAMPLES = list(_examples())
TAUGHT = [example for example in EXAMPLES if "nlu" in example.tree]
FILES = [example for example in EXAMPLES if example.file is not None]
SCRIPTS = [example for example in EXAMPLES if example not in TAUGHT and example not in FILES]


def keys(model: type[Part]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def completed(example: Example) -> dict[str, Any]:
    """Make a whole script of an example, as told above."""
    tree = example.tree
    if "script" in tree:
        return tree
    if tree.keys() <= keys(Step):
        tree = {"steps": {"example": tree}}
    elif not tree.keys() <= keys(Script):
        tree = {"steps": tree}
    language = example.language
    whole: dict[str, Any] = {**HOUSE, "language": language, **tree}
    for key in ("needs", "facts", "transfers"):
        whole[key] = {**HOUSE[key], **tree.get(key, {})}
    included = [file.tree for file in FILES if str(file.file).removesuffix(".yaml") in tree.get("include", [])]
    answered = {intent for part in (tree, *included) for intent in part.get("everywhere", {})}
    rest = dict.fromkeys(INTENTS[language] - answered - {"repeat", "out_of_scope"}, "goodbye")
    whole["everywhere"] = {"repeat": "repeat", **rest, **tree.get("everywhere", {})}
    whole["steps"] = steps = dict(tree.get("steps", {}))
    led_to = {to for source, to in _ways(whole) if source != to}
    if "greeting" not in steps:
        begins = [name for name in steps if name not in led_to] or ["goodbye"]
        ways = {str(number): name for number, name in enumerate(begins, 1)}
        steps["greeting"] = {"say": GREETING[language], "keys": ways}
    own = {name for part in included for name in part.get("steps", {})}
    for name in sorted({to for _, to in _ways(whole) if "." not in to} - steps.keys() - own):
        steps[name] = GOODBYE[language]
    return whole


def _ways(tree: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Give which step leads to which, missing ones too; what stands in a step's place counts as that step."""
    steps = tree["steps"] or {"goodbye": GOODBYE["en"]}
    graph = lay_out(Script.model_validate({**tree, "include": [], "steps": steps}))
    for node in graph.nodes.values():
        source = node.path[1] if node.path[0] == "steps" else ""
        yield from ((source, to) for to in node.exits.values() if to not in (BACK, AGAIN))
    yield from (("", to) for to in graph.everywhere.values() if to not in (BACK, AGAIN))


def as_yaml(tree: dict[str, Any]) -> str:
    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: filled(inner) for key, inner in value.items()}
        return [filled(one) for one in value] if isinstance(value, list) else {} if value is None else value

    return json.dumps(filled(tree), ensure_ascii=False, indent=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the page's files lie: what is included and what is played."""
    folder = tmp_path_factory.mktemp("dialogs")
    for file in FILES:
        (folder / str(file.file)).write_text(file.text, "utf-8")
    for name in re.findall(r"[\w/-]+\.wav", TEXT):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(folder / name), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(8000)
            sound.writeframes(bytes(8000))
    return folder


def script_of(example: Example, folder: Path) -> Script:
    whole = example.text if "script" in example.tree else as_yaml(completed(example))
    return read_script(whole, f"line {example.line}", folder=folder)


# --- the page and its tables


def test_the_page_is_current() -> None:
    assert reference(TEXT) == TEXT, "run: python -m robot.script.reference"


def test_every_block_of_the_language_has_its_table() -> None:
    for name in (*MODELS, "rules", "answers", "in-place-of-an-answer"):
        assert f"<!-- made: {name} -->" in TEXT


def test_an_unknown_gap_is_told() -> None:
    with pytest.raises(KeyError, match="Stepp"):
        reference("<!-- made: Stepp -->\n<!-- end -->")


def test_what_has_an_outcome_has_a_meaning() -> None:
    intents = {intent for intent in OUTCOME_OF if not intent.startswith("(")} | PERSON_OF.keys()
    assert intents <= MEANINGS.keys()
    assert all(known == MEANINGS.keys() for known in INTENTS.values())


def test_every_link_leads_somewhere() -> None:
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL), re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    anchors |= set(re.findall(r'<a name="([^"]+)"', TEXT))
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", TEXT):
        file, _, anchor = target.partition("#")
        assert (ROOT / "docs" / file).exists()
        assert file or anchor in anchors, target


# --- its examples


@pytest.mark.parametrize("example", SCRIPTS, ids=lambda example: f"line-{example.line}")
def test_every_example_is_fit_to_be_heard(example: Example, folder: Path) -> None:
    try:
        script = script_of(example, folder)
    except ScriptError as wrong:
        pytest.fail(f"the example of line {example.line}: {wrong}")
    taught = {item["intent"] for data in TAUGHT for item in data.tree["nlu"] if item["intent"] in example.text}
    found = check_script(script, INTENTS[script.language] | taught)
    mended = read_tree(example.text, f"line {example.line}").mended
    told = [str(finding) for finding in (*found, *mended) if finding.rule not in example.warns]
    assert told == []


def test_the_training_data_can_be_learned_from(tmp_path: Path) -> None:
    for example in TAUGHT:
        file = tmp_path / "some.yml"
        file.write_text(example.text, "utf-8")
        assert read_nlu([file]).warnings == ()


def test_every_key_has_an_example(folder: Path) -> None:
    shown: dict[type[Part], set[str]] = {}

    def walk(value: object) -> None:
        if isinstance(value, Part):
            model = type(value)
            fields = [name for name in value.model_fields_set if name != "include" or value.include]  # type: ignore[attr-defined]  # a script's
            shown.setdefault(model, set()).update(model.model_fields[name].alias or name for name in fields)
            for name in fields:
                walk(getattr(value, name))
        elif isinstance(value, Mapping):
            for inner in value.values():
                walk(inner)
        elif isinstance(value, tuple):
            for inner in value:
                walk(inner)

    for example in SCRIPTS:
        walk(script_of(example, folder))
    for model in MODELS.values():
        assert keys(model) == shown.get(model, set()), f"{model.__name__}: the page lacks an example"


def test_every_rule_that_the_page_silences_exists() -> None:
    for example in SCRIPTS:
        assert example.tree.get("silenced", {}).keys() <= RULES.keys()


# --- its claims


def rows(head: str) -> Iterator[list[str]]:
    """Give the cells of the table behind a mark."""
    table = TEXT.partition(head)[2].lstrip().partition("\n\n")[0]
    for line in table.splitlines()[2:]:
        yield [cell.strip() for cell in line.strip("|").split(" | ")]


def quoted(cell: str) -> Iterator[tuple[str, str]]:
    """Give what stands in quotes, with the language that they stand for."""
    for language, marks in (("en", "“(.+)”"), ("ru", "«(.+)»"), ("pl", "„(.+)”")):
        if (found := re.fullmatch(marks, cell)) is not None:
            yield language, found[1]


def test_what_people_say_is_kept_as_the_page_says() -> None:
    tried = set()
    for kind, said, kept in rows("<!-- heard -->"):
        ((language, words),) = quoted(said)
        asked = Slot.model_validate({"type": kind.strip("`")})
        heard = Understanding(words, "inform", 0.9, (), find_entities(words, language, NOON))
        filled = fill({"it": asked}, heard, NOON, ZONE, language=language)
        assert filled == {"it": kept.strip("`")}, words
        tried.add(asked.type)
    assert tried == set(get_args(SlotType)) == set(get_args(FieldType))


SAID = re.findall(r"<!-- said: .+? -->", TEXT)


@pytest.mark.parametrize("head", SAID)
def test_what_is_written_is_said_as_the_page_says(head: str) -> None:
    values = dict(pair.split(" = ") for pair in head.removeprefix("<!-- said: ").removesuffix(" -->").split("; "))
    tried = 0
    for sentence, *said in rows(head):
        for language, words in (pair for cell in said for pair in quoted(cell)):
            text = f"script: x\nlanguage: {language}\nstart: bye\nsteps:\n  bye: {{say: Bye, end: {{}}}}\n"
            spoken = Sayer(read_script(text, "x")).say(f"it: {sentence.strip('`')}", values, now=NOON, zone=ZONE)
            assert spoken is not None
            assert spoken.text == f"It: {words}"
            tried += 1
    assert tried


def test_pauses_are_those_that_the_ear_keeps() -> None:
    told = {row[0].strip("`"): row[2] for row in rows("counts once it is clear what was meant.\n\n")}
    kept = {str(kind): f"{pause.short_ms / 1000:g} to {pause.full_ms / 1000:g} s" for kind, pause in PAUSES.items()}
    assert told == kept
    assert "for the first word is another thing: {:g} seconds, or {:g} where".format(*SILENCE_SECONDS) in TEXT


def test_every_way_of_saying_is_shown() -> None:
    assert all(re.search(rf"\bas {way}\b", TEXT) for way in get_args(Way))


def test_conditions_are_true_where_the_page_says() -> None:
    types = {"bonus": "money", "last_visit": "date"}
    tried = 0
    for condition, _, where in rows("What can be tested is the contact's columns, facts, slots and counters.\n\n"):
        known = dict(pair.split(": ") for pair in where.strip("`").split("; "))
        assert read_condition(condition.strip("`")).holds(known, types), condition
        tried += 1
    assert tried > 10
