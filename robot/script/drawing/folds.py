"""What a picture of a script tells in words instead of arrows: asides, everywhere-answers, ladders.

An aside comes back to the question that it answers, and everywhere-answers and ladders stand at every question: drawn
as boxes with arrows they would hide everything else.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from robot.script.coverage import EVERYWHERE, Coverage, Transition
from robot.script.ends import EndTold, ends_of
from robot.script.graph import (
    AT_LIMIT,
    OTHERWISE,
    THEN,
    TRANSFER_FAILED,
    Graph,
    Kind,
    Node,
    is_rung,
    not_understood_trigger,
    silent_trigger,
)
from robot.script.parts import Recording, Spoken
from robot.script.schema import AGAIN, BACK, Script
from robot.words import Interest

__all__ = ["Fold", "Folding", "Given", "Line", "full", "named", "shortened", "words"]

_SHORT = 70
_ON_THE_SPOT = "answers on the spot"
_ASKS_AGAIN = "asks again"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer, a key, or whatever else leads on.

    Attributes:
        name: As it is shown: ``affirm``, ``key 1``, ``otherwise``; empty where a step just goes on.
        ways: What coverage counts for it: the way there first, then the way back from an aside.
        taken: How often it was given; `None` in a picture without coverage.
        missed: Whether the coverage lacks one of its ways.
    """

    name: str
    ways: tuple[Transition, ...] = ()
    taken: int | None = None
    missed: bool = False

    def __str__(self) -> str:
        """Give its name, with the count where there is one."""
        if self.taken is None:
            return self.name
        return f"{self.name} ×{self.taken}".lstrip() + (" (not to its end)" if self.taken and self.missed else "")


@dataclass(frozen=True, slots=True)
class Line:
    """Answers that are told in words.

    Attributes:
        lead: What the line begins with: ``answers on the spot``.
        answers: What leads there.
        words: The beginning of what is said.
        to: Where that leads: a step's name, or words.
        full: Everything that is said, for whoever wants to read it.
        interest: Outcomes of a call that ends here.
        below: Whether it belongs to the line above.
        hung_up: Calls in which the caller hung up here; `None` without coverage.
    """

    lead: str = ""
    answers: tuple[Given, ...] = ()
    words: str = ""
    to: str = ""
    full: str = ""
    interest: tuple[Interest, ...] = ()
    below: bool = False
    hung_up: int | None = None

    @property
    def missed(self) -> bool:
        """Return whether one of its answers was never given."""
        return any(given.missed for given in self.answers)

    def __str__(self) -> str:
        """Give the line as one sentence, with counts where there are any."""
        given = ", ".join(str(answer) for answer in self.answers)
        said = f"“{self.words}”" if self.words else ""
        told = ": ".join(part for part in (self.lead, given, said) if part)
        told += f" → {self.to}" if self.to else ""
        return told + (f" (hung up here: {self.hung_up})" if self.hung_up else "")


@dataclass(frozen=True, slots=True)
class Fold:
    """A list that stands beside the arrows, for what may happen at every question."""

    title: str
    lines: tuple[Line, ...]


def shortened(words: str, longest: int) -> str:
    """Return the beginning of a text, cut between words.

    >>> shortened("Can you talk for a minute?", 14)
    'Can you talk…'
    """
    words = " ".join(words.split())
    if len(words) <= longest:
        return words
    cut = words[:longest].rsplit(" ", 1)[0].rstrip(" ,;:.–—-")
    return f"{cut}…"


