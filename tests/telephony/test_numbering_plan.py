"""The Russian numbering plan: its file with all its quirks, and the zones of its regions."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from telephony.numbering_plan import NumberingPlan, NumberingPlanError, zone_of_region

HEADER = "АВС/ DEF;От;До;Емкость;Оператор;Регион;ИНН\n"
ROWS = (
    '900;0;61999;62000;"ООО ""Т2 Мобайл""";Краснодарский край;7743895280\n'
    "900;62000;62999;1000;Оператор;Омская обл.;1\n"
    "\n"
    "926;0;9999999;10000000;Оператор;г. Москва * Московская область;1\n"
)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1251"])
def test_a_file_is_read_in_every_encoding_it_comes_in(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "DEF-9xx.csv"
    file.write_text(HEADER + ROWS, encoding=encoding)
    plan = NumberingPlan.load(file)
    assert plan.region("+79000061999") == "Краснодарский край"
    assert plan.region("+79000062000") == "Омская обл."
    assert plan.zone("+79000062000") == "Asia/Omsk"
    assert plan.region("+79000063000") is None  # between two ranges
    assert plan.region("+78999999999") is None  # before the first
    assert plan.region("+79999999999") is None  # after the last
    assert plan.region("+48512345678") is None
    assert plan.zone("+79261234567") == "Europe/Moscow"


def test_a_folder_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "DEF.csv").write_text(HEADER + "926;0;9;10;x;Томская обл.;1\n")
    (tmp_path / "ABC.csv").write_text(HEADER + "495;0;9;10;x;г. Москва;1\n")
    plan = NumberingPlan.load(tmp_path)
    assert plan.zone("+79260000005") == "Asia/Tomsk"
    assert plan.zone("+74950000009") == "Europe/Moscow"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("name,phone\nx,1\n", r"plan\.csv:1: no numbering plan"),
        (HEADER + ROWS + "9ab;0;9;10;x;y;1\n", r"plan\.csv:6: a range of numbers"),
        (HEADER + "900;0\n", r"plan\.csv:2: a range"),
        (HEADER, "no number ranges"),
        ("", r"plan\.csv:1"),
    ],
)
def test_what_is_no_plan_is_named_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "plan.csv"
    file.write_text(text)
    with pytest.raises(NumberingPlanError, match=complaint):
        NumberingPlan.load(file)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(NumberingPlanError, match="cannot be read"):
        NumberingPlan.load(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("region", "zone"),
    [
        ("г. Москва * Московская область", "Europe/Moscow"),
        ("г. Норильск|Красноярский край", "Asia/Krasnoyarsk"),
        ("Архангельская область * Ненецкий автономный округ", "Europe/Moscow"),
        ("Ямало-Ненецкий АО", "Asia/Yekaterinburg"),
        ("Ханты - Мансийский - Югра АО", "Asia/Yekaterinburg"),
        ("Костромская обл.", "Europe/Moscow"),  # has "омск" in it
        ("Томская обл.", "Asia/Tomsk"),
        ("Омская обл.", "Asia/Omsk"),
        ("Сахалинская обл.", "Asia/Sakhalin"),
        ("Республика Саха /Якутия/", "Asia/Yakutsk"),
        ("Кемеровская область - Кузбасс область", "Asia/Novokuznetsk"),
        ("Республика Алтай", "Asia/Barnaul"),
        ("Республика Северная Осетия - Алания", "Europe/Moscow"),
        ("Калининградская обл.", "Europe/Kaliningrad"),
        ("Московская обл. * Омская обл.", None),
        ("Российская Федерация", None),
        ("", None),
    ],
)
def test_zones_of_regions(region: str, zone: str | None) -> None:
    assert zone_of_region(region) == zone
    if zone is not None:
        ZoneInfo(zone)
