"""From a row of text to a contact that may be dialled, or the reason why not. Pure."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from robot.campaign.columns import Columns
from robot.campaign.policy import Consent, zone_named
from robot.campaign.sheet import Row
from robot.words import E164
from telephony.numbers import PhoneRejected, read_phone

__all__ = ["ContactRow", "Rejected", "read_contact"]

_MOST_PHONES = 10
_USUAL_PRIORITY = 5
_SEVERAL = re.compile(r"[;,|/\n]|\s(?:или|or)\s", re.IGNORECASE)
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%Y/%m/%d", "%d-%m-%Y", "%Y%m%d")
_OFFSET = re.compile(r"(UTC|GMT|MSK|МСК)?\s*([+-]\d{1,2})?(?::00)?", re.IGNORECASE)
_MOSCOW_OFFSET = 3


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken, or a part of one.

    Attributes:
        row: As a spreadsheet shows it: the header is row 1.
        reason: For the person whose list it is: what is wrong.
        code: The same for programs: ``phone``, ``duplicate``, ``needed``, ``consent_date``, ``zone``, ``priority``,
            ``cells``.
    """

    row: int
    reason: str
    code: str


@dataclass(frozen=True, slots=True)
class ContactRow:
    """What a good row says.

    Attributes:
        row: Its number.
        phones: Those that may be dialled, in order, each once; at least one.
        left_out: The phones of it that may not be dialled.
        external_id: The CRM's id, `None` where there is none.
        fields: What a script may say.
        consent: What was agreed to.
        zone: IANA zone, `None` where the row names none.
        priority: 1 is dialled first.
    """

    row: int
    phones: tuple[E164, ...]
    left_out: tuple[Rejected, ...]
    external_id: str | None
    fields: dict[str, str]
    consent: Consent
    zone: str | None
    priority: int


def read_contact(
    row: Row,
    columns: Columns,
    width: int,
    *,
    region: str,
    needs: Collection[str],
    types: Mapping[str, str] | None = None,
) -> ContactRow | Rejected:
    """Read a row.

    Args:
        row: The row.
        columns: What its cells mean.
        width: How many columns the list has.
        region: Where national numbers are read: ``RU``.
        needs: Fields that the script cannot do without.
        types: Field → type, as the script declares them: dates are kept as it reads them, whatever form they came in.
    """
    if len(row.cells) > width:
        reason = f"it has {len(row.cells)} cells and the header {width}: put a value that holds the delimiter in quotes"
        return Rejected(row.number, reason, "cells")
    phones, left_out = _read_phones(row, columns, region)
    if not phones:
        return left_out[0]
    fields = columns.fields(row.cells)
    for field, kind in (types or {}).items():
        day = _date(fields[field]) if kind == "date" and fields.get(field) else None
        if day is not None:
            fields[field] = day.isoformat()
        elif kind == "date" and fields.get(field) and field in needs:
            reason = f"{field}: {fields[field]!r} is no date; write it as 2026-05-31 or 31.05.2026"
            return Rejected(row.number, reason, "needed")
    missing = [field for field in needs if not columns.cell(row.cells, field) and field != "phone"]
    if missing:
        return Rejected(row.number, f"it has no {', '.join(missing)}, which the script needs", "needed")

    def cell(meaning: str) -> str:
        return columns.cell(row.cells, meaning)

    return _first_mistake(row.number, cell) or ContactRow(
        row=row.number,
        phones=tuple(phones),
        left_out=tuple(left_out),
        external_id=cell("external_id") or None,
        fields=fields,
        consent=Consent(cell("consent_basis") or None, _date(cell("consent_date")), cell("consent_source") or None),
        zone=_zone(cell("zone")),
        priority=int(cell("priority") or _USUAL_PRIORITY),
    )


def _first_mistake(number: int, cell: Callable[[str], str]) -> Rejected | None:
    if cell("consent_date") and _date(cell("consent_date")) is None:
        reason = f"the consent date {cell('consent_date')!r} is not understood; write it as 2026-05-31 or 31.05.2026"
        return Rejected(number, reason, "consent_date")
    if cell("zone") and _zone(cell("zone")) is None:
        reason = f"there is no time zone {cell('zone')!r}; write an IANA name, such as Asia/Omsk, or UTC+6"
        return Rejected(number, reason, "zone")
    if cell("priority") and not re.fullmatch(r"\d{1,4}", cell("priority")):
        reason = f"the priority {cell('priority')!r} is no number; 1 is dialled first, {_USUAL_PRIORITY} is usual"
        return Rejected(number, reason, "priority")
    return None


def _read_phones(row: Row, columns: Columns, region: str) -> tuple[list[E164], list[Rejected]]:
    """Return a row's good phones, and why the others are none; at least one of both."""
    phones: list[E164] = []
    left_out: list[Rejected] = []
    written = [text for index in columns.phones for text in _several(row.cells[index])]
    for text in written:
        try:
            phone = E164(read_phone(text, region))
        except PhoneRejected as rejected:
            left_out.append(Rejected(row.number, f"phone {text!r}: {rejected}", "phone"))
            continue
        if len(phones) == _MOST_PHONES and phone not in phones:
            left_out.append(Rejected(row.number, f"phone {text!r}: over {_MOST_PHONES} phones", "phone"))
        elif phone not in phones:
            phones.append(phone)
    if not written:
        left_out.append(Rejected(row.number, "there is no phone", "phone"))
    return phones, left_out


def _several(cell: str) -> Sequence[str]:
    """Cut a cell into the phones in it; what is too short to be one belongs to its neighbour, such as an extension."""
    parts = [part.strip() for part in _SEVERAL.split(cell) if part.strip()]
    whole = all(len(re.sub(r"\D", "", part)) >= 7 for part in parts)
    return parts if whole else [cell]


def _date(text: str) -> date | None:
    first = re.split(r"[ T]", text.strip(), maxsplit=1)[0]
    for form in _DATES:
        try:
            return datetime.strptime(first, form).date()
        except ValueError:
            continue
    return None


def _zone(text: str) -> str | None:
    """Return the IANA zone that a list means: its name, or a whole number of hours from UTC or from Moscow."""
    if not text:
        return None
    offset = _OFFSET.fullmatch(text)
    if offset and (offset[1] or offset[2]):
        hours = int(offset[2] or 0)
        if (offset[1] or "").upper() in {"MSK", "МСК"}:
            hours += _MOSCOW_OFFSET
        text = f"Etc/GMT{-hours:+d}"  # POSIX counts the other way round
    return text if zone_named(text) is not None else None
