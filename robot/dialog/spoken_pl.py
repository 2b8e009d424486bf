"""Values said in Polish: cases, genders and the twenty-four-hour clock in ordinals."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from robot.dialog.spoken import Wording, at_instant, names_year, shown_amount, units_and_parts
from robot.dialog.spoken_codes import spelt_address, spelt_code, spelt_phone
from robot.dialog.spoken_nouns import Case, Noun, noun
from robot.dialog.spoken_pl_grammar import cardinal, case_after, case_of_counted, counted, decimal, ordinal, year
from robot.dialog.spoken_pl_nouns import read_noun
from robot.script.facts import Money

__all__ = ["Polish"]

_ZLOTY: Final = noun(
    "m", "złoty złotego złotemu złoty złotym złotym", "złote", "złotych", "złotym złotymi złotych"
)  # fmt: skip
_GROSZ: Final = noun("m", "grosz grosza groszowi grosz groszem groszu", "grosze", "groszy", "groszom groszami groszach")
_RUBLE: Final = noun("m", "rubel rubla rublowi rubel rublem rublu", "ruble", "rubli", "rublom rublami rublach")
_KOPECK: Final = noun(
    "f",
    "kopiejka kopiejki kopiejce kopiejkę kopiejką kopiejce",
    "kopiejki",
    "kopiejek",
    "kopiejkom kopiejkami kopiejkach",
)
_DOLLAR: Final = noun(
    "m", "dolar dolara dolarowi dolar dolarem dolarze", "dolary", "dolarów", "dolarom dolarami dolarach"
)
_CENT: Final = noun("m", "cent centa centowi cent centem cencie", "centy", "centów", "centom centami centach")
_POUND: Final = noun("m", "funt funta funtowi funt funtem funcie", "funty", "funtów", "funtom funtami funtach")
_PENNY: Final = noun("m", "pens pensa pensowi pens pensem pensie", "pensy", "pensów", "pensom pensami pensach")
_EURO: Final = noun("n", "euro euro euro euro euro euro", "euro", "euro", "euro euro euro")
_UNITS: Final[dict[str, tuple[Noun, Noun, str]]] = {
    "PLN": (_ZLOTY, _GROSZ, "zł"),
    "EUR": (_EURO, _CENT, "€"),
    "USD": (_DOLLAR, _CENT, "$"),
    "GBP": (_POUND, _PENNY, "£"),
    "RUB": (_RUBLE, _KOPECK, "₽"),
}
_MONTHS: Final = (
    "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca",
    "lipca", "sierpnia", "września", "października", "listopada", "grudnia",
)  # fmt: skip
_ON_WEEKDAY: Final = (
    "w poniedziałek", "we wtorek", "w środę", "w czwartek", "w piątek", "w sobotę", "w niedzielę",
)  # fmt: skip
_NEAR: Final = {0: "dzisiaj", 1: "jutro", 2: "pojutrze"}
_CASE_OF_DAY: Final[dict[str, Case]] = {
    **dict.fromkeys(("przed", "między", "nad"), "i"),
    **dict.fromkeys(("po", "przy"), "p"),
    **dict.fromkeys(("dzięki", "ku"), "d"),
    **dict.fromkeys(("jest", "dziś", "dzisiaj", "jutro", "pojutrze", "to"), "n"),
}
"""What a word asks of the date after it; others have the genitive, which “do”, “od” and “on that day” take."""
_DIGITS: Final = ("zero", "jeden", "dwa", "trzy", "cztery", "pięć", "sześć", "siedem", "osiem", "dziewięć")
_SIGNS: Final = {"@": "małpa", ".": "kropka", "_": "podkreślnik", "-": "myślnik", "+": "plus"}


class Polish:
    """Says values in Polish."""

    def number(self, value: Decimal, before: str) -> Wording:
        """Say a number, in the case that the word before it asks for."""
        return Wording(decimal(value, case_after(before)), _shown(value))

    def counted(self, value: Decimal, forms: tuple[str, ...], before: str) -> Wording:
        """Say a number with its noun: “dwie wizyty”, “do pięciu wizyt”, “półtorej godziny”."""
        forms = tuple(form for form in forms if form.strip())
        if not forms:
            return self.number(value, before)
        thing = read_noun(forms)
        words, noun_form = counted(value, thing, case_of_counted(thing, before))
        return Wording(f"{words} {noun_form}", f"{_shown(value)}\u00a0{noun_form}")

    def money(self, value: Money, before: str) -> Wording:
        """Say an amount, in the case that the word before it asks for; “po” shares out: “po sto złotych”."""
        if value.currency is None:
            return self.number(value.amount, before)
        whole, part, sign = _UNITS[value.currency]
        units, parts = (Decimal(number) for number in units_and_parts(value.amount))
        case: Case = "a" if re.search(r"\bpo\s*\Z", before.lower()) else case_after(before)
        amounts = [(units, whole)] if units or not parts else []
        amounts += [(parts, part)] if parts else []
        words = [word for number, thing in amounts for word in counted(number, thing, case)]
        return Wording(" ".join(words), f"{_shown(value.amount, places=2)}\u00a0{sign}")

    def day(self, value: date, today: date, before: str = "") -> Wording:
        """Say a date in the case that the word before it asks for: “do pierwszego marca”, “po pierwszym marca”."""
        word = re.search(r"(\w+)\s*\Z", before.lower())
        case = _CASE_OF_DAY.get(word[1], "g") if word else "g"
        month = _MONTHS[value.month - 1]
        text, shown = f"{ordinal(value.day, case)} {month}", f"{value.day} {month}"
        if names_year(value, today):
            text, shown = f"{text} {year(value.year)} roku", f"{shown} {value.year} roku"
        return Wording(text, shown)

    def time(self, value: datetime, now: datetime) -> Wording:
        """Say an instant: “jutro o piętnastej”, “w środę, drugiego grudnia, o dziesiątej trzydzieści”."""
        return at_instant(
            value,
            now,
            near=_NEAR,
            weekday=_ON_WEEKDAY[value.weekday()],
            day=self.day(value.date(), now.date()),
            clock=Wording(f"o {_clock(value.hour, value.minute)}", f"o {value:%H:%M}"),
        )

    def phone(self, value: str) -> Wording:
        """Say a phone digit by digit: “plus cztery osiem, pięć jeden dwa, trzy cztery pięć, sześć siedem osiem”."""
        return spelt_phone(value, "plus", _spelt, _DIGITS)

    def digits(self, value: str) -> Wording:
        """Say a code digit by digit: “cztery jeden dwa, zero zero siedem”."""
        return spelt_code(value, _DIGITS)

    def email(self, value: str) -> Wording:
        """Say an address: “anna kropka smith małpa mail kropka ru”."""
        return spelt_address(value, _SIGNS, _DIGITS)


def _shown(value: Decimal, places: int = 0) -> str:
    return shown_amount(value, point=",", places=places)


def _spelt(digits: str) -> str:
    return spelt_code(digits, _DIGITS).text


def _clock(hour: int, minute: int) -> str:
    if hour == minute == 0:
        return "północy"
    hours = ordinal(hour, "p", "f")
    if minute == 0:
        return hours
    minutes = "zero jeden" if minute == 1 else f"{'zero ' if minute < 10 else ''}{cardinal(minute, 'n', 'f')}"
    return f"{hours} {minutes}"
