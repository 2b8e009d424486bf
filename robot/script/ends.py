"""What each end of a script tells the CRM, for each answer that may lead to it.

The walk keeps the *answer that led there* as `robot.dialog.memory.Memory` does.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from robot.script.graph import AT_LIMIT, OTHERWISE, THEN, TRANSFER_FAILED, Graph, Kind, Node
from robot.script.outcomes import LIMIT, PERSON_OF, outcome_of
from robot.script.outcomes import TRANSFER_FAILED as NOBODY_TOOK_IT
from robot.script.schema import AGAIN, BACK, Script
from robot.words import Disposition, Interest, Person

__all__ = ["EndTold", "ends_of"]


@dataclass(frozen=True, slots=True)
class EndTold:
    """What the CRM is told at one end, after one answer.

    Attributes:
        step: The node that ends the call.
        answer: The answer that led there; `None` where none did.
        interest: As told.
        person: As told; `None` where it depends on what was said earlier in the call.
        disposition: As told.
        written: Which of the three the script itself writes.
    """

    step: str
    answer: str | None
    interest: Interest
    person: Person | None
    disposition: Disposition
    written: frozenset[str]


def ends_of(script: Script, graph: Graph) -> tuple[EndTold, ...]:
    """Return every end with every answer that may lead to it, in the order of the script."""
    found: dict[tuple[str, str | None], EndTold] = {}
    for name, answer in _walk(script, graph):
        node = graph.nodes[name]
        if node.kind is Kind.END and node.step.end is not None:
            led_by = node.answer or answer
            end = node.step.end
            interest, disposition = outcome_of(led_by)
            written = {key for key in ("interest", "person", "disposition") if getattr(end, key) is not None}
            found[name, led_by] = EndTold(
                name,
                led_by,
                end.interest or interest,
                end.person or PERSON_OF.get(led_by or ""),
                end.disposition or disposition,
                frozenset(written),
            )
    order = list(graph.nodes)
    return tuple(sorted(found.values(), key=lambda told: (order.index(told.step), told.answer or "")))


def _walk(script: Script, graph: Graph) -> Iterator[tuple[str, str | None]]:
    """Give every node with every last answer that it may be come to with."""
    todo: list[tuple[str, str | None]] = [(script.start, None), (script.inbound or script.start, None)]
    todo += [(name, None) for name, node in graph.nodes.items() if node.answer is not None and name != AT_LIMIT]
    seen: set[tuple[str, str | None]] = set()
    questions = any(node.kind is Kind.QUESTION for node in graph.nodes.values())
    todo.append((AT_LIMIT, LIMIT if questions else None))
    while todo:
        name, answer = todo.pop()
        node = graph.nodes.get(name)
        if node is None or (name, answer) in seen:
            continue
        seen.add((name, answer))
        yield name, answer
        for trigger, target in _exits(graph, node):
            if target not in (BACK, AGAIN):
                todo.append((target, _after(graph, node, trigger, answer)))


def _exits(graph: Graph, node: Node) -> Iterator[tuple[str, str]]:
    yield from node.exits.items()
    if node.kind in (Kind.QUESTION, Kind.LINGER):
        yield from graph.everywhere.items()


def _after(graph: Graph, node: Node, trigger: str, answer: str | None) -> str | None:
    """Return the last answer once a way was taken."""
    if trigger == TRANSFER_FAILED:
        return NOBODY_TOOK_IT
    if trigger == OTHERWISE:
        return answer
    if trigger == THEN:
        return "callback_later" if node.step.asks_when else answer
    if trigger.startswith("(key "):
        ways = (*node.exits.items(), *graph.everywhere.items())
        meant = (intent for intent, to in ways if to == node.exits[trigger] and not intent.startswith("("))
        trigger = next(meant, "")
        if not trigger:
            return answer
    if node.confirms is not None and trigger in ("affirm", "deny"):
        return answer
    return node.step.means.get(trigger, trigger)
