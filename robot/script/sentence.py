"""Sentences with placeholders: ``<name>``, ``<name as money>``, ``<visits as number of race, races>``."""

import re
from dataclasses import dataclass
from typing import get_args

from robot.script.schema import Way

__all__ = ["PLACEHOLDER", "WAYS", "Placeholder", "placeholders", "split_sentence"]

WAYS: frozenset[str] = frozenset(get_args(Way))
"""What may follow ``as``."""

PLACEHOLDER = re.compile(r"<\s*(\w+)(?:\s+as\s+(\w+)(?:\s+of\s+([^<>]{1,200}?))?)?\s*>")
"""What is filled in."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A gap in a sentence.

    Attributes:
        name: Of a contact's field, a fact or a slot.
        way: How to say it; `None` where the sentence leaves it to the declared type.
        forms: Of the noun that a number counts: “race”, “races”.
    """

    name: str
    way: str | None
    forms: tuple[str, ...] = ()


def split_sentence(sentence: str) -> tuple[str | Placeholder, ...]:
    """Cut a sentence into its words and its placeholders, in order.

    >>> split_sentence("It costs <price as money>.")
    ('It costs ', Placeholder(name='price', way='money', forms=()), '.')
    """
    parts: list[str | Placeholder] = []
    end = 0
    for match in PLACEHOLDER.finditer(sentence):
        if match.start() > end:
            parts.append(sentence[end : match.start()])
        forms = tuple(form.strip() for form in (match[3] or "").split(",") if form.strip())
        parts.append(Placeholder(match[1], match[2], forms))
        end = match.end()
    if end < len(sentence):
        parts.append(sentence[end:])
    return tuple(parts)


def placeholders(sentence: str) -> tuple[Placeholder, ...]:
    """Return the placeholders of a sentence, in order."""
    return tuple(part for part in split_sentence(sentence) if isinstance(part, Placeholder))
