"""Phones as they are dictated and written: «восемь девятьсот двадцать шесть сто двадцать два сорок пять ноль семь».

What is a phone is decided by Google's metadata (the `phonenumbers` library). A number that was dictated in groups may
be read in several ways («сто двадцать» is 120, or 100 and 20): the reading with fewest cuts that is a phone is taken.
"""

from collections.abc import Iterator, Sequence

import phonenumbers

from models.nlu.number_groups import Group
from models.nlu.reply_words import Word, entity
from models.protocols import Entity

__all__ = ["find_phones", "read_keys"]

_REGIONS = {"ru": ("RU",), "en": ("US", "GB"), "pl": ("PL",)}
_LENGTHS = {"ru": (11, 10), "en": (10, 11), "pl": (9, 11)}
"""Digits of a phone without a plus."""
_INTERNATIONAL = (11, 12, 10, 13, 9, 14, 15, 8)
"""Digits of a phone with a plus, likeliest first (E.164 allows 15)."""
_MORE = 2
"""Groups before a phone that may belong to something else: «номер один: восемь…»."""
_MOST_GROUPS = 24
_FEWEST_DIGITS = 8
_MOST_READINGS = 64
_PARTED = {"ru": {2, 4, 7, 10}, "en": {4, 7, 10}, "pl": {3, 6, 9}}
"""After how many digits, from the end, phones are parted where they are read out."""
_PLUS = {"+", "плюс", "plus"}
_BETWEEN = {
    "-", "(", ")", ".", ",", "/", "–", "‑", "тире", "дефис", "дальше", "потом", "затем", "и", "ну", "значит",
    "dash", "then", "and", "um", "uh", "er", "potem", "dalej", "i", "myslnik",
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
            whole = len(part) == len(run)
            phone = _phone([_ways(group, words) for group in part], language, plus=plus, cut=whole)
            if phone is not None:
                start = words[part[0].first - 1].start if plus or _bracketed(words, part[0]) else part[0].start
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


def _bracketed(words: Sequence[Word], group: Group) -> bool:
    return group.first > 0 and words[group.first - 1].text == "("


def _parts(run: Sequence[Group], *, plus: bool) -> Iterator[Sequence[Group]]:
    """Give the whole row, then what is left of it without a group or two at its beginning."""
    for before in range(1 if plus else _MORE + 1):
        part = run[before:]
        digits = sum(group.last - group.first + len(group.digits) for group in part)
        if digits >= _FEWEST_DIGITS and len(part) <= _MOST_GROUPS:
            yield part


def _ways(group: Group, words: Sequence[Word]) -> list[tuple[str, ...]]:
    """Return what a group may have been: all in one first, then cut: 926; 920 6; 900 26; 900 20 6."""
    if not group.parts or not group.digits:  # written with dots: 926.122
        return [("".join(word.text for word in words[group.first : group.last + 1] if word.digits),)]
    if len(group.parts) == 1:
        return [(group.digits,)]
    ways: list[tuple[str, ...]] = [(group.parts[0],)]
    for part in group.parts[1:]:
        joined = [(*way[:-1], way[-1][: -len(part)] + part) for way in ways if way[-1].endswith("0" * len(part))]
        ways = [*joined, *((*way, part) for way in ways)]
    return ways


def _phone(groups: Sequence[Sequence[tuple[str, ...]]], language: str, *, plus: bool, cut: bool) -> str | None:
    """Read groups as one phone; `None` where none is, or two are that are equally likely: better to ask again.

    Args:
        groups: For each group what it may have been.
        language: Of who speaks.
        plus: Whether a plus was said.
        cut: Whether groups may be cut.
    """
    lengths = _INTERNATIONAL if plus else _LENGTHS.get(language, ())
    plain = "".join(ways[0][0] for ways in groups)
    if len(plain) in lengths and (phone := _valid(plain, language, plus=plus)) is not None:
        return phone
    if not cut:
        return None
    readings: list[tuple[str, ...]] = [()]
    for ways in groups:
        longer = ((*so_far, *way) for so_far in readings for way in ways)
        fitting = (reading for reading in longer if sum(map(len, reading)) <= max(lengths, default=0))
        readings = sorted(fitting, key=len)[:_MOST_READINGS]
    likely: dict[tuple[int, int], set[str]] = {}
    for reading in readings:
        if sum(map(len, reading)) in lengths:
            likely.setdefault((len(reading), _across(reading, language)), set()).add("".join(reading))
    for _, same in sorted(likely.items()):
        phones = {phone for digits in same if (phone := _valid(digits, language, plus=plus)) is not None}
        if phones:
            return phones.pop() if len(phones) == 1 else None
    return None


def _across(reading: Sequence[str], language: str) -> int:
    """Count the places where the country's phones are parted, and this reading is not: 926 122 45 07."""
    after, ends = 0, set[int]()
    for piece in reversed(reading):
        ends.add(after := after + len(piece))
    return len(_PARTED.get(language, set()) - ends)


def read_keys(digits: str, language: str) -> str | None:
    """Return the E.164 number that somebody pressed, as people of a language write numbers; `None` where it is none.

    >>> read_keys("89261220045", "ru")
    '+79261220045'
    """
    return _valid(digits, language, plus=False) or _valid(digits, language, plus=True)


def _valid(digits: str, language: str, *, plus: bool) -> str | None:
    if plus and not (language == "ru" and len(digits) == 11 and digits.startswith("8")):
        tries: list[tuple[str, str | None]] = [(f"+{digits}", None)]
    else:  # «плюс восемь девятьсот» is what people say for +7 900
        regions = _REGIONS.get(language, ())
        tries = [(digits, region) for region in regions if not (region == "US" and digits.startswith("0"))]
    for number, region in tries:
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return None
