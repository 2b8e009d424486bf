"""Polish numbers in their cases, and the cases that words ask for.

Numbers are made here, since `num2words` knows the nominative of them alone, and ordinals in part wrongly.
Rules of agreement: “Wielki słownik poprawnej polszczyzny PWN”, under “liczebnik”.
"""

import re
from decimal import Decimal
from typing import Final

from robot.dialog.spoken import sayable
from robot.dialog.spoken_nouns import Case, Gender, Noun, noun

__all__ = ["cardinal", "case_after", "case_of_counted", "counted", "decimal", "ordinal", "year"]

_ASKED: Final[dict[Case, str]] = {
    "g": "do, od, bez, dla, około, koło, powyżej, poniżej, spośród, oprócz, zamiast, podczas, wśród, blisko, z, ze, u, "
    "w ciągu, w wysokości, o wartości, do kwoty, rzędu",
    "d": "dzięki, ku, przeciwko",
    "a": "za, na, przez, ponad, o, plus, ma, mają, mamy, masz, macie, miał, miała, kosztuje, kosztują, kosztował, "
    "kosztowała, kosztować, dostanie, dostaje, dostał, dostała, otrzyma, otrzymuje, otrzymał, otrzymała, zapłaci, "
    "zapłacił, zapłaciła, płaci, zyska, zyskuje, zaoszczędzi, oszczędza, dajemy, damy, dodamy, naliczyliśmy, "
    "wykorzystał, wykorzystała, odbył, odbyła, kupi, kupił, kupiła",
    "i": "między, przed, nad, pod, razem z, razem ze, wraz z, wraz ze",
    "p": "po, przy, w, we",
}
_GOVERNS: Final = {word: case for case, words in _ASKED.items() for word in words.split(", ")}
"""What a word, or two, ask of the number after them."""
_LETS_THROUGH: Final = frozenset(
    ("już", "jeszcze", "tylko", "aż", "prawie", "niemal", "dokładnie", "jedynie", "łącznie", "zaledwie", "całe")
)
_POLITE: Final = frozenset(("pan", "pani", "państwo"))
"""Who has something: “ma Pani jedną wizytę”."""
_SPANS: Final = frozenset(
    ("sekundy", "minuty", "kwadranse", "godziny", "doby", "dni", "tygodnie", "miesiące", "lata")
)  # fmt: skip
"""Nouns of which “w” tells how fast: “w dwie minuty”, but “w dwóch salonach”."""

_ONES: Final[dict[Case, tuple[str, ...]]] = {
    "n": ("zero", "jeden", "dwa", "trzy", "cztery", "pięć", "sześć", "siedem", "osiem", "dziewięć"),
    "g": ("zera", "jeden", "dwóch", "trzech", "czterech", "pięciu", "sześciu", "siedmiu", "ośmiu", "dziewięciu"),
    "d": ("zeru", "jeden", "dwóm", "trzem", "czterem", "pięciu", "sześciu", "siedmiu", "ośmiu", "dziewięciu"),
    "i": (
        "zerem", "jeden", "dwoma", "trzema", "czterema",
        "pięcioma", "sześcioma", "siedmioma", "ośmioma", "dziewięcioma",
    ),
}  # fmt: skip
_TEENS: Final = (
    "dziesięć", "jedenaście", "dwanaście", "trzynaście", "czternaście",
    "piętnaście", "szesnaście", "siedemnaście", "osiemnaście", "dziewiętnaście",
)  # fmt: skip
_TENS: Final = (
    "dwadzieścia", "trzydzieści", "czterdzieści", "pięćdziesiąt",
    "sześćdziesiąt", "siedemdziesiąt", "osiemdziesiąt", "dziewięćdziesiąt",
)  # fmt: skip
_HUNDREDS: Final = (
    "sto", "dwieście", "trzysta", "czterysta", "pięćset", "sześćset", "siedemset", "osiemset", "dziewięćset",
)  # fmt: skip
_OBLIQUE_TEENS: Final = (
    "dziesięciu", "jedenastu", "dwunastu", "trzynastu", "czternastu",
    "piętnastu", "szesnastu", "siedemnastu", "osiemnastu", "dziewiętnastu",
)  # fmt: skip
_OBLIQUE_TENS: Final = (
    "dwudziestu", "trzydziestu", "czterdziestu", "pięćdziesięciu",
    "sześćdziesięciu", "siedemdziesięciu", "osiemdziesięciu", "dziewięćdziesięciu",
)  # fmt: skip
_OBLIQUE_HUNDREDS: Final = (
    "stu", "dwustu", "trzystu", "czterystu", "pięciuset", "sześciuset", "siedmiuset", "ośmiuset", "dziewięciuset",
)  # fmt: skip
_ALONE: Final[dict[Gender, dict[Case, str]]] = {
    "m": {"n": "jeden", "g": "jednego", "d": "jednemu", "a": "jeden", "i": "jednym", "p": "jednym"},
    "f": {"n": "jedna", "g": "jednej", "d": "jednej", "a": "jedną", "i": "jedną", "p": "jednej"},
    "n": {"n": "jedno", "g": "jednego", "d": "jednemu", "a": "jedno", "i": "jednym", "p": "jednym"},
}
_COLLECTIVE: Final = ("dwoj", "troj", "czwor", "pięcior", "sześcior", "siedmior", "ośmior", "dziewięcior")
"""Stems of the numbers that count children."""
_GREAT: Final = (
    noun("m", "tysiąc tysiąca tysiącowi tysiąc tysiącem tysiącu", "tysiące", "tysięcy", "tysiącom tysiącami tysiącach"),
    *(
        noun("m", f"{x} {x}a {x}owi {x} {x}em {x[:-1]}{end}", f"{x}y", f"{x}ów", f"{x}om {x}ami {x}ach")
        for x, end in (("milion", "nie"), ("miliard", "dzie"), ("bilion", "nie"))
    ),
)
"""Thousands, millions, milliards, billions (10¹²)."""

