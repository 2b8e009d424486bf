"""Phone numbers: read as people write them, judged before anybody is dialled, written as trunks want them.

Numbers are judged by Google's metadata (the `phonenumbers` library); what it knows of a country's plan decides what is
a mobile, what is premium-rate and what does not exist.
"""

import re
from enum import StrEnum
from typing import Literal

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult, timezone

from telephony.line import TelephonyError
from telephony.numbering_plan import NumberingPlan

__all__ = [
    "NumberFormat", "PhoneKind", "PhoneRejected", "format_for_trunk", "kind_of", "mask_phone", "never_dial",
    "read_phone", "region_of", "zone_of",
]  # fmt: skip

NumberFormat = Literal["e164", "plus", "national"]
"""How a trunk wants phones: ``79261234567``, ``+79261234567``, ``89261234567``."""

_SPREADSHEET_POWER = re.compile(r"\d[.,]\d+e[+-]?\d+", re.IGNORECASE)
_SPREADSHEET_FRACTION = re.compile(r"(\d{7,})[.,]0+")
_SEVERAL = re.compile(r"[;,/|\n]|\bили\b|\bor\b|\blub\b", re.IGNORECASE)
_EXTENSION_COMMA = re.compile(r",+\s*(?=(?:доб|ext|x|#|wew)\b)", re.IGNORECASE)
_RUSSIAN_WITH_PLUS_EIGHT = re.compile(r"\+\s*8[\s(-]*[3489]\d\d(?:\D*\d){7}\D*")
_UNKNOWN_ZONE = "Etc/Unknown"


class PhoneRejected(TelephonyError):
    """Raised when a text is no phone that may be called; its text says why, for the person whose list it is."""


class PhoneKind(StrEnum):
    """What kind of line a phone is."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    EITHER = "either"
    """A country, as the USA, where the number does not tell."""
    VOIP = "voip"
    SPECIAL = "special"
    """Free-phone, premium-rate and other numbers that are no person's."""
    UNKNOWN = "unknown"


_KINDS = {
    PhoneNumberType.MOBILE: PhoneKind.MOBILE,
    PhoneNumberType.FIXED_LINE: PhoneKind.LANDLINE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: PhoneKind.EITHER,
    PhoneNumberType.VOIP: PhoneKind.VOIP,
    PhoneNumberType.UNKNOWN: PhoneKind.UNKNOWN,
}

_NEVER = {
    PhoneNumberType.PREMIUM_RATE: "a premium-rate number: a call to it costs extra",
    PhoneNumberType.SHARED_COST: "a shared-cost number: it is a company's, and a call to it costs extra",
    PhoneNumberType.TOLL_FREE: "a free-phone number: it is a company's, not a person's",
    PhoneNumberType.UAN: "a company-wide number, not a person's",
    PhoneNumberType.PERSONAL_NUMBER: "a personal-routing number: a call to it may cost extra",
    PhoneNumberType.PAGER: "a pager: nobody can talk there",
    PhoneNumberType.VOICEMAIL: "a voicemail service: nobody can talk there",
}


def read_phone(text: str, region: str) -> str:
    """Read a phone as people write it, and return it in E.164 with its plus.

    Spaces, brackets, dashes, the national prefix (``8 926…``) and a missing plus are all right. An extension is left
    out: the number is the switchboard's.

    Args:
        text: What stands in the list.
        region: ISO 3166 code of the country whose national numbers these are: ``RU``.

    Raises:
        PhoneRejected: It is no number, no possible one, or one that is never dialled.
        ValueError: ``region`` is no country that has phones.
    """
    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"{region!r} is no country code; write two capital letters, such as RU, PL or US")
    text = text.strip().strip("'\"`’").strip()
    if not text:
        raise PhoneRejected("there is no phone")
    if fraction := _SPREADSHEET_FRACTION.fullmatch(text):
        text = fraction[1]
    if _SPREADSHEET_POWER.search(text):
        raise PhoneRejected("a spreadsheet has shortened this number: format its column as text and export it again")
    number = _parse(_EXTENSION_COMMA.sub(" ", text), region)
    if not phonenumbers.is_valid_number(number):
        country = phonenumbers.region_code_for_country_code(number.country_code or 0)
        raise PhoneRejected(f"no such number can exist in the numbering plan of {country}: a digit may be wrong")
    phone = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if reason := never_dial(phone):
        raise PhoneRejected(f"{reason}; such numbers are never dialled")
    return str(phone)


