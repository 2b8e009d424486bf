"""Times as people say them. Now is Monday, 23 November 2026, two in the afternoon in Moscow."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.nlu.time_words import lexicon
from models.nlu.times import find_times

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=MOSCOW)

ENGLISH = {
    # days and hours, in either order
    "tomorrow after three": "24.11 15:00",
    "after three tomorrow": "24.11 15:00",
    "could you ring me tomorrow at ten please": "24.11 10:00",
    "tomorrow": "24.11 10:00",
    "the day after tomorrow at noon": "25.11 12:00",
    "tomorrow morning at nine": "24.11 09:00",
    "on monday morning": "30.11 10:00",
    "friday afternoon": "27.11 15:00",
    "wednesday": "25.11 10:00",
    "next friday at two": "04.12 14:00",
    "next week": "30.11 10:00",
    "the weekend": "28.11 10:00",
    "on the fifth of march": "05.03 10:00",
    "march 5th at 3 pm": "05.03 15:00",
    # hours alone: one to seven are in the afternoon, and what is past is tomorrow
    "at 6 pm": "23.11 18:00",
    "6pm": "23.11 18:00",
    "at six p.m.": "23.11 18:00",
    "18:30": "23.11 18:30",
    "at eight": "23.11 20:00",
    "any time after four": "23.11 16:00",
    "half past six tomorrow": "24.11 18:30",
    "quarter to five": "23.11 16:45",
    "ten past eight in the morning": "24.11 08:10",
    "seven in the morning": "24.11 07:00",
    "at half past two in the afternoon": "23.11 14:30",
    "at about six thirty pm": "23.11 18:30",
    "two": "24.11 14:00",
    "between five and six": "23.11 17:00",
    "no earlier than ten tomorrow": "24.11 10:00",
    "i'm busy till five": "23.11 17:00",
    # parts of the day
    "tonight": "23.11 19:00",
    "in the evening": "23.11 19:00",
    "after work": "23.11 18:30",
    "after lunch": "24.11 14:00",
    "before lunch": "24.11 11:00",
    "tomorrow evening around seven": "24.11 19:00",
    "later today": "23.11 16:00",
    # from now
    "in half an hour": "23.11 14:30",
    "in two hours": "23.11 16:00",
    "in an hour and a half": "23.11 15:30",
    "in a couple of hours": "23.11 16:00",
    "call me in twenty five minutes": "23.11 14:25",
    "in 15 minutes": "23.11 14:15",
    "an hour from now": "23.11 15:00",
    "twenty minutes later": "23.11 14:20",
    "in three or four days": "26.11 14:00",
    "in a week": "30.11 14:00",
    "same time tomorrow": "24.11 14:00",
    # corrections
    "not at five but at six": "23.11 18:00",
    "not tomorrow on friday": "27.11 10:00",
    "why not tomorrow": "24.11 10:00",
}

RUSSIAN = {
    "завтра после трёх": "24.11 15:00",
    "после трёх завтра": "24.11 15:00",
    "завтра": "24.11 10:00",
    "завтра с утра": "24.11 10:00",
    "завтра в десять утра": "24.11 10:00",
    "завтра ближе к вечеру": "24.11 19:00",
    "послезавтра в обед": "25.11 13:00",
    "в понедельник утром": "30.11 10:00",
    "в субботу днём": "28.11 15:00",
    "в пятницу вечером часов в семь": "27.11 19:00",
    "в следующую среду": "02.12 10:00",
    "на следующей неделе": "30.11 10:00",
    "на выходных": "28.11 10:00",
    "пятого марта": "05.03 10:00",
    "5 марта в 15:00": "05.03 15:00",
    "двадцать третьего числа": "23.12 10:00",
    "после шести": "23.11 18:00",
    "к пяти": "23.11 17:00",
    "часов в пять": "23.11 17:00",
    "часиков в шесть": "23.11 18:00",
    "в три часа дня": "23.11 15:00",
    "в восемь вечера": "23.11 20:00",
    "в одиннадцать тридцать": "24.11 11:30",
    "не раньше двенадцати": "24.11 12:00",
    "в час": "24.11 13:00",
    "в полшестого": "23.11 17:30",
    "в полпервого": "24.11 12:30",
    "в половине седьмого": "23.11 18:30",
    "четверть шестого": "23.11 17:15",
    "без пятнадцати шесть": "23.11 17:45",
    "без четверти пять": "23.11 16:45",
    "от пяти до шести": "23.11 17:00",
    "вечером": "23.11 19:00",
    "сегодня вечером": "23.11 19:00",
    "после обеда": "24.11 14:00",
    "до обеда": "24.11 11:00",
    "после работы": "23.11 18:30",
    "в это же время": "24.11 14:00",
    "завтра в это же время": "24.11 14:00",
    "через полчаса": "23.11 14:30",
    "через час": "23.11 15:00",
    "часа через два": "23.11 16:00",
    "через полтора часа": "23.11 15:30",
    "минут через пятнадцать": "23.11 14:15",
    "через двадцать пять минут": "23.11 14:25",
    "через 2 часа": "23.11 16:00",
    "через три-четыре дня": "26.11 14:00",
    "дня через три": "26.11 14:00",
    "через пару дней": "25.11 14:00",
    "через неделю": "30.11 14:00",
    "нет не в пять а в шесть": "23.11 18:00",
}

POLISH = {
    "jutro po trzeciej": "24.11 15:00",
    "jutro o dziesiątej": "24.11 10:00",
    "o piętnastej": "23.11 15:00",
    "o wpół do szóstej": "23.11 17:30",
    "pojutrze": "25.11 10:00",
    "w poniedziałek rano": "30.11 10:00",
    "w piątek po szóstej": "27.11 18:00",
    "wieczorem": "23.11 19:00",
    "po południu": "23.11 15:00",
    "za pół godziny": "23.11 14:30",
    "za dwie godziny": "23.11 16:00",
    "za tydzień": "30.11 14:00",
    "w przyszłym tygodniu": "30.11 10:00",
    "5 marca": "05.03 10:00",
}

TABLE = [
    pytest.param(language, text, meant, id=text)
    for language, rows in (("en", ENGLISH), ("ru", RUSSIAN), ("pl", POLISH))
    for text, meant in rows.items()
]


@pytest.mark.parametrize(("language", "text", "meant"), TABLE)
def test_what_is_said_is_resolved(language: str, text: str, meant: str) -> None:
    (found,) = find_times(text, language, NOW)
    assert f"{datetime.fromisoformat(found.value):%d.%m %H:%M}" == meant
    assert found.type == "time"
    assert text[found.start : found.end] == found.text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "i have two kids"), ("en", "yesterday"), ("en", "two hours ago"), ("en", "not tomorrow"), ("en",
            "may i ask"),
        ("en", "give me a second"), ("en", "five percent"), ("en", ""), ("en", "yes please"), ("en", "one of us"),
        ("ru", "в два раза дешевле"), ("ru", "мне двадцать лет"), ("ru", "два часа назад"), ("ru", "да"), ("ru",
            "только не завтра"),
        ("pl", "nie wiem"), ("de", "morgen um drei"),
    ],
)  # fmt: skip
def test_what_is_no_time_is_none(language: str, text: str) -> None:
    assert find_times(text, language, NOW) == []


def test_two_times_are_two_entities() -> None:
    found = find_times("tomorrow at ten or maybe call me on friday at six", "en", NOW)
    assert [datetime.fromisoformat(e.value).strftime("%d.%m %H:%M") for e in found] == ["24.11 10:00", "27.11 18:00"]


def test_the_instant_has_the_zone_of_who_speaks() -> None:
    there = NOW.astimezone(ZoneInfo("Asia/Vladivostok"))  # nine in the evening
    (found,) = find_times("завтра в десять", "ru", there)
    assert found.value == "2026-11-24T10:00:00+10:00"


def test_durations_cross_a_clock_change_by_elapsed_time() -> None:
    before = datetime(2026, 3, 29, 1, 30, tzinfo=ZoneInfo("Europe/Warsaw"))  # at 2:00 it becomes 3:00
    (found,) = find_times("in two hours", "en", before)
    assert found.value == "2026-03-29T04:30:00+02:00"


def test_an_hour_that_the_clock_change_leaves_out_is_moved_past_it() -> None:
    before = datetime(2026, 3, 28, 12, 0, tzinfo=ZoneInfo("Europe/Warsaw"))
    (found,) = find_times("tomorrow at two at night", "en", before) or find_times("tomorrow at 2:30 am", "en", before)
    assert datetime.fromisoformat(found.value).astimezone(UTC) > before


def test_an_hour_that_is_past_today_is_its_next_occurrence() -> None:
    evening = NOW.replace(hour=20, minute=30)
    (found,) = find_times("at six", "en", evening)
    assert found.value.startswith("2026-11-24T18:00")
    (tonight,) = find_times("tonight", "en", evening)
    assert tonight.value.startswith("2026-11-23T21:30")  # the evening has begun: an hour from now


def test_a_naive_now_is_refused_with_a_remedy() -> None:
    with pytest.raises(ValueError, match="naive"):
        find_times("tomorrow", "en", datetime(2026, 11, 23))


def _said(language: str) -> st.SearchStrategy[str]:
    words = lexicon(language)
    assert words is not None
    known = st.sampled_from(sorted(words.phrases))
    return st.lists(
        known | st.integers(0, 99999).map(str) | st.sampled_from(["и", "but", "5th", "25:61", "7:30"]), max_size=8
    ).map(" ".join)


@pytest.mark.parametrize("language", ["en", "ru", "pl"])
@given(data=st.data())
def test_any_words_of_time_give_the_future_or_nothing(language: str, data: st.DataObject) -> None:
    text = data.draw(_said(language) | st.text(max_size=40))
    zone = ZoneInfo(data.draw(st.sampled_from(["Europe/Moscow", "America/New_York", "Pacific/Apia", "Europe/Warsaw"])))
    now = data.draw(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(zone)))
    for found in find_times(text, language, now):
        instant = datetime.fromisoformat(found.value)
        assert instant > now
        assert instant < now + timedelta(days=5 * 366)
        assert text[found.start : found.end] == found.text