_ORDINAL_ONES: Final = (
    "zerow", "pierwsz", "drug", "trzec", "czwart", "piąt", "szóst", "siódm", "ósm", "dziewiąt", "dziesiąt", "jedenast",
    "dwunast", "trzynast", "czternast", "piętnast", "szesnast", "siedemnast", "osiemnast", "dziewiętnast",
)  # fmt: skip
_ORDINAL_TENS: Final = (
    "dwudziest", "trzydziest", "czterdziest", "pięćdziesiąt",
    "sześćdziesiąt", "siedemdziesiąt", "osiemdziesiąt", "dziewięćdziesiąt",
)  # fmt: skip
_ORDINAL_HUNDREDS: Final = (
    "setn", "dwusetn", "trzechsetn", "czterechsetn", "pięćsetn", "sześćsetn", "siedemsetn", "osiemsetn", "dziewięćsetn",
)  # fmt: skip
_THOUSANDTH: Final = ("", "dwu", "trzy", "cztero", "pięcio", "sześcio", "siedmio", "ośmio", "dziewięcio")
_ORDINAL_ENDINGS: Final[dict[Gender, dict[Case, str]]] = {
    "m": {"n": "y", "g": "ego", "d": "emu", "a": "y", "i": "ym", "p": "ym"},
    "f": {"n": "a", "g": "ej", "d": "ej", "a": "ą", "i": "ą", "p": "ej"},
}


def case_after(before: str) -> Case:
    """Return the case that the last words of a sentence ask of what follows."""
    found = re.search(r"([\w-]+(?:\s+[\w-]+)*)\s*\Z", before.lower())
    words = found[1].split() if found else []
    while words and words[-1] in _LETS_THROUGH:
        words.pop()
    if len(words) > 1 and words[-1] in _POLITE:
        return "a" if _GOVERNS.get(words[-2]) == "a" else "n"
    return _GOVERNS.get(" ".join(words[-2:])) or _GOVERNS.get(words[-1], "n") if words else "n"


def case_of_counted(thing: Noun, before: str) -> Case:
    """Return the case of a number with its noun after the words before them."""
    case = case_after(before)
    inside = case == "p" and re.search(r"\bwe?\s*\Z", before.lower()) is not None
    return "a" if inside and thing.few.split()[-1] in _SPANS else case


def counted(value: Decimal, thing: Noun, case: Case) -> tuple[str, str]:
    """Say a number and its noun in a case: (“pięciu”, “wizyt”)."""
    value = sayable(value)
    number = abs(int(value))
    minus = "minus " if value < 0 else ""
    if value == int(value) and thing.collective and 2 <= number <= 9:
        noun = thing.form("plural", case) if case in ("d", "p") else thing.many
        return f"{minus}{_COLLECTIVE[number - 2]}{_collective_ending(number, case)}", noun
    if value == int(value):
        return minus + cardinal(number, case, thing.gender, people=thing.living), _agreed(thing, number, case)
    return _mixed(value, thing, case), thing.form("one", "g")


