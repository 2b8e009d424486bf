"""A noun as numbers want it in Russian and Polish, where one, two and five ask for different forms of it."""

from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["CASES", "Case", "Gender", "Noun", "noun"]

Case = Literal["n", "g", "d", "a", "i", "p"]
"""Nominative, genitive, dative, accusative, instrumental, prepositional (in Polish: locative)."""
Gender = Literal["m", "f", "n"]
CASES: Final[tuple[Case, ...]] = ("n", "g", "d", "a", "i", "p")
Amount = Literal["one", "few", "many", "plural"]


@dataclass(frozen=True, slots=True)
class Noun:
    """One noun.

    Attributes:
        gender: Which the number takes.
        one: In the singular, in the order of `CASES`.
        few: After two, three and four.
        many: After five and more: the genitive plural.
        plural: In the plural: dative, instrumental, prepositional.
        living: Whether the accusative is the genitive: people in Polish, people and animals in Russian.
        collective: Whether collective numbers count it: «двое суток», “dwoje dzieci”.
    """

    gender: Gender
    one: tuple[str, ...]
    few: str
    many: str
    plural: tuple[str, str, str]
    living: bool = False
    collective: bool = False

    def form(self, amount: Amount, case: Case) -> str:
        """Return the form for an amount; the case matters for “one” and “plural” alone."""
        match amount:
            case "one":
                return self.one[CASES.index(case)]
            case "few":
                return self.few
            case "many":
                return self.many
        return self.plural[("d", "i", "p").index(case)]


def noun(gender: Gender, one: str, few: str, many: str, plural: str) -> Noun:
    """Write a noun out: six cases of one, the forms after two and after five, three cases of the plural."""
    dative, instrumental, prepositional = plural.split()
    return Noun(gender, tuple(one.split()), few, many, (dative, instrumental, prepositional))
