"""What a picture of a script shows, as plain data: boxes, arrows between them, and lists of what is folded.

Both writers (`robot.script.drawing.mermaid`, `robot.script.drawing.svg`) draw it. Several answers that lead to the same
step are one arrow; what is no arrow is told in words (`robot.script.drawing.folds`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from robot.script.coverage import Coverage, Transition
from robot.script.drawing.folds import Fold, Folding, Given, Line, full, named, words
from robot.script.graph import Graph, Kind, Node
from robot.script.schema import Script
from robot.words import Interest

__all__ = ["Arrow", "Box", "Picture", "Shape", "counted", "picture"]

_LONGEST_WORDS = 120


class Shape(StrEnum):
    """What a step does, told by the shape of its box."""

    QUESTION = "question"
    PASSING = "passing"
    TRANSFER = "transfer"
    END = "end"


_SHAPES = {Kind.QUESTION: Shape.QUESTION, Kind.TRANSFER: Shape.TRANSFER, Kind.END: Shape.END}


@dataclass(frozen=True, slots=True)
class Box:
    """One step.

    Attributes:
        name: Its name.
        shape: What it does.
        words: The beginning of what it says.
        full: Everything that it may say.
        condition: What must be true for the step to be made; `None` where nothing must.
        marks: Where calls come from without an arrow: the beginning, an everywhere-answer.
        lines: What it does without leading to another box.
        outcome: Of an end, what the CRM may be told: ``hot, agreed``; of a transfer, to whom.
        interest: Of an end, each interest that it may tell.
        unreachable: Whether nothing leads here.
        visits: How often calls came here; `None` without coverage.
        hung_up: Calls in which the caller hung up here; `None` without coverage.
    """

    name: str
    shape: Shape
    words: str = ""
    full: str = ""
    condition: str | None = None
    marks: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    outcome: tuple[str, ...] = ()
    interest: tuple[Interest, ...] = ()
    unreachable: bool = False
    visits: int | None = None
    hung_up: int | None = None


@dataclass(frozen=True, slots=True)
class Arrow:
    """Everything that leads from one box to another."""

    source: str
    target: str
    answers: tuple[Given, ...]

    @property
    def label(self) -> str:
        """Return the answers, joined; empty where the step just goes on."""
        return ", ".join(given.name for given in self.answers if given.name)

    @property
    def taken(self) -> int | None:
        """Return how many calls went this way; `None` without coverage."""
        counts = [given.taken for given in self.answers if given.taken is not None]
        return sum(counts) if counts else None


@dataclass(frozen=True, slots=True)
class Picture:
    """A script as it is drawn.

    Attributes:
        title: What people call the script.
        name: Its name, by which reports know it.
        boxes: Its steps, in the order of the script; the first is where calls begin.
        arrows: Between boxes.
        folds: Lists of what may happen at every question.
        interests: Those that its ends may tell, for the legend.
        calls: How many calls were counted; `None` without coverage.
        hung_up: In how many of them the caller hung up; `None` without coverage.
    """

    title: str
    name: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...] = ()
    folds: tuple[Fold, ...] = ()
    interests: tuple[Interest, ...] = ()
    calls: int | None = None
    hung_up: int | None = None

    @property
    def counts(self) -> str:
        """Return how many calls were counted, in words; empty without coverage."""
        if self.calls is None:
            return ""
        return f"{counted(self.calls, 'call')}; the caller hung up in {self.hung_up}"


def counted(number: int, noun: str) -> str:
    """Return a number with a noun whose plural ends in s.

    >>> counted(1, "call"), counted(0, "call")
    ('1 call', '0 calls')
    """
    return f"{number} {noun}" + ("" if number == 1 else "s")


def picture(script: Script, graph: Graph, coverage: Coverage | None = None) -> Picture:
    """Return what a picture of a script shows.

    Args:
        script: The script, as `robot.script.read_script` has accepted it.
        graph: Its graph.
        coverage: How often each way was taken, where that is to be shown.
    """
    folding = Folding(script, graph, coverage)
    reached = set(_reached(script, graph))
    drawn = [node for name, node in graph.nodes.items() if name not in folding.folded]
    drawn.sort(key=lambda node: node.name != script.start)
    boxes = tuple(_box(folding, node, unreachable=node.name not in reached) for node in drawn)
    told = {*(i for box in boxes for i in box.interest)}
    folds = tuple(fold for fold in folding.folds() if fold.lines)
    told |= {i for fold in folds for line in fold.lines for i in line.interest}
    return Picture(
        title=script.title or script.script,
        name=script.script,
        boxes=boxes,
        arrows=tuple(arrow for node in drawn for arrow in _arrows(folding, node)),
        folds=folds,
        interests=tuple(interest for interest in Interest if interest in told),
        calls=coverage.calls if coverage is not None else None,
        hung_up=coverage.hung_up.total() if coverage is not None else None,
    )


def _reached(script: Script, graph: Graph) -> Iterator[str]:
    ahead = [script.start, script.inbound or script.start, *graph.everywhere.values()]
    ahead += [name for name, node in graph.nodes.items() if node.answer is not None]
    seen: set[str] = set()
    while ahead:
        name = ahead.pop()
        if name not in seen and name in graph.nodes:
            seen.add(name)
            yield name
            ahead += graph.nodes[name].exits.values()


def _box(folding: Folding, node: Node, *, unreachable: bool) -> Box:
    coverage = folding.coverage
    outcome, interest = folding.outcome(node)
    if node.kind is Kind.TRANSFER:
        target = folding.script.transfers.get(node.step.transfer or "")
        hours = f", {target.hours}" if target is not None and target.hours else ""
        outcome = (f"transfers to {node.step.transfer}{hours}",)
    return Box(
        name=node.name,
        shape=_SHAPES.get(node.kind, Shape.PASSING),
        words=words(node, _LONGEST_WORDS),
        full=full(node),
        condition=node.step.if_,
        marks=tuple(_marks(folding, node)),
        lines=tuple(folding.lines(node)),
        outcome=outcome,
        interest=interest,
        unreachable=unreachable,
        visits=coverage.visited[node.name] if coverage is not None else None,
        hung_up=coverage.hung_up[node.name] if coverage is not None else None,
    )


def _marks(folding: Folding, node: Node) -> Iterator[str]:
    script, graph = folding.script, folding.graph
    if node.name == script.start:
        yield "calls begin here"
    elif node.name == script.inbound:
        yield "who calls us begins here"
    always = [intent for intent, target in graph.everywhere.items() if target == node.name]
    if always:
        yield f"from every question: {', '.join(always)}"
    rungs = [source for source in graph.nodes.values() if source.answer is not None]
    ladders = dict.fromkeys(rung.path[0].replace("_", " ") for rung in rungs if node.name in rung.exits.values())
    if ladders:
        yield f"from the lists: {', '.join(ladders)}"


def _arrows(folding: Folding, node: Node) -> Iterator[Arrow]:
    leads: dict[str, list[Given]] = {}
    for source, trigger, target in _ways_on(folding, node):
        if target in folding.graph.nodes and target not in folding.folded and target != node.name:
            given = folding.given(named(source, trigger), Transition(source.name, trigger))
            leads.setdefault(target, []).append(given)
    for target, answers in leads.items():
        yield Arrow(node.name, target, tuple(answers))


def _ways_on(folding: Folding, node: Node) -> Iterator[tuple[Node, str, str]]:
    """Give the ways on from a box: from its node, and from the question that reads its answer back."""
    for trigger, target in node.exits.items():
        yield node, trigger, target
    reads_back = folding.reading_back.get(node.name)
    if reads_back is not None:
        yield from ((reads_back, trigger, target) for trigger, target in reads_back.exits.items())
