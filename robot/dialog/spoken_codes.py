"""Phones, codes and e-mail addresses, which are spelt rather than counted: in groups, sign by sign."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import phonenumbers

from robot.dialog.spoken import Wording

__all__ = ["in_cyrillic", "in_groups", "spelt_address", "spelt_code", "spelt_phone"]

_LONGEST_GROUP: Final = 4


def spelt_phone(value: str, plus: str, say: Callable[[str], str], digits: Sequence[str]) -> Wording:
    """Say an E.164 number in the groups in which its country writes it; what is no such number, digit by digit.

    Args:
        value: The number.
        plus: The word for its first sign.
        say: Says one group of digits, without digits.
        digits: The words for 0 to 9.
    """
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return spelt_code(value, digits)
    number.extension = None
    shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return Wording(f"{plus} {', '.join(say(group) for group in re.findall(r'[0-9]+', shown))}", shown)


def spelt_code(value: str, digits: Sequence[str]) -> Wording:
    """Say a code sign by sign: its letters as they are, its digits in words, its dashes and spaces not at all.

    Args:
        value: The code.
        digits: The words for 0 to 9.
    """
    signs = [char for char in value if char.isalnum()]
    groups = in_groups("".join(signs), _LONGEST_GROUP)
    return Wording(", ".join(" ".join(_digit(char, digits) for char in group) for group in groups), value.strip())


def spelt_address(value: str, signs: Mapping[str, str], digits: Sequence[str]) -> Wording:
    """Say an e-mail address: words as words, signs by their names, digits one by one.

    Args:
        value: The address.
        signs: Sign → its name: of ``@``, ``.``, ``_``, ``-``, ``+``.
        digits: The words for 0 to 9.
    """
    parts = re.findall(r"[^\W\d_]+|.", value, re.DOTALL)
    words = (signs.get(part) or _digit(part, digits) for part in parts)
    return Wording(" ".join(" ".join(words).split()), value.strip())


def in_cyrillic(value: str) -> str:
    """Write Latin words as Russian voices are to say them: what e-mail is full of by its names, the rest by sound."""
    return re.sub(r"[A-Za-z]+", lambda word: _CALLED.get(word[0].lower()) or _by_sound(word[0].lower()), value)


def _by_sound(word: str) -> str:
    return re.sub("|".join(sorted(_SOUNDS, key=len, reverse=True)), lambda sound: _SOUNDS[sound[0]], word)


_CALLED: Final = {
    "mail": "мейл", "gmail": "джимейл", "yandex": "яндекс", "ya": "я", "rambler": "рамблер", "outlook": "аутлук",
    "icloud": "айклауд", "yahoo": "яху", "bk": "бэ ка", "inbox": "инбокс", "list": "лист", "ru": "ру", "com": "ком",
    "net": "нет", "org": "орг", "info": "инфо", "pro": "про", "su": "су",
}  # fmt: skip
_SOUNDS: Final = {
    "shch": "щ", "sch": "щ", "zh": "ж", "kh": "х", "ts": "ц", "ch": "ч", "sh": "ш", "yu": "ю", "ya": "я", "yo": "ё",
    "ju": "ю", "ja": "я", "ck": "к", "ph": "ф", "th": "т", "oo": "у", "ee": "и", "a": "а", "b": "б", "c": "к", "d": "д",
    "e": "е", "f": "ф", "g": "г", "h": "х", "i": "и", "j": "й", "k": "к", "l": "л", "m": "м", "n": "н", "o": "о",
    "p": "п", "q": "к", "r": "р", "s": "с", "t": "т", "u": "у", "v": "в", "w": "в", "x": "кс", "y": "й", "z": "з",
}  # fmt: skip


def in_groups(signs: str, longest: int) -> list[str]:
    """Cut signs into as few groups as may be, of nearly one length; the longer ones stand first.

    >>> in_groups("1234567", 4)
    ['1234', '567']
    """
    count = -(-len(signs) // longest)
    groups = list[str]()
    for left in range(count, 0, -1):
        size = -(-len(signs) // left)
        groups.append(signs[:size])
        signs = signs[size:]
    return groups


def _digit(char: str, digits: Sequence[str]) -> str:
    value = unicodedata.digit(char, -1) if len(char) == 1 else -1
    return char if value < 0 else digits[value]
