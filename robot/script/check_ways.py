"""Checks of where a script leads: steps that are missing, that nothing leads to, or that lead nowhere."""

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from models.protocols import Listen
from robot.script.findings import Finding, error, nearest, warning
from robot.script.graph import AT_LIMIT, OTHERWISE, THEN, Graph, Kind, Node, is_rung
from robot.script.schema import AGAIN, BACK, Script

__all__ = ["check_ways", "unasked"]

_ADDRESS = re.compile(r"(?:sips?|tel):[\w+.%-]+(?:@[\w.:\[\]-]+)?(?:;[\w=;.-]+)?|\+?[\d ()-]{2,20}", re.IGNORECASE)


def check_ways(script: Script, graph: Graph) -> Iterator[Finding]:
    """Find what is wrong with the ways of a script."""
    yield from _targets(script, graph)
    yield from _shapes(script, graph)
    yield from _monologues(script, graph)
    yield from _transfers(script, graph)
    yield from _unreachable(script, graph)
    yield from _questions(script, graph)


def _targets(script: Script, graph: Graph) -> Iterator[Finding]:
    names = set(script.steps) | {BACK, AGAIN}
    for path, target in _named_targets(script, graph):
        if target not in names and target not in graph.nodes:
            sentence = f"There is no step “{target}”."
            yield error(script, path, "missing-step", sentence, nearest(target, names))
    for key, first in (("start", script.start), ("inbound", script.inbound)):
        if first in (BACK, AGAIN):
            yield error(script, (key,), "bad-start", "A call cannot start by coming back.", "Name a step.")
    for node in graph.nodes.values():
        transfer = node.step.transfer
        if transfer is not None and transfer not in script.transfers:
            sentence = f"There is no transfer “{transfer}”."
            remedy = nearest(transfer, script.transfers)
            if not script.transfers:
                remedy = f"Add it: transfers: {{{transfer}: {{to: …}}}}."
            yield error(script, (*node.path, "transfer"), "missing-transfer", sentence, remedy)


def _named_targets(script: Script, graph: Graph) -> Iterator[tuple[tuple[str, ...], str]]:
    yield ("start",), script.start
    if script.inbound is not None:
        yield ("inbound",), script.inbound
    for intent, target in graph.everywhere.items():
        yield ("everywhere", intent), target
    for node in graph.nodes.values():
        if node.confirms is not None:
            continue
        step, path = node.step, node.path
        for intent, answer in step.answers.items():
            if isinstance(answer, str):
                yield (*path, "answers", intent), answer
        for key, answer in step.keys.items():
            if isinstance(answer, str):
                yield (*path, "keys", key), answer
        if isinstance(step.if_transfer_fails, str):
            yield (*path, "if_transfer_fails"), step.if_transfer_fails
        if step.then is not None:
            yield (*path, "then"), step.then
        if isinstance(step.otherwise, str):
            yield (*path, "otherwise"), step.otherwise


def _shapes(script: Script, graph: Graph) -> Iterator[Finding]:
    for node in graph.nodes.values():
        step, path = node.step, node.path
        ways = [
            key
            for key, there in (("end", step.end is not None), ("transfer", step.transfer), ("then", step.then))
            if there
        ]
        asks = bool(step.answers or step.keys)
        if len(ways) > 1 or (asks and ways and not step.ask_for and not is_rung(node)):
            both = " and ".join(f"“{way}:”" for way in (ways if len(ways) > 1 else ["answers", *ways]))
            sentence = f"The step goes two ways at once: {both}."
            yield error(script, path, "two-ways", sentence, "Keep one; put the other into a step of its own.")
        wordings = [
            key for key, there in (("say", step.say), ("play", step.play), ("variants", step.variants)) if there
        ]
        if len(wordings) > 1:
            both = " and ".join(f"“{key}:”" for key in wordings)
            yield error(script, path, "two-wordings", f"The step has both {both}.", "Keep one of them.")
        if step.otherwise is not None and step.if_ is None:
            sentence = "“otherwise:” stands in a step without a condition."
            yield error(script, (*path, "otherwise"), "no-condition", sentence, "Add if: or take it out.")
        if step.if_ is not None and OTHERWISE not in node.exits:
            sentence = "Where the condition is not true, nothing follows."
            yield error(script, (*path, "if"), "no-otherwise", sentence, "Add otherwise: with a step.")
        if step.confirm is not None and not step.ask_for:
            sentence = "“confirm:” has nothing to confirm."
            yield error(script, (*path, "confirm"), "confirm", sentence, "Add ask_for: to the step.")
        if step.ask_for and step.then is None:
            sentence = "Nothing follows once the answer is known."
            yield error(script, path, "no-way-out", sentence, "Add then: with the step that follows.")
        if step.if_transfer_fails is not None and step.transfer is None:
            sentence = "“if_transfer_fails:” stands in a step that transfers nobody."
            yield error(script, path, "no-transfer", sentence, "Add transfer: or take it out.")
        if node.kind is Kind.LINGER and not is_rung(node):
            sentence = "The step neither asks, nor goes on, nor ends: the call would hang in silence."
            remedy = "Add answers:, then: (then: return comes back to the question), transfer: or end:."
            yield error(script, path, "no-way-out", sentence, remedy)
        if node.kind is Kind.QUESTION:
            if not node.exits:
                sentence = "The step listens, and no answer leads anywhere."
                yield error(script, path, "no-answers", sentence, "Add answers:, keys: or ask_for:.")
            if not wordings and not is_rung(node):  # `again` is not for the first time
                yield error(script, path, "no-words", "The step asks without a word.", "Add say:.")


