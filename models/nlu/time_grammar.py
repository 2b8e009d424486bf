"""What a run of time words says: patterns over its letters (see `models.nlu.time_words`) to a `Meaning`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from models.nlu.time_words import PARTS, Lexicon, PartOfDay

__all__ = ["Meaning", "Token", "is_time", "read"]

_MOST_MINUTES = 14 * 24 * 60
_MOST_DAYS = 400
_HOUR = 60


@dataclass(frozen=True, slots=True)
class Token:
    """A word or phrase of a reply: its letter, its value, and where it stands; letter ``.`` is any other word."""

    kind: str
    value: float
    start: int
    end: int
    word: str


@dataclass(slots=True)
class Meaning:
    """What a run of tokens says."""

    minutes: float | None = None  # from now
    days: int | None = None  # from today
    weekday: int | None = None
    next_week: bool = False
    period: int | None = None
    month: int | None = None
    month_day: int | None = None
    clock: int | None = None  # minutes of the day, as said
    half: int | None = None  # 0 am, 12 pm, 24 night
    relation: str = ""
    part: PartOfDay | None = None
    same: bool = False

    @property
    def dated(self) -> bool:
        """Whether a day was named."""
        return any(x is not None for x in (self.days, self.weekday, self.period, self.month_day))

    @property
    def empty(self) -> bool:
        """Whether nothing was said."""
        return not (self.dated or self.same or self.part or self.clock is not None or self.minutes is not None)


_DURATION = re.compile(
    r"i?Dl|iD|i(?P<a>n)?n?H?(?P<unit>[uU])|(?P<unit2>[uU])i(?P<b>n)n?|(?P<c>n)n?(?P<unit3>[uU])l|(?P<unit4>[uU])l|iz"
)
_AFTER_DURATION = re.compile(r"a(?P<a>n)n?H?(?P<unit>[uU])|aD")
_DATE = re.compile(r"(?P<d>d)|(?P<xw>x)?y?(?P<w>w)(?P<wx>x)?|(?P<z>z)|(?P<k>k)|x(?P<xu>U)")
_UNMARKED_CLOCK = re.compile(r"hn|qo|nPn|nLn|B[nq]u?n")
_MONTH_DATE = re.compile(r"\^?(?P<o>o)M|M(?P<o2>[on])(?![um])|(?P<o3>o)#|\^(?P<o4>o)")
_NUMBER_MONTH = re.compile(r"(?P<n>n)M")
_CLOCK = re.compile(
    r"(?P<rel>[ab@F])?(?:(?P<c>c)"
    r"|h(?P<half>n)|v(?P<halfto>[on])|q(?P<quarter>o)|(?P<past>n)P(?P<pasth>n)|(?P<to>n)L(?P<toh>n)"
    r"|B(?P<ruto>[nq])u?(?P<rutoh>n)|(?P<rumin>n)u(?P<ruhour>o)"
    r"|(?P<h>n)(?:u(?=n|$|[^i]))?(?P<min>n)?u?|(?P<one>u)(?!i))(?P<m>[mU])?"
)
_ORDINAL_CLOCK = re.compile(r"(?P<rel>[ab@F])(?P<h>o)(?P<min>n)?(?P<m>m)?")
_PART = re.compile(r"(?P<rel>[ab])?@?(?P<p>p)")


def is_time(run: list[Token]) -> bool:
    """Say whether a run holds more than bare numbers and fillers: "two" alone is an amount of anything."""
    letters = _letters_of(run).replace("f", "")
    return any(kind not in "nouUhHqLPBxyi^" for kind in letters) or any(
        pattern.search(letters) for pattern in (_DURATION, _UNMARKED_CLOCK, _MONTH_DATE)
    )


def _letters_of(run: list[Token]) -> str:
    return "".join(token.kind for token in run)


def read(run: list[Token], words: Lexicon) -> Meaning:
    """Read a run of time words: duration, date, part of the day, hour, each at most once, and in any order."""
    tokens = [token for token in run if token.kind != "f"]
    letters = _letters_of(tokens)
    said = Meaning()

    def take(match: re.Match[str]) -> None:
        nonlocal letters
        letters = letters[: match.start()] + "_" * (match.end() - match.start()) + letters[match.end() :]

    def value(match: re.Match[str], *names: str) -> float | None:
        return next((tokens[match.start(n)].value for n in names if n in match.re.groupindex and match[n]), None)

    match = _DURATION.search(letters) or (_AFTER_DURATION.search(letters) if words.after_is_in else None)
    if match is not None and _take_duration(said, match, tokens, value(match, "a", "b", "c")):
        take(match)
    match = _MONTH_DATE.search(letters) or (_NUMBER_MONTH.search(letters) if words.number_month else None)
    if match is not None:
        said.month_day = int(value(match, "o", "o2", "o3", "o4", "n") or 0)
        said.month = next((int(t.value) for t in tokens[match.start() : match.end()] if t.kind == "M"), None)
        take(match)
    match = _DATE.search(letters)
    if match is not None:
        _take_date(said, match, tokens)
        take(match)
    if "s" in letters:
        said.same = True
    match = _PART.search(letters)
    if match is not None:
        said.part = PARTS[int(tokens[match.start("p")].value)]
        said.relation = match["rel"] or ""
        take(match)
    match = _clock(letters, words, said, alone=len(tokens))
    if match is not None:
        _take_clock(said, match, tokens)
    return said


def _take_duration(said: Meaning, match: re.Match[str], tokens: list[Token], amount: float | None) -> bool:
    matched = tokens[match.start() : match.end()]
    whole = next((t for t in matched if t.kind in "Dz"), None)
    if whole is not None and whole.kind == "D":
        said.minutes = whole.value
        return True
    unit = next((t for t in matched if t.kind in "uU"), whole)
    assert unit is not None
    count = 1.0 if amount is None else amount
    if any(t.kind == "H" for t in matched):
        count += 0.5
    total = count * unit.value
    if unit.kind == "u" and 0 < total <= _MOST_MINUTES:
        said.minutes = total
        return True
    if unit.kind in "Uz" and 0 < total <= _MOST_DAYS:
        said.days = max(1, round(total))
        said.same = True
        return True
    return False


def _take_date(said: Meaning, match: re.Match[str], tokens: list[Token]) -> None:
    if match["d"]:
        said.days = int(tokens[match.start("d")].value)
    elif match["w"]:
        said.weekday = int(tokens[match.start("w")].value)
        said.next_week = bool(match["xw"] or match["wx"])
    elif match["k"]:
        said.weekday = int(tokens[match.start("k")].value)
    else:
        said.period = int(tokens[match.start("z") if match["z"] else match.start("xu")].value)


def _clock(letters: str, words: Lexicon, said: Meaning, *, alone: int) -> re.Match[str] | None:
    """Find an hour; a bare number is one only beside a date, a part of the day, or as the whole reply."""
    ordinal = _ORDINAL_CLOCK.search(letters) if words.ordinal_hours else None
    for match in (ordinal,) if ordinal else _CLOCK.finditer(letters):
        if match["rel"] or match["m"] or len(match.group()) > 1 or match.group() == "c":
            return match
        if match.group() == "n" and (said.dated or said.part or alone == 1):
            return match
    return None


def _take_clock(said: Meaning, match: re.Match[str], tokens: list[Token]) -> None:
    values = {name: tokens[match.start(name)].value for name, text in match.groupdict().items() if text}
    if "one" in values and (values["one"] != _HOUR or not match["rel"]):
        return  # "minutes" alone, or «час» with nothing to say that it is one o'clock
    minutes = _clock_minutes(values, counted=match["rel"] == "F")
    if not 0 <= minutes < 25 * _HOUR or minutes != int(minutes):
        return
    said.clock = int(minutes) % (24 * _HOUR)
    said.relation = match["rel"] if match["rel"] in ("a", "b") else ""
    if "m" in values:
        said.half = int(values["m"]) if tokens[match.start("m")].kind == "m" else 12


def _clock_minutes(values: Mapping[str, float], *, counted: bool) -> float:
    """Return minutes of the day, by the name of the form that matched and its numbers.

    Args:
        values: Name of a group of `_CLOCK` → value of its token.
        counted: Whether it is the first of two counts: "from five to six" is five, not five minutes to six.
    """
    for form, shift in (("half", 30), ("halfto", -30), ("quarter", -45)):
        if form in values:
            return _hours(values[form], shift)
    if "toh" in values and (counted or values["to"] % 5):
        return values["to"] * _HOUR
    for hour, minute, sign, shift in (
        ("pasth", "past", 1, 0), ("toh", "to", -1, 0), ("rutoh", "ruto", -1, 0), ("ruhour", "rumin", 1, -_HOUR),
    ):  # fmt: skip
        if hour in values:
            return _hours(values[hour], sign * values[minute] + shift)
    if "c" in values or "one" in values:
        return values.get("c", _HOUR)
    extra = values.get("min", 0)
    return values["h"] * _HOUR + (extra if 10 <= extra < _HOUR else 0)


def _hours(hour: float, minutes: float) -> float:
    """Return minutes of the day; ten to one is in the hour of twelve."""
    return (13 if hour == 1 and minutes < 0 else hour) * _HOUR + minutes