@dataclass(slots=True)
class Folding:
    """Folds a script.

    Attributes:
        script: The script.
        graph: Its graph.
        coverage: How often each way was taken, where that is to be shown.
        folded: The nodes that get no boxes of their own.
        reading_back: Step → the node that reads its answer back.
    """

    script: Script
    graph: Graph
    coverage: Coverage | None = None
    folded: frozenset[str] = field(init=False)
    reading_back: Mapping[str, Node] = field(init=False)
    _ends: dict[str, list[EndTold]] = field(init=False)

    def __post_init__(self) -> None:
        """Find out what is folded, and what each end tells."""
        self._ends = {}
        for end in ends_of(self.script, self.graph):
            self._ends.setdefault(end.step, []).append(end)
        self.folded = frozenset(name for name, node in self.graph.nodes.items() if self._is_folded(node))
        self.reading_back = {node.confirms: node for node in self.graph.nodes.values() if node.confirms is not None}

    def _is_folded(self, node: Node) -> bool:
        if node.confirms is not None or node.answer is not None:
            return True
        if node.kind is Kind.END:
            return not node.exits and len(node.path) == 2 and node.path[0] == "everywhere"
        if node.kind not in (Kind.ASIDE, Kind.LINGER) or not set(node.exits.values()) <= {BACK, AGAIN}:
            return False
        led_to = [
            (source, trigger)
            for source in self.graph.nodes.values()
            for trigger, target in source.exits.items()
            if target == node.name
        ]
        answers = all(
            (source.kind is Kind.QUESTION or is_rung(source)) and trigger not in (THEN, OTHERWISE, TRANSFER_FAILED)
            for source, trigger in led_to
        )
        somewhere = bool(led_to) or node.name in self.graph.everywhere.values()
        return answers and somewhere and node.name not in (self.script.start, self.script.inbound)

    def outcome(self, node: Node) -> tuple[tuple[str, ...], tuple[Interest, ...]]:
        """Return what the CRM may be told at an end, as words and as interests; of other nodes, nothing."""
        ends = self._ends.get(node.name, [])
        words = tuple(dict.fromkeys(f"{end.interest}, {end.disposition}" for end in ends))
        return words, tuple(interest for interest in Interest if any(end.interest is interest for end in ends))

    # --- in the box of a step

    def lines(self, node: Node) -> Iterator[Line]:
        """Give what a step does without leading to another box."""
        reads_back = self.reading_back.get(node.name)
        if reads_back is not None:
            name = f"reads back {', '.join(node.step.ask_for)}"
            read = self.given(name, Transition(node.name, THEN))
            yield Line("", (read,), words(reads_back, _SHORT), full=full(reads_back), hung_up=self.hung_up(reads_back))
            yield from self._lists(reads_back, reads_back.exits, below=True, itself=node.name)
        yield from self._lists(node, node.exits, itself=node.name)

    def _lists(
        self, node: Node | None, exits: Mapping[str, str], *, below: bool = False, itself: str | None = None
    ) -> Iterator[Line]:
        """Give a line for each way of coming back: after a word, or at once."""
        lists: dict[str, list[tuple[Given, Node | None]]] = {}
        for trigger, target in exits.items():
            aside = self.graph.nodes[target] if target in self.folded else None
            if target in (BACK, AGAIN) or target == itself:
                lead = self._comes_back(node, target)
            elif aside is not None and aside.confirms is None and aside.kind is not Kind.END:
                lead = _ON_THE_SPOT
            else:
                continue
            way = Transition(node.name if node is not None else EVERYWHERE, trigger)
            lists.setdefault(lead, []).append((self.given(named(node, trigger), way, aside), aside))
        for lead, found in lists.items():
            said = [f"{given.name}: {full(aside)}" for given, aside in found if aside is not None]
            left = [self.hung_up(aside) or 0 for _, aside in found if aside is not None]
            yield Line(
                lead, tuple(given for given, _ in found), full="\n".join(said), below=below,
                hung_up=sum(left) if self.coverage is not None else None,
            )  # fmt: skip

    def _comes_back(self, node: Node | None, target: str) -> str:
        if node is not None and node.kind is Kind.QUESTION and target == BACK and node.name != self.script.start:
            return "back to the question before"
        if node is not None and node.kind in (Kind.ASIDE, Kind.PASSING, Kind.END, Kind.TRANSFER):
            return "comes back to the question"
        return _ASKS_AGAIN

    # --- beside the boxes

    def folds(self) -> Iterator[Fold]:
        """Give the lists of what may happen at every question."""
        yield Fold("At every question", tuple(self._everywhere()))
        yield Fold("When the caller is silent", tuple(self._ladder("when_silent", self.graph.silent_rungs)))
        missed = self._ladder("when_not_understood", self.graph.not_understood_rungs)
        yield Fold("When an answer is not understood", tuple(missed))
        limit = self.graph.nodes[AT_LIMIT]
        came = Given("", taken=self.coverage.visited[AT_LIMIT] if self.coverage is not None else None)
        yield Fold("At the limit of turns or time", tuple(self._told(limit, (came,))))

    def _everywhere(self) -> Iterator[Line]:
        for intent, target in self.graph.everywhere.items():
            node = self.graph.nodes.get(target)
            given = (self.given(intent, Transition(EVERYWHERE, intent)),)
            if node is not None and target in self.folded and node.kind is Kind.END:
                yield from self._told(node, given)
            elif target not in self.folded and target not in (BACK, AGAIN):
                yield Line("", given, to=target)
        yield from self._lists(None, self.graph.everywhere)

    def _ladder(self, name: str, rungs: int) -> Iterator[Line]:
        trigger = silent_trigger if name == "when_silent" else not_understood_trigger
        for number in range(1, rungs + 1):
            node = self.graph.nodes[f"{name}.{number}"]
            times = "once" if number == 1 else "twice" if number == 2 else f"{number} times"
            yield from self._told(node, (self.given(times, Transition(EVERYWHERE, trigger(number))),))

    def _told(self, node: Node, answers: tuple[Given, ...]) -> Iterator[Line]:
        """Give the lines of a folded step: what it says and what follows, then each answer that it adds."""
        outcome, interest = self.outcome(node)
        then = node.exits.get(THEN)
        match node.kind:
            case Kind.END:
                to = f"ends: {'; '.join(outcome)}" if outcome else "ends"
            case Kind.TRANSFER:
                to = f"transfers to {node.step.transfer}"
            case Kind.ASIDE:
                to = _ASKS_AGAIN
            case Kind.LINGER:
                to = "waits"
            case _:
                to = then or ""
        if then is not None:
            answers = tuple(self._and_on(given, Transition(node.name, THEN)) for given in answers)
        yield Line("", answers, words(node, _SHORT), to, full(node), interest, hung_up=self.hung_up(node))
        exits = {trigger: target for trigger, target in node.exits.items() if trigger != THEN}
        groups: dict[str, list[Given]] = {}
        for trigger, target in exits.items():
            if target not in (BACK, AGAIN) and target not in self.folded:
                groups.setdefault(target, []).append(self.given(named(node, trigger), Transition(node.name, trigger)))
        yield from (Line("", tuple(given), to=target, below=True) for target, given in groups.items())
        yield from self._lists(node, exits, below=True)

    # --- coverage

    def given(self, name: str, way: Transition, aside: Node | None = None) -> Given:
        """Return an answer with what was counted for it, and for coming back from the aside that it leads to."""
        backs = () if aside is None else tuple(Transition(aside.name, trigger) for trigger in aside.exits)
        ways = (way, *backs)
        if self.coverage is None:
            return Given(name, ways)
        return Given(name, ways, self.coverage.taken[way], any(not self.coverage.taken[each] for each in ways))

    def _and_on(self, given: Given, way: Transition) -> Given:
        missed = given.missed or (self.coverage is not None and not self.coverage.taken[way])
        return Given(given.name, (*given.ways, way), given.taken, missed)

    def hung_up(self, node: Node) -> int | None:
        """Return how many callers hung up at a node; `None` without coverage."""
        return self.coverage.hung_up[node.name] if self.coverage is not None else None


