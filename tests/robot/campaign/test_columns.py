"""What the columns of a list mean."""

import pytest

from robot.campaign.columns import Columns, read_columns
from robot.campaign.errors import ListRefused


def read(*headers: str, **more: dict[str, str] | tuple[str, ...]) -> Columns:
    mapping, needs, may_have = (more.get(key, ()) for key in ("mapping", "needs", "may_have"))
    assert not isinstance(needs, dict) and not isinstance(may_have, dict)
    told = mapping if isinstance(mapping, dict) else None
    return read_columns(headers, file="list.csv", mapping=told, needs=needs, may_have=may_have)


def test_usual_names_are_known_in_english_and_russian() -> None:
    english = read("ID", "First Name", "Phone", "Phone 2", "Time zone", "Consent basis", "Consent date", "Bonus")
    russian = read("Код клиента", "Имя", "Телефон", "Телефон 2", "Часовой пояс", "Согласие", "Дата согласия", "Бонусы")
    assert english == russian
    assert english.phones == (2, 3)
    assert set(english.meanings) == {"external_id", "first_name", "zone", "consent_basis", "consent_date", "bonus"}


def test_phones_are_dialled_in_the_order_of_their_numbers() -> None:
    assert read("phone3", "phone", "home phone", "phone_2").phones == (1, 2, 3, 0)


def test_a_column_that_nobody_knows_is_a_field_of_its_own_name() -> None:
    columns = read("phone", "Любимый трек №", "")
    assert columns.fields(("1", "Форсаж", "x")) == {"любимый_трек": "Форсаж", "column_3": "x"}


def test_what_the_script_calls_a_field_is_that_field() -> None:
    assert read("phone", "name", needs=("name",)).meanings == {"name": 1}
    assert read("phone", "Имя", needs=("имя",)).meanings == {"имя": 1}
    assert read("phone", "id", may_have=("id",)).meanings == {"id": 1}


def test_a_mapping_overrides_names() -> None:
    columns = read("A", "B", "phone", mapping={"a": "Телефон", "B": "first_name", "phone": "note"})
    assert (columns.phones, columns.meanings) == ((0,), {"first_name": 1, "note": 2})


@pytest.mark.parametrize(
    ("headers", "more", "told"),
    [
        (("a", "b"), {}, "no phone column. The columns are: 'a', 'b'. .*--column 'HEADING=phone'"),
        (("phone", "first_name"), {"needs": ("city",)}, "needs the column city.*--column 'HEADING=city'"),
        (("ИД", "Моб. тел."), {}, "--column 'Моб. тел.=phone'"),
        (("+7 926 123-45-67", "Anna"), {}, "the first row must name the columns"),
        (("phone", "имя", "First name"), {}, "'имя' and 'First name' both mean first_name"),
        (("phone",), {"mapping": {"phne": "name"}}, "'phne' that is not there. Did you mean “phone”"),
    ],
)
def test_what_cannot_be_used_is_told_with_the_columns_and_the_remedy(
    headers: tuple[str, ...], more: dict[str, dict[str, str] | tuple[str, ...]], told: str
) -> None:
    with pytest.raises(ListRefused, match=told):
        read(*headers, **more)