def cardinal(number: int, case: Case, gender: Gender = "m", *, people: bool = False) -> str:
    """Say a whole number from 0 in a case; ``people``: as of men (“dwóch klientów”)."""
    if number == 0:
        return "zerze" if case == "p" else _ones(case)[0]
    if number == 1:
        return _ALONE[gender]["g" if people and case == "a" else case]
    words = list[str]()
    for place in range(len(_GREAT), 0, -1):
        many = number // 1000**place % 1000
        if many > 1:
            words += [_below_thousand(many, case, "m"), _agreed(_GREAT[place - 1], many, case)]
        elif many:
            words.append(_GREAT[place - 1].form("one", case))
    if number % 1000:
        words.append(_below_thousand(number % 1000, "g" if people and case in ("n", "a") else case, gender))
    return " ".join(words)


def decimal(value: Decimal, case: Case) -> str:
    """Say any number: “minus dwa przecinek zero pięć”; the case is that of its whole part.

    Raises:
        ValueError: It has more digits than anybody would listen to.
    """
    value = sayable(value)
    whole, _, part = f"{abs(value):f}".partition(".")
    words = ("minus " if value < 0 else "") + cardinal(int(whole), case)
    if not part:
        return words
    zeros = len(part) - len(part.lstrip("0"))
    return f"{words} przecinek {'zero ' * zeros}{cardinal(int(part), 'n')}"


def ordinal(number: int, case: Case, gender: Gender = "m") -> str:
    """Say which one, from 0 to 99: “dwudziestego siódmego”, “piętnastej”."""
    if number < 20:
        return _ordinal(_ORDINAL_ONES[number], case, gender)
    tens = _ordinal(_ORDINAL_TENS[number // 10 - 2], case, gender)
    return f"{tens} {_ordinal(_ORDINAL_ONES[number % 10], case, gender)}" if number % 10 else tens


def year(number: int) -> str:
    """Say a year from 1 to 9999 in the genitive: its tens and ones alone are ordinals, “dwa tysiące siódmego”."""
    if number % 100:
        before = [cardinal(number - number % 100, "n")] if number >= 100 else []
        return " ".join([*before, ordinal(number % 100, "g")])
    if number % 1000:
        before = [cardinal(number - number % 1000, "n")] if number >= 1000 else []
        return " ".join([*before, _ordinal(_ORDINAL_HUNDREDS[number // 100 % 10 - 1], "g", "m")])
    return _ordinal(f"{_THOUSANDTH[number // 1000 - 1]}tysięczn", "g", "m")


def _ones(case: Case) -> tuple[str, ...]:
    return _ONES["n" if case == "a" else "g" if case == "p" else case]


def _below_thousand(number: int, case: Case, gender: Gender) -> str:
    direct = case in ("n", "a")
    hundreds, rest = divmod(number, 100)
    words = [(_HUNDREDS if direct else _OBLIQUE_HUNDREDS)[hundreds - 1]] if hundreds else []
    if 10 <= rest < 20:
        words.append(_instrumental((_TEENS if direct else _OBLIQUE_TEENS)[rest - 10], case))
        return " ".join(words)
    tens, ones = divmod(rest, 10)
    if tens:
        words.append(_instrumental((_TENS if direct else _OBLIQUE_TENS)[tens - 2], case))
    if ones == 2 and gender == "f" and (direct or case == "i"):
        words.append("dwie" if direct else "dwiema")
    elif ones:
        words.append(_ones(case)[ones])
    return " ".join(words)


def _instrumental(word: str, case: Case) -> str:
    return f"{word[:-1]}oma" if case == "i" else word


def _agreed(thing: Noun, number: int, case: Case) -> str:
    if number == 1:
        return thing.form("one", case)
    direct = case in ("n", "a")
    if number % 1000 == 0 or case == "g" or (direct and thing.living):
        return thing.many
    if direct:
        return thing.few if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else thing.many
    return thing.form("plural", case)


def _mixed(value: Decimal, thing: Noun, case: Case) -> str:
    """Say a number that is not whole: “dwie i pół” (wizyty), “półtorej” (godziny)."""
    number = int(value)
    if value < 0 or value - number != Decimal("0.5"):
        return decimal(value, case)
    if number == 0:
        return "pół"
    if number == 1:
        return "półtorej" if thing.gender == "f" else "półtora"
    return f"{cardinal(number, case, thing.gender, people=thing.living)} i pół"


def _collective_ending(number: int, case: Case) -> str:
    if case in ("n", "a"):
        return "e" if number < 4 else "o"
    return {"g": "ga", "i": "giem"}.get(case, "gu")


def _ordinal(stem: str, case: Case, gender: Gender) -> str:
    ending = _ORDINAL_ENDINGS[gender][case]
    if stem in ("drug", "trzec"):  # soft stems: drugi, drugiej; trzeci, trzecia
        soft = ending[0] == "e" or (stem == "trzec" and ending[0] != "y")
        ending = f"i{ending}" if soft else ending.replace("y", "i")
    return stem + ending
