"""Tests of a script: conversations written beside it, with what must come of them. Read here, run by the office.

A file of tests is read as a script is: every scalar is text, every mistake has its place. What belongs to
``dialogs/return.ru.yaml`` stands in ``dialogs/return.ru.test.yaml``.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from zoneinfo import available_timezones

from pydantic import BeforeValidator, Field, PrivateAttr, ValidationError, model_validator

from robot.script.findings import Finding, Place, ScriptError, error, nearest
from robot.script.graph import Graph
from robot.script.loader import schema_findings
from robot.script.parts import OneOrMany, Part, Sentence, problem
from robot.script.reading import read_tree, single
from robot.script.schema import End, Script
from robot.words import Channel

__all__ = [
    "SUFFIX", "Ends", "Item", "ScriptTest", "ScriptTests", "Sent", "check_tests", "file_of_tests",
    "load_tests", "read_tests",
]  # fmt: skip

SUFFIX: Final = ".test.yaml"
"""What the name of a file of tests ends with."""
_BARE: Final = ("silence", "hang_up", "limit")
"""What a caller may do that needs no words: the key stands alone."""
_BARE_LINE: Final = re.compile(rf"^([ \t]*-[ ]+(?:{'|'.join(_BARE)}))(?=[ \t]*(?:#.*)?$)", re.MULTILINE)
"""``- silence`` with keys on the lines below it is no YAML, and what everybody writes: it is read as ``- silence:``."""
_OVER: Final = ("interrupt", "keys", "hang_up")
"""What may be done over the robot's words."""
_ACTS: Final = ("caller", "interrupt", "keys", "silence", "hang_up", "machine", "transfer", "limit")


def _bare(value: object) -> object:
    if value is not None and value is not True:
        raise problem("bare", "it stands alone", "Take out what stands after the colon.")
    return True


def _wall_clock(value: object) -> object:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise problem("time", "this is no day and hour", "Write it as 2026-11-23T12:00.") from None


def _zone(value: object) -> object:
    if isinstance(value, str) and value not in available_timezones():
        raise problem("zone", f"there is no zone “{value}”", nearest(value, available_timezones()))
    return value


def _text(value: object) -> object:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip(" .,!?…") for text in texts):
        raise problem("words", "it wants words, or a list of them", "Put each in quotes: [“…”, “…”].")
    return texts


