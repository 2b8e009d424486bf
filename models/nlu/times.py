"""Times as people say them on the phone: "tomorrow after three", «минут через пятнадцать», made an instant to come.

One small grammar for all languages: the words of a reply become letters (`models.nlu.time_words`), runs of letters are
matched by patterns, and what matched is resolved against *now*. It replaces `timesense` (Russian) and `dateparser`,
which were measured first: on the phone replies of the tests they find far fewer, resolve "at three" to the night and
often to the past, and cannot say that "not at five but at six" means six.

What it assumes, as a polite caller would: hours from one to seven are in the afternoon unless the reply says otherwise;
a day without an hour is ten in the morning; a range means its beginning; a time that is past means its next occurrence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from models.nlu.time_words import PARTS, Lexicon, PartOfDay, lexicon
from models.protocols import Entity

__all__ = ["find_times"]

_WORD = re.compile(
    r"\d{1,2}[:.]\d{2}(?!\d)|\d{1,4}(?:st|nd|rd|th|-?го|-?ого|-?е)\b|\d{1,9}|[^\W\d_]+(?:['’][^\W\d_]+)*"
)
_DIGITS = re.compile(r"\d+")
_DAY_MINUTES = 24 * 60
_MOST_MINUTES = 14 * _DAY_MINUTES
_MOST_DAYS = 400
_MORNING_HOUR = 10.0
_DAYTIME_FROM = 8
"""Hours from 1 up to it, said without am or pm, are in the afternoon."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    value: float
    start: int
    end: int
    word: str


@dataclass(slots=True)
class _Meaning:
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
        return any(x is not None for x in (self.days, self.weekday, self.period, self.month_day))

    @property
    def empty(self) -> bool:
        return not (self.dated or self.same or self.part or self.clock is not None or self.minutes is not None)


def find_times(text: str, language: str, now: datetime) -> list[Entity]:
    """Find the times named in a reply.

    Args:
        text: The words, as recognised or typed; numbers in digits or in words.
        language: ``en``, ``ru`` or ``pl``; in others nothing is found.
        now: The instant it was said, aware, in the zone of who said it: the times found are in that zone.

    Returns:
        Entities of type ``time`` in the order of the text, each ISO 8601 with offset and later than ``now``.

    Raises:
        ValueError: ``now`` is naive.
    """
    if now.tzinfo is None or now.utcoffset() is None:
        raise ValueError("`now` is naive: give it the zone of the person who speaks, as in datetime.now(ZoneInfo(…))")
    words = lexicon(language)
    if words is None:
        return []
    found = []
    for run in _runs(_tokens(text, words), words):
        meaning = _read(run, words)
        if meaning.empty:
            continue
        instant = _resolve(meaning, now)
        if instant is not None and instant > now:
            start, end = run[0].start, run[-1].end
            found.append(Entity("time", instant.isoformat(timespec="seconds"), text[start:end], start, end))
    return found


# --- words to letters


def _tokens(text: str, words: Lexicon) -> list[_Token]:
    spans = [(m.start(), m.end(), _plain(m.group())) for m in _WORD.finditer(text)]
    tokens: list[_Token] = []
    at = 0
    while at < len(spans):
        for length in range(min(words.longest, len(spans) - at), 0, -1):
            phrase = " ".join(span[2] for span in spans[at : at + length])
            entry = words.phrases.get(phrase)
            if entry is not None:
                tokens.append(_Token(entry[0], entry[1], spans[at][0], spans[at + length - 1][1], phrase))
                break
        else:
            length = 1
            tokens.append(_single(*spans[at]))
        at += length
    return _joined(tokens)


def _plain(word: str) -> str:
    return word.lower().replace("ё", "е").replace("'", "").replace("’", "")


def _single(start: int, end: int, word: str) -> _Token:
    """Read digits; any other word is a break, ``.``."""
    if not word[0].isdigit():
        return _Token(".", 0, start, end, word)
    if ":" in word or "." in word:
        hour, minute = (int(part) for part in re.split(r"[:.]", word))
        if hour < 24 and minute < 60:
            return _Token("c", hour * 60 + minute, start, end, word)
        return _Token(".", 0, start, end, word)
    number = _DIGITS.match(word)
    assert number is not None
    return _Token("n" if number.end() == len(word) else "o", int(number.group()), start, end, word)


def _joined(tokens: list[_Token]) -> list[_Token]:
    """Join tens and units of numbers in words: twenty + five."""
    joined: list[_Token] = []
    for token in tokens:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.kind == token.kind == "n"
            and last.value in (20, 30, 40, 50)
            and 1 <= token.value <= 9
            and token.value == int(token.value)
            and not last.word[0].isdigit()
            and not token.word[0].isdigit()
        ):
            joined[-1] = _Token("n", last.value + token.value, last.start, token.end, f"{last.word} {token.word}")
        else:
            joined.append(token)
    return joined


