"""From what was said of a time to the instant meant: the next one to come, in the zone of who said it."""

from datetime import UTC, date, datetime, time, timedelta

from models.nlu.time_grammar import Meaning

__all__ = ["resolve"]

_DAY_MINUTES = 24 * 60
_MORNING_HOUR = 10.0
_DAYTIME_FROM = 8
"""Hours from 1 up to it, said without am or pm, are in the afternoon."""


def resolve(said: Meaning, now: datetime) -> datetime | None:
    """Return the next instant after ``now`` (aware) that is meant, in its zone; `None` beyond the calendar's end."""
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


def _day(said: Meaning, now: datetime) -> date | None:
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


def _minutes(said: Meaning, now: datetime, *, today: bool) -> tuple[int, int | None]:
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


def _hour(said: Meaning, now: datetime, *, today: bool) -> tuple[int, int | None]:
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
