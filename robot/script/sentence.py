"""Sentences with placeholders: ``<name>`` and ``<name as money>``."""

import re
from dataclasses import dataclass
from typing import get_args

from robot.script.schema import Way

__all__ = ["WAYS", "Placeholder", "placeholders", "split_sentence"]

WAYS: frozenset[str] = frozenset(get_args(Way))
"""What may follow ``as``."""

_PLACEHOLDER = re.compile(r"<\s*(\w+)(?:\s+as\s+(\w+))?\s*>")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A gap in a sentence.

    Attributes:
        name: Of a contact's field, a fact or a slot.
        way: How to say it; `None` where the sentence leaves it to the declared type.
    """

    name: str
    way: str | None


def split_sentence(sentence: str) -> tuple[str | Placeholder, ...]:
    """Cut a sentence into its words and its placeholders, in order.

    >>> split_sentence("It costs <price as money>.")
    ('It costs ', Placeholder(name='price', way='money'), '.')
    """
    parts: list[str | Placeholder] = []
    end = 0
    for match in _PLACEHOLDER.finditer(sentence):
        if match.start() > end:
            parts.append(sentence[end : match.start()])
        parts.append(Placeholder(match[1], match[2]))
        end = match.end()
    if end < len(sentence):
        parts.append(sentence[end:])
    return tuple(parts)


def placeholders(sentence: str) -> tuple[Placeholder, ...]:
    """Return the placeholders of a sentence, in order."""
    return tuple(part for part in split_sentence(sentence) if isinstance(part, Placeholder))