def _runs(tokens: list[_Token], words: Lexicon) -> Iterator[list[_Token]]:
    """Give runs of time words that may be one time each: cut at other words, and where a negation takes them back."""
    run: list[_Token] = []
    before = ""
    bare = all(t.kind in "nfucpm@ohvBqPLab" for t in tokens)
    for index, token in enumerate((*tokens, _Token(".", 0, 0, 0, ""))):
        if token.kind not in ".NX":
            run.append(token)
            continue
        if token.kind == "N" and run and run[-1].kind == "n":
            run.pop()
            if run and run[-1].kind in "@ab":
                run.pop()
        while run and run[-1].kind in "f@yx^i" and not (run[-1].kind == "i" and len(run) > 1 and run[-2].kind == "u"):
            run.pop()
        while run and run[0].kind in "f":
            run.pop(0)
        alone = bare and index == len(tokens)
        if run and token.kind != "X" and before not in words.negations and (alone or _marked(run)):
            yield run
        run, before = [], ("" if token.kind == "X" else token.word)
    return


def _marked(run: list[_Token]) -> bool:
    """Say whether a run holds more than bare numbers and fillers: "two" alone is an amount of anything."""
    letters = _letters(run).replace("f", "")
    return any(kind not in "nouUhHqLPBxyi^" for kind in letters) or any(
        pattern.search(letters) for pattern in (_DURATION, _UNMARKED_CLOCK, _MONTH_DATE)
    )


# --- letters to meaning

