"""Numbers, money and codes in a reply: "twenty five", «две с половиной тысячи рублей», "one two oh four"."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from itertools import pairwise

from models.nlu.number_groups import Group
from models.nlu.reply_words import Word, entity
from models.protocols import Entity

__all__ = ["find_codes", "find_money", "find_numbers"]

_CURRENCIES = {
    "RUB": re.compile(r"рубл\w*|рублик\w*|руб|р|₽|roubles?|rubles?|rubli|ruble|rub"),
    "USD": re.compile(r"доллар\w*|бакс\w*|\$|dollars?|bucks?|usd|dolar\w*"),
    "EUR": re.compile(r"евро|€|euros?|eur"),
    "GBP": re.compile(r"фунт\w*|£|pounds?|quid|gbp|funt\w*"),
    "PLN": re.compile(r"злот\w+|zl|zlot\w+|pln"),
}
_CENTS = {
    "RUB": re.compile(r"копе\w+|коп"),
    "USD": re.compile(r"цент\w*|cents?|cent\w*"),
    "EUR": re.compile(r"цент\w*|cents?|eurocent\w*|cent\w*"),
    "GBP": re.compile(r"пенс\w*|pence|pens\w*"),
    "PLN": re.compile(r"грош\w*|groszy|grosze|gr"),
}
_ONLY_CENTS = ("RUB", "PLN")
"""Currencies whose small coin no other has."""
_BEFORE = re.compile(r"[₽$€£]|usd|eur|gbp|pln|rub|рублей|долларов|баксов")
"""What may stand before an amount: a sign, a code, or in Russian a plural, for about so many."""
_AND = {"и", "and", "i"}
_MINUS = {"минус", "minus", "-", "−"}
_JOINED = re.compile(r"[\s\u2010-\u2015-]*")
_LISTED = re.compile(r"\s*,\s*|\s+")
_TAKES_BACK = {"не", "ни", "not", "nie"}
_POLITE = {
    "пожалуйста",
    "please",
    "prosze",
    "да",
    "yes",
    "tak",
    "вот",
    "спасибо",
    "thanks",
    "все",
    "и",
    "а",
    "and",
    "no",
}
"""Words after a lone number that it does not count."""


def find_money(text: str, words: Sequence[Word], groups: Sequence[Group]) -> list[Entity]:
    """Find amounts with a currency that scripts know, as ``2500 RUB``."""
    at = {group.first: group for group in groups}
    found: list[Entity] = []
    for group in groups:
        if group.value is None or (found and group.start < found[-1].end):
            continue
        after = group.last + 1
        whole, cents = _currency(words, after, _CURRENCIES), _currency(words, after, _CENTS)
        before = _currency(words, group.first - 1, _CURRENCIES) if _may_precede(words, group, groups) else None
        if whole is not None and before is None:
            extra, last = _small_coins(words, at, after + 1, whole)
            found.append(_money(text, group.value + extra, whole, group.start, words[max(after, last)].end))
        elif before is not None:
            found.append(_money(text, group.value, before, words[group.first - 1].start, group.end))
        elif cents in _ONLY_CENTS:
            found.append(_money(text, group.value / 100, cents, group.start, words[after].end))
    return found


def _money(text: str, amount: Decimal, currency: str, start: int, end: int) -> Entity:
    with localcontext() as context:
        context.prec = 60
        if amount != amount.to_integral_value():
            return entity("money", f"{amount.quantize(Decimal('0.01'), ROUND_HALF_UP)} {currency}", text, start, end)
    return entity("money", f"{_plain(amount)} {currency}", text, start, end)


def _currency(words: Sequence[Word], at: int, names: dict[str, re.Pattern[str]]) -> str | None:
    if not 0 <= at < len(words):
        return None
    return next((code for code, name in names.items() if name.fullmatch(words[at].text)), None)


def _may_precede(words: Sequence[Word], group: Group, groups: Sequence[Group]) -> bool:
    """Say whether the word before is a currency of this group, and not of another before it."""
    at = group.first - 1
    return at >= 0 and _BEFORE.fullmatch(words[at].text) is not None and all(other.last != at - 1 for other in groups)


def _small_coins(words: Sequence[Word], groups: dict[int, Group], at: int, currency: str) -> tuple[Decimal, int]:
    """Return what cents add after the whole amount, and the index of their last word; nothing and 0 without them."""
    if at < len(words) and words[at].text in _AND:
        at += 1
    group = groups.get(at)
    if group is None or group.value is None or not 0 < group.value < 100 or group.value % 1:
        return Decimal(0), 0
    name = group.last + 1
    if name < len(words) and _CENTS[currency].fullmatch(words[name].text):
        return group.value / 100, name
    if name == len(words) and currency in ("USD", "GBP", "EUR") and group.value >= 10:
        return group.value / 100, group.last
    return Decimal(0), 0


def find_numbers(text: str, words: Sequence[Word], groups: Sequence[Group]) -> list[Entity]:
    """Find numbers, as plain decimals. Of a row of them, which is a code, there are none."""
    found = []
    for run in _runs(text, words, groups):
        if _is_code(run) or _is_ordinal(words, run[-1]):
            continue
        for group in run:
            if group.value is not None:
                sign, start = _sign(words, group)
                found.append(entity("number", sign + _plain(group.value), text, start, group.end))
    return found


def find_codes(text: str, words: Sequence[Word], groups: Sequence[Group], *, unread: bool = False) -> list[Entity]:
    """Find runs of digits, spoken or written; a number alone is one too where it counts nothing.

    Args:
        text: The reply.
        words: Its words.
        groups: Its numbers.
        unread: Whether its language is not known, and so not what a number counts.
    """
    found = []
    for run in _runs(text, words, groups):
        if _is_code(run) or (len(run) == 1 and _may_be_code(run[0]) and (unread or _stands_alone(words, run[0]))):
            value = "".join(group.digits for group in run)
            found.append(entity("digits", value, text, run[0].start, run[-1].end))
    return found


def _is_code(run: Sequence[Group]) -> bool:
    several = len(run) > 1 or run[0].value is None or run[0].digits.startswith("00")
    return several and not any(group.scaled or not group.digits for group in run)


def _runs(text: str, words: Sequence[Word], groups: Sequence[Group]) -> list[list[Group]]:
    """Return groups that stand side by side; what a "not" took back is left out: "not five six"."""
    runs: list[list[Group]] = []
    for here, group in enumerate(groups):
        last = groups[here - 1] if here else None
        if last is not None and (_JOINED.fullmatch(text, last.end, group.start) or _is_list(text, groups, here)):
            runs[-1].append(group)
        else:
            runs.append([group])
    kept = []
    for run in runs:
        if run[0].first > 0 and words[run[0].first - 1].text in _TAKES_BACK:
            follows = words[run[-1].last + 1].text if run[-1].last + 1 < len(words) else ""
            kept.append([] if follows in {"а", "but", "tylko", "ale", "lecz"} else run[1:])
        else:
            kept.append(run)
    return [run for run in kept if run]


def _is_list(text: str, groups: Sequence[Group], here: int) -> bool:
    """Say whether single digits stand between commas, three of them at least: "1, 2, 3, 4"."""
    for first in (here - 2, here - 1):
        trio = groups[first : first + 3] if first >= 0 else ()
        if len(trio) == 3 and all(len(one.digits) == 1 for one in trio):
            pauses = [_LISTED.fullmatch(text, a.end, b.start) for a, b in pairwise(trio)]
            if all(pauses):
                return True
    return False


def _is_ordinal(words: Sequence[Word], group: Group) -> bool:
    """Say whether the group begins an ordinal: «двадцать пятый», "5th"."""
    after = group.last + 1
    if after >= len(words):
        return False
    glued = words[after].start == group.end
    text = words[after].text
    if words[group.last].digits:
        return glued and text in {"st", "nd", "rd", "th"}
    tens = group.value is not None and group.value >= 20 and group.value % 10 == 0
    return tens and re.fullmatch(_ORDINALS, text) is not None


_ORDINALS = re.compile(
    r"(?:перв|втор|трет|четверт|пят|шест|седьм|восьм|девят)(?:[ыои]й|[ое]го|[ое]му|ая|ую|ое|[ыо]м|ьей|ь[ея]|ью|ьем|ых)|"
    r"first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|"
    r"(?:pierwsz|drug|trzec|czwart|piat|szost|siodm|osm|dziewiat)(?:y|i|iego|ego|a|ej|iej|ym|im|ia)"
)


def _may_be_code(group: Group) -> bool:
    round_thousands = group.scaled and group.value is not None and group.value % 100 == 0
    return bool(group.digits) and not round_thousands


def _stands_alone(words: Sequence[Word], group: Group) -> bool:
    """Say whether a number counts nothing that follows it, and has no minus."""
    after = group.last + 1
    last = after >= len(words) or words[after].text in _POLITE or not words[after].text[0].isalnum()
    return last and not _sign(words, group)[0]


def _sign(words: Sequence[Word], group: Group) -> tuple[str, int]:
    """Return the minus of a number, where it has one, and where the two begin."""
    at = group.first - 1
    if at < 0 or words[at].text not in _MINUS:
        return "", group.start
    before, after = at > 0 and words[at - 1].end == words[at].start, words[at].end == group.start
    if not words[at].text.isalpha() and (before or not after):
        return "", group.start  # a hyphen, a dash
    return "-", words[at].start


def _plain(value: Decimal) -> str:
    """Return 2.50 as "2.5", 25.0 as "25"."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
