"""Russian numbers in their cases, the cases that words ask for, and nouns inflected by the dictionary of pymorphy3.

What `num2words` gets wrong is mended here: the gender of millions (“одна миллион”), fractions and zero in other cases,
and the minus of −0.5. Rules of agreement: Rosenthal, “Справочник по правописанию и литературной правке”, on numerals.
"""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from models.nlu.morphology import morph
from robot.dialog.spoken import number_words, sayable
from robot.dialog.spoken_nouns import Case, Gender, Noun

__all__ = ["cardinal", "case_of", "case_of_counted", "counted", "decimal", "ordinal", "read_noun"]

_ASKED: Final[dict[Case, str]] = {
    "g": "до, от, ото, без, безо, около, из, изо, из-за, для, у, после, кроме, вместо, против, среди, свыше, более, "
    "менее, больше, меньше, порядка, дороже, дешевле, старше, младше, моложе, дольше, позже, раньше, "
    "начиная с, начиная со, в размере, в сумме, в пределах, в течение, в течении, в районе",
    "d": "к, ко, благодаря, согласно, вопреки, равно, равна, равен, равняется",
    "a": "в, во, за, на, по, под, про, сквозь, спустя, через, плюс, стоит, стоят, стоить, стоил, стоила, стоило, "
    "стоили, дарим, дарят, подарим, даём, дадим, добавили, добавим, вернём, вернули, начислили, начислила, начислим, "
    "списали, спишем, получите, получить, получили, имеете, накопили, выиграли, платите, платить, заплатите, "
    "заплатить, заплатили, потратите, потратить, потратили, экономите, сэкономите, сэкономили, провели, проведём, "
    "сделали, купите, купить, купили",
    "i": "с, со, между, перед, передо, над",
    "p": "о, об, обо, при",
}
_GOVERNS: Final = {word: case for case, words in _ASKED.items() for word in words.split(", ")}
"""What a word, or two, ask of the number after them."""
_LETS_THROUGH: Final = frozenset(
    ("уже", "ещё", "еще", "всего", "целых", "только", "лишь", "почти", "примерно", "приблизительно", "ровно", "аж")
)
"""Words between the two that change nothing: “стоит всего одну тысячу рублей”."""
_ZERO: Final[dict[Case, str]] = {"n": "ноль", "g": "нуля", "d": "нулю", "a": "ноль", "i": "нулём", "p": "нуле"}
_FRACTIONS: Final = ("цел", "десят", "сот", "тысячн", "десятитысячн", "стотысячн", "миллионн")
"""Stems of wholes, tenths, hundredths, down to millionths."""
_ONE_PART: Final[dict[Case, str]] = {"n": "ая", "g": "ой", "d": "ой", "a": "ую", "i": "ой", "p": "ой"}
_MORE_PARTS: Final[dict[Case, str]] = {"n": "ых", "g": "ых", "d": "ым", "a": "ых", "i": "ыми", "p": "ых"}
_HALF: Final[dict[Case, str]] = {
    "n": "половина", "g": "половины", "d": "половине", "a": "половину", "i": "половиной", "p": "половине",
}  # fmt: skip
_GRAMMEMES: Final[dict[Case, str]] = {"n": "nomn", "g": "gent", "d": "datv", "a": "accs", "i": "ablt", "p": "loct"}
_GENDERS: Final[dict[str, Gender]] = {"masc": "m", "femn": "f", "neut": "n"}
_SPANS: Final = frozenset(("раз", "секунда", "минута", "час", "день", "сутки", "неделя", "месяц", "год", "рубль"))
"""Nouns that «в» puts into the accusative: «в две минуты», but «в двух городах»."""


def _case_after(before: str) -> Case | None:
    """Return the case that the last words of a sentence ask of what follows; `None` where they ask for none."""
    found = re.search(r"([\w-]+(?:\s+[\w-]+)*)\s*\Z", before.lower())
    words = found[1].split() if found else []
    while words and words[-1] in _LETS_THROUGH:
        words.pop()
    return _GOVERNS.get(" ".join(words[-2:])) or _GOVERNS.get(words[-1]) if words else None


