"""What would break a call, and what may surprise: found before anybody is dialled.

Errors keep a script off the air; warnings are for the marketer to judge.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from zoneinfo import ZoneInfo

from models.protocols import Listen
from robot.script.facts import read_money
from robot.script.findings import Finding, nearest
from robot.script.graph import AT_LIMIT, THEN, Graph, Kind, Node, lay_out
from robot.script.schema import AGAIN, BACK, Script
from robot.script.sentence import WAYS, Placeholder, placeholders

__all__ = ["check_script"]

_SPOKEN_PER_SECOND = 14
"""Characters; measured on ordinary telephone prompts in both languages."""
_LONGEST_PROMPT = 12
_ROBOT = {"en": r"robot|automat|virtual|artificial|\bAI\b", "ru": r"робот|автомат|виртуальн|искусственн"}
_RECORDED = {"en": r"record", "ru": r"запис"}


def check_script(script: Script, intents: Collection[str] | None = None) -> list[Finding]:
    """Return everything found, in the order of the file.

    Args:
        script: The script.
        intents: What its training data teaches; intents are not checked where `None`.
    """
    graph = lay_out(script)
    checks: list[Callable[[], Iterator[Finding]]] = [
        lambda: _targets(script, graph),
        lambda: _shapes(script, graph),
        lambda: _monologues(script, graph),
        lambda: _sentences(script, graph),
        lambda: _facts(script, graph),
        lambda: _zones(script),
        lambda: _unreachable(script, graph),
        lambda: _questions(script, graph),
        lambda: _rights(script, graph),
    ]
    found = [finding for check in checks for finding in check()]
    if intents is not None:
        found += _intents(script, graph, intents)
    return sorted(found, key=lambda finding: finding.place)


def _error(script: Script, path: tuple[str, ...], rule: str, sentence: str, remedy: str) -> Finding:
    return Finding(script.file, script.place(path), rule, sentence, remedy)


def _warning(script: Script, path: tuple[str, ...], rule: str, sentence: str, remedy: str) -> Finding:
    return Finding(script.file, script.place(path), rule, sentence, remedy, "warning")


def _targets(script: Script, graph: Graph) -> Iterator[Finding]:
    names = set(script.steps) | {BACK, AGAIN}
    for path, target in _named_targets(script, graph):
        if target not in names and target not in graph.nodes:
            sentence = f"There is no step “{target}”."
            yield _error(script, path, "missing-step", sentence, nearest(target, names))
    if script.start in (BACK, AGAIN):
        yield _error(script, ("start",), "bad-start", "A call cannot start by coming back.", "Name a step.")
    for node in graph.nodes.values():
        transfer = node.step.transfer
        if transfer is not None and transfer not in script.transfers:
            sentence = f"There is no transfer “{transfer}”."
            remedy = nearest(transfer, script.transfers)
            if not script.transfers:
                remedy = f"Add it: transfers: {{{transfer}: {{to: …}}}}."
            yield _error(script, (*node.path, "transfer"), "missing-transfer", sentence, remedy)


def _named_targets(script: Script, graph: Graph) -> Iterator[tuple[tuple[str, ...], str]]:
    yield ("start",), script.start
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


def _shapes(script: Script, graph: Graph) -> Iterator[Finding]:
    for node in graph.nodes.values():
        step, path = node.step, node.path
        ways = [
            key
            for key, there in (("end", step.end is not None), ("transfer", step.transfer), ("then", step.then))
            if there
        ]
        asks = bool(step.answers or step.keys)
        if len(ways) > 1 or (asks and ways and not step.ask_for and not _is_rung(node)):
            both = " and ".join(f"“{way}:”" for way in (ways if len(ways) > 1 else ["answers", *ways]))
            sentence = f"The step goes two ways at once: {both}."
            yield _error(script, path, "two-ways", sentence, "Keep one; put the other into a step of its own.")
        if step.say is not None and step.variants:
            yield _error(script, path, "two-wordings", "The step has both “say:” and “variants:”.", "Keep one of them.")
        if step.confirm is not None and not step.ask_for:
            sentence = "“confirm:” has nothing to confirm."
            yield _error(script, (*path, "confirm"), "confirm", sentence, "Add ask_for: to the step.")
        if step.ask_for and step.then is None:
            sentence = "Nothing follows once the answer is known."
            yield _error(script, path, "no-way-out", sentence, "Add then: with the step that follows.")
        if step.if_transfer_fails is not None and step.transfer is None:
            sentence = "“if_transfer_fails:” stands in a step that transfers nobody."
            yield _error(script, path, "no-transfer", sentence, "Add transfer: or take it out.")
        if node.kind is Kind.LINGER and not _is_rung(node):
            sentence = "The step neither asks, nor goes on, nor ends: the call would hang in silence."
            remedy = "Add answers:, then: (then: return comes back to the question), transfer: or end:."
            yield _error(script, path, "no-way-out", sentence, remedy)
        if node.kind is Kind.QUESTION:
            if not node.exits:
                sentence = "The step listens, and no answer leads anywhere."
                yield _error(script, path, "no-answers", sentence, "Add answers:, keys: or ask_for:.")
            if step.say is None and not step.variants and not _is_rung(node):  # `again` is not for the first time
                yield _error(script, path, "no-words", "The step asks without a word.", "Add say:.")


def _is_rung(node: Node) -> bool:
    return node.path[0] in ("when_silent", "when_not_understood")


def _monologues(script: Script, graph: Graph) -> Iterator[Finding]:
    """Find circles of steps that go on without ever asking."""
    walked: set[str] = set()
    for start in graph.nodes.values():
        chain: dict[str, Node] = {}
        node: Node | None = start
        while node is not None and node.kind is Kind.PASSING and node.name not in walked and node.name not in chain:
            chain[node.name] = node
            node = graph.nodes.get(node.exits[THEN])
        walked |= chain.keys()
        if node is not None and node.name in chain:
            names = list(chain)
            circle = " → ".join([*names[names.index(node.name) :], node.name])
            sentence = f"These steps follow each other without end: {circle}."
            yield _error(script, node.path, "no-way-out", sentence, "Let one of them ask something, or end.")
    seen: set[str] = set()
    first = graph.nodes.get(script.start)
    while first is not None and first.kind is Kind.PASSING and first.name not in seen:
        seen.add(first.name)
        first = graph.nodes.get(first.exits[THEN])
    if first is not None and first.kind is Kind.ASIDE:
        sentence = f"The call begins with “{first.name}”, which comes back to a question that was never asked."
        yield _error(script, first.path, "bad-start", sentence, "Begin with a step that asks.")


def _sentences(script: Script, graph: Graph) -> Iterator[Finding]:
    slots = {slot for step in (node.step for node in graph.nodes.values()) for slot in step.ask_for}
    known = {*script.needs, *script.may_have, *script.facts, *slots}
    for path, sentence in _all_sentences(script, graph):
        for placeholder in placeholders(sentence):
            if placeholder.name not in known:
                what = f"Nothing gives “<{placeholder.name}>”: no column, no fact, and no step asks for it."
                yield _error(script, path, "unknown-placeholder", what, nearest(placeholder.name, known))
            elif placeholder.name not in {*script.needs, *script.facts, *slots}:
                what = f"“<{placeholder.name}>” is left out for contacts who have none."
                remedy = "See that the sentence is whole without it, or move it to needs:."
                yield _warning(script, path, "may-be-missing", what, remedy)
            if placeholder.way is not None and placeholder.way not in WAYS:
                what = f"Nothing can be said as “{placeholder.way}”."
                yield _error(script, path, "unknown-way", what, nearest(placeholder.way, WAYS))
        for stray in re.finditer(r"[{}]|<[^<>]*>|[<>]", _without_placeholders(sentence)):
            what = f"“{stray[0]}” would be read out as it stands."
            remedy = "A placeholder is written <name> or <name as money>."
            yield _error(script, path, "bad-placeholder", what, remedy)
        seconds = len(sentence) / _SPOKEN_PER_SECOND
        if seconds > _LONGEST_PROMPT:
            what = f"The sentence takes about {seconds:.0f} seconds; people stop listening after {_LONGEST_PROMPT}."
            yield _warning(script, path, "long-prompt", what, "Split it, or leave the details for those who ask.")


def _all_sentences(script: Script, graph: Graph) -> Iterator[tuple[tuple[str, ...], str]]:
    for node in graph.nodes.values():
        for key, sentence in node.wordings():
            if node.confirms is not None:
                yield node.path, sentence
            else:
                under = ("variants", key) if key in node.step.variants else (key,)
                yield (*node.path, *under), sentence
    if script.voicemail != "hang_up":
        yield ("voicemail", "say"), script.voicemail.say


def _without_placeholders(sentence: str) -> str:
    return re.sub(r"<\s*\w+(?:\s+as\s+\w+)?\s*>", "", sentence)


def _facts(script: Script, graph: Graph) -> Iterator[Finding]:
    asked = {(part.name, part.way) for _, sentence in _all_sentences(script, graph) for part in placeholders(sentence)}
    for name, way in sorted(asked, key=str):
        value = script.facts.get(name)
        if value is None:
            continue
        problem = _fact_problem(Placeholder(name, way), value)
        if problem:
            sentence = f"“{value}” cannot be said as {way}."
            yield _error(script, ("facts", name), "bad-fact", sentence, problem)


def _fact_problem(placeholder: Placeholder, value: str) -> str | None:
    match placeholder.way:
        case "money" if read_money(value) is None:
            return "Write money as 900 RUB."
        case "number" if not re.fullmatch(r"[+-]?\d+([.,]\d+)?", value.replace(" ", "")):
            return "Write a number in digits."
        case "date":
            try:
                date.fromisoformat(value)
            except ValueError:
                return "Write a date as 2027-03-01."
    return None


def _zones(script: Script) -> Iterator[Finding]:
    for name, target in script.transfers.items():
        if target.zone is None:
            continue
        try:
            ZoneInfo(target.zone)
        except (KeyError, ValueError, OSError):
            sentence = f"“{target.zone}” is no time zone."
            yield _error(script, ("transfers", name, "zone"), "bad-zone", sentence, "Write it as Europe/Moscow.")


def _unreachable(script: Script, graph: Graph) -> Iterator[Finding]:
    roots = [script.start, AT_LIMIT, *graph.everywhere.values()]
    roots += [name for name, node in graph.nodes.items() if _is_rung(node)]
    reached: set[str] = set()
    while roots:
        name = roots.pop()
        if name in reached or name not in graph.nodes:
            continue
        reached.add(name)
        roots += graph.nodes[name].exits.values()
    for name in script.steps:
        if name not in reached:
            sentence = f"Nothing leads to the step “{name}”."
            remedy = "Name it in an answer, or take it out."
            yield _warning(script, ("steps", name), "unreachable-step", sentence, remedy)


def _questions(script: Script, graph: Graph) -> Iterator[Finding]:
    for node in graph.nodes.values():
        if node.kind is not Kind.QUESTION or node.listen is not Listen.YES_NO or _is_rung(node):
            continue
        for intent, word in (("affirm", "yes"), ("deny", "no")):
            if intent not in node.exits and intent not in graph.everywhere:
                sentence = f"The step asks for a yes or a no, and a {word} leads nowhere."
                remedy = f"Add {intent}: to its answers."
                yield _warning(script, (*node.path, "answers"), "half-question", sentence, remedy)
    for node in graph.nodes.values():
        if node.kind is Kind.TRANSFER and node.step.if_transfer_fails is None:
            sentence = "If nobody takes the transfer, the call just ends."
            yield _warning(script, node.path, "transfer-may-fail", sentence, "Add if_transfer_fails: with a step.")


def _rights(script: Script, graph: Graph) -> Iterator[Finding]:
    for intent, meaning in (("do_not_call", "never to be called again"), ("wrong_number", "that the number is wrong")):
        if intent not in graph.everywhere:
            sentence = f"A caller who says {meaning} is not understood at every question."
            yield _warning(script, ("everywhere",), f"no-{intent.replace('_', '-')}", sentence, f"Add {intent}: to it.")
    opening = " ".join(sentence for sentence in _until_first_question(script, graph))
    if not re.search(_ROBOT[script.language], opening, re.IGNORECASE):
        sentence = "Before the first question nothing says that a robot is calling."
        yield _warning(script, ("start",), "no-robot-disclosure", sentence, "Say so in the first sentence.")
    if not re.search(_RECORDED[script.language], opening, re.IGNORECASE):
        sentence = "Before the first question nothing says that the call is recorded."
        yield _warning(script, ("start",), "no-recording-disclosure", sentence, "Say so in the first sentence.")


def _until_first_question(script: Script, graph: Graph) -> Iterable[str]:
    node = graph.nodes.get(script.start)
    seen: set[str] = set()
    while node is not None and node.name not in seen:
        seen.add(node.name)
        yield from (sentence for _, sentence in node.wordings())
        node = graph.nodes.get(node.exits[THEN]) if node.kind is Kind.PASSING else None


def _intents(script: Script, graph: Graph, intents: Collection[str]) -> Iterator[Finding]:
    for intent in graph.everywhere:
        if intent not in intents:
            yield _unknown_intent(script, ("everywhere", intent), intent, intents)
    for node in graph.nodes.values():
        for intent in node.step.answers:
            if intent not in intents and (*node.path, "answers", intent) in script.places:
                yield _unknown_intent(script, (*node.path, "answers", intent), intent, intents)


def _unknown_intent(script: Script, path: tuple[str, ...], intent: str, intents: Collection[str]) -> Finding:
    sentence = f"No training data teaches the intent “{intent}”."
    return _error(script, path, "unknown-intent", sentence, nearest(intent, intents))
