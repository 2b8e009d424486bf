"""Checks of what is named and meant: intents, conditions, slots, rights of the caller, ends that tell nothing."""

from collections.abc import Collection, Iterator

from robot.script.condition import ConditionError, Test, read_condition, value_problem
from robot.script.ends import ends_of
from robot.script.facts import fact_type
from robot.script.findings import Finding, error, nearest, warning
from robot.script.graph import Graph, Kind, Node, is_rung
from robot.script.parts import Recording, Spoken, parts_of
from robot.script.schema import Script
from robot.words import Disposition, Interest

__all__ = ["check_intents", "check_names"]

_RIGHTS = (
    ("do_not_call", "never to be called again", {Disposition.DO_NOT_CALL}),
    ("wrong_number", "that the number is wrong", {Disposition.WRONG_PERSON, Disposition.MOVED}),
)
_MEANS_NOTHING = "out_of_scope"


def check_names(script: Script, graph: Graph) -> Iterator[Finding]:
    """Find what is wrong with what a script names."""
    yield from _conditions(script, graph)
    yield from _slots(script, graph)
    yield from _meanings(script, graph)
    yield from _rights(script, graph)
    yield from _ends(script, graph)


def check_intents(script: Script, graph: Graph, intents: Collection[str]) -> Iterator[Finding]:
    """Compare the intents that a script answers with those that its training data teaches."""
    answered = set(graph.everywhere)
    for intent in graph.everywhere:
        if intent not in intents:
            yield _unknown_intent(script, ("everywhere", intent), intent, intents)
    for node in graph.nodes.values():
        answered |= node.step.answers.keys()
        for intent in node.step.answers:
            if intent not in intents and (*node.path, "answers", intent) in script.places:
                yield _unknown_intent(script, (*node.path, "answers", intent), intent, intents)
        if node.confirms is not None:
            answered |= {"affirm", "deny"}
    if any(node.step.asks_when for node in graph.nodes.values()):
        answered.add("callback_later")
    unanswered = sorted(set(intents) - answered - {_MEANS_NOTHING})
    if unanswered and any(node.intents for node in graph.nodes.values()):
        sentence = f"Nothing answers a caller who means {', '.join(unanswered)}: it counts as not understood."
        yield warning(script, ("everywhere",), "unanswered-intent", sentence, "Add what is likely here to everywhere:.")


def _unknown_intent(script: Script, path: tuple[str, ...], intent: str, intents: Collection[str]) -> Finding:
    sentence = f"No training data teaches the intent “{intent}”."
    remedy = nearest(intent, intents) if intents else f"Add understands: [common.{script.language}] to the script."
    return error(script, path, "unknown-intent", sentence, remedy)


def _conditions(script: Script, graph: Graph) -> Iterator[Finding]:
    facts = {name: fact_type(value) for name, value in script.facts.items()}
    types: dict[str, str] = {**facts, **script.needs, **script.may_have}
    for node in graph.nodes.values():
        types |= {name: str(slot.type) for name, slot in node.step.slots.items()}
        if node.step.count is not None:
            types[node.step.count] = "number"
    for path, text in _all_conditions(script, graph):
        try:
            tests = list(read_condition(text).tests())
        except ConditionError as why:
            sentence = f"The condition cannot be read: {str(why)[:1].lower()}{str(why)[1:]}."
            remedy = "Write it as: bonus > 0 and city = Казань, or: last_visit is known."
            yield error(script, path, "bad-condition", sentence, remedy)
            continue
        for test in tests:
            yield from _test(script, path, test, types)


def _test(script: Script, path: tuple[str, ...], test: Test, types: dict[str, str]) -> Iterator[Finding]:
    kind = types.get(test.name)
    if kind is None:
        sentence = f"Nothing gives “{test.name}”: no column, no fact, no counter, and no step asks for it."
        yield error(script, path, "unknown-name", sentence, nearest(test.name, types))
        return
    for value in test.values:
        problem = value_problem(kind, test.operator, value)
        if problem is not None:
            sentence = f"“{test.name} {test.operator} {value}” is never true: {problem}."
            yield error(script, path, "bad-condition", sentence, f"“{test.name}” is of type {kind}: compare it as one.")


