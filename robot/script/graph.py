"""A script laid out as a graph: every step and every step written out on the spot is a node with a name.

The dialog machine runs on it, the checker walks it, and a picture of a script is a picture of it. Written-out steps
get the name of where they stand: ``offer.ask_price``, ``everywhere.is_robot``, ``when_silent.1``, ``when.confirm``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final

from models.protocols import Listen
from robot.script.condition import Condition, read_condition
from robot.script.outcomes import LIMIT, NOT_UNDERSTOOD, SILENT, TRANSFER_FAILED
from robot.script.parts import Recording, Spoken, parts_of
from robot.script.schema import AGAIN, BACK, Answer, End, Script, Step, Variant

__all__ = [
    "AT_LIMIT",
    "CONFIRM_KEYS",
    "OTHERWISE",
    "THEN",
    "TRANSFER_FAILED",
    "Graph",
    "Kind",
    "Node",
    "Sayable",
    "is_rung",
    "key_trigger",
    "lay_out",
    "not_understood_trigger",
    "recordings",
    "sentences_of",
    "silent_trigger",
    "variant_parts",
]  # fmt: skip

THEN = "(then)"
"""What leads on from a step that has been said, or whose slots are filled."""
OTHERWISE = "(otherwise)"
"""What leads on from a step whose condition is not true."""
AT_LIMIT = "at_limit"

_DEFAULT_LADDER = (Step(then=AGAIN), Step(end=End()))
"""Where a script has no ladder: ask again once, then end."""
CONFIRM_KEYS: Final[Mapping[str, str]] = {"1": "affirm", "2": "deny"}
"""What keys mean where a yes or a no is asked for to make sure."""

_LISTENS = {"choice": Listen.CHOICE, "digits": Listen.DIGITS}


class Kind(StrEnum):
    """What a node does once it has spoken."""

    QUESTION = "question"
    """Waits for an answer."""
    PASSING = "passing"
    """Goes on to the next."""
    ASIDE = "aside"
    """Comes back to the question, asking it again."""
    LINGER = "linger"
    """Waits for the answer to the question that was asked before: a rung that only says something."""
    TRANSFER = "transfer"
    END = "end"


Sayable = str | Recording | Spoken


@dataclass(frozen=True)
class Node:
    """One state of the conversation.

    Attributes:
        name: Its name.
        step: What the script says of it.
        kind: What it does once it has spoken.
        path: Where it stands in the file.
        exits: Trigger (an intent, a key, `THEN`…) → name of a node, ``return`` or ``repeat``.
        confirms: The node whose slots this one reads back.
        answer: What stands for the caller's answer where the caller gave none: `SILENT`, `NOT_UNDERSTOOD`, `LIMIT`.
    """

    name: str
    step: Step
    kind: Kind
    path: tuple[str, ...]
    exits: Mapping[str, str]
    confirms: str | None = None
    answer: str | None = None

    @property
    def listen(self) -> Listen:
        """Return how to listen, guessed from the answers where the script leaves it open."""
        if self.step.listen is not None:
            return self.step.listen
        if self.confirms is not None:
            return Listen.YES_NO
        if self.step.ask_for:
            return _LISTENS.get(next(iter(self.step.slots.values())).type, Listen.OPEN)
        if {"affirm", "deny"} & self.step.answers.keys():
            return Listen.YES_NO
        return Listen.DIGITS if self.step.keys and not self.step.answers else Listen.CHOICE

    @cached_property
    def condition(self) -> Condition | None:
        """Return what must be true for the step to be made. Raises `ConditionError` where it cannot be read."""
        return read_condition(self.step.if_) if self.step.if_ is not None else None

    @property
    def intents(self) -> frozenset[str]:
        """Return the intents that lead somewhere from here."""
        return frozenset(way for way in self.exits if not way.startswith("("))

    @property
    def key_choices(self) -> frozenset[str]:
        """Return the keys that lead somewhere from here."""
        return frozenset(way[5:-1] for way in self.exits if way.startswith("(key "))

    def sayings(self) -> Iterator[tuple[tuple[str, ...], Sayable]]:
        """Give everything that the step may say, part by part, with where it stands below the step."""
        if self.confirms is not None:
            yield from (((), part) for part in self.step.saying)
            return
        yield from _parts(("play",) if self.step.play is not None else ("say",), self.step.saying)
        for variant, wording in self.step.variants.items():
            under = ("variants", variant)
            yield from _parts(under if isinstance(wording, str) else (*under, "say"), variant_parts(wording))
        if self.step.again is not None:
            yield ("again",), self.step.again

    def wordings(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Give each sentence with where it stands below the step; of recordings, their words."""
        for under, part in self.sayings():
            yield from sentences_of(under, part)


