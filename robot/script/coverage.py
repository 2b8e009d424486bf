"""What of a script was walked: every way that it offers, and how often calls or tests took it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from robot.script.graph import Graph, not_understood_trigger, silent_trigger

__all__ = ["EVERYWHERE", "Coverage", "Transition", "transitions"]

EVERYWHERE = "everywhere"
"""Stands for whatever question was open: everywhere-answers and rungs of ladders are counted once for all of them."""


@dataclass(frozen=True, slots=True, order=True)
class Transition:
    """One way on: from a node of the graph (or `EVERYWHERE`), by a trigger (an intent, a key, ``(then)``…)."""

    source: str
    trigger: str


@dataclass(slots=True)
class Coverage:
    """How often each way was taken.

    Attributes:
        taken: Way → times.
        visited: Node → times it was come to.
        hung_up: Node → calls in which the caller hung up there.
        calls: Calls, or tests, that were counted.
    """

    taken: Counter[Transition] = field(default_factory=Counter)
    visited: Counter[str] = field(default_factory=Counter)
    hung_up: Counter[str] = field(default_factory=Counter)
    calls: int = 0

    def walked(self, graph: Graph, source: str, trigger: str, to: str) -> None:
        """Count one way that a dialog went (`robot.dialog.machine.Dialog` reports them in these terms)."""
        node = graph.nodes.get(source)
        if node is not None:
            self.taken[Transition(source if trigger in node.exits else EVERYWHERE, trigger)] += 1
        self.visited[to] += 1

    def add(self, other: "Coverage") -> None:
        """Count what another one counted."""
        self.taken.update(other.taken)
        self.visited.update(other.visited)
        self.hung_up.update(other.hung_up)
        self.calls += other.calls

    def missing(self, graph: Graph) -> tuple[Transition, ...]:
        """Return the ways that nobody took, in the order of the script."""
        return tuple(way for way in transitions(graph) if not self.taken[way])


def transitions(graph: Graph) -> tuple[Transition, ...]:
    """Return every way that a script offers, in its order: those of each node, the everywhere-answers, the ladders."""
    return tuple(_ways(graph))


def _ways(graph: Graph) -> Iterable[Transition]:
    for node in graph.nodes.values():
        for trigger in node.exits:
            yield Transition(node.name, trigger)
    for intent in graph.everywhere:
        yield Transition(EVERYWHERE, intent)
    for rung in range(1, graph.silent_rungs + 1):
        yield Transition(EVERYWHERE, silent_trigger(rung))
    for rung in range(1, graph.not_understood_rungs + 1):
        yield Transition(EVERYWHERE, not_understood_trigger(rung))