def _keys(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[0-9*#]{1,32}", value):
        raise problem("keys", f"“{value}” are no keys of a phone", "Use 0 to 9, * and #, without spaces.")
    return value


def _seconds(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"\d+(\.\d+)?", value):
        raise problem("seconds", f"“{value}” is no number of seconds", "Write a number alone: 60.")
    return value


def _some(value: object) -> object:
    if isinstance(value, list | dict) and not value:
        raise problem("nothing", "nothing stands in it", "Write at least one.")
    return value


_Bare = Annotated[bool, BeforeValidator(_bare)]
_Now = Annotated[datetime, BeforeValidator(_wall_clock)]
_Zone = Annotated[str, BeforeValidator(_zone)]
_Words = Annotated[tuple[str, ...], BeforeValidator(_text, json_schema_input_type=str | list[str])]
_Machine = Literal["voicemail", "assistant", "screening", "ivr", "fax", "announcement"]


class Item(Part):
    """One line of a talk: what the caller does, what must come of it, or both."""

    caller: Sentence | None = None
    """The caller says this, once the robot has finished."""
    interrupt: Sentence | None = None
    """The caller says this over the robot's words and cuts them; those that cannot be cut are said to their end."""
    keys: Annotated[str, BeforeValidator(_keys)] | None = None
    """The caller presses these keys."""
    silence: _Bare = False
    """The caller says nothing for as long as the robot waits."""
    hang_up: _Bare = False
    """The caller hangs up."""
    machine: _Machine | None = None
    """A machine has picked up, such as `voicemail`, and its beep is over."""
    transfer: Literal["taken", "refused"] | None = None
    """Whoever the caller is handed to takes the call or does not."""
    limit: _Bare = False
    """The time that the script's `limits` allow is over."""
    over: Sentence | None = None
    """Words of the robot over which `interrupt`, `keys` or `hang_up` happens; for `interrupt` the first of its reply
    where left out, for the others after all of them."""

    robot: _Words = ()
    """What the robot says to it: a text that its words contain, or a list of texts, all of which they contain."""
    not_robot: _Words = ()
    """What it must not say."""
    step: str | None = None
    """The step where the conversation is afterwards."""
    intent: str | None = None
    """What the caller's words were taken for."""
    learned: dict[str, str] = Field({})
    """What is known afterwards: slot → value."""
    within: Annotated[float, BeforeValidator(_seconds)] | None = None
    """Seconds since the phone was picked up by which the robot has said its words."""

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, value: object) -> object:
        """Read ``- silence`` as ``- silence:``."""
        if isinstance(value, str):
            if value not in _BARE:
                remedy = f"Write “- caller: {value}” if the caller says it. {nearest(value, _BARE)}"
                raise problem("not-an-act", f"“{value}” alone is nothing that a caller does", remedy)
            return {value: None}
        return value

    @model_validator(mode="after")
    def _one_act(self) -> Self:
        acts = [name for name in _ACTS if getattr(self, name) not in (None, False)]
        if len(acts) > 1:
            sentence = f"{' and '.join(acts)} are two things that the caller does"
            raise problem("two-acts", sentence, "Begin each with a dash of its own.")
        if self.over is not None and not set(acts) & set(_OVER):
            raise problem("over", "over: says when something is done", f"Add one of {', '.join(_OVER)} to it.")
        if not acts and not self.expects:
            raise problem("empty", "nothing is done and nothing expected", f"Add one of {', '.join(_ACTS)}.")
        return self

    @property
    def act(self) -> str | None:
        """Return which of the things a caller may do this is; `None` where it only expects something."""
        return next((name for name in _ACTS if getattr(self, name) not in (None, False)), None)

    @property
    def expects(self) -> bool:
        """Return whether anything is expected."""
        given = (self.robot, self.not_robot, self.learned)
        return any(given) or (self.step, self.intent, self.within) != (None, None, None)


class Ends(End):
    """How the conversation must end; what is left out is not looked at."""

    never_call: bool | None = None
    """Whether the caller is noted as asking never to be called again."""


class Sent(Part):
    """A message that the CRM must be asked to send; what is left out is not looked at."""

    channel: Channel
    """`sms` or `email`."""
    text: Sentence | None = None
    """What it contains."""
    to: str | None = None
    """To whom."""
    subject: Sentence | None = None
    """What the subject of an e-mail contains."""


class ScriptTest(Part):
    """One conversation."""

    contact: dict[str, str] = Field({})
    """Fields of the contact besides those of the whole file."""
    now: _Now | None = None
    """The wall clock when the phone is picked up, where it is not that of the whole file."""
    zone: _Zone | None = None
    """The contact's zone, where it is not that of the whole file."""
    inbound: bool = False
    """It is the contact who calls us."""
    variants: dict[str, str] = Field({})
    """Step → the variant that is said there."""
    talk: Annotated[tuple[Item, ...], BeforeValidator(_some)]
    """What happens, in order."""
    ends: Ends | None = None
    """How it ends."""
    learned: dict[str, str] = Field({})
    """What the CRM is told to have been learned: slot → value."""
    notes: _Words | None = None
    """Texts that the notes for the CRM contain, one for each, in order; `[]`: there are none."""
    tags: OneOrMany | None = None
    """All marks, in any order; `[]`: there are none."""
    updates: dict[str, str] | None = None
    """All proposed changes to the contact; `{}`: there are none."""
    sent: tuple[Sent, ...] | None = None
    """All messages that the CRM is asked to send, in order; `[]`: there are none."""


class ScriptTests(Part):
    """A file of tests."""

    contact: dict[str, str] = Field({})
    """Fields of the contact, for all tests."""
    now: _Now = datetime(2026, 11, 23, 12, 0)
    """The wall clock in the contact's zone when the phone is picked up; a Monday's noon where left out."""
    zone: _Zone | None = None
    """The contact's zone; the one of the settings where left out."""
    tests: Annotated[dict[str, ScriptTest], BeforeValidator(_some)]
    """Name → conversation."""

    _file: str = PrivateAttr("")
    _places: Mapping[tuple[str, ...], Place] = PrivateAttr(default_factory=dict)

    def read_from(self, file: str, places: Mapping[tuple[str, ...], Place]) -> None:
        """Remember where it was read from; `read_tests` calls it."""
        self._file, self._places = file, places

    @property
    def file(self) -> str:
        """Return the name of the file it was read from."""
        return self._file

    def place(self, path: tuple[str, ...]) -> Place:
        """Return where a path of keys stands in the file, or the nearest part of it that stands there."""
        while path and path not in self._places:
            path = path[:-1]
        return self._places.get(path, Place())

    def place_in(self, test: str, *path: str) -> Place:
        """Return where a path of keys of one test stands in the file, or the nearest part of it that stands there."""
        return self.place(("tests", test, *path))


def file_of_tests(script: Path) -> Path:
    """Return where the tests of a script stand."""
    return script.with_name(script.stem + SUFFIX)


def load_tests(path: Path) -> ScriptTests:
    """Read a file of tests.

    Raises:
        ScriptError: It cannot be read or used; holds all findings.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as wrong:
        raise single(str(path), "no-file", f"The file cannot be read: {wrong.strerror}.", "Check the path.") from wrong
    except UnicodeDecodeError as wrong:
        remedy = "Save it as UTF-8 (in the editor: “Save with encoding”)."
        raise single(str(path), "not-utf8", "The file is not text in UTF-8.", remedy) from wrong
    return read_tests(text, str(path))


def read_tests(text: str, name: str) -> ScriptTests:
    """Read tests.

    Args:
        text: The YAML.
        name: What findings call the file.

    Raises:
        ScriptError: It cannot be used; holds all findings.
    """
    try:
        read = read_tree(_BARE_LINE.sub(r"\1:", text), name, may_be_empty=_BARE)
    except ScriptError as wrong:
        if [finding.rule for finding in wrong.findings] == ["no-script"]:
            remedy = "Begin with the key tests:, and write under it the name of a test with its talk:."
            raise single(name, "no-tests", "The file holds no tests.", remedy) from None
        raise
    try:
        tests = ScriptTests.model_validate(read.tree)
    except ValidationError as wrong:
        raise ScriptError(schema_findings(wrong, name, dict(read.places))) from None
    tests.read_from(name, read.places)
    return tests


def check_tests(tests: ScriptTests, script: Script, graph: Graph, intents: Collection[str] = ()) -> tuple[Finding, ...]:
    """Find what tests name that the script does not have.

    Args:
        tests: The tests.
        script: Their script.
        graph: The same, laid out.
        intents: What its training data teaches.
    """
    return tuple(_unknown(tests, script, graph, {*intents, *_intents(graph)}))


def _intents(graph: Graph) -> set[str]:
    return {"out_of_scope", *graph.everywhere, *(one for node in graph.nodes.values() for one in node.intents)}


def _unknown(tests: ScriptTests, script: Script, graph: Graph, intents: Collection[str]) -> Iterator[Finding]:
    fields = {**script.needs, **script.may_have}
    slots = {slot for node in graph.nodes.values() for slot in node.step.ask_for}
    updated = {field for node in graph.nodes.values() for field in node.step.update}
    worded = {node.name: node.step.variants for node in graph.nodes.values() if node.step.variants}

    def known(path: tuple[str, ...], what: str, names: Collection[str], allowed: Collection[str]) -> Iterator[Finding]:
        for name in names:
            if name not in allowed:
                sentence = f"The script has no {what} “{name}”."
                yield error(
                    tests, (*path, name), f"missing-{what.split(maxsplit=1)[0]}", sentence, nearest(name, allowed)
                )

    yield from known(("contact",), "field", tests.contact, fields)
    for name, test in tests.tests.items():
        top = ("tests", name)
        yield from known((*top, "contact"), "field", test.contact, fields)
        for field in script.needs:
            if field not in {**tests.contact, **test.contact}:
                sentence = f"The contact has no “{field}”, which the script needs."
                yield error(tests, top, "no-field", sentence, f"Add {field}: to contact:.")
        for step, variant in test.variants.items():
            yield from known((*top, "variants"), "variants of", [step], worded)
            if step in worded:
                yield from known((*top, "variants", step), "variant", [variant], worded[step])
        yield from known((*top, "learned"), "slot", test.learned, slots)
        yield from known((*top, "updates"), "update of", test.updates or {}, updated)
        for index, item in enumerate(test.talk):
            here = (*top, "talk", str(index))
            yield from known((*here, "step"), "step", [item.step] if item.step else [], graph.nodes)
            yield from known((*here, "intent"), "intent", [item.intent] if item.intent else [], intents)
            yield from known((*here, "learned"), "slot", item.learned, slots)