def sentences_of(under: tuple[str, ...], part: Sayable) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give the sentences of one part of a saying, with where they stand."""
    match part:
        case str():
            yield under, part
        case Recording():
            if part.words is not None:
                yield (*under, "words"), part.words
        case Spoken():
            yield (*under, "say"), part.say
            if part.otherwise is not None:
                yield (*under, "otherwise"), part.otherwise


def _parts(under: tuple[str, ...], parts: Sequence[Sayable]) -> Iterator[tuple[tuple[str, ...], Sayable]]:
    if len(parts) == 1 and isinstance(parts[0], str | Recording):
        yield under, parts[0]
        return
    for index, part in enumerate(parts):
        yield (*under, str(index)), part


def variant_parts(wording: str | Variant) -> tuple[Sayable, ...]:
    """Return what one of several wordings says, part by part."""
    return parts_of(wording if isinstance(wording, str) else wording.say)


@dataclass(frozen=True, slots=True)
class Graph:
    """All nodes of a script by name, and how far its ladders reach."""

    nodes: Mapping[str, Node]
    everywhere: Mapping[str, str]
    silent_rungs: int
    not_understood_rungs: int


def is_rung(node: Node) -> bool:
    """Return whether a node is a rung of a ladder, or stands on one."""
    return node.path[0] in ("when_silent", "when_not_understood")


def key_trigger(digits: str) -> str:
    """Return the trigger of a key, or of several pressed as one answer."""
    return f"(key {digits})"


def silent_trigger(rung: int) -> str:
    """Return the trigger of the n-th silence in a row, counted from 1."""
    return f"(silent {rung})"


def not_understood_trigger(rung: int) -> str:
    """Return the trigger of the n-th answer in a row that was not understood, counted from 1."""
    return f"(not understood {rung})"


def recordings(script: Script) -> Iterator[tuple[tuple[str, ...], Recording]]:
    """Give every recorded prompt of a script, with where it stands."""
    for node in lay_out(script).nodes.values():
        for under, part in node.sayings():
            if isinstance(part, Recording):
                yield (*node.path, *under, "play"), part
    if script.voicemail != "hang_up":
        for part in parts_of(script.voicemail.say):
            if isinstance(part, Recording):
                yield ("voicemail", "say"), part


def lay_out(script: Script) -> Graph:
    """Lay a script out. Names of missing steps are left in the exits, for the checker to find."""
    return _Layout(script).graph()


@dataclass(slots=True)
class _Layout:
    script: Script
    nodes: dict[str, Node] = field(default_factory=dict)

    def graph(self) -> Graph:
        for name, step in self.script.steps.items():
            self._add(name, step, ("steps", name))
        everywhere = {
            intent: self._target(answer, f"everywhere.{intent}", ("everywhere", intent))
            for intent, answer in self.script.everywhere.items()
        }
        silent = self._ladder("when_silent", self.script.when_silent, SILENT)
        missed = self._ladder("when_not_understood", self.script.when_not_understood, NOT_UNDERSTOOD)
        self._limit()
        return Graph(self.nodes, everywhere, silent, missed)

    def _target(self, answer: Answer, name: str, path: tuple[str, ...]) -> str:
        if isinstance(answer, str):
            return answer
        self._add(name, answer, path)
        return name

    def _add(self, name: str, step: Step, path: tuple[str, ...], answer: str | None = None) -> None:
        exits: dict[str, str] = {}
        for intent, given in step.answers.items():
            exits[intent] = self._target(given, f"{name}.{intent}", (*path, "answers", intent))
        for key, given in step.keys.items():
            exits[key_trigger(key)] = self._target(given, f"{name}.key_{key}", (*path, "keys", key))
        if step.if_transfer_fails is not None:
            where = (*path, "if_transfer_fails")
            exits[TRANSFER_FAILED] = self._target(step.if_transfer_fails, f"{name}.if_transfer_fails", where)
        if step.confirm is not None and step.then is not None:
            exits[THEN] = f"{name}.confirm"
            self._add_confirm(name, step, path)
        elif step.then is not None:
            exits[THEN] = step.then
        if step.otherwise is not None:
            exits[OTHERWISE] = self._target(step.otherwise, f"{name}.otherwise", (*path, "otherwise"))
        elif step.if_ is not None and step.then is not None:
            exits[OTHERWISE] = step.then
        self.nodes[name] = Node(name, step, _kind(step), path, exits, answer=answer)

    def _add_confirm(self, name: str, step: Step, path: tuple[str, ...]) -> None:
        assert step.then is not None
        exits = {"affirm": step.then, "deny": name}
        exits |= {key_trigger(key): exits[intent] for key, intent in CONFIRM_KEYS.items()}
        asking = Step(say=step.confirm, listen=Listen.YES_NO, silence=step.silence)
        self.nodes[f"{name}.confirm"] = Node(
            f"{name}.confirm", asking, Kind.QUESTION, (*path, "confirm"), exits, confirms=name
        )

    def _ladder(self, name: str, rungs: tuple[Step, ...], answer: str) -> int:
        ladder = rungs or _DEFAULT_LADDER
        if _kind(ladder[-1]) not in (Kind.END, Kind.TRANSFER, Kind.PASSING):
            ladder = (*ladder, Step(end=End()))
        for number, step in enumerate(ladder, 1):
            rung = step
            if name == "when_silent" and _kind(step) is Kind.LINGER:
                # “Can you hear me?” — “Yes”: that is no answer to the question before it
                heard_us: dict[str, Answer] = {"affirm": BACK, "greet": BACK}
                rung = step.model_copy(update={"answers": {**heard_us, **step.answers}})
            self._add(f"{name}.{number}", rung, (name, str(number - 1)), answer)
            node = self.nodes[f"{name}.{number}"]
            if node.kind is Kind.QUESTION:
                kind = Kind.LINGER
                self.nodes[node.name] = Node(node.name, node.step, kind, node.path, node.exits, answer=answer)
        return len(ladder)

    def _limit(self) -> None:
        given = self.script.at_limit
        if given is None:
            self._add(AT_LIMIT, Step(end=End()), (AT_LIMIT,), LIMIT)
        elif isinstance(given, str):
            self._add(AT_LIMIT, Step(then=given), (AT_LIMIT,), LIMIT)
        else:
            self._add(AT_LIMIT, given, (AT_LIMIT,), LIMIT)


def _kind(step: Step) -> Kind:
    if step.end is not None:
        return Kind.END
    if step.transfer is not None:
        return Kind.TRANSFER
    if step.answers or step.keys or step.ask_for or step.listen is not None:
        return Kind.QUESTION
    if step.then in (BACK, AGAIN):
        return Kind.ASIDE
    if step.then is not None or step.otherwise is not None:
        return Kind.PASSING
    return Kind.LINGER