def _monologues(script: Script, graph: Graph) -> Iterator[Finding]:
    """Find circles of steps that go on without ever asking."""
    done: set[str] = set()
    for name in graph.nodes:
        circle = _circle(graph, name, done)
        if circle is not None:
            shown = " → ".join([*circle, circle[0]])
            sentence = f"These steps follow each other without end: {shown}."
            place = graph.nodes[circle[0]].path
            yield error(script, place, "no-way-out", sentence, "Let one of them ask something, or end.")
    for key, first in (("start", script.start), ("inbound", script.inbound)):
        for aside in _asides_before_a_question(graph, first or ""):
            sentence = f"The call begins with “{aside.name}”, which comes back to a question that was never asked."
            yield error(script, (key,), "bad-start", sentence, "Begin with a step that asks.")


def unasked(node: Node) -> Iterator[str]:
    """Give the nodes that may follow a node without the caller having said anything."""
    if node.kind is Kind.PASSING and THEN in node.exits:
        yield node.exits[THEN]
    if OTHERWISE in node.exits:
        yield node.exits[OTHERWISE]


def _circle(graph: Graph, first: str, done: set[str]) -> list[str] | None:
    """Follow steps that ask nothing, depth first; return the circle that one of them closes."""
    way: list[str] = []
    ahead: list[Iterator[str]] = [iter((first,))]
    while ahead:
        name = next(ahead[-1], None)
        if name is None:
            ahead.pop()
            if way:
                done.add(way.pop())
        elif name in way:
            done.update(way)
            return way[way.index(name) :]
        elif name not in done and name in graph.nodes:
            way.append(name)
            ahead.append(unasked(graph.nodes[name]))
    return None


def _asides_before_a_question(graph: Graph, first: str) -> Iterator[Node]:
    seen: set[str] = set()
    ahead = [first]
    while ahead:
        name = ahead.pop()
        node = graph.nodes.get(name)
        if node is None or name in seen:
            continue
        seen.add(name)
        if node.kind is Kind.ASIDE or any(to in (BACK, AGAIN) for to in unasked(node)):
            yield node
        ahead += unasked(node)


def _transfers(script: Script, graph: Graph) -> Iterator[Finding]:
    for name, target in script.transfers.items():
        if target.zone is not None:
            try:
                ZoneInfo(target.zone)
            except (KeyError, ValueError, OSError):
                sentence = f"“{target.zone}” is no time zone."
                yield error(script, ("transfers", name, "zone"), "bad-zone", sentence, "Write it as Europe/Moscow.")
        if not _ADDRESS.fullmatch(target.to):
            sentence = f"Nobody can be called at “{target.to}”."
            remedy = "Write a SIP address (sip:100, sip:desk@pbx.example) or a phone (+74951234567)."
            yield error(script, ("transfers", name, "to"), "bad-transfer", sentence, remedy)
    for node in graph.nodes.values():
        if node.kind is Kind.TRANSFER and node.step.if_transfer_fails is None:
            sentence = "If nobody takes the transfer, the call just ends."
            yield warning(script, node.path, "transfer-may-fail", sentence, "Add if_transfer_fails: with a step.")


def _unreachable(script: Script, graph: Graph) -> Iterator[Finding]:
    roots = [script.start, script.inbound or script.start, AT_LIMIT, *graph.everywhere.values()]
    roots += [name for name, node in graph.nodes.items() if is_rung(node)]
    reached: set[str] = set()
    while roots:
        name = roots.pop()
        if name in reached or name not in graph.nodes:
            continue
        reached.add(name)
        roots += graph.nodes[name].exits.values()
    for name in script.steps:
        if name not in reached and not script.place(("steps", name)).file:  # of what is included, not all is used
            sentence = f"Nothing leads to the step “{name}”."
            remedy = "Name it in an answer, or take it out."
            yield warning(script, ("steps", name), "unreachable-step", sentence, remedy)


def _questions(script: Script, graph: Graph) -> Iterator[Finding]:
    for node in graph.nodes.values():
        if node.kind is not Kind.QUESTION or node.listen is not Listen.YES_NO or is_rung(node):
            continue
        for intent, word in (("affirm", "yes"), ("deny", "no")):
            if intent not in node.exits and intent not in graph.everywhere:
                sentence = f"The step asks for a yes or a no, and a {word} leads nowhere."
                remedy = f"Add {intent}: to its answers."
                yield warning(script, (*node.path, "answers"), "half-question", sentence, remedy)