_DURATION = re.compile(
    r"i?Dl|iD|i(?P<a>n)?n?H?(?P<unit>[uU])(?:n(?=$|[^nmup])(?!u))?|(?P<unit2>[uU])i(?P<b>n)n?|(?P<c>n)n?(?P<unit3>[uU])l|(?P<unit4>[uU])l|iz"
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


def _letters(run: list[_Token]) -> str:
    return "".join(token.kind for token in run)


def _read(run: list[_Token], words: Lexicon) -> _Meaning:
    tokens = [token for token in run if token.kind != "f"]
    letters = _letters(tokens)
    said = _Meaning()

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


def _take_duration(said: _Meaning, match: re.Match[str], tokens: list[_Token], amount: float | None) -> bool:
    matched = tokens[match.start() : match.end()]
    whole = next((t for t in matched if t.kind in "Dz"), None)
    if whole is not None and whole.kind == "D":
        said.minutes = whole.value
        return True
    unit = next((t for t in matched if t.kind in "uU"), whole)
    assert unit is not None
    count = 1.0 if amount is None else amount
    if amount is None and unit.kind == "u" and matched[-1].kind == "n":
        count = matched[-1].value  # «через час полтора» says two counts; the first is kept
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


def _take_date(said: _Meaning, match: re.Match[str], tokens: list[_Token]) -> None:
    if match["d"]:
        said.days = int(tokens[match.start("d")].value)
    elif match["w"]:
        said.weekday = int(tokens[match.start("w")].value)
        said.next_week = bool(match["xw"] or match["wx"])
    elif match["k"]:
        said.weekday = int(tokens[match.start("k")].value)
    else:
        said.period = int(tokens[match.start("z") if match["z"] else match.start("xu")].value)


def _clock(letters: str, words: Lexicon, said: _Meaning, *, alone: int) -> re.Match[str] | None:
    """Find an hour; a bare number is one only beside a date, a part of the day, or as the whole reply."""
    ordinal = _ORDINAL_CLOCK.search(letters) if words.ordinal_hours else None
    for match in (ordinal,) if ordinal else _CLOCK.finditer(letters):
        if match["rel"] or match["m"] or len(match.group()) > 1 or match.group() == "c":
            return match
        if match.group() == "n" and (said.dated or said.part or alone == 1):
            return match
    return None


def _take_clock(said: _Meaning, match: re.Match[str], tokens: list[_Token]) -> None:
    groups = match.groupdict()

    def at(name: str) -> float | None:
        return tokens[match.start(name)].value if groups.get(name) else None

    def pick(hour: str, minutes: float) -> float:
        hours = at(hour) or 0
        return (13 if hours == 1 and minutes < 0 else hours) * 60 + minutes  # ten to one is in the twelfth hour

    if groups.get("c"):
        minutes: float = at("c") or 0
    elif groups.get("half"):
        minutes = pick("half", 30)
    elif groups.get("halfto"):
        minutes = pick("halfto", -30)
    elif groups.get("quarter"):
        minutes = pick("quarter", -45)
    elif groups.get("pasth"):
        minutes = pick("pasth", at("past") or 0)
    elif groups.get("toh"):
        minutes = pick("toh", -(at("to") or 0)) if (at("to") or 0) % 5 == 0 and match["rel"] != "F" else pick("to", 0)
    elif groups.get("rutoh"):
        minutes = pick("rutoh", -(at("ruto") or 0))
    elif groups.get("ruhour"):
        minutes = pick("ruhour", (at("rumin") or 0) - 60)
    elif groups.get("one"):
        if tokens[match.start("one")].value != 60 or not match["rel"]:
            return
        minutes = 60
    else:
        extra = at("min") or 0
        minutes = pick("h", extra if 10 <= extra < 60 else 0)
    if not 0 <= minutes < 25 * 60 or minutes != int(minutes):
        return
    said.clock = int(minutes) % _DAY_MINUTES
    relation = groups.get("rel") or ""
    said.relation = relation if relation in "ab" else ""
    if groups.get("m"):
        token = tokens[match.start("m")]
        said.half = int(token.value) if token.kind == "m" else 12


# --- meaning to an instant


def _resolve(said: _Meaning, now: datetime) -> datetime | None:
    try:
        if said.minutes is not None:
            return (now.astimezone(UTC) + timedelta(minutes=said.minutes)).astimezone(now.tzinfo)
        day = _day(said, now)
        minutes, later_same_day = _minutes(said, now, today=day in (None, now.date()))
        instant = _at(day or now.date(), minutes, now)
        if instant > now:
            return instant
        if later_same_day is not None and (pushed := _at(day or now.date(), later_same_day, now)) > now:
            return pushed
        step = 7 if said.weekday is not None else 1
        return _at((day or now.date()) + timedelta(days=step), minutes, now)
    except (OverflowError, ValueError):
        return None


def _at(day: date, minutes: int, now: datetime) -> datetime:
    """Return that local time of that day; one that the clock change leaves out is moved past the gap."""
    moved = day + timedelta(days=minutes // _DAY_MINUTES)
    local = datetime.combine(moved, time(minutes % _DAY_MINUTES // 60, minutes % 60), tzinfo=now.tzinfo)
    return local.astimezone(UTC).astimezone(now.tzinfo)


def _day(said: _Meaning, now: datetime) -> date | None:
    today = now.date()
    if said.month_day is not None:
        return _month_day(said.month, said.month_day, today)
    if said.weekday is not None:
        ahead = (said.weekday - today.weekday()) % 7 or 7
        if said.next_week or said.period == 7:
            ahead = 7 - today.weekday() + said.weekday
        return today + timedelta(days=ahead)
    if said.period == 7:
        return today + timedelta(days=7 - today.weekday())
    if said.period is not None and said.period >= 30:
        return (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    if said.period is not None:
        return today + timedelta(days=said.period)
    if said.days is not None:
        return today + timedelta(days=said.days)
    return None


def _month_day(month: int | None, day: int, today: date) -> date | None:
    """Return the next such date, of that month or of any."""
    for ahead in range(0, 49):
        years, index = divmod(today.month - 1 + ahead, 12)
        if month is not None and index + 1 != month:
            continue
        try:
            candidate = date(today.year + years, index + 1, day)
        except ValueError:
            continue
        if candidate > today:
            return candidate
    return None


def _minutes(said: _Meaning, now: datetime, *, today: bool) -> tuple[int, int | None]:
    """Return the minutes of the day meant, and what they may mean instead when that is past today."""
    if said.clock is not None:
        return _hour(said, now, today=today)
    if said.part is not None:
        hour = {"a": said.part.after, "b": said.part.before}.get(said.relation, said.part.hour)
        soon = now.hour * 60 + now.minute + 60
        still = soon if today and not said.relation and soon < said.part.ends * 60 else None
        return round(hour * 60), still
    if said.same:
        return now.hour * 60 + now.minute, None
    if said.days == 0:
        soon = now.hour * 60 + now.minute + 120
        return (soon if soon < 21 * 60 else round(_MORNING_HOUR * 60)), None
    return round(_MORNING_HOUR * 60), None


def _hour(said: _Meaning, now: datetime, *, today: bool) -> tuple[int, int | None]:
    assert said.clock is not None
    minutes = said.clock
    half_day = _DAY_MINUTES // 2
    later: int | None = None
    small = minutes < half_day + 60 and minutes >= 60  # 1:00 to 12:59, which a clock shows twice
    if said.half is not None:
        if said.half == 12:
            minutes = minutes % half_day + half_day if small else minutes
        elif said.half == 24:  # «два часа ночи» is after midnight, «одиннадцать ночи» before
            minutes = minutes % half_day + (half_day if minutes % half_day >= 9 * 60 else 0) if small else minutes
        elif small:
            minutes %= half_day
    elif said.part is not None and small:
        evening = said.part.hour >= 13 or (said.part.hour >= 12 and minutes < 6 * 60)
        if evening and minutes < half_day:
            minutes += half_day
        elif not evening and said.part.ends <= 12:
            minutes %= half_day
    elif 60 <= minutes < _DAYTIME_FROM * 60:
        minutes += half_day
    elif _DAYTIME_FROM * 60 <= minutes < half_day and today:
        later = minutes + half_day if said.days == 0 or minutes < 10 * 60 else None
    if said.relation == "b":
        minutes = max(0, minutes - 60)
        later = later - 60 if later is not None else None
    return minutes, later
