"""Checks of what is said: placeholders, disclosure, length, signs that no voice can say, offers where none may be."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Final

from robot.script.check_ways import unasked
from robot.script.condition import ConditionError, certain, read_condition
from robot.script.facts import read_money
from robot.script.findings import Finding, error, nearest, warning
from robot.script.graph import Graph, Kind, Node, Sayable, sentences_of
from robot.script.parts import Recording, Spoken, parts_of
from robot.script.schema import Email, Script
from robot.script.sentence import PLACEHOLDER, WAYS, Placeholder, placeholders

__all__ = ["SPOKEN_PER_SECOND", "all_texts", "check_words", "speaking_seconds"]

SPOKEN_PER_SECOND: Final = 14
"""Characters; measured on ordinary telephone prompts in both languages."""
_LONGEST_PROMPT: Final = 12
_MOST_OPENINGS: Final = 200
_LONGEST_OPENING: Final = 20
"""Steps; a dialog says no more in a row."""
_ROBOT: Final = {
    "en": r"robot|automat|virtual|artificial|\bAI\b",
    "ru": r"робот|автомат|виртуальн|искусственн",
    "pl": r"robot|automat|wirtualn|sztuczn",
}
_RECORDED: Final = {"en": r"record", "ru": r"запис", "pl": r"nagryw|rejestrow"}
_OFFERS: Final = {
    "en": r"discount|special offer|\boffers?\b|for free|\bgift|promo|\bdeals?\b|% off|percent off|\bbonus",
    "ru": r"скидк|акци[яиюей]|выгодн|предложени|предлагаем|подар|дарим|бесплатн|промокод|бонус|распродаж|купит[ье]",
    "pl": r"rabat|zniżk|promocj|oferuj|ofert|gratis|za darmo|prezent|bonus|wyprzedaż|okazj",
}
_NEGATED: Final = re.compile(r"\b(?:не|ни|без|not|no|never|don['’]t|nie|bez)\s+\w*\Z", re.IGNORECASE)
_LETTERS: Final = {"en": "a-zé", "ru": "а-яё", "pl": "a-ząćęłńóśźżé"}
_SCRIPTS: Final = {"en": "Latin", "ru": "Cyrillic", "pl": "Latin"}
_SAYABLE: Final = re.compile(r"[\s.,!?;:…—–\-«»„”“\"'’()\u0301+]")
"""Signs that every voice takes for a pause, for nothing or for a stress mark."""


def check_words(script: Script, graph: Graph) -> Iterator[Finding]:
    """Find what is wrong with the words of a script."""
    yield from _placeholders(script, graph)
    yield from _facts(script, graph)
    yield from _signs(script, graph)
    yield from _lengths(script, graph)
    yield from _disclosure(script, graph)
    yield from _offers(script, graph)


def speaking_seconds(parts: tuple[Sayable, ...], script: Script) -> float:
    """Return about how long a saying lasts, all its conditions taken for true; seconds."""
    total = 0.0
    for part in parts:
        if isinstance(part, Recording):
            sound = script.sounds.get(part.play)
            total += sound.seconds if sound is not None else 0.0
        else:
            total += max((len(text) / SPOKEN_PER_SECOND for _, text in sentences_of((), part)), default=0.0)
    return total


def all_texts(script: Script, graph: Graph) -> Iterator[tuple[tuple[str, ...], str, bool]]:
    """Give every text with placeholders, where it stands, and whether it is spoken rather than written."""
    for node in graph.nodes.values():
        for under, sentence in node.wordings():
            yield (*node.path, *under), sentence, True
        if node.confirms is None:
            for under, text in _written(node):
                yield (*node.path, *under), text, False
    for under, sentence in _voicemail(script):
        yield under, sentence, True
    for intent, sentence in script.in_doubt.items():
        yield ("in_doubt", intent), sentence, True


def _written(node: Node) -> Iterator[tuple[tuple[str, ...], str]]:
    step = node.step
    if step.note is not None:
        yield ("note",), step.note
    yield from ((("update", field), text) for field, text in step.update.items())
    yield from ((("tags",), tag) for tag in step.tags)
    for channel, asked in step.follow_ups:
        yield (str(channel), "text"), asked.text
        if isinstance(asked, Email):
            yield (str(channel), "subject"), asked.subject
        if asked.to is not None:
            yield (str(channel), "to"), asked.to


def _voicemail(script: Script) -> Iterator[tuple[tuple[str, ...], str]]:
    if script.voicemail != "hang_up":
        for part in parts_of(script.voicemail.say):
            yield from sentences_of(("voicemail", "say"), part)


def _placeholders(script: Script, graph: Graph) -> Iterator[Finding]:
    slots = {slot for node in graph.nodes.values() for slot in node.step.ask_for}
    counters = {node.step.count for node in graph.nodes.values() if node.step.count is not None}
    given = {*script.needs, *script.facts, *slots, *counters}
    known = {*given, *script.may_have}
    guards = _guards(graph)
    for path, sentence, spoken in all_texts(script, graph):
        for placeholder in placeholders(sentence):
            if placeholder.name not in known:
                what = f"Nothing gives “<{placeholder.name}>”: no column, no fact, and no step asks for it."
                yield error(script, path, "unknown-placeholder", what, nearest(placeholder.name, known))
            elif spoken and placeholder.name not in given and placeholder.name not in guards.get(path, ()):
                what = f"“<{placeholder.name}>” is left out for contacts who have none."
                remedy = f"See that the sentence is whole without it, say it only if: {placeholder.name} is known, "
                yield warning(script, path, "may-be-missing", what, remedy + "or move it to needs:.")
            if placeholder.way is not None and placeholder.way not in WAYS:
                what = f"Nothing can be said as “{placeholder.way}”."
                yield error(script, path, "unknown-way", what, nearest(placeholder.way, WAYS))
            if placeholder.forms and placeholder.way != "number":
                what = f"“of {', '.join(placeholder.forms)}” stands after something that is no number."
                yield error(script, path, "unknown-way", what, "Write <visits as number of race, races>.")
        for stray in re.finditer(r"[{}]|<[^<>]*>|[<>]", PLACEHOLDER.sub("", sentence)):
            what = f"“{stray[0]}” would be read out as it stands."
            remedy = "A placeholder is written <name> or <name as money>."
            yield error(script, path, "bad-placeholder", what, remedy)


def _guards(graph: Graph) -> dict[tuple[str, ...], frozenset[str]]:
    """Return, for the sentences of each step, what must be known where they are said: conditions see to it."""
    guards: dict[tuple[str, ...], frozenset[str]] = {}
    for node in graph.nodes.values():
        of_step = _certain(node.step.if_)
        for under, part in node.sayings():
            own = _certain(part.if_) if isinstance(part, Spoken | Recording) else frozenset[str]()
            for path, _ in sentences_of(under, part):
                guards[*node.path, *path] = of_step if path[-1:] == ("otherwise",) else of_step | own
    return guards


def _certain(condition: str | None) -> frozenset[str]:
    try:
        return certain(read_condition(condition)) if condition is not None else frozenset()
    except ConditionError:
        return frozenset()  # told elsewhere


def _facts(script: Script, graph: Graph) -> Iterator[Finding]:
    asked = {(part.name, part.way) for _, text, _ in all_texts(script, graph) for part in placeholders(text)}
    for name, way in sorted(asked, key=str):
        value = script.facts.get(name)
        if value is None:
            continue
        remedy = _fact_problem(Placeholder(name, way), value)
        if remedy:
            sentence = f"“{value}” cannot be said as {way}."
            yield error(script, ("facts", name), "bad-fact", sentence, remedy)


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


def _signs(script: Script, graph: Graph) -> Iterator[Finding]:
    """Find what no voice of the language can say, or what each says in a way of its own."""
    letters = _LETTERS[script.language]
    alien = "a-z" if _SCRIPTS[script.language] == "Cyrillic" else "а-яё"
    pronounced = {word.casefold() for word in script.say_as}
    for path, sentence, spoken in all_texts(script, graph):
        if not spoken:
            continue
        plain = PLACEHOLDER.sub(" ", sentence)
        for word in dict.fromkeys(re.findall(rf"[\w-]*[{alien}][\w-]*", plain, re.IGNORECASE)):
            if word.casefold() not in pronounced:
                what = (
                    f"“{word}” is not written in the letters of the script's language: voices leave it out or spell it."
                )
                remedy = f"Write it as it is said, or add say_as: {{{word}: …}}."
                yield warning(script, path, "foreign-letters", what, remedy)
        for number in dict.fromkeys(re.findall(r"\d[\d.,:]*", plain)):
            what = f"“{number.rstrip('.,:')}” is read by each voice as it likes, in the wrong case more often than not."
            remedy = "Write it in words, or make it a fact and say <it as number>, as money, as date or as time."
            yield warning(script, path, "digits", what, remedy)
        rest = re.sub(rf"[{letters}{alien}\d_]", "", plain, flags=re.IGNORECASE)
        for sign in dict.fromkeys(_SAYABLE.sub("", rest)):
            if sign not in "{}<>":  # told as placeholders already
                yield warning(
                    script, path, "unsayable", f"No voice can say “{sign}”.", "Write it in words, or leave it out."
                )


def _lengths(script: Script, graph: Graph) -> Iterator[Finding]:
    for node in graph.nodes.values():
        for path, parts in _prompts(node):
            seconds = speaking_seconds(parts, script)
            if seconds > _LONGEST_PROMPT:
                what = f"It takes about {seconds:.0f} seconds to say; people stop listening after {_LONGEST_PROMPT}."
                yield warning(script, path, "long-prompt", what, "Split it, or leave the details for those who ask.")


def _prompts(node: Node) -> Iterator[tuple[tuple[str, ...], tuple[Sayable, ...]]]:
    under: dict[tuple[str, ...], list[Sayable]] = {}
    for path, part in node.sayings():
        parts = under.setdefault(path[:2] if path[:1] == ("variants",) else path[:1], [])
        parts.append(part)
    for path, parts in under.items():
        yield (*node.path, *path), tuple(parts)


def _disclosure(script: Script, graph: Graph) -> Iterator[Finding]:
    for key, first in (("start", script.start), ("inbound", script.inbound)):
        if first is None:
            continue
        openings = [" ".join(opening) for opening in islice(_openings(graph, first, (), frozenset()), _MOST_OPENINGS)]
        if not all(re.search(_ROBOT[script.language], opening, re.IGNORECASE) for opening in openings):
            sentence = "Before the first question nothing says that a robot is calling."
            yield warning(script, (key,), "no-robot-disclosure", sentence, "Say so in the first sentence.")
        if not all(re.search(_RECORDED[script.language], opening, re.IGNORECASE) for opening in openings):
            sentence = "Before the first question nothing says that the call is recorded."
            yield warning(script, (key,), "no-recording-disclosure", sentence, "Say so in the first sentence.")


def _openings(graph: Graph, name: str, said: tuple[str, ...], seen: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """Give what may be said up to the first question, one way after another; of variants, each."""
    node = graph.nodes.get(name)
    if node is None or name in seen or len(seen) > _LONGEST_OPENING:
        return
    ways = list(unasked(node)) if node.kind is Kind.PASSING else []
    for words in _wordings(node):
        if not ways:
            yield (*said, *words)
        for way in ways:
            yield from _openings(graph, way, (*said, *words), seen | {name})
    if node.kind is not Kind.PASSING:
        for way in unasked(node):  # the condition is not true
            yield from _openings(graph, way, said, seen | {name})


def _wordings(node: Node) -> list[tuple[str, ...]]:
    """Return the ways in which a step may be worded, each as its sentences; conditional parts may be left out."""
    by_prompt = [parts for path, parts in _prompts(node) if path[-1:] != ("again",)]
    found = []
    for parts in by_prompt:
        always = [part for part in parts if isinstance(part, str) or (isinstance(part, Recording) and part.if_ is None)]
        found.append(tuple(text for part in always for _, text in sentences_of((), part)))
    return found or [()]


def _offers(script: Script, graph: Graph) -> Iterator[Finding]:
    if script.purpose != "service":
        return
    for path, sentence, _ in all_texts(script, graph):
        found = re.finditer(_OFFERS[script.language], sentence, re.IGNORECASE)
        offer = next((one for one in found if not _NEGATED.search(sentence, 0, one.start())), None)
        if offer is not None:
            what = f"“{offer[0]}” sounds like an offer, and a service call must not make one."
            remedy = "Take it out, or write purpose: advertising: then only contacts with a consent are called."
            yield error(script, path, "offer-in-service", what, remedy)
