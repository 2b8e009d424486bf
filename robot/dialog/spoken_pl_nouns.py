"""Polish nouns inflected by their endings, since no dictionary of them is at hand.

A script gives three forms (“wizyta”, “wizyty”, “wizyt”): they tell gender and stem, and the stem the other cases. That
is right for most of what is counted in calls; what goes its own way stands in tables here.
"""

from functools import lru_cache
from typing import Final, NamedTuple

from robot.dialog.spoken_nouns import CASES, Case, Gender, Noun

__all__ = ["read_noun"]

_FEMININE: Final = frozenset(
    ("noc", "rzecz", "część", "sieć", "wieś", "podróż", "kolej", "odpowiedź", "pieczęć", "sól", "mysz", "twarz", "pani")
)
_OF_ONE: Final = {
    "dzień": "dnia", "tydzień": "tygodnia", "miesiąc": "miesiąca", "rok": "roku", "gość": "gościa", "pokój": "pokoju",
    "koń": "konia", "człowiek": "człowieka", "kilometr": "kilometra", "metr": "metra", "litr": "litra",
    "kilogram": "kilograma", "gram": "grama", "grosz": "grosza", "dolar": "dolara", "talerz": "talerza",
    "voucher": "vouchera", "komputer": "komputera", "klucz": "klucza", "ząb": "zęba",
}  # fmt: skip
"""The genitive of masculine nouns that takes -a, or another stem."""
_WITH_THEM: Final = {"gości": "gośćmi", "dzieci": "dziećmi", "ludzi": "ludźmi"}
"""Genitive plural → instrumental plural in -mi."""
_MEN: Final = ("owie", "ci", "si", "rzy", "cy", "dzy", "dzi", "anie", "goście", "ludzie")
"""How the nominative plural of men ends."""
_SOFT: Final = ("c", "cz", "sz", "rz", "ż", "dz", "j", "l", "i")
_SOFTENED: Final = {
    "azd": "eździe", "zd": "ździe", "st": "ście", "sł": "śle", "sn": "śnie", "ch": "sze",
    "t": "cie", "d": "dzie", "r": "rze", "ł": "le", "k": "ce", "g": "dze",
    "n": "nie", "s": "sie", "z": "zie", "b": "bie", "p": "pie", "w": "wie", "m": "mie", "f": "fie",
}  # fmt: skip
"""Hard stem → the locative of one: “wizyta”, “o wizycie”."""


@lru_cache(maxsize=512)
def read_noun(forms: tuple[str, ...]) -> Noun:
    """Read a noun as a script writes it, with adjectives before or behind it: “darmowa wizyta”, “miejsce parkingowe”.

    Args:
        forms: Of one, of two, of five; where some are missing the last one serves.
    """
    first, few, many = (*forms, *[forms[-1]] * 2)[:3]
    words = [_Word(*word) for word in zip(first.split(), few.split(), many.split(), strict=False)]
    gender = words[0].gender
    living = gender == "m" and any(word.names_men for word in words)
    return Noun(
        gender=gender,
        one=tuple(" ".join(word.of_one(case, gender, living) for word in words) for case in CASES),
        few=few,
        many=many,
        plural=(_plural(words, "d"), _plural(words, "i"), _plural(words, "p")),
        living=living,
        collective=many == "dzieci",
    )


