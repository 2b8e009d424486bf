"""What the columns of a contact list mean: known by their names in English and Russian, or told by a mapping.

Meanings are ``phone`` (any number of columns), ``external_id``, ``zone``, ``priority``, ``consent_basis``,
``consent_date``, ``consent_source``; every other column is a field that a script may say, under its own name.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from robot.campaign.errors import ListRefused
from robot.script.findings import nearest

__all__ = ["RESERVED", "Columns", "name_of", "read_columns"]

RESERVED = frozenset({"phone", "external_id", "zone", "priority", "consent_basis", "consent_date", "consent_source"})
"""Meanings that are not a script's fields."""
_KNOWN = {
    "phone": "phone phones tel telephone phone_number mobile mobile_phone cell cellphone msisdn "
    "телефон телефоны тел номер номер_телефона мобильный мобильный_телефон сотовый сотовый_телефон "
    "контактный_телефон дополнительный_телефон домашний_телефон рабочий_телефон home_phone work_phone",
    "external_id": "external_id id client_id customer_id contact_id crm_id ид код код_клиента id_клиента внешний_id",
    "zone": "zone timezone time_zone tz зона часовой_пояс таймзона",
    "priority": "priority приоритет",
    "consent_basis": "consent_basis consent basis согласие основание основание_согласия",
    "consent_date": "consent_date consent_given_on consented_on дата_согласия",
    "consent_source": "consent_source источник_согласия",
    "first_name": "first_name firstname given_name имя",
    "last_name": "last_name lastname surname family_name фамилия",
    "middle_name": "middle_name patronymic отчество",
    "name": "name full_name fullname фио клиент",
    "email": "email e_mail mail почта электронная_почта",
    "city": "city город",
    "last_visit": "last_visit последний_визит последнее_посещение",
    "bonus": "bonus bonuses бонус бонусы",
}
_LIKE_A_PHONE = "phone|mob|cell|tel|тел|моб|сот|номер"
_MEANINGS = {alias: meaning for meaning, aliases in _KNOWN.items() for alias in aliases.split()}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column means what.

    Attributes:
        phones: Indexes of phone columns, in the order they are dialled.
        meanings: Meaning → index, of all others.
    """

    phones: tuple[int, ...]
    meanings: Mapping[str, int]

    def cell(self, cells: Sequence[str], meaning: str) -> str:
        """Return what a row says of a meaning; empty where it says nothing."""
        index = self.meanings.get(meaning)
        return cells[index] if index is not None else ""

    def fields(self, cells: Sequence[str]) -> dict[str, str]:
        """Return a row's fields that a script may say, without empty ones."""
        return {
            meaning: cells[index]
            for meaning, index in self.meanings.items()
            if meaning not in RESERVED and cells[index]
        }


def name_of(header: str) -> str:
    """Return a header as a name that scripts can use: ``Последний визит`` → ``последний_визит``.

    >>> name_of(" E-mail ")
    'e_mail'
    """
    return re.sub(r"\W+", "_", header.lower().replace("ё", "е").replace("№", "")).strip("_")


def read_columns(
    headers: Sequence[str],
    *,
    file: str,
    mapping: Mapping[str, str] | None = None,
    needs: Collection[str] = (),
    may_have: Collection[str] = (),
) -> Columns:
    """Find out what the columns mean.

    Args:
        headers: The header row.
        file: The list's name, for errors.
        mapping: Header → meaning or field name, where the names alone do not tell; it overrides them.
        needs: Fields that the script cannot do without.
        may_have: Fields that it can say. A column of such a name is that field, whatever its name means elsewhere.

    Raises:
        ListRefused: There is no phone column, a needed one is missing, or two columns mean the same.
    """
    told = _told(headers, mapping or {}, file)
    phones: list[tuple[int, int]] = []
    meanings: dict[str, int] = {}
    for index, header in enumerate(headers):
        if index in told or name_of(header) in (*needs, *may_have):
            meaning, order = told.get(index, name_of(header)), 0
        else:
            meaning, order = _meaning(header, index)
        if meaning == "phone":
            phones.append((order, index))
        elif meaning in meanings:
            raise ListRefused(
                f"{file}: the columns {headers[meanings[meaning]]!r} and {header!r} both mean {meaning}; "
                f"rename one, or call it something else: --column '{header}=NAME'"
            )
        else:
            meanings[meaning] = index
    seen = ", ".join(repr(header) for header in headers)
    if not phones and any(re.fullmatch(r"\+?[\d\s()-]{9,}", header) for header in headers):
        raise ListRefused(
            f"{file}: the first row must name the columns, and this one has a phone in it already. "
            f"Put a row above it, such as: phone,first_name"
        )
    if not phones:
        likely = next((header for header in headers if re.search(_LIKE_A_PHONE, header, re.IGNORECASE)), "HEADING")
        raise ListRefused(
            f"{file}: there is no phone column. The columns are: {seen}. "
            f"Rename the one with the phones to phone, or say which it is: --column '{likely}=phone'"
        )
    missing = [field for field in needs if field not in meanings and field != "phone"]
    if missing:
        raise ListRefused(
            f"{file}: the script needs the column {', '.join(missing)}, and the list has none of that name. "
            f"The columns are: {seen}. Rename one, or say which it is: --column 'HEADING={missing[0]}'"
        )
    return Columns(tuple(index for _, index in sorted(phones)), meanings)


def _told(headers: Sequence[str], mapping: Mapping[str, str], file: str) -> dict[int, str]:
    told: dict[int, str] = {}
    by_name = {name_of(header): index for index, header in reversed(list(enumerate(headers)))}
    for header, meaning in mapping.items():
        index = by_name.get(name_of(header))
        if index is None:
            raise ListRefused(
                f"{file}: --column names a column {header!r} that is not there. {nearest(header, headers)}"
            )
        told[index] = _MEANINGS.get(name_of(meaning), name_of(meaning))
    return told


def _meaning(header: str, index: int) -> tuple[str, int]:
    """Return what a header means, and for a phone its order: ``phone 2`` comes after ``phone``."""
    name = name_of(header)
    if not name:
        return f"column_{index + 1}", 0
    numbered = re.fullmatch(r"(.+?)_?(\d{1,2})", name)
    if numbered and _MEANINGS.get(numbered[1]) == "phone":
        return "phone", int(numbered[2])
    return _MEANINGS.get(name, name), 0