def _all_conditions(script: Script, graph: Graph) -> Iterator[tuple[tuple[str, ...], str]]:
    for node in graph.nodes.values():
        if node.step.if_ is not None:
            yield (*node.path, "if"), node.step.if_
        for under, part in node.sayings():
            if isinstance(part, Spoken | Recording) and part.if_ is not None:
                yield (*node.path, *under, "if"), part.if_
    if script.voicemail != "hang_up":
        for part in parts_of(script.voicemail.say):
            if isinstance(part, Spoken | Recording) and part.if_ is not None:
                yield ("voicemail", "say", "if"), part.if_


def _slots(script: Script, graph: Graph) -> Iterator[Finding]:
    for node in graph.nodes.values():
        for name, slot in node.step.slots.items():
            path = (*node.path, "ask_for", name)
            seen: dict[str, str] = {}
            for value, words in slot.of.items():
                for word in words:
                    other = seen.setdefault(word.casefold(), value)
                    if other != value:
                        sentence = f"“{word}” means both “{other}” and “{value}”."
                        yield error(script, path, "ambiguous-choice", sentence, "Keep it under one of them.")
            if slot.least is not None and slot.most is not None and slot.least > slot.most:
                sentence = f"No number is at least {slot.least:g} and at most {slot.most:g}."
                yield error(script, path, "bad-slot", sentence, "Put the smaller one under least:.")
    fields = {**script.needs, **script.may_have}
    for node in graph.nodes.values():
        for name in node.step.ask_for:
            if name in fields:
                sentence = (
                    f"The slot “{name}” has the name of a column: once answered, the column is not said any more."
                )
                remedy = f"Call it new_{name}, and write update: {{{name}: <new_{name}>}}."
                yield warning(script, (*node.path, "ask_for", name), "slot-hides-column", sentence, remedy)


def _meanings(script: Script, graph: Graph) -> Iterator[Finding]:
    for node in graph.nodes.values():
        for intent in node.step.means:
            if intent not in node.step.answers and intent not in graph.everywhere:
                path = (*node.path, "means", intent)
                sentence = f"The step does not take the answer “{intent}” that “means:” speaks of."
                yield error(script, path, "bad-meaning", sentence, nearest(intent, node.step.answers))


def _rights(script: Script, graph: Graph) -> Iterator[Finding]:
    """See that whoever wants no more calls, or is somebody else, can say so at every question."""
    for intent, meaning, dispositions in _RIGHTS:
        if intent in graph.everywhere:
            continue
        deaf = [
            node
            for node in graph.nodes.values()
            if node.kind is Kind.QUESTION and not is_rung(node) and node.confirms is None
            if intent not in node.exits and not any(_ends_with(graph, to, dispositions) for to in node.exits.values())
        ]
        if deaf:
            where = f"at “{deaf[0].name}”" if len(deaf) == 1 else f"at {len(deaf)} questions"
            sentence = f"A caller who says {meaning} is not understood {where}."
            yield warning(script, ("everywhere",), f"no-{intent.replace('_', '-')}", sentence, f"Add {intent}: to it.")


def _ends_with(graph: Graph, name: str, dispositions: Collection[Disposition]) -> bool:
    seen: set[str] = set()
    node: Node | None = graph.nodes.get(name)
    while node is not None and node.name not in seen:
        seen.add(node.name)
        if node.step.end is not None:
            return node.step.end.disposition in dispositions
        node = graph.nodes.get(node.step.then or "")
    return False


def _ends(script: Script, graph: Graph) -> Iterator[Finding]:
    telling = {name for name, node in graph.nodes.items() if node.step.tells}
    empty: dict[str, list[str]] = {}
    for told in ends_of(script, graph):
        nothing = told.interest is Interest.UNKNOWN and told.disposition is Disposition.COMPLETED and not told.person
        if nothing and not told.written and told.step not in telling:
            empty.setdefault(told.step, []).append(told.answer or "no answer")
    for name, answers in empty.items():
        node = graph.nodes[name]
        if (*node.path, "end") not in script.places or node.answer is not None:
            continue
        sentence = f"After {', '.join(answers)} this end tells the CRM nothing."
        remedy = "Write what is known by then: end: {interest: warm, disposition: completed}."
        yield warning(script, (*node.path, "end"), "empty-end", sentence, remedy)
