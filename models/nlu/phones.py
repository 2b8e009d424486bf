"""Phones as they are dictated and written: «восемь девятьсот двадцать шесть сто двадцать два сорок пять ноль семь».

What is a phone is decided by Google's metadata (the `phonenumbers` library). A number that was dictated in groups may be
read in several ways («сто двадцать» is 120, or 100 and 20): the reading with fewest cuts that is a phone is taken.
"""

from collections.abc import Iterator, Sequence

import phonenumbers

from models.nlu.number_words import Group
from models.nlu.reply_words import Word, entity
from models.protocols import Entity

__all__ = ["find_phones"]

_REGIONS = {"ru": ("RU",), "en": ("US", "GB"), "pl": ("PL",)}
_LENGTHS = {"ru": (11, 10), "en": (10, 11), "pl": (9, 11)}
"""Digits of a phone without a plus."""
_INTERNATIONAL = (11, 12, 10, 13, 9, 14, 15, 8)
"""Digits of a phone with a plus, likeliest first (E.164 allows 15)."""
_MORE = 2
"""Groups at either end that may belong to something else: «номер один: восемь…»."""
_MOST_GROUPS = 24
_FEWEST_DIGITS = 8
_PLUS = {"+", "плюс", "plus"}
_BETWEEN = {
    "-", "(", ")", ".", ",", "/", "–", "‑", "тире", "дефис", "дальше", "потом", "затем", "и", "ну", "значит", "dash", "then",
    "and", "um", "uh", "er", "potem", "dalej", "i", "myslnik",
}  # fmt: skip


def find_phones(text: str, words: Sequence[Word], groups: Sequence[Group], language: str) -> list[Entity]:
    """Find phones, as E.164.

    Args:
        text: The reply.
        words: Its words.
        groups: Its numbers.
        language: Whose country's numbers may stand without their code; in other languages a plus is needed.
    """
    found = []
    for run in _runs(words, groups):
        plus = run[0].first > 0 and words[run[0].first - 1].text in _PLUS
        for part in _parts(run, plus=plus):
            phone = _phone([_ways(group, words) for group in part], language, plus=plus)
            if phone is not None:
                start = words[run[0].first - 1].start if plus else part[0].start
                found.append(entity("phone", phone, text, start, part[-1].end))
                break
    return found


def _runs(words: Sequence[Word], groups: Sequence[Group]) -> Iterator[list[Group]]:
    """Give rows of groups with nothing between them but pauses; a plus begins a new row."""
    run: list[Group] = []
    for group in groups:
        between = {word.text for word in words[run[-1].last + 1 : group.first]} if run else set[str]()
        if group.scaled:
            if run:
                yield run
            run = []
        elif run and between <= _BETWEEN:
            run.append(group)
        else:
            if run:
                yield run
            run = [group]
    if run:
        yield run


def _parts(run: Sequence[Group], *, plus: bool) -> Iterator[Sequence[Group]]:
    """Give the whole row, then what is left of it without a group or two at its ends."""
    for left_out in range(_MORE + 1):
        for before in range(0, 1 if plus else left_out + 1):
            part = run[before : len(run) - (left_out - before)]
            if part and len(part) <= _MOST_GROUPS:
                yield part


def _ways(group: Group, words: Sequence[Word]) -> list[tuple[int, str]]:
    """Return the digits that a group may stand for, each with the cuts it takes."""
    if not group.parts or not group.digits:  # written with dots: 926.122
        return [(0, "".join(word.text for word in words[group.first : group.last + 1] if word.digits))]
    ways = [(0, group.parts[0])]
    for part in group.parts[1:]:
        ways = [
            *((cuts, digits[: -len(part)] + part) for cuts, digits in ways if digits.endswith("0" * len(part))),
            *((cuts + 1, digits + part) for cuts, digits in ways),
        ]
    return ways if len(group.parts) > 1 else [(0, group.digits)]


def _phone(ways: Sequence[Sequence[tuple[int, str]]], language: str, *, plus: bool) -> str | None:
    if sum(max(len(digits) for _, digits in group) for group in ways) < _FEWEST_DIGITS:
        return None
    lengths = _INTERNATIONAL if plus else _LENGTHS.get(language, ())
    readings: dict[int, list[tuple[int, str]]] = {0: [(0, "")]}
    for group in ways:
        longer: dict[int, list[tuple[int, str]]] = {}
        for so_far in readings.values():
            for cuts, digits in so_far:
                for more, piece in group:
                    if len(digits) + len(piece) <= max(lengths, default=0):
                        longer.setdefault(len(digits) + len(piece), []).append((cuts + more, digits + piece))
        readings = {length: sorted(kept)[:4] for length, kept in longer.items()}
    fitting = sorted((cuts, lengths.index(n), digits) for n in lengths for cuts, digits in readings.get(n, ()))
    for _, _, digits in fitting:
        phone = _valid(digits, language, plus=plus)
        if phone is not None:
            return phone
    return None


def _valid(digits: str, language: str, *, plus: bool) -> str | None:
    if plus and not (language == "ru" and len(digits) == 11 and digits.startswith("8")):
        tries = [(f"+{digits}", None)]
    else:  # «плюс восемь девятьсот» is what people say for +7 900
        tries = [(digits, region) for region in _REGIONS.get(language, ())]
    for number, region in tries:
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return None
