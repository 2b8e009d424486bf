"""Tables as offices save them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.campaign.errors import ListRefused
from robot.campaign.sheet import read_sheet

RUSSIAN = "Имя;Телефон;Город\nАнна;+79261234567;Омск\nЁлка ПЕТРОВА;+79261234568;Нижний Новгород\n"


def write(folder: Path, data: bytes) -> Path:
    path = folder / "list.csv"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "koi8_r", "cp866"]
)
def test_russian_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    sheet = read_sheet(write(tmp_path, RUSSIAN.encode(encoding)))
    assert sheet.columns == ("Имя", "Телефон", "Город")
    assert sheet.rows[1].cells == ("Ёлка ПЕТРОВА", "+79261234568", "Нижний Новгород")


def test_polish_and_french_of_windows(tmp_path: Path) -> None:
    polish = "imię;phone\nŁukasz Wiśniewski;+48601234567\nŻaneta;+48601234568\n"
    assert read_sheet(write(tmp_path, polish.encode("cp1250"))).rows[0].cells[0] == "Łukasz Wiśniewski"
    french = "prénom;phone\nHélène;+33601234567\nFrançois;+33601234568\n"
    assert read_sheet(write(tmp_path, french.encode("cp1252"))).rows[1].cells[0] == "François"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_delimiter_even_where_cells_hold_others(tmp_path: Path, delimiter: str) -> None:
    text = f'phone{delimiter}note\n+79261234567{delimiter}"one, two; three | four"\n+79261234568{delimiter}"a, b"\n'
    sheet = read_sheet(write(tmp_path, text.encode()))
    assert (sheet.delimiter, sheet.rows[0].cells) == (delimiter, ("+79261234567", "one, two; three | four"))


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    text = 'phone,note\r\n\r\n1,"two\r\nlines"\r\n,,\r\n2,x\r\n'
    sheet = read_sheet(write(tmp_path, text.encode()))
    assert [(row.number, row.cells[0]) for row in sheet.rows] == [(3, "1"), (5, "2")]


def test_excels_own_line_about_the_delimiter_is_understood(tmp_path: Path) -> None:
    sheet = read_sheet(write(tmp_path, b"sep=;\r\nphone;a\r\n1;2\r\n"))
    assert (sheet.columns, sheet.rows[0].number) == (("phone", "a"), 3)


def test_one_column_needs_no_delimiter(tmp_path: Path) -> None:
    assert read_sheet(write(tmp_path, b"phone\n8 (926) 123-45-67\n")).rows[0].cells == ("8 (926) 123-45-67",)


def test_short_rows_are_filled_and_long_ones_are_left_long(tmp_path: Path) -> None:
    sheet = read_sheet(write(tmp_path, b"phone,a,b\n1\n2,3,4,5\n6,7,8\n"))
    assert [len(row.cells) for row in sheet.rows] == [3, 4, 3]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"PK\x03\x04rest of a workbook", "save it as CSV"),
        (b'phone,a\n"1,2\n' + b"x" * 140_000, "quote"),
        (bytes(range(256)) * 4, "not text"),
    ],
)
def test_what_is_no_table_is_refused_with_a_remedy(tmp_path: Path, data: bytes, told: str) -> None:
    with pytest.raises(ListRefused, match=told):
        read_sheet(write(tmp_path, data))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ListRefused, match=r"no\.csv"):
        read_sheet(tmp_path / "no.csv")


@given(data=st.binary(max_size=300))
def test_no_bytes_at_all_make_it_stumble(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = write(tmp_path_factory.mktemp("sheet"), data)
    try:
        sheet = read_sheet(path)
    except ListRefused:
        return
    assert all(len(row.cells) >= len(sheet.columns) for row in sheet.rows)
