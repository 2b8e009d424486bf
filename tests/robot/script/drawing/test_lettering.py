from hypothesis import given
from hypothesis import strategies as st

from robot.script.drawing.lettering import wide, wrapped


def test_cyrillic_is_measured_wider_than_latin_of_the_same_length() -> None:
    assert wide("щётка шумная", 12) > wide("list of tiles", 12)
    assert wide("abc", 12, bold=True) > wide("abc", 12)


@given(st.text(), st.integers(40, 300))
def test_every_line_fits_its_room_and_no_word_is_lost(text: str, room: int) -> None:
    lines = wrapped(text, room, 12)
    assert all(wide(line, 12) <= room for line in lines if len(line) > 1)
    kept = [sign for sign in text if sign not in " \t\r\n"]
    assert [sign for line in lines for sign in line if sign != " "] == kept


def test_what_is_left_out_is_told_by_an_ellipsis() -> None:
    lines = wrapped("one two three four five six seven eight nine ten", 60, 12, lines=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert wide(lines[-1], 12) <= 60