def named(node: Node | None, trigger: str) -> str:
    """Return how a trigger is shown: intents as they stand, ``key 1``, and words for what is neither."""
    if node is None:
        return trigger
    if trigger == THEN:
        on = "then" if OTHERWISE in node.exits else ""
        return f"{', '.join(node.step.ask_for)} known" if node.step.ask_for else on
    if trigger == TRANSFER_FAILED:
        return "nobody takes it"
    if node.confirms is not None:
        return {"affirm": "confirmed", "deny": "not confirmed"}.get(trigger, trigger.strip("()"))
    return trigger.strip("()")


def words(node: Node, longest: int) -> str:
    """Return the beginning of what a step says the first time."""
    spoken = [told for again, told in _sayings(node) if not again]
    if node.step.variants:
        return shortened(f"{len(node.step.variants)} variants: {spoken[0]}", longest)
    return shortened(" ".join(spoken), longest)


def full(node: Node) -> str:
    """Return everything that a step may say, a part on a line."""
    return "\n".join(f"again: {told}" if again else told for again, told in _sayings(node))


def _sayings(node: Node) -> Iterable[tuple[bool, str]]:
    for under, part in node.sayings():
        lead = f"{under[1]}: " if under[:1] == ("variants",) else ""
        match part:
            case Recording():
                told = part.words or f"[{part.play}]"
            case Spoken():
                told = f"[if {part.if_}] {part.say}" + (f" [otherwise] {part.otherwise}" if part.otherwise else "")
            case _:
                told = part
        yield under == ("again",), lead + told