def case_of(value: Decimal, before: str) -> Case:
    """Return the case of a number, or of an amount of money, after the words before it.

    «По» is distributive there: the dative of «по одному рублю» and «по тысяче», of all other numbers the accusative.
    """
    if value in (1, 1000, 1_000_000) and re.search(r"\bпо\s*\Z", before.lower()):
        return "d"
    return _case_after(before) or "n"


def case_of_counted(value: Decimal, thing: Noun, before: str) -> Case:
    """Return the case of a number with its noun: as of a number, but «в» also tells where («в двух городах»)."""
    case = case_of(value, before)
    if thing.living and value in (2, 3, 4) and re.search(r"\bпо\s*\Z", before.lower()):
        return "n"  # «по два человека»
    inside = case == "a" and re.search(r"\bво?\s*\Z", before.lower()) is not None
    return "p" if inside and thing.one[0].split()[-1] not in _SPANS else case


def counted(value: Decimal, thing: Noun, case: Case) -> tuple[str, str]:
    """Say a number and its noun in a case: («пяти», «заездов»)."""
    value = sayable(value)
    if value != int(value):
        return _mixed(value, thing, case)
    number = abs(int(value))
    minus = "минус " if value < 0 else ""
    if case == "a" and thing.living and number in (2, 3, 4):
        return minus + cardinal(number, "g", thing.gender), thing.many
    words = cardinal(number, case, thing.gender, living=thing.living, collective=thing.collective)
    return minus + words, _agreed(thing, number, case)


def cardinal(number: int, case: Case, gender: Gender = "m", *, living: bool = False, collective: bool = False) -> str:
    """Say a whole number from 0 in a case; ``collective``: as of what has no singular («двое суток»)."""
    if number == 0:
        return _ZERO[case]
    rest, one = number % 1000, _is_one(number)
    words = [number_words(number - rest, "ru", case=case, gender="m", animate=False)] if number >= 1000 else []
    if rest:
        if collective and case == "a":
            case = "n"
        sets = collective and (one or case == "n")  # «двое суток», but «около двух суток»
        words.append(
            number_words(rest, "ru", case=case, gender=gender, animate=living and one and case == "a", plural=sets)
        )
    return " ".join(words)


def decimal(value: Decimal, case: Case, gender: Gender = "m") -> str:
    """Say any number in a case: «минус две целых пять десятых».

    Raises:
        ValueError: It has more digits than anybody would listen to.
    """
    value = sayable(value)
    minus = "минус " if value < 0 else ""
    whole, _, part = f"{abs(value):f}".partition(".")
    if not part:
        return minus + cardinal(int(whole), case, gender)
    return f"{minus}{_parts(int(whole), 0, case)} {_parts(int(part), len(part), case)}"


def ordinal(number: int, case: Case) -> str:
    """Say which one, in the neuter: «первое», «первого»."""
    words = number_words(number, "ru", to="ordinal", case=case, gender="n")
    return words.removeprefix("одна ")  # nobody says «одна тысяча девятьсот…» of a year


@lru_cache(maxsize=512)
def read_noun(forms: tuple[str, ...]) -> Noun:
    """Read a noun as a script writes it («заезд», «заезда», «заездов») and inflect it by the dictionary.

    Words before the noun and adjectives behind it are inflected too («бонусный балл», «место парковочное»); what the
    dictionary does not know keeps the forms that the script gives.
    """
    first, *more = forms
    head = _head(first)
    if head is None:
        few, many = (more[0], more[-1]) if more else (first, first)
        return Noun(_guessed(first), (first, few, first, first, few, few), few, many, (many, many, many))
    singular = {case: _inflected(first, head, case, "sing") for case in _GRAMMEMES}
    same = first if more[1:2] == [first] else ""  # «человек» of one and of five
    plural = {case: _inflected(first, head, case, "plur", same) for case in _GRAMMEMES}
    tag = head[1].tag
    complete = len(more) >= 2
    return Noun(
        gender=_GENDERS.get(str(tag.gender), "m"),
        one=tuple(plural[case] if "Pltm" in tag else singular[case] for case in _GRAMMEMES),
        few=more[0] if complete else singular["g"],
        many=more[1] if complete else plural["g"],
        plural=(plural["d"], plural["i"], plural["p"]),
        living=tag.animacy == "anim",
        collective="Pltm" in tag,
    )


