"""Plans are read from YAML, and every mistake is told with file, line and key."""

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from robot.campaign.errors import PlanError
from robot.campaign.load import load_plan, read_plan
from robot.campaign.plan import CampaignPlan, Retry
from robot.words import Disposition, Result

WHOLE = """\
name: autumn
script: return.en
trunk: main
until: 2026-12-01 20:00
zone: Europe/Moscow
windows:
  - {days: [1, 2, 3, 4, 5], opens: 10:30, closes: 20:00}
  - {days: [6], opens: 11:00, closes: 18:00}
most_attempts: 4
retry:
  busy: {after: 5, times: 9}
retry_after_talk:
  voicemail: {after: 60, times: 1}
"""


def test_a_whole_plan() -> None:
    plan = read_plan(WHOLE, "plan.yaml")
    assert plan.until == datetime(2026, 12, 1, 17, 0, tzinfo=UTC)  # without a zone it is read in the plan's
    assert plan.windows[0].opens == time(10, 30)
    assert plan.retry[Result.BUSY] == Retry(after=5, times=9)


def test_what_is_left_out_keeps_its_default() -> None:
    plan, default = read_plan(WHOLE, "plan.yaml"), CampaignPlan(name="a", script="b", trunk="c")
    assert plan.retry[Result.NO_ANSWER] == default.retry[Result.NO_ANSWER]
    assert plan.retry_after_talk[Disposition.SILENT] == default.retry_after_talk[Disposition.SILENT]
    assert read_plan("name: a\nscript: b\ntrunk: c\n", "plan.yaml") == default


def test_names_that_look_like_something_else_stay_text() -> None:
    plan = read_plan("name: 2026\nscript: no\ntrunk: 012\n", "plan.yaml")
    assert (plan.name, plan.script, plan.trunk) == ("2026", "no", "012")


def test_an_until_without_any_zone_is_read_in_the_settings_zone() -> None:
    plan = read_plan("name: a\nscript: b\ntrunk: c\nuntil: 2026-12-01 20:00\n", "plan.yaml", "Asia/Omsk")
    assert plan.until == datetime(2026, 12, 1, 14, 0, tzinfo=UTC)


def test_a_script_that_lies_beside_the_plan_is_found_from_anywhere(tmp_path: Path) -> None:
    (tmp_path / "short.yaml").write_text("script: short")
    (tmp_path / "plan.yaml").write_text("name: a\nscript: short.yaml\ntrunk: c\n", encoding="utf-8-sig")
    assert load_plan(tmp_path / "plan.yaml").script == str((tmp_path / "short.yaml").resolve())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "plan.yaml:1: the file holds no plan"),
        ("- a", "plan.yaml:1: the file holds no plan"),
        ("name: [", "this is not YAML"),
        ("name: a\nscript: b", "plan.yaml:1: trunk: the key is missing"),
        ("name: a\nname: b", "plan.yaml:2: name: the key stands here twice"),
        (WHOLE + "trunc: x", "plan.yaml:14: trunc: there is no such key. Did you mean “trunk”"),
        (WHOLE.replace("busy", "buzy"), "plan.yaml:11: retry.buzy: there is no such word. Did you mean “busy”"),
        (WHOLE.replace("voicemail", "voicemial"), "plan.yaml:13: retry_after_talk.voicemial: there is no such word"),
        (WHOLE.replace("after: 5", "after: soon"), "plan.yaml:11: retry.busy.after: a number of seconds"),
        (WHOLE.replace("after: 5", "aftr: 5"), "plan.yaml:11: retry.busy.aftr: there is no such key"),
        (WHOLE.replace("opens: 11:00", "opens: early"), "plan.yaml:8: windows.1.opens: a time of day"),
        (WHOLE.replace("days: [6]", "days: [0]"), "plan.yaml:8: windows.1.days: days are numbers from 1 (Monday)"),
        (WHOLE.replace("days: [6]", "days: []"), "plan.yaml:8: windows.1.days"),
        (WHOLE.replace("zone: Europe/Moscow", "zone: Moscow"), "plan.yaml:5: zone: 'Moscow' is no time zone"),
        (WHOLE.replace("2026-12-01 20:00", "soon"), "plan.yaml:4: until: a date and a time"),
        (WHOLE.replace("most_attempts: 4", "most_attempts: 0"), "plan.yaml:9: most_attempts"),
        ("name: a\nscript: b\ntrunk: c\nwindows: []\n", "plan.yaml:4: windows: without a window nobody is ever called"),
        ("a: &a [*a]", "plan.yaml"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(PlanError) as raised:
        read_plan(text, "plan.yaml")
    assert told in str(raised.value)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(PlanError) as raised:
        read_plan("name: a\nscrip: b\ntrunk: c\nmost_attempts: x\n", "plan.yaml")
    assert len(str(raised.value).splitlines()) == 3


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"no\.yaml"):
        load_plan(tmp_path / "no.yaml")
    (tmp_path / "bad.yaml").write_bytes("имя: ё".encode("cp1251"))
    with pytest.raises(PlanError, match="UTF-8"):
        load_plan(tmp_path / "bad.yaml")
