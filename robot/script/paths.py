"""Proof that every call of a script ends: walks all ways that a caller can take it, and finds the longest.

What is walked are *situations*: the step that the call waits at, the question that is open, and how far ladders and
limits are used up. `robot.dialog.machine` is the machine whose rules this follows; a property test holds the two
together. Beyond `_MOST` situations the counts of returns and repeats are let go, which can only make the result larger.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from robot.script.check_words import speaking_seconds
from robot.script.doubts import doubts_of
from robot.script.graph import (
    AT_LIMIT,
    OTHERWISE,
    THEN,
    TRANSFER_FAILED,
    Graph,
    Kind,
    Node,
    not_understood_trigger,
    silent_trigger,
    variant_parts,
)
from robot.script.schema import AGAIN, BACK, Script

__all__ = ["ANSWER_SECONDS", "SILENCE_SECONDS", "Proof", "prove", "silence_seconds"]

ANSWER_SECONDS = 28.0
"""The longest answer of a caller; `robot.call.ear` cuts longer ones."""
SILENCE_SECONDS = (6.0, 8.0)
"""How long a question waits for the first word, and one that asks for something; unless it says so itself."""
_MOST = 6_000
_LONGEST_MONOLOGUE = 20


@dataclass(frozen=True, slots=True)
class Proof:
    """What no call of a script goes beyond.

    Attributes:
        turns: Answers of the caller, silence included.
        seconds: From the answer of the phone to the end, a transfer's own ringing not counted.
        worst: The way that takes longest: steps, and between them what the caller did, in brackets.
    """

    turns: int
    seconds: float
    worst: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _At:
    """A situation in which the caller is waited for."""

    node: str
    question: str
    before: str | None = None
    silences: int = 0
    misses: int = 0
    returns: int = 0
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class _Way:
    """What one answer may lead to: seconds and steps until the next situation, or (`None`) the end."""

    seconds: float
    steps: tuple[str, ...]
    to: _At | None


def silence_seconds(node: Node) -> float:
    """Return how long a question waits for the first word of an answer."""
    return node.step.silence or SILENCE_SECONDS[bool(node.step.ask_for)]


def prove(script: Script, graph: Graph) -> Proof:
    """Walk every way of a script that the loader has accepted."""
    try:
        return _Walk(script, graph, counted=True).proof()
    except OverflowError:
        return _Walk(script, graph, counted=False).proof()


class _Walk:
    def __init__(self, script: Script, graph: Graph, *, counted: bool) -> None:
        self._script = script
        self._graph = graph
        self._counted = counted
        self._goes_back = any(
            node.kind is Kind.QUESTION and BACK in node.exits.values() for node in graph.nodes.values()
        )
        self._seconds = {name: self._words(node) for name, node in graph.nodes.items()}

    def proof(self) -> Proof:
        """Find the longest way, turn by turn from the last turn to the first."""
        first = dict.fromkeys((self._script.start, self._script.inbound or self._script.start))
        beginnings = _longest_each(way for name in first for way in self._arrive(name, _At("", ""), 0))
        ways = self._situations([way.to for way in beginnings if way.to is not None])
        number = {at: index for index, at in enumerate(ways)}
        onward = [way for some in ways.values() for way in some]
        begins = np.cumsum([0, *map(len, ways.values())])[:-1]
        seconds = np.array([way.seconds for way in onward])
        to = np.array([number[way.to] if way.to is not None else len(ways) for way in onward], np.int64)
        last_words, last_steps = self._last_words(AT_LIMIT, ())
        limits = self._script.limits
        # By situation (the last one is the end): what may still come with so many turns left, at most.
        ahead = [np.array([last_words] * len(ways) + [0.0])]
        further = np.zeros(len(ways) + 1, np.int64)
        for _ in range(limits.turns if ways else 0):
            ahead.append(np.append(np.maximum.reduceat(seconds + ahead[-1][to], begins), 0.0))
            further = np.append(np.maximum.reduceat(1 + further[to] - (to == len(ways)) * further[-1], begins), 0)
        turns = max((int(further[number[way.to]]) for way in beginnings if way.to is not None), default=0)

        def longest(some: Sequence[_Way], left: int) -> _Way:
            return max(some, key=lambda way: way.seconds + (ahead[left][number[way.to]] if way.to is not None else 0))

        way, left = longest(beginnings, len(ahead) - 1), len(ahead) - 1
        whole = way.seconds + (ahead[left][number[way.to]] if way.to is not None else 0.0)
        steps = list(way.steps)
        while way.to is not None and left:
            way, left = longest(ways[way.to], left - 1), left - 1
            steps += way.steps
        if way.to is not None:
            steps += last_steps
        doubts = [speaking_seconds((asked,), self._script) for asked in doubts_of(self._script, self._graph).values()]
        longest_say = max([*self._seconds.values(), *doubts], default=0.0)
        # What is asked back, once a call, costs two answers more, and the question once more.
        whole += sum(doubts) + len(doubts) * (2 * (max(SILENCE_SECONDS) + ANSWER_SECONDS) + longest_say)
        turns = min(turns + 2 * len(doubts), limits.turns) if turns else 0
        return Proof(turns, float(min(whole, limits.seconds + longest_say + last_words)), _shortened(steps))

    def _situations(self, begin: list[_At]) -> dict[_At, list[_Way]]:
        ways: dict[_At, list[_Way]] = {}
        todo = begin
        while todo:
            at = todo.pop()
            if at in ways:
                continue
            if self._counted and len(ways) > _MOST:
                raise OverflowError
            ways[at] = _longest_each(self._answers(at))
            todo += [way.to for way in ways[at] if way.to is not None and way.to not in ways]
        return ways

    # --- what the caller may do

    def _answers(self, at: _At) -> Iterator[_Way]:
        question, node = self._graph.nodes[at.question], self._graph.nodes[at.node]
        spoken = silence_seconds(question) + ANSWER_SECONDS
        calm = replace(at, silences=0, misses=0)
        for trigger, (source, target) in self._ways_on(node, question).items():
            told = f"({trigger.strip('()')})"
            for way in self._take(source, target, at if target == AGAIN else calm):
                yield _Way(spoken + way.seconds, (told, *way.steps), way.to)
        if question.step.ask_for:
            yield from self._prefixed(spoken, "(an answer)", self._arrive(question.exits[THEN], calm, 0))
            if len(question.step.ask_for) > 1:
                yield from self._prefixed(spoken, "(half an answer)", self._come_back(calm, calm.question))
        if question.confirms is not None:
            yield from self._prefixed(spoken, "(a correction)", self._arrive(question.name, calm, 0))
        waited = silence_seconds(question)
        if at.misses == 0:
            rung = min(at.silences + 1, self._graph.silent_rungs)
            after = replace(at, silences=rung)
            yield from self._prefixed(waited, "(silence)", self._rung(silent_trigger(rung), after))
        yield from self._prefixed(spoken, "(not understood)", self._missed(at))

    def _ways_on(self, node: Node, question: Node) -> dict[str, tuple[Node, str]]:
        """Return trigger → where it is taken from and where it leads; of ways to one place from one node, the first."""
        found: dict[str, tuple[Node, str]] = {}
        for trigger, target in self._graph.everywhere.items():
            found[trigger] = (question, "(here)" if target == BACK else target)
        found |= {trigger: (question, to) for trigger, to in question.exits.items()}
        if node is not question:
            found |= {trigger: (node, to) for trigger, to in node.exits.items()}
        unique: dict[tuple[str, str], str] = {}
        for trigger, (source, target) in found.items():
            if trigger not in (THEN, OTHERWISE, TRANSFER_FAILED):
                unique.setdefault((source.name, target), trigger)
        return {trigger: found[trigger] for trigger in unique.values()}

    def _take(self, source: Node, target: str, at: _At) -> Iterator[_Way]:
        if target == AGAIN:
            most = self._script.limits.repeats
            repeats = min(at.repeats + self._counted, most + 1)
            if repeats > most:
                yield from self._missed(replace(at, repeats=repeats))
            else:
                calm = replace(at, repeats=repeats, silences=0, misses=0)
                yield from self._come_back(calm, at.question)
        elif target == "(here)":
            yield from self._come_back(at, at.question)
        elif target == BACK:
            to = at.before if source.kind is Kind.QUESTION else at.question
            yield from self._come_back(at, to or at.question)
        else:
            yield from self._arrive(target, at, 0)

    def _missed(self, at: _At) -> Iterator[_Way]:
        rung = min(at.misses + 1, self._graph.not_understood_rungs)
        return self._rung(not_understood_trigger(rung), replace(at, misses=rung))

    def _rung(self, trigger: str, at: _At) -> Iterator[_Way]:
        ladder, _, number = trigger.strip("()").rpartition(" ")
        name = f"when_{ladder.replace(' ', '_')}.{number}"
        return self._arrive(name, at, 0)

    @staticmethod
    def _prefixed(seconds: float, told: str, ways: Iterator[_Way]) -> Iterator[_Way]:
        for way in ways:
            yield _Way(seconds + way.seconds, (told, *way.steps), way.to)

    # --- what the robot does then

    def _arrive(self, name: str, at: _At, depth: int) -> Iterator[_Way]:
        if name in (BACK, AGAIN):
            yield from self._come_back(at, at.question)
            return
        node = self._graph.nodes[name]
        if depth > _LONGEST_MONOLOGUE:
            yield self._stop()
            return
        if OTHERWISE in node.exits:
            yield from self._arrive(node.exits[OTHERWISE], at, depth + 1)
        seconds, steps = self._seconds[name], (name,)
        match node.kind:
            case Kind.END:
                yield _Way(seconds, steps, None)
            case Kind.TRANSFER:
                yield _Way(seconds, steps, None)
                if TRANSFER_FAILED in node.exits:
                    yield from self._after(seconds, steps, self._arrive(node.exits[TRANSFER_FAILED], at, depth + 1))
            case Kind.PASSING:
                yield from self._after(seconds, steps, self._arrive(node.exits[THEN], at, depth + 1))
            case Kind.QUESTION:
                yield _Way(seconds, steps, self._asked(node, at))
            case Kind.ASIDE if at.returns > self._script.limits.returns:
                yield self._stop()
            case Kind.ASIDE:
                returns = at.returns + (self._counted and node.answer is None)
                beside = replace(at, node=name, returns=min(returns, self._script.limits.returns + 1))
                if at.question:
                    yield _Way(seconds, steps, beside)
                yield from self._after(seconds, steps, self._come_back(beside, at.question))
            case Kind.LINGER:
                yield _Way(seconds, steps, replace(at, node=name)) if at.question else self._stop()

    @staticmethod
    def _after(seconds: float, steps: tuple[str, ...], ways: Iterator[_Way]) -> Iterator[_Way]:
        for way in ways:
            yield _Way(seconds + way.seconds, (*steps, *way.steps), way.to)

    def _asked(self, node: Node, at: _At) -> _At:
        if node.name == at.question:
            return replace(at, node=node.name)
        asking = self._asking(at.question)
        within = asking is not None and asking in (node.name, node.confirms)
        before = at.before if within else at.question or None
        return _At(node.name, node.name, before if self._goes_back else None)

    def _asking(self, question: str) -> str | None:
        node = self._graph.nodes.get(question)
        return None if node is None else node.confirms or node.name

    def _come_back(self, at: _At, to: str) -> Iterator[_Way]:
        if not to or at.returns > self._script.limits.returns:
            yield self._stop()
            return
        node = self._graph.nodes[to]
        yield _Way(self._seconds[to], (to,), self._asked(node, at))

    def _stop(self) -> _Way:
        seconds, steps = self._last_words(AT_LIMIT, ())
        return _Way(seconds, steps, None)

    def _last_words(self, name: str, before: tuple[str, ...]) -> tuple[float, tuple[str, ...]]:
        """Return what is said, at most, once no question is asked any more."""
        node = self._graph.nodes.get(name)
        if (
            node is None
            or name in before
            or len(before) > _LONGEST_MONOLOGUE
            or node.kind in (Kind.QUESTION, Kind.ASIDE, Kind.LINGER)
        ):
            return 0.0, before
        steps = (*before, name)
        ways = [node.exits[way] for way in (THEN, OTHERWISE, TRANSFER_FAILED) if way in node.exits]
        further = [self._last_words(to, steps) for to in ways]
        seconds, after = max(further, default=(0.0, steps))
        return self._seconds[name] + seconds, after

    def _words(self, node: Node) -> float:
        """Return how long a step speaks, at most."""
        wordings = [variant_parts(wording) for wording in node.step.variants.values()] or [node.step.saying]
        again = speaking_seconds((node.step.again,), self._script) if node.step.again else 0.0
        return max(again, *(speaking_seconds(parts, self._script) for parts in wordings))


def _longest_each(ways: Iterable[_Way]) -> list[_Way]:
    """Return, of all ways to one situation, the one that takes longest."""
    best: dict[_At | None, _Way] = {}
    for way in ways:
        known = best.get(way.to)
        if known is None or way.seconds > known.seconds:
            best[way.to] = way
    return list(best.values())


def _shortened(steps: Sequence[str]) -> tuple[str, ...]:
    """Say what is repeated once, with how often: a way in circles is long."""
    shown: list[str] = []
    at = 0
    while at < len(steps):
        for length in range(1, 9):
            part = steps[at : at + length]
            times = 1
            while steps[at + times * length : at + (times + 1) * length] == part:
                times += 1
            if times > 1:
                shown.append(f"{times} × [{' '.join(part)}]")
                at += times * length
                break
        else:
            shown.append(steps[at])
            at += 1
    return tuple(shown)