def never_dial(phone: str) -> str | None:
    """Return why a phone (E.164) is never dialled: emergency, short, premium-rate and such; `None` where it may be.

    What cannot be read as a number at all is never dialled either.
    """
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return "not a phone number"
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    national = phonenumbers.national_significant_number(number)
    if phonenumbers.connects_to_emergency_number(national, region):
        return "an emergency number"
    if phonenumbers.is_possible_short_number(number):
        return "a short service number"
    return _NEVER.get(phonenumbers.number_type(number))


def kind_of(phone: str) -> PhoneKind:
    """Return what kind of line a phone (E.164) is, as far as its number tells."""
    number = _known(phone)
    return _KINDS.get(phonenumbers.number_type(number), PhoneKind.SPECIAL) if number else PhoneKind.UNKNOWN


def region_of(phone: str) -> str | None:
    """Return the ISO 3166 code of a phone's country, `None` where the number does not tell."""
    number = _known(phone)
    region = phonenumbers.region_code_for_number(number) if number else None
    return region if region and region != "001" else None


def zone_of(phone: str, plan: NumberingPlan | None = None) -> str | None:
    """Return the IANA zone that a phone (E.164) belongs to, `None` where its number fits several.

    A Russian mobile (``+79…``) fits all zones of its country, unless an imported numbering plan tells its region.
    """
    if plan is not None and (zone := plan.zone(phone)):
        return zone
    number = _known(phone)
    zones = timezone.time_zones_for_number(number) if number else ()
    return str(zones[0]) if len(zones) == 1 and zones[0] != _UNKNOWN_ZONE else None


def format_for_trunk(phone: str, style: NumberFormat) -> str:
    """Write a phone (E.164) as a trunk wants it.

    ``national`` is the way to write it inside the phone's own country, national prefix included; it suits trunks that
    call their own country alone.

    Raises:
        ValueError: ``phone`` is not E.164.
    """
    if not re.fullmatch(r"\+[1-9]\d{5,14}", phone):
        raise ValueError("a phone in E.164 was expected: a plus, the country code and the number, digits alone")
    if style == "plus":
        return phone
    if style == "e164":
        return phone[1:]
    national = phonenumbers.format_number(phonenumbers.parse(phone), PhoneNumberFormat.NATIONAL)
    return re.sub(r"\D", "", national)


def mask_phone(phone: str) -> str:
    """Write a phone so that a log or a live table does not give it away: ``+7926•••4567``."""
    if len(phone) < 10:
        return "•" * len(phone)
    return f"{phone[:-7]}•••{phone[-4:]}"


def _known(phone: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return None


def _parse(text: str, region: str) -> PhoneNumber:
    digits = re.sub(r"\D", "", text)
    if _SEVERAL.search(text) and len(digits) >= 14:
        raise PhoneRejected("there is more than one phone here: give each a column or a row of its own")
    if _RUSSIAN_WITH_PLUS_EIGHT.fullmatch(text):
        raise PhoneRejected("it begins with +8; a Russian number begins with +7, or with 8 and no plus")
    if digits and len(digits) < 7:
        if phonenumbers.connects_to_emergency_number(digits, region):
            raise PhoneRejected("an emergency number; such numbers are never dialled")
        short = PhoneNumber(country_code=phonenumbers.country_code_for_region(region), national_number=int(digits))
        if phonenumbers.is_valid_short_number_for_region(short, region):
            raise PhoneRejected("a short service number; such numbers are never dialled")
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as failure:
        raise PhoneRejected(_WHY_UNREADABLE.get(failure.error_type, "this is not a phone number")) from failure
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != ValidationResult.IS_POSSIBLE:
        raise PhoneRejected(_WHY_IMPOSSIBLE.get(possible, "no number can have this length"))
    return number


_WHY_UNREADABLE = {
    phonenumbers.NumberParseException.INVALID_COUNTRY_CODE: "no country has this code: check the digits after the plus",
    phonenumbers.NumberParseException.NOT_A_NUMBER: "this is not a phone number",
    phonenumbers.NumberParseException.TOO_SHORT_NSN: "it is too short to be a phone number",
    phonenumbers.NumberParseException.TOO_SHORT_AFTER_IDD: "it is too short to be a phone number",
    phonenumbers.NumberParseException.TOO_LONG: "it is too long to be a phone number: there may be more than one here",
}
_WHY_IMPOSSIBLE = {
    ValidationResult.TOO_SHORT: "digits are missing: it is too short for its country",
    ValidationResult.TOO_LONG: "it has more digits than its country's numbers have",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "the area code is missing",
    ValidationResult.INVALID_COUNTRY_CODE: "no country has this code: check the digits after the plus",
    ValidationResult.INVALID_LENGTH: "its country has no numbers of this length",
}