def _readings(word: str) -> Any:
    return morph().parse(word)  # more of it is asked than its protocol there tells


def _is_one(number: int) -> bool:
    return number % 10 == 1 and number % 100 != 11


def _agreed(thing: Noun, number: int, case: Case) -> str:
    if number % 1000 == 0:
        return thing.many
    if _is_one(number):
        return thing.form("one", case)
    if case in ("n", "a"):
        few = number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) and not thing.collective
        return thing.few if few else thing.many
    return thing.many if case == "g" else thing.form("plural", case)


def _parts(number: int, place: int, case: Case) -> str:
    ending = (_ONE_PART if _is_one(number) else _MORE_PARTS)[case]
    return f"{cardinal(number, case, 'f')} {_FRACTIONS[place]}{ending}"


def _mixed(value: Decimal, thing: Noun, case: Case) -> tuple[str, str]:
    """Say a number that is not whole, and its noun: («два с половиной», «часа»), («полторы», «минуты»)."""
    number = int(value)
    if value < 0 or value - number != Decimal("0.5") or thing.collective:
        return decimal(value, case), thing.form("one", "g")
    if number == 0:
        return _HALF[case], thing.form("one", "g")
    if number == 1 and case in ("n", "a"):
        return "полторы" if thing.gender == "f" else "полтора", thing.few
    if number == 1:
        return "полутора", _agreed(thing, 2, case)
    return f"{cardinal(number, case, thing.gender)} с половиной", _agreed(thing, number, case)


def _head(words: str) -> tuple[int, Any] | None:
    """Return which word is the noun, and how the dictionary reads it."""
    for place, word in enumerate(words.split()):
        for parse in _readings(word):
            tag = parse.tag
            if "NOUN" in tag and "nomn" in tag and ("sing" in tag or "Pltm" in tag):
                return place, parse
    return None


def _inflected(words: str, head: tuple[int, Any], case: Case, number: str, root: str = "") -> str:
    noun_at, noun = head
    wanted = {_GRAMMEMES[case], "plur" if "Pltm" in noun.tag else number}
    agreeing = wanted | ({str(noun.tag.gender)} if "sing" in wanted else set())
    if case == "a" and "masc" in agreeing:
        agreeing = agreeing | {str(noun.tag.animacy)}
    said = list[str]()
    for place, word in enumerate(words.split()):
        if place == noun_at:
            form = _form(noun, wanted, root)
        else:
            adjective = _adjective(word, noun.tag)
            form = _form(adjective, agreeing, "") if adjective is not None else word
        said.append(form.capitalize() if form and word[:1].isupper() else form or word)
    return " ".join(said)


def _adjective(word: str, noun: Any) -> Any:
    for parse in _readings(word):
        tag = parse.tag
        if ("ADJF" in tag or "PRTF" in tag) and "nomn" in tag and tag.gender in (noun.gender, None):
            return parse
    return None


def _form(parse: Any, wanted: set[str], root: str) -> str | None:
    """Return a form; of two («людям», «человекам») the one that begins with the script's own."""
    for form in parse.lexeme:
        if root and form.word.startswith(root) and wanted <= set(form.tag.grammemes):
            return str(form.word)
    found = parse.inflect(wanted)
    return str(found.word) if found is not None else None


def _guessed(word: str) -> Gender:
    first = word.split(maxsplit=1)[0]
    return "f" if first.endswith(("а", "я")) else "n" if first.endswith(("о", "е", "ё")) else "m"
