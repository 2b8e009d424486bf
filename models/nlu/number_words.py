"""The number words of English, Russian and Polish; those up to fifty are of `models.nlu.time_words`."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from models.nlu.reply_words import fold
from models.nlu.time_words import lexicon

__all__ = ["Atom", "NumberWords", "number_words"]

Atom = tuple[str, Decimal]
"""A number word: ``0`` zero, ``U`` unit, ``T`` from ten to nineteen, ``X`` tens, ``C`` hundreds, ``H`` "hundred" that
multiplies, ``S`` a thousand or more, ``F`` a fraction or a whole that stands alone; and its value."""


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The number words of one language, folded.

    Attributes:
        atoms: Word → what it is.
        halves: What adds a half: "and a half".
        repeats: Noun of a repeated digit → digit: «два нуля».
        times: Word before a digit → how often it stands: "double five".
        points: What stands between a whole and its decimals.
        joins: What may stand after hundreds: "two hundred and five".
        ones: What counts one hundred or thousand: "a hundred".
        inverted: Plurals that stand before about how many there are: «тысяч пять».
        couples: "a couple of", where thousands follow.
        not_ones: Words after which "one" is no number: "this one".
    """

    atoms: dict[str, Atom]
    halves: tuple[tuple[str, ...], ...]
    repeats: dict[str, str]
    times: dict[str, int]
    points: frozenset[str]
    joins: frozenset[str]
    ones: frozenset[str]
    inverted: frozenset[str]
    couples: frozenset[str]
    not_ones: frozenset[str]


_VAGUE = {"quarter", "few", "several", "couple", "пару", "пара", "парочку", "пары", "несколько", "нескольких",
          "десяток", "pare", "kilka"}  # fmt: skip

_MORE = {
    "en": "60 sixty|70 seventy|80 eighty|90 ninety|0 nought naught|1000 thousand thousands grand k|1000000 million "
          "millions|1000000000 billion",
    "ru": "2 двумя|3 тремя|4 четырьмя|5 пятью|60 шестьдесят шестидесяти|70 семьдесят семидесяти|"
          "80 восемьдесят восьмидесяти|90 девяносто девяноста|100 сто ста|200 двести двухсот|300 триста трехсот|"
          "400 четыреста четырехсот|500 пятьсот пятисот|600 шестьсот шестисот|700 семьсот семисот|"
          "800 восемьсот восьмисот|900 девятьсот девятисот|0 нуль нолик|1000 тысяча тысячи тысяч тысячу тысячей тыс т "
          "к|1000000 миллион миллиона миллионов млн|1000000000 миллиард миллиарда миллиардов",
    "pl": "1 jednego|60 sześćdziesiąt|70 siedemdziesiąt|80 osiemdziesiąt|90 dziewięćdziesiąt|100 sto stu|"
          "200 dwieście dwustu|300 trzysta trzystu|400 czterysta czterystu|500 pięćset pięciuset|600 sześćset|"
          "700 siedemset|800 osiemset|900 dziewięćset|1000 tysiąc tysiące tysięcy tysiąca tys|"
          "1000000 milion miliony milionów miliona|1000000000 miliard miliardy miliardów",
}  # fmt: skip
_WHOLE = {"ru": {"полтысячи": 500, "полмиллиона": 500_000, "сотня": 100, "сотню": 100}, "en": {}, "pl": {}}
_DIGIT_NOUNS = {
    "en": "",
    "ru": "ноля нуля ноли нули нолей нулей нолика|единицы единиц|двойки двоек|тройки троек|четверки четверок|"
          "пятерки пятерок|шестерки шестерок|семерки семерок|восьмерки восьмерок|девятки девяток",
    "pl": "zera zer|jedynki jedynek|dwójki dwójek|trójki trójek|czwórki czwórek|piątki piątek|szóstki szóstek|"
          "siódemki siódemek|ósemki ósemek|dziewiątki dziewiątek",
}  # fmt: skip


def _kind(value: Decimal) -> str:
    if value != int(value):
        return "F"
    limits = ((1, "0"), (10, "U"), (20, "T"), (100, "X"), (1000, "C"))
    return next((kind for limit, kind in limits if value < limit), "S")


@lru_cache(maxsize=8)
def number_words(language: str) -> NumberWords | None:
    """Return the number words of ``language``, if it has any here."""
    of_time = lexicon(language)
    if of_time is None or language not in _MORE:
        return None
    values = {
        fold(phrase): Decimal(str(value)) if value % 1 else Decimal(int(value))
        for phrase, (letter, value) in of_time.phrases.items()
        if letter == "n" and " " not in phrase and fold(phrase) not in _VAGUE
    }
    for line in _MORE[language].split("|"):
        value, *forms = line.split()
        values |= {fold(form): Decimal(value) for form in forms}
    atoms = {word: (_kind(value), value) for word, value in values.items()}
    atoms |= {word: ("F", Decimal(value)) for word, value in _WHOLE[language].items()}
    if language == "en":
        atoms |= {"hundred": ("H", Decimal(100)), "hundreds": ("H", Decimal(100))}
    nouns = enumerate(_DIGIT_NOUNS[language].split("|"))
    return NumberWords(
        atoms=atoms,
        halves={
            "en": (("and", "a", "half"), ("and", "half")),
            "ru": (("с", "половиной"), ("и", "половина")),
            "pl": (("i", "pol"),),
        }[language],
        repeats={fold(form): str(digit) for digit, forms in nouns for form in forms.split()},
        times={
            "en": {"double": 2, "triple": 3},
            "ru": {"дважды": 2, "трижды": 3},
            "pl": {"podwojne": 2, "podwojna": 2},
        }[language],
        points=frozenset({"en": {"point"}, "ru": {"запятая", "целых", "целая"}, "pl": {"przecinek"}}[language]),
        joins=frozenset({"and"} if language == "en" else ()),
        ones=frozenset({"a"} if language == "en" else ()),
        inverted=frozenset({"тысяч", "тысячи", "миллионов"} if language == "ru" else ()),
        couples=frozenset({"ru": {"пару", "пара"}, "en": {"couple"}, "pl": {"pare"}}[language]),
        not_ones=frozenset(
            {"this", "that", "no", "which", "any", "some", "other", "another", "every", "each", "new", "old", "wrong",
             "right", "last", "next", "good", "only", "ни", "zaden", "zadna"}
        ),
    )  # fmt: skip