class _Word(NamedTuple):
    """One word in the three forms."""

    one: str
    few: str
    many: str

    @property
    def gender(self) -> Gender:
        if self.one.endswith("a"):
            return "m" if self.many.endswith("ów") else "f"
        if self.one in _FEMININE or (self.one.endswith("ść") and self.one not in ("gość", "liść")):
            return "f"
        if self.one.endswith(("o", "e", "ę")) or (self.one.endswith("um") and self.few.endswith("a")):
            return "n"
        return "m"

    @property
    def names_men(self) -> bool:
        return self.few.endswith(_MEN) or (self.one.endswith("y") and self.few.endswith("i"))

    @property
    def is_adjective(self) -> bool:
        return self.many.endswith(("ych", "ich"))

    def of_one(self, case: Case, gender: Gender, living: bool) -> str:
        """Return the word in a case of the singular."""
        if case == "n" or self.one == self.few == self.many:
            return self.one
        if case == "a" and gender == "m" and not self.one.endswith("a"):
            return self.of_one("g", gender, living) if living else self.one
        if case == "a" and gender == "n":
            return self.one
        if self.is_adjective:
            return self._adjective(case, gender)
        if self.one.endswith("a") or gender == "f":
            return self._feminine(case)
        return self._masculine(case, living) if gender == "m" else self._neuter(case)

    def of_more(self, case: Case) -> str:
        """Return the word in the dative, instrumental or prepositional of the plural."""
        if self.one == self.few == self.many:
            return self.one
        if self.is_adjective:
            return {"d": self.many[:-1].removesuffix("c") + "m", "i": self.many[:-2] + "mi"}.get(case, self.many)
        if case == "i" and self.many in _WITH_THEM:
            return _WITH_THEM[self.many]
        if self.names_men:
            root = self.many.removesuffix("ów")
        else:
            root = self.few[:-1] if self.few.endswith(("a", "e", "y", "ki", "gi")) else self.few
        return root + {"d": "om", "i": "ami"}.get(case, "ach")

    def _adjective(self, case: Case, gender: Gender) -> str:
        soft = self.many.endswith("ich")
        root = self.many[:-3] + ("i" if soft else "")
        if gender == "f":
            return f"{self.one[:-1]}ą" if case in ("a", "i") else f"{root}ej"
        return {"g": f"{root}ego", "d": f"{root}emu"}.get(case, f"{self.many[:-2]}m")

    def _feminine(self, case: Case) -> str:
        stem = self.one.removesuffix("a")
        if case in ("a", "i") and stem != self.one:
            return stem + ("ę" if case == "a" else "ą")
        if case == "a":
            return self.one
        if case == "i":
            return f"{self.many.removesuffix('y')}ą"
        if case == "g" or stem == self.one or stem.endswith(_SOFT):
            return self._feminine_genitive(stem)
        return _softened(stem)

    def _feminine_genitive(self, stem: str) -> str:
        if stem == self.one:
            return self.many
        if self.few.endswith(("y", "i")) and not self.many.endswith("ów"):
            return self.few
        if stem.endswith("i"):
            return stem
        return stem + ("i" if stem.endswith(("j", "l", "k", "g")) else "y")

    def _masculine(self, case: Case, living: bool) -> str:
        genitive = _OF_ONE.get(self.one) or self.many.removesuffix("ów") + ("a" if living else "u")
        if self.one not in _OF_ONE and not self.many.endswith("ów"):
            genitive = self.one + ("a" if living else "u")
        stem = genitive[:-1]
        match case:
            case "g":
                return genitive
            case "d":
                return f"{stem}owi"
            case "i":
                return stem + ("iem" if stem.endswith(("k", "g")) else "em")
        return f"{stem}u" if stem.endswith((*_SOFT, "k", "g", "ch")) else _softened(stem)

    def _neuter(self, case: Case) -> str:
        if self.one.endswith("um"):
            return self.one
        root = self.one[:-1]
        match case:
            case "g":
                return f"{root}a"
            case "i":
                return root + ("iem" if root.endswith(("k", "g")) else "em")
        keeps = case == "d" or not self.one.endswith("o") or root.endswith(("k", "g", "ch"))
        return f"{root}u" if keeps else _softened(root)


def _plural(words: list[_Word], case: Case) -> str:
    return " ".join(word.of_more(case) for word in words)


def _softened(stem: str) -> str:
    for hard, soft in _SOFTENED.items():
        if stem.endswith(hard):
            return stem.removesuffix(hard) + soft
    return f"{stem}ie"
